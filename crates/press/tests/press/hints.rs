//! What can be used, and is hardly what its author meant.

use std::time::{Duration, UNIX_EPOCH};

use lamplight_press::Severity::{Error, Warning};
use lamplight_press::{BuildOptions, Kind, build, check};

use crate::publication::{Publication, SITE, warned};

fn site(toml: &str) -> Publication {
    let post = "---\ntitle: A\ndate: 2020-01-01\n---\nText.\n";
    Publication::new().site(toml).post("a.md", post)
}

#[test]
fn a_language_that_is_neither_known_nor_named_is_a_warning() {
    let with = |languages: &str| site(&SITE.replace("\"ar\"]", &format!("{languages}]")));
    let found = with("\"tlh\"").check();
    let [one] = warned(&found)[..] else {
        panic!("{}", found.render(true));
    };
    assert_eq!((one.kind, one.line), (Kind::Config, Some(4)), "{one}");
    assert!(one.message.contains("`tlh`"), "{one}");
    for fine in ["{ code = \"tlh\", name = \"tlhIngan Hol\" }", "\"de-AT\""] {
        let found = with(fine).check();
        assert!(warned(&found).is_empty(), "{}", found.render(true));
    }
}

#[test]
fn a_language_without_interface_texts_is_noted_once_and_stops_no_strict_build() {
    let post = |lang: &str| {
        (
            format!("a.{lang}.md"),
            format!("---\ntitle: {lang}\ndate: 2020-01-01\n---\nText.\n"),
        )
    };
    let mut publication = site(&SITE.replace("\"ar\"]", "\"ar-EG\", \"nl\", \"it\"]"));
    for lang in ["nl", "it", "ar-EG"] {
        let (path, text) = post(lang);
        publication = publication
            .post(&path, &text)
            .post(&path.replace("a.", "b."), &text);
    }
    let found = publication.check();
    let notes: Vec<String> = found
        .all()
        .iter()
        .filter(|one| one.kind == Kind::InterfaceText)
        .map(ToString::to_string)
        .collect();
    let [italian, dutch] = &notes[..] else {
        panic!("{}", found.render(true));
    };
    assert!(
        dutch.contains("site.toml:4: note: Lamplight has no interface texts in `nl`"),
        "{dutch}"
    );
    assert!(
        dutch.ends_with("`ru`, `zh`; your own can stand in messages/nl.json."),
        "{dutch}"
    );
    assert!(italian.contains("`it`"), "{italian}");
    let strict = BuildOptions {
        strict: true,
        ..publication.options()
    };
    let report = build(&strict).expect("builds");
    assert_eq!(report.diagnostics, found);
    assert!(
        publication
            .read("nl/a/index.html")
            .contains("</a> · Works offline.")
    );
}

#[test]
fn an_id_that_addresses_spell_otherwise_is_a_warning_and_one_that_cannot_be_is_an_error() {
    let with = |id: &str| site(&SITE.replace("id = \"sea\"", &format!("id = \"{id}\"")));
    with("sea & shore").complains(
        Warning,
        Kind::Config,
        "site.toml",
        Some(7),
        "`sea%20%26%20shore`",
    );
    for wrong in ["sea?", "100%", "a:b"] {
        with(wrong).complains(
            Error,
            Kind::Config,
            "site.toml",
            Some(6),
            "no category's id",
        );
    }
    assert_eq!(with("mer-été-2").check().all(), []);
}

#[test]
fn a_slug_that_addresses_spell_otherwise_is_a_warning() {
    let with = |slug: &str| {
        let post = format!("---\ntitle: A\ndate: 2020-01-01\nslug: {slug}\n---\nText.\n");
        Publication::new().post("a.md", &post)
    };
    with("fog & sea").complains(
        Warning,
        Kind::BadSlug,
        "posts/a.md",
        Some(4),
        "`fog%20%26%20sea`",
    );
    assert_eq!(with("v1.2-été").check().all(), []);
}

#[test]
fn a_post_dated_in_the_future_is_published_with_a_warning_and_a_draft_without() {
    let day = |days: u64| Some(UNIX_EPOCH + Duration::from_secs(days * 24 * 3600));
    let post = |name: &str, head: &str| {
        let text = format!("---\ntitle: {name}\ndate: 2020-01-09\n{head}---\nText.\n");
        Publication::new().post(&format!("{name}.md"), &text)
    };
    // 1970-01-01 and 18,268 days: 2020-01-07.
    let eve = |publication: &Publication, drafts: bool| BuildOptions {
        now: day(18_268),
        drafts,
        ..publication.options()
    };
    let early = post("Gale", "");
    let report = build(&eve(&early, false)).expect("builds");
    assert_eq!((report.articles, report.diagnostics.warnings()), (1, 1));
    let shown = report.diagnostics.render(false);
    for part in [
        "posts/Gale.md:3: warning: “Gale” is dated in the future (2020-01-09), and is published now.",
        "`draft: true` holds the post back",
    ] {
        assert!(shown.contains(part), "{shown}");
    }
    // What is remembered of the file is not the day.
    assert_eq!(check(&eve(&early, false)), report.diagnostics);
    let on_the_day = BuildOptions {
        now: day(18_270),
        ..early.options()
    };
    assert_eq!(build(&on_the_day).expect("builds").diagnostics.all(), []);

    let draft = post("Gale", "draft: true\n");
    assert_eq!(check(&eve(&draft, true)).all(), []);
    let dated = Publication::new().post("2020-01-09-gale.md", "# Gale\n\nText.\n");
    let found = check(&eve(&dated, false));
    assert_eq!(found.all()[0].line, None, "{}", found.render(true));
}

#[test]
fn a_post_or_page_without_text_is_a_warning_unless_it_shows_something_else() {
    let with = |head: &str, text: &str| {
        let post = format!("---\ntitle: A\ndate: 2020-01-01\n{head}---\n{text}");
        Publication::new()
            .post("a.md", &post)
            .file("posts/x.gif", crate::publication::GIF)
    };
    for (head, text) in [
        ("", ""),
        ("", "\n\n"),
        ("", "<!-- to come -->\n"),
        ("description: To come.\n", ""),
    ] {
        with(head, text).complains(Warning, Kind::NoText, "posts/a.md", None, "has no text");
    }
    for (head, text) in [
        ("", "Text."),
        ("", "    code\n"),
        ("", "![](x.gif)\n"),
        ("image: x.gif\n", ""),
        ("editors_note: Withdrawn.\n", ""),
    ] {
        let found = with(head, text).check();
        let about_text = found.all().iter().any(|one| one.kind == Kind::NoText);
        assert!(!about_text, "{head}{text}: {}", found.render(true));
    }
    let titled = Publication::new().post("a.md", "---\ndate: 2020-01-01\n---\n# The title\n");
    titled.complains(
        Warning,
        Kind::NoText,
        "posts/a.md",
        None,
        "The post has no text",
    );
    let page = with("", "Text.").file("pages/about.md", b"# About\n");
    page.complains(
        Warning,
        Kind::NoText,
        "pages/about.md",
        None,
        "The page has no text",
    );
}

#[test]
fn a_date_that_cannot_be_read_says_which_form_is_wanted() {
    for (written, wanted) in [
        ("24/11/2026", "day: 2026-11-24."),
        (
            "5.1.2026",
            "day: 2026-01-05 or 2026-05-01, whichever is meant.",
        ),
        ("soon", "day: 2026-11-24, or"),
    ] {
        Publication::new()
            .post(
                "a.md",
                &format!("---\ntitle: A\ndate: {written}\n---\nText.\n"),
            )
            .complains(
                Error,
                Kind::BadDate,
                "posts/a.md",
                Some(3),
                &format!("`date` cannot be read: {written}.\n    Write year, month and {wanted}"),
            );
    }
}

#[test]
fn an_update_before_the_date_is_a_warning() {
    let with = |updated: &str| {
        let post =
            format!("---\ntitle: A\ndate: 2020-01-02 09:00\nupdated: {updated}\n---\nText.\n");
        Publication::new().post("a.md", &post)
    };
    with("2020-01-01").complains(Warning, Kind::BadDate, "posts/a.md", Some(4), "is before");
    for fine in ["2020-01-02", "2020-01-03"] {
        assert_eq!(with(fine).check().all(), [], "{fine}");
    }
}
