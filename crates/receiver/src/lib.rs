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
use std::time::Duration;

use anyhow::Context as _;
use jiff::Timestamp;
use tokio::sync::Notify;

pub use config::{Config, Forward, Limits, Problem};
pub use limit::Rate;
pub use message::{Message, Spam};
pub use smtp::PASSWORD;
pub use store::{Forwarding, ServerLock, Store, StoreError, Stored};

/// How often what is past is removed from the store.
const UPKEEP: Duration = Duration::from_secs(3600);
/// A smaller file is not worth being made smaller, bytes.
const SHRINK: u64 = 64 << 20;

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
    let most = u64::from(config.limits.store_mib) << 20;
    let store = Arc::new(Store::open(&config.store)?.limited(most));
    let keep_spam_days = config.keep_spam_days;
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
    keep_up(&store, &*clock, keep_spam_days);
    let upkeep = tokio::spawn({
        let (store, clock) = (Arc::clone(&store), Arc::clone(&clock));
        async move {
            loop {
                tokio::time::sleep(UPKEEP).await;
                let (store, clock) = (Arc::clone(&store), Arc::clone(&clock));
                // It panics never, and if it did, in an hour is another time.
                let _ = tokio::task::spawn_blocking(move || {
                    keep_up(&store, &*clock, keep_spam_days);
                })
                .await;
            }
        }
    });
    let forwarding = forward
        .map(|(forward, site)| forward::start(&forward, &site, store, clock, bell))
        .transpose()?;
    ready(listener.local_addr()?);
    server::serve(listener, router, most, ended).await;
    upkeep.abort();
    if let Some(task) = forwarding {
        // What it has not noted as sent it sends again at the next start.
        task.abort();
    }
    Ok(())
}

/// Removes from the store what is past. A failure is told, and stops nothing.
fn keep_up(store: &Store, clock: &dyn Clock, keep_spam_days: u32) {
    let done = store
        .tidy(clock.now(), keep_spam_days)
        .and_then(|removed| Ok((removed, store.shrink(SHRINK)?)));
    match done {
        Ok((0, false)) => {}
        Ok((removed, shrunk)) => {
            let shrunk = if shrunk { ", file made smaller" } else { "" };
            log(
                clock,
                &format!("{removed} old spam messages deleted{shrunk}"),
            );
        }
        Err(error) => log(clock, &format!("error: {}", in_full(&error))),
    }
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
