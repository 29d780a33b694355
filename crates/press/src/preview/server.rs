//! The preview's answers: the site's, with the script in its pages, and never from a browser's cache.
//!
//! Entry point: [`router`].

use std::convert::Infallible;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use futures_util::stream;
use tokio::sync::watch::Receiver;
use tower::ServiceExt as _;

use super::page::{self, EVENTS, SCRIPT, SCRIPT_TEXT};
use super::{State, at_rest};
use crate::hosting;
use crate::pages::plain;

const NEVER_KEPT: HeaderValue = HeaderValue::from_static("no-store");

/// Serves what `state` says.
pub(super) fn router(state: Receiver<State>) -> Router {
    let events = state.clone();
    Router::new()
        .route(
            SCRIPT,
            get(|| async {
                let kind = HeaderValue::from_static("text/javascript; charset=utf-8");
                let headers = [
                    (header::CONTENT_TYPE, kind),
                    (header::CACHE_CONTROL, NEVER_KEPT),
                ];
                (headers, SCRIPT_TEXT)
            }),
        )
        .route(EVENTS, get(|| async move { follow(events) }))
        .fallback(move |request: Request| answer(state.clone(), request))
}

/// Tells an open page of the present state, and of each that follows.
fn follow(state: Receiver<State>) -> impl IntoResponse {
    let told = stream::unfold((state, None), |(mut state, last)| async move {
        loop {
            let news = state.borrow_and_update().news.clone();
            if last.as_ref() != Some(&news) {
                let text = serde_json::to_string(&news).unwrap_or_default();
                let event = Event::default().data(text);
                return Some((Ok::<_, Infallible>(event), (state, Some(news))));
            }
            state.changed().await.ok()?;
        }
    });
    Sse::new(told).keep_alive(KeepAlive::default())
}

async fn answer(mut state: Receiver<State>, mut request: Request) -> Response {
    // What was built a moment ago may be as old, to the second, as what a browser has; and a text that
    // is to get a script in it must not be compressed.
    for name in [
        header::IF_NONE_MATCH,
        header::IF_MODIFIED_SINCE,
        header::ACCEPT_ENCODING,
    ] {
        request.headers_mut().remove(name);
    }
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let again = Request::builder().method(method.clone()).uri(uri.clone());
    let mut response = of_site(&state, request).await;
    let building = state.borrow().building;
    if building && response.status() == StatusCode::NOT_FOUND {
        // While one site takes the other's place, for a moment neither is there.
        at_rest(&mut state).await;
        if let Ok(again) = again.body(Body::empty()) {
            response = of_site(&state, again).await;
        }
    }
    let headers = response.headers_mut();
    headers.remove(header::ETAG);
    headers.remove(header::LAST_MODIFIED);
    if headers
        .get(header::CACHE_CONTROL)
        .is_none_or(|value| value != hosting::IMMUTABLE)
    {
        headers.insert(header::CACHE_CONTROL, NEVER_KEPT);
    }
    let html = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let news = state.borrow().news.clone();
    // The worker holds the shell to its digest.
    let shell = uri
        .path()
        .strip_prefix(news.base.as_str())
        .is_some_and(|path| path.starts_with(plain::SHELL.trim_end_matches("index.html")));
    if html && news.shown && !shell && method == Method::GET {
        return with_script(response, &news).await;
    }
    response
}

/// The site's answer; where there is no site yet, what keeps it from being built.
async fn of_site(state: &Receiver<State>, request: Request) -> Response {
    let (site, news) = {
        let state = state.borrow();
        (state.site.clone(), state.news.clone())
    };
    match site {
        Some(site) => match site.oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        },
        None if is_page(request.uri().path()) => Html(page::unbuilt(&news)).into_response(),
        None => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

fn is_page(path: &str) -> bool {
    path.rsplit('/')
        .next()
        .is_none_or(|last| !last.contains('.') || last.ends_with(".html"))
}

async fn with_script(response: Response, news: &super::News) -> Response {
    let (mut parts, body) = response.into_parts();
    // A file of this machine's; it ends.
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    let html = page::with_script(&String::from_utf8_lossy(&bytes), news);
    Response::from_parts(parts, Body::from(html))
}
