//! Blocks of the dictionary: terms in order, the words they were made of, and where their documents are.
//!
//! Entry point: [`Block::terms`]. Short lists of documents are in the block itself, so that a rare word costs
//! no other file. It must never be asked for terms of another block.

use super::postings::decode;
use super::{Bytes, Digest};

/// A block as it came.
#[derive(Clone, Copy)]
pub(crate) struct Block<'b> {
    shards: &'b [u8],
    terms: Bytes<'b>,
    facts: Bytes<'b>,
    short: Bytes<'b>,
    count: usize,
    documents: u32,
}

/// One term.
pub(crate) struct Term<'b> {
    /// How many documents have it.
    pub(crate) documents: u32,
    pub(crate) place: Place<'b>,
    /// Undecoded; see [`surfaces`].
    endings: Bytes<'b>,
}

/// Where a term's documents are.
#[derive(Clone, Debug)]
pub(crate) enum Place<'b> {
    /// Here.
    Inline(&'b [u8]),
    /// Within a file.
    Shard(Digest, usize, usize),
    /// In files of their own, the best first, each with how many documents it has.
    Tiers(Vec<(Digest, u32)>),
}

/// What a word ends with, where its term ends: bytes of the term left out, and what comes instead.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Ending {
    pub(crate) cut: u32,
    pub(crate) text: Box<str>,
}

impl<'b> Block<'b> {
    pub(crate) fn read(bytes: &'b [u8], documents: u32) -> Option<Self> {
        let mut bytes = Bytes::new(bytes);
        let shards = bytes.count()?;
        let shards = bytes.take(shards.checked_mul(16)?)?;
        let count = bytes.count()?;
        let (terms, facts) = (bytes.count()?, bytes.count()?);
        Some(Self {
            shards,
            terms: Bytes::new(bytes.take(terms)?),
            facts: Bytes::new(bytes.take(facts)?),
            short: bytes,
            count,
            documents,
        })
    }

    /// The files of lists that the block names.
    pub(crate) fn lists(&self) -> impl Iterator<Item = &'b Digest> {
        self.shards.as_chunks().0.iter()
    }

    /// Calls `each` with the terms in order until it says to stop. `None` if the block is damaged.
    pub(crate) fn terms(&self, each: &mut dyn FnMut(&str, Term<'b>) -> bool) -> Option<()> {
        let (mut terms, mut bytes, mut short) = (self.terms, self.facts, self.short);
        let mut term = Vec::new();
        // Files are used in the order of the list; `offset` is where the next list begins in the last one.
        let (mut used, mut offset) = (0usize, 0usize);
        let digest = |at: usize| -> Option<Digest> {
            self.shards
                .get(at.checked_mul(16)?..)?
                .get(..16)?
                .try_into()
                .ok()
        };
        for _ in 0..self.count {
            terms.after(&mut term)?;
            let endings = bytes;
            let count = bytes.number()? as usize;
            for _ in 0..count {
                if bytes.number()? == 0 {
                    bytes.number()?;
                    bytes.text()?;
                }
            }
            let tag = bytes.number()?;
            let documents = tag >> 2;
            let place = match tag & 3 {
                0 => {
                    let taken = decode(short.rest(), documents, self.documents, &mut |_, _| {})?;
                    Place::Inline(short.take(taken)?)
                }
                3 => {
                    let count = bytes.count()?;
                    let mut tiers = Vec::with_capacity(count.min(64));
                    for _ in 0..count {
                        tiers.push((digest(used)?, bytes.number()?));
                        used += 1;
                    }
                    Place::Tiers(tiers)
                }
                kind => {
                    if kind == 2 {
                        used += 1;
                        offset = 0;
                    }
                    let length = bytes.number()? as usize;
                    let place = Place::Shard(digest(used.checked_sub(1)?)?, offset, length);
                    offset = offset.checked_add(length)?;
                    place
                }
            };
            if !each(
                std::str::from_utf8(&term).ok()?,
                Term {
                    documents,
                    place,
                    endings,
                },
            ) {
                return Some(());
            }
        }
        Some(())
    }
}

impl Term<'_> {
    /// Calls `each` with the folded words that the term was made of; without any it stands for itself.
    pub(crate) fn surfaces(
        &self,
        term: &str,
        endings: &[Ending],
        each: &mut dyn FnMut(&str),
    ) -> Option<()> {
        let mut bytes = self.endings;
        let count = bytes.number()?;
        if count == 0 {
            each(term);
            return Some(());
        }
        let mut word = String::with_capacity(term.len() + 8);
        for _ in 0..count {
            let (cut, text) = match bytes.number()? {
                0 => (bytes.number()?, bytes.text()?),
                code => {
                    let ending = endings.get(code as usize - 1)?;
                    (ending.cut, &*ending.text)
                }
            };
            word.clear();
            word.push_str(term.get(..term.len().checked_sub(cut as usize)?)?);
            word.push_str(text);
            each(&word);
        }
        Some(())
    }
}

#[cfg(feature = "write")]
impl Ending {
    /// What stands at a place that no ending has: harmless, since no word names it.
    pub(crate) fn none() -> Self {
        Self {
            cut: 0,
            text: Box::default(),
        }
    }
}

/// The ending by which a word is made from its term.
#[cfg(feature = "write")]
pub(crate) fn ending(term: &str, word: &str) -> Ending {
    let mut shared = term
        .bytes()
        .zip(word.bytes())
        .take_while(|(a, b)| a == b)
        .count();
    while !(term.is_char_boundary(shared) && word.is_char_boundary(shared)) {
        shared -= 1;
    }
    Ending {
        cut: (term.len() - shared) as u32,
        text: word[shared..].into(),
    }
}
