//! What to fetch ahead, so that it is there when the lights go out; and what to let go.
//!
//! The worker stores what it is told to store. This module decides what that is.

pub use lamplight_model::image_width;
use lamplight_model::{ArticleDocument, Feed, Route, Site, json, paths};

use crate::settings::Settings;
use crate::store::Store;

/// The most articles that are fetched ahead while the device saves data.
pub const SAVE_DATA_LIMIT: u32 = 5;

/// A file the worker is to store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Path, with the base.
    pub url: String,
    /// The digest a sealed document must have to be current; `None` for anything else.
    pub digest: Option<String>,
}

impl Wanted {
    /// A file without a known digest.
    pub fn file(url: String) -> Self {
        Self { url, digest: None }
    }
}

/// How many of the newest articles to keep.
pub fn limit(site: &Site, settings: &Settings, save_data: bool) -> u32 {
    let wanted = settings.keep_newest.unwrap_or(site.keep_newest);
    if save_data {
        wanted.min(SAVE_DATA_LIMIT)
    } else {
        wanted
    }
}

/// The documents of the newest articles, and of the publication's own pages: they are few and small,
/// and every page links to them.
pub fn documents(site: &Site, feed: &Feed, limit: u32) -> Vec<Wanted> {
    if limit == 0 {
        return Vec::new();
    }
    let items = feed.items.iter().take(limit as usize);
    let own = feed._lamplight.own.iter();
    items
        .map(|item| {
            (
                &item.language,
                &item._lamplight.slug,
                &item._lamplight.digest,
            )
        })
        .chain(own.map(|(slug, digest)| (&feed.language, slug, digest)))
        .map(|(lang, slug, digest)| Wanted {
            url: paths::document(site, lang, slug),
            digest: Some(digest.clone()),
        })
        .collect()
}

/// One file of each image of an article. The worker answers with it when a page asks for another
/// width.
pub fn images(site: &Site, document: &ArticleDocument, width: u32) -> Vec<Wanted> {
    let paths = document.pictures(width).into_iter();
    paths
        .map(|path| Wanted::file([&*site.base, &path].concat()))
        .collect()
}

/// What a start keeps in a language: the front page and its feed, and the page of contact.
pub fn front(site: &Site, lang: &str) -> Vec<Wanted> {
    let route = Route::Front {
        lang: lang.to_owned(),
        page: 1,
    };
    let mut wanted = vec![
        Wanted::file(route.path(site)),
        Wanted::file(paths::feed(site, lang, None, 1)),
    ];
    if site.contact {
        wanted.push(Wanted::file(Route::contact(lang).path(site)));
    }
    wanted
}

/// What a visit keeps: the page itself and what it is made from. `digest` is that of the document or
/// feed the page shows, where it is known.
pub fn visit(site: &Site, here: &Route, digest: Option<&str>) -> Vec<Wanted> {
    let source = match here {
        Route::Article { lang, slug } => paths::document(site, lang, slug),
        Route::Category { lang, id, page } => paths::feed(site, lang, Some(id), *page),
        Route::Front { lang, page } => paths::feed(site, lang, None, *page),
        Route::Library { .. } | Route::Settings { .. } | Route::Search { .. } => {
            return Vec::new();
        }
    };
    vec![
        Wanted::file(here.path(site)),
        Wanted {
            url: source,
            digest: digest.map(str::to_owned),
        },
    ]
}

/// The key of the list of what was fetched ahead in a language.
fn key(lang: &str) -> String {
    ["kept/", lang].concat()
}

/// Notes what is fetched ahead now, and returns what was before, is no longer, and was never opened.
/// `opened` tells whether the reader has opened a document's path.
pub fn turn_over(
    store: &impl Store,
    lang: &str,
    now: &[String],
    opened: impl Fn(&str) -> bool,
) -> Vec<String> {
    let before: Vec<String> = store
        .get(&key(lang))
        .ok()
        .flatten()
        .and_then(|text| json::read::<Vec<String>>(&text))
        .unwrap_or_default();
    if let Ok(text) = serde_json::to_string(now) {
        let _ = store.set(&key(lang), &text);
    }
    let current: Vec<&str> = now.iter().map(String::as_str).collect();
    before
        .into_iter()
        .filter(|url| !current.contains(&url.as_str()) && !opened(url))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::MemoryStore;
    use lamplight_model::{FeedItem, Image, ItemExtension, Language, Media};

    fn site() -> Site {
        Site {
            base: "/n/".into(),
            keep_newest: 20,
            languages: vec![Language {
                code: "en".into(),
                ..Language::default()
            }],
            ..Site::default()
        }
    }

    #[test]
    fn saving_data_fetches_fewer_and_the_readers_own_number_counts() {
        let mut settings = Settings::default();
        assert_eq!(limit(&site(), &settings, false), 20);
        assert_eq!(limit(&site(), &settings, true), 5);
        settings.keep_newest = Some(0);
        assert_eq!(limit(&site(), &settings, false), 0);
    }

    #[test]
    fn the_newest_documents_and_the_pages_are_wanted_with_their_digests() {
        let item = |slug: &str| FeedItem {
            language: "en".into(),
            _lamplight: ItemExtension {
                slug: slug.into(),
                digest: format!("d-{slug}"),
                ..ItemExtension::default()
            },
            ..FeedItem::default()
        };
        let mut feed = Feed {
            language: "en".into(),
            items: vec![item("a"), item("b"), item("c")],
            ..Feed::default()
        };
        let wanted = documents(&site(), &feed, 2);
        assert_eq!(wanted.len(), 2);
        assert_eq!(wanted[1].url, "/n/articles/b.en.json");
        assert_eq!(wanted[1].digest.as_deref(), Some("d-b"));

        let own = &mut feed._lamplight.own;
        own.insert("about".into(), "d-about".into());
        let wanted = documents(&site(), &feed, 1);
        assert_eq!(
            wanted.len(),
            2,
            "a page of the publication's own comes on top"
        );
        assert_eq!(wanted[1].url, "/n/articles/about.en.json");
        assert_eq!(wanted[1].digest.as_deref(), Some("d-about"));
        assert_eq!(documents(&site(), &feed, 0), []);
    }

    #[test]
    fn of_each_image_the_file_that_fits_the_screen_is_kept() {
        assert_eq!(image_width(390.0, 3.0), 780);
        assert_eq!(image_width(1280.0, 1.0), 800);
        assert_eq!(image_width(1280.0, 2.0), 1600);
        let media = |src: &str, variants: &[&str]| Media {
            src: src.into(),
            width: 1200,
            variants: variants.iter().map(|v| (*v).to_owned()).collect(),
            ..Media::default()
        };
        let photograph = media("media/a.jpg", &["480-b", "800-c"]);
        let document = ArticleDocument {
            image: Some(Image {
                media: photograph.clone(),
                ..Image::default()
            }),
            media: [
                ("a.jpg".to_owned(), photograph),
                ("d.svg".to_owned(), media("media/d.svg", &[])),
            ]
            .into(),
            ..ArticleDocument::default()
        };
        let urls = |width| -> Vec<String> {
            let wanted = images(&site(), &document, width);
            wanted.into_iter().map(|wanted| wanted.url).collect()
        };
        assert_eq!(urls(780), ["/n/media/a-800-c.webp", "/n/media/d.svg"]);
        assert_eq!(urls(1600), ["/n/media/a.jpg", "/n/media/d.svg"]);
    }

    #[test]
    fn a_visit_keeps_the_page_and_what_it_is_made_from() {
        let lang = || "en".to_owned();
        for (here, page, source) in [
            (
                Route::Article {
                    lang: lang(),
                    slug: "a".into(),
                },
                "/n/a/",
                "/n/articles/a.en.json",
            ),
            (
                Route::Front {
                    lang: lang(),
                    page: 2,
                },
                "/n/page/2/",
                "/n/feed/2.json",
            ),
        ] {
            let wanted = visit(&site(), &here, Some("d"));
            assert_eq!(
                (wanted[0].url.as_str(), wanted[1].url.as_str()),
                (page, source)
            );
            assert_eq!(wanted[1].digest.as_deref(), Some("d"));
        }
        assert!(visit(&site(), &Route::Settings { lang: lang() }, None).is_empty());
        assert_eq!(front(&site(), "en")[0].url, "/n/");
    }

    #[test]
    fn what_is_no_longer_among_the_newest_goes_unless_it_was_opened() {
        let store = MemoryStore::default();
        let urls = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
        assert!(turn_over(&store, "en", &urls(&["a", "b", "c"]), |_| false).is_empty());
        assert_eq!(
            turn_over(&store, "en", &urls(&["d", "c"]), |url| url == "a"),
            ["b"]
        );
    }
}
