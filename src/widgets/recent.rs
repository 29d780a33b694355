//! Recent posts, under an article.

use lamplight_model::{FeedItem, Route};
use lamplight_pages::Card;
use lamplight_reader::lists;
use leptos::prelude::*;

use crate::browser::page;
use crate::state::{Content, Screen, Session};

/// The newest posts of the page's language. On the page as press wrote it, press's own list stays
/// until the feed tells another.
#[component]
pub(crate) fn Recent(screen: Screen) -> impl IntoView {
    let session = Session::here();
    let adopt = screen.content == Content::Adopted;
    let open = match &screen.route {
        Some(Route::Article { slug, .. }) => Some(slug.clone()),
        _ => None,
    };
    let lang = screen.lang;
    let written = adopt.then(|| page::inside("nav.recent")).flatten();
    let inside = Memo::new(move |_| {
        let (site, messages) = (session.site(), session.messages.get());
        session.feeds.with(|feeds| {
            let items: Vec<&FeedItem> = lists::recent(feeds.get(&lang)?, open.as_deref());
            let frame = lamplight_pages::Frame {
                site: &site,
                messages: &messages,
                lang: &lang,
                here: None,
            };
            let html = lamplight_pages::recent(&frame, items.iter().map(|item| Card::from(*item)));
            // The same list again is no reason to replace what somebody may be reading or choosing from.
            if written.as_ref() == Some(&html) {
                return None;
            }
            Some((!items.is_empty()).then_some(html))
        })
    });
    let list = move || {
        let label = session.messages.get().recent_posts.clone();
        match inside.get() {
            Some(html) => html.map(|html| {
                view! { <nav class="recent" aria-label=label inner_html=html></nav> }.into_any()
            }),
            None => adopt.then(|| {
                view! { <nav class="recent" aria-label=label data-adopt="nav.recent"></nav> }
                    .into_any()
            }),
        }
    };
    view! { {move || list()} }
}
