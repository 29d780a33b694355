//! Recent posts, under an article.

use lamplight_model::{Route, long_date};
use lamplight_reader::lists;
use leptos::prelude::*;

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
    let shown = Memo::new(move |_| {
        session.feeds.with(|feeds| {
            let feed = feeds.get(&lang)?;
            let items = lists::recent(feed, open.as_deref());
            Some(items.into_iter().cloned().collect::<Vec<_>>())
        })
    });
    move || {
        let (site, messages) = (session.site(), session.messages.get());
        let label = messages.recent_posts.clone();
        let Some(items) = shown.get() else {
            return adopt.then(|| {
                view! { <nav class="recent" aria-label=label data-adopt="nav.recent"></nav> }
                    .into_any()
            });
        };
        let rows: Vec<_> = items
            .into_iter()
            .map(|item| {
                let route = Route::Article {
                    lang: item.language.clone(),
                    slug: item._lamplight.slug,
                };
                let date = long_date(&item.date_published, &messages);
                view! {
                    <li class="recent-item">
                        <a href=route.path(&site)>{item.title}</a>
                        " "
                        <time datetime=item.date_published>{date}</time>
                    </li>
                }
            })
            .collect();
        (!rows.is_empty()).then(|| {
            view! {
                <nav class="recent" aria-label=label>
                    <h2 class="recent-title">{messages.recent_posts.clone()}</h2>
                    <ul class="recent-list">{rows}</ul>
                </nav>
            }
            .into_any()
        })
    }
}
