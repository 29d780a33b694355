//! Local storage as `lamplight_reader`'s store.
//!
//! Entry point: [`Device`]. Where the browser refuses, that is a value; it must never be called in a worker, which has none.

use lamplight_reader::store::{Store, StoreError};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = localStorage, js_name = getItem, catch)]
    fn get_item(key: &str) -> Result<Option<String>, JsValue>;
    #[wasm_bindgen(js_namespace = localStorage, js_name = setItem, catch)]
    fn set_item(key: &str, text: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(js_namespace = localStorage, js_name = removeItem, catch)]
    fn remove_item(key: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(js_namespace = localStorage, js_name = key, catch)]
    fn key_at(at: u32) -> Result<Option<String>, JsValue>;
}

/// What is stored under a prefix, since sites under several base paths share an origin.
pub(crate) struct Device {
    prefix: String,
}

impl Device {
    /// That of the site at `base`.
    pub(crate) fn new(base: &str) -> Self {
        Self {
            prefix: ["lamplight:", base, ":"].concat(),
        }
    }

    fn key(&self, key: &str) -> String {
        [&*self.prefix, key].concat()
    }
}

fn blocked(_: JsValue) -> StoreError {
    StoreError::Blocked
}

impl Store for Device {
    fn get(&self, key: &str) -> Result<Option<String>, StoreError> {
        get_item(&self.key(key)).map_err(blocked)
    }

    fn set(&self, key: &str, value: &str) -> Result<(), StoreError> {
        set_item(&self.key(key), value).map_err(|error| {
            let name = js_sys::Reflect::get(&error, &"name".into());
            match name.ok().and_then(|name| name.as_string()).as_deref() {
                Some("SecurityError") => StoreError::Blocked,
                _ => StoreError::Full,
            }
        })
    }

    fn remove(&self, key: &str) -> Result<(), StoreError> {
        remove_item(&self.key(key)).map_err(blocked)
    }

    fn keys(&self) -> Vec<String> {
        let keys = (0..).map_while(|at| key_at(at).ok().flatten());
        keys.filter_map(|key| Some(key.strip_prefix(&*self.prefix)?.to_owned()))
            .collect()
    }
}
