//! The list of all that a language has, as `/archive/<lang>.json`: what a reader keeps who wants a category or
//! everything, and how large it is.

use serde::Serialize;

/// Everything of a language. Written sealed (see [`crate::seal`]): `digest` is its first member.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Archive {
    /// Digest of this file.
    pub digest: String,
    /// [`crate::FORMAT`].
    pub format: u32,
    /// BCP 47 language tag, spelled as in [`crate::Site::languages`].
    pub lang: String,
    /// Posts, newest first, then the publication's own pages; only those that exist in the language.
    pub articles: Vec<Archived>,
}

crate::record!(Archive {
    digest,
    format,
    lang,
    articles
});

/// One article of an [`Archive`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Archived {
    /// As in [`crate::ArticleDocument::slug`].
    pub slug: String,
    /// Title, plain text.
    pub title: String,
    /// When it was published: RFC 3339, with the offset the author wrote. Empty only for a page.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub date: String,
    /// Digest of the current article document.
    pub digest: String,
    /// Identifiers of [`crate::Site::categories`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// Bytes of its document and its page together, as they are stored: not compressed.
    pub bytes: u32,
    /// Bytes of its pictures, of each the file for [`PHONE`], each file once; another article that shows
    /// the same picture counts it, too.
    #[serde(skip_serializing_if = "is_zero")]
    pub images: u32,
    /// Whether it is a page of the publication's own.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub page: bool,
}

crate::record!(Archived {
    slug, title, digest, bytes;
    date, categories, images, page
});

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// The screen for which [`Archived::images`] counts: CSS pixels across, and the screen's pixels to each. Other
/// screens keep other files of a picture; this one is told to all, as an estimate.
pub const PHONE: (f64, f64) = (390.0, 2.0);
