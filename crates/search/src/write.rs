//! Making an index: in parallel, in parts that can be kept, and the same bytes for the same documents.
//!
//! Entry points: [`index`] (from documents); [`batches`], [`Batch`] and [`join`] for who keeps what was made of
//! earlier ones. It must never depend on the order in which documents are given, on a clock or on chance, nor
//! on what was kept: that saves time, and changes no byte.

mod analyser;
mod batch;
mod dictionary;
mod lists;
mod order;
mod table;

use std::collections::BTreeMap;

use rayon::prelude::*;
use sha2::{Digest as _, Sha256};

use crate::Document;
use crate::analyse::FIELDS;
use crate::format::records;
use crate::format::root::{DAYS, Language, Root};
use crate::format::{Digest, name};

pub use batch::Batch;
pub use order::{Place, batches};

/// A block of records has about so many bytes: ten results come from as many blocks, and each is 16 bytes of
/// the root. Of a large archive, whose root they would fill, it has this share of the square root of all their bytes.
const RECORDS: (usize, f64) = (1000, 0.6);

/// The usual lengths of fields have so many binary digits that count. Fewer: ranking knows less well which
/// text is long; more: a text that grows changes the usual length sooner, and with it lists of all documents.
const DIGITS: u32 = 5;

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
    let mut digest = [0; 16];
    for (to, from) in digest.iter_mut().zip(Sha256::digest(bytes)) {
        *to = from;
    }
    digest
}

/// A number that follows from a text on every machine (FNV-1a, 64 bits, mixed once more): where lists of texts
/// are cut, so that a cut depends on the text beside it and not on all that came before.
fn mark(text: &str) -> u64 {
    let mut mark = 0xcbf2_9ce4_8422_2325_u64;
    for byte in text.bytes() {
        mark = (mark ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    (mark ^ (mark >> 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20
}

/// Makes the index of documents. Of two with the same `id` and `lang` the first counts.
#[must_use]
pub fn index(documents: &[Document]) -> Index {
    let places: Vec<Place<'_>> = documents.iter().map(Place::of).collect();
    let made: Vec<Batch> = batches(&places)
        .par_iter()
        .enumerate()
        .map(|(number, batch)| {
            let documents: Vec<&Document> = batch.iter().map(|at| &documents[*at]).collect();
            Batch::of((number as u128).to_le_bytes(), &documents)
        })
        .collect();
    join(&made, None).0
}

/// Makes the index of batches, all of those that [`batches`] named and in that order; and what makes the next
/// index sooner, if it is handed back as `before` (in bytes; unless they are as this program gave them, the
/// index may be wrong). Only lists of terms whose documents changed are then made again.
#[must_use]
pub fn join(batches: &[Batch], before: Option<&[u8]>) -> (Index, Vec<u8>) {
    let languages = languages(batches);
    let mut fold = BTreeMap::new();
    for batch in batches {
        fold.extend(batch.fold.iter().cloned());
    }
    let mut root = Root {
        documents: batches.iter().map(Batch::len).sum(),
        languages,
        fold: fold.into_iter().collect(),
        ..Root::default()
    };
    let mut index = Index {
        root: String::new(),
        files: BTreeMap::new(),
    };
    let lists = lists::Lists::new(batches, &root, before);
    dictionary::write(lists.terms(), &mut root, &mut index);
    write_records(batches, &mut root, &mut index);
    root.files = index.files.len() as u32;
    root.bytes = index.files.values().map(|bytes| bytes.len() as u32).sum();
    let digest = index.put("root", root.write());
    index.root = name("root", &digest);
    (index, lists.memory(batches))
}

fn languages(batches: &[Batch]) -> Vec<Language> {
    let mut first = 0;
    batches
        .chunk_by(|a, b| a.lang == b.lang)
        .map(|part| {
            let documents = || part.iter().flat_map(|batch| &batch.documents);
            let count = documents().count() as u32;
            let mut totals = [0u64; FIELDS];
            for document in documents() {
                for (total, length) in totals.iter_mut().zip(document.lengths) {
                    *total += u64::from(length);
                }
            }
            let language = Language {
                code: part
                    .first()
                    .map_or_else(String::new, |batch| batch.lang.clone()),
                first,
                count,
                usual: totals.map(|total| usual(total, count)),
                days: documents()
                    .step_by(DAYS as usize)
                    .map_while(|document| document.record.day)
                    .collect(),
            };
            first += count;
            language
        })
        .collect()
}

/// The usual length of a field, as the root has it (readers reckon with the same figures) and no closer than
/// [`DIGITS`]: an edit of one document is not to change what all the others are measured against.
fn usual(total: u64, documents: u32) -> f32 {
    let sixteenths = (total as f64 / f64::from(documents) * 16.0).round() as u32;
    let less = (32 - sixteenths.leading_zeros()).saturating_sub(DIGITS);
    let half = (1 << less) >> 1;
    (((sixteenths + half) >> less) << less) as f32 / 16.0
}

fn write_records(batches: &[Batch], root: &mut Root, index: &mut Index) {
    let mut categories: Vec<&str> = batches
        .iter()
        .flat_map(|batch| &batch.categories)
        .map(String::as_str)
        .collect();
    categories.sort_unstable();
    categories.dedup();
    let texts: Vec<Vec<u8>> = batches
        .par_iter()
        .flat_map_iter(|batch| {
            // From places in the batch's list to places in the root's.
            let places: Vec<u32> = batch
                .categories
                .iter()
                .filter_map(|name| categories.binary_search(&name.as_str()).ok())
                .map(|at| at as u32)
                .collect();
            batch.documents.iter().map(move |document| {
                let mut record = document.record.clone();
                record.categories = (record.categories.iter())
                    .filter_map(|at| places.get(*at as usize).copied())
                    .collect();
                let mut text = Vec::new();
                records::put(&mut text, &record);
                text
            })
        })
        .collect();
    root.categories = categories.into_iter().map(str::to_owned).collect();
    let whole: usize = texts.iter().map(Vec::len).sum();
    let usual = (whole / texts.len().max(1)).max(1);
    let block = RECORDS.0.max(((whole as f64).sqrt() * RECORDS.1) as usize);
    root.per_block = (block / usual).clamp(1, 64) as u32;
    root.records = texts
        .chunks(root.per_block as usize)
        .map(|block| index.put("records", block.concat()))
        .collect();
}

/// Whether a folded word is worth completing and correcting.
fn is_word(surface: &str) -> bool {
    surface.chars().count() >= 4 && surface.chars().all(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_length_is_known_to_a_few_hundredths_and_stays_while_a_text_grows_a_little() {
        for length in [1u64, 3, 40, 700, 9000] {
            let found = f64::from(usual(length * 1000, 1000));
            assert!(
                (found / length as f64 - 1.0).abs() < 0.04,
                "{length}: {found}"
            );
        }
        assert_eq!(usual(700_000, 1000), usual(700_200, 1000));
        assert_eq!(usual(0, 3), 0.0);
    }
}
