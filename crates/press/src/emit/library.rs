//! The files of the library: the app's sixth program (`crates/library`), which keeps what readers save.
//!
//! Entry points: [`files`], [`meta`]; [`for_trunk`] where Trunk serves. Pages name one script (`docs/pages.md`), which
//! starts a worker of its own; both have what they have to be told of the site written into them.

use std::collections::BTreeMap;

use lamplight_model::Messages;
use lamplight_model::contact::{Contact, Service};
use serde::Serialize;
use serde_json::Value;

use crate::config::Config;
use crate::emit::app::{AppFiles, File};
use crate::emit::block::bare;
use crate::emit::words;

/// Trunk's names: it gives programs that a page does not start the names they have in Cargo.
pub(crate) const SCRIPT: &str = "lamplight-library.js";
pub(crate) const PROGRAM: &str = "lamplight-library_bg.wasm";
pub(crate) const SHEET: &str = "public/library.css";

/// The scripts' sources, in which the files beside them and the site are to be named.
const PAGE: &str = concat!(
    include_str!("library.js"),
    include_str!("library-history.js"),
    include_str!("library-page.js"),
    include_str!("library-carry.js"),
    include_str!("library-versions.js")
);
const WORKER: &str = concat!(
    include_str!("keep-store.js"),
    include_str!("keep-rounds.js"),
    include_str!("keep-check.js"),
    include_str!("keep-carry.js"),
    include_str!("keep-versions.js"),
    include_str!("keep.js")
);

/// What the page's script is told of the site.
#[derive(Serialize)]
struct Told<'a> {
    base: &'a str,
    /// By the languages of the site that have texts of their own; in English under the empty name.
    texts: BTreeMap<&'a str, Value>,
}

/// The library's files, first the one that pages name. `renderer` is the script that starts the renderer, by which an
/// earlier version gets its page.
pub(crate) fn files(
    config: &Config,
    app: &AppFiles,
    renderer: &File,
) -> Result<[File; 5], serde_json::Error> {
    let script = File::hashed("library-program", "js", app.library_js.clone());
    let program = File::hashed("library", "wasm", app.library_wasm.clone());
    let sheet = File::hashed("library", "css", app.library_css.clone());
    let beside = |file: &File| file.path.replacen("assets/", "./", 1);
    let worker = worker(
        config,
        &beside(&script),
        &beside(&program),
        &beside(renderer),
    )?;
    let page = page(config, &beside(&worker), &beside(&sheet))?;
    Ok([page, worker, script, program, sheet])
}

/// The scripts, where Trunk has the rest; first the one that pages name.
pub(crate) fn for_trunk(config: &Config, renderer: &File) -> Result<[File; 2], serde_json::Error> {
    let at_root = |name: &str| ["/", name].concat();
    let renderer = at_root(&renderer.path);
    let worker = worker(config, &at_root(SCRIPT), &at_root(PROGRAM), &renderer)?;
    let page = page(config, &at_root(&worker.path), &at_root(SHEET))?;
    Ok([page, worker])
}

/// What pages say of it.
pub(crate) fn meta(base: &str, page: &File) -> String {
    format!(
        "<meta name=\"lamplight-library\" content=\"{base}{}\">\n",
        page.path
    )
}

/// Whether an endpoint takes a message as often as it is sent: services of forms know no keys (`docs/contact.md`).
fn forgets(contact: &Contact) -> bool {
    !matches!(contact.service, Service::None | Service::Own)
}

fn worker(
    config: &Config,
    script: &str,
    program: &str,
    renderer: &str,
) -> Result<File, serde_json::Error> {
    // Other languages' texts are files of the site; English is part of the app.
    let english = Messages::english();
    let twice = config.contact.values().any(forgets);
    let text = bare(WORKER)
        .replace("SCRIPT", script)
        .replace("PROGRAM", program)
        .replace("RENDERER", renderer)
        .replace("TWICE", &twice.to_string())
        .replace("CONFIG", &serde_json::to_string(&config.site.base)?)
        .replace("ENGLISH", &serde_json::to_string(english.source())?);
    Ok(File::hashed("keep", "js", text.into_bytes()))
}

fn page(config: &Config, worker: &str, sheet: &str) -> Result<File, serde_json::Error> {
    let mut texts = BTreeMap::from([("", serde_json::from_str(words::library("en"))?)]);
    for language in &config.site.languages {
        let own = words::library(&language.code);
        if own != words::library("en") {
            texts.insert(&language.code, serde_json::from_str(own)?);
        }
    }
    let told = Told {
        base: &config.site.base,
        texts,
    };
    let text = bare(PAGE)
        .replace("KEEP", worker)
        .replace("SHEET", sheet)
        .replace("CONFIG", &serde_json::to_string(&told)?);
    Ok(File::hashed("library", "js", text.into_bytes()))
}
