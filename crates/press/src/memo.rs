//! What was made of source files, kept from run to run.
//!
//! Entry point: [`Memo::of`]. A file that looks as it did is not read again. Looks can deceive: a file
//! changed within the file system's smallest step of time, to the same length, looks unchanged. So a
//! file is believed unread only if it was already old when it was last read; others are read, and what
//! was made of them counts if their digest is the same.

use std::collections::HashMap;
use std::fs::{self, Metadata};
use std::io;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use lamplight_model::seal;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::cache::Cache;
use crate::emit::previous::State;

/// The coarsest step of time of a file system still in use (FAT's, in nanoseconds).
const STEP: i128 = 2_000_000_000;

/// Results by the name of the file they were made of.
pub(crate) struct Memo<T> {
    old: HashMap<String, Seen<T>>,
    /// `None`: as in `old`.
    new: Mutex<HashMap<String, Option<Seen<T>>>>,
    /// The file system's time before anything was read.
    now: Option<i128>,
}

/// A result, and the file as it was then.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Seen<T> {
    look: Look,
    digest: String,
    /// When it was read.
    at: i128,
    made: T,
}

/// What a file looks like from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Look {
    state: State,
    /// When its entry was changed (nothing but the system sets that), where there is such a thing.
    changed: (i64, i64),
}

impl Look {
    fn of(metadata: &Metadata) -> Option<Self> {
        #[cfg(unix)]
        let changed = {
            use std::os::unix::fs::MetadataExt;
            (metadata.ctime(), metadata.ctime_nsec())
        };
        #[cfg(not(unix))]
        let changed = (0, 0);
        Some(Self {
            state: State::of(metadata)?,
            changed,
        })
    }
}

impl<T: Clone + Serialize + DeserializeOwned> Memo<T> {
    /// What the cache knows under a name and a key, which must hold whatever results follow from
    /// beside the files.
    pub(crate) fn load(cache: &Cache, name: &str, key: &str) -> Self {
        Self {
            now: cache.now(),
            old: cache.load(name, key).unwrap_or_default(),
            new: Mutex::default(),
        }
    }

    /// The digest of a file and what `make` makes of its bytes and digest; `name` tells it from others
    /// in every run.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn of(
        &self,
        name: &str,
        path: &Path,
        make: impl FnOnce(Vec<u8>, &str) -> T,
    ) -> io::Result<T> {
        let look = Look::of(&fs::metadata(path)?);
        let old = self.old.get(name);
        if let Some(old) = old
            && look == Some(old.look)
            && old.look.state.modified + STEP < old.at
        {
            self.note(name, None);
            return Ok(old.made.clone());
        }
        let bytes = fs::read(path)?;
        let digest = seal::digest(&bytes);
        let made = match old {
            Some(old) if old.digest == digest => old.made.clone(),
            _ => make(bytes, &digest),
        };
        if let (Some(look), Some(at)) = (look, self.now) {
            let made = made.clone();
            self.note(
                name,
                Some(Seen {
                    look,
                    digest,
                    at,
                    made,
                }),
            );
        }
        Ok(made)
    }

    fn note(&self, name: &str, seen: Option<Seen<T>>) {
        let mut new = self.new.lock().unwrap_or_else(PoisonError::into_inner);
        new.insert(name.to_owned(), seen);
    }

    /// Keeps what this run asked for.
    pub(crate) fn store(self, cache: &Cache, name: &str, key: &str) {
        let new = self
            .new
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        if new.len() == self.old.len() && new.values().all(Option::is_none) {
            return;
        }
        let all: HashMap<&str, &Seen<T>> = new
            .iter()
            .filter_map(|(name, seen)| {
                let seen = seen.as_ref().or_else(|| self.old.get(name))?;
                Some((name.as_str(), seen))
            })
            .collect();
        cache.store(name, key, &all);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, SystemTime};

    /// The file's text in capitals, and whether it was worked out.
    fn ask(cache: &Cache, file: &Path) -> (String, bool) {
        let memo = Memo::<String>::load(cache, "capitals", "key");
        let mut asked = false;
        let made = memo.of("file", file, |bytes, _| {
            asked = true;
            String::from_utf8_lossy(&bytes).to_uppercase()
        });
        memo.store(cache, "capitals", "key");
        (made.expect("reads"), asked)
    }

    fn set(file: &Path, text: &str, modified: SystemTime) {
        fs::write(file, text).expect("writes");
        let file = fs::File::options().write(true).open(file).expect("opens");
        file.set_modified(modified).expect("has times");
    }

    #[test]
    fn a_file_is_worked_on_again_when_it_changed_and_only_then() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let cache = Cache::of(folder.path());
        let file = folder.path().join("a.txt");
        let now = SystemTime::now();
        let old = now - Duration::from_secs(60);
        set(&file, "one", old);
        assert_eq!(ask(&cache, &file), ("ONE".into(), true));
        assert_eq!(ask(&cache, &file), ("ONE".into(), false));
        set(&file, "one", now);
        assert_eq!(ask(&cache, &file), ("ONE".into(), false), "touched");
        set(&file, "two", old);
        assert_eq!(ask(&cache, &file), ("TWO".into(), true));
    }

    #[test]
    fn a_change_within_one_step_of_time_and_of_the_same_length_is_seen() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let cache = Cache::of(folder.path());
        let file = folder.path().join("a.txt");
        let now = SystemTime::now();
        set(&file, "one", now);
        assert_eq!(ask(&cache, &file), ("ONE".into(), true));
        set(&file, "two", now);
        let memo = Memo::<String>::load(&cache, "capitals", "key");
        // As if the system had not noted when the entry changed, either.
        let look = Look::of(&fs::metadata(&file).expect("is there")).expect("is a file");
        let mut seen = memo.old["file"].clone();
        seen.look = look;
        cache.store(
            "capitals",
            "key",
            &HashMap::from([("file".to_owned(), seen)]),
        );
        assert_eq!(ask(&cache, &file), ("TWO".into(), true));
    }
}
