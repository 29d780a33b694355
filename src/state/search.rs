//! Search: the index and the device's articles made ready for the finder, questions asked of it, and the
//! marks in the article that was opened from them.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use lamplight_model::{Route, json, paths, seal};
use lamplight_reader::search::{Asked, Edition, Found, Snippet, remember};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::navigate::{How, open};
use super::session::{with_library, with_store};
use super::{Session, device};
use crate::browser::http::{self, Mode};
use crate::browser::{caches, device as browser, dialog, finder, highlight};

/// The search dialog.
pub(crate) const DIALOG: &str = "#search";

/// What is known of the site's index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Index {
    /// It has not been asked for, or is on its way.
    Coming,
    /// It answers.
    Open,
    /// It cannot be had now.
    Absent,
    /// It is of a format that this app does not know.
    Newer,
}

/// What is marked in an article.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Marked {
    /// The article.
    pub(crate) route: Route,
    /// The question.
    pub(crate) question: String,
    /// Its last word may be unfinished.
    pub(crate) prefix: bool,
    /// The words of its answer.
    pub(crate) words: Vec<String>,
    /// Lead to the first place at once.
    pub(crate) lead: bool,
}

/// The state of search: cheap to copy.
#[derive(Clone, Copy)]
pub(crate) struct Search {
    /// The query string of the address, with its `?`.
    pub(crate) asked: RwSignal<String>,
    /// The dialog was opened: how many times.
    pub(crate) opened: RwSignal<u32>,
    /// The site's index.
    pub(crate) index: RwSignal<Index>,
    /// How many articles of the device the finder has.
    pub(crate) own: RwSignal<usize>,
    /// What is marked.
    pub(crate) marked: RwSignal<Option<Arc<Marked>>>,
    /// How many places are marked, and at which the reader is, from 1; 0 is at none yet.
    pub(crate) places: RwSignal<(usize, usize)>,
}

impl Search {
    /// At the start.
    pub(crate) fn new(asked: String) -> Self {
        Self {
            asked: RwSignal::new(asked),
            opened: RwSignal::new(0),
            index: RwSignal::new(Index::Coming),
            own: RwSignal::new(0),
            marked: RwSignal::new(None),
            places: RwSignal::new((0, 0)),
        }
    }
}

thread_local! {
    /// The root that is open, empty if none is.
    static ROOT: RefCell<String> = const { RefCell::new(String::new()) };
    /// Paths of the documents that the finder has.
    static PUT: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
}

/// Waits for wishes to search.
pub(crate) fn listen(session: Session) {
    dialog::on_wish(
        move || {
            session.search.opened.update(|times| *times += 1);
            spawn_local(async move {
                leptos::task::tick().await;
                dialog::show(DIALOG);
                ready(session).await;
            });
        },
        move || spawn_local(ready(session)),
    );
}

/// Makes the finder ready: the device's articles answer first, then the index.
pub(crate) async fn ready(session: Session) {
    spawn_local(open_index(session));
    put_own(session).await;
}

async fn open_index(session: Session) {
    let site = session.site();
    let address = [&site.base, "edition.json"].concat();
    let answer = http::get(&address, Mode::Stored).await.ok();
    let edition: Option<Edition> = answer
        .filter(|answer| answer.status == 200 && seal::check(&answer.text).is_ok())
        .and_then(|answer| json::read(&answer.text));
    let Some(root) = edition.and_then(|edition| edition.search) else {
        if ROOT.with_borrow(String::is_empty) {
            session.search.index.set(Index::Absent);
        }
        return;
    };
    if ROOT.with_borrow(|open| *open == root) {
        return;
    }
    let (folder, name) = root.rsplit_once('/').unwrap_or(("", &root));
    let folder = [&site.base, folder, "/"].concat();
    let opened = finder::call("load", &[folder.into(), name.into()]).await;
    session.search.index.set(match opened {
        Ok(_) => {
            ROOT.set(root);
            Index::Open
        }
        Err(name) if name == "Newer" => Index::Newer,
        // An older one that is open goes on answering.
        Err(_) if ROOT.with_borrow(|open| !open.is_empty()) => Index::Open,
        Err(_) => Index::Absent,
    });
}

/// Gives the finder what came to the device, and takes what left it.
async fn put_own(session: Session) {
    let site = session.site();
    if session.on_device.with_untracked(|known| known.is_empty()) {
        device::take_stock(session).await;
    }
    let own = session.on_device.get_untracked();
    let gone: Vec<String> = PUT.with_borrow(|put| put.difference(&own).cloned().collect());
    for path in gone {
        if let Some((slug, lang)) = paths::parse_document(&site, &path) {
            let _ = finder::call("forget", &[slug.into(), lang.into()]).await;
        }
        PUT.with_borrow_mut(|put| put.remove(&path));
    }
    for path in own.iter() {
        if !PUT.with_borrow_mut(|put| put.insert(path.clone())) {
            continue;
        }
        let stored = paths::parse_document(&site, path)
            .and_then(|(slug, lang)| with_library(|library| library.get(&lang, &slug)));
        let text = match stored {
            Some(stored) => Some(stored.text),
            None => caches::read(&site.base, path).await.map(|(text, _)| text),
        };
        let put = match text {
            Some(text) => finder::call("put", &[text.into()]).await.is_ok(),
            None => false,
        };
        if !put {
            PUT.with_borrow_mut(|put| put.remove(path));
        }
    }
    session.search.own.set(PUT.with_borrow(BTreeSet::len));
}

/// Asks the finder.
pub(crate) async fn ask(
    session: Session,
    question: &str,
    prefix: bool,
    most: u32,
) -> Option<Found> {
    let lang = session.screen.get_untracked().lang.clone();
    let answer = finder::search(question, &lang, prefix, most).await.ok()?;
    json::read(&answer)
}

/// How long a reader looks at results before texts are fetched for them, in milliseconds.
const PAUSE: u32 = 250;

/// The snippets that an answer lacks, once the reader looks at it; `current` says whether that is still so.
pub(crate) async fn complete(
    session: Session,
    question: &str,
    prefix: bool,
    mut found: Found,
    current: impl Fn() -> bool,
    show: impl Fn(Found),
) {
    browser::sleep(PAUSE).await;
    let site = session.site();
    let words = finder::texts(&found.words);
    for at in 0..found.hits.len() {
        let hit = &found.hits[at];
        if hit.snippet.is_some() {
            continue;
        }
        if !current() {
            return;
        }
        let path = paths::document(&site, &hit.lang, &hit.id);
        let asked = [
            question.into(),
            prefix.into(),
            words.clone(),
            hit.id.as_str().into(),
            hit.lang.as_str().into(),
        ];
        if finder::call("lend", &[path.into()]).await.is_err() {
            continue;
        }
        let snippet = finder::call("snippet", &asked).await.unwrap_or_default();
        if let Some(snippet) = json::read::<Snippet>(&snippet) {
            found.hits[at].snippet = Some(snippet);
            if current() {
                show(found.clone());
            }
        }
    }
}

/// Opens the page of results.
pub(crate) fn go(session: Session, asked: &Asked) {
    note(session, &asked.q);
    dialog::close(DIALOG);
    let lang = session.screen.get_untracked().lang.clone();
    let how = How::Asked(asked.address());
    spawn_local(open(session, Some(Route::Search { lang }), how));
}

/// Notes a search that led somewhere.
pub(crate) fn note(session: Session, q: &str) {
    if with_store(|store| remember(store, q)).is_err() {
        session.full.set(session.lasts);
    }
}

/// Marks the open article, if it is the one.
pub(crate) async fn mark(session: Session) {
    let marked = session.search.marked.get_untracked();
    let here = session.screen.get_untracked().route.clone();
    let Some(marked) = marked.filter(|marked| Some(&marked.route) == here.as_ref()) else {
        highlight::clear();
        session.search.places.set((0, 0));
        return;
    };
    let asked = [
        marked.question.as_str().into(),
        marked.prefix.into(),
        finder::texts(&marked.words),
        marked.route.lang().into(),
        finder::texts(&highlight::texts()),
    ];
    let answer = finder::call("marks", &asked).await.unwrap_or_default();
    let count = highlight::mark(&json::read::<Vec<Vec<u32>>>(&answer).unwrap_or_default());
    session.search.places.set((count, 0));
    if marked.lead {
        turn(session, true);
    }
}

/// Leads to the next place, or the one before.
pub(crate) fn turn(session: Session, next: bool) {
    let (count, at) = session.search.places.get_untracked();
    if count > 0 {
        let at = match (next, at) {
            (true, _) => at % count,
            (false, 0 | 1) => count - 1,
            (false, _) => at - 2,
        };
        highlight::go(at);
        session.search.places.set((count, at + 1));
    }
}
