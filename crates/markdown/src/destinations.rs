//! Every link and image of a text, and the raw HTML that is left out, for those who check them.
//!
//! Entry point: [`inspect`]. It must see all that [`crate::render`] looks up, spelled the same
//! way; it may see more (what stands between `<script>` and `</script>` within a line).

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Tag, TagEnd};

use crate::document::{self, Document};
use crate::html::{Token, Tokens};
use crate::tags;

/// A link's or an image's destination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// The destination as written, after Markdown's own unescaping: the key that
    /// [`Context::media`](crate::Context::media) and [`Context::links`](crate::Context::links) are
    /// asked for.
    pub url: String,
    /// Where the link or image stands in the Markdown, in bytes. (A tag in a block of raw HTML: the
    /// line it stands on.)
    pub range: Range<usize>,
    /// Whether it is an image.
    pub is_image: bool,
}

/// An element of raw HTML that is left out and was meant to do something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// Its name in lower case: `iframe`.
    pub name: String,
    /// Where its tag stands in the Markdown, in bytes. (In a block: the line it stands on.)
    pub range: Range<usize>,
}

/// What there is to check in a text, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inspection {
    /// Of links and images, of `<a href>` and `<img src>` in raw HTML, and of the `url` of headings.
    /// Addresses of `<name@example.org>` are left out.
    pub destinations: Vec<Destination>,
    /// Scripts, frames, films, forms and the like; not what is within them.
    pub dropped: Vec<Dropped>,
}

/// Every destination of a text: a part of its [`Inspection`].
pub fn destinations(markdown: &str) -> Vec<Destination> {
    inspect(markdown).destinations
}

/// Looks for whatever there is to check in a text.
pub fn inspect(markdown: &str) -> Inspection {
    let document = Document::parse(markdown, document::options());
    let mut inspection = Inspection::default();
    // The element that was left out last and has not ended yet in this line.
    let mut inside: Option<String> = None;
    for (at, (event, range)) in document.events.iter().enumerate() {
        let found = &mut inspection.destinations;
        match event {
            Event::Start(Tag::Link {
                dest_url,
                link_type,
                ..
            }) if *link_type != LinkType::Email => found.push(Destination {
                url: dest_url.to_string(),
                range: range.clone(),
                is_image: false,
            }),
            Event::Start(Tag::Image { dest_url, .. }) => found.push(Destination {
                url: dest_url.to_string(),
                range: range.clone(),
                is_image: true,
            }),
            Event::Start(Tag::Heading { .. }) => {
                if let Some(url) = document.heading(at).and_then(|found| found.url.clone()) {
                    found.push(Destination {
                        url,
                        range: range.clone(),
                        is_image: false,
                    });
                }
            }
            Event::Start(Tag::HtmlBlock) => {
                let lines = &document.events[at + 1..document.ends[at]];
                let html: String = lines.iter().map(|(event, _)| text(event)).collect();
                let mut tokens = Tokens::new(&html);
                let mut line = lines
                    .iter()
                    .map(|(event, range)| (text(event).len(), range));
                let mut current = line.next();
                let mut passed = 0;
                loop {
                    let start = html.len() - tokens.rest().len();
                    let Some(token) = tokens.next() else { break };
                    while let Some((length, _)) = current
                        && passed + length <= start
                    {
                        passed += length;
                        current = line.next();
                    }
                    let place = current.map_or(range, |(_, range)| range);
                    raw(&mut inspection, &mut tokens, token, place);
                }
            }
            Event::InlineHtml(html) => {
                let mut tokens = Tokens::new(html);
                while let Some(token) = tokens.next() {
                    if let Token::Close(name) = &token
                        && inside.as_ref() == Some(name)
                    {
                        inside = None;
                    }
                    let before = inspection.dropped.len();
                    raw(&mut inspection, &mut tokens, token, range);
                    if inside.is_some() {
                        inspection.dropped.truncate(before);
                    } else if let Some(dropped) = inspection.dropped.get(before)
                        && tags::drops_content(&dropped.name)
                        && !html.ends_with("/>")
                    {
                        inside = Some(dropped.name.clone());
                    }
                }
            }
            Event::End(
                TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::TableCell,
            ) => {
                inside = None;
            }
            _ => {}
        }
    }
    inspection
}

fn text<'a>(event: &'a Event<'_>) -> &'a str {
    match event {
        Event::Html(text) | Event::Text(text) => text,
        _ => "",
    }
}

fn raw(
    inspection: &mut Inspection,
    tokens: &mut Tokens<'_>,
    token: Token<'_>,
    range: &Range<usize>,
) {
    let Token::Open {
        name,
        attributes,
        closed,
    } = token
    else {
        return;
    };
    if tags::does_something(&name) {
        inspection.dropped.push(Dropped {
            name: name.clone(),
            range: range.clone(),
        });
    }
    if tags::drops_content(&name) {
        if !closed {
            tokens.skip_past(&name);
        }
        return;
    }
    let wanted = match name.as_str() {
        "a" => "href",
        "img" => "src",
        _ => return,
    };
    if let Some((_, url)) = attributes.into_iter().find(|(key, _)| key == wanted) {
        inspection.destinations.push(Destination {
            url: url.trim().to_owned(),
            range: range.clone(),
            is_image: name == "img",
        });
    }
}
