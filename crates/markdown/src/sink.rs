//! The serialiser: the one place where tags are written.
//!
//! [`Sink`] keeps the open elements. Markdown's own structure is opened and closed in pairs
//! ([`Sink::open`], [`Sink::close`]) and can not be broken by raw HTML, whose tags
//! ([`Sink::open_raw`], [`Sink::close_raw`]) only ever reach down to the nearest Markdown element.
//! What would not nest is repaired here. The sink must never write a tag that the tree as a browser
//! builds it would not have at that place.

use crate::escape::{push_attribute, push_text};
use crate::tags::{self, Child};

/// Deepest nesting that is written. Browsers flatten trees beyond a few hundred levels; whatever is
/// deeper keeps its text and loses its tags, so that every look at the stack is bounded.
const DEPTH: usize = 100;

/// Levels kept free for the children that a list or a table must have.
const RESERVE: usize = 6;

struct Open {
    tag: &'static str,
    raw: bool,
    /// Markdown elements opened within this one that were not written; they hold back raw tags like
    /// written ones do.
    ghosts: u32,
}

/// Collects the HTML and, beside it, the plain text.
#[derive(Default)]
pub(crate) struct Sink {
    html: String,
    text: String,
    open: Vec<Open>,
    ghosts: u32,
    links: u32,
    blocks: Option<Blocks>,
}

/// Where the next block of an article stands: under which heading, and the how manieth there.
#[derive(Clone, Copy, Default)]
struct Blocks {
    section: u32,
    block: u32,
}

impl Sink {
    /// A sink that names the blocks that stand in nothing else by their place: `data-block="2.3"` is the third after
    /// the second heading. Translations of a text have the same structure, so its blocks have the same names.
    pub(crate) fn of_blocks() -> Self {
        Self {
            blocks: Some(Blocks::default()),
            ..Self::default()
        }
    }

    /// Opens an element of Markdown's structure. Returns whether it was written; it must be closed
    /// in either case.
    pub(crate) fn open(&mut self, tag: &'static str, attributes: &str) -> bool {
        if self.room_for(tag, false) {
            self.write_open(tag, attributes, false);
            return true;
        }
        self.hide();
        false
    }

    /// Opens an element of Markdown's structure without writing it: its text stays.
    pub(crate) fn hide(&mut self) {
        match self.open.last_mut() {
            Some(top) => top.ghosts += 1,
            None => self.ghosts += 1,
        }
    }

    /// Closes the innermost element of Markdown's structure and all raw ones within.
    pub(crate) fn close(&mut self) {
        loop {
            match self.open.last_mut() {
                None => {
                    self.ghosts = self.ghosts.saturating_sub(1);
                    return;
                }
                Some(top) if top.ghosts > 0 => {
                    top.ghosts -= 1;
                    return;
                }
                Some(top) => {
                    let raw = top.raw;
                    self.pop();
                    if !raw {
                        return;
                    }
                }
            }
        }
    }

    /// Closes the raw elements within the innermost element of Markdown's structure.
    pub(crate) fn close_raw_all(&mut self) {
        while self
            .open
            .last()
            .is_some_and(|top| top.raw && top.ghosts == 0)
        {
            self.pop();
        }
    }

    /// Opens an element that raw HTML asks for, if it fits. Whatever closes it, closes it well.
    pub(crate) fn open_raw(&mut self, tag: &'static str, attributes: &str) -> bool {
        if !self.room_for(tag, true) {
            return false;
        }
        if matches!(tag, "tr" | "td" | "th") && self.top() == Some("table") {
            self.write_open("tbody", "", true);
        }
        if matches!(tag, "td" | "th") && self.top() != Some("tr") {
            self.write_open("tr", "", true);
        }
        self.write_open(tag, attributes, true);
        true
    }

    /// Closes a raw element, if it is open within the innermost element of Markdown's structure.
    pub(crate) fn close_raw(&mut self, tag: &str) {
        let mut length = self.open.len();
        while let Some(open) = length.checked_sub(1).and_then(|at| self.open.get(at)) {
            if open.ghosts > 0 || !open.raw {
                return;
            }
            length -= 1;
            if open.tag == tag {
                self.close_to(length);
                return;
            }
            if tags::is_cell(open.tag) && !tags::is_table_part(tag) && tag != "table" {
                return;
            }
        }
    }

    /// Writes an element without content. Returns whether it fitted.
    pub(crate) fn void(&mut self, tag: &'static str, attributes: &str) -> bool {
        if !self.make_room(Child::Element(tag), true) {
            return false;
        }
        self.write_tag(tag, attributes);
        if tag == "hr" {
            self.break_text();
            self.html.push('\n');
        }
        if tag == "br" {
            self.text.push('\n');
        }
        true
    }

    /// Writes text.
    pub(crate) fn text(&mut self, text: &str) {
        if self.label(text) {
            self.text.push_str(text);
        }
    }

    /// Writes text that is shown but is not part of the plain text. Returns whether it was written.
    pub(crate) fn label(&mut self, text: &str) -> bool {
        let mut text = text;
        if self.top().is_some_and(tags::is_container) && text.trim_ascii().is_empty() {
            return false;
        }
        if self.html.ends_with(PRE_OPEN) {
            // A browser would swallow the first line break.
            text = text.trim_start_matches(['\n', '\r']);
        }
        let room = self.make_room(Child::Text, false);
        if room {
            push_text(&mut self.html, text);
        }
        room
    }

    /// Writes HTML made by this crate where text may stand.
    pub(crate) fn markup(&mut self, html: &str) {
        if self.make_room(Child::Text, false) {
            self.html.push_str(html);
        }
    }

    /// Ends a line of the plain text, but never twice.
    pub(crate) fn break_text(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    /// Whether a link is open.
    pub(crate) fn in_link(&self) -> bool {
        self.links > 0
    }

    /// Closes a raw link that stands in the way of another. Returns whether a link may be opened.
    pub(crate) fn room_for_link(&mut self) -> bool {
        if self.links > 0 {
            self.close_raw("a");
        }
        self.links == 0
    }

    /// How many bytes of HTML there are so far.
    pub(crate) fn position(&self) -> usize {
        self.html.len()
    }

    /// Closes what is open; HTML and plain text.
    pub(crate) fn finish(mut self) -> (String, String) {
        self.close_to(0);
        (self.html, tidy(&self.text))
    }

    fn top(&self) -> Option<&'static str> {
        self.open.last().map(|open| open.tag)
    }

    fn room_for(&mut self, tag: &'static str, raw: bool) -> bool {
        let limit = if matches!(tag, "ul" | "ol" | "dl" | "table" | "figure") {
            DEPTH - RESERVE
        } else {
            DEPTH
        };
        self.open.len() < limit
            && (tag != "a" || self.room_for_link())
            && self.make_room(Child::Element(tag), raw)
    }

    /// Closes as many raw elements as must go before this fits; none, if it never would.
    fn make_room(&mut self, child: Child, raw: bool) -> bool {
        let part = matches!(child, Child::Element(tag) if tags::is_table_part(tag));
        let mut length = self.open.len();
        loop {
            if self.fits(child, length, raw) {
                self.close_to(length);
                return true;
            }
            let Some(open) = length.checked_sub(1).and_then(|at| self.open.get(at)) else {
                return false;
            };
            if open.ghosts > 0 || !open.raw || (tags::is_cell(open.tag) && !part) {
                return false;
            }
            length -= 1;
        }
    }

    fn fits(&self, child: Child, length: usize, raw: bool) -> bool {
        let block = matches!(child, Child::Element(tag) if !tags::is_phrasing(tag));
        for open in self.open[..length].iter().rev() {
            // A forgotten `</a>` must not turn the rest of the article into a link.
            let transparent = tags::is_transparent(open.tag) && (raw || open.tag != "a");
            if !(block && transparent) {
                return tags::accepts(Some(open.tag), child);
            }
        }
        tags::accepts(None, child)
    }

    fn close_to(&mut self, length: usize) {
        while self.open.len() > length {
            self.pop();
        }
    }

    fn pop(&mut self) {
        let Some(open) = self.open.pop() else {
            return;
        };
        if open.tag == "a" {
            self.links -= 1;
        }
        self.html.push_str("</");
        self.html.push_str(open.tag);
        self.html.push('>');
        if tags::is_cell(open.tag) {
            self.text.push(' ');
        } else if !tags::is_phrasing(open.tag) {
            self.break_text();
            if !matches!(open.tag, "rt" | "rp" | "figcaption") {
                self.html.push('\n');
            }
        }
    }

    fn write_open(&mut self, tag: &'static str, attributes: &str, raw: bool) {
        if !tags::is_phrasing(tag) && !tags::is_cell(tag) && !matches!(tag, "rt" | "rp") {
            self.break_text();
        }
        self.write_tag(tag, attributes);
        if tag == "a" {
            self.links += 1;
        }
        self.open.push(Open {
            tag,
            raw,
            ghosts: 0,
        });
    }

    fn write_tag(&mut self, tag: &str, attributes: &str) {
        self.html.push('<');
        self.html.push_str(tag);
        self.html.push_str(attributes);
        if self.open.is_empty()
            && let Some(at) = &mut self.blocks
        {
            if matches!(tag, "h2" | "h3" | "h4" | "h5" | "h6") {
                at.section += 1;
                at.block = 0;
            } else {
                at.block += 1;
            }
            let place = [at.section.to_string(), at.block.to_string()].join(".");
            push_attribute(&mut self.html, "data-block", &place);
        }
        if tag == "pre" {
            // What scrolls must be reachable by keyboard.
            self.html.push_str(" tabindex=\"0\"");
        }
        self.html.push('>');
    }
}

/// How the start tag of a `pre` ends, and no other one that holds text.
const PRE_OPEN: &str = " tabindex=\"0\">";

/// Lines without spaces at their ends, and no empty ones.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(line);
    }
    out
}
