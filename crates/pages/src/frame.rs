//! Masthead and colophon: what every page begins and ends with.
//!
//! Entry points: [`masthead`] and [`colophon`], each the inside of its element.

use lamplight_markdown::escape;
use lamplight_model::{Media, Route, Site, paths};

use crate::{Frame, join, open_nav};

/// The publication's name: its title, its logo beside it or in its place.
fn nameplate(site: &Site, lang: &str) -> String {
    let title = escape(site.title_in(lang));
    let Some(light) = &site.logo else {
        return title.to_string();
    };
    let mut out = String::new();
    let alt = if site.logo_alone { &*title } else { "" };
    match &site.logo_dark {
        None => logo(&mut out, site, "", light, alt),
        Some(dark) => {
            logo(&mut out, site, " only-light", light, alt);
            logo(&mut out, site, " only-dark", dark, alt);
        }
    }
    if !site.logo_alone {
        join(&mut out, &["<span>", &title, "</span>"]);
    }
    out
}

/// An image that takes its place before it is there. It is never loaded late: the masthead is written
/// anew on each navigation, and must not blink.
fn logo(out: &mut String, site: &Site, class: &str, media: &Media, alt: &str) {
    let (width, height) = (media.width.to_string(), media.height.to_string());
    join(
        out,
        &[
            "<img class=\"masthead-logo",
            class,
            "\" src=\"",
            &escape(&site.base),
            &escape(&media.src),
            "\" alt=\"",
            alt,
            "\" width=\"",
            &width,
            "\" height=\"",
            &height,
            "\" decoding=\"sync\">",
        ],
    );
}

/// The inside of `<header class="masthead">`.
pub fn masthead(frame: &Frame<'_>) -> String {
    let (site, messages, lang) = (frame.site, frame.messages, frame.lang);
    let mut out = String::from("\n<div class=\"masthead-bar\">\n");
    frame.link_around(
        &mut out,
        " class=\"masthead-title\"",
        &frame.front(lang),
        &nameplate(site, lang),
    );
    open_nav(&mut out, "masthead-tools", &messages.tools);
    let own = lang.to_owned();
    search(frame, &mut out);
    frame.link(
        &mut out,
        "",
        &Route::Library { lang: own.clone() },
        &messages.library,
    );
    frame.link(
        &mut out,
        "",
        &Route::Settings { lang: own },
        &messages.settings,
    );
    out.push_str("</nav>\n</div>\n");
    if !site.categories.is_empty() {
        open_nav(&mut out, "masthead-sections", &messages.sections);
        for category in &site.categories {
            let route = Route::Category {
                lang: lang.to_owned(),
                id: category.id.clone(),
                page: 1,
            };
            frame.link(&mut out, "", &route, site.category_name(&category.id, lang));
        }
        out.push_str("</nav>\n");
    }
    out
}

/// The button that opens search; it leads to the page of the same name where no app answers it.
fn search(frame: &Frame<'_>, out: &mut String) {
    let route = Route::Search {
        lang: frame.lang.to_owned(),
    };
    let current = if frame.here == Some(&route) {
        " aria-current=\"page\""
    } else {
        ""
    };
    join(
        out,
        &[
            "<form class=\"masthead-search\" action=\"",
            &escape(&route.path(frame.site)),
            "\"><button",
            current,
            ">",
            &escape(&frame.messages.search),
            "</button></form>\n",
        ],
    );
}

/// Links to the lists of posts, by which every article of the language can be found: the inside of a
/// `<ul>`.
pub fn lists(frame: &Frame<'_>) -> String {
    let mut out = String::from("\n");
    let mut item = |route: &Route, text: &str| {
        out.push_str("<li>");
        frame.link(&mut out, "", route, text);
        out.truncate(out.trim_end().len());
        out.push_str("</li>\n");
    };
    item(&frame.front(frame.lang), &frame.messages.latest);
    for category in &frame.site.categories {
        let route = Route::Category {
            lang: frame.lang.to_owned(),
            id: category.id.clone(),
            page: 1,
        };
        item(&route, frame.site.category_name(&category.id, frame.lang));
    }
    out
}

/// The inside of `<footer class="colophon">`.
pub fn colophon(frame: &Frame<'_>) -> String {
    let (site, messages, lang) = (frame.site, frame.messages, frame.lang);
    let mut out = String::from("\n");
    if site.languages.len() > 1 {
        open_nav(&mut out, "colophon-languages", &messages.languages);
        for language in &site.languages {
            let code = escape(&language.code);
            let dir = language.dir.as_str();
            let attributes = [
                " lang=\"",
                &*code,
                "\" hreflang=\"",
                &*code,
                "\" dir=\"",
                dir,
                "\"",
            ]
            .concat();
            frame.link(
                &mut out,
                &attributes,
                &frame.front(&language.code),
                &language.name,
            );
        }
        out.push_str("</nav>\n");
    }
    own_pages(frame, &mut out);
    let description = site.description_in(lang);
    if !description.is_empty() {
        join(
            &mut out,
            &[
                "<p class=\"colophon-line\">",
                &escape(description),
                "</p>\n",
            ],
        );
    }
    let feed = escape(&paths::feed(site, lang, None, 1));
    let texts = (escape(&messages.feed), escape(&messages.read_offline));
    join(
        &mut out,
        &[
            "<p class=\"colophon-line\"><a href=\"",
            &feed,
            "\">",
            &texts.0,
            "</a> · ",
            &texts.1,
            "</p>\n",
        ],
    );
    out
}

/// The publication's own pages, those that exist in the page's language, and how to write to it.
fn own_pages(frame: &Frame<'_>, out: &mut String) {
    let (site, messages, lang) = (frame.site, frame.messages, frame.lang);
    let mut open = false;
    let mut item = |attributes: &str, route: &Route, text: &str| {
        out.push_str(if open {
            "<li>"
        } else {
            "<ul class=\"colophon-pages\">\n<li>"
        });
        open = true;
        frame.link(out, attributes, route, text);
        out.push_str("</li>\n");
    };
    for page in &site.pages {
        if let Some(title) = page.names.get(lang) {
            let route = Route::Article {
                lang: lang.to_owned(),
                slug: page.id.clone(),
            };
            item("", &route, title);
        }
    }
    if site.contact {
        let lacking = escape(&messages.part_absent);
        let part = [" data-part=\"contact\" data-lacking=\"", &*lacking, "\""].concat();
        item(&part, &Route::contact(lang), &messages.contact);
    }
    if open {
        out.push_str("</ul>\n");
    }
}
