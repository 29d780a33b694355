//! JSON Feed 1.1 for every language and every category in every language, twenty posts a page.
//!
//! Entry points: [`lists`], and [`feed`] for a page of one. Dates are the posts' own; no clock is asked.

use std::collections::BTreeMap;

use lamplight_model::{
    Author, FORMAT, Feed, FeedExtension, FeedItem, ItemExtension, Route, Site, paths,
};

use crate::config::Config;
use crate::documents::Article;

/// Posts on a page of a feed and of a list.
pub(crate) const PER_PAGE: usize = 20;

/// A list of posts: of a language, or of a category in a language.
#[derive(Clone, Debug)]
pub(crate) struct List<'a> {
    pub(crate) lang: &'a str,
    pub(crate) category: Option<&'a str>,
    /// The languages in which there are posts for it, in the site's order.
    pub(crate) languages: Vec<&'a str>,
    /// Newest first.
    pub(crate) articles: Vec<&'a Article>,
    /// The publication's own pages in the language; a category has none.
    pub(crate) own: Vec<&'a Article>,
}

impl<'a> List<'a> {
    /// Its pages, at least one.
    pub(crate) fn pages(&self) -> Vec<&[&'a Article]> {
        let mut pages: Vec<&[&Article]> = self.articles.chunks(PER_PAGE).collect();
        if pages.is_empty() {
            pages.push(&[]);
        }
        pages
    }

    /// Its title, with the publication's.
    pub(crate) fn title(&self, site: &Site) -> String {
        let publication = site.title_in(self.lang);
        match self.category {
            Some(id) => format!("{} · {publication}", site.category_name(id, self.lang)),
            None => publication.to_owned(),
        }
    }

    /// The route of one of its pages, from 1.
    pub(crate) fn route(&self, page: u32) -> Route {
        self.route_in(self.lang, page)
    }

    /// The route of a page of the same list in another language.
    pub(crate) fn route_in(&self, lang: &str, page: u32) -> Route {
        let lang = lang.to_owned();
        match self.category {
            Some(id) => Route::Category {
                lang,
                id: id.to_owned(),
                page,
            },
            None => Route::Front { lang, page },
        }
    }
}

/// Every list of the site, also the empty ones: their pages are linked from every page.
pub(crate) fn lists<'a>(articles: &'a [Article], config: &'a Config) -> Vec<List<'a>> {
    let mut lists = Vec::new();
    for language in &config.site.languages {
        let of_language: Vec<&Article> = articles
            .iter()
            .filter(|article| !article.document.page && stands_in(article, &language.code, config))
            .collect();
        let own: Vec<&Article> = articles
            .iter()
            .filter(|article| article.document.lang == language.code && article.document.page)
            .collect();
        let list = |category, articles, own| List {
            lang: &language.code,
            category,
            languages: Vec::new(),
            articles,
            own,
        };
        for category in &config.site.categories {
            let of_category = of_language
                .iter()
                .filter(|article| article.document.categories.contains(&category.id))
                .copied()
                .collect();
            lists.push(list(Some(category.id.as_str()), of_category, Vec::new()));
        }
        lists.push(list(None, of_language, own));
    }
    let mut languages: BTreeMap<Option<&str>, Vec<&str>> = BTreeMap::new();
    for list in lists.iter().filter(|list| !list.articles.is_empty()) {
        languages.entry(list.category).or_default().push(list.lang);
    }
    for list in &mut lists {
        list.languages = languages.get(&list.category).cloned().unwrap_or_default();
    }
    lists
}

/// Whether lists in a language have a post: one in that language, or where there is none, and the publication wants
/// it, the default language's.
fn stands_in(article: &Article, lang: &str, config: &Config) -> bool {
    let document = &article.document;
    let lacks = || document.translations.iter().all(|other| other.lang != lang);
    document.lang == lang
        || (config.fallback && document.lang == config.site.default_lang() && lacks())
}

/// The path of a page of a list's feed, without the base.
pub(crate) fn path(list: &List<'_>, page: u32, config: &Config) -> String {
    let path = paths::feed(&config.site, list.lang, list.category, page);
    path.strip_prefix(config.site.base.as_str())
        .unwrap_or(&path)
        .to_owned()
}

/// One page of a list, of `pages`. It follows from the settings, the list and the articles' documents.
pub(crate) fn feed(
    list: &List<'_>,
    page: u32,
    pages: u32,
    articles: &[&Article],
    config: &Config,
) -> Feed {
    let site = &config.site;
    let address = |page| config.absolute(&paths::feed(site, list.lang, list.category, page));
    Feed {
        _lamplight: FeedExtension {
            digest: String::new(),
            format: FORMAT,
            page,
            pages,
            category: list.category.map(str::to_owned),
            own: if page == 1 {
                digests(&list.own)
            } else {
                BTreeMap::new()
            },
        },
        version: "https://jsonfeed.org/version/1.1".into(),
        title: list.title(site),
        home_page_url: config.absolute(&list.route(page).path(site)),
        feed_url: address(page),
        next_url: (page < pages).then(|| address(page + 1)),
        description: Some(site.description_in(list.lang).to_owned()).filter(|d| !d.is_empty()),
        language: list.lang.to_owned(),
        items: articles
            .iter()
            .map(|article| item(article, config))
            .collect(),
    }
}

/// Slug → digest of the current document.
fn digests(pages: &[&Article]) -> BTreeMap<String, String> {
    pages
        .iter()
        .map(|page| (page.document.slug.clone(), page.document.digest.clone()))
        .collect()
}

fn item(article: &Article, config: &Config) -> FeedItem {
    let document = &article.document;
    let url = config.absolute(&article.path);
    let image = document.image.as_ref();
    FeedItem {
        // A renamed post is no new one to whoever has read it.
        id: config.absolute(&article.first_path),
        url,
        title: document.title.clone(),
        content_text: document.description.clone(),
        image: image
            .map(|image| config.absolute(&[config.site.base.as_str(), &image.media.src].concat())),
        date_published: document.date.clone(),
        date_modified: document.updated.clone(),
        authors: document
            .authors
            .iter()
            .map(|name| Author { name: name.clone() })
            .collect(),
        tags: document.tags.clone(),
        language: document.lang.clone(),
        _lamplight: ItemExtension {
            slug: document.slug.clone(),
            digest: document.digest.clone(),
            categories: document.categories.clone(),
            image: image.map(|image| image.media.clone()),
            image_alt: image.map(|image| image.alt.clone()).unwrap_or_default(),
            minutes: document.minutes,
            translations: document.translations.clone(),
        },
    }
}
