//! The library program: what is saved, whether it is here, and how that is shown.
//!
//! Entry points: [`tell`] first, then [`record`] for each stored record and [`archive`] for what the site has; [`due`]
//! says what to fetch, [`open`] and [`done`] what to store of it, [`shelf`], [`wishes`], [`meter`], [`going_on`],
//! [`history`] what to show; [`journal`] takes what is read, [`carry`] makes and takes in the file of all that is the
//! reader's. It waits
//! for nothing and stores nothing: records (`lamplight_reader::offline`, JSON) come in and go out as text, and the worker
//! beside it (`crates/press/src/emit/keep.js`) stores, fetches and computes digests. It must never touch a page.
//!
//! Times are milliseconds since 1970, digests those of `docs/formats.md`.

#![cfg_attr(target_arch = "wasm32", no_main)]

pub mod carry;
mod receipt;
mod state;
mod texts;
pub mod versions;
mod view;

use std::sync::{Mutex, PoisonError};

use lamplight_model::json;
use lamplight_reader::Millis;
use lamplight_reader::library::{Entry, first_to_go};
use lamplight_reader::offline::readiness::Found;
use lamplight_reader::offline::reading::Journal;
use lamplight_reader::offline::saved::{Extent, Kind, Record};
use lamplight_reader::offline::{self, Write, eviction, saved};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use state::{State, Told};
use view::Speech;

/// There is one thread; a variable of that thread's would have to be dropped with it.
static STATE: Mutex<Option<State>> = Mutex::new(None);

fn with<T>(work: impl FnOnce(&mut State) -> T) -> T {
    let mut state = STATE.lock().unwrap_or_else(PoisonError::into_inner);
    work(state.get_or_insert_default())
}

/// What the script knows better: how the reader's language writes numbers and times.
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = lamplightSpeech, js_name = size)]
    fn size_in(bytes: f64, lang: &str) -> String;
    #[wasm_bindgen(js_namespace = lamplightSpeech, js_name = ago)]
    fn ago_in(time: f64, now: f64, lang: &str) -> String;
    #[wasm_bindgen(js_namespace = lamplightSpeech, js_name = date)]
    fn date_in(time: f64, lang: &str) -> String;
    #[wasm_bindgen(js_namespace = lamplightSpeech, js_name = day)]
    fn day_in(date: &str, lang: &str) -> String;
    #[wasm_bindgen(js_namespace = lamplightSpeech, js_name = number)]
    fn number_in(number: f64, lang: &str) -> String;
    #[wasm_bindgen(js_namespace = lamplightSpeech, js_name = part)]
    fn part_in(thousandths: u32, lang: &str) -> String;
    #[wasm_bindgen(js_namespace = lamplightSpeech, js_name = dayOf)]
    fn day_of_in(time: f64, now: f64, lang: &str) -> String;
    #[wasm_bindgen(js_namespace = lamplightSpeech, js_name = clock)]
    fn clock_in(time: f64, lang: &str) -> String;
}

struct Browser;

impl Speech for Browser {
    fn size(&self, bytes: u64, lang: &str) -> String {
        size_in(bytes as f64, lang)
    }

    fn ago(&self, time: Millis, now: Millis, lang: &str) -> String {
        ago_in(time as f64, now as f64, lang)
    }

    fn date(&self, time: Millis, lang: &str) -> String {
        date_in(time as f64, lang)
    }

    fn day(&self, date: &str, lang: &str) -> String {
        day_in(date, lang)
    }

    fn number(&self, number: u64, lang: &str) -> String {
        number_in(number as f64, lang)
    }

    fn part(&self, thousandths: u32, lang: &str) -> String {
        part_in(thousandths, lang)
    }

    fn day_of(&self, time: Millis, now: Millis, lang: &str) -> String {
        day_of_in(time as f64, now as f64, lang)
    }

    fn clock(&self, time: Millis, lang: &str) -> String {
        clock_in(time as f64, lang)
    }
}

/// The list of what is saved, to be changed.
fn change(state: &mut State) -> &mut saved::List {
    state.asked = None;
    &mut state.list
}

fn write(value: &impl Serialize) -> String {
    // Records are plain: there is nothing in them that JSON cannot say.
    serde_json::to_string(value).unwrap_or_default()
}

fn write_some(value: Option<Write>) -> Option<String> {
    value.as_ref().map(write)
}

/// Says which site and which words these are (JSON, `state::Told`), and the window's width in CSS pixels with how many of
/// the screen's make one; whether that could be read.
#[wasm_bindgen]
#[must_use]
pub fn tell(json: &str, width: f64, density: f64) -> bool {
    json::read::<Told>(json).is_some_and(|told| {
        with(|state| {
            state.told = told;
            state.asked = None;
            state.width = lamplight_reader::keep::image_width(width, density);
        });
        true
    })
}

/// A text by its name; empty if there is none.
#[wasm_bindgen]
#[must_use]
pub fn say(name: &str) -> String {
    with(|state| state.told.texts.get(name).to_owned())
}

/// A text in which `{n}`, `{done}`, `{total}` are filled in.
#[wasm_bindgen]
#[must_use]
pub fn say_of(name: &str, done: f64, total: f64) -> String {
    with(|state| view::say_of(&state.told, name, done as u64, total as u64, &Browser))
}

/// Takes a record as it is stored; what to write in its place where it was damaged.
#[wasm_bindgen]
#[must_use]
pub fn record(key: &str, text: &str) -> Option<String> {
    with(|state| state.record(key, text))
}

/// A record was deleted.
#[wasm_bindgen]
pub fn gone(key: &str) {
    with(|state| state.gone(key));
}

/// Forgets all records, to take them again; but for earlier versions, which [`gone`] forgets one by one.
#[wasm_bindgen]
pub fn clear() {
    with(State::clear);
}

/// What is to be stored under a key where another record may stand by now; nothing if that says as much.
#[wasm_bindgen]
#[must_use]
pub fn joined(key: &str, stored: Option<String>, text: &str) -> Option<String> {
    offline::joined(key, stored.as_deref(), text)
}

/// Takes what the site has in a language (the text of `archive/<lang>.json`); whether it is that, whole.
#[wasm_bindgen]
#[must_use]
pub fn archive(text: &str) -> bool {
    with(|state| state.archive(text))
}

/// The languages, as a JSON list, whose archives tell what is saved.
#[wasm_bindgen]
#[must_use]
pub fn languages() -> String {
    with(|state| write(&state.languages()))
}

/// The languages, as a JSON list, of which something is kept whole and nobody knows yet what that is.
#[wasm_bindgen]
#[must_use]
pub fn unknown() -> String {
    with(|state| write(&state.unknown()))
}

/// Takes what the reader has opened (JSON, a list of `lamplight_reader::library::Entry`); records to be written, a JSON
/// list.
#[wasm_bindgen]
#[must_use]
pub fn visited(json: &str) -> String {
    with(|state| write(&state.visited(json)))
}

/// Saves an article, a category or everything; the record to be written (`{key, text}`), nothing where that cannot be.
#[wasm_bindgen]
#[must_use]
pub fn save(
    kind: &str,
    name: &str,
    lang: &str,
    images: bool,
    translations: bool,
    now: f64,
) -> Option<String> {
    let kind = Kind::named(kind)?;
    let extent = Extent {
        images,
        translations,
    };
    let saved = with(|state| change(state).save(kind, name, lang, extent, now as Millis));
    write_some(saved.as_ref().map(Record::write))
}

/// Removes one of them again, or an article from a wish; the record to be written.
#[wasm_bindgen]
#[must_use]
pub fn remove(kind: &str, name: &str, lang: &str, now: f64) -> Option<String> {
    let kind = Kind::named(kind)?;
    let gone = with(|state| change(state).remove(kind, name, lang, now as Millis));
    write_some(gone.as_ref().map(Record::write))
}

/// What is kept along with an article that is saved: `[images, translations]`; nothing if it is not saved.
#[wasm_bindgen]
#[must_use]
pub fn extent(slug: &str, lang: &str) -> Option<String> {
    let extent = with(|state| state.extent(slug, lang))?;
    Some(write(&(extent.images, extent.translations)))
}

/// The record of a thing as it was `before` (its text), with a new stamp; to be written. What had none, or was covered by
/// a wish though it had been removed once, is saved by itself with what it was kept with.
#[wasm_bindgen]
#[must_use]
pub fn undo(
    key: &str,
    before: Option<String>,
    images: bool,
    translations: bool,
    now: f64,
) -> Option<String> {
    let extent = Extent {
        images,
        translations,
    };
    write_some(with(|state| {
        state.undo(key, before.as_deref(), extent, now as Millis)
    }))
}

/// What is saved and not here yet, as JSON, a list of `state::Due`.
#[wasm_bindgen]
#[must_use]
pub fn due() -> String {
    with(|state| write(&state.due()))
}

/// One saved article as [`due`] gives it; nothing if it is not saved.
#[wasm_bindgen]
#[must_use]
pub fn order(slug: &str, lang: &str) -> Option<String> {
    with(|state| state.order_of(slug, lang).as_ref().map(write))
}

/// All saved articles as [`due`] gives them, whether they are here or not.
#[wasm_bindgen]
#[must_use]
pub fn orders() -> String {
    with(|state| write(&state.orders()))
}

/// Where document and page of an article are: `{url, page}`.
#[wasm_bindgen]
#[must_use]
pub fn place(slug: &str, lang: &str) -> String {
    with(|state| write(&state.place(slug, lang)))
}

/// How many articles are saved, and how many of them are here: `[here, all]`.
#[wasm_bindgen]
#[must_use]
pub fn count() -> String {
    with(|state| write(&state.count()))
}

/// How an article stands: `saved`, `due`, `text` where it is due and its text opens already, or nothing if it is not saved.
#[wasm_bindgen]
#[must_use]
pub fn standing(slug: &str, lang: &str) -> String {
    with(|state| state.stands(slug, lang).to_owned())
}

/// Reads a document that came at `stored` (JSON, `state::Opened`); nothing if it is damaged.
#[wasm_bindgen]
#[must_use]
pub fn open(text: &str, stored: f64) -> Option<String> {
    with(|state| state.open(text, stored as Millis).as_ref().map(write))
}

/// The receipt of an article whose `files` (JSON, a list of `{url, bytes, digest}`) were all read back; to be written.
#[wasm_bindgen]
#[must_use]
pub fn done(
    slug: &str,
    lang: &str,
    digest: &str,
    images: bool,
    files: &str,
    now: f64,
) -> Option<String> {
    write_some(State::done(
        slug,
        lang,
        digest,
        images,
        files,
        now as Millis,
    ))
}

/// The record of an edition that came at `stored`, to be written before another takes its place at `aside` (0 if it never
/// was the reader's here), which is noted as later than what is known of the article's others.
#[wasm_bindgen]
#[must_use]
pub fn revision(text: &str, stored: f64, aside: f64) -> Option<String> {
    write_some(with(|state| {
        state.revision(text, stored as Millis, aside as Millis)
    }))
}

/// What belongs to nothing saved, nor to what was removed within `undo` milliseconds before `now`, of the files `stored` in
/// the cache of what is saved (JSON): `{forget, files}`, keys of records and paths.
#[wasm_bindgen]
#[must_use]
pub fn sweep(stored: &str, undo: f64, now: f64) -> String {
    with(|state| write(&state.sweep(stored, undo as Millis, now as Millis)))
}

/// The keys of the records, as JSON, of what was on the device, where the files `gone` (JSON, paths) are on it no more.
#[wasm_bindgen]
#[must_use]
pub fn stale(gone: &str) -> String {
    with(|state| write(&state.stale(gone)))
}

/// The keys of receipts, as JSON, of which a file is not among those `stored` (JSON, paths).
#[wasm_bindgen]
#[must_use]
pub fn lacking(stored: &str) -> String {
    with(|state| write(&state.lacking(stored)))
}

/// How many bytes must come free before so many are stored.
#[wasm_bindgen]
#[must_use]
pub fn needed(incoming: f64, usage: f64, quota: f64) -> f64 {
    eviction::needed(incoming as u64, usage as u64, quota as u64) as f64
}

/// What goes of what is not saved (JSON, paths), so that `needed` bytes come free. `stored` is JSON, a list of `{url,
/// bytes, used}`.
#[wasm_bindgen]
#[must_use]
pub fn evict(stored: &str, needed: f64, now: f64) -> String {
    with(|state| write(&state.evict(stored, needed as u64, now as Millis)))
}

/// The article (`<lang>/<slug>`) that local storage lets go of first. `texts` (JSON, a list) are by turns such a name and what
/// is known of that article (a `lamplight_reader::library::Entry`, JSON); nothing if none may go.
#[wasm_bindgen]
#[must_use]
pub fn let_go(texts: &str) -> Option<String> {
    let texts: Vec<String> = json::read(texts)?;
    let mut entries: Vec<Entry> = Vec::new();
    for pair in texts.chunks_exact(2) {
        // What nothing is known of, nobody has opened, nor pinned.
        let Some(entry) = json::read::<Entry>(&pair[1]) else {
            return Some(pair[0].clone());
        };
        let at = entries.partition_point(|other| other.used() >= entry.used());
        entries.insert(at, entry);
    }
    let first = first_to_go(entries, |_| false)?;
    Some([&*first.lang, "/", &first.slug].concat())
}

/// The article at a path as `<lang>/<slug>`; nothing if that is no article's.
#[wasm_bindgen]
#[must_use]
pub fn article_at(path: &str) -> Option<String> {
    with(|state| state.article_at(path))
}

// --- Ready for the flight ---

/// Begins a check: `app` are the app's files (JSON, `{url, digest}`; empty where nobody tells), `stored` the paths of what
/// is saved.
#[wasm_bindgen]
pub fn inspect(app: &str, stored: &str) {
    with(|state| state.inspect(app, stored));
}

/// The paths of the next files to be opened, as JSON; empty when all have been.
#[wasm_bindgen]
#[must_use]
pub fn inspect_next(most: usize) -> String {
    with(|state| {
        let next = state.inspection.as_mut().map(|check| check.next(most));
        write(&next.unwrap_or_default())
    })
}

/// What was found under a path: a document's `text` with the digest of what follows the one it carries, another file's
/// digest alone, or neither.
#[wasm_bindgen]
pub fn inspect_found(url: &str, text: Option<String>, digest: Option<String>) {
    let found = match (text, digest) {
        (Some(text), Some(digest)) => Found::Text { text, digest },
        (None, Some(digest)) => Found::File { digest },
        _ => Found::Nothing,
    };
    with(|state| {
        if let Some(check) = &mut state.inspection {
            check.found(url, &found);
        }
    });
}

/// The paths of what to fetch again, texts first, as JSON, a list of `[url, digest]`.
#[wasm_bindgen]
#[must_use]
pub fn inspect_repairs() -> String {
    with(|state| {
        let repairs = state.inspection.as_ref().map(|check| check.repairs());
        let repairs = repairs.unwrap_or_default().into_iter();
        let pairs: Vec<_> = repairs
            .map(|wanted| (wanted.url, wanted.digest.unwrap_or_default()))
            .collect();
        write(&pairs)
    })
}

/// A file was fetched again.
#[wasm_bindgen]
pub fn inspect_again(url: &str) {
    with(|state| state.again(url));
}

/// The keys, as JSON, of the receipts of articles that do not open: to be deleted, so that those are due again.
#[wasm_bindgen]
#[must_use]
pub fn failing() -> String {
    with(|state| write(&state.failing()))
}

/// How far the check has come: `[looked at, known so far]`.
#[wasm_bindgen]
#[must_use]
pub fn inspect_report() -> String {
    with(|state| {
        let report = state.inspection.as_ref().map(|check| check.report());
        write(&report.unwrap_or_default())
    })
}

/// The outcome of the check as HTML. `mended`: how many files were fetched again; `pages`: how many pages fail.
#[wasm_bindgen]
#[must_use]
pub fn flight(mended: f64, online: bool) -> String {
    with(|state| {
        let report = state.inspection.as_ref().map(|check| check.report());
        view::flight(
            &state.told,
            &report.unwrap_or_default(),
            mended as u64,
            online,
            &Browser,
        )
    })
}

// --- What is read ---

/// Takes what local storage has of the reading state (JSON, pairs of key and text), after [`visited`]; what is to be changed
/// there: `{writes, drops}`.
#[wasm_bindgen]
#[must_use]
pub fn journal(stored: &str) -> String {
    with(|state| write(&state.read_journal(stored)))
}

fn note(change: impl FnOnce(&mut Journal) -> Write) -> String {
    with(|state| {
        state.asked = None;
        write(&change(&mut state.journal))
    })
}

/// The reader marks an article read or unread; the record to be written.
#[wasm_bindgen]
#[must_use]
pub fn mark(slug: &str, read: bool, now: f64) -> String {
    note(|journal| journal.mark(slug, read, now as Millis))
}

/// Takes an article out of the history; the record to be written.
#[wasm_bindgen]
#[must_use]
pub fn forget(slug: &str, now: f64) -> String {
    note(|journal| journal.forget(slug, now as Millis))
}

/// Clears the history with all places and marks; the record to be written when their own are deleted.
#[wasm_bindgen]
#[must_use]
pub fn clear_history(now: f64) -> String {
    note(|journal| journal.clear(now as Millis))
}

/// Whether anything is noted from now on; the record to be written.
#[wasm_bindgen]
#[must_use]
pub fn turn_history(off: bool, now: f64) -> String {
    note(|journal| journal.turn(off, now as Millis))
}

/// In which articles the reader can go on, as HTML.
#[wasm_bindgen]
#[must_use]
pub fn going_on() -> String {
    with(|state| view::history::going_on(state, &Browser))
}

/// `count` of the articles that were opened, the last first, after so many (`from`), by day: `{html, more, off}`.
#[wasm_bindgen]
#[must_use]
pub fn history(from: usize, count: usize, now: f64) -> String {
    with(|state| {
        let days = view::history::days(state, from, count, now as Millis, &Browser);
        write(&days)
    })
}

// --- What is shown ---

/// The library's page below its heading.
#[wasm_bindgen]
#[must_use]
pub fn page() -> String {
    with(|state| view::page(&state.told))
}

/// Lines of the list for a question (JSON, `view::Question`): `{count, html, more}`.
#[wasm_bindgen]
#[must_use]
pub fn shelf(question: &str, now: f64) -> String {
    with(|state| {
        let question = json::read(question).unwrap_or_default();
        write(&view::shelf(state, &question, now as Millis, &Browser))
    })
}

/// What can be kept whole in a language or in all (`*`), as HTML.
#[wasm_bindgen]
#[must_use]
pub fn wishes(lang: &str, images: bool, translations: bool) -> String {
    let extent = Extent {
        images,
        translations,
    };
    with(|state| view::wishes(state, lang, extent, &Browser))
}

/// What space is used by what, as HTML. `kept`, `app`: bytes of what is not saved, and of the app.
#[wasm_bindgen]
#[must_use]
pub fn meter(kept: f64, app: f64, usage: f64, quota: f64) -> String {
    with(|state| {
        let space = view::space::Space {
            saved: state.saved_bytes(),
            kept: kept as u64,
            app: app as u64,
            usage: usage as u64,
            quota: quota as u64,
        };
        view::space::meter(&state.told, &space, &Browser)
    })
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {}
