//! Documents that were taken apart together: the part of making an index that takes long, and that depends on
//! their texts alone.
//!
//! Entry points: [`Batch::of`], [`Batch::bytes`], [`Batch::read`]. A batch has its terms in [`PARTS`] parts, each
//! a sorted list, so that one part of all batches can be read without the others. It must never depend on
//! documents of other batches.

use super::analyser::Analyser;
use super::{mark, table};
use crate::Document;
use crate::analyse::FIELDS;
use crate::fold::Fold;
use crate::format::records::Record;
use crate::format::{Bytes, put_number, put_text, signed, unsigned};
use crate::query::day;

/// Terms are in so many parts, by what their texts hash to. Few: an edit has lists of many terms made again;
/// many: more digests of parts to keep and to compare.
pub(super) const PARTS: usize = 512;

/// The part that a term is in.
fn part(term: &str) -> usize {
    (mark(term) % PARTS as u64) as usize
}

/// How counts begin that are not of the body alone or are large: the fields that follow, one bit each.
const FIELD_BITS: u8 = 0x80;

/// A document of a batch, without its terms.
pub(super) struct Taken {
    /// Its categories are places in the batch's list.
    pub(super) record: Record,
    /// Words by field.
    pub(super) lengths: [u32; FIELDS],
}

/// See the module.
pub struct Batch {
    /// See [`Batch::of`].
    pub(super) name: [u8; 16],
    pub(super) lang: String,
    /// Sorted.
    pub(super) categories: Vec<String>,
    pub(super) documents: Vec<Taken>,
    /// Of the characters that occur, what is not folded by rule.
    pub(super) fold: Vec<(char, Box<str>)>,
    /// By part, where in `terms` it ends.
    ends: Vec<usize>,
    terms: Vec<u8>,
}

/// A term of a part.
pub(super) struct Term<'b> {
    pub(super) text: &'b str,
    /// The folded words it was made of, sorted.
    pub(super) surfaces: Vec<&'b str>,
    postings: Bytes<'b>,
}

impl Batch {
    /// Takes documents of one language apart. `name` tells them from any others, texts and all; it matters
    /// to [`super::join`] with what was kept.
    #[must_use]
    pub fn of(name: [u8; 16], documents: &[&Document]) -> Self {
        let lang = documents.first().map_or("", |document| &document.lang);
        let mut categories: Vec<String> = documents
            .iter()
            .flat_map(|document| document.categories.iter().cloned())
            .collect();
        categories.sort_unstable();
        categories.dedup();
        let table = table::table(documents);
        let fold = Fold::with(table.clone());
        let mut analyser = Analyser::new(&fold, lang);
        let mut postings: Vec<Vec<(u32, [u8; FIELDS])>> = Vec::new();
        let mut taken = Vec::with_capacity(documents.len());
        for (document, number) in documents.iter().zip(0u32..) {
            let parts = analyser.document(document);
            postings.resize_with(analyser.terms.len(), Vec::new);
            let labels = parts.labels.into_iter().map(|label| (label, [0; FIELDS]));
            for (term, counts) in parts.counts.into_iter().chain(labels) {
                postings[term as usize].push((number, counts));
            }
            taken.push(Taken {
                record: record(document, &categories),
                lengths: parts.lengths,
            });
        }
        let mut parts: Vec<Vec<usize>> = vec![Vec::new(); PARTS];
        for (number, (term, _)) in analyser.terms.iter().enumerate() {
            parts[part(term)].push(number);
        }
        let mut terms = Vec::new();
        let ends = parts
            .into_iter()
            .map(|mut part| {
                part.sort_unstable_by_key(|number| &analyser.terms[*number].0);
                for number in part {
                    let (text, surfaces) = &analyser.terms[number];
                    put_term(&mut terms, text, surfaces.clone(), &postings[number]);
                }
                terms.len()
            })
            .collect();
        Self {
            name,
            lang: lang.to_owned(),
            categories,
            documents: taken,
            fold: table,
            ends,
            terms,
        }
    }

    /// How many documents it has.
    pub(super) fn len(&self) -> u32 {
        self.documents.len() as u32
    }

    /// To be kept, and read again by this very program.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.terms.len() + self.terms.len() / 4);
        put_text(&mut out, &self.lang);
        put_number(&mut out, self.categories.len() as u32);
        for category in &self.categories {
            put_text(&mut out, category);
        }
        put_number(&mut out, self.documents.len() as u32);
        for Taken { record, lengths } in &self.documents {
            put_text(&mut out, &record.id);
            put_text(&mut out, &record.title);
            put_number(&mut out, u32::from(record.day.is_some()));
            put_number(&mut out, unsigned(record.day.unwrap_or(0)));
            put_number(&mut out, record.categories.len() as u32);
            for category in &record.categories {
                put_number(&mut out, *category);
            }
            put_number(&mut out, record.tags.len() as u32);
            for tag in &record.tags {
                put_text(&mut out, tag);
            }
            for length in lengths {
                put_number(&mut out, *length);
            }
        }
        put_number(&mut out, self.fold.len() as u32);
        for (from, to) in &self.fold {
            put_number(&mut out, u32::from(*from));
            put_text(&mut out, to);
        }
        for end in &self.ends {
            put_number(&mut out, *end as u32);
        }
        out.extend_from_slice(&self.terms);
        out
    }

    /// What [`Batch::bytes`] gave, of the batch of this name; that the bytes are whole is the caller's to know.
    /// `None` if they are no batch.
    #[must_use]
    pub fn read(name: [u8; 16], bytes: &[u8]) -> Option<Self> {
        let mut bytes = Bytes::new(bytes);
        let lang = bytes.text()?.to_owned();
        let mut categories = Vec::new();
        for _ in 0..bytes.count()? {
            categories.push(bytes.text()?.to_owned());
        }
        let mut documents = Vec::new();
        for _ in 0..bytes.count()? {
            let (id, title) = (bytes.text()?.to_owned(), bytes.text()?.to_owned());
            let (dated, day) = (bytes.number()? == 1, signed(bytes.number()?));
            let mut record = Record {
                id,
                title,
                day: dated.then_some(day),
                categories: Vec::new(),
                tags: Vec::new(),
            };
            for _ in 0..bytes.count()? {
                record.categories.push(bytes.number()?);
            }
            for _ in 0..bytes.count()? {
                record.tags.push(bytes.text()?.to_owned());
            }
            let mut lengths = [0; FIELDS];
            for length in &mut lengths {
                *length = bytes.number()?;
            }
            documents.push(Taken { record, lengths });
        }
        let mut fold = Vec::new();
        for _ in 0..bytes.count()? {
            fold.push((char::from_u32(bytes.number()?)?, bytes.text()?.into()));
        }
        let mut ends = Vec::with_capacity(PARTS);
        for _ in 0..PARTS {
            ends.push(bytes.number()? as usize);
        }
        let terms = bytes.rest().to_vec();
        (ends.is_sorted() && ends.last() == Some(&terms.len())).then_some(Self {
            name,
            lang,
            categories,
            documents,
            fold,
            ends,
            terms,
        })
    }

    /// The terms of a part, in order.
    pub(super) fn terms(&self, part: usize) -> impl Iterator<Item = Term<'_>> {
        let start = part.checked_sub(1).map_or(0, |before| self.ends[before]);
        let mut bytes = Bytes::new(&self.terms[start..self.ends[part]]);
        std::iter::from_fn(move || {
            if bytes.rest().is_empty() {
                return None;
            }
            let text = bytes.text()?;
            let count = bytes.number()?;
            let surfaces = (0..count)
                .map(|_| bytes.text())
                .collect::<Option<Vec<_>>>()?;
            let length = bytes.number()? as usize;
            let postings = Bytes::new(bytes.take(length)?);
            Some(Term {
                text,
                surfaces,
                postings,
            })
        })
    }
}

impl Term<'_> {
    /// Documents by their places in the batch, ascending, each with the term's occurrences by field: none for
    /// a label.
    pub(super) fn postings(&self) -> impl Iterator<Item = (u32, [u8; FIELDS])> {
        let mut bytes = self.postings;
        let mut next = 0u32;
        std::iter::from_fn(move || {
            let document = next.checked_add(bytes.number()?)?;
            next = document.checked_add(1)?;
            let mut counts = [0; FIELDS];
            let first = bytes.byte()?;
            if first & FIELD_BITS == 0 {
                counts[FIELDS - 1] = first;
            } else {
                for (field, count) in counts.iter_mut().enumerate() {
                    if first >> field & 1 == 1 {
                        *count = bytes.byte()?;
                    }
                }
            }
            Some((document, counts))
        })
    }
}

fn record(document: &Document, categories: &[String]) -> Record {
    Record {
        id: document.id.clone(),
        title: document.title.clone(),
        day: day(&document.date),
        categories: document
            .categories
            .iter()
            .filter_map(|name| categories.binary_search(name).ok())
            .map(|at| at as u32)
            .collect(),
        tags: document.tags.clone(),
    }
}

fn put_term(
    out: &mut Vec<u8>,
    text: &str,
    mut surfaces: Vec<Box<str>>,
    postings: &[(u32, [u8; FIELDS])],
) {
    put_text(out, text);
    surfaces.sort_unstable();
    put_number(out, surfaces.len() as u32);
    for surface in &surfaces {
        put_text(out, surface);
    }
    let mut list = Vec::with_capacity(postings.len() * 2);
    let mut next = 0;
    for (document, counts) in postings {
        put_number(&mut list, document - next);
        next = document + 1;
        let body = counts[FIELDS - 1];
        let bits = counts
            .iter()
            .enumerate()
            .filter(|(_, count)| **count > 0)
            .fold(0u8, |bits, (field, _)| bits | 1 << field);
        if bits == 1 << (FIELDS - 1) && body & FIELD_BITS == 0 {
            list.push(body);
        } else {
            list.push(FIELD_BITS | bits);
            list.extend(counts.iter().filter(|count| **count > 0));
        }
    }
    put_number(out, list.len() as u32);
    out.extend_from_slice(&list);
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    fn document(title: &str, body: &str) -> Document {
        Document {
            id: "a".into(),
            lang: "fr".into(),
            title: title.into(),
            body: body.into(),
            categories: vec!["mer".into(), "eau".into()],
            tags: vec!["Été".into()],
            date: "2024-05-17".into(),
            ..Document::default()
        }
    }

    #[test]
    fn a_batch_that_was_kept_is_the_one_that_was_made() {
        let often = "vague ".repeat(300);
        let documents = [
            document("La vague", &often),
            document("ﬁn", "une mer, des mers"),
        ];
        let made = Batch::of([7; 16], &documents.each_ref());
        let read = Batch::read([7; 16], &made.bytes()).expect("reads");
        assert_eq!(read.bytes(), made.bytes());
        let mut found: HashMap<String, Vec<(u32, [u8; FIELDS])>> = HashMap::new();
        for part in 0..PARTS {
            for term in read.terms(part) {
                found.insert(term.text.to_owned(), term.postings().collect());
            }
        }
        assert_eq!(found["vagu"], [(0, [1, 0, 0, 0, 255])]);
        assert_eq!(found["mer"], [(1, [0, 0, 0, 0, 2])]);
        assert_eq!(found["\u{1}mer"], [(0, [0; FIELDS]), (1, [0; FIELDS])]);
        assert_eq!(read.fold, [('ﬁ', "fi".into())]);
    }

    proptest! {
        #[test]
        fn no_bytes_make_a_batch_that_panics(bytes in prop::collection::vec(any::<u8>(), 0..300), at in any::<prop::sample::Index>()) {
            let mut damaged = Batch::of([0; 16], &[&document("Un", "deux trois")]).bytes();
            let at = at.index(damaged.len());
            damaged.splice(at.., bytes.iter().copied());
            for bytes in [damaged, bytes] {
                if let Some(batch) = Batch::read([0; 16], &bytes) {
                    for part in 0..PARTS {
                        for term in batch.terms(part) {
                            term.postings().count();
                        }
                    }
                }
            }
        }
    }
}
