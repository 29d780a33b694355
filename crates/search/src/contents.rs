//! All files of an index, for who wants it whole.
//!
//! Entry points: [`contents`], by which all files are found from the root on, and [`extent`], how much they are. It must
//! never name a file that nothing verified leads to.

use crate::OpenError;
use crate::format::root::Root;
use crate::format::words::Block;
use crate::format::{Digest, name};

/// How much an index is, as its root says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// Files beside the root; 0 if the root does not say (format 2).
    pub files: u32,
    /// Their bytes together; 0 if the root does not say.
    pub bytes: u32,
}

/// How much the index is whose root (verified) this is.
///
/// # Errors
/// See [`OpenError`].
pub fn extent(root: &[u8]) -> Result<Extent, OpenError> {
    let Root { files, bytes, .. } = Root::read(root)?;
    Ok(Extent { files, bytes })
}

/// The names of the files that a file of an index (verified) names: from the root on they lead to all there are. Some
/// may be named twice. `None`: the file is damaged, or of a newer format.
#[must_use]
pub fn contents(file: &str, bytes: &[u8]) -> Option<Vec<String>> {
    let all = |kind: &str, digests: &mut dyn Iterator<Item = &Digest>| -> Vec<String> {
        digests.map(|digest| name(kind, digest)).collect()
    };
    Some(match file.split('-').next()? {
        "root" => {
            let root = Root::read(bytes).ok()?;
            let mut names = all("words", &mut root.words.iter().map(|(_, digest)| digest));
            names.extend(all(
                "tails",
                &mut root.tails.iter().map(|(_, digest)| digest),
            ));
            names.extend(all("heads", &mut root.heads.iter()));
            names.extend(all("records", &mut root.records.iter()));
            names
        }
        "words" => all("lists", &mut Block::read(bytes, 0)?.lists()),
        _ => Vec::new(),
    })
}
