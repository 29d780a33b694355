//! Documents taken apart, many of one language after the other: a word is stemmed once.
//!
//! Entry point: [`Analyser::document`]. It must never decide what a word is: that is [`crate::analyse`]'s.

use std::collections::HashMap;

use crate::Document;
use crate::analyse::{FIELDS, labels, term, words};
use crate::fold::Fold;
use crate::tokens::Kind;

/// A term's number, within one analyser.
pub(crate) type Number = u32;

/// Takes documents of one language apart, remembering words it has seen.
pub(crate) struct Analyser<'f> {
    fold: &'f Fold,
    lang: String,
    /// The terms of words as texts have them.
    words: HashMap<Box<str>, Number>,
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
            return *known;
        }
        let (term, surface) = term(self.fold, &self.lang, word, kind);
        let number = self.number(term);
        if let Some((_, surfaces)) = self.terms.get_mut(number as usize)
            && kind == Kind::Word
            && !surfaces.iter().any(|known| **known == *surface)
        {
            surfaces.push(surface.into_boxed_str());
        }
        self.words.insert(word.into(), number);
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
        words(document, &mut |field, word, kind| {
            let at = field as usize;
            let term = self.word(word, kind);
            parts.lengths[at] += 1;
            let count = self.count(term, &mut parts.counts);
            count[at] = count[at].saturating_add(1);
        });
        for (term, _) in &parts.counts {
            if let Some(place) = self.places.get_mut(*term as usize) {
                *place = 0;
            }
        }
        let labels = labels(self.fold, document);
        parts.labels = labels.into_iter().map(|term| self.number(term)).collect();
        parts.labels.sort_unstable();
        parts
    }
}
