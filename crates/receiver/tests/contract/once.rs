//! A message that comes again is the same message.

use crate::server::{Answer, Server, key};

#[tokio::test]
async fn the_same_key_is_answered_as_the_first_time_also_after_a_restart() {
    let mut server = Server::start("").await;
    let fields = [("key", key(1)), ("name", "Mira".to_owned())];
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let first = server.post(&fields).await;
    server.clock.pass(90_000);
    let again = server.post(&fields).await;
    server.restart().await;
    let later = server.post(&fields).await;
    for answer in [again, later] {
        assert_eq!((answer.status, &answer.text), (200, &first.text));
    }
    assert_eq!(server.stored().len(), 1);
}

#[tokio::test]
async fn a_key_counts_in_the_header_in_quotation_marks_or_without_them() {
    let server = Server::start("").await;
    for header in [format!("\"{}\"", key(1)), key(1)] {
        let answer = Answer::of(server.app(&[]).header("idempotency-key", header)).await;
        assert_eq!(answer.json()["key"], key(1));
    }
    assert_eq!(server.post(&[("key", &key(1))]).await.status, 200);
    assert_eq!(server.stored().len(), 1);
}

#[tokio::test]
async fn another_message_with_a_used_key_is_refused_and_the_first_stays() {
    let server = Server::start("").await;
    server.post(&[("key", &key(1))]).await;
    let other = server
        .post(&[("key", &key(1)), ("message", "Something else.")])
        .await;
    assert_eq!(other.refusal(), (422, Some("key".into())));
    let stored = server.stored();
    assert_eq!(stored.len(), 1);
    assert_eq!(stored[0].message.message, "The tide table is wrong.");
}

#[tokio::test]
async fn notes_about_a_message_do_not_make_it_another() {
    let server = Server::start("").await;
    server.post(&[("key", &key(1)), ("elapsed", "9000")]).await;
    let again = server
        .post(&[("key", &key(1)), ("elapsed", "12000"), ("lang", "fr")])
        .await;
    assert_eq!(again.status, 200);
    assert_eq!(server.stored().len(), 1);
}

#[tokio::test]
async fn a_message_sent_many_times_at_once_is_stored_once() {
    let server = Server::start("").await;
    let (one, form) = (key(1), "email=mira%40example.net&message=Reload");
    let posts = (0..12).map(|_| Answer::of(server.app(&[("key", &one)])));
    let forms = (0..12).map(|_| Answer::of(server.form(form)));
    let (posts, forms) = tokio::join!(all(posts), all(forms));
    assert!(
        posts
            .iter()
            .all(|answer| answer.status == 200 && answer.text == posts[0].text)
    );
    assert!(forms.iter().all(|answer| answer.status == 200));
    assert_eq!(server.stored().len(), 2);
}

/// Runs futures at the same time.
async fn all<T: Send + 'static>(
    futures: impl Iterator<Item = impl Future<Output = T> + Send + 'static>,
) -> Vec<T> {
    let tasks: Vec<_> = futures.map(tokio::spawn).collect();
    let mut done = Vec::new();
    for task in tasks {
        done.push(task.await.expect("does not panic"));
    }
    done
}

#[tokio::test]
async fn a_form_sent_again_within_a_day_is_a_reload() {
    let mut server = Server::start("").await;
    let body = "email=mira%40example.net&message=Reload";
    for (pass, count) in [(0, 1), (3600, 1), (90_000, 2)] {
        server.clock.pass(pass);
        assert_eq!(Answer::of(server.form(body)).await.status, 200);
        server.restart().await;
        assert_eq!(server.stored().len(), count);
    }
}
