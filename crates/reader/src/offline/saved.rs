//! What the reader wants kept: single articles, and wishes that grow with the site.
//!
//! Entry points: [`List::read`], [`List::save`], [`List::remove`], [`List::wants`], [`join`]. One record for each
//! thing saved, under a key of its own, so that tabs write beside each other; what was removed leaves a record, so that
//! a tab or a device that has not heard of it does not bring it back. Joining is a state-based LWW map (Shapiro et al.,
//! "Conflict-free Replicated Data Types", 2011): in whatever order and however often, the outcome is the same.
//!
//! A record that cannot be read must never make anything be thrown away: its key says what was saved.

use std::collections::BTreeMap;

use lamplight_model::json::{self, Fill, Json};
use lamplight_model::record;
use serde::Serialize;

use super::{Write, stamp, version, write};
use crate::Millis;
use crate::library::Entry;

/// The version of [`Record`].
pub const VERSION: u32 = 1;

/// What the keys of all records begin with.
pub const PREFIX: &str = "saved/";

/// The language of a wish for all languages, those to come among them.
pub const ALL: &str = "*";

/// How long it is remembered that something was removed: two years. A device that was away for longer brings it back.
pub const MEMORY: Millis = 2 * 365 * 24 * 60 * 60_000;

/// What is saved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// One article in one language.
    #[default]
    Article,
    /// Whatever is in a category, now and later.
    Category,
    /// Whatever the site has, now and later.
    Everything,
}

impl Kind {
    /// Its name, in keys and records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Article => "article",
            Self::Category => "category",
            Self::Everything => "everything",
        }
    }

    /// The one of a name.
    pub fn named(name: &str) -> Option<Self> {
        let all = [Self::Article, Self::Category, Self::Everything];
        all.into_iter().find(|kind| kind.as_str() == name)
    }
}

impl Fill for Kind {
    fn fill(&mut self, json: Json) -> bool {
        let Json::Text(name) = json else { return false };
        Self::named(&name).is_some_and(|kind| {
            *self = kind;
            true
        })
    }
}

/// What is kept along with the text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Extent {
    /// The images.
    pub images: bool,
    /// The article in the site's other languages, and what this device's translator made of it.
    pub translations: bool,
}

/// One thing saved, or removed again, as it is stored (JSON).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Record {
    /// Version of the record.
    pub v: u32,
    /// What it is.
    pub kind: Kind,
    /// The article's slug, or the category's identifier; empty for everything.
    pub name: String,
    /// The language (BCP 47); [`ALL`] for all of them.
    pub lang: String,
    /// When it was last changed ([`stamp`]).
    pub stamp: Millis,
    /// When the reader saved it, or removed it, by the clock.
    pub since: Millis,
    /// With its images.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub images: bool,
    /// With its translations, see [`Extent`].
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub translations: bool,
    /// It was removed: what wishes older than this cover does not cover it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub removed: bool,
}

record!(Record {
    v, kind, name, lang, stamp, since;
    images, translations, removed
});

/// The key of what is saved: `saved/<kind>/<name>/<lang>`.
pub fn key(kind: Kind, name: &str, lang: &str) -> String {
    [PREFIX, kind.as_str(), "/", name, "/", lang].concat()
}

/// The inverse of [`key`].
fn parse(key: &str) -> Option<(Kind, &str, &str)> {
    let (kind, rest) = key.strip_prefix(PREFIX)?.split_once('/')?;
    let (name, lang) = rest.rsplit_once('/')?;
    let kind = Kind::named(kind)?;
    // An article in all languages is one saved with its translations.
    let one = kind != Kind::Article || lang != ALL;
    let fits = one && !lang.is_empty() && name.is_empty() == (kind == Kind::Everything);
    fits.then_some((kind, name, lang))
}

impl Record {
    /// Its key.
    pub fn key(&self) -> String {
        key(self.kind, &self.name, &self.lang)
    }

    /// The record as text.
    pub fn text(&self) -> String {
        write(self)
    }

    /// The record to be written.
    pub fn write(&self) -> Write {
        Write {
            key: self.key(),
            text: self.text(),
        }
    }

    /// Whether a later version of the app wrote it. It is then taken for saved and left as it is.
    pub fn is_later(&self) -> bool {
        self.v > VERSION
    }

    /// What is kept along with the text.
    pub fn extent(&self) -> Extent {
        Extent {
            images: self.images,
            translations: self.translations,
        }
    }

    /// By what the one of two records that stands is known: a later version's, then the one changed last; of two changed
    /// at once the one that keeps more. Records of one key that are equal in all of this are equal.
    fn rank(&self) -> (u32, Millis, bool, Extent, Millis) {
        let later = if self.is_later() { self.v } else { 0 };
        (later, self.stamp, !self.removed, self.extent(), self.since)
    }
}

/// What a stored text is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A record.
    Whole(Record),
    /// A record that a later version of the app wrote, as far as its key tells.
    Later(Record),
    /// It is damaged; this is what its key tells, to be written in its place. Anything whole wins over it.
    Damaged(Record),
    /// The key is none.
    Foreign,
}

/// Reads a stored record.
pub fn read(own: &str, text: &str) -> Found {
    let Some((kind, name, lang)) = parse(own) else {
        return Found::Foreign;
    };
    let by_key = |v| Record {
        v,
        kind,
        name: name.to_owned(),
        lang: lang.to_owned(),
        images: true,
        ..Record::default()
    };
    let v = version(text);
    if v > VERSION {
        return Found::Later(by_key(v));
    }
    match json::read::<Record>(text) {
        Some(record) if v == VERSION && record.key() == own && record.stamp >= 0 => {
            Found::Whole(record)
        }
        _ => Found::Damaged(by_key(VERSION)),
    }
}

/// Joins two records of one key.
pub fn join(a: Record, b: Record) -> Record {
    if b.rank() > a.rank() { b } else { a }
}

/// What the app before this list knew as pinned. To be joined as often as one likes: what was removed since stays
/// removed.
pub fn migrate(entries: &[Entry]) -> Vec<Record> {
    let pinned = entries.iter().filter(|entry| entry.pinned);
    pinned
        .map(|entry| Record {
            v: VERSION,
            kind: Kind::Article,
            name: entry.slug.clone(),
            lang: entry.lang.clone(),
            stamp: entry.saved.max(0),
            since: entry.saved,
            images: true,
            ..Record::default()
        })
        .collect()
}

/// An article of the site, as far as wishes are concerned.
#[derive(Clone, Copy, Debug)]
pub struct Item<'a> {
    /// Slug.
    pub slug: &'a str,
    /// Language.
    pub lang: &'a str,
    /// Identifiers of its categories.
    pub categories: &'a [String],
}

/// The list of what is saved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List {
    records: BTreeMap<String, Record>,
    latest: Millis,
}

impl List {
    /// Reads all that is stored, and what of it is to be written again because it was damaged.
    pub fn read(stored: impl IntoIterator<Item = (String, String)>) -> (Self, Vec<Write>) {
        let (mut list, mut mended) = (Self::default(), Vec::new());
        for (key, text) in stored {
            match read(&key, &text) {
                Found::Whole(record) | Found::Later(record) => _ = list.add(record),
                Found::Damaged(record) => {
                    mended.push(record.write());
                    list.add(record);
                }
                Found::Foreign => {}
            }
        }
        (list, mended)
    }

    /// Joins a record from elsewhere; says whether that changed anything.
    pub fn add(&mut self, record: Record) -> bool {
        self.latest = self.latest.max(record.stamp);
        let key = record.key();
        let joined = match self.records.get(&key) {
            Some(own) if *own == record => return false,
            Some(own) => join(own.clone(), record),
            None => record,
        };
        let changed = self.records.get(&key) != Some(&joined);
        self.records.insert(key, joined);
        changed
    }

    /// Joins another list.
    pub fn merge(&mut self, other: &Self) {
        for record in other.records.values() {
            self.add(record.clone());
        }
    }

    /// Saves something, and gives the record to be written; `None` where a later version's record stands, or where
    /// name and language do not fit the kind.
    pub fn save(
        &mut self,
        kind: Kind,
        name: &str,
        lang: &str,
        extent: Extent,
        now: Millis,
    ) -> Option<Record> {
        let key = key(kind, name, lang);
        parse(&key)?;
        let since = match self.records.get(&key) {
            Some(own) if own.is_later() => return None,
            Some(own) if !own.removed => own.since,
            _ => now,
        };
        let record = Record {
            v: VERSION,
            kind,
            name: name.to_owned(),
            lang: lang.to_owned(),
            // Later than everything: a wish that is made again covers what was removed before.
            stamp: stamp::next(self.latest, now),
            since,
            images: extent.images,
            translations: extent.translations,
            removed: false,
        };
        self.add(record.clone());
        Some(record)
    }

    /// Removes something, and gives the record to be written. An article that only a wish covers is removed from it that
    /// way, too.
    pub fn remove(&mut self, kind: Kind, name: &str, lang: &str, now: Millis) -> Option<Record> {
        let mut record = self.save(kind, name, lang, Extent::default(), now)?;
        (record.removed, record.since) = (true, now);
        // The same stamp would lose to what was just saved.
        record.stamp = stamp::next(self.latest, now);
        self.add(record.clone());
        Some(record)
    }

    /// Undoes what was done to a record: it is again as it was `before`.
    pub fn undo(&mut self, before: &Record, now: Millis) -> Record {
        let mut record = before.clone();
        record.stamp = stamp::next(self.latest, now);
        self.add(record.clone());
        record
    }

    /// A record that has not been removed.
    pub fn get(&self, kind: Kind, name: &str, lang: &str) -> Option<&Record> {
        let found = self.records.get(&key(kind, name, lang));
        found.filter(|record| !record.removed)
    }

    /// All records, removed ones too, in the order of their keys.
    pub fn records(&self) -> impl Iterator<Item = &Record> {
        self.records.values()
    }

    /// What is saved, in the order of the keys: articles, then wishes.
    pub fn saved(&self) -> impl Iterator<Item = &Record> {
        self.records().filter(|record| !record.removed)
    }

    /// The latest stamp in the list.
    pub fn latest(&self) -> Millis {
        self.latest
    }

    /// Whether an article is to be kept, and with what; a few look-ups, however long the list is.
    pub fn wants(&self, item: Item<'_>) -> Option<Extent> {
        self.covers(item, [])
    }

    /// The same where the site's other variants of the article are known: a wish for them with their translations covers
    /// it, unless the variant itself was removed from that wish.
    pub fn covers<'a>(
        &self,
        item: Item<'_>,
        variants: impl IntoIterator<Item = Item<'a>>,
    ) -> Option<Extent> {
        let own = self.records.get(&key(Kind::Article, item.slug, item.lang));
        let gone = Self::gone(own);
        let mut extent: Option<Extent> = None;
        let mut take = |record: &Record, gone: Option<Millis>| {
            if !record.removed && (record.is_later() || Some(record.stamp) > gone) {
                let more = extent.get_or_insert_default();
                more.images |= record.images;
                more.translations |= record.translations;
            }
        };
        if let Some(own) = own {
            take(own, gone);
        }
        // Its other languages, where they were saved with their translations.
        let siblings = [PREFIX, Kind::Article.as_str(), "/", item.slug, "/"].concat();
        for (key, record) in self.records.range(siblings.clone()..) {
            if !key.starts_with(&siblings) {
                break;
            }
            if record.translations {
                take(record, gone);
            }
        }
        for wish in self.wishes(item) {
            take(wish, gone);
        }
        for variant in variants {
            let own = self
                .records
                .get(&key(Kind::Article, variant.slug, variant.lang));
            let gone = gone.max(Self::gone(own));
            for wish in self.wishes(variant).filter(|wish| wish.translations) {
                take(wish, gone);
            }
        }
        extent
    }

    /// When an article was removed, if it was.
    fn gone(own: Option<&Record>) -> Option<Millis> {
        own.filter(|own| own.removed).map(|own| own.stamp)
    }

    /// The wishes that are for an article.
    fn wishes<'a>(&'a self, item: Item<'a>) -> impl Iterator<Item = &'a Record> {
        [item.lang, ALL].into_iter().flat_map(move |lang| {
            let all = self.records.get(&key(Kind::Everything, "", lang));
            let of = move |id: &String| self.records.get(&key(Kind::Category, id, lang));
            all.into_iter().chain(item.categories.iter().filter_map(of))
        })
    }

    /// The list as it would be if what was removed within so many milliseconds before `now` had not been: that can still
    /// be undone.
    #[must_use]
    pub fn undone(&self, within: Millis, now: Millis) -> Self {
        let mut list = self.clone();
        for record in list.records.values_mut() {
            // A clock that was set back says nothing.
            let young = (0..within).contains(&now.saturating_sub(record.since));
            record.removed &= !young;
        }
        list
    }

    /// Forgets what was removed more than [`MEMORY`] ago, and gives the keys to be deleted.
    pub fn prune(&mut self, now: Millis) -> Vec<String> {
        let old = |record: &Record| record.removed && now.saturating_sub(record.since) > MEMORY;
        let gone = self.records.iter().filter(|(_, record)| old(record));
        let gone: Vec<String> = gone.map(|(key, _)| key.clone()).collect();
        for key in &gone {
            self.records.remove(key);
        }
        gone
    }
}

#[cfg(test)]
mod tests;
