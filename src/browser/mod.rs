//! Thin adapters to the browser: the only place where `web_sys` is named.
//!
//! One module for one browser interface. They decide nothing, and never panic where a browser
//! refuses: a refusal is a value.

pub mod caches;
pub mod device;
pub mod dialog;
pub mod finder;
pub mod highlight;
pub mod history;
pub mod http;
pub mod install;
pub mod intl;
pub mod page;
pub mod place;
pub mod renderer;
pub mod storage;
pub mod worker;

use wasm_bindgen::prelude::*;

/// The window.
///
/// # Panics
/// Never in a page: the app does not run in workers.
fn window() -> web_sys::Window {
    #[expect(clippy::expect_used, reason = "the app only runs in a window")]
    web_sys::window().expect("a window")
}

/// The document.
fn document() -> web_sys::Document {
    #[expect(clippy::expect_used, reason = "every window of a page has one")]
    window().document().expect("a document")
}

/// Calls `handler` on every event of a kind, as long as the page lives.
fn listen<T: AsRef<web_sys::EventTarget>>(
    target: &T,
    kind: &str,
    handler: impl FnMut(web_sys::Event) + 'static,
) {
    let closure = Closure::<dyn FnMut(web_sys::Event)>::new(handler);
    let _ = target
        .as_ref()
        .add_event_listener_with_callback(kind, closure.as_ref().unchecked_ref());
    closure.forget();
}

/// A property of a JavaScript value; `undefined` if there is none.
fn property(value: &JsValue, name: &str) -> JsValue {
    js_sys::Reflect::get(value, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

/// An object from names and values.
fn object(members: &[(&str, JsValue)]) -> js_sys::Object {
    let object = js_sys::Object::new();
    for (name, value) in members {
        let _ = js_sys::Reflect::set(&object, &JsValue::from_str(name), value);
    }
    object
}
