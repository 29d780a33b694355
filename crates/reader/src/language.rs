//! Which language a page has whose address names none: the reader's choice, else the browser's.
//!
//! Entry points: [`choose`], [`same`]. An address that names a language (an article's, `/fr/settings/`) is stronger than both.

use lamplight_model::Site;
use lamplight_model::language::{is_traditional, primary};

/// The site's language that fits the first of these wishes (BCP 47) that any fits: exactly, else by its first part;
/// else the site's default.
pub fn choose<'s>(site: &'s Site, wishes: &[String]) -> &'s str {
    for wish in wishes {
        if let Some(language) = site.language(wish) {
            return &language.code;
        }
        let mut languages = site.languages.iter();
        if let Some(language) = languages.find(|own| same(&own.code, wish)) {
            return &language.code;
        }
    }
    site.default_lang()
}

/// Whether who reads one language reads the other: their tags have the same first part. Chinese is written in two ways.
pub fn same(a: &str, b: &str) -> bool {
    primary(a).eq_ignore_ascii_case(primary(b)) && is_traditional(a) == is_traditional(b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lamplight_model::Language;

    #[test]
    fn the_first_wish_that_the_site_has_decides() {
        let languages = ["en", "fr", "pt-BR", "zh-Hans"].map(|code| Language {
            code: code.into(),
            ..Language::default()
        });
        let site = Site {
            languages: languages.into(),
            ..Site::default()
        };
        let of = |wishes: &[&str]| {
            choose(
                &site,
                &wishes
                    .iter()
                    .map(|&wish| wish.to_owned())
                    .collect::<Vec<_>>(),
            )
            .to_owned()
        };
        assert_eq!(of(&["fr"]), "fr");
        assert_eq!(of(&["FR-ca", "en"]), "fr");
        assert_eq!(of(&["de", "pt", "en"]), "pt-BR");
        assert_eq!(of(&["zh-CN"]), "zh-Hans");
        assert_eq!(of(&["zh-TW", "fr"]), "fr");
        assert_eq!(of(&["de"]), "en");
        assert_eq!(of(&[]), "en");
    }
}
