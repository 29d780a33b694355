//! Markdown to safe HTML, outline and plain text: one renderer for press and for the app.
//!
//! Entry points: [`article`] (the whole article element of a document), [`content`] (what it says,
//! for feeds), [`render`] (a text), [`plain_text`], [`inspect`] (what press has to check and
//! resolve), [`escape`].
//!
//! The Markdown is CommonMark with tables, footnotes, strikethrough, task lists, alerts
//! (`> [!NOTE]`, and `> [!EDITOR]` for an editor's note) and heading attributes
//! (`## Account {#id source="Agency" date=2016-10-28 url="…"}`). What pulldown-cmark reads is written
//! by this crate's own serialiser.
//!
//! The output never holds a script, a style, an event handler, an address with a scheme that is not
//! on the list, or an image of another server; it is always well nested, and the same input gives the
//! same bytes on every host. This crate must never read a file, a clock or the network, and never
//! panic, whatever it is given. It is part of the WebAssembly: no regular expressions, no URL parser,
//! no HTML parser.

mod article;
mod attributes;
mod destinations;
mod document;
mod escape;
mod html;
mod ids;
mod image;
mod notes;
mod render;
mod sink;
mod tags;
mod url;

use std::collections::BTreeMap;

use lamplight_model::{Media, Messages};

pub use article::{article, content};
pub use destinations::{Destination, Dropped, Inspection, destinations, inspect};
pub use escape::escape;
pub use image::push_image;

/// What a text is rendered against.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The site's base path; begins and ends with `/`.
    pub base: &'a str,
    /// The publication's media by the destination as written. No other image is ever loaded.
    pub media: &'a BTreeMap<String, Media>,
    /// Links inside the publication: destination as written → path relative to the base.
    pub links: &'a BTreeMap<String, String>,
    /// The interface's texts in the text's language.
    pub messages: &'a Messages,
}

/// A rendered text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rendered {
    /// The text as HTML.
    pub html: String,
    /// Its footnotes as `<li>` elements; empty if there are none.
    pub footnotes: String,
    /// Its headings, in order. A heading without text is not among them.
    pub outline: Vec<Heading>,
    /// The text without markup: blocks on lines of their own, footnotes at the end, no image texts.
    pub text: String,
}

/// A heading of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// 2 to 6.
    pub level: u8,
    /// The anchor.
    pub id: String,
    /// Plain text.
    pub text: String,
}

/// Renders a text.
pub fn render(markdown: &str, cx: &Context<'_>) -> Rendered {
    render::render(
        markdown,
        document::options(),
        Some(cx),
        &mut render::Shared::default(),
    )
}

/// What can be found in a text; all of it is plain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts {
    /// Its headings, one a line.
    pub headings: String,
    /// [`Rendered::text`], in which the headings are, too.
    pub body: String,
}

/// What search reads as a document's description: that, and who wrote it.
pub fn described(document: &lamplight_model::ArticleDocument) -> String {
    let authors = document.authors.join(", ");
    let parts = [document.description.as_str(), &authors];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" — ")
}

/// A text as search reads it: the index has it from here, and so has the device.
pub fn texts(markdown: &str) -> Texts {
    let rendered = render::render(
        markdown,
        document::options(),
        None,
        &mut render::Shared::default(),
    );
    let headings: Vec<String> = rendered
        .outline
        .into_iter()
        .map(|heading| heading.text)
        .collect();
    Texts {
        headings: headings.join("\n"),
        body: rendered.text,
    }
}

/// A text without its markup, for descriptions and reading times; the same as [`Rendered::text`].
pub fn plain_text(markdown: &str) -> String {
    render::render(
        markdown,
        document::options(),
        None,
        &mut render::Shared::default(),
    )
    .text
}
