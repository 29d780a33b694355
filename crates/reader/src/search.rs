//! Search: what is asked for and its address, recent searches, moves through results, marks in texts.
//!
//! Entry points: [`Asked`] (a question with its filters, as an address has it), [`recent`] and [`remember`],
//! [`step`], [`marked`]. What a question means is the engine's business; this module must never guess at it.

use lamplight_model::{json, paths, record};

use crate::store::{Store, StoreError};

/// The key recent searches are stored under, newest first, as a JSON array.
pub const RECENT: &str = "searches";

/// How many recent searches are kept.
const KEPT: usize = 6;

/// A question and its filters: all texts as typed or chosen, empty where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The words, with whatever operators the reader typed.
    pub q: String,
    /// A category's identifier.
    pub category: String,
    /// BCP 47.
    pub lang: String,
    /// The first day that counts, `2024-05-17`.
    pub after: String,
    /// The first day that is too late.
    pub before: String,
}

impl Asked {
    /// A question without filters.
    pub fn of(q: &str) -> Self {
        Self {
            q: q.trim().to_owned(),
            ..Self::default()
        }
    }

    /// Reads the query string of an address, with or without its `?`. Names that it does not know are left
    /// out, and of a name given twice the last counts.
    pub fn parse(query: &str) -> Self {
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
    pub fn address(&self) -> String {
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
    pub fn question(&self) -> String {
        let mut out = self.q.clone();
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

/// Recent searches, newest first. A record that cannot be read counts as none.
pub fn recent(store: &impl Store) -> Vec<String> {
    let text = store.get(RECENT).ok().flatten().unwrap_or_default();
    json::read(&text).unwrap_or_default()
}

/// Notes a search: it is the newest now, and there once.
///
/// # Errors
/// The store's; the old list then still stands.
pub fn remember(store: &impl Store, q: &str) -> Result<(), StoreError> {
    let q = q.trim();
    if q.is_empty() {
        return Ok(());
    }
    let mut list = recent(store);
    list.retain(|known| known != q);
    list.insert(0, q.to_owned());
    list.truncate(KEPT);
    let text = serde_json::to_string(&list).map_err(|_| StoreError::Blocked)?;
    store.set(RECENT, &text)
}

/// Where the choice goes among `count` results with an arrow key, `down` or up: beyond the last and before
/// the first it is in the box again (`None`).
pub fn step(chosen: Option<usize>, count: usize, down: bool) -> Option<usize> {
    match (chosen, down) {
        _ if count == 0 => None,
        (None, true) => Some(0),
        (None, false) => Some(count - 1),
        (Some(at), true) => (at + 1 < count).then_some(at + 1),
        (Some(at), false) => at.min(count).checked_sub(1),
    }
}

/// Cuts a text at its marks, given as places in UTF-16 code units (from, to, from, to, …, in order): pieces,
/// and whether each is marked. Places beyond the text or within a character do no harm.
pub fn marked<'t>(text: &'t str, marks: &[u32]) -> Vec<(&'t str, bool)> {
    let (mut pieces, mut begun, mut inside, mut unit) = (Vec::new(), 0, false, 0);
    let mut places = marks.iter().peekable();
    for (at, character) in text.char_indices() {
        while places.peek().is_some_and(|place| **place <= unit) {
            places.next();
            if at > begun {
                pieces.push((&text[begun..at], inside));
                begun = at;
            }
            inside = !inside;
        }
        unit += character.len_utf16() as u32;
    }
    if begun < text.len() {
        pieces.push((&text[begun..], inside));
    }
    pieces
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(non_snake_case, reason = "the finder's answer is JavaScript's")]
pub struct Found {
    /// Best first.
    pub hits: Vec<Hit>,
    /// How many there are in all.
    pub total: u32,
    /// The question spelt otherwise.
    pub didYouMean: Option<String>,
    /// Nothing that had a part in it was missing.
    pub complete: bool,
    /// What was looked for, for marking.
    pub words: Vec<String>,
}

record!(Found { hits, total, complete; didYouMean, words });

/// An article that was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hit {
    /// Slug.
    pub id: String,
    /// BCP 47.
    pub lang: String,
    /// Plain text.
    pub title: String,
    /// `2024-05-17`, or empty.
    pub date: String,
    /// Identifiers.
    pub categories: Vec<String>,
    /// Places in the title, see [`marked`].
    pub marks: Vec<u32>,
    /// The part of the text worth showing, where the text is at hand.
    pub snippet: Option<Snippet>,
}

record!(Hit { id, lang, title; date, categories, marks, snippet });

/// Part of a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snippet {
    /// Plain text.
    pub text: String,
    /// More stands before it.
    pub before: bool,
    /// More stands after it.
    pub after: bool,
    /// Places in it, see [`marked`].
    pub marks: Vec<u32>,
}

record!(Snippet { text; before, after, marks });

/// What `edition.json` says of search.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Edition {
    /// The root of the index, relative to the site's base.
    pub search: Option<String>,
}

record!(Edition { ; search });

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::MemoryStore;

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

    #[test]
    fn recent_searches_are_newest_first_each_once_and_few() {
        let store = MemoryStore::default();
        for q in ["a", "b", "c", "d", "e", "f", "g", "c", " "] {
            remember(&store, q).expect("stores");
        }
        assert_eq!(recent(&store), ["c", "g", "f", "e", "d", "b"]);
        store.set(RECENT, "{").expect("stores");
        assert_eq!(recent(&store), [""; 0]);
        store.set_blocked(true);
        assert_eq!(remember(&store, "x"), Err(StoreError::Blocked));
    }

    #[test]
    fn arrows_go_through_the_results_and_back_into_the_box() {
        assert_eq!(step(None, 3, true), Some(0));
        assert_eq!(step(Some(2), 3, true), None);
        assert_eq!(step(None, 3, false), Some(2));
        assert_eq!(step(Some(0), 3, false), None);
        assert_eq!(step(Some(1), 3, false), Some(0));
        assert_eq!(step(Some(7), 2, false), Some(1));
        assert_eq!(step(None, 0, true), None);
    }

    #[test]
    fn marks_cut_a_text_whatever_their_places() {
        assert_eq!(
            marked("été 🌊 sea", &[0, 3, 4, 6]),
            [("été", true), (" ", false), ("🌊", true), (" sea", false)]
        );
        assert_eq!(marked("sea", &[1, 99]), [("s", false), ("ea", true)]);
        assert_eq!(marked("sea", &[]), [("sea", false)]);
        assert_eq!(marked("🌊a", &[1, 2]), [("🌊", false), ("a", false)]);
        assert_eq!(marked("", &[0, 1]), []);
    }

    #[test]
    fn the_finders_answer_is_read() {
        let found: Found = json::read(
            r#"{"hits":[{"id":"a","lang":"en","title":"T","date":"","score":1.5,"local":true,"marks":[0,1],
            "snippet":{"text":"t","before":true,"after":false,"marks":[]}}],"total":1,"didYouMean":null,
            "complete":true,"words":["t"],"ms":0.25}"#,
        )
        .expect("an answer");
        assert_eq!(found.hits[0].snippet.as_ref().map(|s| s.before), Some(true));
    }
}
