//! Lists of posts: front pages and categories. The markup is press's (`docs/pages.md`).

use lamplight_model::{Feed, FeedItem, Messages, Route, Site, long_date};
use leptos::prelude::*;

use crate::state::session::numbered;
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
    let lang = screen.lang.as_str();
    let (heading, class, page) = match &screen.route {
        Some(Route::Category { id, page, .. }) => (
            numbered(site.category_name(id, lang), *page, &messages),
            "listing-title",
            *page,
        ),
        Some(Route::Front { page, .. }) if *page > 1 => (
            numbered(&messages.latest, *page, &messages),
            "listing-title",
            *page,
        ),
        _ => (messages.latest.clone(), "listing-title visually-hidden", 1),
    };
    let cards: Vec<AnyView> = feed
        .items
        .iter()
        .enumerate()
        .map(|(at, item)| card(&site, &messages, item, at == 0))
        .collect();
    let list = if cards.is_empty() {
        view! { <p class="empty">{messages.no_posts.clone()}</p> }.into_any()
    } else {
        view! { <ol class="cards">{cards}</ol> }.into_any()
    };
    view! {
        <Stamp/>
        <section class="listing">
            <h1 class=class tabindex="-1">{heading}</h1>
            {list}
            {pager(&site, &messages, screen, page, feed._lamplight.pages)}
        </section>
        {invitation(screen)}
    }
    .into_any()
}

fn card(site: &Site, messages: &Messages, item: &FeedItem, first: bool) -> AnyView {
    let extra = &item._lamplight;
    let lang = item.language.clone();
    let path = Route::Article {
        lang: lang.clone(),
        slug: extra.slug.clone(),
    }
    .path(site);
    let image = extra.image.as_ref().map(|media| {
        let size = |pixels: u32| (pixels > 0).then(|| pixels.to_string());
        view! {
            <a class="card-image" href=path.clone() tabindex="-1" aria-hidden="true">
                <img
                    src=[site.base.as_str(), &media.src].concat()
                    alt=""
                    width=size(media.width)
                    height=size(media.height)
                    loading=(!first).then_some("lazy")
                />
            </a>
        }
    });
    let kicker = extra.categories.first().map(|id| {
        view! { <p class="card-kicker">{site.category_name(id, &lang).to_owned()}</p> }
    });
    let minutes = Messages::fill(&messages.minutes, "n", &extra.minutes.to_string());
    view! {
        <li class="card" data-slug=extra.slug.clone() lang=lang.clone() dir=site.dir(&lang).as_str()>
            {image}
            <div class="card-text">
                {kicker}
                <h2 class="card-title"><a href=path>{item.title.clone()}</a></h2>
                <p class="card-summary">{item.content_text.clone()}</p>
                <p class="card-meta">
                    <time datetime=item.date_published.clone()>
                        {long_date(&item.date_published, messages)}
                    </time>
                    {[" · ", &minutes].concat()}
                </p>
            </div>
        </li>
    }
    .into_any()
}

fn pager(
    site: &Site,
    messages: &Messages,
    screen: &Screen,
    page: u32,
    pages: u32,
) -> Option<AnyView> {
    let turned = |to: u32| {
        let mut route = screen.route.clone()?;
        if let Route::Front { page, .. } | Route::Category { page, .. } = &mut route {
            *page = to;
        }
        Some(route.path(site))
    };
    let newer = (page > 1).then(|| turned(page - 1)).flatten().map(|path| {
        view! { <a rel="prev" href=path>{messages.newer.clone()}</a> }
    });
    let older = (page < pages)
        .then(|| turned(page + 1))
        .flatten()
        .map(|path| {
            view! { <a rel="next" href=path>{messages.older.clone()}</a> }
        });
    (pages > 1).then(|| {
        view! { <nav class="pager" aria-label=messages.pages.clone()>{newer}" "{older}</nav> }
            .into_any()
    })
}
