//! What whoever delivers has to do next, in JSON.
//!
//! Entry points: [`next`], [`answer`], [`records`]. It decides nothing: `lamplight_reader::outbox` does.

use lamplight_model::contact::{Contact, Service};
use lamplight_model::{json, record};
use lamplight_reader::Millis;
use lamplight_reader::outbox::post::{self, Request};
use lamplight_reader::outbox::{self, Answer, Message, Next, State};
use serde::Serialize;

/// A record as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stored {
    /// Its key in the store.
    pub(crate) key: String,
    /// Its message; `None` of one that is damaged, or of a later version.
    pub(crate) message: Option<Message>,
}

/// Reads what the script read from the store.
pub(crate) fn records(json: &str) -> Vec<Stored> {
    let pairs: Vec<Vec<String>> = json::read(json).unwrap_or_default();
    let stored = pairs.into_iter().filter_map(|mut pair| {
        let text = pair.pop()?;
        Some(Stored {
            key: pair.pop()?,
            message: Message::read(&text),
        })
    });
    stored.collect()
}

#[derive(Default, Serialize)]
struct Step {
    write: Vec<(String, String)>,
    drop: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    post: Option<Post>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<Millis>,
}

#[derive(Serialize)]
struct Post {
    key: String,
    #[serde(flatten)]
    request: Request,
}

/// What is to be done now, by somebody who holds the lock of deliveries.
pub(crate) fn next(contact: &Contact, stored: &str, hope: Option<Millis>, now: Millis) -> String {
    let mut step = Step::default();
    let (mut keys, mut messages) = (Vec::new(), Vec::new());
    for Stored { key, mut message } in records(stored) {
        if let Some(own) = &mut message {
            if own
                .leaves(contact.keep_days)
                .is_some_and(|time| time <= now)
            {
                step.drop.push(key);
                continue;
            }
            if own.state == State::Sending {
                // Whoever sent it holds the lock no more.
                own.interrupted(now);
                step.write.push((key.clone(), own.write()));
            }
        }
        keys.push(key);
        messages.push(message);
    }
    match outbox::next(&messages, hope, now) {
        Next::Send(at) => {
            if let Some((key, Some(message))) = keys.get(at).zip(messages.get_mut(at)) {
                message.depart(now);
                step.write.retain(|(own, _)| own != key);
                step.write.push((key.clone(), message.write()));
                step.post = Some(Post {
                    key: key.clone(),
                    request: post::request(message, contact),
                });
            }
        }
        Next::At(time) => step.at = Some(time),
        Next::Nothing => {}
    }
    serde_json::to_string(&step).unwrap_or_default()
}

#[derive(Default)]
struct Answered {
    status: u32,
    retry: String,
    body: String,
    elsewhere: bool,
}

record!(Answered { ; status, retry, body, elsewhere });

/// What the script says of an answer: `{status, retry, body, elsewhere}`, all of which may be left out.
pub(crate) fn answer(contact: &Contact, json: &str, now: Millis) -> Answer {
    let mut answered: Answered = json::read(json).unwrap_or_default();
    let (reason, field) = post::reason(&answered.body);
    let body = answered.body.trim_start();
    // What stands between answers for the endpoint: a network that wants its terms accepted, a host's page for
    // whatever it does not know. The contract's answers are JSON, or empty.
    let foreign = !body.is_empty() && !body.starts_with('{');
    if contact.service == Service::Own && (200..300).contains(&answered.status) && foreign {
        answered.status = 0;
        answered.elsewhere = true;
    }
    Answer {
        status: answered.status,
        retry_after: post::retry_after(&answered.retry, now),
        reason,
        field,
        elsewhere: answered.elsewhere,
    }
}

#[cfg(test)]
mod tests {
    use lamplight_reader::outbox::Field;

    use super::*;

    const NOW: Millis = 1_795_662_000_000;

    fn contact() -> Contact {
        Contact {
            service: Service::Own,
            endpoint: "https://a.example/in".into(),
            keep_days: 30,
            ..Contact::default()
        }
    }

    fn sent(key: &str) -> Message {
        let mut message = Message::begin(key, "en", "https://a.example/", NOW);
        message.set(Field::Message, "Hello", NOW);
        message.send(NOW);
        message
    }

    fn stored(records: &[(&str, String)]) -> String {
        serde_json::to_string(records).expect("JSON")
    }

    #[test]
    fn a_message_is_stored_as_being_sent_before_it_is_posted() {
        let now = NOW + 3_000;
        let step = next(
            &contact(),
            &stored(&[("k", sent("k").write()), ("x", "{damaged".into())]),
            None,
            now,
        );
        let step: serde_json::Value = serde_json::from_str(&step).expect("JSON");
        assert_eq!(step["post"]["key"], "k");
        assert_eq!(step["post"]["url"], "https://a.example/in");
        let written = step["write"][0][1]
            .as_str()
            .and_then(Message::read)
            .expect("a record");
        assert_eq!((written.state, written.tried), (State::Sending, now));
        assert_eq!(
            step["drop"].as_array().map(Vec::len),
            Some(0),
            "what is damaged stays"
        );
    }

    #[test]
    fn what_an_interrupted_delivery_left_is_tried_again_under_its_key() {
        let mut message = sent("k");
        message.depart(NOW + 3_000);
        let records = stored(&[("k", message.write())]);
        let step = next(&contact(), &records, Some(NOW + 60_000), NOW + 60_000);
        assert!(step.contains("\"post\":{\"key\":\"k\""), "{step}");
        let step = next(&contact(), &records, None, NOW + 4_000);
        assert!(step.contains("\"post\":{\"key\":\"k\""), "{step}");
    }

    #[test]
    fn what_was_delivered_leaves_when_its_time_is_over() {
        let mut message = sent("k");
        message.answered(&answer(&contact(), r#"{"status":200}"#, NOW), NOW);
        let records = stored(&[("k", message.write())]);
        let days = 30 * 24 * 3_600_000;
        assert!(next(&contact(), &records, None, NOW + days - 1).contains("\"drop\":[]"));
        assert!(next(&contact(), &records, None, NOW + days).contains("\"drop\":[\"k\"]"));
    }

    #[test]
    fn an_answer_is_read_with_its_header_and_its_words() {
        let read = answer(
            &contact(),
            r#"{"status":429,"retry":"60","body":"{\"error\":\"Slow.\"}"}"#,
            NOW,
        );
        assert_eq!(
            (read.status, read.retry_after, &*read.reason),
            (429, Some(60_000), "Slow.")
        );
        assert_eq!(answer(&contact(), "{}", NOW), Answer::default());
        for (body, foreign) in [("<!doctype html>", true), ("", false), ("{}", false)] {
            let said = serde_json::json!({ "status": 200, "body": body }).to_string();
            let read = answer(&contact(), &said, NOW);
            assert_eq!(
                (read.elsewhere, read.status),
                (foreign, if foreign { 0 } else { 200 })
            );
        }
    }
}
