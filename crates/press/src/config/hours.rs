//! When somebody is around: `time_zone`, `hours` and `holidays` of `[contact]`.
//!
//! Entry point: [`read`]. Hours stay as they were written, minutes by the zone's clock: whoever shows them to a reader
//! knows that reader's clock, and press does not.

use jiff::civil::Date;
use lamplight_model::contact::{Holiday, Hours};
use serde_json::Value;

use super::unknown_keys;
use crate::diagnostic::{Diagnostics, Kind};
use crate::fields::{Fields, nearest};

/// In the order of [`Hours::day`].
const DAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

const HOLIDAY_KEYS: &[&str] = &["date", "hours"];

const HOURS: &str =
    "times from and to, by the clock of 24 hours: [\"9:00-12:30\", \"13:30-17:00\"]";
const HOLIDAYS: &str = "a list of dates: [\"2026-12-25\", \"01-01\", { date = \"2026-12-24\", hours = [\"9:00-12:00\"] }]";

/// A span of minutes from midnight.
type Span = (u32, u32);

/// The zone, the hours of weekdays in their order, and the days that are otherwise.
pub(super) fn read(
    table: &Fields<'_>,
    diagnostics: &mut Diagnostics,
) -> (String, Vec<Hours>, Vec<Holiday>) {
    let hours = weekdays(table, diagnostics);
    let holidays = holidays(table, diagnostics);
    let zone = zone(table, diagnostics);
    if hours.is_empty() {
        if !holidays.is_empty() {
            diagnostics.warning(
                Kind::Config,
                table.path,
                Some(table.line("holidays")),
                "`holidays` say nothing without hours that they are an exception of.",
                "Add a table [contact.hours], or remove them.",
            );
        }
        return (String::new(), Vec::new(), Vec::new());
    }
    if table.value("time_zone").is_none() {
        diagnostics.error(
            Kind::Config,
            table.path,
            Some(place(table)),
            "Hours are those of a time zone, and none is named.",
            "Add time_zone = \"Europe/Lisbon\" with your own to [contact].",
        );
    }
    (zone, hours, holidays)
}

/// The line of the hours, which may have a head of their own.
fn place(table: &Fields<'_>) -> usize {
    let mut lines = table.text.lines();
    let head = lines.position(|line| line.trim_start().starts_with("[contact.hours"));
    head.map_or_else(|| table.line("hours"), |at| table.first_line + at)
}

/// The zone's own name in the database of time zones; empty where there is none to use.
fn zone(table: &Fields<'_>, diagnostics: &mut Diagnostics) -> String {
    let Some(written) = table.string("time_zone", diagnostics) else {
        return String::new();
    };
    let database = jiff::tz::db();
    if database.is_definitively_empty() {
        // This computer knows no zones; readers' browsers do.
        return written;
    }
    if let Ok(zone) = database.get(&written) {
        return zone.iana_name().unwrap_or(&written).to_owned();
    }
    let names: Vec<String> = database.available().map(|name| name.to_string()).collect();
    let city = written.replace(' ', "_").to_lowercase();
    let of_city = |name: &&String| {
        let name = name.to_lowercase();
        name.split_once('/').is_some() && name.rsplit('/').next() == Some(&city)
    };
    let known: Vec<&str> = names.iter().map(String::as_str).collect();
    let near = names
        .iter()
        .find(of_city)
        .map(String::as_str)
        .or_else(|| nearest(&written, &known));
    diagnostics.error(
        Kind::Config,
        table.path,
        Some(table.line("time_zone")),
        format!("`{written}` is no time zone."),
        match near {
            Some(near) => format!("Did you mean \"{near}\"?"),
            None => "Write its name in the database of time zones: \"Europe/Lisbon\", \"America/New_York\", \"UTC\".".to_owned(),
        },
    );
    String::new()
}

fn weekdays(table: &Fields<'_>, diagnostics: &mut Diagnostics) -> Vec<Hours> {
    let map = match table.map.get("hours") {
        None => return Vec::new(),
        Some(Value::Object(map)) => map,
        Some(_) => {
            let wanted = "a table: [contact.hours] and below it monday = [\"9:00-17:00\"]";
            table.wrong(diagnostics, "hours", wanted);
            return Vec::new();
        }
    };
    let hours = table.within("hours", map.clone());
    // A day of its own stands over the days that it is among.
    let mut days: [Option<(usize, Vec<Span>)>; 7] = Default::default();
    for key in hours.map.keys() {
        let Some(range) = range(key) else {
            let known: Vec<&str> = DAYS.to_vec();
            let remedy = nearest(key, &known).map_or_else(
                || {
                    "Write a day in English, or days from and to: monday, or monday-friday."
                        .to_owned()
                },
                |near| format!("Did you mean `{near}`?"),
            );
            diagnostics.error(
                Kind::Config,
                hours.path,
                Some(hours.line(key)),
                format!("`{key}` is no weekday."),
                remedy,
            );
            continue;
        };
        let spans = spans(&hours, key, hours.map.get(key), diagnostics);
        let count = range.len();
        for day in range {
            let twice = matches!(&days[day], Some((other, _)) if *other > 1 && count > 1);
            if twice {
                diagnostics.error(
                    Kind::Config,
                    hours.path,
                    Some(hours.line(key)),
                    format!("`{}` is among the days of two lines.", DAYS[day]),
                    "Let each day be in one of them. (A line of one day alone may stand beside those of several.)",
                );
                break;
            }
            if days[day].as_ref().is_none_or(|(other, _)| count < *other) {
                days[day] = Some((count, spans.clone()));
            }
        }
    }
    let days = (0..).zip(days);
    days.flat_map(|(day, spans)| {
        let spans = spans.unwrap_or_default().1.into_iter();
        spans.map(move |(from, to)| Hours { day, from, to })
    })
    .collect()
}

/// The places in [`DAYS`] of a day, or of days from and to; weeks go round: `saturday-monday`.
fn range(key: &str) -> Option<Vec<usize>> {
    let key = key.trim().to_lowercase();
    let place = |name: &str| DAYS.iter().position(|day| *day == name.trim());
    let Some((from, to)) = key.split_once('-') else {
        return Some(vec![place(&key)?]);
    };
    let (from, to) = (place(from)?, place(to)?);
    let count = (to + 7 - from) % 7 + 1;
    Some((from..from + count).map(|day| day % 7).collect())
}

/// Times from and to, in their order.
fn spans(
    table: &Fields<'_>,
    key: &str,
    value: Option<&Value>,
    diagnostics: &mut Diagnostics,
) -> Vec<Span> {
    let line = table.line(key);
    let items = match value {
        None => return Vec::new(),
        Some(text @ Value::String(_)) => std::slice::from_ref(text),
        Some(Value::Array(items)) => items,
        Some(_) => {
            table.wrong(diagnostics, key, HOURS);
            return Vec::new();
        }
    };
    let mut error = |message: String, remedy: &str| {
        diagnostics.error(Kind::Config, table.path, Some(line), message, remedy);
    };
    let mut out: Vec<Span> = Vec::new();
    for item in items {
        let text = item.as_str().unwrap_or_default();
        let Some((from, to)) = span(text) else {
            let shown = item
                .as_str()
                .map_or_else(|| item.to_string(), str::to_owned);
            error(
                format!("`{shown}` is no time from and to."),
                &format!("Write {HOURS}."),
            );
            continue;
        };
        if to <= from {
            error(
                format!("`{text}` ends before it begins."),
                "What is after midnight belongs to the next day; the end of a day is 24:00.",
            );
            continue;
        }
        if let Some(other) = out.iter().find(|other| other.0 < to && from < other.1) {
            error(
                format!(
                    "`{text}` and {}-{} overlap.",
                    clock(other.0),
                    clock(other.1)
                ),
                "Make one of the two, or let one end when the other begins.",
            );
            continue;
        }
        out.push((from, to));
    }
    out.sort_unstable();
    out
}

fn clock(minutes: u32) -> String {
    format!("{}:{:02}", minutes / 60, minutes % 60)
}

fn span(text: &str) -> Option<Span> {
    let (from, to) = text.split_once(['-', '–'])?;
    Some((minutes(from)?, minutes(to)?)).filter(|(from, _)| *from < 24 * 60)
}

/// `9:05` as minutes from midnight; `24:00` is the end of the day.
fn minutes(text: &str) -> Option<u32> {
    let (hour, minute) = text.trim().split_once(':')?;
    let number = |text: &str, lengths: &[usize]| {
        let is_number = lengths.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| text.parse::<u32>().ok()).flatten()
    };
    let (hour, minute) = (number(hour, &[1, 2])?, number(minute, &[2])?);
    (minute < 60 && hour * 60 + minute <= 24 * 60).then_some(hour * 60 + minute)
}

fn holidays(table: &Fields<'_>, diagnostics: &mut Diagnostics) -> Vec<Holiday> {
    let items = match table.map.get("holidays") {
        None => return Vec::new(),
        Some(Value::Array(items)) => items,
        Some(_) => {
            table.wrong(diagnostics, "holidays", HOLIDAYS);
            return Vec::new();
        }
    };
    let mut out: Vec<Holiday> = Vec::new();
    for item in items {
        let (date, otherwise) = match item {
            Value::Object(map) => (map.get("date").and_then(Value::as_str), map.get("hours")),
            item => (item.as_str(), None),
        };
        let date = date.unwrap_or_default().trim();
        let line = table.item_line("holidays", date);
        let mut error = |message: String, remedy: &str| {
            diagnostics.error(Kind::Config, table.path, Some(line), message, remedy);
        };
        if !is_date(date) {
            error(
                if date.is_empty() {
                    "A holiday has no date.".to_owned()
                } else {
                    format!("`{date}` is no date.")
                },
                &format!("Write {HOLIDAYS}."),
            );
            continue;
        }
        if out.iter().any(|other| other.date == date) {
            error(
                format!("`{date}` is listed twice."),
                "Remove one of the two.",
            );
            continue;
        }
        let mut day = table.within("holidays", item.as_object().cloned().unwrap_or_default());
        day.fallback = line;
        // A holiday's keys are within a line, where none is found.
        day.text = "";
        unknown_keys(&day, HOLIDAY_KEYS, " of a holiday", diagnostics);
        let spans = spans(&day, "hours", otherwise, diagnostics);
        let closed = [(0, 0)];
        let spans = if spans.is_empty() {
            &closed[..]
        } else {
            &spans
        };
        out.extend(spans.iter().map(|(from, to)| Holiday {
            date: date.to_owned(),
            from: *from,
            to: *to,
        }));
    }
    out
}

/// `2026-12-25`, or of each year `12-25`.
fn is_date(text: &str) -> bool {
    // 29 February is a day, though not of each year.
    let whole = if text.len() == 5 {
        ["2000-", text].concat()
    } else {
        text.to_owned()
    };
    whole.len() == 10 && whole.parse::<Date>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_minutes_from_midnight() {
        assert_eq!(span("9:00-12:30"), Some((540, 750)));
        assert_eq!(span("09:05 – 24:00"), Some((545, 1440)));
        for wrong in [
            "9-12",
            "9:00",
            "9:0-10:00",
            "24:00-24:00",
            "9:60-10:00",
            "9:00-24:01",
            "+9:00-10:00",
            "-1:00-2:00",
        ] {
            assert_eq!(span(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn days_from_and_to_go_round_the_week() {
        assert_eq!(range("monday-friday"), Some(vec![0, 1, 2, 3, 4]));
        assert_eq!(range("Saturday-Monday"), Some(vec![5, 6, 0]));
        assert_eq!(range("sunday"), Some(vec![6]));
        assert_eq!(range("sun-day"), None);
    }

    #[test]
    fn a_date_may_be_of_each_year() {
        for right in ["2026-12-25", "12-25", "02-29"] {
            assert!(is_date(right), "{right}");
        }
        for wrong in [
            "2026-02-29",
            "25-12",
            "2026-1-1",
            "Christmas",
            "2026-12-25T10:00",
            "",
        ] {
            assert!(!is_date(wrong), "{wrong}");
        }
    }
}
