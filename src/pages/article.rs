//! An article with its stamp and the recent posts.

use leptos::prelude::*;

use crate::state::{Article, Screen};
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
pub(crate) fn article(screen: &Screen, article: &Article) -> AnyView {
    view! {
        <Stamp/>
        <div class="article-slot" inner_html=article.html.clone()></div>
        <Recent screen=screen.clone()/>
    }
    .into_any()
}
