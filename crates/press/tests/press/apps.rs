//! The app in the site: its files, its worker, the block that loads it.

use lamplight_model::seal;
use lamplight_press::{BuildOptions, build};

use crate::sites::coast;

#[test]
fn an_app_that_is_absent_or_not_whole_is_told_in_one_sentence() {
    let publication = coast();
    let absent = BuildOptions {
        app: publication.path("nowhere").into(),
        ..publication.options()
    };
    let error = build(&absent).expect_err("there is no app").to_string();
    assert!(error.contains("cargo xtask build"), "{error}");
    let publication = publication.app(
        "lamplight-3.js",
        "import { a } from './snippets/x/inline0.js';\n",
    );
    let error = publication.build().expect_err("has a snippet").to_string();
    assert!(error.contains("snippets"), "{error}");
    let publication = publication.app("public/sw.js", "\n");
    assert!(publication.build().is_err());
}

#[test]
fn the_worker_lists_every_app_file_with_its_digest() {
    let publication = coast();
    let report = publication.built();
    let worker = publication.read("sw.js");
    let json = worker
        .strip_prefix("const BUILD = ")
        .and_then(|rest| rest.strip_suffix(";\n"))
        .expect("the slot is filled");
    let list: serde_json::Value = serde_json::from_str(json).expect("JSON");
    assert_eq!(
        (list["id"].as_str(), list["base"].as_str()),
        (Some(report.build.as_str()), Some("/"))
    );
    let files = publication.files();
    let mut urls = Vec::new();
    for file in list["files"].as_array().expect("a list") {
        let url = file["url"].as_str().expect("a text");
        let path = if url.ends_with('/') {
            format!("{url}index.html")
        } else {
            url.to_owned()
        };
        assert_eq!(file["digest"], seal::digest(&files[path.as_str()]), "{url}");
        urls.push(url);
    }
    for needed in ["shell/", "manifest.webmanifest", "icons/icon.svg"] {
        assert!(urls.contains(&needed), "{needed}");
    }
    for (kind, count) in [(".css", 3), (".js", 8), (".wasm", 4)] {
        assert_eq!(
            urls.iter().filter(|url| url.ends_with(kind)).count(),
            count,
            "{kind}"
        );
    }
    assert!(!urls.iter().any(|url| url.contains("messages-")));
    // The worker takes the app block out of the shell: it is the same on every page.
    let shell = publication.read("shell/index.html");
    let (_, block) = shell.split_once("<!--lamplight:app-->").expect("a block");
    let (block, _) = block.split_once("<!--/lamplight:app-->").expect("its end");
    for page in ["index.html", "fr/storm/index.html", "404.html"] {
        assert!(publication.read(page).contains(block), "{page}");
    }
    assert!(block.contains(&report.build));
}

#[test]
fn the_app_block_loads_what_is_there_in_the_order_of_trunks_page() {
    let publication = coast();
    publication.built();
    let files = publication.files();
    let css = files
        .iter()
        .find(|(path, _)| path.ends_with(".css"))
        .expect("a style sheet");
    let css = String::from_utf8(css.1.clone()).expect("UTF-8");
    assert_eq!(css, ":root{--accent:#9a3d22}\nbody{margin:0}\n");
    let page = publication.read("storm/index.html");
    for attribute in [
        "<link rel=\"stylesheet\" href",
        " data-script",
        " data-program",
        " data-sheet",
    ] {
        let named = page.split_once(&format!("{attribute}=\"/"));
        let path = named.and_then(|(_, rest)| rest.split('"').next());
        let path = path.unwrap_or_default();
        assert!(files.contains_key(path), "{attribute}: «{path}»");
    }
}

/// The policy stands before everything it is for, and lets in the one inline script by its hash:
/// of `early();`, as `openssl dgst -sha256 -binary | base64` has it.
#[test]
fn the_block_begins_with_a_policy_that_knows_its_inline_script() {
    const HASH: &str = "'sha256-+adv7mrf97l2YX0A6IfUnN5WpoX0nonq8Vez1z8YKf4='";
    let publication = coast();
    publication.built();
    let page = publication.read("storm/index.html");
    let (before, block) = page
        .split_once("<!--lamplight:app-->\n")
        .expect("an app block");
    assert!(!before.contains("<link") && !before.contains("<script"));
    let (policy, rest) = block.split_once('\n').expect("lines");
    assert!(policy.starts_with("<meta http-equiv=\"Content-Security-Policy\""));
    assert!(policy.contains(HASH), "{policy}");
    assert!(rest.contains("\">early();</script>"), "{rest}");
    // Hosts say it as well, and the worker of pages that were stored under another.
    assert!(publication.read("_headers").contains(HASH));
    assert!(publication.read("sw.js").contains(HASH));
}
