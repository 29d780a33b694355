//! Filling the device: what the reader visits, and the newest articles.

use std::cell::Cell;

use lamplight_model::{Feed, Route, paths};
use lamplight_reader::keep::{self, Wanted};
use lamplight_reader::library;
use leptos::prelude::*;

use super::session::{with_library, with_store};
use super::{Content, Session, device, navigate};
use crate::browser::{caches, device as browser, page, worker};

thread_local! {
    static RUNNING: Cell<bool> = const { Cell::new(false) };
}

/// Has the worker store files, and says so if the device has no space for them.
async fn store(session: Session, wanted: &[Wanted]) {
    if !wanted.is_empty() && worker::keep(wanted).await {
        session.full.set(true);
    }
}

/// Keeps what every page of a language needs: its front page, its feed, the interface's texts.
pub(crate) async fn front(session: Session) {
    let site = session.site();
    let lang = session.screen.get_untracked().lang.clone();
    let mut wanted = keep::front(&site, &lang);
    wanted.extend(navigate::messages_path(&site, &lang).map(Wanted::file));
    store(session, &wanted).await;
}

/// Keeps the page that is open, with its images.
pub(crate) async fn visited(session: Session) {
    let site = session.site();
    let screen = session.screen.get_untracked();
    let shown = !matches!(
        screen.content,
        Content::NotFound | Content::Absent(_) | Content::Loading(_)
    );
    let Some(route) = screen.route.as_ref().filter(|_| shown) else {
        return;
    };
    let wanted = keep::visit(&site, route, screen.digest.as_deref());
    store(session, &wanted).await;
    if let Route::Article { lang, slug } = route {
        keep_media(session, &[paths::document(&site, lang, slug)]).await;
    }
    device::take_stock(session).await;
}

/// Keeps the newest articles of the page's language with their images, and lets go of those that no
/// longer are among them and were never opened.
pub(crate) async fn newest(session: Session) {
    let lang = session.screen.get_untracked().lang.clone();
    let lang = lang.as_str();
    let feed = session
        .feeds
        .with_untracked(|feeds| feeds.get(lang).cloned());
    let Some(feed) = feed else { return };
    if !worker::registered() || RUNNING.replace(true) {
        return;
    }
    round(session, &feed, lang).await;
    RUNNING.set(false);
    device::take_stock(session).await;
    page::announce_state("kept", "done");
}

async fn round(session: Session, feed: &Feed, lang: &str) {
    let site = session.site();
    let settings = session.settings.get_untracked();
    let limit = keep::limit(&site, &settings, browser::saves_data());
    let wanted = keep::documents(&site, feed, limit);
    store(session, &wanted).await;
    let documents: Vec<String> = wanted.into_iter().map(|item| item.url).collect();
    keep_media(session, &documents).await;
    device::forget_titles(&documents);
    let opened = |path: &str| {
        paths::parse_document(&site, path).is_some_and(|(slug, lang)| {
            with_library(|library| library.entry(&lang, &slug)).is_some()
        })
    };
    let gone = with_store(|store| keep::turn_over(store, lang, &documents, opened));
    if !gone.is_empty() {
        worker::forget(&gone).await;
    }
}

/// Keeps the images of stored documents, in the width that this screen needs.
async fn keep_media(session: Session, documents: &[String]) {
    let site = session.site();
    let (width, density) = browser::screen();
    let width = keep::image_width(width, density);
    let mut wanted = Vec::new();
    for path in documents {
        if let Some((text, _)) = caches::read(&site.base, path).await
            && let Some(document) = library::read(&text)
        {
            wanted.extend(keep::images(&site, &document, width));
        }
    }
    store(session, &wanted).await;
}
