//! What one run tells the next: the folder `.press-cache` beside `site.toml`.
//!
//! Entry points: [`Cache`], for what is read and written whole, and [`Cache::folder`], for those who
//! keep files of their own there. Everything in it can be made again: whatever cannot be read, is
//! another press's or damaged counts as absent, and a folder that cannot be written is done without.
//! Nothing may depend on the cache but time.

use std::fs;
use std::path::{Path, PathBuf};

use lamplight_model::seal;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::emit::previous::State;

/// The folder's name.
pub(crate) const NAME: &str = ".press-cache";

/// Digest of what this press is made of.
const BUILD: &str = env!("PRESS_BUILD");

/// The cache of a publication.
#[derive(Clone, Debug)]
pub(crate) struct Cache {
    /// `None`: nothing is kept.
    folder: Option<PathBuf>,
}

impl Cache {
    /// The cache of the publication in a folder.
    pub(crate) fn of(publication: &Path) -> Self {
        Self {
            folder: Some(publication.join(NAME)),
        }
    }

    /// No cache: every question is new, and nothing is written.
    pub(crate) fn none() -> Self {
        Self { folder: None }
    }

    /// A folder within the cache for files that make sense without its index, such as those named by
    /// a digest; `None` if it cannot be made.
    pub(crate) fn folder(&self, name: &str) -> Option<PathBuf> {
        let folder = self.prepare()?.join(name);
        fs::create_dir_all(&folder).ok()?;
        Some(folder)
    }

    /// What [`Self::store`] stored under this name and key, if it is whole and this press's own.
    pub(crate) fn load<T: DeserializeOwned>(&self, name: &str, key: &str) -> Option<T> {
        postcard::from_bytes(&self.load_bytes(name, key)?).ok()
    }

    /// What [`Self::store_bytes`] stored under this name and key, if it is whole and this press's own.
    pub(crate) fn load_bytes(&self, name: &str, key: &str) -> Option<Vec<u8>> {
        let mut bytes = fs::read(self.folder.as_ref()?.join(name)).ok()?;
        let (head, body) = bytes.split_at_checked(head("", key).len() + seal::LENGTH)?;
        if head != self::head(&seal::digest(body), key).as_bytes() {
            return None;
        }
        bytes.drain(..head.len());
        Some(bytes)
    }

    /// Stores a value; `key` is whatever it must not be believed without.
    pub(crate) fn store<T: Serialize>(&self, name: &str, key: &str, value: &T) {
        if let Ok(body) = postcard::to_stdvec(value) {
            self.store_bytes(name, key, &body);
        }
    }

    /// [`Self::store`] for bytes as they are.
    pub(crate) fn store_bytes(&self, name: &str, key: &str, body: &[u8]) {
        // Without a cache the next run takes longer; that is all.
        let _ = self.try_store(name, key, body);
    }

    fn try_store(&self, name: &str, key: &str, body: &[u8]) -> Option<()> {
        let mut bytes = head(&seal::digest(body), key).into_bytes();
        bytes.extend_from_slice(body);
        let folder = self.prepare()?;
        let file = tempfile::NamedTempFile::new_in(folder).ok()?;
        fs::write(file.path(), bytes).ok()?;
        file.persist(folder.join(name)).ok()?;
        Some(())
    }

    /// The time by the file system's own clock, in nanoseconds since 1970; `None` without a cache.
    pub(crate) fn now(&self) -> Option<i128> {
        let file = tempfile::NamedTempFile::new_in(self.prepare()?).ok()?;
        Some(State::of(&file.as_file().metadata().ok()?)?.modified)
    }

    /// Forgets what is stored under a name.
    ///
    /// # Errors
    /// It is still there.
    pub(crate) fn forget(&self, name: &str) -> std::io::Result<()> {
        let Some(folder) = &self.folder else {
            return Ok(());
        };
        match fs::remove_file(folder.join(name)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Makes the folder, known as one to be left out of backups and version control.
    fn prepare(&self) -> Option<&Path> {
        const TAG: &str = "Signature: 8a477f597d28d172789f06886806bc55\n# A cache of press: safe to delete. See https://bford.info/cachedir/\n";
        let folder = self.folder.as_deref()?;
        if !folder.join("CACHEDIR.TAG").is_file() {
            fs::create_dir_all(folder).ok()?;
            fs::write(folder.join(".gitignore"), "*\n").ok()?;
            fs::write(folder.join("CACHEDIR.TAG"), TAG).ok()?;
        }
        Some(folder)
    }
}

fn head(digest: &str, key: &str) -> String {
    format!("press {BUILD} {}\n{digest}", seal::digest(key.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_loaded_and_what_is_damaged_or_of_another_key_is_not() {
        let publication = tempfile::TempDir::new().expect("a folder");
        let cache = Cache::of(publication.path());
        let value = vec!["one".to_owned(), "two".to_owned()];
        cache.store("list", "key", &value);
        assert_eq!(cache.load("list", "key"), Some(value));
        assert_eq!(cache.load::<Vec<String>>("list", "kex"), None);
        assert_eq!(cache.load::<Vec<String>>("tsil", "key"), None);
        let file = publication.path().join(NAME).join("list");
        let whole = fs::read(&file).expect("reads");
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 1;
            fs::write(&file, damaged).expect("writes");
            assert_eq!(cache.load::<Vec<String>>("list", "key"), None, "{at}");
        }
        fs::write(&file, &whole[..whole.len() - 1]).expect("writes");
        assert_eq!(cache.load::<Vec<String>>("list", "key"), None);
    }

    #[test]
    fn the_folder_says_that_it_is_a_cache_and_that_version_control_should_pass_it_over() {
        let publication = tempfile::TempDir::new().expect("a folder");
        assert!(Cache::of(publication.path()).folder("images").is_some());
        let text = |name| fs::read_to_string(publication.path().join(NAME).join(name));
        assert_eq!(text(".gitignore").expect("is there"), "*\n");
        assert!(
            text("CACHEDIR.TAG")
                .expect("is there")
                .starts_with("Signature: 8a477f597d28d172789f06886806bc55")
        );
    }

    #[test]
    fn a_publication_that_cannot_be_written_is_done_without_a_cache() {
        let publication = tempfile::NamedTempFile::new().expect("a file");
        let cache = Cache::of(publication.path());
        cache.store("list", "key", &1_u32);
        assert_eq!(cache.load::<u32>("list", "key"), None);
        assert_eq!(cache.folder("images"), None);
    }
}
