//! Articles on the device, in the synchronous tier: read, written, verified, evicted.
//!
//! Each article is two records: its sealed text as it arrived (`doc/<lang>/<slug>`) and a small
//! [`Entry`] beside it (`meta/<lang>/<slug>`), so that tabs never overwrite each other's lists. The
//! library must never say that something is saved before it was read back whole, and never evict what
//! is pinned. An edition that gives way to another is put aside first (`was/<lang>/<slug>/<digest>`), for the program
//! that keeps earlier versions (`crate::offline::versions`) to take it from there.

use std::cmp::Reverse;

use lamplight_model::{ArticleDocument, json, record, seal};
use serde::Serialize;

use crate::Millis;
use crate::offline::reading::{HISTORY, noted};
use crate::store::{Store, StoreError, units};

/// The version of [`Entry`].
const VERSION: u32 = 1;

/// UTF-16 code units the articles may take: under half of the five million that browsers allow a
/// site, so that settings, drafts and unsent messages always find room.
pub const BUDGET: usize = 2_000_000;

/// What is known of a stored article without reading it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Entry {
    /// Version of this record.
    pub v: u32,
    /// Language.
    pub lang: String,
    /// Slug.
    pub slug: String,
    /// Title.
    pub title: String,
    /// Digest of the stored text.
    pub digest: String,
    /// When it was stored.
    pub saved: Millis,
    /// When it was last opened; 0 where that is not to be known (`offline::reading`).
    pub opened: Millis,
    /// UTF-16 code units of the stored text.
    pub units: usize,
    /// Never evicted.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub pinned: bool,
}

record!(Entry {
    v, lang, slug, title, digest, saved, opened, units;
    pinned
});

/// A stored article.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// The article.
    pub document: ArticleDocument,
    /// The sealed text it was read from.
    pub text: String,
    /// When it was stored.
    pub saved: Millis,
}

/// Why an article was not stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotSaved {
    /// The store's reason.
    Store(StoreError),
    /// What was read back is not what was written.
    Mismatch,
    /// It is no whole article of a format this version knows.
    NotAnArticle,
}

impl From<StoreError> for NotSaved {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// The articles in a store.
#[derive(Clone, Copy, Debug)]
pub struct Library<S> {
    store: S,
    budget: usize,
}

/// Reads a sealed text as an article; `None` if it is damaged or of a later format.
pub fn read(text: &str) -> Option<ArticleDocument> {
    seal::check(text).ok()?;
    let document: ArticleDocument = json::read(text)?;
    (document.format <= lamplight_model::FORMAT).then_some(document)
}

/// An entry as it is stored.
fn written(entry: &Entry) -> Result<String, StoreError> {
    serde_json::to_string(entry).map_err(|_| StoreError::Blocked)
}

impl Entry {
    /// When it was last opened; when it was stored where that is not to be known.
    pub fn used(&self) -> Millis {
        // Whatever is opened was stored before.
        self.opened.max(self.saved)
    }
}

/// Of articles, the last used first, the one that goes first: not pinned, and none that `stays`.
pub fn first_to_go(entries: Vec<Entry>, stays: impl Fn(&Entry) -> bool) -> Option<Entry> {
    let mut oldest_first = entries.into_iter().rev();
    oldest_first.find(|entry| !entry.pinned && !stays(entry))
}

fn key(kind: &str, lang: &str, slug: &str) -> String {
    [kind, "/", lang, "/", slug].concat()
}

impl<S: Store> Library<S> {
    /// The library in `store`, within `budget` UTF-16 code units.
    pub fn new(store: S, budget: usize) -> Self {
        Self { store, budget }
    }

    /// Everything stored, last opened first, or stored where it is not to be known when it was opened. Entries that cannot be read are left alone.
    pub fn entries(&self) -> Vec<Entry> {
        // Put in their places one by one: a sort is code that the app has no other use for (and
        // collecting into a map is a sort, too).
        let mut entries: Vec<(String, Entry)> = Vec::new();
        for key in self.store.keys() {
            if key.starts_with("meta/")
                && let Ok(Some(text)) = self.store.get(&key)
                && let Some(entry) = json::read::<Entry>(&text)
            {
                let used = |entry: &Entry| Reverse(entry.used());
                let place = (used(&entry), &key);
                let at = entries.partition_point(|(other, before)| (used(before), other) < place);
                entries.insert(at, (key, entry));
            }
        }
        entries.into_iter().map(|(_, entry)| entry).collect()
    }

    /// A stored article. One whose text was damaged is removed (the site can give it again) and
    /// counts as absent.
    pub fn get(&self, lang: &str, slug: &str) -> Option<Stored> {
        let text = self.store.get(&key("doc", lang, slug)).ok()??;
        let Some(document) = read(&text).filter(|d| d.slug == slug && d.lang == lang) else {
            self.remove(lang, slug);
            return None;
        };
        let saved = self.entry(lang, slug).map_or(0, |entry| entry.saved);
        Some(Stored {
            document,
            text,
            saved,
        })
    }

    /// What is known of one stored article.
    pub fn entry(&self, lang: &str, slug: &str) -> Option<Entry> {
        json::read(&self.store.get(&key("meta", lang, slug)).ok()??)
    }

    /// Whether it is to be known when articles were opened.
    fn notes(&self) -> bool {
        let history = self.store.get(HISTORY).unwrap_or_default();
        noted::is_on(history.as_deref())
    }

    /// Notes that an article was opened.
    pub fn touch(&self, lang: &str, slug: &str, now: Millis) {
        if self.notes()
            && let Some(mut entry) = self.entry(lang, slug)
        {
            entry.opened = now;
            let _ = self.write_entry(&entry);
        }
    }

    /// Removes an article.
    pub fn remove(&self, lang: &str, slug: &str) {
        let _ = self.store.remove(&key("doc", lang, slug));
        let _ = self.store.remove(&key("meta", lang, slug));
    }

    /// Stores an article's sealed text that was fetched now; see [`Library::put_as_of`].
    ///
    /// # Errors
    /// See [`NotSaved`].
    pub fn put(&self, text: &str, now: Millis) -> Result<Entry, NotSaved> {
        self.put_as_of(text, now, now)
    }

    /// Stores an article's sealed text, which was fetched at `saved`, and reads it back; makes room
    /// by evicting what was opened longest ago. The text that was there before stands until the new
    /// one is in its place; one of another edition is put aside, its entry in the first line.
    ///
    /// # Errors
    /// See [`NotSaved`]; nothing that was stored before is then lost, save evicted articles.
    pub fn put_as_of(&self, text: &str, saved: Millis, now: Millis) -> Result<Entry, NotSaved> {
        let document = read(text).ok_or(NotSaved::NotAnArticle)?;
        let (lang, slug) = (document.lang.as_str(), document.slug.as_str());
        let before = self.entry(lang, slug);
        // Another edition of what is open is no other opening: an article of which a history was cleared stays out of it.
        let first = if self.notes() { now } else { 0 };
        let opened = before.as_ref().map_or(first, |entry| entry.opened);
        let entry = Entry {
            v: VERSION,
            lang: document.lang.clone(),
            slug: document.slug.clone(),
            title: document.title.clone(),
            digest: document.digest.clone(),
            saved,
            opened,
            units: units(text),
            pinned: before.as_ref().is_some_and(|entry| entry.pinned),
        };
        if entry.units > self.budget {
            return Err(NotSaved::Store(StoreError::Full));
        }
        self.make_room(&entry);
        let doc_key = key("doc", lang, slug);
        if let Some(mut before) = before.filter(|before| before.digest != entry.digest)
            && let Some(doc) = self.store.get(&doc_key)?
        {
            let aside = [&*key("was", lang, slug), "/", &before.digest].concat();
            // That is for the history alone to know.
            before.opened = 0;
            let aside_text = [&*written(&before)?, "\n", &doc].concat();
            self.note(&aside, &aside_text, lang, slug)?;
        }
        self.note(&doc_key, text, lang, slug)?;
        self.write_entry(&entry)?;
        if self.store.get(&doc_key)?.as_deref() == Some(text) {
            Ok(entry)
        } else {
            self.remove(lang, slug);
            Err(NotSaved::Mismatch)
        }
    }

    /// UTF-16 code units the stored texts take.
    pub fn used(&self) -> usize {
        self.entries().iter().map(|entry| entry.units).sum()
    }

    /// Writes a record; of the articles the one that was opened longest ago makes room for it, but not the one named.
    ///
    /// # Errors
    /// See [`StoreError`]; what stood under the key then still stands.
    pub fn note(&self, key: &str, text: &str, lang: &str, slug: &str) -> Result<(), StoreError> {
        loop {
            match self.store.set(key, text) {
                Err(StoreError::Full) if self.evict_one(lang, slug) => {}
                done => return done,
            }
        }
    }

    fn write_entry(&self, entry: &Entry) -> Result<(), StoreError> {
        let (lang, slug) = (&*entry.lang, &*entry.slug);
        self.note(&key("meta", lang, slug), &written(entry)?, lang, slug)
    }

    fn make_room(&self, incoming: &Entry) {
        let same = |entry: &Entry| entry.lang == incoming.lang && entry.slug == incoming.slug;
        let others: usize = self
            .entries()
            .iter()
            .filter(|entry| !same(entry))
            .map(|entry| entry.units)
            .sum();
        let mut used = others + incoming.units;
        while used > self.budget {
            let Some(evicted) = self.candidate(&incoming.lang, &incoming.slug) else {
                return;
            };
            self.remove(&evicted.lang, &evicted.slug);
            used -= evicted.units;
        }
    }

    fn evict_one(&self, lang: &str, slug: &str) -> bool {
        self.candidate(lang, slug)
            .map(|entry| self.remove(&entry.lang, &entry.slug))
            .is_some()
    }

    /// What goes first: opened (or stored) longest ago, not pinned, not the article named.
    fn candidate(&self, lang: &str, slug: &str) -> Option<Entry> {
        first_to_go(self.entries(), |entry| {
            entry.lang == lang && entry.slug == slug
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::MemoryStore;
    use proptest::prelude::*;

    fn article(slug: &str, length: usize) -> String {
        seal::seal(&ArticleDocument {
            format: 1,
            slug: slug.into(),
            lang: "en".into(),
            title: slug.to_uppercase(),
            markdown: "é".repeat(length),
            ..ArticleDocument::default()
        })
        .expect("seals")
    }

    #[test]
    fn a_stored_article_comes_back_whole_with_its_age() {
        let store = MemoryStore::default();
        let library = Library::new(&store, BUDGET);
        library.put(&article("a", 9), 7).expect("stores");
        let stored = library.get("en", "a").expect("is there");
        assert_eq!((stored.saved, stored.document.title.as_str()), (7, "A"));
        assert_eq!(library.get("fr", "a"), None);
    }

    #[test]
    fn an_edition_that_gives_way_is_put_aside_and_without_space_for_that_it_stays() {
        let store = MemoryStore::default();
        let library = Library::new(&store, BUDGET);
        let (one, two) = (article("a", 9), article("a", 99));
        let first = library.put(&one, 1).expect("stores");
        library.put(&one, 2).expect("stores");
        let aside = ["was/en/a/", &first.digest].concat();
        assert_eq!(store.get(&aside), Ok(None), "the same edition");
        let second = library.put(&two, 3).expect("stores");
        let kept = store.get(&aside).expect("open").expect("is there");
        let (meta, text) = kept.split_once('\n').expect("two lines");
        assert_eq!(text, one);
        assert_eq!(json::read::<Entry>(meta).expect("reads").saved, 2);
        store.set_quota(Some(400));
        let none = library.put(&one, 4);
        assert_eq!(none, Err(NotSaved::Store(StoreError::Full)));
        assert_eq!(library.get("en", "a").expect("stays").text, two);
        assert_eq!(library.entry("en", "a"), Some(second));
    }

    #[test]
    fn what_was_opened_longest_ago_goes_first_and_pinned_articles_never() {
        let store = MemoryStore::default();
        let library = Library::new(&store, units(&article("a", 1000)) * 3);
        for (at, slug) in ["a", "b", "c"].iter().enumerate() {
            library
                .put(&article(slug, 1000), at as Millis)
                .expect("stores");
        }
        let mut pinned = library.entry("en", "b").expect("is there");
        pinned.pinned = true;
        library.write_entry(&pinned).expect("stores");
        library.touch("en", "a", 9);
        library.put(&article("d", 1000), 10).expect("stores");
        library.put(&article("e", 1000), 11).expect("stores");
        let slugs: Vec<String> = library
            .entries()
            .into_iter()
            .map(|entry| entry.slug)
            .collect();
        assert_eq!(slugs, ["e", "d", "b"]);
    }

    #[test]
    fn of_articles_that_may_go_the_one_opened_longest_ago_goes_first() {
        let entry = |slug: &str, opened, pinned| Entry {
            slug: slug.into(),
            opened,
            pinned,
            ..Entry::default()
        };
        let all = vec![
            entry("a", 7, false),
            entry("c", 3, false),
            entry("b", 1, true),
        ];
        let first = |stays: &str| first_to_go(all.clone(), |one| one.slug == stays);
        assert_eq!(first("").map(|one| one.slug), Some("c".into()));
        assert_eq!(first("c").map(|one| one.slug), Some("a".into()));
        assert_eq!(first_to_go(vec![entry("b", 1, true)], |_| false), None);
    }

    #[test]
    fn a_full_store_gives_up_old_articles_but_not_what_the_reader_made() {
        let store = MemoryStore::default();
        store.set("settings", "mine").expect("stores");
        let library = Library::new(&store, BUDGET);
        library.put(&article("a", 1000), 1).expect("stores");
        store.set_quota(Some(2000));
        library.put(&article("b", 1000), 2).expect("makes room");
        assert_eq!(library.get("en", "a"), None);
        assert_eq!(store.get("settings"), Ok(Some("mine".into())));
        assert_eq!(
            library.put(&article("c", 5000), 3),
            Err(NotSaved::Store(StoreError::Full))
        );
        assert_eq!(store.get("settings"), Ok(Some("mine".into())));
    }

    #[test]
    fn while_no_history_is_kept_nothing_says_when_an_article_was_opened_and_the_oldest_goes_first()
    {
        let store = MemoryStore::default();
        let library = Library::new(&store, units(&article("a", 1000)) * 3);
        library.put(&article("a", 1000), 1).expect("stores");
        let off = "{\"v\":1,\"off\":true,\"stamp\":2,\"cleared\":2}";
        store.set(HISTORY, off).expect("stores");
        for (slug, now) in [("b", 3), ("c", 4)] {
            library.put(&article(slug, 1000), now).expect("stores");
        }
        library.touch("en", "b", 5);
        library.put(&article("a", 1000), 6).expect("stores");
        let opened = |slug: &str| library.entry("en", slug).map(|entry| entry.opened);
        assert_eq!((opened("a"), opened("b")), (Some(1), Some(0)));
        library.put(&article("d", 1000), 7).expect("stores");
        assert_eq!(library.get("en", "b"), None);
        assert!(library.get("en", "a").is_some());
    }

    #[test]
    fn a_record_finds_room_on_a_full_device_and_the_open_article_stays() {
        let store = MemoryStore::default();
        let library = Library::new(&store, BUDGET);
        for (slug, now) in [("a", 1), ("b", 2), ("c", 3)] {
            library.put(&article(slug, 1000), now).expect("stores");
        }
        let text = |key: &String| store.get(key).ok().flatten().unwrap_or_default();
        let keys = store.keys();
        let full = keys.iter().map(|key| units(key) + units(&text(key)));
        store.set_quota(Some(full.sum()));
        assert_eq!(library.note("reading/a", "{}", "en", "a"), Ok(()));
        assert_eq!(store.get("reading/a"), Ok(Some("{}".into())));
        let here = ["a", "b", "c"].map(|slug| library.get("en", slug).is_some());
        assert_eq!(here, [true, false, true]);
    }

    #[test]
    fn an_edition_put_aside_does_not_say_when_it_was_opened() {
        let store = MemoryStore::default();
        let library = Library::new(&store, BUDGET);
        library.put(&article("a", 10), 5).expect("stores");
        library.put(&article("a", 20), 6).expect("stores");
        let aside = store.keys().into_iter().find(|key| key.starts_with("was/"));
        let aside = store.get(&aside.expect("is put aside"));
        let aside = aside.ok().flatten().expect("is there");
        let (entry, text) = aside.split_once('\n').expect("two lines");
        let entry: Entry = json::read(entry).expect("an entry");
        assert_eq!((entry.opened, entry.saved), (0, 5));
        assert_eq!(text, article("a", 10));
    }

    #[test]
    fn another_edition_of_an_article_says_nothing_new_of_when_it_was_opened() {
        let store = MemoryStore::default();
        let library = Library::new(&store, BUDGET);
        library.put(&article("a", 10), 5).expect("stores");
        library.put(&article("a", 20), 6).expect("stores");
        let entry = library.entry("en", "a").expect("an entry");
        assert_eq!((entry.opened, entry.saved), (5, 6));
    }

    #[test]
    fn a_corrupt_article_counts_as_absent_and_its_neighbours_stay() {
        let store = MemoryStore::default();
        let library = Library::new(&store, BUDGET);
        library.put(&article("a", 9), 1).expect("stores");
        library.put(&article("b", 9), 2).expect("stores");
        let text = store.get("doc/en/a").expect("open").expect("is there");
        store
            .set("doc/en/a", &text[..text.len() - 2])
            .expect("stores");
        assert_eq!(library.get("en", "a"), None);
        assert!(library.get("en", "b").is_some());
        assert_eq!(library.entries().len(), 1);
    }

    #[test]
    fn a_blocked_store_says_so() {
        let store = MemoryStore::default();
        store.set_blocked(true);
        let library = Library::new(&store, BUDGET);
        assert_eq!(
            library.put(&article("a", 9), 1),
            Err(NotSaved::Store(StoreError::Blocked))
        );
        assert!(library.entries().is_empty());
    }

    #[test]
    fn a_foreign_text_is_never_stored() {
        let store = MemoryStore::default();
        let library = Library::new(&store, BUDGET);
        assert_eq!(
            library.put("<html>Sign in</html>", 1),
            Err(NotSaved::NotAnArticle)
        );
        assert!(store.keys().is_empty());
    }

    proptest! {
        #[test]
        fn whatever_happens_the_budget_holds_and_what_is_listed_can_be_read(
            steps in prop::collection::vec((0u8..6, 0usize..900, any::<bool>()), 1..40),
            quota in 500usize..6000,
        ) {
            let store = MemoryStore::default();
            store.set_quota(Some(quota));
            let library = Library::new(&store, 3000);
            for (at, (name, length, remove)) in steps.into_iter().enumerate() {
                let slug = format!("s{name}");
                if remove {
                    library.remove("en", &slug);
                } else if library.put(&article(&slug, length), at as Millis).is_ok() {
                    prop_assert!(library.get("en", &slug).is_some());
                }
                prop_assert!(library.used() <= 3000);
            }
            for entry in library.entries() {
                prop_assert_eq!(library.get("en", &entry.slug).map(|s| s.document.digest), Some(entry.digest));
            }
        }
    }
}
