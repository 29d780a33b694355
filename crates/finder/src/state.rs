//! What the finder holds: the engine, the index's files, and the texts it was given.
//!
//! Entry points: [`open`], [`ask`]. No borrow of the state is held while something is awaited.

use std::cell::RefCell;
use std::collections::HashMap;

use js_sys::{Date, Function, Promise, Uint8Array};
use lamplight_model::seal;
use lamplight_search::{Answer, Document, Engine, Extent, Files, OpenError, Outcome, Request};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use crate::script::{count, object, property, text, texts, truth};

/// How long a file that could not be had is not asked for again, in milliseconds.
const RESPITE: f64 = 3_000.0;

/// How long a file may take, in milliseconds.
const PATIENCE: u32 = 10_000;

/// How many texts are lent at most.
const LENT: usize = 200;

/// How many times an answer may ask for more files: each step knows more than the one before.
const STEPS: usize = 16;

/// See the module.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) engine: Engine,
    base: String,
    files: HashMap<String, Vec<u8>>,
    /// Files that could not be had, and until when they are not asked for again.
    missing: HashMap<String, f64>,
    /// Files on their way.
    coming: HashMap<String, Promise>,
    /// What the engine was given, for snippets and for the next index.
    own: HashMap<(String, String), Document>,
    lent: HashMap<(String, String), Document>,
    /// What is known of the site's index: `open`, `absent`, `newer`; empty before that.
    pub(crate) index: &'static str,
    /// The root that is open, relative to the site's base; empty if none is.
    pub(crate) root: String,
    /// How much the index is that is open.
    pub(crate) extent: Extent,
    /// What was looked for, for marking, by question.
    words: HashMap<String, Vec<String>>,
}

impl Files for State {
    fn get(&self, name: &str) -> Option<&[u8]> {
        self.files.get(name).map(Vec::as_slice)
    }

    fn missing(&self, name: &str) -> bool {
        self.missing.contains_key(name)
    }
}

/// The files that are at hand: all others count as missing.
struct Near<'s>(&'s State);

impl Files for Near<'_> {
    fn get(&self, name: &str) -> Option<&[u8]> {
        self.0.get(name)
    }

    fn missing(&self, name: &str) -> bool {
        self.0.get(name).is_none()
    }
}

impl State {
    pub(crate) fn put(&mut self, document: Document) {
        self.engine.put(document.clone());
        let name = (document.id.clone(), document.lang.clone());
        self.own.insert(name, document);
    }

    pub(crate) fn lend(&mut self, document: Document) {
        if self.lent.len() >= LENT {
            self.lent.clear();
        }
        let name = (document.id.clone(), document.lang.clone());
        self.lent.insert(name, document);
    }

    pub(crate) fn forget(&mut self, slug: &str, lang: &str) {
        self.engine.remove(slug, lang);
        self.own.remove(&(slug.to_owned(), lang.to_owned()));
    }

    /// Whether an article is on the device.
    pub(crate) fn has(&self, slug: &str, lang: &str) -> bool {
        let name = (slug.to_owned(), lang.to_owned());
        self.own.contains_key(&name)
    }

    /// How many articles are on the device.
    pub(crate) fn count_own(&self) -> usize {
        self.own.len()
    }

    /// Notes what was looked for.
    pub(crate) fn note_words(&mut self, question: &str, words: &[String]) {
        if self.words.len() >= LENT {
            self.words.clear();
        }
        self.words.insert(question.to_owned(), words.to_vec());
    }

    /// What was looked for with a question.
    pub(crate) fn words(&self, question: &str) -> &[String] {
        self.words.get(question).map_or(&[], Vec::as_slice)
    }

    /// The text of an article that is at hand.
    pub(crate) fn text(&self, slug: &str, lang: &str) -> Option<&Document> {
        let name = (slug.to_owned(), lang.to_owned());
        self.own.get(&name).or_else(|| self.lent.get(&name))
    }
}

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
}

/// Calls `work` with the state.
pub(crate) fn with<T>(work: impl FnOnce(&mut State) -> T) -> T {
    STATE.with_borrow_mut(work)
}

/// A document from the object that [`crate::put`] takes.
pub(crate) fn document(value: &JsValue) -> Document {
    Document {
        id: text(value, "id"),
        lang: text(value, "lang"),
        title: text(value, "title"),
        headings: text(value, "headings"),
        description: text(value, "description"),
        body: text(value, "body"),
        tags: texts(value, "tags"),
        categories: texts(value, "categories"),
        date: text(value, "date"),
    }
}

/// Why an index was not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OpenFailure {
    /// There is no such file now.
    Absent,
    Damaged,
    /// Made by a newer press.
    Newer,
}

impl From<OpenFailure> for JsValue {
    fn from(failure: OpenFailure) -> Self {
        let (name, message) = match failure {
            OpenFailure::Absent => ("Absent", "the root of the search index cannot be had"),
            OpenFailure::Damaged => ("Damaged", "the root of the search index is damaged"),
            OpenFailure::Newer => ("Newer", "the search index was made by a newer press"),
        };
        let error = js_sys::Error::new(message);
        error.set_name(name);
        error.into()
    }
}

/// Opens an index; what was open stays open where that fails.
pub(crate) async fn open(base: String, root: String) -> Result<u32, OpenFailure> {
    let bytes = fetched(&base, &root).await.ok_or(OpenFailure::Absent)?;
    let mut engine = Engine::open(&bytes).map_err(|error| match error {
        OpenError::Damaged => OpenFailure::Damaged,
        OpenError::Newer(_) => OpenFailure::Newer,
    })?;
    with(|state| {
        for document in state.own.values() {
            engine.put(document.clone());
        }
        let documents = engine.documents();
        state.engine = engine;
        state.extent = lamplight_search::extent(&bytes).unwrap_or_default();
        // Names are digests: those that both indexes have are the same files.
        state.base = base;
        state.missing.clear();
        Ok(documents as u32)
    })
}

/// Opens the index whose root is at `root` below the site's base (empty: there is none), unless it is open; whether
/// it is open now. What was open stays open where that fails.
pub(crate) async fn take(base: String, root: String) -> bool {
    let known = with(|state| {
        let known = !root.is_empty() && state.root == root;
        if known {
            state.index = "open";
        }
        known
    });
    if known {
        return true;
    }
    let (folder, name) = root.rsplit_once('/').unwrap_or(("", &root));
    let opened = if root.is_empty() {
        Err(OpenFailure::Absent)
    } else {
        open([&*base, folder, "/"].concat(), name.to_owned()).await
    };
    with(|state| {
        state.index = match opened {
            Ok(_) => {
                state.root = root;
                "open"
            }
            Err(OpenFailure::Newer) => "newer",
            // An older one that is open goes on answering.
            Err(_) if !state.root.is_empty() => "open",
            Err(_) => "absent",
        };
    });
    opened.is_ok()
}

/// The root of the index that an edition (the text of `edition.json`) names, relative to the site's base; empty if it
/// names none. `None`: it is damaged.
pub(crate) fn root_of(edition: &str) -> Option<String> {
    seal::check(edition).ok()?;
    Some(text(&js_sys::JSON::parse(edition).ok()?, "search"))
}

/// The answer to a question, and how long the engine took in milliseconds.
pub(crate) async fn ask(asked: &JsValue, query: &str, prefix: bool) -> (Answer, f64) {
    let lang = text(asked, "lang");
    let request = Request {
        query,
        lang: &lang,
        limit: count(asked, "k", 10),
        offset: count(asked, "offset", 0),
        prefix,
    };
    let near = truth(asked, "near");
    let mut took = 0.0;
    for _ in 0..STEPS {
        let begun = now();
        let outcome = with(|state| {
            let time = Date::now();
            state.missing.retain(|_, until| *until > time);
            if near {
                state.engine.search(&request, &Near(state))
            } else {
                state.engine.search(&request, &*state)
            }
        });
        took += now() - begun;
        match outcome {
            Outcome::Answer(answer) => return (answer, took),
            Outcome::Need(names) => {
                let base = with(|state| state.base.clone());
                let coming: Vec<Promise> = names.iter().map(|name| coming(&base, name)).collect();
                for promise in coming {
                    let _ = JsFuture::from(promise).await;
                }
            }
        }
    }
    (Answer::default(), took)
}

/// A file on its way into the state, whoever asked for it first.
fn coming(base: &str, name: &str) -> Promise {
    if let Some(promise) = with(|state| state.coming.get(name).cloned()) {
        return promise;
    }
    let (base, own) = (base.to_owned(), name.to_owned());
    let promise = future_to_promise(async move {
        let bytes = fetched(&base, &own).await;
        with(|state| {
            state.coming.remove(&own);
            match bytes {
                Some(bytes) => {
                    state.files.insert(own, bytes);
                }
                None => {
                    state.missing.insert(own, Date::now() + RESPITE);
                }
            }
        });
        Ok(JsValue::UNDEFINED)
    });
    with(|state| state.coming.insert(name.to_owned(), promise.clone()));
    promise
}

/// The bytes of a file, if they are those that its name promises. A damaged copy that the browser has stored
/// is fetched again past it.
async fn fetched(base: &str, name: &str) -> Option<Vec<u8>> {
    for cache in ["default", "reload"] {
        let bytes = bytes(&[base, name].concat(), cache).await?;
        if lamplight_search::verified(name, &seal::digest(&bytes)) {
            return Some(bytes);
        }
    }
    None
}

async fn bytes(address: &str, cache: &str) -> Option<Vec<u8>> {
    let global = js_sys::global();
    let timeout = property(&property(&global, "AbortSignal"), "timeout");
    let signal = timeout.dyn_into::<Function>().ok().and_then(|timeout| {
        timeout
            .call1(&property(&global, "AbortSignal"), &PATIENCE.into())
            .ok()
    });
    let init = object(&[
        ("cache", cache.into()),
        ("signal", signal.unwrap_or(JsValue::UNDEFINED)),
    ]);
    let fetch: Function = property(&global, "fetch").dyn_into().ok()?;
    let response = settled(fetch.call2(&global, &address.into(), &init).ok()?).await?;
    if !property(&response, "ok").is_truthy() {
        return None;
    }
    let read: Function = property(&response, "arrayBuffer").dyn_into().ok()?;
    let buffer = settled(read.call0(&response).ok()?).await?;
    Some(Uint8Array::new(&buffer).to_vec())
}

async fn settled(promise: JsValue) -> Option<JsValue> {
    JsFuture::from(promise.dyn_into::<Promise>().ok()?)
        .await
        .ok()
}

/// Milliseconds by the finest clock there is.
fn now() -> f64 {
    let performance = property(&js_sys::global(), "performance");
    property(&performance, "now")
        .dyn_into::<Function>()
        .ok()
        .and_then(|now| now.call0(&performance).ok()?.as_f64())
        .unwrap_or_else(Date::now)
}
