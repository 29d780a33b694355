//! The translator's files: the app's fourth program (`crates/translator`), which runs when a page's control for
//! translations is used.
//!
//! Entry points: [`files`], [`meta`]; [`for_trunk`] where Trunk serves. Pages name one script (`docs/pages.md`), which
//! has what the program has to be told of the site.

use std::collections::BTreeMap;

use lamplight_model::Site;
use serde::Serialize;
use serde_json::Value;

use crate::config::{Config, Service};
use crate::emit::app::{AppFiles, File};
use crate::emit::words::{self, TRANSLATOR_ENGLISH};

/// Trunk's names: it gives programs that a page does not start the names they have in Cargo.
pub(crate) const SCRIPT: &str = "lamplight-translator.js";
pub(crate) const PROGRAM: &str = "lamplight-translator_bg.wasm";
pub(crate) const SHEET: &str = "public/translate.css";

/// The loader's source, in which the files beside it and the site are to be named.
const LOADER: &str = include_str!("translator.js");

/// What the program is told of the site.
#[derive(Serialize)]
struct Told<'a> {
    base: &'a str,
    /// The address of the publication, with its base path.
    home: String,
    /// The language whose addresses have no prefix.
    default: &'a str,
    services: &'a [Service],
    /// By the languages of the site that have texts of their own; in English under the empty name.
    texts: BTreeMap<&'a str, Value>,
}

fn told(config: &Config) -> Result<String, serde_json::Error> {
    let mut texts_of = BTreeMap::from([("", serde_json::from_str::<Value>(TRANSLATOR_ENGLISH)?)]);
    for code in config.site.languages.iter().map(|own| own.code.as_str()) {
        if let Some(text) = words::translator(code) {
            texts_of.insert(code, serde_json::from_str(text)?);
        }
    }
    let Site { base, .. } = &config.site;
    let services = &config.services;
    serde_json::to_string(&Told {
        base,
        home: config.absolute(base),
        default: config.site.default_lang(),
        services,
        texts: texts_of,
    })
}

/// The translator's files, first the one that pages name; none where articles have no control for it.
pub(crate) fn files(config: &Config, app: &AppFiles) -> Result<Vec<File>, serde_json::Error> {
    if config.site.translate.is_none() {
        return Ok(Vec::new());
    }
    let script = File::hashed("translator", "js", app.translator_js.clone());
    let program = File::hashed("translator", "wasm", app.translator_wasm.clone());
    let sheet = File::hashed("translate", "css", app.translator_css.clone());
    let beside = |file: &File| file.path.replacen("assets/", "./", 1);
    let load = loader(config, &beside(&script), &beside(&program), &beside(&sheet))?;
    Ok(vec![load, script, program, sheet])
}

/// The one file that Trunk does not make.
pub(crate) fn for_trunk(config: &Config) -> Result<File, serde_json::Error> {
    let at_root = |name: &str| ["/", name].concat();
    loader(config, &at_root(SCRIPT), &at_root(PROGRAM), &at_root(SHEET))
}

fn loader(
    config: &Config,
    script: &str,
    program: &str,
    sheet: &str,
) -> Result<File, serde_json::Error> {
    let text = LOADER
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with("//"))
        .map(|line| [line, "\n"].concat())
        .collect::<String>()
        .replace("SCRIPT", script)
        .replace("PROGRAM", program)
        .replace("SHEET", sheet)
        .replace("CONFIG", &told(config)?);
    Ok(File::hashed("translate", "js", text.into_bytes()))
}

/// What pages say of it.
pub(crate) fn meta(base: &str, files: &[File]) -> String {
    files.first().map_or_else(String::new, |loader| {
        format!(
            "<meta name=\"lamplight-translate\" content=\"{base}{}\">\n",
            loader.path
        )
    })
}
