//! `cargo xtask serve`: build, then serve `site/` until interrupted.

use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::{build, setup};

/// How many ports after the wished-for one are tried.
const TRIES: u16 = 20;

/// Sets up, builds and serves; the address is the last line printed.
pub(crate) fn serve(port: u16, lan: bool) -> Result<()> {
    let env = setup::setup(setup::Needs::Build)?;
    build::build(&env, None)?;
    let host = if lan { "0.0.0.0" } else { "127.0.0.1" };
    let free = free_port(host, port).with_context(|| {
        format!(
            "ports {port} to {} are all taken",
            port.saturating_add(TRIES)
        )
    })?;
    if free != port {
        println!("Port {port} is taken.");
    }
    let mut press = build::press(&env);
    press.args(["serve", "site", "--port", &free.to_string()]);
    if lan {
        press.args(["--address", host]);
    }
    let mut server = press.spawn().context("press could not be started")?;
    let start = Instant::now();
    while TcpStream::connect(("127.0.0.1", free)).is_err() {
        if let Some(status) = server.try_wait()? {
            bail!("press serve ended at once ({status})");
        }
        if start.elapsed() > Duration::from_secs(60) {
            server.kill()?;
            bail!("press serve does not answer on port {free}");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    println!("\n  Lamplight is at http://127.0.0.1:{free}/  (Ctrl-C ends it)\n");
    if lan {
        println!("  Other devices: http://<this machine's address>:{free}/");
        println!("  (browsers allow offline reading and installing on https and localhost only)\n");
    }
    let status = server.wait()?;
    if !status.success() {
        bail!("press serve ended: {status}");
    }
    Ok(())
}

fn free_port(host: &str, port: u16) -> Option<u16> {
    (port..=port.saturating_add(TRIES)).find(|port| TcpListener::bind((host, *port)).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_passed_over() {
        let taken = TcpListener::bind(("127.0.0.1", 0)).expect("binds");
        let port = taken.local_addr().expect("has an address").port();
        let found = free_port("127.0.0.1", port).expect("another is free");
        assert_ne!(found, port);
    }
}
