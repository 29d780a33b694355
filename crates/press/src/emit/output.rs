//! Changes to the folder of a site that readers see.
//!
//! Entry points: [`move_into`] and [`delete`] for single files, [`swap`] for a whole site. A folder that press
//! did not make is never touched ([`refuse_foreign`]).

use std::fs;
use std::path::Path;

use lamplight_model::seal;

use crate::error::BuildError;

/// Moves a file into the output; a folder in its place, or a file where it needs a folder, was part
/// of the old site and gives way.
pub(super) fn move_into(from: &Path, out: &Path, name: &str) -> Result<(), BuildError> {
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
pub(super) fn delete(out: &Path, name: &str) -> Result<(), BuildError> {
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
pub(super) fn swap(root: &Path, holder: &Path, out: &Path) -> Result<(), BuildError> {
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

/// A folder may be replaced if it is absent, empty, or a site that press made.
pub(super) fn refuse_foreign(out: &Path) -> Result<(), BuildError> {
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
