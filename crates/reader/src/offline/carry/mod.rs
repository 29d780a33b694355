//! The carry file: everything that is the reader's in one file (`*.lamplight.json`), to take to another device, or from
//! a browser's tab into the installed app.
//!
//! Entry points: [`Writer`] makes one, part by part; [`Reader`] takes one in, chunk by chunk, and gives its [`Contents`];
//! [`Contents::plan`] says what to write. It is one JSON document, laid out with one record a line, so that nobody needs
//! to hold all of it; its first bytes are a digest of all the rest (`lamplight_model::seal`). The format is in
//! `docs/formats.md`.
//!
//! Nothing may be written before the whole file was read and its digest matched. What is written is joined with what is
//! there: importing twice changes nothing, and of two files it does not matter which comes first. A digest is no
//! signature: what is in a file is believed as little as what a site sends.

mod item;
mod load;
mod message;
mod plan;
mod read;
mod write;

pub use item::{Counts, look, stamped};
pub use plan::{Incoming, Local, Plan};
pub use read::{Contents, Document, Reader, document};
pub use write::Writer;

use lamplight_model::record;
use serde::Serialize;

/// The version of the format.
pub const FORMAT: u32 = 1;

/// How a file's name ends.
pub const EXTENSION: &str = ".lamplight.json";

/// What the keys of the outbox's messages begin with, in a carry file.
pub const OUTBOX: &str = "outbox/";

/// The most bytes a file may have.
pub const MOST_BYTES: u64 = 512 * 1024 * 1024;

/// The most lines.
const MOST_LINES: u32 = 200_000;

/// The most bytes of a line with an article, and of one with a record: a draft may be longer than what can be sent.
const MOST_OF_ARTICLE: usize = 8 * 1024 * 1024;
const MOST_OF_RECORD: usize = 1024 * 1024;

/// The most bytes that are held until the end: all records, and where each article is.
const MOST_HELD: usize = 32 * 1024 * 1024;

/// Why a file is not taken. Nothing was changed then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It is no carry file.
    NotCarry,
    /// It is of another publication: its title and its address, as the file says.
    OtherPublication {
        /// Title, plain text.
        title: String,
        /// Address.
        site: String,
    },
    /// It was made by a later version of the app, which this one cannot read.
    Newer,
    /// It breaks off.
    Truncated,
    /// It is not as it was made.
    Damaged,
    /// It is as it was made, but not by this app: this line (from 1) makes no sense.
    Invalid(u32),
    /// It, or a part of it, is larger than any such file.
    TooLarge,
}

impl Refused {
    /// Its name, by which the page finds the words.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::NotCarry => "not-carry",
            Self::OtherPublication { .. } => "other-publication",
            Self::Newer => "newer",
            Self::Truncated => "truncated",
            Self::Damaged => "damaged",
            Self::Invalid(_) => "invalid",
            Self::TooLarge => "too-large",
        }
    }
}

/// The first line of a file, without its digest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Head {
    /// [`FORMAT`].
    pub carry: u32,
    /// Address of the publication: origin and base.
    pub site: String,
    /// Its title.
    pub title: String,
    /// When the file was made.
    pub made: crate::Millis,
}

record!(Head {
    carry,
    site,
    title,
    made
});

#[cfg(test)]
mod tests;
