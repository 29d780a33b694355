//! The `press` command with the app inside it: all that a publisher needs.
//!
//! A crate of its own, so that another app relinks a few lines instead of compiling press again.
//! Without the variable `LAMPLIGHT_APP` (see `build.rs`) it carries none, and `--app` is needed.

include!(concat!(env!("OUT_DIR"), "/app.rs"));

fn main() -> std::process::ExitCode {
    lamplight_press::cli::main(APP)
}
