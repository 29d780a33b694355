//! Which language a page has whose address names none: the reader's choice, else the browser's.
//!
//! Entry point: [`choose`]. An address that names a language (an article's, `/fr/settings/`) is stronger than both.

use lamplight_model::Site;

/// The site's language that fits the first of these wishes (BCP 47) that any fits: exactly, else by its first part;
/// else the site's default.
pub fn choose<'s>(site: &'s Site, wishes: &[String]) -> &'s str {
    for wish in wishes {
        if let Some(language) = site.language(wish) {
            return &language.code;
        }
        let mut languages = site.languages.iter();
        let fits = |code: &str| primary(code).eq_ignore_ascii_case(primary(wish));
        if let Some(language) = languages.find(|own| fits(&own.code)) {
            return &language.code;
        }
    }
    site.default_lang()
}

fn primary(code: &str) -> &str {
    code.split('-').next().unwrap_or_default()
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
        assert_eq!(of(&["de"]), "en");
        assert_eq!(of(&[]), "en");
    }
}
