//! The preview server.

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use lamplight_press::serve::{base_of, router};
use tower::ServiceExt;

use crate::publication::{Publication, SITE};

async fn get(
    publication: &Publication,
    path: &str,
    headers: &[(&str, &str)],
) -> (StatusCode, HeaderMap, Vec<u8>) {
    let site = publication.path("site");
    let router = router(&site, &base_of(&site));
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::empty()).expect("a request");
    let response = router.oneshot(request).await.expect("an answer");
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.expect("a body");
    (parts.status, parts.headers, bytes.to_vec())
}

fn check(test: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(test);
}

#[test]
fn a_site_is_served_with_the_headers_it_needs() {
    let publication =
        Publication::new().post("a.md", "---\ntitle: A\ndate: 2020-01-01\n---\nText\n");
    publication.built();
    check(async {
        for (path, kind) in [
            ("/", "text/html; charset=utf-8"),
            ("/a/", "text/html; charset=utf-8"),
            ("/feed.json", "application/feed+json; charset=utf-8"),
            ("/articles/a.en.json", "application/json"),
            ("/manifest.webmanifest", "application/manifest+json"),
            ("/sw.js", "text/javascript; charset=utf-8"),
            ("/icons/icon.svg", "image/svg+xml"),
        ] {
            let (status, headers, _) = get(&publication, path, &[]).await;
            assert_eq!(status, StatusCode::OK, "{path}");
            assert_eq!(headers[header::CONTENT_TYPE], kind, "{path}");
            assert_eq!(headers[header::CACHE_CONTROL], "no-cache", "{path}");
        }
        let files = publication.files();
        let wasm = files
            .keys()
            .find(|name| name.ends_with(".wasm"))
            .expect("the app");
        let (_, headers, _) = get(&publication, &format!("/{wasm}"), &[]).await;
        assert_eq!(headers[header::CONTENT_TYPE], "application/wasm");
        assert!(
            headers[header::CACHE_CONTROL]
                .to_str()
                .expect("text")
                .contains("immutable")
        );
    });
}

#[test]
fn every_answer_has_the_pages_policy_and_forbids_foreign_frames() {
    let publication = Publication::new().post("a.md", "---\ntitle: A\ndate: 2020-01-01\n---\n");
    publication.built();
    let page = publication.read("a/index.html");
    let (_, rest) = page
        .split_once("<meta http-equiv=\"Content-Security-Policy\" content=\"")
        .expect("a policy");
    let meta = rest.split('"').next().expect("its end");
    check(async {
        for path in ["/", "/a/", "/sw.js", "/feed.json", "/nothing/"] {
            let (_, headers, _) = get(&publication, path, &[]).await;
            let policy = headers[header::CONTENT_SECURITY_POLICY].to_str();
            let expected = format!("{meta}; frame-ancestors 'self'");
            assert_eq!(policy.expect("text"), expected, "{path}");
            assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff", "{path}");
            assert_eq!(headers[header::REFERRER_POLICY], "same-origin", "{path}");
        }
    });
}

#[test]
fn what_is_not_there_is_a_404_with_the_sites_own_page() {
    let publication = Publication::new().post("a.md", "---\ntitle: A\ndate: 2020-01-01\n---\n");
    publication.built();
    check(async {
        for path in ["/b/", "/assets/app-0.js"] {
            let (status, headers, body) = get(&publication, path, &[]).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
            assert_eq!(headers[header::CACHE_CONTROL], "no-cache", "{path}");
            assert_eq!(body, publication.read("404.html").into_bytes(), "{path}");
            let kept = headers[header::ETAG].to_str().expect("text");
            let (status, _, body) = get(&publication, path, &[("if-none-match", kept)]).await;
            assert_eq!(
                (status, body.is_empty()),
                (StatusCode::NOT_FOUND, false),
                "{path}"
            );
        }
    });
}

#[test]
fn an_unchanged_file_is_not_sent_twice_and_a_text_is_compressed() {
    let publication = Publication::new().post("a.md", "---\ntitle: A\ndate: 2020-01-01\n---\n");
    publication.built();
    check(async {
        let (_, headers, _) = get(&publication, "/a/", &[]).await;
        let modified = headers[header::LAST_MODIFIED].to_str().expect("text");
        let (status, headers, body) =
            get(&publication, "/a/", &[("if-modified-since", modified)]).await;
        assert_eq!((status, body.len()), (StatusCode::NOT_MODIFIED, 0));
        assert_eq!(headers[header::CACHE_CONTROL], "no-cache");
        let (_, headers, body) = get(&publication, "/a/", &[("accept-encoding", "br")]).await;
        assert_eq!(headers[header::CONTENT_ENCODING], "br");
        assert!(body.len() < publication.read("a/index.html").len() / 2);
    });
}

#[test]
fn a_site_below_a_path_is_found_there() {
    let publication = Publication::new()
        .site(&SITE.replace("example.org/", "example.org/sub/"))
        .post("a.md", "---\ntitle: A\ndate: 2020-01-01\n---\n");
    publication.built();
    assert_eq!(base_of(&publication.path("site")), "/sub/");
    check(async {
        for path in ["/sub/", "/sub/a/", "/sub/sw.js", "/sub/fr/"] {
            assert_eq!(
                get(&publication, path, &[]).await.0,
                StatusCode::OK,
                "{path}"
            );
        }
        let (status, headers, _) = get(&publication, "/sub", &[]).await;
        assert!(status.is_redirection());
        assert_eq!(headers[header::LOCATION], "/sub/");
        assert_eq!(get(&publication, "/a/", &[]).await.0, StatusCode::NOT_FOUND);
        assert_eq!(
            get(&publication, "/sub/b/", &[]).await.0,
            StatusCode::NOT_FOUND
        );
        let files = publication.files();
        let wasm = files
            .keys()
            .find(|name| name.ends_with(".wasm"))
            .expect("the app");
        let (_, headers, _) = get(&publication, &format!("/sub/{wasm}"), &[]).await;
        assert!(
            headers[header::CACHE_CONTROL]
                .to_str()
                .expect("text")
                .contains("immutable")
        );
    });
}
