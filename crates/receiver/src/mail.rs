//! A stored message as a mail: from the configured sender, to the configured recipient, whatever a
//! reader wrote.
//!
//! Entry point: [`compose`]. Pure. A reader's words reach three places: the subject's text, the name and
//! address of Reply-To (if that is one address), and the body; never another header, never a recipient.

use lettre::Message as Mail;
use lettre::address::Envelope;
use lettre::message::header::{ContentType, MIME_VERSION_1_0};
use lettre::message::{Mailbox, MessageBuilder};

use crate::config::Forward;
use crate::message::lines;
use crate::store::Stored;

/// Longest subject and name in a header, characters.
const LONGEST: usize = 200;

/// Makes the mail. The same message always makes a mail of the same Message-ID, so that mail programs
/// know one that was sent twice.
///
/// # Errors
/// It cannot be written; no message of a reader makes that happen.
pub(crate) fn compose(
    stored: &Stored,
    forward: &Forward,
    site: &str,
) -> Result<Mail, lettre::error::Error> {
    let message = &stored.message;
    let name = one_line(&message.name);
    let about = match one_line(&message.subject) {
        subject if !subject.is_empty() => subject,
        _ if !name.is_empty() => format!("Message from {name}"),
        _ => "Message from a reader".to_owned(),
    };
    let subject = match one_line(site) {
        site if site.is_empty() => about,
        site => format!("[{site}] {about}"),
    };
    let domain = Some(forward.from.email.domain()).filter(|domain| domain.is_ascii());
    let id = format!("<{}@{}>", stored.key, domain.unwrap_or("localhost"));
    let envelope = Envelope::new(
        Some(forward.from.email.clone()),
        vec![forward.to.email.clone()],
    )?;
    let builder: MessageBuilder = Mail::builder()
        .from(forward.from.clone())
        .to(forward.to.clone())
        .subject(subject)
        .date(
            stored
                .received
                .try_into()
                .unwrap_or(std::time::SystemTime::UNIX_EPOCH),
        )
        .message_id(Some(id))
        .header(MIME_VERSION_1_0)
        .header(ContentType::TEXT_PLAIN)
        .envelope(envelope);
    let builder = match reply_to(&message.email, name) {
        Some(reader) => builder.reply_to(reader),
        None => builder,
    };
    builder.body(body(stored))
}

/// The reader, if the address is one that headers can hold.
fn reply_to(email: &str, name: String) -> Option<Mailbox> {
    let plain = email
        .bytes()
        .all(|b| b.is_ascii_graphic() && !b"\"(),:;<>[\\]".contains(&b));
    let address = Some(email).filter(|_| plain)?.parse().ok()?;
    Some(Mailbox::new(
        Some(name).filter(|name| !name.is_empty()),
        address,
    ))
}

/// The fields first, each on one line, so that nothing in the text can pass for one of them.
fn body(stored: &Stored) -> String {
    let message = &stored.message;
    let written = message.written.map(|time| format!("{time:.0}"));
    let fields = [
        ("Name", one_line(&message.name)),
        ("Email", one_line(&message.email)),
        ("Subject", one_line(&message.subject)),
        (
            "Consent",
            if message.consent {
                "yes".into()
            } else {
                String::new()
            },
        ),
        ("Written", written.unwrap_or_default()),
        ("Received", format!("{:.0}", stored.received)),
        ("Page", one_line(&message.page)),
        ("Language", one_line(&message.lang)),
        ("Key", one_line(&stored.key)),
    ];
    let mut body = String::new();
    for (name, value) in fields {
        if !value.is_empty() {
            body.push_str(&format!("{name}: {value}\n"));
        }
    }
    body.push('\n');
    // Mail has one kind of line end, and no bytes that control a terminal.
    let controls = |c: char| {
        if c.is_control() && c != '\n' && c != '\t' {
            ' '
        } else {
            c
        }
    };
    body.extend(lines(&message.message).chars().map(controls));
    body.push('\n');
    body
}

/// A text on one line: what controls, breaks or turns lines is a space.
fn one_line(text: &str) -> String {
    let breaks = |c: char| {
        c.is_control()
            || c.is_whitespace()
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let words: Vec<&str> = text.split(breaks).filter(|word| !word.is_empty()).collect();
    words.join(" ").chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;
    use crate::message::Message;
    use crate::store::Forwarding;

    const KEY: &str = "0b8f5a0e-2c1d-4f6a-9b3e-7d5c4a1f2e90";

    fn forward() -> Forward {
        Forward {
            to: "The Desk <desk@example.org>"
                .parse()
                .expect("is an address"),
            from: "site@example.org".parse().expect("is an address"),
            smtp: "smtp://127.0.0.1".into(),
            password: None,
        }
    }

    fn mail(name: &str, email: &str, subject: &str, text: &str) -> (Mail, String) {
        let stored = Stored {
            key: KEY.into(),
            received: Timestamp::UNIX_EPOCH,
            message: Message {
                name: name.into(),
                email: email.into(),
                subject: subject.into(),
                message: text.into(),
                ..Message::default()
            },
            spam: None,
            forwarding: Forwarding::WAITING,
        };
        let mail = compose(&stored, &forward(), "The Harbour Wire").expect("is composed");
        let text = String::from_utf8(mail.formatted()).expect("is ASCII");
        (mail, text)
    }

    /// The headers, unfolded.
    fn headers(mail: &str) -> Vec<(String, String)> {
        let (head, _) = mail.split_once("\r\n\r\n").expect("has a body");
        let mut headers: Vec<(String, String)> = Vec::new();
        for line in head.split("\r\n") {
            if line.starts_with([' ', '\t']) {
                let last = headers.last_mut().expect("folds a header");
                last.1.push_str(line);
            } else {
                let (name, value) = line.split_once(':').expect("is a header");
                headers.push((name.to_lowercase(), value.trim().to_owned()));
            }
        }
        headers
    }

    #[test]
    fn a_mail_says_who_wrote_what() {
        let (mail, text) = mail(
            "Mira Holm",
            "mira@example.net",
            "Tides",
            "The table is wrong.",
        );
        let headers = headers(&text);
        let header = |name: &str| {
            let found = headers.iter().find(|(key, _)| key == name);
            found.map(|(_, value)| value.as_str())
        };
        assert_eq!(header("from"), Some("site@example.org"));
        assert_eq!(header("to"), Some("\"The Desk\" <desk@example.org>"));
        assert_eq!(header("reply-to"), Some("\"Mira Holm\" <mira@example.net>"));
        assert_eq!(header("subject"), Some("[The Harbour Wire] Tides"));
        assert_eq!(
            header("message-id"),
            Some(format!("<{KEY}@example.org>").as_str())
        );
        assert!(text.contains("\r\nEmail: mira@example.net\r\n"), "{text}");
        assert!(text.ends_with("\r\n\r\nThe table is wrong.\r\n"), "{text}");
        assert_eq!(mail.envelope().to().len(), 1);
    }

    #[test]
    fn a_reader_whose_address_no_header_can_hold_is_named_in_the_body() {
        let (_, text) = mail("", "señora@example.net", "", "Hello.");
        assert!(!text.to_lowercase().contains("reply-to"), "{text}");
    }

    /// What people write who want a form to write to others.
    fn hostile() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            Just("\r\nBcc: all@victim.example\r\n".to_owned()),
            Just("\nTo: all@victim.example".to_owned()),
            Just("\rCc: all@victim.example".to_owned()),
            Just("\r\n\r\n".to_owned()),
            Just("\r\n.\r\n".to_owned()),
            Just("%0d%0aBcc: all@victim.example".to_owned()),
            Just("%0a".to_owned()),
            Just("\u{2028}Bcc: all@victim.example\u{2029}".to_owned()),
            Just("\u{85}\u{b}\u{c}\0\u{202e}".to_owned()),
            Just("a@b.example, c@d.example".to_owned()),
            Just("<all@victim.example>".to_owned()),
            Just(">, <all@victim.example>".to_owned()),
            Just("\"; \\\" (comment)".to_owned()),
            Just("=?utf-8?q?=0d=0aBcc:_all@victim.example?=".to_owned()),
            Just("mira@example.net".to_owned()),
            Just("x".repeat(1200)),
            Just("潮".repeat(300)),
            any::<String>(),
        ];
        prop::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn nothing_a_reader_writes_becomes_a_header_or_a_recipient(
            name in hostile(), email in hostile(), subject in hostile(), text in hostile(),
        ) {
            let (mail, written) = mail(&name, &email, &subject, &text);
            let recipients: Vec<String> = mail.envelope().to().iter().map(ToString::to_string).collect();
            prop_assert_eq!(recipients, ["desk@example.org"]);
            prop_assert_eq!(mail.envelope().from().map(ToString::to_string), Some("site@example.org".into()));
            let headers = headers(&written);
            let mut names: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
            names.sort_unstable();
            names.retain(|&name| name != "reply-to");
            prop_assert_eq!(
                names,
                ["content-transfer-encoding", "content-type", "date", "from", "message-id", "mime-version", "subject", "to"]
            );
            for (name, value) in &headers {
                let bare = value.bytes().all(|b| (b' '..=b'~').contains(&b) || b == b'\t');
                prop_assert!(bare, "{}: {:?}", name, value);
                match name.as_str() {
                    "to" => prop_assert_eq!(value, "\"The Desk\" <desk@example.org>"),
                    "from" => prop_assert_eq!(value, "site@example.org"),
                    "reply-to" => {
                        let address = value.rsplit('<').next().unwrap_or_default().trim_end_matches('>');
                        prop_assert_eq!(address, email.as_str());
                    }
                    _ => {}
                }
            }
            // Lines of mail are at most 998 bytes long, and a lone dot never ends it (the transport doubles dots).
            prop_assert!(written.split("\r\n").all(|line| line.len() <= 998));
            let mut rest = written.as_str();
            while let Some(at) = rest.find(['\r', '\n']) {
                prop_assert!(rest[at..].starts_with("\r\n"), "a bare line end");
                rest = &rest[at + 2..];
            }
        }
    }
}
