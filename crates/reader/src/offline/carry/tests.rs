//! Tests of the carry file: what is written is read, what is damaged is refused, joining is the same in any order.

use lamplight_model::{ArticleDocument, Language, Site, seal};
use proptest::prelude::*;

use super::*;
use crate::Millis;
use crate::offline::reading::{self, Journal, Place};
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
            twice: false,
            back: false,
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
        self.import_with(file, false)
    }

    fn import_with(&mut self, file: &str, back: bool) -> Plan {
        let contents = read(file, 7).expect("is whole");
        let local = Local {
            back,
            ..self.local()
        };
        let plan = contents.plan(&site(), &local, NOW);
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
    device.write(reading::tests::open(&mut journal, "a", NOW - HOUR).expect("is noted"));
    device.write(
        reading::tests::note(&mut journal, "a", "en", Some(place), NOW - HOUR).expect("is noted"),
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
    let one = sealed(&[good]);
    let more = one.replacen("\"count\":1", "\"count\":2", 1);
    let more = [
        "{\"digest\":\"",
        &seal::digest(&more.as_bytes()[44..]),
        &more[43..],
    ];
    assert_eq!(read(&more.concat(), 9), Err(Refused::Invalid(3)));
    let other = message("other", "Hello", NOW, State::Draft).write();
    let misplaced = ["{\"key\":\"outbox/k\",\"record\":", &other, "}"].concat();
    assert_eq!(read(&sealed(&[&misplaced]), 9), Err(Refused::Invalid(2)));
}

#[test]
fn an_article_whose_names_are_endless_is_no_article() {
    let document = article(&"a".repeat(1_000), "en", "Text.");
    let text = serde_json::to_string(&document).expect("writes");
    let line = ["{\"stored\":1,\"document\":", &text, "}"].concat();
    assert_eq!(read(&sealed(&[&line]), 99), Err(Refused::Invalid(2)));
}

#[test]
fn what_is_looked_at_is_noted_once_and_again_when_it_changed() {
    let text = Some("{\"v\":1}");
    let noted = look("settings", text, None, NOW).expect("is noted");
    assert_eq!(noted.key, "noted/settings");
    let known = Some(&*noted.text);
    assert_eq!(look("settings", text, known, NOW + 5), None);
    assert_eq!(look("settings", None, known, NOW + 5), None);
    assert_eq!(stamped(text, known, NOW + 5), NOW);
    let other = Some("{\"v\":1,\"theme\":\"dark\"}");
    let again = look("settings", other, known, NOW + 9).expect("is noted");
    assert_eq!(stamped(other, Some(&again.text), NOW + 20), NOW + 9);
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
    let counts = contents.counts;
    assert_eq!((counts.skipped, counts.ahead), (2, 2));
    assert!(contents.items.is_empty());
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
fn a_line_that_changed_after_the_file_was_read_is_not_stored() {
    let file = device().export();
    let contents = read(&file, 99).expect("is whole");
    let promised = &contents.documents[0];
    let line = &file[promised.offset as usize..][..promised.bytes as usize];
    assert!(document(line, promised).is_some());
    assert_eq!(document(&line.replace("Sea.", "Tea."), promised), None);
    let other = serde_json::to_string(&article("a", "en", "Tea.")).expect("writes");
    let other = ["{\"stored\":1,\"document\":", &other, "}"].concat();
    assert_eq!(document(&other, promised), None);
}

mod bounds;
mod joining;
