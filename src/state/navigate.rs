//! Opening pages: from the device at once, from the site where the device has nothing.

use std::cell::Cell;
use std::sync::Arc;

use lamplight_model::{Feed, Messages, Route, Site, paths};
use lamplight_reader::Millis;
use lamplight_reader::answer::{Failure, Outcome};
use lamplight_reader::evidence::Evidence;
use lamplight_reader::library;
use lamplight_reader::store::Store as _;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::check::{ask, check};
use super::device::{read_feed, stored_feed};
use super::session::{lang_of, route_at, with_library, with_store};
use super::{Article, Content, Screen, Session, keep, reading};
use crate::browser::http::{self, Mode};
use crate::browser::{caches, device as browser, history, page, place, renderer};

/// How a page comes to be opened.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum How {
    /// By a link, with its fragment.
    Link(String),
    /// By a link to another language's variant, to where the reader is in this one.
    Placed,
    /// By a search, with its query string.
    Asked(String),
    /// By going back or forward, to where it was scrolled.
    Back(f64),
}

thread_local! {
    /// Counts navigations, so that a slow one never overtakes a later one.
    static TURN: Cell<u32> = const { Cell::new(0) };
    /// See [`side`].
    static SIDE: Cell<bool> = const { Cell::new(false) };
}

/// In which of its two places the page stands: each comes into the other's, so that all of it is made anew. Text nodes
/// that are used again may not be the page's any more: translators of browsers replace them.
pub(crate) fn side() -> bool {
    SIDE.get()
}

/// How long the old page stays before the new one says that it is being fetched, in milliseconds.
const HESITATION: u32 = 250;

/// Whether the app opens an address by itself, and if so, does.
pub(crate) fn take(session: Session, path: &str, fragment: &str) -> bool {
    // A name with a dot and no slash behind it is a file of the host's, not an article.
    if path
        .rsplit('/')
        .next()
        .is_some_and(|last| last.contains('.'))
    {
        return false;
    }
    let Some(route) = route_at(&session.site(), path) else {
        return false;
    };
    if session.screen.get_untracked().route.as_ref() == Some(&route) && !fragment.is_empty() {
        return false; // a place on this page: the browser's
    }
    let how = if fragment.is_empty() && is_variant(session, &route) && place::note() {
        How::Placed
    } else {
        How::Link(fragment.to_owned())
    };
    spawn_local(open(session, Some(route), how));
    true
}

/// Whether a route is the open article in another language.
fn is_variant(session: Session, route: &Route) -> bool {
    let open = session.screen.get_untracked();
    match (route, &open.route) {
        (Route::Article { slug, .. }, Some(Route::Article { slug: own, .. })) => slug == own,
        _ => false,
    }
}

/// Opens a page.
pub(crate) async fn open(session: Session, route: Option<Route>, how: How) {
    let turn = TURN.get().wrapping_add(1);
    TURN.set(turn);
    let current = move || TURN.get() == turn;
    let site = session.site();
    let lang = lang_of(&site, route.as_ref());
    let mut screen = Screen {
        route,
        lang,
        content: Content::NotFound,
        digest: None,
        saved: None,
    };
    if let Some(found) = at_once(session, &screen) {
        screen = found;
        if matches!(screen.content, Content::Article(_) | Content::Listing(_)) {
            use_messages_at_hand(session, &screen.lang);
        } else {
            // Texts are all that such a page has: where they cannot be had, it is in the language in use.
            match fetch_messages(&site, &screen.lang).await {
                Some(messages) => set_messages(session, messages),
                None => screen.lang.clone_from(&session.screen.get_untracked().lang),
            }
        }
    } else {
        // Where the device has nothing at hand, the old page stays for a moment; then the new one
        // says that it waits.
        let pending = Screen {
            content: Content::Loading(title(session, &screen)),
            ..screen.clone()
        };
        let waiting = how.clone();
        let shown = std::rc::Rc::new(Cell::new(false));
        let showing = shown.clone();
        spawn_local(async move {
            browser::sleep(HESITATION).await;
            if current() && !showing.replace(true) {
                // Without a wait between the mark and the page: what is found would get in between.
                use_messages_at_hand(session, &pending.lang);
                present(session, pending, &waiting).await;
            }
        });
        let found = from_afar(session, &screen).await;
        if !current() {
            return;
        }
        let found = match (found, &how, &screen.route) {
            // No article: perhaps another page of the host's, which the browser can show. An article
            // that cannot be rendered has a page, too.
            (
                Err(Unshown::NoRenderer)
                | Ok(Screen {
                    content: Content::NotFound,
                    ..
                }),
                How::Link(_) | How::Placed,
                Some(route),
            ) => {
                page::leave(&route.path(&site));
                return;
            }
            (found, ..) => found.unwrap_or_else(|_| absent(&screen)),
        };
        load_messages(session, &found.lang).await;
        if shown.replace(true) {
            replace(session, found);
            arrive(session, &how).await;
            after(session);
            return;
        }
        screen = found;
    }
    if current() {
        present(session, screen, &how).await;
        after(session);
    }
}

/// Finds what a page without static text shows, if it is at hand: before the app takes over.
pub(crate) fn prepare_at_once(session: Session) {
    if let Some(found) = at_once(session, &session.screen.get_untracked()) {
        replace(session, found);
    }
}

/// Finds what a page without static text shows, where it was not at hand.
pub(crate) async fn prepare(session: Session) {
    let screen = session.screen.get_untracked();
    if matches!(screen.content, Content::Loading(_)) {
        let found = from_afar(session, &screen)
            .await
            .unwrap_or_else(|_| absent(&screen));
        if session.screen.get_untracked().route != found.route {
            return;
        }
        load_messages(session, &found.lang).await;
        let site_gave_it = found.saved.is_none()
            && matches!(found.content, Content::Article(_) | Content::Listing(_));
        replace(session, found);
        if site_gave_it {
            session.attest(Evidence::Live { at: browser::now() });
        }
    } else {
        load_messages(session, &screen.lang).await;
    }
}

fn title(session: Session, screen: &Screen) -> Option<String> {
    match &screen.route {
        Some(Route::Article { lang, slug }) => session.known_title(lang, slug),
        _ => None,
    }
}

/// What the synchronous tier has.
fn at_once(session: Session, screen: &Screen) -> Option<Screen> {
    let content = match screen.route.as_ref() {
        None => Content::NotFound,
        Some(Route::Library { .. }) => Content::Library,
        Some(Route::Settings { .. }) => Content::Settings,
        Some(Route::Search { .. }) => Content::Search,
        Some(Route::Article { lang, slug }) => {
            let stored = with_library(|library| library.get(lang, slug))?;
            // In the texts that the page will have; rendered once, so not in others later.
            let messages = messages_at_hand(&session.site(), lang)
                .map_or_else(|| session.messages.get_untracked(), Arc::new);
            return article_screen(screen, &messages, &stored.text, Some(stored.saved)).ok();
        }
        Some(Route::Front { lang, page: 1 }) => {
            let (feed, saved) = stored_feed(lang)?;
            return Some(listing_screen(screen, Arc::new(feed), Some(saved)));
        }
        Some(_) => return None,
    };
    Some(Screen {
        content,
        ..screen.clone()
    })
}

/// What the large tier or the site has; also what the device has at hand, where only the renderer was
/// missing.
async fn from_afar(session: Session, screen: &Screen) -> Result<Screen, Unshown> {
    let site = session.site();
    let Some(path) = screen
        .route
        .as_ref()
        .and_then(|route| session.source(route))
    else {
        return Ok(screen.clone());
    };
    if let Some(Route::Article { lang, slug }) = &screen.route {
        // Fetched while the document is.
        spawn_local(async {
            renderer::ready().await;
        });
        if let Some(stored) = with_library(|library| library.get(lang, slug)) {
            return read(session, screen, &stored.text, Some(stored.saved)).await;
        }
    }
    if let Some((text, saved)) = caches::read(&site.base, &path).await {
        match read(session, screen, &text, Some(saved)).await {
            Err(Unshown::Unreadable) => {}
            found => {
                if matches!(screen.route, Some(Route::Article { .. })) {
                    // Opened, so from now on in the tier that answers at once.
                    with_library(|library| {
                        let _ = library.put_as_of(&text, saved, browser::now());
                    });
                }
                return found;
            }
        }
    }
    let failure = match ask(session, &path).await {
        Outcome::Whole { text, .. } => match read(session, screen, &text, None).await {
            Err(Unshown::Unreadable) => Failure::TooNew,
            found => {
                if matches!(screen.route, Some(Route::Article { .. })) {
                    with_library(|library| {
                        let _ = library.put(&text, browser::now());
                    });
                }
                return found;
            }
        },
        Outcome::Failed(Failure::Gone(_)) => {
            return Ok(Screen {
                content: Content::NotFound,
                ..screen.clone()
            });
        }
        Outcome::Failed(failure) => failure,
    };
    if let Some(Route::Category { lang, id, page: 1 }) = &screen.route
        && let Some((mut feed, saved)) = stored_feed(lang)
    {
        // What the newest posts hold of the category is better than nothing.
        feed.items
            .retain(|item| item._lamplight.categories.contains(id));
        feed._lamplight.pages = 1;
        feed._lamplight.digest.clear();
        if !feed.items.is_empty() {
            return Ok(listing_screen(screen, Arc::new(feed), Some(saved)));
        }
    }
    Ok(Screen {
        content: Content::Absent(failure),
        ..screen.clone()
    })
}

/// Why a text cannot be shown.
pub(crate) enum Unshown {
    /// It is damaged, or of a format this version does not know.
    Unreadable,
    /// It is an article, but the renderer cannot be had.
    NoRenderer,
}

/// A screen that shows what a text holds, once the renderer is there.
async fn read(
    session: Session,
    screen: &Screen,
    text: &str,
    saved: Option<Millis>,
) -> Result<Screen, Unshown> {
    if !matches!(screen.route, Some(Route::Article { .. })) {
        let feed = read_feed(text).ok_or(Unshown::Unreadable)?;
        return Ok(listing_screen(screen, Arc::new(feed), saved));
    }
    renderer::ready().await;
    let messages = messages_for(&session.site(), &screen.lang).await;
    article_screen(screen, &messages, text, saved)
}

/// A screen that shows an article, with texts of the interface in its language.
pub(crate) fn article_screen(
    screen: &Screen,
    messages: &Messages,
    text: &str,
    saved: Option<Millis>,
) -> Result<Screen, Unshown> {
    let document = library::read(text).ok_or(Unshown::Unreadable)?;
    let html = renderer::render(text, messages.source()).ok_or(Unshown::NoRenderer)?;
    Ok(Screen {
        content: Content::Article(Arc::new(Article {
            title: document.title,
            html,
        })),
        digest: Some(document.digest),
        saved,
        ..screen.clone()
    })
}

/// A screen that says that nothing can be shown: without its renderer, the site is out of reach.
fn absent(screen: &Screen) -> Screen {
    Screen {
        content: Content::Absent(Failure::Unreachable),
        ..screen.clone()
    }
}

fn listing_screen(screen: &Screen, feed: Arc<Feed>, saved: Option<Millis>) -> Screen {
    let digest = Some(feed._lamplight.digest.clone());
    Screen {
        content: Content::Listing(feed),
        digest,
        saved,
        ..screen.clone()
    }
}

/// Shows a page: title, language, scroll, focus, announcement.
async fn present(session: Session, screen: Screen, how: &How) {
    reading::left(session);
    session.resume.set(false);
    let site = session.site();
    match (how, &screen.route) {
        (How::Link(fragment), Some(route)) => history::push(&route.path(&site), fragment),
        (How::Placed, Some(route)) => history::push(&route.path(&site), ""),
        (How::Asked(query), Some(route)) => {
            history::push(&[&route.path(&site), query.as_str()].concat(), "");
        }
        _ => {}
    }
    let title = session.title(&screen);
    page::describe(&title, &screen.lang, site.dir(&screen.lang).as_str());
    session.newer.set(None);
    session.saved.set(screen.saved);
    session.evidence.set(match screen.content {
        Content::Absent(failure) => Evidence::Failed {
            saved: None,
            failure,
        },
        _ => Evidence::Copy {
            saved: screen.saved,
        },
    });
    if let Some(Route::Article { lang, slug }) = &screen.route {
        with_library(|library| library.touch(lang, slug, browser::now()));
    }
    SIDE.set(!SIDE.get());
    session.screen.set(Arc::new(screen));
    arrive(session, how).await;
}

/// Scroll, focus and announcement, once the new page is in the document.
async fn arrive(session: Session, how: &How) {
    leptos::task::tick().await;
    page::focus_heading();
    match how {
        How::Back(y) => history::restore(*y),
        How::Link(fragment) if !fragment.is_empty() && page::scroll_to_id(fragment) => {}
        How::Placed => place::go(),
        _ => page::scroll_to(0.0, 0.0),
    }
    place::forget();
    reading::arrived(session, matches!(how, How::Link(_)));
    session
        .announcement
        .set(session.title(&session.screen.get_untracked()));
}

/// Shows other content on the page that is open, without moving anything else.
pub(crate) fn replace(session: Session, screen: Screen) {
    let title = session.title(&screen);
    page::describe(
        &title,
        &screen.lang,
        session.site().dir(&screen.lang).as_str(),
    );
    if matches!(screen.content, Content::Absent(_)) {
        SIDE.set(!SIDE.get());
    } else {
        session.evidence.set(Evidence::Copy {
            saved: screen.saved,
        });
    }
    session.newer.set(None);
    session.saved.set(screen.saved);
    session.screen.set(Arc::new(screen));
}

/// What follows once a page is shown.
fn after(session: Session) {
    spawn_local(async move {
        let screen = session.screen.get_untracked();
        match (&screen.content, screen.saved) {
            (Content::Absent(failure), _) => {
                session.evidence.set(Evidence::Failed {
                    saved: None,
                    failure: *failure,
                });
            }
            // It came from the site a moment ago.
            (Content::Article(_) | Content::Listing(_), None) => {
                session.attest(Evidence::Live { at: browser::now() });
            }
            _ => {
                check(session).await;
            }
        }
        // Another language than before: its recent posts, its newest articles.
        let lang = &screen.lang;
        if session
            .feeds
            .with_untracked(|feeds| feeds.get(lang).is_none())
        {
            super::check::refresh_feed(session, lang).await;
            keep::front(session).await;
        }
        keep::visited(session).await;
    });
}

/// Takes up the newer version of the open article.
pub(crate) fn show_newer(session: Session) {
    spawn_local(async move {
        renderer::ready().await;
        let (open, messages) = (
            session.screen.get_untracked(),
            session.messages.get_untracked(),
        );
        // Read after the wait: another page has none.
        if let Some(text) = session.newer.get_untracked()
            && let Ok(screen) = article_screen(&open, &messages, &text, None)
        {
            replace(session, screen);
            session.attest(Evidence::Live { at: browser::now() });
            super::check::take(session, &text, browser::now());
            // If it is saved, this edition is what the reader wants saved from now on.
            page::call_part("newer");
            // The page itself, too, so that the next visit begins with the newer text.
            keep::visited(session).await;
        }
    });
}

/// Takes the interface's texts that the device has: no stored page waits for the network. Where it has
/// none, the page's check loads them.
fn use_messages_at_hand(session: Session, lang: &str) {
    if let Some(messages) = messages_at_hand(&session.site(), lang) {
        set_messages(session, messages);
    }
}

fn set_messages(session: Session, messages: Messages) {
    if *session.messages.get_untracked() != messages {
        session.messages.set(Arc::new(messages));
    }
}

/// Has the interface's texts of a language at hand; English where they cannot be had.
pub(crate) async fn load_messages(session: Session, lang: &str) {
    let messages = messages_for(&session.site(), lang).await;
    set_messages(session, messages);
}

/// The path of a language's interface texts; `None` for English.
pub(crate) fn messages_path(site: &Site, lang: &str) -> Option<String> {
    Some([&site.base, site.language(lang)?.messages.as_deref()?].concat())
}

/// The interface's texts in a language, if the device has those of this build.
pub(crate) fn messages_at_hand(site: &Site, lang: &str) -> Option<Messages> {
    let Some(path) = messages_path(site, lang) else {
        return Some(Messages::english());
    };
    let record = with_store(|store| store.get(&messages_key(lang)).ok().flatten())?;
    // The record begins with the path, whose digest tells whether it is current.
    let (of, text) = record.split_once('\n')?;
    Messages::read(text).filter(|_| of == path)
}

fn messages_key(lang: &str) -> String {
    ["messages/", &paths::segment(lang)].concat()
}

/// The interface's texts in a language: from the device, from the site, or English.
pub(crate) async fn messages_for(site: &Site, lang: &str) -> Messages {
    fetch_messages(site, lang)
        .await
        .unwrap_or_else(Messages::english)
}

/// The same; `None` where they cannot be had.
async fn fetch_messages(site: &Site, lang: &str) -> Option<Messages> {
    let known = messages_at_hand(site, lang);
    if known.is_some() {
        return known;
    }
    let path = messages_path(site, lang).unwrap_or_default();
    let key = messages_key(lang);
    let fetched = http::get(&path, Mode::Stored).await.ok();
    if let Some(answer) = fetched.filter(|answer| answer.status == 200)
        && let Some(messages) = Messages::read(&answer.text)
    {
        let record = [&path, "\n", &answer.text].concat();
        with_store(|store| {
            let _ = store.set(&key, &record);
        });
        return Some(messages);
    }
    // Texts of an earlier build are better than another language, where they are the same ones.
    let record = with_store(|store| store.get(&key).ok().flatten())?;
    Messages::read(record.split_once('\n')?.1)
}
