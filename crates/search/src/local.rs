//! The documents that are on the device: searched with the index's ranking, with the index or without.
//!
//! Entry point: [`Local`] (through [`crate::Engine::put`]). A reader's stored articles stay findable when the
//! index has lost them and when no index can be had. It must never hold more than its documents' words.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::Document;
use crate::analyse::{Analyser, FIELDS};
use crate::fold::Fold;

/// A document's words, counted.
#[derive(Clone, Debug)]
pub(crate) struct Counted {
    pub(crate) document: u32,
    pub(crate) counts: [u8; FIELDS],
}

/// A term of local documents.
#[derive(Clone, Debug, Default)]
pub(crate) struct Term {
    /// The folded words it was made of.
    pub(crate) surfaces: Vec<Box<str>>,
    pub(crate) counted: Vec<Counted>,
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
    /// Places of removed documents are `None`, so that numbers last.
    stored: Vec<Option<Stored>>,
    names: HashMap<(String, String), u32>,
    pub(crate) terms: BTreeMap<Box<str>, Term>,
    totals: [u64; FIELDS],
    languages: BTreeSet<Box<str>>,
}

impl Local {
    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    pub(crate) fn places(&self) -> usize {
        self.stored.len()
    }

    pub(crate) fn get(&self, number: u32) -> Option<&Stored> {
        self.stored.get(number as usize)?.as_ref()
    }

    pub(crate) fn find(&self, id: &str, lang: &str) -> Option<&Stored> {
        self.get(*self.names.get(&(id.to_owned(), lang.to_owned()))?)
    }

    /// The languages of the documents.
    pub(crate) fn languages(&self) -> impl Iterator<Item = &str> {
        self.languages.iter().map(|lang| &**lang)
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
        let mut analyser = Analyser::new(fold, &document.lang);
        let parts = analyser.document(&document);
        let labels = parts.labels.iter().map(|&label| (label, [0; FIELDS]));
        for (term, counts) in parts.counts.into_iter().chain(labels) {
            let Some((text, surfaces)) = analyser.terms.get(term as usize) else {
                continue;
            };
            let term = self.terms.entry(text.clone()).or_default();
            for surface in surfaces {
                if !term.surfaces.contains(surface) {
                    term.surfaces.push(surface.clone());
                }
            }
            term.counted.push(Counted {
                document: number,
                counts,
            });
        }
        for (total, length) in self.totals.iter_mut().zip(parts.lengths) {
            *total += u64::from(length);
        }
        self.names
            .insert((document.id.clone(), document.lang.clone()), number);
        self.languages.insert(document.lang.as_str().into());
        self.stored.push(Some(Stored {
            document,
            lengths: parts.lengths,
        }));
    }

    pub(crate) fn remove(&mut self, id: &str, lang: &str) -> bool {
        let Some(number) = self.names.remove(&(id.to_owned(), lang.to_owned())) else {
            return false;
        };
        self.terms.retain(|_, term| {
            term.counted.retain(|counted| counted.document != number);
            !term.counted.is_empty()
        });
        if let Some(stored) = self.stored.get_mut(number as usize).and_then(Option::take) {
            for (total, length) in self.totals.iter_mut().zip(stored.lengths) {
                *total -= u64::from(length);
            }
        }
        true
    }
}
