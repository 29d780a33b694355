//! Whole sites: what is written, and what never changes or never breaks.

use lamplight_model::{ArticleDocument, Edition, Feed, seal};
use lamplight_press::{BuildError, BuildOptions, build};

use crate::publication::{GIF, Publication, files_of, warned};

/// A publication with something of everything.
pub(crate) fn coast() -> Publication {
    Publication::new()
        .file("posts/storm/index.md", b"---\ntitle: \"Storm & <tide>\"\ndate: 2020-03-01 09:00 +0100\nupdated: 2020-03-02\ndescription: After the \"storm\".\nauthors: [Ann, Ben]\ncategory: sea\ntags: [tide]\nimage: map.gif\nimage_alt: A map\ncaption: The *coast*.\nsource: {name: Wire, url: \"https://wire.example/1\"}\neditors_note: Two words, see [harbour](/harbour/).\n---\n\nSee [the harbour](../harbour.md#quay), [itself](/storm/), [sheet](sheet.pdf).\n\n![Map](map.gif)\n")
        .file("posts/storm/index.fr.md", b"---\ntitle: Temp\xc3\xaate\ndate: 2020-03-01\ncategories: [Mer]\ntranslator: Zo\xc3\xa9\n---\nVoir [le port](../harbour.md) et [la carte](map.gif).\n")
        .file("posts/storm/map.gif", GIF)
        .file("posts/storm/sheet.pdf", b"%PDF-1.4")
        .post("harbour.md", "+++\ntitle = \"Harbour\"\ndate = 2020-02-01T08:00:00Z\n+++\nQuiet.\n\n## Quay\n")
        .post("harbour.ar.md", "# الميناء\n\n---\n\nهادئ.\n".replace("# ", "---\ndate: 2020-02-01\n---\n# ").as_str())
        .post("draft.md", "---\ntitle: Draft\ndate: 2021-01-01\ndraft: true\n---\n")
}

#[test]
fn a_site_has_every_page_and_file() {
    let publication = coast();
    let report = publication.built();
    assert_eq!(
        (report.articles, report.media),
        (4, 2),
        "{:?}",
        report.diagnostics
    );
    assert!(warned(&report.diagnostics).is_empty());
    let files = publication.files();
    for path in [
        "index.html",
        "fr/index.html",
        "ar/index.html",
        "storm/index.html",
        "fr/storm/index.html",
        "harbour/index.html",
        "ar/harbour/index.html",
        "category/sea/index.html",
        "fr/category/sea/index.html",
        "library/index.html",
        "ar/settings/index.html",
        "fr/search/index.html",
        "shell/index.html",
        "404.html",
        "feed.json",
        "fr/feed.json",
        "ar/feed.json",
        "category/sea/feed.json",
        "articles/storm.en.json",
        "articles/storm.fr.json",
        "edition.json",
        "manifest.webmanifest",
        "sw.js",
        "robots.txt",
        "sitemap.xml",
        "feed.xml",
        "fr/feed.xml",
        "ar/category/sea/feed.xml",
        "icons/icon.svg",
        "icons/icon-180.png",
        "icons/icon-192.png",
        "icons/icon-512.png",
        "icons/maskable-192.png",
        "icons/maskable-512.png",
    ] {
        assert!(
            files.contains_key(path),
            "{path} is absent of {:?}",
            files.keys()
        );
    }
    assert!(!files.contains_key("draft/index.html"));
    assert_eq!(
        files.keys().filter(|path| path.ends_with(".html")).count(),
        report.pages
    );
    for (path, bytes) in &files {
        if path.ends_with(".html") {
            let html = String::from_utf8(bytes.clone()).expect("UTF-8");
            assert!(html.ends_with("</html>\n"), "{path}");
            assert!(
                !html.contains("lamplight:body") && !html.contains("lamplight:head"),
                "{path}"
            );
            assert_eq!(
                html.matches("<h1 ").count(),
                usize::from(path != "shell/index.html"),
                "{path}"
            );
        }
    }
}

#[test]
fn every_sealed_document_is_whole() {
    let publication = coast();
    publication.built();
    let mut sealed = 0;
    for (path, bytes) in publication.files() {
        if path.ends_with(".json") && !path.starts_with("assets/") {
            let text = String::from_utf8(bytes).expect("UTF-8");
            assert!(seal::check(&text).is_ok(), "{path}");
            sealed += 1;
        }
    }
    // Documents; feeds and archives by language; feeds of the category; the edition.
    assert_eq!(sealed, 4 + 3 + 3 + 3 + 1);
    let edition: Edition = serde_json::from_str(&publication.read("edition.json")).expect("reads");
    assert_eq!(
        (edition.articles, edition.when.as_str()),
        (4, "2020-03-01T09:00:00+01:00")
    );
}

#[test]
fn media_and_links_are_found_and_variants_know_each_other() {
    let publication = coast();
    publication.built();
    let text = publication.read("articles/storm.en.json");
    let storm: ArticleDocument = serde_json::from_str(&text).expect("reads");
    let map = &storm.media["map.gif"];
    assert_eq!(
        (map.width, map.height, map.bytes),
        (3, 2, u32::try_from(GIF.len()).expect("small"))
    );
    assert_eq!(map.src, format!("media/{}.gif", seal::digest(GIF)));
    assert_eq!(publication.files()[&map.src], GIF);
    assert_eq!(storm.links["../harbour.md#quay"], "harbour/#quay");
    assert_eq!(storm.links["/storm/"], "storm/");
    assert!(storm.links["sheet.pdf"].starts_with("media/"));
    assert_eq!(
        storm.links["/harbour/"], "harbour/",
        "the editor's note counts, too"
    );
    assert_eq!(storm.categories, ["sea"]);
    assert_eq!(storm.date, "2020-03-01T09:00:00+01:00");
    assert_eq!(
        (
            storm.translations[0].lang.as_str(),
            storm.translations[0].title.as_str()
        ),
        ("fr", "Tempête")
    );
    let french = publication.json("articles/storm.fr.json");
    assert_eq!(
        french["categories"][0], "sea",
        "a category is known by any of its names"
    );
    assert_eq!(
        french["links"]["../harbour.md"], "harbour/",
        "there is no French variant"
    );
    let arabic = publication.json("articles/harbour.ar.json");
    assert_eq!(arabic["title"], "الميناء");
    assert!(
        publication
            .read("ar/harbour/index.html")
            .contains("<html lang=\"ar\" dir=\"rtl\">")
    );
}

#[test]
fn two_builds_are_the_same_byte_for_byte() {
    let publication = coast();
    let first = publication.built();
    let files = publication.files();
    let second = publication.built();
    assert_eq!((first.build, first.content), (second.build, second.content));
    assert!(files == publication.files());
    let leftovers = std::fs::read_dir(publication.path("")).expect("a folder");
    let hidden = leftovers.filter(|entry| {
        entry
            .as_ref()
            .expect("an entry")
            .file_name()
            .to_string_lossy()
            .starts_with('.')
    });
    assert_eq!(hidden.count(), 0, "no stage is left behind");
}

#[test]
fn a_new_post_is_not_a_new_app_and_a_new_app_is_no_new_content() {
    let publication = coast();
    let first = publication.built();
    let publication = publication.post("more.md", "---\ntitle: More\ndate: 2020-04-01\n---\n");
    let second = publication.built();
    assert_eq!(first.build, second.build);
    assert_ne!(first.content, second.content);
    let publication = publication.app("lamplight-3.js", "export default async () => {};\n");
    let third = publication.built();
    assert_ne!(second.build, third.build);
    assert_eq!(second.content, third.content);
}

#[test]
fn a_failed_build_leaves_the_old_output_as_it_was() {
    let publication = coast();
    publication.built();
    let files = publication.files();
    let publication = publication.post("bad.md", "---\ntitle: Bad\n---\n");
    assert!(matches!(publication.build(), Err(BuildError::Content(_))));
    assert!(files == publication.files());
}

#[test]
fn a_folder_that_press_did_not_make_is_left_alone() {
    let publication = coast();
    let out = publication.path("site");
    std::fs::create_dir(&out).expect("a folder");
    publication.built();
    std::fs::remove_dir_all(&out).expect("removed");
    std::fs::create_dir(&out).expect("a folder");
    std::fs::write(out.join("thesis.txt"), "years of work").expect("a file");
    assert!(matches!(publication.build(), Err(BuildError::NotOurs(_))));
    std::fs::write(out.join("edition.json"), "{\"digest\":\"\"}").expect("a file");
    assert!(matches!(publication.build(), Err(BuildError::NotOurs(_))));
    assert_eq!(
        std::fs::read_to_string(out.join("thesis.txt")).expect("is there"),
        "years of work"
    );
}

#[test]
fn every_page_names_the_programs_scripts_which_name_files_that_are_there() {
    let publication = coast();
    publication.built();
    let files = publication.files();
    let page = publication.read("storm/index.html");
    for (program, count) in [("renderer", 2), ("finder", 3)] {
        let (_, rest) = page
            .split_once(&format!("<meta name=\"lamplight-{program}\" content=\"/"))
            .expect("a program");
        let path = rest.split('"').next().expect("an address");
        let script = String::from_utf8(files[path].clone()).expect("UTF-8");
        let named: Vec<&str> = script
            .split('"')
            .filter_map(|part| part.strip_prefix("./"))
            .collect();
        assert_eq!(named.len(), count, "{script}");
        for name in named {
            assert!(files.contains_key(&format!("assets/{name}")), "{name}");
        }
    }
}

#[test]
fn feeds_have_what_json_feed_requires_and_pages_of_twenty() {
    let publication = (1..=45).fold(coast(), |publication, n| {
        let post = format!("---\ntitle: Log {n}\ndate: 2019-01-01 00:{n:02}\n---\nEntry\n");
        publication.post(&format!("log-{n:02}.md"), &post)
    });
    publication.built();
    let mut path = "feed.json".to_owned();
    let mut titles = Vec::new();
    let mut sizes = Vec::new();
    loop {
        let text = publication.read(&path);
        let feed: Feed = serde_json::from_str(&text).expect("reads");
        assert_eq!(feed.version, "https://jsonfeed.org/version/1.1");
        assert_eq!(feed.title, "The Wire");
        assert_eq!(feed.feed_url, format!("https://example.org/{path}"));
        assert_eq!(feed._lamplight.pages, 3);
        sizes.push(feed.items.len());
        for item in &feed.items {
            assert!(!item.id.is_empty() && item.id == item.url && !item.content_text.is_empty());
            let document = publication.read(&format!("articles/{}.en.json", item._lamplight.slug));
            assert_eq!(seal::check(&document), Ok(item._lamplight.digest.as_str()));
            titles.push(item.title.clone());
        }
        match feed.next_url {
            Some(next) => {
                path = next
                    .strip_prefix("https://example.org/")
                    .expect("ours")
                    .to_owned()
            }
            None => break,
        }
    }
    assert_eq!(sizes, [20, 20, 7]);
    assert_eq!(&titles[..3], ["Storm & <tide>", "Harbour", "Log 45"]);
    let category: Feed =
        serde_json::from_str(&publication.read("fr/category/sea/feed.json")).expect("reads");
    assert_eq!(
        (
            category.title.as_str(),
            category._lamplight.category.as_deref()
        ),
        ("Mer · The Wire", Some("sea"))
    );
    let second = publication.read("page/2/index.html");
    assert!(
        second.contains("<a rel=\"prev\" href=\"/\">")
            && second.contains("<a rel=\"next\" href=\"/page/3/\">")
    );
    assert!(second.contains("<h1 class=\"listing-title\" tabindex=\"-1\">Latest · Page 2</h1>"));
}

#[test]
fn below_a_path_every_address_begins_with_it() {
    let publication = coast();
    let options = BuildOptions {
        base_url: Some("https://example.org/sub".into()),
        ..publication.options()
    };
    build(&options).expect("builds");
    for page in [
        "index.html",
        "storm/index.html",
        "ar/library/index.html",
        "404.html",
    ] {
        let html = publication.read(page);
        for attribute in ["href=\"", "src=\""] {
            for rest in html.split(attribute).skip(1) {
                let address = rest.split('"').next().expect("a value");
                let fine = [
                    "/sub/",
                    "https://example.org/sub/",
                    "https://wire.example/",
                    // The service gets the whole address of the page.
                    "https://translate.google.com/translate?sl=",
                    "#",
                ];
                assert!(
                    fine.iter().any(|start| address.starts_with(start)),
                    "{page}: {address}"
                );
            }
        }
    }
    let manifest = publication.json("manifest.webmanifest");
    assert_eq!(
        (&manifest["start_url"], &manifest["scope"]),
        (&"/sub/".into(), &"/sub/".into())
    );
    let icons = manifest["icons"].as_array().expect("a list");
    for icon in icons {
        let path = icon["src"]
            .as_str()
            .expect("a text")
            .strip_prefix("/sub/")
            .expect("below the base");
        assert!(publication.files().contains_key(path), "{path}");
    }
    assert_eq!(
        icons
            .iter()
            .filter(|icon| icon["purpose"] == "maskable")
            .count(),
        2
    );
}

#[test]
fn drafts_are_published_only_when_asked_for() {
    let publication = coast();
    let options = BuildOptions {
        drafts: true,
        ..publication.options()
    };
    assert_eq!(build(&options).expect("builds").articles, 5);
}

#[test]
fn a_slug_in_one_variant_is_that_of_all() {
    let publication = Publication::new()
        .post(
            "2020-01-01-long-name.md",
            "---\ntitle: A\nslug: short\n---\n",
        )
        .post("2020-01-01-long-name.fr.md", "---\ntitle: B\n---\n");
    publication.built();
    assert_eq!(
        publication.json("articles/short.fr.json")["translations"][0]["lang"],
        "en"
    );
}

#[test]
fn development_writes_beside_trunks_files_and_no_pages() {
    let publication = coast();
    let options = BuildOptions {
        dev: true,
        app: publication.path("dist").into(),
        out: publication.path("dist"),
        ..publication.options()
    };
    let report = build(&options).expect("builds");
    assert_eq!((report.pages, report.build.as_str()), (0, "dev"));
    let files = files_of(&publication.path("dist"));
    for path in [
        "feed.json",
        "articles/storm.en.json",
        "edition.json",
        "manifest.webmanifest",
        "icons/icon-192.png",
    ] {
        assert!(files.contains_key(path), "{path}");
    }
    assert!(!files.contains_key("sw.js"));
    assert_eq!(
        files.keys().filter(|path| path.ends_with(".html")).count(),
        1
    );
    let index = String::from_utf8(files["index.html"].clone()).expect("UTF-8");
    assert!(index.contains("<meta name=\"lamplight-build\" content=\"dev\">"));
    assert!(index.contains("id=\"lamplight-site\">{\"format\":1,\"base\":\"/\""));
    assert!(!index.contains("Content-Security-Policy"));
}

/// What differs from build to build of the app.
fn without_digests(html: &str) -> String {
    let mut out = String::new();
    let mut run = String::new();
    for c in html.chars().chain(['\n']) {
        if c.is_ascii_hexdigit() && !c.is_ascii_uppercase() {
            run.push(c);
            continue;
        }
        out.push_str(if run.len() == seal::LENGTH {
            "DIGEST"
        } else {
            &run
        });
        run.clear();
        out.push(c);
    }
    out
}

#[test]
fn the_page_of_an_article_is_as_the_contract_says() {
    let publication = coast();
    publication.built();
    let html = publication.read("storm/index.html");
    let article = html.find("<article").expect("an article");
    let end = html.find("</article>").expect("its end");
    // The article itself is tested where it is made.
    let frame = format!(
        "{}ARTICLE{}",
        &html[..article],
        &html[end + "</article>".len()..]
    );
    insta::assert_snapshot!(without_digests(&frame));
}

#[test]
fn the_page_of_a_list_is_as_the_contract_says() {
    let publication = coast();
    publication.built();
    let html = publication.read("fr/category/sea/index.html");
    let body = html.find("<div id=\"app\">").expect("a body");
    insta::assert_snapshot!(without_digests(&html[body..]));
}

#[test]
fn a_list_shows_the_first_sentences_of_a_post_without_its_lists() {
    let publication = Publication::new()
        .post("a.md", "---\ntitle: A\ndate: 2020-01-01\n---\nThe ferry runs again, and so does [the train][1].\n\n* ferry\n* train\n\n[1]: https://train.example/\n")
        .post("b.md", "---\ntitle: B\ndate: 2020-01-01\n---\nToday:\n\n* ferry\n* train\n");
    publication.built();
    let description =
        |slug: &str| publication.json(&format!("articles/{slug}.en.json"))["description"].clone();
    assert_eq!(
        description("a"),
        "The ferry runs again, and so does the train."
    );
    assert_eq!(description("b"), "Today: ferry train");
}

#[test]
fn the_icon_of_the_publication_comes_before_that_of_the_app() {
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'><rect width='8' height='8'/></svg>";
    let publication = coast().app(
        "public/icon.svg",
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'/>",
    );
    publication.built();
    assert!(publication.read("icons/icon.svg").contains("0 0 9 9"));
    let publication = publication.file("icon.svg", svg);
    publication.built();
    assert!(publication.files()["icons/icon.svg"] == svg);
    for (name, size) in [("icon-192", 192_u32), ("maskable-512", 512)] {
        let png = &publication.files()[&format!("icons/{name}.png")];
        assert_eq!(&png[16..20], size.to_be_bytes(), "{name}");
    }
    let publication = publication.file("icon.svg", b"no svg");
    assert!(matches!(publication.build(), Err(BuildError::Icon(_))));
}
