//! What a reader keeps who wants a category or everything: `archive/<lang>.json` for each language.
//!
//! Entry point: [`write`], when documents, pages and pictures have been produced: it tells their sizes. It
//! must never read a file: the stage knows how large each is.

use lamplight_model::{Archive, Archived, FORMAT, PHONE, image_width, paths, seal};
use rayon::prelude::*;

use crate::config::Config;
use crate::documents::{Article, document_path, page_path};
use crate::emit::stage::Stage;
use crate::error::BuildError;

/// Writes the list of every language of the site, also one that has nothing.
pub(super) fn write(
    config: &Config,
    articles: &[Article],
    stage: &Stage,
) -> Result<(), BuildError> {
    let site = &config.site;
    site.languages.par_iter().try_for_each(|language| {
        let path = paths::archive(site, &language.code);
        let path = path.strip_prefix(site.base.as_str()).unwrap_or(&path);
        // What it is made from are all keys of all pages: to gather those takes longer than to make it.
        let archive = archive(&language.code, config, articles, stage);
        stage.write(path, seal::seal(&archive)?)
    })
}

fn archive(lang: &str, config: &Config, articles: &[Article], stage: &Stage) -> Archive {
    let (pages, posts): (Vec<&Article>, Vec<&Article>) = articles
        .iter()
        .filter(|article| article.document.lang == lang)
        .partition(|article| article.document.page);
    let all = posts.into_iter().chain(pages);
    Archive {
        digest: String::new(),
        format: FORMAT,
        lang: lang.to_owned(),
        articles: all
            .map(|article| archived(article, config, stage))
            .collect(),
    }
}

fn archived(article: &Article, config: &Config, stage: &Stage) -> Archived {
    let document = &article.document;
    let size = |paths: &[String]| {
        // Where press writes no pages (for Trunk's server) there are none to be kept.
        let bytes: u64 = paths.iter().filter_map(|path| stage.size(path)).sum();
        u32::try_from(bytes).unwrap_or(u32::MAX)
    };
    let (width, density) = PHONE;
    Archived {
        slug: document.slug.clone(),
        title: document.title.clone(),
        date: document.date.clone(),
        digest: document.digest.clone(),
        categories: document.categories.clone(),
        bytes: size(&[document_path(article, config), page_path(article, config)]),
        images: size(&document.pictures(image_width(width, density))),
        page: document.page,
    }
}
