//! `cargo xtask bench`: how long press takes, what it needs, what readers transfer, what
//! search finds.
//!
//! Start at [`bench`]; every part has a file of its own and prints tables ([`table::Table`]). A part
//! measures release builds of the working tree, and never changes anything outside `target/bench`.

mod browsers;
mod press;
mod search;
mod table;
mod transfer;

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::{build, run, setup};

/// The sizes of publications that are measured unless told otherwise.
pub(crate) const SIZES: [usize; 2] = [1_000, 10_000];

/// What to measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Options {
    /// One part alone.
    pub(crate) only: Option<Part>,
    /// Posts of each publication.
    pub(crate) posts: Vec<usize>,
    /// Documents to search instead of made-up ones: a folder of posts, or a file as `rank index` reads it.
    pub(crate) corpus: Option<PathBuf>,
    /// Search's peers at every size.
    pub(crate) all_peers: bool,
}

/// A part of the bench.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// press: time, memory, output, incremental builds, transfers.
    Press,
    /// First paint in a browser.
    Paint,
    /// Search: what is found, bytes, time.
    Search,
    /// Thousands of saved articles in a browser.
    Library,
}

impl Part {
    pub(crate) fn parse(text: &str) -> Result<Self> {
        Ok(match text {
            "press" => Self::Press,
            "paint" => Self::Paint,
            "search" => Self::Search,
            "library" => Self::Library,
            other => {
                bail!("`{other}` is no part of the bench; there are: press, paint, search, library")
            }
        })
    }
}

impl Options {
    fn wants(&self, part: Part) -> bool {
        self.only.is_none_or(|only| only == part)
    }
}

/// `1000,10000` → sizes, ascending.
pub(crate) fn sizes(list: &str) -> Result<Vec<usize>> {
    let mut sizes = list
        .split(',')
        .map(|size| {
            size.trim()
                .parse()
                .ok()
                .filter(|size| *size > 0)
                .with_context(|| format!("`{size}` is no number of posts"))
        })
        .collect::<Result<Vec<usize>>>()?;
    sizes.sort_unstable();
    sizes.dedup();
    Ok(sizes)
}

/// The folder of the built app; where there is none, it is built first.
fn app() -> Result<PathBuf> {
    let app = run::root().join("dist");
    if !app.join("index.html").is_file() {
        build::app(&setup::setup(setup::Needs::Build)?)?;
    }
    Ok(app)
}

/// Runs the bench.
pub(crate) fn bench(options: &Options) -> Result<()> {
    if options.wants(Part::Press) {
        press::bench(&options.posts)?;
    }
    if options.wants(Part::Paint) {
        browsers::bench("paint", &[])?;
    }
    if options.wants(Part::Search) {
        search::bench(&options.posts, options.corpus.as_deref(), options.all_peers)?;
    }
    if options.wants(Part::Library) {
        let content = options.corpus.as_deref();
        let publication = content.filter(|folder| folder.join("site.toml").is_file());
        if let (Some(folder), None, Some(_)) = (content, publication, options.only) {
            bail!(
                "{}: no site.toml is there, so it is no publication to save",
                folder.display()
            );
        }
        let arguments = publication.map(|folder| ["--content".into(), folder.into()]);
        let arguments: Vec<_> = arguments.into_iter().flatten().collect();
        browsers::bench("keeping", &arguments)?;
    }
    Ok(())
}

/// Where publications, sites and profiles of the bench are kept; safe to delete.
fn folder() -> PathBuf {
    run::root().join("target/bench")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_sorted_and_nonsense_is_refused() {
        assert_eq!(sizes("10000, 10,10").expect("parses"), [10, 10_000]);
        for list in ["", "0", "10,", "-1", "1e3"] {
            assert!(sizes(list).is_err(), "{list}");
        }
    }
}
