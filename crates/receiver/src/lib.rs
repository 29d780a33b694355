//! Takes readers' messages: checks, stores and forwards them (`press receive`). docs/contact.md is its
//! contract and its manual.
//!
//! Entry points: [`Config::parse`], [`run`], and [`Store`] for what lists and deletes messages. The way
//! of a message is `http` (is the request one we take) → `message` (is it whole) → `store` (once) →
//! `reply`, and later `forward` (by mail).
//!
//! It never answers 2xx before a message is on the disk, never stores one twice, and never sends mail
//! to anybody but the one recipient of its configuration. A clock is a port ([`Clock`]).

mod config;
mod forward;
mod http;
mod limit;
mod mail;
mod message;
mod refusal;
mod reply;
mod server;
mod smtp;
mod store;
mod texts;
mod toml_table;

use std::io::Write as _;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use anyhow::Context as _;
use jiff::Timestamp;
use tokio::sync::Notify;

pub use config::{Config, Forward, Limits, Problem};
pub use limit::Rate;
pub use message::{Message, Spam};
pub use smtp::PASSWORD;
pub use store::{Forwarding, ServerLock, Store, StoreError, Stored};

/// What time it is.
pub trait Clock: Send + Sync + 'static {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// The system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// Serves until `ended` is done, then finishes what is open. `ready` is told where it listens, port
/// included, as soon as connections are taken.
///
/// # Errors
/// The store or the address cannot be used.
pub async fn run(
    config: Config,
    clock: Arc<dyn Clock>,
    ready: impl FnOnce(SocketAddr),
    ended: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    let _lock = ServerLock::take(&config.store)?;
    let store = Arc::new(Store::open(&config.store)?);
    let listener = TcpListener::bind(config.listen)
        .with_context(|| format!("nothing can listen on {}", config.listen))?;
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let bell = Arc::new(Notify::new());
    let most = server::Most {
        in_all: config.limits.connections,
        per_address: (config.trust_forwarded == 0).then_some(config.limits.connections_per_address),
    };
    let forward = config.forward.clone().zip(Some(config.site.clone()));
    let shared = http::Shared::new(
        config,
        Arc::clone(&store),
        Arc::clone(&clock),
        Arc::clone(&bell),
    );
    let router = http::router(Arc::new(shared));
    let forwarding = forward
        .map(|(forward, site)| forward::start(&forward, &site, store, clock, bell))
        .transpose()?;
    ready(listener.local_addr()?);
    server::serve(listener, router, most, ended).await;
    if let Some(task) = forwarding {
        // What it has not noted as sent it sends again at the next start.
        task.abort();
    }
    Ok(())
}

/// One line on standard error. That nobody reads it stops nothing.
fn log(clock: &dyn Clock, words: &str) {
    let _ = writeln!(std::io::stderr(), "{:.0} {words}", clock.now());
}

/// An error with its causes.
fn in_full(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(&format!(": {inner}"));
        cause = inner.source();
    }
    text
}
