//! The finder: search in a browser, a WebAssembly program of its own.
//!
//! Entry points: [`open`], [`search`], [`give`]. It is `lamplight_search` with the files and texts that it was given; it
//! waits for nothing. The script beside it (`crates/press/src/emit/search.js`) fetches what [`search`] says it needs
//! and asks again; pages and the worker know that script alone. It must never touch a document of the page, and
//! never believe bytes whose digest is not in their name.
//!
//! Answers are JSON, which the script reads. Places in texts are counted in UTF-16 code units, as JavaScript does.
//! Lists of texts are one text, parted by U+0000.

#![cfg_attr(target_arch = "wasm32", no_main)]

mod json;
mod state;

use std::sync::{Mutex, PoisonError};

use lamplight_model::seal;
use lamplight_search::{Document, Request};
use wasm_bindgen::prelude::*;

use state::{Finder, Opened};

/// There is one thread; a variable of that thread's would have to be dropped with it.
static FINDER: Mutex<Option<Finder>> = Mutex::new(None);

fn with<T>(work: impl FnOnce(&mut Finder) -> T) -> T {
    let mut finder = FINDER.lock().unwrap_or_else(PoisonError::into_inner);
    work(finder.get_or_insert_default())
}

fn parts(list: &str) -> Vec<String> {
    let parts = list.split('\0').filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}

/// Whether the root at this path is open already.
#[wasm_bindgen]
#[must_use]
pub fn knows(root: &str) -> bool {
    with(|finder| finder.knows(root))
}

/// Opens the index whose root is at this path, a name that ends with the file's. What was [`put`] stays, and what is open
/// stays open where that fails. Without `bytes` the root cannot be had.
///
/// The answer is `Open`, `Absent`, `Damaged`, `Newer` (made by a newer press), or empty: these bytes are not the
/// file's.
#[wasm_bindgen]
#[must_use]
pub fn open(root: &str, bytes: Option<Box<[u8]>>) -> String {
    let word = match with(|finder| finder.open(root, bytes.as_deref())) {
        Opened::Open => "Open",
        Opened::Absent => "Absent",
        Opened::Foreign => "",
        Opened::Damaged => "Damaged",
        Opened::Newer => "Newer",
    };
    word.to_owned()
}

/// The root that is open, as [`open`] took it; empty if none is.
#[wasm_bindgen]
#[must_use]
pub fn opened() -> String {
    with(|finder| finder.root().to_owned())
}

/// How many bytes the files of the open index have together, its root aside; 0 if that is not known.
#[wasm_bindgen]
#[must_use]
pub fn size() -> u32 {
    with(|finder| finder.engine().extent().bytes)
}

/// How many documents the open index has.
#[wasm_bindgen]
#[must_use]
pub fn documents() -> u32 {
    with(|finder| finder.engine().documents() as u32)
}

/// Takes a file of the index; `false`: these bytes are not those that its name promises.
#[wasm_bindgen]
#[must_use]
pub fn give(name: &str, bytes: &[u8]) -> bool {
    with(|finder| finder.give(name, bytes))
}

/// Notes that a file cannot be had `now` (milliseconds since 1970): answers do without it for a while.
#[wasm_bindgen]
pub fn miss(name: &str, now: f64) {
    with(|finder| finder.miss(name, now));
}

/// Answers a question ([`Request`]) as JSON. `near`: by what is at hand; else the answer may be `{need}`, names of files
/// that are to be given ([`give`]) or missed ([`miss`]) first. `now`: milliseconds since 1970.
///
/// The answer is `{hits, total, didYouMean, complete, words, index, own}`; a hit, best first, `{id, lang, title, date,
/// categories, tags, local, unconfirmed, marks, snippet, own}`, where `marks` are places in the title (from,
/// to, from, to, …), `categories` begins with those that the question names, `snippet` is
/// `{text, before, after, marks, tags}` if the text is at hand, else `null` (`before`, `after`: whether more of it was left
/// out; `tags`: what matches are the tags, and these are the text), and `own` says that it was [`put`]. `index` is what
/// is known of the site's index (`open`, `absent`, `newer`; empty before that), and `own` how many documents were
/// [`put`].
#[wasm_bindgen]
#[must_use]
pub fn search(
    query: &str,
    lang: &str,
    limit: usize,
    offset: usize,
    prefix: bool,
    near: bool,
    now: f64,
) -> String {
    let request = Request {
        query,
        lang,
        limit,
        offset,
        prefix,
    };
    with(|finder| finder.search(&request, near, now))
}

/// Whether the text of a JSON document (`edition.json`) is as it was sealed.
#[wasm_bindgen]
#[must_use]
pub fn sealed(text: &str) -> bool {
    seal::check(text).is_ok()
}

/// How many files the index has whose root has these bytes, the root aside; 0 if it does not say.
#[wasm_bindgen]
#[must_use]
pub fn files(root: &[u8]) -> u32 {
    lamplight_search::extent(root).map_or(0, |extent| extent.files)
}

/// The names of the files that a file of an index names, a line each: from the root on they lead to all there are.
/// `undefined` if the bytes are not what the file's name promises.
#[wasm_bindgen]
#[must_use]
pub fn contents(file: &str, bytes: &[u8]) -> Option<String> {
    state::holds(file, bytes)
        .then(|| lamplight_search::contents(file, bytes))?
        .map(|names| names.join("\n"))
}

/// Makes a document of the device findable, or lends its text for snippets, without making it findable. One of the
/// same `id` and `lang` is replaced. What is not known is empty.
#[wasm_bindgen]
#[expect(clippy::too_many_arguments, reason = "a document has so many texts")]
pub fn put(
    lent: bool,
    id: String,
    lang: String,
    title: String,
    headings: String,
    description: String,
    body: String,
    date: String,
    tags: &str,
    categories: &str,
) {
    let document = Document {
        id,
        lang,
        title,
        headings,
        description,
        body,
        tags: parts(tags),
        categories: parts(categories),
        date,
    };
    with(|finder| finder.put(document, lent));
}

/// Forgets a document of the device.
#[wasm_bindgen]
pub fn forget(id: &str, lang: &str) {
    with(|finder| finder.forget(id, lang));
}

/// What to mark in texts of one language for a question, as [`search`] took it: for each text a list of places, from
/// and to, as JSON.
#[wasm_bindgen]
#[must_use]
pub fn marks(question: &str, prefix: bool, lang: &str, texts: &str) -> String {
    with(|finder| finder.marks(question, prefix, lang, &mut texts.split('\0')))
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {}
