//! Making an index: in parallel, and the same bytes for the same documents.
//!
//! Entry point: [`index`]. It must never depend on the order in which documents are given, on a clock or on
//! chance.

mod dictionary;
mod table;

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use crate::Document;
use crate::analyse::{Analyser, FIELDS, Number};
use crate::fold::Fold;
use crate::format::postings;
use crate::format::records::{self, Record};
use crate::format::root::{DAYS, Language, Root};
use crate::format::{Digest, name};
use crate::query::day;
use crate::rank::impact;

/// A block of records has about so many bytes: ten results come from as many blocks, and each is 16 bytes of
/// the root.
const RECORDS: usize = 1000;

/// Documents are taken apart in batches of so many, each of one language.
const BATCH: usize = 256;

/// An index: files of one folder.
#[derive(Clone, Debug)]
pub struct Index {
    /// The name of the root among the files: what [`crate::Engine::open`] wants.
    pub root: String,
    /// Names and bytes; every name has the digest of its bytes.
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Index {
    fn put(&mut self, kind: &str, bytes: Vec<u8>) -> Digest {
        let digest = digest(&bytes);
        self.files.insert(name(kind, &digest), bytes);
        digest
    }
}

/// The first 16 bytes of the SHA-256, as names have it in hexadecimal.
fn digest(bytes: &[u8]) -> Digest {
    let hexadecimal = lamplight_model::seal::digest(bytes);
    let mut digest = [0; 16];
    for (byte, pair) in digest.iter_mut().zip(hexadecimal.as_bytes().chunks(2)) {
        let value = |c: u8| char::from(c).to_digit(16).unwrap_or(0) as u8;
        *byte = pair.iter().fold(0, |byte, c| byte << 4 | value(*c));
    }
    digest
}

/// A document's terms, by their numbers in its batch.
struct Counted {
    terms: Vec<(Number, [u8; FIELDS])>,
    labels: Vec<Number>,
    lengths: [u32; FIELDS],
}

/// Documents that were taken apart together.
struct Batch {
    /// The first document's number.
    first: u32,
    terms: Vec<(Box<str>, Vec<Box<str>>)>,
    documents: Vec<Counted>,
}

/// Every term of the index with the folded words it was made of, and its documents with their levels.
pub(crate) struct Terms {
    /// In order.
    pub(crate) names: Vec<(Box<str>, Vec<Box<str>>)>,
    pub(crate) postings: Vec<Vec<(u32, u8)>>,
}

/// Makes the index of documents. Of two with the same `id` and `lang` the first counts.
#[must_use]
pub fn index(documents: &[Document]) -> Index {
    let documents = order(documents);
    let fold_table = table::table(&documents);
    let fold = Fold::with(fold_table.clone());
    let mut root = Root {
        documents: documents.len() as u32,
        fold: fold_table,
        ..Root::default()
    };
    let mut index = Index {
        root: String::new(),
        files: BTreeMap::new(),
    };

    let batches: Vec<Batch> = batches(&documents)
        .into_par_iter()
        .map(|(first, part)| take_apart(&fold, first, part))
        .collect();
    root.languages = languages(&documents, &batches);
    let terms = gather(&batches, &root);
    drop(batches);
    dictionary::write(&terms, &mut root, &mut index);
    write_records(&documents, &mut root, &mut index);
    let digest = index.put("root", root.write());
    index.root = name("root", &digest);
    index
}

/// By language, the one with most documents first; then newest first, undated last; then by id.
fn order(documents: &[Document]) -> Vec<&Document> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let mut seen = std::collections::HashSet::new();
    let mut ordered: Vec<&Document> = documents
        .iter()
        .filter(|document| seen.insert((&*document.id, &*document.lang)))
        .collect();
    for document in &ordered {
        *counts.entry(&document.lang).or_default() += 1;
    }
    ordered.sort_by_cached_key(|document| {
        use std::cmp::Reverse;
        let count = counts.get(&*document.lang).copied().unwrap_or(0);
        (
            Reverse(count),
            document.lang.clone(),
            Reverse(day(&document.date)),
            Reverse(document.date.clone()),
            document.id.clone(),
        )
    });
    ordered
}

fn batches<'d>(documents: &'d [&'d Document]) -> Vec<(u32, &'d [&'d Document])> {
    let mut batches = Vec::new();
    let mut first = 0;
    for language in documents.chunk_by(|a, b| a.lang == b.lang) {
        for batch in language.chunks(BATCH) {
            batches.push((first, batch));
            first += batch.len() as u32;
        }
    }
    batches
}

fn take_apart(fold: &Fold, first: u32, documents: &[&Document]) -> Batch {
    let lang = documents.first().map_or("", |document| &document.lang);
    let mut analyser = Analyser::new(fold, lang);
    let documents = documents
        .iter()
        .map(|document| {
            let parts = analyser.document(document);
            Counted {
                terms: parts.counts,
                labels: parts.labels,
                lengths: parts.lengths,
            }
        })
        .collect();
    Batch {
        first,
        terms: analyser.terms,
        documents,
    }
}

fn languages(documents: &[&Document], batches: &[Batch]) -> Vec<Language> {
    let mut languages = Vec::new();
    let mut first = 0;
    for part in documents.chunk_by(|a, b| a.lang == b.lang) {
        let count = part.len() as u32;
        let mut totals = [0u64; FIELDS];
        for batch in batches
            .iter()
            .filter(|batch| (first..first + count).contains(&batch.first))
        {
            for document in &batch.documents {
                for (total, length) in totals.iter_mut().zip(document.lengths) {
                    *total += u64::from(length);
                }
            }
        }
        languages.push(Language {
            code: part
                .first()
                .map_or_else(String::new, |document| document.lang.clone()),
            first,
            count,
            // As the root has it: readers reckon with the same figures.
            usual: totals
                .map(|total| (total as f64 / f64::from(count) * 16.0).round() as f32 / 16.0),
            days: part
                .iter()
                .step_by(DAYS as usize)
                .map_while(|document| day(&document.date))
                .collect(),
        });
        first += count;
    }
    languages
}

/// Terms of all batches, in order, with their postings in the order of documents.
fn gather(batches: &[Batch], root: &Root) -> Terms {
    let mut numbers: HashMap<&str, u32> = HashMap::new();
    let mut names: Vec<(&str, Vec<&str>)> = Vec::new();
    for batch in batches {
        for (term, surfaces) in &batch.terms {
            let number = *numbers.entry(term).or_insert_with(|| {
                names.push((term, Vec::new()));
                names.len() as u32 - 1
            });
            let known = &mut names[number as usize].1;
            for surface in surfaces {
                if !known.contains(&&**surface) {
                    known.push(surface);
                }
            }
        }
    }
    let mut order: Vec<u32> = (0..names.len() as u32).collect();
    order.par_sort_unstable_by_key(|number| names[*number as usize].0);
    let mut place = vec![0u32; names.len()];
    for (at, number) in order.iter().enumerate() {
        place[*number as usize] = at as u32;
    }
    let mut postings: Vec<Vec<(u32, u8)>> = vec![Vec::new(); names.len()];
    let levelled: Vec<Vec<(u32, u32, u8)>> = batches
        .par_iter()
        .map(|batch| levels(batch, root, &numbers, &place))
        .collect();
    for (at, document, level) in levelled.into_iter().flatten() {
        postings[at as usize].push((document, level));
    }
    let names = order
        .iter()
        .map(|number| {
            let (term, surfaces) = &names[*number as usize];
            let mut surfaces: Vec<Box<str>> =
                surfaces.iter().map(|&surface| surface.into()).collect();
            surfaces.sort_unstable();
            ((*term).into(), surfaces)
        })
        .collect();
    Terms { names, postings }
}

/// A batch's postings: term's place, document, level.
fn levels(
    batch: &Batch,
    root: &Root,
    numbers: &HashMap<&str, u32>,
    place: &[u32],
) -> Vec<(u32, u32, u8)> {
    let places: Vec<u32> = batch
        .terms
        .iter()
        .map(|(term, _)| {
            numbers
                .get(&**term)
                .map_or(0, |number| place[*number as usize])
        })
        .collect();
    let usual = root
        .languages
        .iter()
        .rfind(|language| language.first <= batch.first)
        .map_or([0.0; FIELDS], |language| language.usual);
    let mut out = Vec::new();
    for (document, number) in batch.documents.iter().zip(batch.first..) {
        for (term, counts) in &document.terms {
            let level = postings::level(impact(counts, &document.lengths, &usual));
            out.push((places[*term as usize], number, level));
        }
        for label in &document.labels {
            out.push((places[*label as usize], number, 1));
        }
    }
    out
}

fn write_records(documents: &[&Document], root: &mut Root, index: &mut Index) {
    let mut categories: Vec<&String> = documents
        .iter()
        .flat_map(|document| &document.categories)
        .collect();
    categories.sort_unstable();
    categories.dedup();
    let texts: Vec<Vec<u8>> = documents
        .par_iter()
        .map(|document| {
            let record = Record {
                id: document.id.clone(),
                title: document.title.clone(),
                day: day(&document.date),
                categories: document
                    .categories
                    .iter()
                    .filter_map(|name| categories.binary_search(&name).ok())
                    .map(|at| at as u32)
                    .collect(),
                tags: document.tags.clone(),
            };
            let mut text = Vec::new();
            records::put(&mut text, &record);
            text
        })
        .collect();
    root.categories = categories.into_iter().cloned().collect();
    let whole: usize = texts.iter().map(Vec::len).sum();
    let usual = (whole / texts.len().max(1)).max(1);
    root.per_block = (RECORDS / usual).clamp(1, 64) as u32;
    root.records = texts
        .chunks(root.per_block as usize)
        .map(|block| index.put("records", block.concat()))
        .collect();
}

/// Whether a folded word is worth completing and correcting.
fn is_word(surface: &str) -> bool {
    surface.chars().count() >= 4 && surface.chars().all(char::is_alphanumeric)
}
