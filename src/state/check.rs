//! Asking the site whether what is on the screen is what it has.

use std::sync::Arc;

use lamplight_model::{ArticleDocument, Feed, Route, paths};
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
use super::{Content, Screen, Session, device, navigate};
use crate::browser::http::{self, Mode};
use crate::browser::{device as browser, page};

/// Fetches a sealed document from the site and notes whether the site could be reached.
pub(crate) async fn ask(session: Session, path: &str) -> Outcome {
    let outcome = classify(http::get(path, Mode::Check).await, browser::online());
    session.failure.set(match &outcome {
        Outcome::Failed(failure) if failure.cuts_off() => Some(*failure),
        _ => None,
    });
    outcome
}

/// Has the open page checked.
pub(crate) fn start(session: Session) {
    spawn_local(check(session));
}

/// Checks the open page.
pub(crate) async fn check(session: Session) {
    let screen = session.screen.get_untracked();
    let Some(route) = screen.route.clone() else {
        return;
    };
    let Some(path) = session.source(&route) else {
        return;
    };
    if session.busy.get_untracked() {
        return;
    }
    session.busy.set(true);
    let outcome = ask(session, &path).await;
    session.busy.set(false);
    let now = browser::now();
    let fetched = Fetched::read(&route, &outcome);
    if let Some(fetched) = &fetched {
        fetched.store(session, &route, &outcome, now);
    }
    if fetched.is_some() {
        // The texts may have been out of reach when the page was opened.
        navigate::load_messages(session, route.lang()).await;
    }
    // The reader may have gone on while the site was asked.
    let open = session.screen.get_untracked();
    if open.route.as_ref() != Some(&route) {
        return;
    }
    match fetched {
        Some(fetched) => fetched.show(session, &open, outcome, now),
        None => session.attest(unread(session, &open, outcome, now)),
    }
    if matches!(open.content, Content::Absent(_) | Content::Loading(_))
        && let Evidence::Failed { failure, .. } = session.evidence.get_untracked()
    {
        navigate::replace(
            session,
            Screen {
                content: Content::Absent(failure),
                ..(*open).clone()
            },
        );
    }
    device::take_stock(session).await;
}

/// Evidence where nothing could be read from the answer.
fn unread(session: Session, open: &Screen, outcome: Outcome, now: Millis) -> Evidence {
    let outcome = match outcome {
        // Whole, but of a format this version does not know.
        Outcome::Whole { .. } => Outcome::Failed(Failure::Unreachable),
        failed @ Outcome::Failed(_) => failed,
    };
    judge(
        open.digest.as_deref(),
        session.saved.get_untracked(),
        &outcome,
        now,
    )
}

/// What a check brought.
enum Fetched {
    Article(Arc<ArticleDocument>),
    Feed(Arc<Feed>),
}

impl Fetched {
    fn read(route: &Route, outcome: &Outcome) -> Option<Self> {
        let Outcome::Whole { text, .. } = outcome else {
            return None;
        };
        match route {
            Route::Article { .. } => library::read(text).map(Arc::new).map(Self::Article),
            _ => read_feed(text).map(Arc::new).map(Self::Feed),
        }
    }

    fn store(&self, session: Session, route: &Route, outcome: &Outcome, now: Millis) {
        let Outcome::Whole { text, .. } = outcome else {
            return;
        };
        match (self, route) {
            (Self::Article(_), _) => {
                let result = with_library(|library| library.put(text, now));
                if result == Err(NotSaved::Store(StoreError::Full)) {
                    session.full.set(true);
                }
            }
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
        let nothing_shown = matches!(open.content, Content::Absent(_) | Content::Loading(_));
        match self {
            Self::Article(document) if nothing_shown => {
                navigate::replace(session, navigate::article_screen(open, document, None));
                session.attest(Evidence::Live { at: now });
            }
            Self::Article(document) => {
                let newer = matches!(evidence, Evidence::Updated { .. });
                session.newer.set(newer.then_some(document));
                session.attest(evidence);
            }
            // A list is brought up to date at once: nobody reads it from the middle of a sentence.
            Self::Feed(feed) => {
                let same = match &open.content {
                    Content::Adopted => same_slugs(&feed),
                    Content::Listing(shown) => **shown == *feed,
                    _ => false,
                };
                if !same {
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

/// Whether the list that press wrote into the page shows the posts of a feed.
fn same_slugs(feed: &Feed) -> bool {
    page::read().listing.is_some_and(|shown| {
        shown
            .iter()
            .eq(feed.items.iter().map(|item| &item._lamplight.slug))
    })
}

fn announce_news(session: Session, open: &Screen, feed: &Feed) {
    if let Content::Listing(shown) = &open.content {
        let news = lists::news(shown, feed);
        if news > 0 {
            let messages = session.messages.get_untracked();
            let text = lamplight_model::Messages::fill(&messages.new_posts, "n", &news.to_string());
            session.announcement.set(text);
        }
    }
}

/// Has the newest feed of a language at hand: the device's at once, then the site's.
pub(crate) async fn refresh_feed(session: Session, lang: &str) {
    if let Some((feed, _)) = device::stored_feed(lang)
        && session
            .feeds
            .with_untracked(|feeds| !feeds.contains_key(lang))
    {
        session.feeds.update(|feeds| {
            feeds.insert(lang.to_owned(), Arc::new(feed));
        });
    }
    // A site that could not be reached a moment ago is not asked again for this.
    if session.failure.get_untracked().is_some() {
        return;
    }
    let path = paths::feed(&session.site(), lang, None, 1);
    if let Outcome::Whole { text, .. } = ask(session, &path).await
        && let Some(feed) = read_feed(&text)
    {
        note_feed(session, lang, Arc::new(feed), &text, browser::now());
    }
}
