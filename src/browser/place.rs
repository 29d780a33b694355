//! Where in the open article the reader is, and going there, in this text or in another one.
//!
//! Entry points: [`watch`], [`note`], [`go`]; [`seen`] and [`want`] for who keeps places. Whoever goes up to the head for
//! another language wants to read on where they were: so the place in the text is remembered for a while.

use std::cell::{Cell, RefCell};

use lamplight_reader::Millis;
use lamplight_reader::offline::reading::Place;

use super::device::{hidden, now, sleep};
use super::page::{all, focus_on, scroll_position, scroll_to};
use super::{document, listen, window};
use web_sys::DomRect;

/// Pixels from the window's top to the line that is being read.
const LINE: f64 = 120.0;

/// How long a place in the text counts once the reader is above it, in milliseconds.
const RECENT: Millis = 60_000;

/// Whoever rests for so long has read, in milliseconds.
const REST: Millis = 1_000;

/// A page that nobody moved for so long rests, in milliseconds.
const CALM: Millis = 3_000;

/// How often, and how many milliseconds apart, a place is looked for again while the page is still too short for it.
const AGAIN: (u32, u32) = (20, 100);

const TEXT: &str = "main .prose";
const BLOCKS: &str = "main .prose > [data-block]";

thread_local! {
    /// The place in the text, as [`Place::text`] writes it; its progress is all of the text where the end of that is in sight.
    static PLACE: RefCell<String> = RefCell::default();
    /// When that was seen.
    static SEEN: Cell<Millis> = const { Cell::new(0) };
    /// Where to go: what is scrolled in between is no reader's doing.
    static WANTED: RefCell<String> = RefCell::default();
    /// Where the page was scrolled to last, and when.
    static LAST: Cell<(f64, Millis)> = const { Cell::new((0.0, 0)) };
    /// The place that was given out last.
    static TOLD: RefCell<String> = RefCell::default();
    /// Somebody waits for the page to rest.
    static WAITS: Cell<bool> = const { Cell::new(false) };
}

/// Remembers the place as the reader goes on: downwards, or where they rested before they went up. Calls `moved` when they
/// leave the page's beginning, and `rests` when the page rests again, or is left.
pub fn watch(moved: impl Fn() + 'static, rests: impl Fn() + Copy + 'static) {
    LAST.set((scroll_position().1, now()));
    listen(&window(), "scroll", move |_| {
        let (y, at) = (scroll_position().1, now());
        let (last, then) = LAST.replace((y, at));
        if y >= last || at - then > REST {
            look();
        }
        if last == 0.0 && y > 0.0 {
            moved();
        }
        if !WAITS.replace(true) {
            wasm_bindgen_futures::spawn_local(async move {
                while now() - LAST.get().1 < CALM {
                    sleep(CALM as u32).await;
                }
                WAITS.set(false);
                rests();
            });
        }
    });
    listen(&document(), "visibilitychange", move |_| {
        if hidden() {
            rests();
        }
    });
}

/// Remembers the block on the line, if there is one; at the beginning of the page nobody has begun to read.
fn look() -> Option<()> {
    let width = window().inner_width().ok()?.as_f64()?;
    let height = window().inner_height().ok()?.as_f64()?;
    let text = all(TEXT).pop()?.get_bounding_client_rect();
    let end = text.bottom() <= height;
    let found = document().element_from_point((width / 2.0) as f32, LINE as f32);
    let block = found.and_then(|found| found.closest(BLOCKS).ok()?);
    if !end && (block.is_none() || scroll_position().1 == 0.0) {
        return None;
    }
    let above = |rect: &DomRect| ((LINE - rect.top()) / rect.height() * 1_000.0) as u32;
    let progress = if end { 1_000 } else { above(&text) };
    let name = block
        .as_ref()
        .and_then(|block| block.get_attribute("data-block"));
    let place = Place {
        block: &name.unwrap_or_default(),
        part: block.map_or(0, |block| above(&block.get_bounding_client_rect())),
        progress,
    };
    PLACE.set(place.text());
    SEEN.set(now());
    Some(())
}

/// Whether the reader moved and has not rested since.
pub fn waits() -> bool {
    WAITS.get()
}

/// The place, if it is another one than when it was last asked for; also of a short text that was looked at and not moved.
pub fn seen() -> Option<String> {
    if now() - LAST.get().1 > CALM {
        look();
    }
    let place = PLACE.with_borrow(Clone::clone);
    (TOLD.replace(place.clone()) != place).then_some(place)
}

/// A place is to be gone to.
pub fn want(place: String) {
    WANTED.set(place);
}

/// Remembers where the reader is; says whether that is in the text, or was a moment ago.
pub fn note() -> bool {
    look();
    WANTED.set(PLACE.with_borrow(Clone::clone));
    now() - SEEN.get() < RECENT
}

/// Remembers no place any more: another article opens.
pub fn forget() {
    PLACE.take();
    TOLD.take();
    SEEN.set(0);
    LAST.set((0.0, now()));
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
    let wanted = WANTED.with_borrow(Clone::clone);
    let Some(Place { block, part, .. }) = Place::read(&wanted) else {
        return true;
    };
    let blocks = all(BLOCKS);
    let names = blocks
        .iter()
        .filter_map(|element| element.get_attribute("data-block"));
    let at = lamplight_reader::place::nearest(names, block);
    let Some(element) = at.and_then(|at| blocks.get(at)) else {
        return true;
    };
    // Who reads by keyboard reads on there.
    let _ = element.set_attribute("tabindex", "-1");
    focus_on(element);
    let rect = element.get_bounding_client_rect();
    let y = scroll_position().1 + rect.top() + f64::from(part) / 1_000.0 * rect.height() - LINE;
    scroll_to(0.0, y);
    (scroll_position().1 - y).abs() < 2.0
}
