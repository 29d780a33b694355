//! Pages of the publication's own: where they are, and that they are in no list.

use lamplight_model::{ArticleDocument, Edition, Feed, Site};
use lamplight_press::{Kind, Severity::Error, Severity::Warning};

use crate::publication::{GIF, Publication, SITE};

/// Two pages, one of them in two languages, and a post.
fn coast() -> Publication {
    Publication::new()
        .post("storm.md", "---\ntitle: Storm\ndate: 2020-03-01\n---\nBy [us](../pages/about.md), see [who](/about/#who) and [how](imprint).\n")
        .file("pages/about.md", b"---\ntitle: About & more\ndescription: Who we are.\n---\nWe wrote [the storm](/storm/).\n\n## Who\n")
        .file("pages/about.fr.md", b"---\ntitle: Qui nous sommes\n---\nNous.\n")
        .file("pages/imprint/index.md", b"---\ntitle: Imprint of the whole Wire\nmenu: Imprint\norder: -1\nupdated: 2020-01-02\nimage: map.gif\n---\nUs.\n")
        .file("pages/imprint/map.gif", GIF)
        .file("pages/thanks.md", b"---\ntitle: Thank you\nmenu: false\n---\nReceived.\n")
}

fn feed(publication: &Publication, path: &str) -> Feed {
    serde_json::from_str(&publication.read(path)).expect("a feed")
}

fn site(publication: &Publication) -> Site {
    let html = publication.read("index.html");
    let (_, rest) = html.split_once("id=\"lamplight-site\">").expect("is there");
    serde_json::from_str(rest.split("</script>").next().expect("closed")).expect("reads")
}

#[test]
fn a_page_is_at_its_slug_in_every_language_and_in_no_list() {
    let publication = coast();
    let report = publication.built();
    assert_eq!(report.diagnostics.all(), []);
    assert_eq!(report.articles, 1);
    let edition: Edition = serde_json::from_str(&publication.read("edition.json")).expect("reads");
    assert_eq!(edition.articles, 1);
    assert_eq!(edition.when, "2020-03-01T00:00:00Z");

    let english = publication.read("about/index.html");
    let french = publication.read("fr/about/index.html");
    assert!(english.contains("<h1 class=\"article-title\" tabindex=\"-1\">About &amp; more</h1>"));
    assert!(english.contains("<a href=\"/fr/about/\" lang=\"fr\" hreflang=\"fr\" dir=\"ltr\">"));
    assert!(english.contains("hreflang=\"fr\" href=\"https://example.org/fr/about/\""));
    assert!(french.contains("<html lang=\"fr\" dir=\"ltr\">"));
    for absent in [
        "article-kicker",
        "<time datetime=\"\"",
        "article-meta",
        "application/ld+json",
        "og:type\" content=\"article",
    ] {
        assert!(!english.contains(absent), "{absent}");
    }
    let imprint = publication.read("imprint/index.html");
    assert!(
        imprint.contains("<time datetime=\"2020-01-02"),
        "what its author wrote is shown"
    );
    assert!(imprint.contains("og:image"));

    let lists = ["index.html", "fr/index.html"].map(|path| publication.read(path));
    for list in &lists {
        assert!(
            !list.contains("class=\"card\" data-slug=\"about\""),
            "{list}"
        );
    }
    assert!(
        !publication
            .read("storm/index.html")
            .contains("class=\"recent-item\"")
    );
    let listed = feed(&publication, "feed.json").items.len()
        + feed(&publication, "fr/feed.json").items.len();
    assert_eq!(listed, 1);
}

#[test]
fn posts_and_pages_link_to_each_other() {
    let publication = coast();
    publication.built();
    let read = |path: &str| -> ArticleDocument {
        serde_json::from_str(&publication.read(path)).expect("reads")
    };
    let storm = read("articles/storm.en.json");
    assert_eq!(storm.links["../pages/about.md"], "about/");
    assert_eq!(storm.links["/about/#who"], "about/#who");
    assert_eq!(storm.links["imprint"], "imprint/");
    let about = read("articles/about.en.json");
    assert_eq!(about.links["/storm/"], "storm/");
    assert!(about.page && about.date.is_empty() && !storm.page);
}

#[test]
fn every_page_ends_with_links_to_the_pages_of_its_language() {
    let publication = coast();
    publication.built();
    let english = "<ul class=\"colophon-pages\">\n<li><a href=\"/imprint/\">Imprint</a>\n</li>\n<li><a href=\"/about/\">About &amp; more</a>\n</li>\n</ul>\n";
    for path in [
        "index.html",
        "storm/index.html",
        "404.html",
        "library/index.html",
        "thanks/index.html",
    ] {
        assert!(publication.read(path).contains(english), "{path}");
    }
    let own = publication.read("about/index.html");
    assert!(own.contains("<a href=\"/about/\" aria-current=\"page\">"));
    let french = publication.read("fr/index.html");
    assert!(french.contains("<li><a href=\"/fr/about/\">Qui nous sommes</a>"));
    assert!(
        !french.contains("imprint/\""),
        "no page in French, no link to it"
    );
    assert!(!publication.read("ar/index.html").contains("colophon-pages"));
}

#[test]
fn a_pages_text_is_content_and_its_title_is_part_of_the_app() {
    let publication = coast();
    let first = publication.built();
    let digest =
        |publication: &Publication| feed(publication, "feed.json")._lamplight.own["about"].clone();
    let old = digest(&publication);
    assert_eq!(
        feed(&publication, "feed.json")._lamplight.own.len(),
        3,
        "hidden ones are kept, too"
    );

    let publication = publication.file(
        "pages/about.md",
        b"---\ntitle: About & more\n---\nOther words.\n",
    );
    let second = publication.built();
    assert_eq!(first.build, second.build);
    assert_ne!(first.content, second.content);
    assert_ne!(
        old,
        digest(&publication),
        "the feed tells devices that the page changed"
    );

    let publication = publication.file(
        "pages/about.md",
        b"---\ntitle: About us\n---\nOther words.\n",
    );
    assert_ne!(second.build, publication.built().build);
    assert_eq!(
        site(&publication).page_title("about", "en"),
        Some("About us")
    );
}

#[test]
fn a_page_and_a_post_cannot_share_a_slug() {
    let publication = coast().file("pages/storm.fr.md", b"---\ntitle: Storm\n---\nText.\n");
    publication.complains(
        Error,
        Kind::Duplicate,
        "pages/storm.fr.md",
        None,
        "posts/storm.md",
    );
    let publication = coast().file("pages/library.md", b"---\ntitle: Books\n---\nText.\n");
    publication.complains(
        Error,
        Kind::BadSlug,
        "pages/library.md",
        None,
        "the site's own",
    );
}

#[test]
fn what_means_nothing_on_a_page_is_told_with_its_line() {
    let page = |front: &str| {
        let text = format!("---\ntitle: A\n{front}\n---\nText.\n");
        coast().file("pages/a.md", text.as_bytes())
    };
    page("category: sea").complains(Warning, Kind::PageKey, "pages/a.md", Some(3), "in no list");
    page("order: first").complains(
        Error,
        Kind::WrongType,
        "pages/a.md",
        Some(3),
        "whole number",
    );
    page("menu: [a]").complains(
        Error,
        Kind::WrongType,
        "pages/a.md",
        Some(3),
        "the words that lead to it",
    );
    page("date: soon").complains(
        Error,
        Kind::BadDate,
        "pages/a.md",
        Some(3),
        "`date` cannot be read: soon",
    );
    let untitled = coast().file("pages/a.md", b"Words.\n");
    untitled.complains(
        Error,
        Kind::NoTitle,
        "pages/a.md",
        Some(1),
        "The page has no title",
    );
}

#[test]
fn the_folder_of_pages_is_optional_unless_it_is_named_and_can_be_among_the_posts() {
    let post = "---\ntitle: A\ndate: 2020-01-01\n---\nText.\n";
    let named = |toml: &str| {
        Publication::new()
            .site(&format!("{toml}\n{SITE}"))
            .post("a.md", post)
    };
    assert_eq!(named("").check().all(), []);
    named("pages = \"own\"").complains(Error, Kind::Unreadable, "own", None, "no such folder");
    named("pages = \"./posts\"").complains(
        Error,
        Kind::Config,
        "site.toml",
        Some(1),
        "folder of the posts",
    );

    let publication =
        named("posts = \".\"").file("pages/about.md", b"---\ntitle: About\n---\nText.\n");
    assert_eq!(publication.built().articles, 1);
    assert!(publication.files().contains_key("about/index.html"));
    // An archive whose posts are in a folder of that name has no pages.
    let publication = Publication::new()
        .site(&format!("posts = \"pages\"\n{SITE}"))
        .file("pages/a.md", post.as_bytes());
    assert_eq!(publication.built().articles, 1);
}
