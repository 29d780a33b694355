//! Tests of the reading state.

use proptest::prelude::*;

use super::*;
use crate::store::{MemoryStore, Store as _};

fn place(block: &str, progress: u32) -> Place<'_> {
    Place {
        block,
        part: 0,
        progress,
    }
}

/// Notes that an article was opened, or where the reader is in it, as that is done where it is read: from the records as
/// they stand; the record that is written.
pub(crate) fn note(
    journal: &mut Journal,
    slug: &str,
    lang: &str,
    place: Option<Place<'_>>,
    now: Millis,
) -> Option<Write> {
    let history = &journal.history;
    let history = (*history != History::default()).then(|| history.write().text);
    let stored = journal.state(slug).map(|state| state.write().text);
    let (history, stored) = (history.as_deref(), stored.as_deref());
    let text = noted::note(history, stored, slug, lang, place, now).text?;
    let key = key(slug);
    journal.add(State::read(&key, &text).expect("is whole"));
    Some(Write { key, text })
}

pub(crate) fn open(journal: &mut Journal, slug: &str, now: Millis) -> Option<Write> {
    note(journal, slug, "en", None, now)
}

fn reach(
    journal: &mut Journal,
    slug: &str,
    lang: &str,
    place: Place<'_>,
    now: Millis,
) -> Option<Write> {
    note(journal, slug, lang, Some(place), now)
}

fn slugs(journal: &Journal) -> Vec<&str> {
    let opened = journal.opened().into_iter();
    opened.map(|state| state.slug.as_str()).collect()
}

#[test]
fn a_reader_finds_the_place_again_and_the_history_is_newest_first() {
    let mut journal = Journal::default();
    for (slug, now) in [("a", 1), ("b", 2), ("c", 3), ("a", 4)] {
        open(&mut journal, slug, now).expect("is noted");
    }
    reach(&mut journal, "a", "fr", place("2.3", 400), 5);
    assert_eq!(slugs(&journal), ["a", "c", "b"]);
    let state = journal.get("a").expect("is known");
    assert_eq!(
        (state.block.as_str(), state.lang.as_str(), state.read),
        ("2.3", "fr", false)
    );
    assert_eq!(
        reach(&mut journal, "a", "fr", place("2.3", 400), 6),
        None,
        "nothing is new"
    );
}

#[test]
fn who_comes_to_the_end_has_read_it_and_may_say_otherwise() {
    let mut journal = Journal::default();
    let read = |journal: &Journal| journal.get("a").is_some_and(|state| state.read);
    reach(&mut journal, "a", "en", place("1.1", END - 1), 1);
    assert!(!read(&journal));
    reach(&mut journal, "a", "en", place("1.2", END), 2);
    assert!(read(&journal));
    journal.mark("a", false, 3);
    reach(&mut journal, "a", "en", place("1.3", END + 1), 4);
    assert!(!read(&journal), "still at the end");
    reach(&mut journal, "a", "en", place("0.1", 0), 5);
    reach(&mut journal, "a", "en", place("1.3", 5_000), 6);
    assert!(read(&journal));
    assert_eq!(journal.get("a").map(|state| state.progress), Some(1_000));
}

#[test]
fn what_was_read_here_and_opened_there_is_read_and_at_the_later_place() {
    let mut here = Journal::default();
    reach(&mut here, "a", "en", place("9.1", 950), 10);
    let mut there = Journal::default();
    open(&mut there, "a", 20);
    reach(&mut there, "a", "en", place("0.2", 50), 21);
    there.merge(&here);
    let state = there.get("a").expect("is known");
    assert_eq!(
        (state.read, state.block.as_str(), state.opened),
        (true, "0.2", 20)
    );
}

#[test]
fn nothing_is_noted_while_history_is_off_but_what_the_reader_marks() {
    let mut journal = Journal::default();
    journal.turn(true, 1);
    assert_eq!(open(&mut journal, "a", 2), None);
    assert_eq!(reach(&mut journal, "a", "en", place("1.1", 950), 3), None);
    assert_eq!(journal.states().count(), 0);
    journal.mark("a", true, 4);
    assert!(
        journal
            .get("a")
            .is_some_and(|state| state.read && state.opened == 0)
    );
    journal.turn(false, 5);
    assert!(open(&mut journal, "a", 6).is_some());
}

#[test]
fn what_was_cleared_or_forgotten_does_not_come_back_from_the_past() {
    let mut journal = Journal::default();
    open(&mut journal, "a", 1);
    open(&mut journal, "b", 2);
    let past = journal.clone();
    // The clock was set back.
    journal.clear(0);
    assert_eq!(journal.states().count(), 0);
    journal.merge(&past);
    assert_eq!(journal.states().count(), 0);
    open(&mut journal, "a", 0);
    open(&mut journal, "b", 0);
    let past = journal.clone();
    journal.forget("a", 0);
    journal.merge(&past);
    assert_eq!(slugs(&journal), ["b"]);
    open(&mut journal, "a", 0);
    assert_eq!(slugs(&journal), ["a", "b"]);
}

#[test]
fn what_the_app_opened_before_is_in_the_history_once_and_not_after_it_was_cleared() {
    let entry = |lang: &str, slug: &str, opened| Entry {
        lang: lang.into(),
        slug: slug.into(),
        opened,
        ..Entry::default()
    };
    let entries = [
        entry("en", "a", 5),
        entry("fr", "a", 9),
        entry("en", "b", 7),
        entry("en", "c", 0),
    ];
    let mut journal = Journal::default();
    let take = |journal: &mut Journal| {
        migrate(&entries)
            .into_iter()
            .for_each(|state| _ = journal.add(state));
    };
    take(&mut journal);
    assert_eq!(slugs(&journal), ["a", "b"]);
    journal.forget("b", 1);
    take(&mut journal);
    assert_eq!(slugs(&journal), ["a"]);
    journal.clear(1);
    take(&mut journal);
    assert_eq!(slugs(&journal), [""; 0]);
}

#[test]
fn what_was_noted_at_the_very_moment_of_forgetting_is_forgotten() {
    let state = State {
        v: VERSION,
        slug: "a".into(),
        block: "1.1".into(),
        seen: 5,
        read: true,
        marked: 5,
        opened: 5,
        forgot: 5,
        ..State::default()
    };
    let Write { key, text } = state.write();
    let state = State::read(&key, &text).expect("is whole");
    assert!(state.is_blank() && !state.read && state.block.is_empty());
}

#[test]
fn a_damaged_record_costs_its_own_article_only_and_a_damaged_choice_notes_nothing() {
    let mut journal = Journal::default();
    let stored = ["a", "b"].map(|slug| open(&mut journal, slug, 1).expect("is noted"));
    let [mut a, b] = stored.map(|write| (write.key, write.text));
    a.1.truncate(9);
    let read = Journal::read([a, b.clone()]);
    assert_eq!(slugs(&read), ["b"]);
    let mut unsure = Journal::read([b, (HISTORY.to_owned(), "{\"v\":".to_owned())]);
    assert_eq!(open(&mut unsure, "c", 5), None);
    unsure.turn(false, 6);
    assert!(open(&mut unsure, "c", 7).is_some());
}

#[test]
fn what_is_noted_where_an_article_is_read_leaves_alone_what_it_does_not_understand() {
    let note = |history: Option<&str>, stored: Option<&str>| {
        noted::note(history, stored, "a", "en", Some(place("1.2", 500)), 9)
    };
    let opened = |text: Option<String>| State::read("reading/a", &text.expect("is written"));
    let fresh = note(None, None);
    assert_eq!(fresh.midway, None);
    let state = opened(fresh.text.clone()).expect("is whole");
    assert_eq!((&*state.block, state.progress, state.seen), ("1.2", 500, 9));
    // Again: nothing is new, and that is where to go on.
    let again = note(None, fresh.text.as_deref());
    assert_eq!(again.midway, Some("500 0 1.2".to_owned()));
    assert_eq!(again.text, None);
    // A damaged one is replaced, a later version's is not.
    assert!(opened(note(None, Some("{\"v\":1")).text).is_some());
    assert_eq!(note(None, Some("{\"v\":2}")), noted::Noted::default());
    for off in [
        "{\"v\":",
        "{\"v\":1,\"off\":true,\"stamp\":5,\"cleared\":0}",
        "{\"v\":2}",
    ] {
        assert_eq!(note(Some(off), None).text, None, "{off}");
        assert!(!noted::is_on(Some(off)), "{off}");
    }
    let cleared = "{\"v\":1,\"off\":false,\"stamp\":0,\"cleared\":20}";
    let after = note(Some(cleared), fresh.text.as_deref());
    assert_eq!(after.midway, None);
    assert_eq!(opened(after.text).map(|state| state.seen), Some(21));
}

#[test]
fn a_place_is_kept_in_a_store_and_given_to_who_comes_back() {
    let store = MemoryStore::default();
    let keep = |place, now| noted::keep(&store, "en", "a", place, now);
    assert_eq!(keep(None, 5), None);
    assert_eq!(keep(Some(place("1.2", 500)), 6), None);
    assert_eq!(keep(None, 7).as_deref(), Some("500 0 1.2"));
    let kept = store.get("reading/a").ok().flatten().expect("is written");
    let kept = State::read("reading/a", &kept).expect("is whole");
    assert_eq!((kept.seen, kept.opened, &*kept.lang), (6, 7, "en"));
    for text in ["", "5", "5 5", "x 5 1.2", "5 -1 1.2"] {
        assert_eq!(Place::read(text), None, "{text}");
    }
    // A full store in which there is nothing to let go of, and one that is blocked: nothing fails.
    store.set_quota(Some(0));
    assert_eq!(
        keep(Some(place("3.1", 600)), 8).as_deref(),
        Some("500 0 1.2")
    );
    store.set_blocked(true);
    assert_eq!(keep(None, 9), None);
}

fn acts() -> impl Strategy<Value = Vec<(u8, u8, Millis)>> {
    prop::collection::vec((0u8..7, 0u8..4, 0i64..60), 0..25)
}

fn act(journal: &mut Journal, acts: Vec<(u8, u8, Millis)>) {
    for (what, slug, now) in acts {
        let slug = format!("s{slug}");
        match what {
            0 => _ = open(journal, &slug, now),
            1 => _ = reach(journal, &slug, "en", place("1.2", now as u32 * 20), now),
            2 => _ = journal.mark(&slug, true, now),
            3 => _ = journal.mark(&slug, false, now),
            4 => _ = journal.forget(&slug, now),
            5 => _ = journal.clear(now),
            _ => _ = journal.turn(now % 3 == 0, now),
        }
    }
}

fn journal(list: Vec<(u8, u8, Millis)>) -> Journal {
    let mut journal = Journal::default();
    act(&mut journal, list);
    journal
}

impl Journal {
    /// Joins another journal, record by record, as tabs and files do.
    fn merge(&mut self, other: &Self) {
        self.rule(&other.history);
        for state in other.states.values() {
            self.add(state.clone());
        }
    }
}

fn merged(journals: &[&Journal]) -> Journal {
    let mut out = Journal::default();
    for journal in journals {
        out.merge(journal);
    }
    // What it was made from says how far its clock is; what it holds does not.
    out.latest = 0;
    out
}

proptest! {
    #[test]
    fn joining_is_the_same_in_any_order_and_any_number_of_times(
        a in acts(), b in acts(), c in acts(),
    ) {
        let [a, b, c] = [a, b, c].map(journal);
        let all = merged(&[&a, &b, &c]);
        prop_assert_eq!(&merged(&[&c, &b, &a]), &all);
        prop_assert_eq!(&merged(&[&a, &merged(&[&b, &c])]), &all);
        prop_assert_eq!(&merged(&[&all, &b, &all, &a]), &all);
    }

    #[test]
    fn what_is_written_is_read_back(list in acts()) {
        let journal = merged(&[&journal(list)]);
        let mut stored: Vec<(String, String)> = journal
            .states()
            .map(State::write)
            .map(|write| (write.key, write.text))
            .collect();
        let history = journal.history.write();
        stored.push((history.key, history.text));
        prop_assert_eq!(merged(&[&Journal::read(stored)]), journal);
    }

    #[test]
    fn a_place_that_is_handed_over_is_the_same_place(
        block in "[0-9a-z. ]{0,8}", part in any::<u32>(), progress in any::<u32>(),
    ) {
        let place = Place { block: &block, part, progress };
        let text = place.text();
        prop_assert_eq!(Place::read(&text), Some(place));
    }

    #[test]
    fn whether_anything_is_noted_is_known_without_reading_the_record(
        off in any::<bool>(), stamp in 0i64..9, cleared in 0i64..9,
    ) {
        let text = History { v: VERSION, off, stamp, cleared }.write().text;
        prop_assert_eq!(noted::is_on(Some(&text)), !History::stored(Some(&text)).off);
    }

    #[test]
    fn after_clearing_nothing_of_before_is_left_whatever_is_merged(
        before in acts(), other in acts(), now in 0i64..60,
    ) {
        let mut mine = journal(before);
        mine.merge(&journal(other));
        let past = mine.clone();
        mine.clear(now);
        mine.merge(&past);
        prop_assert_eq!(mine.states().count(), 0);
    }

    #[test]
    fn no_more_are_kept_than_asked_for_and_those_noted_last(list in acts(), most in 0usize..5) {
        let mut journal = journal(list);
        let all = journal.clone();
        let gone = journal.trim(most);
        prop_assert_eq!(journal.states().count() + gone.len(), all.states().count());
        prop_assert!(journal.states().count() <= most);
        let kept = journal.states().map(State::latest).min();
        for key in gone {
            let lost = all.states.get(key.trim_start_matches(PREFIX)).map(State::latest);
            prop_assert!(kept.is_none() || lost <= kept);
        }
    }
}
