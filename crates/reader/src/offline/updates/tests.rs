//! Tests of updates.

use proptest::prelude::*;

use super::*;

const NOW: Millis = 1_795_662_000_000;

fn file(url: &str, digest: &str) -> File {
    File {
        url: url.into(),
        digest: digest.into(),
    }
}

fn builds(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn ran(build: &str) -> Trials {
    let mut trials = Trials::read("", build);
    trials.start(&builds(&[build]), NOW);
    trials.ran(build);
    trials
}

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
fn files_that_did_not_change_are_not_fetched_again_even_under_another_name() {
    let wanted = [
        file("/app-2.js", "a"),
        file("/style.css", "b"),
        file("/new", "c"),
    ];
    let held = [file("/app-1.js", "a"), file("/style.css", "z")];
    let plan = plan(&wanted, &held);
    assert_eq!(plan.copy, [("/app-1.js".to_owned(), wanted[0].clone())]);
    assert_eq!(plan.fetch, wanted[1..]);
}

#[test]
fn a_build_is_whole_with_its_last_file_and_one_wrong_file_breaks_it_for_good() {
    let wanted = [file("/a", "1"), file("/b", "2")];
    let mut install = Install::begin(&wanted);
    assert_eq!(install.came("/a", "1"), Progress::Missing(1));
    assert_eq!(install.came("/elsewhere", "9"), Progress::Missing(1));
    assert_eq!(install.came("/b", "2"), Progress::Whole);
    let mut install = Install::begin(&wanted);
    assert_eq!(install.came("/a", ""), Progress::Broken);
    install.came("/a", "1");
    assert_eq!(install.came("/b", "2"), Progress::Broken);
    assert_eq!(Install::begin(&[]).progress(), Progress::Broken);
}

#[test]
fn after_three_starts_that_came_to_nothing_the_last_good_build_is_back() {
    let held = builds(&["old", "new"]);
    let mut trials = ran("old");
    trials.take("new");
    for start in 1..=3 {
        assert_eq!(trials.start(&held, NOW + start * HOUR), "new");
    }
    assert_eq!(trials.start(&held, NOW + 4 * HOUR), "old");
    assert_eq!(
        trials.step(&Said::Build("new".into()), &held, false),
        Step::Stay
    );
    assert_eq!(
        trials.step(&Said::Build("new".into()), &held, true),
        Step::Offer
    );
    assert_eq!(
        trials.step(&Said::Build("next".into()), &held, false),
        Step::Fetch
    );
    assert_eq!(trials.spare(&held, None), ["new"]);
    // The record is kept across restarts of the worker.
    assert_eq!(Trials::read(&trials.text(), "new"), trials);
}

#[test]
fn a_build_that_ran_is_trusted_and_tabs_opened_together_are_one_start() {
    let held = builds(&["old", "new"]);
    let mut trials = ran("old");
    trials.take("new");
    for tab in 0..9 {
        assert_eq!(trials.start(&held, NOW + tab), "new");
    }
    assert_eq!(trials.starts, 1);
    // Another tab still runs the old one, which says nothing about the new.
    trials.ran("old");
    assert_eq!(trials.good, "old");
    assert_eq!(trials.starts, 1);
    trials.ran("new");
    assert_eq!((trials.good.as_str(), trials.starts), ("new", 0));
    assert_eq!(trials.spare(&held, None), ["old"]);
}

#[test]
fn without_a_good_build_on_the_device_there_is_no_way_back() {
    let mut trials = Trials::read("damaged", "only");
    for start in 0..9 {
        assert_eq!(trials.start(&builds(&["only"]), NOW + start * HOUR), "only");
    }
    let mut trials = ran("old");
    trials.take("new");
    for start in 0..9 {
        assert_eq!(trials.start(&builds(&["new"]), NOW + start * HOUR), "new");
    }
}

#[test]
fn a_site_that_leaves_is_believed_and_silence_changes_nothing() {
    let trials = ran("old");
    assert_eq!(trials.step(&Said::Leave, &[], false), Step::Leave);
    assert_eq!(trials.step(&Said::Nothing, &[], true), Step::Stay);
    assert_eq!(
        trials.step(&Said::Build(String::new()), &[], true),
        Step::Stay
    );
    assert_eq!(
        trials.step(&Said::Build("old".into()), &[], true),
        Step::Stay
    );
}

proptest! {
    #[test]
    fn one_looks_again_in_time_and_never_at_once(
        last in 1..NOW, failed in 0u32..99, saves_data: bool, chance: u32, which in 0usize..3,
    ) {
        let occasion = [Occasion::Start, Occasion::Visible, Occasion::Time][which];
        let at = next_look(Looks { last, failed }, occasion, saves_data, chance, NOW);
        prop_assert!(at >= last + LEAST);
        prop_assert!(at <= last + SAVING.max(CALM * 5 / 4));
    }

    #[test]
    fn a_plan_and_its_files_make_a_build_whole_and_any_wrong_one_does_not(
        wanted in prop::collection::btree_map("/[a-d]", "[x-z]{1,2}", 1..5),
        held in prop::collection::vec(("/[a-d]", "[x-z]{1,2}"), 0..6),
        order in any::<prop::sample::Index>(),
        wrong: bool,
    ) {
        let wanted: Vec<File> = wanted.iter().map(|(url, digest)| file(url, digest)).collect();
        let held: Vec<File> = held.iter().map(|(url, digest)| file(url, digest)).collect();
        let plan = plan(&wanted, &held);
        prop_assert!(plan.copy.iter().all(|(from, to)| held.contains(&file(from, &to.digest))));
        prop_assert!(plan.fetch.iter().all(|f| held.iter().all(|own| own.digest != f.digest)));
        let copied = plan.copy.into_iter().map(|(_, file)| file);
        let mut all: Vec<File> = copied.chain(plan.fetch).collect();
        all.sort();
        prop_assert_eq!(&all, &wanted);
        let mut install = Install::begin(&wanted);
        let first = order.index(wanted.len());
        for place in 0..wanted.len() {
            prop_assert_ne!(install.progress(), Progress::Whole);
            let file = &wanted[(first + place) % wanted.len()];
            let digest = if wrong && place == 0 { "w" } else { &file.digest };
            install.came(&file.url, digest);
        }
        prop_assert_eq!(install.progress(), if wrong { Progress::Broken } else { Progress::Whole });
    }

    #[test]
    fn whatever_happens_what_is_served_is_on_the_device_and_a_good_build_is_never_spare(
        steps in prop::collection::vec((0u8..4, 0usize..4, 0i64..3), 1..60),
    ) {
        let names = ["a", "b", "c", "d"];
        let mut held = builds(&["a"]);
        let mut trials = Trials::read("", "a");
        let mut now = NOW;
        for (what, which, hours) in steps {
            now += hours * HOUR;
            let name = names[which].to_owned();
            match what {
                // A build comes, and the reader takes it.
                0 => {
                    if !held.contains(&name) {
                        held.push(name.clone());
                    }
                    trials.take(&name);
                }
                1 => {
                    let served = trials.start(&held, now);
                    prop_assert!(held.contains(&served), "{} of {:?}", served, held);
                    prop_assert!(trials.starts <= STARTS || trials.good == trials.build || trials.good.is_empty());
                }
                2 => {
                    let build = trials.build.clone();
                    trials.ran(&build);
                }
                _ => {
                    let spare = trials.spare(&held, None);
                    prop_assert!(!spare.contains(&trials.good) && !spare.contains(&trials.build));
                    held.retain(|build| !spare.contains(build));
                }
            }
            prop_assert!(trials.failed.len() <= FAILED);
            prop_assert_eq!(Trials::read(&trials.text(), "x"), trials.clone());
        }
    }
}
