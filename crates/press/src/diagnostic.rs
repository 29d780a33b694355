//! What is wrong with a publication's content, said so that its author can mend it.
//!
//! Entry points: [`Diagnostic`], and [`Diagnostics`], which gathers those of a whole run. A content
//! mistake is never a [`crate::BuildError`] of its own: all mistakes of a run are reported at once.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Severity {
    /// Nothing is written.
    Error,
    /// The site is written; something in it may not be what the author meant.
    Warning,
    /// The site is as the author meant it; something in it may surprise. Never counts as failure.
    Note,
}

impl Severity {
    /// Its name, for people and programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// What a diagnostic is about; many of one kind are shown in part (see [`Diagnostics::render`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// `site.toml` cannot be read, or a value in it cannot be used.
    Config,
    /// `site.toml` has a key that press does not know.
    UnknownKey,
    /// The accent colour is hard to read.
    Contrast,
    /// The folder of posts is absent or empty.
    NoPosts,
    /// A file cannot be read as UTF-8 text.
    Unreadable,
    /// The front matter is no YAML or TOML.
    FrontMatter,
    /// A key of the front matter has the wrong type.
    WrongType,
    /// A key that means nothing on a page of the publication's own.
    PageKey,
    /// A date cannot be understood.
    BadDate,
    /// A post has no date.
    NoDate,
    /// A post is dated in the future.
    Future,
    /// A post has no title.
    NoTitle,
    /// A post has no text.
    NoText,
    /// A slug cannot be one.
    BadSlug,
    /// Two files make the same page.
    Duplicate,
    /// Posts of different dates share a slug; later ones were renamed.
    Renamed,
    /// A language that the site does not have, or that the interface has no texts in.
    Language,
    /// A category that `site.toml` does not list.
    Category,
    /// An image or another file that is not there.
    MissingFile,
    /// An image that cannot be used.
    BadImage,
    /// An image on another server.
    RemoteImage,
    /// A link that looks internal and leads nowhere.
    DeadLink,
    /// A link to a part of an article that is not there.
    DeadAnchor,
    /// A key of the front matter that looks like a misspelt one.
    MisspeltKey,
    /// An old address that cannot be one, or that something else has.
    Alias,
    /// Liquid that cannot be evaluated.
    Liquid,
    /// Raw HTML that is not published.
    RawHtml,
    /// A title that the font of card images lacks letters of.
    CardFont,
    /// A text of the interface: unknown, unusable, missing.
    InterfaceText,
}

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// What it is about.
    pub kind: Kind,
    /// The file, as reached from the path the command was given.
    pub path: PathBuf,
    /// The line in it, from 1.
    pub line: Option<usize>,
    /// What is wrong, one sentence.
    pub message: String,
    /// What to do, one sentence.
    pub remedy: String,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = self.severity.as_str();
        write!(f, "{}: {word}: {}", self.place(), self.message)?;
        if !self.remedy.is_empty() {
            write!(f, "\n    {}", self.remedy)?;
        }
        Ok(())
    }
}

impl Diagnostic {
    /// File and line: `posts/a.md:12`.
    pub fn place(&self) -> String {
        let path = self.path.strip_prefix(".").unwrap_or(&self.path).display();
        match self.line {
            Some(line) => format!("{path}:{line}"),
            None => path.to_string(),
        }
    }
}

/// The diagnostics of one run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
}

/// How many of one kind [`Diagnostics::render`] shows.
pub const SHOWN_PER_KIND: usize = 20;

impl Diagnostics {
    /// Adds an error.
    pub fn error(
        &mut self,
        kind: Kind,
        path: &Path,
        line: Option<usize>,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.push(Severity::Error, kind, path, line, message, remedy);
    }

    /// Adds a warning.
    pub fn warning(
        &mut self,
        kind: Kind,
        path: &Path,
        line: Option<usize>,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.push(Severity::Warning, kind, path, line, message, remedy);
    }

    /// Adds a note.
    pub fn note(
        &mut self,
        kind: Kind,
        path: &Path,
        line: Option<usize>,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.push(Severity::Note, kind, path, line, message, remedy);
    }

    fn push(
        &mut self,
        severity: Severity,
        kind: Kind,
        path: &Path,
        line: Option<usize>,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.list.push(Diagnostic {
            severity,
            kind,
            path: path.to_owned(),
            line,
            message: message.into(),
            remedy: remedy.into(),
        });
    }

    /// Says that all of them are about this file.
    pub(crate) fn set_path(&mut self, path: &Path) {
        for diagnostic in &mut self.list {
            path.clone_into(&mut diagnostic.path);
        }
    }

    /// Adds all of another run's.
    pub fn append(&mut self, mut other: Self) {
        self.list.append(&mut other.list);
    }

    /// Sorts by severity, file and line, and drops repeats.
    pub fn sort(&mut self) {
        self.list.sort_by(|a, b| {
            (a.severity, &a.path, a.line, a.kind, &a.message)
                .cmp(&(b.severity, &b.path, b.line, b.kind, &b.message))
        });
        self.list.dedup();
    }

    /// All of them.
    pub fn all(&self) -> &[Diagnostic] {
        &self.list
    }

    /// How many errors there are.
    pub fn errors(&self) -> usize {
        self.count(Severity::Error)
    }

    /// How many warnings there are.
    pub fn warnings(&self) -> usize {
        self.count(Severity::Warning)
    }

    /// How many notes there are.
    pub fn notes(&self) -> usize {
        self.count(Severity::Note)
    }

    fn count(&self, severity: Severity) -> usize {
        self.list.iter().filter(|d| d.severity == severity).count()
    }

    /// The report as text: every error and note; of each kind of warning the first twenty and a count of the
    /// rest, unless everything is asked for. Old archives have hundreds of dead links, and what
    /// matters should not drown in them.
    pub fn render(&self, everything: bool) -> String {
        let mut shown: BTreeMap<Kind, usize> = BTreeMap::new();
        let mut out = String::new();
        for diagnostic in &self.list {
            let count = shown.entry(diagnostic.kind).or_default();
            if diagnostic.severity == Severity::Warning {
                *count += 1;
                if !everything && *count > SHOWN_PER_KIND {
                    continue;
                }
            }
            out.push_str(&diagnostic.to_string());
            out.push('\n');
        }
        for (kind, count) in shown {
            if !everything && count > SHOWN_PER_KIND {
                out.push_str(&format!(
                    "… and {} more warnings {} (--verbose shows them)\n",
                    count - SHOWN_PER_KIND,
                    kind.about()
                ));
            }
        }
        out
    }
}

impl Kind {
    fn about(self) -> &'static str {
        match self {
            Self::Config | Self::UnknownKey | Self::Contrast => "about site.toml",
            Self::NoPosts => "about the posts folder",
            Self::Unreadable => "about unreadable files",
            Self::FrontMatter | Self::WrongType | Self::PageKey => "about front matter",
            Self::BadDate | Self::NoDate | Self::Future => "about dates",
            Self::NoTitle => "about titles",
            Self::NoText => "about posts without text",
            Self::BadSlug | Self::Duplicate | Self::Renamed => "about slugs",
            Self::Language => "about languages",
            Self::Category => "about categories",
            Self::MissingFile | Self::BadImage => "about files",
            Self::RemoteImage => "about images on other servers",
            Self::DeadLink => "about links that lead nowhere",
            Self::DeadAnchor => "about parts of articles that are not there",
            Self::MisspeltKey => "about keys of the front matter",
            Self::Alias => "about aliases",
            Self::Liquid => "about Liquid",
            Self::RawHtml => "about raw HTML",
            Self::CardFont => "about card images",
            Self::InterfaceText => "about texts of the interface",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diagnostic_names_file_line_mistake_and_remedy() {
        let mut diagnostics = Diagnostics::default();
        diagnostics.error(
            Kind::NoDate,
            Path::new("posts/a.md"),
            Some(3),
            "No date.",
            "Add one.",
        );
        assert_eq!(
            diagnostics.render(false),
            "posts/a.md:3: error: No date.\n    Add one.\n"
        );
    }

    #[test]
    fn notes_come_last_are_all_shown_and_count_as_no_warnings() {
        let mut diagnostics = Diagnostics::default();
        for line in 1..=25 {
            diagnostics.note(Kind::Language, Path::new("a.md"), Some(line), "So.", "");
        }
        diagnostics.warning(Kind::DeadLink, Path::new("z.md"), None, "Dead.", "");
        diagnostics.sort();
        assert_eq!((diagnostics.warnings(), diagnostics.notes()), (1, 25));
        let text = diagnostics.render(false);
        assert!(text.starts_with("z.md: warning: Dead."), "{text}");
        assert!(text.ends_with("a.md:25: note: So.\n"), "{text}");
    }

    #[test]
    fn many_warnings_of_one_kind_are_counted_instead_of_listed() {
        let mut diagnostics = Diagnostics::default();
        for line in 1..=25 {
            diagnostics.warning(Kind::DeadLink, Path::new("a.md"), Some(line), "Dead.", "");
        }
        diagnostics.sort();
        let text = diagnostics.render(false);
        assert_eq!(text.lines().count(), 21, "{text}");
        assert!(text.contains("and 5 more warnings about links"), "{text}");
        assert_eq!(diagnostics.render(true).lines().count(), 25);
    }
}
