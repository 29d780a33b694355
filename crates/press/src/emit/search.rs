//! The search index (`docs/formats.md`): `search-index/`, made by `lamplight_search`.
//!
//! Entry point: [`write`]. It is a function of the articles' documents and of nothing else: while all of
//! them stay, so do its files, and no text is read. Its names are known only when it is made: a list of
//! them is kept in the cache, by the key of what they were made from.

use lamplight_model::paths;
use lamplight_search::Document;
use rayon::prelude::*;

use crate::documents::Article;
use crate::emit::key::{Fingerprint, Key};
use crate::emit::stage::Stage;
use crate::error::BuildError;

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
        .fold(Key::of("search index"), Key::with)
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
    let documents: Vec<Document> = articles
        .par_iter()
        .map(document)
        .collect::<Result<_, _>>()?;
    let index = lamplight_search::write::index(&documents);
    drop(documents);
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

/// What can be found of an article; the app reads the same in its document (`crates/renderer`).
fn document(article: &Article) -> Result<Document, BuildError> {
    let document = article.whole()?.document;
    let texts = lamplight_markdown::texts(&document.markdown);
    Ok(Document {
        id: document.slug,
        lang: document.lang,
        title: document.title,
        headings: texts.headings,
        description: document.description,
        body: texts.body,
        tags: document.tags,
        categories: document.categories,
        date: document.date,
    })
}
