//! Local storage as `lamplight_reader`'s store, through gloo-storage; memory where it is blocked.

use gloo_storage::{LocalStorage, Storage as _};
use lamplight_reader::store::{MemoryStore, Store, StoreError};

use super::{listen, property, window};

/// The synchronous store of this device.
#[derive(Debug)]
pub enum DeviceStore {
    /// Local storage, under a prefix, since sites under several base paths share an origin.
    Local {
        /// `lamplight:<base>:`.
        prefix: String,
    },
    /// What holds until the page is closed, where the browser stores nothing.
    Memory(MemoryStore),
}

impl DeviceStore {
    /// Opens the store of the site at `base`.
    pub fn open(base: &str) -> Self {
        // gloo-storage panics where storage is blocked, so it is asked only after this.
        let works =
            matches!(window().local_storage(), Ok(Some(storage)) if storage.length().is_ok());
        if works {
            Self::Local {
                prefix: ["lamplight:", base, ":"].concat(),
            }
        } else {
            Self::Memory(MemoryStore::default())
        }
    }

    /// Whether what is stored outlives the page.
    pub fn lasts(&self) -> bool {
        matches!(self, Self::Local { .. })
    }
}

impl Store for DeviceStore {
    fn get(&self, key: &str) -> Result<Option<String>, StoreError> {
        match self {
            Self::Local { prefix } => LocalStorage::raw()
                .get_item(&[prefix, key].concat())
                .map_err(|_| StoreError::Blocked),
            Self::Memory(store) => store.get(key),
        }
    }

    fn set(&self, key: &str, value: &str) -> Result<(), StoreError> {
        match self {
            Self::Local { prefix } => LocalStorage::raw()
                .set_item(&[prefix, key].concat(), value)
                .map_err(
                    |error| match property(&error, "name").as_string().as_deref() {
                        Some("SecurityError") => StoreError::Blocked,
                        _ => StoreError::Full,
                    },
                ),
            Self::Memory(store) => store.set(key, value),
        }
    }

    fn remove(&self, key: &str) -> Result<(), StoreError> {
        match self {
            Self::Local { prefix } => LocalStorage::raw()
                .remove_item(&[prefix, key].concat())
                .map_err(|_| StoreError::Blocked),
            Self::Memory(store) => store.remove(key),
        }
    }

    fn keys(&self) -> Vec<String> {
        match self {
            Self::Local { prefix } => {
                let storage = LocalStorage::raw();
                (0..storage.length().unwrap_or(0))
                    .filter_map(|at| storage.key(at).ok()?)
                    .filter_map(|key| Some(key.strip_prefix(prefix.as_str())?.to_owned()))
                    .collect()
            }
            Self::Memory(store) => store.keys(),
        }
    }
}

/// Calls `handler` with the key when another tab changed this site's storage.
pub fn on_change(base: &str, handler: impl Fn(&str) + 'static) {
    let prefix = ["lamplight:", base, ":"].concat();
    listen(&window(), "storage", move |event| {
        if let Some(key) = property(&event, "key").as_string()
            && let Some(key) = key.strip_prefix(&prefix)
        {
            handler(key);
        }
    });
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

    #[wasm_bindgen_test]
    fn what_is_stored_is_read_back_and_sites_on_one_origin_do_not_meet() {
        let (one, two) = (DeviceStore::open("/one/"), DeviceStore::open("/two/"));
        assert!(one.lasts());
        one.set("a", "été 海").expect("stores");
        assert_eq!(one.get("a"), Ok(Some("été 海".to_owned())));
        assert_eq!(two.get("a"), Ok(None));
        assert_eq!((one.keys(), two.keys().len()), (vec!["a".to_owned()], 0));
        one.remove("a").expect("removes");
        assert_eq!(one.get("a"), Ok(None));
    }

    #[wasm_bindgen_test]
    fn a_value_beyond_the_quota_is_refused_and_the_old_one_stands() {
        let store = DeviceStore::open("/full/");
        store.set("a", "small").expect("stores");
        assert_eq!(
            store.set("a", &"x".repeat(20_000_000)),
            Err(StoreError::Full)
        );
        assert_eq!(store.get("a"), Ok(Some("small".to_owned())));
        store.remove("a").expect("removes");
    }

    #[wasm_bindgen_test]
    fn json_is_read_by_the_browser_as_it_is_natively() {
        use lamplight_model::{Feed, Site, json};
        let site = r#"{"format":1,"title":"T\u00e9 🌊","base":"/","keep_newest":20,"more":[1.5,null,{"a":true}],
            "languages":[{"code":"en","name":"English","dir":"ltr"}]}"#;
        let site: Site = json::read(site).expect("a site");
        assert_eq!((&*site.title, site.keep_newest), ("Té 🌊", 20));
        assert_eq!(json::read::<Site>(r#"{"format":1.5}"#), None);
        assert_eq!(json::read::<Site>("{"), None);
        // Deeper than a program's stack.
        assert!(json::read::<Feed>(&"[".repeat(200_000)).is_none());
        let deep = ["[".repeat(100_000), "]".repeat(100_000)].concat();
        assert!(json::read::<Vec<String>>(&deep).is_none());
    }
}
