//! What the app knows while it runs.

use std::collections::BTreeSet;
use std::sync::Arc;

use lamplight_model::{Feed, Messages, Route, Site, paths};
use lamplight_pages::Frame;
use lamplight_reader::Millis;
use lamplight_reader::answer::Failure;
use lamplight_reader::evidence::Evidence;
use lamplight_reader::language;
use lamplight_reader::library::{BUDGET, Library};
use lamplight_reader::settings::{self, Settings};
use leptos::prelude::*;

use super::device::Shelved;
use crate::browser::device as browser;
use crate::browser::page::{self, Static};
use crate::browser::storage::DeviceStore;

/// An article, ready to be shown.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Article {
    /// Its title.
    pub(crate) title: String,
    /// The whole of it as HTML.
    pub(crate) html: String,
}

/// What the main part of the page shows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Content {
    /// What press wrote into the page, kept as it is.
    Adopted,
    /// An article.
    Article(Arc<Article>),
    /// A list of posts.
    Listing(Arc<Feed>),
    /// The article or list is being fetched; its title, where it is known.
    Loading(Option<String>),
    /// The article or list is not on the device and cannot be fetched.
    Absent(Failure),
    /// What is on the device.
    Library,
    /// Settings.
    Settings,
    /// Search.
    Search,
    /// No such page.
    NotFound,
}

/// A page that is open.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Screen {
    /// Its place; `None` where there is no such page.
    pub(crate) route: Option<Route>,
    /// Its language.
    pub(crate) lang: String,
    /// What it shows.
    pub(crate) content: Content,
    /// Digest of the document it shows, where it is known.
    pub(crate) digest: Option<String>,
    /// When what it shows was stored on this device, at the time it was opened; `None` if it came with
    /// this visit.
    pub(crate) saved: Option<Millis>,
}

/// The app's state: cheap to copy, the same everywhere.
#[derive(Clone, Copy)]
pub(crate) struct Session {
    /// The publication.
    pub(crate) site: StoredValue<Arc<Site>>,
    /// The app's build.
    pub(crate) build: StoredValue<String>,
    /// Whether what is stored outlives the page.
    pub(crate) lasts: bool,
    /// The interface's texts.
    pub(crate) messages: RwSignal<Arc<Messages>>,
    /// The page that is open.
    pub(crate) screen: RwSignal<Arc<Screen>>,
    /// What is known of the text on the screen.
    pub(crate) evidence: RwSignal<Evidence>,
    /// What was just now no longer is; nobody need be told aloud.
    pub(crate) aged: RwSignal<bool>,
    /// When the text on the screen was last known to be the site's; `None` if it has just arrived.
    pub(crate) saved: RwSignal<Option<Millis>>,
    /// The sealed text of a newer version of the open article, offered.
    pub(crate) newer: RwSignal<Option<Arc<String>>>,
    /// A check is under way.
    pub(crate) busy: RwSignal<bool>,
    /// Why the last attempt to reach the site failed; `None` if it did not.
    pub(crate) failure: RwSignal<Option<Failure>>,
    /// The newest feed of each language.
    pub(crate) feeds: RwSignal<Feeds>,
    /// Paths of the article documents on the device.
    pub(crate) on_device: RwSignal<Arc<BTreeSet<String>>>,
    /// Articles on the device, for the page of one that is not ([`super::device::shelve`]).
    pub(crate) shelf: RwSignal<Arc<Vec<Shelved>>>,
    /// Settings.
    pub(crate) settings: RwSignal<Settings>,
    /// The device had no space for something.
    pub(crate) full: RwSignal<bool>,
    /// A new version of the app waits.
    pub(crate) update_ready: RwSignal<bool>,
    /// The reader has been farther in the open article, and is offered to go there.
    pub(crate) resume: RwSignal<bool>,
    /// The browser offers to install.
    pub(crate) installable: RwSignal<bool>,
    /// What a screen reader is told.
    pub(crate) announcement: RwSignal<String>,
    /// Something was searched: the dialog is there.
    pub(crate) search: RwSignal<bool>,
}

/// The newest feed of each language, as far as it is known: a handful.
#[derive(Clone, Debug, Default)]
pub(crate) struct Feeds(Vec<(String, Arc<Feed>)>);

impl Feeds {
    /// That of a language.
    pub(crate) fn get(&self, lang: &str) -> Option<&Arc<Feed>> {
        let found = self.0.iter().find(|(own, _)| own == lang);
        found.map(|(_, feed)| feed)
    }

    /// Puts one into the place of that language's.
    pub(crate) fn insert(&mut self, lang: &str, feed: Arc<Feed>) {
        self.0.retain(|(own, _)| own != lang);
        self.0.push((lang.to_owned(), feed));
    }
}

thread_local! {
    static STORE: std::cell::OnceCell<DeviceStore> = const { std::cell::OnceCell::new() };
}

/// Opens the store of the site at `base`: before anything else is done with it.
pub(crate) fn open_store(base: &str) {
    STORE.with(|store| {
        let _ = store.set(DeviceStore::open(base));
    });
}

/// Calls `work` with the device's store.
///
/// # Panics
/// If [`open_store`] was not called; the app's start does so first.
pub(crate) fn with_store<T>(work: impl FnOnce(&DeviceStore) -> T) -> T {
    #[expect(clippy::expect_used, reason = "opened before anything else is done")]
    STORE.with(|store| work(store.get().expect("an open store")))
}

/// Calls `work` with the articles in the device's store.
pub(crate) fn with_library<T>(work: impl FnOnce(&Library<&DeviceStore>) -> T) -> T {
    with_store(|store| work(&Library::new(store, BUDGET)))
}

/// The languages that the reader wants, the best first: the one chosen here, then the browser's.
pub(crate) fn wishes() -> Vec<String> {
    let mut wishes = browser::languages();
    if let Some(chosen) = with_store(settings::load).language {
        wishes.insert(0, chosen);
    }
    wishes
}

/// The language of pages whose address names none.
pub(crate) fn preferred(site: &Site) -> String {
    language::choose(site, &wishes()).to_owned()
}

/// The language of a page; that of no page is the reader's.
pub(crate) fn lang_of(site: &Site, route: Option<&Route>) -> String {
    route.map_or_else(|| preferred(site), |route| route.lang().to_owned())
}

/// What an address shows. The app's own pages have no text of any language: without one in their address they are
/// in the reader's.
pub(crate) fn route_at(site: &Site, path: &str) -> Option<Route> {
    let mut route = Route::parse(site, path);
    if let Some(Route::Library { lang } | Route::Settings { lang } | Route::Search { lang }) =
        &mut route
        && lang == site.default_lang()
    {
        *lang = preferred(site);
    }
    route
}

impl Session {
    /// The state at the start, on a page as press wrote it.
    pub(crate) fn new(site: Site, written: &Static, messages: Messages, screen: Screen) -> Self {
        let lasts = with_store(DeviceStore::lasts);
        let evidence = Evidence::Copy {
            saved: screen.saved,
        };
        Self {
            lasts,
            build: StoredValue::new(written.build.clone()),
            settings: RwSignal::new(with_store(settings::load)),
            site: StoredValue::new(Arc::new(site)),
            messages: RwSignal::new(Arc::new(messages)),
            aged: RwSignal::new(false),
            saved: RwSignal::new(screen.saved),
            screen: RwSignal::new(Arc::new(screen)),
            evidence: RwSignal::new(evidence),
            newer: RwSignal::new(None),
            busy: RwSignal::new(false),
            failure: RwSignal::new(None),
            feeds: RwSignal::new(Feeds::default()),
            on_device: RwSignal::new(Arc::default()),
            shelf: RwSignal::new(Arc::default()),
            full: RwSignal::new(false),
            update_ready: RwSignal::new(false),
            resume: RwSignal::new(false),
            installable: RwSignal::new(false),
            announcement: RwSignal::new(String::new()),
            search: RwSignal::new(false),
        }
    }

    /// The publication.
    pub(crate) fn site(&self) -> Arc<Site> {
        self.site.get_value()
    }

    /// The session of the component that asks.
    pub(crate) fn here() -> Self {
        expect_context()
    }

    /// The path of what a check of a page asks for: its document, or its feed.
    pub(crate) fn source(&self, route: &Route) -> Option<String> {
        let site = self.site();
        match route {
            Route::Article { lang, slug } => Some(paths::document(&site, lang, slug)),
            Route::Front { lang, page } => Some(paths::feed(&site, lang, None, *page)),
            Route::Category { lang, id, page } => Some(paths::feed(&site, lang, Some(id), *page)),
            Route::Library { .. } | Route::Settings { .. } | Route::Search { .. } => None,
        }
    }

    /// The title of a page, for the tab and for the announcement.
    pub(crate) fn title(&self, screen: &Screen) -> String {
        let (site, messages) = (self.site(), self.messages.get_untracked());
        let lang = screen.lang.as_str();
        let own = match (&screen.content, &screen.route) {
            // A page as press wrote it has its title.
            (Content::Adopted, _) => return page::title(),
            (Content::Article(article), _) => article.title.clone(),
            (Content::NotFound, _) | (_, None) => messages.not_found_title.clone(),
            (_, Some(Route::Article { slug, .. })) => {
                self.known_title(lang, slug)
                    .unwrap_or_else(|| match screen.content {
                        Content::Loading(_) => messages.loading.clone(),
                        _ => messages.absent_title.clone(),
                    })
            }
            (_, Some(Route::Front { page: 1, .. })) => return site.title_in(lang).to_owned(),
            (_, Some(route @ (Route::Front { .. } | Route::Category { .. }))) => {
                let frame = Frame {
                    site: &site,
                    messages: &messages,
                    lang,
                    here: None,
                };
                lamplight_pages::heading(&frame, route)
            }
            (_, Some(Route::Library { .. })) => messages.library.clone(),
            (_, Some(Route::Settings { .. })) => messages.settings.clone(),
            (_, Some(Route::Search { .. })) => messages.search.clone(),
        };
        [&own, " · ", site.title_in(lang)].concat()
    }

    /// The title of an article, if the site's configuration, a feed or the library knows it.
    pub(crate) fn known_title(&self, lang: &str, slug: &str) -> Option<String> {
        if let Some(title) = self.site().page_title(slug, lang) {
            return Some(title.to_owned());
        }
        let listed = self.feeds.with_untracked(|feeds| {
            let item = feeds
                .get(lang)?
                .items
                .iter()
                .find(|item| item._lamplight.slug == slug)?;
            Some(item.title.clone())
        });
        listed.or_else(|| with_library(|library| Some(library.entry(lang, slug)?.title)))
    }

    /// Sets the evidence; what was seen to be live is a copy of that moment from then on.
    pub(crate) fn attest(&self, evidence: Evidence) {
        if let Evidence::Live { at } = evidence {
            self.saved.set(Some(at));
        }
        self.aged.set(false);
        self.evidence.set(evidence);
    }

    /// Changes the settings, stores them and puts them into force.
    pub(crate) fn set(&self, change: impl FnOnce(&mut Settings)) {
        self.settings.update(change);
        let settings = self.settings.get_untracked();
        if with_store(|store| settings::save(store, &settings)).is_err() {
            self.full.set(true);
        }
        apply(&settings);
    }
}

/// Puts colours and text size into force.
pub(crate) fn apply(settings: &Settings) {
    for (name, value, default) in [
        ("theme", settings.theme.as_str(), "auto"),
        ("text", settings.text.as_str(), "normal"),
    ] {
        if value == default {
            page::withdraw_state(name);
        } else {
            page::announce_state(name, value);
        }
    }
}
