//! The dictionary and its lists of documents, in files of a size that is worth a request.
//!
//! Entry point: [`write`]. It must never put a list where a question for another word would have to read it,
//! beyond its neighbours in the alphabet.

use std::collections::HashMap;

use rayon::prelude::*;

use super::{Index, is_word, mark};
use crate::format::root::Root;
use crate::format::words::{Ending, ending};
use crate::format::{Digest, postings, put_after, put_number, put_text};
use crate::rank::idf;

/// A list of at most so many bytes stands in the dictionary. 0: each rare word is a request more; large: the
/// dictionary is as large as the lists.
const INLINE: usize = 24;

/// A file of lists has about so many bytes. Small: many requests for the whole index; large: a question reads
/// its words' neighbours.
const SHARD: usize = 3000;

/// A list longer than this many bytes has files of its own.
const ALONE: usize = 2000;

/// The first tier of a list has so many documents, and each further one as many as this. Fewer: the best are
/// less sure to be among them; more: a frequent word costs more.
const TIERS: (usize, usize) = (6_000, 16_000);

/// Lists of more documents than this are coarser the less their term tells.
const COARSE: usize = 250;

/// A block of the dictionary has at least and at most about so many bytes, and between them it ends with one
/// word of so many.
const BLOCK: (usize, usize) = (1300, 3600);
const ENDS: u64 = 24;

/// A dictionary of at most so many bytes is read as a whole to correct a word; a larger one has words from
/// their ends.
const SMALL: usize = 48_000;

/// How many words there are for beginnings that too many words have.
const HEADS: usize = 1000;

/// How many endings the root has, and how many places for them: their numbers are of one byte.
const ENDINGS: usize = 112;
const PLACES: usize = 127;

/// A term's list of documents, encoded.
pub(super) struct List<'l> {
    pub(super) documents: u32,
    /// Each with how many documents it has.
    pub(super) tiers: Vec<(u32, &'l [u8])>,
}

/// A term.
pub(super) struct Entry<'l> {
    pub(super) name: &'l str,
    /// The folded words it was made of, sorted.
    pub(super) surfaces: Vec<&'l str>,
    pub(super) list: List<'l>,
}

/// Writes dictionary and lists of terms in order, and tells the root where they are.
pub(super) fn write(terms: Vec<Entry<'_>>, root: &mut Root, index: &mut Index) {
    let endings = endings(&terms);
    let codes: HashMap<&Ending, u32> = endings
        .iter()
        .zip(1u32..)
        .filter_map(|(ending, code)| Some((ending.as_ref()?, code)))
        .collect();
    let mut words = Vec::new();
    let mut block = Block::default();
    for term in &terms {
        block.put(term, &codes, index);
        if ends(block.size(), term.name) {
            words.extend(std::mem::take(&mut block).finish(index));
        }
    }
    words.extend(block.finish(index));
    root.words = words;
    root.endings = endings
        .into_iter()
        .map(|ending| ending.unwrap_or_else(Ending::none))
        .collect();

    let whole: usize = terms
        .iter()
        .map(|term| term.name.len() / 2 + 3 + term.surfaces.len())
        .sum();
    if whole > SMALL {
        write_tails(&terms, root, index);
    }
    if root.words.len() > 4 {
        write_heads(&terms, root, index);
    }
}

/// Whether a block that has so many bytes ends with a text: where it ends does not depend on where it began,
/// so that what follows a changed block soon is as it was.
fn ends(bytes: usize, text: &str) -> bool {
    bytes >= BLOCK.1 || (bytes >= BLOCK.0 && mark(text).is_multiple_of(ENDS))
}

/// A term's list, with how many documents it has: coarser the less the term tells, since its share of a score
/// is then small.
pub(super) fn list(mut postings: Vec<(u32, u8)>, documents: u32) -> (u32, Vec<(u32, Vec<u8>)>) {
    let count = postings.len() as u32;
    let rarity = idf(count, documents);
    let step = if rarity < 0.5 {
        5
    } else if rarity < 1.2 {
        3
    } else if rarity < 2.5 {
        2
    } else {
        1
    };
    if step > 1 && postings.len() > COARSE {
        for (_, level) in &mut postings {
            *level = ((*level - 1) / step * step + step / 2 + 1).min(postings::LEVELS);
        }
    }
    postings.sort_unstable_by_key(|(document, level)| (std::cmp::Reverse(*level), *document));
    let mut tiers = Vec::new();
    if postings.len() <= TIERS.0 * 2 {
        tiers.push((count, postings::encode(&postings, documents)));
    } else {
        let (first, rest) = postings.split_at(TIERS.0);
        for tier in std::iter::once(first).chain(rest.chunks(TIERS.1)) {
            tiers.push((tier.len() as u32, postings::encode(tier, documents)));
        }
    }
    (count, tiers)
}

/// The most frequent endings in the root's list, each at a place that follows from itself, as far as others leave it: a new word
/// is not to move endings, whose places stand all over the dictionary.
fn endings(terms: &[Entry<'_>]) -> Vec<Option<Ending>> {
    let mut counts: HashMap<Ending, u32> = HashMap::new();
    for term in terms.iter().filter(|term| !plain(term)) {
        for surface in &term.surfaces {
            *counts.entry(ending(term.name, surface)).or_default() += 1;
        }
    }
    let mut counts: Vec<(Ending, u32)> =
        counts.into_iter().filter(|(_, count)| *count > 2).collect();
    counts.sort_unstable_by(|a, b| about(b.1).cmp(&about(a.1)).then_with(|| a.0.cmp(&b.0)));
    counts.truncate(ENDINGS);
    let places = counts.len().next_power_of_two().min(PLACES);
    let mut endings = vec![None; places];
    for (ending, _) in counts {
        let wanted = mark(&format!("{} {}", ending.cut, ending.text)) as usize;
        let free = (0..places)
            .map(|step| (wanted + step) % places)
            .find(|at| endings[*at].is_none());
        if let Some(at) = free {
            endings[at] = Some(ending);
        }
    }
    endings
}

/// A count to three binary digits: orders by it stay when a count changes a little.
fn about(count: u32) -> u32 {
    let less = (32 - count.leading_zeros()).saturating_sub(3);
    count >> less << less
}

/// Whether a term stands for itself alone.
fn plain(term: &Entry<'_>) -> bool {
    match *term.surfaces {
        [] => true,
        [only] => only == term.name,
        _ => false,
    }
}

#[derive(Default)]
struct Block {
    first: Box<str>,
    last: Box<str>,
    count: u32,
    /// The terms themselves; what is known of each; short lists: like beside like is sent with fewer bytes.
    terms: Vec<u8>,
    facts: Vec<u8>,
    short: Vec<u8>,
    digests: Vec<Digest>,
    /// Lists that will be a file: the current one.
    shard: Vec<u8>,
    /// Where in `digests` that file's digest belongs.
    waiting: Option<usize>,
}

impl Block {
    fn size(&self) -> usize {
        self.terms.len() + self.facts.len() + self.short.len() + self.digests.len() * 16
    }

    fn put(&mut self, term: &Entry<'_>, codes: &HashMap<&Ending, u32>, index: &mut Index) {
        let Entry {
            name,
            surfaces,
            list,
        } = term;
        if self.count == 0 {
            self.first = (*name).into();
        }
        put_after(&mut self.terms, self.last.as_bytes(), name.as_bytes());
        self.last = (*name).into();
        self.count += 1;
        if plain(term) {
            put_number(&mut self.facts, 0);
        } else {
            put_number(&mut self.facts, surfaces.len() as u32);
            for surface in surfaces {
                let ending = ending(name, surface);
                let code = codes.get(&ending).copied().unwrap_or(0);
                put_number(&mut self.facts, code);
                if code == 0 {
                    put_number(&mut self.facts, ending.cut);
                    put_text(&mut self.facts, &ending.text);
                }
            }
        }
        let tag = |kind: u32| list.documents << 2 | kind;
        match &*list.tiers {
            [(_, bytes)] if bytes.len() <= INLINE => {
                put_number(&mut self.facts, tag(0));
                self.short.extend_from_slice(bytes);
            }
            [(_, bytes)] if bytes.len() <= ALONE => {
                let next = self.waiting.is_none() || self.shard.len() + bytes.len() > SHARD;
                if next {
                    self.close(index);
                    self.waiting = Some(self.digests.len());
                    self.digests.push([0; 16]);
                }
                put_number(&mut self.facts, tag(if next { 2 } else { 1 }));
                put_number(&mut self.facts, bytes.len() as u32);
                self.shard.extend_from_slice(bytes);
            }
            tiers => {
                // Files are counted in the order of the list: the shared one ends here.
                self.close(index);
                put_number(&mut self.facts, tag(3));
                put_number(&mut self.facts, tiers.len() as u32);
                for (count, bytes) in tiers {
                    put_number(&mut self.facts, *count);
                    let digest = index.put("lists", bytes.to_vec());
                    self.digests.push(digest);
                }
            }
        }
    }

    /// Writes the file that is being filled.
    fn close(&mut self, index: &mut Index) {
        if let Some(at) = self.waiting.take() {
            self.digests[at] = index.put("lists", std::mem::take(&mut self.shard));
        }
    }

    /// Its first term and its digest; `None` of an empty one.
    fn finish(mut self, index: &mut Index) -> Option<(Box<str>, Digest)> {
        if self.count == 0 {
            return None;
        }
        self.close(index);
        let mut bytes = Vec::new();
        put_number(&mut bytes, self.digests.len() as u32);
        for digest in &self.digests {
            bytes.extend_from_slice(digest);
        }
        put_number(&mut bytes, self.count);
        put_number(&mut bytes, self.terms.len() as u32);
        put_number(&mut bytes, self.facts.len() as u32);
        for part in [self.terms, self.facts, self.short] {
            bytes.extend_from_slice(&part);
        }
        let digest = index.put("words", bytes);
        Some((self.first, digest))
    }
}

/// Words from their ends: a word whose beginning is misspelt is found by its end.
fn write_tails(terms: &[Entry<'_>], root: &mut Root, index: &mut Index) {
    let mut reversed: Vec<String> = terms
        .par_iter()
        .flat_map_iter(|term| &term.surfaces)
        .filter(|surface| is_word(surface))
        .map(|surface| surface.chars().rev().collect())
        .collect();
    reversed.par_sort_unstable();
    reversed.dedup();
    root.tails = list_of_words(&reversed, index, "tails");
}

fn list_of_words(words: &[String], index: &mut Index, kind: &str) -> Vec<(Box<str>, Digest)> {
    let mut blocks = Vec::new();
    let mut bytes = Vec::new();
    let (mut first, mut last) = ("", "");
    for word in words {
        if bytes.is_empty() {
            (first, last) = (word, "");
        }
        put_after(&mut bytes, last.as_bytes(), word.as_bytes());
        last = word;
        if ends(bytes.len(), word) {
            blocks.push((first.into(), index.put(kind, std::mem::take(&mut bytes))));
        }
    }
    if !bytes.is_empty() {
        blocks.push((first.into(), index.put(kind, bytes)));
    }
    blocks
}

/// The words that most documents have, without those that most of all documents have.
fn write_heads(terms: &[Entry<'_>], root: &mut Root, index: &mut Index) {
    let most = root.documents / 3;
    let mut frequent: Vec<(u32, &str)> = terms
        .iter()
        .filter(|term| (2..=most).contains(&term.list.documents))
        .filter_map(|term| {
            // The shortest form stands for all of them.
            let shortest = term
                .surfaces
                .iter()
                .filter(|surface| is_word(surface))
                .min_by_key(|surface| surface.len())?;
            // Not more exactly, so that an edit seldom changes the order.
            Some((about(term.list.documents), *shortest))
        })
        .collect();
    frequent.par_sort_unstable_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    frequent.truncate(HEADS);
    // With its place in the order of frequency, so that the most frequent are known.
    let mut words: Vec<(&str, u32)> = frequent
        .into_iter()
        .map(|(_, word)| word)
        .zip(0u32..)
        .collect();
    words.sort_unstable();
    let mut bytes = Vec::new();
    let mut last = "";
    for (word, place) in words {
        put_after(&mut bytes, last.as_bytes(), word.as_bytes());
        put_number(&mut bytes, place);
        last = word;
    }
    root.heads = Some(index.put("heads", bytes));
}
