//! What was found, as HTML, and in words how far it can be trusted.

use lamplight_markdown::escape;
use lamplight_model::{Messages, Route, long_date, paths};
use lamplight_reader::search::{Found, Hit, marked};
use leptos::prelude::*;

use crate::browser::intl;
use crate::state::Session;
use crate::state::search::Index;

/// The links to what was found. In the dialog (`chosen` is there) they are the options of its box.
pub(crate) fn results(session: Session, found: &Found, chosen: Option<Option<usize>>) -> String {
    let mut out = String::new();
    for (at, hit) in found.hits.iter().enumerate() {
        match chosen {
            Some(chosen) => {
                let selected = if chosen == Some(at) { "true" } else { "false" };
                let id = ["search-", &at.to_string()].concat();
                let role = [
                    " role=\"option\" tabindex=\"-1\" id=\"",
                    &id,
                    "\" aria-selected=\"",
                    selected,
                    "\"",
                ];
                link(session, &mut out, hit, &role.concat());
            }
            None => {
                out.push_str("<li>");
                link(session, &mut out, hit, "");
                out.push_str("</li>");
            }
        }
    }
    out
}

fn link(session: Session, out: &mut String, hit: &Hit, attributes: &str) {
    let (site, messages) = (session.site(), session.messages.get());
    let here = session.screen.get_untracked().lang.clone();
    let route = Route::Article {
        lang: hit.lang.clone(),
        slug: hit.id.clone(),
    };
    let dir = site.dir(&hit.lang).as_str();
    for piece in [
        "<a class=\"result\" href=\"",
        &escape(&route.path(&site)),
        "\" lang=\"",
        &escape(&hit.lang),
        "\" dir=\"",
        dir,
        "\"",
        attributes,
        "><span class=\"result-title\">",
    ] {
        out.push_str(piece);
    }
    pieces(out, &hit.title, &hit.marks);
    out.push_str("</span>");
    if let Some(snippet) = &hit.snippet {
        out.push_str("<span class=\"result-text\">");
        out.push_str(if snippet.before { "… " } else { "" });
        pieces(out, &snippet.text, &snippet.marks);
        out.push_str(if snippet.after { " …" } else { "" });
        out.push_str("</span>");
    }
    let mut meta: Vec<String> = Vec::new();
    if let Some(id) = hit.categories.first() {
        meta.push(site.category_name(id, &here).to_owned());
    }
    if !hit.date.is_empty() {
        meta.push(long_date(&hit.date, &messages));
    }
    if hit.lang != here {
        meta.extend(
            site.language(&hit.lang)
                .map(|language| language.name.clone()),
        );
    }
    let interface = site.dir(&here).as_str();
    out.push_str("<span class=\"result-meta\" lang=\"");
    out.push_str(&escape(&here));
    out.push_str("\" dir=\"");
    out.push_str(interface);
    out.push_str("\">");
    out.push_str(&escape(&meta.join(" · ")));
    let document = paths::document(&site, &hit.lang, &hit.id);
    if session.on_device.with(|known| known.contains(&document)) {
        out.push_str(" <span class=\"badge\">");
        out.push_str(&escape(&messages.on_device));
        out.push_str("</span>");
    }
    out.push_str("</span></a>");
}

fn pieces(out: &mut String, text: &str, marks: &[u32]) {
    for (piece, marked) in marked(text, marks) {
        out.push_str(if marked { "<mark>" } else { "" });
        out.push_str(&escape(piece));
        out.push_str(if marked { "</mark>" } else { "" });
    }
}

/// What of everything was searched, where that was not everything.
pub(crate) fn condition(session: Session, found: &Found) -> Option<String> {
    let messages = session.messages.get();
    let lang = session.screen.get_untracked().lang.clone();
    let text = match session.search.index.get() {
        Index::Absent => &messages.search_device,
        Index::Newer => &messages.search_newer,
        Index::Open if !found.complete => return Some(messages.search_partial.clone()),
        Index::Open | Index::Coming => return None,
    };
    let own = intl::number(&lang, session.search.own.get() as f64);
    Some(Messages::fill(text, "n", &own))
}
