//! Tests of what is saved, due, swept and checked.

use lamplight_model::{Archived, ArticleDocument, Language, Media, Named};

use super::*;

pub(super) const NOW: Millis = 1_700_000_000_000;

pub(super) fn state() -> State {
    let language = |code: &str| Language {
        code: code.into(),
        name: code.into(),
        ..Language::default()
    };
    let site = Site {
        format: lamplight_model::FORMAT,
        base: "/n/".into(),
        languages: vec![language("en"), language("fr")],
        categories: vec![Named {
            id: "sea".into(),
            names: BTreeMap::from([("en".into(), "The sea".into())]),
        }],
        ..Site::default()
    };
    let texts = json::read(include_str!("../../texts/en.json")).expect("texts");
    State {
        told: Told {
            site,
            lang: "en".into(),
            words: "en".into(),
            texts,
        },
        width: 780,
        ..State::default()
    }
}

pub(super) fn archived(slug: &str, digest: &str, categories: &[&str]) -> Archived {
    Archived {
        slug: slug.into(),
        title: slug.to_uppercase(),
        date: "2026-01-01".into(),
        digest: digest.into(),
        categories: categories.iter().map(|&id| id.into()).collect(),
        bytes: 1_000,
        images: 500,
        page: false,
    }
}

/// What the site has in English; sealed.
pub(super) fn archive(articles: Vec<Archived>) -> String {
    let archive = Archive {
        format: lamplight_model::FORMAT,
        lang: "en".into(),
        articles,
        ..Archive::default()
    };
    sealed(&archive)
}

fn sealed(record: &impl Serialize) -> String {
    seal::seal(record).expect("JSON")
}

pub(super) fn document(slug: &str, text: &str) -> String {
    let document = ArticleDocument {
        format: lamplight_model::FORMAT,
        slug: slug.into(),
        lang: "en".into(),
        title: slug.to_uppercase(),
        markdown: text.into(),
        categories: vec!["sea".into()],
        ..ArticleDocument::default()
    };
    sealed(&document)
}

impl State {
    pub(super) fn save(&mut self, kind: Kind, name: &str, lang: &str) {
        let extent = Extent {
            images: true,
            translations: false,
        };
        self.list.save(kind, name, lang, extent, NOW).expect("fits");
    }

    /// As the worker does when all files were read back.
    pub(super) fn keep(&mut self, slug: &str, digest: &str, images: bool) {
        let files = format!(
            r#"[{{"url":"/n/articles/{slug}.en.json","bytes":700,"digest":"d"}},{{"url":"/n/{slug}/","bytes":300,"digest":"p"}}]"#
        );
        let write = State::done(slug, "en", digest, images, &files, NOW).expect("files");
        self.record(&write.key, &write.text);
    }

    fn slugs(&self) -> Vec<String> {
        self.due().into_iter().map(|due| due.slug).collect()
    }
}

#[test]
fn what_was_saved_by_name_is_due_first_then_the_newest_of_what_a_wish_covers() {
    let mut state = state();
    let site = [("c", &["sea"][..]), ("b", &[]), ("a", &["sea"])];
    let articles = site.map(|(slug, categories)| archived(slug, "1", categories));
    assert!(state.archive(&archive(articles.into())));
    assert_eq!(state.slugs(), [""; 0]);
    state.save(Kind::Category, "sea", "en");
    assert_eq!(state.slugs(), ["c", "a"]);
    state.save(Kind::Article, "b", "en");
    assert_eq!(state.slugs(), ["b", "c", "a"]);
    state.keep("c", "1", true);
    assert_eq!(state.slugs(), ["b", "a"]);
    assert_eq!(state.count(), (1, 3));
}

#[test]
fn an_article_is_saved_when_its_receipt_has_all_that_is_wanted_and_not_before() {
    let mut state = state();
    assert_eq!(state.standing("a", "en"), None);
    state.save(Kind::Article, "a", "en");
    assert_eq!(state.standing("a", "en"), Some(Standing::Due));
    let holding = state.open(&document("a", "Waves."), NOW).expect("whole");
    let holding = holding.holding.expect("a record");
    state.record(&holding.key, &holding.text);
    assert_eq!(state.standing("a", "en"), Some(Standing::Due), "a holding");
    state.keep("a", "1", false);
    assert_eq!(state.standing("a", "en"), Some(Standing::Due), "no images");
    state.keep("a", "1", true);
    assert_eq!(state.standing("a", "en"), Some(Standing::Saved));
    assert_eq!(state.lines()[0].row.standing, Standing::Saved);
    assert_eq!(state.lines()[0].bytes, 1_000);
    state.gone("receipt/a/en");
    assert_eq!(state.standing("a", "en"), Some(Standing::Due));
}

#[test]
fn a_receipt_without_files_or_under_another_key_or_cut_short_says_nothing() {
    let mut state = state();
    state.save(Kind::Article, "a", "en");
    assert_eq!(State::done("a", "en", "1", true, "[]", NOW), None);
    assert_eq!(State::done("a", "en", "1", true, "[{}]", NOW), None);
    let files = r#"[{"url":"/n/a/","bytes":1,"digest":"d"}]"#;
    let write = State::done("a", "en", "1", true, files, NOW).expect("files");
    let half = &write.text[..write.text.len() / 2];
    for (key, text) in [("receipt/b/en", &*write.text), (&*write.key, half)] {
        state.record(key, text);
        assert_eq!(state.standing("a", "en"), Some(Standing::Due), "{key}");
    }
    state.record(&write.key, &write.text);
    assert_eq!(state.standing("a", "en"), Some(Standing::Saved));
    // What is damaged later counts no more.
    state.record(&write.key, half);
    assert_eq!(state.standing("a", "en"), Some(Standing::Due));
}

#[test]
fn another_edition_on_the_site_is_said_and_not_fetched_unasked() {
    let mut state = state();
    let text = document("a", "Waves.");
    let digest = seal::claimed(&text).expect("sealed").to_owned();
    state.archive(&archive(vec![archived("a", "another", &[])]));
    state.save(Kind::Article, "a", "en");
    let holding = state.open(&text, NOW).and_then(|opened| opened.holding);
    let holding = holding.expect("a record");
    state.record(&holding.key, &holding.text);
    state.keep("a", &digest, true);
    assert_eq!(state.slugs(), [""; 0]);
    assert!(state.lines()[0].row.outdated);
    let order = state.order_of("a", "en").expect("is saved");
    assert_eq!(order.digest, "another");
    let revision = state.revision(&text, NOW, NOW).expect("whole");
    assert!(revision.text.contains("Waves."));
}

#[test]
fn a_sweep_takes_what_belongs_to_nothing_saved_and_nothing_else() {
    let mut state = state();
    for slug in ["a", "b"] {
        state.save(Kind::Article, slug, "en");
        state.keep(slug, "1", true);
    }
    // On its way.
    state.save(Kind::Article, "c", "en");
    state.list.remove(Kind::Article, "b", "en", NOW + 1);
    let sweep = |state: &State, stored: &[&str], after| {
        let stored = serde_json::to_string(stored).expect("JSON");
        state.sweep(&stored, 60, NOW + 1 + after)
    };
    let stored = [
        "/n/articles/a.en.json",
        "/n/a/",
        "/n/articles/b.en.json",
        "/n/b/",
        "/n/articles/c.en.json",
        "/n/archive/en.json",
        "/n/media/x.webp",
    ];
    // It can be undone without the site.
    let early = sweep(&state, &stored, 59);
    assert_eq!(
        (early.forget.len(), &*early.files),
        (0, &["/n/media/x.webp".to_owned()][..])
    );
    let sweep = sweep(&state, &stored, 60);
    assert_eq!(sweep.forget, ["receipt/b/en"]);
    let gone = ["/n/articles/b.en.json", "/n/b/", "/n/media/x.webp"];
    assert_eq!(sweep.files, gone);
}

#[test]
fn a_receipt_of_which_a_file_is_gone_is_named() {
    let mut state = state();
    state.save(Kind::Article, "a", "en");
    state.keep("a", "1", true);
    let all = r#"["/n/articles/a.en.json","/n/a/"]"#;
    assert_eq!(state.lacking(all), [""; 0]);
    assert_eq!(state.lacking(r#"["/n/a/"]"#), ["receipt/a/en"]);
    assert_eq!(state.lacking("damaged"), ["receipt/a/en"]);
}

#[test]
fn an_archive_is_taken_only_whole_and_of_a_known_format() {
    let mut state = state();
    let whole = archive(vec![archived("a", "1", &[])]);
    for bad in [
        "",
        "<!doctype html>",
        &whole[..whole.len() - 1],
        &whole.replace("\"A\"", "\"B\""),
    ] {
        assert!(!state.archive(bad), "{bad}");
    }
    assert!(!state.knows("en") && !state.knows("*"));
    assert!(state.archive(&whole));
    assert!(state.knows("en") && state.knows("*") && !state.knows("fr"));
}

#[test]
fn the_size_of_a_wish_is_told_before() {
    let mut state = state();
    state.archive(&archive(vec![
        archived("a", "1", &["sea"]),
        archived("b", "1", &[]),
    ]));
    let amount = |category: &str, lang: &str, images| {
        let extent = Extent {
            images,
            translations: false,
        };
        let amount = state.amount(category, lang, extent, false);
        (amount.articles, amount.bytes)
    };
    assert_eq!(amount("", "en", true), (2, 3_000));
    assert_eq!(amount("", "*", false), (2, 2_000));
    assert_eq!(amount("sea", "en", true), (1, 1_500));
    assert_eq!(amount("sea", "fr", true), (0, 0));
}

#[test]
fn only_what_is_not_saved_goes_when_space_runs_out_and_translations_of_saved_articles_stay() {
    let mut state = state();
    state.save(Kind::Everything, "", saved::ALL);
    let all = Extent {
        images: true,
        translations: true,
    };
    let stored = r#"[{"url":"/n/media/1.webp","bytes":10,"used":1},
        {"url":"/n/machine/fr/a/en.json","bytes":10,"used":1},
        {"url":"/n/assets/app.js","bytes":10,"used":1}]"#;
    assert_eq!(state.evict(stored, 10, NOW), ["/n/media/1.webp"]);
    assert_eq!(state.evict(stored, 20, NOW).len(), 2, "not wanted");
    state.list.save(Kind::Everything, "", saved::ALL, all, NOW);
    assert_eq!(state.evict(stored, 20, NOW), [""; 0], "nothing in vain");
}

#[test]
fn images_are_those_for_this_screen() {
    let state = state();
    let picture = "1".repeat(32);
    let media = Media {
        src: format!("media/{picture}-{}.jpg", "2".repeat(32)),
        width: 2_000,
        height: 1_000,
        ..Media::default()
    };
    let text = sealed(&ArticleDocument {
        format: lamplight_model::FORMAT,
        slug: "a".into(),
        lang: "en".into(),
        title: "A".into(),
        markdown: "![A lamp](lamp.jpg)".into(),
        media: BTreeMap::from([("lamp.jpg".into(), media.clone())]),
        ..ArticleDocument::default()
    });
    let opened = state.open(&text, NOW).expect("whole");
    assert_eq!(opened.images, [["/n/", &*media.src].concat()]);
    assert!(state.open(&text[1..], NOW).is_none());
}

#[test]
fn a_removal_is_undone_with_what_was_kept_though_the_article_was_removed_before() {
    let mut state = state();
    assert!(state.archive(&archive(vec![archived("a", "1", &["sea"])])));
    let extent = Extent {
        images: true,
        translations: false,
    };
    let own = |state: &State| {
        let key = saved::key(Kind::Article, "a", "en");
        let text = state.list.records().find(|record| record.key() == key);
        (key, text.map(Record::text))
    };
    // Saved alone, removed, and covered by a wish that is younger than that.
    state.list.save(Kind::Article, "a", "en", extent, NOW);
    state.list.remove(Kind::Article, "a", "en", NOW + 1);
    state
        .list
        .save(Kind::Category, "sea", "en", extent, NOW + 2);
    let kept = state.extent("a", "en");
    assert_eq!(kept, Some(extent));
    let (key, before) = own(&state);
    state.list.remove(Kind::Article, "a", "en", NOW + 3);
    assert_eq!(state.extent("a", "en"), None);
    let write = state.undo(&key, before.as_deref(), extent, NOW + 4);
    assert_eq!(write.map(|write| write.key), Some(key.clone()));
    assert_eq!(state.extent("a", "en"), Some(extent));
    // What had a record of its own gets that again.
    let (_, before) = own(&state);
    state.list.remove(Kind::Article, "a", "en", NOW + 5);
    let other = Extent::default();
    assert!(
        state
            .undo(&key, before.as_deref(), other, NOW + 6)
            .is_some()
    );
    assert_eq!(state.extent("a", "en"), Some(extent));
    assert_eq!(state.undo("nonsense", None, extent, NOW), None);
}

/// A document's holding as it is stored, in these categories.
fn hold(state: &mut State, slug: &str, categories: &[&str]) {
    let document = ArticleDocument {
        format: lamplight_model::FORMAT,
        slug: slug.into(),
        lang: "en".into(),
        title: slug.to_uppercase(),
        categories: categories.iter().map(|&id| id.into()).collect(),
        ..ArticleDocument::default()
    };
    let opened = state.open(&sealed(&document), NOW).expect("whole");
    let write = opened.holding.expect("a record");
    state.record(&write.key, &write.text);
}

#[test]
fn what_the_site_moved_to_another_category_stays_in_its_new_edition_too_until_it_is_removed() {
    let mut state = state();
    state.save(Kind::Category, "sea", "en");
    hold(&mut state, "a", &["sea"]);
    state.keep("a", "1", true);
    assert!(state.archive(&archive(vec![archived("a", "2", &["land"])])));
    assert_eq!(state.standing("a", "en"), Some(Standing::Saved));
    assert_eq!(state.sweep("[]", 0, NOW).forget, [""; 0]);
    let order = state.order_of("a", "en").expect("is saved");
    assert_eq!(order.digest, "2", "the new one can be had");
    hold(&mut state, "a", &["land"]);
    assert_eq!(state.standing("a", "en"), Some(Standing::Saved));
    // What comes now in that category is none of the wish's.
    hold(&mut state, "b", &["land"]);
    assert_eq!(state.standing("b", "en"), None);
    state.list.remove(Kind::Article, "a", "en", NOW + 1);
    assert_eq!(state.standing("a", "en"), None);
}

#[test]
fn the_check_opens_what_the_site_no_longer_lists_and_what_fails_is_due_again() {
    let mut state = state();
    let site = archive(vec![archived("a", "1", &["sea"])]);
    assert!(state.archive(&site));
    state.save(Kind::Everything, "", "en");
    for slug in ["a", "gone"] {
        hold(&mut state, slug, &["sea"]);
        state.keep(slug, "1", true);
    }
    assert_eq!(state.count(), (2, 2));
    assert_eq!(state.slugs(), [""; 0]);
    let app = r#"[{"url":"/n/app.js","digest":"d"}]"#;
    state.inspect(app, "[]");
    let check = state.inspection.as_mut().expect("has begun");
    let mut opened = check.next(99);
    opened.sort();
    let all = [
        "/n/a/",
        "/n/app.js",
        "/n/articles/a.en.json",
        "/n/articles/gone.en.json",
        "/n/gone/",
    ];
    assert_eq!(opened, all);
    use lamplight_reader::offline::readiness::Found;
    let digest = |digest: &str| Found::File {
        digest: digest.into(),
    };
    check.found("/n/app.js", &digest("d"));
    check.found("/n/gone/", &digest("p"));
    check.found("/n/a/", &digest("another"));
    for slug in ["a", "gone"] {
        let text = document(slug, "Waves.");
        let digest = seal::claimed(&text).expect("sealed").to_owned();
        let found = Found::Text { text, digest };
        check.found(&format!("/n/articles/{slug}.en.json"), &found);
    }
    let report = check.report();
    assert_eq!((report.ready, report.articles.len()), (1, 2));
    assert_eq!(state.failing(), ["receipt/a/en"]);
    state.gone("receipt/a/en");
    assert_eq!(state.slugs(), ["a"]);
    // Fetched again, and written anew by the site.
    let files = r#"[{"url":"/n/a/","bytes":1,"digest":"another"}]"#;
    let write = State::done("a", "en", "1", true, files, NOW).expect("files");
    state.record(&write.key, &write.text);
    state.again("/n/a/");
    let check = state.inspection.as_mut().expect("has begun");
    assert_eq!(check.next(99), ["/n/a/"]);
    check.found("/n/a/", &digest("another"));
    assert!(check.report().is_ready());
    assert_eq!(state.failing(), [""; 0]);
}

#[test]
fn nothing_is_ready_while_nobody_knows_what_a_wish_covers() {
    let mut state = state();
    state.save(Kind::Article, "a", "en");
    assert_eq!(state.unknown(), [""; 0], "its name says all");
    state.save(Kind::Everything, "", "fr");
    assert_eq!(state.unknown(), ["fr"]);
    state.inspect(r#"[{"url":"/n/app.js","digest":"d"}]"#, "[]");
    let report = state.inspection.as_ref().map(Inspection::report);
    assert_eq!(report.map(|report| report.unknown), Some(1));
}

#[test]
fn a_wish_with_translations_keeps_and_counts_the_same_articles_in_other_languages() {
    let mut state = state();
    let articles = ["a", "b"].map(|slug| archived(slug, "1", &["sea"]));
    assert!(state.archive(&archive(articles.into())));
    let french = Archive {
        format: lamplight_model::FORMAT,
        lang: "fr".into(),
        articles: ["a", "c"].map(|slug| archived(slug, "1", &["sea"])).into(),
        ..Archive::default()
    };
    assert!(state.archive(&sealed(&french)));
    let extent = |translations| Extent {
        images: true,
        translations,
    };
    let count = |state: &State, translations| {
        let amount = state.amount("sea", "en", extent(translations), false);
        (amount.articles, amount.bytes)
    };
    assert_eq!(count(&state, false), (2, 3_000));
    assert_eq!(count(&state, true), (3, 4_500));
    let list = &mut state.list;
    list.save(Kind::Category, "sea", "en", extent(true), NOW);
    let due = |state: &State| {
        state
            .due()
            .iter()
            .map(|due| due.page.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(due(&state), ["/n/a/", "/n/b/", "/n/fr/a/"]);
    assert_eq!(state.standing("a", "fr"), Some(Standing::Due));
    assert_eq!(state.standing("c", "fr"), None);
    assert_eq!(state.lines().len(), 3);
}

#[test]
fn what_is_deleted_with_its_document_is_no_longer_listed() {
    let mut state = state();
    hold(&mut state, "a", &[]);
    hold(&mut state, "b", &[]);
    let gone = r#"["/n/articles/a.en.json","/n/a/","/n/articles/c.en.json"]"#;
    assert_eq!(state.stale(gone), ["holding/a/en"]);
}

#[test]
fn of_what_is_saved_and_lacks_something_a_sweep_takes_nothing() {
    let mut state = state();
    let original = "1".repeat(32);
    let media = Media {
        src: format!("media/{original}-{}.jpg", "2".repeat(32)),
        ..Media::default()
    };
    let text = sealed(&ArticleDocument {
        format: lamplight_model::FORMAT,
        slug: "a".into(),
        lang: "en".into(),
        markdown: "![A lamp](lamp.jpg)".into(),
        media: BTreeMap::from([("lamp.jpg".into(), media.clone())]),
        ..ArticleDocument::default()
    });
    state.save(Kind::Article, "a", "en");
    let holding = state.open(&text, NOW).and_then(|opened| opened.holding);
    let holding = holding.expect("a record");
    state.record(&holding.key, &holding.text);
    let picture = ["/n/", &*media.src].concat();
    let stored = ["/n/articles/a.en.json", "/n/a/", &*picture];
    let stored = serde_json::to_string(&stored).expect("JSON");
    assert_eq!(state.sweep(&stored, 0, NOW), Sweep::default());
    // Where a receipt says what belongs to it, the rest may go.
    state.keep("a", "1", true);
    assert_eq!(state.sweep(&stored, 0, NOW).files, [&*picture]);
}
