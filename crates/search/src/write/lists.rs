//! Every term's list of documents, of all batches; made again only where documents of a term changed.
//!
//! Entry point: [`Lists::new`]. Terms are in parts ([`PARTS`]), and the lists of a part are a function of what its
//! key is the digest of. It must never take a list from memory whose key is another.

use std::collections::HashMap;

use rayon::prelude::*;
use sha2::{Digest as _, Sha256};

use super::batch::{Batch, PARTS, Term};
use super::dictionary::{Entry, List, list};
use super::digest;
use crate::analyse::FIELDS;
use crate::format::postings::level;
use crate::format::root::Root;
use crate::format::{Bytes, Digest, put_number, put_text};
use crate::rank::impact;

/// The digest of one part of one batch: terms, words, documents and their levels.
type PartDigest = [u8; 8];

/// A batch's place in an index.
struct Placed<'b> {
    batch: &'b Batch,
    /// Its first document's number.
    first: u32,
    /// The usual lengths of fields in its language.
    usual: [f32; FIELDS],
    /// By part.
    digests: Vec<PartDigest>,
}

/// The lists of a part, as bytes, and what they were made from.
struct Part {
    key: Digest,
    bytes: Vec<u8>,
}

/// See the module.
pub(super) struct Lists {
    /// By batch.
    digests: Vec<Vec<PartDigest>>,
    usual: Vec<[f32; FIELDS]>,
    parts: Vec<Part>,
}

impl Lists {
    pub(super) fn new(batches: &[Batch], root: &Root, before: Option<&[u8]>) -> Self {
        let before = before.and_then(Memory::read).unwrap_or_default();
        let mut first = 0;
        let mut places: Vec<(&Batch, u32, [f32; FIELDS])> = Vec::with_capacity(batches.len());
        for batch in batches {
            let language = root
                .languages
                .iter()
                .rfind(|language| language.first <= first);
            let usual = language.map_or([0.0; FIELDS], |language| language.usual);
            places.push((batch, first, usual));
            first += batch.len();
        }
        let placed: Vec<Placed<'_>> = places
            .into_par_iter()
            .map(|(batch, first, usual)| {
                let known = before.batches.get(&(batch.name, sixteenths(&usual)));
                let digests = match known {
                    Some(digests) => digests
                        .chunks_exact(8)
                        .filter_map(|d| d.try_into().ok())
                        .collect(),
                    None => (0..PARTS)
                        .map(|part| part_digest(batch, part, &usual))
                        .collect(),
                };
                Placed {
                    batch,
                    first,
                    usual,
                    digests,
                }
            })
            .collect();
        let parts = (0..PARTS)
            .into_par_iter()
            .map(|part| {
                let key = key(&placed, part, root.documents);
                let known = before.parts.get(&key).map(|bytes| bytes.to_vec());
                let bytes = known.unwrap_or_else(|| lists(&placed, part, root.documents));
                Part { key, bytes }
            })
            .collect();
        let (digests, usual) = placed
            .into_iter()
            .map(|placed| (placed.digests, placed.usual))
            .unzip();
        Self {
            digests,
            usual,
            parts,
        }
    }

    /// Every term, in order.
    pub(super) fn terms(&self) -> Vec<Entry<'_>> {
        let mut terms: Vec<Entry<'_>> = self
            .parts
            .par_iter()
            .flat_map_iter(|part| entries(&part.bytes))
            .collect();
        terms.par_sort_unstable_by_key(|term| term.name);
        terms
    }

    /// What [`Lists::new`] takes as `before`, the batches being those that it was made from.
    pub(super) fn memory(&self, batches: &[Batch]) -> Vec<u8> {
        let lists: usize = self.parts.iter().map(|part| part.bytes.len() + 24).sum();
        let mut out = Vec::with_capacity(lists + batches.len() * (PARTS * 8 + 64));
        put_number(&mut out, batches.len() as u32);
        for ((batch, digests), usual) in batches.iter().zip(&self.digests).zip(&self.usual) {
            out.extend_from_slice(&batch.name);
            for usual in sixteenths(usual) {
                put_number(&mut out, usual);
            }
            out.extend(digests.iter().flatten());
        }
        for part in &self.parts {
            out.extend_from_slice(&part.key);
            put_number(&mut out, part.bytes.len() as u32);
            out.extend_from_slice(&part.bytes);
        }
        out
    }
}

/// What was made of earlier batches.
#[derive(Default)]
struct Memory<'m> {
    /// The digests of a batch's parts, by its name and its language's usual lengths.
    batches: HashMap<([u8; 16], [u32; FIELDS]), &'m [u8]>,
    /// Lists by key.
    parts: HashMap<Digest, &'m [u8]>,
}

impl<'m> Memory<'m> {
    fn read(bytes: &'m [u8]) -> Option<Self> {
        let mut bytes = Bytes::new(bytes);
        let mut memory = Self::default();
        for _ in 0..bytes.count()? {
            let name = bytes.digest()?;
            let mut usual = [0; FIELDS];
            for usual in &mut usual {
                *usual = bytes.number()?;
            }
            let digests = bytes.take(PARTS * 8)?;
            memory.batches.insert((name, usual), digests);
        }
        for _ in 0..PARTS {
            let key = bytes.digest()?;
            let length = bytes.number()? as usize;
            memory.parts.insert(key, bytes.take(length)?);
        }
        bytes.rest().is_empty().then_some(memory)
    }
}

/// As the root has them; these are whole numbers.
fn sixteenths(usual: &[f32; FIELDS]) -> [u32; FIELDS] {
    usual.map(|usual| (usual * 16.0).round() as u32)
}

/// How much a term matters in each of its documents, which are numbered within the batch.
fn levels<'b>(
    term: &Term<'b>,
    batch: &'b Batch,
    usual: &'b [f32; FIELDS],
) -> impl Iterator<Item = (u32, u8)> + use<'b> {
    let postings: Vec<_> = term.postings().collect();
    postings.into_iter().filter_map(move |(document, counts)| {
        let lengths = &batch.documents.get(document as usize)?.lengths;
        // A label stands in no field, and has the lowest level.
        Some((document, level(impact(&counts, lengths, usual))))
    })
}

fn part_digest(batch: &Batch, part: usize, usual: &[f32; FIELDS]) -> PartDigest {
    let mut text = Vec::new();
    for term in batch.terms(part) {
        put_text(&mut text, term.text);
        put_number(&mut text, term.surfaces.len() as u32);
        for surface in &term.surfaces {
            put_text(&mut text, surface);
        }
        for (document, level) in levels(&term, batch, usual) {
            // No level is 0: that ends a list.
            text.push(level);
            put_number(&mut text, document);
        }
        text.push(0);
    }
    let digest = digest(&text);
    std::array::from_fn(|at| digest[at])
}

/// Everything that the lists of a part are made from.
fn key(batches: &[Placed<'_>], part: usize, documents: u32) -> Digest {
    let mut hash = Sha256::new();
    hash.update((part as u32).to_le_bytes());
    hash.update(documents.to_le_bytes());
    for placed in batches {
        hash.update(placed.first.to_le_bytes());
        hash.update(placed.digests.get(part).copied().unwrap_or_default());
    }
    let hash = hash.finalize();
    std::array::from_fn(|at| hash[at])
}

/// The lists of a part, made.
fn lists(batches: &[Placed<'_>], part: usize, documents: u32) -> Vec<u8> {
    struct Gathered<'b> {
        surfaces: Vec<&'b str>,
        postings: Vec<(u32, u8)>,
    }
    let mut gathered: HashMap<&str, Gathered<'_>> = HashMap::new();
    for placed in batches {
        for term in placed.batch.terms(part) {
            let known = gathered.entry(term.text).or_insert_with(|| Gathered {
                surfaces: Vec::new(),
                postings: Vec::new(),
            });
            for surface in &term.surfaces {
                if let Err(at) = known.surfaces.binary_search(surface) {
                    known.surfaces.insert(at, surface);
                }
            }
            let levels = levels(&term, placed.batch, &placed.usual);
            known
                .postings
                .extend(levels.map(|(document, level)| (placed.first + document, level)));
        }
    }
    let mut out = Vec::new();
    for (text, Gathered { surfaces, postings }) in sorted(gathered) {
        put_text(&mut out, text);
        put_number(&mut out, surfaces.len() as u32);
        for surface in surfaces {
            put_text(&mut out, surface);
        }
        let (count, tiers) = list(postings, documents);
        put_number(&mut out, count);
        put_number(&mut out, tiers.len() as u32);
        for (count, bytes) in tiers {
            put_number(&mut out, count);
            put_number(&mut out, bytes.len() as u32);
            out.extend_from_slice(&bytes);
        }
    }
    out
}

fn sorted<V>(map: HashMap<&str, V>) -> Vec<(&str, V)> {
    let mut list: Vec<(&str, V)> = map.into_iter().collect();
    list.sort_unstable_by_key(|(text, _)| *text);
    list
}

/// What [`lists`] wrote.
fn entries(bytes: &[u8]) -> impl Iterator<Item = Entry<'_>> {
    let mut bytes = Bytes::new(bytes);
    std::iter::from_fn(move || {
        if bytes.rest().is_empty() {
            return None;
        }
        let name = bytes.text()?;
        let count = bytes.number()?;
        let surfaces = (0..count).map(|_| bytes.text()).collect::<Option<_>>()?;
        let documents = bytes.number()?;
        let count = bytes.number()?;
        let tiers = (0..count)
            .map(|_| {
                let count = bytes.number()?;
                let length = bytes.number()? as usize;
                Some((count, bytes.take(length)?))
            })
            .collect::<Option<_>>()?;
        Some(Entry {
            name,
            surfaces,
            list: List { documents, tiers },
        })
    })
}
