//! The documents that are on the device: searched with the index's ranking, with the index or without.
//!
//! Entry point: [`Local`] (through [`crate::Engine::put`]). A reader's stored articles stay findable when the
//! index has lost them and when no index can be had. It must never hold more than its documents' words.

use crate::Document;
use crate::analyse::{FIELDS, Field, labels, term, words as words_of};
use crate::fold::Fold;
use crate::tokens::Kind;

/// A document's words, counted.
#[derive(Clone, Debug)]
pub(crate) struct Counted {
    pub(crate) document: u32,
    pub(crate) counts: [u8; FIELDS],
}

/// A term of local documents.
#[derive(Clone, Debug, Default)]
pub(crate) struct Term {
    pub(crate) text: Box<str>,
    /// The folded words it was made of.
    pub(crate) surfaces: Vec<Box<str>>,
    pub(crate) counted: Vec<Counted>,
}

impl Term {
    fn of(text: String, surface: Option<Box<str>>, document: u32, counts: [u8; FIELDS]) -> Self {
        Self {
            text: text.into(),
            surfaces: surface.into_iter().collect(),
            counted: vec![Counted { document, counts }],
        }
    }

    /// Adds what another word, or the last document, has of the same term.
    fn add(&mut self, other: Self) {
        for surface in other.surfaces {
            if !self.surfaces.contains(&surface) {
                self.surfaces.push(surface);
            }
        }
        for counted in other.counted {
            match self.counted.last_mut() {
                Some(last) if last.document == counted.document => {
                    for (sum, count) in last.counts.iter_mut().zip(counted.counts) {
                        *sum = sum.saturating_add(count);
                    }
                }
                _ => self.counted.push(counted),
            }
        }
    }
}

/// A document of the device.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) document: Document,
    pub(crate) lengths: [u32; FIELDS],
}

/// See the module.
#[derive(Clone, Debug, Default)]
pub(crate) struct Local {
    /// How many there are.
    count: usize,
    /// Places of removed documents are `None`, so that numbers last.
    stored: Vec<Option<Stored>>,
    /// In the order of their texts.
    pub(crate) terms: Vec<Term>,
    totals: [u64; FIELDS],
    /// In their order.
    languages: Vec<Box<str>>,
}

impl Local {
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    pub(crate) fn places(&self) -> usize {
        self.stored.len()
    }

    pub(crate) fn get(&self, number: u32) -> Option<&Stored> {
        self.stored.get(number as usize)?.as_ref()
    }

    fn place(&self, id: &str, lang: &str) -> Option<usize> {
        self.stored.iter().position(|stored| {
            stored
                .as_ref()
                .is_some_and(|stored| stored.document.id == id && stored.document.lang == lang)
        })
    }

    pub(crate) fn find(&self, id: &str, lang: &str) -> Option<&Stored> {
        self.stored.get(self.place(id, lang)?)?.as_ref()
    }

    /// All documents.
    pub(crate) fn into_documents(self) -> impl Iterator<Item = Document> {
        let stored = self.stored.into_iter().flatten();
        stored.map(|stored| stored.document)
    }

    /// The languages of the documents.
    pub(crate) fn languages(&self) -> impl Iterator<Item = &str> {
        self.languages.iter().map(|lang| &**lang)
    }

    /// The terms from a text on, in their order.
    pub(crate) fn terms_from(&self, start: &str) -> &[Term] {
        let first = self.terms.partition_point(|term| *term.text < *start);
        &self.terms[first..]
    }

    /// A term.
    pub(crate) fn term(&self, text: &str) -> Option<&Term> {
        self.terms_from(text)
            .first()
            .filter(|term| *term.text == *text)
    }

    /// The usual length of each field.
    pub(crate) fn usual(&self) -> [f32; FIELDS] {
        let count = self.len().max(1) as f32;
        self.totals.map(|total| total as f32 / count)
    }

    pub(crate) fn put(&mut self, fold: &Fold, document: Document) {
        self.remove(&document.id, &document.lang);
        let Ok(number) = u32::try_from(self.stored.len()) else {
            return;
        };
        let mut words: Vec<(String, Kind, Field)> = Vec::new();
        words_of(&document, &mut |field, word, kind| {
            words.push((word.to_owned(), kind, field));
        });
        words.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        let mut lengths = [0; FIELDS];
        let mut terms: Vec<Term> = Vec::new();
        for same in words.chunk_by(|a, b| a.0 == b.0) {
            let mut counts = [0u8; FIELDS];
            for (.., field) in same {
                let at = *field as usize;
                lengths[at] += 1;
                counts[at] = counts[at].saturating_add(1);
            }
            let (word, kind, _) = &same[0];
            let (term, surface) = term(fold, &document.lang, word, *kind);
            let surface = (*kind == Kind::Word).then(|| surface.into());
            terms.push(Term::of(term, surface, number, counts));
        }
        let labels = labels(fold, &document).into_iter();
        terms.extend(labels.map(|label| Term::of(label, None, number, [0; FIELDS])));
        terms.sort_unstable_by(|a, b| a.text.cmp(&b.text));
        self.merge(terms);
        for (total, length) in self.totals.iter_mut().zip(lengths) {
            *total += u64::from(length);
        }
        if let Err(place) = self
            .languages
            .binary_search_by(|l| (**l).cmp(&document.lang))
        {
            self.languages.insert(place, document.lang.as_str().into());
        }
        self.count += 1;
        self.stored.push(Some(Stored { document, lengths }));
    }

    /// Adds the terms of a document, in their order, to all: in one go, since each alone would move half of them.
    fn merge(&mut self, terms: Vec<Term>) {
        let known = std::mem::take(&mut self.terms);
        self.terms.reserve(known.len() + terms.len());
        let mut known = known.into_iter().peekable();
        for term in terms {
            while let Some(before) = known.next_if(|known| known.text <= term.text) {
                self.terms.push(before);
            }
            match self.terms.last_mut() {
                Some(last) if last.text == term.text => last.add(term),
                _ => self.terms.push(term),
            }
        }
        self.terms.extend(known);
    }

    pub(crate) fn remove(&mut self, id: &str, lang: &str) -> bool {
        let Some(number) = self.place(id, lang) else {
            return false;
        };
        self.terms.retain_mut(|term| {
            term.counted
                .retain(|counted| counted.document as usize != number);
            !term.counted.is_empty()
        });
        if let Some(stored) = self.stored.get_mut(number).and_then(Option::take) {
            self.count -= 1;
            for (total, length) in self.totals.iter_mut().zip(stored.lengths) {
                *total -= u64::from(length);
            }
        }
        true
    }
}
