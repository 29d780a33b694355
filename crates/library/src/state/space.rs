//! What takes space, and what may go: sizes, sweeping what is no longer saved, eviction of what never was.
//!
//! Entry points: [`State::amount`], [`State::sweep`], [`State::lacking`], [`State::evict`]. They name what is to be
//! deleted, and never what is saved.

use std::collections::{BTreeMap, BTreeSet};

use lamplight_model::{Archive, Archived, Route, json, paths, record, seal};
use lamplight_reader::Millis;
use lamplight_reader::offline::eviction;
use lamplight_reader::offline::holdings::{self, Holding, Pins};
use lamplight_reader::offline::saved::{self, Extent, Kind};

use super::{Amount, State, Sweep};
use crate::receipt::{self, Receipt};

impl State {
    /// Of the files `stored` in the cache of what is saved (JSON, paths), those that belong to nothing saved, nor to what
    /// was removed within `undo` milliseconds before `now`.
    pub(crate) fn sweep(&self, stored: &str, undo: Millis, now: Millis) -> Sweep {
        let list = self.list.undone(undo, now);
        let stands = |slug: &str, lang: &str| self.extent_in(&list, slug, lang).is_some();
        let wanted = |receipt: &Receipt| stands(&receipt.slug, &receipt.lang);
        let (stays, goes): (Vec<_>, Vec<_>) = self
            .receipts
            .iter()
            .partition(|(_, receipt)| wanted(receipt));
        let used: BTreeSet<&str> = stays
            .iter()
            .flat_map(|(_, receipt)| receipt.files.iter().map(|file| &*file.url))
            .collect();
        let site = &self.told.site;
        let archive = [&*site.base, "archive/"].concat();
        let stored: Vec<String> = json::read(stored).unwrap_or_default();
        // An article on its way, or of which something is lacking, has no receipt; what there is of it stays.
        let on_its_way = |slug: &str, lang: &str| {
            !self.receipts.contains_key(&receipt::key(slug, lang)) && stands(slug, lang)
        };
        let held = self.holdings.values();
        let held = held.filter(|held| on_its_way(&held.slug, &held.lang));
        // Who goes back to an earlier version wants its pictures.
        let earlier = self.earlier.values();
        let earlier = earlier.filter(|one| stands(&one.slug, &one.lang));
        let pictures: BTreeSet<&str> = held
            .flat_map(|held| &held.pictures)
            .chain(earlier.flat_map(|one| &one.pictures))
            .map(String::as_str)
            .collect();
        let media = [&*site.base, "media/"].concat();
        let owned = |path: &String| {
            if let Some(name) = path.strip_prefix(&*media) {
                let original = name.get(..seal::LENGTH);
                return original.is_some_and(|original| pictures.contains(original));
            }
            let page = || match Route::parse(site, path)? {
                Route::Article { lang, slug } => Some((slug, lang)),
                _ => None,
            };
            let article = paths::parse_document(site, path).or_else(page);
            // What the reader went to opens from there, saved or not.
            article.is_some_and(|(slug, lang)| {
                on_its_way(&slug, &lang) || self.held(&slug, &lang).is_some()
            })
        };
        Sweep {
            forget: goes.into_iter().map(|(key, _)| key.clone()).collect(),
            files: stored
                .into_iter()
                .filter(|path| {
                    !used.contains(&**path) && !path.starts_with(&archive) && !owned(path)
                })
                .collect(),
        }
    }

    /// The keys of the holdings whose documents are among the paths `gone` (JSON): nothing of them is on the device.
    pub(crate) fn stale(&self, gone: &str) -> Vec<String> {
        let gone: Vec<String> = json::read(gone).unwrap_or_default();
        let documents = gone
            .iter()
            .filter_map(|path| paths::parse_document(&self.told.site, path));
        let keys = documents.map(|(slug, lang)| holdings::key(&slug, &lang));
        keys.filter(|key| self.holdings.contains_key(key)).collect()
    }

    /// The keys of the receipts of which a file is not among those `stored` (JSON, paths).
    pub(crate) fn lacking(&self, stored: &str) -> Vec<String> {
        let stored: Vec<String> = json::read(stored).unwrap_or_default();
        let stored: BTreeSet<String> = stored.into_iter().collect();
        let whole = |receipt: &Receipt| receipt.files.iter().all(|file| stored.contains(&file.url));
        let lacking = self.receipts.iter().filter(|(_, receipt)| !whole(receipt));
        lacking.map(|(key, _)| key.clone()).collect()
    }

    /// Bytes of what is saved; a file of several articles counts once.
    pub(crate) fn saved_bytes(&self) -> u64 {
        let files = self.receipts.values().flat_map(|receipt| &receipt.files);
        let files: BTreeMap<&str, u64> = files.map(|file| (&*file.url, file.bytes)).collect();
        files.values().sum()
    }

    /// How much the site has in a category, or of everything (`category` empty), in a language or all; with the
    /// translations of that, where those are wanted. What the reader took out of it does not count where it is `kept`:
    /// nothing is lacking then.
    pub(crate) fn amount(&self, category: &str, lang: &str, extent: Extent, kept: bool) -> Amount {
        let out = self.list.records().filter(|record| {
            kept && record.removed
                && record.kind == Kind::Article
                && self.extent(&record.name, &record.lang).is_none()
        });
        let out: BTreeSet<(&str, &str)> = out.map(|one| (&*one.name, &*one.lang)).collect();
        let own = |archive: &&Archive| lang == saved::ALL || lang == archive.lang;
        let fits = |article: &&Archived| {
            category.is_empty() || article.categories.iter().any(|own| own == category)
        };
        let all = self.archives.values().filter(own);
        let slugs = all.flat_map(|archive| archive.articles.iter().filter(fits));
        let slugs: BTreeSet<&str> = slugs.map(|article| &*article.slug).collect();
        let mut amount = Amount::default();
        for archive in self.archives.values() {
            let own = own(&archive);
            if !own && !extent.translations {
                continue;
            }
            let counts = |article: &&Archived| {
                if own {
                    fits(article)
                } else {
                    slugs.contains(&*article.slug)
                }
            };
            for article in archive.articles.iter().filter(counts) {
                if out.contains(&(&*article.slug, &*archive.lang)) {
                    amount.out += 1;
                    continue;
                }
                let images = if extent.images { article.images } else { 0 };
                amount.articles += 1;
                amount.bytes += u64::from(article.bytes) + u64::from(images);
                let receipt = self.receipt(&article.slug, &archive.lang);
                let whole = |receipt: &Receipt| receipt.images || !extent.images;
                amount.here += u64::from(receipt.is_some_and(whole));
            }
        }
        amount
    }

    /// What is to be deleted of the cache of what is not saved so that `needed` bytes come free. `stored` is JSON, of each
    /// file its path, bytes and when it was used.
    pub(crate) fn evict(&self, stored: &str, needed: u64, now: Millis) -> Vec<String> {
        #[derive(Default)]
        struct Cached {
            url: String,
            bytes: u64,
            used: Millis,
        }
        record!(Cached { url, bytes, used });
        let held: Vec<Holding> = self.holdings.values().cloned().collect();
        let pins = Pins::of(&self.list, &held, false);
        let site = &self.told.site;
        let stored: Vec<Cached> = json::read(stored).unwrap_or_default();
        let files: Vec<eviction::Stored> = stored
            .iter()
            .map(|file| {
                let mut stored = pins.stored(site, &file.url, file.bytes, file.used);
                // What is saved is in a cache of its own. What only this device can make is pinned all the same.
                stored.saved &= stored.kind == eviction::Kind::Translation;
                stored
            })
            .collect();
        let plan = eviction::plan(&files, needed, now);
        plan.go
            .into_iter()
            .map(|at| files[at].url.clone())
            .collect()
    }
}
