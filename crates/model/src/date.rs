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

/// A Gregorian date as year, month and day of the Solar Hijri calendar. Right from 1799 (1178) to 2123
/// (1502): there a leap year is one of 8 in 33 (the arithmetic of Reingold and Dershowitz, *Calendrical
/// Calculations*, chapter 15, in the form that ICU4X uses).
fn solar_hijri(date: CalendarDate) -> (u32, u32, u32) {
    let (year, month) = (i32::from(date.year), i32::from(date.month));
    let before = year - 1;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    // Of the months January to February two or one are shorter than the formula's.
    let short = if month < 3 { 0 } else { 2 - i32::from(leap) };
    let days = 365 * before + before / 4 - before / 100 + before / 400 + (367 * month - 362) / 12
        - short
        + i32::from(date.day);
    // Days from the beginning of year 1, as the formula has it: a day before that of history.
    let days = days - 226_895;
    let year = (33 * days + 3).div_euclid(12_053) + 1;
    let day = days - (365 * (year - 1) + (8 * year + 21).div_euclid(33));
    let (month, day) = if day < 186 {
        (day / 31, day % 31)
    } else {
        ((day - 6) / 30, (day - 6) % 30)
    };
    (year as u32, month as u32 + 1, day as u32 + 1)
}

/// `2016-10-28T09:00:00+02:00` as `28 October 2016`, by the language's calendar, pattern, digits and month names.
/// A text that is no date stands as it is.
pub fn long_date(text: &str, messages: &Messages) -> String {
    let Some(date) = CalendarDate::parse(text) else {
        return text.to_owned();
    };
    let (year, month, day) = if messages.calendar == "persian" {
        solar_hijri(date)
    } else {
        (date.year.into(), date.month.into(), date.day.into())
    };
    let name = messages.months.split('|').nth(month as usize - 1);
    let mut written = messages.number(day);
    if day == 1 {
        written = Messages::fill(&messages.day_one, "n", &written);
    }
    let text = Messages::fill(&messages.date, "day", &written);
    let text = Messages::fill(&text, "month", name.unwrap_or_default());
    Messages::fill(&text, "year", &messages.number(year))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;

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
        for (lang, first, tenth) in [
            ("ar", "١ مايو ٢٠٢٦", "١٠ مايو ٢٠٢٦"),
            ("de", "1. Mai 2026", "10. Mai 2026"),
            ("es", "1 de mayo de 2026", "10 de mayo de 2026"),
            ("fa", "۱۱ اردیبهشت ۱۴۰۵", "۲۰ اردیبهشت ۱۴۰۵"),
            ("fr", "1er mai 2026", "10 mai 2026"),
            ("ja", "2026年5月1日", "2026年5月10日"),
            ("pt", "1 de maio de 2026", "10 de maio de 2026"),
            ("ru", "1 мая 2026 г.", "10 мая 2026 г."),
            ("zh", "2026年5月1日", "2026年5月10日"),
        ] {
            let texts = Catalogue::builtin(lang).expect("a language");
            let messages = Messages::read(&texts.wire(lang)).expect("texts");
            assert_eq!(long_date("2026-05-01", &messages), first);
            assert_eq!(long_date("2026-05-10T08:00:00Z", &messages), tenth);
        }
    }

    #[test]
    fn solar_hijri_dates_are_those_of_icu_from_1900_to_2100() {
        use icu_calendar::Date;
        use icu_calendar::cal::Persian;
        let mut day = Date::try_new_iso(1900, 1, 1).expect("a date");
        let end = Date::try_new_iso(2100, 12, 31).expect("a date");
        let mut count = 0;
        while day <= end {
            let ours = solar_hijri(CalendarDate {
                year: u16::try_from(day.era_year().year).expect("a year"),
                month: day.month().ordinal,
                day: day.day_of_month().0,
            });
            let theirs = day.to_calendar(Persian);
            let year = u32::try_from(theirs.era_year().year).expect("a year");
            let (month, day_of_month) = (theirs.month().ordinal, theirs.day_of_month().0);
            assert_eq!(ours, (year, month.into(), day_of_month.into()), "{day:?}");
            count += 1;
            let next = day.to_rata_die() + 1;
            day = Date::from_rata_die(next, icu_calendar::cal::Iso);
        }
        assert_eq!(count, 73_414);
    }
}
