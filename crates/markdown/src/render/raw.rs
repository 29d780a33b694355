//! Raw HTML, by the allow list of [`crate::tags`].
//!
//! Tags are read by [`crate::html`] and handed to the sink one by one: nothing of the author's HTML
//! is ever copied into the output.

use pulldown_cmark::Event;

use super::Renderer;
use crate::document;
use crate::escape::{encode_href, push_attribute};
use crate::html::{Token, Tokens, decode};
use crate::ids::unsound;
use crate::tags::{self, Value};
use crate::url;

impl Renderer<'_> {
    /// Renders a block of raw HTML.
    pub(super) fn raw_block(&mut self, html: &str) {
        let mut tokens = Tokens::new(html);
        while let Some(token) = tokens.next() {
            match token {
                Token::Text(text) => self.sink.text(&decode(text)),
                Token::Close(name) => self.raw_close(&name),
                Token::Open { name, closed, .. } if tags::drops_content(&name) => {
                    if !closed {
                        tokens.skip_past(&name);
                    }
                }
                Token::Open {
                    name,
                    attributes,
                    closed,
                } => self.raw_open(&name, &attributes, closed),
            }
        }
    }

    /// Renders a tag within a line.
    pub(super) fn raw_inline(&mut self, at: usize, html: &str) {
        for token in Tokens::new(html) {
            match token {
                Token::Text(text) => self.sink.text(&decode(text)),
                Token::Close(name) => self.raw_close(&name),
                Token::Open { name, closed, .. } if tags::drops_content(&name) => {
                    if !closed {
                        self.hide_content(at, &name);
                    }
                }
                Token::Open {
                    name,
                    attributes,
                    closed,
                } => self.raw_open(&name, &attributes, closed),
            }
        }
    }

    /// Hides what stands between an inline tag and its end tag in the same block. Where there is no
    /// end tag, the author wrote about the tag and nothing is hidden.
    fn hide_content(&mut self, at: usize, name: &str) {
        if self.endless.get(name).is_some_and(|end| at < *end) {
            return;
        }
        let mut next = at + 1;
        while let Some((event, _)) = self.document.events.get(next) {
            match event {
                Event::InlineHtml(html) if matches!(Tokens::new(html).next(), Some(Token::Close(close)) if close == name) =>
                {
                    self.hidden_until = next + 1;
                    return;
                }
                // Any block's edge is the end of the line.
                Event::Start(tag) if !document::is_inline_start(tag) => break,
                Event::End(tag) if !document::is_inline_end(*tag) => break,
                _ => {}
            }
            next += 1;
        }
        self.endless.insert(name.to_owned(), next);
    }

    fn raw_close(&mut self, name: &str) {
        if let Some(tag) = tags::known(name)
            && !tags::is_void(tag)
        {
            self.sink.close_raw(tag);
        }
    }

    fn raw_open(&mut self, name: &str, attributes: &[(String, String)], closed: bool) {
        let Some(tag) = tags::known(name) else {
            return;
        };
        if tag == "img" {
            let value = |name: &str| {
                attributes
                    .iter()
                    .find(|(key, _)| key == name)
                    .map(|(_, value)| value.trim())
            };
            if let Some(source) = value("src") {
                self.image(source, value("alt").unwrap_or_default(), value("title"));
            }
            return;
        }
        let mut kept = String::new();
        if tag == "a" {
            let href = attributes.iter().find(|(key, _)| key == "href");
            match href.and_then(|(_, href)| self.link_attributes(href.trim())) {
                Some(link) => kept = link,
                None => return self.raw_target(attributes),
            }
        }
        for (key, value) in attributes {
            self.raw_attribute(&mut kept, tag, key, value);
        }
        if tags::is_void(tag) {
            self.sink.void(tag, &kept);
        } else if self.sink.open_raw(tag, &kept) && closed {
            // Not what a browser makes of `<a id="x"/>`, but what its author means.
            self.sink.close_raw(tag);
        }
    }

    /// `<a name="x">`: an anchor, not a link. It stands before its text.
    fn raw_target(&mut self, attributes: &[(String, String)]) {
        let name = attributes
            .iter()
            .find(|(key, _)| key == "id" || key == "name");
        if let Some((_, name)) = name {
            let mut id = String::new();
            self.raw_attribute(&mut id, "span", "id", name);
            if !id.is_empty() && self.sink.open_raw("span", &id) {
                self.sink.close_raw("span");
            }
        }
    }

    fn raw_attribute(&mut self, kept: &mut String, tag: &str, key: &str, value: &str) {
        let Some(kind) = tags::attribute(tag, key) else {
            return;
        };
        match kind {
            Value::Text => push_attribute(kept, key, value),
            Value::Flag => push_attribute(kept, key, ""),
            Value::Address => {
                if let Some(address) = url::allowed(value) {
                    push_attribute(kept, key, &encode_href(address));
                }
            }
            Value::Number => {
                let value = value.trim();
                let digits = value.strip_prefix('-').unwrap_or(value);
                if (1..=6).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) {
                    push_attribute(kept, key, value);
                }
            }
            Value::Word(words) => {
                if let Some(word) = words.iter().find(|word| value.eq_ignore_ascii_case(word)) {
                    push_attribute(kept, key, word);
                }
            }
            Value::Language => {
                let sound = value.len() <= 35
                    && value
                        .bytes()
                        .all(|b| b.is_ascii_alphanumeric() || b == b'-');
                if sound && !value.is_empty() {
                    push_attribute(kept, key, value);
                }
            }
            Value::Anchor => {
                if !value.contains(unsound) && self.shared.ids.exactly(value) {
                    push_attribute(kept, key, value);
                }
            }
        }
    }
}
