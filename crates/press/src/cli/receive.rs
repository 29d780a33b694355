//! `press receive`: takes readers' messages, or shows and deletes those that were taken.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use clap::Args;
use lamplight_receiver::{Config, PASSWORD, Store, SystemClock};

use super::serve::asked_to_end;

#[derive(Debug, Args)]
pub(super) struct Receive {
    /// The receiver's configuration
    #[arg(default_value = "receive.toml")]
    config: PathBuf,
    /// Print the stored messages, oldest first, each as one line of JSON; also while a receiver runs
    #[arg(long)]
    list: bool,
    /// Delete the message with this key; also while a receiver runs
    #[arg(long, value_name = "KEY", conflicts_with = "list")]
    delete: Option<String>,
}

impl Receive {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let Some(config) = self.read()? else {
            return Ok(ExitCode::FAILURE);
        };
        if self.list {
            return list(&store(&config)?);
        }
        if let Some(key) = &self.delete {
            if store(&config)?.delete(key)? {
                println!("Deleted.");
                return Ok(ExitCode::SUCCESS);
            }
            eprintln!("There is no message with this key.");
            return Ok(ExitCode::FAILURE);
        }
        serve(config)
    }

    /// The configuration; `None` if it has mistakes, which are told.
    fn read(&self) -> anyhow::Result<Option<Config>> {
        let text = fs::read_to_string(&self.config)
            .with_context(|| format!("{} cannot be read", self.config.display()))?;
        let folder = self.config.parent().unwrap_or(Path::new(""));
        match Config::parse(&text, folder) {
            Ok(mut config) => {
                if let Some(forward) = &mut config.forward {
                    forward.password = std::env::var(PASSWORD).ok();
                }
                Ok(Some(config))
            }
            Err(problems) => {
                for problem in problems {
                    let (path, line) = (self.config.display(), problem.line);
                    eprintln!(
                        "{path}:{line}: error: {}\n    {}",
                        problem.message, problem.remedy
                    );
                }
                Ok(None)
            }
        }
    }
}

/// The store, which has to be there: looking into it begins none.
fn store(config: &Config) -> anyhow::Result<Store> {
    anyhow::ensure!(
        config.store.is_file(),
        "there is no store at {}: no receiver has run with this configuration",
        config.store.display()
    );
    Ok(Store::open(&config.store)?)
}

fn list(store: &Store) -> anyhow::Result<ExitCode> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    for stored in store.list()? {
        serde_json::to_writer(&mut out, &stored)?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn serve(config: Config) -> anyhow::Result<ExitCode> {
    let path = config.path.clone();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("the receiver cannot start")?;
    runtime.block_on(async {
        let ready = |address| {
            println!("listening on http://{address}{path}");
            // Whoever started it may be waiting for the line.
            let _ = io::stdout().flush();
        };
        lamplight_receiver::run(config, Arc::new(SystemClock), ready, asked_to_end()).await
    })?;
    Ok(ExitCode::SUCCESS)
}
