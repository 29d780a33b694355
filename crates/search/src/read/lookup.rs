//! From the words of a question to terms of the index: stems and completions.
//!
//! Entry point: [`Engine::groups`]. It must never put a correction in the place of a word that is known: at most
//! beside it.

use std::borrow::Cow;

use super::{Asked, Engine, Io, speaks};
use crate::analyse::{self, TAG};
use crate::format::Bytes;
use crate::format::words::{Block, Place};
use crate::local;
use crate::query::Role;
use crate::rank::{COMPLETED, FOREIGN};
use crate::sort::best;
use crate::tokens::Kind;

/// A beginning's completions come from at most so many blocks of the dictionary; if there are more, from the
/// most frequent words.
const SPAN: usize = 3;

/// How many completions are looked for, those of most documents first.
const COMPLETIONS: usize = 16;

/// How many of the most frequent words complete a short beginning.
const HEADS: usize = 4;

/// Endings that may be wanting while a word is typed: `happin` finds the stem `happi`.
const UNFINISHED: usize = 4;

/// What a word of the question may be in the index.
#[derive(Default)]
pub(super) struct Group<'e> {
    pub(super) alternatives: Vec<Alternative<'e>>,
    /// The word near to what was typed, which is not known or probably a slip.
    pub(super) meant: Option<String>,
}

/// A term.
pub(super) struct Alternative<'e> {
    pub(super) term: Cow<'e, str>,
    /// What a match is worth, against one of the word typed.
    pub(super) weight: f32,
    /// How many documents of the index have it.
    pub(super) documents: u32,
    pub(super) place: Option<Place<'e>>,
    pub(super) local: Option<&'e local::Term>,
    /// The word typed is known, and this one is not it.
    pub(super) beside: bool,
}

impl Alternative<'_> {
    /// How many documents have it, at least.
    pub(super) fn with(&self) -> u32 {
        let local = self.local.map_or(0, |local| local.counted.len() as u32);
        self.documents.max(local)
    }
}

impl Group<'_> {
    /// How many documents have the word, at most.
    pub(super) fn with(&self) -> u32 {
        self.alternatives
            .iter()
            .filter(|alternative| !alternative.beside)
            .map(Alternative::with)
            .fold(0, u32::saturating_add)
    }
}

/// A term that may be meant, before it is looked for.
pub(super) struct Wanted {
    pub(super) term: String,
    pub(super) weight: f32,
}

impl Engine {
    /// What each word may be, in their order. Nothing of it counts while `io` needs files.
    pub(super) fn groups<'e>(
        &'e self,
        asked: &[Asked],
        lang: &str,
        io: &mut Io<'e>,
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
                let word = asked.role == Role::Words && asked.kind == Kind::Word;
                if word && io.need.len() == before {
                    if group.alternatives.is_empty() {
                        self.correct(asked, lang, &mut group, io);
                    } else if !asked.prefix {
                        self.slip(asked, &stems, &mut group, io);
                    }
                }
                group
            })
            .collect()
    }

    /// Documents that have one of these very terms.
    pub(super) fn exactly<'e>(&'e self, terms: &[String], io: &mut Io<'e>) -> Group<'e> {
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
    pub(super) fn stems(&self, asked: &Asked, lang: &str) -> Vec<Wanted> {
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

    pub(super) fn find<'e>(&'e self, terms: &[Wanted], io: &mut Io<'e>) -> Group<'e> {
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
                    beside: false,
                });
            if let Some(local) = self.local.term(&wanted.term) {
                found
                    .get_or_insert_with(|| Alternative {
                        term: Cow::Owned(wanted.term.clone()),
                        weight: wanted.weight,
                        documents: 0,
                        place: None,
                        local: None,
                        beside: false,
                    })
                    .local = Some(local);
            }
            group.alternatives.extend(found);
        }
        group
    }

    pub(super) fn in_index<'e>(&'e self, term: &str, io: &mut Io<'e>) -> Option<(u32, Place<'e>)> {
        let at = self.block_of(term);
        let block = self.block(at, io)?;
        let mut found = None;
        let read = block.terms(&mut |name, here| {
            if name == term {
                found = Some((here.documents, here.place.clone()));
            }
            name < term
        });
        io.check(read)?;
        found
    }

    /// The place of the block that has a term, if any has.
    pub(super) fn block_of(&self, term: &str) -> usize {
        self.root
            .words
            .partition_point(|(first, _)| &**first <= term)
            .saturating_sub(1)
    }

    pub(super) fn block<'e>(&'e self, at: usize, io: &mut Io<'e>) -> Option<Block<'e>> {
        let (_, digest) = self.root.words.get(at)?;
        let bytes = io.get("words", digest)?;
        io.check(Block::read(bytes, self.root.documents))
    }

    /// Adds what the word being typed may become.
    fn complete<'e>(
        &'e self,
        asked: &Asked,
        stems: &[Wanted],
        group: &mut Group<'e>,
        io: &mut Io<'e>,
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
                let read = block.terms(&mut |name, here| {
                    if *name < *start || name.chars().next().is_some_and(|c| c <= TAG) {
                        return true;
                    }
                    let mut completes = false;
                    let read = here.surfaces(name, &self.root.endings, &mut |surface| {
                        completes |= surface.starts_with(&*typed)
                    });
                    if completes && read.is_some() {
                        found.push(Alternative {
                            term: Cow::Owned(name.to_owned()),
                            weight: COMPLETED,
                            documents: here.documents,
                            place: Some(here.place),
                            local: None,
                            beside: false,
                        });
                    }
                    *name <= *typed || name.starts_with(&*typed)
                });
                io.check(read);
            }
        }
        for term in self.local.terms_from(&start) {
            let name = &term.text;
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
                        beside: false,
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
    fn heads<'e>(&'e self, typed: &str, io: &mut Io<'e>) -> Vec<String> {
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
}
