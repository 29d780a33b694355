//! Where in the open article the reader is, and going there in another one.
//!
//! Entry points: [`watch`], [`note`], [`go`]. Whoever goes up to the head for another language wants to read on where
//! they were: so the place in the text is remembered for a while.

use std::cell::{Cell, RefCell};

use lamplight_reader::Millis;

use super::device::{now, sleep};
use super::page::{all, scroll_position, scroll_to};
use super::{document, listen, window};

/// Pixels from the window's top to the line that is being read.
const LINE: f64 = 120.0;

/// How long a place in the text counts once the reader is above it, in milliseconds.
const RECENT: Millis = 60_000;

/// Whoever rests for so long has read, in milliseconds.
const REST: Millis = 1_000;

/// How often, and how many milliseconds apart, a place is looked for again while the page is still too short for it.
const AGAIN: (u32, u32) = (20, 100);

const BLOCKS: &str = "main .prose > [data-block]";

thread_local! {
    /// The name of the block on the line, how much of it is above the line (from 0 to 1), and when that was seen.
    static PLACE: RefCell<(String, f64, Millis)> = RefCell::default();
    /// Where to go: what is scrolled in between is no reader's doing.
    static WANTED: RefCell<(String, f64, Millis)> = RefCell::default();
    /// Where the page was scrolled to last, and when.
    static LAST: Cell<(f64, Millis)> = const { Cell::new((0.0, 0)) };
}

/// Remembers the place as the reader goes on: downwards, or where they rested before they went up.
pub fn watch() {
    listen(&window(), "scroll", |_| {
        let (y, at) = (scroll_position().1, now());
        let (last, then) = LAST.replace((y, at));
        if y >= last || at - then > REST {
            look();
        }
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

/// Goes to the place that was noted, in the article that is open now. What stands below the text may come later: as
/// long as the page is too short and nobody scrolls, the place is looked for again.
pub fn go() {
    reach();
    wasm_bindgen_futures::spawn_local(async {
        for _ in 0..AGAIN.0 {
            let stands = scroll_position().1;
            sleep(AGAIN.1).await;
            if scroll_position().1 != stands || reach() {
                return;
            }
        }
    });
}

/// Scrolls to the place; says whether the page was long enough.
fn reach() -> bool {
    let (block, part, _) = WANTED.with_borrow(Clone::clone);
    let blocks = all(BLOCKS);
    let names = blocks
        .iter()
        .filter_map(|element| element.get_attribute("data-block"));
    let at = lamplight_reader::place::nearest(names, &block);
    let Some(element) = at.and_then(|at| blocks.get(at)) else {
        return true;
    };
    let rect = element.get_bounding_client_rect();
    let y = scroll_position().1 + rect.top() + part * rect.height() - LINE;
    scroll_to(0.0, y);
    (scroll_position().1 - y).abs() < 2.0
}
