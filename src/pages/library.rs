//! What is on the device.

use lamplight_model::{Messages, Route, Site};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser::{device, intl};
use crate::state::Session;
use crate::state::device::{Shelved, remove};
use crate::widgets::{QUIET, named_button};

/// One article on the device.
pub(super) fn row(session: Session, item: &Shelved, removable: bool) -> AnyView {
    let (site, messages) = (session.site(), session.messages.get_untracked());
    let (lang, slug) = (item.lang.clone(), item.slug.clone());
    let path = Route::Article {
        lang: lang.clone(),
        slug: slug.clone(),
    }
    .path(&site);
    let age = intl::ago(&messages, item.saved);
    let age = Messages::fill(&messages.saved_age, "age", &age);
    let button = removable.then(|| {
        let label = Messages::fill(&messages.remove_named, "title", &item.title);
        named_button(QUIET, &messages.remove, Some(label), move || {
            spawn_local(remove(session, lang.clone(), slug.clone()));
        })
    });
    view! {
        <li class="library-item">
            <a class="library-link" href=path lang=item.lang.clone() dir=site.dir(&item.lang).as_str()>
                {item.title.clone()}
            </a>
            <span class="library-age">{age}</span>
            {button}
        </li>
    }
    .into_any()
}

/// The page that lists what is on the device.
pub(crate) fn library(session: Session) -> AnyView {
    let messages = session.messages.get_untracked();
    let used = RwSignal::new(None);
    Effect::new(move || {
        let _ = session.shelf.get();
        spawn_local(async move { used.set(device::storage_used().await) });
    });
    let meter = move || {
        let bytes = used.get()?;
        let messages = session.messages.get();
        let size = intl::size(&messages, bytes);
        let text = Messages::fill(&messages.storage_used, "used", &size);
        Some(view! { <p class="meter-text">{text}</p> }.into_any())
    };
    let keeping = move || {
        session.keeping.get().map(|(done, total)| {
            let messages = session.messages.get();
            let text = Messages::fill(&messages.keeping, "done", &messages.number(done));
            let text = Messages::fill(&text, "total", &messages.number(total));
            view! {
                <p class="meter-text">{text.clone()}</p>
                <progress class="meter" max=total.to_string() value=done.to_string() aria-label=text></progress>
            }
            .into_any()
        })
    };
    let intro = if session.lasts {
        &messages.library_intro
    } else {
        &messages.library_unavailable
    };
    view! {
        <section class="page library">
            <h1 class="page-title" tabindex="-1">{messages.library.clone()}</h1>
            <p class="page-intro">{intro.clone()}</p>
            {move || meter()}
            {move || keeping()}
            {move || Some(shelves(session))}
        </section>
    }
    .into_any()
}

/// Where the library lists an article.
#[derive(Clone, Copy, PartialEq)]
enum Shelf {
    Visited,
    Ahead,
    /// The publication's own pages, visited or not.
    Pages,
}

fn shelf_of(site: &Site, item: &Shelved) -> Shelf {
    if site.page_title(&item.slug, &item.lang).is_some() {
        Shelf::Pages
    } else if item.visited {
        Shelf::Visited
    } else {
        Shelf::Ahead
    }
}

fn shelves(session: Session) -> AnyView {
    let (messages, shelf) = (session.messages.get(), session.shelf.get());
    if shelf.is_empty() {
        let text = if session.lasts {
            messages.library_empty.clone()
        } else {
            String::new()
        };
        return view! { <p class="empty">{text}</p> }.into_any();
    }
    let site = session.site();
    let list = |shown: Shelf, heading: &str| {
        let rows: Vec<_> = shelf
            .iter()
            .filter(|item| shelf_of(&site, item) == shown)
            .map(|item| row(session, item, true))
            .collect();
        (!rows.is_empty()).then(|| {
            view! {
                <h2 class="page-heading">{heading.to_owned()}</h2>
                <ul class="library-list">{rows}</ul>
            }
            .into_any()
        })
    };
    view! {
        {list(Shelf::Visited, &messages.visited)}
        {list(Shelf::Ahead, &messages.kept)}
        {list(Shelf::Pages, &messages.pages)}
    }
    .into_any()
}
