//! Articles: their documents, and their pages.
//!
//! Entry point: [`write`]. A text is read at most once, and only if something is to be made of it. Where
//! only the recent posts beside an article changed, those are replaced in its old page.

use std::collections::BTreeMap;

use lamplight_model::seal;
use rayon::prelude::*;

use crate::config::Config;
use crate::documents::{Article, document_path, page_path};
use crate::emit::key::Key;
use crate::emit::stage::Stage;
use crate::error::BuildError;
use crate::feeds::List;
use crate::pages::Frame;
use crate::pages::article::{self, Recent};
use crate::progress::Progress;

/// What the cache calls the recent posts of the last build, by language.
const RECENT: &str = "recent";

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
    let before: BTreeMap<String, Recent> = stage.recall(RECENT).unwrap_or_default();
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
            let lang = &made.document.lang;
            let recents = Recents {
                now: recent
                    .get(lang)
                    .map_or("", |recent| recent.beside(&made.path)),
                before: before.get(lang).map(|before| before.beside(&made.path)),
            };
            write_page(config, frame, made, whole, &recents, stage)?;
        }
        progress.advance(1);
        Ok::<_, BuildError>(())
    })?;
    if before != recent {
        stage.remember(RECENT, &recent);
    }
    Ok(())
}

/// What stands beside an article: the newest posts.
struct Recents<'r> {
    now: &'r str,
    /// In the last build, as far as that is known.
    before: Option<&'r str>,
}

fn write_page(
    config: &Config,
    frame: &Frame<'_>,
    made: &Article,
    whole: Option<Article>,
    recents: &Recents<'_>,
    stage: &Stage,
) -> Result<(), BuildError> {
    let own = Key::of("article page")
        .with_key(&frame.key)
        .with_key(&made.key());
    let key = own.clone().with(recents.now);
    let before = recents.before.map(|recent| (own.with(recent), recent));
    stage.produce_with(&page_path(made, config), key, recents.now, before, || {
        let mut whole = match whole {
            Some(whole) => whole,
            None => made.whole()?,
        };
        whole.document.digest.clone_from(&made.document.digest);
        Ok(frame.render(&article::page(frame, &whole, recents.now)))
    })?;
    Ok(())
}
