//! The examples of the CommonMark specification: what they become here is what the specification
//! says, but for what this crate adds and what safety changes, and each difference has a reason.

use std::collections::BTreeMap;
use std::fmt::Write;

use lamplight_markdown::Context;
use lamplight_model::{Media, Messages};
use pulldown_cmark::{Event, Parser, Tag};

use crate::nesting::fault;

const EXAMPLES: &str = include_str!("../commonmark/examples.txt");

struct Example {
    number: usize,
    markdown: String,
    html: String,
}

fn examples() -> Vec<Example> {
    let fence = "`".repeat(32);
    EXAMPLES
        .split(&[&fence, " example\n"].concat())
        .skip(1)
        .enumerate()
        .map(|(at, text)| {
            let text = text.replace('→', "\t");
            let text = text.split(&fence).next().unwrap_or_default();
            let text = ["\n", text].concat();
            let (markdown, html) = text.split_once("\n.\n").expect("Markdown and HTML");
            Example {
                number: at + 1,
                markdown: [markdown.strip_prefix('\n').unwrap_or_default(), "\n"].concat(),
                html: html.to_owned(),
            }
        })
        .collect()
}

/// Every image of the example is one of the publication's, at the address the example has.
fn ours(markdown: &str) -> String {
    let media: BTreeMap<String, Media> = lamplight_markdown::destinations(markdown)
        .into_iter()
        .filter(|found| found.is_image && found.url.starts_with('/'))
        .map(|found| {
            let src = found.url.trim_start_matches('/').to_owned();
            (
                found.url,
                Media {
                    src,
                    ..Media::default()
                },
            )
        })
        .collect();
    let cx = Context {
        base: "/",
        media: &media,
        links: &BTreeMap::new(),
        messages: &Messages::english(),
    };
    lamplight_markdown::render(markdown, &cx).html
}

/// HTML spelled in one way: no space around blocks, no slash in `<br />`, no needless references.
fn spelled(html: &str) -> String {
    const BLOCKS: &[&str] = &[
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "blockquote",
        "pre",
        "hr",
        "table",
        "thead",
        "tbody",
        "tr",
        "td",
        "th",
        "div",
        "figure",
        "br",
        "section",
        "dl",
    ];
    let html = html
        .replace(" />", ">")
        .replace("&quot;", "\"")
        .replace("&#x27;", "'");
    let mut out = String::new();
    let mut pre = false;
    let mut after_block = true;
    for piece in html.split_inclusive('>') {
        let (text, tag) = match piece.rfind('<') {
            Some(at) => piece.split_at(at),
            None => (piece, ""),
        };
        let name = tag
            .trim_start_matches(['<', '/'])
            .split([' ', '>'])
            .next()
            .unwrap_or_default();
        let block = BLOCKS.contains(&name);
        let mut text = text;
        if !pre {
            if after_block {
                text = text.trim_start();
            }
            if block || tag.is_empty() {
                text = text.trim_end();
            }
        }
        out.push_str(text);
        out.push_str(tag);
        if name == "pre" {
            pre = !tag.starts_with("</");
        }
        after_block = block;
    }
    out
}

/// Takes away what this crate adds to a text on purpose, and takes over what it renames in the other.
fn without_additions(html: &str) -> String {
    let mut html = crate::support::without_anchors(html)
        .replace(" rel=\"noopener\"", "")
        .replace(" tabindex=\"0\"", "")
        .replace(" loading=\"lazy\" decoding=\"async\"", "");
    for level in 2..=6 {
        let opening = format!("<h{level} id=\"");
        while let Some(at) = html.find(&opening) {
            let id = at + 3;
            let end = id + 5 + html[id + 5..].find('"').expect("an id ends");
            html.replace_range(id..=end, "");
        }
    }
    html
}

fn with_renamed(html: &str) -> String {
    html.replace("<h1>", "<h2>").replace("</h1>", "</h2>")
}

/// Why an example comes out in another way; empty if there is no reason.
fn reason(example: &Example, ours: &str) -> &'static str {
    let events: Vec<Event<'_>> = Parser::new(&example.markdown).collect();
    let any = |test: &dyn Fn(&Event<'_>) -> bool| events.iter().any(test);
    if any(&|event| matches!(event, Event::Html(_) | Event::InlineHtml(_))) {
        return "raw HTML";
    }
    if any(&|event| matches!(event, Event::Start(Tag::Image { .. }))) {
        return if ours.contains("<figure>") {
            "figure"
        } else {
            "image rules"
        };
    }
    let dropped = any(&|event| {
        matches!(event, Event::Start(Tag::Link { dest_url, .. })
            if dest_url.contains(':') && !dest_url.starts_with("http"))
    });
    if dropped {
        return "URL scheme";
    }
    if any(&|event| matches!(event, Event::Start(Tag::Link { .. }))) {
        return "escaping of addresses";
    }
    ""
}

#[test]
fn the_commonmark_examples_differ_only_for_known_reasons() {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut report = String::new();
    let mut unexplained = Vec::new();
    let examples = examples();
    assert_eq!(examples.len(), 652);
    for example in &examples {
        let ours = ours(&example.markdown);
        assert_eq!(
            fault(&ours.replace("src=\"/", "src=\"/base/media/")),
            None,
            "{}",
            example.number
        );
        let bare = spelled(&without_additions(&ours));
        let wanted = spelled(&with_renamed(&example.html));
        if spelled(&ours) == spelled(&example.html) {
            *counts.entry("the same").or_default() += 1;
            continue;
        }
        if bare == wanted {
            *counts.entry("the same but for additions").or_default() += 1;
            continue;
        }
        let mut theirs = String::new();
        pulldown_cmark::html::push_html(&mut theirs, Parser::new(&example.markdown));
        let reason = if bare == spelled(&with_renamed(&theirs)) {
            "the parser"
        } else {
            reason(example, &ours)
        };
        if reason.is_empty() {
            unexplained.push(example.number);
        }
        *counts.entry(reason).or_default() += 1;
        let _ = writeln!(
            report,
            "== {} {reason}\n{}-- specification\n{}-- here\n{}\n",
            example.number,
            example.markdown,
            example.html,
            ours.trim_end()
        );
    }
    insta::assert_snapshot!(format!("{counts:#?}\n\n{report}"));
    assert!(unexplained.is_empty(), "no reason for {unexplained:?}");
}
