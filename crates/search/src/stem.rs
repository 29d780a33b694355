//! Stems: what the forms of a word have in common, by the language of the text.
//!
//! Entry point: [`stem`]. Snowball's stemmers (the crate `frostem`) for the languages of [`SNOWBALL`], a light
//! one for Arabic; words of other languages stand for themselves. It must never read more than the word.

use std::borrow::Cow;

use frostem::{Algorithm, Stemmer};

/// Languages with a Snowball stemmer.
pub const SNOWBALL: [(&str, Algorithm); 7] = [
    ("en", Algorithm::English),
    ("fr", Algorithm::French),
    ("de", Algorithm::German),
    ("es", Algorithm::Spanish),
    ("it", Algorithm::Italian),
    ("pt", Algorithm::Portuguese),
    ("ru", Algorithm::Russian),
];

/// Languages that are not written in Latin letters: a word in Latin letters among theirs is taken as English.
const OTHER_SCRIPTS: [&str; 14] = [
    "ar", "be", "bg", "el", "fa", "he", "hi", "ja", "ko", "mk", "ru", "th", "uk", "zh",
];

/// The first part of a language tag (BCP 47), as it stands.
#[must_use]
pub fn primary(lang: &str) -> &str {
    let end = lang.bytes().position(|byte| matches!(byte, b'-' | b'_'));
    &lang[..end.unwrap_or(lang.len())]
}

/// The stem of a lower-case word in a text of a language (BCP 47), accents kept.
#[must_use]
pub fn stem<'w>(lang: &str, word: &'w str) -> Cow<'w, str> {
    let mut lang = primary(lang);
    // Numbers, and names of things with them, have no forms.
    if word.len() < 3 || word.bytes().any(|byte| byte.is_ascii_digit()) {
        return Cow::Borrowed(word);
    }
    if word.is_ascii() && OTHER_SCRIPTS.contains(&lang) {
        lang = "en";
    }
    if lang == "ar" {
        return Cow::Borrowed(arabic(word));
    }
    match SNOWBALL.iter().find(|(code, _)| *code == lang) {
        Some((_, algorithm)) => {
            let stem = Stemmer::new(*algorithm).stem(word);
            if stem.is_empty() {
                Cow::Borrowed(word)
            } else {
                stem
            }
        }
        None => Cow::Borrowed(word),
    }
}

/// Light stemming after Larkey, Ballesteros and Connell (2002), "light10": articles with their particles and
/// the most frequent endings go, if enough of the word stays.
fn arabic(word: &str) -> &str {
    const BEFORE: [&str; 7] = ["وال", "بال", "كال", "فال", "ال", "لل", "و"];
    const AFTER: [&str; 10] = ["ها", "ان", "ات", "ون", "ين", "يه", "ية", "ه", "ة", "ي"];
    let letters = |text: &str| text.chars().count();
    let mut stem = word;
    for before in BEFORE {
        if let Some(rest) = stem.strip_prefix(before)
            && letters(rest) >= if before == "و" { 3 } else { 2 }
        {
            stem = rest;
            break;
        }
    }
    for after in AFTER {
        if let Some(rest) = stem.strip_suffix(after)
            && letters(rest) >= 2
        {
            stem = rest;
        }
    }
    stem
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_meet_in_its_language() {
        for (lang, one, other) in [
            ("en", "storms", "storm"),
            ("fr-CA", "journaux", "journal"),
            ("de", "häuser", "häusern"),
            ("es", "noticias", "noticia"),
            ("it", "notizie", "notizia"),
            ("pt", "notícias", "notícia"),
            ("ru", "новости", "новость"),
            ("ar", "المدينة", "مدينة"),
            ("ja", "rails", "rail"),
        ] {
            assert_eq!(stem(lang, one), stem(lang, other), "{lang}");
        }
    }

    #[test]
    fn numbers_and_words_of_other_languages_stand_for_themselves() {
        assert_eq!(stem("en", "2.7s"), "2.7s");
        assert_eq!(stem("fi", "talossa"), "talossa");
    }
}
