//! What is on the device, article by article, without opening any: the library's list, and what must not be evicted.
//!
//! Entry points: [`Holding::of`], [`shelf`], [`Pins`]. A holding is written when its document was stored and read back.
//! It is made from the document and can be made again at any time: a damaged one costs nothing but the time to do so.
//! An article whose holding is missing must be given one before anything is evicted, or its images are not known to
//! be its.

use std::collections::{BTreeMap, BTreeSet};

use lamplight_model::{Route, Site, json, paths, record, seal};
use serde::Serialize;

use super::eviction::{self, Stored};
use super::readiness::{Coverage, Known};
use super::saved::{Extent, Item, Kind, List};
use super::{Write, write};
use crate::Millis;

/// The version of [`Holding`].
const VERSION: u32 = 1;

/// What the keys of all records begin with.
pub const PREFIX: &str = "holding/";

/// The folder of translations that this device made, and of the media, relative to the base.
const MACHINE: &str = "machine/";
const MEDIA: &str = "media/";

/// An article on the device, as it is stored (JSON).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Holding {
    /// Version of the record.
    pub v: u32,
    /// Slug.
    pub slug: String,
    /// Language (BCP 47).
    pub lang: String,
    /// Title.
    pub title: String,
    /// When it was published (RFC 3339); empty for a page of the publication's own.
    pub date: String,
    /// Digest of the document on the device.
    pub digest: String,
    /// When that came from the site.
    pub stored: Millis,
    /// Bytes of its sealed text.
    pub bytes: u64,
    /// Identifiers of its categories.
    pub categories: Vec<String>,
    /// Languages of its other variants.
    pub translations: Vec<String>,
    /// Of each picture it shows what the names of all its files begin with: the digest of the original.
    pub pictures: Vec<String>,
}

record!(Holding {
    v,
    slug,
    lang,
    title,
    date,
    digest,
    stored,
    bytes,
    categories,
    translations,
    pictures
});

/// The key of an article's holding: `holding/<slug>/<lang>`.
pub fn key(slug: &str, lang: &str) -> String {
    [PREFIX, slug, "/", lang].concat()
}

/// The digest of the original in the name of a picture's file, relative to the base.
fn picture(path: &str) -> Option<&str> {
    path.strip_prefix(MEDIA)?.get(..seal::LENGTH)
}

impl Holding {
    /// Of the sealed text of a document that came from the site at `stored`; `None` if it is damaged or of a later
    /// format.
    pub fn of(text: &str, stored: Millis) -> Option<Self> {
        let document = crate::library::read(text)?;
        let pictures = document.shown().filter_map(|media| picture(&media.src));
        let pictures: BTreeSet<String> = pictures.map(str::to_owned).collect();
        let translations = document.translations.into_iter().map(|one| one.lang);
        Some(Self {
            v: VERSION,
            stored,
            bytes: text.len() as u64,
            translations: translations.collect(),
            pictures: pictures.into_iter().collect(),
            slug: document.slug,
            lang: document.lang,
            title: document.title,
            date: document.date,
            digest: document.digest,
            categories: document.categories,
        })
    }

    /// Reads a record; `None` if it is damaged, of another version, or not the one of this key: then it is to be made
    /// again.
    pub fn read(own: &str, text: &str) -> Option<Self> {
        let holding: Self = json::read(text)?;
        (holding.v == VERSION && key(&holding.slug, &holding.lang) == own).then_some(holding)
    }

    /// The record to be written.
    pub fn write(&self) -> Write {
        Write {
            key: key(&self.slug, &self.lang),
            text: write(self),
        }
    }

    /// The article, as far as wishes are concerned.
    pub fn item(&self) -> Item<'_> {
        Item {
            slug: &self.slug,
            lang: &self.lang,
            categories: &self.categories,
        }
    }
}

/// How an article of the list stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// It is saved and on the device.
    #[default]
    Saved,
    /// It is saved, and not on the device yet.
    Due,
    /// It is on the device, as long as there is space.
    Kept,
}

/// A line of the library's list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Slug.
    pub slug: String,
    /// Language.
    pub lang: String,
    /// Title; empty if nobody knows it yet.
    pub title: String,
    /// How it stands.
    pub standing: Standing,
    /// When it was published, if that is known.
    pub date: String,
    /// When it came from the site; 0 if it has not.
    pub stored: Millis,
    /// Bytes of its text; 0 if it is not there.
    pub bytes: u64,
    /// Whether the site has another version.
    pub outdated: bool,
}

/// The library's list: everything that is saved or on the device, by slug and language. `known` is what the site's feeds
/// tell.
pub fn shelf(list: &List, holdings: &[Holding], known: &[Known]) -> Vec<Row> {
    let coverage = Coverage::of(list, known);
    let mut rows: BTreeMap<(&str, &str), Row> = BTreeMap::new();
    for record in list.saved().filter(|record| record.kind == Kind::Article) {
        let row = Row {
            slug: record.name.clone(),
            lang: record.lang.clone(),
            standing: Standing::Due,
            ..Row::default()
        };
        rows.insert((&record.name, &record.lang), row);
    }
    for holding in holdings {
        let saved = coverage.wants(holding.item()).is_some();
        let row = Row {
            slug: holding.slug.clone(),
            lang: holding.lang.clone(),
            title: holding.title.clone(),
            standing: if saved {
                Standing::Saved
            } else {
                Standing::Kept
            },
            date: holding.date.clone(),
            stored: holding.stored,
            bytes: holding.bytes,
            outdated: false,
        };
        rows.insert((&holding.slug, &holding.lang), row);
    }
    let held: BTreeMap<(&str, &str), &str> = holdings
        .iter()
        .map(|holding| ((&*holding.slug, &*holding.lang), &*holding.digest))
        .collect();
    for article in known {
        let name = (&*article.slug, &*article.lang);
        match (held.get(&name), rows.get_mut(&name)) {
            (Some(digest), Some(row)) => {
                row.outdated = !article.digest.is_empty() && article.digest != *digest;
            }
            (_, Some(row)) => row.title.clone_from(&article.title),
            (_, None) if coverage.wants(article.item()).is_some() => {
                let row = Row {
                    slug: article.slug.clone(),
                    lang: article.lang.clone(),
                    title: article.title.clone(),
                    standing: Standing::Due,
                    ..Row::default()
                };
                rows.insert(name, row);
            }
            (_, None) => {}
        }
    }
    rows.into_values().collect()
}

/// Which files belong to what is saved.
#[derive(Clone, Debug, Default)]
pub struct Pins<'a> {
    articles: BTreeMap<(&'a str, &'a str), Extent>,
    pictures: BTreeSet<&'a str>,
    list: Option<&'a List>,
    index: bool,
}

impl<'a> Pins<'a> {
    /// By the saved list and what is on the device. `index`: the reader wishes to have the whole search index.
    pub fn of(list: &'a List, holdings: &'a [Holding], index: bool) -> Self {
        let mut pins = Self {
            list: Some(list),
            index,
            ..Self::default()
        };
        for holding in holdings {
            if let Some(extent) = list.wants(holding.item()) {
                pins.articles.insert((&holding.slug, &holding.lang), extent);
                let shown = holding.pictures.iter().filter(|_| extent.images);
                pins.pictures.extend(shown.map(String::as_str));
            }
        }
        pins
    }

    fn wants(&self, slug: &str, lang: &str) -> Option<Extent> {
        let known = self.articles.get(&(slug, lang)).copied();
        let item = Item {
            slug,
            lang,
            categories: &[],
        };
        // What has just been saved by name may have no holding yet.
        known.or_else(|| self.list?.wants(item))
    }

    /// Whether the file at a path belongs to something saved.
    pub fn hold(&self, site: &Site, path: &str) -> bool {
        let Some(rest) = path.strip_prefix(&*site.base) else {
            return false;
        };
        if let Some(picture) = picture(rest) {
            return self.pictures.contains(picture);
        }
        if let Some(made) = rest.strip_prefix(MACHINE) {
            let decoded = |part: Option<&str>| paths::decode(part?);
            let mut parts = made.split('/');
            let lang = decoded(parts.next());
            let (Some(lang), Some(slug)) = (lang, decoded(parts.next())) else {
                return false;
            };
            return self.wants(&slug, &lang).is_some_and(|e| e.translations);
        }
        if rest.starts_with(paths::SEARCH_INDEX) {
            return self.index;
        }
        let document = paths::parse_document(site, path);
        let article = document.or_else(|| match Route::parse(site, path)? {
            Route::Article { lang, slug } => Some((slug, lang)),
            _ => None,
        });
        article.is_some_and(|(slug, lang)| self.wants(&slug, &lang).is_some())
    }

    /// A file for [`eviction::plan`]: `bytes` it takes, last `used`, its path.
    pub fn stored(&self, site: &Site, path: &str, bytes: u64, used: Millis) -> Stored {
        Stored {
            url: path.to_owned(),
            kind: eviction::Kind::of(path, &site.base),
            bytes,
            used,
            saved: self.hold(site, path),
            // What says that the reader wishes for the whole index is no file of the site.
            own: path.ends_with("search-index/wish"),
        }
    }
}

#[cfg(test)]
mod tests {
    use lamplight_model::{ArticleDocument, Language, Media, Translation};

    use super::*;

    fn site() -> Site {
        let language = |code: &str| Language {
            code: code.into(),
            ..Language::default()
        };
        Site {
            base: "/n/".into(),
            languages: vec![language("en"), language("fr")],
            ..Site::default()
        }
    }

    fn media(name: &str) -> Media {
        Media {
            src: format!("media/{}.jpg", seal::digest(name.as_bytes())),
            ..Media::default()
        }
    }

    fn holding(slug: &str, category: &str, pictures: &[&str]) -> Holding {
        let pictures = pictures
            .iter()
            .map(|name| ((*name).to_owned(), media(name)));
        let text = seal::seal(&ArticleDocument {
            format: 1,
            slug: slug.into(),
            lang: "en".into(),
            title: slug.to_uppercase(),
            categories: vec![category.into()],
            media: pictures.collect(),
            translations: vec![Translation {
                lang: "fr".into(),
                title: "T".into(),
            }],
            ..ArticleDocument::default()
        });
        Holding::of(&text.expect("seals"), 7).expect("is whole")
    }

    fn extent(images: bool, translations: bool) -> Extent {
        Extent {
            images,
            translations,
        }
    }

    #[test]
    fn a_holding_is_read_as_it_was_written_and_a_damaged_or_misplaced_one_is_none() {
        let holding = holding("sea", "waves", &["x"]);
        let Write { key, text } = holding.write();
        assert_eq!(Holding::read(&key, &text), Some(holding));
        assert_eq!(Holding::read("holding/tea/en", &text), None);
        assert_eq!(Holding::read(&key, &text[1..]), None);
        assert_eq!(Holding::of("<html>", 7), None);
    }

    #[test]
    fn the_list_says_what_is_saved_what_is_still_to_come_and_what_has_changed_on_the_site() {
        let mut list = List::default();
        list.save(Kind::Article, "named", "en", extent(true, false), 1);
        list.save(Kind::Article, "old", "en", extent(true, false), 1);
        list.save(Kind::Category, "waves", "en", extent(true, false), 1);
        let holdings = [
            holding("old", "tides", &[]),
            holding("wave", "waves", &[]),
            holding("kept", "tides", &[]),
        ];
        let known = |slug: &str, category: &str, digest: &str| Known {
            slug: slug.into(),
            lang: "en".into(),
            title: "From the feed".into(),
            digest: digest.into(),
            categories: vec![category.into()],
        };
        let known = [
            known("new", "waves", "d"),
            known("other", "tides", "d"),
            known("old", "tides", &holdings[0].digest),
            known("kept", "tides", "d"),
            known("named", "tides", "d"),
        ];
        let rows = shelf(&list, &holdings, &known);
        let rows: Vec<(&str, &str, Standing, bool)> = rows
            .iter()
            .map(|row| (&*row.slug, &*row.title, row.standing, row.outdated))
            .collect();
        let expected = [
            ("kept", "KEPT", Standing::Kept, true),
            ("named", "From the feed", Standing::Due, false),
            ("new", "From the feed", Standing::Due, false),
            ("old", "OLD", Standing::Saved, false),
            ("wave", "WAVE", Standing::Saved, false),
        ];
        assert_eq!(rows, expected);
    }

    #[test]
    fn what_belongs_to_something_saved_is_held_in_whatever_width_and_nothing_else_is() {
        let mut list = List::default();
        list.save(Kind::Category, "waves", "en", extent(true, true), 1);
        list.save(Kind::Article, "plain", "en", extent(false, false), 1);
        let holdings = [
            holding("wave", "waves", &["x"]),
            holding("plain", "tides", &["y"]),
            holding("kept", "tides", &["x", "z"]),
        ];
        let site = site();
        let pins = Pins::of(&list, &holdings, false);
        let name = |name: &str| format!("/n/{}", media(name).src);
        let narrow = name("x").replace(".jpg", "-480-0.webp");
        for path in [
            "/n/articles/wave.en.json",
            "/n/wave/",
            "/n/machine/en/wave/0.ar.json",
            "/n/articles/plain.en.json",
            "/n/plain/",
            &name("x"),
            &narrow,
        ] {
            assert!(pins.hold(&site, path), "{path}");
        }
        for path in [
            "/n/articles/kept.en.json",
            "/n/fr/plain/",
            "/n/machine/en/plain/0.ar.json",
            "/n/machine/",
            "/n/search-index/words-0.bin",
            "/n/feed.json",
            "/n/",
            "/elsewhere/",
            &name("y"),
            &name("z"),
        ] {
            assert!(!pins.hold(&site, path), "{path}");
        }
        let pins = Pins::of(&list, &[], true);
        assert!(pins.hold(&site, "/n/search-index/words-0.bin"));
        assert!(pins.hold(&site, "/n/plain/"), "saved by name");
        let wish = pins.stored(&site, "/n/search-index/wish", 9, 1);
        assert!(wish.own && wish.saved);
        assert!(
            Pins::of(&list, &[], false)
                .stored(&site, "/n/search-index/wish", 9, 1)
                .own
        );
    }
}
