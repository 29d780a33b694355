//! The finder: the program that searches (`crates/finder`), in a worker of its own.
//!
//! The page names the worker's script (`docs/pages.md`). It is started by the first [`call`].

use std::cell::{Cell, RefCell};

use js_sys::{Array, Function, Map, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Worker, WorkerOptions, WorkerType};

use super::{listen, page, property};

thread_local! {
    static WORKER: RefCell<Option<Worker>> = const { RefCell::new(None) };
    /// Who waits for an answer, by the number of the question.
    static WAITING: Map = Map::new();
    static NUMBER: Cell<u32> = const { Cell::new(0) };
}

/// Calls one of the worker's functions; `None` where it fails, or the worker cannot be had.
pub async fn call(name: &str, values: &[JsValue]) -> Option<JsValue> {
    let worker = WORKER.with_borrow_mut(|worker| {
        if worker.is_none() {
            *worker = start();
        }
        worker.clone()
    });
    let worker = worker?;
    let number = NUMBER.get().wrapping_add(1);
    NUMBER.set(number);
    let message = Array::of2(&number.into(), &name.into());
    for value in values {
        message.push(value);
    }
    let promise = Promise::new(&mut |resolve, _| {
        WAITING.with(|waiting| waiting.set(&number.into(), &resolve));
    });
    worker.post_message(&message).ok()?;
    let answer = Array::from(&JsFuture::from(promise).await.ok()?);
    (answer.length() == 2).then(|| answer.get(1))
}

/// Whether the worker was started and has not failed: one that is started anew knows nothing.
pub fn runs() -> bool {
    WORKER.with_borrow(Option::is_some)
}

/// Addresses of texts.
pub type Addresses = Array;

/// An answer of the finder's.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Pieces of HTML by name, for [`super::dialog::fill`].
    pub pieces: JsValue,
    /// How many links are among them.
    pub size: usize,
    /// Addresses of texts that would complete it.
    pub lacking: Addresses,
}

/// How often, and after how many milliseconds, an answer looks whether something is still pressed.
const PRESSED: u32 = 50;
const PRESS: u32 = 100;

/// Asks a question, a [`request`]: for its `answer`, for what is `near`, or for that answer once more with the texts
/// it was `lacking`, `complete`. What the reader presses in the answer before is let go first. `None` where search cannot
/// be had.
pub async fn ask(what: &str, request: &JsValue, lacking: &Addresses) -> Option<Answer> {
    let pieces = call(what, &[request.clone(), lacking.clone().into()]).await?;
    for _ in 0..PRESSED {
        if !super::dialog::is_pressed() {
            break;
        }
        super::device::sleep(PRESS).await;
    }
    Some(Answer {
        size: property(&pieces, "size").as_f64().unwrap_or(0.0) as usize,
        lacking: Array::from(&property(&pieces, "lacking")),
        pieces,
    })
}

/// A question, as the finder takes it.
pub fn request(q: &str, results: bool, recent: &[String], most: u32) -> JsValue {
    super::object(&[
        ("q", q.into()),
        ("results", results.into()),
        ("recent", texts(recent)),
        ("k", most.into()),
    ])
    .into()
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
        let number = property(&answer, "0");
        WAITING.with(|waiting| {
            if let Ok(resolve) = waiting.get(&number).dyn_into::<Function>() {
                waiting.delete(&number);
                let _ = resolve.call1(&JsValue::NULL, &answer);
            }
        });
    });
    // It cannot be started: whoever waits is told, and the next call tries again.
    listen(&worker, "error", |_| {
        WORKER.take();
        WAITING.with(|waiting| {
            waiting.for_each(&mut |resolve, _| {
                if let Ok(resolve) = resolve.dyn_into::<Function>() {
                    let _ = resolve.call1(&JsValue::NULL, &Array::new());
                }
            });
            waiting.clear();
        });
    });
    Some(worker)
}
