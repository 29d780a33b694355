//! From events to HTML.
//!
//! Entry points: [`render`], [`inline`]. [`Renderer`] walks the events of a [`Document`] and tells
//! the [`Sink`] what to open and close. Links, images, raw HTML and tables have files of their own.
//! The renderer must never recurse by the depth of the author's nesting.

pub(crate) mod links;
mod raw;
mod table;

use std::collections::BTreeMap;
use std::ops::Range;

use lamplight_model::{Messages, long_date};
use pulldown_cmark::{
    Alignment, BlockQuoteKind, CodeBlockKind, Event, HeadingLevel, Options, Tag, TagEnd,
};

use crate::attributes::Attributes;
use crate::document::{self, Document};
use crate::escape::{escape, push_attribute};
use crate::ids::{Ids, slug};
use crate::notes::{Notes, mention_id};
use crate::sink::Sink;
use crate::{Context, Heading, Rendered};

/// What the parts of one article share: anchors are unique among all of them.
#[derive(Default)]
pub(crate) struct Shared {
    ids: Ids,
    /// Labels of tables and how often each has been used.
    labels: BTreeMap<String, u32>,
    /// Whether the next text is the article's own, whose blocks are named by their place.
    pub(crate) blocks: bool,
}

/// Renders a text with these options.
pub(crate) fn render(
    markdown: &str,
    options: Options,
    cx: Option<&Context<'_>>,
    shared: &mut Shared,
) -> Rendered {
    let document = Document::parse(markdown, options);
    for (_, attributes) in &document.headings {
        if let Some(id) = &attributes.id {
            shared.ids.announce(id);
        }
    }
    let blocks = std::mem::take(&mut shared.blocks);
    let mut renderer = Renderer::new(&document, cx, shared);
    if blocks {
        renderer.sink = Sink::of_blocks();
    }
    renderer.run(0..document.events.len());
    let (html, mut text) = std::mem::take(&mut renderer.sink).finish();
    let mut number = 0;
    while let Some(start) = renderer.notes.definition(number) {
        renderer.run(start + 1..document.ends[start]);
        let back = renderer.back.take();
        let (html, note) = std::mem::take(&mut renderer.sink).finish();
        if !note.is_empty() {
            text.push('\n');
            text.push_str(&note);
        }
        renderer.notes.put(number, html, back);
        number += 1;
    }
    Rendered {
        html,
        footnotes: renderer.notes.html(cx.map(|cx| cx.messages)),
        outline: renderer.outline,
        text,
    }
}

/// Renders a line of text: a caption. What is no single paragraph is taken as it is written.
pub(crate) fn inline(markdown: &str, cx: Option<&Context<'_>>, shared: &mut Shared) -> String {
    let document = Document::parse(markdown.trim(), document::inline_options());
    let whole = document.ends.first() == Some(&document.events.len().saturating_sub(1));
    if !whole || !matches!(document.events[0].0, Event::Start(Tag::Paragraph)) {
        return escape(markdown.trim());
    }
    let mut renderer = Renderer::new(&document, cx, shared);
    renderer.run(1..document.events.len() - 1);
    renderer.sink.finish().0
}

struct Renderer<'a> {
    document: &'a Document<'a>,
    cx: Option<&'a Context<'a>>,
    shared: &'a mut Shared,
    sink: Sink,
    notes: Notes,
    outline: Vec<Heading>,
    /// Where the ways back of the footnote being rendered go.
    back: Option<usize>,
    /// Content of a dropped raw element, up to this event.
    hidden_until: usize,
    /// Dropped elements that are known not to end before this event.
    endless: BTreeMap<String, usize>,
    /// Alignment of the columns of the table being rendered (tables hold no tables).
    columns: Vec<Alignment>,
    /// Its next column.
    column: usize,
    /// Whether its header row is being rendered.
    in_head: bool,
}

impl<'a> Renderer<'a> {
    fn new(
        document: &'a Document<'a>,
        cx: Option<&'a Context<'a>>,
        shared: &'a mut Shared,
    ) -> Self {
        Self {
            document,
            cx,
            shared,
            sink: Sink::default(),
            notes: Notes::default(),
            outline: Vec::new(),
            back: None,
            hidden_until: 0,
            endless: BTreeMap::new(),
            columns: Vec::new(),
            column: 0,
            in_head: false,
        }
    }

    fn message(&self, pick: fn(&Messages) -> &String) -> &'a str {
        self.cx.map_or("", |cx| pick(cx.messages))
    }

    fn run(&mut self, range: Range<usize>) {
        let mut at = range.start;
        while at < range.end {
            at = self.step(at, range.end);
        }
    }

    /// Renders an event, or an element as a whole; returns what comes next.
    fn step(&mut self, at: usize, end: usize) -> usize {
        let document = self.document;
        let hidden = at < self.hidden_until;
        match &document.events[at].0 {
            Event::Start(tag) => return self.start(at, tag),
            Event::End(tag) => self.end(at, end, *tag),
            _ if hidden => {}
            Event::Text(text) => self.sink.text(text),
            Event::Code(text) => {
                self.sink.open("code", "");
                self.sink.text(text);
                self.sink.close();
            }
            Event::SoftBreak => self.sink.text("\n"),
            Event::HardBreak => {
                self.sink.void("br", "");
                self.sink.markup("\n");
            }
            Event::Rule => {
                self.sink.void("hr", "");
            }
            Event::Html(html) => self.raw_block(html),
            Event::InlineHtml(html) => self.raw_inline(at, html),
            Event::FootnoteReference(label) => self.mention(label),
            Event::TaskListMarker(checked) => {
                // The label makes the text the name of the box; any block ends it.
                self.sink.open_raw("label", "");
                self.sink.void(
                    "input",
                    if *checked {
                        " type=\"checkbox\" disabled=\"\" checked=\"\""
                    } else {
                        " type=\"checkbox\" disabled=\"\""
                    },
                );
                self.sink.label(" ");
            }
            // Not asked for: see `document::options`.
            Event::InlineMath(text) | Event::DisplayMath(text) => self.sink.text(text),
        }
        at + 1
    }

    fn start(&mut self, at: usize, tag: &Tag<'a>) -> usize {
        let after = self.document.ends[at] + 1;
        if at < self.hidden_until {
            // Only what stands within a line is ever hidden.
            if matches!(tag, Tag::Image { .. }) {
                return after;
            }
            self.sink.hide();
            return at + 1;
        }
        match tag {
            Tag::Paragraph => {
                if self.figure(at) {
                    return after;
                }
                self.sink.open("p", "");
            }
            Tag::Heading { level, .. } => {
                self.heading(at, *level);
                return after;
            }
            Tag::BlockQuote(Some(kind)) => self.alert(*kind),
            Tag::BlockQuote(None) => {
                if let Some(next) = self.editors_note(at) {
                    return next;
                }
                self.sink.open("blockquote", "");
            }
            Tag::CodeBlock(kind) => {
                self.sink.open("pre", "");
                let mut attributes = String::new();
                if let CodeBlockKind::Fenced(info) = kind
                    && let Some(language) = language(info)
                {
                    push_attribute(&mut attributes, "class", &["language-", language].concat());
                }
                self.sink.open("code", &attributes);
            }
            Tag::HtmlBlock => {
                let mut html = String::new();
                for (event, _) in &self.document.events[at + 1..after - 1] {
                    if let Event::Html(line) | Event::Text(line) = event {
                        html.push_str(line);
                    }
                }
                self.raw_block(&html);
                return after;
            }
            Tag::List(start) => {
                let mut attributes = String::new();
                if let Some(start) = start.filter(|start| *start != 1) {
                    push_attribute(&mut attributes, "start", &start.to_string());
                }
                let tag = if start.is_some() { "ol" } else { "ul" };
                self.sink.open(tag, &attributes);
            }
            Tag::Item => {
                let task = matches!(
                    self.document.events.get(at + 1..at + 3),
                    Some(
                        [(Event::TaskListMarker(_), _), _]
                            | [
                                (Event::Start(Tag::Paragraph), _),
                                (Event::TaskListMarker(_), _)
                            ]
                    )
                );
                self.sink
                    .open("li", if task { " class=\"task\"" } else { "" });
            }
            // Rendered behind the text, when its number is known.
            Tag::FootnoteDefinition(_) => return after,
            Tag::Table(_) | Tag::TableHead | Tag::TableRow | Tag::TableCell => {
                self.table_start(at, tag);
            }
            Tag::Emphasis => {
                self.sink.open("em", "");
            }
            Tag::Strong => {
                self.sink.open("strong", "");
            }
            Tag::Strikethrough => {
                self.sink.open("del", "");
            }
            Tag::Link {
                link_type,
                dest_url,
                title,
                ..
            } => self.link(*link_type, dest_url, title),
            Tag::Image {
                dest_url, title, ..
            } => {
                let alt = self.document.inline_text(at + 1..after - 1, true);
                self.image(dest_url, &alt, Some(title));
                return after;
            }
            // Not asked for.
            _ => self.sink.hide(),
        }
        at + 1
    }

    fn end(&mut self, at: usize, end: usize, tag: TagEnd) {
        match tag {
            TagEnd::CodeBlock => {
                self.sink.close();
                self.sink.close();
            }
            TagEnd::Table | TagEnd::TableHead | TagEnd::TableRow | TagEnd::TableCell => {
                self.table_end(at, tag);
            }
            TagEnd::Paragraph => {
                self.sink.close_raw_all();
                if at + 1 == end {
                    self.back = Some(self.sink.position());
                }
                self.sink.close();
            }
            _ => self.sink.close(),
        }
    }

    fn heading(&mut self, at: usize, level: HeadingLevel) {
        let document = self.document;
        let inner = at + 1..document.ends[at];
        let attributes = document.heading(at);
        let text = document.inline_text(inner.clone(), false);
        let text = text.trim();
        let id = match attributes.and_then(|attributes| attributes.id.as_deref()) {
            Some(id) => self.shared.ids.explicit(id),
            None => self.shared.ids.numbered(&slug(text)),
        };
        // The article's title is its h1.
        let (level, tag) = match level {
            HeadingLevel::H1 | HeadingLevel::H2 => (2, "h2"),
            HeadingLevel::H3 => (3, "h3"),
            HeadingLevel::H4 => (4, "h4"),
            HeadingLevel::H5 => (5, "h5"),
            HeadingLevel::H6 => (6, "h6"),
        };
        let mut attribute = String::new();
        push_attribute(&mut attribute, "id", &id);
        let written = self.sink.open(tag, &attribute);
        self.run(inner);
        self.sink.close_raw_all();
        if written && !text.is_empty() && !self.sink.in_link() {
            let mut anchor = "<a class=\"anchor\"".to_owned();
            push_attribute(&mut anchor, "href", &["#", &id].concat());
            push_attribute(
                &mut anchor,
                "aria-label",
                self.message(|messages| &messages.link_to_section),
            );
            anchor.push_str("></a>");
            self.sink.markup(&anchor);
        }
        self.sink.close();
        if !text.is_empty() && written {
            self.outline.push(Heading {
                level,
                id,
                text: text.to_owned(),
            });
        }
        if let Some(attributes) = attributes {
            self.dateline(attributes);
        }
    }

    /// Who gives the account below the heading, when, and where to read it.
    fn dateline(&mut self, attributes: &Attributes) {
        let mut parts: Vec<String> = Vec::new();
        if let Some(source) = &attributes.source {
            parts.push(
                [
                    "<span class=\"dateline-source\">",
                    &escape(source),
                    "</span>",
                ]
                .concat(),
            );
        }
        if let (Some(date), Some(cx)) = (&attributes.date, self.cx) {
            parts.push(time(date, cx.messages));
        }
        if let Some(url) = &attributes.url
            && let Some(mut link) = self.link_attributes(url)
            && self.sink.room_for_link()
        {
            link.insert_str(0, "<a");
            link.push('>');
            link.push_str(&escape(self.message(|messages| &messages.original_report)));
            link.push_str("</a>");
            parts.push(link);
        }
        if !parts.is_empty() {
            self.sink.open("p", " class=\"dateline\"");
            self.sink.markup(&parts.join(" · "));
            self.sink.close();
        }
    }

    fn alert(&mut self, kind: BlockQuoteKind) {
        let (class, title) = match kind {
            BlockQuoteKind::Note => ("note", self.message(|m| &m.alert_note)),
            BlockQuoteKind::Tip => ("tip", self.message(|m| &m.alert_tip)),
            BlockQuoteKind::Important => ("important", self.message(|m| &m.alert_important)),
            BlockQuoteKind::Warning => ("warning", self.message(|m| &m.alert_warning)),
            BlockQuoteKind::Caution => ("caution", self.message(|m| &m.alert_caution)),
        };
        let attributes = [" class=\"alert alert-", class, "\" role=\"note\""].concat();
        self.note(&attributes, title);
    }

    fn note(&mut self, attributes: &str, title: &str) {
        self.sink.open("aside", attributes);
        self.sink.open("p", " class=\"note-title\"");
        self.sink.label(title);
        self.sink.close();
    }

    /// `> [!EDITOR]`: opens an editor's note; returns what comes behind the marker.
    fn editors_note(&mut self, at: usize) -> Option<usize> {
        let events = &self.document.events;
        let [
            (Event::Start(Tag::Paragraph), _),
            (Event::Text(_), first),
            ..,
        ] = events.get(at + 1..)?
        else {
            return None;
        };
        let mut next = at + 2;
        let mut to = first.start;
        while let (Event::Text(_), range) = events.get(next)? {
            to = range.end;
            next += 1;
        }
        let marker = self.document.source.get(first.start..to)?.trim();
        let known = [
            "[!EDITOR]",
            "[!EDITORS]",
            "[!EDITORS NOTE]",
            "[!EDITOR'S NOTE]",
        ]
        .iter()
        .any(|known| marker.eq_ignore_ascii_case(known));
        if !known {
            return None;
        }
        let title = self.message(|messages| &messages.editors_note);
        match events.get(next)?.0 {
            Event::SoftBreak | Event::HardBreak => {
                self.note(" class=\"editors-note\" role=\"note\"", title);
                self.sink.open("p", "");
                Some(next + 1)
            }
            Event::End(TagEnd::Paragraph) => {
                self.note(" class=\"editors-note\" role=\"note\"", title);
                Some(next + 1)
            }
            _ => None,
        }
    }

    fn mention(&mut self, label: &str) {
        let Some(start) = self.document.notes.get(label) else {
            return;
        };
        let (number, mention) = self.notes.mention(*start);
        let messages = self.cx.map(|cx| cx.messages);
        let written = messages.map(|messages| messages.number(number as u32));
        let number = number.to_string();
        let mut html = "<sup class=\"footnote-ref\"".to_owned();
        push_attribute(&mut html, "id", &mention_id(&number, mention));
        html.push('>');
        let link = !self.sink.in_link();
        if link {
            html.push_str("<a");
            push_attribute(&mut html, "href", &["#fn-", &number].concat());
            html.push('>');
        }
        html.push_str(written.as_ref().unwrap_or(&number));
        html.push_str(if link { "</a></sup>" } else { "</sup>" });
        self.sink.markup(&html);
    }
}

/// A date in words, for machines, too, if it is one.
pub(crate) fn time(date: &str, messages: &Messages) -> String {
    let words = long_date(date, messages);
    if lamplight_model::CalendarDate::parse(date).is_none() {
        return escape(&words);
    }
    let mut out = "<time".to_owned();
    push_attribute(&mut out, "datetime", date);
    out.push('>');
    out.push_str(&escape(&words));
    out.push_str("</time>");
    out
}

/// The language that the info string of a code block names.
fn language(info: &str) -> Option<&str> {
    let name = info.split([' ', '\t', ',', '{']).next().unwrap_or_default();
    let sound = !name.is_empty() && !name.contains(|c: char| c.is_control() || c == '"');
    sound.then_some(name)
}
