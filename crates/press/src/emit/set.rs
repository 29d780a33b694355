//! Files whose names are known only when they are made.
//!
//! Entry point: [`produce`].

use crate::emit::key::{Fingerprint, Key};
use crate::emit::stage::Stage;
use crate::error::BuildError;

/// Takes a file of a set: its path as [`Stage::produce`] takes it, and its text.
pub(super) type Put<'a> = dyn FnMut(&str, &str) -> Result<(), BuildError> + 'a;

/// Makes a set of files, unless all of them are there already and were made from the same key. A list of
/// their names is kept in the cache, under `name`.
///
/// # Errors
/// Those of `make`, or a file cannot be written.
pub(super) fn produce(
    stage: &Stage,
    name: &str,
    key: &Key,
    make: impl FnOnce(&mut Put<'_>) -> Result<(), BuildError>,
) -> Result<(), BuildError> {
    let of = |path: &str| key.clone().with(path);
    let whole = key.clone().finish();
    let known: Option<(Fingerprint, Vec<String>)> = stage.recall(name);
    if let Some((_, paths)) = known.filter(|known| known.0 == whole)
        && paths.iter().all(|path| stage.has(path, of(path)))
    {
        // Nothing is made: it is there.
        return paths
            .iter()
            .try_for_each(|path| stage.produce(path, of(path), || Ok([])).map(drop));
    }
    let mut paths = Vec::new();
    make(&mut |path, text| {
        paths.push(path.to_owned());
        stage.produce(path, of(path), || Ok(text)).map(drop)
    })?;
    stage.remember(name, &(whole, paths));
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::cache::Cache;
    use crate::emit::stage::Changes;

    /// Writes a set of two files; whether they were made, and what that changed.
    fn build(publication: &Path, key: &str, text: &str) -> (bool, Changes) {
        let out = publication.join("site");
        let stage = Stage::beside(&out, Cache::of(publication)).expect("a stage");
        // What tells the folder from a foreign one.
        let edition = lamplight_model::seal::seal(&lamplight_model::Edition::default());
        stage
            .write("edition.json", edition.expect("is sealed"))
            .expect("is written");
        let mut made = false;
        produce(&stage, "set", &Key::of(key), |put| {
            made = true;
            put("one.txt", text)?;
            put("two.txt", text)
        })
        .expect("is written");
        (made, stage.commit().expect("is done"))
    }

    #[test]
    fn a_set_is_made_again_when_its_key_changes_or_a_file_is_not_there_and_only_then() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let file = folder.path().join("site/two.txt");
        let changes = |written| Changes {
            written,
            deleted: 0,
        };
        assert_eq!(build(folder.path(), "a", "A"), (true, changes(3)));
        assert_eq!(build(folder.path(), "a", "unseen"), (false, changes(0)));
        assert_eq!(fs::read_to_string(&file).expect("is there"), "A");
        assert_eq!(build(folder.path(), "b", "A"), (true, changes(0)));
        assert_eq!(build(folder.path(), "c", "C"), (true, changes(2)));
        fs::remove_file(&file).expect("goes");
        assert_eq!(build(folder.path(), "c", "C"), (true, changes(1)));
        assert_eq!(fs::read_to_string(&file).expect("is there"), "C");
    }
}
