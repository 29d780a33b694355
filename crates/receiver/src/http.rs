//! The endpoint: requests in, answers out, in the order the contract has (docs/contact.md).
//!
//! Entry point: [`router`]. A request is refused before its body is read where that can be, nothing is
//! stored before all is checked, and 2xx is said only after the message is on the disk.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{
    ACCEPT, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ALLOW,
    CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, ORIGIN, VARY,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode};
use http_body_util::BodyExt as _;
use jiff::Timestamp;
use tokio::sync::Notify;

use crate::config::Config;
use crate::limit::{self, Limiter};
use crate::message::{Encoding, Fields, Submission};
use crate::refusal::Refusal;
use crate::reply::{self, Asker, Outcome};
use crate::store::{Forwarding, Kept, Store};
use crate::{Clock, log};

/// A body has to arrive within this time.
const BODY_TIME: Duration = Duration::from_secs(30);
/// So many times the largest body is read and thrown away, so that who sends it hears why it is refused.
const OVERRUN: usize = 16;
/// When to come again if the store cannot be written.
const LATER: Duration = Duration::from_secs(60);
const ALLOWED: &str = "GET, HEAD, OPTIONS, POST";
const KEY_HEADER: HeaderName = HeaderName::from_static("idempotency-key");
const FORWARDED: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The peer of a connection; the server puts it into each request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// What all requests share.
pub(crate) struct Shared {
    pub(crate) config: Config,
    pub(crate) store: Arc<Store>,
    pub(crate) clock: Arc<dyn Clock>,
    /// Rung when there is something to send on.
    pub(crate) bell: Arc<Notify>,
    limiters: Mutex<(Limiter<IpAddr>, Limiter<()>)>,
}

impl Shared {
    pub(crate) fn new(
        config: Config,
        store: Arc<Store>,
        clock: Arc<dyn Clock>,
        bell: Arc<Notify>,
    ) -> Self {
        let limits = &config.limits;
        let limiters = (
            Limiter::new(limits.per_address),
            Limiter::new(limits.in_all),
        );
        Self {
            config,
            store,
            clock,
            bell,
            limiters: Mutex::new(limiters),
        }
    }

    /// Counts a new message against both limits, or against neither.
    fn count(&self, address: IpAddr, now: Timestamp) -> Result<(), Refusal> {
        let mut limiters = self.limiters.lock().unwrap_or_else(PoisonError::into_inner);
        let (each, all) = &mut *limiters;
        let household = limit::household(address);
        each.check(&household, now).map_err(Refusal::TooMany)?;
        all.take((), now).map_err(Refusal::Later)?;
        each.take(household, now).map_err(Refusal::TooMany)
    }
}

/// The service.
pub(crate) fn router(shared: Arc<Shared>) -> Router {
    Router::new().fallback(respond).with_state(shared)
}

async fn respond(State(shared): State<Arc<Shared>>, request: Request) -> Response<Body> {
    let start = Instant::now();
    let method = request.method().clone();
    let (response, word) = if request.uri().path() == shared.config.path {
        match method {
            Method::POST => take(&shared, request).await,
            Method::OPTIONS => (preflight(&shared.config, request.headers()), "preflight"),
            Method::GET | Method::HEAD => (reply::about(&shared.config.site), "about"),
            _ => {
                let mut response = reply::plain(
                    StatusCode::METHOD_NOT_ALLOWED,
                    "Messages are sent with POST.\n",
                );
                let allowed = HeaderValue::from_static(ALLOWED);
                response.headers_mut().insert(ALLOW, allowed);
                (response, "method")
            }
        }
    } else {
        (
            reply::plain(StatusCode::NOT_FOUND, "There is nothing at this address.\n"),
            "path",
        )
    };
    // No address, no path, nothing that was sent.
    let method = if ALLOWED.split(", ").any(|known| known == method.as_str()) {
        method.as_str()
    } else {
        "other"
    };
    let status = response.status().as_u16();
    log(
        &*shared.clock,
        &format!(
            "{method} {status} {word} {} ms",
            start.elapsed().as_millis()
        ),
    );
    response
}

/// What browsers ask before a script of another origin posts.
fn preflight(config: &Config, headers: &HeaderMap) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let allowed = allow_origin(config, headers, &mut response);
    let headers = response.headers_mut();
    headers.insert(ALLOW, HeaderValue::from_static(ALLOWED));
    if allowed {
        headers.insert(
            ACCESS_CONTROL_ALLOW_METHODS,
            HeaderValue::from_static("POST"),
        );
        let names = HeaderValue::from_static("content-type, idempotency-key");
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, names);
        headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
    }
    response
}

/// Lets scripts of a configured origin read the answer; whether it is one.
fn allow_origin(config: &Config, asked: &HeaderMap, response: &mut Response<Body>) -> bool {
    let headers = response.headers_mut();
    headers.insert(VARY, HeaderValue::from_static("Origin, Accept"));
    let Some(origin) = asked.get(ORIGIN).filter(|origin| is_ours(config, origin)) else {
        return false;
    };
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    headers.insert(
        ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static("retry-after"),
    );
    true
}

fn is_ours(config: &Config, origin: &HeaderValue) -> bool {
    config.origins.iter().any(|ours| ours == origin)
}

/// Whether an address is on a site that may post here.
fn on_our_site(config: &Config, page: &str) -> bool {
    config.origins.iter().any(|ours| {
        page.strip_prefix(ours.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
    })
}

/// A posted message.
async fn take(shared: &Arc<Shared>, request: Request) -> (Response<Body>, &'static str) {
    let (parts, body) = request.into_parts();
    let headers = &parts.headers;
    let peer = parts.extensions.get::<Peer>().map(|peer| peer.0.ip());
    let mut asker = Asker {
        page_wanted: reply::wants_page(text(headers, &ACCEPT)),
        site: shared.config.site.clone(),
        ..Asker::default()
    };
    let kept = judge(shared, headers, peer, body, &mut asker).await;
    let (outcome, word) = match kept.unwrap_or_else(Kept::Refused) {
        Kept::Here { key, received, new } => {
            let word = if new { "stored" } else { "known" };
            (Outcome::Stored { key, received }, word)
        }
        Kept::Refused(refusal) => {
            let word = refusal.word();
            (Outcome::Refused(refusal), word)
        }
    };
    let mut response = asker.reply(&outcome);
    allow_origin(&shared.config, headers, &mut response);
    if matches!(
        outcome,
        Outcome::Refused(Refusal::TooLarge | Refusal::Later(_))
    ) {
        // Parts of the body may be left on the connection.
        response
            .headers_mut()
            .insert(CONNECTION, HeaderValue::from_static("close"));
    }
    (response, word)
}

async fn judge(
    shared: &Arc<Shared>,
    headers: &HeaderMap,
    peer: Option<IpAddr>,
    body: Body,
    asker: &mut Asker,
) -> Result<Kept, Refusal> {
    let config = &shared.config;
    // A page that keeps its address to itself posts forms as "null".
    if headers
        .get(ORIGIN)
        .is_some_and(|origin| origin != "null" && !is_ours(config, origin))
    {
        return Err(Refusal::Foreign);
    }
    let encoding = Encoding::of(text(headers, &CONTENT_TYPE)).ok_or(Refusal::Type)?;
    let most = match encoding {
        Encoding::Json => config.limits.body,
        Encoding::Form => config.limits.body * 3,
    };
    let body = tokio::time::timeout(BODY_TIME, read(body, headers, most))
        .await
        .map_err(|_| Refusal::Later(LATER))??;
    let fields = Fields::read(encoding, &body)?;
    fields.lang().clone_into(&mut asker.lang);
    fields.get("message").clone_into(&mut asker.message);
    if on_our_site(config, fields.page()) {
        fields.page().clone_into(&mut asker.back);
    }
    let key = match headers.get(KEY_HEADER) {
        None => None,
        Some(key) => Some(
            key.to_str()
                .map_err(|_| Refusal::Malformed("The header Idempotency-Key is no text.".into()))?,
        ),
    };
    let submission = Submission::read(&fields, key, config.consent)?;

    let unknown = IpAddr::from([0, 0, 0, 0]);
    let forwarded = forwarded(headers);
    let address = limit::client(peer.unwrap_or(unknown), &forwarded, config.trust_forwarded);
    let forwarding = match (&config.forward, submission.spam) {
        (Some(_), None) => Forwarding::WAITING,
        _ => Forwarding::Off,
    };
    let now = shared.clock.now();
    // The store waits for the disk, which must hold nobody else up.
    let with = Arc::clone(shared);
    let keep = move || {
        let admit = || with.count(address, now);
        with.store.keep(submission, forwarding, now, admit)
    };
    let failed = |error: &dyn std::error::Error| {
        log(&*shared.clock, &format!("error: {}", crate::in_full(error)));
        Refusal::Later(LATER)
    };
    let kept = match tokio::task::spawn_blocking(keep).await {
        Ok(Ok(kept)) => kept,
        Ok(Err(error)) => return Err(failed(&error)),
        Err(error) => return Err(failed(&error)),
    };
    if kept == Kept::Refused(Refusal::Full) {
        let told = format!(
            "error: the store holds {} MiB of messages, which is all it may: nothing is taken until some are deleted \
             (press receive FILE --delete KEY) or `store_mib` in [limits] is raised",
            config.limits.store_mib
        );
        log(&*shared.clock, &told);
    }
    if matches!(kept, Kept::Here { new: true, .. }) {
        shared.bell.notify_one();
    }
    Ok(kept)
}

/// All of `X-Forwarded-For`, which may be there more than once.
fn forwarded(headers: &HeaderMap) -> String {
    let lines: Vec<&str> = headers
        .get_all(FORWARDED)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .collect();
    lines.join(",")
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> &'a str {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

/// Reads a body of at most so many bytes.
async fn read(mut body: Body, headers: &HeaderMap, most: usize) -> Result<Vec<u8>, Refusal> {
    let told = text(headers, &CONTENT_LENGTH)
        .parse::<usize>()
        .unwrap_or_default();
    if told > most * OVERRUN {
        return Err(Refusal::TooLarge);
    }
    let (mut bytes, mut length) = (Vec::with_capacity(told.min(most)), 0);
    while let Some(frame) = body.frame().await {
        // Whoever broke it off hears no answer.
        let frame = frame.map_err(|_| Refusal::Malformed("The body broke off.".into()))?;
        let Some(data) = frame.data_ref() else {
            continue;
        };
        length += data.len();
        if length <= most {
            bytes.extend_from_slice(data);
        } else if length > most * OVERRUN {
            break;
        }
    }
    if length > most {
        Err(Refusal::TooLarge)
    } else {
        Ok(bytes)
    }
}
