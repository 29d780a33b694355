//! Tests of the carry file: what is written is read, what is damaged is refused, joining is the same in any order.

use lamplight_model::{ArticleDocument, Language, Site, seal};
use proptest::prelude::*;

use super::*;
use crate::Millis;
use crate::offline::reading::{Journal, Place};
use crate::offline::saved::{Extent, Kind, List};
use crate::outbox::{Field, Message, State};

const NOW: Millis = 1_795_662_000_000;
const HOUR: Millis = 60 * 60_000;
const SITE: &str = "https://example.org/n/";

fn site() -> Site {
    Site {
        base: "/n/".into(),
        languages: vec![Language {
            code: "en".into(),
            ..Language::default()
        }],
        ..Site::default()
    }
}

fn article(slug: &str, lang: &str, text: &str) -> String {
    seal::seal(&ArticleDocument {
        format: 1,
        slug: slug.into(),
        lang: lang.into(),
        markdown: text.into(),
        ..ArticleDocument::default()
    })
    .expect("seals")
}

fn message(key: &str, text: &str, changed: Millis, state: State) -> Message {
    let mut message = Message::begin(key, "en", SITE, NOW - 50 * HOUR);
    message.set(Field::Message, text, changed);
    match state {
        State::Draft => {}
        State::Waiting => message.send(changed),
        _ => {
            message.send(changed);
            message.state = state;
            message.ended = changed;
        }
    }
    message
}

/// A device, as far as a carry file is concerned.
#[derive(Clone, Debug, Default, PartialEq)]
struct Device {
    records: std::collections::BTreeMap<String, String>,
    /// Path: when it came, the text.
    documents: std::collections::BTreeMap<String, (Millis, String)>,
}

impl Device {
    fn write(&mut self, write: crate::offline::Write) {
        self.records.insert(write.key, write.text);
    }

    fn put(&mut self, message: &Message) {
        let key = [OUTBOX, &message.key].concat();
        self.records.insert(key, message.write());
    }

    fn local(&self) -> Local {
        let documents = self.documents.iter().map(|(path, (stored, text))| {
            let digest = seal::check(text).expect("is whole");
            (path.clone(), (*stored, digest.to_owned()))
        });
        Local {
            records: self.records.clone(),
            documents: documents.collect(),
        }
    }

    fn export(&self) -> String {
        let (mut writer, begin) = Writer::begin(SITE, "News", NOW);
        let mut parts = vec![begin];
        for (key, text) in &self.records {
            if key.starts_with("noted/") {
                continue;
            }
            let noted = self.records.get(&["noted/", key].concat());
            let stamp = stamped(Some(text), noted.map(|noted| &**noted), NOW);
            parts.extend(writer.record(key, text, stamp));
        }
        for (stored, text) in self.documents.values() {
            parts.extend(writer.document(text, *stored));
        }
        let (first, last, _) = writer.finish();
        [first, parts.concat(), last].concat()
    }

    fn import(&mut self, file: &str) -> Plan {
        let contents = read(file, 7).expect("is whole");
        let plan = contents.plan(&site(), &self.local(), NOW);
        for write in plan.writes.clone() {
            self.write(write);
        }
        for key in &plan.deletes {
            self.records.remove(key);
        }
        for incoming in &plan.documents {
            let at = incoming.document.offset as usize;
            let line = &file[at..at + incoming.document.bytes as usize];
            let text = document(line, &incoming.document).expect("is as it was promised");
            self.documents
                .insert(incoming.path.clone(), (incoming.document.stored, text));
        }
        plan
    }
}

fn read(file: &str, chunk: usize) -> Result<Contents, Refused> {
    let mut reader = Reader::begin(SITE, 0, NOW);
    let mut rest = file;
    while !rest.is_empty() {
        let mut cut = chunk.min(rest.len());
        while !rest.is_char_boundary(cut) {
            cut += 1;
        }
        reader.feed(&rest[..cut])?;
        rest = &rest[cut..];
    }
    reader.finish()
}

/// A device on which something of every kind is.
fn device() -> Device {
    let mut device = Device::default();
    let mut list = List::default();
    let extent = Extent {
        images: true,
        translations: false,
    };
    list.save(Kind::Article, "été \"1\"", "en", extent, NOW - HOUR);
    list.save(Kind::Everything, "", "*", extent, NOW - HOUR);
    list.remove(Kind::Article, "b", "en", NOW - HOUR);
    list.records()
        .for_each(|record| device.write(record.write()));
    let mut journal = Journal::default();
    let place = Place {
        block: "2.3",
        part: 100,
        progress: 950,
    };
    device.write(journal.open("a", NOW - HOUR).expect("is noted"));
    device.write(
        journal
            .reach("a", "en", place, NOW - HOUR)
            .expect("is noted"),
    );
    device.write(journal.turn(false, NOW));
    device.records.insert(
        "settings".into(),
        r#"{"v":1,"theme":"dark","text":"normal"}"#.into(),
    );
    device
        .records
        .insert("searches".into(), r#"["sea","été"]"#.into());
    device.put(&message("k1", "Hello\n\"you\"", NOW - HOUR, State::Draft));
    device.put(&message("k2", "Sent", NOW - HOUR, State::Waiting));
    device.put(&message("k3", "Gone", NOW - HOUR, State::Delivered));
    let text = article("a", "en", "Sea.\n\nWaves: \u{2028} é");
    device
        .documents
        .insert("/n/articles/a.en.json".into(), (NOW - HOUR, text));
    device
}

#[test]
fn a_device_is_carried_to_an_empty_one_whole() {
    let device = device();
    let mut other = Device::default();
    let plan = other.import(&device.export());
    other.records.retain(|key, _| !key.starts_with("noted/"));
    assert_eq!(other, device);
    assert_eq!((plan.foreign, plan.unreadable), (0, 0));
}

#[test]
fn a_file_is_one_json_document_with_a_record_a_line() {
    let file = device().export();
    let value: serde_json::Value = serde_json::from_str(&file).expect("is JSON");
    assert_eq!((&value["carry"], &value["site"]), (&1.into(), &SITE.into()));
    assert_eq!(value["items"].as_array().map(Vec::len), Some(11));
    assert_eq!(value["count"], 11);
    assert_eq!(file.lines().count(), 13);
    assert!(seal::check(&file).is_ok());
    let counts = read(&file, 1_000).expect("is whole").counts;
    assert_eq!(
        (
            counts.saved,
            counts.reading,
            counts.messages,
            counts.articles
        ),
        (3, 1, 3, 1)
    );
    let (writer, begin) = Writer::begin(SITE, "News", NOW);
    let (first, last, _) = writer.finish();
    let empty = [first, begin, last].concat();
    assert!(serde_json::from_str::<serde_json::Value>(&empty).is_ok());
    assert_eq!(
        read(&empty, 3).map(|contents| contents.counts),
        Ok(Counts::default())
    );
}

#[test]
fn what_is_damaged_where_it_is_stored_stays_behind_and_the_rest_goes() {
    let mut device = device();
    device
        .records
        .insert("saved/article/x/en".into(), "{\"v\":1".into());
    device.records.insert("outbox/k9".into(), "{}".into());
    device
        .records
        .insert("reading/y".into(), "{\"v\":9,\"slug\":\"y\"}".into());
    device.records.insert("other".into(), "{}".into());
    assert_eq!(
        read(&device.export(), 99).expect("is whole").counts.saved,
        3
    );
}

#[test]
fn every_file_that_is_not_to_be_taken_is_refused_in_its_own_words() {
    let file = device().export();
    let refused = |file: &str| read(file, 50).expect_err("is refused");
    for foreign in [
        "",
        "{}",
        "<!doctype html>",
        "[1,2]",
        &article("a", "en", "Text."),
    ] {
        assert_eq!(refused(foreign), Refused::NotCarry, "{foreign}");
    }
    assert_eq!(refused(&file[..file.len() / 2]), Refused::Truncated);
    assert_eq!(refused(&file[..file.len() - 1]), Refused::Truncated);
    assert_eq!(refused(&file[..100]), Refused::Truncated);
    assert_eq!(refused(&file.replacen("Sent", "Lent", 1)), Refused::Damaged);
    assert_eq!(refused(&[&file, "x\n"].concat()), Refused::Damaged);
    assert_eq!(
        refused(&file.replacen("\"carry\":1", "\"carry\":2", 1)),
        Refused::Newer
    );
    let other = refused(&file.replacen("example.org", "example.com", 1));
    let Refused::OtherPublication { title, site } = other else {
        panic!("{other:?}");
    };
    assert_eq!(
        (title.as_str(), site.as_str()),
        ("News", "https://example.com/n/")
    );
    let endless = [
        file.lines().next().unwrap_or_default(),
        "\n",
        &"x".repeat(9_000_000),
    ]
    .concat();
    assert_eq!(read(&endless, 100_000), Err(Refused::TooLarge));
}

/// A file as only a hostile hand would make it: sealed, whatever is in it.
fn sealed(lines: &[&str]) -> String {
    let rest = format!(
        ",\"carry\":1,\"site\":\"{SITE}\",\"title\":\"T\",\"made\":1,\"items\":[\n{}\n],\"count\":{}}}\n",
        lines.join(",\n"),
        lines.len()
    );
    let digest = seal::digest(rest.as_bytes());
    format!("{{\"digest\":\"{digest}\"{rest}")
}

#[test]
fn a_file_with_a_right_digest_and_a_senseless_line_is_refused_as_well() {
    let good = r#"{"key":"saved/article/a/en","record":{"v":1,"kind":"article","name":"a","lang":"en","stamp":1,"since":1}}"#;
    assert!(read(&sealed(&[good]), 9).is_ok());
    for bad in [
        "",
        "{}}",
        "7",
        r#"{"key":"saved/article/b/en","record":{"v":1,"kind":"article","name":"a","lang":"en","stamp":1,"since":1}}"#,
        r#"{"key":"saved/article/a/en","record":{"v":1,"kind":"article"}}"#,
        r#"{"key":"reading/a","record":null}"#,
        r#"{"key":"outbox/k","record":{"format":1,"key":"other"}}"#,
        r#"{"key":"searches","stamp":1,"record":[1]}"#,
        r#"{"stored":1,"document":"{\"digest\":\"00000000000000000000000000000000\",\"format\":1}"}"#,
    ] {
        assert_eq!(
            read(&sealed(&[good, bad]), 9),
            Err(Refused::Invalid(3)),
            "{bad}"
        );
    }
    let fewer = sealed(&[good]).replacen("\"count\":1", "\"count\":2", 1);
    assert_eq!(read(&fewer, 9), Err(Refused::Damaged));
}

#[test]
fn what_a_later_version_wrote_and_what_comes_from_far_ahead_is_left_out_and_counted() {
    let far = NOW * 2;
    let lines = [
        r#"{"key":"saved/article/a/en","record":{"v":2,"new":true}}"#.to_owned(),
        r#"{"key":"dreams/1","record":{}}"#.to_owned(),
        format!(
            r#"{{"key":"saved/article/a/en","record":{{"v":1,"kind":"article","name":"a","lang":"en","stamp":{far},"since":1}}}}"#
        ),
        format!(r#"{{"key":"settings","stamp":{far},"record":{{"v":1}}}}"#),
    ];
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let contents = read(&sealed(&lines), 9).expect("is whole");
    assert_eq!((contents.counts.skipped, contents.items.len()), (4, 0));
    let mut device = device();
    let before = device.clone();
    assert!(device.import(&sealed(&lines)).is_empty());
    assert_eq!(device, before);
}

#[test]
fn an_article_in_a_language_that_the_site_does_not_have_is_left_out() {
    let mut theirs = Device::default();
    theirs
        .documents
        .insert("x".into(), (5, article("../a", "xx", "Text.")));
    let mut mine = Device::default();
    let plan = mine.import(&theirs.export());
    assert_eq!((plan.foreign, plan.is_empty()), (1, true));
}

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
    past.write(journal.open("a", NOW - 5).expect("is noted"));
    let (cleared, _) = journal.clear(NOW - 4);
    let mut clear = Device::default();
    clear.write(cleared);
    let mut mine = past.clone();
    mine.import(&clear.export());
    assert!(!mine.records.contains_key("reading/a"));
    assert!(mine.import(&past.export()).is_empty());
}

#[test]
fn a_line_that_changed_after_the_file_was_read_is_not_stored() {
    let file = device().export();
    let contents = read(&file, 99).expect("is whole");
    let promised = &contents.documents[0];
    let line = &file[promised.offset as usize..][..promised.bytes as usize];
    assert!(document(line, promised).is_some());
    assert_eq!(document(&line.replace("Sea.", "Tea."), promised), None);
}

/// Devices that did different things to the same few.
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
                2 => journal.open(&slug, at),
                3 => Some(journal.mark(&slug, either, at)),
                4 => {
                    let (cleared, gone) = journal.clear(at);
                    gone.iter().for_each(|key| _ = device.records.remove(key));
                    Some(cleared)
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
