//! What answers say, in the ten languages of the interface (`texts/*.json`).
//!
//! Entry point: [`texts`].

use std::sync::LazyLock;

use serde::Deserialize;

/// The texts in one language.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Texts {
    pub(crate) sent_title: String,
    pub(crate) sent: String,
    pub(crate) refused_title: String,
    pub(crate) go_back: String,
    pub(crate) yours: String,
    pub(crate) back: String,
    pub(crate) malformed: String,
    pub(crate) too_large: String,
    pub(crate) foreign: String,
    pub(crate) bad_email: String,
    pub(crate) no_message: String,
    pub(crate) long_name: String,
    pub(crate) long_subject: String,
    pub(crate) long_message: String,
    pub(crate) no_consent: String,
    pub(crate) other_message: String,
    pub(crate) too_many: String,
    pub(crate) later: String,
}

macro_rules! languages {
    ($($lang:literal)*) => {
        [$(($lang, include_str!(concat!("../texts/", $lang, ".json")))),*]
    };
}

/// English first: it is what is said where nothing else is known.
static FILES: [(&str, &str); 10] = languages!["en" "ar" "de" "es" "fa" "fr" "ja" "pt" "ru" "zh"];

static ALL: LazyLock<Vec<(&str, Texts)>> = LazyLock::new(|| {
    FILES
        .iter()
        // A test reads all of them.
        .filter_map(|(lang, text)| Some((*lang, serde_json::from_str(text).ok()?)))
        .collect()
});

/// The texts for a language (BCP 47), and which language they are in; English for one that is not known.
pub(crate) fn texts(lang: &str) -> (&'static str, &'static Texts) {
    let primary = lang.split('-').next().unwrap_or_default();
    let found = ALL
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(primary))
        .unwrap_or(&ALL[0]);
    (found.0, &found.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_says_everything() {
        for (lang, text) in FILES {
            let texts: Texts =
                serde_json::from_str(text).unwrap_or_else(|error| panic!("{lang}: {error}"));
            assert_eq!(super::texts(lang), (lang, &texts));
            for text in [&texts.long_name, &texts.long_subject, &texts.long_message] {
                assert!(text.contains("{max}"), "{lang}: {text}");
            }
        }
    }

    #[test]
    fn a_language_is_found_by_its_first_part_and_english_stands_for_the_rest() {
        assert_eq!(texts("pt-BR").0, "pt");
        assert_eq!(texts("FR").0, "fr");
        assert_eq!(texts("zh-Hant-TW").0, "zh");
        assert_eq!(texts("tlh").0, "en");
        assert_eq!(texts("").0, "en");
    }
}
