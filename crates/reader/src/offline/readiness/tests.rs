//! Tests of the check before the flight, against a device that is a map.

use lamplight_model::{ArticleDocument, Language};
use proptest::prelude::*;

use super::*;

/// What a device has, by path.
type Device = BTreeMap<String, String>;

fn site() -> Site {
    let language = |code: &str| Language {
        code: code.into(),
        ..Language::default()
    };
    Site {
        base: "/n/".into(),
        languages: vec![language("en"), language("fr")],
        ..Site::default()
    }
}

fn picture(name: &str) -> Media {
    Media {
        src: format!("media/{}.jpg", seal::digest(name.as_bytes())),
        ..Media::default()
    }
}

/// A sealed article that shows the pictures of these names.
fn article(slug: &str, text: &str, pictures: &[&str]) -> String {
    let media = pictures
        .iter()
        .map(|name| ((*name).to_owned(), picture(name)));
    seal::seal(&ArticleDocument {
        format: 1,
        slug: slug.into(),
        lang: "en".into(),
        title: slug.to_uppercase(),
        markdown: text.into(),
        media: media.collect(),
        ..ArticleDocument::default()
    })
    .expect("seals")
}

fn wanted(slug: &str) -> Expected {
    Expected {
        slug: slug.into(),
        lang: "en".into(),
        extent: Extent {
            images: true,
            translations: false,
        },
        ..Expected::default()
    }
}

fn put(device: &mut Device, slug: &str, pictures: &[&str]) {
    let text = article(slug, "Text.", pictures);
    device.insert(format!("/n/articles/{slug}.en.json"), text);
    for name in pictures {
        device.insert(format!("/n/{}", picture(name).src), (*name).to_owned());
    }
}

/// A file of the app that nothing ever happens to.
fn boot() -> File {
    File {
        url: "/n/boot.js".into(),
        digest: seal::digest(b"boot"),
    }
}

/// What a shell finds under a path.
fn open(device: &Device, url: &str) -> Found {
    if url == boot().url {
        let digest = boot().digest;
        return Found::File { digest };
    }
    let Some(text) = device.get(url) else {
        return Found::Nothing;
    };
    let digest = |text: &str| seal::digest(text.as_bytes());
    if url.ends_with(".json") {
        let rest = text.get("{\"digest\":\"\"".len() + seal::LENGTH..);
        Found::Text {
            text: text.clone(),
            digest: digest(rest.unwrap_or_default()),
        }
    } else {
        Found::File {
            digest: digest(text),
        }
    }
}

fn run(inspection: &mut Inspection, device: &Device, most: usize) {
    loop {
        let urls = inspection.next(most);
        if urls.is_empty() {
            return;
        }
        assert!(urls.len() <= most);
        for url in urls {
            inspection.found(&url, &open(device, &url));
        }
    }
}

fn inspect(device: &Device, expected: Vec<Expected>, app: &[File]) -> Inspection {
    let stored = device.keys().cloned();
    let app = [app, &[boot()]].concat();
    let mut inspection = Inspection::begin(&site(), expected, &app, stored, 800);
    assert!(!inspection.report().is_ready() || inspection.report().articles.is_empty());
    run(&mut inspection, device, 2);
    inspection
}

#[test]
fn all_is_ready_when_every_text_image_and_file_of_the_app_is_what_it_should_be() {
    let mut device = Device::new();
    put(&mut device, "a", &["x", "y"]);
    put(&mut device, "b", &["x"]);
    device.insert("/n/app.js".into(), "run()".into());
    let app = [File {
        url: "/n/app.js".into(),
        digest: seal::digest(b"run()"),
    }];
    let mut inspection = inspect(&device, vec![wanted("a"), wanted("b")], &app);
    let report = inspection.report();
    assert!(report.is_ready(), "{report:?}");
    assert_eq!((report.ready, report.articles[0].images), (2, 2));
    assert_eq!(report.articles[0].title, "A");
    assert_eq!(inspection.repairs(), []);
    assert_eq!(inspection.next(9), [""; 0]);
}

#[test]
fn what_fails_is_told_apart_and_is_to_be_fetched_again_texts_first() {
    let mut device = Device::new();
    for slug in ["a", "b", "c", "d"] {
        put(&mut device, slug, &[slug, "all"]);
    }
    device.remove("/n/articles/a.en.json");
    let text = device.get_mut("/n/articles/b.en.json").expect("is there");
    text.truncate(text.len() - 3);
    device.remove(&format!("/n/{}", picture("c").src));
    device.insert(format!("/n/{}", picture("d").src), "<html>".into());
    device.insert("/n/app.js".into(), "run(".into());
    let app = ["/n/app.js", "/n/style.css"].map(|url| File {
        url: url.into(),
        digest: seal::digest(b"run()"),
    });
    let expected = ["a", "b", "c", "d"].map(wanted).to_vec();
    let mut inspection = inspect(&device, expected, &app);
    let report = inspection.report();
    let troubles: Vec<&[Trouble]> = report.articles.iter().map(|line| &*line.troubles).collect();
    let images = |missing, damaged| Trouble::Images { missing, damaged };
    assert_eq!(troubles[0], [Trouble::Text(Fault::Missing)]);
    assert_eq!(troubles[1], [Trouble::Text(Fault::Damaged)]);
    assert_eq!(troubles[2], [images(1, 0)]);
    assert_eq!(troubles[3], [images(0, 1)]);
    assert_eq!((report.ready, report.readable), (0, 2));
    let app = [
        ("/n/app.js", Fault::Damaged),
        ("/n/style.css", Fault::Missing),
    ];
    assert_eq!(report.app, app.map(|(url, fault)| (url.to_owned(), fault)));

    let repairs = inspection.repairs();
    assert_eq!(repairs.len(), 4);
    assert!(repairs[0].url.ends_with("a.en.json") && repairs[1].url.ends_with("b.en.json"));
    for slug in ["a", "b", "c", "d"] {
        put(&mut device, slug, &[slug, "all"]);
    }
    for wanted in &repairs {
        inspection.again(&wanted.url);
    }
    run(&mut inspection, &device, 3);
    let report = inspection.report();
    assert_eq!(
        report.ready, 4,
        "with the images that only the whole texts name: {report:?}"
    );
    assert!(!report.is_ready(), "the app's files still fail");
}

#[test]
fn another_width_of_a_picture_will_do_if_it_is_whole() {
    let [original, narrow] = ["original", "narrow"].map(|text| seal::digest(text.as_bytes()));
    let media = Media {
        src: format!("media/{original}.jpg"),
        width: 1_200,
        variants: vec![format!("480-{narrow}")],
        ..Media::default()
    };
    let document = ArticleDocument {
        format: 1,
        slug: "a".into(),
        lang: "en".into(),
        media: [("p".to_owned(), media.clone())].into(),
        ..ArticleDocument::default()
    };
    let other = format!("/n/{}", media.candidates()[0].1);
    let mut device = Device::new();
    device.insert(
        "/n/articles/a.en.json".into(),
        seal::seal(&document).expect("seals"),
    );
    device.insert(other.clone(), "narrow".into());
    assert!(inspect(&device, vec![wanted("a")], &[]).report().is_ready());
    device.insert(other, "cut".into());
    let mut inspection = inspect(&device, vec![wanted("a")], &[]);
    assert!(!inspection.report().is_ready());
    let own = format!("/n/{}", media.src);
    assert_eq!(inspection.repairs()[0].url, own);
    device.insert(own.clone(), "original".into());
    inspection.again(&own);
    run(&mut inspection, &device, 9);
    assert!(
        inspection.report().is_ready(),
        "the file itself is opened then"
    );
}

#[test]
fn an_older_version_is_ready_and_said_to_be_older_and_one_too_new_is_not() {
    let mut device = Device::new();
    put(&mut device, "a", &[]);
    let mut expected = wanted("a");
    expected.digest = "0".repeat(32);
    let report = inspect(&device, vec![expected], &[]).report();
    assert!(report.is_ready() && report.articles[0].outdated && report.outdated == 1);
    let later = seal::seal(&ArticleDocument {
        format: 99,
        slug: "a".into(),
        lang: "en".into(),
        ..ArticleDocument::default()
    });
    device.insert("/n/articles/a.en.json".into(), later.expect("seals"));
    let inspection = inspect(&device, vec![wanted("a")], &[]);
    assert_eq!(inspection.report().articles[0].troubles, [Trouble::TooNew]);
    assert_eq!(inspection.repairs(), [], "fetching it again would not help");
}

#[test]
fn another_articles_text_in_its_place_is_damage() {
    let mut device = Device::new();
    device.insert("/n/articles/a.en.json".into(), article("b", "Text.", &[]));
    let report = inspect(&device, vec![wanted("a")], &[]).report();
    assert_eq!(report.articles[0].troubles, [Trouble::Text(Fault::Damaged)]);
}

#[test]
fn nothing_is_ready_where_nobody_says_what_the_app_is_made_of_or_what_a_wish_covers() {
    let mut device = Device::new();
    put(&mut device, "a", &[]);
    let stored = device.keys().cloned();
    let mut inspection = Inspection::begin(&site(), vec![wanted("a")], &[], stored, 800);
    run(&mut inspection, &device, 9);
    let report = inspection.report();
    assert_eq!((report.ready, report.no_app), (1, true));
    assert!(!report.is_ready());

    let mut inspection = inspect(&device, vec![wanted("a")], &[]);
    assert!(inspection.report().is_ready());
    inspection.unknown(1);
    assert!(!inspection.report().is_ready());
}

#[test]
fn an_article_whose_page_is_missing_or_another_is_not_ready_until_that_was_fetched_again() {
    let mut device = Device::new();
    put(&mut device, "a", &[]);
    let mut expected = wanted("a");
    expected.page = Some(File {
        url: "/n/a/".into(),
        digest: seal::digest(b"<html>"),
    });
    let report = inspect(&device, vec![expected.clone()], &[]).report();
    let troubles = &report.articles[0].troubles;
    assert_eq!(*troubles, [Trouble::Page(Fault::Missing)]);
    // The app, which has its text, opens it.
    assert_eq!((report.ready, report.readable), (0, 1));
    assert!(report.opens() && !report.is_ready());
    device.insert("/n/a/".into(), "<ht".into());
    let mut inspection = inspect(&device, vec![expected.clone()], &[]);
    let report = inspection.report();
    assert_eq!(report.articles[0].troubles, [Trouble::Page(Fault::Damaged)]);
    // That one is what would be shown.
    assert!(report.readable == 0 && !report.opens());
    let repairs = inspection.repairs();
    assert_eq!((&*repairs[0].url, repairs.len()), ("/n/a/", 1));
    assert_eq!(
        repairs[0].digest.as_ref(),
        expected.page.as_ref().map(|page| &page.digest)
    );
    // The site has written it anew.
    device.insert("/n/a/".into(), "<html >".into());
    inspection.page_again("/n/a/", &seal::digest(b"<html >"));
    run(&mut inspection, &device, 9);
    assert!(inspection.report().is_ready());
    // Where the text itself is missing, that is all there is to say.
    device.clear();
    let report = inspect(&device, vec![expected], &[]).report();
    let troubles = &report.articles[0].troubles;
    assert_eq!(*troubles, [Trouble::Text(Fault::Missing)]);
}

#[test]
fn a_wish_with_translations_covers_the_variants_of_what_it_covers() {
    let known = |slug: &str, lang: &str, category: &str| Known {
        slug: slug.into(),
        lang: lang.into(),
        categories: vec![category.into()],
        ..Known::default()
    };
    let known = [
        known("wave", "en", "waves"),
        known("wave", "fr", "waves"),
        known("seul", "fr", "waves"),
        known("other", "en", "tides"),
        known("other", "fr", "tides"),
    ];
    let covered = |list: &List| {
        let all = expected(list, &known);
        let name = |one: &Expected| format!("{}.{}", one.slug, one.lang);
        all.iter().map(name).collect::<Vec<_>>()
    };
    let mut list = List::default();
    let extent = |translations| Extent {
        images: true,
        translations,
    };
    list.save(Kind::Category, "waves", "en", extent(false), 1);
    assert_eq!(covered(&list), ["wave.en"]);
    list.save(Kind::Category, "waves", "en", extent(true), 2);
    assert_eq!(covered(&list), ["wave.en", "wave.fr"]);
    // Removed, and so is what only came with it.
    list.remove(Kind::Article, "wave", "fr", 3);
    assert_eq!(covered(&list), ["wave.en"]);
    list.save(Kind::Category, "waves", "en", extent(true), 4);
    assert_eq!(covered(&list), ["wave.en", "wave.fr"]);
    list.remove(Kind::Article, "wave", "en", 5);
    assert_eq!(covered(&list), [""; 0]);
}

#[test]
fn what_must_be_there_is_what_was_saved_by_name_and_what_wishes_cover() {
    let mut list = List::default();
    let extent = Extent {
        images: true,
        translations: false,
    };
    list.save(Kind::Article, "old", "en", extent, 1);
    list.save(Kind::Article, "sea", "en", Extent::default(), 1);
    list.save(Kind::Category, "waves", "en", extent, 2);
    list.remove(Kind::Article, "gone", "en", 3);
    let known = |slug: &str, category: &str| Known {
        slug: slug.into(),
        lang: "en".into(),
        title: slug.to_uppercase(),
        digest: "d".into(),
        categories: vec![category.into()],
    };
    let known = [
        known("new", "waves"),
        known("gone", "waves"),
        known("other", "tides"),
        known("sea", "waves"),
    ];
    let expected = expected(&list, &known);
    let slugs: Vec<&str> = expected.iter().map(|e| e.slug.as_str()).collect();
    assert_eq!(slugs, ["new", "old", "sea"]);
    assert_eq!(expected[1].digest, "", "it is no longer in any feed");
    assert!(expected[2].extent.images, "the wish has it with images");
}

proptest! {
    #[test]
    fn it_is_ready_exactly_when_nothing_is_missing_or_altered_and_repairs_are_what_fails(
        slugs in prop::collection::btree_map("[a-e]", prop::collection::vec("[v-z]", 0..3), 1..5),
        spoilt in prop::collection::vec((any::<prop::sample::Index>(), 0u8..3), 0..4),
    ) {
        let mut device = Device::new();
        for (slug, pictures) in &slugs {
            let pictures: Vec<&str> = pictures.iter().map(String::as_str).collect();
            put(&mut device, slug, &pictures);
        }
        let whole = device.clone();
        for (which, how) in spoilt {
            let url = which.get(&whole.keys().collect::<Vec<_>>()).to_owned();
            match how {
                0 => _ = device.remove(url),
                1 => _ = device.insert(url.clone(), String::new()),
                _ => _ = device.insert(url.clone(), [&*whole[url], " "].concat()),
            }
        }
        let expected: Vec<Expected> = slugs.keys().map(|slug| wanted(slug)).collect();
        let mut inspection = inspect(&device, expected, &[]);
        prop_assert_eq!(inspection.report().is_ready(), device == whole);
        // Whatever was to be mended is, after as many rounds as texts name further files.
        for _ in 0..2 {
            for wanted in inspection.repairs() {
                prop_assert_ne!(device.get(&wanted.url), whole.get(&wanted.url));
                device.insert(wanted.url.clone(), whole[&wanted.url].clone());
                inspection.again(&wanted.url);
            }
            run(&mut inspection, &device, 1);
        }
        let report = inspection.report();
        prop_assert!(report.is_ready(), "{:?}", report);
    }
}
