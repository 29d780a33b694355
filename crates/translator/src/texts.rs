//! The texts of panel and bar (`texts/*.json`), and what else press tells this program.
//!
//! Entry points: [`Config`], [`Texts`]. press carries the files: the program itself has none.

use lamplight_model::{paths, record};
use serde::Serialize;

/// What press tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Config {
    /// The site's base path.
    pub(crate) base: String,
    /// The address of the publication, with its base path.
    pub(crate) home: String,
    /// The language whose addresses have no prefix.
    pub(crate) default: String,
    /// The language of the texts: English where the language of the page has none.
    pub(crate) lang: String,
    /// Services on the web.
    pub(crate) services: Vec<Service>,
    /// What panel and bar say.
    pub(crate) texts: Texts,
}

record!(Config {
    base,
    home,
    default,
    lang,
    services,
    texts
});

impl Config {
    /// The address of an article as the publication gives it (`lamplight_model::Route` has its path).
    pub(crate) fn address(&self, lang: &str, slug: &str) -> String {
        let mut out = self.home.clone();
        if !lang.eq_ignore_ascii_case(&self.default) {
            out.push_str(&paths::segment(lang));
            out.push('/');
        }
        out.push_str(&paths::encode(slug));
        out.push('/');
        out
    }
}

/// A service on the web.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Service {
    /// Its name.
    pub(crate) name: String,
    /// The pattern of its address (`lamplight_model::services`).
    pub(crate) url: String,
}

record!(Service { name, url });

macro_rules! texts {
    ($($name:ident)*) => {
        /// The texts in one language, by their names in `texts/en.json`.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
        pub(crate) struct Texts { $(pub $name: String,)* }

        record!(Texts { $($name),* });
    };
}

texts! {
    title close by_people into choose on_device private asking ready fetch fetch_why fetching_why unavailable not_here kept
    show_kept by_services services_note services_offline services_unreachable label fetching fetching_n translating show_original
    show_translation cancel again changed done partly saved not_saved refused no_network failed
}

/// A text with its places filled in.
pub(crate) fn fill(text: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(text.to_owned(), |text, (name, value)| {
        text.replace(&["{", name, "}"].concat(), value)
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use std::collections::BTreeMap;

    use super::*;

    type Map = BTreeMap<String, String>;

    fn folder() -> std::path::PathBuf {
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("texts")
    }

    /// A language's texts.
    pub(crate) fn texts(lang: &str) -> Texts {
        let text = std::fs::read_to_string(folder().join([lang, ".json"].concat()));
        lamplight_model::json::read(&text.expect("a file")).expect("all texts")
    }

    fn places(text: &str) -> Vec<&str> {
        let places = text.split('{').skip(1);
        let mut out: Vec<&str> = places.filter_map(|rest| rest.split('}').next()).collect();
        out.sort_unstable();
        out
    }

    #[test]
    fn every_language_has_every_text_with_the_same_places() {
        let map = |path: &std::path::Path| -> Map {
            let text = std::fs::read_to_string(path).expect("a file");
            serde_json::from_str(&text)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        };
        let english = map(&folder().join("en.json"));
        let fields = serde_json::to_value(Texts::default()).expect("JSON");
        let fields = fields.as_object().expect("an object");
        assert!(
            fields.keys().eq(english.keys()),
            "texts/en.json has other names"
        );
        for entry in std::fs::read_dir(folder()).expect("texts/").flatten() {
            let (path, other) = (entry.path(), map(&entry.path()));
            assert!(other.keys().eq(english.keys()), "{}", path.display());
            for (name, text) in &other {
                assert!(
                    !text.trim().is_empty(),
                    "{}: {name} is empty",
                    path.display()
                );
                assert_eq!(
                    places(text),
                    places(&english[name]),
                    "{}: {name}",
                    path.display()
                );
            }
        }
    }

    #[test]
    fn an_article_has_the_address_that_its_page_says() {
        let config = Config {
            home: "https://a.example/news/".into(),
            default: "en".into(),
            ..Config::default()
        };
        let site = lamplight_model::Site {
            base: "/news/".into(),
            languages: ["en", "zh-TW"]
                .map(|code| lamplight_model::Language {
                    code: code.into(),
                    ..Default::default()
                })
                .into(),
            ..Default::default()
        };
        for lang in ["en", "zh-TW"] {
            let route = lamplight_model::Route::Article {
                lang: lang.into(),
                slug: "a é".into(),
            };
            let wanted = ["https://a.example", &route.path(&site)].concat();
            assert_eq!(config.address(lang, "a é"), wanted);
        }
    }

    #[test]
    fn places_are_filled_in() {
        assert_eq!(fill("{a} of {b}", &[("a", "1"), ("b", "2")]), "1 of 2");
    }
}
