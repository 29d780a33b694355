//! docs/contact.md, line by line, against a receiver that listens.

mod cross_origin;
mod forward;
mod limits;
mod once;
mod pages;
mod server;
mod slow;
mod statuses;
