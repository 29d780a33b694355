//! Which pages say the same in other languages: what `hreflang` tells in heads and in the sitemap.
//!
//! Entry points: [`of_article`], [`of_list`], [`fallback`]. The relation is mutual: every page of a
//! set gives the same set, or search engines believe none of them.

use lamplight_model::{ArticleDocument, Route, Site};

use crate::feeds::List;

/// The variants of an article, this one included, in the site's order.
pub(crate) fn of_article(document: &ArticleDocument, site: &Site) -> Vec<Route> {
    let exists = |lang: &str| {
        lang == document.lang || document.translations.iter().any(|other| other.lang == lang)
    };
    site.languages
        .iter()
        .filter(|language| exists(&language.code))
        .map(|language| Route::Article {
            lang: language.code.clone(),
            slug: document.slug.clone(),
        })
        .collect()
}

/// The first pages of a list in every language in which it has posts; none if this one has not.
/// (Later pages hold other posts in other languages and are no translations of each other: each is alone in its set.)
pub(crate) fn of_list(list: &List<'_>) -> Vec<Route> {
    if list.articles.is_empty() {
        return Vec::new();
    }
    list.languages
        .iter()
        .map(|lang| list.route_in(lang, 1))
        .collect()
}

/// What readers of none of the languages get: the default language, or the first there is.
pub(crate) fn fallback<'a>(alternates: &'a [Route], site: &Site) -> Option<&'a Route> {
    alternates
        .iter()
        .find(|route| route.lang() == site.default_lang())
        .or(alternates.first())
}
