//! What is noted where an article is read: one record at a time, from what stands and to what is to stand.
//!
//! Entry points: [`keep`], [`is_on`]. The records are read anew for each change, so that what other tabs have written by
//! then stays.

use super::super::version;
use super::{HISTORY, History, Place, State, VERSION, key, stamp};
use crate::Millis;
use crate::library::{BUDGET, Library};
use crate::store::Store;

/// How the record of the history begins as long as anything is to be noted, as it is written.
const ON: &str = "{\"v\":1,\"off\":false,";

/// Whether anything is to be noted, by the record of the history as it is stored: the same as [`History::stored`] says, for
/// who has no other use for that.
pub fn is_on(history: Option<&str>) -> bool {
    history.is_none_or(|text| text.starts_with(ON))
}

/// What came of noting something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Noted {
    /// The place to go on from ([`Place::text`]), where the reader had stopped midway.
    pub midway: Option<String>,
    /// The record to be written under the article's key, if anything is.
    pub text: Option<String>,
}

/// Notes in a store that an article was opened, or, with a place, where the reader is in it; gives the place to go on from
/// ([`Place::text`]), where they had stopped midway. Other articles make room for the record; where there is none even so,
/// nothing is noted.
pub fn keep(
    store: impl Store,
    lang: &str,
    slug: &str,
    place: Option<Place<'_>>,
    now: Millis,
) -> Option<String> {
    let key = key(slug);
    let [history, stored] = [HISTORY, &key].map(|key| store.get(key).ok().flatten());
    let noted = note(
        history.as_deref(),
        stored.as_deref(),
        slug,
        lang,
        place,
        now,
    );
    if let Some(text) = noted.text {
        let _ = Library::new(store, BUDGET).note(&key, &text, lang, slug);
    }
    noted.midway
}

/// Notes that an article was opened, or, with a place, where the reader is in it; beyond [`super::END`] it is read.
/// `history` and `stored` are the records as they stand.
pub fn note(
    history: Option<&str>,
    stored: Option<&str>,
    slug: &str,
    lang: &str,
    place: Option<Place<'_>>,
    now: Millis,
) -> Noted {
    let history = History::stored(history);
    let known = stored.and_then(|text| State::read(&key(slug), text));
    let later = known.is_none() && stored.is_some_and(|text| version(text) > VERSION);
    let mut state = known
        .unwrap_or_else(|| State::new(slug))
        .since(history.cleared);
    let midway = state.is_midway().then(|| {
        let (part, progress) = (state.part, state.progress);
        let block = &*state.block;
        let place = Place {
            block,
            part,
            progress,
        };
        place.text()
    });
    let at = stamp::next(state.latest().max(history.cleared), now);
    let new = match place {
        _ if history.off || later => false,
        Some(place) => state.reach(lang, place, at),
        None => {
            state.opened = at;
            true
        }
    };
    Noted {
        midway,
        text: new.then(|| state.write().text),
    }
}
