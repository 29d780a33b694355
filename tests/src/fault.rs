//! The ways in which a server, or what stands between it and the reader, can fail.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderValue, Response, StatusCode, header};
use futures_util::stream;
use tokio::sync::watch;

use crate::chance::Chance;

/// A fault; it holds for all paths below a prefix until [`crate::Server::heal`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The server answers with this status and a small HTML page.
    Status(u16),
    /// No answer until healed: to the browser a time-out, if it gives up first.
    Hang,
    /// A captive portal: `200`, HTML, and nothing of what was asked for.
    Portal,
    /// Half the body, and then the connection is gone; `Content-Length` says so.
    Cut,
    /// Half the body, and `Content-Length` agrees with it: only a digest can tell.
    Short,
    /// The right bytes as `image/png`.
    WrongType,
    /// The right bytes in two pieces, the second a while after the first: this text begins it.
    Halting(&'static str),
    /// No body, with the right type and the status 200.
    Empty,
    /// The browser is sent to another file of the site.
    Elsewhere,
    /// The answer to another question of the kind: what was asked for before it.
    Swapped,
    /// The right bytes, a few at a time: done after about a second and a half.
    Slow,
    /// The first bytes, one at a time, and no end until healed.
    Crawl,
}

impl Fault {
    /// All that come to an end by themselves, or by the patience of who asks.
    pub const MANY: [Self; 11] = [
        Self::Status(500),
        Self::Status(503),
        Self::Portal,
        Self::Cut,
        Self::Short,
        Self::WrongType,
        Self::Empty,
        Self::Elsewhere,
        Self::Swapped,
        Self::Slow,
        Self::Crawl,
    ];
}

/// The sign-in page of a network that wants something first.
pub(crate) const PORTAL: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
    <title>Sign in to Harbour Wi-Fi</title><link rel=\"icon\" href=\"data:,\"><body><h1>Welcome to Harbour Wi-Fi</h1>\
    <form><button>Accept the terms</button></form></body></html>\n";

/// The faults in force, and what was asked of the server.
pub(crate) struct Faults {
    by_prefix: Mutex<BTreeMap<String, Fault>>,
    log: Mutex<Vec<String>>,
    heals: watch::Sender<u64>,
    mischief: Mutex<Option<Mischief>>,
    pub(crate) meddling: Mutex<Meddling>,
}

/// Faults by chance, for what is below some prefixes.
struct Mischief {
    chance: Chance,
    prefixes: Vec<String>,
    faults: Vec<Fault>,
    /// Of a hundred answers how many are good.
    good: u64,
}

/// What the server tells the script before the site's own (`meddle.js`).
#[derive(Default)]
pub(crate) struct Meddling {
    /// Every write that was to be made: by whom, and of what.
    pub(crate) writes: Vec<(String, String)>,
    /// For which write there is no space.
    pub(crate) full: Option<Full>,
    /// Whether there is space again after it.
    pub(crate) once: bool,
    /// Whether that write was to be made.
    pub(crate) hit: bool,
    /// By how much the clock is wrong, in milliseconds.
    pub(crate) clock: i64,
}

/// A write for which there is no space.
#[derive(Clone, Debug)]
pub enum Full {
    /// The first of this place and kind.
    Of(String, String),
    /// That of this number, counted from 0, of those whose kind contains this.
    Number(usize, String),
}

/// What is in local and session storage, which have a space of their own.
pub(crate) const OF_PAGES: &str = " storage: ";

impl Meddling {
    /// Notes a write; whether there is space for it.
    fn space(&mut self, place: &str, what: &str) -> bool {
        self.writes.push((place.to_owned(), what.to_owned()));
        // A page decides by itself of what it writes there.
        if what.contains(OF_PAGES) {
            return true;
        }
        let (first, all) = match &self.full {
            None => return true,
            Some(Full::Of(by, kind)) => ((by.as_str(), kind.as_str()) == (place, what), true),
            Some(Full::Number(number, kind)) => {
                let own = self.writes.iter().filter(|(_, what)| what.contains(kind));
                (
                    what.contains(kind) && own.count() > *number,
                    what.contains(kind),
                )
            }
        };
        let full = if self.hit { !self.once && all } else { first };
        self.hit |= first;
        !full
    }
}

impl Default for Faults {
    fn default() -> Self {
        Self {
            by_prefix: Mutex::default(),
            log: Mutex::default(),
            heals: watch::Sender::new(0),
            mischief: Mutex::default(),
            meddling: Mutex::default(),
        }
    }
}

impl Faults {
    pub(crate) fn set(&self, prefix: &str, fault: Fault) {
        lock(&self.by_prefix).insert(prefix.to_owned(), fault);
    }

    pub(crate) fn heal(&self) {
        lock(&self.by_prefix).clear();
        *lock(&self.mischief) = None;
        self.heals.send_modify(|count| *count += 1);
    }

    pub(crate) fn record(&self, path: &str) {
        lock(&self.log).push(path.to_owned());
    }

    pub(crate) fn log(&self) -> Vec<String> {
        lock(&self.log).clone()
    }

    pub(crate) fn forget(&self) {
        lock(&self.log).clear();
    }

    /// The fault of the longest prefix of a path.
    pub(crate) fn of(&self, path: &str) -> Option<Fault> {
        let own = lock(&self.by_prefix)
            .iter()
            .filter(|(prefix, _)| path.starts_with(prefix.as_str()))
            .max_by_key(|(prefix, _)| prefix.len())
            .map(|(_, fault)| *fault);
        let mut mischief = lock(&self.mischief);
        let mischief = mischief.as_mut().filter(|own| {
            own.prefixes
                .iter()
                .any(|prefix| path.starts_with(prefix.as_str()))
        });
        own.or_else(|| {
            let Mischief {
                chance,
                faults,
                good,
                ..
            } = mischief?;
            (chance.below(100) >= *good).then(|| *chance.one(faults))
        })
    }

    pub(crate) fn at_random(&self, prefixes: Vec<String>, faults: &[Fault], seed: u64, good: u64) {
        *lock(&self.mischief) = Some(Mischief {
            chance: Chance::new(seed),
            prefixes,
            faults: faults.to_vec(),
            good,
        });
    }

    /// What was asked for before, of the same kind, and is not this.
    pub(crate) fn other(&self, path: &str) -> Option<String> {
        let kind = |path: &str| {
            let (folder, name) = path.rsplit_once('/').unwrap_or_default();
            let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
            let folder = if name.is_empty() { "" } else { folder };
            (folder.to_owned(), ending.to_owned())
        };
        let log = lock(&self.log);
        let mut before = log.iter().rev();
        before
            .find(|other| *other != path && kind(other) == kind(path))
            .cloned()
    }

    /// Answers the script before the site's own; `None` for all other paths (below the base).
    pub(crate) fn told(&self, path: &str, query: &str) -> Option<Response<Body>> {
        let mut meddling = lock(&self.meddling);
        let text = match path {
            "__clock" => meddling.clock.to_string(),
            "__write" => {
                let value = |name: &str| {
                    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
                    let found = pairs.find(|(own, _)| *own == name);
                    found.map_or_else(String::new, |(_, value)| plain(value))
                };
                let space = meddling.space(&value("where"), &value("what"));
                if space { "space" } else { "full" }.to_owned()
            }
            _ => return None,
        };
        let mut response = Response::new(Body::from(text));
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Some(response)
    }

    /// Waits until healed.
    pub(crate) async fn healed(&self) {
        // The sender lives as long as we do.
        let _ = self.heals.subscribe().changed().await;
    }
}

/// A value of a query: what `URLSearchParams` writes of the few signs that names of writes have.
fn plain(value: &str) -> String {
    value
        .replace('+', " ")
        .replace("%3A", ":")
        .replace("%2F", "/")
}

/// A test that panicked while it held the lock has failed already.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Turns a good answer into a bad one.
pub(crate) async fn spoil(fault: Fault, good: Response<Body>) -> Response<Body> {
    match fault {
        Fault::Status(code) => html(
            StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            "<!doctype html><title>Error</title><link rel=\"icon\" href=\"data:,\"><h1>Something broke</h1>\n",
        ),
        Fault::Portal => html(StatusCode::OK, PORTAL),
        Fault::Hang | Fault::Swapped => good,
        Fault::Empty => {
            let (mut parts, _) = good.into_parts();
            parts
                .headers
                .insert(header::CONTENT_LENGTH, HeaderValue::from(0));
            Response::from_parts(parts, Body::empty())
        }
        Fault::Elsewhere => {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::FOUND;
            response
                .headers_mut()
                .insert(header::LOCATION, HeaderValue::from_static("/robots.txt"));
            response
        }
        Fault::Slow | Fault::Crawl => {
            let (parts, body) = good.into_parts();
            let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
            let size = if fault == Fault::Slow {
                bytes.len().div_ceil(8).max(1)
            } else {
                1
            };
            let pieces: Vec<Bytes> = (0..bytes.len())
                .step_by(size)
                .map(|at| bytes.slice(at..bytes.len().min(at + size)))
                .collect();
            let drops = stream::iter(pieces);
            let drops = futures_util::StreamExt::then(drops, |piece| async {
                tokio::time::sleep(Duration::from_millis(200)).await;
                Ok::<_, std::io::Error>(piece)
            });
            Response::from_parts(parts, Body::from_stream(drops))
        }
        Fault::WrongType => {
            let (mut parts, body) = good.into_parts();
            parts
                .headers
                .insert(header::CONTENT_TYPE, HeaderValue::from_static("image/png"));
            Response::from_parts(parts, body)
        }
        Fault::Halting(text) => {
            let (parts, body) = good.into_parts();
            let mut first = to_bytes(body, usize::MAX).await.unwrap_or_default();
            let at = first
                .windows(text.len())
                .position(|own| own == text.as_bytes());
            let rest = first.split_off(at.unwrap_or_default());
            let rest = async {
                tokio::time::sleep(Duration::from_millis(400)).await;
                Ok::<_, std::io::Error>(rest)
            };
            let chunks = stream::iter([Ok(first)]);
            let chunks = futures_util::StreamExt::chain(chunks, stream::once(rest));
            Response::from_parts(parts, Body::from_stream(chunks))
        }
        Fault::Cut | Fault::Short => {
            let (mut parts, body) = good.into_parts();
            let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
            let half = bytes.slice(..bytes.len() / 2);
            let cut = fault == Fault::Cut;
            let length = if cut { bytes.len() } else { half.len() };
            parts
                .headers
                .insert(header::CONTENT_LENGTH, HeaderValue::from(length));
            let body = if cut { cut_off(half) } else { Body::from(half) };
            Response::from_parts(parts, body)
        }
    }
}

/// A body that breaks off: the server closes the connection when the stream fails.
fn cut_off(half: Bytes) -> Body {
    let end = async {
        // So that the first half is on its way before the connection is closed.
        tokio::time::sleep(Duration::from_millis(20)).await;
        Err(std::io::Error::other("cut off on purpose"))
    };
    let chunks = stream::iter([Ok(half)]);
    Body::from_stream(futures_util::StreamExt::chain(chunks, stream::once(end)))
}

fn html(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    response
}
