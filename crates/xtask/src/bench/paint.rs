//! How soon pages are painted, in Chromium over a slow phone's line.
//!
//! Entry point: [`bench`]. The measuring is `tests/bench/paint.rs`, where the browsers are.

use anyhow::Result;

use crate::run;
use crate::setup::{self, Needs};

/// Measures and prints.
pub(super) fn bench() -> Result<()> {
    super::app()?;
    let env = setup::setup(Needs::Tests)?;
    // Optimised: the server compresses while the browser waits.
    run::run(env.command("cargo").args([
        "run",
        "--quiet",
        "--release",
        "--package",
        "lamplight-e2e",
        "--features",
        "browser",
        "--bin",
        "paint",
    ]))
}
