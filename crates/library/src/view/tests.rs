//! Tests of what is shown.

use lamplight_model::{Archive, Archived, Language, Site, json, seal};
use lamplight_reader::offline::readiness::Line as Checked;
use lamplight_reader::offline::saved::{Extent, Kind};

use super::space::{Space, meter};
use super::*;
use lamplight_reader::offline::readiness::{Fault, Report, Trouble};

mod wishes;

const NOW: Millis = 1_700_000_000_000;
const IMAGES: Extent = Extent {
    images: true,
    translations: false,
};

pub(super) struct Plain;

impl Speech for Plain {
    fn size(&self, bytes: u64, _: &str) -> String {
        format!("{bytes} B")
    }

    fn ago(&self, time: Millis, now: Millis, _: &str) -> String {
        format!("{} ms ago", now - time)
    }

    fn date(&self, time: Millis, _: &str) -> String {
        format!("at {time}")
    }

    fn day(&self, date: &str, _: &str) -> String {
        date.to_owned()
    }

    fn number(&self, number: u64, _: &str) -> String {
        number.to_string()
    }

    fn part(&self, thousandths: u32, _: &str) -> String {
        format!("{}%", thousandths / 10)
    }

    fn day_of(&self, time: Millis, _: Millis, _: &str) -> String {
        format!("day {}", time / 86_400_000)
    }

    fn clock(&self, time: Millis, _: &str) -> String {
        format!("{} ms", time % 86_400_000)
    }
}

/// A site with these articles, all of them saved, as (slug, title).
fn state(articles: &[(&str, &str)]) -> State {
    let english = Language {
        code: "en".into(),
        name: "English".into(),
        ..Language::default()
    };
    let site = Site {
        format: lamplight_model::FORMAT,
        base: "/".into(),
        languages: vec![english],
        ..Site::default()
    };
    let mut state = State::default();
    state.told = Told {
        site,
        lang: "en".into(),
        words: "en".into(),
        texts: json::read(include_str!("../../texts/en.json")).expect("texts"),
    };
    let archived = |(slug, title): &(&str, &str)| Archived {
        slug: (*slug).into(),
        title: (*title).into(),
        digest: "1".into(),
        bytes: 10,
        images: 5,
        ..Archived::default()
    };
    let archive = Archive {
        format: lamplight_model::FORMAT,
        lang: "en".into(),
        articles: articles.iter().map(archived).collect(),
        ..Archive::default()
    };
    assert!(state.archive(&seal::seal(&archive).expect("JSON")));
    let extent = Extent::default();
    let wish = state.list.save(Kind::Everything, "", "en", extent, NOW);
    assert!(wish.is_some());
    state
}

fn keep(state: &mut State, slug: &str, bytes: u64, at: Millis) {
    let files = format!(r#"[{{"url":"/{slug}/","bytes":{bytes},"digest":"d"}}]"#);
    let write = State::done(slug, "en", "1", true, &files, at).expect("files");
    state.record(&write.key, &write.text);
}

fn titles(shelf: &Shelf) -> Vec<&str> {
    let links = shelf.html.split("<bdi>").skip(1);
    links.filter_map(|rest| rest.split('<').next()).collect()
}

fn ask(text: &str, sort: &str, from: usize, count: usize) -> Question {
    Question {
        text: text.into(),
        sort: sort.into(),
        from,
        count,
        ..Question::default()
    }
}

#[test]
fn the_list_is_sorted_filtered_and_given_in_steps() {
    let mut state = state(&[("a", "Waves"), ("b", "lamps"), ("c", "Lighthouses")]);
    let mut asked = |question: Question| {
        let shelf = shelf(&mut state, &question, NOW, &Plain);
        let titles = titles(&shelf).join(" ");
        (titles, shelf.more, shelf.count)
    };
    let (all, more, count) = asked(ask("", "title", 0, 9));
    assert_eq!((&*all, more), ("lamps Lighthouses Waves", false));
    assert_eq!(count, "Articles: 3 (0 B)");
    assert_eq!(asked(ask("", "title", 0, 2)).0, "lamps Lighthouses");
    assert!(asked(ask("", "title", 0, 2)).1);
    assert_eq!(asked(ask("", "title", 2, 2)).0, "Waves");
    assert_eq!(asked(ask(" LI", "title", 0, 9)).0, "Lighthouses");
    assert_eq!(asked(ask("zz", "title", 0, 9)).2, "No article fits.");
}

#[test]
fn what_is_stored_later_is_shown_at_once_though_the_question_is_the_same() {
    let mut state = state(&[("a", "Waves"), ("b", "Lamps")]);
    let question = ask("", "newest", 0, 9);
    let before = shelf(&mut state, &question, NOW, &Plain);
    assert!(!before.html.contains("data-standing=\"saved\""));
    keep(&mut state, "b", 70, NOW - 5);
    let after = shelf(&mut state, &question, NOW, &Plain);
    assert!(after.html.contains("data-standing=\"saved\""), "{after:?}");
    assert_eq!(titles(&after), ["Lamps", "Waves"]);
    assert!(
        after.html.contains("Saved · 70 B · stored 5 ms ago"),
        "{after:?}"
    );
    keep(&mut state, "a", 90, NOW - 9);
    let largest = shelf(&mut state, &ask("", "size", 0, 9), NOW, &Plain);
    assert_eq!(titles(&largest), ["Waves", "Lamps"]);
}

#[test]
fn what_others_wrote_is_escaped() {
    let mut state = state(&[("a", "<script>\"&"), ("b\"<", "B")]);
    let shelf = shelf(&mut state, &ask("", "title", 0, 9), NOW, &Plain);
    assert!(!shelf.html.contains("<script>"), "{}", shelf.html);
    assert!(shelf.html.contains("&lt;script&gt;"), "{}", shelf.html);
    assert!(
        shelf.html.contains("data-key=\"en/b&quot;&lt;\""),
        "{}",
        shelf.html
    );
}

#[test]
fn titles_are_sorted_by_their_first_words() {
    let titles_of = [
        "“Waves”",
        "«Alder»",
        "¿Qué?",
        "… but",
        "「海」",
        "100 boats",
        "\u{200f}zed",
        "—",
    ];
    let articles: Vec<(String, &str)> = (0..).map(|n: u32| n.to_string()).zip(titles_of).collect();
    let articles: Vec<(&str, &str)> = articles
        .iter()
        .map(|(slug, title)| (&**slug, *title))
        .collect();
    let mut state = state(&articles);
    let shelf = shelf(&mut state, &ask("", "title", 0, 9), NOW, &Plain);
    assert_eq!(
        titles(&shelf),
        [
            "—",
            "100 boats",
            "«Alder»",
            "… but",
            "¿Qué?",
            "“Waves”",
            "\u{200f}zed",
            "「海」"
        ]
    );
}

#[test]
fn nothing_is_called_ready_while_something_fails() {
    let told = state(&[]).told;
    let say = |report: &Report| flight(&told, report, 0, false, &Plain);
    assert!(say(&Report::default()).contains("no article is saved yet"));
    for (no_app, unknown, words) in [
        (true, 0, &told.texts.no_app),
        (false, 1, &told.texts.bad_unknown),
    ] {
        let report = Report {
            no_app,
            unknown,
            ..Report::default()
        };
        let html = say(&report);
        assert!(
            html.contains("data-flight=\"not-ready\"") && html.contains(&**words),
            "{html}"
        );
    }
    let line = |title: &str, troubles: Vec<Trouble>| Checked {
        slug: "a".into(),
        lang: "ar".into(),
        title: title.into(),
        troubles,
        ..Checked::default()
    };
    let mut report = Report {
        articles: vec![
            line("Waves", Vec::new()),
            line("<b>", vec![Trouble::Text(Fault::Missing)]),
        ],
        ready: 1,
        readable: 1,
        ..Report::default()
    };
    let html = say(&report);
    assert!(html.contains("data-flight=\"not-ready\""), "{html}");
    assert!(html.contains("1 of 2"), "{html}");
    assert!(
        html.contains("<bdi lang=\"ar\">&lt;b&gt;</bdi>: the text is missing."),
        "{html}"
    );
    assert!(html.contains("Check again"), "{html}");
    report.articles.pop();
    assert!(say(&report).contains("data-flight=\"ready\""));
    report.app.push(("/assets/app.js".into(), Fault::Damaged));
    assert!(say(&report).contains("data-flight=\"not-ready\""));
    report.app.clear();
    report.left = 1;
    assert!(say(&report).contains("data-flight=\"not-ready\""));
}

#[test]
fn what_opens_with_its_text_counts_as_opening_and_what_it_lacks_is_said_once() {
    let told = state(&[]).told;
    let page = Trouble::Page(Fault::Missing);
    let images = |missing, damaged| Trouble::Images { missing, damaged };
    let line = |title: &str, troubles: &[Trouble], images| Checked {
        lang: "en".into(),
        title: title.into(),
        troubles: troubles.to_vec(),
        images,
        ..Checked::default()
    };
    let mut report = Report {
        articles: vec![
            line("A", &[page, images(2, 0)], 2),
            line("B", &[page, images(2, 1)], 5),
            line("C", &[page], 0),
        ],
        readable: 3,
        ..Report::default()
    };
    let html = flight(&told, &report, 0, false, &Plain);
    assert!(html.contains("data-flight=\"opens\""), "{html}");
    for words in [
        "without a connection: 3, all of them",
        "A</bdi>: opens, without its images.",
        "B</bdi>: opens, with images missing or damaged: 3.",
        "C</bdi>: opens in the app",
        "Check again",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
    assert_eq!(html.matches("<li>").count(), 3, "{html}");
    assert!(!html.contains("the text is missing"), "{html}");
    // Without the app nothing opens them.
    report.no_app = true;
    let html = flight(&told, &report, 0, false, &Plain);
    assert!(
        html.contains("data-flight=\"not-ready\"") && html.contains("0 of 3"),
        "{html}"
    );
}

#[test]
fn the_meter_shows_the_rest_as_everything_else_and_never_less_than_nothing() {
    let told = state(&[]).told;
    let space = Space {
        saved: 10,
        kept: 20,
        app: 30,
        usage: 100,
        quota: 1_000,
    };
    let html = meter(&told, &space, &Plain);
    assert!(
        html.contains("data-what=\"other\" data-bytes=\"40\""),
        "{html}"
    );
    assert!(html.contains("100 B of the 1000 B"), "{html}");
    let less = Space { usage: 5, ..space };
    assert!(meter(&told, &less, &Plain).contains("data-bytes=\"0\""));
    let untold = Space { quota: 0, ..space };
    assert!(!meter(&told, &untold, &Plain).contains("<p>"));
}

#[test]
fn a_number_stands_in_every_place_of_a_text() {
    let told = state(&[]).told;
    assert_eq!(say_of(&told, "keeping", 3, 9, &Plain), "3 of 9 are here");
    assert_eq!(say_of(&told, "checking", 3, 0, &Plain), "Files opened: 3");
}

#[test]
fn a_button_that_stands_in_many_lines_names_the_article() {
    let mut state = state(&[("a", "Waves")]);
    keep(&mut state, "a", 70, NOW);
    let archived = Archived {
        slug: "a".into(),
        title: "Waves".into(),
        digest: "2".into(),
        ..Archived::default()
    };
    let archive = Archive {
        format: lamplight_model::FORMAT,
        lang: "en".into(),
        articles: vec![archived],
        ..Archive::default()
    };
    assert!(state.archive(&seal::seal(&archive).expect("JSON")));
    let document = lamplight_model::ArticleDocument {
        format: lamplight_model::FORMAT,
        slug: "a".into(),
        lang: "en".into(),
        title: "Waves".into(),
        ..lamplight_model::ArticleDocument::default()
    };
    let text = seal::seal(&document).expect("JSON");
    let holding = lamplight_reader::offline::holdings::Holding::of(&text, NOW).expect("a document");
    let write = holding.write();
    state.record(&write.key, &write.text);
    let html = shelf(&mut state, &ask("", "title", 0, 9), NOW, &Plain).html;
    assert!(
        html.contains(
            "data-do=\"renew\" data-key=\"en/a\" aria-label=\"Get the new version: Waves\""
        ),
        "{html}"
    );
}

#[test]
fn what_comes_nearer_is_not_read_out_and_what_stops_is() {
    let html = page(&state(&[]).told);
    assert!(html.contains("<p class=\"library-keeping\"></p>"), "{html}");
    assert!(html.contains("<p class=\"library-looked\"></p>"), "{html}");
    assert!(
        html.contains("<p class=\"library-state\" role=\"status\" tabindex=\"-1\"></p>"),
        "{html}"
    );
    for action in ["pause", "go_on", "insist"] {
        assert!(
            html.contains(&format!("data-do=\"{action}\" hidden")),
            "{action}"
        );
    }
}

fn noted(state: &mut State, pairs: &[(&str, &str)]) -> crate::state::journal::Changes {
    let pairs: Vec<[&str; 2]> = pairs.iter().map(|(key, text)| [*key, *text]).collect();
    state.read_journal(&serde_json::to_string(&pairs).expect("JSON"))
}

fn reading(slug: &str, progress: u32, read: bool, at: Millis) -> String {
    format!(
        r#"{{"v":1,"slug":"{slug}","lang":"en","block":"1.1","part":0,"progress":{progress},"seen":{at},"read":{read},"marked":{at},"opened":{at},"forgot":0}}"#
    )
}

#[test]
fn the_reader_goes_on_with_what_was_begun_last_and_not_finished() {
    let mut state = state(&[
        ("a", "<Waves>"),
        ("b", "Lamps"),
        ("c", "Ropes"),
        ("d", "Nets"),
    ]);
    let pairs = [
        ("reading/a", reading("a", 400, false, 1)),
        ("reading/b", reading("b", 500, true, 2)),
        ("reading/c", reading("c", 20, false, 3)),
        ("reading/d", reading("d", 899, false, 4)),
        ("reading/x", "{".to_owned()),
    ];
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(key, text)| (*key, &**text)).collect();
    noted(&mut state, &pairs);
    let html = history::going_on(&state, &Plain);
    let lines: Vec<&str> = html.split("<li").skip(1).collect();
    assert_eq!(lines.len(), 2, "{html}");
    assert!(lines[0].contains("href=\"/d/#:place\"") && lines[0].contains("89% read"));
    assert!(lines[1].contains("&lt;Waves&gt;</bdi></a>"), "{html}");
    assert!(
        lines[1].contains("data-do=\"read\" data-slug=\"a\""),
        "{html}"
    );

    let unread = Question {
        unread: true,
        sort: "title".into(),
        count: 9,
        ..Question::default()
    };
    let list = shelf(&mut state, &unread, NOW, &Plain);
    assert!(!list.html.contains("Lamps") && list.html.contains("Ropes"));
    let all = shelf(&mut state, &ask("lamps", "title", 0, 9), NOW, &Plain).html;
    assert!(
        all.contains(" · Read") && all.contains("data-do=\"unread\""),
        "{all}"
    );
}

#[test]
fn beside_a_title_stands_what_its_reader_wants_and_the_rest_in_its_menu() {
    let mut state = state(&[("a", "Waves"), ("b", "<Lamps>")]);
    keep(&mut state, "a", 70, NOW - 5);
    // Of another edition than the site's.
    let document = lamplight_model::ArticleDocument {
        slug: "b".into(),
        lang: "en".into(),
        title: "<Lamps>".into(),
        ..Default::default()
    };
    let text = seal::seal(&document).expect("JSON");
    let opened = state.open(&text, NOW).and_then(|opened| opened.holding);
    let holding = opened.expect("a record");
    state.record(&holding.key, &holding.text);
    let digest = seal::claimed(&text).expect("sealed");
    let files = r#"[{"url":"/b/","bytes":9,"digest":"d"}]"#;
    let write = State::done("b", "en", digest, true, files, NOW - 9).expect("files");
    state.record(&write.key, &write.text);
    let html = shelf(&mut state, &ask("", "title", 0, 9), NOW, &Plain).html;
    let acts = |line: &str| {
        let (beside, menu) = line.split_once("library-menu").expect("a menu");
        [beside, menu].map(|part| {
            let acts = part.split("data-do=\"").skip(1);
            let acts: Vec<&str> = acts.filter_map(|act| act.split('"').next()).collect();
            acts.join(" ")
        })
    };
    let lines: Vec<&str> = html.split("<li").skip(1).collect();
    assert_eq!(
        acts(lines[0]),
        ["renew menu", "versions read remove"],
        "{html}"
    );
    // A menu of one thing is that.
    assert!(!lines[1].contains("menu"), "{html}");
    assert!(
        lines[1].contains("data-do=\"remove\"") && lines[1].contains("data-do=\"read\""),
        "{html}"
    );
    assert!(
        html.contains("aria-label=\"More: &lt;Lamps&gt;\" aria-expanded=\"false\""),
        "{html}"
    );
}

#[test]
fn the_history_is_by_day_with_the_last_first_and_empty_after_it_was_cleared() {
    const DAY: Millis = 86_400_000;
    let mut state = state(&[("a", "Waves"), ("b", "Lamps"), ("c", "Ropes")]);
    let pairs = [
        ("reading/a", reading("a", 0, false, DAY)),
        ("reading/b", reading("b", 0, false, 3 * DAY)),
        ("reading/c", reading("c", 0, true, 3 * DAY + 5)),
    ];
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(key, text)| (*key, &**text)).collect();
    noted(&mut state, &pairs);
    let all = history::days(&state, 0, 9, NOW, &Plain);
    let days: Vec<&str> = all.html.split("<section>").skip(1).collect();
    assert_eq!(days.len(), 2, "{all:?}");
    assert!(days[0].find("Ropes") < days[0].find("Lamps") && days[1].contains("Waves"));
    assert!(days[0].contains("day 3") && days[0].contains("5 ms · Read"));
    assert!(!all.more && !all.off);
    // The clock was set back since: when they were opened is not known, in which order is.
    let back = history::days(&state, 0, 9, 2 * DAY, &Plain).html;
    let days: Vec<&str> = back.split("<section>").skip(1).collect();
    assert!(
        !days[0].contains("day ") && !days[0].contains(" ms"),
        "{back}"
    );
    assert!(days[0].find("Ropes") < days[0].find("Lamps"), "{back}");
    assert!(
        days[0].contains(">Read<") && days[1].contains("day 1"),
        "{back}"
    );
    let some = history::days(&state, 0, 1, NOW, &Plain);
    assert!(some.more && !some.html.contains("Lamps"));
    // In steps: a day that goes on has its name once.
    let next = history::days(&state, 1, 1, NOW, &Plain);
    assert!(
        next.more && next.html.contains("Lamps") && !next.html.contains("library-day"),
        "{next:?}"
    );
    let last = history::days(&state, 2, 9, NOW, &Plain);
    assert!(!last.more && last.html.contains("day 1"), "{last:?}");
    assert_eq!(history::days(&state, 3, 9, NOW, &Plain).html, "");
    state.journal.clear(NOW);
    let none = history::days(&state, 0, 9, NOW, &Plain);
    assert!(none.html.contains("nothing in the history"), "{none:?}");
    assert_eq!(history::going_on(&state, &Plain), "");
}

#[test]
fn what_was_opened_before_there_was_a_history_is_in_it_but_not_while_none_is_kept() {
    let entries = r#"[{"v":1,"lang":"en","slug":"q","title":"Quays","digest":"","saved":1,"opened":7,"units":1}]"#;
    let off = ("history", r#"{"v":1,"off":true,"stamp":1,"cleared":0}"#);
    let mut state = state(&[]);
    state.visited(entries);
    assert_eq!(noted(&mut state, &[off]).writes, []);
    assert!(history::days(&state, 0, 9, NOW, &Plain).off);
    let writes = noted(&mut state, &[]).writes;
    assert_eq!(writes.len(), 1, "{writes:?}");
    assert!(
        history::days(&state, 0, 9, NOW, &Plain)
            .html
            .contains("<bdi>Quays</bdi></a>")
    );
    let stored = [(&*writes[0].key, &*writes[0].text)];
    assert_eq!(noted(&mut state, &stored).writes, [], "once");
}
