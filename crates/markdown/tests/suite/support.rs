//! The context of all tests, and the one helper that compares.

use std::collections::BTreeMap;

use lamplight_markdown::{Context, Rendered};
use lamplight_model::{Media, Messages};

/// A publication under `/base/` that has `photo.jpg`, `wide.jpg` with variants, a drawing of unknown
/// size, and a post.
pub(crate) fn rendered(markdown: &str) -> Rendered {
    let media = BTreeMap::from([
        ("photo.jpg".to_owned(), medium("media/p.jpg", 640, 480)),
        (
            "wide.jpg".to_owned(),
            Media {
                variants: vec!["480-x".into(), "1200-y".into()],
                ..medium("media/w.jpg", 1600, 900)
            },
        ),
        ("drawing.svg".to_owned(), medium("media/d.svg", 0, 0)),
    ]);
    let links = BTreeMap::from([("other.md#part".to_owned(), "other/#part".to_owned())]);
    let messages = Messages::english();
    let cx = Context {
        base: "/base/",
        media: &media,
        links: &links,
        messages: &messages,
    };
    lamplight_markdown::render(markdown, &cx)
}

pub(crate) fn medium(src: &str, width: u32, height: u32) -> Media {
    Media {
        src: src.to_owned(),
        width,
        height,
        bytes: 1,
        variants: Vec::new(),
    }
}

/// Compares the HTML of a text; space around it does not matter.
#[track_caller]
pub(crate) fn check(markdown: &str, html: &str) {
    let rendered = rendered(markdown).html;
    assert_eq!(rendered.trim(), html.trim(), "\n--- of:\n{markdown}\n");
}

/// Compares the HTML of a heading without its anchor link.
#[track_caller]
pub(crate) fn check_headings(markdown: &str, html: &str) {
    let rendered = without_anchors(&rendered(markdown).html);
    assert_eq!(rendered.trim(), html.trim(), "\n--- of:\n{markdown}\n");
}

/// HTML without the anchor links of headings.
pub(crate) fn without_anchors(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some(at) = rest.find("<a class=\"anchor\"") {
        out.push_str(&rest[..at]);
        let end = rest[at..].find("</a>").expect("an anchor link ends");
        rest = &rest[at + end + 4..];
    }
    out + rest
}
