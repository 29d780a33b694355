//! What is on the device, both tiers together.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use lamplight_model::{Feed, json, paths, seal};
use lamplight_reader::Millis;
use lamplight_reader::library;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::session::{with_library, with_store};
use super::{Session, keep};
use crate::browser::{caches, device as browser, page};
use lamplight_reader::store::Store as _;

/// An article on the device.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Shelved {
    /// Language.
    pub(crate) lang: String,
    /// Slug.
    pub(crate) slug: String,
    /// Title.
    pub(crate) title: String,
    /// When it was stored.
    pub(crate) saved: Millis,
}

/// Path, title and time of storing, in the order of the paths.
type Titles = Vec<(String, String, Millis)>;

fn find(titles: &Titles, path: &str) -> Result<usize, usize> {
    titles.binary_search_by(|(own, ..)| own.as_str().cmp(path))
}

thread_local! {
    /// Title and time of storing of articles that were read from the large tier, by path: reading and
    /// verifying each of them at every look would be felt.
    static TITLES: RefCell<Titles> = const { RefCell::new(Vec::new()) };
}

/// Notes that articles in the large tier were stored or dropped.
pub(crate) fn forget_titles(paths: &[String]) {
    super::search::changed(paths);
    TITLES.with_borrow_mut(|titles| {
        for path in paths {
            if let Ok(at) = find(titles, path) {
                titles.remove(at);
            }
        }
    });
}

/// How many paths are looked at before the browser gets its turn.
const STEP: usize = 500;

/// Takes stock of the device: which articles it has, by their paths alone. What is saved may be thousands of them.
pub(crate) async fn take_stock(session: Session) {
    let site = session.site();
    let cached = caches::paths(&site.base).await;
    let entries = with_library(|library| library.entries());
    let own = entries.iter();
    let mut on_device: BTreeSet<String> = own
        .map(|entry| paths::document(&site, &entry.lang, &entry.slug))
        .collect();
    for step in cached.chunks(STEP) {
        browser::breathe().await;
        let documents = step.iter();
        on_device.extend(
            documents
                .filter(|path| paths::parse_document(&site, path).is_some())
                .cloned(),
        );
    }
    session.on_device.set(Arc::new(on_device));
}

/// The most articles that nobody has opened yet whose titles are read.
const MOST: usize = 40;

/// Finds what there is in the place of an article that is not: each document is read for its title, so only where that is
/// shown, and of the page's language first.
pub(crate) async fn shelve(session: Session) {
    let (site, own) = (session.site(), session.screen.get_untracked().lang.clone());
    let entries = with_library(|library| library.entries());
    let mut shelf: Vec<Shelved> = entries
        .iter()
        .map(|entry| Shelved {
            lang: entry.lang.clone(),
            slug: entry.slug.clone(),
            title: entry.title.clone(),
            saved: entry.saved,
        })
        .collect();
    let opened = shelf.iter();
    let opened: BTreeSet<String> = opened
        .map(|item| paths::document(&site, &item.lang, &item.slug))
        .collect();
    let on_device = session.on_device.get_untracked();
    let mut ahead: Vec<(&String, String, String)> = on_device
        .iter()
        .filter(|path| !opened.contains(*path))
        .filter_map(|path| {
            let (slug, lang) = paths::parse_document(&site, path)?;
            Some((path, slug, lang))
        })
        .collect();
    ahead.sort_by_key(|(_, _, lang)| *lang != own);
    ahead.truncate(MOST);
    for (path, slug, lang) in ahead {
        let known = TITLES.with_borrow(|titles| Some(titles[find(titles, path).ok()?].clone()));
        let (_, title, saved) = match known {
            Some(known) => known,
            None => {
                let Some((text, saved)) = caches::read(&site.base, path).await else {
                    continue;
                };
                let Some(document) = library::read(&text) else {
                    continue;
                };
                let read = (path.clone(), document.title, saved);
                TITLES.with_borrow_mut(|titles| {
                    if let Err(at) = find(titles, &read.0) {
                        titles.insert(at, read.clone());
                    }
                });
                read
            }
        };
        shelf.push(Shelved {
            lang,
            slug,
            title,
            saved,
        });
    }
    session.shelf.set(Arc::new(shelf));
}

/// Removes every article from both tiers; settings stay.
pub(crate) async fn clear(session: Session) {
    with_library(|library| {
        for entry in library.entries() {
            library.remove(&entry.lang, &entry.slug);
        }
    });
    with_store(|store| {
        for key in store.keys() {
            if ["feed/", "kept/", "was/"]
                .iter()
                .any(|own| key.starts_with(own))
            {
                let _ = store.remove(&key);
            }
        }
    });
    caches::clear(&session.site().base).await;
    // What is saved, the library's part must forget, too: it would fetch it again.
    page::call_part("clear");
    TITLES.take();
    take_stock(session).await;
}

/// Reads a sealed feed; `None` if it is damaged or of a later format.
pub(crate) fn read_feed(text: &str) -> Option<Feed> {
    seal::check(text).ok()?;
    let feed: Feed = json::read(text)?;
    (feed._lamplight.format <= lamplight_model::FORMAT).then_some(feed)
}

fn feed_key(lang: &str) -> String {
    ["feed/", lang].concat()
}

/// The newest feed of a language, as this device knows it, and when it was stored.
pub(crate) fn stored_feed(lang: &str) -> Option<(Feed, Millis)> {
    let record = with_store(|store| store.get(&feed_key(lang)).ok().flatten())?;
    let (saved, text) = record.split_once('\n')?;
    Some((read_feed(text)?, saved.parse().ok()?))
}

/// Notes the newest feed of a language, and stores it. If it brings something new, the newest
/// articles are kept.
pub(crate) fn note_feed(session: Session, lang: &str, feed: Arc<Feed>, text: &str, now: Millis) {
    let record = [&now.to_string(), "\n", text].concat();
    if with_store(|store| store.set(&feed_key(lang), &record)).is_err() {
        session.full.set(session.lasts);
    }
    let digest = &feed._lamplight.digest;
    let known = session.feeds.with_untracked(|feeds| {
        feeds
            .get(lang)
            .is_some_and(|known| known._lamplight.digest == *digest)
    });
    if !known {
        session.feeds.update(|feeds| {
            feeds.insert(lang, feed);
        });
        spawn_local(keep::newest(session));
    }
}
