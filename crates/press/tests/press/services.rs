//! Translation services: what articles lead to, and what cannot be a service.

use lamplight_press::Kind;
use lamplight_press::Severity::{Error, Warning};

use crate::publication::{Publication, SITE};

const POST: &str = "---\ntitle: A\ndate: 2020-01-01\n---\nText.\n";

/// With lines above every table of the settings, and a table behind them.
fn with(above: &str, table: &str) -> Publication {
    let toml = format!("{above}\n{SITE}\n{table}\n");
    Publication::new().site(&toml).post("a.md", POST)
}

fn services(list: &str) -> Publication {
    with("", &format!("[translate]\nservices = {list}"))
}

const CONTROL: &str = "data-part=\"translate\"";

#[test]
fn an_article_leads_to_google_translate_unless_something_else_is_said() {
    let publication = with("", "");
    publication.built();
    let page = publication.read("a/index.html");
    let link = "<a class=\"button button-quiet translate\" href=\"https://translate.google.com/translate?sl=en&amp;u=https%3A%2F%2Fexample.org%2Fa%2F\" rel=\"noopener nofollow\" data-part=\"translate\"";
    assert!(page.contains(link), "{page}");
    assert!(!publication.read("index.html").contains(CONTROL));
}

#[test]
fn a_publication_names_its_own_services() {
    let publication = services(
        "[{ name = \"One\", url = \"https://one.example/{to}?{url}\" }, { name = \"Two\", url = \"https://two.example/?u={url}&l={to}\" }]",
    );
    publication.built();
    // One cannot do without the reader's language.
    let link = "href=\"https://two.example/?u=https%3A%2F%2Fexample.org%2Fa%2F\"";
    assert!(publication.read("a/index.html").contains(link));
    let files = publication.files();
    let loader = files
        .keys()
        .find(|path| path.starts_with("assets/translate-") && path.ends_with(".js"));
    let loader = publication.read(loader.expect("a script"));
    assert!(
        loader.contains("\"url\":\"https://one.example/{to}?{url}\""),
        "{loader}"
    );
    for text in [
        "Translate this article",
        "\"base\":\"/\"",
        "\"home\":\"https://example.org/\"",
        "\"default\":\"en\"",
    ] {
        assert!(loader.contains(text), "{text}");
    }
    assert!(
        publication
            .read("index.html")
            .contains("<meta name=\"lamplight-translate\"")
    );
}

#[test]
fn without_services_the_control_is_a_button_and_it_can_be_switched_off() {
    let publication = services("[]");
    publication.built();
    let page = publication.read("a/index.html");
    assert!(page.contains(
        "<button class=\"button button-quiet translate translate-own\" type=\"button\" data-part=\"translate\""
    ));
    assert!(!page.contains("google"));

    let publication = with("translate = false", "");
    publication.built();
    assert!(!publication.read("a/index.html").contains("translate"));
    assert!(
        !publication
            .files()
            .keys()
            .any(|path| path.contains("translat"))
    );
}

#[test]
fn what_cannot_be_a_service_is_told_with_its_line() {
    let line = 1 + 1 + SITE.lines().count() + 1 + 1;
    for (list, text) in [
        ("3", "Write a table with a list"),
        ("[{ name = \"One\" }]", "no name or no address"),
        (
            "[{ name = \"\", url = \"https://one.example/{url}\" }]",
            "has no name",
        ),
        (
            "[{ name = \"One\", url = \"http://one.example/{url}\" }]",
            "begins with https://",
        ),
        (
            "[{ name = \"One\", url = \"https://one.example/\" }]",
            "Put {url} in its place",
        ),
        (
            "[{ name = \"One\", url = \"https://one.example/{adress}{url}\" }]",
            "`{adress}`",
        ),
    ] {
        services(list).complains(Error, Kind::Config, "site.toml", Some(line), text);
    }
    services("[{ name = \"One\", url = \"https://one.example/{url}\", lang = \"en\" }]").complains(
        Warning,
        Kind::UnknownKey,
        "site.toml",
        Some(line),
        "of a translation service",
    );
    with("translate = \"yes\"", "").complains(
        Error,
        Kind::Config,
        "site.toml",
        Some(1),
        "translate = false",
    );
}

#[test]
fn the_worker_installs_the_app_without_the_translator() {
    let publication = with("", "");
    publication.built();
    let worker = publication.read("sw.js");
    let (_, list) = worker.split_once("\"files\":[").expect("a list of files");
    let page = publication.read("index.html");
    assert!(page.contains("assets/translate-"), "pages name it");
    assert!(
        list.contains("assets/app-") && !list.contains("translat"),
        "{list}"
    );
}

#[test]
fn a_language_without_texts_for_the_panel_is_told_and_not_given_anothers() {
    for (code, speaks) in [
        ("it", false),
        ("zh-TW", false),
        ("zh-Hant", false),
        ("zh-CN", true),
        ("pt-BR", true),
        ("en-GB", true),
    ] {
        let site = SITE.replace("\"en\", \"fr\", \"ar\"", &format!("\"en\", \"{code}\""));
        let publication = Publication::new()
            .site(&site)
            .file(&format!("messages/{code}.json"), b"{ \"search\": \"?\" }")
            .post("a.md", POST);
        let noted = publication
            .built()
            .diagnostics
            .all()
            .iter()
            .any(|one| one.message.contains("the panel of *Translate »*"));
        assert_eq!(noted, !speaks, "{code}");
        let files = publication.files();
        let loader = files
            .keys()
            .find(|path| path.starts_with("assets/translate-") && path.ends_with(".js"));
        let loader = publication.read(loader.expect("a script"));
        let own = loader.contains(&format!("\"{code}\":{{\"again\""));
        assert_eq!(own, speaks && !code.starts_with("en"), "{code}");
    }
}
