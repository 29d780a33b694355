//! `press check`.

use std::process::ExitCode;

use clap::Args;

use super::progress::Meter;
use super::{Content, show};
use crate::{BuildOptions, check_with};

#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    content: Content,
}

impl Check {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let meter = Meter::new();
        let diagnostics = check_with(
            &BuildOptions {
                content: self.content.content,
                base_url: self.content.base_url,
                drafts: self.content.drafts,
                ..BuildOptions::default()
            },
            &meter,
        );
        meter.finish();
        show(&diagnostics, self.content.verbose);
        println!(
            "errors: {}, warnings: {}",
            diagnostics.errors(),
            diagnostics.warnings()
        );
        Ok(if diagnostics.errors() > 0 {
            ExitCode::FAILURE
        } else {
            ExitCode::SUCCESS
        })
    }
}
