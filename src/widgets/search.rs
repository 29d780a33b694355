//! The search dialog, and the bar that leads through the marks of the article it opened.
//!
//! A combobox (ARIA 1.2): the focus stays in the box, arrow keys choose among the results below it. The elements are
//! plain HTML, with one handler for each kind of event; the finder fills them.

use std::cell::Cell;

use lamplight_markdown::escape;
use lamplight_model::{Messages, Route};
use lamplight_reader::search::RECENT;
use lamplight_reader::store::Store as _;
use leptos::ev::{Event, KeyboardEvent, MouseEvent};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser::dialog::{self, within};
use crate::browser::page;
use crate::state::Session;
use crate::state::search::{self, DIALOG, FIELD, Place};
use crate::state::session::with_store;

thread_local! {
    /// The pointer was last pressed outside of the box: what is dragged out of it is no click beside it.
    static OUTSIDE: Cell<bool> = const { Cell::new(false) };
}

/// The dialog and the bar.
#[component]
pub(crate) fn Search() -> impl IntoView {
    let session = Session::here();
    Effect::new(move || {
        let _ = session.screen.get();
        search::arrived(session);
    });
    // Other texts: the answers are in those, too.
    Effect::new(move || {
        let _ = session.messages.get();
        search::learnt(session);
    });
    let parts = move || {
        let inside = move || elements(&session.messages.get());
        view! {
            <div translate="no" inner_html=inside on:click=move |event| click(session, &event) on:change=move |event| change(session, &event)
                on:input=move |event| typed(session, &event) on:compositionend=move |event| typed(session, &event)
                on:pointerdown=move |event| OUTSIDE.set(within(&event, ".search-box", "class").is_none())
                on:keydown=move |event| key(session, &event)></div>
        }
        .into_any()
    };
    view! { {move || session.search.get().then(parts)} }
}

/// The dialog and the bar, as HTML.
fn elements(messages: &Messages) -> String {
    let search = &*escape(&messages.search);
    let close = &*escape(&messages.close);
    [
        "<dialog id=\"search\" class=\"search\" aria-label=\"",
        search,
        "\"><div class=\"search-box\"><div class=\"search-head\"><input type=\"search\" class=\"search-field\" role=\"combobox\" \
         autocomplete=\"off\" autocapitalize=\"off\" dir=\"auto\" spellcheck=\"false\" enterkeyhint=\"search\" \
         aria-autocomplete=\"list\" aria-controls=\"search-list\" aria-expanded=\"false\" aria-label=\"",
        search,
        "\" placeholder=\"",
        &escape(&messages.search_placeholder),
        "\"><button type=\"button\" class=\"button button-quiet\" data-close>",
        close,
        "</button></div><label class=\"search-inside\"><input type=\"checkbox\"><span>",
        &escape(&messages.in_article),
        "</span></label><p class=\"search-count\" role=\"status\" data-piece=\"count\"></p>\
         <div class=\"search-notes\" data-piece=\"notes\"></div><div class=\"results\" role=\"listbox\" id=\"search-list\" data-search-results \
         data-piece=\"list\" hidden aria-label=\"",
        search,
        "\"></div><div class=\"search-end\" data-piece=\"end\"></div></div></dialog>\
         <div class=\"finding\" role=\"search\" hidden aria-label=\"",
        &escape(&messages.in_article),
        "\"><span class=\"finding-place\" role=\"status\" data-piece=\"count\"></span>",
        &turner("previous", &messages.find_previous, "↑"),
        &turner("next", &messages.find_next, "↓"),
        &turner("off", &messages.close, "×"),
        "</div>",
    ]
    .concat()
}

fn turner(turn: &str, name: &str, text: &str) -> String {
    [
        "<button type=\"button\" class=\"button button-quiet\" data-turn=\"",
        turn,
        "\" aria-label=\"",
        &escape(name),
        "\">",
        text,
        "</button>",
    ]
    .concat()
}

fn typed(session: Session, event: &Event) {
    if within(event, FIELD, "id").is_some() && !dialog::composing(event) {
        search::ask(session, Place::Dialog, dialog::value(event));
    }
}

fn change(session: Session, event: &Event) {
    if within(event, ".search-inside", "class").is_some() {
        search::look_inside(session, dialog::checked(event));
    }
}

fn key(session: Session, event: &KeyboardEvent) {
    if event.is_composing() || within(event, FIELD, "id").is_none() {
        return;
    }
    match &*event.key() {
        "ArrowDown" => search::arrow(true),
        "ArrowUp" => search::arrow(false),
        "Enter" => search::enter(session),
        _ => return,
    }
    event.prevent_default();
}

fn click(session: Session, event: &MouseEvent) {
    let put = |text: String| {
        dialog::set(FIELD, "value", text.as_str().into());
        dialog::show(DIALOG);
        search::ask(session, Place::Dialog, text);
    };
    if let Some(turn) = within(event, "[data-turn]", "data-turn") {
        match &*turn {
            "off" => {
                search::unmark();
                page::focus_heading();
            }
            turn => search::turn(session, turn == "next"),
        }
    } else if dialog::elsewhere(event) {
        // Another tab: this page stays as it is.
    } else if let Some(href) = within(event, ".result", "href") {
        search::open_marked(session, Place::Dialog, Route::parse(&session.site(), &href));
    } else if let Some(q) = within(event, "[data-ask]", "data-ask") {
        put(q);
    } else if within(event, "[data-clear]", "class").is_some() {
        let _ = with_store(|store| store.remove(RECENT));
        put(String::new());
    } else if let Some(wish) = within(event, "[data-whole]", "data-whole") {
        spawn_local(search::whole(session, wish));
    } else if within(event, "[data-all]", "class").is_some() {
        search::all(session);
    } else if (OUTSIDE.get() && within(event, ".search-box", "class").is_none())
        || within(event, "a[href],[data-close]", "class").is_some()
    {
        // Leaving by a link or the button, or the dark around it.
        dialog::close(DIALOG);
    }
}
