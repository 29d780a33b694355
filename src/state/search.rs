//! Search: the index and the device's articles made ready for the finder, questions asked of it, and the
//! marks in the article that was opened from them.
//!
//! The finder answers in HTML; nothing here but puts that into its place, so that whoever does not search has next
//! to nothing to load for it.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use lamplight_model::{Messages, Route, paths};
use lamplight_reader::search::{address, recent, remember, step};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::navigate::{How, open};
use super::session::{with_library, with_store};
use super::{Content, Session, device};
use crate::browser::{caches, device as browser, dialog, finder, highlight, history, intl, page};

/// Where questions are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In the dialog.
    Dialog,
    /// On the page of results.
    Results,
}

/// The search dialog, and its box.
pub(crate) const DIALOG: &str = "#search";
pub(crate) const FIELD: &str = "#search .search-field";

/// How many results are shown, and added at once on their page.
const MOST: [u32; 2] = [8, 20];

/// A place and what is asked there.
#[derive(Clone, Debug, Default)]
struct Asked {
    /// What is in the dialog's box, or the query string of the page of results.
    text: String,
    /// How many results are shown at most.
    most: u32,
    /// How many there are.
    size: usize,
    /// The one chosen by the arrow keys.
    chosen: Option<usize>,
    /// Find in the open article.
    inside: bool,
    /// Whether there was an answer yet.
    answered: bool,
    /// The page was just opened: where it was scrolled to before comes back with its results.
    fresh: bool,
    /// The results from this one on were just asked for.
    from: Option<usize>,
    /// Questions so far: answers to any but the last come too late.
    turn: u32,
}

/// What is marked in an article.
#[derive(Clone, Debug)]
struct Marked {
    route: Route,
    /// The question.
    place: Place,
    text: String,
}

thread_local! {
    static ASKED: RefCell<[Asked; 2]> = RefCell::default();
    static MARKED: RefCell<Option<Marked>> = const { RefCell::new(None) };
    /// The page that was open last.
    static HERE: RefCell<Option<Route>> = const { RefCell::new(None) };
    /// The language and the texts that the finder answers with.
    static SPOKEN: RefCell<Option<(String, Arc<Messages>)>> = const { RefCell::new(None) };
    /// Paths of the documents that the finder has.
    static PUT: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
}

fn asked<T>(place: Place, work: impl FnOnce(&mut Asked) -> T) -> T {
    ASKED.with_borrow_mut(|asked| work(&mut asked[place as usize]))
}

/// Waits for wishes to search.
pub(crate) fn listen(session: Session) {
    dialog::on_wish(
        move || {
            session.search.set(true);
            spawn_local(async move {
                leptos::task::tick().await;
                // Another page may have other texts: then the elements are new ones.
                let text = asked(Place::Dialog, |asked| {
                    asked.chosen = None;
                    asked.text.clone()
                });
                dialog::set(FIELD, "value", text.into());
                dialog::set("#search .search-inside input", "checked", false.into());
                dialog::hide("#search .search-inside", article(session).is_none());
                dialog::show(DIALOG);
                look_inside(session, false);
                ready(session).await;
            });
        },
        move || spawn_local(ready(session)),
    );
}

/// The article that is open.
fn article(session: Session) -> Option<Route> {
    let screen = session.screen.get_untracked();
    let shows = matches!(screen.content, Content::Adopted | Content::Article(_));
    let route = screen.route.clone();
    route.filter(|route| shows && matches!(route, Route::Article { .. }))
}

/// Makes the finder ready: the device's articles answer first, then the index.
pub(crate) async fn ready(session: Session) {
    if !finder::runs() {
        SPOKEN.take();
        PUT.take();
    }
    spawn_local(async move {
        let _ = finder::call("refresh", &[]).await;
        learnt(session);
    });
    put_own(session).await;
    learnt(session);
}

/// The finder knows more, and may find more.
pub(crate) fn learnt(session: Session) {
    for place in [Place::Dialog, Place::Results] {
        if dialog::is_shown(root(place)) && asked(place, |asked| asked.turn > 0) {
            again(session, place);
        }
    }
}

/// Tells the finder the language and the texts of the open page, where they are others.
async fn speak(session: Session) {
    let lang = session.screen.get_untracked().lang.clone();
    let spoken = (lang, session.messages.get_untracked());
    let known = |own: &(String, Arc<Messages>)| own.0 == spoken.0 && Arc::ptr_eq(&own.1, &spoken.1);
    if SPOKEN.with_borrow(|own| own.as_ref().is_some_and(known)) {
        return;
    }
    let texts = [
        page::site().into(),
        spoken.1.source().into(),
        (&*spoken.0).into(),
    ];
    if finder::call("speak", &texts).await.is_some() {
        SPOKEN.set(Some(spoken));
    }
}

/// Texts of the device are others now, or gone.
pub(crate) fn changed(paths: &[String]) {
    PUT.with_borrow_mut(|put| put.retain(|path| !paths.contains(path)));
}

/// Gives the finder what came to the device, and takes what left it.
async fn put_own(session: Session) {
    let site = session.site();
    if session.on_device.with_untracked(|known| known.is_empty()) {
        device::take_stock(session).await;
    }
    let own = session.on_device.get_untracked();
    let gone: Vec<String> = PUT.with_borrow(|put| {
        let gone = put.iter().filter(|path| !own.contains(*path));
        gone.cloned().collect()
    });
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
            Some(text) => finder::call("put", &[text.into()]).await.is_some(),
            None => false,
        };
        if !put {
            PUT.with_borrow_mut(|put| put.remove(path));
        }
    }
}

/// How long a reader looks at results before texts are fetched for them, in milliseconds.
const PAUSE: u32 = 250;

/// How long the device's own articles wait for the site's index before they are shown alone, in milliseconds.
const HASTE: u32 = 500;

/// How long a search that cannot be had is not tried again, in milliseconds.
const RESPITE: u32 = 5_000;

/// The element that shows what is found.
fn root(place: Place) -> &'static str {
    match place {
        Place::Dialog => DIALOG,
        Place::Results => "main .search-page",
    }
}

/// Asks something else: what is in the dialog's box now, or the query string of the page of results.
pub(crate) fn ask(session: Session, place: Place, text: String) {
    asked(place, |asked| {
        if asked.text != text || asked.most == 0 {
            asked.most = MOST[place as usize];
        }
        asked.text = text;
        (asked.chosen, asked.from) = (None, None);
        asked.fresh = place == Place::Results;
    });
    if place == Place::Results {
        dialog::renew("main .search-form");
    }
    again(session, place);
}

/// Asks by other filters: the page, and where the reader is on it, stay.
pub(crate) fn refine(session: Session, address: &str) {
    let lang = session.screen.get_untracked().lang.clone();
    let path = Route::Search { lang }.path(&session.site());
    history::rename(&[&path, address].concat());
    asked(Place::Results, |asked| {
        asked.text = address.to_owned();
        asked.most = MOST[Place::Results as usize];
    });
    again(session, Place::Results);
}

fn again(session: Session, place: Place) {
    let now = asked(place, |asked| {
        asked.turn = asked.turn.wrapping_add(1);
        asked.clone()
    });
    if now.inside && place == Place::Dialog {
        spawn_local(inside(session, now));
    } else {
        spawn_local(answer(session, place, now));
    }
}

async fn answer(session: Session, place: Place, now: Asked) {
    let results = place == Place::Results;
    let root = root(place);
    let current = move || asked(place, |asked| asked.turn == now.turn);
    let show = move |answer: &finder::Answer| {
        if !current() {
            return;
        }
        let (chosen, fresh, from) = asked(place, |asked| {
            (asked.answered, asked.size) = (true, answer.size);
            let fresh = std::mem::take(&mut asked.fresh);
            (asked.chosen, fresh, asked.from)
        });
        dialog::fill(root, &answer.pieces);
        if results {
            dialog::hide("main .search-page .page-links", answer.size > 0);
            if fresh {
                history::restore_here();
            }
            // The button that was pressed is gone; so is, with the next answer, the link that got its focus.
            if let Some(from) = from.filter(|_| page::is_unfocused()) {
                let nth = [
                    "main .results li:nth-child(",
                    &(from + 1).to_string(),
                    ") a",
                ];
                page::focus(&nth.concat());
            }
        } else {
            choose(chosen);
        }
    };
    if !finder::runs() {
        spawn_local(ready(session));
    }
    if !now.answered && !now.text.trim().is_empty() {
        dialog::say(root, &session.messages.get_untracked().searching);
    }
    speak(session).await;
    let recent = if results {
        Vec::new()
    } else {
        with_store(recent)
    };
    let request = finder::request(&now.text, results, &recent, now.most);
    let none = finder::Addresses::new();
    let done = std::rc::Rc::new(std::cell::Cell::new(false));
    // A line that hangs must not keep the reader from what is on the device.
    spawn_local({
        let (request, none, done) = (request.clone(), none.clone(), done.clone());
        async move {
            browser::sleep(HASTE).await;
            if !done.get()
                && current()
                && let Some(answer) = finder::ask("near", &request, &none).await
                && !done.get()
            {
                show(&answer);
            }
        }
    });
    let found = finder::ask("answer", &request, &none).await;
    done.set(true);
    let Some(found) = found else {
        if current() {
            dialog::say(root, &session.messages.get_untracked().search_absent);
            browser::sleep(RESPITE).await;
            if current() && dialog::is_shown(root) {
                ready(session).await;
            }
        }
        return;
    };
    let mut found = Some(found);
    while let Some(now) = found {
        show(&now);
        if now.lacking.length() == 0 {
            break;
        }
        browser::sleep(PAUSE).await;
        if !current() || !dialog::is_shown(root) {
            break;
        }
        found = finder::ask("complete", &request, &now.lacking).await;
    }
}

/// What the reader wishes of the index as a whole: `keep` or `drop` it.
pub(crate) async fn whole(session: Session, wish: String) {
    let _ = finder::call("whole", &[wish.into()]).await;
    learnt(session);
}

/// Goes on with fetching the whole index, if the reader wishes to have it.
pub(crate) async fn resume(session: Session) {
    let base = &session.site().base;
    let wish = [base, "search-index/wish"].concat();
    if caches::read(base, &wish).await.is_some() {
        let _ = finder::call("resume", &[]).await;
    }
}

/// Marks what is typed in the open article, and says how often it is there.
async fn inside(session: Session, now: Asked) {
    dialog::empty(DIALOG);
    asked(Place::Dialog, |asked| {
        (asked.size, asked.chosen) = (0, None);
    });
    choose(None);
    if now.text.trim().is_empty() {
        return unmark();
    }
    intend(Place::Dialog, article(session));
    mark(session).await;
    if asked(Place::Dialog, |asked| asked.turn == now.turn) {
        let messages = session.messages.get_untracked();
        let text = match highlight::place().1 {
            0 => Messages::fill(&messages.search_none, "q", now.text.trim()),
            _ => place_text(session),
        };
        dialog::say(DIALOG, &text);
    }
}

/// Moves the choice among the dialog's results by an arrow key.
pub(crate) fn arrow(down: bool) {
    let chosen = asked(Place::Dialog, |asked| {
        asked.chosen = step(asked.chosen, asked.size, down);
        asked.chosen
    });
    choose(chosen);
}

fn choose(chosen: Option<usize>) {
    dialog::choose(FIELD, "#search [role=option]", chosen);
}

/// Enter in the dialog: the chosen result, the places in the article, or the page of results.
pub(crate) fn enter(session: Session) {
    let now = asked(Place::Dialog, |asked| asked.clone());
    if let Some(at) = now.chosen {
        dialog::follow(&["#search-", &at.to_string()].concat());
    } else if now.text.trim().is_empty() {
    } else if now.inside {
        if highlight::place().1 > 0 {
            note(session, &now.text);
            dialog::close(DIALOG);
            turn(session, true);
        }
    } else {
        go(session, &now.text, address(&now.text));
    }
}

/// All results of what is asked in the dialog.
pub(crate) fn all(session: Session) {
    asked(Place::Dialog, |asked| asked.chosen = None);
    enter(session);
}

/// Everywhere, or in the open article.
pub(crate) fn look_inside(session: Session, inside: bool) {
    asked(Place::Dialog, |asked| asked.inside = inside);
    again(session, Place::Dialog);
}

/// More results on their page.
pub(crate) fn more(session: Session) {
    asked(Place::Results, |asked| {
        asked.most += MOST[1];
        asked.from = Some(asked.size);
    });
    again(session, Place::Results);
}

/// Opens the page of results for a question, by its query string.
pub(crate) fn go(session: Session, q: &str, address: String) {
    note(session, q);
    dialog::close(DIALOG);
    let lang = session.screen.get_untracked().lang.clone();
    let how = How::Asked(address);
    spawn_local(open(session, Some(Route::Search { lang }), how));
}

/// Notes a search that led somewhere.
fn note(session: Session, q: &str) {
    if with_store(|store| remember(store, q)).is_err() {
        session.full.set(session.lasts);
    }
}

/// An article is opened from what was found: what was asked for will be marked in it.
pub(crate) fn open_marked(session: Session, place: Place, route: Option<Route>) {
    if place == Place::Dialog {
        note(session, &asked(place, |asked| asked.text.clone()));
        dialog::close(DIALOG);
    }
    session.search.set(true);
    intend(place, route);
}

fn intend(place: Place, route: Option<Route>) {
    let text = asked(place, |asked| asked.text.clone());
    MARKED.set(route.map(|route| Marked { route, place, text }));
}

/// Another page is there: what belonged to the last one goes.
pub(crate) fn arrived(session: Session) {
    let here = session.screen.get_untracked().route.clone();
    if HERE.replace(here.clone()) != here {
        dialog::close(DIALOG);
    }
    spawn_local(mark(session));
}

/// Marks the open article, if it is the one.
async fn mark(session: Session) {
    leptos::task::tick().await;
    let here = session.screen.get_untracked().route.clone();
    let marked = MARKED.with_borrow(Clone::clone);
    let Some(marked) = marked.filter(|marked| Some(&marked.route) == here.as_ref()) else {
        highlight::clear();
        return dialog::hide(".finding", true);
    };
    let asked = [
        finder::request(&marked.text, marked.place == Place::Results, &[], 0),
        marked.route.lang().into(),
        finder::texts(&highlight::texts()),
    ];
    let places = finder::call("marks", &asked).await.unwrap_or_default();
    highlight::mark(&places);
    place(session);
}

/// Leads to the next place, or the one before.
pub(crate) fn turn(session: Session, next: bool) {
    highlight::turn(next);
    place(session);
}

/// Says at which place the reader is.
fn place(session: Session) {
    dialog::say(".finding", &place_text(session));
    dialog::hide(".finding", highlight::place().1 == 0);
}

fn place_text(session: Session) -> String {
    let (at, count) = highlight::place();
    let messages = session.messages.get_untracked();
    let number = |number: usize| intl::number(&messages, number as f64);
    let text = Messages::fill(&messages.find_place, "at", &number(at));
    Messages::fill(&text, "n", &number(count))
}

/// Unmarks everything.
pub(crate) fn unmark() {
    MARKED.take();
    highlight::clear();
    dialog::hide(".finding", true);
}
