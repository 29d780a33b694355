//! What a preview adds to pages: its script, and a page of its own where there is no site yet.
//!
//! Entry points: [`with_script`], [`unbuilt`], [`problems`].

use lamplight_markdown::escape;
use serde::Serialize;

use super::News;
use crate::diagnostic::{Diagnostic, Severity};
use crate::error::in_full;
use crate::{BuildError, Report};

/// Where the preview's own files are: outside of any site's base.
pub(super) const SCRIPT: &str = "/__press/preview.js";
/// Where open pages listen.
pub(super) const EVENTS: &str = "/__press/events";
/// The script.
pub(super) const SCRIPT_TEXT: &str = include_str!("preview.js");

/// How many problems a page lists; the terminal has all of them.
const LISTED: usize = 30;

/// A diagnostic, as pages show it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct Problem {
    error: bool,
    /// `posts/a.md:12`; empty where it is about no file.
    place: String,
    message: String,
    remedy: String,
}

impl From<&Diagnostic> for Problem {
    fn from(diagnostic: &Diagnostic) -> Self {
        Self {
            error: diagnostic.severity == Severity::Error,
            place: diagnostic.place(),
            message: diagnostic.message.clone(),
            remedy: diagnostic.remedy.clone(),
        }
    }
}

/// What pages list of a build: errors first. Notes ask for no edit: the terminal has them.
pub(super) fn problems(result: &Result<Report, BuildError>) -> Vec<Problem> {
    let diagnostics = match result {
        Ok(report) => report.diagnostics.all(),
        Err(BuildError::Content(diagnostics)) => diagnostics.all(),
        Err(error) => {
            return vec![Problem {
                error: true,
                message: in_full(error),
                ..Problem::default()
            }];
        }
    };
    let mut problems: Vec<Problem> = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity != Severity::Note)
        .map(Problem::from)
        .collect();
    if problems.len() > LISTED {
        let more = problems.split_off(LISTED).len();
        problems.push(Problem {
            message: format!("{more} more; the terminal lists them."),
            ..Problem::default()
        });
    }
    problems
}

fn script(news: &News) -> String {
    format!(
        "<script src=\"{SCRIPT}\" data-generation=\"{}\" data-revision=\"{}\" defer></script>\n",
        news.generation, news.revision
    )
}

/// A page of the site with the script in its head, outside of what the app's worker replaces.
pub(super) fn with_script(html: &str, news: &News) -> String {
    html.replacen("</head>", &[&script(news), "</head>"].concat(), 1)
}

/// The page where there is no site yet: what keeps it from being built.
pub(super) fn unbuilt(news: &News) -> String {
    let mut list = String::new();
    for problem in &news.problems {
        let kind = if problem.error { "error" } else { "warning" };
        list.push_str(&format!(
            "<li class=\"{kind}\"><p><code>{}</code> {}</p><p>{}</p></li>\n",
            escape(&problem.place),
            escape(&problem.message),
            escape(&problem.remedy)
        ));
    }
    format!(
        "<!doctype html>\n<html lang=\"en\" data-press=\"unbuilt\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Not built yet</title>\n<link rel=\"icon\" href=\"data:,\">\n{UNBUILT_STYLE}\n{}</head>\n<body>\n<main>\n<h1>The site cannot be built yet</h1>\n\
         <p>This page shows it as soon as the following is mended and saved.</p>\n<ul>\n{list}</ul>\n</main>\n</body>\n</html>\n",
        script(news)
    )
}

const UNBUILT_STYLE: &str = "<style>
:root { color-scheme: light dark }
body { margin: 3rem auto; max-width: 44rem; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif }
ul { list-style: none; padding: 0 }
li { border-left: 4px solid #c62828; margin: 1.5rem 0; padding-left: 1rem }
li.warning { border-color: #b8860b }
p { margin: .25rem 0; overflow-wrap: anywhere }
code { font-weight: 600 }
</style>";

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::{Diagnostics, Kind};

    #[test]
    fn pages_list_the_first_mistakes_and_no_notes() {
        let mut diagnostics = Diagnostics::default();
        for line in 1..=LISTED + 2 {
            diagnostics.warning(Kind::DeadLink, Path::new("a.md"), Some(line), "Dead.", "");
        }
        diagnostics.note(Kind::Language, Path::new("site.toml"), None, "So.", "");
        let shown = problems(&Ok(Report {
            diagnostics,
            ..Report::default()
        }));
        assert_eq!(shown.len(), LISTED + 1);
        assert_eq!(shown[LISTED].message, "2 more; the terminal lists them.");
        assert!(shown.iter().all(|problem| problem.message != "So."));
    }
}
