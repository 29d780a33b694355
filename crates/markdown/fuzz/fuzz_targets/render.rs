//! Renders anything, and looks for panics, slow input and what must never come out.
//!
//! Run it with `cargo +nightly fuzz run render` in `crates/markdown`.

#![no_main]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use lamplight_markdown::{Context, destinations, plain_text, render};
use lamplight_model::{Media, Messages};
use libfuzzer_sys::fuzz_target;

static MESSAGES: LazyLock<Messages> = LazyLock::new(Messages::english);

fuzz_target!(|markdown: &str| {
    let media = BTreeMap::from([(
        "i".to_owned(),
        Media {
            src: "media/i.png".to_owned(),
            width: 1,
            height: 1,
            bytes: 1,
            variants: vec!["1-a".to_owned()],
        },
    )]);
    let links = BTreeMap::new();
    let cx = Context {
        base: "/",
        media: &media,
        links: &links,
        messages: &MESSAGES,
    };
    let rendered = render(markdown, &cx);
    assert_eq!(rendered.text, plain_text(markdown));
    for html in [&rendered.html, &rendered.footnotes] {
        check(html);
    }
    for found in destinations(markdown) {
        assert!(markdown.get(found.range).is_some());
    }
});

/// Every tag is closed by its own end tag, and no attribute runs or loads anything.
fn check(html: &str) {
    let mut open = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let end = at + rest[at..].find('>').expect("a tag ends");
        let tag = &rest[at + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
            continue;
        }
        let name = tag.split(' ').next().unwrap_or_default();
        assert!(name.bytes().all(|b| b.is_ascii_alphanumeric()), "{tag}");
        assert!(
            !matches!(name, "script" | "style" | "iframe" | "svg"),
            "{tag}"
        );
        for attribute in tag[name.len()..].split('"').step_by(2) {
            let attribute = attribute.trim_start();
            assert!(
                !attribute.starts_with("on") && !attribute.starts_with("style"),
                "{tag}"
            );
        }
        let lower = tag.to_ascii_lowercase();
        for address in ["href=\"", "src=\"", "cite=\""] {
            for scheme in ["javascript:", "data:", "vbscript:"] {
                assert!(!lower.contains(&[" ", address, scheme].concat()), "{tag}");
            }
        }
        if !matches!(name, "br" | "hr" | "img" | "input" | "wbr") {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
}
