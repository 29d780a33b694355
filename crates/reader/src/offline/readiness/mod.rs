//! Ready for the flight? Everything saved is opened from storage alone, and what fails is said and mended.
//!
//! Entry points: [`expected`] (what must be there), [`Inspection`]: [`Inspection::next`] says which files to open,
//! [`Inspection::found`] takes what was found, [`Inspection::repairs`] what to fetch again, [`Inspection::report`] what
//! to tell the reader. Files are opened a few at a time, so that the page stays alive and the check can be stopped.
//!
//! It must never call anything ready that was not opened and whose digest was not compared.

use std::collections::{BTreeMap, BTreeSet};

use lamplight_model::{Media, Site, json, paths, record, seal};
use serde::Serialize;

use super::saved::{Extent, Item, Kind, List};
use crate::keep::Wanted;

/// A file of the app.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct File {
    /// Its path.
    pub url: String,
    /// The digest of its bytes.
    pub digest: String,
}

record!(File { url, digest });

/// An article of the site, as its feeds tell of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Known {
    /// Slug.
    pub slug: String,
    /// Language.
    pub lang: String,
    /// Title.
    pub title: String,
    /// Digest of the current document; empty if it is not known.
    pub digest: String,
    /// Identifiers of its categories.
    pub categories: Vec<String>,
}

record!(Known {
    slug, lang;
    title, digest, categories
});

impl Known {
    /// The article, as far as wishes are concerned.
    pub fn item(&self) -> Item<'_> {
        Item {
            slug: &self.slug,
            lang: &self.lang,
            categories: &self.categories,
        }
    }
}

/// An article that must be on the device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// Slug.
    pub slug: String,
    /// Language.
    pub lang: String,
    /// Title, if it is known.
    pub title: String,
    /// Digest of the current document; empty if it is not known.
    pub digest: String,
    /// What is kept along with the text.
    pub extent: Extent,
    /// Its page, which is looked at, too; without a digest where nothing says yet that it was stored.
    pub page: Option<File>,
}

/// What the list wants, where the site's variants of an article in other languages are known.
#[derive(Clone, Debug)]
pub struct Coverage<'a> {
    list: &'a List,
    variants: BTreeMap<&'a str, Vec<&'a Known>>,
}

impl<'a> Coverage<'a> {
    /// By the list and what the site has.
    pub fn of(list: &'a List, known: &'a [Known]) -> Self {
        let mut variants: BTreeMap<&str, Vec<&Known>> = BTreeMap::new();
        let mut wishes = list.saved().filter(|record| record.kind != Kind::Article);
        // Nothing else asks for them.
        if wishes.any(|wish| wish.translations) {
            for article in known {
                variants.entry(&article.slug).or_default().push(article);
            }
        }
        Self { list, variants }
    }

    /// Whether an article is to be kept, and with what.
    pub fn wants(&self, item: Item<'_>) -> Option<Extent> {
        let variants = self.variants.get(item.slug).into_iter().flatten();
        let others = variants.filter(|other| other.lang != item.lang);
        self.list.covers(item, others.map(|other| other.item()))
    }
}

/// Everything that is saved: of the articles that are `known`, what the list wants, and what was saved by name and is
/// not among them. Ordered by slug and language.
pub fn expected(list: &List, known: &[Known]) -> Vec<Expected> {
    let coverage = Coverage::of(list, known);
    let mut all = BTreeMap::new();
    for record in list.saved().filter(|record| record.kind == Kind::Article) {
        let expected = Expected {
            slug: record.name.clone(),
            lang: record.lang.clone(),
            extent: record.extent(),
            ..Expected::default()
        };
        all.insert((record.name.as_str(), record.lang.as_str()), expected);
    }
    for article in known {
        if let Some(extent) = coverage.wants(article.item()) {
            let expected = Expected {
                slug: article.slug.clone(),
                lang: article.lang.clone(),
                title: article.title.clone(),
                digest: article.digest.clone(),
                extent,
                page: None,
            };
            all.insert((&article.slug, &article.lang), expected);
        }
    }
    all.into_values().collect()
}

/// What was found under a path in storage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing, or it could not be opened.
    Nothing,
    /// A document's text, and the digest of what follows the digest it carries (`docs/formats.md`, sealed JSON).
    Text {
        /// The text.
        text: String,
        /// The digest, computed.
        digest: String,
    },
    /// Any other file, and the digest of its bytes.
    File {
        /// The digest, computed.
        digest: String,
    },
}

/// What is wrong with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Fault {
    /// It is not there.
    Missing,
    /// It is not what it should be: cut short, altered, or another.
    Damaged,
}

/// What is wrong with an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Trouble {
    /// It cannot be read.
    Text(Fault),
    /// It is of a format that this version of the app does not know.
    TooNew,
    /// Its page, which opens before the app has started.
    Page(Fault),
    /// So many of its images are missing, so many damaged.
    Images {
        /// Missing.
        missing: usize,
        /// Damaged.
        damaged: usize,
    },
}

/// How it stands with one article.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Slug.
    pub slug: String,
    /// Language.
    pub lang: String,
    /// Title; empty if nobody knows it.
    pub title: String,
    /// What is wrong; nothing if it opens as it should.
    pub troubles: Vec<Trouble>,
    /// Whether the site has another version than the device; the device's opens all the same.
    pub outdated: bool,
    /// How many images it shows and the device should have.
    pub images: usize,
}

/// How it all stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Every article that was expected, in order.
    pub articles: Vec<Line>,
    /// Articles without trouble.
    pub ready: usize,
    /// Articles that open with their text, whatever else of them is lacking: without their page the app shows them.
    pub readable: usize,
    /// Articles of which the site has another version.
    pub outdated: usize,
    /// Files of the app that fail.
    pub app: Vec<(String, Fault)>,
    /// Nobody said which files the app is made of: it may not be on the device at all.
    pub no_app: bool,
    /// Languages of which something is kept whole and nobody knows what that is.
    pub unknown: usize,
    /// Files not looked at yet.
    pub left: usize,
}

impl Report {
    /// Whether everything saved opens without a network.
    pub fn is_ready(&self) -> bool {
        self.left == 0 && self.has_app() && self.unknown == 0 && self.ready == self.articles.len()
    }

    /// Whether all the app is there, which opens what has no page.
    pub fn has_app(&self) -> bool {
        self.app.is_empty() && !self.no_app
    }

    /// Whether every article saved opens with its text, though something else of it may be lacking.
    pub fn opens(&self) -> bool {
        let whole = self.left == 0 && self.unknown == 0;
        whole && self.has_app() && self.readable == self.articles.len()
    }
}

/// How it stands with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// It is to be opened.
    Due,
    /// Somebody is opening it.
    Asked,
    Whole,
    Bad(Fault),
    TooNew,
}

/// What a file is, and by what it is known to be whole.
#[derive(Clone, Debug)]
enum Role {
    /// The document of the article at this place.
    Document(usize),
    /// The page of the article at this place, with its digest.
    Page(usize, String),
    /// An image, whose digest is in its name; where another width was found in its place, that one's path.
    Image,
    /// A file of the app, with its digest.
    App(String),
}

#[derive(Clone, Debug)]
struct Entry {
    role: Role,
    state: State,
    /// Path of what is opened in its place: another width of the same picture serves as well.
    stands_in: Option<String>,
}

/// A check of everything.
#[derive(Clone, Debug)]
pub struct Inspection {
    base: String,
    width: u32,
    stored: BTreeSet<String>,
    expected: Vec<Expected>,
    /// Of each article the title its document gives, the paths of its images, and whether it is outdated.
    seen: Vec<(String, Vec<String>, bool)>,
    files: BTreeMap<String, Entry>,
    /// Paths of files that are due, in the order in which they are opened.
    queue: Vec<String>,
    /// Paths opened in place of others.
    aliases: BTreeMap<String, Vec<String>>,
    no_app: bool,
    unknown: usize,
}

impl Inspection {
    /// A check of which nothing is done: of the app's files first, then of the articles. `stored` are the paths of all
    /// that the device has, `width` is that of images on this screen (`reader::keep::image_width`). Without any file of
    /// the app nothing is ready: there is nothing that could open it.
    pub fn begin(
        site: &Site,
        expected: Vec<Expected>,
        app: &[File],
        stored: impl IntoIterator<Item = String>,
        width: u32,
    ) -> Self {
        let mut inspection = Self {
            base: site.base.clone(),
            width,
            stored: stored.into_iter().collect(),
            seen: vec![Default::default(); expected.len()],
            files: BTreeMap::new(),
            queue: Vec::new(),
            aliases: BTreeMap::new(),
            expected: Vec::new(),
            no_app: app.is_empty(),
            unknown: 0,
        };
        for (at, article) in expected.iter().enumerate() {
            let url = paths::document(site, &article.lang, &article.slug);
            inspection.add(url, Role::Document(at));
            if let Some(page) = &article.page {
                inspection.add(page.url.clone(), Role::Page(at, page.digest.clone()));
            }
        }
        for file in app {
            inspection.add(file.url.clone(), Role::App(file.digest.clone()));
        }
        inspection.expected = expected;
        // Taken from the end.
        inspection.queue.reverse();
        inspection.queue.sort_by_key(|url| {
            matches!(
                inspection.files.get(url),
                Some(Entry {
                    role: Role::App(_),
                    ..
                })
            )
        });
        inspection
    }

    /// Of so many languages something is kept whole, and it is not known what that is.
    pub fn unknown(&mut self, languages: usize) {
        self.unknown = languages;
    }

    fn add(&mut self, url: String, role: Role) {
        self.queue.push(url.clone());
        let entry = Entry {
            role,
            state: State::Due,
            stands_in: None,
        };
        self.files.insert(url, entry);
    }

    /// The next files to be opened from storage, `most` of them; none when all have been.
    pub fn next(&mut self, most: usize) -> Vec<String> {
        let mut urls = Vec::new();
        while urls.len() < most
            && let Some(url) = self.queue.pop()
        {
            let Some(entry) = self.files.get_mut(&url).filter(|e| e.state == State::Due) else {
                continue;
            };
            entry.state = State::Asked;
            let opened = entry.stands_in.clone().unwrap_or_else(|| url.clone());
            if opened != url {
                self.aliases.entry(opened.clone()).or_default().push(url);
            }
            if !urls.contains(&opened) {
                urls.push(opened);
            }
        }
        urls
    }

    /// Takes what was found under a path that [`Inspection::next`] gave.
    pub fn found(&mut self, url: &str, found: &Found) {
        let mut asked = self.aliases.remove(url).unwrap_or_default();
        let itself = |entry: &Entry| entry.state == State::Asked && entry.stands_in.is_none();
        if self.files.get(url).is_some_and(itself) {
            asked.push(url.to_owned());
        }
        for url in asked {
            let Some(entry) = self.files.get(&url) else {
                continue;
            };
            let state = match (&entry.role, found) {
                (_, Found::Nothing) => State::Bad(Fault::Missing),
                (Role::Document(at), Found::Text { text, digest }) => {
                    self.document(*at, text, digest)
                }
                (Role::App(wanted) | Role::Page(_, wanted), Found::File { digest })
                    if wanted == digest =>
                {
                    State::Whole
                }
                (Role::Image, Found::File { digest }) => {
                    let opened = entry.stands_in.as_ref().unwrap_or(&url);
                    let own = digest.len() == seal::LENGTH && opened.contains(digest.as_str());
                    if own {
                        State::Whole
                    } else {
                        State::Bad(Fault::Damaged)
                    }
                }
                _ => State::Bad(Fault::Damaged),
            };
            if let Some(entry) = self.files.get_mut(&url) {
                entry.state = state;
            }
        }
    }

    /// Judges a document, and adds the images that it shows.
    fn document(&mut self, at: usize, text: &str, digest: &str) -> State {
        let text = text.trim_start_matches('\u{feff}');
        if seal::claimed(text) != Some(digest) {
            return State::Bad(Fault::Damaged);
        }
        let expected = &self.expected[at];
        let document = json::read::<lamplight_model::ArticleDocument>(text);
        let Some(document) = document.filter(|document| {
            (&document.slug, &document.lang) == (&expected.slug, &expected.lang)
        }) else {
            return State::Bad(Fault::Damaged);
        };
        if document.format > lamplight_model::FORMAT {
            return State::TooNew;
        }
        let outdated = !expected.digest.is_empty() && expected.digest != document.digest;
        let mut urls = Vec::new();
        if expected.extent.images {
            for media in document.shown() {
                let url = [&*self.base, &media.path_for(self.width)].concat();
                if !urls.contains(&url) {
                    self.image(&url, media);
                    urls.push(url);
                }
            }
        }
        self.seen[at] = (document.title, urls, outdated);
        State::Whole
    }

    fn image(&mut self, url: &str, media: &Media) {
        if self.files.contains_key(url) {
            return;
        }
        self.add(url.to_owned(), Role::Image);
        if !self.stored.contains(url) {
            let widths = media.candidates().into_iter().rev();
            let mut others = widths.map(|(_, path)| [&*self.base, &path].concat());
            let other = others.find(|other| self.stored.contains(other));
            if let Some(entry) = self.files.get_mut(url) {
                entry.stands_in = other;
            }
        }
    }

    /// What to fetch again, texts first: it is missing or damaged. Files of the app are not among them: the worker
    /// installs those together ([`Report::app`]).
    pub fn repairs(&self) -> Vec<Wanted> {
        let mut wanted = Vec::new();
        let bad = |state| matches!(state, State::Bad(_));
        let bad = self.files.iter().filter(|(_, entry)| bad(entry.state));
        for (url, entry) in bad {
            match &entry.role {
                Role::Document(at) => {
                    let digest = Some(self.expected[*at].digest.clone());
                    let digest = digest.filter(|digest| !digest.is_empty());
                    wanted.push((
                        0,
                        Wanted {
                            url: url.clone(),
                            digest,
                        },
                    ));
                }
                Role::Page(_, digest) => {
                    let digest = Some(digest.clone()).filter(|digest| !digest.is_empty());
                    wanted.push((
                        0,
                        Wanted {
                            url: url.clone(),
                            digest,
                        },
                    ));
                }
                Role::Image => wanted.push((1, Wanted::file(url.clone()))),
                Role::App(_) => {}
            }
        }
        wanted.sort_by_key(|(kind, _)| *kind);
        wanted.into_iter().map(|(_, wanted)| wanted).collect()
    }

    /// A file was fetched again: it is to be opened once more, as itself.
    pub fn again(&mut self, url: &str) {
        if let Some(entry) = self.files.get_mut(url) {
            (entry.state, entry.stands_in) = (State::Due, None);
            self.stored.insert(url.to_owned());
            self.queue.push(url.to_owned());
        }
    }

    /// A page was fetched again, and this is its digest now.
    pub fn page_again(&mut self, url: &str, digest: &str) {
        if let Some(Entry {
            role: Role::Page(_, own),
            ..
        }) = self.files.get_mut(url)
        {
            digest.clone_into(own);
        }
        self.again(url);
    }

    /// How it all stands.
    pub fn report(&self) -> Report {
        let mut report = Report {
            no_app: self.no_app,
            unknown: self.unknown,
            ..Report::default()
        };
        for (url, entry) in &self.files {
            match (&entry.role, entry.state) {
                (_, State::Due | State::Asked) => report.left += 1,
                (Role::App(_), State::Bad(fault)) => report.app.push((url.clone(), fault)),
                _ => {}
            }
        }
        let lines = self
            .expected
            .iter()
            .zip(&self.seen)
            .map(|(article, seen)| Line {
                slug: article.slug.clone(),
                lang: article.lang.clone(),
                title: if seen.0.is_empty() {
                    &article.title
                } else {
                    &seen.0
                }
                .clone(),
                images: seen.1.len(),
                outdated: seen.2,
                troubles: Vec::new(),
            });
        report.articles = lines.collect();
        for entry in self.files.values() {
            if let (Role::Page(at, _), State::Bad(fault)) = (&entry.role, entry.state) {
                report.articles[*at].troubles.push(Trouble::Page(fault));
            }
        }
        for entry in self.files.values() {
            if let Role::Document(at) = entry.role {
                let line = &mut report.articles[at];
                match entry.state {
                    // There is one text for the reader, however many files hold it.
                    State::Bad(fault) => line.troubles = vec![Trouble::Text(fault)],
                    State::TooNew => line.troubles = vec![Trouble::TooNew],
                    _ => line.troubles.extend(self.images(&self.seen[at].1)),
                }
                report.ready +=
                    usize::from(entry.state == State::Whole && line.troubles.is_empty());
                // The worker shows a page that is there, whatever that is.
                let hidden = matches!(line.troubles.first(), Some(Trouble::Page(Fault::Damaged)));
                report.readable += usize::from(entry.state == State::Whole && !hidden);
                report.outdated += usize::from(line.outdated);
            }
        }
        report
    }

    fn images(&self, urls: &[String]) -> Option<Trouble> {
        let count = |fault| {
            let state = |url: &&String| self.files.get(*url).map(|entry| entry.state);
            let is = |url: &&String| state(url) == Some(State::Bad(fault));
            urls.iter().filter(is).count()
        };
        let (missing, damaged) = (count(Fault::Missing), count(Fault::Damaged));
        (missing + damaged > 0).then_some(Trouble::Images { missing, damaged })
    }
}

#[cfg(test)]
mod tests;
