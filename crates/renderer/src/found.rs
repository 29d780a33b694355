//! The finder's answer as this program reads it.
//!
//! Entry points: [`Found`], [`marked`]. Places in texts are counted in UTF-16 code units, as JavaScript does.

use lamplight_model::record;

/// What the finder answers (`crates/finder`).
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(non_snake_case, reason = "the finder's answer is JavaScript's")]
pub(crate) struct Found {
    /// Best first.
    pub(crate) hits: Vec<Hit>,
    /// How many there are in all.
    pub(crate) total: u32,
    /// The question spelt otherwise.
    pub(crate) didYouMean: Option<String>,
    /// Nothing that had a part in it was missing.
    pub(crate) complete: bool,
    /// What is known of the site's index: `open`, `absent` or `newer`; empty before that.
    pub(crate) index: String,
    /// How many articles of the device can be found.
    pub(crate) own: u32,
    /// How much of the index is on the device; only where nothing is asked.
    pub(crate) whole: Whole,
}

record!(Found { hits, total, complete, index; didYouMean, own, whole });

/// How much of the site's index is on the device (`crates/press/src/emit/whole.js`).
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Whole {
    /// `none`, `going`, `failed`, `full`, `waits` or `done`; empty where nothing can be said or offered.
    pub(crate) state: String,
    /// The part that is there, in per cent, as the page's language writes it.
    pub(crate) part: String,
    /// How much all of it is, likewise.
    pub(crate) size: String,
}

record!(Whole { state; part, size });

/// An article that was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Hit {
    /// Slug.
    pub(crate) id: String,
    /// BCP 47.
    pub(crate) lang: String,
    /// Plain text.
    pub(crate) title: String,
    /// `2024-05-17`, or empty.
    pub(crate) date: String,
    /// Identifiers.
    pub(crate) categories: Vec<String>,
    /// Places in the title, see [`marked`].
    pub(crate) marks: Vec<u32>,
    /// The part of the text worth showing, where the text is at hand.
    pub(crate) snippet: Option<Snippet>,
    /// It is on the device.
    pub(crate) own: bool,
}

record!(Hit { id, lang, title; date, categories, marks, snippet, own });

/// Part of a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Snippet {
    /// Plain text.
    pub(crate) text: String,
    /// More stands before it.
    pub(crate) before: bool,
    /// More stands after it.
    pub(crate) after: bool,
    /// Places in it, see [`marked`].
    pub(crate) marks: Vec<u32>,
    /// It is of the tags, which alone match.
    pub(crate) tags: bool,
}

record!(Snippet { text; before, after, marks, tags });

/// Cuts a text at its marks, given as places in UTF-16 code units (from, to, from, to, …, in order): pieces,
/// and whether each is marked. Places beyond the text or within a character do no harm.
pub(crate) fn marked<'t>(text: &'t str, marks: &[u32]) -> Vec<(&'t str, bool)> {
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

#[cfg(test)]
mod tests {
    use super::*;

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
        let found: Found = lamplight_model::json::read(
            r#"{"hits":[{"id":"a","lang":"en","title":"T","date":"","score":1.5,"local":true,"marks":[0,1],
            "snippet":{"text":"t","before":true,"after":false,"marks":[]}}],"total":1,"didYouMean":null,
            "complete":true,"words":["t"],"ms":0.25,"index":"open","own":2}"#,
        )
        .expect("an answer");
        assert_eq!(found.hits[0].snippet.as_ref().map(|s| s.before), Some(true));
    }
}
