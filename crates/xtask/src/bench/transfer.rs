//! What a reader transfers, reckoned from the files of a site: the sum of those that are asked for, texts
//! as brotli makes them.
//!
//! Entry points: [`of`] and [`table`]. Pictures of articles are left out, since they depend on the article
//! alone; which files are asked for is `docs/formats.md` and `public/sw.js`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use super::table::Table;
use crate::build;
use crate::run::Env;

/// Bytes that a reader transfers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Transfer {
    /// The app, its worker and everything that the worker installs.
    app: u64,
    /// A first visit to the front page: the page, the app, the front page's feed, by which it is checked.
    front: u64,
    /// A first visit to an article: the page, the app, its document, the front page's feed.
    article: u64,
    /// One more article, in the app: its document.
    more: u64,
    /// The newest articles, which are fetched ahead: their documents.
    ahead: u64,
}

/// Of a site; the article is that of this slug in the site's first language or, if it is not in that,
/// in whichever it is.
pub(super) fn of(site: &Path, slug: &str) -> Result<Transfer> {
    let worker = read(site, "sw.js")?;
    let build = String::from_utf8_lossy(&worker);
    let (_, build) = build
        .split_once("const BUILD")
        .context("sw.js names no build")?;
    // As written, or made small.
    let build = serde_json::Deserializer::from_str(build.trim_start_matches([' ', '=']))
        .into_iter::<Value>()
        .next()
        .context("sw.js names no build")??;
    let files = build["files"].as_array().context("sw.js lists no files")?;
    let mut app = BTreeSet::from(["sw.js".to_owned()]);
    for file in files {
        let url = file["url"].as_str().context("a file without an address")?;
        app.insert(match url.strip_suffix('/') {
            Some(folder) => format!("{folder}/index.html"),
            None => url.to_owned(),
        });
    }
    let app = sent(site, &app)?;
    let feed = sent(site, [&"feed.json".to_owned()])?;

    let newest: Value = serde_json::from_slice(&read(site, "feed.json")?)?;
    let lang = newest["language"]
        .as_str()
        .context("a feed without a language")?;
    let items = newest["items"].as_array().context("a feed without items")?;
    let mut ahead = Vec::new();
    // As many as are fetched ahead unless the settings say otherwise: `keep_newest`.
    for item in items.iter().take(20) {
        let slug = item["_lamplight"]["slug"].as_str();
        let slug = slug.context("an item without a slug")?;
        ahead.push(format!("articles/{slug}.{lang}.json"));
    }
    let (page, document) = article(site, slug)?;
    let more = sent(site, [&document])?;
    Ok(Transfer {
        app,
        front: sent(site, [&"index.html".to_owned()])? + app + feed,
        article: sent(site, [&page])? + app + more + feed,
        more,
        ahead: sent(site, &ahead)?,
    })
}

/// An article's page and document.
fn article(site: &Path, slug: &str) -> Result<(String, String)> {
    let prefix = format!("{slug}.");
    let mut found: Vec<String> = std::fs::read_dir(site.join("articles"))?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.starts_with(&prefix) && name.ends_with(".json"))
        .collect();
    found.sort();
    for name in found {
        let lang = name
            .trim_start_matches(&prefix)
            .trim_end_matches(".json")
            .to_owned();
        for page in [
            format!("{slug}/index.html"),
            format!("{lang}/{slug}/index.html"),
        ] {
            if site.join(&page).is_file() {
                return Ok((page, format!("articles/{name}")));
            }
        }
    }
    bail!("the site has no article {slug}")
}

/// Bytes of files as they are sent, at the best: what brotli does not make smaller goes as it is.
fn sent<'a>(site: &Path, paths: impl IntoIterator<Item = &'a String>) -> Result<u64> {
    let files: Vec<PathBuf> = paths.into_iter().map(|path| site.join(path)).collect();
    let sizes = build::sizes(&Env::default(), &files)?;
    ensure!(sizes.len() == files.len(), "node measured too few files");
    Ok(sizes.iter().map(|(raw, small)| raw.min(small)).sum())
}

fn read(site: &Path, path: &str) -> Result<Vec<u8>> {
    let path = site.join(path);
    std::fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))
}

/// A row for each publication.
pub(super) fn table(rows: &[(usize, Transfer)]) -> String {
    let mut table = Table::new(&[
        "posts",
        "app",
        "front page",
        "article",
        "one more",
        "20 ahead",
    ]);
    for (posts, transfer) in rows {
        let cells = [
            transfer.app,
            transfer.front,
            transfer.article,
            transfer.more,
            transfer.ahead,
        ];
        let cells = cells.map(|bytes| format!("{:.1}", bytes as f64 / 1e3));
        table.row(std::iter::once(posts.to_string()).chain(cells));
    }
    format!(
        "What a reader transfers, kB after brotli, pictures apart: first visits with all that the app and its worker fetch\n\n{table}"
    )
}
