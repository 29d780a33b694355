//! New versions of the app: when to look for one.
//!
//! Entry points: [`begin`], [`answered`]. What came of the looks before is one record that all tabs share. A look is noted
//! before it is made, as one without an answer, so that several tabs make one, and one that never ends is not made again
//! at once.
//!
//! What becomes of a version that was found is not decided here (`docs/decisions/updates.md`).

use crate::Millis;
use crate::store::Store;

/// The key of the record, `<last> <failed>`.
pub const KEY: &str = "looks";

const MINUTE: Millis = 60_000;
const HOUR: Millis = 60 * MINUTE;

/// Nobody looks more often than this, whatever happens: who goes from page to page starts the app each time.
const LEAST: Millis = 15 * MINUTE;

/// A page that becomes visible again looks if the last look is longer ago.
const VISIBLE: Millis = 30 * MINUTE;

/// A page that stays open looks this often, give or take a quarter, so that readers do not come all at once.
const CALM: Millis = 6 * HOUR;

/// A device that saves data looks this often, whatever happens.
const SAVING: Millis = 24 * HOUR;

/// What makes one think of a new version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// The app starts.
    Start,
    /// Its page becomes visible again.
    Visible,
    /// Time goes by.
    Time,
    /// The reader asks.
    Asked,
}

/// What is known of the looks before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Looks {
    /// When one looked last; 0 for never.
    pub last: Millis,
    /// How many looks in a row got no answer.
    pub failed: i64,
}

impl Looks {
    /// Reads the record. One that cannot be read, or is not there, is that of a device that has never looked.
    pub fn read(store: &impl Store) -> Self {
        let text = store.get(KEY).ok().flatten().unwrap_or_default();
        let read = text
            .split_once(' ')
            .and_then(|(last, failed)| Some((last.parse().ok()?, failed.parse().ok()?)));
        let (last, failed) = read.unwrap_or_default();
        Self { last, failed }
    }

    fn write(self, store: &impl Store) -> bool {
        let text = [&*self.last.to_string(), " ", &*self.failed.to_string()].concat();
        store.set(KEY, &text).is_ok()
    }
}

/// Whether to look now; if so, that is noted.
pub fn begin(store: &impl Store, occasion: Occasion, saves_data: bool, now: Millis) -> bool {
    let looks = Looks::read(store);
    // No two devices looked at the same thousandth of a second, nor did this one twice.
    let chance = looks.last.unsigned_abs() as u32;
    if next_look(looks, occasion, saves_data, chance, now) > now {
        return false;
    }
    let failed = looks.failed.saturating_add(1);
    // Where nothing can be noted, time alone is no reason: it would be one all the time.
    Looks { last: now, failed }.write(store) || occasion != Occasion::Time
}

/// The look was answered.
pub fn answered(store: &impl Store, now: Millis) {
    let (last, failed) = (now, 0);
    Looks { last, failed }.write(store);
}

/// When to look: now, if that is not later than `now`. `chance` is any number, other on other devices and each time.
pub fn next_look(
    looks: Looks,
    occasion: Occasion,
    saves_data: bool,
    chance: u32,
    now: Millis,
) -> Millis {
    // A look in the future was before the clock was set back.
    if occasion == Occasion::Asked || looks.last <= 0 || looks.last > now {
        return now;
    }
    let pause = match occasion {
        _ if saves_data => SAVING,
        Occasion::Start | Occasion::Asked => LEAST,
        Occasion::Visible => VISIBLE,
        Occasion::Time => {
            let spread = Millis::from(chance % 1_001) * (CALM / 2) / 1_000;
            CALM - CALM / 4 + spread
        }
    };
    // No answer: again sooner than the calm pause would have it, but each time later.
    let failed = looks.failed.clamp(0, 5);
    let again = LEAST << failed;
    let pause = match failed {
        0 => pause,
        _ if saves_data => pause,
        _ if occasion == Occasion::Time => pause.min(again),
        _ => pause.max(again),
    };
    looks.last.saturating_add(pause)
}

#[cfg(test)]
mod tests;
