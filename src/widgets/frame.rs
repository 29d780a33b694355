//! Masthead and colophon: the elements are ours, what is inside them is `lamplight_pages`', as on the
//! page press wrote.

use lamplight_pages::Frame;
use leptos::prelude::*;

use crate::state::Session;

/// Renders a piece of the open page, anew when its place or language changes.
pub(crate) fn piece(session: Session, render: fn(&Frame<'_>) -> String) -> Memo<String> {
    Memo::new(move |_| {
        let (site, messages, screen) =
            (session.site(), session.messages.get(), session.screen.get());
        render(&Frame {
            site: &site,
            messages: &messages,
            lang: &screen.lang,
            here: screen.route.as_ref(),
        })
    })
}

/// The publication's name, its sections, and the app's own pages.
#[component]
pub(crate) fn Masthead() -> impl IntoView {
    let inside = piece(Session::here(), lamplight_pages::masthead);
    view! { <header class="masthead" inner_html=inside></header> }
}

/// The end of every page.
#[component]
pub(crate) fn Colophon() -> impl IntoView {
    let inside = piece(Session::here(), lamplight_pages::colophon);
    view! { <footer class="colophon" inner_html=inside></footer> }
}
