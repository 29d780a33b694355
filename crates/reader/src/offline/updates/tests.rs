//! Tests of updates.

use proptest::prelude::*;

use super::*;
use crate::store::MemoryStore;

const NOW: Millis = 1_795_662_000_000;

#[test]
fn a_first_look_and_one_the_reader_asks_for_are_made_at_once() {
    let looks = |last| Looks { last, failed: 0 };
    let at = |last, occasion| next_look(looks(last), occasion, true, 0, NOW);
    assert_eq!(at(0, Occasion::Time), NOW);
    assert_eq!(at(NOW - 1, Occasion::Asked), NOW);
    assert_eq!(
        at(NOW + HOUR, Occasion::Start),
        NOW,
        "the clock was set back"
    );
    assert_eq!(at(NOW - 1, Occasion::Start), NOW - 1 + SAVING);
}

#[test]
fn a_start_looks_sooner_than_a_page_that_lies_open_and_failures_make_one_patient() {
    let at = |occasion, failed, chance| {
        next_look(Looks { last: NOW, failed }, occasion, false, chance, NOW) - NOW
    };
    assert_eq!(at(Occasion::Start, 0, 0), LEAST);
    assert_eq!(at(Occasion::Visible, 0, 0), VISIBLE);
    assert_eq!(at(Occasion::Time, 0, 0), CALM * 3 / 4);
    assert_eq!(at(Occasion::Time, 0, 1_000), CALM * 5 / 4);
    assert_eq!(at(Occasion::Time, 1, 0), 2 * LEAST);
    assert_eq!(at(Occasion::Start, 3, 0), 8 * LEAST);
}

#[test]
fn a_look_is_noted_before_it_is_made_so_that_tabs_that_start_together_make_one() {
    let store = MemoryStore::default();
    assert!(begin(&store, Occasion::Start, false, NOW));
    assert!(!begin(&store, Occasion::Start, false, NOW + 1));
    // It was never answered: a page that was closed, a site that hangs.
    let unanswered = Looks {
        last: NOW,
        failed: 1,
    };
    assert_eq!(Looks::read(&store), unanswered);
    assert!(!begin(&store, Occasion::Start, false, NOW + LEAST));
    assert!(begin(&store, Occasion::Start, false, NOW + 2 * LEAST));
    assert_eq!(Looks::read(&store).failed, 2);
    answered(&store, NOW + 2 * LEAST + 5);
    let after = Looks {
        last: NOW + 2 * LEAST + 5,
        failed: 0,
    };
    assert_eq!(Looks::read(&store), after);
}

#[test]
fn a_damaged_record_is_none_and_where_nothing_is_stored_time_is_no_reason_to_look() {
    let store = MemoryStore::default();
    for text in ["", " ", "1", "x 1", "1 x", "99999999999999999999 0", "{}"] {
        store.set(KEY, text).expect("stores");
        assert_eq!(Looks::read(&store), Looks::default(), "{text}");
    }
    assert!(begin(&store, Occasion::Time, false, NOW));
    let full = MemoryStore::default();
    full.set_quota(Some(0));
    assert!(begin(&full, Occasion::Start, false, NOW));
    assert!(begin(&full, Occasion::Asked, true, NOW));
    assert!(!begin(&full, Occasion::Time, false, NOW));
}

proptest! {
    #[test]
    fn one_looks_again_in_time_and_never_at_once(
        last in 1..NOW, failed in -9i64..99, saves_data: bool, chance: u32, which in 0usize..3,
    ) {
        let occasion = [Occasion::Start, Occasion::Visible, Occasion::Time][which];
        let at = next_look(Looks { last, failed }, occasion, saves_data, chance, NOW);
        prop_assert!(at >= last + LEAST);
        prop_assert!(at <= last + SAVING.max(CALM * 5 / 4));
    }

    #[test]
    fn whatever_the_reader_does_the_site_is_asked_no_more_than_it_may_be_and_never_forgotten(
        saves_data: bool,
        steps in prop::collection::vec((0usize..3, 1i64..40 * MINUTE, any::<bool>()), 1..200),
    ) {
        let store = MemoryStore::default();
        let (mut now, mut before, mut seen) = (NOW, None::<Millis>, NOW);
        for (which, pause, answers) in steps {
            now += pause;
            let occasion = [Occasion::Start, Occasion::Visible, Occasion::Time][which];
            if begin(&store, occasion, saves_data, now) {
                let least = if saves_data { SAVING } else { LEAST };
                prop_assert!(before.is_none_or(|at| now - at >= least));
                if answers {
                    answered(&store, now + 1);
                }
                (before, seen) = (Some(now), now);
            }
            // However many looks failed.
            let most = SAVING.max(CALM * 5 / 4);
            prop_assert!(which != 2 || now - seen < most, "not looked for {} hours", (now - seen) / HOUR);
        }
    }
}
