//! What a reader sent: read from a request's body and checked. The contract is docs/contact.md.
//!
//! Entry point: [`Submission::read`]. Pure: nothing is stored, sent or counted here.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::refusal::{Field, Refusal};

/// Faster than anybody writes, milliseconds from the first key stroke to Send.
const QUICK: u64 = 2_000;
/// Longest page address that is kept, bytes.
const PAGE: usize = 2_048;

/// How a body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// An object of strings.
    Json,
    /// A browser's plain form post.
    Form,
}

impl Encoding {
    /// By the header `Content-Type`.
    pub(crate) fn of(content_type: &str) -> Option<Self> {
        let kind = content_type.split(';').next().unwrap_or_default().trim();
        if kind.eq_ignore_ascii_case("application/json") {
            Some(Self::Json)
        } else if kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            Some(Self::Form)
        } else {
            None
        }
    }
}

/// A message that can be stored. Texts are as the reader wrote them, but for line ends, which are `\n`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The reader's name; may be empty.
    pub name: String,
    /// The reader's address.
    pub email: String,
    /// May be empty.
    pub subject: String,
    /// The text.
    pub message: String,
    /// Whether the reader consented.
    pub consent: bool,
    /// The language of the page (BCP 47); may be empty.
    pub lang: String,
    /// The address of the page it was written on; may be empty.
    pub page: String,
    /// When the reader pressed Send.
    pub written: Option<Timestamp>,
    /// Milliseconds from the first key stroke to Send.
    pub elapsed: Option<u64>,
}

impl Message {
    /// What makes two messages the same (SHA-256): the reader's own words.
    pub fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        let consent = if self.consent { "yes" } else { "" };
        for text in [
            &self.name,
            &self.email,
            &self.subject,
            &self.message,
            consent,
        ] {
            hash.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_le_bytes());
            hash.update(text);
        }
        hash.finalize().into()
    }
}

/// Why a message is taken for one that no reader wrote. It is stored all the same, but not sent on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Spam {
    /// A field that readers do not see was filled in.
    Honeypot,
    /// It was sent sooner than anybody writes.
    Quick,
}

/// A message and what came with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Submission {
    /// The key that the app made for it; `None`: a plain form.
    pub(crate) key: Option<String>,
    pub(crate) message: Message,
    pub(crate) spam: Option<Spam>,
}

/// A body's fields, and what an answer needs even if the rest is refused.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields {
    pairs: Vec<(String, String)>,
}

impl Fields {
    /// Reads a body. Of a field that is there twice, the first counts.
    pub(crate) fn read(encoding: Encoding, body: &[u8]) -> Result<Self, Refusal> {
        let pairs = match encoding {
            Encoding::Form => form_urlencoded::parse(body).into_owned().collect(),
            Encoding::Json => {
                let object: serde_json::Map<String, serde_json::Value> =
                    serde_json::from_slice(body)
                        .map_err(|_| Refusal::Malformed("The body is no JSON object.".into()))?;
                let mut pairs = Vec::with_capacity(object.len());
                for (name, value) in object {
                    match value {
                        serde_json::Value::String(text) => pairs.push((name, text)),
                        _ => {
                            let name: String = name.chars().take(40).collect();
                            let told = format!("The field `{name}` is not a string.");
                            return Err(Refusal::Malformed(told));
                        }
                    }
                }
                pairs
            }
        };
        Ok(Self { pairs })
    }

    pub(crate) fn get(&self, name: &str) -> &str {
        let found = self.pairs.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value)
    }

    /// The page's language, if it may be one.
    pub(crate) fn lang(&self) -> &str {
        let lang = self.get("lang");
        let may_be = lang.len() <= 35
            && lang.split('-').all(|part| {
                (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
            });
        if may_be { lang } else { "" }
    }

    /// The page's address, if it may be one.
    pub(crate) fn page(&self) -> &str {
        let page = self.get("page");
        let web = page.starts_with("https://") || page.starts_with("http://");
        let plain = page
            .chars()
            .all(|c| !c.is_control() && !c.is_whitespace() && !"\"<>\\^`{|}".contains(c));
        if web && plain && page.len() <= PAGE {
            page
        } else {
            ""
        }
    }
}

impl Submission {
    /// Checks fields and the header `Idempotency-Key` (`None` if there is none).
    pub(crate) fn read(
        fields: &Fields,
        header: Option<&str>,
        consent: bool,
    ) -> Result<Self, Refusal> {
        let key = key(fields.get("key"), header)?;
        let one_line = |name: &str| fields.get(name).trim().to_owned();
        let message = Message {
            name: one_line("name"),
            email: one_line("email"),
            subject: one_line("subject"),
            message: lines(fields.get("message")),
            consent: fields.get("consent") == "yes",
            lang: fields.lang().to_owned(),
            page: fields.page().to_owned(),
            written: fields.get("written").parse().ok(),
            elapsed: fields.get("elapsed").parse().ok(),
        };
        for (field, text) in [
            (Field::Name, &message.name),
            (Field::Email, &message.email),
            (Field::Subject, &message.subject),
            (Field::Message, &message.message),
        ] {
            if text.chars().count() > field.most() {
                return Err(Refusal::TooLong(field));
            }
        }
        if message.email.is_empty() {
            return Err(Refusal::Missing(Field::Email));
        }
        if !is_address(&message.email) {
            return Err(Refusal::BadEmail);
        }
        if message.message.trim().is_empty() {
            return Err(Refusal::Missing(Field::Message));
        }
        if consent && !message.consent {
            return Err(Refusal::NoConsent);
        }
        let spam = if fields.get("leave_empty").is_empty() {
            message
                .elapsed
                .filter(|&time| time < QUICK)
                .map(|_| Spam::Quick)
        } else {
            Some(Spam::Honeypot)
        };
        Ok(Self { key, message, spam })
    }
}

/// Line ends as they are stored: forms post `\r\n` where scripts read `\n`.
pub(crate) fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// Whether a text is one address that can be written to.
fn is_address(text: &str) -> bool {
    // Parsers of addresses allow quoted names, which can hold anything, and no mailbox has.
    let plain = text
        .chars()
        .all(|c| !c.is_control() && !c.is_whitespace() && !"\"(),:;<>[\\]".contains(c));
    plain && text.parse::<lettre::Address>().is_ok()
}

/// The key: in the field, the header, or both.
fn key(field: &str, header: Option<&str>) -> Result<Option<String>, Refusal> {
    let header = header.map(|text| {
        let text = text.trim();
        let quoted = text
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'));
        quoted.unwrap_or(text)
    });
    let key = match (field, header) {
        ("", None) => return Ok(None),
        ("", Some(key)) | (key, None) => key,
        (field, Some(header)) if field == header => field,
        _ => {
            let told = "The header Idempotency-Key and the field `key` differ.";
            return Err(Refusal::Malformed(told.into()));
        }
    };
    if is_uuid(key) {
        Ok(Some(key.to_owned()))
    } else {
        let told = "The key is no UUID of version 4 in lower case.";
        Err(Refusal::Malformed(told.into()))
    }
}

/// Whether a text is a random UUID (RFC 9562, version 4) in lower case.
fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            14 => byte == b'4',
            19 => b"89ab".contains(&byte),
            _ => byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "0b8f5a0e-2c1d-4f6a-9b3e-7d5c4a1f2e90";

    fn read(pairs: &[(&str, &str)]) -> Result<Submission, Refusal> {
        let mut object = serde_json::Map::new();
        for (name, value) in [
            ("email", "mira@example.org"),
            ("message", "The tide table is wrong."),
        ]
        .iter()
        .chain(pairs)
        {
            object.insert((*name).to_owned(), (*value).into());
        }
        let body = serde_json::to_vec(&object).expect("is JSON");
        Submission::read(&Fields::read(Encoding::Json, &body)?, None, false)
    }

    #[test]
    fn a_form_and_a_script_say_the_same() {
        let body = b"name=Mira+Holm&email=mira%40example.org&message=One%0D%0Atwo&leave_empty=";
        let fields = Fields::read(Encoding::Form, body).expect("is a form");
        let form = Submission::read(&fields, None, false).expect("is a message");
        let json = read(&[("name", "Mira Holm"), ("message", "One\ntwo")]).expect("is a message");
        assert_eq!(form, json);
        assert_eq!(form.message.digest(), json.message.digest());
    }

    #[test]
    fn what_is_lacking_or_too_long_is_named() {
        let long = |n: usize| "x".repeat(n);
        assert_eq!(read(&[("email", "")]), Err(Refusal::Missing(Field::Email)));
        assert_eq!(
            read(&[("message", " \n ")]),
            Err(Refusal::Missing(Field::Message))
        );
        assert_eq!(
            read(&[("name", &long(201))]),
            Err(Refusal::TooLong(Field::Name))
        );
        assert_eq!(
            read(&[("subject", &long(201))]),
            Err(Refusal::TooLong(Field::Subject))
        );
        assert_eq!(
            read(&[("message", &long(20_001))]),
            Err(Refusal::TooLong(Field::Message))
        );
        assert_eq!(
            read(&[("email", &long(255))]),
            Err(Refusal::TooLong(Field::Email))
        );
        // Characters, not bytes.
        assert!(
            read(&[
                ("name", &"é".repeat(200)),
                ("message", &"潮".repeat(20_000))
            ])
            .is_ok()
        );
    }

    #[test]
    fn only_one_plain_address_is_an_address() {
        for right in [
            "a@b.example",
            "first.last+tag@sub.example.org",
            "mira@häfen.example",
        ] {
            assert!(read(&[("email", right)]).is_ok(), "{right}");
        }
        for wrong in [
            "mira",
            "@b.example",
            "a@",
            "a@b.example, c@d.example",
            "a@b.example;c@d.example",
            "<a@b.example>",
            "Mira <a@b.example>",
            "a@b.example\r\nBcc: c@d.example",
            "a@b.example\u{2028}x",
            "\"a b\"@c.example",
            "a b@c.example",
            "a@b@c.example",
        ] {
            assert_eq!(
                read(&[("email", wrong)]),
                Err(Refusal::BadEmail),
                "{wrong:?}"
            );
        }
    }

    #[test]
    fn a_key_is_taken_from_field_or_header_and_both_must_agree() {
        let other = "0b8f5a0e-2c1d-4f6a-8b3e-7d5c4a1f2e91";
        let quoted = format!("\"{KEY}\"");
        assert_eq!(key(KEY, None), Ok(Some(KEY.into())));
        assert_eq!(key("", Some(&quoted)), Ok(Some(KEY.into())));
        assert_eq!(key("", Some(KEY)), Ok(Some(KEY.into())));
        assert_eq!(key(KEY, Some(&quoted)), Ok(Some(KEY.into())));
        assert_eq!(key("", None), Ok(None));
        assert!(key(KEY, Some(other)).is_err());
        for wrong in [
            "x",
            &KEY.to_uppercase(),
            &KEY.replace('-', ""),
            "0b8f5a0e-2c1d-1f6a-9b3e-7d5c4a1f2e90",
        ] {
            assert!(key(wrong, None).is_err(), "{wrong}");
        }
        assert!(key("", Some("")).is_err());
    }

    #[test]
    fn a_filled_honeypot_and_a_form_sent_at_once_are_marked() {
        let spam = |pairs: &[_]| read(pairs).expect("is a message").spam;
        assert_eq!(spam(&[]), None);
        assert_eq!(spam(&[("elapsed", "2000"), ("leave_empty", "")]), None);
        assert_eq!(spam(&[("elapsed", "1999")]), Some(Spam::Quick));
        assert_eq!(
            spam(&[("elapsed", "9000"), ("leave_empty", "x")]),
            Some(Spam::Honeypot)
        );
    }

    #[test]
    fn notes_of_the_app_that_make_no_sense_are_left_out_and_cost_no_message() {
        let message = read(&[
            ("elapsed", "soon"),
            ("written", "yesterday"),
            ("lang", "not a language"),
            ("page", "javascript:alert(1)"),
            ("colour", "blue"),
        ])
        .expect("is a message")
        .message;
        assert_eq!((message.elapsed, message.written), (None, None));
        assert_eq!((message.lang.as_str(), message.page.as_str()), ("", ""));
    }

    #[test]
    fn json_that_is_no_object_of_strings_is_refused() {
        for body in [
            "",
            "[]",
            "{\"name\": 7}",
            "{\"message\": null}",
            "{\"a\": \"b\"",
            "\"x\"",
        ] {
            let read = Fields::read(Encoding::Json, body.as_bytes());
            assert!(matches!(read, Err(Refusal::Malformed(_))), "{body}");
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_posted_is_refused_or_can_be_answered(
            body in "(email|message|key|lang|page|%40|@|=|&|\\{|\\}|\"|:|,|a\\.b|\\PC|[ -~]){0,60}",
            text in "\\PC{0,40}",
            email in "(mira|a\\.b|[a-z@.,<> %\r\n\u{2028}]{0,6})@(b\\.example|[a-z.@]{1,8})",
        ) {
            let json = serde_json::json!({ "email": email, "message": text, "page": text, "lang": text });
            for (encoding, body) in [
                (Encoding::Form, body.as_str()),
                (Encoding::Json, body.as_str()),
                (Encoding::Json, json.to_string().as_str()),
            ] {
                let read = Fields::read(encoding, body.as_bytes())
                    .and_then(|fields| Submission::read(&fields, None, false));
                if let Ok(submission) = read {
                    let email = &submission.message.email;
                    proptest::prop_assert_eq!(email.matches('@').count(), 1);
                    let breaks = [' ', ',', '<', '\r', '\n', '\u{2028}'];
                    proptest::prop_assert!(!email.contains(breaks));
                    proptest::prop_assert!(!submission.message.message.trim().is_empty());
                    let quotes = ['"', '<', ' '];
                    proptest::prop_assert!(!submission.message.page.contains(quotes));
                }
            }
        }
    }
}
