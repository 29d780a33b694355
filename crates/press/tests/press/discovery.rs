//! What others find the site by: Atom, the sitemap, the heads of pages. Everything is read again by
//! a parser that press does not write with, and checked against its specification.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use feed_rs::model::{Feed, FeedType};
use lamplight_press::{BuildOptions, build};
use roxmltree::{Document, Node};
use serde_json::Value;

use crate::publication::Publication;
use crate::sites::coast;

const ATOM: &str = "http://www.w3.org/2005/Atom";
const SITEMAPS: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";
const XHTML: &str = "http://www.w3.org/1999/xhtml";

/// The sample publication, built, at another address than its own.
fn sample() -> (Publication, BTreeMap<String, Vec<u8>>) {
    let publication = Publication::new();
    let options = BuildOptions {
        content: Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content"),
        base_url: Some("https://wrack.example/line/".into()),
        // It has titles in Arabic and Japanese.
        strict: true,
        ..publication.options()
    };
    build(&options).expect("the sample builds without a warning");
    let files = publication.files();
    (publication, files)
}

fn text<'a>(files: &'a BTreeMap<String, Vec<u8>>, path: &str) -> &'a str {
    std::str::from_utf8(&files[path]).expect("UTF-8")
}

fn children<'a, 'b>(node: Node<'a, 'b>, name: &'static str) -> impl Iterator<Item = Node<'a, 'b>> {
    node.children()
        .filter(move |child| child.has_tag_name((ATOM, name)))
}

/// What RFC 4287 demands of a feed (its MUSTs), then what feed-rs reads in it.
fn atom(xml: &str) -> Feed {
    let document = Document::parse(xml).expect("is XML");
    let feed = document.root_element();
    assert!(feed.has_tag_name((ATOM, "feed")));
    for node in feed.descendants().filter(Node::is_element) {
        assert_eq!(node.tag_name().namespace(), Some(ATOM), "{node:?}");
    }
    let one = |node: Node<'_, '_>, name: &'static str| {
        let found: Vec<_> = children(node, name).collect();
        assert_eq!(found.len(), 1, "one {name} in {node:?}");
        let text = found[0].text().unwrap_or_default().to_owned();
        assert!(!text.is_empty(), "{name} in {node:?}");
        text
    };
    let at_most_one = |node: Node<'_, '_>, names: &[&'static str]| {
        for name in names {
            assert!(children(node, name).count() <= 1, "{name} in {node:?}");
        }
    };
    at_most_one(feed, &["generator", "icon", "logo", "rights", "subtitle"]);
    let has_author = children(feed, "author").next().is_some();
    let mut ids = BTreeSet::new();
    for node in children(feed, "entry").chain([feed]) {
        let id = one(node, "id");
        assert!(id.contains("://"), "an IRI: {id}");
        assert!(ids.insert(id), "ids are used once");
        one(node, "title");
        let updated = one(node, "updated");
        assert_eq!(updated.as_bytes()[10], b'T', "{updated}");
        assert!(
            updated.ends_with('Z')
                || updated.as_bytes()[19] == b'+'
                || updated.as_bytes()[19] == b'-',
            "{updated}"
        );
        let mut alternates = BTreeSet::new();
        for link in children(node, "link") {
            let href = link.attribute("href").expect("href");
            assert!(href.contains("://"), "{href}");
            if link.attribute("rel") == Some("alternate") {
                assert!(
                    alternates.insert((link.attribute("type"), link.attribute("hreflang"))),
                    "one alternate of a kind"
                );
            }
        }
        for person in children(node, "author").chain(children(node, "contributor")) {
            one(person, "name");
        }
        for category in children(node, "category") {
            assert!(
                category
                    .attribute("term")
                    .is_some_and(|term| !term.is_empty())
            );
        }
    }
    for entry in children(feed, "entry") {
        at_most_one(
            entry,
            &["content", "published", "rights", "source", "summary"],
        );
        assert!(has_author || children(entry, "author").next().is_some());
        let content = children(entry, "content").next().expect("content");
        assert_eq!(content.attribute("type"), Some("html"));
        assert!(content.children().all(|child| child.is_text()), "escaped");
        absolute_addresses(content.text().unwrap_or_default());
    }
    let read = feed_rs::parser::parse(xml.as_bytes()).expect("feed-rs reads it");
    assert_eq!(read.feed_type, FeedType::Atom);
    read
}

fn absolute_addresses(html: &str) {
    for attribute in [" href=\"", " src=\""] {
        for rest in html.split(attribute).skip(1) {
            let address = rest.split('"').next().expect("a value");
            assert!(
                address.contains("://") || address.starts_with("mailto:"),
                "{address}"
            );
        }
    }
}

#[test]
fn an_atom_feed_has_the_whole_text_of_a_post_and_all_that_is_known_of_it() {
    let publication = coast();
    publication.built();
    let feed = atom(&publication.read("feed.xml"));
    assert_eq!(feed.language.as_deref(), Some("en"));
    assert_eq!(feed.title.expect("a title").content, "The Wire");
    assert_eq!(feed.id, "https://example.org/feed.xml");
    assert_eq!(
        feed.updated.expect("a date").to_rfc3339(),
        "2020-03-02T00:00:00+00:00"
    );
    let links: BTreeMap<_, _> = feed
        .links
        .iter()
        .map(|link| (link.rel.as_deref().unwrap_or_default(), link.href.as_str()))
        .collect();
    assert_eq!(links["self"], "https://example.org/feed.xml");
    assert_eq!(links["alternate"], "https://example.org/");
    let [storm, harbour] = &feed.entries[..] else {
        panic!("two posts: {:?}", feed.entries);
    };
    assert_eq!(storm.id, "https://example.org/storm/");
    assert_eq!(
        storm.title.as_ref().expect("a title").content,
        "Storm & <tide>"
    );
    assert_eq!(
        storm.published.expect("a date").to_rfc3339(),
        "2020-03-01T08:00:00+00:00"
    );
    assert_eq!(
        storm.updated.expect("a date").to_rfc3339(),
        "2020-03-02T00:00:00+00:00"
    );
    let authors: Vec<&str> = storm
        .authors
        .iter()
        .map(|author| author.name.as_deref().expect("a name"))
        .collect();
    assert_eq!(authors, ["Ann", "Ben"]);
    let terms: Vec<_> = storm
        .categories
        .iter()
        .map(|category| (category.term.as_str(), category.label.as_deref()))
        .collect();
    assert_eq!(terms, [("sea", Some("Sea")), ("tide", None)]);
    assert_eq!(
        storm.summary.as_ref().expect("a summary").content,
        "After the \"storm\"."
    );
    let html = storm
        .content
        .as_ref()
        .and_then(|content| content.body.as_deref())
        .expect("text");
    for part in [
        "<img src=\"https://example.org/media/",
        "alt=\"A map\"",
        "<a href=\"https://example.org/harbour/#quay\">the harbour</a>",
        "<a href=\"https://example.org/harbour/\">harbour</a>",
    ] {
        assert!(html.contains(part), "{part} is absent of {html}");
    }
    assert!(
        !html.contains("<h1"),
        "the title is the reader's to show: {html}"
    );
    assert!(harbour.authors.is_empty(), "and inherits the feed's");
    let french = atom(&publication.read("fr/feed.xml"));
    assert_eq!(
        french.entries[0].contributors[0].name.as_deref(),
        Some("Zoé")
    );
    let sea = atom(&publication.read("category/sea/feed.xml"));
    assert_eq!(sea.title.expect("a title").content, "Sea · The Wire");
    let empty = atom(&publication.read("ar/category/sea/feed.xml"));
    assert_eq!(empty.entries.len(), 0);
}

#[test]
fn an_atom_feed_has_the_newest_twenty_however_large_the_archive_is() {
    let publication = (1..=45).fold(Publication::new(), |publication, n| {
        let post = format!(
            "---\ntitle: Log {n}\ndate: 2019-01-01 00:{n:02}\n---\nA [part](#b) \u{1}.\n\n## B\n"
        );
        publication.post(&format!("log-{n:02}.md"), &post)
    });
    publication.built();
    let feed = atom(&publication.read("feed.xml"));
    assert_eq!(feed.entries.len(), 20);
    let first = &feed.entries[0];
    assert_eq!(first.id, "https://example.org/log-45/");
    let html = first
        .content
        .as_ref()
        .and_then(|content| content.body.as_deref());
    assert!(
        html.expect("text")
            .contains("href=\"https://example.org/log-45/#b\"")
    );
}

#[test]
fn an_entry_keeps_its_id_when_its_slug_changes() {
    let post = |front: &str| format!("---\ntitle: A\ndate: 2020-01-01\n{front}---\nText\n");
    let before = Publication::new().post("old.md", &post(""));
    before.built();
    let after = Publication::new().post("new.md", &post("aliases: [/old/, /older/]\n"));
    after.built();
    let id = |publication: &Publication| atom(&publication.read("feed.xml")).entries[0].id.clone();
    assert_eq!(id(&before), id(&after));
    let id = "\"id\":\"https://example.org/old/\"";
    assert!(before.read("feed.json").contains(id));
    assert!(after.read("feed.json").contains(id));
}

/// An address of a sitemap.
#[derive(Debug)]
struct Url {
    lastmod: Option<String>,
    alternates: BTreeMap<String, String>,
}

/// A map's addresses, after a check against the schema of sitemaps.org (names, order, namespaces,
/// limits) and Google's rules for `xhtml:link`.
fn urls(xml: &str) -> BTreeMap<String, Url> {
    assert!(xml.len() <= 50 * 1024 * 1024);
    let document = Document::parse(xml).expect("is XML");
    let root = document.root_element();
    assert!(root.has_tag_name((SITEMAPS, "urlset")), "{root:?}");
    let mut out = BTreeMap::new();
    for url in root.children().filter(Node::is_element) {
        assert!(url.has_tag_name((SITEMAPS, "url")), "{url:?}");
        let mut parts = url.children().filter(Node::is_element).peekable();
        let loc = parts
            .next()
            .filter(|part| part.has_tag_name((SITEMAPS, "loc")));
        let loc = loc
            .and_then(|loc| loc.text())
            .expect("begins with loc")
            .to_owned();
        assert!(
            loc.starts_with("https://") && loc.len() < 2048 && loc.is_ascii(),
            "{loc}"
        );
        let lastmod = parts.next_if(|part| part.has_tag_name((SITEMAPS, "lastmod")));
        let lastmod = lastmod
            .and_then(|lastmod| lastmod.text())
            .map(str::to_owned);
        assert!(
            lastmod
                .as_ref()
                .is_none_or(|date| date.as_bytes()[10] == b'T'),
            "{lastmod:?}"
        );
        let mut alternates = BTreeMap::new();
        for link in parts {
            assert!(link.has_tag_name((XHTML, "link")), "{link:?}");
            assert_eq!(link.attribute("rel"), Some("alternate"));
            let lang = link.attribute("hreflang").expect("a language").to_owned();
            let href = link.attribute("href").expect("an address").to_owned();
            assert!(
                alternates.insert(lang, href).is_none(),
                "one address a language"
            );
        }
        assert!(
            out.insert(
                loc,
                Url {
                    lastmod,
                    alternates
                }
            )
            .is_none(),
            "once"
        );
    }
    assert!(!out.is_empty() && out.len() <= 50_000);
    out
}

/// Every set of alternates holds the page itself and a fallback, and is given by all its pages.
fn reciprocal<'a>(sets: &BTreeMap<&'a str, &'a BTreeMap<String, String>>) {
    for (loc, set) in sets {
        if set.is_empty() {
            continue;
        }
        assert!(set.contains_key("x-default"), "{loc}");
        assert!(
            set.iter()
                .any(|(lang, href)| lang != "x-default" && href == loc),
            "{loc}"
        );
        for href in set.values() {
            let theirs = sets.get(href.as_str());
            assert_eq!(
                theirs,
                Some(set),
                "{loc} names {href}, which must answer alike"
            );
        }
    }
}

#[test]
fn the_sitemap_lists_what_readers_look_for_and_nothing_else() {
    let publication = coast();
    publication.built();
    let urls = urls(&publication.read("sitemap.xml"));
    let paths: Vec<&str> = urls
        .keys()
        .map(|url| url.strip_prefix("https://example.org").expect("ours"))
        .collect();
    assert_eq!(
        paths,
        [
            "/",
            "/ar/",
            "/ar/harbour/",
            "/category/sea/",
            "/fr/",
            "/fr/category/sea/",
            "/fr/storm/",
            "/harbour/",
            "/storm/"
        ],
        "a category without posts in a language is not among them"
    );
    let storm = &urls["https://example.org/storm/"];
    assert_eq!(storm.lastmod.as_deref(), Some("2020-03-02T00:00:00Z"));
    let alternates: Vec<_> = storm
        .alternates
        .iter()
        .map(|(lang, href)| (lang.as_str(), href.as_str()))
        .collect();
    assert_eq!(
        alternates,
        [
            ("en", "https://example.org/storm/"),
            ("fr", "https://example.org/fr/storm/"),
            ("x-default", "https://example.org/storm/")
        ]
    );
    assert_eq!(
        urls["https://example.org/"].lastmod.as_deref(),
        Some("2020-03-02T00:00:00Z")
    );
    assert_eq!(
        publication.read("robots.txt"),
        "User-agent: *\nAllow: /\n\nSitemap: https://example.org/sitemap.xml\n"
    );
}

/// The value of an attribute of every tag of a head that has `mark` in it.
fn tags<'a>(head: &'a str, mark: &str, attribute: &str) -> Vec<&'a str> {
    let attribute = format!(" {attribute}=\"");
    head.split('<')
        .filter(|tag| tag.contains(mark))
        .filter_map(|tag| tag.split(attribute.as_str()).nth(1)?.split('"').next())
        .collect()
}

fn meta<'a>(head: &'a str, name: &str) -> Vec<&'a str> {
    tags(head, &format!("=\"{name}\" "), "content")
}

fn structured(head: &str) -> Option<Value> {
    let (_, rest) = head.split_once("<script type=\"application/ld+json\">")?;
    let (json, _) = rest.split_once("</script>")?;
    Some(serde_json::from_str(json).expect("JSON-LD is JSON"))
}

#[test]
fn in_the_sample_every_feed_is_atom_and_heads_and_sitemap_agree_on_languages() {
    let (_publication, files) = sample();
    let home = "https://wrack.example/line/";
    let feeds: Vec<_> = files
        .keys()
        .filter(|path| path.ends_with("feed.xml"))
        .collect();
    assert_eq!(feeds.len(), 5 * (1 + 4));
    for path in feeds {
        let feed = atom(text(&files, path));
        assert_eq!(feed.id, format!("{home}{path}"));
    }
    let map = urls(text(&files, "sitemap.xml"));
    reciprocal(
        &map.iter()
            .map(|(loc, url)| (loc.as_str(), &url.alternates))
            .collect(),
    );
    let mut heads = BTreeMap::new();
    for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with(".html")) {
        let html = std::str::from_utf8(bytes).expect("UTF-8");
        let (head, _) = html.split_once("</head>").expect("a head");
        let canonical = tags(head, "rel=\"canonical\"", "href");
        let alternates: BTreeMap<String, String> = tags(head, "hreflang=", "hreflang")
            .into_iter()
            .map(str::to_owned)
            .zip(
                tags(head, "hreflang=", "href")
                    .into_iter()
                    .map(str::to_owned),
            )
            .collect();
        let [canonical] = canonical[..] else {
            assert!(
                ["404.html", "shell/index.html"].contains(&path.as_str()),
                "{path}"
            );
            assert_eq!(meta(head, "robots"), ["noindex"], "{path}");
            continue;
        };
        if head.contains("http-equiv=\"refresh\"") {
            assert_eq!(
                path, "why-lenses-have-steps/index.html",
                "one address is old"
            );
            assert!(
                map.contains_key(canonical),
                "and its new one is in the sitemap"
            );
            continue;
        }
        let own = format!(
            "{home}{}",
            path.strip_suffix("index.html").expect("a folder")
        );
        assert_eq!(canonical, own, "pages are canonical to themselves");
        for kind in ["application/atom+xml", "application/feed+json"] {
            for feed in tags(head, kind, "href") {
                let file = feed.strip_prefix("/line/").expect("below the base");
                assert!(files.contains_key(file), "{path}: {feed}");
            }
            assert!(!tags(head, kind, "href").is_empty(), "{path}: {kind}");
        }
        for name in [
            "og:type",
            "og:title",
            "og:url",
            "og:site_name",
            "og:image",
            "twitter:card",
        ] {
            assert_eq!(meta(head, name).len(), 1, "{path}: {name}");
        }
        if let Some(url) = map.get(canonical)
            && !url.alternates.is_empty()
        {
            assert_eq!(url.alternates, alternates, "{path}");
        }
        heads.insert(own, alternates);
    }
    reciprocal(&heads.iter().map(|(loc, set)| (loc.as_str(), set)).collect());
    for loc in map.keys() {
        assert!(heads.contains_key(loc), "{loc} has a page");
    }
}

#[test]
fn an_articles_structured_data_is_what_search_engines_ask_for() {
    let publication = coast();
    publication.built();
    let page = publication.read("storm/index.html");
    let data = structured(&page).expect("JSON-LD");
    let news = &data["@graph"][0];
    let image = news["image"][0].as_str().expect("an image");
    assert!(image.starts_with("https://example.org/media/"), "{image}");
    assert_eq!(meta(&page, "og:image"), [image]);
    assert_eq!(meta(&page, "og:image:alt"), ["A map"]);
    assert_eq!(meta(&page, "twitter:card"), ["summary_large_image"]);
    insta::assert_snapshot!(serde_json::to_string_pretty(&data).expect("JSON"));
    let french = structured(&publication.read("fr/storm/index.html")).expect("JSON-LD");
    let news = &french["@graph"][0];
    assert_eq!(
        news["translationOfWork"]["@id"],
        "https://example.org/storm/"
    );
    assert_eq!(news["translator"]["name"], "Zoé");
    assert_eq!(news["author"]["@type"], "Organization", "nobody signed it");
    let plain = structured(&publication.read("harbour/index.html")).expect("JSON-LD");
    assert_eq!(plain["@type"], "NewsArticle");
    assert_eq!(plain["@context"], "https://schema.org");
}

#[test]
fn only_articles_are_articles_and_only_front_pages_are_the_site() {
    let publication = coast();
    publication.built();
    for (path, kind) in [
        ("index.html", Some("WebSite")),
        ("fr/index.html", Some("WebSite")),
        ("category/sea/index.html", None),
        ("library/index.html", None),
        ("404.html", None),
    ] {
        let data = structured(&publication.read(path));
        let found = data.as_ref().and_then(|data| data["@type"].as_str());
        assert_eq!(found, kind, "{path}");
    }
    let front = publication.read("index.html");
    assert_eq!(meta(&front, "twitter:card"), ["summary"]);
    assert_eq!(
        meta(&front, "og:image"),
        ["https://example.org/icons/icon-512.png"]
    );
}

#[test]
fn a_page_of_ones_own_is_in_the_sitemap_but_no_news() {
    let publication = coast()
        .file("pages/about.md", b"---\ntitle: About\n---\nWho we are.\n")
        .file("pages/about.fr.md", b"---\ntitle: Qui\n---\nNous.\n");
    publication.built();
    let map = urls(&publication.read("sitemap.xml"));
    let about = &map["https://example.org/about/"];
    assert_eq!(about.lastmod, None, "it has no date");
    assert_eq!(about.alternates["fr"], "https://example.org/fr/about/");
    let page = publication.read("about/index.html");
    assert_eq!(structured(&page), None);
    assert_eq!(meta(&page, "og:type"), ["website"]);
    assert!(!publication.read("feed.xml").contains("Who we are"));
}

#[test]
fn an_image_that_other_sites_cannot_show_is_no_card() {
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'/>";
    let publication = Publication::new()
        .post(
            "a.md",
            "---\ntitle: A\ndate: 2020-01-01\nimage: a.svg\n---\nText\n",
        )
        .file("posts/a.svg", svg);
    publication.built();
    let page = publication.read("a/index.html");
    assert!(
        meta(&page, "og:image")
            .iter()
            .all(|image| !image.ends_with(".svg"))
    );
}

#[test]
fn pages_of_a_list_name_the_newer_and_the_older_one() {
    let publication = (1..=45).fold(Publication::new(), |publication, n| {
        let post = format!("---\ntitle: Log {n}\ndate: 2019-01-01 00:{n:02}\n---\nEntry\n");
        publication.post(&format!("log-{n:02}.md"), &post)
    });
    publication.built();
    for (path, prev, next) in [
        ("index.html", None, Some("/page/2/")),
        ("page/2/index.html", Some("/"), Some("/page/3/")),
        ("page/3/index.html", Some("/page/2/"), None),
    ] {
        let page = publication.read(path);
        let (head, _) = page.split_once("</head>").expect("a head");
        assert_eq!(
            tags(head, "rel=\"prev\"", "href"),
            Vec::from_iter(prev),
            "{path}"
        );
        assert_eq!(
            tags(head, "rel=\"next\"", "href"),
            Vec::from_iter(next),
            "{path}"
        );
    }
}
