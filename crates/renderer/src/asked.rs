//! A question with its filters, and the address of its page of results.
//!
//! Entry point: [`Asked`]. What a question means is the engine's business; this module must never guess at it.

use lamplight_model::paths;

/// A question and its filters: all texts as typed or chosen, empty where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    /// The words, with whatever operators the reader typed.
    pub(crate) q: String,
    /// A category's identifier.
    pub(crate) category: String,
    /// BCP 47.
    pub(crate) lang: String,
    /// The first day that counts, `2024-05-17`.
    pub(crate) after: String,
    /// The first day that is too late.
    pub(crate) before: String,
}

impl Asked {
    /// A question without filters.
    pub(crate) fn of(q: &str) -> Self {
        Self {
            q: q.trim().to_owned(),
            ..Self::default()
        }
    }

    /// Reads the query string of an address, with or without its `?`. Names that it does not know are left
    /// out, and of a name given twice the last counts.
    pub(crate) fn parse(query: &str) -> Self {
        let mut asked = Self::default();
        for pair in query.trim_start_matches('?').split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = paths::decode(&value.replace('+', " ")).unwrap_or_default();
            if let Some((_, slot)) = asked.slots().into_iter().find(|(own, _)| *own == name) {
                *slot = value.trim().to_owned();
            }
        }
        asked
    }

    /// The query string, with its `?`; empty if nothing is asked for.
    pub(crate) fn address(&self) -> String {
        let mut out = String::new();
        for (name, value) in self.clone().slots() {
            if !value.is_empty() {
                out.push(if out.is_empty() { '?' } else { '&' });
                out.push_str(name);
                out.push('=');
                out.push_str(&paths::encode(value));
            }
        }
        out
    }

    /// The whole question as the engine reads it.
    pub(crate) fn question(&self) -> String {
        [&*self.q, &self.filters()].concat()
    }

    /// What the filters add to the words.
    pub(crate) fn filters(&self) -> String {
        let mut out = String::new();
        for (name, value) in self.clone().slots().into_iter().skip(1) {
            if !value.is_empty() {
                out.push(' ');
                out.push_str(name);
                out.push(':');
                out.push_str(value);
            }
        }
        out
    }

    fn slots(&mut self) -> [(&'static str, &mut String); 5] {
        [
            ("q", &mut self.q),
            ("category", &mut self.category),
            ("lang", &mut self.lang),
            ("after", &mut self.after),
            ("before", &mut self.before),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_and_its_address_are_one() {
        let asked = Asked {
            q: "storm & \"sea\" 海".into(),
            category: "life & art".into(),
            lang: "fr".into(),
            after: "2024-01-02".into(),
            before: String::new(),
        };
        let address = asked.address();
        assert!(address.starts_with("?q=storm%20%26%20%22sea%22%20%E6%B5%B7&category="));
        assert_eq!(Asked::parse(&address), asked);
        assert_eq!(Asked::parse("?q=north+sea&x=1&q"), Asked::default());
        assert_eq!(Asked::parse("q=north+sea").q, "north sea");
        assert_eq!(Asked::default().address(), "");
    }

    #[test]
    fn filters_are_part_of_what_the_engine_reads() {
        let asked = Asked {
            lang: "fr".into(),
            before: "2024".into(),
            ..Asked::of(" storm ")
        };
        assert_eq!(asked.question(), "storm lang:fr before:2024");
    }
}
