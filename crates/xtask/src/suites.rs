//! `cargo xtask test`: every check and every test, then a summary.
//!
//! All suites run even when one fails, so that one run tells everything. A browser suite in which
//! no test ran counts as failed: tests that are compiled out look like success otherwise.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::build;
use crate::run::{self, Env};
use crate::setup::{self, Needs};

/// A part of the suites.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Formatting, lints, tests that need no browser.
    Native,
    /// The app's own tests, in headless Chromium.
    Wasm,
    /// The release build and the tests in three browsers.
    EndToEnd,
}

impl Part {
    pub(crate) fn parse(text: &str) -> Result<Self> {
        Ok(match text {
            "native" => Self::Native,
            "wasm" => Self::Wasm,
            "e2e" => Self::EndToEnd,
            other => bail!("`{other}` is no part: native, wasm or e2e"),
        })
    }

    fn needs(part: Option<Self>) -> Needs {
        match part {
            Some(Self::Native) => Needs::Build,
            Some(Self::Wasm) => Needs::WasmTests,
            Some(Self::EndToEnd) | None => Needs::Tests,
        }
    }
}

/// The crates that run in the browser.
const WASM_PACKAGES: [&str; 22] = [
    "-p",
    "lamplight",
    "-p",
    "lamplight-model",
    "-p",
    "lamplight-markdown",
    "-p",
    "lamplight-pages",
    "-p",
    "lamplight-reader",
    "-p",
    "lamplight-renderer",
    "-p",
    "lamplight-finder",
    "-p",
    "lamplight-search",
    "-p",
    "lamplight-translator",
    "-p",
    "lamplight-contact",
    "-p",
    "lamplight-library",
];

/// How a suite ended.
struct Outcome {
    name: &'static str,
    passed: u32,
    failed: u32,
    ignored: u32,
    time: Duration,
}

/// Runs the suites of a part, or all.
pub(crate) fn test(only: Option<Part>, filters: &[String]) -> Result<()> {
    let env = setup::setup(Part::needs(only))?;
    let wanted = |part: Part| only.is_none_or(|only| only == part);
    let mut suites = Suites {
        env: &env,
        filters,
        outcomes: Vec::new(),
    };
    if wanted(Part::Native) {
        if filters.is_empty() {
            suites.check("format", &["fmt", "--all", "--check"])?;
            let mut clippy = vec!["clippy", "--workspace", "--all-targets"];
            clippy.extend([
                "--features",
                "lamplight-e2e/browser",
                "--",
                "-D",
                "warnings",
            ]);
            suites.check("lint", &clippy)?;
            let mut clippy = vec!["clippy"];
            clippy.extend(WASM_PACKAGES);
            clippy.extend(["--target", "wasm32-unknown-unknown"]);
            clippy.extend(["--", "-D", "warnings"]);
            suites.check("lint (wasm)", &clippy)?;
        }
        let native = ["--workspace", "--exclude", "lamplight-e2e"];
        suites.tests("native", &native, &[])?;
    }
    if wanted(Part::Wasm) {
        let wasm = ["-p", "lamplight", "--target", "wasm32-unknown-unknown"];
        suites.tests("wasm", &wasm, &[])?;
    }
    if wanted(Part::EndToEnd) {
        let start = Instant::now();
        let built = build::build(&env, None);
        if let Err(error) = &built {
            println!("{error:#}");
        }
        suites.record("build and size", start, built.is_ok(), Counts::default());
        if built.is_ok() {
            let browsers = ["-p", "lamplight-e2e", "--features", "browser"];
            // What an earlier run lost or not says nothing of this one.
            let _ = std::fs::remove_dir_all(rows());
            // Two at a time: each has a browser and a server of its own.
            suites.tests("browsers", &browsers, &["--test-threads=2"])?;
            faults();
        }
    }
    suites.finish()
}

/// Where the tests of the fault suite leave their rows (`tests/src/ledger.rs`).
fn rows() -> std::path::PathBuf {
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| run::root().join("target"), Into::into)
        .join("faults")
}

/// Prints the table of the fault suite, if any of it ran.
fn faults() {
    let Ok(found) = std::fs::read_dir(rows()) else {
        return;
    };
    let mut files: Vec<_> = found.flatten().map(|entry| entry.path()).collect();
    files.sort();
    println!(
        "\n{:<28} {:<64} {:>5} {:>8}  lost",
        "fault", "where", "tried", "survived"
    );
    for file in files {
        print!("{}", std::fs::read_to_string(file).unwrap_or_default());
    }
}

struct Suites<'a> {
    env: &'a Env,
    filters: &'a [String],
    outcomes: Vec<Outcome>,
}

impl Suites<'_> {
    /// A check that passes or fails as a whole.
    fn check(&mut self, name: &'static str, args: &[&str]) -> Result<()> {
        let start = Instant::now();
        let (ok, _) = run::tee(self.env.command("cargo").args(args))?;
        self.record(name, start, ok, Counts::default());
        Ok(())
    }

    /// A `cargo test`.
    fn tests(&mut self, name: &'static str, args: &[&str], runner: &[&str]) -> Result<()> {
        let start = Instant::now();
        let mut command = self.env.command("cargo");
        // All test programs run, even after one of them failed.
        command.args(["test", "--no-fail-fast"]).args(args);
        command.arg("--").args(self.filters).args(runner);
        // Starting a browser takes longer on a busy machine than the wasm runner would wait.
        command
            .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "60")
            .env("WASM_BINDGEN_TEST_TIMEOUT", "180");
        let (ok, text) = run::tee(&mut command)?;
        let counts = count(&text);
        let none_ran = counts.passed + counts.failed == 0 && self.filters.is_empty();
        if none_ran {
            println!("{name}: no test ran, which counts as a failure");
        }
        self.record(name, start, ok && !none_ran, counts);
        Ok(())
    }

    fn record(&mut self, name: &'static str, start: Instant, ok: bool, mut counts: Counts) {
        if counts.passed + counts.failed + counts.ignored == 0 {
            counts.passed = u32::from(ok);
        }
        if !ok {
            // A suite that does not compile has no tests that fail.
            counts.failed = counts.failed.max(1);
        }
        self.outcomes.push(Outcome {
            name,
            passed: counts.passed,
            failed: counts.failed,
            ignored: counts.ignored,
            time: start.elapsed(),
        });
    }

    fn finish(self) -> Result<()> {
        println!(
            "\n{:<16} {:>7} {:>7} {:>8}  time",
            "suite", "passed", "failed", "ignored"
        );
        let (mut passed, mut failed) = (0, 0);
        for outcome in &self.outcomes {
            println!(
                "{:<16} {:>7} {:>7} {:>8}  {}",
                outcome.name,
                outcome.passed,
                outcome.failed,
                outcome.ignored,
                run::elapsed(outcome.time)
            );
            passed += outcome.passed;
            failed += outcome.failed;
        }
        println!("\n{passed} passed, {failed} failed");
        if failed > 0 {
            std::process::exit(1);
        }
        Ok(())
    }
}

/// Numbers of tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    passed: u32,
    failed: u32,
    ignored: u32,
}

/// Adds up the result lines of all test programs in an output.
fn count(text: &str) -> Counts {
    let mut counts = Counts::default();
    for line in text.lines() {
        // A program's own output may stand before it on the line.
        let Some((_, result)) = line.split_once("test result: ") else {
            continue;
        };
        for part in result.split([';', '.']) {
            let mut words = part.split_whitespace();
            let (Some(number), Some(kind)) = (words.next(), words.next()) else {
                continue;
            };
            let Ok(number) = number.parse::<u32>() else {
                continue;
            };
            match kind {
                "passed" => counts.passed += number,
                "failed" => counts.failed += number,
                "ignored" => counts.ignored += number,
                _ => {}
            }
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_several_programs_are_added_up() {
        let text = "\
running 2 tests
test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.00s
noise test result: FAILED. 4 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out
test result: ok. 7 passed; 0 failed; 0 ignored; 0 filtered out; finished in 0.31s
";
        assert_eq!(
            count(text),
            Counts {
                passed: 13,
                failed: 1,
                ignored: 1
            }
        );
    }
}
