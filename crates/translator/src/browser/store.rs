//! Translations on the device: in Cache Storage, beside what the worker keeps.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Cache, CacheStorage, Headers, Request, Response, ResponseInit};

use super::{property, window};
use crate::languages::same;
use crate::record::{article, of_path};

async fn cache(base: &str) -> Option<Cache> {
    // Only secure contexts have it.
    let storage: CacheStorage = property(&window(), "caches").dyn_into().ok()?;
    let name = ["lamplight:", base, ":content"].concat();
    JsFuture::from(storage.open(&name))
        .await
        .ok()?
        .dyn_into()
        .ok()
}

/// The languages in which a text of an article is kept. What is of an older text goes, and so does what people have
/// translated since (`human`: languages), and what is of an article that has been removed from the device.
pub(crate) async fn languages(
    base: &str,
    folder: &str,
    digest: &str,
    human: &[String],
) -> Vec<String> {
    let mut out = Vec::new();
    let Some(cache) = cache(base).await else {
        return out;
    };
    let Ok(keys) = JsFuture::from(cache.keys()).await else {
        return out;
    };
    let paths: Vec<String> = js_sys::Array::from(&keys)
        .iter()
        .filter_map(|request| request.dyn_into::<Request>().ok())
        .filter_map(|request| Some(web_sys::Url::new(&request.url()).ok()?.pathname()))
        .collect();
    let stored = stored();
    for path in &paths {
        let Some((document, text)) = article(base, path) else {
            continue;
        };
        let here = of_path(folder, path);
        let fits = here.is_none_or(|(own, lang, _)| {
            own == digest && !human.iter().any(|human| same(human, lang))
        });
        let kept =
            paths.contains(&document) || stored.iter().any(|name| name.eq_ignore_ascii_case(&text));
        if !fits || !kept {
            let _ = JsFuture::from(cache.delete_with_str(path)).await;
        } else if let Some((_, lang, true)) = here {
            out.push(lang.to_owned());
        }
    }
    out
}

/// The names of what is in local storage.
fn stored() -> Vec<String> {
    // Where the browser blocks it, asking is an error.
    let Ok(Some(storage)) = window().local_storage() else {
        return Vec::new();
    };
    let all = 0..storage.length().unwrap_or(0);
    all.filter_map(|at| storage.key(at).ok().flatten())
        .collect()
}

/// A stored text.
pub(crate) async fn read(base: &str, path: &str) -> Option<String> {
    let found = JsFuture::from(cache(base).await?.match_with_str(path))
        .await
        .ok()?;
    let response: Response = found.dyn_into().ok()?;
    JsFuture::from(response.text().ok()?)
        .await
        .ok()?
        .as_string()
}

/// Stores a text; whether it is there, read back.
pub(crate) async fn write(base: &str, path: &str, text: &str) -> bool {
    put(base, path, text).await.is_some() && read(base, path).await.as_deref() == Some(text)
}

async fn put(base: &str, path: &str, text: &str) -> Option<()> {
    let headers = Headers::new().ok()?;
    headers.set("content-type", "application/json").ok()?;
    let now = (js_sys::Date::now() as u64).to_string();
    headers.set("x-lamplight-stored", &now).ok()?;
    let init = ResponseInit::new();
    init.set_headers(&headers);
    let response = Response::new_with_opt_str_and_init(Some(text), &init).ok()?;
    let stored = cache(base).await?.put_with_str(path, &response);
    JsFuture::from(stored).await.ok().map(drop)
}

/// Drops a text.
pub(crate) async fn remove(base: &str, path: &str) {
    if let Some(cache) = cache(base).await {
        let _ = JsFuture::from(cache.delete_with_str(path)).await;
    }
}
