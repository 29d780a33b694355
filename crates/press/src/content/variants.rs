//! Variants of pictures that were made before, in a folder of the cache.
//!
//! Entry points: [`Store`], and [`Store::prune`], which deletes what is no longer asked for. What came of a
//! picture is found by the picture's digest, and every file is
//! believed only if its own digest fits. Where the cache cannot be written, a temporary folder serves
//! for the run: what a build gives never depends on it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use lamplight_model::seal;
use serde::{Deserialize, Serialize};
use tempfile::TempDir;

use super::pictures::{Picture, VERSION};
use crate::cache::{self, Cache};

/// How many days variants are kept that no build asks for: drafts, other branches and pictures that are
/// exchanged and put back should not cost their making again.
const KEPT: i64 = 30;

/// What the cache calls the record of uses.
const USES: &str = "uses-of-pictures";

/// What the name of a folder of variants begins with, in this version and in others.
const FOLDERS: &str = "pictures-";

/// A folder of variants.
#[derive(Debug)]
pub(crate) struct Store {
    folder: PathBuf,
    /// The digests of the pictures that were asked for.
    used: Mutex<BTreeSet<String>>,
    /// Where the cache cannot be written; gone with the run.
    holder: Option<TempDir>,
}

/// What came of a picture.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Made {
    /// Pixels, as the picture is shown.
    pub(crate) width: u32,
    /// Pixels.
    pub(crate) height: u32,
    /// Whether the widest variant takes the picture's place.
    pub(crate) replaced: bool,
    /// Narrowest first.
    pub(crate) variants: Vec<Variant>,
    /// The picture without its notes, where it had any and is published.
    pub(crate) clean: Option<Variant>,
}

/// A file of a picture.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Variant {
    /// Pixels.
    pub(crate) width: u32,
    /// Of the file.
    pub(crate) digest: String,
    /// The file's size.
    pub(crate) bytes: u32,
}

/// Whether a name leads nowhere but into its folder: a cache may have come with somebody else's publication.
fn is_plain(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    !name.is_empty() && name.bytes().all(plain)
}

/// What the name of a record ends in.
const RECORD: &str = ".record";

impl Made {
    fn files(&self) -> impl Iterator<Item = &Variant> {
        self.variants.iter().chain(&self.clean)
    }

    fn digests(&self) -> Vec<String> {
        self.files().map(|file| file.digest.clone()).collect()
    }
}

impl Store {
    /// Whether the publication in a folder has a store already.
    pub(crate) fn is_in(publication: &Path) -> bool {
        publication.join(cache::NAME).join(VERSION).is_dir()
    }

    /// The store of the publication in a folder.
    ///
    /// # Errors
    /// Not even a temporary folder can be made.
    pub(crate) fn of(publication: &Path) -> std::io::Result<Self> {
        let folder = Cache::of(publication).folder(VERSION);
        if let Some(folder) = folder.filter(|folder| tempfile::tempfile_in(folder).is_ok()) {
            return Ok(Self {
                folder,
                used: Mutex::default(),
                holder: None,
            });
        }
        let holder = tempfile::Builder::new().prefix("press-").tempdir()?;
        Ok(Self {
            folder: holder.path().to_owned(),
            used: Mutex::default(),
            holder: Some(holder),
        })
    }

    /// Where a variant is.
    pub(crate) fn file(&self, variant: &Variant) -> PathBuf {
        self.folder.join(&variant.digest)
    }

    /// What came of the picture with this digest, if all of it is still there and whole.
    pub(crate) fn get(&self, digest: &str) -> Option<Made> {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.insert(digest.to_owned());
        drop(used);
        let made = self.recorded(digest)?;
        let whole = made.files().all(|variant| {
            fs::read(self.file(variant)).is_ok_and(|b| seal::digest(&b) == variant.digest)
        });
        whole.then_some(made)
    }

    /// What came of a picture, whether or not it is still there.
    fn recorded(&self, digest: &str) -> Option<Made> {
        let text = fs::read_to_string(self.record(digest)).ok()?;
        let (seal, body) = text.split_at_checked(seal::LENGTH)?;
        (seal::digest(body.as_bytes()) == seal)
            .then(|| serde_json::from_str(body).ok())
            .flatten()
    }

    /// Keeps what came of a picture; `clean` is the picture without its notes.
    ///
    /// # Errors
    /// A file cannot be written.
    pub(crate) fn put(
        &self,
        digest: &str,
        picture: &Picture,
        clean: Option<&[u8]>,
    ) -> std::io::Result<Made> {
        let mut made = Made {
            width: picture.width,
            height: picture.height,
            replaced: picture.replaced,
            variants: Vec::new(),
            clean: None,
        };
        for (width, bytes) in &picture.variants {
            made.variants.push(self.keep(*width, bytes)?);
        }
        if let Some(bytes) = clean {
            made.clean = Some(self.keep(picture.width, bytes)?);
        }
        let body = serde_json::to_string(&made)?;
        let text = [seal::digest(body.as_bytes()), body].concat();
        self.write(&self.record(digest), text.as_bytes())?;
        Ok(made)
    }

    /// Deletes what came of pictures that no build has asked for in a month, and other versions' folders
    /// after the same time. `today` counts days since 1970. What cannot be deleted takes room, nothing else.
    pub(crate) fn prune(&self, cache: &Cache, today: i64) {
        if self.holder.is_some() {
            return;
        }
        let known: Option<BTreeMap<String, i64>> = cache.load(USES, VERSION);
        // Without a record of uses whatever is there may have been used just now.
        let mut uses = known.clone().unwrap_or_else(|| {
            let names = self.names().into_iter();
            names.map(|name| (name, today)).collect()
        });
        let used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        uses.extend(used.iter().map(|digest| (digest.clone(), today)));
        drop(used);
        let (kept, gone): (BTreeMap<_, _>, BTreeMap<_, _>) =
            uses.into_iter().partition(|(_, day)| today - day <= KEPT);
        if !gone.is_empty() {
            let digests = kept.keys().filter_map(|name| self.recorded(name));
            let files: BTreeSet<String> = digests.flat_map(|made| made.digests()).collect();
            for name in gone.keys() {
                self.delete(name, &files);
            }
        }
        if known.as_ref() != Some(&kept) {
            cache.store(USES, VERSION, &kept);
        }
    }

    /// The pictures that there are records of, and the folders of other versions.
    fn names(&self) -> Vec<String> {
        let names = |folder: &Path| {
            let entries = fs::read_dir(folder).into_iter().flatten().flatten();
            entries.filter_map(|entry| entry.file_name().into_string().ok())
        };
        let records =
            names(&self.folder).filter_map(|name| Some(name.strip_suffix(RECORD)?.to_owned()));
        let others = self.folder.parent().into_iter().flat_map(names);
        let others = others.filter(|name| name.starts_with(FOLDERS) && name != VERSION);
        records.chain(others).collect()
    }

    /// Deletes a record and its files but for those that others have, too; or another version's folder.
    fn delete(&self, name: &str, kept: &BTreeSet<String>) {
        if !is_plain(name) {
            return;
        }
        if name.starts_with(FOLDERS) {
            let _ = fs::remove_dir_all(self.folder.with_file_name(name));
            return;
        }
        let made = self.recorded(name);
        let _ = fs::remove_file(self.record(name));
        for digest in made.iter().flat_map(Made::digests) {
            if is_plain(&digest) && !kept.contains(&digest) {
                let _ = fs::remove_file(self.folder.join(digest));
            }
        }
    }

    fn keep(&self, width: u32, bytes: &[u8]) -> std::io::Result<Variant> {
        let variant = Variant {
            width,
            digest: seal::digest(bytes),
            bytes: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
        };
        self.write(&self.file(&variant), bytes)?;
        Ok(variant)
    }

    fn record(&self, digest: &str) -> PathBuf {
        self.folder.join([digest, RECORD].concat())
    }

    /// Writes a file whole or not at all: other runs may read it meanwhile.
    fn write(&self, path: &Path, bytes: &[u8]) -> std::io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        file.write_all(bytes)?;
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    }
}
