//! The folder a site is written to before it takes the old one's place.
//!
//! Entry point: [`Stage`]. A folder that press did not make is never replaced, and a build that fails
//! leaves the old output as it was.

use std::fs;
use std::path::{Path, PathBuf};

use lamplight_model::{paths, seal};
use tempfile::TempDir;

use crate::error::BuildError;

/// A folder that is being filled.
pub(crate) struct Stage {
    root: PathBuf,
    /// Deleted, with what is left in it, when the stage goes.
    holder: Option<TempDir>,
}

impl Stage {
    /// A new folder beside the output, so that a rename can swap the two.
    ///
    /// # Errors
    /// The output holds something that press did not make, or nothing can be written beside it.
    pub(crate) fn beside(out: &Path) -> Result<Self, BuildError> {
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
        Ok(Self {
            root,
            holder: Some(holder),
        })
    }

    /// A folder that stays where it is.
    pub(crate) fn existing(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            holder: None,
        }
    }

    /// Writes a file; `path` is relative, with `/`, percent-encoded as in an address.
    pub(crate) fn write(&self, path: &str, bytes: &[u8]) -> Result<(), BuildError> {
        let file = self.place(path)?;
        fs::write(&file, bytes).map_err(|source| BuildError::Write { path: file, source })
    }

    /// Copies a file.
    pub(crate) fn copy(&self, from: &Path, path: &str) -> Result<(), BuildError> {
        let file = self.place(path)?;
        // Not `fs::copy`, which would carry over that a file is private or read-only.
        let bytes = fs::read(from).map_err(|source| BuildError::Read {
            path: from.to_owned(),
            source,
        })?;
        fs::write(&file, bytes).map_err(|source| BuildError::Write { path: file, source })
    }

    fn place(&self, path: &str) -> Result<PathBuf, BuildError> {
        let mut file = self.root.clone();
        for segment in path.split('/') {
            let decoded = paths::decode(segment).unwrap_or_else(|| segment.to_owned());
            file.push(decoded.trim_matches('/'));
        }
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder).map_err(|source| BuildError::Write {
                path: folder.to_owned(),
                source,
            })?;
        }
        Ok(file)
    }

    /// Puts the stage in the output's place.
    ///
    /// # Errors
    /// A rename fails; the old output is then where it was.
    pub(crate) fn swap(self, out: &Path) -> Result<(), BuildError> {
        let Some(holder) = self.holder else {
            return Ok(());
        };
        let failed = |source| BuildError::Write {
            path: out.to_owned(),
            source,
        };
        refuse_foreign(out)?;
        let old = holder.path().join("old");
        let had_old = out.exists();
        if had_old {
            fs::rename(out, &old).map_err(failed)?;
        }
        if let Err(source) = fs::rename(&self.root, out) {
            if had_old {
                // The first error is the one to tell.
                let _ = fs::rename(&old, out);
            }
            return Err(failed(source));
        }
        Ok(())
    }
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
