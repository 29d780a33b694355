//! `press check`.

use std::process::ExitCode;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::progress::Meter;
use super::{Content, show};
use crate::{BuildOptions, Diagnostics, ExternalLink, check_with, external_links};

#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    content: Content,
    /// Let warnings count as failure, too
    #[arg(long)]
    strict: bool,
    /// List every link to another site with the places it is used in; nothing is asked of the network
    #[arg(long)]
    external: bool,
    /// How to report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// One JSON object on standard output, for programs
    Json,
}

impl Check {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let options = BuildOptions {
            content: self.content.content,
            base_url: self.content.base_url,
            drafts: self.content.drafts,
            ..BuildOptions::default()
        };
        let meter = Meter::new();
        let diagnostics = check_with(&options, &meter);
        meter.finish();
        let links = self.external.then(|| external_links(&options));
        match self.format {
            Format::Json => println!("{}", report(&diagnostics, links.as_deref())),
            Format::Text => {
                show(&diagnostics, self.content.verbose);
                print!("{}", list(links.as_deref().unwrap_or_default()));
                println!(
                    "errors: {}, warnings: {}, notes: {}",
                    diagnostics.errors(),
                    diagnostics.warnings(),
                    diagnostics.notes()
                );
            }
        }
        let failed = diagnostics.errors() > 0 || (self.strict && diagnostics.warnings() > 0);
        Ok(if failed {
            ExitCode::FAILURE
        } else {
            ExitCode::SUCCESS
        })
    }
}

/// Each address, and below it the places that use it.
fn list(links: &[ExternalLink]) -> String {
    let mut out = String::new();
    for link in links {
        out.push_str(&link.url);
        out.push('\n');
        for place in &link.uses {
            out.push_str(&format!("    {}:{}\n", place.path.display(), place.line));
        }
    }
    out
}

fn report(diagnostics: &Diagnostics, links: Option<&[ExternalLink]>) -> String {
    let list = diagnostics.all().iter().map(|one| {
        json!({
            "severity": one.severity.as_str(),
            "path": one.path,
            "line": one.line,
            "message": one.message,
            "remedy": one.remedy,
        })
    });
    let mut report = json!({
        "errors": diagnostics.errors(),
        "warnings": diagnostics.warnings(),
        "notes": diagnostics.notes(),
        "diagnostics": list.collect::<Vec<_>>(),
    });
    if let (Some(links), Some(object)) = (links, report.as_object_mut()) {
        object.insert("external".into(), json!(links));
    }
    format!("{report:#}")
}
