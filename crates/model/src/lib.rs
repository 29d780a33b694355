//! The wire types that press writes and the app reads.
//!
//! Entry points: [`Site`] (what the app knows of the publication), [`ArticleDocument`], [`Feed`],
//! [`Archive`], [`Edition`], the address space [`Route`] with [`paths`], the interface texts [`Messages`]
//! (natively their files, too: [`catalogue`]), and [`seal`], the digest that tells a whole document from a truncated or foreign one.
//!
//! This crate must never read a file, know a clock or a browser, or decide anything for the reader.
//! Formats are described in `docs/formats.md`; a change here changes that page.

mod archive;
mod article;
#[cfg(not(target_arch = "wasm32"))]
pub mod catalogue;
pub mod contact;
mod date;
mod edition;
mod feed;
pub mod json;
pub mod language;
mod messages;
pub mod paths;
mod plural;
mod route;
pub mod seal;
pub mod services;
mod site;

pub use archive::{Archive, Archived, PHONE};
pub use article::{ArticleDocument, Image, Media, Original, Source, Translation, image_width};
pub use date::{CalendarDate, long_date};
pub use edition::Edition;
pub use feed::{Author, Feed, FeedExtension, FeedItem, ItemExtension};
pub use messages::{ENGLISH, Messages, Plural};
pub use route::{RESERVED, Route};
pub use site::{Direction, Language, Named, Site};

/// The version of every format of this crate. A reader that meets a larger number must say that it
/// is too old, and change nothing it has stored.
pub const FORMAT: u32 = 1;
