//! Files by which others find what is published: Atom feeds, the sitemap, `robots.txt`.
//!
//! Entry point: [`write`]. None of them is read by the app, and none is part of its build.

use rayon::prelude::*;

use crate::documents::Article;
use crate::emit::key::Key;
use crate::emit::set;
use crate::emit::stage::Stage;
use crate::error::BuildError;
use crate::feeds::List;
use crate::pages::Frame;
use crate::{atom, sitemap};

/// Writes them.
pub(super) fn write(
    frame: &Frame<'_>,
    articles: &[Article],
    lists: &[List<'_>],
    stage: &Stage,
) -> Result<(), BuildError> {
    let config = frame.config;
    let settings = Key::of("settings").with(format!("{config:?}"));
    lists.par_iter().try_for_each(|list| {
        let key = Key::of("atom")
            .with_key(&settings)
            .with(list.lang)
            .with(list.category.unwrap_or_default());
        let key = atom::newest(list)
            .iter()
            .fold(key, |key, article| key.with_key(&article.key()));
        let text = || atom::feed(list, frame);
        stage
            .produce(&atom::path(list, config), key, text)
            .map(drop)
    })?;
    let maps = articles
        .iter()
        .fold(Key::of("sitemap").with_key(&settings), |key, article| {
            key.with_key(&article.key())
        });
    // The lists are made of the articles and the settings.
    set::produce(stage, "sitemap", &maps, |put| {
        sitemap::write(articles, lists, config, put)
    })?;
    stage.write("robots.txt", sitemap::robots(config))
}
