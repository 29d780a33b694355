//! Marks in the open article, without touching its nodes: the CSS Custom Highlight API. A browser without
//! it marks nothing, and is still led from place to place.

use std::cell::{Cell, RefCell};

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Node, Range};

use super::{document, property, window};

/// The pieces of an article whose words belong together.
const BLOCKS: &str =
    "main article :is(h1,h2,h3,h4,h5,h6,p,li,td,th,dt,dd,figcaption,pre):not(.article-kicker)";

/// The highlights of all places, and of the one the reader is led to.
const ALL: &str = "search";
const HERE: &str = "search-here";

thread_local! {
    static RANGES: RefCell<Vec<Range>> = const { RefCell::new(Vec::new()) };
    /// At which of them the reader is, from 1; 0 is at none yet.
    static AT: Cell<usize> = const { Cell::new(0) };
}

/// The text of each piece of the open article, in order.
pub fn texts() -> Vec<String> {
    blocks()
        .iter()
        .map(|block| nodes(block).iter().filter_map(Node::node_value).collect())
        .collect()
}

/// Marks places of the pieces: for each an array of from, to, from, to, … in UTF-16 code units.
pub fn mark(places: &JsValue) {
    let mut ranges = Vec::new();
    for (block, places) in blocks().iter().zip(Array::from(places)) {
        let nodes = nodes(block);
        let places: Vec<u32> = Array::from(&places)
            .iter()
            .map(|place| place.as_f64().unwrap_or(0.0) as u32)
            .collect();
        for place in places.chunks_exact(2) {
            let (Ok(range), [from, to]) = (Range::new(), place) else {
                continue;
            };
            if let (Some((first, at)), Some((last, end))) =
                (find(&nodes, *from, false), find(&nodes, *to, true))
                && range.set_start(&first, at).is_ok()
                && range.set_end(&last, end).is_ok()
            {
                ranges.push(range);
            }
        }
    }
    set(ALL, &ranges);
    RANGES.set(ranges);
    AT.set(0);
}

/// At which place the reader is, from 1 (0: at none yet), and how many there are.
pub fn place() -> (usize, usize) {
    (AT.get(), RANGES.with_borrow(Vec::len))
}

/// Leads to the next place, or the one before; after the last comes the first.
pub fn turn(next: bool) {
    let (at, count) = place();
    let at = match (next, at) {
        (true, _) if at < count => at + 1,
        (true, _) => 1,
        (false, 0 | 1) => count,
        (false, _) => at - 1,
    };
    let Some(range) = RANGES.with_borrow(|ranges| ranges.get(at.wrapping_sub(1)).cloned()) else {
        return;
    };
    AT.set(at);
    set(HERE, std::slice::from_ref(&range));
    let place = range.get_bounding_client_rect();
    let height = property(&window(), "innerHeight").as_f64().unwrap_or(0.0);
    if place.top() < height * 0.1 || place.bottom() > height * 0.8 {
        window().scroll_by_with_x_and_y(0.0, place.top() - height * 0.33);
    }
}

/// Unmarks everything.
pub fn clear() {
    RANGES.take();
    AT.set(0);
    set(ALL, &[]);
    set(HERE, &[]);
}

fn blocks() -> Vec<Element> {
    let Ok(found) = document().query_selector_all(BLOCKS) else {
        return Vec::new();
    };
    (0..found.length())
        .filter_map(|at| found.get(at)?.dyn_into().ok())
        .collect()
}

/// The text nodes of a piece, but for those of pieces within it.
fn nodes(block: &Element) -> Vec<Node> {
    let mut out = Vec::new();
    let mut children = vec![block.first_child()];
    while let Some(next) = children.pop() {
        let Some(node) = next else { continue };
        children.push(node.next_sibling());
        if node.node_type() == Node::TEXT_NODE {
            out.push(node);
        } else if let Some(element) = node.dyn_ref::<Element>()
            && !element.matches(BLOCKS).unwrap_or(false)
        {
            children.push(node.first_child());
        }
    }
    out
}

/// The text node that a place is in, and where in it.
fn find(nodes: &[Node], place: u32, end: bool) -> Option<(Node, u32)> {
    let mut before = 0;
    for node in nodes {
        let length = node.node_value()?.encode_utf16().count() as u32;
        if place < before + length || (end && place == before + length) {
            return Some((node.clone(), place - before));
        }
        before += length;
    }
    None
}

fn set(name: &str, ranges: &[Range]) {
    let registry = property(&property(&window(), "CSS"), "highlights");
    let Ok(constructor) = property(&window(), "Highlight").dyn_into::<Function>() else {
        return;
    };
    let ranges: Array = ranges.iter().map(JsValue::from).collect();
    if let Ok(highlight) = Reflect::construct(&constructor, &ranges)
        && let Ok(set) = property(&registry, "set").dyn_into::<Function>()
    {
        let _ = set.call2(&registry, &name.into(), &highlight);
    }
}
