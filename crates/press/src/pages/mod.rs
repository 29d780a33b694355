//! Pages as complete HTML, to the letter of `docs/pages.md`.
//!
//! Entry points: [`Frame`], what all pages of a build share, and [`Page`], one of them. The app
//! renders the same elements; an end-to-end test compares the two. Every text that is not markup goes
//! through `lamplight_markdown::escape`.

pub(crate) mod alternates;
pub(crate) mod article;
pub(crate) mod card;
pub(crate) mod contact;
pub(crate) mod head;
pub(crate) mod listing;
pub(crate) mod plain;
pub(crate) mod redirect;
mod structured;

use std::collections::BTreeMap;

use lamplight_markdown::escape;
use lamplight_model::{Messages, Route, Site};
use lamplight_pages::Frame as Piece;

use crate::cards::Cards;
use crate::config::Config;
use crate::emit::block::Sheets;
use crate::emit::key::Key;

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
    /// The pictures of posts that have none.
    pub(crate) cards: Cards,
    /// The style sheets of some of them.
    pub(crate) sheets: Sheets,
    /// Everything above.
    pub(crate) key: Key,
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
        let own = config.messages.iter();
        let messages = own.filter_map(|(lang, wire)| Some((lang.clone(), Messages::read(wire)?)));
        // The configuration has the texts of the interface, too.
        let key = Key::of("frame")
            .with(format!("{config:?}"))
            .with(&app_block);
        Self {
            config,
            messages: messages.collect(),
            english: Messages::english(),
            app_block,
            cards: Cards::default(),
            sheets: Sheets::default(),
            key,
        }
    }

    /// The same frame with cards for posts that have no picture.
    #[must_use]
    pub(crate) fn with_cards(mut self, cards: Cards) -> Self {
        self.key = self.key.with(cards.digest());
        self.cards = cards;
        self
    }

    /// The same frame with the style sheets of some pages; the app block names their app, and so them.
    #[must_use]
    pub(crate) fn with_sheets(mut self, sheets: Sheets) -> Self {
        self.key = self.key.with(format!("{sheets:?}"));
        self.sheets = sheets;
        self
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

    /// What the pieces of a page in a language share.
    pub(crate) fn piece<'b>(&'b self, lang: &'b str, here: Option<&'b Route>) -> Piece<'b> {
        Piece {
            site: self.site(),
            messages: self.messages(lang),
            lang,
            here,
        }
    }

    fn body(&self, page: &Page<'_>) -> String {
        let piece = self.piece(page.lang, page.route.as_ref());
        [
            "<div id=\"app\">\n<a class=\"skip\" href=\"#main\">",
            &escape(&self.messages(page.lang).skip),
            "</a>\n<header class=\"masthead\">",
            &lamplight_pages::masthead(&piece),
            "</header>\n<main id=\"main\">",
            &page.main,
            "</main>\n<footer class=\"colophon\">",
            &lamplight_pages::colophon(&piece),
            "</footer>\n</div>",
        ]
        .concat()
    }
}

/// The line that loads a style sheet.
pub(crate) fn sheet(address: &str) -> String {
    format!("<link rel=\"stylesheet\" href=\"{}\">\n", escape(address))
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
