//! Tests of a message's life.

use lamplight_model::contact::{Contact, Service};
use proptest::prelude::*;

use super::*;

const NOW: Millis = 1_795_662_000_000;

fn written() -> Message {
    let mut message = Message::begin("k1", "en", "https://a.example/", NOW);
    message.set(Field::Name, "Ada", NOW);
    message.set(Field::Email, "ada@example.org", NOW);
    message.set(Field::Message, "Hello", NOW);
    message
}

fn sent(now: Millis) -> Message {
    let mut message = written();
    message.send(now);
    message
}

fn status(status: u32) -> Answer {
    Answer {
        status,
        ..Answer::default()
    }
}

#[test]
fn a_record_is_read_as_it_was_written_and_a_later_or_damaged_one_is_not_touched() {
    let message = sent(NOW);
    assert_eq!(Message::read(&message.write()), Some(message.clone()));
    let newer = message.write().replacen("\"format\":1", "\"format\":2", 1);
    assert_eq!(Message::read(&newer), None);
    assert_eq!(Message::read("{\"format\":1,\"key\":\"k\""), None);
    // A state that this version does not know.
    let other = message.write().replacen("waiting", "resting", 1);
    assert_eq!(Message::read(&other), None);
}

#[test]
fn mistakes_are_told_by_field_in_the_order_of_the_form() {
    let contact = Contact {
        service: Service::Own,
        consent: "Agreed?".into(),
        ..Contact::default()
    };
    let mut message = Message::begin("k", "en", "", NOW);
    message.set(Field::Email, "ada@example", NOW);
    message.set(Field::Subject, &"é".repeat(203), NOW);
    assert_eq!(
        message.mistakes(&contact),
        [
            (Field::Name, Mistake::Missing),
            (Field::Email, Mistake::NoAddress),
            (Field::Subject, Mistake::TooLong(3)),
            (Field::Message, Mistake::Missing),
            (Field::Consent, Mistake::Missing),
        ]
    );
    assert_eq!(written().mistakes(&Contact::default()), []);
}

#[test]
fn addresses_are_told_from_what_is_none() {
    for good in ["a@b.example", "o'neil+x@mail.example.org", "åsa@exämple.se"] {
        assert!(is_address(good), "{good}");
    }
    for bad in [
        "",
        "a",
        "a@",
        "@b.example",
        "a@b",
        "a b@c.example",
        "a@b.example, c@d.example",
        "a@-b.example",
        "a@b..example",
        "a@b@c.example",
        "a\n@b.example",
        "<a@b.example>",
    ] {
        assert!(!is_address(bad), "{bad}");
    }
}

#[test]
fn a_message_is_not_sent_faster_than_anybody_writes() {
    let message = sent(NOW + 500);
    let messages = [Some(message)];
    assert_eq!(
        next(&messages, Some(NOW + 500), NOW + 500),
        Next::At(NOW + FASTEST)
    );
    assert_eq!(next(&messages, None, NOW + FASTEST), Next::Send(0));
    // The clock was set back by a day since the first key stroke.
    assert_eq!(
        next(&[Some(sent(NOW - DAY))], None, NOW - DAY),
        Next::Send(0)
    );
}

#[test]
fn what_was_sent_first_goes_first_and_what_cannot_be_read_does_not_stop_it() {
    let messages = [
        Some(sent(NOW + 9_000)),
        None,
        Some(sent(NOW + 5_000)),
        Some(written()),
    ];
    assert_eq!(next(&messages, None, NOW + 9_000), Next::Send(2));
    assert_eq!(next(&[None, Some(written())], None, NOW), Next::Nothing);
}

#[test]
fn two_hundred_is_delivered_four_hundred_is_refused_with_the_reason() {
    let mut message = sent(NOW);
    message.depart(NOW);
    message.answered(&status(201), NOW + 5);
    assert_eq!((message.state, message.ended), (State::Delivered, NOW + 5));
    assert_eq!(message.leaves(30), Some(NOW + 5 + 30 * DAY));
    let mut message = sent(NOW);
    let answer = Answer {
        status: 422,
        reason: "No such address.".into(),
        field: "email".into(),
        ..Answer::default()
    };
    message.answered(&answer, NOW);
    assert_eq!(
        (message.state, &*message.reason, &*message.field),
        (State::Refused, "No such address.", "email")
    );
    assert_eq!(
        next(&[Some(message)], Some(NOW + 1), NOW + DAY),
        Next::Nothing
    );
}

#[test]
fn no_answer_waits_longer_each_time_and_hope_ends_the_waiting_once() {
    let mut message = sent(NOW);
    let mut waits = Vec::new();
    for _ in 0..3 {
        message.depart(NOW);
        message.answered(&status(0), NOW);
        waits.push(message.next - NOW);
    }
    assert_eq!(waits, [15_000, 30_000, 60_000]);
    let messages = [Some(message)];
    assert_eq!(next(&messages, None, NOW + 59_999), Next::At(NOW + 60_000));
    let hope = NOW + 10_000;
    assert_eq!(next(&messages, Some(hope), hope), Next::Send(0));
    let mut message = messages.into_iter().flatten().next().expect("one");
    message.depart(hope);
    message.answered(&status(0), hope + 10);
    assert_eq!(
        next(&[Some(message)], Some(hope), hope + 10),
        Next::At(hope + 10 + 120_000)
    );
}

#[test]
fn retry_after_holds_even_where_there_is_hope() {
    let mut message = sent(NOW);
    message.depart(NOW);
    let answer = Answer {
        status: 429,
        retry_after: Some(600_000),
        ..Answer::default()
    };
    message.answered(&answer, NOW);
    assert_eq!(
        next(&[Some(message)], Some(NOW + 1), NOW + 1),
        Next::At(NOW + 600_000)
    );
}

#[test]
fn a_site_that_never_takes_it_is_given_up_after_days_and_offline_days_do_not_count() {
    let mut message = sent(NOW);
    for _ in 0..50 {
        message.answered(&status(0), NOW + 30 * DAY);
    }
    assert_eq!(message.state, State::Waiting);
    let mut now = NOW;
    for _ in 0..40 {
        message.answered(&status(503), now);
        now += DAY / 8;
    }
    assert_eq!(message.state, State::Abandoned);
    message.send(now);
    assert_eq!(
        (message.state, message.key.as_str(), message.sent),
        (State::Waiting, "k1", NOW)
    );
}

#[test]
fn what_may_have_arrived_is_written_anew_as_another_message() {
    let mut message = sent(NOW);
    message.edit("k2", NOW);
    assert_eq!((message.key.as_str(), message.state), ("k1", State::Draft));
    for answer in [None, Some(0), Some(500), Some(404)] {
        let mut message = sent(NOW);
        message.depart(NOW);
        if let Some(code) = answer {
            message.answered(&status(code), NOW);
        }
        assert_eq!(message.may_have_arrived(), answer != Some(404));
        message.edit("k2", NOW);
        assert_eq!(
            (message.key.as_str(), message.state, message.tried),
            ("k2", State::Draft, 0),
            "{answer:?}"
        );
    }
}

#[test]
fn an_endpoint_that_said_later_is_asked_no_sooner_for_a_connection_that_comes_back() {
    let mut message = sent(NOW);
    message.depart(NOW);
    message.answered(&status(500), NOW);
    assert_eq!(
        next(&[Some(message.clone())], Some(NOW + 5), NOW + 5),
        Next::At(NOW + 15_000)
    );
    // Unless the reader says so; what it said of Retry-After stands even then.
    message.send(NOW + 5);
    assert_eq!(next(&[Some(message.clone())], None, NOW + 5), Next::Send(0));
    assert_eq!(message.later, 1);
    message.held = NOW + DAY / 2;
    message.send(NOW + 6);
    assert_eq!(
        next(&[Some(message)], Some(NOW + 6), NOW + 6),
        Next::At(NOW + DAY / 2)
    );
}

fn answers() -> impl Strategy<Value = Answer> {
    let status = prop_oneof![
        Just(0),
        Just(200),
        Just(302),
        Just(400),
        Just(429),
        Just(500),
        100u32..600
    ];
    (status, proptest::option::of(-5i64..1 << 50), any::<bool>()).prop_map(
        |(status, retry_after, elsewhere)| Answer {
            status,
            retry_after,
            elsewhere,
            ..Answer::default()
        },
    )
}

proptest! {
    #[test]
    fn a_message_is_never_lost_nor_sent_again_once_delivered(steps in proptest::collection::vec((0u8..5, answers(), -DAY..DAY), 1..60)) {
        let mut message = written();
        let mut now = NOW;
        let mut delivered = false;
        for (step, answer, passed) in steps {
            now += passed;
            match step {
                0 => message.send(now),
                1 => message.edit("other", now),
                2 => message.set(Field::Subject, "changed", now),
                _ => {
                    if next(&[Some(message.clone())], Some(now), now) == Next::Send(0) {
                        prop_assert!(!delivered);
                        message.depart(now);
                        prop_assert_eq!(Message::read(&message.write()), Some(message.clone()));
                        message.answered(&answer, now);
                        delivered = message.state == State::Delivered;
                    }
                }
            }
            prop_assert_eq!(&message.message, "Hello");
            prop_assert_eq!(delivered, message.state == State::Delivered);
            if message.state == State::Waiting {
                // It is due at some time, and not later than a day from now.
                match next(&[Some(message.clone())], None, now) {
                    Next::Send(0) => {}
                    Next::At(time) => prop_assert!(time > now && time <= now + LONGEST),
                    other => prop_assert!(false, "{:?}", other),
                }
            }
        }
    }
}
