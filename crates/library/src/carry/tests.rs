//! Tests of what a file changes here, and how that is said.

use lamplight_model::{ArticleDocument, Language, Site, json, seal};
use lamplight_reader::offline::holdings::Holding;
use lamplight_reader::offline::saved::{Extent, Kind};

use super::*;
use crate::view::Speech;

const NOW: Millis = 1_795_662_000_000;
const ORIGIN: &str = "https://example.org";

struct Plain;

impl Speech for Plain {
    fn size(&self, bytes: u64, _: &str) -> String {
        format!("{bytes} B")
    }

    fn ago(&self, time: Millis, now: Millis, _: &str) -> String {
        format!("{} ms ago", now - time)
    }

    fn date(&self, time: Millis, _: &str) -> String {
        time.to_string()
    }

    fn day(&self, date: &str, _: &str) -> String {
        date.to_owned()
    }

    fn number(&self, number: u64, _: &str) -> String {
        number.to_string()
    }

    fn part(&self, _: u32, _: &str) -> String {
        unreachable!("no part is said here")
    }

    fn day_of(&self, _: Millis, _: Millis, _: &str) -> String {
        unreachable!("no day is said here")
    }

    fn clock(&self, _: Millis, _: &str) -> String {
        unreachable!("no time of day is said here")
    }
}

fn state() -> State {
    let language = |code: &str| Language {
        code: code.into(),
        ..Language::default()
    };
    let mut state = State::default();
    state.told.site = Site {
        format: lamplight_model::FORMAT,
        base: "/n/".into(),
        title: "News".into(),
        languages: vec![language("en"), language("fr")],
        ..Site::default()
    };
    state.told.lang = "en".into();
    state.told.words = "en".into();
    state.told.texts = json::read(include_str!("../../texts/en.json")).expect("texts");
    state
}

fn article(slug: &str, lang: &str, text: &str) -> String {
    let document = ArticleDocument {
        format: 1,
        slug: slug.into(),
        lang: lang.into(),
        categories: vec!["sea".into()],
        markdown: text.into(),
        ..ArticleDocument::default()
    };
    seal::seal(&document).expect("seals")
}

fn save(state: &mut State, kind: Kind, name: &str, lang: &str, translations: bool) -> Write {
    let extent = Extent {
        images: true,
        translations,
    };
    let record = state.list.save(kind, name, lang, extent, NOW - 9);
    record.expect("is saved").write()
}

/// A file with these records and articles.
fn file(records: &[(&str, &str)], articles: &[&str]) -> String {
    let (mut writer, begin) = Writer::begin("https://example.org/n/", "News", NOW - 5);
    let mut parts = vec![begin];
    for (key, text) in records {
        parts.extend(writer.record(key, text, NOW - 7));
    }
    for text in articles {
        parts.extend(writer.document(text, NOW - 6));
    }
    let (first, last, _) = writer.finish();
    [first, parts.concat(), last].concat()
}

fn taken_in(state: &State, file: &str) -> Carry {
    let mut carry = Carry::default();
    carry.read(state, ORIGIN, false, NOW);
    let reader = carry.reader.as_mut().expect("is reading");
    reader.feed(file).expect("is fed");
    carry.end().expect("is whole");
    carry
}

#[test]
fn an_article_comes_where_what_is_saved_then_covers_it_and_no_other() {
    let mut theirs = state();
    let wish = save(&mut theirs, Kind::Category, "sea", "en", true);
    let mut mine = state();
    let texts = [
        article("a", "en", "A."),
        article("a", "fr", "A."),
        article("b", "fr", "B."),
    ];
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let file = file(&[(&wish.key, &wish.text)], &texts);
    let (planned, shown) = taken_in(&mine, &file).plan(&mine, "[]", true, false, NOW);
    let urls = planned.articles.iter().map(|coming| &*coming.url);
    assert!(urls.eq(["/n/articles/a.en.json", "/n/articles/a.fr.json"]));
    assert_eq!((shown.saved, shown.articles, planned.empty), (1, 2, false));
    let words = view::plan(&mine.told, &shown, planned.empty, NOW, &Plain);
    assert!(words.contains("5 ms ago") && words.contains("Articles with their text: 2"));
    assert!(
        words.contains("type=\"button\" class=\"button button-strong\" data-do=\"carry_take\"")
    );

    // What was removed here since does not come with its article.
    for (kind, name) in [(Kind::Category, "sea"), (Kind::Article, "a")] {
        save(&mut mine, kind, name, "en", false);
        mine.list.remove(kind, name, "en", NOW).expect("is removed");
    }
    let again = |back| {
        let mut again = taken_in(&mine, &file);
        for record in mine.list.records() {
            again.local.insert(record.key(), record.text());
        }
        again.plan(&mine, "[]", true, back, NOW)
    };
    let (planned, shown) = again(false);
    assert!(planned.empty && planned.articles.is_empty() && planned.own.is_empty());
    // But that it is not here is said, and it is offered, as nothing else comes.
    assert_eq!(shown.back, (0, 1));
    let words = view::plan(&mine.told, &shown, planned.empty, NOW, &Plain);
    assert!(words.contains("removed on this device since: 1"), "{words}");
    assert!(words.contains("name=\"back\" checked>"), "{words}");
    assert!(!words.contains("nothing to change"), "{words}");
    let words = view::plan(&mine.told, &shown, false, NOW, &Plain);
    assert!(words.contains("name=\"back\">"), "{words}");
    // Brought back, the wish covers again what was not removed by itself.
    let (planned, _) = again(true);
    assert_eq!(planned.own.len(), 1);
    let urls = planned.articles.iter().map(|coming| &*coming.url);
    assert!(urls.eq(["/n/articles/a.en.json", "/n/articles/a.fr.json"]));
}

#[test]
fn what_is_here_in_that_edition_or_beside_another_does_not_come_again() {
    let mut mine = state();
    let record = save(&mut mine, Kind::Article, "a", "en", false);
    let theirs = article("a", "en", "Theirs.");
    let file = file(&[(&record.key, &record.text)], &[&theirs]);
    let plan = |mine: &State, kept: &[(&str, &str)]| {
        let mut carry = taken_in(mine, &file);
        carry.local.insert(record.key.clone(), record.text.clone());
        for (key, text) in kept {
            carry.local.insert((*key).into(), (*text).into());
        }
        let (planned, _) = carry.plan(mine, "[\"/n/articles/a.en.json\"]", true, false, NOW);
        planned.articles.len()
    };
    assert_eq!(plan(&mine, &[]), 1);
    let mut own = mine;
    let mut hold = |text: &str, stored: Millis| {
        let held = Holding::of(text, stored).expect("is whole").write();
        own.record(&held.key, &held.text);
        plan(&own, &[])
    };
    assert_eq!(hold(&article("a", "en", "Mine."), NOW - 100), 1);
    // Mine is the later one.
    assert_eq!(hold(&article("a", "en", "Mine."), NOW), 0);
    assert_eq!(hold(&theirs, NOW - 100), 0);
    assert_eq!(hold(&article("a", "en", "Mine."), NOW - 100), 1);
    let digest = seal::check(&theirs).expect("is whole");
    let beside = versions::key("a", "en", digest);
    assert_eq!(plan(&own, &[(&beside, "")]), 0);
}

#[test]
fn what_is_local_storages_the_outboxs_and_the_librarys_is_parted_and_choices_may_stay_behind() {
    let mine = state();
    let state = r#"{"v":1,"slug":"a","lang":"en","block":"1.1","part":0,"progress":5,"seen":9,"read":false,"marked":0,"opened":9,"forgot":0}"#;
    let message = lamplight_reader::outbox::Message::begin("k", "en", "/", NOW - 50).write();
    let records = [
        ("settings", r#"{"v":1,"theme":"dark","text":"normal"}"#),
        ("searches", "[\"sea\"]"),
        ("reading/a", state),
        ("outbox/k", &*message),
    ];
    let file = file(&records, &[]);
    let names = |choices| {
        let (planned, shown) = taken_in(&mine, &file).plan(&mine, "[]", choices, false, NOW);
        assert_eq!((shown.places, shown.messages), (1, 1));
        assert_eq!(shown.settings, choices);
        let keys = |writes: Vec<Write>| writes.into_iter().map(|write| write.key);
        (
            keys(planned.local).collect::<Vec<_>>().join(" "),
            keys(planned.own).collect::<Vec<_>>().join(" "),
            keys(planned.letters).collect::<Vec<_>>().join(" "),
        )
    };
    let all = (
        "reading/a searches settings".to_owned(),
        "noted/searches noted/settings".to_owned(),
        "k".to_owned(),
    );
    assert_eq!(names(true), all);
    assert_eq!(
        names(false),
        ("reading/a".into(), String::new(), "k".into())
    );
}

#[test]
fn what_another_publication_says_of_itself_is_shown_and_runs_nothing() {
    let told = state().told;
    let why = Refused::OtherPublication {
        title: "<img onerror=x>".into(),
        site: "https://example.com/\"{title}".into(),
    };
    let words = view::refused(&told, &why, &Plain);
    assert!(words.contains("&lt;img onerror=x&gt;") && !words.contains("<img"));
    assert!(words.contains("data-why=\"other-publication\"") && words.contains("Nothing on this"));
    let words = view::refused(&told, &Refused::Invalid(7), &Plain);
    assert!(words.contains("line 7 makes no sense"));
}

#[test]
fn what_is_lacking_is_said_by_kind_and_nothing_is_lacking_where_nothing_is() {
    let told = state().told;
    assert!(view::taken(&told, [0; 4], &Plain).contains("data-carry=\"taken\""));
    let words = view::taken(&told, [0, 1, 2, 3], &Plain);
    for line in ["places: 1", "Messages: 2", "Articles: 3", "same file"] {
        assert!(words.contains(line), "{line} in {words}");
    }
    assert!(!words.contains("Saved: 0"));
}

#[test]
fn what_stayed_behind_is_said_of_a_file_that_was_made() {
    let told = state().told;
    let made = |behind| view::made(&told, "n.json", "blob:x", 5, false, behind, &Plain);
    assert!(made(2).contains("Not in the file") && made(2).contains(": 2. It is still"));
    assert!(!made(0).contains("Not in the file"));
}

#[test]
fn why_something_is_left_out_is_said_and_that_a_clock_is_wrong() {
    let mut theirs = state();
    let wish = save(&mut theirs, Kind::Everything, "", "*", false);
    let german = article("a", "de", "A.");
    let records = [
        (&*wish.key, &*wish.text),
        ("outbox/k", &*message("k").write()),
    ];
    let file = file(&records, &[&german]);
    let mine = state();
    let said = |now: Millis| {
        let mut carry = Carry::default();
        carry.read(&mine, ORIGIN, false, now);
        carry.local.insert("outbox/k".into(), "{".into());
        let local = std::mem::take(&mut carry.local);
        let reader = carry.reader.as_mut().expect("is reading");
        reader.feed(&file).expect("is fed");
        carry.end().expect("is whole");
        carry.local = local;
        let (planned, shown) = carry.plan(&mine, "[]", true, false, now);
        (
            planned.empty,
            view::plan(&mine.told, &shown, planned.empty, now, &Plain),
        )
    };
    let (empty, words) = said(NOW);
    assert!(!empty, "{words}");
    assert!(words.contains("does not have their language: 1"), "{words}");
    assert!(words.contains("cannot be read: 1"), "{words}");
    assert!(
        !words.contains("clock") && !words.contains("cannot use it"),
        "{words}"
    );
    // A new device, whose clock begins in 1970.
    let (empty, words) = said(5);
    assert!(empty, "{words}");
    assert!(words.contains("ahead of this device’s clock: 3"), "{words}");
    assert!(words.contains("Set the clock right"), "{words}");
    assert!(!words.contains("on this device already"), "{words}");
}

fn message(key: &str) -> lamplight_reader::outbox::Message {
    lamplight_reader::outbox::Message::begin(key, "en", "/", NOW - 50)
}
