//! What is known of a text without the text, and the way back to it.
//!
//! Entry points: [`Facts`] and [`Body`]. An archive of 100,000 posts does not fit into memory twice:
//! a text is read once for what others need to know of it, and once more when its page is written.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::content::{front, jekyll, raw, text};
use crate::diagnostic::Diagnostics;
use crate::error::BuildError;

/// A link or image of a post, in its text or in the texts of its front matter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Destination {
    /// As written.
    pub(crate) url: String,
    /// The line in the file.
    pub(crate) line: usize,
    pub(crate) is_image: bool,
}

/// What is known of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Facts {
    /// Links and images, in order.
    pub(crate) destinations: Vec<Destination>,
    /// What stands for the text in lists; never empty.
    pub(crate) description: String,
    /// Reading time.
    pub(crate) minutes: u32,
    /// Whether the text shows neither words nor a picture, and links to nothing.
    pub(crate) is_empty: bool,
}

impl Facts {
    /// Of a text with the title and description of its front matter; `lines` are the file's lines of
    /// its lines, `extras` the texts in the front matter and their lines. Warns of raw HTML that is
    /// left out.
    pub(crate) fn of(
        markdown: &str,
        lines: &[usize],
        extras: &[(&str, usize)],
        title: &str,
        description: Option<&str>,
        path: &Path,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let mut destinations = Vec::new();
        let inspection = lamplight_markdown::inspect(markdown);
        raw::left_out(&inspection, path, diagnostics, |start| {
            let before = markdown.as_bytes().get(..start).unwrap_or_default();
            let index = before.iter().filter(|byte| **byte == b'\n').count();
            lines.get(index).or(lines.last()).copied().unwrap_or(1)
        });
        let plain = lamplight_markdown::plain_text(markdown);
        let is_empty = plain.trim().is_empty() && inspection.destinations.is_empty();
        let mut index = 0;
        let mut at = 0;
        for found in inspection.destinations {
            let start = found.range.start;
            // In order as a rule: a line is not counted from the beginning each time.
            if start < at {
                (index, at) = (0, 0);
            }
            let between = markdown.as_bytes().get(at..start).unwrap_or_default();
            index += between.iter().filter(|byte| **byte == b'\n').count();
            at = start;
            let line = lines.get(index).or(lines.last()).copied().unwrap_or(1);
            destinations.push(Destination {
                url: found.url,
                line,
                is_image: found.is_image,
            });
        }
        for (extra, line) in extras {
            let inspection = lamplight_markdown::inspect(extra);
            raw::left_out(&inspection, path, diagnostics, |_| *line);
            destinations.extend(
                inspection
                    .destinations
                    .into_iter()
                    .map(|found| Destination {
                        url: found.url,
                        line: *line,
                        is_image: found.is_image,
                    }),
            );
        }
        let description = match description {
            Some(written) => written.to_owned(),
            None => text::summary(&text::opening(markdown, title, &plain)),
        };
        Self {
            destinations,
            // The format promises a description, and a post may consist of an image alone.
            description: if description.is_empty() {
                title.to_owned()
            } else {
                description
            },
            minutes: text::minutes(&plain),
            is_empty,
        }
    }
}

/// Where a post's text is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Body {
    /// Of the whole file.
    pub(crate) digest: String,
    /// Whether Jekyll's extensions are understood in it.
    pub(crate) jekyll: bool,
    /// Whether its first heading is the title.
    pub(crate) titled: bool,
}

impl Body {
    /// Reads the text of a post's file.
    ///
    /// # Errors
    /// The file cannot be read, or is not what it was.
    pub(crate) fn read(&self, path: &Path) -> Result<String, BuildError> {
        let bytes = std::fs::read(path).map_err(|source| BuildError::Read {
            path: path.to_owned(),
            source,
        })?;
        let changed = || BuildError::Changed(path.to_owned());
        if lamplight_model::seal::digest(&bytes) != self.digest {
            return Err(changed());
        }
        let text = normal(String::from_utf8(bytes).map_err(|_| changed())?);
        let parts = front::split(&text).map_err(|_| changed())?;
        let (mut markdown, _) = cut(&parts, self.jekyll, path, &mut Diagnostics::default());
        if self.titled {
            text::take_first_heading(&mut markdown);
        }
        Ok(markdown)
    }
}

/// A file's text with line feeds only, and without a byte order mark.
pub(crate) fn normal(text: String) -> String {
    if !text.contains('\r') && !text.starts_with('\u{feff}') {
        return text;
    }
    text.trim_start_matches('\u{feff}')
        .replace("\r\n", "\n")
        .replace('\r', "\n")
}

/// The Markdown after the front matter, and the file's line of each of its lines.
pub(crate) fn cut(
    parts: &front::Parts<'_>,
    jekyll: bool,
    path: &Path,
    diagnostics: &mut Diagnostics,
) -> (String, Vec<usize>) {
    if jekyll {
        return jekyll::convert(parts.body, parts.body_line, path, diagnostics);
    }
    let count = parts.body.matches('\n').count() + 1;
    (
        parts.body.to_owned(),
        (parts.body_line..parts.body_line + count).collect(),
    )
}
