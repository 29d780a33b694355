//! Lists of posts: front pages and categories. What is inside them is `lamplight_pages`'.

use lamplight_model::{Feed, Route};
use lamplight_pages::{Card, Frame};
use leptos::prelude::*;

use crate::state::{Screen, Session};
use crate::widgets::{Install, Stamp};

/// A list as press wrote it into the page.
pub(crate) fn adopted(screen: &Screen) -> AnyView {
    view! {
        <Stamp/>
        <section class="listing" data-adopt="section.listing"></section>
        {invitation(screen)}
    }
    .into_any()
}

fn invitation(screen: &Screen) -> Option<AnyView> {
    matches!(screen.route, Some(Route::Front { page: 1, .. }))
        .then(|| view! { <Install dismissible=true/> }.into_any())
}

/// A list from its feed.
pub(crate) fn listing(session: Session, screen: &Screen, feed: &Feed) -> AnyView {
    let (site, messages) = (session.site(), session.messages.get_untracked());
    let here = screen.route.as_ref();
    let frame = Frame {
        site: &site,
        messages: &messages,
        lang: &screen.lang,
        here,
    };
    let inside = here.map(|route| {
        let cards = feed.items.iter().map(Card::from);
        lamplight_pages::listing(&frame, route, cards, feed._lamplight.pages)
    });
    view! {
        <Stamp/>
        <section class="listing" inner_html=inside></section>
        {invitation(screen)}
    }
    .into_any()
}
