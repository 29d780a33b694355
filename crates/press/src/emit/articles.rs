//! Articles: their documents, and their pages.
//!
//! Entry point: [`write`]. A text is read at most once, and only if something is to be made of it.

use std::collections::BTreeMap;

use lamplight_model::seal;
use rayon::prelude::*;

use crate::config::Config;
use crate::documents::{Article, document_path};
use crate::emit::key::Key;
use crate::emit::stage::Stage;
use crate::error::BuildError;
use crate::feeds::List;
use crate::pages::Frame;
use crate::pages::article::{self, Recent};
use crate::progress::Progress;

/// Writes the documents, whose digests the articles then have; with a `frame` the pages, too.
pub(super) fn write(
    config: &Config,
    articles: &mut [Article],
    frame: Option<&Frame<'_>>,
    stage: &Stage,
    progress: &dyn Progress,
) -> Result<(), BuildError> {
    let recent: BTreeMap<String, Recent> = frame
        .map(|frame| {
            let lists = crate::feeds::lists(articles, config);
            let whole = lists.iter().filter(|list| list.category.is_none());
            whole
                .map(|list: &List<'_>| (list.lang.to_owned(), Recent::new(frame, list)))
                .collect()
        })
        .unwrap_or_default();
    articles.par_iter_mut().try_for_each(|made| {
        let path = document_path(made, config);
        let mut whole = None;
        made.document.digest = stage.produce(&path, made.document_key()?, || {
            let article = made.whole()?;
            let sealed = seal::seal(&article.document)?;
            whole = Some(article);
            Ok(sealed)
        })?;
        if let Some(frame) = frame {
            let recent = recent.get(&made.document.lang);
            write_page(frame, made, whole, recent, stage)?;
        }
        progress.advance(1);
        Ok(())
    })
}

fn write_page(
    frame: &Frame<'_>,
    made: &Article,
    whole: Option<Article>,
    recent: Option<&Recent>,
    stage: &Stage,
) -> Result<(), BuildError> {
    let site = frame.site();
    let recent = recent.map_or("", |recent| recent.beside(&made.path));
    let key = Key::of("article page")
        .with_key(&frame.key)
        .with_key(&made.key())
        .with(recent);
    let path = made.path.strip_prefix(site.base.as_str());
    let path = format!("{}index.html", path.unwrap_or(&made.path));
    stage.produce(&path, key, || {
        let mut whole = match whole {
            Some(whole) => whole,
            None => made.whole()?,
        };
        whole.document.digest.clone_from(&made.document.digest);
        Ok(frame.render(&article::page(frame, &whole, recent)))
    })?;
    Ok(())
}
