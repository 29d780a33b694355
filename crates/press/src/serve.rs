//! A built site, served for a look at it: the headers are those a good static host would send.
//!
//! Entry points: [`router`], which browser tests wrap with faults, and [`base_of`].

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Redirect, Response};
use lamplight_model::Site;
use tower_http::compression::CompressionLayer;
use tower_http::services::{ServeDir, ServeFile};

use crate::hosting;

/// Serves a folder that press wrote, below the path its pages were made for (`/` or `/sub/`).
pub fn router(site: &Path, base: &str) -> Router {
    let missing = tower::ServiceBuilder::new()
        // A browser that kept the 404 page must get it again, not an empty 304.
        .map_request(|mut request: Request| {
            for name in [
                header::IF_NONE_MATCH,
                header::IF_MODIFIED_SINCE,
                header::RANGE,
            ] {
                request.headers_mut().remove(name);
            }
            request
        })
        .map_response(|mut response: Response<_>| {
            *response.status_mut() = StatusCode::NOT_FOUND;
            response
        })
        .service(ServeFile::new(site.join("404.html")));
    let files = ServeDir::new(site)
        // Where the site has them, for clients that take them.
        .precompressed_br()
        .precompressed_gzip()
        .not_found_service(missing);
    let prefix = base.trim_end_matches('/').to_owned();
    let root: Arc<Path> = site.into();
    let router = if prefix.is_empty() {
        Router::new().fallback_service(files)
    } else {
        let home = format!("{prefix}/");
        Router::new()
            .nest_service(&home, files)
            .fallback(move |request: Request| {
                let home = home.clone();
                async move {
                    // The address a person types.
                    if matches!(request.uri().path(), "/")
                        || request.uri().path() == home.trim_end_matches('/')
                    {
                        Redirect::temporary(&home).into_response()
                    } else {
                        StatusCode::NOT_FOUND.into_response()
                    }
                }
            })
    };
    router
        .layer(from_fn(move |request, next| {
            headers(Arc::clone(&root), request, next)
        }))
        .layer(CompressionLayer::new())
}

/// What the site's `_headers` says, as the hosts that read that file would do it; where it is silent,
/// browsers keep nothing without asking again.
async fn headers(site: Arc<Path>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let mut response = next.run(request).await;
    let found = response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED;
    let headers = response.headers_mut();
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static(hosting::ASK),
    );
    if let Some(kind) = headers
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        && matches!(
            kind,
            "text/html" | "text/css" | "text/javascript" | "text/plain"
        )
        && let Ok(kind) = HeaderValue::from_str(&format!("{kind}; charset=utf-8"))
    {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    // Read each time: the site may have been built again since. A site without the file has no rules.
    let text = std::fs::read_to_string(site.join(hosting::FILE)).unwrap_or_default();
    for (name, value) in hosting::matching(&hosting::parse(&text), &path) {
        let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value))
        else {
            continue;
        };
        // What is not there today may be tomorrow; and the 404 page is a page.
        let of_the_file = name == header::CACHE_CONTROL || name == header::CONTENT_TYPE;
        if found || !of_the_file {
            headers.insert(name, value);
        }
    }
    response
}

/// The path a built site was made for, as its own shell says; `/` if it does not.
pub fn base_of(site: &Path) -> String {
    let shell: PathBuf = site.join(crate::pages::plain::SHELL);
    std::fs::read_to_string(shell)
        .ok()
        .and_then(|html| {
            let (_, rest) = html.split_once("id=\"lamplight-site\">")?;
            let (json, _) = rest.split_once("</script>")?;
            serde_json::from_str::<Site>(json).ok()
        })
        .map_or_else(|| "/".to_owned(), |site| site.base)
}
