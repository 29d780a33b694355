//! Local storage that is blocked, full or damaged.

use anyhow::Result;
use serde_json::{Value, json};

use crate::browser::Browser;

/// What is wrong with local storage (Chromium).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocalStorage {
    /// Reading `window.localStorage` throws, as where site data is blocked.
    Blocked,
    /// Every write throws, as where the quota is used up.
    Full,
    /// Reads work, and so do writes of less than a kilobyte each, up to 20 kB in all.
    Tight,
}

impl Browser {
    /// Puts pages opened from now on into such a browser.
    ///
    /// # Errors
    /// As [`Browser::cdp`].
    pub async fn with_local_storage(&self, state: LocalStorage) -> Result<()> {
        let script = match state {
            LocalStorage::Blocked => {
                "for (const name of ['localStorage', 'sessionStorage'])
                   Object.defineProperty(window, name, { configurable: true, get() {
                     throw new DOMException('Access is denied for this document.', 'SecurityError');
                   } });"
            }
            LocalStorage::Full => {
                "Storage.prototype.setItem = function () {
                   throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
                 };"
            }
            LocalStorage::Tight => {
                "const set = Storage.prototype.setItem;
                 Storage.prototype.setItem = function (key, value) {
                   let used = 0;
                   for (let i = 0; i < this.length; i += 1) {
                     const name = this.key(i);
                     if (name !== String(key)) used += name.length + this.getItem(name).length;
                   }
                   if (String(value).length > 1000 || used + String(value).length > 20000)
                     throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
                   return set.call(this, key, value);
                 };"
            }
        };
        self.before_every_page(script).await
    }

    /// Everything in local storage.
    ///
    /// # Errors
    /// It cannot be read.
    pub async fn stored(&self) -> Result<Vec<(String, String)>> {
        let entries = self.eval("Object.entries({ ...localStorage })").await?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Ok(entries
            .as_array()
            .into_iter()
            .flatten()
            .map(|entry| (text(&entry[0]), text(&entry[1])))
            .collect())
    }

    /// Writes an entry of local storage behind the app's back.
    ///
    /// # Errors
    /// It cannot be written.
    pub async fn store(&self, key: &str, value: &str) -> Result<()> {
        self.run(
            "localStorage.setItem(arguments[0], arguments[1])",
            vec![json!(key), json!(value)],
        )
        .await?;
        Ok(())
    }

    /// Which answers stored by the worker, and which entries of local storage, contain a text.
    ///
    /// # Errors
    /// They cannot be read.
    pub async fn stored_with(&self, text: &str) -> Result<Vec<String>> {
        let found = self
            .run_async(
                "const found = [];
                 for (const name of await caches.keys()) {
                   const cache = await caches.open(name);
                   for (const request of await cache.keys()) {
                     const response = await cache.match(request);
                     if ((await response.text()).includes(arguments[0]))
                       found.push(new URL(request.url).pathname);
                   }
                 }
                 for (const [key, value] of Object.entries({ ...localStorage }))
                   if (value.includes(arguments[0])) found.push(key);
                 return found;",
                vec![json!(text)],
            )
            .await?;
        Ok(found
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|path| path.as_str().map(str::to_owned))
            .collect())
    }

    /// Waits until the worker has stored a path (with its base).
    ///
    /// # Errors
    /// It does not in time.
    pub async fn wait_until_stored(&self, path: &str) -> Result<()> {
        // A promise is no answer to a synchronous question: the page writes it down.
        let script = "const look = async () => {
              const hit = await caches.match(arguments[0]);
              document.documentElement.toggleAttribute('data-test-stored', Boolean(hit));
              if (!hit) setTimeout(look, 50);
            };
            document.documentElement.removeAttribute('data-test-stored');
            look();";
        self.run(script, vec![json!(path)]).await?;
        self.wait_until("document.documentElement.hasAttribute('data-test-stored')")
            .await
    }
}
