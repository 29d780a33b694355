//! How documents are numbered, and which of them are taken apart together.
//!
//! Entry point: [`batches`]. Batches are cut by the names of documents, so that one more or less changes the
//! batch that it is in and, rarely, a few after it. It must never depend on the order in which documents are given.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use super::mark;
use crate::Document;
use crate::query::day;

/// Batches have about so many documents. Few: the words of a batch are stored with each, and one more file is
/// read; many: an edit takes all of its batch apart again.
const BATCH: u64 = 64;

/// A batch has at least so many documents, as far as its language has them, and at most so many.
const EXTENT: (usize, usize) = (16, 128);

/// What a document is ordered by: fields of [`Document`].
#[derive(Clone, Copy, Debug)]
pub struct Place<'d> {
    /// [`Document::id`].
    pub id: &'d str,
    /// [`Document::lang`].
    pub lang: &'d str,
    /// [`Document::date`].
    pub date: &'d str,
}

impl<'d> Place<'d> {
    pub(super) fn of(document: &'d Document) -> Self {
        Self {
            id: &document.id,
            lang: &document.lang,
            date: &document.date,
        }
    }
}

/// The places of documents in the order of the index, in batches. Of two documents with the same `id` and
/// `lang` the first counts. A batch is of one language; the one with most documents comes first, then the
/// newest document, undated ones last; then by id.
#[must_use]
pub fn batches(documents: &[Place<'_>]) -> Vec<Vec<usize>> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let mut seen = HashSet::new();
    let mut ordered: Vec<usize> = Vec::with_capacity(documents.len());
    for (at, document) in documents.iter().enumerate() {
        if seen.insert((document.id, document.lang)) {
            *counts.entry(document.lang).or_default() += 1;
            ordered.push(at);
        }
    }
    ordered.sort_by_cached_key(|at| {
        let Place { id, lang, date } = documents[*at];
        let count = counts.get(lang).copied().unwrap_or(0);
        (Reverse(count), lang, Reverse(day(date)), Reverse(date), id)
    });
    let mut batches = Vec::new();
    for language in ordered.chunk_by(|a, b| documents[*a].lang == documents[*b].lang) {
        let mut batch = Vec::new();
        for at in language {
            batch.push(*at);
            let ends = mark(documents[*at].id).is_multiple_of(BATCH) && batch.len() >= EXTENT.0;
            if ends || batch.len() == EXTENT.1 {
                batches.push(std::mem::take(&mut batch));
            }
        }
        if !batch.is_empty() {
            batches.push(batch);
        }
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_document_changes_few_batches() {
        let names: Vec<(String, String)> = (0..5000)
            .map(|number| (format!("post-{number}"), format!("{}-01-01", 1000 + number)))
            .collect();
        let place = |(id, date): &'static (String, String)| Place {
            id,
            lang: "en",
            date,
        };
        let names: &'static [(String, String)] = names.leak();
        let of = |places: &[Place<'_>]| -> HashSet<Vec<String>> {
            let ids = |batch: Vec<usize>| {
                batch
                    .into_iter()
                    .map(|at| places[at].id.to_owned())
                    .collect()
            };
            batches(places).into_iter().map(ids).collect()
        };
        let all: Vec<Place<'_>> = names.iter().map(place).collect();
        let before = of(&all);
        assert!((5000 / 128..=5000 / 16).contains(&before.len()));
        let mut changed = 0;
        for missing in (0..5000).step_by(500) {
            let mut fewer = all.clone();
            fewer.remove(missing);
            changed += of(&fewer).difference(&before).count();
        }
        assert!(
            changed <= 30,
            "{changed} batches of ten times {}",
            before.len()
        );
    }
}
