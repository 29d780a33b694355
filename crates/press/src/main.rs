//! The `press` command: build, check and serve a publication.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use lamplight_press::{BuildError, BuildOptions, Diagnostics, build, check, serve};

/// Turns a folder of Markdown into an installable static site.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Build a site.
    Build {
        #[command(flatten)]
        content: Content,
        /// The app: the output of `trunk build --release`
        #[arg(long, value_name = "FOLDER")]
        app: PathBuf,
        /// Where the site goes; replaced as a whole when everything is written
        #[arg(long, value_name = "FOLDER")]
        out: PathBuf,
        /// Write everything but pages and worker into Trunk's staging folder
        #[arg(long)]
        dev: bool,
    },
    /// Report every mistake in the content; write nothing.
    Check {
        #[command(flatten)]
        content: Content,
    },
    /// Serve a built site, for a look at it.
    Serve {
        /// The folder that `press build` wrote
        site: PathBuf,
        /// The port; 0 takes a free one
        #[arg(long, default_value_t = 8000)]
        port: u16,
        /// The address to listen on
        #[arg(long, default_value = "127.0.0.1")]
        address: IpAddr,
        /// The path the site lives under, if it is not the one it was built for
        #[arg(long)]
        base: Option<String>,
    },
}

#[derive(Debug, Args)]
struct Content {
    /// A folder with site.toml, or the path of such a file
    content: PathBuf,
    /// The site's address, instead of base_url in site.toml
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// Publish drafts, too
    #[arg(long)]
    drafts: bool,
    /// Show every warning
    #[arg(long, short)]
    verbose: bool,
}

fn main() -> anyhow::Result<ExitCode> {
    match Cli::parse().command {
        Command::Build {
            content,
            app,
            out,
            dev,
        } => {
            let options = BuildOptions {
                content: content.content,
                app,
                out,
                base_url: content.base_url,
                drafts: content.drafts,
                dev,
            };
            match build(&options) {
                Ok(report) => {
                    show(&report.diagnostics, content.verbose);
                    println!(
                        "{} articles, {} pages, {} feed files, {} media files → {}",
                        report.articles,
                        report.pages,
                        report.feeds,
                        report.media,
                        options.out.display()
                    );
                    Ok(ExitCode::SUCCESS)
                }
                Err(BuildError::Content(diagnostics)) => {
                    show(&diagnostics, content.verbose);
                    eprintln!("{}", BuildError::Content(diagnostics));
                    Ok(ExitCode::FAILURE)
                }
                Err(error) => Err(error.into()),
            }
        }
        Command::Check { content } => {
            let diagnostics = check(&BuildOptions {
                content: content.content,
                base_url: content.base_url,
                drafts: content.drafts,
                ..BuildOptions::default()
            });
            show(&diagnostics, content.verbose);
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
        Command::Serve {
            site,
            port,
            address,
            base,
        } => {
            let base = base.unwrap_or_else(|| serve::base_of(&site));
            run_server(&site, SocketAddr::new(address, port), &base)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn show(diagnostics: &Diagnostics, everything: bool) {
    eprint!("{}", diagnostics.render(everything));
}

fn run_server(site: &std::path::Path, address: SocketAddr, base: &str) -> anyhow::Result<()> {
    anyhow::ensure!(
        site.join("edition.json").is_file(),
        "{} holds no site made by press",
        site.display()
    );
    let router = serve::router(site, base);
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("the server cannot start")?
        .block_on(async {
            let listener = tokio::net::TcpListener::bind(address)
                .await
                .with_context(|| format!("nothing can listen on {address}"))?;
            println!("http://{}{base}", listener.local_addr()?);
            axum::serve(listener, router)
                .with_graceful_shutdown(async {
                    // Without a signal handler the process just ends, which is as good.
                    let _ = tokio::signal::ctrl_c().await;
                })
                .await
                .context("the server stopped")
        })
}
