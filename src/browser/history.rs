//! The session history: links that stay in the app, back and forward, and where each entry was
//! scrolled to.

use std::cell::{Cell, RefCell};

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlAnchorElement, MouseEvent, ScrollRestoration};

use super::page::{scroll_position, scroll_to};
use super::{document, listen, object, property, window};

const POSITIONS: &str = "lamplight:scroll";

thread_local! {
    static CURRENT: Cell<f64> = const { Cell::new(0.0) };
    /// Entries and where each was scrolled to, in pixels.
    static POSITION: RefCell<Vec<(i64, i64)>> = const { RefCell::new(Vec::new()) };
}

fn entry_of(state: &JsValue) -> Option<f64> {
    property(state, "entry").as_f64()
}

fn state(entry: f64) -> JsValue {
    object(&[("entry", JsValue::from_f64(entry))]).into()
}

fn remember() {
    let (_, y) = scroll_position();
    let (entry, y) = (CURRENT.get() as i64, y as i64);
    POSITION.with_borrow_mut(|positions| {
        positions.retain(|(own, _)| *own != entry);
        positions.push((entry, y));
    });
}

/// Starts: every entry gets a number, links that `takes` accepts (path, fragment) are not followed by
/// the browser, and `back` is called when the reader goes back or forward.
pub fn start(takes: impl Fn(&str, &str) -> bool + 'static, back: impl Fn(f64) + 'static) {
    let Ok(history) = window().history() else {
        return;
    };
    load_positions();
    let entry = history
        .state()
        .ok()
        .as_ref()
        .and_then(entry_of)
        .unwrap_or_else(js_sys::Date::now);
    CURRENT.set(entry);
    let _ = history.replace_state(&state(entry), "");
    let _ = history.set_scroll_restoration(ScrollRestoration::Manual);
    // While the page is away, the browser restores it by itself: a reload shows static text at once.
    listen(&window(), "pagehide", |_| {
        remember();
        save_positions();
        if let Ok(history) = window().history() {
            let _ = history.set_scroll_restoration(ScrollRestoration::Auto);
        }
    });
    listen(&window(), "pageshow", |_| {
        if let Ok(history) = window().history() {
            let _ = history.set_scroll_restoration(ScrollRestoration::Manual);
        }
    });
    listen(&window(), "popstate", move |event| {
        // An entry without a number is a fragment's, made by the browser, which goes there by itself, in some before this is
        // said: where the reader was is noted at the click.
        let known = entry_of(&property(&event, "state"));
        let entry = known.unwrap_or_else(js_sys::Date::now);
        if known.is_some() {
            remember();
        } else if let Ok(history) = window().history() {
            let _ = history.replace_state(&state(entry), "");
        }
        CURRENT.set(entry);
        if known.is_none() {
            return;
        }
        let y = POSITION.with_borrow(|positions| {
            let position = positions.iter().find(|(own, _)| *own == entry as i64);
            position.map_or(0, |(_, y)| *y)
        });
        back(y as f64);
    });
    listen(&document(), "click", move |event| {
        let Some(click) = event.dyn_ref::<MouseEvent>() else {
            return;
        };
        let plain = click.button() == 0
            && !click.default_prevented()
            && !(click.meta_key() || click.ctrl_key() || click.shift_key() || click.alt_key());
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok());
        if let Some(link) = target
            .filter(|_| plain)
            .and_then(|e| e.closest("a[href]").ok().flatten())
            && let Some(link) = link.dyn_ref::<HtmlAnchorElement>()
            && link.target().is_empty()
            && !link.has_attribute("download")
            && link.origin() == window().location().origin().unwrap_or_default()
            && link.search().is_empty()
        {
            remember();
            if takes(&link.pathname(), link.hash().trim_start_matches('#')) {
                event.prevent_default();
            }
        }
    });
}

/// Adds an entry; the one that is left keeps its scroll position.
pub fn push(path: &str, fragment: &str) {
    remember();
    // Two pages in one millisecond are still two entries.
    let entry = js_sys::Date::now().max(CURRENT.get() + 1.0);
    CURRENT.set(entry);
    let address = if fragment.is_empty() {
        path.to_owned()
    } else {
        [path, "#", fragment].concat()
    };
    if let Ok(history) = window().history() {
        let _ = history.push_state_with_url(&state(entry), "", Some(&address));
    }
}

/// Gives this entry another address, and leaves everything else.
pub fn rename(address: &str) {
    if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(&state(CURRENT.get()), "", Some(address));
    }
}

/// Scrolls to where this entry was when it was left, if it ever was.
pub fn restore_here() {
    let y = POSITION.with_borrow(|positions| {
        let here = |(own, _): &&(i64, i64)| *own == CURRENT.get() as i64;
        positions.iter().find(here).map(|(_, y)| *y)
    });
    if let Some(y) = y {
        restore(y as f64);
    }
}

/// Scrolls to where an entry was, once the page is tall enough.
pub fn restore(y: f64) {
    scroll_to(0.0, y);
}

fn save_positions() {
    let text = POSITION.with_borrow(|positions| {
        positions
            .iter()
            .map(|(entry, y)| format!("{entry} {y}\n"))
            .collect::<String>()
    });
    if let Ok(Some(storage)) = window().session_storage() {
        let _ = storage.set_item(POSITIONS, &text);
    }
}

fn load_positions() {
    let Ok(Some(storage)) = window().session_storage() else {
        return;
    };
    let Ok(Some(text)) = storage.get_item(POSITIONS) else {
        return;
    };
    POSITION.with_borrow_mut(|positions| {
        positions.extend(text.lines().filter_map(|line| {
            let (entry, y) = line.split_once(' ')?;
            Some((entry.parse::<i64>().ok()?, y.parse::<i64>().ok()?))
        }));
    });
}
