//! Reading the large tier, Cache Storage, which the worker fills.

use lamplight_model::seal;
use lamplight_reader::Millis;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Cache, CacheStorage, Request, Response};

use super::device::breathe;
use super::{property, window};

/// Cache Storage, where the browser has it (it needs a secure context).
fn storage() -> Option<CacheStorage> {
    property(&window(), "caches").dyn_into().ok()
}

/// What the library's program keeps for the reader, whole and with its images: it comes first. And what the worker keeps.
const SAVED: &str = ":saved";
const NAMES: [&str; 2] = [SAVED, ":content"];

fn name(base: &str, own: &str) -> String {
    ["lamplight:", base, own].concat()
}

async fn open(base: &str, own: &str) -> Option<Cache> {
    let storage = storage()?;
    JsFuture::from(storage.open(&name(base, own)))
        .await
        .ok()?
        .dyn_into()
        .ok()
}

/// How many keys are read before the browser gets its turn.
const STEP: usize = 500;

/// The paths of everything stored.
pub async fn paths(base: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for own in NAMES {
        let Some(cache) = open(base, own).await else {
            continue;
        };
        let Ok(keys) = JsFuture::from(cache.keys()).await else {
            continue;
        };
        let keys = js_sys::Array::from(&keys);
        for (at, request) in keys.iter().enumerate() {
            // There may be tens of thousands.
            if at % STEP == STEP - 1 {
                breathe().await;
            }
            if let Ok(request) = request.dyn_into::<Request>()
                && let Ok(url) = web_sys::Url::new(&request.url())
            {
                paths.push(url.pathname());
            }
        }
    }
    paths
}

/// A stored text and when it was stored. What is saved and damaged does not hide another copy.
pub async fn read(base: &str, path: &str) -> Option<(String, Millis)> {
    if let Some(found) = saved(base, path).await
        && seal::check(&found.0).is_ok()
    {
        return Some(found);
    }
    read_in(base, NAMES[1], path).await
}

/// The text of what the reader has saved, whole or not, and when it came.
pub async fn saved(base: &str, path: &str) -> Option<(String, Millis)> {
    read_in(base, SAVED, path).await
}

async fn read_in(base: &str, own: &str, path: &str) -> Option<(String, Millis)> {
    let response = JsFuture::from(open(base, own).await?.match_with_str(path));
    let response = response.await.ok()?.dyn_into::<Response>().ok()?;
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
        for own in NAMES {
            let _ = JsFuture::from(storage.delete(&name(base, own))).await;
        }
    }
}
