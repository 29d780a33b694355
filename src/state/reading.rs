//! Where the reader is in the open article: noted as they go on, offered when they come back.
//!
//! Entry points: [`watch`], [`arrived`], [`left`]. What is noted, and whether anything is, `lamplight_reader` decides
//! (`offline::reading`, in the renderer: nothing is noted before the page stands); the library's page shows it.

use lamplight_model::Route;
use lamplight_reader::offline::reading::{HISTORY, PREFIX};
use leptos::prelude::*;

use super::{Content, Session};
use crate::browser::{history, page, place, renderer};

/// The fragment of links that lead to where the reader was. No heading has such an identifier.
const MARK: &str = ":place";

/// Begins to watch, once.
pub(crate) fn watch(session: Session) {
    place::watch(move || session.resume.set(false), move || left(session));
}

/// Has noted that the article that is shown was opened, or with a place where in it the reader is; gives the place where they
/// had stopped midway.
fn note(session: Session, place: &str) -> Option<String> {
    let screen = session.screen.get_untracked();
    let (Content::Adopted | Content::Article(_), Some(Route::Article { lang, slug })) =
        (&screen.content, &screen.route)
    else {
        return None;
    };
    renderer::note(&[lang, "/", slug].concat(), place)
}

/// A page stands. Notes that its article was opened; who comes by a link to where they were goes there, who comes to the
/// beginning by another one is `offered` to.
pub(crate) fn arrived(session: Session, offered: bool) {
    let stopped = note(session, "");
    // Where the reader has come to before that could be noted.
    left(session);
    if let Some(place) = stopped.filter(|_| offered) {
        let (path, fragment) = page::location();
        let marked = fragment == MARK;
        // Who has gone on meanwhile wants to go elsewhere.
        if !marked && page::scroll_position().1 > 0.0 {
            return;
        }
        place::want(place);
        if marked {
            history::rename(&path);
            place::go();
        } else {
            session.resume.set(true);
        }
    }
}

/// The reader leaves a place, or stays there: it is noted, if not at once, then when the renderer has come.
pub(crate) fn left(session: Session) {
    if renderer::is_ready()
        && let Some(place) = place::seen()
    {
        note(session, &place);
    }
}

/// Another tab has written under a key. What it cleared, or noted of the article that is open here, is not to be written over
/// before the reader moves.
pub(crate) fn heard(session: Session, key: &str) {
    let screen = session.screen.get_untracked();
    let open = match &screen.route {
        Some(Route::Article { slug, .. }) => Some(&**slug),
        _ => None,
    };
    if key == HISTORY || (open.is_some() && key.strip_prefix(PREFIX) == open) {
        session.resume.set(false);
        // Who is reading on here has moved.
        if key == HISTORY || !place::waits() {
            place::seen();
        }
    }
}

/// The reader takes the offer.
pub(crate) fn resume(session: Session) {
    session.resume.set(false);
    place::go();
}
