//! The picture that other sites show beside a link to an article.
//!
//! Entry points: [`of`] and [`write`]. It is a kind that they can show: none of them draws SVG, few know
//! AVIF.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use rayon::prelude::*;

use crate::cards::{self, Cards};
use crate::documents::Article;
use crate::emit::key::Key;
use crate::emit::stage::Stage;
use crate::error::BuildError;

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

/// The article's card: its own image, if it has one of a kind that can be shown, or the one that press
/// draws of its title.
pub(crate) fn of(article: &Article, cards: &Cards) -> Option<Card> {
    own(article).or_else(|| {
        let document = &article.document;
        Some(Card {
            path: cards.path(&document.lang, &document.title)?,
            width: cards::WIDTH,
            height: cards::HEIGHT,
            alt: document.title.clone(),
        })
    })
}

/// Draws every card that is not an image of its article's own.
pub(crate) fn write(cards: &Cards, articles: &[Article], stage: &Stage) -> Result<(), BuildError> {
    let mut wanted: BTreeMap<String, (&str, &str)> = BTreeMap::new();
    for article in articles.iter().filter(|article| own(article).is_none()) {
        let document = &article.document;
        if let Some(path) = cards.path(&document.lang, &document.title) {
            wanted.insert(path, (&document.lang, &document.title));
        }
    }
    let studio = OnceLock::new();
    wanted.par_iter().try_for_each(|(path, (lang, title))| {
        // The path is a digest of all a card is made of.
        stage
            .produce(path, Key::of("card").with(path), || {
                Ok(studio.get_or_init(|| cards.studio()).draw(lang, title))
            })
            .map(drop)
    })
}

/// Whether an article has a picture of its own that other sites can show.
pub(crate) fn has_own(article: &Article) -> bool {
    own(article).is_some()
}

fn own(article: &Article) -> Option<Card> {
    let image = article.document.image.as_ref()?;
    let shown = SHOWN.iter().any(|kind| image.media.src.ends_with(kind));
    shown.then(|| Card {
        path: image.media.src.clone(),
        width: image.media.width,
        height: image.media.height,
        alt: image.alt.clone(),
    })
}
