//! Links to parts of articles (`other.md#part`): whether the part is there.
//!
//! Entry point: [`check`]. The anchors of an article are those of its HTML, so only articles that a
//! link names a part of are rendered.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use lamplight_model::{Messages, paths};
use rayon::prelude::*;

use crate::diagnostic::{Diagnostics, Kind};
use crate::documents::Article;
use crate::fields::nearest;

/// A link to a part of an article.
#[derive(Clone, Debug)]
pub(crate) struct Reference {
    /// The file it is in.
    pub(crate) file: PathBuf,
    pub(crate) line: usize,
    /// As written.
    pub(crate) destination: String,
    /// The article's path with the base.
    pub(crate) page: String,
    /// The part, percent-encoded.
    pub(crate) fragment: String,
}

/// Names that every page has.
const OF_EVERY_PAGE: [&str; 3] = ["top", "main", "app"];

/// Warns of parts that are not there.
pub(crate) fn check(references: &[Reference], articles: &[Article], diagnostics: &mut Diagnostics) {
    if references.is_empty() {
        return;
    }
    let wanted: BTreeSet<&str> = references.iter().map(|link| link.page.as_str()).collect();
    let parts: BTreeMap<&str, BTreeSet<String>> = articles
        .par_iter()
        .filter(|article| wanted.contains(article.path.as_str()))
        .filter_map(|article| Some((article.path.as_str(), anchors(article)?)))
        .collect();
    for link in references {
        let written = link.fragment.as_str();
        let decoded = paths::decode(written).unwrap_or_else(|| written.to_owned());
        // A browser's own directive (`#:~:text=…`) names no part.
        let part = decoded.split(":~:").next().unwrap_or_default();
        // Lists, settings and the like are not looked into.
        let Some(there) = parts.get(link.page.as_str()) else {
            continue;
        };
        if part.is_empty() || OF_EVERY_PAGE.contains(&part) || there.contains(part) {
            continue;
        }
        let known: Vec<&str> = there.iter().map(String::as_str).collect();
        let remedy = match nearest(part, &known) {
            Some(near) => format!("Did you mean `#{near}`?"),
            None if known.is_empty() => "It has no parts: link to the post as a whole.".to_owned(),
            None => format!("Its parts are {}.", listed(&known)),
        };
        diagnostics.warning(
            Kind::DeadAnchor,
            &link.file,
            Some(link.line),
            format!(
                "The link `{}` leads to a part that is not there: `#{part}`.",
                link.destination
            ),
            remedy,
        );
    }
}

/// The first of some anchors.
fn listed(anchors: &[&str]) -> String {
    const SHOWN: usize = 12;
    let mut text: Vec<String> = anchors
        .iter()
        .take(SHOWN)
        .map(|anchor| format!("#{anchor}"))
        .collect();
    if anchors.len() > SHOWN {
        text.push("…".to_owned());
    }
    text.join(", ")
}

/// The anchors of an article's HTML. The serialiser writes `<` for a tag only.
fn anchors(article: &Article) -> Option<BTreeSet<String>> {
    // A file that changed under way is told of when it is written.
    let document = article.whole().ok()?.document;
    let html = lamplight_markdown::content(&document, "/", &Messages::english());
    let anchors = html.split('<').filter_map(|rest| {
        let (tag, _) = rest.split_once('>')?;
        let (_, value) = tag.split_once(" id=\"")?;
        Some(value.split('"').next()?.to_owned())
    });
    Some(anchors.collect())
}
