//! What is refused, with which status, and that nothing of it is stored.

use reqwest::Method;

use crate::server::{Answer, FORM, JSON, Server, json, key};

#[tokio::test]
async fn a_message_of_the_app_is_stored_with_all_that_came_with_it() {
    let server = Server::start("").await;
    let key = key(1);
    let answer = server
        .post(&[
            ("key", &key),
            ("name", "Mira Holm"),
            ("subject", "Tides"),
            ("consent", "yes"),
            ("lang", "fr"),
            ("page", "https://example.org/fr/tides/"),
            ("written", "2023-11-14T20:00:00Z"),
            ("elapsed", "41000"),
            ("leave_empty", ""),
        ])
        .await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let said = answer.json();
    assert_eq!(
        (&said["stored"], said["key"].as_str()),
        (&true.into(), Some(key.as_str()))
    );
    let stored = server.stored();
    assert_eq!(stored.len(), 1);
    let message = &stored[0].message;
    assert_eq!(
        (message.name.as_str(), message.email.as_str()),
        ("Mira Holm", "mira@example.net")
    );
    assert_eq!(
        (message.subject.as_str(), message.lang.as_str()),
        ("Tides", "fr")
    );
    assert_eq!(message.page, "https://example.org/fr/tides/");
    assert_eq!(message.message, "The tide table is wrong.");
    assert_eq!((message.consent, message.elapsed), (true, Some(41_000)));
    assert_eq!(
        message.written.map(|time| time.to_string()).as_deref(),
        Some("2023-11-14T20:00:00Z")
    );
    assert_eq!((&stored[0].key, stored[0].spam), (&key, None));
}

#[tokio::test]
async fn a_plain_form_is_stored_too() {
    let server = Server::start("").await;
    let answer =
        Answer::of(server.form("name=Mira&email=mira%40example.net&message=One%0D%0Atwo%21")).await;
    assert_eq!(answer.status, 200);
    assert_eq!(server.stored()[0].message.message, "One\ntwo!");
}

#[tokio::test]
async fn what_breaks_the_contract_is_refused() {
    let server = Server::start("").await;
    for body in [
        "",
        "{",
        "[]",
        "null",
        "{\"email\": \"mira@example.net\", \"message\": 7}",
    ] {
        let request = server
            .request(Method::POST, "/")
            .header("content-type", JSON)
            .body(body);
        assert_eq!(Answer::of(request).await.refusal(), (400, None), "{body}");
    }
    for wrong in [
        "1",
        "0B8F5A0E-2C1D-4F6A-9B3E-7D5C4A1F2E90",
        "00000001-2c1d-1f6a-9b3e-7d5c4a1f2e90",
    ] {
        assert_eq!(
            server.post(&[("key", wrong)]).await.refusal(),
            (400, None),
            "{wrong}"
        );
    }
    let differ = server
        .app(&[("key", &key(1))])
        .header("idempotency-key", format!("\"{}\"", key(2)));
    assert_eq!(Answer::of(differ).await.refusal(), (400, None));
    assert!(server.stored().is_empty());
}

#[tokio::test]
async fn other_types_than_the_two_are_refused() {
    let server = Server::start("").await;
    for kind in [
        "multipart/form-data; boundary=x",
        "text/plain",
        "application/xml",
        "",
    ] {
        let request = server
            .request(Method::POST, "/")
            .header("content-type", kind)
            .body(json(&[]));
        assert_eq!(Answer::of(request).await.refusal(), (415, None), "{kind}");
    }
    let bare = server.request(Method::POST, "/").body(json(&[]));
    assert_eq!(Answer::of(bare).await.status, 415);
    let cased = server
        .request(Method::POST, "/")
        .header("content-type", "Application/JSON; charset=utf-8");
    assert_eq!(Answer::of(cased.body(json(&[]))).await.status, 200);
}

#[tokio::test]
async fn fields_at_fault_are_named() {
    let server = Server::start("consent = true").await;
    let refusal = async |fields: &[(&str, &str)]| {
        let mut all = vec![("consent", "yes")];
        all.extend(fields);
        server.post(&all).await.refusal()
    };
    let long = "x".repeat(20_001);
    for (field, value) in [
        ("email", ""),
        ("email", "mira"),
        ("email", "a@b.example, c@d.example"),
        ("message", " \n "),
        ("message", &long),
        ("name", &long[..201]),
        ("subject", &long[..201]),
        ("email", &long[..255]),
        ("consent", "no"),
    ] {
        let expected = (422, Some(field.to_owned()));
        assert_eq!(
            refusal(&[(field, value)]).await,
            expected,
            "{field}: {} bytes",
            value.len()
        );
    }
    assert!(server.stored().is_empty());
    assert_eq!(server.post(&[("consent", "yes")]).await.status, 200);
}

#[tokio::test]
async fn a_refusal_is_told_in_the_language_of_the_page() {
    let server = Server::start("").await;
    let answer = server.post(&[("lang", "de-AT"), ("message", "")]).await;
    assert_eq!(
        answer.json()["error"],
        "Bitte schreiben Sie eine Nachricht."
    );
}

#[tokio::test]
async fn what_is_too_large_is_refused_however_it_is_sent() {
    let server = Server::start("").await;
    let filled = |bytes: usize| {
        let bare = json(&[("filling", "")]).len();
        json(&[("filling", &"x".repeat(bytes - bare))])
    };
    let post = |body: String| {
        server
            .request(Method::POST, "/")
            .header("content-type", JSON)
            .body(body)
    };
    assert_eq!(Answer::of(post(filled(131_072))).await.status, 200);
    assert_eq!(
        Answer::of(post(filled(131_073))).await.refusal(),
        (413, None)
    );
    // So large that it is not read to its end.
    assert_eq!(
        Answer::of(post(filled(1_000_000))).await.refusal(),
        (413, None)
    );
    // Percent-encoding makes three bytes of one.
    let text = "%F0%9F%8C%8A".repeat(20_000);
    let form = |text: &str| {
        let request = server
            .request(Method::POST, "/")
            .header("content-type", FORM);
        request.body(format!("email=mira%40example.net&message={text}"))
    };
    assert_eq!(Answer::of(form(&text)).await.status, 200);
    assert_eq!(
        Answer::of(form(&format!("{text}&filling={}", "x".repeat(160_000))))
            .await
            .status,
        413
    );
    assert_eq!(server.stored().len(), 2);
}

#[tokio::test]
async fn as_many_characters_as_are_promised_are_taken_whichever_they_are() {
    let server = Server::start("").await;
    for (n, character) in ["🌊", "\u{1}", "\"", "\n", "潮"].iter().enumerate() {
        let n = u32::try_from(n).expect("is small");
        // Something at both ends that is not trimmed.
        let text = format!("x{}x", character.repeat(19_998));
        let name = character.repeat(200);
        let fields = [
            ("key", key(n)),
            ("message", text.clone()),
            ("name", name.clone()),
            ("subject", name.clone()),
        ];
        let fields = fields.each_ref().map(|(name, value)| (*name, &**value));
        assert_eq!(server.post(&fields).await.status, 200, "{character:?}");
        let mut form = form_urlencoded::Serializer::new(String::new());
        let text = text.replace('\n', "\r\n");
        for (field, value) in [("name", &*name), ("subject", &*name), ("message", &*text)] {
            form.append_pair(field, value);
        }
        let body = form.append_pair("email", "mira@example.net").finish();
        assert_eq!(
            Answer::of(server.form(&body)).await.status,
            200,
            "{character:?}"
        );
    }
}

#[tokio::test]
async fn other_addresses_and_methods_are_told_what_there_is() {
    let server = Server::start("path = \"/contact\"\nsite = \"The Harbour Wire\"").await;
    let ask = async |method: Method, path: &str| Answer::of(server.request(method, path)).await;
    let about = ask(Method::GET, "/contact").await;
    assert_eq!(
        (about.status, about.header("content-type")),
        (200, Some("text/html; charset=utf-8"))
    );
    assert!(about.text.contains("takes messages"), "{}", about.text);
    assert_eq!(ask(Method::HEAD, "/contact").await.status, 200);
    for method in [Method::PUT, Method::DELETE, Method::PATCH] {
        let answer = ask(method, "/contact").await;
        assert_eq!(
            (answer.status, answer.header("allow")),
            (405, Some("GET, HEAD, OPTIONS, POST"))
        );
    }
    for path in ["/", "/contact/", "/contact/x", "/other"] {
        assert_eq!(ask(Method::POST, path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn spam_is_answered_like_anything_else_and_stored_with_a_mark() {
    use lamplight_receiver::Spam;
    let server = Server::start("").await;
    let good = server.post(&[("key", &key(1)), ("elapsed", "2000")]).await;
    let quick = server.post(&[("key", &key(2)), ("elapsed", "1999")]).await;
    let trap = server
        .post(&[("key", &key(3)), ("leave_empty", "https://spam.example")])
        .await;
    for (answer, n) in [(&quick, 2), (&trap, 3)] {
        assert_eq!(answer.status, good.status);
        assert_eq!(answer.text.replace(&key(n), &key(1)), good.text);
    }
    let marks: Vec<_> = server
        .stored()
        .into_iter()
        .map(|stored| stored.spam)
        .collect();
    assert_eq!(marks, [None, Some(Spam::Quick), Some(Spam::Honeypot)]);
}
