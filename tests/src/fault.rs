//! The ways in which a server, or what stands between it and the reader, can fail.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderValue, Response, StatusCode, header};
use futures_util::stream;
use tokio::sync::watch;

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
}

impl Default for Faults {
    fn default() -> Self {
        Self {
            by_prefix: Mutex::default(),
            log: Mutex::default(),
            heals: watch::Sender::new(0),
        }
    }
}

impl Faults {
    pub(crate) fn set(&self, prefix: &str, fault: Fault) {
        lock(&self.by_prefix).insert(prefix.to_owned(), fault);
    }

    pub(crate) fn heal(&self) {
        lock(&self.by_prefix).clear();
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
        lock(&self.by_prefix)
            .iter()
            .filter(|(prefix, _)| path.starts_with(prefix.as_str()))
            .max_by_key(|(prefix, _)| prefix.len())
            .map(|(_, fault)| *fault)
    }

    /// Waits until healed.
    pub(crate) async fn healed(&self) {
        // The sender lives as long as we do.
        let _ = self.heals.subscribe().changed().await;
    }
}

/// A test that panicked while it held the lock has failed already.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
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
        Fault::Hang => good,
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
