//! Questions of which the answer is known, and how well answers do.
//!
//! Entry points: [`questions`], [`with_typo`], [`while_typed`], [`ndcg`]. A question is two to four words of a title, and
//! what is to be found is that document: nDCG@10 is then 1 for the first place, 0.63 for the second, 0 after the
//! tenth. Questions must never depend on what an engine answers.

use serde_json::{Value, json};

/// Questions of a kind at most.
pub(super) const QUESTIONS: usize = 200;

/// A question, and the document it is about.
pub(super) struct Known {
    words: String,
    pub(super) lang: String,
    id: String,
}

/// An answer: where the document is among the hits, from 0; milliseconds; bytes read or sent for it.
pub(super) struct Answer {
    place: Option<usize>,
    pub(super) ms: f64,
    pub(super) bytes: f64,
    /// Bytes of scripts and WebAssembly sent for it.
    pub(super) program: f64,
}

impl Known {
    /// As `rank` and the pages take it; `prefix`: the last word is unfinished.
    pub(super) fn line(&self, prefix: bool) -> Value {
        json!({ "q": self.words, "k": 10, "prefix": prefix, "lang": self.lang })
    }

    /// Reads what was answered.
    pub(super) fn answer(&self, value: &Value) -> Answer {
        let number = |name: &str| value.get(name).and_then(Value::as_f64).unwrap_or_default();
        let ids = value.get("ids").and_then(Value::as_array);
        let place = ids.and_then(|ids| ids.iter().position(|id| id.as_str() == Some(&self.id)));
        Answer {
            place,
            ms: number("ms"),
            bytes: number("bytes"),
            program: number("program"),
        }
    }
}

/// Two to four words of titles, spread over the documents.
pub(super) fn questions(documents: &[Value]) -> Vec<Known> {
    let text = |document: &Value, name: &str| {
        document
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    documents
        .iter()
        .step_by((documents.len() / QUESTIONS).max(1))
        .enumerate()
        .filter_map(|(number, document)| {
            let title = text(document, "title");
            let words: Vec<&str> = title
                .split_whitespace()
                .filter(|word| word.chars().count() > 2)
                .collect();
            let words = words
                .get(..(2 + number % 3).min(words.len()))
                .filter(|words| words.len() > 1)?;
            Some(Known {
                words: words.join(" "),
                lang: text(document, "lang"),
                id: text(document, "id"),
            })
        })
        .take(QUESTIONS)
        .collect()
}

/// The same with two letters of its longest word exchanged; nothing without a word of letters alone, since a number
/// would become another number.
pub(super) fn with_typo(known: &Known) -> Option<Known> {
    let longest = known
        .words
        .split(' ')
        .filter(|word| word.chars().all(char::is_alphabetic))
        .max_by_key(|word| word.chars().count())?;
    let mut letters: Vec<char> = longest.chars().collect();
    let middle = letters.len() / 2;
    letters.swap(middle.checked_sub(1)?, middle);
    let misspelt: String = letters.into_iter().collect();
    Some(Known {
        words: known.words.replacen(longest, &misspelt, 1),
        lang: known.lang.clone(),
        id: known.id.clone(),
    })
}

/// What is asked at each key stroke, but for the last.
pub(super) fn while_typed(known: &Known) -> Vec<Known> {
    let ends = known.words.char_indices().map(|(at, _)| at).skip(1);
    ends.filter_map(|end| known.words.get(..end))
        .filter(|begun| !begun.ends_with(' '))
        .map(|begun| Known {
            words: begun.to_owned(),
            lang: known.lang.clone(),
            id: known.id.clone(),
        })
        .collect()
}

/// How good answers are, 0 to 1.
pub(super) fn ndcg<'a>(answers: impl IntoIterator<Item = &'a Answer>) -> String {
    let (mut sum, mut count) = (0.0, 0);
    for answer in answers {
        count += 1;
        sum += answer
            .place
            .map_or(0.0, |place| 1.0 / (place as f64 + 2.0).log2());
    }
    format!("{:.3}", sum / f64::from(count.max(1)))
}

/// A quantile.
pub(super) fn at(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let place = (sorted.len() as f64 * share) as usize;
    sorted
        .get(place.min(sorted.len().saturating_sub(1)))
        .copied()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_title_gives_a_question_a_typo_and_its_key_strokes() {
        let document = json!({ "id": "7", "lang": "en", "title": "At the stormy sea" });
        let asked = questions(&[document]);
        let [known] = &asked[..] else {
            panic!("one question")
        };
        assert_eq!((&*known.words, &*known.id), ("the stormy", "7"));
        let typo = |words: &str| {
            let words = words.to_owned();
            let (lang, id) = (known.lang.clone(), known.id.clone());
            Some(with_typo(&Known { words, lang, id })?.words)
        };
        assert_eq!(typo("the stormy").as_deref(), Some("the stromy"));
        assert_eq!(typo("gale 3.20.15").as_deref(), Some("glae 3.20.15"));
        assert_eq!(typo("3.20 4.1"), None);
        let typed: Vec<String> = while_typed(known)
            .into_iter()
            .map(|known| known.words)
            .collect();
        assert_eq!(typed.first().map(String::as_str), Some("t"));
        assert_eq!(typed.last().map(String::as_str), Some("the storm"));
    }

    #[test]
    fn places_count_as_their_logarithm() {
        let answers = [Some(0), Some(2), None, Some(0)].map(|place| Answer {
            place,
            ms: 1.0,
            bytes: 0.0,
            program: 0.0,
        });
        assert_eq!(ndcg(&answers), "0.625");
        assert_eq!(at(&[3.0, 1.0, 2.0], 0.5), 2.0);
    }
}
