//! How much a carry file may hold: the same bounds for who makes one and who takes it in.
//!
//! Entry point: [`Load`]. Whatever is added to a file must pass here first, so that nobody makes one that nobody takes.

use lamplight_model::ArticleDocument;

use super::item::short;
use super::{MOST_BYTES, MOST_HELD, MOST_LINES, MOST_OF_ARTICLE, MOST_OF_RECORD};

/// The most categories of an article.
const CATEGORIES: usize = 64;

/// What a name costs beside its text, and what the place of an article does: about that, in bytes.
const NAME: usize = 16;
const PLACE: usize = 128;

/// Bytes of a file's first and last line that are not known before it is done: digest, count and what is around them.
const ENDS: u64 = 128;

/// What a file has so far.
#[derive(Debug)]
pub(super) struct Load {
    lines: u32,
    bytes: u64,
    held: usize,
}

impl Default for Load {
    fn default() -> Self {
        // The first line and the last.
        Self {
            lines: 2,
            bytes: ENDS,
            held: 0,
        }
    }
}

impl Load {
    /// Counts what stands in the first line, in bytes.
    pub(super) fn head(&mut self, bytes: usize) {
        self.bytes += bytes as u64;
    }

    /// Counts a line with a record; whether it still fits. What does not is not counted.
    pub(super) fn record(&mut self, line: &str) -> bool {
        line.len() <= MOST_OF_RECORD && self.add(line, line.len())
    }

    /// The same of a line with an article.
    pub(super) fn article(&mut self, line: &str, document: &ArticleDocument) -> bool {
        let names = [&document.slug, &document.lang, &document.digest];
        let names = names.into_iter().chain(&document.categories);
        let held = names.map(|name| name.len() + NAME).sum::<usize>();
        self.add(line, held + PLACE)
    }

    fn add(&mut self, line: &str, held: usize) -> bool {
        // A comma and the line's end.
        let bytes = self.bytes + line.len() as u64 + 2;
        let held = self.held + held;
        let fits = self.lines < MOST_LINES
            && line.len() + 2 <= MOST_OF_ARTICLE
            && bytes <= MOST_BYTES
            && held <= MOST_HELD;
        if fits {
            (self.lines, self.bytes, self.held) = (self.lines + 1, bytes, held);
        }
        fits
    }
}

/// Whether names are as short as any are.
pub(super) fn modest(document: &ArticleDocument) -> bool {
    let names = [&document.slug, &document.lang, &document.digest];
    let categories = &document.categories;
    categories.len() <= CATEGORIES && short(names.into_iter().chain(categories))
}
