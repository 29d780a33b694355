//! Ports that stay ours while a server is stopped.
//!
//! The system hands out ports above 32767 to anyone who asks for "any"; a port from there could be
//! taken by another program between stop and start. Ours come from below, another range per process.

use std::net::TcpListener;
use std::sync::atomic::{AtomicU16, Ordering};

use anyhow::{Result, bail};

const FIRST: u16 = 18_000;
const LAST: u16 = 31_999;

static NEXT: AtomicU16 = AtomicU16::new(0);

/// A port on 127.0.0.1 that nobody listens on and that no other caller in this process gets.
pub(crate) fn free() -> Result<u16> {
    let span = LAST - FIRST;
    let start = u16::try_from(std::process::id() % 350)? * 40;
    for _ in 0..span {
        let offset = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = FIRST + (start.wrapping_add(offset)) % span;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    bail!("no port between {FIRST} and {LAST} is free")
}
