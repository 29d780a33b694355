//! The finder: the program that searches (`crates/finder`), in a worker of its own.
//!
//! The page names the worker's script (`docs/pages.md`). It is started by the first [`call`].

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Worker, WorkerOptions, WorkerType};

use super::{listen, page, property};

thread_local! {
    static WORKER: RefCell<Option<Worker>> = const { RefCell::new(None) };
    static WAITING: RefCell<BTreeMap<u32, Function>> = const { RefCell::new(BTreeMap::new()) };
    static NUMBER: Cell<u32> = const { Cell::new(0) };
}

/// Calls one of the worker's functions; its answer as JSON.
///
/// # Errors
/// The name of the error; empty where the worker cannot be had.
pub async fn call(name: &str, values: &[JsValue]) -> Result<String, String> {
    let worker = WORKER.with_borrow_mut(|worker| {
        if worker.is_none() {
            *worker = start();
        }
        worker.clone()
    });
    let worker = worker.ok_or_else(String::new)?;
    let number = NUMBER.get().wrapping_add(1);
    NUMBER.set(number);
    let message = Array::of2(&number.into(), &name.into());
    for value in values {
        message.push(value);
    }
    let promise = Promise::new(&mut |resolve, _| {
        WAITING.with_borrow_mut(|waiting| waiting.insert(number, resolve));
    });
    worker.post_message(&message).map_err(|_| String::new())?;
    let answer = Array::from(&JsFuture::from(promise).await.map_err(|_| String::new())?);
    let error = || answer.get(2).as_string().unwrap_or_default();
    answer.get(1).as_string().ok_or_else(error)
}

/// An array of texts, as a value.
pub fn texts(texts: &[String]) -> JsValue {
    texts
        .iter()
        .map(|text| JsValue::from_str(text))
        .collect::<Array>()
        .into()
}

fn start() -> Option<Worker> {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    let worker = Worker::new_with_options(&page::meta("lamplight-finder")?, &options).ok()?;
    listen(&worker, "message", |event| {
        let answer = property(&event, "data");
        let number = property(&answer, "0").as_f64().unwrap_or(0.0) as u32;
        if let Some(resolve) = WAITING.with_borrow_mut(|waiting| waiting.remove(&number)) {
            let _ = resolve.call1(&JsValue::NULL, &answer);
        }
    });
    // It cannot be started: whoever waits is told, and the next call tries again.
    listen(&worker, "error", |_| {
        WORKER.take();
        for resolve in WAITING.take().into_values() {
            let _ = resolve.call1(&JsValue::NULL, &Array::new());
        }
    });
    Some(worker)
}

/// Asks a question, in the reader's language, for so many results at most.
///
/// # Errors
/// As [`call`].
pub async fn search(question: &str, lang: &str, prefix: bool, most: u32) -> Result<String, String> {
    let asked = super::object(&[
        ("q", question.into()),
        ("lang", lang.into()),
        ("prefix", prefix.into()),
        ("k", most.into()),
    ]);
    call("search", &[asked.into()]).await
}
