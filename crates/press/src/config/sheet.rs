//! The publication's own style sheet: read as CSS Syntax Level 3 has it, its pictures and fonts found
//! and given the names they are published under.
//!
//! Entry point: [`read`]. The text stays as its author wrote it but for addresses. What would be loaded
//! from elsewhere is refused: pages forbid it, and the sheet would look as if it worked until then.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use cssparser::{ParseError, Parser, Token};
use lamplight_model::paths;

use crate::config::theme::{extension, local};
use crate::content::media;
use crate::diagnostic::{Diagnostics, Kind};
use crate::emit::app::File;

/// Fonts, and how such a file begins.
const FONTS: &[(&str, &[&[u8]])] = &[
    ("woff2", &[b"wOF2"]),
    ("woff", &[b"wOFF"]),
    ("ttf", &[b"\0\x01\0\0", b"true"]),
    ("otf", &[b"OTTO"]),
];

/// Stands behind the sheet: if it is not found there, something before it is open.
const END: &str = "\n@lamplight-end";

/// A style sheet, ready to be published.
pub(super) struct Sheet {
    /// With addresses that hold in `assets/`.
    pub(super) css: String,
    /// The files it shows.
    pub(super) files: Vec<File>,
}

/// Reads the sheet that line `line` of `site` names; `None` (reported) if it cannot be had.
pub(super) fn read(
    site: &Path,
    line: usize,
    folder: &Path,
    name: &str,
    diagnostics: &mut Diagnostics,
) -> Option<Sheet> {
    let read = local(folder, folder, name).and_then(|(path, bytes)| {
        let text = String::from_utf8(bytes).map_err(|_| format!("`{name}` is not UTF-8 text."))?;
        Ok((path, text))
    });
    let (path, text) = match read {
        Ok(read) => read,
        Err(message) => {
            let remedy = "Put the style sheet beside site.toml: css = \"custom.css\".";
            diagnostics.error(Kind::Config, site, Some(line), message, remedy);
            return None;
        }
    };
    let mut text = text.trim_start_matches('\u{feff}').to_owned();
    let mut reader = Reader {
        publication: folder,
        path: &path,
        changes: Vec::new(),
        files: BTreeMap::new(),
        open: 1,
        ended: false,
        diagnostics,
    };
    let whole = [&text, END].concat();
    reader.walk(&mut Parser::new(&whole), &Within::Top);
    if !reader.ended {
        let open = reader.open;
        reader.refuse(
            open,
            "Something that begins here has no end.".into(),
            "Close its brackets, quotation marks and comments.",
        );
    }
    let files = reader.files.into_values().collect();
    // From the end, so that earlier places stay.
    for (range, address) in reader.changes.into_iter().rev() {
        text.replace_range(range, &address);
    }
    text.push('\n');
    Some(Sheet { css: text, files })
}

/// What a token stands in.
#[derive(PartialEq)]
enum Within {
    /// No block.
    Top,
    /// A function whose texts are addresses.
    Address,
    /// Any other block.
    Block,
}

struct Reader<'a> {
    publication: &'a Path,
    path: &'a Path,
    /// Bytes of the text, in order, and what goes in their place.
    changes: Vec<(Range<usize>, String)>,
    /// By the path of the original.
    files: BTreeMap<PathBuf, File>,
    /// The line on which the last thing outside all blocks began.
    open: usize,
    ended: bool,
    diagnostics: &'a mut Diagnostics,
}

impl Reader<'_> {
    fn refuse(&mut self, line: usize, message: String, remedy: &str) {
        self.diagnostics
            .error(Kind::Config, self.path, Some(line), message, remedy);
    }

    fn walk(&mut self, input: &mut Parser<'_>, within: &Within) {
        // An at-rule whose addresses are not loaded, or that is refused as a whole.
        let mut passed_over = false;
        loop {
            let start = input.position().byte_index();
            let line = input.current_source_location().line as usize + 1;
            let Ok(token) = input.next_including_whitespace_and_comments() else {
                return;
            };
            let token = token.clone();
            let end = input.position().byte_index();
            let blank = matches!(token, Token::WhiteSpace(_) | Token::Comment(_));
            if *within == Within::Top && !blank && !matches!(token, Token::AtKeyword(_)) {
                self.open = line;
            }
            let inner = match token {
                Token::AtKeyword(name) if name.eq_ignore_ascii_case("import") => {
                    self.refuse(
                        line,
                        "`@import` is not followed: it would be another file to wait for.".into(),
                        "Copy what it names into this style sheet.",
                    );
                    passed_over = true;
                    continue;
                }
                Token::AtKeyword(name) if name.eq_ignore_ascii_case("namespace") => {
                    passed_over = true;
                    continue;
                }
                Token::AtKeyword(name) if *within == Within::Top && END.ends_with(&*name) => {
                    self.ended = true;
                    return;
                }
                Token::Semicolon => {
                    passed_over = false;
                    continue;
                }
                Token::UnquotedUrl(address) if !passed_over => {
                    if let Some(new) = self.address(&address, line) {
                        self.changes.push((start..end, format!("url(\"{new}\")")));
                    }
                    continue;
                }
                Token::QuotedString(address) if *within == Within::Address && !passed_over => {
                    if let Some(new) = self.address(&address, line) {
                        self.changes.push((start..end, format!("\"{new}\"")));
                    }
                    continue;
                }
                Token::BadString(_) | Token::BadUrl(_) => {
                    let message = "A quotation mark or an address has no end.".into();
                    self.refuse(line, message, "Close it on the line on which it begins.");
                    continue;
                }
                Token::CloseCurlyBracket | Token::CloseParenthesis | Token::CloseSquareBracket => {
                    let message = "A bracket closes that was not open.".into();
                    self.refuse(line, message, "Remove it, or open it before.");
                    continue;
                }
                Token::Function(name) => {
                    let addresses = ["url", "src", "image", "image-set", "-webkit-image-set"];
                    if addresses.iter().any(|a| name.eq_ignore_ascii_case(a)) && !passed_over {
                        Within::Address
                    } else {
                        Within::Block
                    }
                }
                Token::CurlyBracketBlock => {
                    passed_over = false;
                    Within::Block
                }
                Token::ParenthesisBlock | Token::SquareBracketBlock => Within::Block,
                _ => continue,
            };
            let walked: Result<(), ParseError<()>> = input.parse_nested_block(|input| {
                self.walk(input, &inner);
                Ok(())
            });
            if walked.is_err() {
                let message = "Blocks are nested too deeply.".into();
                self.refuse(line, message, "Write the rules side by side.");
            }
        }
    }

    /// The published address of a picture or font; `None` if it stays as it is, or is refused.
    fn address(&mut self, written: &str, line: usize) -> Option<String> {
        let written = written.trim();
        let scheme = written.find(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c)));
        let scheme = scheme.filter(|at| written[*at..].starts_with(':'));
        if written.starts_with('#') || written.is_empty() {
            return None;
        }
        if scheme.is_some() || written.starts_with("//") {
            // The pages' policy allows data for pictures alone.
            if !written.to_ascii_lowercase().starts_with("data:image/") {
                self.refuse(
                    line,
                    format!(
                        "`{}` would be loaded from elsewhere, which pages do not do.",
                        short(written)
                    ),
                    "Save the file beside the style sheet and write its name.",
                );
            }
            return None;
        }
        let cut = written.find(['?', '#']).unwrap_or(written.len());
        let (bare, rest) = written.split_at(cut);
        let fragment = rest.find('#').map_or("", |at| &rest[at..]);
        let decoded = paths::decode(bare).unwrap_or_else(|| bare.to_owned());
        let from = self.path.parent().unwrap_or(self.publication);
        let published = local(self.publication, from, &decoded)
            .map_err(|message| {
                (
                    message,
                    "Write its name as seen from the style sheet.".into(),
                )
            })
            .and_then(|(path, bytes)| self.publish(path, bytes));
        match published {
            Ok(path) => Some([path.trim_start_matches("assets/"), fragment].concat()),
            Err((message, remedy)) => {
                self.refuse(line, message, &remedy);
                None
            }
        }
    }

    fn publish(
        &mut self,
        path: PathBuf,
        bytes: Vec<u8>,
    ) -> Result<String, (String, Cow<'static, str>)> {
        if let Some(file) = self.files.get(&path) {
            return Ok(file.path.clone());
        }
        let kind = extension(&path);
        match FONTS.iter().find(|(name, _)| *name == kind) {
            Some((_, beginnings)) if beginnings.iter().any(|b| bytes.starts_with(b)) => {}
            Some(_) => {
                let message = format!("{} is no font of the kind its name says.", path.display());
                return Err((message, "Save it again as WOFF2.".into()));
            }
            None => {
                media::image(&path, &bytes).map_err(|problem| (problem.message, problem.remedy))?;
            }
        }
        let file = File::hashed("theme", &kind, bytes);
        let name = file.path.clone();
        self.files.insert(path, file);
        Ok(name)
    }
}

/// The beginning of an address, which may be a whole file as data.
fn short(address: &str) -> String {
    const LENGTH: usize = 60;
    if address.chars().count() <= LENGTH {
        return address.to_owned();
    }
    address.chars().take(LENGTH).chain(['…']).collect()
}
