//! Tables. Each one scrolls in a region of its own, named by its header row, so that a wide table
//! never makes the page wide.

use pulldown_cmark::{Alignment, Event, Tag, TagEnd};

use super::Renderer;
use crate::escape::push_attribute;

impl Renderer<'_> {
    pub(super) fn table_start(&mut self, at: usize, tag: &Tag<'_>) {
        match tag {
            Tag::Table(alignments) => {
                self.columns.clear();
                self.columns.extend_from_slice(alignments);
                self.in_head = true;
                let mut attributes = " class=\"table-wrap\"".to_owned();
                let label = self.table_label(at);
                if !label.is_empty() {
                    attributes.push_str(" role=\"region\"");
                    push_attribute(&mut attributes, "aria-label", &label);
                }
                attributes.push_str(" tabindex=\"0\"");
                self.sink.open("div", &attributes);
                self.sink.open("table", "");
            }
            Tag::TableHead => {
                self.column = 0;
                self.sink.open("thead", "");
                self.sink.open("tr", "");
            }
            Tag::TableRow => {
                self.column = 0;
                self.sink.open("tr", "");
            }
            _ => {
                let class = match self.columns.get(self.column) {
                    Some(Alignment::Left) => " class=\"align-left\"",
                    Some(Alignment::Center) => " class=\"align-center\"",
                    Some(Alignment::Right) => " class=\"align-right\"",
                    _ => "",
                };
                self.column += 1;
                // A header cell that says nothing heads nothing.
                let empty = self.document.ends[at] == at + 1;
                let tag = if self.in_head && !empty { "th" } else { "td" };
                self.sink.open(tag, class);
            }
        }
    }

    pub(super) fn table_end(&mut self, at: usize, tag: TagEnd) {
        let events = &self.document.events;
        self.sink.close();
        match tag {
            TagEnd::TableHead => {
                self.sink.close();
                self.in_head = false;
                if matches!(events.get(at + 1), Some((Event::Start(Tag::TableRow), _))) {
                    self.sink.open("tbody", "");
                }
            }
            TagEnd::Table => {
                if matches!(events[at - 1].0, Event::End(TagEnd::TableRow)) {
                    self.sink.close();
                    // The first closed the body.
                }
                self.sink.close();
            }
            _ => {}
        }
    }

    /// The texts of the header row; numbered, where another table has the same.
    fn table_label(&mut self, at: usize) -> String {
        let document = self.document;
        let separator = self.message(|messages| &messages.list_separator);
        let mut label = String::new();
        let mut next = at + 2;
        while let Some((Event::Start(Tag::TableCell), _)) = document.events.get(next) {
            let end = document.ends[next];
            let text = document.inline_text(next + 1..end, true);
            if !text.trim().is_empty() {
                if !label.is_empty() {
                    label.push_str(separator);
                }
                label.push_str(text.trim());
            }
            next = end + 1;
        }
        if label.is_empty() {
            return label;
        }
        let count = self.shared.labels.entry(label.clone()).or_insert(0);
        *count += 1;
        if *count > 1 {
            label.push_str(" (");
            label.push_str(&count.to_string());
            label.push(')');
        }
        label
    }
}
