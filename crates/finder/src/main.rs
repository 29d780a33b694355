//! The finder: search as a WebAssembly program of its own, for a page or a worker.
//!
//! Entry points: [`load`] and [`search`], and for the device's own documents [`put`] and [`forget`]; the marks
//! of texts are [`marks`] and [`snippet`]. It is `lamplight_search` with `fetch`: files are fetched when a
//! question needs them, verified by their names, and kept. It must never touch a document or the device.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use js_sys::{Array, ArrayBuffer, JsString, Object, Promise, Reflect, Uint8Array};
use lamplight_search::{Answer, Document, Engine, Files, Outcome, Query, Request};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    /// The page's or the worker's own.
    #[wasm_bindgen(js_name = fetch)]
    fn fetch(url: &str) -> Promise;

    type Response;
    #[wasm_bindgen(method, getter)]
    fn ok(this: &Response) -> bool;
    #[wasm_bindgen(method, js_name = arrayBuffer)]
    fn array_buffer(this: &Response) -> Promise;

    #[wasm_bindgen(js_namespace = performance)]
    fn now() -> f64;
}

/// What was fetched, and what could not be.
#[derive(Default)]
struct Fetched {
    files: HashMap<String, Vec<u8>>,
    missing: HashSet<String>,
}

impl Files for Fetched {
    fn get(&self, name: &str) -> Option<&[u8]> {
        self.files.get(name).map(Vec::as_slice)
    }

    fn missing(&self, name: &str) -> bool {
        self.missing.contains(name)
    }
}

#[derive(Default)]
struct State {
    base: String,
    root: String,
    engine: Engine,
    fetched: Fetched,
    /// Put by the page, for the engine of the next index.
    documents: HashMap<(String, String), Document>,
}

thread_local! {
    static STATE: Rc<RefCell<State>> = Rc::default();
}

fn state() -> Rc<RefCell<State>> {
    STATE.with(Rc::clone)
}

/// Opens an index: `base` is the URL of its folder, ending in `/`, `root` the name of its root. Gives the number
/// of its documents. What is [`put`] stays.
///
/// # Errors
/// The root cannot be fetched, is damaged, or is of a newer format: an `Error` that says which.
#[wasm_bindgen]
pub async fn load(base: String, root: String) -> Result<u32, JsError> {
    let bytes = fetched(&base, &root)
        .await
        .ok_or_else(|| JsError::new(&format!("The search index cannot be had: {base}{root}")))?;
    let mut engine = Engine::open(&bytes).map_err(|error| JsError::new(&error.to_string()))?;
    let documents = engine.documents() as u32;
    let state = state();
    let mut state = state.borrow_mut();
    for document in state.documents.values() {
        engine.put(document.clone());
    }
    if state.base != base {
        state.fetched = Fetched::default();
    }
    state.engine = engine;
    state.base = base;
    state.root = root;
    Ok(documents)
}

/// Answers `{q, k, offset, prefix, lang}` with `{hits, total, didYouMean, words, complete, ms}`; `ms` is the engine's
/// own time. A hit is `{id, lang, title, date, categories, tags, score, local, unconfirmed}`. Files that cannot be
/// had are left out (`complete` is then false) and asked for again at the next question.
///
/// # Errors
/// The question is no object.
#[wasm_bindgen]
pub async fn search(question: JsValue) -> Result<JsValue, JsError> {
    if !question.is_object() {
        return Err(JsError::new(
            "A question is an object: {q, k, offset, prefix, lang}",
        ));
    }
    let text = |name: &str| {
        get(&question, name)
            .and_then(|value| value.as_string())
            .unwrap_or_default()
    };
    let number = |name: &str, default: usize| {
        get(&question, name)
            .and_then(|value| value.as_f64())
            .map_or(default, |number| number.max(0.0) as usize)
    };
    let (query, lang) = (text("q"), text("lang"));
    let request = Request {
        query: &query,
        lang: &lang,
        limit: number("k", 10),
        offset: number("offset", 0),
        prefix: get(&question, "prefix").is_some_and(|value| value.is_truthy()),
    };
    let state = state();
    state.borrow_mut().fetched.missing.clear();
    let mut ms = 0.0;
    loop {
        let begun = now();
        let (outcome, base, root) = {
            let state = state.borrow();
            (
                state.engine.search(&request, &state.fetched),
                state.base.clone(),
                state.root.clone(),
            )
        };
        ms += now() - begun;
        match outcome {
            Outcome::Answer(answer) => return Ok(shown(&answer, ms)),
            Outcome::Need(names) => {
                let fetching = Array::new();
                for name in &names {
                    let url = [&*base, name].concat();
                    fetching.push(&fetch(&url));
                }
                let answers = JsFuture::from(Promise::all_settled(&fetching)).await;
                let answers: Array = answers.map(JsCast::unchecked_into).unwrap_or_default();
                for (name, answer) in names.into_iter().zip(answers.iter()) {
                    let bytes = match get(&answer, "value") {
                        Some(response) => body(&response, &name).await,
                        None => None,
                    };
                    let mut state = state.borrow_mut();
                    // Another index may have been opened meanwhile.
                    if state.root != root {
                        continue;
                    }
                    match bytes {
                        Some(bytes) => drop(state.fetched.files.insert(name, bytes)),
                        None => drop(state.fetched.missing.insert(name)),
                    }
                }
            }
        }
    }
}

/// Makes a document of the device findable: `{id, lang, title, headings, description, body, tags, categories,
/// date}`, what is left out is empty.
#[wasm_bindgen]
pub fn put(document: &JsValue) {
    let text = |name: &str| {
        get(document, name)
            .and_then(|value| value.as_string())
            .unwrap_or_default()
    };
    let list = |name: &str| -> Vec<String> {
        let values = get(document, name).and_then(|value| value.dyn_into::<Array>().ok());
        let values = values.unwrap_or_default();
        values
            .iter()
            .filter_map(|value| value.as_string())
            .collect()
    };
    let document = Document {
        id: text("id"),
        lang: text("lang"),
        title: text("title"),
        headings: text("headings"),
        description: text("description"),
        body: text("body"),
        tags: list("tags"),
        categories: list("categories"),
        date: text("date"),
    };
    let state = state();
    let mut state = state.borrow_mut();
    state.documents.insert(
        (document.id.clone(), document.lang.clone()),
        document.clone(),
    );
    state.engine.put(document);
}

/// Forgets a document of the device.
#[wasm_bindgen]
pub fn forget(id: String, lang: String) {
    let state = state();
    let mut state = state.borrow_mut();
    state.engine.remove(&id, &lang);
    state.documents.remove(&(id, lang));
}

/// What to mark in a text in a language for a question (`words`: the answer's): pairs of places, from and to,
/// in the text's UTF-16 units, as JavaScript counts.
#[wasm_bindgen]
#[must_use]
pub fn marks(text: &str, lang: &str, query: &str, prefix: bool, words: Vec<String>) -> Vec<u32> {
    let marker = state()
        .borrow()
        .engine
        .marker(&Query::parse(query, prefix), &words);
    let marks = marker.marks(text, lang);
    units(text, marks.iter().flat_map(|mark| [mark.start, mark.end]))
}

/// The part of a text worth showing, about `length` characters: where it begins and ends, then its marks, as
/// [`marks`] gives them.
#[wasm_bindgen]
#[must_use]
pub fn snippet(text: &str, lang: &str, query: &str, words: Vec<String>, length: usize) -> Vec<u32> {
    let marker = state()
        .borrow()
        .engine
        .marker(&Query::parse(query, true), &words);
    let (range, marks) = marker.snippet(text, lang, length);
    let mut places = units(text, [range.start, range.end].into_iter());
    places.extend(units(
        text,
        marks.iter().flat_map(|mark| [mark.start, mark.end]),
    ));
    places
}

/// Ascending places in bytes as places in UTF-16 units.
fn units(text: &str, places: impl Iterator<Item = usize>) -> Vec<u32> {
    let (mut at, mut unit) = (0, 0);
    places
        .map(|place| {
            unit += text
                .get(at..place)
                .map_or(0, |part| part.encode_utf16().count()) as u32;
            at = place;
            unit
        })
        .collect()
}

async fn fetched(base: &str, name: &str) -> Option<Vec<u8>> {
    let response = JsFuture::from(fetch(&[base, name].concat())).await.ok()?;
    body(&response, name).await
}

/// The bytes of an answer, if they are those of the file.
async fn body(response: &JsValue, name: &str) -> Option<Vec<u8>> {
    let response: &Response = response.unchecked_ref();
    if !response.ok() {
        return None;
    }
    let buffer = JsFuture::from(response.array_buffer()).await.ok()?;
    let bytes = Uint8Array::new(buffer.unchecked_ref::<ArrayBuffer>()).to_vec();
    lamplight_search::verified(name, &lamplight_model::seal::digest(&bytes)).then_some(bytes)
}

fn get(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &JsString::from(name))
        .ok()
        .filter(|value| !value.is_undefined())
}

fn set(object: &Object, name: &str, value: impl Into<JsValue>) {
    // Setting a member of a new object cannot fail.
    let _ = Reflect::set(object, &JsString::from(name), &value.into());
}

fn list(texts: &[String]) -> Array {
    texts
        .iter()
        .map(|text| JsString::from(text.as_str()))
        .collect()
}

fn shown(answer: &Answer, ms: f64) -> JsValue {
    let hits = Array::new();
    for hit in &answer.hits {
        let object = Object::new();
        set(&object, "id", &*hit.id);
        set(&object, "lang", &*hit.lang);
        set(&object, "title", &*hit.title);
        set(&object, "date", &*hit.date);
        set(&object, "categories", list(&hit.categories));
        set(&object, "tags", list(&hit.tags));
        set(&object, "score", hit.score);
        set(&object, "local", hit.local);
        set(&object, "unconfirmed", hit.unconfirmed);
        hits.push(&object);
    }
    let object = Object::new();
    set(&object, "hits", hits);
    set(&object, "total", answer.total as u32);
    set(
        &object,
        "didYouMean",
        answer
            .did_you_mean
            .as_deref()
            .map_or(JsValue::NULL, JsValue::from_str),
    );
    set(&object, "words", list(&answer.words));
    set(&object, "complete", answer.complete);
    set(&object, "ms", ms);
    object.into()
}

fn main() {}
