//! The page of results: what was asked for is in its address, and the finder writes what it shows.

use lamplight_markdown::escape;
use lamplight_model::Route;
use leptos::ev::{Event, MouseEvent};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser::dialog::{self, within};
use crate::state::Session;
use crate::state::search::{self, Place};
use crate::widgets::piece;

/// The page of results.
pub(crate) fn search(session: Session) -> AnyView {
    spawn_local(async move {
        leptos::task::tick().await;
        search::ask(session, Place::Results, crate::browser::page::query());
        search::ready(session).await;
    });
    let asks = crate::browser::page::query().contains('=');
    let lists = piece(session, lamplight_pages::lists);
    view! {
        <section class="page search-page" on:click=move |event| click(session, &event)
            on:submit=move |event| { event.prevent_default(); go(session, &event) }
            on:change=move |event| change(session, &event)>
            <h1 class="page-title" tabindex="-1" inner_html=move || escape(&session.messages.read().search)></h1>
            <form role="search" class="search-form" data-piece="form"></form>
            <p class="search-count" role="status" translate="no" data-piece="count"></p>
            <div class="search-notes" translate="no" data-piece="notes"></div>
            <ol class="results" data-search-results data-piece="list"></ol>
            <ul class="page-links" hidden=asks inner_html=lists></ul>
            <div class="search-end" data-piece="end"></div>
        </section>
    }
    .into_any()
}

/// To the address of what the form asks for now.
fn go(session: Session, event: &Event) {
    if let Some((q, address)) = dialog::asked(event) {
        search::go(session, &q, address);
    }
}

fn change(session: Session, event: &Event) {
    if within(event, ".search-filters", "class").is_some()
        && let Some((_, address)) = dialog::asked(event)
    {
        search::refine(session, &address);
    }
}

fn click(session: Session, event: &MouseEvent) {
    if let Some(href) = within(event, ".result", "href") {
        search::open_marked(
            session,
            Place::Results,
            Route::parse(&session.site(), &href),
        );
    } else if let Some(address) = within(event, "[data-ask]", "data-address") {
        let q = within(event, "[data-ask]", "data-ask").unwrap_or_default();
        search::go(session, &q, address);
    } else if let Some(wish) = within(event, "[data-whole]", "data-whole") {
        spawn_local(search::whole(session, wish));
    } else if within(event, "[data-more]", "class").is_some() {
        search::more(session);
    }
}
