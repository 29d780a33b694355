//! Where the reader was in each article, what is read, and what was opened when.
//!
//! Entry points: [`Journal::read`], [`Journal::mark`], [`Journal::clear`], [`join`] where all of it is shown; [`noted`]
//! where an article is read. One record for each article, whatever its language: a place is a block's name (`reader::place`), which
//! holds at any text size and in every translation. Place, mark and last opening are joined each for itself: who read
//! an article to its end on one device and opened it on another has still read it.
//!
//! What the reader cleared must never come back from another tab, device or file, and what history does not note
//! while it is off must be nowhere.

use std::collections::BTreeMap;

use lamplight_model::{json, record};
use serde::Serialize;

use super::{Write, stamp, write};
use crate::Millis;
use crate::library::Entry;

pub mod noted;

/// The version of [`State`] and [`History`].
pub const VERSION: u32 = 1;

/// What the keys of all states begin with.
pub const PREFIX: &str = "reading/";

/// The key of [`History`].
pub const HISTORY: &str = "history";

/// How many articles are remembered: those opened last.
pub const MOST: usize = 2_000;

/// Thousandths of an article beyond which it has been read: what follows are notes and names.
pub const END: u32 = 900;

/// Thousandths of an article up to which it has not been begun.
pub const BEGINNING: u32 = 30;

/// How far a reader is with an article, as it is stored (JSON). Times are stamps ([`stamp`]), 0 for never.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct State {
    /// Version of the record.
    pub v: u32,
    /// The article's slug.
    pub slug: String,
    /// Language it was last read in (BCP 47).
    pub lang: String,
    /// Name of the block on the line that is read; empty at the beginning.
    pub block: String,
    /// How much of that block is above the line, in thousandths.
    pub part: u32,
    /// How much of the article is above the line, in thousandths.
    pub progress: u32,
    /// When the place was noted.
    pub seen: Millis,
    /// Whether it has been read.
    pub read: bool,
    /// When it was marked so, or the other way.
    pub marked: Millis,
    /// When it was last opened.
    pub opened: Millis,
    /// When it was taken out of the history: nothing noted until then counts.
    pub forgot: Millis,
}

record!(State {
    v,
    slug,
    lang,
    block,
    part,
    progress,
    seen,
    read,
    marked,
    opened,
    forgot
});

/// What holds for all states, as it is stored (JSON).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct History {
    /// Version of the record.
    pub v: u32,
    /// Nothing is noted.
    pub off: bool,
    /// When that was chosen ([`stamp`]).
    pub stamp: Millis,
    /// When all was cleared ([`stamp`]): nothing noted until then counts.
    pub cleared: Millis,
}

record!(History {
    v,
    off,
    stamp,
    cleared
});

/// A place in an article.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place<'a> {
    /// Name of the block on the line that is read.
    pub block: &'a str,
    /// How much of it is above the line, in thousandths.
    pub part: u32,
    /// How much of the article is above the line, in thousandths.
    pub progress: u32,
}

impl<'a> Place<'a> {
    /// Reads what [`Place::text`] wrote.
    pub fn read(text: &'a str) -> Option<Self> {
        let (progress, rest) = text.split_once(' ')?;
        let (part, block) = rest.split_once(' ')?;
        Some(Self {
            block,
            part: part.parse().ok()?,
            progress: progress.parse().ok()?,
        })
    }

    /// The place as the app and its programs hand it over: thousandths of the article and of the block, and that block's
    /// name, with spaces between.
    pub fn text(&self) -> String {
        [
            &*self.progress.to_string(),
            " ",
            &self.part.to_string(),
            " ",
            self.block,
        ]
        .concat()
    }
}

/// The key of an article's state.
pub fn key(slug: &str) -> String {
    [PREFIX, slug].concat()
}

impl State {
    /// Reads a record; `None` if it is damaged, of a later version, or not the one of this key.
    pub fn read(own: &str, text: &str) -> Option<Self> {
        let state: Self = json::read(text)?;
        let fits = state.v == VERSION && !state.slug.is_empty() && key(&state.slug) == own;
        fits.then(|| state.since(0))
    }

    /// The state of an article of which nothing is known.
    fn new(slug: &str) -> Self {
        Self {
            v: VERSION,
            slug: slug.to_owned(),
            ..Self::default()
        }
    }

    /// The record to be written.
    pub fn write(&self) -> Write {
        Write {
            key: key(&self.slug),
            text: write(self),
        }
    }

    /// Whether the place is one to go on from: neither at the beginning nor at the end.
    pub fn is_midway(&self) -> bool {
        (BEGINNING..END).contains(&self.progress)
    }

    /// The reader is at a place. Beyond [`END`] the article is read. Says whether anything is new.
    fn reach(&mut self, lang: &str, place: Place<'_>, at: Millis) -> bool {
        let (part, progress) = (place.part.min(1_000), place.progress.min(1_000));
        let known = (&*self.lang, &*self.block, self.part, self.progress);
        if self.seen > 0 && known == (lang, place.block, part, progress) {
            return false;
        }
        // Only who comes to the end has read it; who stays there may have marked it unread.
        if self.progress < END && progress >= END {
            (self.read, self.marked) = (true, at);
        }
        lang.clone_into(&mut self.lang);
        place.block.clone_into(&mut self.block);
        (self.part, self.progress, self.seen) = (part, progress, at);
        true
    }

    /// When anything was last noted.
    pub fn latest(&self) -> Millis {
        self.seen.max(self.marked).max(self.opened).max(self.forgot)
    }

    /// Whether nothing is noted but that it is not to be.
    pub fn is_blank(&self) -> bool {
        self.seen == 0 && self.marked == 0 && self.opened == 0
    }

    /// The state without what was noted until it was forgotten, or all was `cleared`.
    fn since(mut self, cleared: Millis) -> Self {
        let until = self.forgot.max(cleared);
        if self.seen <= until {
            (self.seen, self.part, self.progress) = (0, 0, 0);
            self.lang.clear();
            self.block.clear();
        }
        if self.marked <= until {
            (self.marked, self.read) = (0, false);
        }
        if self.opened <= until {
            self.opened = 0;
        }
        // Whoever cleared all has forgotten this one, too.
        if self.forgot <= cleared {
            self.forgot = 0;
        }
        self
    }
}

/// Joins two states of one article.
pub fn join(a: State, b: State) -> State {
    fn place(state: &State) -> (Millis, u32, u32, &str, &str) {
        let (block, lang) = (state.block.as_str(), state.lang.as_str());
        (state.seen, state.progress, state.part, block, lang)
    }
    let (opened, forgot) = (a.opened.max(b.opened), a.forgot.max(b.forgot));
    let (marked, read) = (a.marked, a.read).max((b.marked, b.read));
    let mut state = if place(&b) > place(&a) { b } else { a };
    (state.opened, state.forgot) = (opened, forgot);
    (state.marked, state.read) = (marked, read);
    state.since(0)
}

/// What the app before this journal knew as opened, language by language. To be added as often as one likes: what was
/// forgotten or cleared since stays so.
pub fn migrate(entries: &[Entry]) -> Vec<State> {
    let opened = entries.iter().filter(|entry| entry.opened > 0);
    opened
        .map(|entry| State {
            opened: entry.opened,
            ..State::new(&entry.slug)
        })
        .collect()
}

impl History {
    /// Reads the record; `None` if it is damaged or of a later version.
    pub fn read(text: &str) -> Option<Self> {
        json::read::<Self>(text).filter(|history| history.v == VERSION)
    }

    /// As it is stored. Damaged, it is not known whether it was off, and then nothing is to be noted.
    pub fn stored(text: Option<&str>) -> Self {
        let off = || Self {
            v: VERSION,
            off: true,
            ..Self::default()
        };
        text.map_or_else(Self::default, |text| Self::read(text).unwrap_or_else(off))
    }

    /// The record to be written.
    pub fn write(&self) -> Write {
        Write {
            key: HISTORY.to_owned(),
            text: write(self),
        }
    }

    /// Joins two.
    pub fn join(&self, other: &Self) -> Self {
        let (stamp, off) = (self.stamp, self.off).max((other.stamp, other.off));
        Self {
            v: VERSION,
            off,
            stamp,
            cleared: self.cleared.max(other.cleared),
        }
    }
}

/// All states.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Journal {
    states: BTreeMap<String, State>,
    history: History,
    latest: Millis,
}

impl Journal {
    /// Reads all that is stored. What is damaged or of a later version counts as nothing noted; its text is left alone
    /// until something is.
    pub fn read(stored: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut journal = Self::default();
        for (key, text) in stored {
            if key == HISTORY {
                journal.rule(&History::stored(Some(&text)));
            } else if let Some(state) = State::read(&key, &text) {
                journal.add(state);
            }
        }
        journal
    }

    /// Joins a state from elsewhere; says whether that changed anything.
    pub fn add(&mut self, state: State) -> bool {
        self.latest = self.latest.max(state.latest());
        let state = state.since(self.history.cleared);
        if state.is_blank() && state.forgot == 0 {
            return false;
        }
        let own = self.states.get(&state.slug);
        let joined = match own {
            Some(own) => join(own.clone(), state),
            None => state,
        };
        let changed = own != Some(&joined);
        self.states.insert(joined.slug.clone(), joined);
        changed
    }

    /// Joins what holds for all; the states that go by it are gone.
    pub fn rule(&mut self, history: &History) {
        self.history = self.history.join(history);
        let cleared = self.history.cleared;
        self.latest = self.latest.max(self.history.stamp).max(cleared);
        let states = std::mem::take(&mut self.states).into_iter();
        let since = states.map(|(slug, state)| (slug, state.since(cleared)));
        self.states = since
            .filter(|(_, state)| !state.is_blank() || state.forgot > 0)
            .collect();
    }

    /// What is known of an article.
    pub fn get(&self, slug: &str) -> Option<&State> {
        self.states.get(slug).filter(|state| !state.is_blank())
    }

    /// The state of an article, even if it says only that it was forgotten.
    pub fn state(&self, slug: &str) -> Option<&State> {
        self.states.get(slug)
    }

    /// What holds for all.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// What was opened, last first.
    pub fn opened(&self) -> Vec<&State> {
        let mut list: Vec<&State> = self.states.values().filter(|s| s.opened > 0).collect();
        list.sort_by(|a, b| (b.opened, &a.slug).cmp(&(a.opened, &b.slug)));
        list
    }

    /// All states.
    pub fn states(&self) -> impl Iterator<Item = &State> {
        self.states.values()
    }

    fn change(
        &mut self,
        slug: &str,
        change: impl FnOnce(&mut State, Millis),
        now: Millis,
    ) -> Write {
        self.latest = stamp::next(self.latest, now);
        let new = || State::new(slug);
        let state = self.states.entry(slug.to_owned()).or_insert_with(new);
        change(state, self.latest);
        state.write()
    }

    /// The reader marks an article read or unread: that is noted even while history is off.
    pub fn mark(&mut self, slug: &str, read: bool, now: Millis) -> Write {
        self.change(
            slug,
            |state, at| (state.read, state.marked) = (read, at),
            now,
        )
    }

    /// Takes one article out of the history, with its place and mark.
    pub fn forget(&mut self, slug: &str, now: Millis) -> Write {
        let change = |state: &mut State, at| {
            state.forgot = at;
            *state = std::mem::take(state).since(0);
        };
        self.change(slug, change, now)
    }

    /// Clears everything; the record to be written. Whoever writes it deletes those of all states.
    pub fn clear(&mut self, now: Millis) -> Write {
        let cleared = stamp::next(self.latest, now);
        let history = History {
            cleared,
            ..self.history.clone()
        };
        self.rule(&history);
        self.history.write()
    }

    /// Whether anything is noted from now on; what was noted stays until it is cleared.
    pub fn turn(&mut self, off: bool, now: Millis) -> Write {
        let history = History {
            off,
            stamp: stamp::next(self.latest, now),
            ..self.history.clone()
        };
        self.rule(&history);
        self.history.write()
    }

    /// Leaves the `most` articles that were noted last, and gives the keys to be deleted.
    pub fn trim(&mut self, most: usize) -> Vec<String> {
        let mut order: Vec<(Millis, String)> = self
            .states
            .values()
            .map(|state| (-state.latest(), state.slug.clone()))
            .collect();
        order.sort();
        let gone = order.into_iter().skip(most).map(|(_, slug)| slug);
        let gone: Vec<String> = gone.collect();
        for slug in &gone {
            self.states.remove(slug);
        }
        gone.iter().map(|slug| key(slug)).collect()
    }
}

#[cfg(test)]
pub(crate) mod tests;
