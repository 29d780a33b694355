//! Old addresses of posts, and links that leave the site.

use std::path::Path;

use lamplight_press::Severity::Warning;
use lamplight_press::{BuildError, BuildOptions, Kind, build, external_links};

use crate::publication::Publication;

/// Two posts that were called something else.
fn renamed() -> Publication {
    Publication::new()
        .post("storm.md", "---\ntitle: \"Storm & <tide>\"\ndate: 2020-01-01\naliases:\n  - /2016/10/28/storm.html\n  - gale\n---\nText\n\n## Pier\n")
        .post("storm.fr.md", "---\ntitle: Tempête\ndate: 2020-01-01\nredirect_from: bourrasque\n---\nTexte\n\n## Pier\n")
        .post("other.md", "---\ntitle: Other\ndate: 2020-01-01\n---\n[1](/2016/10/28/storm.html) [2](/gale/#pier) [3](gale) [4](/fr/bourrasque/)\n")
        .post("other.fr.md", "---\ntitle: Autre\ndate: 2020-01-01\n---\n[1](/gale/) [2](bourrasque)\n")
}

#[test]
fn at_an_old_address_is_a_page_that_leads_to_the_new_one() {
    let publication = renamed();
    let options = BuildOptions {
        base_url: Some("https://example.org/news/".into()),
        ..publication.options()
    };
    let report = build(&options).expect("builds");
    assert_eq!(report.diagnostics.all(), []);
    insta::assert_snapshot!(publication.read("fr/bourrasque/index.html"));
    for file in ["2016/10/28/storm.html", "gale/index.html"] {
        let page = publication.read(file);
        assert!(page.contains("url=/news/storm/\""), "{page}");
        assert!(
            page.contains("<title>Storm &amp; &lt;tide&gt;</title>"),
            "{page}"
        );
    }
    assert_eq!(
        publication.read("_redirects"),
        "/news/2016/10/28/storm.html /news/storm/ 301\n\
         /news/fr/bourrasque/ /news/fr/storm/ 301\n\
         /news/gale/ /news/storm/ 301\n"
    );
    assert!(!publication.read("sitemap.xml").contains("gale"));
}

#[test]
fn a_link_to_an_old_address_leads_to_the_new_one_in_the_readers_language() {
    let publication = renamed();
    publication.built();
    let links =
        |lang: &str| publication.json(&format!("articles/other.{lang}.json"))["links"].clone();
    assert_eq!(
        links("en"),
        serde_json::json!({
            "/2016/10/28/storm.html": "storm/",
            "/fr/bourrasque/": "fr/storm/",
            "/gale/#pier": "storm/#pier",
            "gale": "storm/",
        })
    );
    assert_eq!(
        links("fr"),
        serde_json::json!({ "/gale/": "fr/storm/", "bourrasque": "fr/storm/" })
    );
}

#[test]
fn an_alias_that_is_removed_takes_its_page_with_it() {
    let publication = renamed();
    publication.built();
    let plain = "---\ntitle: B\ndate: 2020-01-01\n---\nText.\n";
    let publication = publication
        .post("storm.fr.md", plain)
        .post("other.fr.md", plain);
    publication.built();
    assert!(!publication.files().contains_key("fr/bourrasque/index.html"));
    assert!(!publication.read("_redirects").contains("bourrasque"));
}

#[test]
fn links_that_leave_the_site_are_listed_with_every_place_that_uses_them() {
    let publication = Publication::new()
        .post("a.md", "---\ntitle: A\ndate: 2020-01-01\nsource: {name: W, url: https://w.example/1}\neditors_note: See [w](https://w.example/1).\n---\n[b](/b/) <https://v.example/>\n\n![x](https://i.example/x.png)\n\n<a href=\"https://w.example/1\">w</a>, [mail](mailto:a@b.example)\n")
        .post("b.md", "---\ntitle: B\ndate: 2020-01-01\n---\n[v](https://v.example/) [own](https://example.org/a/) [twice](https://v.example/)\n");
    let root = publication.path("content");
    let place = |path: &Path| {
        let path = path.strip_prefix(&root).expect("below");
        path.display().to_string()
    };
    let found: Vec<(String, Vec<String>)> = external_links(&publication.options())
        .into_iter()
        .map(|link| {
            let uses = link.uses.iter();
            let uses = uses.map(|one| format!("{}:{}", place(&one.path), one.line));
            (link.url, uses.collect())
        })
        .collect();
    let of = |url: &str, uses: &[&str]| {
        let uses: Vec<String> = uses.iter().map(|one| (*one).to_owned()).collect();
        (url.to_owned(), uses)
    };
    assert_eq!(
        found,
        [
            of("https://i.example/x.png", &["posts/a.md:9"]),
            of("https://v.example/", &["posts/a.md:7", "posts/b.md:5"]),
            of(
                "https://w.example/1",
                &["posts/a.md:4", "posts/a.md:5", "posts/a.md:11"]
            ),
        ]
    );
}

#[test]
fn the_command_reports_to_programs_and_fails_when_it_is_told_to_be_strict() {
    let post = "---\ntitle: A\ndate: 2020-01-01\n---\n[b](b.md) [v](https://v.example/)\n";
    let publication = Publication::new().post("a.md", post);
    let check = |arguments: &[&str]| {
        let command = std::process::Command::new(env!("CARGO_BIN_EXE_press"))
            .current_dir(publication.path("content"))
            .arg("check")
            .args(arguments)
            .output();
        let output = command.expect("runs");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        (output.status.success(), text)
    };
    let (fine, json) = check(&["--external", "--format", "json"]);
    assert!(fine, "{json}");
    let report: serde_json::Value = serde_json::from_str(&json).expect("JSON and nothing else");
    assert_eq!(report["warnings"], 1);
    let warning = &report["diagnostics"][0];
    assert_eq!(
        (&warning["severity"], &warning["line"]),
        (&"warning".into(), &5.into())
    );
    assert_eq!(report["external"][0]["url"], "https://v.example/");
    assert_eq!(report["external"][0]["uses"][0]["line"], 5);
    let (fine, text) = check(&["--external", "--strict"]);
    assert!(
        !fine && text.starts_with("https://v.example/\n    "),
        "{text}"
    );
}

#[test]
fn an_address_below_the_base_is_checked_as_a_path_is() {
    let link = |destination: &str| {
        let post = format!("---\ntitle: A\ndate: 2020-01-01\n---\n[x]({destination})\n");
        let site = crate::publication::SITE.replace("example.org/", "example.org/news/");
        Publication::new().site(&site).post("a.md", &post)
    };
    let file = |publication: Publication| publication.file("media/x.pdf", b"%PDF");
    for dead in [
        "https://example.org/news/nothing/",
        "/news/nothing/",
        "https://example.org/news/page/2/",
        "/fr/sitemap.xml",
        "/category/hills/feed.xml",
        "/category/sea/library/",
    ] {
        let found = file(link(dead));
        found.complains(Warning, Kind::DeadLink, "posts/a.md", Some(5), "no post");
    }
    let missing = link("https://example.org/news/y.pdf");
    missing.complains(
        Warning,
        Kind::DeadLink,
        "posts/a.md",
        Some(5),
        "there is no such file",
    );
    for fine in [
        "https://example.org/news/a/",
        "https://example.org/news",
        "https://example.org/newsletter/",
        "https://example.org/",
        "https://example.org/news/x.pdf",
    ] {
        assert_eq!(file(link(fine)).check().all(), [], "{fine}");
    }
}

#[test]
fn feeds_lists_and_files_for_search_engines_are_the_sites_own() {
    let own = [
        ("/feed.xml", "feed.xml"),
        ("/fr/feed.xml", "fr/feed.xml"),
        ("/category/sea/feed.xml", "category/sea/feed.xml"),
        ("/category/sea/feed.json", "category/sea/feed.json"),
        ("/fr/category/sea/", "fr/category/sea/"),
        ("/category/sea/page/2/", "category/sea/page/2/"),
        ("/sitemap.xml", "sitemap.xml"),
        ("/robots.txt", "robots.txt"),
        ("/page/2/", "page/2/"),
        ("https://example.org/news/page/2/", "page/2/"),
    ];
    let links: String = own
        .iter()
        .map(|(link, _)| format!("[x]({link})\n"))
        .collect();
    let site = crate::publication::SITE.replace("example.org/", "example.org/news/");
    let mut publication = Publication::new().site(&site);
    for number in 0..21 {
        let text = if number == 0 { links.as_str() } else { "Text." };
        publication = publication.post(
            &format!("p{number}.md"),
            &format!("---\ntitle: P\ndate: 2020-01-01\ncategory: sea\n---\n{text}"),
        );
    }
    assert_eq!(publication.built().diagnostics.all(), []);
    let resolved = &publication.json("articles/p0.en.json")["links"];
    for (link, path) in own {
        assert_eq!(resolved[link], path);
        let file = path.to_owned()
            + if path.ends_with('/') {
                "index.html"
            } else {
                ""
            };
        assert!(publication.path("site").join(&file).is_file(), "{file}");
    }
    let page = publication.read("p0/index.html");
    assert!(page.contains("href=\"/news/feed.xml\">x"), "{page}");
}

#[test]
fn warnings_stop_a_strict_build() {
    let post = "---\ntitle: A\ndate: 2020-01-01\n---\n[b](b.md)\n";
    let publication = Publication::new().post("a.md", post);
    publication.built();
    let strict = BuildOptions {
        strict: true,
        ..publication.options()
    };
    let error = build(&strict).expect_err("has a warning");
    assert!(matches!(&error, BuildError::Content(found) if found.warnings() == 1));
    assert_eq!(
        error.to_string(),
        "1 warning in the content; nothing was written"
    );
}
