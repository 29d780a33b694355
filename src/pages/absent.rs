//! What is not there: an article that is not on the device, one on its way, no such page.

use lamplight_markdown::escape;
use lamplight_model::{Messages, Route, paths};
use lamplight_pages::Shelved;
use lamplight_reader::answer::Failure;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::library::shelved;
use crate::state::{Screen, Session, check, device};
use crate::widgets::STRONG;

/// No such page.
pub(crate) fn not_found(session: Session, lang: &str) -> AnyView {
    let (site, messages) = (session.site(), session.messages.get_untracked());
    let front = Route::Front {
        lang: lang.to_owned(),
        page: 1,
    }
    .path(&site);
    page(
        "",
        &messages.not_found_title,
        &[
            "<p>",
            &*escape(&messages.not_found),
            "</p><p><a href=\"",
            &escape(&front),
            "\">",
            &escape(&messages.to_front),
            "</a></p>",
        ],
    )
}

/// On its way.
pub(crate) fn loading(session: Session, title: Option<String>) -> AnyView {
    let messages = session.messages.get_untracked();
    let title = title.unwrap_or_else(|| messages.loading.clone());
    page(
        // Where the stamp will be, so that nothing moves then.
        "<div class=\"stamp-slot\"></div>",
        &title,
        &["<p class=\"loading\">", &*escape(&messages.loading), "</p>"],
    )
}

/// A page with a heading, what stands before it and what follows it (HTML).
fn page(before: &str, title: &str, html: &[&str]) -> AnyView {
    let heading = [
        before,
        "<section class=\"page\"><h1 class=\"page-title\" tabindex=\"-1\">",
        &*escape(title),
        "</h1>",
    ];
    let html = heading.concat() + &html.concat() + "</section>";
    view! { <div inner_html=html></div> }.into_any()
}

/// Not on the device: why, and what there is instead.
pub(crate) fn absent(session: Session, screen: &Screen, failure: Failure) -> AnyView {
    let messages = session.messages.get_untracked();
    let why = match failure {
        Failure::ReaderOffline => messages.absent_offline.clone(),
        Failure::Unreachable | Failure::Captive => messages.absent_unreachable.clone(),
        Failure::TooNew => messages.too_new.clone(),
        Failure::SiteDown(status) | Failure::Gone(status) => {
            Messages::fill(&messages.absent_site_down, "status", &status.to_string())
        }
    };
    let article = match &screen.route {
        Some(Route::Article { lang, slug }) => Some((lang.clone(), slug.clone())),
        _ => None,
    };
    let heading = if article.is_some() {
        messages.absent_title.clone()
    } else {
        messages.list_absent.clone()
    };
    let title = article
        .as_ref()
        .and_then(|(lang, slug)| session.known_title(lang, slug))
        .map(|title| view! { <p class="absent-title-of" dir="auto">{title}</p> });
    Effect::new(move || {
        session.on_device.track();
        spawn_local(device::shelve(session));
    });
    let check_label = move || {
        let messages = session.messages.read();
        escape(if session.busy.get() {
            &messages.checking
        } else {
            &messages.try_again
        })
    };
    view! {
        <section class="page absent" data-absent=failure_name(failure)>
            <h1 class="page-title" tabindex="-1">{heading}</h1>
            {title}
            <p>{why}</p>
            <div class="setting-actions">
                <button type="button" class=STRONG translate="no" on:click=move |_| check::start(session) inner_html=check_label></button>
            </div>
            <div class="shelf" inner_html=move || instead(session, article.as_ref())></div>
        </section>
    }
    .into_any()
}

fn failure_name(failure: Failure) -> &'static str {
    lamplight_reader::evidence::Evidence::Failed {
        saved: None,
        failure,
    }
    .name()
}

/// What can be read now: the article in other languages, then others, in the page's language first.
fn instead(session: Session, article: Option<&(String, String)>) -> String {
    let (site, messages, shelf) = (session.site(), session.messages.get(), session.shelf.get());
    let on_device = session.on_device.get();
    let mut items = Vec::new();
    if let Some((lang, slug)) = article {
        let others = site.languages.iter().filter(|other| other.code != *lang);
        items.extend(
            others
                .filter(|other| on_device.contains(&paths::document(&site, &other.code, slug)))
                .map(|other| Shelved {
                    list: messages.also_in.clone(),
                    path: Route::Article {
                        lang: other.code.clone(),
                        slug: slug.clone(),
                    }
                    .path(&site),
                    lang: other.code.clone(),
                    title: other.name.clone(),
                    age: String::new(),
                }),
        );
    }
    let lang = session.screen.get_untracked().lang.clone();
    let of = |own: bool| {
        shelf
            .iter()
            .filter(|item| (item.lang == lang) == own)
            .collect::<Vec<_>>()
    };
    items.extend(
        [of(true), of(false)]
            .into_iter()
            .flatten()
            // The publication's own pages are at the end of this page anyway.
            .filter(|item| site.page_title(&item.slug, &item.lang).is_none())
            .take(20)
            .map(|item| shelved(session, item, &messages.meanwhile)),
    );
    lamplight_pages::shelf(&items, &messages)
}
