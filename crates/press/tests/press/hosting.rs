//! What a site brings along for web servers: compressed copies, `_headers`.

use std::io::Read as _;

use lamplight_press::{BuildOptions, Precompress, build};

use crate::publication::{Publication, SITE};

fn publication(site: &str) -> Publication {
    let text = "The lamp was lit and the door was left open. ".repeat(30);
    Publication::new().site(site).post(
        "a.md",
        &format!("---\ntitle: A\ndate: 2020-01-01\n---\n{text}\n"),
    )
}

/// Builds as the command does.
fn pressed(publication: &Publication) {
    let options = BuildOptions {
        precompress: Precompress::App,
        ..publication.options()
    };
    build(&options).expect("is built");
}

fn unpacked(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    if name.ends_with(".br") {
        brotli::BrotliDecompress(&mut &bytes[..], &mut out).expect("brotli");
    } else {
        let mut decoder = flate2::read::GzDecoder::new(bytes);
        decoder.read_to_end(&mut out).expect("gzip");
    }
    out
}

#[test]
fn the_apps_files_have_compressed_copies_and_pages_have_them_when_asked_for() {
    let plain = publication(SITE);
    pressed(&plain);
    let asked = publication(&format!("precompress = true\n{SITE}"));
    pressed(&asked);
    let (plain, asked) = (plain.files(), asked.files());
    for name in [
        "sw.js.br",
        "sw.js.gz",
        "shell/index.html.br",
        "icons/icon.svg.gz",
    ] {
        assert!(plain.contains_key(name), "{name}");
        assert_eq!(plain.get(name), asked.get(name), "{name}");
    }
    for name in [
        "a/index.html",
        "articles/a.en.json",
        "feed.json",
        "404.html",
    ] {
        for ending in [".br", ".gz"] {
            let name = [name, ending].concat();
            assert!(!plain.contains_key(&name), "{name}");
            assert!(asked.contains_key(&name), "{name}");
        }
    }
    let mut copies = 0;
    for (name, bytes) in &asked {
        let Some(original) = name.strip_suffix(".br").or(name.strip_suffix(".gz")) else {
            continue;
        };
        copies += 1;
        assert_eq!(unpacked(name, bytes), asked[original], "{name}");
        assert!(bytes.len() < asked[original].len(), "{name}");
        assert!(!original.ends_with(".png"), "{name}");
    }
    assert!(copies > 20, "{copies}");
    let others = asked
        .keys()
        .filter(|name| !name.ends_with(".br") && !name.ends_with(".gz"));
    let others_plain = plain
        .keys()
        .filter(|name| !name.ends_with(".br") && !name.ends_with(".gz"));
    assert!(others.eq(others_plain), "nothing else differs");
}

#[test]
fn the_same_publication_gives_the_same_compressed_copies() {
    let site = format!("precompress = true\n{SITE}");
    let [one, two] = [publication(&site), publication(&site)].map(|publication| {
        pressed(&publication);
        publication.files()
    });
    assert_eq!(one, two);
}

#[test]
fn an_edit_brings_the_compressed_copies_up_to_date_and_switching_off_takes_them_away() {
    let site = format!("precompress = true\n{SITE}");
    let edited = publication(&site);
    pressed(&edited);
    let edited = edited.post(
        "a.md",
        "---\ntitle: B\ndate: 2020-01-01\n---\nAnother text.\n",
    );
    let fresh = publication(&site).post(
        "a.md",
        "---\ntitle: B\ndate: 2020-01-01\n---\nAnother text.\n",
    );
    pressed(&edited);
    pressed(&fresh);
    assert_eq!(edited.files(), fresh.files());
    let edited = edited.site(SITE);
    pressed(&edited);
    let files = edited.files();
    assert!(files.contains_key("a/index.html") && !files.contains_key("a/index.html.br"));
    assert!(files.contains_key("sw.js.br"));
}

#[test]
fn headers_are_written_for_the_base_of_the_site() {
    let publication = publication(&SITE.replace("example.org/", "example.org/sub/"));
    publication.built();
    let headers = publication.read("_headers");
    let patterns: Vec<&str> = headers
        .lines()
        .filter(|line| line.starts_with('/'))
        .collect();
    assert!(patterns.contains(&"/sub/*") && patterns.contains(&"/sub/assets/*"));
    assert!(
        patterns.iter().all(|pattern| pattern.starts_with("/sub/")),
        "{patterns:?}"
    );
}
