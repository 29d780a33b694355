//! Typed access to the keys of front matter and of `site.toml`.
//!
//! Entry point: [`Fields`]. A value of the wrong type becomes a diagnostic with the key's line and an
//! example of what is right; it never ends the run.

use std::path::Path;

use serde_json::{Map, Value};

use crate::diagnostic::{Diagnostics, Kind};

/// The keys of one table, and where it is written.
pub(crate) struct Fields<'a> {
    pub(crate) map: Map<String, Value>,
    /// The text the table was read from; lines of keys are looked up in it.
    pub(crate) text: &'a str,
    /// The line in the file on which `text` begins.
    pub(crate) first_line: usize,
    /// The line of a key that is not found at the start of one.
    pub(crate) fallback: usize,
    pub(crate) path: &'a Path,
    /// The diagnostics' kind for a wrong type.
    pub(crate) kind: Kind,
}

impl Fields<'_> {
    /// The line on which a key is written.
    pub(crate) fn line(&self, key: &str) -> usize {
        self.text
            .lines()
            .position(|line| {
                let line = line.trim_start().trim_start_matches(['"', '\'', '[']);
                line.strip_prefix(key).is_some_and(|rest| {
                    rest.trim_start_matches(['"', '\''])
                        .trim_start()
                        .starts_with([':', '=', ']'])
                })
            })
            .map_or(self.fallback, |index| self.first_line + index)
    }

    /// The line of an item of a list, which may be on the key's own line or on one below it.
    pub(crate) fn item_line(&self, key: &str, item: &str) -> usize {
        let start = self.line(key);
        self.text
            .lines()
            .skip(start - self.first_line)
            .position(|line| line.contains(item))
            .map_or(start, |index| start + index)
    }

    /// A key's value, `None` if it is absent, null or an empty text.
    pub(crate) fn value(&self, key: &str) -> Option<&Value> {
        self.map
            .get(key)
            .filter(|value| !value.is_null() && value.as_str().is_none_or(|s| !s.trim().is_empty()))
    }

    pub(crate) fn wrong(&self, diagnostics: &mut Diagnostics, key: &str, wanted: &str) {
        let found = match self.map.get(key) {
            Some(Value::Bool(flag)) => flag.to_string(),
            Some(Value::Number(number)) => format!("the number {number}"),
            Some(Value::String(text)) if text.chars().count() > 60 => "a text".to_owned(),
            Some(Value::String(text)) => format!("the text \"{text}\""),
            Some(Value::Array(_)) => "a list".to_owned(),
            Some(Value::Object(_)) => "a table".to_owned(),
            Some(Value::Null) | None => "nothing".to_owned(),
        };
        diagnostics.error(
            self.kind,
            self.path,
            Some(self.line(key)),
            format!("`{key}` is {found}."),
            format!("Write {wanted}."),
        );
    }

    /// A text. A number stands for its digits as they were written (`title: 1984`).
    pub(crate) fn string(&self, key: &str, diagnostics: &mut Diagnostics) -> Option<String> {
        let value = self.value(key)?;
        match self.text_of(key, value) {
            Some(text) => Some(text),
            None => {
                self.wrong(
                    diagnostics,
                    key,
                    &format!("a text, in quotation marks: {key}: \"…\""),
                );
                None
            }
        }
    }

    fn text_of(&self, key: &str, value: &Value) -> Option<String> {
        match value {
            Value::String(text) => Some(text.trim().to_owned()),
            Value::Number(number) => {
                // `1.10` must not become `1.1`: what was written counts.
                let written = self
                    .text
                    .lines()
                    .nth(self.line(key) - self.first_line)
                    .and_then(|line| line.split_once([':', '=']))
                    .map(|(_, value)| value.split(" #").next().unwrap_or(value).trim().to_owned())
                    .filter(|text| text.parse::<f64>().is_ok());
                Some(written.unwrap_or_else(|| number.to_string()))
            }
            _ => None,
        }
    }

    /// A text or a list of texts.
    pub(crate) fn list(&self, key: &str, diagnostics: &mut Diagnostics) -> Vec<String> {
        let Some(value) = self.value(key) else {
            return Vec::new();
        };
        let single = std::slice::from_ref(value);
        let items: &[Value] = value.as_array().map_or(single, Vec::as_slice);
        let mut out = Vec::new();
        for item in items {
            match item {
                Value::Null => {}
                Value::String(_) | Value::Number(_) => {
                    let text = match item {
                        Value::String(text) => text.trim().to_owned(),
                        other => other.to_string(),
                    };
                    if !text.is_empty() && !out.contains(&text) {
                        out.push(text);
                    }
                }
                _ => {
                    self.wrong(
                        diagnostics,
                        key,
                        &format!("a text or a list of texts: {key}: [\"…\", \"…\"]"),
                    );
                    return out;
                }
            }
        }
        out
    }

    /// True or false.
    pub(crate) fn flag(&self, key: &str, diagnostics: &mut Diagnostics) -> Option<bool> {
        match self.value(key)? {
            Value::Bool(flag) => Some(*flag),
            Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => {
                self.wrong(diagnostics, key, "true or false, without quotation marks");
                None
            }
        }
    }

    /// The keys of a table within this one, under `key`.
    pub(crate) fn within(&self, key: &str, map: Map<String, Value>) -> Fields<'_> {
        Fields {
            map,
            text: self.text,
            first_line: self.first_line,
            fallback: self.line(key),
            path: self.path,
            kind: self.kind,
        }
    }
}

/// A TOML value as JSON; dates become their texts.
pub(crate) fn toml_to_json(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::String(text),
        toml::Value::Integer(number) => Value::from(number),
        toml::Value::Float(number) => Value::from(number),
        toml::Value::Boolean(flag) => Value::Bool(flag),
        toml::Value::Datetime(date) => Value::String(date.to_string()),
        toml::Value::Array(list) => list.into_iter().map(toml_to_json).collect(),
        toml::Value::Table(table) => Value::Object(table_to_json(table)),
    }
}

/// A TOML table as a JSON object.
pub(crate) fn table_to_json(table: toml::Table) -> Map<String, Value> {
    table
        .into_iter()
        .map(|(key, value)| (key, toml_to_json(value)))
        .collect()
}

/// The nearest of some words, if it is near enough to be meant.
pub(crate) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    nearest_within(word, known, |candidate| 2.max(candidate.len() / 3))
}

/// The nearest of some words, of those that are at most `limit` slips of the pen away.
pub(crate) fn nearest_within<'a>(
    word: &str,
    known: &[&'a str],
    limit: impl Fn(&str) -> usize,
) -> Option<&'a str> {
    let word = word.to_lowercase();
    known
        .iter()
        .map(|candidate| {
            (
                strsim::osa_distance(&word, &candidate.to_lowercase()),
                *candidate,
            )
        })
        .min()
        .filter(|(distance, candidate)| *distance <= limit(candidate))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_known_key_is_offered_only_when_it_is_near() {
        let known = ["title", "languages", "keep_newest"];
        assert_eq!(nearest("tittle", &known), Some("title"));
        assert_eq!(nearest("langauges", &known), Some("languages"));
        assert_eq!(nearest("flavour", &known), None);
    }
}
