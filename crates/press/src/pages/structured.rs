//! What search engines read: schema.org as JSON-LD, after Google's guidance for articles
//! (<https://developers.google.com/search/docs/appearance/structured-data/article>).
//!
//! Entry points: [`article`], [`website`]. Nothing is said here that the page does not show.

use serde_json::{Map, Value, json};

use crate::documents::Article;
use crate::pages::card::Card;
use crate::pages::head::ICON;
use crate::pages::{Frame, json_for_html};
use lamplight_model::Route;

const CONTEXT: &str = "https://schema.org";

/// NewsArticle and, if the article has a category, the way to it.
pub(crate) fn article(
    article: &Article,
    frame: &Frame<'_>,
    canonical: &str,
    card: Option<&Card>,
) -> Option<String> {
    let document = &article.document;
    let site = frame.site();
    let config = frame.config;
    let lang = document.lang.as_str();
    let publisher = publisher(lang, frame);
    let people = document.authors.iter().map(|name| person(name));
    let authors: Vec<Value> = people.collect();
    let mut news = Map::new();
    let mut set = |key: &str, value: Value| {
        news.insert(key.to_owned(), value);
    };
    set("@type", "NewsArticle".into());
    set("headline", document.title.as_str().into());
    set("datePublished", document.date.as_str().into());
    set("dateModified", article.changed().into());
    set("inLanguage", lang.into());
    set("mainEntityOfPage", canonical.into());
    // What nobody signed is the publication's own.
    set(
        "author",
        if authors.is_empty() {
            publisher.clone()
        } else {
            authors.into()
        },
    );
    set("publisher", publisher);
    if let Some(card) = card {
        let path = [site.base.as_str(), &card.path].concat();
        set("image", json!([config.absolute(&path)]));
    }
    if let Some(name) = &document.translator {
        set("translator", person(name));
    }
    let address = |lang: &str| {
        let route = Route::Article {
            lang: lang.to_owned(),
            slug: document.slug.clone(),
        };
        json!({ "@id": config.absolute(&route.path(site)) })
    };
    match article.original.as_deref() {
        Some(original) if original == lang => {
            let others = document.translations.iter();
            let others: Vec<Value> = others.map(|other| address(&other.lang)).collect();
            set("workTranslation", others.into());
        }
        Some(original) => set("translationOfWork", address(original)),
        None => {}
    }
    if !document.tags.is_empty() {
        set("keywords", document.tags.clone().into());
    }
    if let Some(url) = document.source.as_ref().and_then(|s| s.url.as_deref()) {
        set("isBasedOn", url.into());
    }
    let Some(id) = document.categories.first() else {
        news.insert("@context".to_owned(), CONTEXT.into());
        return json_for_html(&news).ok();
    };
    let name = site.category_name(id, lang);
    news.insert("articleSection".to_owned(), name.into());
    let category = Route::Category {
        lang: lang.to_owned(),
        id: id.clone(),
        page: 1,
    };
    // The last step is the page itself and needs no address.
    let steps = json!([
        {
            "@type": "ListItem",
            "position": 1,
            "name": name,
            "item": config.absolute(&category.path(site)),
        },
        { "@type": "ListItem", "position": 2, "name": document.title },
    ]);
    json_for_html(&json!({
        "@context": CONTEXT,
        "@graph": [news, { "@type": "BreadcrumbList", "itemListElement": steps }],
    }))
    .ok()
}

/// WebSite, for front pages: the name that search engines show above an address.
pub(crate) fn website(lang: &str, frame: &Frame<'_>, canonical: &str) -> Option<String> {
    let site = frame.site();
    let mut data = json!({
        "@context": CONTEXT,
        "@type": "WebSite",
        "name": site.title_in(lang),
        "url": canonical,
        "inLanguage": lang,
        "publisher": publisher(lang, frame),
    });
    // The name under an icon is the shorter one of the default language.
    if lang == site.default_lang()
        && frame.config.short_name != site.title
        && let Some(object) = data.as_object_mut()
    {
        object.insert(
            "alternateName".into(),
            frame.config.short_name.clone().into(),
        );
    }
    json_for_html(&data).ok()
}

fn person(name: &str) -> Value {
    json!({ "@type": "Person", "name": name })
}

fn publisher(lang: &str, frame: &Frame<'_>) -> Value {
    let site = frame.site();
    let config = frame.config;
    let home = Route::Front {
        lang: lang.to_owned(),
        page: 1,
    };
    json!({
        "@type": "Organization",
        "name": site.title_in(lang),
        "url": config.absolute(&home.path(site)),
        "logo": config.absolute(&[site.base.as_str(), ICON].concat()),
    })
}
