//! A document taken apart: which terms stand in it, where and how often.
//!
//! Entry point: [`Analyser::document`]. The writer and the device's own documents share it. It must never
//! know other documents: what it yields is of one document alone.

use std::collections::HashMap;

use crate::Document;
use crate::fold::Fold;
use crate::sort::sort;
use crate::stem::stem;
use crate::tokens::{Kind, Side, tokens};

/// Where a word stands.
#[derive(Clone, Copy)]
pub(crate) enum Field {
    Title,
    Headings,
    Description,
    Tags,
    Body,
}

/// How many [`Field`]s there are.
pub(crate) const FIELDS: usize = 5;

impl Field {
    pub(crate) const ALL: [Self; FIELDS] = [
        Self::Title,
        Self::Headings,
        Self::Description,
        Self::Tags,
        Self::Body,
    ];
}

/// What distinguishes a category's and a tag's term from words: no word has such a character.
pub(crate) const CATEGORY: char = '\u{1}';
pub(crate) const TAG: char = '\u{2}';

/// The term of a category.
pub(crate) fn category(fold: &Fold, name: &str) -> String {
    marked(CATEGORY, &fold.key(name))
}

/// The term of a tag.
pub(crate) fn tag(fold: &Fold, name: &str) -> String {
    marked(TAG, &fold.key(name))
}

fn marked(mark: char, key: &str) -> String {
    let mut end = key.len().min(crate::tokens::LONGEST);
    while !key.is_char_boundary(end) {
        end -= 1;
    }
    let mut term = String::from(mark);
    term.push_str(&key[..end]);
    term
}

/// A term's number, within one analyser.
pub(crate) type Number = u32;

/// A word as texts have it.
struct Word {
    term: Number,
}

/// Takes documents of one language apart, remembering words it has seen.
pub(crate) struct Analyser<'f> {
    fold: &'f Fold,
    lang: String,
    words: HashMap<Box<str>, Word>,
    /// Every term: its text, and the folded words it was made of.
    pub(crate) terms: Vec<(Box<str>, Vec<Box<str>>)>,
    numbers: HashMap<Box<str>, Number>,
    /// By term: its place among the terms of the document at hand, from 1; 0 if it is not among them.
    places: Vec<u32>,
}

/// One document, taken apart.
pub(crate) struct Parts {
    /// Each term once, with its occurrences by field.
    pub(crate) counts: Vec<(Number, [u8; FIELDS])>,
    /// Words by field.
    pub(crate) lengths: [u32; FIELDS],
    /// Categories and tags.
    pub(crate) labels: Vec<Number>,
}

impl<'f> Analyser<'f> {
    pub(crate) fn new(fold: &'f Fold, lang: &str) -> Self {
        Self {
            fold,
            lang: lang.to_owned(),
            words: HashMap::new(),
            terms: Vec::new(),
            numbers: HashMap::new(),
            places: Vec::new(),
        }
    }

    fn number(&mut self, term: String) -> Number {
        let next = Number::try_from(self.terms.len()).unwrap_or(Number::MAX);
        let term = term.into_boxed_str();
        *self.numbers.entry(term.clone()).or_insert_with(|| {
            self.terms.push((term, Vec::new()));
            next
        })
    }

    fn word(&mut self, word: &str, kind: Kind) -> Number {
        if let Some(known) = self.words.get(word) {
            return known.term;
        }
        let (term, surface) = term(self.fold, &self.lang, word, kind);
        let number = self.number(term);
        if let Some((_, surfaces)) = self.terms.get_mut(number as usize)
            && kind == Kind::Word
            && !surfaces.iter().any(|known| **known == *surface)
        {
            surfaces.push(surface.into_boxed_str());
        }
        self.words.insert(word.into(), Word { term: number });
        number
    }

    /// A term's counts in the document at hand.
    fn count<'c>(
        &mut self,
        term: Number,
        counts: &'c mut Vec<(Number, [u8; FIELDS])>,
    ) -> &'c mut [u8; FIELDS] {
        let at = term as usize;
        if self.places.len() <= at {
            self.places.resize(at + 1, 0);
        }
        if self.places[at] == 0 {
            counts.push((term, [0; FIELDS]));
            self.places[at] = counts.len() as u32;
        }
        &mut counts[self.places[at] as usize - 1].1
    }

    pub(crate) fn document(&mut self, document: &Document) -> Parts {
        let mut parts = Parts {
            counts: Vec::new(),
            lengths: [0; FIELDS],
            labels: Vec::new(),
        };
        let mut add = |text: &str, field: Field| {
            let at = field as usize;
            tokens(text, Side::Index, |word, _, kind| {
                let term = self.word(word, kind);
                parts.lengths[at] += 1;
                let count = self.count(term, &mut parts.counts);
                count[at] = count[at].saturating_add(1);
            });
        };
        add(&document.title, Field::Title);
        add(&document.headings, Field::Headings);
        add(&document.description, Field::Description);
        for tag in &document.tags {
            add(tag, Field::Tags);
        }
        add(&document.body, Field::Body);
        for (term, _) in &parts.counts {
            if let Some(place) = self.places.get_mut(*term as usize) {
                *place = 0;
            }
        }
        for name in &document.categories {
            let term = category(self.fold, name);
            parts.labels.push(self.number(term));
        }
        for name in &document.tags {
            let term = tag(self.fold, name);
            parts.labels.push(self.number(term));
        }
        sort(&mut parts.labels, Ord::cmp);
        parts.labels.dedup();
        parts
    }
}

/// The term of a token (its stem, folded) and the token itself, folded.
pub(crate) fn term(fold: &Fold, lang: &str, word: &str, kind: Kind) -> (String, String) {
    let surface = fold.fold(word);
    let term = match kind {
        Kind::Word => fold.fold(&stem(lang, word)),
        Kind::Piece => surface.clone(),
    };
    (term, surface)
}
