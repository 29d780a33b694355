//! Links and images: where they may lead, and what is never loaded.
//!
//! An image is shown only if it is one of the publication's own media; one on another server becomes
//! a link, since nobody else is told what is read here unless the reader asks for it.

use lamplight_model::Messages;
use pulldown_cmark::{Event, LinkType, Tag};

use super::Renderer;
use crate::escape::{encode_href, escape, push_attribute};
use crate::image::{self, push_image};
use crate::url;

impl Renderer<'_> {
    /// Opens a link, or nothing at all where none may be.
    pub(super) fn link(&mut self, kind: LinkType, destination: &str, title: &str) {
        let attributes = if kind == LinkType::Email {
            let mut attributes = String::new();
            let address = ["mailto:", &encode_href(destination)].concat();
            push_attribute(&mut attributes, "href", &address);
            Some(attributes)
        } else {
            self.link_attributes(destination)
        };
        let Some(mut attributes) = attributes else {
            self.sink.hide();
            return;
        };
        if !title.is_empty() {
            push_attribute(&mut attributes, "title", title);
        }
        self.sink.open("a", &attributes);
    }

    /// `href` and `rel` of a link, if it may lead there.
    pub(super) fn link_attributes(&self, destination: &str) -> Option<String> {
        let mut attributes = String::new();
        if let Some(cx) = self.cx
            && let Some(path) = cx.links.get(destination)
        {
            let href = [cx.base, path].concat();
            push_attribute(&mut attributes, "href", &encode_href(&href));
            return Some(attributes);
        }
        let destination = url::allowed(destination)?;
        push_attribute(&mut attributes, "href", &encode_href(destination));
        if url::is_remote(destination) {
            attributes.push_str(" rel=\"noopener\"");
        }
        Some(attributes)
    }

    /// Writes an image, or what stands for it. Returns whether there is an image.
    pub(super) fn image(&mut self, destination: &str, alt: &str, title: Option<&str>) -> bool {
        if let Some(cx) = self.cx
            && let Some(media) = cx.media.get(destination)
        {
            let mut attributes = String::new();
            push_image(&mut attributes, cx.base, media, image::TEXT, alt, title);
            attributes.push_str(" loading=\"lazy\" decoding=\"async\"");
            return self.sink.void("img", &attributes);
        }
        match (url::allowed(destination), url::host(destination)) {
            (Some(address), Some(host)) => self.remote_image(address, host, alt),
            _ => {
                self.sink.open("span", " class=\"missing-image\"");
                self.sink.label(alt);
                self.sink.close();
            }
        }
        false
    }

    fn remote_image(&mut self, address: &str, host: &str, alt: &str) {
        let mut attributes = " class=\"remote-image\"".to_owned();
        push_attribute(&mut attributes, "href", &encode_href(address));
        attributes.push_str(" rel=\"noopener noreferrer\"");
        self.sink.open("a", &attributes);
        if !alt.is_empty() {
            self.sink.label(alt);
            self.sink.label(" ");
        }
        self.sink.open("span", " class=\"remote-image-host\"");
        let label = Messages::fill(self.message(|m| &m.remote_image), "host", host);
        self.sink.label(&label);
        self.sink.close();
        self.sink.close();
    }

    /// Renders a paragraph that holds nothing but an image as a figure. Returns whether it did.
    pub(super) fn figure(&mut self, at: usize) -> bool {
        let document = self.document;
        let last = document.ends[at] - 1;
        let (link, image) = match document.events.get(at + 1) {
            Some((Event::Start(Tag::Link { dest_url, .. }), _))
                if document.ends[at + 1] == last
                    && document.ends.get(at + 2) == Some(&(last - 1)) =>
            {
                (Some(dest_url), at + 2)
            }
            Some(_) if document.ends[at + 1] == last => (None, at + 1),
            _ => return false,
        };
        let Some((
            Event::Start(Tag::Image {
                dest_url, title, ..
            }),
            _,
        )) = document.events.get(image)
        else {
            return false;
        };
        if !self.cx.is_some_and(|cx| cx.media.contains_key(&**dest_url)) {
            return false;
        }
        let alt = document.inline_text(image + 1..document.ends[image], true);
        self.sink.open("figure", "");
        let link = link.and_then(|destination| self.link_attributes(destination));
        if let Some(attributes) = &link {
            self.sink.open("a", attributes);
        }
        self.image(dest_url, &alt, None);
        if link.is_some() {
            self.sink.close();
        }
        if !title.trim().is_empty() {
            let caption = self.caption(title);
            self.sink.open("figcaption", "");
            self.sink.markup(&caption);
            self.sink.close();
        }
        self.sink.close();
        true
    }

    fn caption(&mut self, markdown: &str) -> String {
        if self.sink.in_link() {
            // No link within a link; and no caption's markup is worth more than its text.
            return escape(markdown);
        }
        super::inline(markdown, self.cx, self.shared)
    }
}
