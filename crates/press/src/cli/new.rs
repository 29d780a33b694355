//! `press new`: begins a publication or a post, with the date of today.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::scaffold;

#[derive(Debug, Args)]
pub(super) struct New {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Begin a publication: settings, an icon, and first posts to look at and delete
    Site {
        /// Where; it is made if there is no such folder
        #[arg(default_value = ".")]
        folder: PathBuf,
        /// The publication's name [default: made of the folder's]
        #[arg(long)]
        title: Option<String>,
        /// The languages it is published in, the default one first
        #[arg(
            long,
            value_name = "CODES",
            value_delimiter = ',',
            default_value = "en"
        )]
        lang: Vec<String>,
    },
    /// Begin a post, with today's date
    Post {
        /// Its title
        title: String,
        /// Its language, if it is not the site's default
        #[arg(long, value_name = "CODE")]
        lang: Option<String>,
        /// Its address, if it is not to be made of the title; that of a post in another language makes
        /// it a translation of that one
        #[arg(long)]
        slug: Option<String>,
        /// The publication
        #[arg(long = "in", value_name = "FOLDER", default_value = ".")]
        folder: PathBuf,
    },
}

impl New {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let today = jiff::ZonedDateTime::now().date().to_string();
        match self.what {
            What::Site {
                folder,
                title,
                lang,
            } => {
                let title = title.unwrap_or_else(|| title_of(&folder));
                let lang: Vec<String> = lang
                    .iter()
                    .map(|code| code.trim().to_owned())
                    .filter(|code| !code.is_empty())
                    .collect();
                let files = scaffold::site(&title, &lang, &today)?;
                scaffold::write(&folder, &files)?;
                for file in &files {
                    println!("  {}", folder.join(&file.path).display());
                }
                println!("\n{title} is there to be read. Next:\n");
                for line in next_steps(&folder, own_path().as_deref()) {
                    println!("  {line}");
                }
            }
            What::Post {
                title,
                lang,
                slug,
                folder,
            } => {
                let post =
                    scaffold::post(&folder, &title, lang.as_deref(), slug.as_deref(), &today)?;
                scaffold::write(Path::new(""), std::slice::from_ref(&post))?;
                let path = post.path.strip_prefix(".").unwrap_or(&post.path);
                println!("{}", path.display());
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// `harbour-wire` → `Harbour wire`.
fn title_of(folder: &Path) -> String {
    let whole = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let name = whole
        .components()
        .next_back()
        .map(|part| part.as_os_str().to_string_lossy().replace(['-', '_'], " "))
        .unwrap_or_default();
    let mut letters = name.trim().chars();
    match letters.next().filter(|first| first.is_alphanumeric()) {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => "A new publication".to_owned(),
    }
}

/// What to type next; `program` is this one's path as it was called, `None` where `press` is enough.
fn next_steps(folder: &Path, program: Option<&Path>) -> Vec<String> {
    let here = folder == Path::new(".");
    match program {
        None if here => vec!["press serve".into()],
        None => vec![format!("cd {}", quoted(folder)), "press serve".into()],
        Some(program) if here => vec![format!("{} serve", quoted(program))],
        // A path like `./press` would mean another file in another folder.
        Some(program) => vec![format!("{} serve {}", quoted(program), quoted(folder))],
    }
}

/// The path by which this program was called, unless a shell finds the same program by the name `press`.
fn own_path() -> Option<PathBuf> {
    let called = PathBuf::from(std::env::args_os().next()?);
    let own = std::env::current_exe().ok()?;
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let found = found_by_name(std::env::split_paths(&folders));
    let same = found.is_some_and(|found| is_same(&found, &own));
    (!same).then_some(called)
}

/// What a shell that looks in these folders runs as `press`.
fn found_by_name(folders: impl Iterator<Item = PathBuf>) -> Option<PathBuf> {
    let name = format!("press{}", std::env::consts::EXE_SUFFIX);
    folders
        .map(|folder| folder.join(&name))
        .find(|file| file.is_file())
}

fn is_same(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

/// A path as a shell takes it.
fn quoted(folder: &Path) -> String {
    let text = folder.display().to_string();
    if text.contains(|c: char| c.is_whitespace() || "'\"$&()*;<>?[]`|~#!".contains(c)) {
        format!("'{}'", text.replace('\'', "'\\''"))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_publication_is_named_by_its_folder() {
        assert_eq!(title_of(Path::new("/a/harbour-wire")), "Harbour wire");
        assert_eq!(title_of(Path::new("/a/été_2026/")), "Été 2026");
        assert_eq!(title_of(Path::new("/")), "A new publication");
    }

    #[test]
    fn the_next_step_names_the_program_as_it_can_be_called_where_the_reader_is() {
        let steps = |folder: &str, program: Option<&str>| {
            next_steps(Path::new(folder), program.map(Path::new)).join("; ")
        };
        assert_eq!(steps("my-site", None), "cd my-site; press serve");
        assert_eq!(steps(".", None), "press serve");
        assert_eq!(steps("my site", Some("./press")), "./press serve 'my site'");
        assert_eq!(steps(".", Some("/a b/press")), "'/a b/press' serve");
    }

    #[test]
    fn a_folder_with_spaces_is_quoted_for_the_shell() {
        assert_eq!(quoted(Path::new("a-b")), "a-b");
        assert_eq!(quoted(Path::new("it's here")), r"'it'\''s here'");
    }
}
