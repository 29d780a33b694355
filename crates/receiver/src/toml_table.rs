//! A TOML table that is read key by key: wrong values and keys that nobody asked for are told with
//! their lines.
//!
//! Entry points: [`Table::parse`], then a reader for each key, then [`Table::finish`].

use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};

use toml::de::{DeTable, DeValue};

use crate::config::Problem;

/// A table, and what of it was read.
pub(crate) struct Table<'a> {
    text: &'a str,
    /// The line the table is named on.
    line: usize,
    /// Its keys, with the places of key and value.
    entries: BTreeMap<String, (Range<usize>, Range<usize>, DeValue<'a>)>,
    known: Vec<&'static str>,
}

impl<'a> Table<'a> {
    /// A whole file.
    ///
    /// # Errors
    /// It is no TOML.
    pub(crate) fn parse(text: &'a str) -> Result<Self, Vec<Problem>> {
        let (table, errors) = DeTable::parse_recoverable(text);
        if errors.is_empty() {
            return Ok(Self::new(text, 1, table.into_inner()));
        }
        let told = errors.iter().map(|error| Problem {
            line: line_of(text, error.span().map_or(0, |span| span.start)),
            message: format!(
                "This is no TOML: {}.",
                error.message().trim_end_matches('.')
            ),
            remedy: "Texts stand in quotation marks: site = \"The Harbour Wire\"".into(),
        });
        Err(told.collect())
    }

    fn new(text: &'a str, line: usize, table: DeTable<'a>) -> Self {
        let entries = table
            .into_iter()
            .map(|(key, value)| {
                let spans = (key.span(), value.span());
                let name = key.into_inner().into_owned();
                (name, (spans.0, spans.1, value.into_inner()))
            })
            .collect();
        Self {
            text,
            line,
            entries,
            known: Vec::new(),
        }
    }

    /// Whether the key is there.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// The line of a key, or of the table.
    pub(crate) fn line(&self, key: &str) -> usize {
        self.entries
            .get(key)
            .map_or(self.line, |(span, ..)| line_of(self.text, span.start))
    }

    fn wrong(&self, problems: &mut Vec<Problem>, at: &Range<usize>, key: &str, wanted: &str) {
        problems.push(Problem {
            line: line_of(self.text, at.start),
            message: format!("`{key}` cannot be {}.", shown(&self.text[at.clone()])),
            remedy: format!("Write {wanted}."),
        });
    }

    fn value(&mut self, key: &'static str) -> Option<&(Range<usize>, Range<usize>, DeValue<'a>)> {
        self.known.push(key);
        self.entries.get(key)
    }

    /// A text that means something.
    pub(crate) fn read<T>(
        &mut self,
        problems: &mut Vec<Problem>,
        key: &'static str,
        wanted: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let (_, span, value) = self.value(key)?;
        let (read, span) = (value.as_str().and_then(parse), span.clone());
        if read.is_none() {
            self.wrong(problems, &span, key, wanted);
        }
        read
    }

    /// A list of texts that mean something.
    pub(crate) fn list<T>(
        &mut self,
        problems: &mut Vec<Problem>,
        key: &'static str,
        wanted: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<Vec<T>> {
        let (_, span, value) = self.value(key)?;
        let Some(items) = value.as_array() else {
            let span = span.clone();
            self.wrong(problems, &span, key, wanted);
            return None;
        };
        let read: Vec<_> = items
            .iter()
            .map(|item| (item.span(), item.get_ref().as_str().and_then(&parse)))
            .collect();
        let wrong: Vec<_> = read.iter().filter(|(_, item)| item.is_none()).collect();
        for (span, _) in &wrong {
            self.wrong(problems, span, key, wanted);
        }
        read.into_iter().map(|(_, item)| item).collect()
    }

    /// A whole number.
    pub(crate) fn number(
        &mut self,
        problems: &mut Vec<Problem>,
        key: &'static str,
        range: RangeInclusive<i64>,
    ) -> Option<usize> {
        let (_, span, value) = self.value(key)?;
        let number = value
            .as_integer()
            .and_then(|number| i64::from_str_radix(number.as_str(), number.radix()).ok())
            .filter(|number| range.contains(number))
            .and_then(|number| usize::try_from(number).ok());
        let span = span.clone();
        if number.is_none() {
            let wanted = format!("a number from {} to {}", range.start(), range.end());
            self.wrong(problems, &span, key, &wanted);
        }
        number
    }

    /// `true` or `false`.
    pub(crate) fn flag(&mut self, problems: &mut Vec<Problem>, key: &'static str) -> Option<bool> {
        let (_, span, value) = self.value(key)?;
        let (flag, span) = (value.as_bool(), span.clone());
        if flag.is_none() {
            self.wrong(problems, &span, key, "true or false");
        }
        flag
    }

    /// A table in this one; empty if it is absent.
    pub(crate) fn table(&mut self, problems: &mut Vec<Problem>, key: &'static str) -> Table<'a> {
        let (text, line) = (self.text, self.line(key));
        let mut inner = DeTable::new();
        if let Some((_, span, value)) = self.value(key) {
            match value {
                DeValue::Table(table) => inner = table.clone(),
                _ => {
                    let span = span.clone();
                    self.wrong(
                        problems,
                        &span,
                        key,
                        &format!("a table, beginning with [{key}]"),
                    );
                }
            }
        }
        Table::new(text, line, inner)
    }

    /// Tells the keys that nobody asked for.
    pub(crate) fn finish(self, problems: &mut Vec<Problem>) {
        for (key, (span, ..)) in &self.entries {
            if !self.known.contains(&key.as_str()) {
                problems.push(Problem {
                    line: line_of(self.text, span.start),
                    message: format!("`{key}` means nothing here."),
                    remedy: format!("What can stand here: {}.", self.known.join(", ")),
                });
            }
        }
    }
}

/// The line of a place in a text, from 1.
fn line_of(text: &str, at: usize) -> usize {
    1 + text.as_bytes()[..at.min(text.len())]
        .iter()
        .filter(|&&byte| byte == b'\n')
        .count()
}

/// A value as it was written, unless it is long. Never a password: addresses of mail servers may have one.
fn shown(text: &str) -> &str {
    if text.len() > 60 || text.contains('\n') || text.contains("://") && text.contains('@') {
        "that"
    } else {
        text
    }
}
