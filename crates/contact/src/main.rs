//! The contact program: what a reader writes to the publication, kept on the device and delivered once.

fn main() {}
