//! How documents are ordered: every weight, and what it does.
//!
//! Entry points: [`impact`], [`idf`]. A document's part for one word (its impact) is BM25F: how often the word
//! stands in each field, weighted, measured against the field's usual length, saturated. Its score is the sum
//! of impact × rarity over the words asked for. It must never depend on the order of documents.

use crate::analyse::{FIELDS, Field};

/// How soon more occurrences stop counting. 0: a word counts once; large: ten times count ten times.
const SATURATION: f32 = 1.6;

/// By field: what one occurrence is worth. 0: the field is not searched.
const WEIGHT: [f32; FIELDS] = [3.0, 1.6, 1.6, 2.5, 1.0];

/// By field: how much a longer field lessens each occurrence. 0: length does not matter; 1: only the share
/// of the field counts.
const LENGTH: [f32; FIELDS] = [0.5, 0.4, 0.4, 0.2, 0.75];

/// What a document's score is multiplied by if it is in the reader's language. 1: all languages alike; large:
/// any mention in the reader's own comes before a title in another.
pub(crate) const LANGUAGE_BOOST: f32 = 2.0;

/// A completion of the word being typed, against the word itself. 1: `car` lists carpets among cars; 0: nothing
/// is found until a word is whole.
pub(crate) const COMPLETED: f32 = 0.8;

/// A word's form in another language's stemming than the reader's. 1: both alike.
pub(crate) const FOREIGN: f32 = 0.9;

/// A word one edit away, of an unknown word.
pub(crate) const ONE_EDIT: f32 = 0.8;

/// A word two edits away, of an unknown word.
pub(crate) const TWO_EDITS: f32 = 0.5;

/// Documents with less than this share of the question's rarity are no hits. 0: one common word of ten is
/// enough; 1: all words are needed.
pub(crate) const SHARE: f32 = 0.25;

/// How much of the score goes with the share of the question's rarity that a document has. 0: words add up;
/// 1: a document with half of the words has half of its sum.
pub(crate) const COORDINATION: f32 = 0.3;

/// What is added, as a share of the best score, if the words stand in the title one after the other.
pub(crate) const TITLE_PHRASE: f32 = 0.25;

/// A word's part of a document's score, from 0 to 1, by how often the word stands in each field, how long the
/// fields are and how long they usually are.
pub(crate) fn impact(counts: &[u8; FIELDS], lengths: &[u32; FIELDS], usual: &[f32; FIELDS]) -> f32 {
    let mut weighted = 0.0;
    for field in Field::ALL {
        let at = field as usize;
        if counts[at] > 0 {
            let relative = if usual[at] > 0.0 {
                lengths[at] as f32 / usual[at]
            } else {
                1.0
            };
            weighted +=
                WEIGHT[at] * f32::from(counts[at]) / (1.0 - LENGTH[at] + LENGTH[at] * relative);
        }
    }
    weighted / (SATURATION + weighted)
}

/// The rarity of a word that `with` of `all` documents have: Robertson and Spärck Jones's, above 0.
pub(crate) fn idf(with: u32, all: u32) -> f32 {
    let with = with.min(all) as f32;
    (1.0 + (all as f32 - with + 0.5) / (with + 0.5)).ln()
}
