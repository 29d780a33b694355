//! The HTML around articles: masthead, colophon, lists of posts. One renderer, two hosts: press writes
//! it into pages, the app puts the same bytes into the same elements.
//!
//! Entry points: [`masthead`], [`colophon`], [`lists`], [`listing`], [`recent`], [`shelf`] and [`setting`], each the *inside* of the
//! element that `docs/pages.md` names; [`contact::form`]. Every text that is not markup is escaped; nothing here may
//! depend on a clock, a browser or a file.

pub mod contact;
mod frame;
mod setting;
mod shelf;

use lamplight_markdown::{escape, push_image};
use lamplight_model::{ArticleDocument, FeedItem, Media, Messages, Route, Site, long_date};

pub use frame::{colophon, lists, masthead};
pub use setting::{Choice, setting};
pub use shelf::{Shelved, shelf};

/// How many posts stand under an article.
pub const RECENT: usize = 5;

/// `sizes` of the first card's image: from edge to edge, then seven of twelve columns of the page.
const FIRST: &str = "(min-width: 76em) 39rem, (min-width: 56em) 50vw, 100vw";

/// `sizes` of the others': wide enough for a picture of 3:2 to cover its place, which is less wide.
const ROW: &str = "10rem";

/// What the pieces of a page share.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// The publication.
    pub site: &'a Site,
    /// The interface's texts in the page's language.
    pub messages: &'a Messages,
    /// The page's language.
    pub lang: &'a str,
    /// The page's place; `None` where it has none of its own.
    pub here: Option<&'a Route>,
}

/// What a list shows of a post.
#[derive(Clone, Copy, Debug)]
pub struct Card<'a> {
    /// Its language.
    pub lang: &'a str,
    /// Its slug.
    pub slug: &'a str,
    /// Its title.
    pub title: &'a str,
    /// Its description.
    pub description: &'a str,
    /// When it was published, RFC 3339.
    pub date: &'a str,
    /// Reading time.
    pub minutes: u32,
    /// Its first category.
    pub category: Option<&'a str>,
    /// Its lead image.
    pub image: Option<&'a Media>,
}

impl<'a> From<&'a FeedItem> for Card<'a> {
    fn from(item: &'a FeedItem) -> Self {
        let extra = &item._lamplight;
        Self {
            lang: &item.language,
            slug: &extra.slug,
            title: &item.title,
            description: &item.content_text,
            date: &item.date_published,
            minutes: extra.minutes,
            category: extra.categories.first().map(String::as_str),
            image: extra.image.as_ref(),
        }
    }
}

impl<'a> From<&'a ArticleDocument> for Card<'a> {
    fn from(document: &'a ArticleDocument) -> Self {
        Self {
            lang: &document.lang,
            slug: &document.slug,
            title: &document.title,
            description: &document.description,
            date: &document.date,
            minutes: document.minutes,
            category: document.categories.first().map(String::as_str),
            image: document.image.as_ref().map(|image| &image.media),
        }
    }
}

/// Puts pieces of HTML together. (Not `format!`: its machinery would outweigh this crate in the app.)
fn join(out: &mut String, pieces: &[&str]) {
    for piece in pieces {
        out.push_str(piece);
    }
}

impl Frame<'_> {
    fn front(&self, lang: &str) -> Route {
        Route::Front {
            lang: lang.to_owned(),
            page: 1,
        }
    }

    /// A link with a text.
    fn link(&self, out: &mut String, attributes: &str, route: &Route, text: &str) {
        self.link_around(out, attributes, route, &escape(text));
    }

    /// A link around HTML; it says so where it leads to the page itself.
    fn link_around(&self, out: &mut String, attributes: &str, route: &Route, html: &str) {
        let current = if self.here == Some(route) {
            " aria-current=\"page\""
        } else {
            ""
        };
        anchor(out, attributes, &route.path(self.site), current, html);
    }
}

/// A link around HTML, `current` if it leads to the page itself.
fn anchor(out: &mut String, attributes: &str, address: &str, current: &str, html: &str) {
    let address = escape(address);
    join(
        out,
        &[
            "<a", attributes, " href=\"", &address, "\"", current, ">", html, "</a>\n",
        ],
    );
}

fn open_nav(out: &mut String, class: &str, label: &str) {
    join(
        out,
        &[
            "<nav class=\"",
            class,
            "\" aria-label=\"",
            &escape(label),
            "\">\n",
        ],
    );
}

/// A list's heading: its name, and the number of a later page.
pub fn heading(frame: &Frame<'_>, route: &Route) -> String {
    let (name, page) = match route {
        Route::Category { id, page, .. } => (frame.site.category_name(id, frame.lang), *page),
        Route::Front { page, .. } => (frame.messages.latest.as_str(), *page),
        _ => return String::new(),
    };
    if page < 2 {
        return name.to_owned();
    }
    let number = Messages::fill(&frame.messages.page_n, "n", &frame.messages.number(page));
    [name, " · ", &number].concat()
}

/// The inside of `<section class="listing">` at `route`, the first of whose `pages` is 1.
pub fn listing<'a>(
    frame: &Frame<'_>,
    route: &Route,
    cards: impl Iterator<Item = Card<'a>>,
    pages: u32,
) -> String {
    let cards: Vec<Card<'a>> = cards.collect();
    // Not generic over the iterator from here on.
    list(frame, route, &cards, pages)
}

fn list(frame: &Frame<'_>, route: &Route, cards: &[Card<'_>], pages: u32) -> String {
    let messages = frame.messages;
    let hidden = if matches!(route, Route::Front { page: 1, .. }) {
        " visually-hidden"
    } else {
        ""
    };
    let title = heading(frame, route);
    let mut out = String::new();
    join(
        &mut out,
        &[
            "\n<h1 class=\"listing-title",
            hidden,
            "\" tabindex=\"-1\">",
            &escape(&title),
            "</h1>\n",
        ],
    );
    // To what keeps it whole, on the library's page; hidden where no app is.
    if let Route::Category { id, page: 1, .. } = route {
        let wish = ["../../library/#:keep-", id].concat();
        let text = escape(&messages.save_results);
        anchor(&mut out, " class=\"hint save\"", &wish, "", &text);
    }
    if cards.is_empty() {
        join(
            &mut out,
            &["<p class=\"empty\">", &escape(&messages.no_posts), "</p>\n"],
        );
    } else {
        out.push_str("<ol class=\"cards\">\n");
        for (at, item) in cards.iter().enumerate() {
            card(frame, &mut out, item, at == 0);
        }
        out.push_str("</ol>\n");
    }
    if pages > 1 {
        pager(frame, &mut out, route, pages);
    }
    out
}

fn card(frame: &Frame<'_>, out: &mut String, card: &Card<'_>, first: bool) {
    let site = frame.site;
    let route = Route::Article {
        lang: card.lang.to_owned(),
        slug: card.slug.to_owned(),
    };
    let href = escape(&route.path(site));
    // Of a post in another language only what it says itself is in that language.
    let own = card.lang == frame.lang;
    let spoken = spoken(site, card.lang);
    let (around, within) = if own { (&*spoken, "") } else { ("", &*spoken) };
    join(
        out,
        &[
            "<li class=\"card\" data-slug=\"",
            &escape(card.slug),
            "\"",
            around,
            ">\n",
        ],
    );
    if let Some(media) = card.image {
        join(
            out,
            &[
                "<a class=\"card-image\" href=\"",
                &href,
                "\" tabindex=\"-1\" aria-hidden=\"true\"><img",
            ],
        );
        let sizes = if first { FIRST } else { ROW };
        push_image(out, &site.base, media, sizes, "", None);
        out.push_str(if first {
            " fetchpriority=\"high\"></a>\n"
        } else {
            " loading=\"lazy\" decoding=\"async\"></a>\n"
        });
    }
    out.push_str("<div class=\"card-text\">\n");
    if let Some(id) = card.category {
        let name = site.category_name(id, frame.lang);
        join(out, &["<p class=\"card-kicker\">", &escape(name), "</p>\n"]);
    }
    let minutes = frame.messages.count(&frame.messages.minutes, card.minutes);
    join(
        out,
        &[
            "<h2 class=\"card-title\"",
            within,
            "><a href=\"",
            &href,
            "\">",
            &escape(card.title),
            "</a></h2>\n<p class=\"card-summary\"",
            within,
            ">",
            &escape(card.description),
            "</p>\n<p class=\"card-meta\">",
            &language(site, card.lang, own),
            if own { "" } else { " · " },
            &time(card.date, frame.messages),
            " · ",
            &escape(&minutes),
            "</p>\n</div>\n</li>\n",
        ],
    );
}

/// `lang` and `dir` of an element in a language.
fn spoken(site: &Site, lang: &str) -> String {
    let dir = site.dir(lang).as_str();
    [" lang=\"", &*escape(lang), "\" dir=\"", dir, "\""].concat()
}

/// The name of another language than the page's.
fn language(site: &Site, lang: &str, own: bool) -> String {
    if own {
        return String::new();
    }
    let name = site.language(lang).map_or(lang, |language| &language.name);
    let name = escape(name);
    [
        "<span class=\"card-language\"",
        &*spoken(site, lang),
        ">",
        &*name,
        "</span>",
    ]
    .concat()
}

fn time(date: &str, messages: &Messages) -> String {
    let words = long_date(date, messages);
    [
        "<time datetime=\"",
        &*escape(date),
        "\">",
        &*escape(&words),
        "</time>",
    ]
    .concat()
}

fn pager(frame: &Frame<'_>, out: &mut String, route: &Route, pages: u32) {
    let turned = |to: u32| {
        let mut route = route.clone();
        if let Route::Front { page, .. } | Route::Category { page, .. } = &mut route {
            *page = to;
        }
        route
    };
    let (Route::Front { page, .. } | Route::Category { page, .. }) = route else {
        return;
    };
    open_nav(out, "pager", &frame.messages.pages);
    if *page > 1 {
        frame.link(
            out,
            " rel=\"prev\"",
            &turned(page - 1),
            &frame.messages.newer,
        );
    }
    if *page < pages {
        frame.link(
            out,
            " rel=\"next\"",
            &turned(page + 1),
            &frame.messages.older,
        );
    }
    out.push_str("</nav>\n");
}

/// The inside of `<nav class="recent">`.
pub fn recent<'a>(frame: &Frame<'_>, cards: impl Iterator<Item = Card<'a>>) -> String {
    let mut out = String::new();
    let title = escape(&frame.messages.recent_posts);
    join(
        &mut out,
        &[
            "\n<h2 class=\"recent-title\">",
            &title,
            "</h2>\n<ul class=\"recent-list\">\n",
        ],
    );
    for card in cards {
        let route = Route::Article {
            lang: card.lang.to_owned(),
            slug: card.slug.to_owned(),
        };
        let own = card.lang == frame.lang;
        let spoken = spoken(frame.site, card.lang);
        join(
            &mut out,
            &[
                "<li class=\"recent-item\"><a",
                if own { "" } else { &*spoken },
                " href=\"",
                &escape(&route.path(frame.site)),
                "\">",
                &escape(card.title),
                "</a> ",
                &language(frame.site, card.lang, own),
                &time(card.date, frame.messages),
                "</li>\n",
            ],
        );
    }
    out.push_str("</ul>\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use lamplight_model::{Language, Named};

    fn site() -> Site {
        let language = |code: &str| Language {
            code: code.into(),
            name: code.into(),
            ..Language::default()
        };
        Site {
            base: "/n/".into(),
            title: "A & B".into(),
            languages: vec![language("en"), language("fr")],
            categories: vec![Named {
                id: "sea".into(),
                names: [("en".to_owned(), "<Sea>".to_owned())].into(),
            }],
            ..Site::default()
        }
    }

    fn check(route: &Route, render: impl Fn(&Frame<'_>) -> String, expected: &[&str]) {
        let (site, messages) = (site(), Messages::english());
        let frame = Frame {
            site: &site,
            messages: &messages,
            lang: route.lang(),
            here: Some(route),
        };
        let html = render(&frame);
        for part in expected {
            assert!(html.contains(part), "{part} is not in {html}");
        }
    }

    #[test]
    fn the_masthead_escapes_names_and_marks_the_page_itself() {
        let here = Route::Category {
            lang: "fr".into(),
            id: "sea".into(),
            page: 1,
        };
        check(
            &here,
            masthead,
            &[
                "<a class=\"masthead-title\" href=\"/n/fr/\">A &amp; B</a>",
                "<a href=\"/n/fr/category/sea/\" aria-current=\"page\">&lt;Sea&gt;</a>",
            ],
        );
    }

    #[test]
    fn a_list_links_to_its_neighbour_pages_and_only_later_images_are_lazy() {
        let here = Route::Front {
            lang: "en".into(),
            page: 2,
        };
        let image = Media {
            src: "media/a.png".into(),
            width: 3,
            height: 2,
            bytes: 9,
            variants: vec!["2-b".into()],
        };
        let card = Card {
            lang: "en",
            slug: "a b",
            title: "\"Quoted\"",
            description: "",
            date: "2026-01-02",
            minutes: 4,
            category: None,
            image: Some(&image),
        };
        check(
            &here,
            |frame| listing(frame, &here, [card, card].into_iter(), 3),
            &[
                "<h1 class=\"listing-title\" tabindex=\"-1\">Latest · Page 2</h1>",
                "<a rel=\"prev\" href=\"/n/\">",
                "<a rel=\"next\" href=\"/n/page/3/\">",
                "<img src=\"/n/media/a.png\" srcset=\"/n/media/a-2-b.webp 2w, /n/media/a.png 3w\" sizes=\"(min-width: 76em) 39rem,",
                " alt=\"\" width=\"3\" height=\"2\" fetchpriority=\"high\"></a>",
                "sizes=\"10rem\" alt=\"\" width=\"3\" height=\"2\" loading=\"lazy\" decoding=\"async\"></a>",
                "href=\"/n/a%20b/\"",
                "<time datetime=\"2026-01-02\">2 January 2026</time> · 4 min",
            ],
        );
    }

    #[test]
    fn a_category_leads_to_what_keeps_it_whole_on_its_first_page() {
        let here = |page| Route::Category {
            lang: "fr".into(),
            id: "sea".into(),
            page,
        };
        check(
            &here(1),
            |frame| listing(frame, &here(1), [].into_iter(), 3),
            &[
                "</h1>\n<a class=\"hint save\" href=\"../../library/#:keep-sea\">Keep these on this device</a>\n",
            ],
        );
        // From there the way is another.
        check(
            &here(2),
            |frame| listing(frame, &here(2), [].into_iter(), 3),
            &["</h1>\n<p class=\"empty\">"],
        );
    }

    #[test]
    fn an_empty_list_says_so() {
        let here = Route::Front {
            lang: "en".into(),
            page: 1,
        };
        check(
            &here,
            |frame| listing(frame, &here, [].into_iter(), 1),
            &["visually-hidden", "<p class=\"empty\">"],
        );
    }
}
