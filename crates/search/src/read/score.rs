//! Who has the words, and who is best.
//!
//! Entry point: [`Engine::score`]. Scores are sums of a few numbers a document in the order of the question's
//! words: the same on every machine. It must never need more memory than some bytes a document.

use std::cmp::Ordering;

use super::lookup::{Alternative, Group};
use super::{Asked, Engine, Io, speaks};
use crate::format::postings::{self, decode};
use crate::format::words::Place;
use crate::primary;
use crate::query::{Query, Role};
use crate::rank::{COORDINATION, LANGUAGE_BOOST, SHARE, idf, impact};
use crate::sort::sort;

/// Of lists in tiers, so many documents are read for a question besides the first tier of each. 0: frequent
/// words count only where they count most; large: a question of frequent words reads all of their lists.
const FURTHER: u32 = 16_000;

/// A document that is a hit. Numbers from the index's count on are documents of the device.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    pub(super) document: u32,
    pub(super) score: f32,
}

impl Candidate {
    /// Best first, then in the order of the index: newest first.
    pub(super) fn compare(a: &Self, b: &Self) -> Ordering {
        b.score
            .total_cmp(&a.score)
            .then(a.document.cmp(&b.document))
    }
}

/// What documents have of the question.
#[derive(Clone, Copy, Default)]
struct Sum {
    score: f32,
    /// How much of the question's rarity.
    share: f32,
    /// How many of the words that are demanded.
    demanded: u16,
    excluded: bool,
}

impl Engine {
    /// The hits in no order; `None` if files are needed first.
    pub(super) fn score<'e>(
        &'e self,
        query: &Query,
        asked: &[Asked],
        groups: &[Group<'e>],
        labels: &[Group<'e>],
        lang: &str,
        io: &mut Io<'e>,
    ) -> Option<Vec<Candidate>> {
        let documents = self.root.documents as usize;
        let places = documents + self.local.places();
        let everything = documents.max(self.local.len()) as u32;
        let phrase_without = |asked: &Asked| {
            asked.role == Role::Without
                && query
                    .clauses
                    .get(asked.clause)
                    .is_some_and(|clause| clause.text.contains(char::is_whitespace))
        };
        // Read all files before anything is reckoned.
        let mut left = FURTHER;
        let mut read = |group: &Group<'e>, whole: bool, io: &mut Io<'e>| -> Vec<Lists<'e>> {
            group
                .alternatives
                .iter()
                .map(|alternative| lists(alternative, whole, &mut left, io))
                .collect()
        };
        let mut order: Vec<usize> = (0..groups.len()).collect();
        let rarity = |group: &Group<'e>| idf(group.with(), everything);
        // The rarest first: they have the first claim on further tiers.
        sort(&mut order, |a, b| {
            rarity(&groups[*b]).total_cmp(&rarity(&groups[*a]))
        });
        let mut group_lists: Vec<Vec<Lists<'e>>> = groups.iter().map(|_| Vec::new()).collect();
        for at in order {
            let whole = asked[at].role != Role::Words;
            group_lists[at] = read(&groups[at], whole, io);
        }
        let label_lists: Vec<Vec<Lists<'e>>> =
            labels.iter().map(|group| read(group, true, io)).collect();
        if !io.need.is_empty() {
            return None;
        }

        let mut sums = vec![Sum::default(); places];
        let mut best: Vec<f32> = Vec::new();
        let mut whole = 0.0;
        let mut demanded = 0u16;
        for ((group, lists), asked) in groups.iter().zip(&group_lists).zip(asked) {
            if phrase_without(asked) {
                continue;
            }
            if asked.role == Role::Phrase {
                demanded += 1;
            }
            if group.alternatives.is_empty() {
                continue;
            }
            let weight = rarity(group);
            if asked.role != Role::Without {
                whole += weight;
            }
            best.clear();
            best.resize(places, 0.0);
            for (alternative, lists) in group.alternatives.iter().zip(lists) {
                self.impacts(alternative, lists, io, &mut |document, impact| {
                    let best = &mut best[document as usize];
                    *best = best.max(impact * alternative.weight);
                });
            }
            for (sum, impact) in sums.iter_mut().zip(&best) {
                if *impact > 0.0 {
                    match asked.role {
                        Role::Without => sum.excluded = true,
                        role => {
                            sum.score += impact * weight;
                            sum.share += weight;
                            sum.demanded += u16::from(role == Role::Phrase);
                        }
                    }
                }
            }
        }
        for (group, lists) in labels.iter().zip(&label_lists) {
            demanded += 1;
            best.clear();
            best.resize(places, 0.0);
            for (alternative, lists) in group.alternatives.iter().zip(lists) {
                self.impacts(alternative, lists, io, &mut |document, _| {
                    best[document as usize] = 1.0
                });
            }
            for (sum, has) in sums.iter_mut().zip(&best) {
                sum.demanded += u16::from(*has > 0.0);
            }
        }

        let wordless = !asked.iter().any(|asked| asked.role != Role::Without);
        let enough = whole * SHARE;
        let mut candidates = Vec::new();
        let mut add = |document: u32, factor: f32| {
            let Some(sum) = sums.get(document as usize) else {
                return;
            };
            let hit = !sum.excluded
                && sum.demanded == demanded
                && (wordless || (sum.share > 0.0 && sum.share >= enough));
            if hit {
                let share = if whole > 0.0 { sum.share / whole } else { 1.0 };
                let score = sum.score * (1.0 - COORDINATION + COORDINATION * share) * factor;
                candidates.push(Candidate { document, score });
            }
        };
        let wanted = |code: &str| {
            query.languages.is_empty() || query.languages.iter().any(|wanted| speaks(code, wanted))
        };
        let factor = |code: &str| {
            let own = !lang.is_empty() && primary(code).eq_ignore_ascii_case(primary(lang));
            if own { LANGUAGE_BOOST } else { 1.0 }
        };
        for language in self
            .root
            .languages
            .iter()
            .filter(|language| wanted(&language.code))
        {
            let factor = factor(&language.code);
            for document in language.between(query.after, query.before) {
                add(document, factor);
            }
        }
        for place in 0..self.local.places() as u32 {
            if let Some(stored) = self.local.get(place)
                && wanted(&stored.document.lang)
            {
                add(self.root.documents + place, factor(&stored.document.lang));
            }
        }
        Some(candidates)
    }

    /// Calls `each` with every document that has a term, and the impact.
    fn impacts(
        &self,
        alternative: &Alternative<'_>,
        lists: &Lists<'_>,
        io: &mut Io<'_>,
        each: &mut dyn FnMut(u32, f32),
    ) {
        for (bytes, count) in lists {
            let read = decode(
                bytes,
                *count,
                self.root.documents,
                &mut |document, level| {
                    each(document, postings::impact(level));
                },
            );
            io.complete &= read.is_some();
        }
        for counted in alternative.local.iter().flat_map(|local| &local.counted) {
            let Some(stored) = self.local.get(counted.document) else {
                continue;
            };
            let usual = self
                .root
                .languages
                .iter()
                .find(|language| language.code == stored.document.lang)
                .map_or_else(|| self.local.usual(), |language| language.usual);
            // A label stands in no field.
            let impact = impact(&counted.counts, &stored.lengths, &usual).max(f32::MIN_POSITIVE);
            each(self.root.documents + counted.document, impact);
        }
    }
}

/// The lists of one term, each with its count.
type Lists<'e> = Vec<(&'e [u8], u32)>;

/// Fetches a term's lists: all of them, or the first tier and what `left` pays for.
fn lists<'e>(
    alternative: &Alternative<'e>,
    whole: bool,
    left: &mut u32,
    io: &mut Io<'e>,
) -> Lists<'e> {
    match &alternative.place {
        None => Vec::new(),
        Some(Place::Inline(bytes)) => vec![(bytes, alternative.documents)],
        Some(Place::Shard(digest, offset, length)) => {
            let Some(bytes) = io.get("lists", digest) else {
                return Vec::new();
            };
            let list = offset
                .checked_add(*length)
                .and_then(|end| bytes.get(*offset..end));
            io.check(list)
                .map(|list| (list, alternative.documents))
                .into_iter()
                .collect()
        }
        Some(Place::Tiers(tiers)) => {
            let mut lists = Vec::new();
            for (at, (digest, count)) in tiers.iter().enumerate() {
                if at > 0 && !whole {
                    let Some(rest) = left.checked_sub(*count) else {
                        break;
                    };
                    *left = rest;
                }
                lists.extend(io.get("lists", digest).map(|bytes| (bytes, *count)));
            }
            lists
        }
    }
}
