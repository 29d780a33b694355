//! The `press` executable with the app inside it, on a machine that has nothing else: no environment,
//! no PATH, and nothing beside the publication's folder.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::ports;
use crate::process::Process;

/// A running `press serve`; it ends with this value.
pub struct Press {
    process: Process,
    url: String,
}

impl Press {
    /// Runs press in a folder and waits for its end.
    ///
    /// # Errors
    /// There is no such program.
    pub fn run(folder: &Path, arguments: &[&str]) -> Result<Output> {
        command(folder)?
            .args(arguments)
            .output()
            .context("press could not be started")
    }

    /// [`Press::run`], which has to succeed; what it printed.
    ///
    /// # Errors
    /// It fails; the message has what it said.
    pub fn succeed(folder: &Path, arguments: &[&str]) -> Result<String> {
        let output = Self::run(folder, arguments)?;
        ensure!(
            output.status.success(),
            "press {arguments:?}: {}\n{}{}",
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Starts `press serve` in a folder, on a port that nobody takes when it is stopped.
    ///
    /// # Errors
    /// It does not say where it serves.
    pub fn serve(folder: &Path) -> Result<Self> {
        let port = ports::free()?.to_string();
        let mut command = command(folder)?;
        command
            .args(["serve", "--port", &port])
            .stdout(Stdio::piped());
        let mut process = Process::spawn(&mut command)?;
        let output = process.child.stdout.take().context("no output")?;
        let mut lines = BufReader::new(output).lines();
        for line in lines.by_ref() {
            if let Some((_, url)) = line?.split_once("Here:") {
                let url = url.trim().to_owned();
                // A program whose output nobody reads would stop one day.
                std::thread::spawn(move || lines.for_each(drop));
                return Ok(Self { process, url });
            }
        }
        bail!("press serve ended: {}", process.child.wait()?)
    }

    /// The address of a path below the base (`""` is the front page).
    pub fn url(&self, path: &str) -> String {
        [self.url.as_str(), path].concat()
    }

    /// Ends it as Ctrl-C does, and says whether it ended well.
    ///
    /// # Errors
    /// It cannot be told to.
    pub fn interrupt(mut self) -> Result<bool> {
        self.process.interrupt()?;
        Ok(self.process.child.wait()?.success())
    }
}

/// `press` in a folder, without an environment.
pub(crate) fn command(folder: &Path) -> Result<Command> {
    let program = std::env::var_os("LAMPLIGHT_PRESS").map_or_else(
        || {
            let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
                || Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"),
                PathBuf::from,
            );
            target.join("release/press-dist")
        },
        PathBuf::from,
    );
    let program = program.canonicalize().with_context(|| {
        format!(
            "there is no press with the app in it at {}: run `cargo xtask build`",
            program.display()
        )
    })?;
    let mut command = Command::new(program);
    command.env_clear().env("PATH", "").current_dir(folder);
    Ok(command)
}
