//! Redirects from old addresses: a page at each, for every host, and the list `_redirects` for those
//! that read it (Netlify, Cloudflare Pages, GitLab Pages).
//!
//! Entry point: [`write`].

use lamplight_model::paths;
use rayon::prelude::*;

use crate::config::Config;
use crate::documents::Article;
use crate::emit::stage::Stage;
use crate::error::BuildError;
use crate::pages::redirect;

/// The list's name.
const LIST: &str = "_redirects";

/// Writes them; returns the number of pages.
pub(super) fn write(
    config: &Config,
    articles: &[Article],
    stage: &Stage,
) -> Result<usize, BuildError> {
    let mut all: Vec<(String, &Article)> = articles
        .iter()
        .flat_map(|article| {
            let aliases = article.aliases.iter();
            aliases.map(move |alias| (encoded(alias), article))
        })
        .collect();
    if all.is_empty() {
        return Ok(0);
    }
    all.sort_by(|(a, _), (b, _)| a.cmp(b));
    all.par_iter().try_for_each(|(alias, article)| {
        let file = match alias.strip_suffix('/') {
            Some(folder) => format!("{folder}/index.html"),
            None => alias.clone(),
        };
        stage.write(&file, redirect::page(article, config))
    })?;
    let base = &config.site.base;
    let lines = all.iter();
    let lines = lines.map(|(alias, article)| format!("{base}{alias} {} 301\n", article.path));
    stage.write(LIST, lines.collect::<String>())?;
    Ok(all.len())
}

/// A path as an address: each segment percent-encoded.
pub(crate) fn encoded(path: &str) -> String {
    path.split('/')
        .map(paths::encode)
        .collect::<Vec<_>>()
        .join("/")
}
