//! Whether somebody is around at the publication, and when that changes.
//!
//! Entry point: [`around`]. The clock and the zone's offsets come in; time zones are the browser's to know.

use lamplight_model::contact::Contact;

use crate::Millis;
use crate::outbox::email::civil;

const MINUTE: Millis = 60_000;
const DAY: Millis = 24 * 60 * MINUTE;

/// How many days ahead are looked at: a summer's holidays, and a week after them.
const AHEAD: i64 = 60;

/// Whether somebody is around.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Around {
    /// The publication says nothing of hours.
    Unsaid,
    /// Somebody is, until then.
    Until(Millis),
    /// Somebody always is.
    Always,
    /// Nobody is, until then.
    Back(Millis),
    /// Nobody is, for weeks.
    Away,
}

/// Whether somebody is around at a time. `offset` is what the zone's clocks are ahead of UTC at a time, in minutes.
pub fn around(contact: &Contact, now: Millis, offset: impl Fn(Millis) -> i32) -> Around {
    if contact.zone.is_empty() || contact.hours.is_empty() && contact.holidays.is_empty() {
        return Around::Unsaid;
    }
    let local = now + Millis::from(offset(now)) * MINUTE;
    let today = local.div_euclid(DAY);
    // The spans of yesterday may end at midnight, where the next begin.
    let mut spans: Vec<(Millis, Millis)> = (today - 1..today + AHEAD)
        .flat_map(|day| on(contact, day).into_iter().map(move |span| (day, span)))
        .map(|(day, (from, to))| (instant(day, from, &offset), instant(day, to, &offset)))
        .filter(|(from, to)| from < to)
        .collect();
    spans.sort_unstable();
    let mut until = None;
    for (from, to) in spans {
        match until {
            None if now < from => return Around::Back(from),
            None if now < to => until = Some(to),
            Some(end) if from <= end => until = Some(to.max(end)),
            Some(end) => return Around::Until(end),
            None => {}
        }
    }
    match until {
        Some(end) if end < now + (AHEAD - 2) * DAY => Around::Until(end),
        Some(_) => Around::Always,
        None => Around::Away,
    }
}

/// When somebody is around on a day (counted from 1970-01-01), in minutes from midnight.
fn on(contact: &Contact, day: i64) -> Vec<(u32, u32)> {
    let (year, month, date, weekday, _) = civil(day * DAY);
    let own: Vec<_> = contact
        .holidays
        .iter()
        .filter(|holiday| falls(&holiday.date, year, month as i64, date))
        .collect();
    if own.is_empty() {
        let hours = contact.hours.iter();
        return hours
            .filter(|hours| hours.day as usize == weekday)
            .map(|hours| (hours.from, hours.to))
            .collect();
    }
    own.iter()
        .map(|holiday| (holiday.from, holiday.to))
        .collect()
}

/// Whether a holiday, `2026-12-25` or `12-25`, is that day.
fn falls(holiday: &str, year: i64, month: i64, date: i64) -> bool {
    let mut parts = holiday.rsplit('-').map(|part| part.parse::<i64>().ok());
    let of_date = parts.next().flatten() == Some(date) && parts.next().flatten() == Some(month);
    of_date && parts.next().is_none_or(|own| own == Some(year))
}

/// The instant at which the zone's clocks show a time of a day. Of a time that the clocks show twice, the first; one
/// that they leap over is as long after the leap as it would have been after the last hour.
fn instant(day: i64, minutes: u32, offset: &impl Fn(Millis) -> i32) -> Millis {
    let wall = day * DAY + Millis::from(minutes) * MINUTE;
    let at = |offset: i32| wall - Millis::from(offset) * MINUTE;
    // Offsets before and after whatever changes on that day.
    let (before, after) = (offset(at(0) - DAY), offset(at(0) + DAY));
    let first = at(before);
    // Where the clocks leap over it, the offset before the leap leads to just after it.
    if offset(first) == before || offset(at(after)) != after {
        first
    } else {
        at(after)
    }
}

#[cfg(test)]
mod tests {
    use lamplight_model::contact::{Holiday, Hours};

    use super::*;
    use crate::outbox::email::{days, read_date};

    fn at(text: &str) -> Millis {
        read_date(text).expect("a date")
    }

    /// Berlin in 2026: summer from 29 March, 01:00 UTC, to 25 October, 01:00 UTC.
    fn berlin(time: Millis) -> i32 {
        let summer = at("Sun, 29 Mar 2026 01:00:00 GMT")..at("Sun, 25 Oct 2026 01:00:00 GMT");
        if summer.contains(&time) { 120 } else { 60 }
    }

    fn weekdays() -> Contact {
        let mut hours = Vec::new();
        for day in 0..5 {
            hours.push(Hours {
                day,
                from: 9 * 60,
                to: 12 * 60,
            });
            hours.push(Hours {
                day,
                from: 13 * 60,
                to: 17 * 60,
            });
        }
        Contact {
            zone: "Europe/Berlin".into(),
            hours,
            ..Contact::default()
        }
    }

    #[test]
    fn hours_are_those_of_the_zones_clocks_in_winter_and_summer() {
        let contact = weekdays();
        for (now, expected) in [
            // A Thursday in November: nine o'clock is eight in UTC.
            (
                "Thu, 26 Nov 2026 07:59:00 GMT",
                Around::Back(at("Thu, 26 Nov 2026 08:00:00 GMT")),
            ),
            (
                "Thu, 26 Nov 2026 08:00:00 GMT",
                Around::Until(at("Thu, 26 Nov 2026 11:00:00 GMT")),
            ),
            (
                "Thu, 26 Nov 2026 11:00:00 GMT",
                Around::Back(at("Thu, 26 Nov 2026 12:00:00 GMT")),
            ),
            (
                "Fri, 27 Nov 2026 16:00:00 GMT",
                Around::Back(at("Mon, 30 Nov 2026 08:00:00 GMT")),
            ),
            (
                "Thu, 25 Jun 2026 07:00:00 GMT",
                Around::Until(at("Thu, 25 Jun 2026 10:00:00 GMT")),
            ),
            // Over the weekend on which the clocks change.
            (
                "Fri, 27 Mar 2026 18:00:00 GMT",
                Around::Back(at("Mon, 30 Mar 2026 07:00:00 GMT")),
            ),
            (
                "Fri, 23 Oct 2026 18:00:00 GMT",
                Around::Back(at("Mon, 26 Oct 2026 08:00:00 GMT")),
            ),
        ] {
            assert_eq!(around(&contact, at(now), berlin), expected, "{now}");
        }
    }

    #[test]
    fn holidays_take_the_place_of_their_weekday_once_or_each_year() {
        let mut contact = weekdays();
        let holiday = |date: &str, from, to| Holiday {
            date: date.into(),
            from,
            to,
        };
        contact.holidays = vec![
            holiday("12-25", 0, 0),
            holiday("2026-12-24", 600, 720),
            holiday("2025-12-28", 0, 1440),
        ];
        let now = at("Wed, 23 Dec 2026 17:00:00 GMT");
        let eve = at("Thu, 24 Dec 2026 09:00:00 GMT");
        assert_eq!(around(&contact, now, berlin), Around::Back(eve));
        let monday = at("Mon, 28 Dec 2026 08:00:00 GMT");
        assert_eq!(
            around(&contact, at("Thu, 24 Dec 2026 11:00:00 GMT"), berlin),
            Around::Back(monday)
        );
    }

    #[test]
    fn days_that_meet_at_midnight_are_one_time() {
        let mut contact = weekdays();
        contact.hours = (0..7)
            .map(|day| Hours {
                day,
                from: 0,
                to: 1440,
            })
            .collect();
        assert_eq!(around(&contact, 0, |_| 0), Around::Always);
        contact.hours.remove(6);
        let now = at("Thu, 26 Nov 2026 08:00:00 GMT");
        assert_eq!(
            around(&contact, now, |_| 0),
            Around::Until(at("Sun, 29 Nov 2026 00:00:00 GMT"))
        );
        contact.hours.clear();
        contact.holidays.push(Holiday {
            date: "2020-01-01".into(),
            ..Holiday::default()
        });
        assert_eq!(around(&contact, now, |_| 0), Around::Away);
        assert_eq!(around(&Contact::default(), now, |_| 0), Around::Unsaid);
    }

    #[test]
    fn times_that_the_clocks_leap_over_or_show_twice_are_one_instant() {
        let day = days(2026, 3, 29);
        assert_eq!(
            instant(day, 150, &berlin),
            at("Sun, 29 Mar 2026 01:30:00 GMT")
        );
        assert_eq!(
            instant(day, 240, &berlin),
            at("Sun, 29 Mar 2026 02:00:00 GMT")
        );
        let day = days(2026, 10, 25);
        assert_eq!(
            instant(day, 150, &berlin),
            at("Sun, 25 Oct 2026 00:30:00 GMT")
        );
        assert_eq!(
            instant(day, 240, &berlin),
            at("Sun, 25 Oct 2026 03:00:00 GMT")
        );
    }
}
