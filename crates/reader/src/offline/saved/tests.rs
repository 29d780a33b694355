//! Tests of the saved list.

use proptest::prelude::*;

use super::*;

const WHOLE: Extent = Extent {
    images: true,
    translations: false,
};

fn item<'a>(slug: &'a str, lang: &'a str, categories: &'a [String]) -> Item<'a> {
    Item {
        slug,
        lang,
        categories,
    }
}

fn article(list: &List, slug: &str, lang: &str) -> bool {
    list.wants(item(slug, lang, &[])).is_some()
}

#[test]
fn what_is_saved_is_wanted_until_it_is_removed_and_again_when_that_is_undone() {
    let mut list = List::default();
    let saved = list.save(Kind::Article, "sea", "en", WHOLE, 10);
    let saved = saved.expect("is written");
    assert_eq!(list.wants(item("sea", "en", &[])), Some(WHOLE));
    assert!(!article(&list, "sea", "fr"));
    let removed = list.remove(Kind::Article, "sea", "en", 20);
    assert!(removed.is_some_and(|record| record.removed && record.since == 20));
    assert!(!article(&list, "sea", "en"));
    let again = list.undo(&saved, 5);
    assert_eq!((again.since, again.stamp > 20), (10, true));
    assert!(article(&list, "sea", "en"));
}

#[test]
fn an_article_saved_with_its_translations_is_wanted_in_every_language() {
    let mut list = List::default();
    let extent = Extent {
        images: false,
        translations: true,
    };
    list.save(Kind::Article, "sea", "en", extent, 10);
    assert!(article(&list, "sea", "fr"));
    assert!(!article(&list, "sea-2", "fr"));
    list.remove(Kind::Article, "sea", "fr", 11);
    assert!(!article(&list, "sea", "fr"), "that one was not wanted");
    assert!(article(&list, "sea", "ar"));
}

#[test]
fn a_wish_covers_what_comes_later_but_not_what_was_removed_from_it() {
    let mut list = List::default();
    let [waves, tides] = ["waves", "tides"].map(|id| vec![id.to_owned()]);
    list.save(Kind::Category, "waves", "en", WHOLE, 10);
    let wants = |list: &List, lang: &str, categories: &[String]| {
        list.wants(item("new", lang, categories)).is_some()
    };
    assert!(wants(&list, "en", &waves));
    assert!(!wants(&list, "en", &tides) && !wants(&list, "fr", &waves));
    list.remove(Kind::Article, "new", "en", 11);
    assert!(!wants(&list, "en", &waves));
    // The clock was set back, and the reader wishes for all there is.
    list.save(Kind::Everything, "", ALL, WHOLE, 3);
    assert!(wants(&list, "en", &waves) && wants(&list, "fr", &tides));
    list.remove(Kind::Everything, "", ALL, 4);
    assert!(!wants(&list, "fr", &tides));
}

#[test]
fn what_was_removed_a_moment_ago_is_as_if_it_had_not_been_and_nothing_older_is() {
    let mut list = List::default();
    for slug in ["old", "new"] {
        list.save(Kind::Article, slug, "en", WHOLE, 1);
    }
    list.remove(Kind::Article, "old", "en", 10);
    list.remove(Kind::Article, "new", "en", 11);
    let undone = list.undone(60, 70);
    assert!(!article(&undone, "old", "en") && article(&undone, "new", "en"));
    assert!(!article(&list.undone(60, 71), "new", "en"));
    assert!(
        !article(&list.undone(60, 5), "new", "en"),
        "a clock set back"
    );
    // A wish, too.
    let waves = ["waves".to_owned()];
    list.save(Kind::Category, "waves", "en", WHOLE, 20);
    list.remove(Kind::Category, "waves", "en", 21);
    let wants = |list: &List| list.wants(item("any", "en", &waves)).is_some();
    assert!(!wants(&list) && wants(&list.undone(60, 80)));
}

#[test]
fn a_damaged_record_is_still_saved_and_its_neighbours_are_as_they_were() {
    let mut list = List::default();
    for slug in ["a", "b", "c"] {
        list.save(Kind::Article, slug, "en", Extent::default(), 10);
    }
    list.remove(Kind::Article, "c", "en", 11);
    let mut stored: Vec<(String, String)> = list.records().map(|r| (r.key(), r.text())).collect();
    stored[0].1.truncate(20);
    stored.push(("settings".into(), "{}".into()));
    let (read, mended) = List::read(stored);
    assert!(article(&read, "a", "en") && article(&read, "b", "en"));
    assert!(!article(&read, "c", "en"));
    assert_eq!(mended.len(), 1);
    let Found::Whole(mended) = super::read(&mended[0].key, &mended[0].text) else {
        panic!("what is written in its place is whole");
    };
    // Another tab's whole record wins, whether it says saved or removed.
    let theirs = list.get(Kind::Article, "a", "en").expect("is there");
    assert_eq!(join(mended, theirs.clone()), *theirs);
}

#[test]
fn a_later_versions_record_counts_as_saved_and_is_never_written_over() {
    let key = key(Kind::Article, "a", "en");
    let text = "{\"v\":2,\"kind\":\"article\",\"what\":\"this version cannot know\"}";
    let (mut list, mended) = List::read([(key.clone(), text.to_owned())]);
    assert!(mended.is_empty());
    assert!(article(&list, "a", "en"));
    assert_eq!(list.save(Kind::Article, "a", "en", WHOLE, 9), None);
    assert_eq!(list.remove(Kind::Article, "a", "en", 9), None);
    assert!(article(&list, "a", "en"));
}

#[test]
fn of_what_was_saved_and_removed_at_once_saved_stands_and_with_more() {
    let record = |removed, images| Record {
        v: VERSION,
        name: "a".into(),
        lang: "en".into(),
        stamp: 5,
        removed,
        images,
        ..Record::default()
    };
    let (saved, removed) = (record(false, false), record(true, true));
    assert_eq!(join(saved.clone(), removed.clone()), saved);
    assert_eq!(join(removed, saved.clone()), saved);
    assert_eq!(join(saved, record(false, true)), record(false, true));
}

#[test]
fn nothing_is_saved_under_a_name_or_language_that_its_kind_does_not_have() {
    let mut list = List::default();
    for (kind, name, lang) in [
        (Kind::Article, "", "en"),
        (Kind::Article, "a", ALL),
        (Kind::Article, "a", ""),
        (Kind::Everything, "a", "en"),
        (Kind::Category, "", "en"),
    ] {
        assert_eq!(list.save(kind, name, lang, WHOLE, 1), None);
        assert_eq!(read(&key(kind, name, lang), "{}"), Found::Foreign);
    }
    assert_eq!(list, List::default());
}

#[test]
fn what_the_app_pinned_before_is_saved_and_stays_removed_once_it_was() {
    let entry = |slug: &str, pinned| Entry {
        lang: "en".into(),
        slug: slug.into(),
        saved: 7,
        pinned,
        ..Entry::default()
    };
    let entries = [entry("a", true), entry("b", false)];
    let mut list = List::default();
    for record in migrate(&entries) {
        list.add(record);
    }
    assert!(article(&list, "a", "en") && !article(&list, "b", "en"));
    list.remove(Kind::Article, "a", "en", 1);
    for record in migrate(&entries) {
        list.add(record);
    }
    assert!(!article(&list, "a", "en"));
}

#[test]
fn what_was_removed_is_forgotten_after_its_time_and_nothing_else_is() {
    let mut list = List::default();
    list.save(Kind::Article, "a", "en", WHOLE, 1);
    list.save(Kind::Article, "b", "en", WHOLE, 1);
    list.remove(Kind::Article, "b", "en", 2);
    assert!(list.prune(MEMORY).is_empty());
    assert_eq!(list.prune(MEMORY + 3), ["saved/article/b/en"]);
    assert!(article(&list, "a", "en"));
}

#[test]
fn ten_thousand_articles_are_asked_for_in_a_moment_each() {
    let mut list = List::default();
    list.save(Kind::Category, "c", "en", WHOLE, 1);
    for number in 0..10_000 {
        list.save(
            Kind::Article,
            &format!("s{number}"),
            "en",
            WHOLE,
            Millis::from(number),
        );
    }
    let wanted = (0..10_000).filter(|number| article(&list, &format!("s{number}"), "en"));
    assert_eq!(wanted.count(), 10_000);
}

/// What tabs do, each for itself.
fn acts() -> impl Strategy<Value = Vec<(u8, u8, Millis, bool, bool)>> {
    let act = (0u8..6, 0u8..3, 0i64..50, any::<bool>(), any::<bool>());
    prop::collection::vec(act, 0..25)
}

fn list(acts: Vec<(u8, u8, Millis, bool, bool)>) -> List {
    let mut list = List::default();
    for (name, kind, now, remove, images) in acts {
        let name = format!("n{name}");
        let (kind, name) = match kind {
            0 => (Kind::Article, name.as_str()),
            1 => (Kind::Category, name.as_str()),
            _ => (Kind::Everything, ""),
        };
        let extent = Extent {
            images,
            translations: !images,
        };
        if remove {
            list.remove(kind, name, "en", now);
        } else {
            list.save(kind, name, "en", extent, now);
        }
    }
    list
}

fn merged(lists: &[&List]) -> List {
    let mut out = List::default();
    for list in lists {
        out.merge(list);
    }
    out
}

proptest! {
    #[test]
    fn joining_is_the_same_in_any_order_and_any_number_of_times(
        a in acts(), b in acts(), c in acts(),
    ) {
        let [a, b, c] = [a, b, c].map(list);
        let all = merged(&[&a, &b, &c]);
        prop_assert_eq!(&merged(&[&c, &b, &a]), &all);
        prop_assert_eq!(&merged(&[&a, &merged(&[&b, &c])]), &all);
        prop_assert_eq!(&merged(&[&all, &a, &all, &b]), &all);
    }

    #[test]
    fn what_is_written_is_read_back(acts in acts()) {
        let list = list(acts);
        let stored = list.records().map(|record| (record.key(), record.text()));
        let (read, mended) = List::read(stored.collect::<Vec<_>>());
        prop_assert!(mended.is_empty());
        prop_assert_eq!(read, list);
    }

    #[test]
    fn whatever_the_reader_does_last_holds_after_any_merge_with_the_past(
        before in acts(), now in 0i64..50, remove in any::<bool>(),
    ) {
        let past = list(before);
        let mut list = past.clone();
        if remove {
            list.remove(Kind::Article, "n0", "en", now);
        } else {
            list.save(Kind::Article, "n0", "en", WHOLE, now);
        }
        prop_assert_eq!(list.get(Kind::Article, "n0", "en").is_some(), !remove);
        list.merge(&past);
        prop_assert_eq!(list.get(Kind::Article, "n0", "en").is_some(), !remove);
        prop_assert_eq!(article(&list, "n0", "en"), !remove);
    }

    #[test]
    fn no_text_under_a_key_of_the_list_makes_the_article_go(text in ".{0,60}") {
        let (list, _) = List::read([("saved/article/a/en".to_owned(), text.clone())]);
        prop_assert!(article(&list, "a", "en"), "{}", text);
    }
}
