//! What is known of the device and of the site, and what follows from it.
//!
//! Entry point: [`State`]. Records come in as they are stored ([`State::record`]) and go out to be stored; nothing here
//! is taken for stored before it comes back in.

mod carry;
mod flight;
pub(crate) mod journal;
mod space;
pub(crate) mod versions;

use std::collections::{BTreeMap, BTreeSet};

use lamplight_model::{Archive, Route, Site, json, paths, record, seal};
use lamplight_reader::Millis;
use lamplight_reader::library::Entry;
use lamplight_reader::offline::Write;
use lamplight_reader::offline::holdings::{self, Holding, Row, Standing};
use lamplight_reader::offline::readiness::{Expected, Inspection, Known, expected};
use lamplight_reader::offline::reading::Journal;
use lamplight_reader::offline::saved::{self, Extent, Kind, List, Record};
use lamplight_reader::offline::versions::PREFIX;
use serde::Serialize;

use crate::receipt::{self, Kept, Receipt};
use crate::texts::Texts;
use crate::view::Question;

/// What the program is told before anything else.
#[derive(Clone, Debug, Default)]
pub(crate) struct Told {
    /// The publication.
    pub(crate) site: Site,
    /// Language of the page (BCP 47).
    pub(crate) lang: String,
    /// Language of the words: English where the page's has none.
    pub(crate) words: String,
    /// The words.
    pub(crate) texts: Texts,
}

record!(Told {
    site,
    lang,
    words,
    texts
});

/// An article to be fetched.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Due {
    pub(crate) slug: String,
    pub(crate) lang: String,
    pub(crate) url: String,
    pub(crate) page: String,
    /// Digest of the current document; empty if it is not known.
    pub(crate) digest: String,
    pub(crate) images: bool,
    /// Saved by name: the reader waits for it.
    pub(crate) own: bool,
    /// Digest of the edition that the reader took a newer one for; empty if any will do.
    pub(crate) left: String,
}

/// A document, as far as its files are concerned.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Opened {
    slug: String,
    lang: String,
    digest: String,
    images: Vec<String>,
    pub(crate) holding: Option<Write>,
}

/// What may be deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Sweep {
    /// Keys of records.
    pub(crate) forget: Vec<String>,
    /// Paths of files.
    pub(crate) files: Vec<String>,
}

/// An article of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) row: Row,
    /// Bytes of all of it on the device, as far as that is known.
    pub(crate) bytes: u64,
    /// When it was stored.
    pub(crate) stored: Millis,
    /// Whether earlier versions of it are on the device.
    pub(crate) earlier: bool,
}

/// How much the site has of something, and how much of that is here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Amount {
    pub(crate) articles: u64,
    pub(crate) bytes: u64,
    pub(crate) here: u64,
    /// What the reader took out of it, which is not among those.
    pub(crate) out: u64,
}

#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) told: Told,
    /// Width of images on this screen, in pixels.
    pub(crate) width: u32,
    pub(crate) list: List,
    holdings: BTreeMap<String, Holding>,
    receipts: BTreeMap<String, Receipt>,
    /// Earlier versions, by their keys.
    earlier: BTreeMap<String, versions::Earlier>,
    /// Digests of the editions that the reader went to of what is not saved, by the keys of their records.
    held: Vec<(String, String)>,
    archives: BTreeMap<String, Archive>,
    known: Vec<Known>,
    /// Where an article is in `known`, by the key of its receipt.
    places: BTreeMap<String, usize>,
    visited: Vec<Entry>,
    /// What is read and how far, and the history.
    pub(crate) journal: Journal,
    pub(crate) inspection: Option<Inspection>,
    /// The list as it was last asked for: the question, whether there is anything at all, the lines; none after a change.
    pub(crate) asked: Option<(Question, bool, Vec<Line>)>,
}

impl State {
    /// Takes what is stored under a key; what to write in its place where it was damaged.
    pub(crate) fn record(&mut self, key: &str, text: &str) -> Option<String> {
        self.asked = None;
        if key.starts_with(saved::PREFIX) {
            let (list, mended) = List::read([(key.to_owned(), text.to_owned())]);
            self.list.merge(&list);
            return mended.into_iter().next().map(|write| write.text);
        }
        if key.starts_with(holdings::PREFIX) {
            match Holding::read(key, text) {
                Some(holding) => _ = self.holdings.insert(key.to_owned(), holding),
                None => _ = self.holdings.remove(key),
            }
        }
        if key.starts_with(receipt::PREFIX) {
            match Receipt::read(key, text) {
                Some(receipt) => _ = self.receipts.insert(key.to_owned(), receipt),
                None => _ = self.receipts.remove(key),
            }
        }
        if key.starts_with(PREFIX) {
            self.note_earlier(key, text);
        }
        if key.starts_with(versions::HELD) {
            self.held.retain(|(own, _)| own != key);
            self.held.push((key.to_owned(), text.to_owned()));
        }
        None
    }

    /// A record is no longer stored.
    pub(crate) fn gone(&mut self, key: &str) {
        self.asked = None;
        self.holdings.remove(key);
        self.receipts.remove(key);
        self.earlier.remove(key);
        self.held.retain(|(own, _)| own != key);
    }

    /// Forgets all records, to read them again; but for earlier versions, whose texts never change.
    pub(crate) fn clear(&mut self) {
        self.asked = None;
        self.list = List::default();
        self.holdings.clear();
        self.receipts.clear();
        self.held.clear();
    }

    /// Takes what the site has in a language; says whether that is it.
    pub(crate) fn archive(&mut self, text: &str) -> bool {
        self.asked = None;
        let whole = seal::check(text).is_ok();
        let Some(archive) = json::read::<Archive>(text).filter(|_| whole) else {
            return false;
        };
        if archive.format > lamplight_model::FORMAT {
            return false;
        }
        self.archives.insert(archive.lang.clone(), archive);
        self.known = self
            .archives
            .values()
            .flat_map(|archive| {
                archive.articles.iter().map(|article| Known {
                    slug: article.slug.clone(),
                    lang: archive.lang.clone(),
                    title: article.title.clone(),
                    digest: article.digest.clone(),
                    categories: article.categories.clone(),
                })
            })
            .collect();
        let keys = self.known.iter().zip(0..);
        self.places = keys
            .map(|(known, at)| (receipt::key(&known.slug, &known.lang), at))
            .collect();
        true
    }

    /// Takes what the reader has opened (JSON, a list of `reader::library::Entry`).
    pub(crate) fn visited(&mut self, text: &str) -> Vec<Write> {
        self.asked = None;
        self.visited = json::read(text).unwrap_or_default();
        let pinned = saved::migrate(&self.visited);
        let new = pinned
            .iter()
            .filter(|record| !self.list.records().any(|own| own.key() == record.key()));
        new.map(Record::write).collect()
    }

    fn receipt(&self, slug: &str, lang: &str) -> Option<&Receipt> {
        self.receipts.get(&receipt::key(slug, lang))
    }

    /// Everything that is saved: what the site lists of it, and what is on the device and no longer listed.
    fn expected(&self) -> Vec<Expected> {
        let mut all = expected(&self.list, &self.known);
        let listed = |slug: &str, lang: &str| {
            let by = |one: &Expected| (&*one.slug, &*one.lang).cmp(&(slug, lang));
            all.binary_search_by(by).is_ok()
        };
        let holdings = self.holdings.values();
        let holdings = holdings.map(|own| (&*own.slug, &*own.lang, &*own.title));
        let receipts = self.receipts.values();
        let receipts = receipts.map(|own| (&*own.slug, &*own.lang, ""));
        let mut more = BTreeMap::new();
        for (slug, lang, title) in holdings.chain(receipts) {
            if !listed(slug, lang)
                && let Some(extent) = self.extent(slug, lang)
            {
                let known = self.known(slug, lang);
                more.entry((slug, lang)).or_insert_with(|| Expected {
                    slug: slug.to_owned(),
                    lang: lang.to_owned(),
                    title: title.to_owned(),
                    digest: known.map_or_else(String::new, |known| known.digest.clone()),
                    extent,
                    page: None,
                });
            }
        }
        all.extend(more.into_values());
        all.sort_by(|a, b| (&a.slug, &a.lang).cmp(&(&b.slug, &b.lang)));
        all
    }

    fn known(&self, slug: &str, lang: &str) -> Option<&Known> {
        let at = self.places.get(&receipt::key(slug, lang))?;
        self.known.get(*at)
    }

    fn order(&self, expected: &Expected) -> Due {
        let site = &self.told.site;
        let (lang, slug) = (&expected.lang, &expected.slug);
        let route = Route::Article {
            lang: lang.clone(),
            slug: slug.clone(),
        };
        Due {
            url: paths::document(site, lang, slug),
            page: route.path(site),
            digest: self.held(slug, lang).unwrap_or(&expected.digest).to_owned(),
            images: expected.extent.images,
            left: String::new(),
            own: self.list.get(Kind::Article, slug, lang).is_some(),
            slug: slug.clone(),
            lang: lang.clone(),
        }
    }

    /// What is saved and not here: what was saved by name first, then in the order of the site's list, the newest first.
    /// What is here in an older edition stays as it is until the reader wants the new one.
    pub(crate) fn due(&self) -> Vec<Due> {
        let lacking = |expected: &&Expected| {
            let receipt = self.receipt(&expected.slug, &expected.lang);
            !receipt.is_some_and(|receipt| receipt.has(expected))
        };
        let all = self.expected();
        let order = |one: &Expected| {
            let mut due = self.order(one);
            if let Some(receipt) = self.receipt(&one.slug, &one.lang) {
                due.digest.clone_from(&receipt.digest);
            }
            due
        };
        let mut due: Vec<Due> = all.iter().filter(lacking).map(order).collect();
        due.sort_by_cached_key(|one| {
            let at = self.places.get(&receipt::key(&one.slug, &one.lang));
            (!one.own, at.copied().unwrap_or(usize::MAX))
        });
        due
    }

    /// One saved article, to be fetched in the edition that the site has now, or in the one that the reader went to.
    pub(crate) fn order_of(&self, slug: &str, lang: &str) -> Option<Due> {
        let all = self.expected();
        let one = all.iter().find(|one| one.slug == slug && one.lang == lang);
        one.map(|one| self.order(one))
    }

    /// All saved articles.
    pub(crate) fn orders(&self) -> Vec<Due> {
        self.expected().iter().map(|one| self.order(one)).collect()
    }

    /// Where an article is.
    pub(crate) fn place(&self, slug: &str, lang: &str) -> Due {
        self.order(&Expected {
            slug: slug.to_owned(),
            lang: lang.to_owned(),
            ..Expected::default()
        })
    }

    /// How many articles are saved, and how many of them are here.
    pub(crate) fn count(&self) -> (usize, usize) {
        let all = self.expected();
        let here = all.iter().filter(|one| {
            let receipt = self.receipt(&one.slug, &one.lang);
            receipt.is_some_and(|receipt| receipt.has(one))
        });
        (here.count(), all.len())
    }

    /// What is kept along with an article; `None` if it is not saved.
    pub(crate) fn extent(&self, slug: &str, lang: &str) -> Option<Extent> {
        self.extent_in(&self.list, slug, lang)
    }

    fn extent_in(&self, list: &List, slug: &str, lang: &str) -> Option<Extent> {
        let languages = self.told.site.languages.iter().map(|own| &*own.code);
        let others = languages.filter(|other| *other != lang);
        let variant = |other| {
            let known = self.known(slug, other).map(Known::item);
            let held = || self.holdings.get(&holdings::key(slug, other));
            known.or_else(|| held().map(Holding::item))
        };
        let variants: Vec<_> = others.filter_map(variant).collect();
        let covers = |item| list.covers(item, variants.iter().copied());
        let listed = self.known(slug, lang);
        listed.and_then(|known| covers(known.item())).or_else(|| {
            // What the site has moved to another category stays until the reader removes it.
            let held = self.holdings.get(&holdings::key(slug, lang));
            let categories = held.map_or(&[][..], |holding| &holding.categories);
            covers(saved::Item {
                slug,
                lang,
                categories,
            })
        })
    }

    /// How an article stands; `None` if it is not saved.
    pub(crate) fn standing(&self, slug: &str, lang: &str) -> Option<Standing> {
        let extent = self.extent(slug, lang)?;
        let receipt = self.receipt(slug, lang);
        let here = receipt.is_some_and(|receipt| receipt.images || !extent.images);
        Some(if here { Standing::Saved } else { Standing::Due })
    }

    /// How an article stands, in a word: `saved`, `due`, `text` where it is due and its text is on the device; empty if
    /// it is not saved.
    pub(crate) fn stands(&self, slug: &str, lang: &str) -> &'static str {
        let is = |entry: &Entry| entry.slug == slug && entry.lang == lang;
        let held = || self.holdings.contains_key(&holdings::key(slug, lang));
        match self.standing(slug, lang) {
            Some(Standing::Due) if held() || self.visited.iter().any(is) => "text",
            Some(standing) => crate::view::name(standing),
            None => "",
        }
    }

    /// Brings back what was removed: as its record was `before`, or, where that says nothing of it, by itself with
    /// `extent`; the record to be written.
    pub(crate) fn undo(
        &mut self,
        key: &str,
        before: Option<&str>,
        extent: Extent,
        now: Millis,
    ) -> Option<Write> {
        self.asked = None;
        let before = before.map(|text| saved::read(key, text));
        if let Some(saved::Found::Whole(record)) = before
            && !record.removed
        {
            return Some(self.list.undo(&record, now).write());
        }
        // The key tells what it is.
        let saved::Found::Damaged(record) = saved::read(key, "") else {
            return None;
        };
        let again = self
            .list
            .save(record.kind, &record.name, &record.lang, extent, now)?;
        Some(again.write())
    }

    /// Reads a document that came from the site at `stored`.
    pub(crate) fn open(&self, text: &str, stored: Millis) -> Option<Opened> {
        let mut holding = Holding::of(text, stored)?;
        let document = lamplight_reader::library::read(text)?;
        // The new edition of what a wish has brought stays, whatever category it is in now.
        let before = self
            .holdings
            .get(&holdings::key(&holding.slug, &holding.lang));
        for id in before.map_or(&[][..], |before| &before.categories) {
            let wish = |lang| self.list.get(Kind::Category, id, lang).is_some();
            if !holding.categories.contains(id) && (wish(&holding.lang) || wish(saved::ALL)) {
                holding.categories.push(id.clone());
            }
        }
        let site = &self.told.site;
        let images = lamplight_reader::keep::images(site, &document, self.width);
        Some(Opened {
            slug: document.slug,
            lang: document.lang,
            digest: document.digest,
            images: images.into_iter().map(|wanted| wanted.url).collect(),
            holding: Some(holding.write()),
        })
    }

    /// The record of an article whose `files` (JSON) were all read back.
    pub(crate) fn done(
        slug: &str,
        lang: &str,
        digest: &str,
        images: bool,
        files: &str,
        now: Millis,
    ) -> Option<Write> {
        let mut receipt = Receipt::new(slug, lang, digest, images, now);
        receipt.files = json::read::<Vec<Kept>>(files)?;
        (!receipt.files.is_empty()).then(|| receipt.write())
    }

    /// The list of what is on the device or saved.
    pub(crate) fn lines(&self) -> Vec<Line> {
        let mut held: Vec<Holding> = self.holdings.values().cloned().collect();
        for entry in &self.visited {
            if !self
                .holdings
                .contains_key(&holdings::key(&entry.slug, &entry.lang))
            {
                held.push(Holding {
                    slug: entry.slug.clone(),
                    lang: entry.lang.clone(),
                    title: entry.title.clone(),
                    digest: entry.digest.clone(),
                    stored: entry.saved,
                    bytes: entry.units as u64,
                    ..Holding::default()
                });
            }
        }
        let earlier = self.earlier.values();
        let earlier: BTreeSet<(&str, &str)> = earlier.map(|one| (&*one.slug, &*one.lang)).collect();
        let rows = holdings::shelf(&self.list, &held, &self.known);
        let lines = rows.into_iter().map(|mut row| {
            let receipt = self.receipt(&row.slug, &row.lang);
            let now = self.standing(&row.slug, &row.lang);
            row.standing = now.unwrap_or(Standing::Kept);
            Line {
                bytes: receipt.map_or(row.bytes, Receipt::bytes),
                stored: receipt.map_or(row.stored, |receipt| receipt.at.max(row.stored)),
                earlier: earlier.contains(&(&*row.slug, &*row.lang)),
                row,
            }
        });
        lines.collect()
    }

    /// Whether the site's list of a language is known; of all languages where it is [`saved::ALL`].
    pub(crate) fn knows(&self, lang: &str) -> bool {
        self.archives.contains_key(lang) || (lang == saved::ALL && !self.archives.is_empty())
    }

    /// Slug and language of the article whose page is at a path.
    pub(crate) fn article_at(&self, path: &str) -> Option<String> {
        match Route::parse(&self.told.site, path)? {
            Route::Article { lang, slug } => Some([&*lang, "/", &slug].concat()),
            _ => None,
        }
    }

    /// What a wish keeps along with the text.
    pub(crate) fn wish(&self, kind: Kind, name: &str, lang: &str) -> Option<Extent> {
        self.list.get(kind, name, lang).map(Record::extent)
    }

    /// The wish that keeps what another one would, with as much of it: for everything, or for all languages.
    pub(crate) fn covering(
        &self,
        kind: Kind,
        name: &str,
        lang: &str,
        extent: Extent,
    ) -> Option<&Record> {
        let wider = [
            (Kind::Everything, "", saved::ALL),
            (Kind::Everything, "", lang),
            (kind, name, saved::ALL),
        ];
        let others = wider
            .into_iter()
            .filter(|other| *other != (kind, name, lang));
        let mut found = others.filter_map(|(kind, name, lang)| self.list.get(kind, name, lang));
        found.find(|record| {
            (record.images || !extent.images) && (record.translations || !extent.translations)
        })
    }

    /// The languages of which something is kept whole and nobody knows yet what that is.
    pub(crate) fn unknown(&self) -> Vec<String> {
        let single = |record: &Record| record.kind == Kind::Article && !record.translations;
        let needed = self.languages_of(|record| !single(record));
        let unknown = needed.into_iter();
        unknown
            .filter(|lang| !self.archives.contains_key(lang))
            .collect()
    }

    /// The languages whose lists are needed to know what is saved.
    pub(crate) fn languages(&self) -> Vec<String> {
        self.languages_of(|_| true)
    }

    fn languages_of(&self, counts: impl Fn(&Record) -> bool) -> Vec<String> {
        let mut all: BTreeSet<&str> = BTreeSet::new();
        for record in self.list.saved().filter(|record| counts(record)) {
            if record.lang == saved::ALL || record.translations {
                all.extend(self.told.site.languages.iter().map(|own| &*own.code));
            } else {
                all.insert(&record.lang);
            }
        }
        all.into_iter().map(str::to_owned).collect()
    }
}

#[cfg(test)]
mod tests;
