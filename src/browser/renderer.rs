//! The renderer: a program of its own (`crates/renderer`), loaded when the page stands.
//!
//! The page names the script that loads it; that script leaves a function that gives a promise of the
//! renderer's functions.

use std::cell::RefCell;

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::{document, listen, page, property, window};

/// Where the script leaves its function.
const BEGIN: &str = "lamplightRenderer";

thread_local! {
    /// The renderer's functions, and the site's configuration.
    static RENDER: RefCell<Option<(JsValue, JsValue)>> = const { RefCell::new(None) };
    static LOADING: RefCell<Option<Promise>> = const { RefCell::new(None) };
}

/// Whether the renderer is there.
pub fn is_ready() -> bool {
    RENDER.with_borrow(Option::is_some)
}

/// Loads the renderer, where that is not done; says whether it is there.
pub async fn ready() -> bool {
    if is_ready() {
        return true;
    }
    let loading = LOADING.with_borrow_mut(|loading| loading.get_or_insert_with(load).clone());
    let renderer = JsFuture::from(loading).await;
    match renderer {
        Ok(renderer) if renderer.is_object() => {
            RENDER.set(Some((renderer, page::site().into())));
            true
        }
        _ => {
            // The next who asks tries again.
            LOADING.take();
            false
        }
    }
}

/// An article as HTML, from the texts of its document and of the interface; `None` where the renderer is
/// not there, or cannot read them.
pub fn render(document: &str, messages: &str) -> Option<String> {
    call("article", document, messages)
}

/// Has noted that an article (`<lang>/<slug>`) was opened, or with a place where in it the reader is; gives the place to go on
/// from. Nothing is noted where the renderer is not there.
pub fn note(article: &str, place: &str) -> Option<String> {
    call("note", article, place)
}

fn call(name: &str, one: &str, other: &str) -> Option<String> {
    let (renderer, site) = RENDER.with_borrow(Clone::clone)?;
    let function: Function = property(&renderer, name).dyn_into().ok()?;
    function
        .call3(&renderer, &one.into(), &site, &other.into())
        .ok()?
        .as_string()
}

fn load() -> Promise {
    Promise::new(&mut |resolve, reject| {
        let (Some(source), Some(head), Ok(script)) = (
            page::meta("lamplight-renderer"),
            document().head(),
            document().create_element("script"),
        ) else {
            let _ = reject.call0(&JsValue::NULL);
            return;
        };
        let _ = script.set_attribute("type", "module");
        let _ = script.set_attribute("src", &source);
        listen(&script, "load", move |_| {
            let begin = property(&window(), BEGIN).dyn_into::<Function>();
            let renderer = begin.and_then(|begin| begin.call0(&JsValue::NULL));
            let _ = resolve.call1(&JsValue::NULL, &renderer.unwrap_or_default());
        });
        listen(&script, "error", move |_| {
            let _ = reject.call0(&JsValue::NULL);
        });
        let _ = head.append_child(&script);
    })
}
