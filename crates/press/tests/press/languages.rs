//! The interface's texts: those that come with Lamplight, and a publisher's own.

use lamplight_press::{Kind, Severity};

use crate::publication::{Publication, SITE, warned};

fn site(languages: &str) -> Publication {
    let settings = SITE
        .replace("\"en\", \"fr\", \"ar\"", languages)
        .replace(", fr = \"Mer\"", "");
    let post = "---\ntitle: A\ndate: 2026-05-01\ncategory: sea\n---\nText.\n";
    let variant =
        |publication: Publication, lang: &str| publication.post(&format!("a.{lang}.md"), post);
    let codes = languages
        .split(", ")
        .skip(1)
        .map(|code| code.trim_matches('"'));
    codes.fold(
        Publication::new().site(&settings).post("a.md", post),
        variant,
    )
}

#[test]
fn dates_and_counts_are_as_each_language_writes_them() {
    let publication =
        site("\"en\", \"ar\", \"de\", \"es\", \"fa\", \"ja\", \"pt\", \"ru\", \"zh-Hans\"");
    assert_eq!(publication.built().diagnostics.warnings(), 0);
    for (lang, date) in [
        ("ar", "١ مايو ٢٠٢٦</time> · دقيقة واحدة"),
        ("de", "1. Mai 2026</time> · 1 Min."),
        ("es", "1 de mayo de 2026</time> · 1 min"),
        ("fa", "۱۱ اردیبهشت ۱۴۰۵</time> · ۱ دقیقه"),
        ("ja", "2026年5月1日</time> · 約1分"),
        ("pt", "1 de maio de 2026</time> · 1 min"),
        ("ru", "1 мая 2026 г.</time> · 1 мин"),
        ("zh-hans", "2026年5月1日</time> · 约1分钟"),
    ] {
        let article = publication.read(&format!("{lang}/a/index.html"));
        assert!(article.contains(date), "{lang}: {article}");
        assert!(
            publication
                .read(&format!("{lang}/index.html"))
                .contains(date),
            "{lang}"
        );
    }
}

#[test]
fn a_publishers_texts_stand_over_those_of_lamplight() {
    let publication = site("\"en\", \"pt-BR\", \"ar\"")
        .file(
            "messages/pt.json",
            br#"{"search": "Procurar", "close": "Fechar!"}"#,
        )
        .file("messages/pt-BR.json", br#"{"search": "Buscar aqui"}"#)
        .file("messages/en.json", br#"{"search": "Look for"}"#)
        .file("messages/ar.json", br#"{"digits": "latn 0"}"#);
    assert_eq!(publication.built().diagnostics.all(), []);
    assert!(
        publication
            .read("pt-br/index.html")
            .contains(">Buscar aqui</button>")
    );
    assert!(
        publication
            .read("index.html")
            .contains(">Look for</button>")
    );
    assert!(publication.read("ar/index.html").contains("1 مايو 2026"));
    // Each is a file of the site, English too, once it is another than the app's.
    let files = publication.files();
    let of = |lang: &str| {
        let mut names = files
            .keys()
            .filter(|path| path.starts_with(&format!("assets/messages-{lang}-")));
        names.next().map(|path| publication.read(path))
    };
    let portuguese = of("pt-br").expect("a file");
    assert!(portuguese.contains("\"Buscar aqui\"") && portuguese.contains("\"Fechar!\""));
    assert!(of("en").expect("a file").contains("\"Look for\""));
}

#[test]
fn texts_that_are_missing_are_english_and_said() {
    let publication = site("\"en\", \"it\"").file("messages/it.json", br#"{"search": "Cerca"}"#);
    let found = publication.check();
    let [one] = warned(&found)[..] else {
        panic!("expected one warning, found:\n{}", found.render(true));
    };
    let text = "missing in `it`, and readers see them in English: about_app, absent_offline";
    assert!(one.to_string().contains(text), "{one}");
    assert_eq!(
        (one.severity, one.kind),
        (Severity::Warning, Kind::InterfaceText)
    );
    assert_eq!(one.path, publication.path("content/messages/it.json"));
    publication.built();
    let page = publication.read("it/index.html");
    assert!(page.contains(">Cerca</button>") && page.contains("Works offline"));
}

#[test]
fn a_wrong_text_is_told_with_its_file_and_line() {
    let with = |text: &str| site("\"en\", \"de\"").file("messages/de.json", text.as_bytes());
    let (error, warning, kind) = (Severity::Error, Severity::Warning, Kind::InterfaceText);
    let file = "messages/de.json";
    with("{\n  \"serch\": \"X\"\n}").complains(
        warning,
        kind,
        file,
        Some(2),
        "Did you mean `search`?",
    );
    with("{\n\n  \"page_n\": \"Seite\"\n}").complains(
        error,
        kind,
        file,
        Some(3),
        "`page_n` lacks {n}.",
    );
    with("{\n  \"new_posts\": {\"other\": \"{n} neu\"}\n}").complains(
        warning,
        kind,
        file,
        Some(2),
        "`new_posts` lacks the forms one.",
    );
    with("{\n  \"close\": \"X\",\n}").complains(error, kind, file, Some(3), "cannot be read");
    let foreign = site("\"en\"").file("messages/de.json", b"{}");
    foreign.complains(warning, kind, file, None, "no language `de`");
}

#[test]
fn another_text_of_the_interface_makes_its_pages_anew() {
    let publication = site("\"en\", \"fr\"");
    publication.built();
    let publication = publication.file("messages/fr.json", r#"{"search": "Chercher"}"#.as_bytes());
    publication.built();
    assert!(
        publication
            .read("fr/a/index.html")
            .contains(">Chercher</button>")
    );
}
