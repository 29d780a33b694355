//! What to mark in a text, and the part of a text worth showing.
//!
//! Entry point: [`Marker`] (from [`crate::Engine::marker`]): pure functions of texts. The overlay marks titles
//! and snippets by it, an opened article its matches, and find-in-article is nothing else. It must never
//! depend on the index being there.

use std::ops::Range;

use crate::analyse::term;
use crate::fold::Fold;
use crate::query::{Query, Role};
use crate::sort::sort;
use crate::tokens::{Kind, Side, tokens};

/// Knows what a question looks for.
#[derive(Clone, Debug)]
pub struct Marker<'f> {
    fold: &'f Fold,
    /// The reader's language and the index's: a question's words are stemmed in the text's own.
    words: Vec<(String, Kind)>,
    more: Vec<String>,
    /// Each a sequence of lower-case tokens.
    phrases: Vec<Vec<(String, Kind)>>,
    without: Vec<Vec<(String, Kind)>>,
    /// The folded beginning of the word being typed.
    prefix: Option<String>,
    /// The tags that documents must have, as [`Fold::key`] writes them.
    tags: Vec<String>,
}

struct Found {
    range: Range<usize>,
    term: String,
    surface: String,
}

impl<'f> Marker<'f> {
    pub(crate) fn new(fold: &'f Fold, query: &Query, more: &[String]) -> Self {
        let mut marker = Self {
            fold,
            words: Vec::new(),
            more: more.to_vec(),
            phrases: Vec::new(),
            without: Vec::new(),
            prefix: None,
            tags: Vec::new(),
        };
        let tags = query.tags.iter().map(|tag| marker.fold.key(tag));
        marker.tags = tags.collect();
        for clause in &query.clauses {
            let mut list = Vec::new();
            tokens(&clause.text, Side::Query, &mut |word, _, kind| {
                list.push((word.to_owned(), kind))
            });
            match clause.role {
                Role::Words => marker.words.extend(list),
                Role::Phrase => marker.phrases.push(list),
                Role::Without => marker.without.push(list),
            }
        }
        marker.phrases.retain(|phrase| !phrase.is_empty());
        marker.without.retain(|phrase| !phrase.is_empty());
        if query.prefix
            && let Some((word, _)) = marker.words.last()
        {
            marker.prefix = Some(marker.fold.fold(word));
        }
        marker
    }

    /// The places of a text in a language (BCP 47) that match, as ranges of bytes: in order, apart from each
    /// other. A phrase's words are marked only where they stand one after the other.
    #[must_use]
    pub fn marks(&self, text: &str, lang: &str) -> Vec<Range<usize>> {
        let found = self.read(text, lang);
        let mut hit = self.hits(&found, lang);
        for phrase in &self.phrases {
            let phrase = self.terms(phrase, lang);
            for at in 0..found.len() {
                if follows(&found, at, &phrase) {
                    hit[at..at + phrase.len()].fill(true);
                }
            }
        }
        let mut marks: Vec<Range<usize>> = Vec::new();
        for (found, _) in found.into_iter().zip(hit).filter(|(_, hit)| *hit) {
            match marks.last_mut() {
                Some(last) if found.range.start <= last.end => {
                    last.end = last.end.max(found.range.end)
                }
                _ => marks.push(found.range),
            }
        }
        marks
    }

    /// Whether a document whose texts (title, description, body, …) are these has every phrase of the question
    /// and none of what it excludes.
    #[must_use]
    pub fn confirms(&self, texts: &[&str], lang: &str) -> bool {
        let texts: Vec<Vec<Found>> = texts.iter().map(|text| self.read(text, lang)).collect();
        let has = |phrase: &Vec<(String, Kind)>| {
            let phrase = self.terms(phrase, lang);
            texts
                .iter()
                .any(|found| (0..found.len()).any(|at| follows(found, at, &phrase)))
        };
        self.phrases.iter().all(has) && !self.without.iter().any(has)
    }

    /// Whether the question names a tag.
    pub(crate) fn names(&self, tag: &str) -> bool {
        !self.tags.is_empty() && self.tags.contains(&self.fold.key(tag))
    }

    /// Of a text, about `length` characters with as many different matches as can be, from the beginning of a
    /// sentence if one is near: its range of bytes, and the marks within the text (not within the range).
    /// Without a match it is the beginning of the text.
    #[must_use]
    pub fn snippet(
        &self,
        text: &str,
        lang: &str,
        length: usize,
    ) -> (Range<usize>, Vec<Range<usize>>) {
        let marks = self.marks(text, lang);
        // Bytes a character, so that one measure serves all scripts.
        let characters = text.chars().count().max(1);
        let window = (text.len() * length / characters).max(1);
        if text.len() <= window {
            return (0..text.len(), marks);
        }
        // Different matches, matches, where they begin, and how far they reach.
        let mut best = (0, 0, 0, 0);
        let mut first = 0;
        for at in 0..marks.len() {
            while first < at && marks[at].end - marks[first].start > window {
                first += 1;
            }
            let mut kinds: Vec<String> = marks[first..=at]
                .iter()
                .map(|mark| self.fold.key(&text[mark.clone()]))
                .collect();
            let all = kinds.len();
            sort(&mut kinds, Ord::cmp);
            kinds.dedup();
            if (kinds.len(), all) > (best.0, best.1) {
                let start = marks[first].start;
                best = (kinds.len(), all, start, marks[at].end - start);
            }
        }
        let start = begin(
            text,
            best.2,
            (window / 3).min(window.saturating_sub(best.3)),
        );
        let end = finish(text, start, window);
        let marks = marks
            .into_iter()
            .filter(|mark| mark.start >= start && mark.end <= end)
            .collect();
        (start..end, marks)
    }

    fn terms(&self, words: &[(String, Kind)], lang: &str) -> Vec<String> {
        words
            .iter()
            .map(|(word, kind)| term(self.fold, lang, word, *kind).0)
            .collect()
    }

    fn read(&self, text: &str, lang: &str) -> Vec<Found> {
        let mut found = Vec::new();
        tokens(text, Side::Query, &mut |word, range, kind| {
            let (term, surface) = term(self.fold, lang, word, kind);
            found.push(Found {
                range,
                term,
                surface,
            });
        });
        found
    }

    fn hits(&self, found: &[Found], lang: &str) -> Vec<bool> {
        let wanted = self.terms(&self.words, lang);
        let surfaces: Vec<String> = self
            .words
            .iter()
            .map(|(word, _)| self.fold.fold(word))
            .collect();
        found
            .iter()
            .map(|found| {
                wanted.contains(&found.term)
                    || self.more.contains(&found.term)
                    || surfaces.contains(&found.surface)
                    || self
                        .prefix
                        .as_ref()
                        .is_some_and(|prefix| found.surface.starts_with(&**prefix))
            })
            .collect()
    }
}

fn follows(found: &[Found], at: usize, phrase: &[String]) -> bool {
    found.get(at..at + phrase.len()).is_some_and(|part| {
        part.iter()
            .zip(phrase)
            .all(|(found, term)| found.term == *term)
    })
}

/// Where a snippet begins: at the sentence that `at` is in, else at a word before, at most `back` bytes.
fn begin(text: &str, at: usize, back: usize) -> usize {
    let reach = at.saturating_sub(back);
    let reach = (reach..=at)
        .find(|&place| text.is_char_boundary(place))
        .unwrap_or(at);
    if reach == 0 {
        return 0;
    }
    let before = &text[reach..at];
    let sentence = before.char_indices().rev().find_map(|(place, c)| {
        let end = place + c.len_utf8();
        let ends = match c {
            '.' | '!' | '?' | '؟' | '।' => before[end..].starts_with(char::is_whitespace),
            '\n' | '。' | '！' | '？' => true,
            _ => false,
        };
        ends.then_some(end)
    });
    let start = reach
        + sentence
            .or_else(|| before.find(char::is_whitespace))
            .unwrap_or(0);
    start + (text[start..].len() - text[start..].trim_start().len())
}

/// Where a snippet ends: at a word's end.
fn finish(text: &str, start: usize, window: usize) -> usize {
    let end = (start + window).min(text.len());
    let end = (start..=end)
        .rev()
        .find(|&place| text.is_char_boundary(place))
        .unwrap_or(text.len());
    if end == text.len() {
        return end;
    }
    match text[start..end].rfind(char::is_whitespace) {
        Some(space) if space > window / 2 => start + text[start..start + space].trim_end().len(),
        _ => end,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_snippets_show_what_matched() {
        let engine = crate::Engine::new();
        let text = "Nothing here. The storms came, and the storm went. ".repeat(3)
            + "A lighthouse stood. "
            + &"More words follow. ".repeat(30);
        let query = Query::parse("storm lighthou", true);
        let marker = engine.marker(&query, &[]);
        let marked: Vec<&str> = marker
            .marks(&text, "en")
            .into_iter()
            .map(|mark| &text[mark])
            .collect();
        assert_eq!(
            marked,
            [
                "storms",
                "storm",
                "storms",
                "storm",
                "storms",
                "storm",
                "lighthouse"
            ]
        );
        let (range, marks) = marker.snippet(&text, "en", 80);
        let snippet = &text[range];
        assert!(
            snippet.contains("lighthouse") && snippet.contains("storm") && snippet.len() <= 90,
            "{snippet:?}"
        );
        assert!(marks.len() >= 2);
        let phrase = engine.marker(&Query::parse("\"storm went\"", false), &[]);
        assert_eq!(&text[phrase.marks(&text, "en")[0].clone()], "storm");
        assert_eq!(
            &"東京都の天気"[engine
                .marker(&Query::parse("京都", false), &[])
                .marks("東京都の天気", "ja")[0]
                .clone()],
            "京都"
        );
    }
}
