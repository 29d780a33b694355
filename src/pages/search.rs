//! Search.

use leptos::prelude::*;

use crate::state::Session;
use crate::widgets::piece;

/// Search: the lists of posts, by which every article can be found.
pub(crate) fn search(session: Session) -> AnyView {
    let title = move || session.messages.read().search.clone();
    let lists = piece(session, lamplight_pages::lists);
    view! {
        <section class="page">
            <h1 class="page-title" tabindex="-1">{title}</h1>
            <ul class="page-links" inner_html=lists></ul>
        </section>
    }
    .into_any()
}
