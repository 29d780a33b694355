//! `press build`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::progress::Meter;
use super::{Content, app, show};
use crate::{BuildError, BuildOptions, Packed, Precompress, build_with};

#[derive(Debug, Args)]
pub(super) struct Build {
    #[command(flatten)]
    content: Content,
    /// Where the site goes [default: the folder `site` beside site.toml]; never over anything but an
    /// older site
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// Another app than the one this program carries: the output of `trunk build --release`
    #[arg(long, value_name = "FOLDER")]
    app: Option<PathBuf>,
    /// Where readers' messages are posted, instead of where [contact] in site.toml says
    #[arg(long, value_name = "URL")]
    contact_endpoint: Option<String>,
    /// Write compressed copies (.br, .gz) of pages and documents, too, for servers that send such files
    #[arg(long)]
    precompress: bool,
    /// Let warnings stop the build as errors do
    #[arg(long)]
    strict: bool,
    /// Write everything but pages and worker into Trunk's staging folder
    #[arg(long, hide = true)]
    dev: bool,
}

impl Build {
    pub(super) fn run(self, packed: Packed) -> anyhow::Result<ExitCode> {
        let out = self.out.unwrap_or_else(|| beside(&self.content.content));
        let options = BuildOptions {
            content: self.content.content,
            app: app(self.app, packed),
            out,
            base_url: self.content.base_url,
            contact_endpoint: self.contact_endpoint,
            drafts: self.content.drafts,
            precompress: if self.precompress {
                Precompress::Everything
            } else {
                Precompress::App
            },
            strict: self.strict,
            dev: self.dev,
            ..BuildOptions::default()
        };
        let meter = Meter::new();
        let result = build_with(&options, &meter);
        meter.finish();
        match result {
            Ok(report) => {
                show(&report.diagnostics, self.content.verbose);
                println!(
                    "{} articles, {} pages, {} feeds, {} media files → {}",
                    report.articles,
                    report.pages,
                    report.feeds,
                    report.media,
                    options.out.display()
                );
                Ok(ExitCode::SUCCESS)
            }
            Err(BuildError::Content(diagnostics)) => {
                show(&diagnostics, self.content.verbose);
                eprintln!("{}", BuildError::Content(diagnostics));
                Ok(ExitCode::FAILURE)
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// Where a site goes if nothing else is said.
fn beside(content: &Path) -> PathBuf {
    let folder = if content.is_file() {
        content.parent().unwrap_or(content)
    } else {
        content
    };
    // `site`, not `./site`: it is printed.
    folder.strip_prefix(".").unwrap_or(folder).join("site")
}
