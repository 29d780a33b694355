//! Variants of pictures that were made before, in a folder of the cache.
//!
//! Entry point: [`Store`]. What came of a picture is found by the picture's digest, and every file is
//! believed only if its own digest fits. Where the cache cannot be written, a temporary folder serves
//! for the run: what a build gives never depends on it.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use lamplight_model::seal;
use serde::{Deserialize, Serialize};
use tempfile::TempDir;

use super::pictures::{Picture, VERSION};
use crate::cache::Cache;

/// A folder of variants.
#[derive(Debug)]
pub(crate) struct Store {
    folder: PathBuf,
    /// Where the cache cannot be written; gone with the run.
    _holder: Option<TempDir>,
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

impl Store {
    /// The store of the publication in a folder.
    ///
    /// # Errors
    /// Not even a temporary folder can be made.
    pub(crate) fn of(publication: &Path) -> std::io::Result<Self> {
        let folder = Cache::of(publication).folder(VERSION);
        if let Some(folder) = folder.filter(|folder| tempfile::tempfile_in(folder).is_ok()) {
            return Ok(Self {
                folder,
                _holder: None,
            });
        }
        let holder = tempfile::Builder::new().prefix("press-").tempdir()?;
        Ok(Self {
            folder: holder.path().to_owned(),
            _holder: Some(holder),
        })
    }

    /// Where a variant is.
    pub(crate) fn file(&self, variant: &Variant) -> PathBuf {
        self.folder.join(&variant.digest)
    }

    /// What came of the picture with this digest, if all of it is still there and whole.
    pub(crate) fn get(&self, digest: &str) -> Option<Made> {
        let text = fs::read_to_string(self.record(digest)).ok()?;
        let (seal, body) = text.split_at_checked(seal::LENGTH)?;
        let made: Made = (seal::digest(body.as_bytes()) == seal)
            .then(|| serde_json::from_str(body).ok())
            .flatten()?;
        made.variants
            .iter()
            .chain(&made.clean)
            .all(|variant| {
                fs::read(self.file(variant)).is_ok_and(|b| seal::digest(&b) == variant.digest)
            })
            .then_some(made)
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
        self.folder.join([digest, ".record"].concat())
    }

    /// Writes a file whole or not at all: other runs may read it meanwhile.
    fn write(&self, path: &Path, bytes: &[u8]) -> std::io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        file.write_all(bytes)?;
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    }
}
