//! Where in the open article the reader is, and going there in another one.
//!
//! Entry points: [`watch`], [`note`], [`go`]. Whoever goes up to the head for another language wants to read on where
//! they were: so the place in the text is remembered for a while.

use std::cell::RefCell;

use lamplight_reader::Millis;

use super::page::{all, scroll_position, scroll_to};
use super::{device::now, document, listen, window};

/// Pixels from the window's top to the line that is being read.
const LINE: f64 = 120.0;

/// How long a place in the text counts once the reader is above it, in milliseconds.
const RECENT: Millis = 60_000;

const BLOCKS: &str = "main .prose > [data-block]";

thread_local! {
    /// The name of the block on the line, how much of it is above the line (from 0 to 1), and when that was seen.
    static PLACE: RefCell<(String, f64, Millis)> = RefCell::default();
    /// Where to go: what is scrolled in between is no reader's doing.
    static WANTED: RefCell<(String, f64, Millis)> = RefCell::default();
}

/// Remembers the place as the reader goes on.
pub fn watch() {
    listen(&window(), "scroll", |_| {
        look();
    });
}

/// Remembers the block on the line, if there is one.
fn look() -> Option<()> {
    let middle = window().inner_width().ok()?.as_f64()? / 2.0;
    let found = document().element_from_point(middle as f32, LINE as f32)?;
    let block = found.closest(BLOCKS).ok()??;
    let rect = block.get_bounding_client_rect();
    let part = (LINE - rect.top()) / rect.height();
    PLACE.set((block.get_attribute("data-block")?, part, now()));
    Some(())
}

/// Remembers where the reader is; says whether that is in the text, or was a moment ago.
pub fn note() -> bool {
    look();
    WANTED.set(PLACE.with_borrow(Clone::clone));
    WANTED.with_borrow(|place| now() - place.2 < RECENT)
}

/// Remembers no place any more: another article opens.
pub fn forget() {
    PLACE.take();
}

/// Goes to the place that was noted, in the article that is open now.
pub fn go() {
    let (block, part, _) = WANTED.with_borrow(Clone::clone);
    let blocks = all(BLOCKS);
    let names = blocks
        .iter()
        .filter_map(|element| element.get_attribute("data-block"));
    if let Some(element) =
        lamplight_reader::place::nearest(names, &block).and_then(|at| blocks.get(at))
    {
        let rect = element.get_bounding_client_rect();
        let y = scroll_position().1 + rect.top() + part * rect.height() - LINE;
        scroll_to(0.0, y);
    }
}
