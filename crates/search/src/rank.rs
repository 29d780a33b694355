//! How documents are ordered: every weight, and what it does.
//!
//! Entry points: [`impact`], [`idf`], [`in_title`]. A document's part for one word (its impact) has two shares.
//! One is BM25F: how often the word stands in each field, weighted, measured against the field's usual length,
//! saturated. The other is the title's alone, so that no number of mentions in a text makes up for a title. Its
//! score is the sum of impact × rarity over the words asked for. It must never depend on the order of documents.

use crate::analyse::{FIELDS, Field};

/// How soon more occurrences stop counting. 0: a word counts once; large: ten times count ten times.
const SATURATION: f32 = 2.0;

/// The title's own share of the impact. 0: a word that a text repeats weighs as much as one in a title; 1: what
/// is not in the title only parts equals.
const TITLE_SHARE: f32 = 0.4;

/// How soon more occurrences in a title stop counting for its share. 0: it is there or not; large: only a title
/// of that very word has the share.
const TITLE_SATURATION: f32 = 0.2;

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

/// A frequent word that a rare one is probably a slip of, besides. 0: it is suggested, and its documents are no
/// hits; 1: they come among those of the word that was typed.
pub(crate) const SLIP: f32 = 0.3;

/// Documents with less than this share of the question's rarity are no hits. 0: one common word of ten is
/// enough; 1: all words are needed.
pub(crate) const SHARE: f32 = 0.15;

/// How much of the score goes with the share of the question's rarity that a document has. 0: words add up;
/// 1: a document with half of the words has half of its sum.
pub(crate) const COORDINATION: f32 = 0.2;

/// What a hit's score gains, as a share of it, if the question's words stand in its title one after the other;
/// twice that if they are the title. 0: their order is nothing; large: a pair of common words wins.
const TITLE_PHRASE: f32 = 0.25;

/// What it gains with the share of the question's words that its title has. 0: a rare word in a title wins
/// over several; large: hits are ordered by how many words their titles have, rare or not.
const TITLE_COVERED: f32 = 0.25;

/// What it gains with the share of its title that the question says. 0: long titles are as good as short ones;
/// large: a title of one word of the question wins.
const TITLE_SAID: f32 = 0.3;

/// What a hit's score is multiplied by for its title, of so many words. `places`: by word of the question, where
/// in the title it stands, ascending.
pub(crate) fn in_title(places: &[Vec<usize>], words: usize) -> f32 {
    let asked = places.len().max(1) as f32;
    let found = places.iter().filter(|places| !places.is_empty()).count();
    let follows = |pair: &[Vec<usize>]| pair[0].iter().any(|at| pair[1].contains(&(at + 1)));
    let pairs = places.windows(2).filter(|pair| follows(pair)).count();
    let said = (0..words)
        .filter(|at| places.iter().any(|places| places.contains(at)))
        .count();
    let whole = places.len() == words && places.iter().zip(0..).all(|(p, at)| p.contains(&at));
    let phrase = pairs as f32 / (asked - 1.0).max(1.0) + f32::from(u8::from(whole));
    1.0 + TITLE_PHRASE * phrase
        + TITLE_COVERED * found as f32 / asked
        + TITLE_SAID * said as f32 / words.max(1) as f32
}

/// A word's part of a document's score, from 0 to 1, by how often the word stands in each field, how long the
/// fields are and how long they usually are.
pub(crate) fn impact(counts: &[u8; FIELDS], lengths: &[u32; FIELDS], usual: &[f32; FIELDS]) -> f32 {
    let mut weighted = 0.0;
    let mut title = 0.0;
    for field in Field::ALL {
        let at = field as usize;
        if counts[at] > 0 {
            let relative = if usual[at] > 0.0 {
                lengths[at] as f32 / usual[at]
            } else {
                1.0
            };
            let here = f32::from(counts[at]) / (1.0 - LENGTH[at] + LENGTH[at] * relative);
            weighted += WEIGHT[at] * here;
            if matches!(field, Field::Title) {
                title = here;
            }
        }
    }
    TITLE_SHARE * title / (TITLE_SATURATION + title)
        + (1.0 - TITLE_SHARE) * weighted / (SATURATION + weighted)
}

/// The rarity of a word that `with` of `all` documents have: Robertson and Spärck Jones's, above 0.
pub(crate) fn idf(with: u32, all: u32) -> f32 {
    let with = with.min(all) as f32;
    (1.0 + (all as f32 - with + 0.5) / (with + 0.5)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    const USUAL: [f32; FIELDS] = [6.0, 0.0, 0.0, 0.0, 600.0];

    #[test]
    fn a_word_in_the_title_weighs_more_than_any_number_in_the_text() {
        let lengths = [6, 0, 0, 0, 600];
        let title = impact(&[1, 0, 0, 0, 1], &lengths, &USUAL);
        assert!(title > impact(&[0, 0, 0, 0, 255], &lengths, &USUAL));
        assert!(title < impact(&[1, 0, 0, 0, 2], &lengths, &USUAL));
        assert!(title > impact(&[1, 0, 0, 0, 1], &[12, 0, 0, 0, 600], &USUAL));
        assert!(impact(&[255; FIELDS], &[1; FIELDS], &USUAL) <= 1.0);
        assert_eq!(impact(&[0; FIELDS], &lengths, &USUAL), 0.0);
    }

    #[test]
    fn titles_gain_by_what_they_have_of_the_question_and_by_its_order() {
        let gains = [
            in_title(&[vec![], vec![]], 4),
            in_title(&[vec![2], vec![]], 4),
            in_title(&[vec![2], vec![0]], 4),
            in_title(&[vec![1], vec![2]], 4),
            in_title(&[vec![1], vec![2]], 3),
            in_title(&[vec![0], vec![1]], 2),
        ];
        assert_eq!(gains[0], 1.0);
        assert!(gains.windows(2).all(|pair| pair[0] < pair[1]), "{gains:?}");
    }
}
