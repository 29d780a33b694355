//! What is not there: an article that is not on the device, one on its way, no such page.

use lamplight_model::{Messages, Route, paths};
use lamplight_reader::answer::Failure;
use leptos::prelude::*;

use super::library::row;
use crate::state::{Screen, Session, check};
use crate::widgets::STRONG;

/// No such page.
pub(crate) fn not_found(session: Session, lang: &str) -> AnyView {
    let (site, messages) = (session.site(), session.messages.get_untracked());
    let front = Route::Front {
        lang: lang.to_owned(),
        page: 1,
    }
    .path(&site);
    view! {
        <section class="page">
            <h1 class="page-title" tabindex="-1">{messages.not_found_title.clone()}</h1>
            <p>{messages.not_found.clone()}</p>
            <p><a href=front>{messages.to_front.clone()}</a></p>
        </section>
    }
    .into_any()
}

/// On its way.
pub(crate) fn loading(session: Session, title: Option<String>) -> AnyView {
    let messages = session.messages.get_untracked();
    let title = title.unwrap_or_else(|| messages.loading.clone());
    view! {
        <div class="stamp-slot"></div>
        <section class="page">
            <h1 class="page-title" tabindex="-1">{title}</h1>
            <p class="loading">{messages.loading.clone()}</p>
        </section>
    }
    .into_any()
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
    let check_label = move || {
        let messages = session.messages.read();
        if session.busy.get() {
            messages.checking.clone()
        } else {
            messages.try_again.clone()
        }
    };
    view! {
        <section class="page absent" data-absent=failure_name(failure)>
            <h1 class="page-title" tabindex="-1">{heading}</h1>
            {title}
            <p>{why}</p>
            <div class="setting-actions">
                <button type="button" class=STRONG on:click=move |_| check::start(session)>
                    {move || check_label()}
                </button>
            </div>
            {move || variants(session, article.clone())}
            {move || meanwhile(session)}
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

/// Variants of the article in other languages that are on the device.
fn variants(session: Session, article: Option<(String, String)>) -> Option<AnyView> {
    let (lang, slug) = article?;
    let (site, messages, on_device) = (
        session.site(),
        session.messages.get(),
        session.on_device.get(),
    );
    let rows: Vec<_> = site
        .languages
        .iter()
        .filter(|other| other.code != lang)
        .filter(|other| on_device.contains(&paths::document(&site, &other.code, &slug)))
        .map(|other| {
            let path =
                Route::Article { lang: other.code.clone(), slug: slug.clone() }.path(&site);
            view! {
                <li class="library-item" lang=other.code.clone() dir=other.dir.as_str()>
                    <a class="library-link" href=path hreflang=other.code.clone()>{other.name.clone()}</a>
                </li>
            }
        })
        .collect();
    (!rows.is_empty()).then(|| {
        view! {
            <h2 class="page-heading">{messages.also_in.clone()}</h2>
            <ul class="library-list">{rows}</ul>
        }
        .into_any()
    })
}

/// What can be read now, in the page's language first.
fn meanwhile(session: Session) -> Option<AnyView> {
    let (messages, shelf) = (session.messages.get(), session.shelf.get());
    let lang = session.screen.get_untracked().lang.clone();
    let site = session.site();
    let (own, others) = (
        shelf.iter().filter(|item| item.lang == lang),
        shelf.iter().filter(|item| item.lang != lang),
    );
    let rows: Vec<_> = own
        .chain(others)
        // The publication's own pages are at the end of this page anyway.
        .filter(|item| site.page_title(&item.slug, &item.lang).is_none())
        .take(20)
        .map(|item| row(session, item, false))
        .collect();
    (!rows.is_empty()).then(|| {
        view! {
            <h2 class="page-heading">{messages.meanwhile.clone()}</h2>
            <ul class="library-list">{rows}</ul>
        }
        .into_any()
    })
}
