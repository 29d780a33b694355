//! Dates in words, without a clock or a time zone: the same text in press and in the app.

use crate::Messages;

/// A date of the calendar, as written in an RFC 3339 (or `YYYY-MM-DD`) text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CalendarDate {
    /// Year.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
}

impl CalendarDate {
    /// Reads the first ten characters, `YYYY-MM-DD`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.get(..10)?;
        let mut parts = text.split('-');
        let date = Self {
            year: parts.next()?.parse().ok()?,
            month: parts.next()?.parse().ok()?,
            day: parts.next()?.parse().ok()?,
        };
        (parts.next().is_none() && (1..=12).contains(&date.month) && (1..=31).contains(&date.day))
            .then_some(date)
    }
}

/// `2016-10-28T09:00:00+02:00` as `28 October 2016`, by the language's pattern and month names. A text
/// that is no date stands as it is.
pub fn long_date(text: &str, messages: &Messages) -> String {
    let Some(date) = CalendarDate::parse(text) else {
        return text.to_owned();
    };
    let Some(month) = messages.months.get(usize::from(date.month) - 1) else {
        return text.get(..10).unwrap_or(text).to_owned();
    };
    messages
        .date
        .replace("{day}", &date.day.to_string())
        .replace("{month}", month)
        .replace("{year}", &date.year.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_written_by_the_languages_pattern() {
        let english = Messages::english();
        assert_eq!(
            long_date("2016-10-28T23:30:00-05:00", &english),
            "28 October 2016"
        );
        assert_eq!(long_date("2016-01-01", &english), "1 January 2016");
        assert_eq!(long_date("soon", &english), "soon");
        assert_eq!(long_date("2016-13-01", &english), "2016-13-01");
    }
}
