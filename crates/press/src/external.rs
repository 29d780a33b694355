//! The links of a publication that leave it, for those who look after them.
//!
//! Entry point: [`list`]. Nothing is asked of any network: whether an address still answers is for
//! other tools to find out.

use std::collections::BTreeMap;
use std::path::PathBuf;

use rayon::prelude::*;
use serde::Serialize;

use crate::config::Config;
use crate::content::Post;
use crate::content::links::{Index, Target};

/// An address of another site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExternalLink {
    /// As written.
    pub url: String,
    /// Where it is used, in the order of files and lines.
    pub uses: Vec<Place>,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// The file, as reached from the path the command was given.
    pub path: PathBuf,
    /// The line in it, from 1.
    pub line: usize,
}

/// Every http(s) address that posts and pages link to, show an image of, or name as their source;
/// in alphabetical order.
pub(crate) fn list(posts: &[Post], config: &Config) -> Vec<ExternalLink> {
    let index = Index::new(posts, config);
    let found: Vec<Vec<(String, Place)>> = posts
        .par_iter()
        .map(|post| {
            let mut found = Vec::new();
            let mut add = |url: &str, line: usize| {
                if is_web(url) && index.resolve(post, url) == Target::Elsewhere {
                    let path = post.path.clone();
                    found.push((url.to_owned(), Place { path, line }));
                }
            };
            for one in &post.facts.destinations {
                add(&one.url, one.line);
            }
            if let Some(url) = post
                .source
                .as_ref()
                .and_then(|source| source.url.as_deref())
            {
                add(url, post.source_line);
            }
            if let Some(url) = &post.image {
                add(url, post.image_line);
            }
            found
        })
        .collect();
    let mut by_url: BTreeMap<String, Vec<Place>> = BTreeMap::new();
    for (url, place) in found.into_iter().flatten() {
        by_url.entry(url).or_default().push(place);
    }
    by_url
        .into_iter()
        .map(|(url, mut uses)| {
            uses.sort();
            uses.dedup();
            ExternalLink { url, uses }
        })
        .collect()
}

fn is_web(url: &str) -> bool {
    let lower = url.get(..8).unwrap_or(url).to_ascii_lowercase();
    lower.starts_with("https://") || lower.starts_with("http://") || url.starts_with("//")
}
