//! The app's own pages (library, settings, search), the shell and the 404 page.

use lamplight_markdown::escape;
use lamplight_model::Route;

use crate::pages::head::Head;
use crate::pages::{Frame, Page, sheet};

/// The file of the page that is the app alone.
pub(crate) const SHELL: &str = "shell/index.html";

/// What is on the device: without the app, a word of explanation.
pub(crate) fn library<'a>(frame: &Frame<'_>, lang: &'a str) -> Page<'a> {
    let messages = frame.messages(lang);
    let route = |lang: &str| Route::Library {
        lang: lang.to_owned(),
    };
    let intro = [messages.library_intro.as_str()];
    let mut page = own(frame, lang, &messages.library, &intro, "", route);
    // Where the library's program shows what is on the device.
    let host = "<section class=\"page library\" data-library>";
    page.main = page.main.replacen("<section class=\"page\">", host, 1);
    page
}

/// Settings: without the app, a word of explanation.
pub(crate) fn settings<'a>(frame: &Frame<'_>, lang: &'a str) -> Page<'a> {
    let messages = frame.messages(lang);
    let route = |lang: &str| Route::Settings {
        lang: lang.to_owned(),
    };
    own(frame, lang, &messages.settings, &[], "", route)
}

/// Search: without the app, what leads to articles.
pub(crate) fn search<'a>(frame: &Frame<'_>, lang: &'a str) -> Page<'a> {
    let messages = frame.messages(lang);
    let route = |lang: &str| Route::Search {
        lang: lang.to_owned(),
    };
    let instead = format!(
        "<p>{}</p>\n<ul class=\"page-links\">{}</ul>\n",
        escape(&messages.search_elsewhere),
        lamplight_pages::lists(&frame.piece(lang, None))
    );
    let mut page = own(frame, lang, &messages.search, &[], &instead, route);
    page.head.push_str(&sheet(&frame.sheets.search));
    page
}

fn own<'a>(
    frame: &Frame<'_>,
    lang: &'a str,
    title: &str,
    intro: &[&str],
    instead: &str,
    route: impl Fn(&str) -> Route,
) -> Page<'a> {
    let site = frame.site();
    let here = route(lang);
    let head = Head {
        lang,
        title: title.to_owned(),
        description: site.description_in(lang).to_owned(),
        route: Some(&here),
        alternates: site
            .languages
            .iter()
            .map(|language| route(&language.code))
            .collect(),
        around: [None, None],
        category: None,
        article: None,
    }
    .render(frame);
    let mut main = section(title);
    for line in intro {
        main.push_str(&format!("<p>{}</p>\n", escape(line)));
    }
    let needs_app = escape(&frame.messages(lang).needs_app);
    main.push_str(&format!(
        "<p class=\"needs-app\">{needs_app}</p>\n{instead}</section>\n"
    ));
    Page {
        lang,
        route: Some(here),
        head,
        main,
    }
}

/// What the worker answers a page with that the device does not have.
pub(crate) fn shell<'a>(frame: &'a Frame<'_>) -> Page<'a> {
    let lang = frame.config.site.default_lang();
    Page {
        lang,
        route: None,
        head: bare_head(frame, lang, ""),
        main: String::new(),
    }
}

/// The answer to an address that has no page.
pub(crate) fn not_found<'a>(frame: &'a Frame<'_>) -> Page<'a> {
    let site = &frame.config.site;
    let lang = site.default_lang();
    let messages = frame.messages(lang);
    let main = format!(
        "{}<p>{}</p>\n<p><a href=\"{}\">{}</a></p>\n</section>\n",
        section(&messages.not_found_title),
        escape(&messages.not_found),
        escape(&site.base),
        escape(&messages.to_front)
    );
    let head = bare_head(frame, lang, &messages.not_found_title);
    Page {
        lang,
        route: None,
        head,
        main,
    }
}

fn section(title: &str) -> String {
    format!(
        "\n<section class=\"page\">\n<h1 class=\"page-title\" tabindex=\"-1\">{}</h1>\n",
        escape(title)
    )
}

fn bare_head(frame: &Frame<'_>, lang: &str, title: &str) -> String {
    Head {
        lang,
        title: title.to_owned(),
        description: String::new(),
        route: None,
        alternates: Vec::new(),
        around: [None, None],
        category: None,
        article: None,
    }
    .render(frame)
}
