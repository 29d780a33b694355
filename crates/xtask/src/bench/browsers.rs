//! What is measured in browsers: how soon pages are painted (`tests/bench/paint.rs`), how it is to have thousands of
//! articles saved (`tests/bench/keeping.rs`).
//!
//! Entry point: [`bench`]. The measuring is there, where the browsers are.

use std::ffi::OsString;

use anyhow::Result;

use crate::run;
use crate::setup::{self, Needs};

/// Runs the `program` that measures and prints.
pub(super) fn bench(program: &str, arguments: &[OsString]) -> Result<()> {
    super::app()?;
    let env = setup::setup(Needs::Tests)?;
    // Optimised: the server compresses while the browser waits.
    let cargo = [
        "run",
        "--quiet",
        "--release",
        "--package",
        "lamplight-e2e",
        "--features",
        "browser",
        "--bin",
        program,
        "--",
    ];
    run::run(env.command("cargo").args(cargo).args(arguments))
}
