//! `press receive`: a receiver of messages that a test can end, kill and start again on the same port, with the
//! same store.
//!
//! Entry point: [`Receiver::start`].

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Pid, Resource, Rlimit, prlimit};
use serde_json::Value;
use tempfile::TempDir;

use crate::process::Process;
use crate::{Press, ports, press};

/// A receiver and its folder.
pub struct Receiver {
    running: Option<Process>,
    folder: TempDir,
    port: u16,
    /// Certificates that it trusts instead of the system's.
    trusted: Option<PathBuf>,
}

const CONFIG: &str = "receive.toml";

impl Receiver {
    /// Starts one that takes messages from these sites (`http://127.0.0.1:8000`); `more` is added to its
    /// configuration.
    ///
    /// # Errors
    /// It does not start.
    pub fn start(origins: &[&str], more: &str) -> Result<Self> {
        Self::begin(origins, more, None)
    }

    /// [`Receiver::start`], with a file of the certificates that it trusts.
    ///
    /// # Errors
    /// It does not start.
    pub fn trusting(trusted: &Path, origins: &[&str], more: &str) -> Result<Self> {
        Self::begin(origins, more, Some(trusted.to_owned()))
    }

    fn begin(origins: &[&str], more: &str, trusted: Option<PathBuf>) -> Result<Self> {
        let port = ports::free()?;
        let folder = tempfile::Builder::new()
            .prefix("lamplight-receiver-")
            .tempdir()?;
        let config = format!("listen = \"127.0.0.1:{port}\"\norigins = {origins:?}\n{more}\n");
        fs::write(folder.path().join(CONFIG), config)?;
        let mut receiver = Self {
            running: None,
            folder,
            port,
            trusted,
        };
        receiver.up()?;
        Ok(receiver)
    }

    /// The address that takes messages.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// Starts (again).
    ///
    /// # Errors
    /// It does not say that it listens.
    pub fn up(&mut self) -> Result<()> {
        let press = press::command(self.folder.path())?;
        let mut command = Command::new("/bin/sh");
        command
            // A write that goes too far is an error, as on a full disk, and ends nothing.
            .args(["-c", "trap '' XFSZ; exec \"$0\" receive \"$1\""])
            .arg(press.get_program())
            .arg(CONFIG)
            .env_clear()
            .current_dir(self.folder.path())
            .stdout(Stdio::piped());
        if let Some(file) = &self.trusted {
            command.env("SSL_CERT_FILE", file);
        }
        let mut process = Process::spawn(&mut command)?;
        let output = process.child.stdout.take().context("no output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        if !line.starts_with("listening on ") {
            let _ = process.child.wait();
            let again = Press::run(self.folder.path(), &["receive", CONFIG])?;
            bail!("press receive: {}", String::from_utf8_lossy(&again.stderr));
        }
        self.running = Some(process);
        Ok(())
    }

    /// Ends it as Ctrl-C does: it finishes open requests.
    ///
    /// # Errors
    /// It does not run, or ends badly.
    pub fn down(&mut self) -> Result<()> {
        let mut process = self.running.take().context("it does not run")?;
        process.interrupt()?;
        let status = process.child.wait()?;
        ensure!(status.success(), "press receive: {status}");
        Ok(())
    }

    /// Ends it as a power cut does, whatever it is doing.
    ///
    /// # Errors
    /// It does not run.
    pub fn kill(&mut self) -> Result<()> {
        let mut process = self.running.take().context("it does not run")?;
        process.child.kill()?;
        process.child.wait()?;
        Ok(())
    }

    /// Lets its files grow to so many bytes and no further, as a full disk does; `None`: as far as they like.
    ///
    /// # Errors
    /// It does not run.
    pub fn fill_disk(&self, bytes: Option<u64>) -> Result<()> {
        let running = self.running.as_ref().context("it does not run")?;
        let limit = Rlimit {
            current: bytes,
            maximum: None,
        };
        prlimit(
            Some(Pid::from_child(&running.child)),
            Resource::Fsize,
            limit,
        )?;
        Ok(())
    }

    /// How large its store is, bytes.
    ///
    /// # Errors
    /// There is none.
    pub fn size(&self) -> Result<u64> {
        Ok(fs::metadata(self.folder.path().join("messages.redb"))?.len())
    }

    /// The stored messages, oldest first, as `--list` prints them; also while it runs.
    ///
    /// # Errors
    /// They cannot be read.
    pub fn stored(&self) -> Result<Vec<Value>> {
        let lines = Press::succeed(self.folder.path(), &["receive", CONFIG, "--list"])?;
        let messages = lines.lines().map(serde_json::from_str);
        Ok(messages.collect::<Result<_, _>>()?)
    }

    /// Deletes a message; whether it was there.
    ///
    /// # Errors
    /// There is no such program.
    pub fn delete(&self, key: &str) -> Result<bool> {
        let output = Press::run(self.folder.path(), &["receive", CONFIG, "--delete", key])?;
        Ok(output.status.success())
    }
}
