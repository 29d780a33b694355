//! From a misspelt word of a question to the words that may be meant.
//!
//! Entry points: [`Engine::correct`] for words that are not known, [`Engine::slip`] for those that hardly are. It must
//! never read more than a few files for a word.

use super::lookup::{Alternative, Group, Wanted};
use super::{Asked, Engine, Io};
use crate::analyse::TAG;
use crate::format::{Bytes, Digest};
use crate::near::{Typed, allowed};
use crate::rank::{ONE_EDIT, SLIP, TWO_EDITS, idf};
use crate::sort::{best, sort};

/// A word is looked for among those that begin (or end) with so many letters of it, in so many blocks at most.
const SAME: usize = 3;
const NEAR_BLOCKS: usize = 4;

/// How many corrections are looked for.
const CORRECTIONS: usize = 3;

/// A word that at most so many documents have may be a slip of a near one that so many times as many have; fewer
/// suffice if only other forms of it are known, not the one typed.
const RARE: u32 = 3;
const TIMES: u32 = 50;
const TIMES_OTHER_FORM: u32 = 10;

/// … if it has so many letters: shorter words are near to many.
const SLIPPED: usize = 5;

/// … but not of a word that more than one of so many documents has: what is near to it is chance.
const COMMON: u32 = 8;

/// A word of the dictionary that may be meant.
struct Near {
    distance: u8,
    other_start: bool,
    /// It has other letters, not only another order: of the words that chance has put near, few have the same.
    other_letters: bool,
    documents: u32,
    term: String,
    surface: String,
}

impl Engine {
    /// Adds what an unknown word may be a misspelling of.
    pub(super) fn correct<'e>(
        &'e self,
        asked: &Asked,
        lang: &str,
        group: &mut Group<'e>,
        io: &mut Io<'e>,
    ) {
        let word = self.fold.fold(&asked.word);
        let letters: Vec<char> = word.chars().collect();
        let most = allowed(letters.len());
        if word.chars().any(|c| c.is_ascii_digit()) {
            return;
        }
        let typed = Typed::new(&word, asked.prefix);
        let mut near: Vec<Near> = Vec::new();
        let mut consider = |surface: &str, term: &str, documents: u32| {
            if let Some(distance) = typed.distance(surface, most) {
                let found = Near {
                    distance,
                    other_start: surface.chars().next() != letters.first().copied(),
                    other_letters: !typed.same_letters(surface),
                    documents,
                    term: term.to_owned(),
                    surface: surface.to_owned(),
                };
                match near.iter_mut().find(|known| known.term == term) {
                    Some(known) if known.distance <= distance => {}
                    Some(known) => *known = found,
                    None => near.push(found),
                }
            }
        };
        let start: String = letters.iter().take(SAME).collect();
        let blocks = if self.root.tails.is_empty() {
            0..self.root.words.len()
        } else {
            let first = self.block_of(&start);
            let end = self
                .root
                .words
                .partition_point(|(first, _)| **first < *start || first.starts_with(&*start));
            // Of many, those around the word itself.
            let middle = self.block_of(&word);
            let first = first.max(middle.saturating_sub(NEAR_BLOCKS / 2));
            first..end.min(first + NEAR_BLOCKS).max(first)
        };
        for at in blocks {
            let Some(block) = self.block(at, io) else {
                continue;
            };
            let read = block.terms(&mut |name, here| {
                if name.chars().next().is_none_or(|c| c > TAG) {
                    here.surfaces(name, &self.root.endings, &mut |surface| {
                        consider(surface, name, here.documents)
                    });
                }
                true
            });
            io.check(read);
        }
        for term in &self.local.terms {
            for surface in &term.surfaces {
                consider(surface, &term.text, term.counted.len() as u32);
            }
        }
        let mut by_end: Vec<(u8, String)> = Vec::new();
        if most > 0 {
            self.tails(&letters, io, &mut |surface| {
                if let Some(distance) = typed.distance(surface, most) {
                    by_end.push((distance, surface.to_owned()));
                }
            });
        }
        best(&mut by_end, CORRECTIONS, Ord::cmp);
        by_end.truncate(CORRECTIONS);
        if most > 0 && !self.root.tails.is_empty() {
            by_end.extend(unswapped(&letters).map(|word| (1, word)));
        }
        let first = io.need.len();
        for (distance, surface) in by_end {
            for wanted in self.stems(
                &Asked {
                    word: surface.clone(),
                    ..asked.like()
                },
                lang,
            ) {
                if near.iter().any(|known| known.term == wanted.term) {
                    continue;
                }
                if let Some(documents) = self.written(&surface, &wanted.term, io) {
                    let other_start = surface.chars().next() != letters.first().copied();
                    let surface = surface.clone();
                    near.push(Near {
                        distance,
                        other_start,
                        other_letters: !typed.same_letters(&surface),
                        documents,
                        term: wanted.term,
                        surface,
                    });
                }
            }
        }
        if io.need.len() > first {
            return;
        }
        sort(&mut near, |a, b| {
            (
                a.distance,
                a.other_start,
                a.other_letters,
                std::cmp::Reverse(a.documents),
                &a.term,
            )
                .cmp(&(
                    b.distance,
                    b.other_start,
                    b.other_letters,
                    std::cmp::Reverse(b.documents),
                    &b.term,
                ))
        });
        let least = near.first().map_or(0, |first| first.distance);
        near.retain(|near| near.distance == least);
        near.truncate(CORRECTIONS);
        // Of a word being typed the end is not guessed.
        let whole = Typed::new(&word, false);
        group.meant = near
            .iter()
            .find(|near| !asked.prefix || whole.distance(&near.surface, most).is_some())
            .map(|near| near.surface.clone());
        for near in near {
            let weight = match near.distance {
                0 => 1.0,
                1 => ONE_EDIT,
                _ => TWO_EDITS,
            };
            group.alternatives.extend(
                self.find(
                    &[Wanted {
                        term: near.term,
                        weight,
                    }],
                    io,
                )
                .alternatives,
            );
        }
    }

    /// Adds the word that a known, but rare one is probably a slip of. Only the blocks that are read for the word
    /// itself are looked through: it costs no file but the other word's list.
    pub(super) fn slip<'e>(
        &'e self,
        asked: &Asked,
        stems: &[Wanted],
        group: &mut Group<'e>,
        io: &mut Io<'e>,
    ) {
        let with = group.with();
        let word = self.fold.fold(&asked.word);
        let letters = word.chars().count();
        if with > RARE || letters < SLIPPED || word.chars().any(|c| c.is_ascii_digit()) {
            return;
        }
        let most = allowed(letters);
        let typed = Typed::new(&word, false);
        let mut spelt = false;
        let mut near: Vec<(u8, bool, u32, String, String)> = Vec::new();
        let mut consider = |surface: &str, term: &str, documents: u32| {
            spelt |= surface == word;
            let own = stems.iter().any(|stem| stem.term == term);
            if !own
                && documents >= with.saturating_mul(TIMES_OTHER_FORM)
                && let Some(distance) = typed.distance(surface, most)
            {
                let other_letters = !typed.same_letters(surface);
                near.push((
                    distance,
                    other_letters,
                    documents,
                    term.into(),
                    surface.into(),
                ));
            }
        };
        let mut blocks: Vec<usize> = stems.iter().map(|stem| self.block_of(&stem.term)).collect();
        sort(&mut blocks, Ord::cmp);
        blocks.dedup();
        for at in blocks {
            let Some(block) = self.block(at, io) else {
                continue;
            };
            let read = block.terms(&mut |name, here| {
                // Only of words that are rare or frequent enough the forms are worth reading.
                let own = stems.iter().any(|stem| stem.term == *name);
                if own || here.documents >= with.saturating_mul(TIMES_OTHER_FORM) {
                    here.surfaces(name, &self.root.endings, &mut |surface| {
                        consider(surface, name, here.documents);
                    });
                }
                true
            });
            io.check(read);
        }
        for term in &self.local.terms {
            for surface in &term.surfaces {
                consider(surface, &term.text, term.counted.len() as u32);
            }
        }
        let all = self.root.documents.max(self.local.len() as u32);
        let times = if spelt { TIMES } else { TIMES_OTHER_FORM };
        near.retain(|(_, _, documents, ..)| {
            *documents >= with.saturating_mul(times) && *documents <= all / COMMON
        });
        sort(&mut near, |a, b| {
            (a.0, a.1, std::cmp::Reverse(a.2), &a.3).cmp(&(b.0, b.1, std::cmp::Reverse(b.2), &b.3))
        });
        let Some((_, _, documents, term, surface)) = near.into_iter().next() else {
            return;
        };
        // As much as its own rarity, not the typed word's, makes of it.
        let weight = SLIP * idf(documents, all) / idf(with, all);
        let found = self.find(&[Wanted { term, weight }], io).alternatives;
        let beside = |found| Alternative {
            beside: true,
            ..found
        };
        group.alternatives.extend(found.into_iter().map(beside));
        group.meant = Some(surface);
    }

    /// How many documents have a term, if one of its forms in the index is this very word.
    fn written<'e>(&'e self, surface: &str, term: &str, io: &mut Io<'e>) -> Option<u32> {
        let block = self.block(self.block_of(term), io)?;
        let mut found = None;
        let read = block.terms(&mut |name, here| {
            if name == term {
                here.surfaces(name, &self.root.endings, &mut |form| {
                    if form == surface {
                        found = Some(here.documents);
                    }
                });
            }
            name < term
        });
        io.check(read)?;
        found
    }

    /// Calls `each` with the words that end as this one does.
    fn tails(&self, letters: &[char], io: &mut Io<'_>, each: &mut dyn FnMut(&str)) {
        let tails = &self.root.tails;
        let reversed: String = letters.iter().rev().collect();
        let start: String = letters.iter().rev().take(SAME).collect();
        let place = |text: &str| {
            tails
                .partition_point(|(first, _)| &**first <= text)
                .saturating_sub(1)
        };
        let first = place(&start).max(place(&reversed).saturating_sub(NEAR_BLOCKS / 2));
        let end =
            tails.partition_point(|(first, _)| **first < *start || first.starts_with(&*start));
        let blocks: Vec<&Digest> = tails
            .iter()
            .take(end)
            .skip(first)
            .take(NEAR_BLOCKS)
            .map(|(_, digest)| digest)
            .collect();
        for digest in blocks {
            let Some(bytes) = io.get("tails", digest) else {
                continue;
            };
            let mut bytes = Bytes::new(bytes);
            let mut word = Vec::new();
            while !bytes.rest().is_empty() {
                let read = bytes.after(&mut word);
                let text = std::str::from_utf8(&word).ok().filter(|_| read.is_some());
                let Some(text) = io.check(text) else {
                    break;
                };
                let surface: String = text.chars().rev().collect();
                each(&surface);
            }
        }
    }
}

/// The words with two neighbours swapped that neither begin nor end as this one does: those that are found in no
/// other way. They are a few, and of short words only.
fn unswapped(letters: &[char]) -> impl Iterator<Item = String> {
    let last = letters.len().saturating_sub(SAME);
    let swaps = last.saturating_sub(1)..SAME.min(letters.len().saturating_sub(1));
    swaps
        .filter(|at| letters[*at] != letters[at + 1])
        .map(|at| {
            let mut letters = letters.to_vec();
            letters.swap(at, at + 1);
            letters.into_iter().collect()
        })
}
