//! What the last build wrote, as far as it is still there.
//!
//! Entry point: [`Previous::load`].

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use super::key::Fingerprint;
use crate::cache::Cache;

/// A file of the output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    /// What it was made from.
    pub(crate) key: Fingerprint,
    /// What tells its content from any other: see [`super::stage::Stage::produce`].
    pub(crate) digest: String,
    pub(crate) state: State,
}

/// How a file on disk is told from a changed one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) size: u64,
    /// Nanoseconds since 1970.
    pub(crate) modified: i128,
}

impl State {
    /// The state of a regular file; `None` for everything else.
    pub(crate) fn of(metadata: &fs::Metadata) -> Option<Self> {
        let modified = metadata.modified().ok()?;
        let nanoseconds = match modified.duration_since(UNIX_EPOCH) {
            Ok(after) => i128::try_from(after.as_nanos()).ok()?,
            Err(before) => -i128::try_from(before.duration().as_nanos()).ok()?,
        };
        metadata.is_file().then_some(Self {
            size: metadata.len(),
            modified: nanoseconds,
        })
    }
}

/// Records by the file's path below the output, with `/`.
pub(crate) type Records = HashMap<String, Record>;

/// An output that can be brought up to date where it is.
pub(crate) struct Previous {
    records: Records,
    /// Everything that is there; `None` for what is no regular file.
    present: HashMap<String, Option<State>>,
}

impl Previous {
    /// The output as the last build left it; `None` if nothing reliable is known of it.
    pub(crate) fn load(cache: &Cache, name: &str, out: &Path) -> Option<Self> {
        let records: Records = cache.load(name, "")?;
        let present = Mutex::new(HashMap::with_capacity(records.len()));
        let whole = rayon::scope(|scope| walk(scope, out.to_owned(), String::new(), &present));
        whole?;
        let present = present.into_inner().ok()?;
        Some(Self { records, present })
    }

    /// The record of a file, if the file is as the last build wrote it.
    pub(crate) fn intact(&self, path: &str) -> Option<&Record> {
        let record = self.records.get(path)?;
        (self.present.get(path)? == &Some(record.state)).then_some(record)
    }

    /// Everything that is there, in order.
    pub(crate) fn present(&self) -> Vec<&str> {
        let mut paths: Vec<&str> = self.present.keys().map(String::as_str).collect();
        paths.sort_unstable();
        paths
    }

    pub(crate) fn is(&self, records: &Records) -> bool {
        self.records == *records
    }
}

type Present = Mutex<HashMap<String, Option<State>>>;

/// Gathers what is below a folder; folders within it are walked by other threads.
fn walk<'a>(
    scope: &rayon::Scope<'a>,
    folder: PathBuf,
    prefix: String,
    present: &'a Present,
) -> Option<()> {
    let mut found = Vec::new();
    for entry in fs::read_dir(&folder).ok()? {
        let entry = entry.ok()?;
        // A name that is not Unicode is none of press's.
        let name = entry.file_name().into_string().ok()?;
        let path = [prefix.as_str(), name.as_str()].concat();
        let metadata = entry.metadata().ok()?;
        if metadata.is_dir() {
            let (folder, prefix) = (entry.path(), path + "/");
            scope.spawn(move |scope| {
                // A folder that cannot be read holds nothing that counts as present.
                let _ = walk(scope, folder, prefix, present);
            });
        } else {
            found.push((path, State::of(&metadata)));
        }
    }
    present.lock().ok()?.extend(found);
    Some(())
}
