//! The events of a Markdown text, made ready for rendering.
//!
//! Entry point: [`Document::parse`]. Here heading attributes are taken out of their headings (see
//! [`crate::attributes`]), and what Jekyll's Markdown processor would have read as attributes, and
//! would never show, is taken out of the text: lines that consist of nothing but `{: …}` (or
//! `{:toc}`, `{::options …}`), a table's row that does, and a `{: …}` directly behind an image, a link
//! or another span. All of this works on events, so that code is never touched; escaping the brace
//! keeps it. This module must never change any other text.

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd};

use crate::attributes::{self, Attributes};

/// An event and where it stands in the source.
pub(crate) type Item<'a> = (Event<'a>, Range<usize>);

/// The syntax that is understood. Heading attributes are read by [`crate::attributes`].
pub(crate) fn options() -> Options {
    inline_options()
        | Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM
}

/// The syntax of captions.
pub(crate) fn inline_options() -> Options {
    Options::ENABLE_STRIKETHROUGH
}

/// A parsed Markdown text.
pub(crate) struct Document<'a> {
    /// The text.
    pub(crate) source: &'a str,
    /// Its events.
    pub(crate) events: Vec<Item<'a>>,
    /// For each start event, the index of its end; for any other, its own index.
    pub(crate) ends: Vec<usize>,
    /// Attributes of headings, by the index of their start event, in order.
    pub(crate) headings: Vec<(usize, Attributes)>,
    /// Footnote definitions: label → index of the start event. The first of a label counts.
    pub(crate) notes: BTreeMap<String, usize>,
}

impl<'a> Document<'a> {
    /// Parses a text.
    pub(crate) fn parse(source: &'a str, options: Options) -> Self {
        let mut events: Vec<Item<'a>> = Parser::new_ext(source, options)
            .into_offset_iter()
            .collect();
        let ends = pairs(&events);
        let mut dropped = vec![false; events.len()];
        let found = take_heading_attributes(source, &mut events, &ends, &mut dropped);
        // Most texts have none: nothing more to look at.
        if source.contains("{:") {
            drop_attribute_lists(source, &mut events, &ends, &mut dropped);
        }
        let mut document = Self {
            source,
            events: Vec::with_capacity(events.len()),
            ends: Vec::new(),
            headings: Vec::new(),
            notes: BTreeMap::new(),
        };
        let mut found = found.into_iter().peekable();
        for (at, (item, dropped)) in events.into_iter().zip(dropped).enumerate() {
            if let Some((_, attributes)) = found.next_if(|(heading, _)| *heading == at) {
                document.headings.push((document.events.len(), attributes));
            }
            if dropped {
                continue;
            }
            if matches!(item.0, Event::End(TagEnd::Paragraph))
                && matches!(
                    document.events.last(),
                    Some((Event::Start(Tag::Paragraph), _))
                )
            {
                // Nothing is left of it.
                document.events.pop();
                continue;
            }
            if let Event::Start(Tag::FootnoteDefinition(label)) = &item.0 {
                document
                    .notes
                    .entry(label.to_string())
                    .or_insert(document.events.len());
            }
            document.events.push(item);
        }
        document.ends = pairs(&document.events);
        document
    }

    /// The attributes of the heading that starts at this event.
    pub(crate) fn heading(&self, at: usize) -> Option<&Attributes> {
        let found = self
            .headings
            .binary_search_by_key(&at, |(at, _)| *at)
            .ok()?;
        self.headings.get(found).map(|(_, attributes)| attributes)
    }

    /// The text of a range of events, without markup, footnote marks and image texts.
    pub(crate) fn inline_text(&self, range: Range<usize>, images: bool) -> String {
        let mut out = String::new();
        let mut at = range.start;
        while at < range.end {
            match &self.events[at].0 {
                Event::Text(text) | Event::Code(text) => out.push_str(text),
                Event::SoftBreak | Event::HardBreak => out.push(' '),
                Event::Start(Tag::Image { .. }) if !images => at = self.ends[at],
                _ => {}
            }
            at += 1;
        }
        out
    }
}

/// For each start event the index of its end event.
fn pairs(events: &[Item<'_>]) -> Vec<usize> {
    let mut ends: Vec<usize> = (0..events.len()).collect();
    let mut open = Vec::new();
    for (at, (event, _)) in events.iter().enumerate() {
        match event {
            Event::Start(_) => open.push(at),
            Event::End(_) => {
                if let Some(start) = open.pop() {
                    ends[start] = at;
                }
            }
            _ => {}
        }
    }
    ends
}

fn take_heading_attributes(
    source: &str,
    events: &mut [Item<'_>],
    ends: &[usize],
    dropped: &mut [bool],
) -> Vec<(usize, Attributes)> {
    let mut found = Vec::new();
    for start in 0..events.len() {
        if !matches!(events[start].0, Event::Start(Tag::Heading { .. })) {
            continue;
        }
        let inner = start + 1..ends[start];
        if inner.is_empty() {
            continue;
        }
        let from = events[inner.start].1.start;
        let to = events[inner.clone()]
            .iter()
            .map(|(_, range)| range.end)
            .max()
            .unwrap_or(from);
        let Some((at, attributes)) = source.get(from..to).and_then(attributes::find) else {
            continue;
        };
        let block = from + at..to;
        // Something that begins in the heading's text and ends in the braces: they are no block.
        let crossed = events[inner.clone()].iter().any(|(event, range)| {
            range.start < block.start && range.end > block.start && !is_plain(event, range)
        });
        if crossed {
            continue;
        }
        cut(events, dropped, inner.clone(), block);
        trim_end(events, dropped, inner);
        found.push((start, attributes));
    }
    found
}

/// Whether an event is text exactly as it stands in the source.
fn is_plain(event: &Event<'_>, range: &Range<usize>) -> bool {
    matches!(event, Event::Text(text) if text.len() == range.len())
}

/// Takes a part of the source out of a run of events.
fn cut(events: &mut [Item<'_>], dropped: &mut [bool], run: Range<usize>, out: Range<usize>) {
    for at in run {
        let (event, range) = &mut events[at];
        if range.start >= out.start && range.end <= out.end {
            dropped[at] = true;
        } else if let Event::Text(text) = event
            && text.len() == range.len()
        {
            if range.start < out.start && range.end > out.start {
                *text = part(text, 0..out.start - range.start);
                range.end = out.start;
            } else if range.start < out.end && range.end > out.end {
                *text = part(text, out.end - range.start..range.len());
                range.start = out.end;
            }
        }
    }
}

fn part<'a>(text: &CowStr<'a>, range: Range<usize>) -> CowStr<'a> {
    match text {
        CowStr::Borrowed(text) => CowStr::Borrowed(text.get(range).unwrap_or(text)),
        text => CowStr::from(text.get(range).unwrap_or(text).to_owned()),
    }
}

/// Takes the spaces off the end of a heading.
fn trim_end(events: &mut [Item<'_>], dropped: &[bool], run: Range<usize>) {
    if let Some(at) = run.rev().find(|at| !dropped[*at])
        && let Event::Text(text) = &mut events[at].0
    {
        *text = part(text, 0..text.trim_end().len());
    }
}

/// Whether a piece of source is one `{: …}` and nothing else.
fn is_list(source: &str, range: Range<usize>) -> bool {
    let text = source.get(range.clone()).unwrap_or_default().trim();
    text.starts_with("{:")
        && text.find('}') == Some(text.len() - 1)
        && !text.contains('\n')
        && !source[..range.start].ends_with('\\')
}

/// Whether what starts here stands within a line.
pub(crate) fn is_inline_start(tag: &Tag<'_>) -> bool {
    is_inline_end(tag.to_end())
}

/// Whether what ends here stands within a line.
pub(crate) fn is_inline_end(tag: TagEnd) -> bool {
    matches!(
        tag,
        TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image
    )
}

fn is_inline(event: &Event<'_>) -> bool {
    match event {
        Event::Text(_) | Event::Code(_) | Event::InlineHtml(_) | Event::FootnoteReference(_) => {
            true
        }
        Event::Start(tag) => is_inline_start(tag),
        Event::End(tag) => is_inline_end(*tag),
        _ => false,
    }
}

fn drop_attribute_lists(
    source: &str,
    events: &mut [Item<'_>],
    ends: &[usize],
    dropped: &mut [bool],
) {
    let mut lists: Vec<usize> = Vec::new();
    let mut at = 0;
    while at < events.len() {
        match &events[at].0 {
            Event::Start(Tag::CodeBlock(_) | Tag::HtmlBlock | Tag::Heading { .. }) => {
                at = ends[at];
            }
            Event::Start(Tag::List(_)) => lists.push(at),
            Event::End(TagEnd::List(_)) => {
                lists.pop();
            }
            Event::Start(Tag::TableRow) if is_list(source, events[at].1.clone()) => {
                dropped[at..=ends[at]].fill(true);
                at = ends[at];
            }
            event if is_inline(event) => {
                let start = at;
                while at < events.len() && is_inline(&events[at].0) {
                    at += 1;
                }
                drop_span_lists(source, events, dropped, start..at);
                let line = events[start].1.start..events[at - 1].1.end;
                if is_list(source, line.clone()) {
                    drop_line(events, dropped, start..at);
                    // `{:toc}` stands for a list of the headings, in the place of the list it is in.
                    if source[line].starts_with("{:toc")
                        && let Some(list) = lists.last()
                    {
                        dropped[*list..=ends[*list]].fill(true);
                    }
                }
                continue;
            }
            _ => {}
        }
        at += 1;
    }
}

/// Drops a line and the line break before it, else the one behind it.
fn drop_line(events: &[Item<'_>], dropped: &mut [bool], line: Range<usize>) {
    let is_break = |at: usize| {
        matches!(
            events.get(at),
            Some((Event::SoftBreak | Event::HardBreak, _))
        )
    };
    dropped[line.clone()].fill(true);
    if line.start > 0 && is_break(line.start - 1) && !dropped[line.start - 1] {
        dropped[line.start - 1] = true;
    } else if is_break(line.end) {
        dropped[line.end] = true;
    }
}

/// Drops each `{: …}` that stands directly behind a span.
fn drop_span_lists(
    source: &str,
    events: &mut [Item<'_>],
    dropped: &mut [bool],
    line: Range<usize>,
) {
    /// Longest list that is looked for, in bytes.
    const LONGEST: usize = 300;
    for at in line.clone() {
        if !matches!(events[at].0, Event::End(_) | Event::Code(_)) {
            continue;
        }
        let from = events[at].1.end;
        let Some(rest) = source.get(from..).filter(|rest| rest.starts_with("{:")) else {
            continue;
        };
        let Some(length) = rest.bytes().take(LONGEST).position(|b| b == b'}') else {
            continue;
        };
        let list = from..from + length + 1;
        let within = |range: &Range<usize>| range.start < list.end && range.end > list.start;
        let mut touched = at + 1..at + 1;
        while touched.end < line.end && within(&events[touched.end].1) {
            touched.end += 1;
        }
        let plain = events[touched.clone()]
            .iter()
            .all(|(event, range)| is_plain(event, range));
        if plain && !touched.is_empty() && !source[list.clone()].contains('\n') {
            cut(events, dropped, touched, list);
        }
    }
}
