//! Full-text search over static files.
//!
//! A publication's index is a folder of small immutable files named by their digests (`docs/formats.md`):
//! `write::index` makes it (feature `write`), [`Engine`] answers questions from it. The engine never does
//! input or output and never waits: [`Engine::search`] gives an answer, or the names of files it needs first.
//! Its caller fetches and verifies them and asks again. Articles on the device are searched with the same
//! ranking ([`Engine::put`]), with the index or without. It must never need a browser, a clock or a network,
//! and no bytes, however damaged, may make it panic.
//!
//! ```no_run
//! use lamplight_search::{Engine, Files, Outcome, Request};
//! # fn fetch(name: &str) -> Vec<u8> { Vec::new() }
//! # let root = Vec::new();
//! let engine = Engine::open(&root)?;
//! let mut files = std::collections::HashMap::new();
//! let request = Request { query: "storm at sea", lang: "en", ..Request::default() };
//! let answer = loop {
//!     match engine.search(&request, &files) {
//!         Outcome::Answer(answer) => break answer,
//!         Outcome::Need(names) => files.extend(names.into_iter().map(|name| {
//!             let bytes = fetch(&name);
//!             (name, bytes)
//!         })),
//!     }
//! };
//! # Ok::<(), lamplight_search::OpenError>(())
//! ```

mod analyse;
mod contents;
mod fold;
mod format;
mod local;
mod lower;
mod marks;
mod near;
mod part;
mod query;
mod rank;
mod read;
mod sort;
mod stem;
mod tokens;
#[cfg(feature = "write")]
pub mod write;

use std::collections::HashMap;

pub use contents::{Extent, contents, extent};
pub use fold::Fold;
pub use marks::Marker;
pub use part::{Part, Source};
pub use query::{Clause, Query, Role, date, day, digits};
pub use read::Engine;
pub use stem::{SNOWBALL, primary, stem};
pub use tokens::{Kind, Side, tokens};

/// What is to be found: an article, or a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// Its name, the slug of an article; with `lang` it names the document.
    pub id: String,
    /// BCP 47.
    pub lang: String,
    /// Plain text.
    pub title: String,
    /// Headings as plain text, one a line; they need not be in `body` again.
    pub headings: String,
    /// Plain text; empty if there is none.
    pub description: String,
    /// Plain text.
    pub body: String,
    /// Plain text.
    pub tags: Vec<String>,
    /// Identifiers.
    pub categories: Vec<String>,
    /// RFC 3339, or its date alone; empty if there is none.
    pub date: String,
}

/// A question.
#[derive(Clone, Copy, Debug)]
pub struct Request<'r> {
    /// As typed: `storm "north sea" -oil category:world tag:x lang:fr after:2024 before:2024-06-01`. Composed
    /// characters (NFC) are expected, as keyboards make them.
    pub query: &'r str,
    /// The reader's language (BCP 47): its documents come first. Empty: all languages alike.
    pub lang: &'r str,
    /// How many hits are wanted at most.
    pub limit: usize,
    /// How many hits, the best, are left out: those of earlier pages.
    pub offset: usize,
    /// The last word is being typed: it may be the beginning of the word meant.
    pub prefix: bool,
}

impl Default for Request<'_> {
    fn default() -> Self {
        Self {
            query: "",
            lang: "",
            limit: 10,
            offset: 0,
            prefix: false,
        }
    }
}

/// The files of an index that are at hand.
pub trait Files {
    /// The bytes of a file, verified by its name.
    fn get(&self, name: &str) -> Option<&[u8]>;
    /// Whether a file cannot be had now: the answer is then given without it, and says so.
    fn missing(&self, name: &str) -> bool {
        let _ = name;
        false
    }
}

impl Files for HashMap<String, Vec<u8>> {
    fn get(&self, name: &str) -> Option<&[u8]> {
        HashMap::get(self, name).map(Vec::as_slice)
    }
}

/// What came of a question.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Here is what was found.
    Answer(Answer),
    /// These files first (names within the index's folder; none twice, none that [`Files`] has or misses).
    Need(Vec<String>),
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// Best first; equal ones newest first.
    pub hits: Vec<Hit>,
    /// How many documents are hits, with those before `offset` and after `limit`.
    pub total: usize,
    /// The question spelt otherwise, if a word of it is hardly known and another one is near.
    pub did_you_mean: Option<String>,
    /// `false`: a file that had a part in it was missing or damaged.
    pub complete: bool,
    /// The folded stems that were looked for, with completions and corrections: what [`Engine::marker`] marks.
    pub words: Vec<String>,
}

/// A document that was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hit {
    /// [`Document::id`].
    pub id: String,
    /// BCP 47.
    pub lang: String,
    /// Plain text.
    pub title: String,
    /// `2024-05-17`, or empty.
    pub date: String,
    /// Identifiers.
    pub categories: Vec<String>,
    /// Plain text.
    pub tags: Vec<String>,
    /// Greater is better; comparable within one answer only.
    pub score: f32,
    /// It was found among the documents of [`Engine::put`].
    pub local: bool,
    /// The question has a phrase, and this document has all of its words, but whether one after the other
    /// only its text can tell: ask [`Marker::confirms`].
    pub unconfirmed: bool,
}

/// Why an index cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenError {
    /// The root is none, or is damaged.
    Damaged,
    /// Made by a newer press: its format is this number, and this program reads [`FORMAT`].
    Newer(u32),
}

impl std::fmt::Display for OpenError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Damaged => f.write_str("the root of the search index is damaged"),
            Self::Newer(format) => write!(
                f,
                "the search index has format {format}, and this program reads format {FORMAT}: reload the page for a newer one"
            ),
        }
    }
}

impl std::error::Error for OpenError {}

/// The version of the index's format; the one before is read, too.
pub const FORMAT: u32 = 3;

/// Whether a file of this name (`lists-<32 hexadecimal digits>.bin`) has this digest: that of its bytes, the
/// first 16 bytes of their SHA-256 in hexadecimal. What fails is damaged, truncated or foreign.
#[must_use]
pub fn verified(name: &str, digest: &str) -> bool {
    let before = name
        .strip_suffix(".bin")
        .and_then(|stem| stem.strip_suffix(digest));
    digest.len() == 32 && before.is_some_and(|before| before.ends_with('-'))
}
