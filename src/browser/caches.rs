//! Reading the large tier, Cache Storage, which the worker fills.

use lamplight_reader::Millis;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Cache, CacheStorage, Request, Response};

use super::{property, window};

/// Cache Storage, where the browser has it (it needs a secure context).
fn storage() -> Option<CacheStorage> {
    property(&window(), "caches").dyn_into().ok()
}

fn name(base: &str) -> String {
    ["lamplight:", base, ":content"].concat()
}

async fn content(base: &str) -> Option<Cache> {
    let storage = storage()?;
    JsFuture::from(storage.open(&name(base)))
        .await
        .ok()?
        .dyn_into()
        .ok()
}

/// The paths of everything stored.
pub async fn paths(base: &str) -> Vec<String> {
    let Some(cache) = content(base).await else {
        return Vec::new();
    };
    let Ok(keys) = JsFuture::from(cache.keys()).await else {
        return Vec::new();
    };
    js_sys::Array::from(&keys)
        .iter()
        .filter_map(|request| request.dyn_into::<Request>().ok())
        .filter_map(|request| Some(web_sys::Url::new(&request.url()).ok()?.pathname()))
        .collect()
}

/// A stored text and when it was stored.
pub async fn read(base: &str, path: &str) -> Option<(String, Millis)> {
    let found = JsFuture::from(content(base).await?.match_with_str(path))
        .await
        .ok()?;
    let response: Response = found.dyn_into().ok()?;
    let saved = response.headers().get("x-lamplight-stored").ok().flatten();
    let text = JsFuture::from(response.text().ok()?)
        .await
        .ok()?
        .as_string()?;
    Some((
        text,
        saved.and_then(|saved| saved.parse().ok()).unwrap_or(0),
    ))
}

/// Removes everything that was kept, but for the app itself.
pub async fn clear(base: &str) {
    if let Some(storage) = storage() {
        let _ = JsFuture::from(storage.delete(&name(base))).await;
    }
}
