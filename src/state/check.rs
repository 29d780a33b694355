//! Asking the site whether what is on the screen is what it has.

use std::cell::RefCell;
use std::sync::Arc;

use lamplight_model::{Feed, Route, paths, seal};
use lamplight_reader::Millis;
use lamplight_reader::answer::{Failure, Outcome, classify};
use lamplight_reader::evidence::{Evidence, judge};
use lamplight_reader::library::{self, NotSaved};
use lamplight_reader::lists;
use lamplight_reader::store::StoreError;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::device::{note_feed, read_feed};
use super::session::with_library;
use super::{Content, Screen, Session, device, navigate, reading};
use crate::browser::http::{self, Mode};
use crate::browser::renderer;
use crate::browser::{caches, device as browser, page};

/// Fetches a sealed document from the site and notes whether the site could be reached.
pub(crate) async fn ask(session: Session, path: &str) -> Outcome {
    let outcome = classify(http::get(path, Mode::Check).await, browser::online());
    session.failure.set(match &outcome {
        Outcome::Failed(failure) if failure.cuts_off() => Some(*failure),
        _ => None,
    });
    outcome
}

thread_local! {
    /// What is being asked for. The page the reader left does not keep the next from being checked.
    static ASKING: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Checks the open page, when a reader asks.
pub(crate) fn start(session: Session) {
    spawn_local(async move {
        // An answer that comes at once would look like a button that does nothing.
        session.busy.set(true);
        browser::sleep(400).await;
        if check(session).await.is_none() {
            session.busy.set(false);
        }
    });
}

/// Checks the open page; says whether the site answered, where it was asked.
pub(crate) async fn check(session: Session) -> Option<bool> {
    let shown = session.screen.get_untracked();
    let route = shown.route.clone()?;
    let path = session.source(&route)?;
    if ASKING.with_borrow(|asking| *asking == path) {
        return None;
    }
    ASKING.set(path.clone());
    session.busy.set(true);
    // Local storage may have let go of it, or never had it: the answer takes its place in the large tier, and what the
    // reader leaves for a newer edition is kept as a version from here.
    if let (Route::Article { lang, slug }, Some(own)) = (&route, &shown.digest)
        && let entry = with_library(|library| library.entry(lang, slug))
        && entry.as_ref().is_none_or(|entry| entry.digest != *own)
        && let Some((text, saved)) = caches::read(&session.site().base, &path).await
        // What the reader has just taken stays, though a page of before opens where there is no site.
        && entry.is_none_or(|entry| entry.saved <= saved)
        && seal::claimed(&text) == Some(own)
    {
        take(session, &text, saved);
    }
    let outcome = ask(session, &path).await;
    if ASKING.with_borrow(|asking| *asking == path) {
        ASKING.take();
        session.busy.set(false);
    }
    let answered = matches!(outcome, Outcome::Whole { .. });
    let now = browser::now();
    browser::breathe().await;
    let fetched = Fetched::read(&route, &outcome);
    if let Some(fetched) = &fetched {
        browser::breathe().await;
        // What the reader has saved opens first, with its images, until the reader takes the newer edition.
        let saved = match (fetched, &outcome) {
            // Nor does what the reader has before the eyes give way unasked.
            (Fetched::Article, Outcome::Whole { digest, .. })
                if shown.digest.as_ref().is_some_and(|own| own != digest) =>
            {
                true
            }
            (Fetched::Article, Outcome::Whole { text, .. }) => {
                let saved = caches::saved(&session.site().base, &path).await;
                saved.is_some_and(|(own, _)| seal::claimed(&own) != seal::claimed(text))
            }
            _ => false,
        };
        if !saved {
            fetched.store(session, &route, &outcome, now);
            browser::breathe().await;
        }
    }
    if fetched.is_some() {
        if session.screen.with_untracked(|screen| awaits(screen)) {
            renderer::ready().await;
        }
        // The texts may have been out of reach when the page was opened.
        navigate::load_messages(session, route.lang()).await;
    }
    // The reader may have gone on while the site was asked.
    let open = session.screen.get_untracked();
    if open.route.as_ref() != Some(&route) {
        return Some(answered);
    }
    match fetched {
        Some(fetched) => fetched.show(session, &open, outcome, now),
        None => session.attest(unread(session, &open, outcome, now)),
    }
    if awaits(&open)
        && let Evidence::Failed { failure, .. } = session.evidence.get_untracked()
    {
        let content = match failure {
            Failure::Gone(_) => Content::NotFound,
            failure => Content::Absent(failure),
        };
        navigate::replace(
            session,
            Screen {
                content,
                ..(*open).clone()
            },
        );
    }
    browser::breathe().await;
    device::take_stock(session).await;
    Some(answered)
}

/// Whether a screen has nothing to show yet.
fn awaits(screen: &Screen) -> bool {
    matches!(screen.content, Content::Absent(_) | Content::Loading(_))
}

/// Evidence where nothing could be read from the answer.
fn unread(session: Session, open: &Screen, outcome: Outcome, now: Millis) -> Evidence {
    let outcome = match outcome {
        // Whole, but of a format this version does not know.
        Outcome::Whole { .. } => Outcome::Failed(Failure::TooNew),
        failed @ Outcome::Failed(_) => failed,
    };
    judge(
        open.digest.as_deref(),
        session.saved.get_untracked(),
        &outcome,
        now,
    )
}

/// Makes an edition that came from the site at `saved` the reader's. The one before was put aside: the library's program
/// keeps it.
pub(super) fn take(session: Session, text: &str, saved: Millis) {
    let result = with_library(|library| library.put_as_of(text, saved, browser::now()));
    if result == Err(NotSaved::Store(StoreError::Full)) {
        session.full.set(true);
    }
    page::call_part("older");
}

/// What a check brought.
enum Fetched {
    Article,
    Feed(Arc<Feed>),
}

impl Fetched {
    fn read(route: &Route, outcome: &Outcome) -> Option<Self> {
        let Outcome::Whole { text, .. } = outcome else {
            return None;
        };
        match route {
            Route::Article { .. } => library::read(text).map(|_| Self::Article),
            _ => read_feed(text).map(Arc::new).map(Self::Feed),
        }
    }

    fn store(&self, session: Session, route: &Route, outcome: &Outcome, now: Millis) {
        let Outcome::Whole { text, .. } = outcome else {
            return;
        };
        match (self, route) {
            (Self::Article, _) => take(session, text, now),
            (Self::Feed(feed), Route::Front { lang, page: 1 }) => {
                note_feed(session, lang, feed.clone(), text, now);
            }
            (Self::Feed(_), _) => {}
        }
    }

    fn show(self, session: Session, open: &Screen, outcome: Outcome, now: Millis) {
        let evidence = judge(
            open.digest.as_deref(),
            session.saved.get_untracked(),
            &outcome,
            now,
        );
        let nothing_shown = awaits(open);
        match self {
            Self::Article if nothing_shown => {
                let messages = session.messages.get_untracked();
                if let Outcome::Whole { text, .. } = &outcome
                    && let Ok(screen) = navigate::article_screen(open, &messages, text, None)
                {
                    navigate::replace(session, screen);
                    session.attest(Evidence::Live { at: now });
                    reading::arrived(session, true);
                }
            }
            Self::Article => {
                session.newer.set(match outcome {
                    Outcome::Whole { text, .. } if matches!(evidence, Evidence::Updated { .. }) => {
                        Some(Arc::new(text))
                    }
                    _ => None,
                });
                session.attest(evidence);
            }
            // A list is brought up to date at once: nobody reads it from the middle of a sentence.
            Self::Feed(feed) => {
                if nothing_shown || open.digest.as_ref() != Some(&feed._lamplight.digest) {
                    announce_news(session, open, &feed);
                    let screen = Screen {
                        content: Content::Listing(feed.clone()),
                        digest: Some(feed._lamplight.digest.clone()),
                        saved: None,
                        ..open.clone()
                    };
                    navigate::replace(session, screen);
                }
                session.attest(Evidence::Live { at: now });
            }
        }
    }
}

fn announce_news(session: Session, open: &Screen, feed: &Feed) {
    if let Content::Listing(shown) = &open.content {
        let news = lists::news(shown, feed);
        if news > 0 {
            let messages = session.messages.get_untracked();
            let text = messages.count(&messages.new_posts, news as u32);
            session.announcement.set(text);
        }
    }
}

/// Has the newest feed of a language at hand as this device knows it.
pub(crate) fn recall_feed(session: Session, lang: &str) {
    if let Some((feed, _)) = device::stored_feed(lang)
        && session
            .feeds
            .with_untracked(|feeds| feeds.get(lang).is_none())
    {
        session.feeds.update(|feeds| {
            feeds.insert(lang, Arc::new(feed));
        });
    }
}

/// Has the newest feed of a language at hand: the device's at once, then the site's.
pub(crate) async fn refresh_feed(session: Session, lang: &str) {
    recall_feed(session, lang);
    let path = paths::feed(&session.site(), lang, None, 1);
    browser::breathe().await;
    if let Outcome::Whole { text, .. } = ask(session, &path).await {
        browser::breathe().await;
        let Some(feed) = read_feed(&text) else {
            return;
        };
        browser::breathe().await;
        note_feed(session, lang, Arc::new(feed), &text, browser::now());
    }
}
