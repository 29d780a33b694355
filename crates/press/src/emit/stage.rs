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
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use lamplight_model::{paths, seal};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tempfile::TempDir;

use super::key::Key;
use super::output::{delete, move_into, refuse_foreign, swap};
use super::previous::{Previous, Record, Records, State};
use crate::cache::Cache;
use crate::error::BuildError;

/// A site that is being written.
pub(crate) struct Stage {
    /// Where files are written.
    root: PathBuf,
    goal: Option<Goal>,
    new: Mutex<HashMap<String, Made>>,
    /// How many files have been written.
    count: AtomicUsize,
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
    /// Where it is in the stage; `None` if it is in the output already.
    staged: Option<PathBuf>,
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
            count: AtomicUsize::new(0),
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
            self.note(name, old.clone(), None);
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
            self.note(name, record, None);
            return Ok(Some(digest));
        }
        let (staged, state) = self.put(&name, bytes)?;
        let record = Record {
            key,
            digest: digest.clone(),
            state,
        };
        self.note(name, record, Some(staged));
        Ok(Some(digest))
    }

    /// [`Self::produce`] for a file of which one part changes more often than the rest. If it was made from
    /// `before`'s key, and has `before`'s part once, that part is replaced by `part` and nothing else is made.
    pub(crate) fn produce_with(
        &self,
        path: &str,
        key: Key,
        part: &str,
        before: Option<(Key, &str)>,
        make: impl FnOnce() -> Result<String, BuildError>,
    ) -> Result<String, BuildError> {
        self.produce(path, key, || match before {
            Some((key, old)) if self.has(path, key.clone()) => {
                match self.replaced(path, old, part) {
                    Some(text) => Ok(text),
                    None => make(),
                }
            }
            _ => make(),
        })
    }

    /// A file of the old output with one text for another, if it is as it was and has that text once.
    fn replaced(&self, path: &str, old: &str, new: &str) -> Option<String> {
        let name = file_name(path);
        let record = self.previous()?.intact(&name)?;
        let text = fs::read_to_string(self.goal.as_ref()?.out.join(&name)).ok()?;
        if old.is_empty() || identity(text.as_bytes()) != record.digest {
            return None;
        }
        let (before, after) = text.rsplit_once(old)?;
        (!before.contains(old)).then(|| [before, new, after].concat())
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

    /// The size of a file that has been produced, in bytes; `None` if it has not been.
    pub(crate) fn size(&self, path: &str) -> Option<u64> {
        let made = self.made();
        let file = made.get(&file_name(path))?;
        Some(file.record.state.size)
    }

    /// What a file that was produced holds.
    pub(crate) fn read(&self, path: &str) -> Result<Vec<u8>, BuildError> {
        let name = file_name(path);
        let staged = self.made().get(&name).and_then(|made| made.staged.clone());
        let path = match (&self.goal, staged) {
            (_, Some(staged)) => staged,
            (Some(goal), None) => goal.out.join(name),
            (None, None) => self.root.join(name),
        };
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
        let mut written: Vec<(&str, &Path)> = made
            .iter()
            .filter_map(|(name, made)| Some((name.as_str(), made.staged.as_deref()?)))
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
                written.sort_by_key(|(name, _)| (rank(name), *name));
                for (name, staged) in &written {
                    move_into(staged, &goal.out, name)?;
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

    fn note(&self, name: String, record: Record, staged: Option<PathBuf>) {
        let before = self.made().insert(name, Made { record, staged });
        debug_assert!(
            before.is_none(),
            "a file is made twice: {:?}",
            before.map(|made| made.record)
        );
    }

    /// Writes a file into the stage: where it goes as a whole, in the file's place; where files are moved
    /// into the output one by one, under a number, since a folder for each page takes longer than the page.
    fn put(&self, name: &str, bytes: &[u8]) -> Result<(PathBuf, State), BuildError> {
        let path = match self.previous() {
            Some(_) => {
                let number = self.count.fetch_add(1, Ordering::Relaxed);
                self.root.join(number.to_string())
            }
            None => self.root.join(name),
        };
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
        let state = State::of(&metadata);
        let state = state.ok_or_else(|| failed(std::io::ErrorKind::Unsupported.into()))?;
        Ok((path, state))
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
        "archive" | "sw.js" => 3,
        "edition.json" => 4,
        _ => 2,
    }
}

fn parent(out: &Path) -> PathBuf {
    match out.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Builds a site of one page with a part; whether the page was made from nothing.
    fn page(
        folder: &Path,
        own: &str,
        text: &str,
        part: &str,
        before: Option<(&str, &str)>,
    ) -> (bool, String) {
        #[derive(Serialize)]
        struct Edition {
            digest: String,
        }
        let out = folder.join("site");
        let key = |own: &str, part: &str| Key::of("page").with(own).with(part);
        let stage = Stage::beside(&out, Cache::of(folder)).expect("a stage");
        let edition = Edition {
            digest: String::new(),
        };
        let edition = seal::seal(&edition).expect("seals");
        stage.write("edition.json", edition).expect("writes");
        let mut made = false;
        let before = before.map(|(own, part)| (key(own, part), part));
        let path = "a/index.html";
        let result = stage.produce_with(path, key(own, part), part, before, || {
            made = true;
            Ok(text.replace('*', part))
        });
        result.expect("is made");
        stage.commit().expect("commits");
        let text = fs::read_to_string(out.join(path)).expect("is there");
        (made, text)
    }

    #[test]
    fn a_part_is_replaced_in_the_old_file_if_nothing_else_changed() {
        let folder = TempDir::new().expect("a folder");
        let folder = folder.path();
        let page = |own, text, part, before| page(folder, own, text, part, before);
        assert_eq!(page("1", "<*>", "one", None), (true, "<one>".into()));
        let before = Some(("1", "one"));
        assert_eq!(page("1", "<*>", "two", before), (false, "<two>".into()));
        // Another page; a part that is not that of the old file.
        let before = Some(("2", "two"));
        assert_eq!(
            page("2", "<<*>>", "three", before),
            (true, "<<three>>".into())
        );
        let before = Some(("2", "two"));
        assert_eq!(
            page("2", "<<*>>", "four", before),
            (true, "<<four>>".into())
        );
        // A part that the file has twice, or that is nothing.
        assert!(page("3", "four, *", "four", None).0);
        let before = Some(("3", "four"));
        assert_eq!(page("3", "four, *", "", before), (true, "four, ".into()));
        let before = Some(("3", ""));
        assert_eq!(
            page("3", "four, *", "five", before),
            (true, "four, five".into())
        );
    }

    #[test]
    fn a_file_that_was_altered_without_a_trace_is_not_built_upon() {
        let folder = TempDir::new().expect("a folder");
        page(folder.path(), "1", "<*>", "one", None);
        let path = folder.path().join("site/a/index.html");
        let file = fs::File::options().write(true).open(&path).expect("opens");
        let modified = file.metadata().and_then(|found| found.modified());
        (&file).write_all(b"[one]").expect("writes");
        file.set_modified(modified.expect("has a time"))
            .expect("sets");
        let before = Some(("1", "one"));
        let (made, text) = page(folder.path(), "1", "<*>", "two", before);
        assert_eq!((made, &*text), (true, "<two>"));
    }
}
