//! The words of the programs that pages start only when they are used, and of the page of contact: by language.
//!
//! Entry points: [`translator`], [`contact`], [`library`], [`speaks`]. The programs themselves carry none.

use lamplight_model::contact::Texts;
use lamplight_model::json;
use lamplight_model::language::{is_traditional, primary};

/// The files of a crate, English first.
macro_rules! files {
    ($folder:literal: $($lang:literal)*) => {
        [$(($lang, include_str!(concat!("../../../", $folder, "/texts/", $lang, ".json")))),*]
    };
}

type Files = [(&'static str, &'static str); 10];

const TRANSLATOR: Files = files!("translator": "en" "ar" "de" "es" "fa" "fr" "ja" "pt" "ru" "zh");
const CONTACT: Files = files!("contact": "en" "ar" "de" "es" "fa" "fr" "ja" "pt" "ru" "zh");
const LIBRARY: Files = files!("library": "en" "ar" "de" "es" "fa" "fr" "ja" "pt" "ru" "zh");

/// The translator's texts in English.
pub(super) const TRANSLATOR_ENGLISH: &str = TRANSLATOR[0].1;

/// The translator's texts for the pages of a language, other than English.
pub(super) fn translator(code: &str) -> Option<&'static str> {
    other(&TRANSLATOR, code)
}

/// The texts of contact for the pages of a language; English where there are none.
pub(crate) fn contact(code: &str) -> Texts {
    json::read(contact_file(code)).unwrap_or_default()
}

/// The same as JSON.
pub(crate) fn contact_file(code: &str) -> &'static str {
    other(&CONTACT, code).unwrap_or(CONTACT[0].1)
}

/// The library's texts for the pages of a language, as JSON; English where there are none.
pub(super) fn library(code: &str) -> &'static str {
    other(&LIBRARY, code).unwrap_or(LIBRARY[0].1)
}

/// Other than English; readers of Chinese in traditional characters are not given simplified ones.
fn other(files: &Files, code: &str) -> Option<&'static str> {
    let mut others = files[1..].iter();
    let (_, text) =
        others.find(|(own, _)| own.eq_ignore_ascii_case(primary(code)) && !is_traditional(code))?;
    Some(text)
}

/// Whether there are words in the language of a page.
pub(crate) fn speaks(code: &str) -> bool {
    translator(code).is_some() || primary(code).eq_ignore_ascii_case("en")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// The names of a text's places, in their order.
    fn places(text: &str) -> Vec<&str> {
        let places = text.split('{').skip(1);
        let mut out: Vec<&str> = places.filter_map(|rest| rest.split('}').next()).collect();
        out.sort_unstable();
        out
    }

    #[test]
    fn every_language_has_every_text_of_contact_with_the_same_places() {
        type Map = BTreeMap<String, String>;
        let map = |text: &str| serde_json::from_str::<Map>(text).expect("names and texts");
        let english = map(CONTACT[0].1);
        let fields = serde_json::to_value(Texts::default()).expect("JSON");
        let fields = fields.as_object().expect("an object");
        assert!(fields.keys().eq(english.keys()), "en.json has other names");
        for (lang, text) in CONTACT {
            assert_ne!(json::read::<Texts>(text), None, "{lang}");
            let other = map(text);
            assert!(other.keys().eq(english.keys()), "{lang}");
            for (name, text) in &other {
                assert!(!text.trim().is_empty(), "{lang}: {name} is empty");
                assert_eq!(places(text), places(&english[name]), "{lang}: {name}");
                let parts = |text: &str| text.split('|').count();
                assert_eq!(parts(text), parts(&english[name]), "{lang}: {name}");
            }
        }
    }

    #[test]
    fn every_language_has_every_text_of_the_library_with_the_same_places() {
        type Map = BTreeMap<String, String>;
        let map = |text: &str| serde_json::from_str::<Map>(text).expect("names and texts");
        let english = map(LIBRARY[0].1);
        for (lang, text) in LIBRARY {
            let other = map(text);
            assert!(other.keys().eq(english.keys()), "{lang}");
            for (name, text) in &other {
                assert!(!text.trim().is_empty(), "{lang}: {name} is empty");
                assert_eq!(places(text), places(&english[name]), "{lang}: {name}");
            }
        }
    }

    #[test]
    fn a_language_is_spoken_by_its_first_part_and_chinese_by_its_script() {
        assert_ne!(contact("pt-BR"), contact("en"));
        assert_eq!(contact("zh-TW"), contact("en"));
        assert_eq!(contact("it"), contact("en"));
        assert!(speaks("en-GB") && speaks("zh-CN") && !speaks("zh-Hant") && !speaks("it"));
    }
}
