//! The head of a page: what browsers, crawlers and other sites read.
//!
//! Entry point: [`Head::render`]; the order is that of `docs/pages.md`.

use lamplight_markdown::escape;
use lamplight_model::{ArticleDocument, Route, paths};
use serde_json::json;

use crate::pages::{Frame, json_for_html};

/// Colours of the browser's own bars, light and dark.
pub(crate) const THEME_COLOURS: [(&str, &str); 2] = [("light", "#fdfcfa"), ("dark", "#181513")];

/// What a head says.
pub(crate) struct Head<'a> {
    pub(crate) lang: &'a str,
    /// Without the publication's name; empty for the front page.
    pub(crate) title: String,
    pub(crate) description: String,
    /// `None`: the page has no address and is not to be indexed.
    pub(crate) route: Option<&'a Route>,
    /// The page in every language it exists in, this one included, in the site's order.
    pub(crate) alternates: Vec<Route>,
    /// The category whose feed is offered, too.
    pub(crate) category: Option<&'a str>,
    pub(crate) article: Option<&'a ArticleDocument>,
}

impl Head<'_> {
    /// The lines of the head.
    pub(crate) fn render(&self, frame: &Frame<'_>) -> String {
        let config = frame.config;
        let site = frame.site();
        let base = site.base.as_str();
        let publication = site.title_in(self.lang);
        let title = if self.title.is_empty() {
            publication.to_owned()
        } else {
            format!("{} · {publication}", self.title)
        };
        let mut out = Lines::default();
        out.tag(&format!(
            "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">",
            frame.policy.meta()
        ));
        // A page that arrives in pieces is not painted before its masthead is whole: the text under a
        // masthead that grows would move.
        out.tag("<link rel=\"expect\" href=\"#masthead\" blocking=\"render\">");
        out.tag(&format!("<title>{}</title>", escape(&title)));
        out.meta("name", "description", &self.description);
        if self.route.is_none() {
            out.meta("name", "robots", "noindex");
        }
        let canonical = self.route.map(|route| config.absolute(&route.path(site)));
        if let Some(canonical) = &canonical {
            out.tag(&format!(
                "<link rel=\"canonical\" href=\"{}\">",
                escape(canonical)
            ));
        }
        for alternate in &self.alternates {
            out.alternate(alternate.lang(), &config.absolute(&alternate.path(site)));
        }
        // Readers of none of the languages get the default one, or the first there is.
        let fallback = self
            .alternates
            .iter()
            .find(|route| route.lang() == site.default_lang())
            .or(self.alternates.first());
        if let Some(fallback) = fallback {
            out.alternate("x-default", &config.absolute(&fallback.path(site)));
        }
        if let Some(id) = self.category {
            let name = format!("{} · {publication}", site.category_name(id, self.lang));
            out.feed(&paths::feed(site, self.lang, Some(id), 1), &name);
        }
        out.feed(&paths::feed(site, self.lang, None, 1), publication);
        out.tag(&format!(
            "<link rel=\"manifest\" href=\"{base}manifest.webmanifest\">"
        ));
        out.tag(&format!(
            "<link rel=\"icon\" href=\"{base}icons/icon-192.png\" type=\"image/png\" sizes=\"192x192\">"
        ));
        out.tag(&format!(
            "<link rel=\"icon\" href=\"{base}icons/icon.svg\" type=\"image/svg+xml\" sizes=\"any\">"
        ));
        out.tag(&format!(
            "<link rel=\"apple-touch-icon\" href=\"{base}icons/icon-180.png\">"
        ));
        for (scheme, colour) in THEME_COLOURS {
            out.tag(&format!(
                "<meta name=\"theme-color\" content=\"{colour}\" media=\"(prefers-color-scheme: {scheme})\">"
            ));
        }
        if let Some(canonical) = &canonical {
            self.open_graph(&mut out, frame, canonical);
            if let Some(article) = self.article.filter(|article| !article.page)
                && let Ok(data) = json_ld(article, frame, canonical)
            {
                out.tag(&format!(
                    "<script type=\"application/ld+json\">{data}</script>"
                ));
            }
        }
        out.0
    }

    fn open_graph(&self, out: &mut Lines, frame: &Frame<'_>, canonical: &str) {
        let config = frame.config;
        let site = frame.site();
        let publication = site.title_in(self.lang);
        let kind = if self.article.is_some_and(|article| !article.page) {
            "article"
        } else {
            "website"
        };
        out.meta("property", "og:type", kind);
        let title = if self.title.is_empty() {
            publication
        } else {
            &self.title
        };
        out.meta("property", "og:title", title);
        out.meta("property", "og:description", &self.description);
        out.meta("property", "og:url", canonical);
        out.meta("property", "og:site_name", publication);
        out.meta("property", "og:locale", &self.lang.replace('-', "_"));
        let Some(article) = self.article else {
            return;
        };
        for translation in &article.translations {
            let locale = translation.lang.replace('-', "_");
            out.meta("property", "og:locale:alternate", &locale);
        }
        if let Some(image) = &article.image {
            let src = config.absolute(&[site.base.as_str(), &image.media.src].concat());
            out.meta("property", "og:image", &src);
            if image.media.width > 0 && image.media.height > 0 {
                out.meta("property", "og:image:width", &image.media.width.to_string());
                out.meta(
                    "property",
                    "og:image:height",
                    &image.media.height.to_string(),
                );
            }
            out.meta("property", "og:image:alt", &image.alt);
        }
        if article.page {
            return;
        }
        out.meta("property", "article:published_time", &article.date);
        if let Some(updated) = &article.updated {
            out.meta("property", "article:modified_time", updated);
        }
        if let Some(id) = article.categories.first() {
            let name = site.category_name(id, self.lang);
            out.meta("property", "article:section", name);
        }
        for tag in &article.tags {
            out.meta("property", "article:tag", tag);
        }
    }
}

/// schema.org's NewsArticle.
fn json_ld(
    article: &ArticleDocument,
    frame: &Frame<'_>,
    canonical: &str,
) -> Result<String, serde_json::Error> {
    let site = frame.site();
    let config = frame.config;
    let absolute = |path: &str| config.absolute(&[site.base.as_str(), path].concat());
    let mut data = json!({
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.title,
        "description": article.description,
        "datePublished": article.date,
        "dateModified": article.updated.as_ref().unwrap_or(&article.date),
        "inLanguage": article.lang,
        "mainEntityOfPage": canonical,
        "publisher": {
            "@type": "Organization",
            "name": site.title_in(&article.lang),
            "logo": { "@type": "ImageObject", "url": absolute("icons/icon-512.png") },
        },
    });
    let authors: Vec<_> = article
        .authors
        .iter()
        .map(|name| json!({ "@type": "Person", "name": name }))
        .collect();
    let mut set = |key: &str, value: serde_json::Value| {
        if let Some(object) = data.as_object_mut() {
            object.insert(key.into(), value);
        }
    };
    if !authors.is_empty() {
        set("author", authors.into());
    }
    if let Some(image) = &article.image {
        set("image", json!([absolute(&image.media.src)]));
    }
    if let Some(id) = article.categories.first() {
        set(
            "articleSection",
            json!(site.category_name(id, &article.lang)),
        );
    }
    if !article.tags.is_empty() {
        set("keywords", json!(article.tags));
    }
    if let Some(url) = article
        .source
        .as_ref()
        .and_then(|source| source.url.as_ref())
    {
        set("isBasedOn", json!(url));
    }
    json_for_html(&data)
}

/// Lines of a head.
#[derive(Default)]
struct Lines(String);

impl Lines {
    fn tag(&mut self, tag: &str) {
        if !self.0.is_empty() {
            self.0.push('\n');
        }
        self.0.push_str(tag);
    }

    fn meta(&mut self, attribute: &str, name: &str, content: &str) {
        if !content.is_empty() {
            self.tag(&format!(
                "<meta {attribute}=\"{name}\" content=\"{}\">",
                escape(content)
            ));
        }
    }

    fn alternate(&mut self, lang: &str, href: &str) {
        self.tag(&format!(
            "<link rel=\"alternate\" hreflang=\"{}\" href=\"{}\">",
            escape(lang),
            escape(href)
        ));
    }

    fn feed(&mut self, path: &str, title: &str) {
        self.tag(&format!(
            "<link rel=\"alternate\" type=\"application/feed+json\" href=\"{}\" title=\"{}\">",
            escape(path),
            escape(title)
        ));
    }
}
