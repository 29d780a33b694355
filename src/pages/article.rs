//! An article with its stamp and the recent posts.

use lamplight_model::ArticleDocument;
use leptos::prelude::*;

use crate::state::{Screen, Session};
use crate::widgets::{Recent, Stamp};

/// An article as press wrote it into the page: the very same nodes.
pub(crate) fn adopted(screen: &Screen) -> AnyView {
    view! {
        <Stamp/>
        <div class="article-slot" data-adopt=".article-slot"></div>
        <Recent screen=screen.clone()/>
    }
    .into_any()
}

/// An article from its document, by the renderer that press uses.
pub(crate) fn article(session: Session, screen: &Screen, document: &ArticleDocument) -> AnyView {
    let messages = session.messages.get_untracked();
    let html = lamplight_markdown::article(document, &session.site(), &messages);
    view! {
        <Stamp/>
        <div class="article-slot" inner_html=html></div>
        <Recent screen=screen.clone()/>
    }
    .into_any()
}
