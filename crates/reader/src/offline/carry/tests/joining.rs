//! What joining comes to: the one that stands, nothing lost, the same in any order.

use super::*;

#[test]
fn the_article_that_came_from_the_site_last_stands_and_an_older_one_displaces_nothing() {
    let path = "/n/articles/a.en.json".to_owned();
    let with = |stored, text| {
        let mut device = Device::default();
        device
            .documents
            .insert(path.clone(), (stored, article("a", "en", text)));
        device
    };
    let (old, new) = (with(5, "Old."), with(9, "New."));
    let mut mine = old.clone();
    let plan = mine.import(&new.export());
    assert!(plan.documents[0].displaces);
    assert_eq!(mine, new);
    assert!(mine.import(&old.export()).is_empty());
}

#[test]
fn settings_that_were_changed_last_stand_and_those_never_changed_give_way() {
    let with = |theme: &str| {
        let mut device = Device::default();
        let text = format!(r#"{{"v":1,"theme":"{theme}","text":"normal"}}"#);
        device.records.insert("settings".into(), text);
        device
    };
    let dark = with("dark").export();
    let mut fresh = Device::default();
    fresh.import(&dark);
    assert!(fresh.records["settings"].contains("dark"));
    // What this device has was noted when it was last carried; it is older than the file.
    let mut noted = fresh.clone();
    noted.records.insert(
        "noted/settings".into(),
        item::note("settings", &noted.records["settings"], 5).text,
    );
    let light = with("light").export();
    noted.import(&light);
    assert!(noted.records["settings"].contains("light"));
    // Then the reader changes it here.
    let changed = noted.records["settings"].replace("light", "auto");
    noted.records.insert("settings".into(), changed.clone());
    assert_eq!(
        stamped(
            Some(&changed),
            noted.records.get("noted/settings").map(|n| &**n),
            NOW + 1
        ),
        NOW + 1
    );
    assert_eq!(stamped(None, None, NOW), 0);
}

#[test]
fn a_message_delivered_anywhere_is_not_sent_again_and_an_old_one_waits_for_the_reader() {
    let with = |message: Message| {
        let mut device = Device::default();
        device.put(&message);
        device
    };
    let state =
        |device: &Device| Message::read(&device.records["outbox/k"]).map(|message| message.state);
    let delivered = with(message("k", "Hello", NOW - 9 * HOUR, State::Delivered));
    let mut waiting = with(message("k", "Hello", NOW - HOUR, State::Waiting));
    waiting.import(&delivered.export());
    assert_eq!(state(&waiting), Some(State::Delivered));
    let mut fresh = Device::default();
    fresh.import(&with(message("k", "Hello", NOW - 24 * HOUR, State::Waiting)).export());
    assert_eq!(state(&fresh), Some(State::Waiting));
    let mut late = Device::default();
    late.import(&with(message("k", "Hello", NOW - 24 * 8 * HOUR, State::Waiting)).export());
    assert_eq!(state(&late), Some(State::Abandoned));
    // A device that has it, and made the file, sends it all the same.
    let mut own = with(message("k", "Hello", NOW - 24 * 8 * HOUR, State::Waiting));
    let file = own.export();
    assert!(own.import(&file).is_empty());
}

#[test]
fn where_the_endpoint_knows_no_keys_a_message_that_waits_is_sent_by_one_device_alone() {
    let key = "outbox/k";
    let plan = |mine: &Device, theirs: &Device| {
        let local = Local {
            twice: true,
            ..mine.local()
        };
        let contents = read(&theirs.export(), 99).expect("is whole");
        let plan = contents.plan(&site(), &local, NOW);
        let mut mine = mine.clone();
        plan.writes.into_iter().for_each(|write| mine.write(write));
        mine
    };
    let with = |state, changed| {
        let mut device = Device::default();
        device.put(&message("k", "Hello", changed, state));
        device
    };
    let state = |device: &Device| Message::read(&device.records[key]).map(|own| own.state);
    for sends in [State::Waiting, State::Sending] {
        let theirs = with(sends, NOW - HOUR);
        let mine = plan(&Device::default(), &theirs);
        assert_eq!(state(&mine), Some(State::Abandoned));
        // Once more changes nothing, and where it waited it goes on to.
        assert_eq!(plan(&mine, &theirs), mine);
        assert_eq!(plan(&theirs, &theirs), theirs);
        // One that is newer there does not begin to wait here.
        let later = with(sends, NOW);
        assert_eq!(state(&plan(&mine, &later)), Some(State::Abandoned));
    }
    let delivered = with(State::Delivered, NOW - HOUR);
    let waiting = with(State::Waiting, NOW - HOUR);
    assert_eq!(state(&plan(&waiting, &delivered)), Some(State::Delivered));
}

#[test]
fn of_a_draft_written_on_two_devices_neither_text_is_lost() {
    let with = |text: &str, changed| {
        let mut device = Device::default();
        device.put(&message("k", text, changed, State::Draft));
        device
    };
    let (here, there) = (with("Here", NOW - 2), with("There", NOW - 1));
    let mut both = here.clone();
    both.import(&there.export());
    let texts = |device: &Device| {
        let read = device
            .records
            .values()
            .filter_map(|text| Message::read(text));
        let mut texts: Vec<String> = read.map(|message| message.message).collect();
        texts.sort();
        texts
    };
    assert_eq!(texts(&both), ["Here", "There"]);
    // The reader goes on with the draft that came of it; the old file changes nothing of that.
    let own = both
        .records
        .keys()
        .find(|key| *key != "outbox/k")
        .cloned()
        .expect("is there");
    let mut draft = Message::read(&both.records[&own]).expect("is whole");
    assert_eq!(draft.state, State::Draft);
    draft.set(Field::Message, "Here and now", NOW);
    both.put(&draft);
    assert!(both.import(&here.export()).is_empty());
    assert_eq!(texts(&both), ["Here and now", "There"]);
}

#[test]
fn words_that_came_back_are_not_kept_twice() {
    let with = |text: &str, changed, state| {
        let mut device = Device::default();
        device.put(&message("k", text, changed, state));
        device
    };
    let mut mine = with("First", NOW - 9, State::Delivered);
    mine.import(&with("Second", NOW - 5, State::Waiting).export());
    assert_eq!(mine.records.len(), 2);
    let plan = mine.import(&with("Second", NOW - 4, State::Delivered).export());
    assert_eq!(plan.deletes.len(), 1);
    let said = mine.records.values().filter(|text| text.contains("Second"));
    assert_eq!((mine.records.len(), said.count()), (2, 1));
}

#[test]
fn a_message_of_this_device_that_cannot_be_read_is_left_as_it_is() {
    let mut theirs = Device::default();
    theirs.put(&message("k", "Hello", NOW, State::Draft));
    let mut mine = Device::default();
    mine.records
        .insert("outbox/k".into(), "{\"format\":2,\"key\":\"k\"}".into());
    let before = mine.clone();
    let plan = mine.import(&theirs.export());
    assert_eq!((plan.unreadable, &mine), (1, &before));
}

#[test]
fn what_was_cleared_on_one_device_goes_on_the_other_and_does_not_come_back() {
    let mut journal = Journal::default();
    let mut past = Device::default();
    past.write(reading::tests::open(&mut journal, "a", NOW - 5).expect("is noted"));
    let cleared = journal.clear(NOW - 4);
    let mut clear = Device::default();
    clear.write(cleared);
    let mut mine = past.clone();
    mine.import(&clear.export());
    assert!(!mine.records.contains_key("reading/a"));
    assert!(mine.import(&past.export()).is_empty());
}

/// Devices that did different things to the same few.
/// A device on which these are saved, and then some of them removed.
fn with_list(saved: &[(Kind, &str)], removed: &[(Kind, &str)]) -> Device {
    let mut list = List::default();
    let extent = Extent {
        images: true,
        translations: false,
    };
    for (kind, name) in saved {
        list.save(*kind, name, "en", extent, NOW - 3 * HOUR);
    }
    for (kind, name) in removed {
        list.remove(*kind, name, "en", NOW - HOUR);
    }
    let mut device = Device::default();
    list.records()
        .for_each(|record| device.write(record.write()));
    device
}

#[test]
fn what_was_removed_here_since_is_counted_and_comes_back_where_the_reader_wants_it_and_once_is_enough()
 {
    let all = [
        (Kind::Article, "a"),
        (Kind::Article, "b"),
        (Kind::Category, "sea"),
    ];
    let file = with_list(&all, &[]).export();
    let mut mine = with_list(&all, &all);
    let before = mine.clone();
    let plan = mine.import(&file);
    assert_eq!((plan.removed, plan.is_empty()), ((2, 1), true));
    assert_eq!(mine, before);

    let plan = mine.import_with(&file, true);
    assert_eq!((plan.removed, plan.writes.len()), ((2, 1), 3));
    let (list, _) = List::read(mine.records.clone());
    assert_eq!(list.saved().count(), 3);
    assert!(
        list.saved()
            .all(|record| record.stamp > NOW - HOUR && record.images)
    );
    for back in [false, true] {
        let plan = mine.import_with(&file, back);
        assert_eq!((plan.removed, plan.is_empty()), ((0, 0), true));
    }
    // Nor does a device that heard of the removal take it away again.
    mine.import(&before.export());
    assert_eq!(List::read(mine.records.clone()).0.saved().count(), 3);
}

#[test]
fn what_the_file_itself_has_removed_does_not_come_back() {
    let one = [(Kind::Article, "a")];
    let file = with_list(&one, &one).export();
    let mut mine = with_list(&one, &one);
    let plan = mine.import_with(&file, true);
    assert_eq!((plan.removed, plan.is_empty()), ((0, 0), true));
    // What is saved here, and removed in the file later, was not removed here.
    let mut mine = with_list(&one, &[]);
    let plan = mine.import_with(&file, true);
    assert_eq!(plan.removed, (0, 0));
    assert_eq!(List::read(mine.records).0.saved().count(), 0);
}

fn devices() -> impl Strategy<Value = Device> {
    let act = (0u8..9, 0u8..3, 1i64..2_000, any::<bool>());
    prop::collection::vec(act, 0..12).prop_map(|acts| {
        let (mut list, mut journal, mut device) =
            (List::default(), Journal::default(), Device::default());
        for (what, name, ago, either) in acts {
            let (slug, at) = (format!("s{name}"), NOW - ago);
            let written = match what {
                0 => list
                    .save(
                        Kind::Article,
                        &slug,
                        "en",
                        Extent {
                            images: either,
                            translations: false,
                        },
                        at,
                    )
                    .map(|r| r.write()),
                1 => list
                    .remove(Kind::Article, &slug, "en", at)
                    .map(|r| r.write()),
                2 => reading::tests::open(&mut journal, &slug, at),
                3 => Some(journal.mark(&slug, either, at)),
                4 => {
                    let states = |key: &String| key.starts_with(reading::PREFIX);
                    device.records.retain(|key, _| !states(key));
                    Some(journal.clear(at))
                }
                5 => {
                    // The words follow from when they were written: no text comes back.
                    let state = if either { State::Draft } else { State::Waiting };
                    device.put(&message(&slug, &format!("Text {at}"), at, state));
                    None
                }
                6 => {
                    device.put(&message(&slug, &format!("Text {at}"), at, State::Delivered));
                    None
                }
                7 => {
                    let text = format!(
                        r#"{{"v":1,"theme":"{}","text":"normal"}}"#,
                        if either { "dark" } else { "light" }
                    );
                    device.write(item::note("settings", &text, at));
                    device.records.insert("settings".into(), text);
                    None
                }
                _ => {
                    let text = article(&slug, "en", if either { "One." } else { "Two." });
                    device
                        .documents
                        .insert(format!("/n/articles/{slug}.en.json"), (at, text));
                    None
                }
            };
            written.into_iter().for_each(|write| device.write(write));
        }
        device
    })
}

fn importing(into: &Device, files: &[&str]) -> Device {
    let mut device = into.clone();
    for file in files {
        device.import(file);
    }
    device
}

proptest! {
    #[test]
    fn importing_twice_changes_nothing_and_the_order_of_files_does_not_matter(
        mine in devices(), a in devices(), b in devices(),
    ) {
        let (file_a, file_b) = (a.export(), b.export());
        let both = importing(&mine, &[&file_a, &file_b]);
        prop_assert_eq!(&importing(&mine, &[&file_b, &file_a]), &both);
        let mut again = both.clone();
        for file in [&file_a, &file_b] {
            let plan = again.import(file);
            prop_assert!(plan.is_empty(), "{:?}", plan);
        }
        // Carried by a third device that has both, it is the same.
        let through = importing(&Device::default(), &[&file_a, &file_b]);
        prop_assert_eq!(&importing(&mine, &[&through.export()]), &both);
    }

    #[test]
    fn the_readers_words_are_never_lost(mine in devices(), theirs in devices()) {
        let words = |device: &Device| -> Vec<String> {
            let messages = device.records.iter().filter(|(key, _)| key.starts_with(OUTBOX));
            messages.filter_map(|(_, text)| Some(Message::read(text)?.message)).collect()
        };
        let both = importing(&mine, &[&theirs.export()]);
        let kept = words(&both);
        for word in words(&mine).into_iter().chain(words(&theirs)) {
            prop_assert!(kept.contains(&word), "{} is not in {:?}", word, kept);
        }
    }

    #[test]
    fn it_does_not_matter_in_what_chunks_a_file_comes(device in devices(), chunk in 1usize..300) {
        let file = device.export();
        prop_assert_eq!(read(&file, chunk), read(&file, usize::MAX));
    }

    #[test]
    fn a_file_of_which_any_part_is_missing_or_other_is_refused(
        device in devices(), at in any::<prop::sample::Index>(), length in 1usize..40, with in "[ -~]{0,3}",
    ) {
        let file = device.export();
        let start = at.index(file.len());
        let end = (start + length).min(file.len());
        prop_assume!(file.is_char_boundary(start) && file.is_char_boundary(end) && file[start..end] != *with);
        let damaged = [&file[..start], &with, &file[end..]].concat();
        prop_assert!(read(&damaged, 64).is_err());
        prop_assert!(read(&file[..start], 64).is_err());
    }

    #[test]
    fn no_line_whatever_it_says_does_anything_but_be_taken_or_refused(
        key in "(saved/|reading/|outbox/|settings|searches|history)[a-z/*]{0,12}", record in ".{0,40}", number: i64,
    ) {
        let record = serde_json::to_string(&record).expect("writes");
        for record in [record, format!("{{\"v\":{number}}}"), format!("[{number}]"), "{\"v\":1}".to_owned()] {
            let line = format!("{{\"key\":\"{key}\",\"stamp\":{number},\"record\":{record}}}");
            if let Ok(contents) = read(&sealed(&[&line]), 30) {
                let plan = contents.plan(&site(), &Local::default(), NOW);
                let noted = ["noted/", &key].concat();
                prop_assert!(plan.writes.iter().all(|write| write.key == key || write.key == noted));
            }
        }
    }
}
