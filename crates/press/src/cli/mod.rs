//! The `press` command: the words it understands, and what each of them does.
//!
//! Entry point: [`main`]. It only parses, calls the library and prints; the library never prints.

mod build;
mod check;
mod new;
mod progress;
mod receive;
mod serve;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::{App, Diagnostics, Packed};

/// Turns a folder of Markdown into a site that readers can install and read offline.
#[derive(Debug, Parser)]
#[command(name = "press", version, about, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
From nothing to a site on this machine:
  press new site my-site      makes a folder with settings and first posts
  cd my-site
  press serve                 shows the site at http://127.0.0.1:8000/ and follows your edits
From there to everybody:
  press build                 writes it into the folder site, for any web host
";

#[derive(Debug, Subcommand)]
enum Command {
    /// Begin a publication, or a post
    New(new::New),
    /// Build the site, ready for any web host
    Build(build::Build),
    /// Report every mistake in the content; write nothing
    Check(check::Check),
    /// Show a publication while you write it, or a built site
    Serve(serve::Serve),
    /// Take readers' messages, or show those that were taken
    Receive(receive::Receive),
}

/// What is published, and how.
#[derive(Debug, Args)]
struct Content {
    /// The publication: a folder with site.toml, or the path of such a file
    #[arg(default_value = ".")]
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

/// Runs the command that the process was started with; `packed` is the app that the executable
/// carries, empty if it carries none.
pub fn main(packed: Packed) -> ExitCode {
    let result = match Cli::parse().command {
        Command::New(command) => command.run(),
        Command::Build(command) => command.run(packed),
        Command::Check(command) => command.run(),
        Command::Serve(command) => command.run(packed),
        Command::Receive(command) => command.run(),
    };
    result.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

/// The app: that of a folder, if one is given.
fn app(folder: Option<PathBuf>, packed: Packed) -> App {
    folder.map_or(App::Packed(packed), App::Folder)
}

fn show(diagnostics: &Diagnostics, everything: bool) {
    eprint!("{}", diagnostics.render(everything));
}
