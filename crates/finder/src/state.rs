//! What the finder holds: the engine, the index's files, and the texts it was given.
//!
//! Entry points: [`open`], [`ask`]. No borrow of the state is held while something is awaited.

use std::cell::RefCell;
use std::collections::HashMap;

use js_sys::{Date, Function, Promise, Uint8Array};
use lamplight_model::seal;
use lamplight_search::{Answer, Document, Engine, Files, OpenError, Outcome, Request};
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
}

impl Files for State {
    fn get(&self, name: &str) -> Option<&[u8]> {
        self.files.get(name).map(Vec::as_slice)
    }

    fn missing(&self, name: &str) -> bool {
        self.missing.contains_key(name)
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

fn failure(name: &str, message: &str) -> JsValue {
    let error = js_sys::Error::new(message);
    error.set_name(name);
    error.into()
}

pub(crate) async fn open(base: String, root: String) -> Result<u32, JsValue> {
    let bytes = fetched(&base, &root)
        .await
        .ok_or_else(|| failure("Absent", "the root of the search index cannot be had"))?;
    let mut engine = Engine::open(&bytes).map_err(|error| {
        let name = match error {
            OpenError::Damaged => "Damaged",
            OpenError::Newer(_) => "Newer",
        };
        failure(name, &error.to_string())
    })?;
    with(|state| {
        for document in state.own.values() {
            engine.put(document.clone());
        }
        let documents = engine.documents();
        state.engine = engine;
        // Names are digests: those that both indexes have are the same files.
        state.base = base;
        state.missing.clear();
        Ok(documents as u32)
    })
}

/// The answer to a question, and how long the engine took in milliseconds.
pub(crate) async fn ask(asked: &JsValue) -> (Answer, f64) {
    let (query, lang) = (text(asked, "q"), text(asked, "lang"));
    let request = Request {
        query: &query,
        lang: &lang,
        limit: count(asked, "k", 10),
        offset: count(asked, "offset", 0),
        prefix: truth(asked, "prefix"),
    };
    let mut took = 0.0;
    for _ in 0..STEPS {
        let begun = now();
        let outcome = with(|state| {
            let time = Date::now();
            state.missing.retain(|_, until| *until > time);
            state.engine.search(&request, &*state)
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
