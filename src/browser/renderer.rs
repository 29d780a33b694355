//! The renderer: a program of its own (`crates/renderer`), loaded when the page stands.
//!
//! The page names the script that loads it; that script leaves a function that gives a promise of the
//! renderer's functions.

use std::cell::RefCell;

use js_sys::{Array, Function, Promise};
use lamplight_reader::Millis;
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

/// Loads the renderer, where that is not done; says whether it is there.
pub async fn ready() -> bool {
    if RENDER.with_borrow(Option::is_some) {
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
    let (_, site) = RENDER.with_borrow(Clone::clone)?;
    call("article", &[document.into(), site, messages.into()])
}

/// What is to be noted of an article that was opened, or of a place in it (block, thousandths of it and of the text), from
/// the records that stand, as the renderer's function of that name gives it.
pub fn note(
    history: Option<String>,
    stored: Option<String>,
    slug: &str,
    lang: &str,
    place: Option<(&str, u32, u32)>,
    now: Millis,
) -> Option<String> {
    let (block, part, progress) = place
        .map_or((JsValue::UNDEFINED, 0, 0), |(block, part, progress)| {
            (block.into(), part, progress)
        });
    call(
        "note",
        &[
            history.into(),
            stored.into(),
            slug.into(),
            lang.into(),
            block,
            part.into(),
            progress.into(),
            (now as f64).into(),
        ],
    )
}

fn call(name: &str, arguments: &[JsValue]) -> Option<String> {
    let (renderer, _) = RENDER.with_borrow(Clone::clone)?;
    let function: Function = property(&renderer, name).dyn_into().ok()?;
    let arguments: Array = arguments.iter().collect();
    function.apply(&renderer, &arguments).ok()?.as_string()
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
