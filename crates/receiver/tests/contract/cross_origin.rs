//! Which sites' forms and scripts may post.

use reqwest::Method;

use crate::server::{Answer, ORIGIN, Server, json, key};

const CORS: [&str; 5] = [
    "access-control-allow-origin",
    "access-control-allow-methods",
    "access-control-allow-headers",
    "access-control-max-age",
    "access-control-expose-headers",
];

#[tokio::test]
async fn scripts_of_the_configured_site_may_ask_and_read() {
    let server = Server::start("").await;
    let asked = Answer::of(
        server
            .request(Method::OPTIONS, "/")
            .header("origin", ORIGIN),
    )
    .await;
    assert_eq!(asked.status, 204);
    let said: Vec<_> = CORS[..4].iter().map(|name| asked.header(name)).collect();
    let expected = [ORIGIN, "POST", "content-type, idempotency-key", "86400"].map(Some);
    assert_eq!(said, expected);
    assert!(
        asked
            .header("vary")
            .is_some_and(|vary| vary.contains("Origin"))
    );
    for fields in [&[][..], &[("email", "")]] {
        let answer = server.post(fields).await;
        assert_eq!(answer.header(CORS[0]), Some(ORIGIN));
        assert_eq!(answer.header(CORS[4]), Some("retry-after"));
        assert!(
            answer
                .header("vary")
                .is_some_and(|vary| vary.contains("Origin"))
        );
    }
}

#[tokio::test]
async fn other_sites_are_refused_and_told_nothing() {
    let server = Server::start("").await;
    for origin in [
        "https://other.example",
        "http://example.org",
        "https://example.org:8443",
        "https://example.org.evil.example",
    ] {
        let asked = Answer::of(
            server
                .request(Method::OPTIONS, "/")
                .header("origin", origin),
        )
        .await;
        let post = server.request(Method::POST, "/").header("origin", origin);
        let answer = Answer::of(
            post.header("content-type", "application/json")
                .body(json(&[])),
        )
        .await;
        assert_eq!(answer.refusal(), (403, None), "{origin}");
        for name in CORS {
            assert_eq!(
                (asked.header(name), answer.header(name)),
                (None, None),
                "{origin}: {name}"
            );
        }
    }
    assert!(server.stored().is_empty());
}

#[tokio::test]
async fn forms_of_pages_that_keep_their_origin_to_themselves_are_taken_and_so_are_other_programs() {
    let server = Server::start("").await;
    let form = server.form("email=mira%40example.net&message=Hello");
    let answer = Answer::of(form.header("origin", "null")).await;
    assert_eq!((answer.status, answer.header(CORS[0])), (200, None));
    let program = server
        .request(Method::POST, "/")
        .header("content-type", "application/json");
    assert_eq!(
        Answer::of(program.body(json(&[("key", &key(1))])))
            .await
            .status,
        200
    );
}
