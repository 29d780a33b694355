//! Where a site is written before it is the site.
//!
//! Entry points: [`Stage::produce`] for every file, [`Stage::commit`] at the end. Changed files are
//! written to a folder beside the output. If nothing is known of the old output, the folder takes its
//! place as a whole; if the last build left a record of it, only what changed is moved into it, file by
//! file, and what is no longer made is deleted. A folder that press did not make is never touched, and
//! a build that fails before [`Stage::commit`] leaves the old output as it was.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use lamplight_model::{paths, seal};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tempfile::TempDir;

use super::key::Key;
use super::previous::{Previous, Record, Records, State};
use crate::cache::Cache;
use crate::error::BuildError;

/// A site that is being written.
pub(crate) struct Stage {
    /// Where files are written.
    root: PathBuf,
    goal: Option<Goal>,
    new: Mutex<HashMap<String, Made>>,
    folders: Mutex<HashSet<PathBuf>>,
}

/// Where the stage is to go.
struct Goal {
    out: PathBuf,
    /// Deleted, with what is left in it, when the stage goes.
    holder: TempDir,
    cache: Cache,
    /// The name of the output's records in the cache.
    name: String,
    previous: Option<Previous>,
}

/// A file of the new site.
struct Made {
    record: Record,
    /// Whether it is in the stage; else it is in the output already.
    staged: bool,
}

/// What a commit changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    /// Files written.
    pub(crate) written: usize,
    /// Files deleted.
    pub(crate) deleted: usize,
}

impl Stage {
    /// A stage for an output; `cache` is that of the publication.
    ///
    /// # Errors
    /// The output holds something that press did not make, or nothing can be written beside it.
    pub(crate) fn beside(out: &Path, cache: Cache) -> Result<Self, BuildError> {
        refuse_foreign(out)?;
        let parent = parent(out);
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| BuildError::Write { path, source }
        };
        fs::create_dir_all(&parent).map_err(failed(&parent))?;
        let holder = tempfile::Builder::new()
            .prefix(".press-")
            .tempdir_in(&parent)
            .map_err(failed(&parent))?;
        // A temporary folder is closed to others; the site within it is not.
        let root = holder.path().join("site");
        fs::create_dir(&root).map_err(failed(&root))?;
        let place = parent.canonicalize().unwrap_or(parent);
        let place = place.join(out.file_name().unwrap_or_default());
        let name = format!(
            "output-{}",
            seal::digest(place.as_os_str().as_encoded_bytes())
        );
        let previous = Previous::load(&cache, &name, out);
        Ok(Self::new(
            root,
            Some(Goal {
                out: out.to_owned(),
                holder,
                cache,
                name,
                previous,
            }),
        ))
    }

    /// A folder that stays where it is.
    pub(crate) fn existing(root: &Path) -> Self {
        Self::new(root.to_owned(), None)
    }

    fn new(root: PathBuf, goal: Option<Goal>) -> Self {
        Self {
            root,
            goal,
            new: Mutex::default(),
            folders: Mutex::default(),
        }
    }

    /// Makes a file of the site, unless it is there already and was made from the same `key` (see
    /// [`Key`] for what that must hold). `path` is relative, with `/`, percent-encoded as in an
    /// address; no two files may have the same.
    ///
    /// Returns what tells the file's content from any other: a sealed document's own digest, of other
    /// files the digest of their bytes.
    ///
    /// # Errors
    /// Those of `make`, or the file cannot be written.
    pub(crate) fn produce<B: AsRef<[u8]>>(
        &self,
        path: &str,
        key: Key,
        make: impl FnOnce() -> Result<B, BuildError>,
    ) -> Result<String, BuildError> {
        let made = self.produce_some(path, key, || make().map(Some))?;
        Ok(made.unwrap_or_default())
    }

    /// [`Self::produce`] for a file that may turn out to be none; that is asked anew in each build.
    pub(crate) fn produce_some<B: AsRef<[u8]>>(
        &self,
        path: &str,
        key: Key,
        make: impl FnOnce() -> Result<Option<B>, BuildError>,
    ) -> Result<Option<String>, BuildError> {
        let name = file_name(path);
        let key = key.finish();
        let old = self.previous().and_then(|previous| previous.intact(&name));
        if let Some(old) = old.filter(|old| old.key == key) {
            let digest = old.digest.clone();
            self.note(name, old.clone(), false);
            return Ok(Some(digest));
        }
        let Some(bytes) = make()? else {
            return Ok(None);
        };
        let bytes = bytes.as_ref();
        let digest = identity(bytes);
        if let Some(old) = old.filter(|old| old.digest == digest) {
            let state = old.state;
            let record = Record {
                key,
                digest: digest.clone(),
                state,
            };
            self.note(name, record, false);
            return Ok(Some(digest));
        }
        let state = self.put(&name, bytes)?;
        let record = Record {
            key,
            digest: digest.clone(),
            state,
        };
        self.note(name, record, true);
        Ok(Some(digest))
    }

    /// Whether a file is there already, made from this key.
    pub(crate) fn has(&self, path: &str, key: Key) -> bool {
        let name = file_name(path);
        let old = self.previous().and_then(|previous| previous.intact(&name));
        old.is_some_and(|old| old.key == key.finish())
    }

    /// What [`Self::remember`] was told under this name in an earlier build of the same output.
    pub(crate) fn recall<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        let goal = self.goal.as_ref()?;
        goal.cache.load(&[name, "-", &goal.name].concat(), "")
    }

    /// Tells later builds of the same output something: never more than what saves time.
    pub(crate) fn remember<T: Serialize>(&self, name: &str, value: &T) {
        if let Some(goal) = &self.goal {
            goal.cache
                .store(&[name, "-", &goal.name].concat(), "", value);
        }
    }

    /// The cache of the publication; `None` where nothing is kept.
    pub(crate) fn cache(&self) -> Option<&Cache> {
        self.goal.as_ref().map(|goal| &goal.cache)
    }

    /// [`Self::produce`] for what costs nothing to make.
    pub(crate) fn write(&self, path: &str, bytes: impl AsRef<[u8]>) -> Result<(), BuildError> {
        let key = Key::of("bytes").with(identity(bytes.as_ref()));
        self.produce(path, key, || Ok(bytes)).map(drop)
    }

    /// [`Self::produce`] for a copy of a file whose digest is in its new name.
    pub(crate) fn copy(&self, from: &Path, path: &str) -> Result<(), BuildError> {
        self.produce(path, Key::of("copy").with(path), || {
            // Not `fs::copy`, which would carry over that a file is private or read-only.
            fs::read(from).map_err(|source| BuildError::Read {
                path: from.to_owned(),
                source,
            })
        })
        .map(drop)
    }

    /// What has been produced, in no order: paths, and what tells each file's content from any other.
    pub(crate) fn produced(&self) -> Vec<(String, String)> {
        let made = self.made();
        let files = made.iter();
        // As `produce` takes them.
        files
            .map(|(name, made)| (name.replace('%', "%25"), made.record.digest.clone()))
            .collect()
    }

    /// What a file that was produced holds.
    pub(crate) fn read(&self, path: &str) -> Result<Vec<u8>, BuildError> {
        let name = file_name(path);
        let staged = self.made().get(&name).is_some_and(|made| made.staged);
        let folder = match &self.goal {
            Some(goal) if !staged => &goal.out,
            _ => &self.root,
        };
        let path = folder.join(name);
        fs::read(&path).map_err(|source| BuildError::Read { path, source })
    }

    /// Makes the site what has been produced: in place, in an order in which no page ever names what
    /// is not there yet, or as a whole where there is no usable old one.
    ///
    /// # Errors
    /// Something cannot be written. A whole swap then leaves the old output where it was; an update in
    /// place may have been done in part, and the next build starts from nothing.
    pub(crate) fn commit(self) -> Result<Changes, BuildError> {
        let made = self
            .new
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let Some(goal) = self.goal else {
            return Ok(Changes {
                written: made.len(),
                deleted: 0,
            });
        };
        let mut written: Vec<&str> = made
            .iter()
            .filter(|(_, made)| made.staged)
            .map(|(name, _)| name.as_str())
            .collect();
        let gone: Vec<String> = goal
            .previous
            .iter()
            .flat_map(Previous::present)
            .filter(|name| !made.contains_key(*name))
            .map(str::to_owned)
            .collect();
        let changes = Changes {
            written: written.len(),
            deleted: gone.len(),
        };
        if changes != Changes::default() {
            // From here until it is stored again the record would lie.
            let forgotten = goal.cache.forget(&goal.name);
            forgotten.map_err(|source| BuildError::Write {
                path: goal.out.clone(),
                source,
            })?;
            if goal.previous.is_some() {
                written.sort_by_key(|name| (rank(name), *name));
                for name in &written {
                    move_into(&self.root.join(name), &goal.out, name)?;
                }
                for name in &gone {
                    delete(&goal.out, name)?;
                }
            } else {
                swap(&self.root, goal.holder.path(), &goal.out)?;
            }
        }
        let records: Records = made
            .into_iter()
            .map(|(name, made)| (name, made.record))
            .collect();
        let known = goal.previous.is_some_and(|previous| previous.is(&records));
        if changes != Changes::default() || !known {
            goal.cache.store(&goal.name, "", &records);
        }
        Ok(changes)
    }

    fn previous(&self) -> Option<&Previous> {
        self.goal.as_ref()?.previous.as_ref()
    }

    fn made(&self) -> MutexGuard<'_, HashMap<String, Made>> {
        self.new.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, name: String, record: Record, staged: bool) {
        let before = self.made().insert(name, Made { record, staged });
        debug_assert!(
            before.is_none(),
            "a file is made twice: {:?}",
            before.map(|made| made.record)
        );
    }

    fn put(&self, name: &str, bytes: &[u8]) -> Result<State, BuildError> {
        let path = self.root.join(name);
        let failed = |source| BuildError::Write {
            path: path.clone(),
            source,
        };
        if let Some(folder) = path.parent() {
            let known = |folder: &Path| {
                let folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
                folders.contains(folder)
            };
            if !known(folder) {
                fs::create_dir_all(folder).map_err(failed)?;
                let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
                folders.insert(folder.to_owned());
            }
        }
        let mut file = fs::File::create(&path).map_err(failed)?;
        file.write_all(bytes).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        State::of(&metadata).ok_or_else(|| failed(std::io::ErrorKind::Unsupported.into()))
    }
}

/// An address's path → the path of its file below the output.
fn file_name(path: &str) -> String {
    if !path.contains('%') {
        return path.to_owned();
    }
    let decode = |segment: &str| paths::decode(segment).unwrap_or_else(|| segment.to_owned());
    let segments: Vec<String> = path
        .split('/')
        .map(|segment| decode(segment).trim_matches('/').to_owned())
        .collect();
    segments.join("/")
}

fn identity(bytes: &[u8]) -> String {
    let sealed = std::str::from_utf8(bytes).ok().and_then(seal::claimed);
    sealed.map_or_else(|| seal::digest(bytes), str::to_owned)
}

/// What is named comes before what names it; the record of everything comes last.
fn rank(name: &str) -> u8 {
    let first = name.split('/').next().unwrap_or_default();
    let bare = first.strip_suffix(".br").or(first.strip_suffix(".gz"));
    match bare.unwrap_or(first) {
        "assets" | "media" | "icons" | "search-index" => 0,
        "articles" => 1,
        "sw.js" => 3,
        "edition.json" => 4,
        _ => 2,
    }
}

/// Moves a file into the output; a folder in its place, or a file where it needs a folder, was part
/// of the old site and gives way.
fn move_into(from: &Path, out: &Path, name: &str) -> Result<(), BuildError> {
    let to = out.join(name);
    if exchange(from, &to) || fs::rename(from, &to).is_ok() {
        return Ok(());
    }
    let failed = |source| BuildError::Write {
        path: to.clone(),
        source,
    };
    let mut folder = out.to_owned();
    let inner = Path::new(name).parent().unwrap_or(Path::new(""));
    for part in inner.components() {
        folder.push(part);
        if folder.symlink_metadata().is_ok_and(|found| !found.is_dir()) {
            fs::remove_file(&folder).map_err(failed)?;
        }
    }
    fs::create_dir_all(&folder).map_err(failed)?;
    if to.is_dir() {
        fs::remove_dir_all(&to).map_err(failed)?;
    }
    fs::rename(from, &to).map_err(failed)
}

/// Swaps two files in one step, where the system can. On ext4 a plain renaming over a file has the new
/// one written to the disk first, which for thousands of pages takes longer than making them; after a
/// power cut the next build finds what is not as the record says.
#[cfg(target_os = "linux")]
fn exchange(one: &Path, other: &Path) -> bool {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE).is_ok()
}

#[cfg(not(target_os = "linux"))]
fn exchange(_: &Path, _: &Path) -> bool {
    false
}

/// Deletes a file and the folders that are empty without it.
fn delete(out: &Path, name: &str) -> Result<(), BuildError> {
    let path = out.join(name);
    if let Err(source) = fs::remove_file(&path) {
        // It went with what stood in the way of a new file.
        let absent = matches!(
            source.kind(),
            std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory
        );
        if !absent {
            return Err(BuildError::Write { path, source });
        }
    }
    let mut folder = path.parent();
    while let Some(path) = folder.filter(|folder| *folder != out) {
        if fs::remove_dir(path).is_err() {
            break;
        }
        folder = path.parent();
    }
    Ok(())
}

/// Puts the stage in the output's place.
fn swap(root: &Path, holder: &Path, out: &Path) -> Result<(), BuildError> {
    let failed = |source| BuildError::Write {
        path: out.to_owned(),
        source,
    };
    refuse_foreign(out)?;
    let old = holder.join("old");
    let had_old = out.exists();
    if had_old {
        fs::rename(out, &old).map_err(failed)?;
    }
    if let Err(source) = fs::rename(root, out) {
        if had_old {
            // The first error is the one to tell.
            let _ = fs::rename(&old, out);
        }
        return Err(failed(source));
    }
    Ok(())
}

fn parent(out: &Path) -> PathBuf {
    match out.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// A folder may be replaced if it is absent, empty, or a site that press made.
fn refuse_foreign(out: &Path) -> Result<(), BuildError> {
    let Ok(mut entries) = fs::read_dir(out) else {
        return if out.exists() {
            Err(BuildError::NotOurs(out.to_owned()))
        } else {
            Ok(())
        };
    };
    let marked =
        fs::read_to_string(out.join("edition.json")).is_ok_and(|text| seal::check(&text).is_ok());
    if marked || entries.next().is_none() {
        Ok(())
    } else {
        Err(BuildError::NotOurs(out.to_owned()))
    }
}
