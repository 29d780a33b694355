//! Raw HTML that is left out of a text: said, so that nobody finds out from the page.
//!
//! Entry point: [`left_out`]. What may stay is `lamplight-markdown`'s to decide.

use std::path::Path;

use lamplight_markdown::Inspection;

use crate::diagnostic::{Diagnostics, Kind};

/// Warns of every element that is left out, once a line; `line` finds the line of a place in bytes.
pub(crate) fn left_out(
    inspection: &Inspection,
    path: &Path,
    diagnostics: &mut Diagnostics,
    line: impl Fn(usize) -> usize,
) {
    let mut last = None;
    for dropped in &inspection.dropped {
        let this = (line(dropped.range.start), dropped.name.as_str());
        if last == Some(this) {
            continue;
        }
        last = Some(this);
        let (line, name) = this;
        diagnostics.warning(
            Kind::RawHtml,
            path,
            Some(line),
            format!("`<{name}>` is not published."),
            remedy(name),
        );
    }
}

/// What to do instead.
fn remedy(name: &str) -> &'static str {
    match name {
        "style" => "Put rules into the theme's style sheet (css below [theme] in site.toml).",
        "svg" => "Save the drawing as a file and show it: ![What it shows](drawing.svg).",
        "math" => "Write the formula as text, or show it as an image.",
        "script" => {
            "Articles run no script. If the text is about the tag, write it in backquotes: `<script>`."
        }
        "noscript" | "noembed" | "noframes" | "template" | "marquee" | "title" | "head" => {
            "Write what is in it as text."
        }
        _ => "Link to it instead.",
    }
}
