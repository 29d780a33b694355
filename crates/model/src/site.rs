//! What the app knows of the publication: the JSON in `<script id="lamplight-site">` of every page.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::Media;
use crate::json::{Fill, Json};

/// The publication, as far as the app needs to know it. It is part of the app's build, so that
/// pages and app never disagree about it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Site {
    /// [`crate::FORMAT`].
    pub format: u32,
    /// The path everything lives under; begins and ends with `/`.
    pub base: String,
    /// The publication's name in the default language.
    pub title: String,
    /// One sentence about it in the default language.
    pub description: String,
    /// Languages; the first is the default, whose paths have no prefix. Never empty.
    pub languages: Vec<Language>,
    /// Categories, in the order they are shown.
    pub categories: Vec<Named>,
    /// The pages of the publication's own that every page links to, in the order they are shown:
    /// slug, and title in each language that has the page.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pages: Vec<Named>,
    /// How many of the newest articles a reader's device keeps unasked.
    pub keep_newest: u32,
    /// The logo in the masthead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo: Option<Media>,
    /// The logo on dark paper, where it is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo_dark: Option<Media>,
    /// Whether the logo stands in the place of the title instead of beside it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub logo_alone: bool,
    /// What an article's control for translations links to: a pattern ([`crate::services::of_page`]); empty where
    /// there is no service, absent where there is no such control.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub translate: Option<String>,
    /// Whether readers can write to the publication.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub contact: bool,
}

crate::record!(Site {
    format, base, title, languages, keep_newest;
    description, categories, pages, logo, logo_dark, logo_alone, translate, contact
});

/// A language of the publication.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Language {
    /// BCP 47 tag. Paths use it in lower case.
    pub code: String,
    /// The language's name in itself.
    pub name: String,
    /// Writing direction.
    pub dir: Direction,
    /// The publication's name in this language, where it differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its description in this language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Path (relative to the base) of the interface texts; absent where English is used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub messages: Option<String>,
    /// That an article is also in this language, said in it; absent where Lamplight has no words for that, and where
    /// there is no other language.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub offered: String,
}

crate::record!(Language {
    code, name;
    dir, title, description, messages, offered
});

/// Writing direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Left to right.
    #[default]
    Ltr,
    /// Right to left.
    Rtl,
}

impl Fill for Direction {
    fn fill(&mut self, json: Json) -> bool {
        *self = match &json {
            Json::Text(text) if text == "ltr" => Self::Ltr,
            Json::Text(text) if text == "rtl" => Self::Rtl,
            _ => return false,
        };
        true
    }
}

impl Direction {
    /// The value of HTML's `dir` attribute.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ltr => "ltr",
            Self::Rtl => "rtl",
        }
    }
}

/// A category of the publication, or a page of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Named {
    /// Identifier and path segment: a page's slug.
    pub id: String,
    /// Names by language.
    pub names: BTreeMap<String, String>,
}

crate::record!(Named { id, names });

impl Site {
    /// The default language's code; empty if the site has no language (which press refuses).
    pub fn default_lang(&self) -> &str {
        self.languages.first().map_or("", |language| &language.code)
    }

    /// The language with this code (ASCII case is ignored, as BCP 47 has it).
    pub fn language(&self, code: &str) -> Option<&Language> {
        self.languages
            .iter()
            .find(|language| language.code.eq_ignore_ascii_case(code))
    }

    /// Writing direction of a language; left to right if it is unknown.
    pub fn dir(&self, code: &str) -> Direction {
        self.language(code)
            .map(|language| language.dir)
            .unwrap_or_default()
    }

    /// The publication's name in a language.
    pub fn title_in(&self, lang: &str) -> &str {
        self.language(lang)
            .and_then(|language| language.title.as_deref())
            .unwrap_or(&self.title)
    }

    /// The publication's description in a language.
    pub fn description_in(&self, lang: &str) -> &str {
        self.language(lang)
            .and_then(|language| language.description.as_deref())
            .unwrap_or(&self.description)
    }

    /// The title of a page of the publication's own, if it is one that every page links to and exists
    /// in the language.
    pub fn page_title(&self, slug: &str, lang: &str) -> Option<&str> {
        let page = self.pages.iter().find(|page| page.id == slug)?;
        page.names.get(lang).map(String::as_str)
    }

    /// A category's name in a language, else in the default language, else its identifier.
    pub fn category_name<'a>(&'a self, id: &'a str, lang: &str) -> &'a str {
        self.categories
            .iter()
            .find(|category| category.id == id)
            .and_then(|category| {
                category
                    .names
                    .get(lang)
                    .or_else(|| category.names.get(self.default_lang()))
            })
            .map_or(id, String::as_str)
    }
}
