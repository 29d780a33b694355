//! The port to the synchronous key–value tier (local storage in a browser), and its in-memory twin.
//!
//! Keys are given without the site's prefix; an adapter adds it. A store must never panic and never
//! say that something was written which was not.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

/// Why a store did not do as it was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// The browser does not let this site store anything.
    Blocked,
    /// There is no space left.
    Full,
}

/// A synchronous key–value store.
pub trait Store {
    /// The value under a key.
    ///
    /// # Errors
    /// [`StoreError::Blocked`].
    fn get(&self, key: &str) -> Result<Option<String>, StoreError>;
    /// Writes a value.
    ///
    /// # Errors
    /// [`StoreError`]; the old value then still stands.
    fn set(&self, key: &str, value: &str) -> Result<(), StoreError>;
    /// Removes a key; one that is not there is no error.
    ///
    /// # Errors
    /// [`StoreError::Blocked`].
    fn remove(&self, key: &str) -> Result<(), StoreError>;
    /// All keys, in no order.
    fn keys(&self) -> Vec<String>;
}

/// How much of a store's quota a text takes: browsers count UTF-16 code units.
pub fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// A store in memory: what the app falls back on where storage is blocked, and what tests use.
#[derive(Debug, Default)]
pub struct MemoryStore {
    values: RefCell<BTreeMap<String, String>>,
    quota: Cell<Option<usize>>,
    blocked: Cell<bool>,
}

impl MemoryStore {
    /// Limits the store to so many UTF-16 code units, keys included.
    pub fn set_quota(&self, quota: Option<usize>) {
        self.quota.set(quota);
    }

    /// Makes every call fail, as a browser that blocks site data does.
    pub fn set_blocked(&self, blocked: bool) {
        self.blocked.set(blocked);
    }

    fn open(&self) -> Result<(), StoreError> {
        if self.blocked.get() {
            Err(StoreError::Blocked)
        } else {
            Ok(())
        }
    }
}

impl Store for MemoryStore {
    fn get(&self, key: &str) -> Result<Option<String>, StoreError> {
        self.open()?;
        Ok(self.values.borrow().get(key).cloned())
    }

    fn set(&self, key: &str, value: &str) -> Result<(), StoreError> {
        self.open()?;
        let mut values = self.values.borrow_mut();
        let others: usize = values
            .iter()
            .filter(|(other, _)| other.as_str() != key)
            .map(|(other, text)| units(other) + units(text))
            .sum();
        if self
            .quota
            .get()
            .is_some_and(|quota| others + units(key) + units(value) > quota)
        {
            return Err(StoreError::Full);
        }
        values.insert(key.to_owned(), value.to_owned());
        Ok(())
    }

    fn remove(&self, key: &str) -> Result<(), StoreError> {
        self.open()?;
        self.values.borrow_mut().remove(key);
        Ok(())
    }

    fn keys(&self) -> Vec<String> {
        if self.blocked.get() {
            Vec::new()
        } else {
            self.values.borrow().keys().cloned().collect()
        }
    }
}

impl<S: Store + ?Sized> Store for &S {
    fn get(&self, key: &str) -> Result<Option<String>, StoreError> {
        (**self).get(key)
    }
    fn set(&self, key: &str, value: &str) -> Result<(), StoreError> {
        (**self).set(key, value)
    }
    fn remove(&self, key: &str) -> Result<(), StoreError> {
        (**self).remove(key)
    }
    fn keys(&self) -> Vec<String> {
        (**self).keys()
    }
}
