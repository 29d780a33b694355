//! A message as a request to an endpoint (`docs/contact.md`).
//!
//! Entry points: [`request`], [`reason`], [`retry_after`].

use lamplight_model::contact::{Contact, Service};
use lamplight_model::json::{Fill, Json, read};
use lamplight_model::paths;
use serde::Serialize;

use super::{Field, Message};
use crate::Millis;

/// What is to be posted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Request {
    /// Absolute, or a path of the site's own host.
    pub url: String,
    /// Names and values.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: String,
    /// Whether an answer that leads elsewhere is followed: services do that.
    pub follow: bool,
}

/// The request that delivers a message.
pub fn request(message: &Message, contact: &Contact) -> Request {
    let fields = fields(message, contact);
    let form = contact.service == Service::Netlify;
    let kind = if form {
        "application/x-www-form-urlencoded"
    } else {
        "application/json"
    };
    let mut headers = vec![
        ("content-type", kind.to_owned()),
        ("accept", "application/json".to_owned()),
    ];
    let own = contact.service == Service::Own;
    if own {
        // draft-ietf-httpapi-idempotency-key-header: a structured string (RFC 9651).
        headers.push(("idempotency-key", ["\"", &message.key, "\""].concat()));
    }
    Request {
        url: contact.endpoint.clone(),
        headers,
        body: if form { encode(&fields) } else { json(&fields) },
        follow: !own,
    }
}

fn fields(message: &Message, contact: &Contact) -> Vec<(&'static str, String)> {
    let mut out = match contact.service {
        Service::Web3forms => vec![("access_key", contact.form.clone())],
        Service::Netlify => vec![("form-name", contact.form.clone())],
        _ => Vec::new(),
    };
    for field in Field::ALL {
        let value = message.get(field);
        if !value.trim().is_empty() {
            let value = if field == Field::Message {
                value
            } else {
                value.trim()
            };
            out.push((field.as_str(), value.to_owned()));
        }
    }
    out.push(("key", message.key.clone()));
    out.push(("lang", message.lang.clone()));
    out.push(("page", message.page.clone()));
    out.push(("written", super::email::rfc3339(message.sent)));
    if contact.service == Service::Own {
        // A clock that was set back meanwhile says nothing of how fast the reader was.
        let elapsed = message.tried - message.begun;
        let elapsed = if elapsed < 0 { super::FASTEST } else { elapsed };
        out.push(("elapsed", elapsed.to_string()));
    }
    out
}

fn json(fields: &[(&'static str, String)]) -> String {
    let object: std::collections::BTreeMap<_, _> = fields.iter().cloned().collect();
    serde_json::to_string(&object).unwrap_or_default()
}

/// As browsers post forms (URL Standard, 5.2).
fn encode(fields: &[(&'static str, String)]) -> String {
    let pairs = fields
        .iter()
        .map(|(name, value)| [name, "=", &paths::encode(value)].concat());
    pairs.collect::<Vec<_>>().join("&")
}

/// What an answer's body says was wrong, and with which field: `{"error", "field"}` of the contract, `{"errors":
/// [{"message", "field"}]}` of Formspree, `{"message"}` or `{"body": {"message"}}` of Web3Forms.
pub fn reason(body: &str) -> (String, String) {
    let Some(Tree(answer)) = read(body) else {
        return Default::default();
    };
    let first = member(&answer, "errors").and_then(|errors| match errors {
        Json::List(list) => list.first(),
        _ => None,
    });
    let inner = member(&answer, "body");
    let said = [
        text(Some(&answer), "error"),
        text(first, "message"),
        text(Some(&answer), "message"),
        text(inner, "message"),
    ];
    let words = said.into_iter().flatten().next().unwrap_or_default();
    let field = text(Some(&answer), "field").or_else(|| text(first, "field"));
    let words: String = words.chars().take(300).collect();
    (
        words.trim().to_owned(),
        field.unwrap_or_default().to_owned(),
    )
}

struct Tree(Json);

impl Default for Tree {
    fn default() -> Self {
        Self(Json::Null)
    }
}

impl Fill for Tree {
    fn fill(&mut self, json: Json) -> bool {
        self.0 = json;
        true
    }
}

fn member<'a>(json: &'a Json, name: &str) -> Option<&'a Json> {
    let Json::Object(members) = json else {
        return None;
    };
    let (_, value) = members.iter().find(|(own, _)| own == name)?;
    Some(value)
}

fn text<'a>(json: Option<&'a Json>, name: &str) -> Option<&'a str> {
    match member(json?, name)? {
        Json::Text(text) if !text.is_empty() => Some(text),
        _ => None,
    }
}

/// The header Retry-After (RFC 9110, 10.2.3) in milliseconds from now: seconds, or a date in the one form that is
/// still written (IMF-fixdate).
pub fn retry_after(header: &str, now: Millis) -> Option<Millis> {
    let header = header.trim();
    if let Ok(seconds) = header.parse::<u32>() {
        return Some(Millis::from(seconds) * 1_000);
    }
    Some((super::email::read_date(header)? - now).max(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message() -> Message {
        Message {
            key: "k".into(),
            name: " Ada ".into(),
            email: "ada@example.org".into(),
            message: "a & b\n\u{e9}".into(),
            lang: "fr".into(),
            page: "https://a.example/x/".into(),
            begun: 1_000,
            sent: 90_000,
            tried: 91_000,
            ..Message::default()
        }
    }

    fn contact(service: Service) -> Contact {
        Contact {
            service,
            endpoint: "https://a.example/in".into(),
            form: "f1".into(),
            ..Contact::default()
        }
    }

    #[test]
    fn an_own_endpoint_gets_the_key_as_header_and_field() {
        let request = request(&message(), &contact(Service::Own));
        assert!(
            request
                .headers
                .contains(&("idempotency-key", "\"k\"".into()))
        );
        assert_eq!(
            request.body,
            r#"{"elapsed":"90000","email":"ada@example.org","key":"k","lang":"fr","message":"a & b\né","name":"Ada","page":"https://a.example/x/","written":"1970-01-01T00:01:30Z"}"#
        );
        assert!(!request.follow);
    }

    #[test]
    fn services_get_what_they_know_a_form_by_and_no_header_that_their_cors_may_forbid() {
        let posted = request(&message(), &contact(Service::Web3forms));
        assert!(
            posted.body.contains(r#""access_key":"f1""#),
            "{}",
            posted.body
        );
        assert_eq!(posted.headers.len(), 2);
        let posted = request(&message(), &contact(Service::Netlify));
        assert!(
            posted.body.starts_with("form-name=f1&name=Ada&"),
            "{}",
            posted.body
        );
        assert!(
            posted.body.contains("message=a%20%26%20b%0A%C3%A9"),
            "{}",
            posted.body
        );
    }

    #[test]
    fn a_reason_is_found_where_each_kind_of_endpoint_says_it() {
        for (body, words, field) in [
            (r#"{"error":"No.","field":"email"}"#, "No.", "email"),
            (
                r#"{"errors":[{"field":"email","message":"should be an email"}]}"#,
                "should be an email",
                "email",
            ),
            (
                r#"{"success":false,"message":"Invalid key"}"#,
                "Invalid key",
                "",
            ),
            (r#"{"success":false,"body":{"message":"deep"}}"#, "deep", ""),
            ("<html>", "", ""),
            ("[]", "", ""),
        ] {
            assert_eq!(reason(body), (words.into(), field.into()), "{body}");
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        assert_eq!(retry_after("120", 0), Some(120_000));
        let date = "Thu, 26 Nov 2026 03:00:00 GMT";
        assert_eq!(retry_after(date, 1_795_661_940_000), Some(60_000));
        assert_eq!(retry_after(date, 1_895_662_740_000), Some(0));
        assert_eq!(retry_after("soon", 0), None);
    }
}
