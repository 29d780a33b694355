//! The picture that other sites show beside a link to an article.
//!
//! Entry point: [`of`]. It is a kind that they can show: none of them draws SVG, few know AVIF.

use crate::documents::Article;

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Card {
    /// Relative to the base.
    pub(crate) path: String,
    /// Pixels; 0 if unknown.
    pub(crate) width: u32,
    /// Pixels; 0 if unknown.
    pub(crate) height: u32,
    /// What it shows; may be empty.
    pub(crate) alt: String,
}

const SHOWN: [&str; 5] = [".jpg", ".jpeg", ".png", ".gif", ".webp"];

/// The article's card: its own image, if it has one of a kind that can be shown.
pub(crate) fn of(article: &Article) -> Option<Card> {
    let image = article.document.image.as_ref()?;
    let shown = SHOWN.iter().any(|kind| image.media.src.ends_with(kind));
    shown.then(|| Card {
        path: image.media.src.clone(),
        width: image.media.width,
        height: image.media.height,
        alt: image.alt.clone(),
    })
}
