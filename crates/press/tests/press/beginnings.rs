//! `press new`: what a publisher begins with.

use std::fs;
use std::path::Path;

use lamplight_press::scaffold::{NotBegun, post, site, write};
use lamplight_press::{App, BuildOptions, Kind, Report, build};
use tempfile::TempDir;

use crate::publication::{Publication, files_of, warned};

const DATE: &str = "2026-01-31";

fn begun(languages: &[&str]) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let languages: Vec<String> = languages.iter().map(|code| (*code).to_owned()).collect();
    let files = site("Ann's \"Wire\"", &languages, DATE).expect("begins");
    write(folder.path(), &files).expect("is written");
    folder
}

fn built(content: &Path, out: &Path) -> Report {
    let app = Publication::new();
    build(&BuildOptions {
        content: content.to_owned(),
        app: App::Folder(app.path("dist")),
        out: out.to_owned(),
        base_url: Some("https://example.org/".into()),
        ..BuildOptions::default()
    })
    .expect("builds")
}

#[test]
fn a_new_publication_builds_without_a_warning_in_any_languages() {
    for (languages, articles, pages) in [
        (&[][..], 2, 1),
        (&["en", "fr"], 3, 2),
        (&["fr", "en"], 3, 2),
        (&["ar", "ja", "en", "fr"], 5, 4),
        (&["pt-BR"], 2, 1),
        (&["de", "fr"], 3, 2),
        (&["fr"], 1, 1),
    ] {
        let folder = begun(languages);
        let out = folder.path().join("site");
        let report = built(folder.path(), &out);
        let found = warned(&report.diagnostics);
        assert!(found.is_empty(), "{languages:?}: {found:?}");
        assert_eq!(report.articles, articles, "{languages:?}");
        let files = files_of(&out);
        let abouts = files
            .keys()
            .filter(|path| path.ends_with("about/index.html"));
        assert_eq!(abouts.count(), pages, "{languages:?}");
        assert!(
            files.keys().any(|path| path.starts_with("media/")),
            "there is a picture"
        );
        let front = String::from_utf8(files["index.html"].clone()).expect("UTF-8");
        assert!(
            front.contains("Ann&#39;s") || front.contains("Ann's"),
            "{front}"
        );
    }
}

#[test]
fn the_lines_about_contact_hold_when_they_are_no_comments_any_more() {
    let folder = begun(&["en", "fr"]);
    let settings = folder.path().join("site.toml");
    let text = fs::read_to_string(&settings).expect("is there");
    let (before, block) = text.split_once("# [contact]\n").expect("the lines");
    let (block, after) = block.split_once("\n\n").expect("their end");
    let block = block.replace("# ", "");
    fs::write(&settings, format!("{before}[contact]\n{block}\n\n{after}")).expect("is written");
    let out = folder.path().join("site");
    let report = built(folder.path(), &out);
    assert!(warned(&report.diagnostics).is_empty());
    let page = fs::read_to_string(out.join("fr/contact/index.html")).expect("a page");
    assert!(
        page.contains("<td><span>9:00–12:30</span>, <span>13:30–17:00</span></td>"),
        "{page}"
    );
}

#[cfg(unix)]
#[test]
fn the_next_step_is_press_if_a_shell_finds_this_one_by_that_name_and_else_its_path() {
    use std::os::unix::process::CommandExt;
    use std::process::Command;

    let program = Path::new(env!("CARGO_BIN_EXE_press"));
    let folder = TempDir::new().expect("a folder");
    let told = |site: &str, path: &Path| {
        let output = Command::new(program)
            .arg0("./press")
            .args(["new", "site", site])
            .current_dir(folder.path())
            .env("PATH", path)
            .output()
            .expect("runs");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let absent = told("one", &folder.path().join("nothing"));
    assert!(absent.ends_with("\n  ./press serve one\n"), "{absent}");

    let bin = folder.path().join("bin");
    fs::create_dir(&bin).expect("a folder");
    fs::write(bin.join("press"), "another program").expect("a file");
    let other = told("two", &bin);
    assert!(other.ends_with("\n  ./press serve two\n"), "{other}");

    fs::remove_file(bin.join("press")).expect("goes");
    std::os::unix::fs::symlink(program, bin.join("press")).expect("a link");
    let found = told("three", &bin);
    assert!(found.ends_with("\n  cd three\n  press serve\n"), "{found}");
}

#[test]
fn the_translations_of_the_first_post_lead_to_one_another() {
    let folder = begun(&["fr", "en"]);
    let out = folder.path().join("site");
    built(folder.path(), &out);
    let page = fs::read_to_string(out.join("welcome/index.html")).expect("a page");
    assert!(
        page.contains("lang=\"fr\"") && page.contains("<a href=\"/en/welcome/\""),
        "{page}"
    );
}

#[test]
fn what_is_there_is_never_overwritten_and_then_nothing_is_written() {
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("icon.svg"), "mine").expect("a file");
    let files = site("A", &[], DATE).expect("begins");
    let refused = write(folder.path(), &files).expect_err("is refused");
    assert!(matches!(&refused, NotBegun::Exists(path) if path.ends_with("icon.svg")));
    assert!(refused.to_string().contains("nothing was written"));
    assert_eq!(files_of(folder.path()).len(), 1);
}

#[test]
fn a_new_post_has_its_place_by_language_and_builds() {
    let folder = begun(&["en", "fr"]);
    let first = post(folder.path(), "Tea: \"hot\"", None, None, DATE).expect("begins");
    assert!(first.path.ends_with("posts/tea-hot.md"), "{first:?}");
    let second = post(folder.path(), "Thé", Some("FR"), Some("tea-hot"), DATE).expect("begins");
    assert!(second.path.ends_with("posts/tea-hot.fr.md"), "{second:?}");
    write(Path::new(""), &[first.clone(), second]).expect("is written");
    assert!(matches!(
        write(Path::new(""), &[first]),
        Err(NotBegun::Exists(_))
    ));
    let out = folder.path().join("site");
    let report = built(folder.path(), &out);
    let about: Vec<Kind> = warned(&report.diagnostics)
        .iter()
        .map(|one| one.kind)
        .collect();
    assert_eq!(about, [Kind::NoText; 2], "what is to be done next");
    let page = fs::read_to_string(out.join("fr/tea-hot/index.html")).expect("a page");
    assert!(page.contains(">Thé</h1>"), "{page}");
    let document = fs::read_to_string(out.join("articles/tea-hot.fr.json")).expect("a document");
    assert!(document.contains(r#""title":"Tea: \"hot\"""#), "{document}");
}

#[test]
fn what_cannot_be_begun_says_why() {
    let folder = begun(&["en", "fr"]);
    for (title, lang, slug, text) in [
        ("A", Some("ja"), None, "only en, fr"),
        ("???", None, None, "--slug"),
        ("A", None, Some("a/b"), "letters, digits and hyphens"),
        ("Library", None, None, "--slug"),
    ] {
        let refused = post(folder.path(), title, lang, slug, DATE).expect_err("is refused");
        assert!(refused.to_string().contains(text), "{refused}");
    }
    let nowhere = TempDir::new().expect("a folder");
    let refused = post(nowhere.path(), "A", None, None, DATE).expect_err("is refused");
    assert!(refused.to_string().contains("press new site"), "{refused}");
    let refused = site("A", &["x y".into()], DATE).expect_err("is refused");
    assert!(refused.to_string().contains("BCP 47"), "{refused}");
}
