//! Posts of a Jekyll site: what its Liquid and kramdown would have done, as far as a text can tell.
//!
//! Entry point: [`convert`].

use std::path::Path;

use crate::content::{kramdown, liquid};
use crate::diagnostic::{Diagnostics, Kind};

/// The text as plain Markdown, and the file's line of each of its lines.
pub(crate) fn convert(
    body: &str,
    body_line: usize,
    path: &Path,
    diagnostics: &mut Diagnostics,
) -> (String, Vec<usize>) {
    let evaluated = liquid::evaluate(body);
    if let Some((line, example)) = &evaluated.lost {
        diagnostics.warning(
            Kind::Liquid,
            path,
            Some(body_line + line),
            format!("Liquid is not run; what needs it is left out, here {example}."),
            "Write the value itself where the text needs it.",
        );
    }
    let lines = kramdown::translate(evaluated.lines);
    let text: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    (
        text.join("\n"),
        lines.iter().map(|line| body_line + line.number).collect(),
    )
}

/// A line of the text and where it came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) text: String,
    /// Lines of the body before it, from 0.
    pub(crate) number: usize,
}
