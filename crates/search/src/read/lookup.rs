//! From the words of a question to terms of the index: stems, completions, corrections.
//!
//! Entry point: [`Engine::groups`]. It must never correct a word that is known.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{Asked, Engine, Io, speaks};
use crate::Files;
use crate::analyse::{self, TAG};
use crate::format::words::{Block, Place};
use crate::format::{Bytes, Digest};
use crate::local;
use crate::near::{Typed, allowed};
use crate::query::Role;
use crate::rank::{COMPLETED, FOREIGN, ONE_EDIT, TWO_EDITS};
use crate::sort::{best, sort};
use crate::tokens::Kind;

/// A beginning's completions come from at most so many blocks of the dictionary; if there are more, from the
/// most frequent words.
const SPAN: usize = 3;

/// How many completions are looked for, those of most documents first.
const COMPLETIONS: usize = 16;

/// How many of the most frequent words complete a short beginning.
const HEADS: usize = 4;

/// A word is looked for among those that begin (or end) with so many letters of it, in so many blocks at most.
const SAME: usize = 3;
const NEAR_BLOCKS: usize = 4;

/// How many corrections are looked for.
const CORRECTIONS: usize = 3;

/// Endings that may be wanting while a word is typed: `happin` finds the stem `happi`.
const UNFINISHED: usize = 4;

/// What a word of the question may be in the index.
#[derive(Default)]
pub(super) struct Group<'e> {
    pub(super) alternatives: Vec<Alternative<'e>>,
    /// The word near to what was typed, which is not known.
    pub(super) meant: Option<String>,
}

/// A term.
pub(super) struct Alternative<'e> {
    pub(super) term: Cow<'e, str>,
    /// What a match is worth, at most 1.
    pub(super) weight: f32,
    /// How many documents of the index have it.
    pub(super) documents: u32,
    pub(super) place: Option<Place<'e>>,
    pub(super) local: Option<&'e local::Term>,
}

/// A term that may be meant, before it is looked for.
struct Wanted {
    term: String,
    weight: f32,
}

/// A word of the dictionary that may be meant.
struct Near {
    distance: u8,
    other_start: bool,
    documents: u32,
    term: String,
    surface: String,
}

impl Engine {
    /// What each word may be, in their order. Nothing of it counts while `io` needs files.
    pub(super) fn groups<'e, F: Files>(
        &'e self,
        asked: &[Asked],
        lang: &str,
        io: &mut Io<'e, F>,
    ) -> Vec<Group<'e>> {
        asked
            .iter()
            .map(|asked| {
                let stems = self.stems(asked, lang);
                let before = io.need.len();
                let mut group = self.find(&stems, io);
                if asked.prefix && asked.kind == Kind::Word {
                    self.complete(asked, &stems, &mut group, io);
                }
                let known = !group.alternatives.is_empty() || io.need.len() > before;
                if !known && asked.role == Role::Words && asked.kind == Kind::Word {
                    self.correct(asked, lang, &mut group, io);
                }
                group
            })
            .collect()
    }

    /// Documents that have one of these very terms.
    pub(super) fn exactly<'e, F: Files>(
        &'e self,
        terms: &[String],
        io: &mut Io<'e, F>,
    ) -> Group<'e> {
        let terms: Vec<Wanted> = terms
            .iter()
            .map(|term| Wanted {
                term: term.clone(),
                weight: 1.0,
            })
            .collect();
        self.find(&terms, io)
    }

    /// The stems of a word in each language of the index, the reader's first.
    fn stems(&self, asked: &Asked, lang: &str) -> Vec<Wanted> {
        let mut stems: Vec<Wanted> = Vec::new();
        let mut add = |code: &str, weight: f32| {
            let (term, _) = analyse::term(&self.fold, code, &asked.word, asked.kind);
            if !stems.iter().any(|known| known.term == term) {
                stems.push(Wanted { term, weight });
            }
        };
        let codes = || {
            let local = self.local.languages();
            self.root
                .languages
                .iter()
                .map(|language| &*language.code)
                .chain(local)
        };
        let own = lang.is_empty() || codes().any(|code| speaks(code, crate::primary(lang)));
        if own && !lang.is_empty() {
            add(lang, 1.0);
        }
        for code in codes() {
            add(
                code,
                if own && !lang.is_empty() {
                    FOREIGN
                } else {
                    1.0
                },
            );
        }
        stems
    }

    fn find<'e, F: Files>(&'e self, terms: &[Wanted], io: &mut Io<'e, F>) -> Group<'e> {
        let mut group = Group::default();
        for wanted in terms {
            let mut found = self
                .in_index(&wanted.term, io)
                .map(|(documents, place)| Alternative {
                    term: Cow::Owned(wanted.term.clone()),
                    weight: wanted.weight,
                    documents,
                    place: Some(place),
                    local: None,
                });
            if let Some(local) = self.local.terms.get(&*wanted.term) {
                found
                    .get_or_insert_with(|| Alternative {
                        term: Cow::Owned(wanted.term.clone()),
                        weight: wanted.weight,
                        documents: 0,
                        place: None,
                        local: None,
                    })
                    .local = Some(local);
            }
            group.alternatives.extend(found);
        }
        group
    }

    fn in_index<'e, F: Files>(
        &'e self,
        term: &str,
        io: &mut Io<'e, F>,
    ) -> Option<(u32, Place<'e>)> {
        let at = self.block_of(term);
        let block = self.block(at, io)?;
        let mut found = None;
        let read = block.terms(|name, here| {
            if name == term {
                found = Some((here.documents, here.place.clone()));
            }
            name < term
        });
        io.check(read)?;
        found
    }

    /// The place of the block that has a term, if any has.
    fn block_of(&self, term: &str) -> usize {
        self.root
            .words
            .partition_point(|(first, _)| &**first <= term)
            .saturating_sub(1)
    }

    fn block<'e, F: Files>(&'e self, at: usize, io: &mut Io<'e, F>) -> Option<Block<'e>> {
        let (_, digest) = self.root.words.get(at)?;
        let bytes = io.get("words", digest)?;
        io.check(Block::read(bytes, self.root.documents))
    }

    /// Adds what the word being typed may become.
    fn complete<'e, F: Files>(
        &'e self,
        asked: &Asked,
        stems: &[Wanted],
        group: &mut Group<'e>,
        io: &mut Io<'e, F>,
    ) {
        let typed = self.fold.fold(&asked.word);
        let letters = typed.chars().count();
        // A stem may be shorter than what was typed of its word.
        let start: String = typed
            .chars()
            .take(letters.saturating_sub(UNFINISHED).max(3).min(letters))
            .collect();
        let first = self.block_of(&start);
        let end = self
            .root
            .words
            .partition_point(|(first, _)| **first <= *typed || first.starts_with(&*typed));
        let mut found: Vec<Alternative<'e>> = Vec::new();
        if end - first.min(end) > SPAN && self.root.heads.is_some() {
            let words = self.heads(&typed, io);
            for word in words {
                for wanted in self.stems_of(&word, stems) {
                    found.extend(self.find(&[wanted], io).alternatives);
                }
            }
        } else {
            for at in first..end {
                let Some(block) = self.block(at, io) else {
                    continue;
                };
                let read = block.terms(|name, here| {
                    if *name < *start || name.chars().next().is_some_and(|c| c <= TAG) {
                        return true;
                    }
                    let mut completes = false;
                    let read = here.surfaces(name, &self.root.endings, |surface| {
                        completes |= surface.starts_with(&*typed)
                    });
                    if completes && read.is_some() {
                        found.push(Alternative {
                            term: Cow::Owned(name.to_owned()),
                            weight: COMPLETED,
                            documents: here.documents,
                            place: Some(here.place),
                            local: None,
                        });
                    }
                    *name <= *typed || name.starts_with(&*typed)
                });
                io.check(read);
            }
        }
        for (name, term) in self.local.terms.range::<str, _>((
            std::ops::Bound::Included(&*start),
            std::ops::Bound::Unbounded,
        )) {
            if **name > *typed && !name.starts_with(&*typed) {
                break;
            }
            if term
                .surfaces
                .iter()
                .any(|surface| surface.starts_with(&*typed))
            {
                match found.iter_mut().find(|known| known.term == **name) {
                    Some(known) => known.local = Some(term),
                    None => found.push(Alternative {
                        term: Cow::Borrowed(name),
                        weight: COMPLETED,
                        documents: 0,
                        place: None,
                        local: Some(term),
                    }),
                }
            }
        }
        best(&mut found, COMPLETIONS, |a, b| {
            b.documents
                .cmp(&a.documents)
                .then_with(|| a.term.cmp(&b.term))
        });
        found.truncate(COMPLETIONS);
        for alternative in found {
            if !group
                .alternatives
                .iter()
                .any(|known| known.term == alternative.term)
            {
                group.alternatives.push(alternative);
            }
        }
    }

    /// The stems of another word, with the languages in which the typed one has these.
    fn stems_of(&self, surface: &str, like: &[Wanted]) -> Vec<Wanted> {
        let mut stems: Vec<Wanted> = Vec::new();
        let mut codes: Vec<&str> = self
            .root
            .languages
            .iter()
            .map(|language| &*language.code)
            .collect();
        codes.extend(self.local.languages());
        for code in codes {
            let (term, _) = analyse::term(&self.fold, code, surface, Kind::Word);
            if !stems.iter().any(|known| known.term == term) {
                stems.push(Wanted {
                    term,
                    weight: COMPLETED * like.first().map_or(1.0, |first| first.weight),
                });
            }
        }
        stems
    }

    /// The most frequent words that begin so.
    fn heads<'e, F: Files>(&'e self, typed: &str, io: &mut Io<'e, F>) -> Vec<String> {
        let Some(bytes) = self
            .root
            .heads
            .as_ref()
            .and_then(|digest| io.get("heads", digest))
        else {
            return Vec::new();
        };
        let mut bytes = Bytes::new(bytes);
        let mut word = Vec::new();
        let mut found: Vec<(u32, String)> = Vec::new();
        while !bytes.rest().is_empty() {
            let place = bytes.after(&mut word).and_then(|()| bytes.number());
            let text = io.check(std::str::from_utf8(&word).ok());
            let (Some(place), Some(text)) = (io.check(place), text) else {
                break;
            };
            if text.starts_with(typed) {
                found.push((place, text.to_owned()));
            }
        }
        best(&mut found, HEADS, Ord::cmp);
        found.truncate(HEADS);
        found.into_iter().map(|(_, word)| word).collect()
    }

    /// Adds what an unknown word may be a misspelling of.
    fn correct<'e, F: Files>(
        &'e self,
        asked: &Asked,
        lang: &str,
        group: &mut Group<'e>,
        io: &mut Io<'e, F>,
    ) {
        let word = self.fold.fold(&asked.word);
        let letters: Vec<char> = word.chars().collect();
        let most = allowed(letters.len());
        if word.chars().any(|c| c.is_ascii_digit()) {
            return;
        }
        let typed = Typed::new(&word, asked.prefix);
        let mut near: BTreeMap<String, Near> = BTreeMap::new();
        let mut consider = |surface: &str, term: &str, documents: u32| {
            if let Some(distance) = typed.distance(surface, most) {
                let found = Near {
                    distance,
                    other_start: surface.chars().next() != letters.first().copied(),
                    documents,
                    term: term.to_owned(),
                    surface: surface.to_owned(),
                };
                match near.get_mut(term) {
                    Some(known) if known.distance <= distance => {}
                    Some(known) => *known = found,
                    None => {
                        near.insert(term.to_owned(), found);
                    }
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
            let read = block.terms(|name, here| {
                if name.chars().next().is_none_or(|c| c > TAG) {
                    here.surfaces(name, &self.root.endings, |surface| {
                        consider(surface, name, here.documents)
                    });
                }
                true
            });
            io.check(read);
        }
        for (name, term) in &self.local.terms {
            for surface in &term.surfaces {
                consider(surface, name, term.counted.len() as u32);
            }
        }
        let mut by_end: Vec<(u8, String)> = Vec::new();
        if most > 0 {
            self.tails(&letters, io, |surface| {
                if let Some(distance) = typed.distance(surface, most) {
                    by_end.push((distance, surface.to_owned()));
                }
            });
        }
        best(&mut by_end, CORRECTIONS, Ord::cmp);
        by_end.truncate(CORRECTIONS);
        let first = io.need.len();
        for (distance, surface) in by_end {
            for wanted in self.stems(
                &Asked {
                    word: surface.clone(),
                    ..asked.like()
                },
                lang,
            ) {
                if near.contains_key(&wanted.term) {
                    continue;
                }
                if let Some((documents, _)) = self.in_index(&wanted.term, io) {
                    let other_start = surface.chars().next() != letters.first().copied();
                    let surface = surface.clone();
                    near.insert(
                        wanted.term.clone(),
                        Near {
                            distance,
                            other_start,
                            documents,
                            term: wanted.term,
                            surface,
                        },
                    );
                }
            }
        }
        if io.need.len() > first {
            return;
        }
        let mut near: Vec<Near> = near.into_values().collect();
        sort(&mut near, |a, b| {
            (
                a.distance,
                a.other_start,
                std::cmp::Reverse(a.documents),
                &a.term,
            )
                .cmp(&(
                    b.distance,
                    b.other_start,
                    std::cmp::Reverse(b.documents),
                    &b.term,
                ))
        });
        let least = near.first().map_or(0, |first| first.distance);
        near.retain(|near| near.distance == least);
        near.truncate(CORRECTIONS);
        group.meant = near
            .first()
            .filter(|_| !asked.prefix)
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

    /// Calls `each` with the words that end as this one does.
    fn tails<F: Files>(&self, letters: &[char], io: &mut Io<'_, F>, mut each: impl FnMut(&str)) {
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
