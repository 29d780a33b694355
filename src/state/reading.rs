//! Where the reader is in the open article: noted as they go on, offered when they come back.
//!
//! Entry points: [`watch`], [`arrived`], [`left`]. What is noted, and whether anything is, `lamplight_reader` decides
//! (`offline::reading`, in the renderer: nothing is noted before the page stands); the library's page shows it.

use lamplight_model::Route;
use lamplight_reader::offline::reading::{HISTORY, PREFIX};
use lamplight_reader::store::Store as _;
use leptos::prelude::*;

use super::session::with_store;
use super::{Content, Session};
use crate::browser::place::{self, Spot};
use crate::browser::{device, history, page, renderer};

/// The fragment of links that lead to where the reader was. No heading has such an identifier.
const MARK: &str = ":place";

/// Begins to watch, once.
pub(crate) fn watch(session: Session) {
    place::watch(move || session.resume.set(false), move || left(session));
}

/// Notes that the article that is shown was opened, or where in it the reader is; gives the block and the thousandths of it
/// where they had stopped midway.
fn note(session: Session, spot: Option<&Spot>) -> Option<(String, u32)> {
    let screen = session.screen.get_untracked();
    let (Content::Adopted | Content::Article(_), Some(Route::Article { lang, slug })) =
        (&screen.content, &screen.route)
    else {
        return None;
    };
    let key = [PREFIX, slug].concat();
    let [history, stored] = [HISTORY, &key].map(|key| with_store(|store| store.get(key)).ok()?);
    let noted = renderer::note(
        history,
        stored,
        slug,
        lang,
        spot.map(|spot| (&*spot.block, spot.part, spot.progress)),
        device::now(),
    )?;
    let (midway, text) = noted.split_once('\n')?;
    if !text.is_empty() {
        // Without space for it, it is not noted.
        let _ = with_store(|store| store.set(&key, text));
    }
    let (part, block) = midway.split_once(' ')?;
    Some((block.to_owned(), part.parse().ok()?))
}

/// A page stands. Notes that its article was opened; who comes by a link to where they were goes there, who comes to the
/// beginning by another one is `offered` to.
pub(crate) fn arrived(session: Session, offered: bool) {
    if let Some((block, part)) = note(session, None).filter(|_| offered) {
        let (path, fragment) = page::location();
        let marked = fragment == MARK;
        // Who has gone on meanwhile wants to go elsewhere.
        if !marked && page::scroll_position().1 > 0.0 {
            return;
        }
        place::want(block, part);
        if marked {
            history::rename(&path);
            place::go();
        } else {
            session.resume.set(true);
        }
    }
}

/// The reader leaves a place, or stays there: it is noted.
pub(crate) fn left(session: Session) {
    if let Some(spot) = place::seen() {
        note(session, Some(&spot));
    }
}

/// The reader takes the offer.
pub(crate) fn resume(session: Session) {
    session.resume.set(false);
    place::go();
}
