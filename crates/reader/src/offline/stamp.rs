//! When something was changed, so that tabs and devices agree on what came last: a hybrid logical clock
//! (Kulkarni et al., "Logical Physical Clocks", 2014), with the record's own past in the counter's place.
//!
//! Entry points: [`next`], [`plausible`]. A stamp is compared, never shown: what a reader is told of a time must come
//! from the clock alone.

use crate::Millis;

/// How far ahead of this device's clock another device's may be: a year. A record that says more would win over
/// everything the reader does here, and is not taken.
const AHEAD: Millis = 366 * 24 * 60 * 60_000;

/// The stamp of a change that is made `now` to something last changed at `latest`: later than it, even where the clock
/// was set back.
pub fn next(latest: Millis, now: Millis) -> Millis {
    now.max(latest.saturating_add(1))
}

/// Whether a stamp that came from elsewhere can be one. `now` is the clock, or the latest stamp of this device's own
/// where that is later: a clock that was set back to 1970 makes nobody else's records suspect.
pub fn plausible(stamp: Millis, now: Millis) -> bool {
    (0..=now.saturating_add(AHEAD)).contains(&stamp)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_later_than_what_it_changes_even_after_the_clock_was_set_back() {
        assert_eq!(next(5, 9), 9);
        assert_eq!(next(9, 9), 10);
        assert_eq!(next(1_000, 9), 1_001);
        assert_eq!(next(Millis::MAX, 9), Millis::MAX);
    }

    #[test]
    fn a_stamp_from_beyond_a_year_ahead_or_from_before_the_epoch_is_none() {
        assert!(plausible(0, 0) && plausible(AHEAD, 0));
        assert!(!plausible(-1, 5) && !plausible(AHEAD + 6, 5));
        assert!(plausible(Millis::MAX, Millis::MAX));
    }
}
