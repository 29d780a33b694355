//! A message as an email: for readers whose own program is to send it, and for a copy of theirs.
//!
//! Entry points: [`mailto`] (RFC 6068), [`eml`] (RFC 5322, as a file), [`plain`]. Nothing that was written may become a
//! header or a recipient.

use lamplight_model::paths::encode;

use super::Message;
use crate::Millis;

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// The message as text, its subject first, its sender last.
pub fn plain(message: &Message) -> String {
    let mut out = String::new();
    if !message.subject.trim().is_empty() {
        out += &one_line(&message.subject);
        out += "\n\n";
    }
    out += message.message.trim_end();
    let sender = [one_line(&message.name), one_line(&message.email)];
    let sender: Vec<_> = sender.into_iter().filter(|text| !text.is_empty()).collect();
    if !sender.is_empty() {
        out += "\n\n";
        out += &sender.join("\n");
    }
    out
}

/// The address that opens an email program with the message written into it.
pub fn mailto(message: &Message, to: &str) -> String {
    let mut body = message.message.trim_end().replace("\r\n", "\n");
    if !message.name.trim().is_empty() {
        body += "\n\n";
        body += &one_line(&message.name);
    }
    [
        "mailto:",
        &encode(to).replace("%40", "@"),
        "?subject=",
        &encode(&one_line(&message.subject)),
        "&body=",
        &encode(&body.replace('\n', "\r\n")),
    ]
    .concat()
}

/// The message as a file that email programs open as a draft (`X-Unsent`), at a time.
pub fn eml(message: &Message, to: &str, now: Millis) -> String {
    let mut out = String::new();
    let mut header = |name: &str, value: &str| {
        if !value.is_empty() {
            out += &[name, ": ", value, "\r\n"].concat();
        }
    };
    let email = message.email.trim();
    if super::is_address(email) && email.is_ascii() {
        let name = word(&one_line(&message.name));
        header("From", &[&*name, "\r\n <", email, ">"].concat());
    }
    header("To", &one_line(to));
    header("Subject", &word(&one_line(&message.subject)));
    header("Date", &date(now));
    header("X-Unsent", "1");
    header("MIME-Version", "1.0");
    header("Content-Type", "text/plain; charset=utf-8");
    header("Content-Transfer-Encoding", "base64");
    out += "\r\n";
    let body = message.message.replace("\r\n", "\n").replace('\n', "\r\n");
    let body = base64(body.as_bytes());
    for line in body.as_bytes().chunks(76) {
        out += &String::from_utf8_lossy(line);
        out += "\r\n";
    }
    out
}

/// A text without what could end a line.
fn one_line(text: &str) -> String {
    let spaced = text.chars().map(|c| {
        let breaks = c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{85}');
        if breaks { ' ' } else { c }
    });
    let text: String = spaced.collect();
    text.trim().to_owned()
}

/// A text as words of a header (RFC 2047), each within its 75 characters.
fn word(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let mut words = Vec::new();
    let mut part = String::new();
    for c in text.chars() {
        if part.len() + c.len_utf8() > 42 {
            words.push(std::mem::take(&mut part));
        }
        part.push(c);
    }
    words.push(part);
    let words: Vec<_> = words
        .iter()
        .map(|part| ["=?utf-8?B?", &base64(part.as_bytes()), "?="].concat())
        .collect();
    words.join("\r\n ")
}

/// RFC 4648, 4.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let at = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for place in 0..4 {
            if place <= chunk.len() {
                let letter = (bits >> (18 - 6 * place)) & 63;
                out.push(char::from(LETTERS[letter as usize]));
            } else {
                out.push('=');
            }
        }
    }
    out
}

/// Year, month (1 to 12), day, day of the week (0 is Monday) and milliseconds since midnight, in UTC. Days are counted
/// as in Howard Hinnant's `civil_from_days` (<https://howardhinnant.github.io/date_algorithms.html>).
pub(crate) fn civil(time: Millis) -> (i64, usize, i64, usize, Millis) {
    let days = time.div_euclid(super::DAY);
    let z = days + 719_468;
    let (era, doe) = (z.div_euclid(146_097), z.rem_euclid(146_097));
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let day = doy - (153 * mp + 2) / 5 + 1;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + i64::from(month <= 2);
    let weekday = (days + 3).rem_euclid(7);
    (
        year,
        month as usize,
        day,
        weekday as usize,
        time.rem_euclid(super::DAY),
    )
}

/// Days since 1970-01-01 of a date (`days_from_civil`, as above).
pub(crate) fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, yoe) = (year.div_euclid(400), year.rem_euclid(400));
    let mp = (month + 9) % 12;
    let doy = (153 * mp + 2) / 5 + day - 1;
    era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468
}

fn two(number: i64) -> String {
    let text = number.to_string();
    if text.len() < 2 {
        ["0", &text].concat()
    } else {
        text
    }
}

fn clock(rest: Millis) -> String {
    let seconds = rest / 1_000;
    [
        two(seconds / 3_600),
        two(seconds / 60 % 60),
        two(seconds % 60),
    ]
    .join(":")
}

/// A time as RFC 3339 has it, in UTC, without fractions.
pub(crate) fn rfc3339(time: Millis) -> String {
    let (year, month, day, _, rest) = civil(time);
    let date = [year.to_string(), two(month as i64), two(day)].join("-");
    [&*date, "T", &clock(rest), "Z"].concat()
}

/// A time as RFC 5322 has it, in UTC.
fn date(time: Millis) -> String {
    let (year, month, day, weekday, rest) = civil(time);
    let parts = [
        [DAYS[weekday], ","].concat(),
        day.to_string(),
        MONTHS[month - 1].to_owned(),
        year.to_string(),
        clock(rest),
        "+0000".to_owned(),
    ];
    parts.join(" ")
}

/// Reads an IMF-fixdate, `Thu, 26 Nov 2026 03:59:00 GMT` (RFC 9110, 5.6.7).
pub(crate) fn read_date(text: &str) -> Option<Millis> {
    let (_, rest) = text.split_once(", ")?;
    let parts: Vec<&str> = rest.split(' ').collect();
    let [day, month, year, clock, "GMT"] = parts[..] else {
        return None;
    };
    let month = MONTHS.iter().position(|own| *own == month)? as i64 + 1;
    let mut seconds = 0;
    for part in clock.split(':') {
        seconds = seconds * 60 + part.parse::<u8>().ok().map(i64::from)?;
    }
    let days = days(
        year.parse::<u16>().ok()?.into(),
        month,
        day.parse::<u8>().ok()?.into(),
    );
    Some(days * super::DAY + seconds * 1_000)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(name: &str, subject: &str, message: &str) -> Message {
        Message {
            name: name.into(),
            email: "ada@example.org".into(),
            subject: subject.into(),
            message: message.into(),
            ..Message::default()
        }
    }

    #[test]
    fn an_email_programs_address_has_subject_and_lines() {
        let message = written("Ada", "Tide & time?", "One\nTwo\n");
        assert_eq!(
            mailto(&message, "desk@example.org"),
            "mailto:desk@example.org?subject=Tide%20%26%20time%3F&body=One%0D%0ATwo%0D%0A%0D%0AAda"
        );
    }

    #[test]
    fn a_file_is_an_unsent_email_in_any_script() {
        let text = eml(
            &written("Åsa", "Ebbe", "Hej"),
            "desk@example.org",
            1_795_661_940_000,
        );
        assert_eq!(
            text,
            "From: =?utf-8?B?w4VzYQ==?=\r\n <ada@example.org>\r\nTo: desk@example.org\r\n\
             Subject: =?utf-8?B?RWJiZQ==?=\r\nDate: Thu, 26 Nov 2026 02:59:00 +0000\r\nX-Unsent: 1\r\n\
             MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\
             Content-Transfer-Encoding: base64\r\n\r\nSGVq\r\n"
        );
    }

    #[test]
    fn times_are_written_and_read_again() {
        assert_eq!(rfc3339(951_782_400_000), "2000-02-29T00:00:00Z");
        assert_eq!(
            read_date("Tue, 29 Feb 2000 00:00:00 GMT"),
            Some(951_782_400_000)
        );
    }

    proptest! {
        #[test]
        fn every_day_is_found_again(day in -100_000i64..200_000) {
            let (year, month, date, weekday, _) = civil(day * super::super::DAY);
            prop_assert_eq!(days(year, month as i64, date), day);
            prop_assert_eq!((day + 3).rem_euclid(7) as usize, weekday);
        }

        #[test]
        fn nothing_written_becomes_a_header(name in "\\PC*|(a|\r|\n|\u{2028}|: )*", subject in "(a|\r\n|Bcc: x@y.z)*", text in ".*") {
            let file = eml(&written(&name, &subject, &text), "desk@example.org", 0);
            let (head, body) = file.split_once("\r\n\r\n").expect("a blank line");
            for line in head.split("\r\n") {
                prop_assert!(line.is_ascii() && line.len() <= 78, "{}", line);
                let known = ["From: ", " <ada@example.org>", "To: desk@example.org", "Subject: =?", " =?", "Date: ", "X-Unsent: 1", "MIME-Version", "Content-"];
                prop_assert!(known.iter().any(|start| line.starts_with(start)), "{}", line);
            }
            prop_assert!(!body.contains(':'));
        }
    }
}
