//! `cargo xtask serve`: build, then serve `site/` until interrupted, with a receiver of readers' messages beside it.
//!
//! Entry point: [`serve`]. What it starts must never outlive it.

use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use signal_hook::consts::{SIGCHLD, SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::dist::cargo_target;
use crate::run::Env;
use crate::{build, run, setup};

/// Where the receiver listens, if that is free: the address is part of the app, and a browser that was here before
/// is offered no new app as long as it stays.
const RECEIVER: u16 = 8300;

/// How many ports after the wished-for one are tried.
const TRIES: u16 = 20;

/// The receiver's folder, below the root.
const FOLDER: &str = "target/contact";

/// Sets up, builds and serves; press prints the addresses.
pub(crate) fn serve(port: u16, lan: bool) -> Result<()> {
    let env = setup::setup(setup::Needs::Build)?;
    build::app(&env)?;
    if lan {
        // Other devices do not reach a receiver that is this machine's alone: there messages stay emails.
        build::site(&env, &[])?;
        let mut press = build::press_with_app(&env);
        press.args(["serve", "site", "--lan", "--port", &port.to_string()]);
        return run::run(&mut press);
    }
    // The receiver has to know the site's port, and the site the receiver's.
    let port = free(port)?;
    let endpoint = format!("127.0.0.1:{}", free(RECEIVER)?);
    let url = format!("http://{endpoint}/");
    // The receiver's answers lead back to pages at the site's own address.
    let home = format!("http://127.0.0.1:{port}/");
    build::site(&env, &["--base-url", &home, "--contact-endpoint", &url])?;
    let config = configure(&run::root().join(FOLDER), port, &endpoint)?;
    let mut running = Running::new()?;
    receive(&env, &config, &mut running)?;

    let press = cargo_target().join("release/press-dist");
    let press = press.strip_prefix(run::root()).unwrap_or(&press).display();
    println!(
        "\nMessages sent by the form of contact are in {FOLDER}/messages.redb. This lists them:"
    );
    println!("  {press} receive {config} --list\n");
    let mut serve = build::press_with_app(&env);
    serve.args(["serve", "site", "--port", &port.to_string()]);
    running.start("press serve", &mut serve)?;
    running.wait()
}

/// A port of this machine that nobody listens on: the wished-for one or one of those after it.
fn free(wished: u16) -> Result<u16> {
    for port in wished..=wished.saturating_add(TRIES) {
        if let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            if port != wished {
                println!("Port {wished} is taken; this is port {port}.");
            }
            return Ok(listener.local_addr()?.port());
        }
    }
    bail!("nothing can listen on port {wished} of this machine, nor on the {TRIES} after it")
}

/// Writes the receiver's configuration; its path, from the root.
fn configure(folder: &Path, site: u16, endpoint: &str) -> Result<String> {
    std::fs::create_dir_all(folder)?;
    let text = format!(
        "# Written by `cargo xtask serve`.\nlisten = \"{endpoint}\"\n\
         origins = [\"http://127.0.0.1:{site}\", \"http://localhost:{site}\"]\nsite = \"The Wrack Line\"\n"
    );
    std::fs::write(folder.join("receive.toml"), text)?;
    Ok([FOLDER, "/receive.toml"].concat())
}

/// Starts the receiver, and waits until it listens.
fn receive(env: &Env, config: &str, running: &mut Running) -> Result<()> {
    let mut command = build::press_with_app(env);
    command.args(["receive", config]).stdout(Stdio::piped());
    let output = running.start("press receive", &mut command)?.stdout.take();
    let mut line = String::new();
    BufReader::new(output.context("it has no output")?).read_line(&mut line)?;
    ensure!(
        line.starts_with("listening on "),
        "`press receive` did not start"
    );
    Ok(())
}

/// Programs that run side by side and end together: with this value, at the latest.
struct Running {
    children: Vec<(&'static str, Child)>,
    /// Caught from the start: a signal that came while something was being started is not lost.
    signals: Signals,
}

impl Running {
    fn new() -> Result<Self> {
        Ok(Self {
            children: Vec::new(),
            signals: Signals::new([SIGINT, SIGTERM, SIGHUP, SIGCHLD])?,
        })
    }

    fn start(&mut self, name: &'static str, command: &mut Command) -> Result<&mut Child> {
        let child = command
            .spawn()
            .with_context(|| format!("`{name}` could not be started"))?;
        self.children.push((name, child));
        let (_, child) = self.children.last_mut().context("it was just added")?;
        Ok(child)
    }

    /// Waits until this program is asked to end, or one of the others ends, and ends them all. Ctrl-C reaches all of
    /// them, and an end that was asked for is a good one.
    fn wait(mut self) -> Result<()> {
        let mut first = None;
        for signal in self.signals.forever() {
            if signal != SIGCHLD {
                break;
            }
            first = ended(&mut self.children)?;
            if first.is_some() {
                break;
            }
        }
        match first {
            Some((name, status)) if !status.success() => bail!("`{name}` failed ({status})"),
            _ => Ok(()),
        }
    }
}

/// One that has ended, and how.
fn ended(children: &mut [(&'static str, Child)]) -> Result<Option<(&'static str, ExitStatus)>> {
    for (name, child) in children {
        if let Some(status) = child.try_wait()? {
            return Ok(Some((*name, status)));
        }
    }
    Ok(None)
}

impl Drop for Running {
    fn drop(&mut self) {
        for (_, child) in &mut self.children {
            // One that was waited for has no number any more that is its own.
            if matches!(child.try_wait(), Ok(None)) {
                let _ = kill_process(Pid::from_child(child), Signal::TERM);
            }
        }
        for (_, child) in &mut self.children {
            let _ = child.wait();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::{Mutex, PoisonError};

    use super::*;

    /// A signal reaches whatever waits in this process.
    static ALONE: Mutex<()> = Mutex::new(());

    fn sleeper() -> Command {
        let mut command = Command::new("sleep");
        command.arg("600");
        command
    }

    fn is_there(id: u32) -> bool {
        Pid::from_raw(id.cast_signed())
            .is_some_and(|id| rustix::process::test_kill_process(id).is_ok())
    }

    #[test]
    fn when_one_ends_badly_the_other_is_ended_and_that_is_said() {
        let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let mut running = Running::new().expect("signals");
        let other = running.start("other", &mut sleeper()).expect("starts").id();
        let mut failing = Command::new("sh");
        failing.args(["-c", "exit 3"]);
        running.start("failing", &mut failing).expect("starts");
        let error = running.wait().expect_err("it failed").to_string();
        assert!(error.contains("`failing` failed"), "{error}");
        assert!(!is_there(other));
    }

    #[test]
    fn a_signal_ends_all_of_them_and_is_a_good_end() {
        let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let mut running = Running::new().expect("signals");
        let ids =
            ["one", "two"].map(|name| running.start(name, &mut sleeper()).expect("starts").id());
        kill_process(rustix::process::getpid(), Signal::TERM).expect("a signal");
        running.wait().expect("ends well");
        assert!(!ids.into_iter().any(is_there));
    }

    #[test]
    fn a_taken_port_is_passed_over() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = taken.local_addr().expect("an address").port();
        assert_ne!(free(port).expect("another"), port);
    }

    #[test]
    fn the_receiver_takes_messages_of_the_served_site_alone() {
        let folder = std::env::temp_dir().join(format!("lamplight-serve-{}", std::process::id()));
        configure(&folder, 8001, "127.0.0.1:8300").expect("written");
        let text = fs::read_to_string(folder.join("receive.toml")).expect("a file");
        fs::remove_dir_all(&folder).expect("removed");
        assert!(text.contains("listen = \"127.0.0.1:8300\""), "{text}");
        assert!(
            text.contains("origins = [\"http://127.0.0.1:8001\", \"http://localhost:8001\"]"),
            "{text}"
        );
    }
}
