//! The browser, in thin adapters: the only place of this program where `web_sys` is named.
//!
//! `panel` is the dialog, `run` an article that is translated in place; `api` the browser's translator, `store` Cache
//! Storage, `tree` the article's nodes. A refusal is a value, never a panic.

pub(crate) mod api;
pub(crate) mod panel;
mod run;
mod store;
mod tree;

use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, Event, EventTarget, MutationObserver, Window};

/// The element that opens the panel.
pub(crate) type Control = Element;

/// The window.
fn window() -> Window {
    #[expect(clippy::expect_used, reason = "the program only runs in a window")]
    web_sys::window().expect("a window")
}

/// The document.
fn document() -> Document {
    #[expect(clippy::expect_used, reason = "every window of a page has one")]
    window().document().expect("a document")
}

/// The language of the page.
fn page_lang() -> String {
    let root = document().document_element();
    root.and_then(|root| root.get_attribute("lang"))
        .unwrap_or_default()
}

fn find(within: &Element, selector: &str) -> Option<Element> {
    within.query_selector(selector).ok().flatten()
}

fn all(within: &Element, selector: &str) -> Vec<Element> {
    let Ok(found) = within.query_selector_all(selector) else {
        return Vec::new();
    };
    let found = (0..found.length()).filter_map(|at| found.get(at));
    found.filter_map(|node| node.dyn_into().ok()).collect()
}

/// The element that an event happened in, or the nearest around it that a selector finds.
fn target(event: &Event, selector: &str) -> Option<Element> {
    let element: Element = event.target()?.dyn_into().ok()?;
    element.closest(selector).ok().flatten()
}

/// Calls `handler` on every event of a kind, as long as the page lives.
fn listen(target: &EventTarget, kind: &str, handler: impl FnMut(Event) + 'static) {
    let closure = Closure::<dyn FnMut(Event)>::new(handler);
    let _ = target.add_event_listener_with_callback(kind, closure.as_ref().unchecked_ref());
    closure.forget();
}

/// Calls `handler` when anything comes into the page or leaves it, and when its evidence changes.
fn observe(handler: impl FnMut() + 'static) -> Option<()> {
    let closure = Closure::<dyn FnMut()>::new(handler);
    let observer = MutationObserver::new(closure.as_ref().unchecked_ref()).ok()?;
    closure.forget();
    let what = object(&[
        ("childList", true.into()),
        ("subtree", true.into()),
        ("attributeFilter", Array::of1(&EVIDENCE.into()).into()),
    ]);
    observer
        .observe_with_options(&document().body()?.into(), what.unchecked_ref())
        .ok()
}

/// The attribute with the evidence of the page (`docs/pages.md`).
const EVIDENCE: &str = "data-evidence";

/// What the page says of its evidence; empty before the app has started.
fn evidence() -> String {
    let found = document().query_selector("[data-evidence]").ok().flatten();
    found
        .and_then(|stamp| stamp.get_attribute(EVIDENCE))
        .unwrap_or_default()
}

/// Makes an element with attributes.
fn make(name: &str, attributes: &[(&str, &str)]) -> Option<Element> {
    let element = document().create_element(name).ok()?;
    for (name, value) in attributes {
        let _ = element.set_attribute(name, value);
    }
    Some(element)
}

/// A property of a JavaScript value; `undefined` if there is none.
fn property(value: &JsValue, name: &str) -> JsValue {
    js_sys::Reflect::get(value, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

/// An object from names and values.
fn object(members: &[(&str, JsValue)]) -> JsValue {
    let object = js_sys::Object::new();
    for (name, value) in members {
        let _ = js_sys::Reflect::set(&object, &(*name).into(), value);
    }
    object.into()
}
