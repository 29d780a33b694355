//! Pages as complete HTML, to the letter of `docs/pages.md`.
//!
//! Entry points: [`Frame`], what all pages of a build share, and [`Page`], one of them. The app
//! renders the same elements; an end-to-end test compares the two. Every text that is not markup goes
//! through `lamplight_markdown::escape`.

pub(crate) mod article;
pub(crate) mod head;
pub(crate) mod listing;
pub(crate) mod plain;

use std::collections::BTreeMap;

use lamplight_markdown::escape;
use lamplight_model::{Messages, Route, Site, builtin_messages, paths};

use crate::config::Config;

/// The template of every page, and of Trunk.
const TEMPLATE: &str = include_str!("../../../../index.html");

pub(crate) const HEAD: &str = "<!--lamplight:head-->";
const APP: (&str, &str) = ("<!--lamplight:app-->", "<!--/lamplight:app-->");
const BODY: (&str, &str) = ("<!--lamplight:body-->", "<!--/lamplight:body-->");

/// What all pages share.
pub(crate) struct Frame<'a> {
    pub(crate) config: &'a Config,
    /// Interface texts by language.
    pub(crate) messages: BTreeMap<String, Messages>,
    english: Messages,
    /// With its markers.
    app_block: String,
}

/// One page.
pub(crate) struct Page<'a> {
    pub(crate) lang: &'a str,
    /// Where it is; `None` for the shell and the 404 page, which have no address of their own.
    pub(crate) route: Option<Route>,
    /// Between `<head>`'s fixed parts and the app block.
    pub(crate) head: String,
    /// What `<main>` holds.
    pub(crate) main: String,
}

impl<'a> Frame<'a> {
    /// The frame of a build; `app_block` with its markers.
    pub(crate) fn new(config: &'a Config, app_block: String) -> Self {
        let mut messages = BTreeMap::new();
        for language in &config.site.languages {
            let text = builtin_messages(&language.code);
            // A language that Lamplight has no texts for is served in English.
            if let Some(Ok(read)) = text.map(Messages::parse) {
                messages.insert(language.code.clone(), read);
            }
        }
        Self {
            config,
            messages,
            english: Messages::english(),
            app_block,
        }
    }

    pub(crate) fn site(&self) -> &'a Site {
        &self.config.site
    }

    /// Interface texts in a language.
    pub(crate) fn messages(&self, lang: &str) -> &Messages {
        self.messages.get(lang).unwrap_or(&self.english)
    }

    /// The whole page.
    pub(crate) fn render(&self, page: &Page<'_>) -> String {
        let site = self.site();
        let opening = format!(
            "<html lang=\"{}\" dir=\"{}\">",
            escape(page.lang),
            site.dir(page.lang).as_str()
        );
        let html = TEMPLATE.replacen("<html lang=\"en\" dir=\"ltr\">", &opening, 1);
        let html = html.replacen(HEAD, &page.head, 1);
        let html = replace_region(&html, APP, &self.app_block);
        let mut html = replace_region(&html, BODY, &self.body(page));
        html.truncate(html.trim_end().len());
        html.push('\n');
        html
    }

    fn body(&self, page: &Page<'_>) -> String {
        let site = self.site();
        let lang = page.lang;
        let messages = self.messages(lang);
        let here = page.route.as_ref().map(|route| route.path(site));
        let link = |path: String, attributes: &str, text: &str| {
            let current = if here.as_deref() == Some(path.as_str()) {
                " aria-current=\"page\""
            } else {
                ""
            };
            format!(
                "<a{attributes} href=\"{}\"{current}>{}</a>",
                escape(&path),
                escape(text)
            )
        };
        let front = |lang: &str| {
            Route::Front {
                lang: lang.to_owned(),
                page: 1,
            }
            .path(site)
        };
        let mut out = String::with_capacity(page.main.len() + 2048);
        out.push_str("<div id=\"app\">\n<a class=\"skip\" href=\"#main\">");
        out.push_str(&escape(&messages.skip));
        out.push_str("</a>\n<header class=\"masthead\">\n<div class=\"masthead-bar\">\n");
        out.push_str(&link(
            front(lang),
            " class=\"masthead-title\"",
            site.title_in(lang),
        ));
        out.push_str(&format!(
            "\n<nav class=\"masthead-tools\" aria-label=\"{}\">\n",
            escape(&messages.tools)
        ));
        let library = Route::Library {
            lang: lang.to_owned(),
        }
        .path(site);
        let settings = Route::Settings {
            lang: lang.to_owned(),
        }
        .path(site);
        out.push_str(&link(library, "", &messages.library));
        out.push('\n');
        out.push_str(&link(settings, "", &messages.settings));
        out.push_str("\n</nav>\n</div>\n");
        if !site.categories.is_empty() {
            out.push_str(&format!(
                "<nav class=\"masthead-sections\" aria-label=\"{}\">\n",
                escape(&messages.sections)
            ));
            for category in &site.categories {
                let route = Route::Category {
                    lang: lang.to_owned(),
                    id: category.id.clone(),
                    page: 1,
                };
                let name = site.category_name(&category.id, lang);
                out.push_str(&link(route.path(site), "", name));
                out.push('\n');
            }
            out.push_str("</nav>\n");
        }
        out.push_str("</header>\n<main id=\"main\">");
        out.push_str(&page.main);
        out.push_str("</main>\n<footer class=\"colophon\">\n");
        if site.languages.len() > 1 {
            out.push_str(&format!(
                "<nav class=\"colophon-languages\" aria-label=\"{}\">\n",
                escape(&messages.languages)
            ));
            for language in &site.languages {
                let path = front(&language.code);
                let current = if here.as_deref() == Some(path.as_str()) {
                    " aria-current=\"page\""
                } else {
                    ""
                };
                let code = escape(&language.code);
                out.push_str(&format!(
                    "<a href=\"{}\" lang=\"{code}\" hreflang=\"{code}\" dir=\"{}\"{current}>{}</a>\n",
                    escape(&path),
                    language.dir.as_str(),
                    escape(&language.name)
                ));
            }
            out.push_str("</nav>\n");
        }
        let description = site.description_in(lang);
        if !description.is_empty() {
            out.push_str(&format!(
                "<p class=\"colophon-line\">{}</p>\n",
                escape(description)
            ));
        }
        out.push_str(&format!(
            "<p class=\"colophon-line\"><a href=\"{}\">{}</a> {}</p>\n</footer>\n</div>",
            escape(&paths::feed(site, lang, None, 1)),
            escape(&messages.feed),
            escape(&messages.read_offline)
        ));
        out
    }
}

/// Replaces a region and its markers.
pub(crate) fn replace_region(html: &str, (open, close): (&str, &str), by: &str) -> String {
    match (html.find(open), html.find(close)) {
        (Some(start), Some(end)) if start < end => {
            [&html[..start], by, &html[end + close.len()..]].concat()
        }
        _ => html.to_owned(),
    }
}

/// The app block's markers around its lines.
pub(crate) fn mark_app_block(lines: &str) -> String {
    [APP.0, "\n", lines, APP.1].concat()
}

/// JSON that can stand in a script element.
pub(crate) fn json_for_html<T: serde::Serialize>(value: &T) -> Result<String, serde_json::Error> {
    Ok(serde_json::to_string(value)?.replace('<', "\\u003c"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_has_every_marker_once() {
        for marker in [
            HEAD,
            APP.0,
            APP.1,
            BODY.0,
            BODY.1,
            "<html lang=\"en\" dir=\"ltr\">",
        ] {
            assert_eq!(TEMPLATE.matches(marker).count(), 1, "{marker}");
        }
        assert!(TEMPLATE.trim_end().ends_with("</html>"));
    }
}
