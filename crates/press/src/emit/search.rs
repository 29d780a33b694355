//! The search index (`docs/formats.md`): `search-index/`, made by `lamplight_search`.
//!
//! Entry point: [`write`]. It is a function of the articles' documents and of nothing else: while all of
//! them stay, so do its files, and no text is read. Its names are known only when it is made: a list of
//! them is kept in the cache, by the key of what they were made from. When some documents changed, only
//! their batches are taken apart again, and only lists of their terms are made: the rest is in the cache.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use lamplight_model::paths;
use lamplight_search::write::{Batch, Place, batches, join};
use lamplight_search::{Document, FORMAT};
use rayon::prelude::*;

use crate::cache::Cache;
use crate::documents::Article;
use crate::emit::key::{Fingerprint, Key};
use crate::emit::stage::Stage;
use crate::error::BuildError;

/// The folder within the cache for batches, by their keys, and for what was made of all of them.
const FOLDER: &str = "search";

/// The name of what was made of all batches.
const LISTS: &str = "search/lists";

/// What the cache calls the list of files.
const LIST: &str = "search-index";

/// Writes the index of articles that have their digests; the path of its root, relative to the base.
/// `None`: there is nothing to be found.
pub(super) fn write(articles: &[Article], stage: &Stage) -> Result<Option<String>, BuildError> {
    if articles.is_empty() {
        return Ok(None);
    }
    let mut digests: Vec<&str> = articles
        .iter()
        .map(|article| article.document.digest.as_str())
        .collect();
    digests.sort_unstable();
    let key = digests
        .into_iter()
        .fold(Key::of("search index").with(FORMAT.to_string()), Key::with)
        .finish();
    let known: Option<(Fingerprint, String, Vec<String>)> = stage.recall(LIST);
    if let Some((_, root, names)) = known.filter(|known| known.0 == key)
        && names.iter().all(|name| stage.has(name, key_of(name)))
    {
        for name in &names {
            // Nothing is made: it is there.
            stage.produce(name, key_of(name), || Ok([]))?;
        }
        return Ok(Some(root));
    }
    let none = Cache::none();
    let cache = stage.cache().unwrap_or(&none);
    let folder = cache.folder(FOLDER);
    let places: Vec<Place<'_>> = articles.iter().map(place).collect();
    let parts: Vec<(Fingerprint, Vec<&Article>)> = batches(&places)
        .into_iter()
        .map(|batch| {
            let articles: Vec<&Article> = batch.into_iter().map(|at| &articles[at]).collect();
            (key_of_batch(&articles), articles)
        })
        .collect();
    let made: Vec<Batch> = parts
        .par_iter()
        .map(|(key, articles)| taken_apart(*key, articles, cache))
        .collect::<Result<_, _>>()?;
    let before = cache.load_bytes(LISTS, "");
    let (index, lists) = join(&made, before.as_deref());
    drop(made);
    if before.is_none_or(|before| before != lists) {
        cache.store_bytes(LISTS, "", &lists);
    }
    if let Some(folder) = folder {
        let used = parts.iter().map(|(key, _)| key.to_string()).collect();
        forget(&folder, &used);
    }
    let names: Vec<String> = index.files.keys().map(|name| path(name)).collect();
    index.files.par_iter().try_for_each(|(name, bytes)| {
        let path = path(name);
        stage.produce(&path, key_of(&path), || Ok(bytes)).map(drop)
    })?;
    let root = path(&index.root);
    stage.remember(LIST, &(key, &root, names));
    Ok(Some(root))
}

fn path(name: &str) -> String {
    [paths::SEARCH_INDEX, name].concat()
}

/// A name has the digest of what it names.
fn key_of(path: &str) -> Key {
    Key::of("search").with(path)
}

/// What an article's number in the index follows from.
fn place(article: &Article) -> Place<'_> {
    let document = &article.document;
    Place {
        id: &document.slug,
        lang: &document.lang,
        date: &document.date,
    }
}

/// A document's digest is of all that [`document`] reads.
fn key_of_batch(articles: &[&Article]) -> Fingerprint {
    let digests = articles.iter().map(|article| &article.document.digest);
    digests.fold(Key::of("search batch"), Key::with).finish()
}

/// Articles taken apart, unless the cache has what came of them.
fn taken_apart(
    key: Fingerprint,
    articles: &[&Article],
    cache: &Cache,
) -> Result<Batch, BuildError> {
    let name = format!("{FOLDER}/{key}");
    let known = cache.load_bytes(&name, "");
    if let Some(batch) = known.and_then(|bytes| Batch::read(key.bytes(), &bytes)) {
        return Ok(batch);
    }
    let documents: Vec<Document> = articles
        .par_iter()
        .map(|article| document(article))
        .collect::<Result<_, _>>()?;
    let documents: Vec<&Document> = documents.iter().collect();
    let batch = Batch::of(key.bytes(), &documents);
    cache.store_bytes(&name, "", &batch.bytes());
    Ok(batch)
}

/// Deletes the oldest batches that were not used, as far as they are more than those that were: another
/// output of the same publication (a preview with drafts) has batches of its own.
fn forget(folder: &Path, used: &HashSet<String>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    let mut unused: Vec<(SystemTime, PathBuf)> = entries
        .flatten()
        .filter(|entry| {
            let name = entry.file_name();
            let name = name.to_str().filter(|name| !used.contains(*name));
            name.is_some_and(|name| Some(name) != LISTS.rsplit('/').next())
        })
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    unused.sort_unstable();
    let many = unused.len().saturating_sub(used.len());
    for (_, path) in unused.into_iter().take(many) {
        // What stays is in nobody's way.
        let _ = std::fs::remove_file(path);
    }
}

/// What can be found of an article; the app reads the same in its document (`crates/renderer`).
fn document(article: &Article) -> Result<Document, BuildError> {
    let document = article.whole()?.document;
    let texts = lamplight_markdown::texts(&document.markdown);
    Ok(Document {
        description: lamplight_markdown::described(&document),
        id: document.slug,
        lang: document.lang,
        title: document.title,
        headings: texts.headings,
        body: texts.body,
        tags: document.tags,
        categories: document.categories,
        date: document.date,
    })
}
