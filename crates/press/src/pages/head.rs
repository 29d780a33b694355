//! The head of a page: what browsers, crawlers and other sites read.
//!
//! Entry point: [`Head::render`]; the order is that of `docs/pages.md`.

use lamplight_markdown::escape;
use lamplight_model::{Route, Site, paths};

use crate::documents::Article;
use crate::pages::card::{self, Card};
use crate::pages::{Frame, alternates, structured};

/// Colours of the browser's own bars, light and dark.
pub(crate) const THEME_COLOURS: [(&str, &str); 2] = [("light", "#fdfcfa"), ("dark", "#181513")];

/// What stands for the publication itself where other sites show a picture.
pub(crate) const ICON: &str = "icons/icon-512.png";

/// What a head says.
pub(crate) struct Head<'a> {
    pub(crate) lang: &'a str,
    /// Without the publication's name; empty for the front page.
    pub(crate) title: String,
    pub(crate) description: String,
    /// `None`: the page has no address; such a page is not to be indexed, nor is search.
    pub(crate) route: Option<&'a Route>,
    /// The page in every language it exists in, this one included, in the site's order.
    pub(crate) alternates: Vec<Route>,
    /// The newer and the older page of a list.
    pub(crate) around: [Option<Route>; 2],
    /// The category whose feed is offered, too.
    pub(crate) category: Option<&'a str>,
    pub(crate) article: Option<&'a Article>,
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
        // A page that arrives in pieces is not painted before its masthead is whole: what stands under a
        // masthead that grows would move. Named is what follows it, as Chromium waits for an element's
        // first tag only, where the HTML standard says its last.
        out.tag("<link rel=\"expect\" href=\"#main\" blocking=\"render\">");
        out.tag(&format!("<title>{}</title>", escape(&title)));
        out.meta("name", "description", &self.description);
        if matches!(self.route, None | Some(Route::Search { .. })) {
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
        if let Some(fallback) = alternates::fallback(&self.alternates, site) {
            out.alternate("x-default", &config.absolute(&fallback.path(site)));
        }
        for (rel, route) in ["prev", "next"].into_iter().zip(&self.around) {
            if let Some(route) = route {
                let href = escape(&route.path(site));
                out.tag(&format!("<link rel=\"{rel}\" href=\"{href}\">"));
            }
        }
        if let Some(id) = self.category {
            let name = format!("{} · {publication}", site.category_name(id, self.lang));
            out.feeds(site, self.lang, Some(id), &name);
        }
        out.feeds(site, self.lang, None, publication);
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
            let card = self
                .article
                .and_then(|article| card::of(article, &frame.cards));
            self.open_graph(&mut out, frame, canonical, card.as_ref());
            let data = match (self.article, self.route) {
                (Some(article), _) if !article.document.page => {
                    structured::article(article, frame, canonical, card.as_ref())
                }
                (None, Some(Route::Front { page: 1, .. })) => {
                    structured::website(self.lang, frame, canonical)
                }
                _ => None,
            };
            if let Some(data) = data {
                out.tag(&format!(
                    "<script type=\"application/ld+json\">{data}</script>"
                ));
            }
        }
        out.0
    }

    /// Open Graph (<https://ogp.me/>), and of Twitter's cards what Open Graph does not say.
    fn open_graph(&self, out: &mut Lines, frame: &Frame<'_>, canonical: &str, card: Option<&Card>) {
        let config = frame.config;
        let site = frame.site();
        let publication = site.title_in(self.lang);
        let kind = if self.article.is_some_and(|article| !article.document.page) {
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
        out.meta("property", "og:locale", &locale(self.lang));
        for alternate in &self.alternates {
            if alternate.lang() != self.lang {
                let other = locale(alternate.lang());
                out.meta("property", "og:locale:alternate", &other);
            }
        }
        let absolute = |path: &str| config.absolute(&[site.base.as_str(), path].concat());
        match card {
            Some(card) => {
                out.meta("property", "og:image", &absolute(&card.path));
                if card.width > 0 && card.height > 0 {
                    out.meta("property", "og:image:width", &card.width.to_string());
                    out.meta("property", "og:image:height", &card.height.to_string());
                }
                out.meta("property", "og:image:alt", &card.alt);
                out.meta("name", "twitter:card", "summary_large_image");
            }
            None => {
                out.meta("property", "og:image", &absolute(ICON));
                out.meta("name", "twitter:card", "summary");
            }
        }
        let Some(article) = self.article.map(|article| &article.document) else {
            return;
        };
        if article.page {
            return;
        }
        out.meta("name", "author", &article.authors.join(", "));
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

/// `pt-BR` as Open Graph spells it.
fn locale(lang: &str) -> String {
    lang.replace('-', "_")
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

    /// The same posts as Atom and as JSON Feed.
    fn feeds(&mut self, site: &Site, lang: &str, category: Option<&str>, title: &str) {
        let feeds = [
            ("atom+xml", paths::atom(site, lang, category)),
            ("feed+json", paths::feed(site, lang, category, 1)),
        ];
        for (kind, path) in feeds {
            self.tag(&format!(
                "<link rel=\"alternate\" type=\"application/{kind}\" href=\"{}\" title=\"{}\">",
                escape(&path),
                escape(title)
            ));
        }
    }
}
