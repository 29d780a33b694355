//! Why a site could not be built.

use std::path::PathBuf;

use crate::diagnostic::Diagnostics;

/// Why nothing was written; the old output is as it was.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The content has errors, or warnings where none are wanted.
    #[error("{} in the content; nothing was written", match .0.errors() {
        0 => count(.0.warnings(), "warning"),
        errors => count(errors, "error"),
    })]
    Content(Diagnostics),
    /// The app's files are absent or not what press expects; one sentence with what to do.
    #[error("{0}")]
    App(String),
    /// The publication's icon cannot be used.
    #[error("The icon cannot be used: {0}.")]
    Icon(String),
    /// A file or folder cannot be written.
    #[error("{} cannot be written", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file cannot be read.
    #[error("{} cannot be read", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A post was changed while the site was built from it.
    #[error("{} was changed while press was reading it; build again", .0.display())]
    Changed(PathBuf),
    /// The output folder holds something else.
    #[error("{} is not empty and holds no site made by press (there is no edition.json in it), so it is left alone. Give an empty or a new folder with --out.", .0.display())]
    NotOurs(PathBuf),
    /// A value cannot be written as JSON.
    #[error("a document cannot be written as JSON")]
    Json(#[from] serde_json::Error),
}

/// `1 error`, `2 errors`.
pub(crate) fn count(n: usize, noun: &str) -> String {
    match n {
        1 => format!("1 {noun}"),
        _ => format!("{n} {noun}s"),
    }
}

/// An error with its causes.
pub(crate) fn in_full(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(&format!(": {inner}"));
        cause = inner.source();
    }
    text
}
