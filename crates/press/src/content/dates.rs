//! Dates as people write them → RFC 3339 and an instant to sort by.
//!
//! Entry points: [`read`] and [`parse`]. A date without an offset is UTC; nothing here asks a clock or a time zone
//! database, so that the same input gives the same bytes everywhere.

use jiff::civil::DateTime;
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};

/// A moment, as the author wrote it; by default none, which counts as long ago.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stamp {
    /// RFC 3339 with the author's offset.
    pub(crate) text: String,
    /// Seconds since 1970, to sort by.
    pub(crate) seconds: i64,
}

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// Why a text is no date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// It cannot be read.
    Unreadable,
    /// It can be read, and no calendar or clock has it.
    Impossible,
}

/// Reads a date: `2006-01-02`, with a time and an offset if need be, RFC 3339, RFC 2822, or in
/// English words (`2 January 2006`, `January 2, 2006`).
///
/// # Errors
/// The text is no such date.
pub(crate) fn read(text: &str) -> Result<Stamp, Refused> {
    let text = text.trim();
    numeric(text)
        .or_else(|| worded(text))
        .unwrap_or(Err(Refused::Unreadable))
}

/// [`read`], where it does not matter why a text is no date.
pub(crate) fn parse(text: &str) -> Option<Stamp> {
    read(text).ok()
}

/// What a date with its year at the end (`24/11/2026`) may mean, in the form that is wanted: with the
/// day first, as most of the world writes it, then with the month first. Years have four digits.
pub(crate) fn guesses(text: &str) -> Vec<String> {
    let date = text.split_whitespace().next().unwrap_or_default();
    let parts: Vec<&str> = date.split(['/', '.', '-']).collect();
    let [one, two, year] = parts[..] else {
        return Vec::new();
    };
    let written = |month: &str, day: &str| {
        let date = format!("{year}-{month:0>2}-{day:0>2}");
        (year.len() == 4 && parse(&date).is_some()).then_some(date)
    };
    let mut guesses: Vec<String> = [written(two, one), written(one, two)]
        .into_iter()
        .flatten()
        .collect();
    guesses.dedup();
    guesses
}

/// `YYYY-MM-DD` at the start of a file's name, and what follows it.
pub(crate) fn file_prefix(name: &str) -> Option<(&str, &str)> {
    let date = name.get(..10)?;
    let rest = name.get(10..)?.strip_prefix('-')?;
    let digits = |range: std::ops::Range<usize>| {
        date.get(range)
            .is_some_and(|part| part.bytes().all(|b| b.is_ascii_digit()))
    };
    let shaped = date.as_bytes()[4] == b'-' && date.as_bytes()[7] == b'-';
    (shaped
        && digits(0..4)
        && digits(5..7)
        && digits(8..10)
        && !rest.is_empty()
        && parse(date).is_some())
    .then_some((date, rest))
}

/// `None`: it is of another shape.
fn numeric(text: &str) -> Option<Result<Stamp, Refused>> {
    let end = text
        .find(|c: char| !(c.is_ascii_digit() || c == '-' || c == '/'))
        .unwrap_or(text.len());
    let (date, rest) = text.split_at(end);
    let mut parts = date.split(['-', '/']);
    let year: i16 = parts.next().filter(|y| y.len() == 4)?.parse().ok()?;
    let month: i8 = short(parts.next()?)?;
    let day: i8 = short(parts.next()?)?;
    if parts.next().is_some() {
        return None;
    }
    let rest = rest.strip_prefix(['T', 't']).unwrap_or(rest).trim_start();
    stamp(year, month, day, rest)
}

fn short(text: &str) -> Option<i8> {
    (1..=2).contains(&text.len()).then(|| text.parse().ok())?
}

/// `Fri, 28 Oct 2016 09:00:00 +0200`, `28 October 2016`, `October 28, 2016`; `None`: it is of another
/// shape.
fn worded(text: &str) -> Option<Result<Stamp, Refused>> {
    let text = match text.split_once(',') {
        Some((weekday, rest)) if weekday.bytes().all(|b| b.is_ascii_alphabetic()) => rest.trim(),
        _ => text,
    };
    let mut words = text.split_whitespace();
    let first = words.next()?.trim_end_matches(',');
    let second = words.next()?.trim_end_matches(',');
    let year: i16 = words.next()?.parse().ok()?;
    let month = |word: &str| -> Option<i8> {
        let word = word.trim_end_matches('.').to_ascii_lowercase();
        let index = MONTHS.iter().position(|month| word.starts_with(month))?;
        i8::try_from(index + 1).ok()
    };
    let (month, day) = match month(first) {
        Some(month) => (month, short(second)?),
        None => (month(second)?, short(first)?),
    };
    let rest: Vec<&str> = words.collect();
    stamp(year, month, day, &rest.join(" "))
}

/// `None`: what follows the date is neither time nor offset.
fn stamp(year: i16, month: i8, day: i8, rest: &str) -> Option<Result<Stamp, Refused>> {
    let (hour, minute, second, zone) = time(rest)?;
    let seconds_east = offset(zone)?;
    let offset = Offset::from_seconds(seconds_east).ok()?;
    let instant = DateTime::new(year, month, day, hour, minute, second, 0)
        .and_then(|local| offset.to_timestamp(local));
    let Ok(instant) = instant else {
        return Some(Err(Refused::Impossible));
    };
    let zone = if seconds_east == 0 {
        "Z".to_owned()
    } else {
        let sign = if seconds_east < 0 { '-' } else { '+' };
        let minutes = seconds_east.abs() / 60;
        format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    };
    Some(Ok(Stamp {
        text: format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{zone}"),
        seconds: instant.as_second(),
    }))
}

/// Hour, minute, second, and the rest, the zone.
fn time(text: &str) -> Option<(i8, i8, i8, &str)> {
    if text.is_empty() {
        return Some((0, 0, 0, ""));
    }
    let end = text
        .find(|c: char| !(c.is_ascii_digit() || c == ':' || c == '.'))
        .unwrap_or(text.len());
    let (clock, mut zone) = text.split_at(end);
    if clock.is_empty() {
        return Some((0, 0, 0, text));
    }
    let mut parts = clock.split(':');
    let mut hour = short(parts.next()?)?;
    let minute = short(parts.next()?)?;
    let second = match parts.next() {
        // Fractions of a second are cut off.
        Some(second) => short(second.split('.').next()?)?,
        None => 0,
    };
    if parts.next().is_some() {
        return None;
    }
    zone = zone.trim_start();
    let lower = zone.to_ascii_lowercase();
    if lower.starts_with("am") || lower.starts_with("pm") {
        hour = hour % 12 + if lower.starts_with("pm") { 12 } else { 0 };
        zone = zone[2..].trim_start();
    }
    // A leap second is no time of the calendar.
    Some((hour, minute, second.min(59), zone))
}

/// Seconds east of Greenwich.
fn offset(zone: &str) -> Option<i32> {
    let zone = zone.trim();
    if matches!(zone, "" | "Z" | "z" | "UTC" | "GMT" | "UT") {
        return Some(0);
    }
    let (sign, rest) = match zone.as_bytes()[0] {
        b'+' => (1, &zone[1..]),
        b'-' => (-1, &zone[1..]),
        _ => return None,
    };
    let digits: String = rest.chars().filter(|c| *c != ':').collect();
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes): (i32, i32) = match digits.len() {
        1 | 2 => (digits.parse().ok()?, 0),
        4 => (digits[..2].parse().ok()?, digits[2..].parse().ok()?),
        _ => return None,
    };
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_understood_as_people_write_them() {
        for (written, read) in [
            ("2006-01-02", "2006-01-02T00:00:00Z"),
            ("2006-1-2", "2006-01-02T00:00:00Z"),
            ("2006/01/02", "2006-01-02T00:00:00Z"),
            ("2006-01-02 15:04", "2006-01-02T15:04:00Z"),
            ("2006-01-02 9:04:05 +0900", "2006-01-02T09:04:05+09:00"),
            ("2006-01-02 15:04:05 -05:30", "2006-01-02T15:04:05-05:30"),
            ("2006-01-02T15:04:05Z", "2006-01-02T15:04:05Z"),
            ("2006-01-02T15:04:05.123+02:00", "2006-01-02T15:04:05+02:00"),
            ("2006-01-02 15:04:05 UTC", "2006-01-02T15:04:05Z"),
            ("2006-01-02 3:04 PM", "2006-01-02T15:04:00Z"),
            ("2006-01-02 12:04 am +01", "2006-01-02T00:04:00+01:00"),
            (
                "Mon, 02 Jan 2006 15:04:05 +0700",
                "2006-01-02T15:04:05+07:00",
            ),
            ("2 January 2006", "2006-01-02T00:00:00Z"),
            ("Jan. 2, 2006", "2006-01-02T00:00:00Z"),
        ] {
            assert_eq!(
                parse(written).map(|s| s.text).as_deref(),
                Some(read),
                "{written}"
            );
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for wrong in [
            "",
            "soon",
            "2006",
            "2006-01-02 +9999",
            "06-01-02",
            "2006-01-02 15:04 Mars",
            "é2006-01-02",
            "24/11/2026",
            "24 août 2026",
        ] {
            assert_eq!(read(wrong), Err(Refused::Unreadable), "{wrong}");
        }
    }

    #[test]
    fn a_date_that_no_calendar_has_is_told_from_what_cannot_be_read() {
        for wrong in [
            "2006-13-01",
            "2006-02-30",
            "2006-01-02 25:00",
            "30 February 2006",
        ] {
            assert_eq!(read(wrong), Err(Refused::Impossible), "{wrong}");
        }
    }

    #[test]
    fn what_a_date_with_its_year_at_the_end_may_mean_is_guessed() {
        for (written, meant) in [
            ("24/11/2026", &["2026-11-24"][..]),
            ("11/24/2026 09:00", &["2026-11-24"]),
            ("5.1.2026", &["2026-01-05", "2026-05-01"]),
            ("1-1-2026", &["2026-01-01"]),
            ("24/11/26", &[]),
            ("soon", &[]),
            ("30/2/2026", &[]),
        ] {
            assert_eq!(guesses(written), meant, "{written}");
        }
    }

    #[test]
    fn an_offset_moves_the_instant_but_not_the_text() {
        let east = parse("2016-10-28 00:30 +0900").expect("a date");
        let utc = parse("2016-10-27 15:30").expect("a date");
        assert_eq!(east.seconds, utc.seconds);
        assert_eq!(&east.text[..10], "2016-10-28");
    }

    #[test]
    fn a_dated_file_name_is_told_from_another() {
        assert_eq!(file_prefix("2016-10-28-a-b"), Some(("2016-10-28", "a-b")));
        for other in [
            "2016-10-28",
            "2016-99-28-a",
            "a-2016-10-28",
            "日本語日本語-a",
            "2016-1-28-ab",
        ] {
            assert_eq!(file_prefix(other), None, "{other}");
        }
    }
}
