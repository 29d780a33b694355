//! How much one address, and everybody, may send.

use crate::server::{Answer, Server, key};

#[tokio::test]
async fn who_sends_too_many_is_told_when_to_come_again_and_is_taken_then() {
    let server = Server::start("[limits]\nper_address = \"2 per minute\"").await;
    for n in 0..2 {
        assert_eq!(server.post(&[("key", &key(n))]).await.status, 200);
    }
    let answer = server.post(&[("key", &key(2))]).await;
    assert_eq!(answer.refusal(), (429, None));
    assert_eq!(answer.header("retry-after"), Some("30"));
    server.clock.pass(29);
    let answer = server.post(&[("key", &key(2))]).await;
    assert_eq!(
        (answer.status, answer.header("retry-after")),
        (429, Some("1"))
    );
    server.clock.pass(1);
    assert_eq!(server.post(&[("key", &key(2))]).await.status, 200);
    assert_eq!(server.stored().len(), 3);
}

#[tokio::test]
async fn repeats_and_refusals_are_not_counted() {
    let server = Server::start("[limits]\nper_address = \"2 per hour\"").await;
    for _ in 0..5 {
        assert_eq!(server.post(&[("key", &key(1))]).await.status, 200);
        assert_eq!(
            server.post(&[("key", &key(2)), ("email", "")]).await.status,
            422
        );
    }
    assert_eq!(server.post(&[("key", &key(2))]).await.status, 200);
    assert_eq!(server.post(&[("key", &key(3))]).await.status, 429);
    // What is stored is still answered.
    assert_eq!(server.post(&[("key", &key(1))]).await.status, 200);
}

#[tokio::test]
async fn everybody_together_has_a_limit_too() {
    let server = Server::start("trust_forwarded = 1\n[limits]\nin_all = \"2 per hour\"").await;
    for (n, status) in [(0, 200), (1, 200), (2, 503)] {
        let request = server
            .app(&[("key", &key(n))])
            .header("x-forwarded-for", format!("192.0.2.{n}"));
        let answer = Answer::of(request).await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("retry-after").is_some(), status == 503);
    }
}

#[tokio::test]
async fn what_everybodys_limit_refuses_is_not_counted_against_the_reader() {
    let server = Server::start(
        "trust_forwarded = 1\n[limits]\nper_address = \"2 per day\"\nin_all = \"2 per hour\"",
    )
    .await;
    let post = async |n: u32, from: &str| {
        let request = server.app(&[("key", &key(n))]);
        Answer::of(request.header("x-forwarded-for", from))
            .await
            .status
    };
    for n in 0..2 {
        assert_eq!(post(n, "192.0.2.1").await, 200);
    }
    for _ in 0..5 {
        assert_eq!(post(2, "192.0.2.2").await, 503);
    }
    server.clock.pass(3600);
    // Nor is what the reader's own limit refuses counted against everybody.
    for _ in 0..5 {
        assert_eq!(post(3, "192.0.2.1").await, 429);
    }
    assert_eq!(post(2, "192.0.2.2").await, 200);
    assert_eq!(post(4, "192.0.2.2").await, 200);
}

#[tokio::test]
async fn a_store_that_is_full_takes_no_more_and_spam_leaves_it_after_its_time() {
    let mut server = Server::start("keep_spam_days = 2\n[limits]\nstore_mib = 1").await;
    let long = "潮".repeat(20_000);
    let good = server.post(&[("key", &key(0))]).await;
    assert_eq!(good.status, 200);
    let mut n = 1;
    let full = loop {
        let letter = [("key", &*key(n)), ("message", &long), ("leave_empty", "x")];
        let answer = server.post(&letter).await;
        if answer.status != 200 || n > 30 {
            break answer;
        }
        n += 1;
    };
    assert_eq!(full.refusal(), (503, None));
    assert_eq!(full.header("retry-after"), Some("3600"));
    assert!(n > 10, "{n}");
    // What is there is answered.
    assert_eq!(server.post(&[("key", &key(0))]).await.text, good.text);
    server.clock.pass(2 * 86_400 + 1);
    server.restart().await;
    assert_eq!(server.stored().len(), 1);
    let last = server.post(&[("key", &key(n)), ("message", &long)]).await;
    assert_eq!(last.status, 200);
}

#[tokio::test]
async fn readers_behind_a_proxy_are_told_apart_if_it_is_trusted() {
    let limited = "[limits]\nper_address = \"1 per hour\"";
    let trusting = Server::start(&format!("trust_forwarded = 1\n{limited}")).await;
    let wary = Server::start(limited).await;
    let post = async |server: &Server, n: u32, forwarded: &str| {
        let request = server
            .app(&[("key", &key(n))])
            .header("x-forwarded-for", forwarded);
        Answer::of(request).await.status
    };
    assert_eq!(post(&trusting, 1, "192.0.2.1").await, 200);
    assert_eq!(post(&trusting, 2, "192.0.2.2").await, 200);
    assert_eq!(post(&trusting, 3, "192.0.2.1").await, 429);
    // What a reader wrote there stands further left.
    assert_eq!(post(&trusting, 4, "198.51.100.9, 192.0.2.1").await, 429);
    // One household.
    assert_eq!(post(&trusting, 5, "2001:db8::1").await, 200);
    assert_eq!(post(&trusting, 6, "2001:db8::ffff:2").await, 429);
    assert_eq!(post(&wary, 1, "192.0.2.1").await, 200);
    assert_eq!(post(&wary, 2, "192.0.2.2").await, 429);
}
