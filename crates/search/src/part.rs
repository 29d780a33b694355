//! The part of a document that shows why it was found.
//!
//! Entry point: [`Marker::part`]. A pure function of a document and a question. It must never show a part without a
//! mark where another one has some.

use std::ops::Range;

use crate::Document;
use crate::marks::Marker;

/// What of a document a [`Part`] is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Its text, or its description.
    Text,
    /// Its tags: those that match, parted by commas.
    Tags,
}

/// See [`Marker::part`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Where it is from.
    pub source: Source,
    /// Plain text.
    pub text: String,
    /// More stands before it.
    pub before: bool,
    /// More stands after it.
    pub after: bool,
    /// Places in it, in bytes.
    pub marks: Vec<Range<usize>>,
}

impl Marker<'_> {
    /// About `length` characters of a document that show why it was found: of its body; where nothing in that
    /// matches, of its description; else those of its tags that match, or that the question names (`tag:`). Without any of
    /// these, the beginning of the body, or the description if there is no body.
    #[must_use]
    pub fn part(&self, document: &Document, length: usize) -> Part {
        let of = |text: &str| {
            let (range, marks) = self.snippet(text, &document.lang, length);
            let within = |mark: Range<usize>| mark.start - range.start..mark.end - range.start;
            Part {
                source: Source::Text,
                before: range.start > 0,
                after: range.end < text.len(),
                marks: marks.into_iter().map(within).collect(),
                text: text[range].to_owned(),
            }
        };
        let body = of(&document.body);
        if !body.marks.is_empty() {
            return body;
        }
        let description = of(&document.description);
        if !description.marks.is_empty() || body.text.is_empty() {
            return description;
        }
        let mut tags = Part {
            source: Source::Tags,
            text: String::new(),
            before: false,
            after: false,
            marks: Vec::new(),
        };
        for tag in &document.tags {
            let named = self.names(tag);
            let marks = if named {
                std::iter::once(0..tag.len()).collect()
            } else {
                self.marks(tag, &document.lang)
            };
            if marks.is_empty() {
                continue;
            }
            if !tags.text.is_empty() {
                tags.text.push_str(", ");
            }
            let at = tags.text.len();
            let within = |mark: Range<usize>| mark.start + at..mark.end + at;
            tags.marks.extend(marks.into_iter().map(within));
            tags.text.push_str(tag);
        }
        if tags.text.is_empty() { body } else { tags }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Engine, Query};

    fn document() -> Document {
        Document {
            lang: "en".into(),
            title: "A quiet day".into(),
            description: "What the tide left at the lighthouse.".into(),
            body: "Nobody came. ".repeat(40),
            tags: vec!["Birds".into(), "North Sea".into(), "Sea birds".into()],
            ..Document::default()
        }
    }

    fn part(question: &str, document: &Document) -> (Source, Vec<String>, bool) {
        let engine = Engine::new();
        let marker = engine.marker(&Query::parse(question, false), &[]);
        let part = marker.part(document, 40);
        let marks = part
            .marks
            .iter()
            .map(|mark| part.text[mark.clone()].to_owned());
        (part.source, marks.collect(), part.after)
    }

    #[test]
    fn what_was_found_by_its_description_or_its_tags_shows_that() {
        let mut document = document();
        let marked = |marks: &[&str]| {
            marks
                .iter()
                .map(|mark| (*mark).to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            part("nobody", &document),
            (Source::Text, marked(&["Nobody"; 3]), true)
        );
        assert_eq!(
            part("tides", &document),
            (Source::Text, marked(&["tide"]), false)
        );
        assert_eq!(
            part("bird", &document),
            (Source::Tags, marked(&["Birds", "birds"]), false)
        );
        assert_eq!(
            part("tag:\"north sea\"", &document),
            (Source::Tags, marked(&["North Sea"]), false)
        );
        assert_eq!(part("quiet", &document), (Source::Text, vec![], true));
        document.body.clear();
        assert_eq!(part("quiet", &document), (Source::Text, vec![], false));
    }
}
