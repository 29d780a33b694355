//! What a reader asks for: words, `"phrases"`, `-without`, and filters.
//!
//! Entry point: [`Query::parse`]. It must never fail: whatever cannot be a filter is words.

/// One part of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// As it was typed, without quotes and sign.
    pub text: String,
    /// What it asks for.
    pub role: Role,
}

/// What a clause asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The more of these words the better.
    Words,
    /// All of these words, one after the other.
    Phrase,
    /// None of these words (a quoted clause: not one after the other).
    Without,
}

/// A question, understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// In the order typed; adjacent words are one clause.
    pub clauses: Vec<Clause>,
    /// `category:` values, as typed; a document needs one of them.
    pub categories: Vec<String>,
    /// `tag:` values, as typed; a document needs each of them.
    pub tags: Vec<String>,
    /// `lang:` values, as typed; a document needs one of them.
    pub languages: Vec<String>,
    /// `before:`, the first day that is too late, as days since 1970.
    pub before: Option<i32>,
    /// `after:`, the first day that counts, as days since 1970.
    pub after: Option<i32>,
    /// The last word is being typed: it may be the beginning of the word meant.
    pub prefix: bool,
}

impl Query {
    /// Understands a text. `prefix`: the reader is typing its last word (it has no effect after a space, a
    /// quote or a filter).
    #[must_use]
    pub fn parse(text: &str, prefix: bool) -> Self {
        let mut query = Self::default();
        let mut rest = text.trim_start();
        let mut open = false;
        while let Some(first) = rest.chars().next() {
            let without = matches!(first, '-' | '−' | '－')
                && rest
                    .chars()
                    .nth(1)
                    .is_some_and(|c| !c.is_whitespace() && c != '-');
            if without {
                rest = &rest[first.len_utf8()..];
            }
            let quote = rest.chars().next().and_then(closing);
            let (word, quoted, after) = if let Some(closing) = quote {
                let inner = &rest[rest.chars().next().map_or(0, char::len_utf8)..];
                let end = inner.find(closing).unwrap_or(inner.len());
                let after = inner[end..].chars().next().map_or(0, char::len_utf8);
                (&inner[..end], true, &inner[end + after..])
            } else {
                let end = end_of_word(rest);
                (&rest[..end], false, &rest[end..])
            };
            open = !quoted && after.is_empty();
            if !quoted && !without && query.filter(word) {
                open = false;
            } else if without {
                query.push(word, Role::Without);
                open = false;
            } else if quoted {
                query.push(word, Role::Phrase);
            } else {
                query.push(word, Role::Words);
            }
            rest = after.trim_start();
        }
        query.prefix = prefix && open;
        query
    }

    /// Whether there is nothing to look for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it has filters besides its words.
    #[must_use]
    pub fn filtered(&self) -> bool {
        !(self.categories.is_empty() && self.tags.is_empty() && self.languages.is_empty())
            || self.before.is_some()
            || self.after.is_some()
    }

    fn push(&mut self, text: &str, role: Role) {
        if text.trim().is_empty() {
            return;
        }
        if role == Role::Words
            && let Some(last) = self.clauses.last_mut().filter(|last| last.role == role)
        {
            last.text.push(' ');
            last.text.push_str(text);
        } else {
            self.clauses.push(Clause {
                text: text.into(),
                role,
            });
        }
    }

    fn filter(&mut self, word: &str) -> bool {
        let Some((name, value)) = word.split_once([':', '：']) else {
            return false;
        };
        let value = value.trim_matches(|c| matches!(c, '"' | '“' | '”' | '„'));
        if value.is_empty() {
            return false;
        }
        match &*name.to_ascii_lowercase() {
            "category" => self.categories.push(value.into()),
            "tag" => self.tags.push(value.into()),
            "lang" => self.languages.push(value.into()),
            "before" => match day(value) {
                Some(day) => self.before = Some(self.before.map_or(day, |old| old.min(day))),
                None => return false,
            },
            "after" => match day(value) {
                Some(day) => self.after = Some(self.after.map_or(day, |old| old.max(day))),
                None => return false,
            },
            _ => return false,
        }
        true
    }
}

/// The quote that closes what a quote opens.
fn closing(opening: char) -> Option<&'static [char]> {
    Some(match opening {
        '"' => &['"'],
        '“' | '„' | '”' => &['”', '“', '"'],
        '«' => &['»'],
        '»' => &['«'],
        '「' => &['」'],
        '『' => &['』'],
        _ => return None,
    })
}

/// Where a word ends: at a space or an opening quote, but a filter's value may be quoted.
fn end_of_word(text: &str) -> usize {
    let mut within = None::<&'static [char]>;
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        if let Some(closing) = within {
            if closing.contains(&c) {
                return at + c.len_utf8();
            }
        } else if c.is_whitespace() {
            return at;
        } else if let Some(closing) = closing(c) {
            if !matches!(before, ':' | '：') {
                return at.max(1);
            }
            within = Some(closing);
        }
        before = c;
    }
    text.len()
}

/// The days from 1970 to the beginning of a year, month or day written `2024`, `2024-05` or `2024-05-17`
/// (the beginning of an RFC 3339 time), in the Gregorian calendar. `None` if it is no date.
#[must_use]
pub fn day(text: &str) -> Option<i32> {
    let date = text.split(['T', 't', ' ']).next()?;
    let mut parts = date.split('-');
    let mut part = |low: i32, high: i32, missing: i32| match parts.next() {
        Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) && digits.len() <= 4 => digits
            .parse::<i32>()
            .ok()
            .filter(|n| (low..=high).contains(n)),
        Some(_) => None,
        None => Some(missing),
    };
    let (year, month, day) = (part(1, 9999, 0)?, part(1, 12, 1)?, part(1, 31, 1)?);
    if parts.next().is_some() {
        return None;
    }
    // Howard Hinnant's days_from_civil: years begin in March, so that a leap day is the last.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

/// A day since 1970 as `2024-05-17`.
#[must_use]
pub fn date(day: i32) -> String {
    let days = i64::from(day) + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year + era * 400 + i64::from(month <= 2);
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let mut text = String::with_capacity(10);
    if year < 0 {
        text.push('-');
    }
    digits(
        year.unsigned_abs() as u32,
        4 - usize::from(year < 0),
        &mut text,
    );
    for part in [month, day] {
        text.push('-');
        digits(part as u32, 2, &mut text);
    }
    text
}

/// Adds a number to a text, with so many digits at least. (A program in a browser pays for all of `format!`.)
pub fn digits(number: u32, least: usize, out: &mut String) {
    if number > 9 || least > 1 {
        digits(number / 10, least.saturating_sub(1), out);
    }
    out.push(char::from(b'0' + (number % 10) as u8));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn clauses(text: &str) -> Vec<(String, Role)> {
        let query = Query::parse(text, false);
        query
            .clauses
            .into_iter()
            .map(|c| (c.text, c.role))
            .collect()
    }

    #[test]
    fn words_phrases_and_exclusions_are_told_apart() {
        assert_eq!(
            clauses("storm \"north sea\" -oil rig -\"low tide\""),
            [
                ("storm".into(), Role::Words),
                ("north sea".into(), Role::Phrase),
                ("oil".into(), Role::Without),
                ("rig".into(), Role::Words),
                ("low tide".into(), Role::Without),
            ]
        );
        assert_eq!(clauses("„a b“ «c d» 「東京」").len(), 3);
        assert_eq!(
            clauses("well-known - x"),
            [("well-known - x".into(), Role::Words)]
        );
        assert_eq!(clauses("\"open end"), [("open end".into(), Role::Phrase)]);
    }

    #[test]
    fn filters_are_no_words() {
        let query = Query::parse(
            "sea category:world tag:\"north sea\" lang:fr after:2024 before:2024-06-01 a:b",
            false,
        );
        assert_eq!(query.clauses[0].text, "sea a:b");
        assert_eq!(query.categories, ["world"]);
        assert_eq!(query.tags, ["north sea"]);
        assert_eq!(query.languages, ["fr"]);
        assert_eq!(query.after, day("2024-01-01"));
        assert_eq!(query.before, day("2024-06-01"));
        assert!(query.filtered() && !Query::parse("before:never", false).filtered());
    }

    #[test]
    fn only_a_word_at_the_end_is_being_typed() {
        assert!(Query::parse("storm se", true).prefix);
        for text in ["storm ", "\"storm\"", "storm lang:fr", "-sto", ""] {
            assert!(!Query::parse(text, true).prefix, "{text:?}");
        }
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        assert_eq!(day("1970-01-01"), Some(0));
        assert_eq!(day("2000-03-01T09:00:00Z"), Some(11_017));
        assert_eq!(day("2024-13-01"), None);
        assert_eq!(day("x"), None);
        assert_eq!(date(11_016), "2000-02-29");
        assert_eq!(date(-1), "1969-12-31");
    }

    proptest! {
        #[test]
        fn no_text_is_too_strange_to_be_asked(text in "[a-c \"“”„«»:：'−東-]{0,30}|\\PC{0,30}") {
            let _ = Query::parse(&text, true);
        }

        #[test]
        fn a_day_and_its_date_are_the_same(number in -700_000..2_000_000i32) {
            prop_assert_eq!(day(&date(number)), Some(number));
        }
    }
}
