//! What is on the device: the page of a program of its own (`crates/library`), which fills it in.

use lamplight_model::Route;
use lamplight_pages::Shelved;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser::{device, intl, page};
use crate::state::Session;
use crate::state::device as stock;

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

/// The page that the program fills in.
pub(crate) fn library(session: Session) -> AnyView {
    let messages = session.messages.get_untracked();
    spawn_local(async {
        // What is made before the app takes over is no part of the page yet.
        for _ in 0..1_000 {
            device::breathe().await;
            if page::inside("[data-library][data-lacking]").is_some() {
                return page::call_part("library");
            }
        }
    });
    view! {
        <section class="page library" data-library data-lacking=messages.part_absent.clone()>
            <h1 class="page-title" tabindex="-1">{messages.library.clone()}</h1>
            <p class="page-intro">{messages.library_intro.clone()}</p>
        </section>
    }
    .into_any()
}
