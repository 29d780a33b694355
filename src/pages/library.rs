//! What is on the device.

use lamplight_markdown::escape;
use lamplight_model::{Route, Site};
use lamplight_pages::Shelved;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser::{device, dialog, intl, page};
use crate::state::Session;
use crate::state::device::{self as stock, remove};

/// An article as a list under `heading` shows it.
pub(super) fn shelved(session: Session, item: &stock::Shelved, heading: &str) -> Shelved {
    let (lang, slug) = (item.lang.clone(), item.slug.clone());
    Shelved {
        list: heading.to_owned(),
        path: Route::Article { lang, slug }.path(&session.site()),
        lang: item.lang.clone(),
        title: item.title.clone(),
        age: intl::ago(&session.messages.get_untracked(), item.saved),
    }
}

/// The page that lists what is on the device.
pub(crate) fn library(session: Session) -> AnyView {
    let messages = session.messages.get_untracked();
    let used = RwSignal::new(None);
    Effect::new(move || {
        let _ = session.shelf.get();
        spawn_local(async move { used.set(device::storage_used().await) });
    });
    let intro = if session.lasts {
        &messages.library_intro
    } else {
        &messages.library_unavailable
    };
    view! {
        <section class="page library">
            <h1 class="page-title" tabindex="-1">{messages.library.clone()}</h1>
            <p class="page-intro">{intro.clone()}</p>
            <div class="meters" translate="no" inner_html=move || meters(session, used.get())></div>
            <div class="shelf" inner_html=move || shelves(session) on:click=move |event| {
                if let Some(at) = dialog::within(&event, "[data-remove]", "data-remove") {
                    spawn_local(take(session, at.parse().unwrap_or(usize::MAX)));
                }
            }></div>
        </section>
    }
    .into_any()
}

/// How much space is taken, and how far keeping has come.
fn meters(session: Session, used: Option<f64>) -> String {
    let messages = session.messages.get();
    let used = used.map(|bytes| intl::size(&messages, bytes));
    lamplight_pages::meters(&messages, used.as_deref(), session.keeping.get())
}

/// What the page lists: what was visited, what was kept ahead, the publication's own pages.
fn listed(session: Session) -> Vec<stock::Shelved> {
    let site = session.site();
    let shelf = session.shelf.get();
    let mut listed = Vec::with_capacity(shelf.len());
    for at in 0..3 {
        listed.extend(
            shelf
                .iter()
                .filter(|item| place(&site, item) == at)
                .cloned(),
        );
    }
    listed
}

fn place(site: &Site, item: &stock::Shelved) -> u8 {
    if site.page_title(&item.slug, &item.lang).is_some() {
        2
    } else {
        u8::from(!item.visited)
    }
}

fn shelves(session: Session) -> String {
    let (messages, site) = (session.messages.get(), session.site());
    let headings = [&messages.visited, &messages.kept, &messages.pages];
    let items: Vec<Shelved> = listed(session)
        .iter()
        .map(|item| shelved(session, item, headings[usize::from(place(&site, item))]))
        .collect();
    if items.is_empty() && session.lasts {
        return [
            "<p class=\"empty\">",
            &*escape(&messages.library_empty),
            "</p>",
        ]
        .concat();
    }
    lamplight_pages::shelf(&items, &messages, session.lasts)
}

/// Removes an article by its place on the page; the focus goes on to the next one.
async fn take(session: Session, at: usize) {
    let Some(item) = listed(session).into_iter().nth(at) else {
        return;
    };
    remove(session, item.lang, item.slug).await;
    leptos::task::tick().await;
    page::focus_at("[data-remove]", at);
}
