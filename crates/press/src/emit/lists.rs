//! Lists as feeds and, page by page, as HTML.
//!
//! Entry point: [`write`].

use lamplight_model::seal;
use rayon::prelude::*;

use crate::config::Config;
use crate::documents::Article;
use crate::emit::key::Key;
use crate::emit::stage::Stage;
use crate::error::BuildError;
use crate::feeds::{self, List};
use crate::pages::{Frame, listing};
use crate::progress::Progress;

/// Writes every page of every list; with a `frame` as HTML, too. Returns the feeds' paths, without the
/// base, and digests.
pub(super) fn write(
    config: &Config,
    lists: &[List<'_>],
    frame: Option<&Frame<'_>>,
    stage: &Stage,
    progress: &dyn Progress,
) -> Result<Vec<(String, String)>, BuildError> {
    let settings = Key::of("settings").with(format!("{config:?}"));
    let written: Vec<Vec<(String, String)>> = lists
        .par_iter()
        .map(|list| {
            let pages = list.pages();
            let count = u32::try_from(pages.len()).unwrap_or(u32::MAX);
            let numbered: Vec<(u32, &[&Article])> = (1..).zip(pages).collect();
            let written = numbered
                .par_iter()
                .map(|(number, articles)| {
                    write_page(
                        &settings, list, *number, count, articles, config, frame, stage,
                    )
                })
                .collect::<Result<Vec<_>, BuildError>>();
            progress.advance(1);
            written
        })
        .collect::<Result<_, _>>()?;
    Ok(written.into_iter().flatten().collect())
}

#[expect(
    clippy::too_many_arguments,
    reason = "one page of one list of one site"
)]
fn write_page(
    settings: &Key,
    list: &List<'_>,
    number: u32,
    count: u32,
    articles: &[&Article],
    config: &Config,
    frame: Option<&Frame<'_>>,
    stage: &Stage,
) -> Result<(String, String), BuildError> {
    let key = Key::of("list")
        .with_key(settings)
        .with(list.lang)
        .with(list.category.unwrap_or_default())
        .with(number.to_le_bytes())
        .with(count.to_le_bytes());
    let key = list.own.iter().fold(key, |key, page| {
        key.with(&page.document.slug).with(&page.document.digest)
    });
    let key = articles
        .iter()
        .fold(key, |key, article| key.with(&article.document.digest));
    let path = feeds::path(list, number, config);
    let digest = stage.produce(&path, key.clone(), || {
        Ok(seal::seal(&feeds::feed(
            list, number, count, articles, config,
        ))?)
    })?;
    if let Some(frame) = frame {
        let site = frame.site();
        let page = list.route(number).path(site);
        let page = page.strip_prefix(site.base.as_str()).unwrap_or(&page);
        let key = Key::of("list page").with_key(&frame.key).with_key(&key);
        // The languages that its head names.
        let key = key.with(list.languages.join(" "));
        stage.produce(&format!("{page}index.html"), key, || {
            Ok(frame.render(&listing::page(
                frame, list, number, count, articles, &digest,
            )))
        })?;
    }
    Ok((path, digest))
}
