//! Tests of what is shown.

use super::*;

const NOW: Millis = 1_795_662_000_000;

struct Plain;

impl Speech for Plain {
    fn time(&self, time: Millis, form: Form, lang: &str) -> String {
        format!("<{} {} {lang}>", form.as_str(), time - NOW)
    }

    fn number(&self, number: Millis, _: &str) -> String {
        number.to_string()
    }
}

fn told() -> Told {
    let texts = include_str!("../../texts/en.json");
    Told {
        lang: "en".into(),
        words: "en".into(),
        place: "example.org".into(),
        contact: Contact {
            service: Service::Own,
            endpoint: "/contact-in".into(),
            email: "desk@example.org".into(),
            keep_days: 30,
            ..Contact::default()
        },
        texts: lamplight_model::json::read(texts).expect("texts"),
    }
}

fn message(key: &str, text: &str) -> Message {
    let mut message = Message::begin(key, "en", "https://a.example/", NOW);
    message.set(Field::Message, text, NOW);
    message
}

fn stored(message: Message) -> Stored {
    Stored {
        key: message.key.clone(),
        message: Some(message),
    }
}

fn around_now() -> Surroundings<'static> {
    Surroundings {
        open: "",
        elsewhere: "",
        unsaved: "",
        online: false,
        now: NOW,
    }
}

fn shown(message: Message) -> String {
    list(&told(), &[stored(message)], &around_now(), &Plain)
}

fn answer(json: &str) -> lamplight_reader::outbox::Answer {
    crate::delivery::answer(&told().contact, json, NOW)
}

fn actions(html: &str) -> Vec<&str> {
    let after = html.split("data-do=\"").skip(1);
    after.filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn who_is_around_is_said_in_the_readers_time() {
    let told = told();
    let said = |own| around(&told, own, NOW, &Plain);
    assert_eq!(
        said(Around::Until(NOW)),
        "We’re around until <clock 0 en>, your time."
    );
    assert_eq!(
        said(Around::Back(NOW + 5)),
        "We’re not around right now; back on <moment 5 en>, your time. You can send us a message at any time, and we’ll get back to you."
    );
    assert!(said(Around::Unsaid).starts_with("You can send"));
}

#[test]
fn a_message_offers_what_can_be_done_with_it_in_its_state() {
    assert_eq!(
        actions(&shown(message("k", "Hi"))),
        ["edit", "copy", "mail", "file", "remove"]
    );
    let mut waiting = message("k", "Hi");
    waiting.send(NOW);
    assert!(shown(waiting.clone()).contains("Will be sent in a moment"));
    waiting.held = NOW;
    waiting.depart(NOW + 9_000);
    assert_eq!(
        actions(&shown(waiting.clone())),
        ["edit", "copy", "mail", "file", "remove"]
    );
    waiting.answered(&Default::default(), NOW);
    let html = shown(waiting.clone());
    assert!(
        html.contains("data-outbox-state=\"waiting\"") && html.contains("Waits for a connection"),
        "{html}"
    );
    assert_eq!(
        actions(&html),
        ["try", "edit", "copy", "mail", "file", "remove"]
    );
    waiting.answered(&answer(r#"{"status":200}"#), NOW);
    let html = shown(waiting);
    assert!(
        html.contains("Leaves this device on &lt;date 2592000000 en&gt;"),
        "{html}"
    );
    assert_eq!(actions(&html), ["copy", "remove"]);
}

#[test]
fn a_refusal_says_why_in_the_endpoints_words_or_in_ours() {
    let refused = |answer: &str| {
        let mut message = message("k", "Hi");
        message.send(NOW);
        message.answered(&self::answer(answer), NOW);
        shown(message)
    };
    assert!(
        refused(r#"{"status":422,"body":"{\"error\":\"No <b>\"}"}"#)
            .contains("Refused: No &lt;b&gt;")
    );
    assert!(refused(r#"{"status":413}"#).contains("Refused: it is too long"));
    assert!(refused(r#"{"status":404}"#).contains("Refused: the site answered with error 404"));
}

#[test]
fn what_was_written_stays_text_and_what_cannot_be_read_can_be_saved() {
    let html = shown(message("k", "<script>alert(1)</script>"));
    assert!(html.contains("dir=\"auto\">&lt;script&gt;"), "{html}");
    let damaged = Stored {
        key: "\"x".into(),
        message: None,
    };
    let html = list(
        &told(),
        &[damaged, stored(message("k", "Hi"))],
        &Surroundings {
            open: "k",
            ..around_now()
        },
        &Plain,
    );
    assert_eq!(actions(&html), ["file", "remove"]);
    assert!(html.contains("data-key=\"&quot;x\""), "{html}");
}

#[test]
fn a_draft_that_another_tab_writes_is_left_to_it() {
    let records = [stored(message("k", "Hi"))];
    let html = list(
        &told(),
        &records,
        &Surroundings {
            elsewhere: "k j ",
            ..around_now()
        },
        &Plain,
    );
    assert!(html.contains("Being written in another tab"), "{html}");
    assert_eq!(actions(&html), [""; 0]);
}

#[test]
fn the_panel_says_where_a_message_goes() {
    let html = panel(&told(), &Plain);
    assert!(
        html.contains("then it goes to example.org, and to nobody else"),
        "{html}"
    );
    assert!(html.contains("after 30 days"), "{html}");
    assert!(html.contains("name=\"message\""), "{html}");
}

#[test]
fn mistakes_are_said_in_the_order_of_the_form() {
    assert_eq!(
        mistakes(&told(), &message("k", ""), &Plain),
        r#"[["name","Please give your name."],["email","Please give your email address, so that we can answer."],["message","Please write your message."]]"#
    );
}

#[test]
fn silence_is_no_connection_only_where_the_browser_has_none() {
    let mut message = message("k", "Hi");
    message.send(NOW);
    message.depart(NOW);
    message.answered(&answer("{}"), NOW);
    let offline = shown(message.clone());
    assert!(
        offline.contains("Waits for a connection")
            && offline.contains("It may have arrived already.")
    );
    let online = Surroundings {
        online: true,
        ..around_now()
    };
    let html = list(&told(), &[stored(message)], &online, &Plain);
    assert!(
        html.contains("Could not be delivered; tries again &lt;moment 15000 en&gt;"),
        "{html}"
    );
}

#[test]
fn what_could_not_be_stored_says_so_in_the_list() {
    let mut message = message("k", "Hi");
    message.send(NOW);
    let full = Surroundings {
        unsaved: "j k ",
        ..around_now()
    };
    let html = list(&told(), &[stored(message)], &full, &Plain);
    assert!(html.contains("no room to keep what you write"), "{html}");
}

#[test]
fn a_message_from_another_device_that_is_not_sent_by_itself_says_that_it_is_not_sent() {
    let with = |later| {
        shown(Message {
            state: State::Abandoned,
            later,
            ..message("k", "Hello")
        })
    };
    assert!(with(0).contains("Not sent") && with(0).contains("Try again"));
    assert!(with(12).contains("Not delivered after 12 tries"));
}
