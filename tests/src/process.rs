//! Child processes that never outlive their test: each has a process group of its own, which is
//! ended when the handle is dropped, also by a panic.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};

/// A child process and its group.
pub(crate) struct Process {
    pub(crate) child: Child,
}

impl Process {
    /// Starts a program without input; its messages are dropped.
    pub(crate) fn spawn(command: &mut Command) -> Result<Self> {
        let child = command
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .with_context(|| format!("{:?} could not be started", command.get_program()))?;
        Ok(Self { child })
    }

    /// Asks it to end, as Ctrl-C does.
    pub(crate) fn interrupt(&self) -> Result<()> {
        Ok(kill_process(Pid::from_child(&self.child), Signal::INT)?)
    }

    /// Kills it and its group.
    pub(crate) fn kill(&self) {
        // An error means that the group is gone already.
        let _ = kill_process_group(Pid::from_child(&self.child), Signal::KILL);
    }

    /// Fails if the process has ended.
    pub(crate) fn alive(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            Some(status) => bail!("the driver ended ({status})"),
            None => Ok(()),
        }
    }

    fn ended_within(&mut self, time: Duration) -> bool {
        let start = Instant::now();
        while start.elapsed() < time {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return true;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        false
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let group = Pid::from_child(&self.child);
        // An error means that the group is gone already.
        let _ = kill_process_group(group, Signal::TERM);
        self.ended_within(Duration::from_secs(3));
        // The leader's end says nothing of the rest of the group.
        let _ = kill_process_group(group, Signal::KILL);
        let _ = self.child.wait();
    }
}

/// Ends every process that has this path among its arguments: a browser that left its driver's
/// group. The path is a temporary folder of ours, so nobody else's process can have it.
pub(crate) fn end_users_of(folder: &Path) {
    let needle = folder.as_os_str().as_bytes();
    let own = std::process::id();
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return;
    };
    for entry in entries.flatten() {
        let Some(id) = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse::<i32>().ok())
        else {
            continue;
        };
        let Ok(arguments) = std::fs::read(entry.path().join("cmdline")) else {
            continue;
        };
        let uses = arguments
            .windows(needle.len().max(1))
            .any(|window| window == needle);
        if let Some(pid) = Pid::from_raw(id).filter(|_| uses && u32::try_from(id) != Ok(own)) {
            let _ = kill_process(pid, Signal::KILL);
        }
    }
}

/// A program: from a variable, else the first of some names on PATH.
pub(crate) fn program(variable: &str, names: &[&str]) -> Result<PathBuf> {
    if let Some(file) = std::env::var_os(variable) {
        return Ok(file.into());
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    names
        .iter()
        .flat_map(|name| std::env::split_paths(&path).map(move |folder| folder.join(name)))
        .find(|file| file.is_file())
        .with_context(|| {
            format!(
                "none of {} is on PATH: run `cargo xtask setup --test`, or set {variable}",
                names.join(", ")
            )
        })
}

/// A command with a quiet environment: no session bus to wait for, no accessibility bus.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command
        .env("NO_AT_BRIDGE", "1")
        .env("GTK_A11Y", "none")
        .stdout(Stdio::null());
    command
}
