//! Images of several widths: what is made of a picture, what is refused, what the cache may not change.

use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;
use std::time::{Duration, UNIX_EPOCH};

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, GenericImageView, ImageFormat, Rgb, RgbImage};
use lamplight_model::{ArticleDocument, json, seal};
use lamplight_press::{BuildOptions, Kind, Severity, build};

use crate::publication::{GIF, Publication, files_of};

const POST: &str = "---\ntitle: A\ndate: 2020-01-01\n---\nText.\n\n![x](x.EXT)\n";

/// Something like a photograph: hills of light with grain, red on its left, green at the top.
pub(crate) fn photograph(width: u32, height: u32) -> RgbImage {
    let mut grain = 1u32;
    RgbImage::from_fn(width, height, |x, y| {
        grain = grain.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = f64::from(grain >> 26);
        let (x, y) = (
            f64::from(x) / f64::from(width),
            f64::from(y) / f64::from(height),
        );
        let wave = ((x * 19.0).sin() * (y * 13.0).cos() + 1.0) * 30.0;
        let tone = |share: f64| (share * 150.0 + wave + noise) as u8;
        Rgb([tone(1.0 - x), tone(1.0 - y), tone(0.3)])
    })
}

pub(crate) fn jpeg(image: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 92)
        .encode_image(image)
        .expect("a JPEG");
    bytes
}

fn png(image: &RgbImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, ImageFormat::Png).expect("a PNG");
    bytes.into_inner()
}

/// A JPEG file with Exif: an orientation, and a text where a camera would say where it was.
fn with_exif(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x02\0".to_vec();
    exif.extend([0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]);
    exif.extend([0x0e, 1, 2, 0, 16, 0, 0, 0, 38, 0, 0, 0, 0, 0, 0, 0]);
    exif.extend(b"57.2N 7.1W HERE\0");
    let length = u16::try_from(exif.len() + 2).expect("short").to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, &exif, &jpeg[2..]].concat()
}

fn with(extension: &str, bytes: &[u8]) -> Publication {
    Publication::new()
        .post("a.md", &POST.replace("EXT", extension))
        .file(&format!("posts/x.{extension}"), bytes)
}

fn document(publication: &Publication) -> ArticleDocument {
    json::read(&publication.read("articles/a.en.json")).expect("a document")
}

fn media(publication: &Publication) -> BTreeMap<String, Vec<u8>> {
    let mut files = publication.files();
    files.retain(|path, _| path.starts_with("media/"));
    files
}

#[test]
fn a_photograph_gets_variants_each_named_by_its_digest_and_worth_its_place() {
    let original = jpeg(&photograph(1300, 900));
    let publication = with("jpg", &original);
    publication.built();
    let files = media(&publication);
    let document = document(&publication);
    let picture = &document.media["x.jpg"];
    assert_eq!((picture.width, picture.height), (1300, 900));
    assert_eq!(files[&picture.src], original);

    let candidates = picture.candidates();
    let widths: Vec<u32> = candidates.iter().map(|(width, _)| *width).collect();
    assert_eq!(widths, [320, 480, 800, 1300]);
    let mut before = 0;
    for (width, path) in &candidates {
        let bytes = &files[path];
        let shown = image::load_from_memory(bytes).expect("an image");
        assert_eq!(shown.width(), *width);
        assert_eq!(shown.height(), (900 * width + 650) / 1300);
        assert!(path.contains(&seal::digest(bytes)), "{path}");
        assert!(path.contains(&seal::digest(&original)), "{path}");
        assert!(bytes.len() > before && bytes.len() <= original.len());
        before = bytes.len();
    }
    assert_eq!(files.len(), 1 + picture.variants.len());
    let page = publication.read("a/index.html");
    for (width, path) in &candidates {
        assert!(page.contains(&format!("/{path} {width}w")), "{page}");
    }
}

#[test]
fn pictures_stand_upright_and_say_nothing_of_where_they_were_taken() {
    // 6: the camera was held with its right side down; left comes up.
    let original = with_exif(&jpeg(&photograph(900, 600)), 6);
    let publication = with("jpg", &original);
    publication.built();
    let picture = document(&publication).media["x.jpg"].clone();
    assert_eq!((picture.width, picture.height), (600, 900));
    assert!(!picture.variants.is_empty());
    let files = media(&publication);
    assert_eq!(files.len(), picture.variants.len() + 1);
    assert!(picture.src.contains(&seal::digest(&files[&picture.src])));
    for (path, bytes) in &files {
        assert!(!bytes.windows(4).any(|w| w == b"HERE"), "{path}");
        if *path == picture.src {
            let clean = with_exif(&jpeg(&photograph(900, 600)), 6).len() - bytes.len();
            assert!(clean < 60, "more than the notes is gone: {clean} bytes");
            continue;
        }
        let upright = image::load_from_memory(bytes).expect("an image");
        assert!(upright.height() > upright.width());
        let corner =
            |share: u32| upright.get_pixel(upright.width() - 9, upright.height() * share / 10);
        assert!(corner(1)[0] > corner(9)[0] + 60, "red is not at the top");
    }
}

#[test]
fn a_picture_larger_than_any_screen_is_published_only_where_it_is_linked_to() {
    let original = png(&photograph(2600, 200));
    let publication = with("png", &original);
    publication.built();
    let picture = document(&publication).media["x.png"].clone();
    assert_eq!((picture.width, picture.height), (2400, 185));
    assert_eq!(
        Some(&(2400, picture.src.clone())),
        picture.candidates().last()
    );
    assert!(!media(&publication).values().any(|bytes| *bytes == original));

    let publication =
        publication.post("a.md", &POST.replace("![x](x.EXT)", "[![x](x.png)](x.png)"));
    publication.built();
    let linked = document(&publication).links["x.png"].clone();
    assert_eq!(media(&publication)[&linked], original);
}

#[test]
fn a_drawing_stays_sharp_and_a_variant_that_saves_nothing_is_left_out() {
    let drawing = RgbImage::from_fn(900, 600, |x, y| {
        let line = (x / 3 + y / 5) % 97 < 2 || x % 150 < 4;
        Rgb(if line { [20, 20, 60] } else { [250, 248, 240] })
    });
    let publication = with("png", &png(&drawing));
    publication.built();
    let picture = document(&publication).media["x.png"].clone();
    for (width, path) in picture.candidates() {
        let bytes = &media(&publication)[&path];
        if width == 900 {
            let shown = image::load_from_memory(bytes)
                .expect("an image")
                .into_rgb8();
            assert_eq!(shown, drawing);
        }
        assert!(bytes.len() <= picture.bytes as usize);
    }
    let tiny = with("png", &png(&RgbImage::new(40, 30)));
    tiny.built();
    assert!(document(&tiny).media["x.png"].variants.is_empty());
    let moving = with("gif", GIF);
    moving.built();
    assert_eq!(media(&moving).len(), 1);
}

#[test]
fn copies_that_no_build_has_asked_for_in_a_month_go_and_are_made_again_when_one_does() {
    let post = |n: u8| format!("---\ntitle: {n}\ndate: 2020-01-01\n---\nText.\n\n![x](x{n}.jpg)\n");
    let picture = |n: u8| jpeg(&photograph(400 + 30 * u32::from(n), 300));
    let mut publication = Publication::new()
        .file(".press-cache/pictures-2/old", b"of another version")
        .post("other.md", "---\ntitle: O\ndate: 2020-01-01\n---\nText.\n");
    for n in [1, 2] {
        publication = publication
            .post(&format!("{n}.md"), &post(n))
            .file(&format!("posts/x{n}.jpg"), &picture(n));
    }
    let build_on = |publication: &Publication, day: u64| {
        build(&BuildOptions {
            now: Some(UNIX_EPOCH + Duration::from_secs(day * 24 * 3600 + 3600)),
            ..publication.options()
        })
        .expect("builds");
    };
    let kept = |publication: &Publication| -> Vec<String> {
        let files = files_of(&publication.path("content/.press-cache"));
        let names = files.into_keys();
        names.filter(|name| name.starts_with("pictures-")).collect()
    };
    build_on(&publication, 20_000);
    let (site, all) = (publication.files(), kept(&publication));
    let old = "pictures-2/old".to_owned();
    assert!(all.contains(&old), "{all:?}");
    let records = |names: &[String]| {
        names
            .iter()
            .filter(|name| name.ends_with(".record"))
            .count()
    };
    assert_eq!(records(&all), 2, "{all:?}");

    fs::remove_file(publication.path("content/posts/2.md")).expect("goes");
    build_on(&publication, 20_030);
    assert_eq!(kept(&publication), all);
    build_on(&publication, 20_031);
    let left = kept(&publication);
    assert_eq!(
        (records(&left), left.contains(&old)),
        (1, false),
        "{left:?}"
    );
    assert!(
        left.len() < all.len() - 2,
        "the files go with their record: {left:?}"
    );

    let publication = publication.post("2.md", &post(2));
    build_on(&publication, 20_032);
    assert_eq!(publication.files(), site);

    // Without any picture the rest goes, too.
    for name in ["1.md", "2.md"] {
        fs::remove_file(publication.path("content/posts").join(name)).expect("goes");
    }
    build_on(&publication, 20_100);
    assert_eq!(kept(&publication), Vec::<String>::new());
}

#[test]
fn the_cache_changes_nothing_but_the_time() {
    let publication = with("jpg", &jpeg(&photograph(700, 500)));
    publication.built();
    let first = publication.files();
    let cache = publication.path("content/.press-cache/pictures-3");
    for damage in [&b""[..], b"something else entirely"] {
        publication.built();
        assert_eq!(publication.files(), first);
        for entry in fs::read_dir(&cache).expect("the cache") {
            fs::write(entry.expect("an entry").path(), damage).expect("damaged");
        }
    }
    publication.built();
    assert_eq!(publication.files(), first);
    fs::remove_dir_all(publication.path("content/.press-cache")).expect("removed");
    publication.check();
    assert!(!publication.path("content/.press-cache").exists());
    publication.built();
    assert_eq!(publication.files(), first);
}

#[test]
fn a_damaged_or_an_absurd_image_is_an_error_where_it_is_used() {
    let whole = png(&photograph(600, 400));
    let refused_as = |kind: &str, bytes: &[u8], text: &str| {
        with(kind, bytes).complains(Severity::Error, Kind::BadImage, "posts/a.md", Some(7), text);
    };
    let refused = |bytes: &[u8], text: &str| refused_as("png", bytes, text);
    let (photo, mut web) = (jpeg(&photograph(600, 400)), Cursor::new(Vec::new()));
    photograph(600, 400)
        .write_to(&mut web, ImageFormat::WebP)
        .expect("a WebP file");
    for (kind, bytes) in [("jpg", photo), ("webp", web.into_inner())] {
        assert_eq!(with(kind, &bytes).check().all(), []);
        for part in [bytes.len() / 2, bytes.len() - 1000] {
            refused_as(kind, &bytes[..part], "is damaged: it is cut short");
        }
    }
    refused(&whole[..whole.len() / 2], "is damaged");
    let mut other = whole.clone();
    other[5000] ^= 0xff;
    refused(&other, "is damaged");
    // The header of a picture of 90,000 by 90,000 pixels, and nothing of it.
    let mut bomb = whole[..33].to_vec();
    bomb[16..24].copy_from_slice(&[0, 1, 0x5f, 0x90, 0, 1, 0x5f, 0x90]);
    let crc = crc32(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&crc.to_be_bytes());
    bomb.extend_from_slice(&whole[33..]);
    refused(&bomb, "more than press reads");
}

#[test]
fn a_drawing_without_a_size_of_its_own_gets_the_browsers_and_a_warning() {
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' width='100%'/>";
    let publication = with("svg", svg);
    publication.complains(
        Severity::Warning,
        Kind::BadImage,
        "posts/a.md",
        Some(7),
        "300 by 150 pixels",
    );
    let media = &document(&publication).media["x.svg"];
    assert_eq!((media.width, media.height), (300, 150));
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xedb8_8320 & 0u32.wrapping_sub(crc & 1));
        }
    }
    !crc
}

#[test]
fn a_transparent_picture_stays_transparent() {
    let mut drawing = DynamicImage::ImageRgb8(photograph(800, 400)).into_rgba8();
    for (x, _, pixel) in drawing.enumerate_pixels_mut() {
        pixel[3] = if x < 400 { 0 } else { 255 };
    }
    let mut bytes = Cursor::new(Vec::new());
    drawing
        .write_to(&mut bytes, ImageFormat::Png)
        .expect("a PNG");
    let publication = with("png", &bytes.into_inner());
    publication.built();
    let picture = document(&publication).media["x.png"].clone();
    let shown = image::load_from_memory(&media(&publication)[&picture.path_for(320)]);
    let shown = shown.expect("an image");
    assert_eq!(shown.width(), 320);
    assert_eq!(shown.get_pixel(20, 80)[3], 0);
    assert_eq!(shown.get_pixel(300, 80)[3], 255);
}

#[test]
fn a_post_without_a_picture_gets_a_card_with_its_title_and_one_with_a_picture_does_not() {
    let head = "---\ndate: 2020-01-01\ntitle: ";
    let site = format!(
        "{}\n[theme]\naccent = \"#005a9c\"\n",
        crate::publication::SITE
    );
    let publication = Publication::new()
        .site(&site)
        .post("a.md", &format!("{head}What the fog said\n---\nText.\n"))
        .post("b.md", &format!("{head}B\nimage: x.gif\n---\n"))
        .post("c.ar.md", &format!("{head}رسالة\n---\nText.\n"))
        .file("posts/x.gif", GIF);
    publication.built();
    let card = |page: &str| {
        let html = publication.read(page);
        let rest = html
            .split_once("og:image\" content=\"https://example.org/")
            .expect("an image")
            .1;
        rest.split_once('"').expect("its end").0.to_owned()
    };
    let (first, other, arabic) = (
        card("a/index.html"),
        card("b/index.html"),
        card("ar/c/index.html"),
    );
    assert!(other.starts_with("media/"), "{other}");
    let files = publication.files();
    for path in [&first, &arabic] {
        let card = image::load_from_memory(&files[path])
            .expect("an image")
            .into_rgb8();
        assert_eq!(card.dimensions(), (1200, 630));
        assert_eq!(card.get_pixel(600, 625).0, [0x00, 0x5a, 0x9c], "{path}");
    }
    let cards = files.keys().filter(|path| path.starts_with("cards/"));
    assert_eq!(cards.count(), 2);
    assert!(
        publication
            .read("a/index.html")
            .contains(&format!("\"image\":[\"https://example.org/{first}\"]"))
    );

    let publication = publication.post("a.md", &format!("{head}What the wind said\n---\nText.\n"));
    publication.built();
    assert!(!publication.files().contains_key(&first));
    assert!(publication.files().contains_key(&arabic));
}

#[test]
fn titles_that_the_cards_font_cannot_show_are_one_note_unless_there_is_a_picture() {
    let post = |title: &str, image: &str| {
        format!("---\ntitle: {title}\ndate: 2020-01-01\n{image}---\nText.\n")
    };
    let publication = Publication::new()
        .post("a.md", &post("Fog 🌫️", ""))
        .post("b.ar.md", &post("رسالة", ""))
        .post("c.ar.md", &post("ضباب", ""))
        .post("d.ar.md", &post("بحر", "image: x.gif\n"))
        .file("posts/x.gif", GIF);
    publication.complains(
        Severity::Note,
        Kind::CardFont,
        "posts/b.ar.md",
        None,
        "of this title and of 1 more: their cards show the publication's icon in the title's place.\n    A font that has them can be named below [theme] in site.toml: card_font",
    );
    let strict = BuildOptions {
        strict: true,
        ..publication.options()
    };
    build(&strict).expect("a note stops no strict build");
}

#[test]
fn a_font_for_cards_that_is_none_is_an_error_on_its_line() {
    let site = format!(
        "{}\n[theme]\ncard_font = \"x.ttf\"\n",
        crate::publication::SITE
    );
    let line = site
        .lines()
        .position(|line| line.starts_with("card_font"))
        .expect("a line")
        + 1;
    let publication = Publication::new()
        .site(&site)
        .post("a.md", "---\ntitle: A\ndate: 2020-01-01\n---\nText.\n");
    let found = |text| {
        publication.complains(Severity::Error, Kind::Config, "site.toml", Some(line), text);
    };
    found("x.ttf cannot be read");
    fs::write(publication.path("content/x.ttf"), b"no font").expect("a file");
    found("x.ttf is no font");
}
