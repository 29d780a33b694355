//! `archive/<lang>.json`: what a reader keeps who wants a category or everything, with the sizes of its files.

use lamplight_model::{Archive, Archived, json, seal};

use crate::images::{jpeg, photograph};
use crate::publication::{GIF, Publication, SITE};

fn archive(publication: &Publication, lang: &str) -> Archive {
    let text = publication.read(&format!("archive/{lang}.json"));
    seal::check(&text).expect("is whole");
    json::read(&text).expect("an archive")
}

/// The whole size of files of the site.
fn bytes(publication: &Publication, paths: &[&str]) -> u32 {
    let files = publication.files();
    let bytes: usize = paths.iter().map(|path| files[*path].len()).sum();
    u32::try_from(bytes).expect("small")
}

fn post(title: &str, date: &str, more: &str, text: &str) -> String {
    format!("---\ntitle: {title}\ndate: {date}\n{more}---\n{text}\n")
}

/// Posts in three languages at a base, with a page of the publication's own.
fn shelf() -> Publication {
    let site = SITE.replace("example.org/", "example.org/news/");
    Publication::new()
        .site(&format!("fallback = true\n{site}"))
        .post("old.md", &post("Old", "2019-01-01", "", "Text."))
        .post(
            "new.md",
            &post("New", "2021-01-01", "categories: [sea]\n", "A longer text."),
        )
        .post(
            "new.fr.md",
            &post("Neuf", "2021-01-02", "categories: [sea]\n", "Texte."),
        )
        .post(
            "v1.2 été.md",
            &post(
                "Between",
                "2020-01-01",
                "",
                "![Map](map.gif) ![Again](map.gif)",
            ),
        )
        .file("posts/map.gif", GIF)
        .file("pages/about.md", b"---\ntitle: About\n---\nUs.\n")
}

#[test]
fn all_that_a_language_has_is_listed_newest_first_with_the_sizes_of_its_files() {
    let publication = shelf();
    publication.built();
    let english = archive(&publication, "en");
    assert_eq!((english.format, &*english.lang), (1, "en"));
    let slugs: Vec<&str> = english.articles.iter().map(|own| &*own.slug).collect();
    let between = slugs[1];
    assert_eq!(slugs, ["new", between, "old", "about"]);
    let document = publication.read("articles/new.en.json");
    assert_eq!(
        english.articles[0],
        Archived {
            slug: "new".into(),
            title: "New".into(),
            date: "2021-01-01T00:00:00Z".into(),
            digest: seal::check(&document).expect("is whole").into(),
            categories: vec!["sea".into()],
            bytes: bytes(&publication, &["articles/new.en.json", "new/index.html"]),
            images: 0,
            page: false,
        }
    );
    let paths = [
        &*format!("articles/{between}.en.json"),
        &*format!("{between}/index.html"),
    ];
    assert_eq!(english.articles[1].bytes, bytes(&publication, &paths));
    assert_eq!(english.articles[1].images as usize, GIF.len());
    let about = &english.articles[3];
    assert_eq!((about.page, &*about.date), (true, ""));
    let paths = ["articles/about.en.json", "about/index.html"];
    assert_eq!(about.bytes, bytes(&publication, &paths));
}

#[test]
fn a_language_has_an_archive_of_its_own_without_what_stands_in_for_translations() {
    let publication = shelf();
    publication.built();
    let french = archive(&publication, "fr");
    let titles: Vec<&str> = french.articles.iter().map(|own| &*own.title).collect();
    assert_eq!(titles, ["Neuf"]);
    let paths = ["articles/new.fr.json", "fr/new/index.html"];
    assert_eq!(french.articles[0].bytes, bytes(&publication, &paths));
    assert!(archive(&publication, "ar").articles.is_empty());
}

#[test]
fn of_a_picture_the_file_that_a_phone_keeps_is_counted() {
    let publication = Publication::new()
        .post(
            "a.md",
            &post("A", "2020-01-01", "image: x.jpg\n", "![x](x.jpg)"),
        )
        .file("posts/x.jpg", &jpeg(&photograph(1300, 900)));
    publication.built();
    let files = publication.files();
    let kept: Vec<&String> = files.keys().filter(|path| path.contains("-800-")).collect();
    assert_eq!(kept.len(), 1, "of 320, 480, 800 and 1300 the one for 780");
    let images = archive(&publication, "en").articles[0].images;
    assert_eq!(images as usize, files[kept[0]].len());
}

#[test]
fn an_archive_changes_when_the_size_of_a_page_does_and_no_sooner() {
    let publication = shelf();
    publication.built();
    let old = archive(&publication, "en");
    let written = || {
        let file = std::fs::metadata(publication.path("site/archive/fr.json"));
        file.and_then(|file| file.modified()).expect("has a time")
    };
    let before = written();
    std::fs::write(
        publication.path("content/posts/old.md"),
        post("Old", "2019-01-01", "", "Text, mended."),
    )
    .expect("writes");
    publication.built();
    assert_eq!(written(), before);
    let new = archive(&publication, "en");
    assert_eq!(new.articles[..2], old.articles[..2]);
    assert_ne!(new.articles[2].digest, old.articles[2].digest);
    let paths = ["articles/old.en.json", "old/index.html"];
    assert_eq!(new.articles[2].bytes, bytes(&publication, &paths));
    assert!(new.articles[2].bytes > old.articles[2].bytes);

    // The publication's title is in its pages and in no document.
    let site = publication.path("content/site.toml");
    let text = std::fs::read_to_string(&site).expect("reads");
    std::fs::write(&site, text.replace("The Wire", "The Long Wire")).expect("writes");
    publication.built();
    let newest = archive(&publication, "en");
    let paths = ["articles/new.en.json", "new/index.html"];
    assert_eq!(newest.articles[0].bytes, bytes(&publication, &paths));
    assert!(newest.articles[0].bytes > new.articles[0].bytes);
    assert_eq!(newest.articles[0].digest, new.articles[0].digest);
}
