//! The app's files: from Trunk's output to names made of their digests.
//!
//! Entry points: [`App`] (where they come from), [`read`], [`AppFiles`]. Trunk's own names are not kept: the script's name comes from
//! the wasm's digest, and its text may vary all the same.

use std::io;
use std::path::PathBuf;

use lamplight_model::seal;

use crate::emit::{contact, finder, library, renderer, translator};
use crate::error::BuildError;

/// Where the worker's source has its build filled in.
pub(crate) const WORKER_SLOT: &str = "/*lamplight:build*/null";

/// The files of Trunk's output, by their paths in it.
pub type Packed = &'static [(&'static str, &'static [u8])];

/// Where the app comes from.
#[derive(Clone, Debug)]
pub enum App {
    /// Trunk's output, in a folder.
    Folder(PathBuf),
    /// Trunk's output, as the executable carries it.
    Packed(Packed),
}

impl Default for App {
    fn default() -> Self {
        Self::Packed(&[])
    }
}

impl From<PathBuf> for App {
    fn from(folder: PathBuf) -> Self {
        Self::Folder(folder)
    }
}

impl App {
    /// A file, by its path in Trunk's output.
    pub(crate) fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        match self {
            Self::Folder(folder) => std::fs::read(folder.join(name)),
            Self::Packed(files) => files
                .iter()
                .find(|(path, _)| *path == name)
                .map(|(_, bytes)| bytes.to_vec())
                .ok_or_else(|| io::Error::from(io::ErrorKind::NotFound)),
        }
    }

    /// What messages call a file.
    fn describe(&self, name: &str) -> String {
        match self {
            Self::Folder(folder) => folder.join(name).display().to_string(),
            Self::Packed(_) => format!("{name}, inside this program,"),
        }
    }

    fn bytes(&self, name: &str) -> Result<Vec<u8>, BuildError> {
        self.read(name).map_err(|error| {
            BuildError::App(format!(
                "The app is not whole: {} cannot be read ({error}). Build it again with `cargo xtask build`.",
                self.describe(name)
            ))
        })
    }

    fn text(&self, name: &str) -> Result<String, BuildError> {
        String::from_utf8(self.bytes(name)?)
            .map_err(|_| BuildError::App(format!("{} is not UTF-8 text.", self.describe(name))))
    }
}

/// The app, as Trunk built it.
pub(crate) struct AppFiles {
    /// The style sheets, in the order of `index.html`.
    pub(crate) css: String,
    /// What runs before the first paint.
    pub(crate) early: String,
    /// wasm-bindgen's script.
    pub(crate) js: Vec<u8>,
    /// The app.
    pub(crate) wasm: Vec<u8>,
    /// The script of the program that renders articles.
    pub(crate) renderer_js: Vec<u8>,
    /// The program that renders articles.
    pub(crate) renderer_wasm: Vec<u8>,
    /// The script of the program that searches.
    pub(crate) finder_js: Vec<u8>,
    /// The program that searches.
    pub(crate) finder_wasm: Vec<u8>,
    /// The style sheet of search.
    pub(crate) search_css: Vec<u8>,
    /// The script of the program that translates.
    pub(crate) translator_js: Vec<u8>,
    /// The program that translates.
    pub(crate) translator_wasm: Vec<u8>,
    /// Its style sheet.
    pub(crate) translator_css: Vec<u8>,
    /// The script of the program that keeps and delivers messages.
    pub(crate) contact_js: Vec<u8>,
    /// The program that keeps and delivers messages.
    pub(crate) contact_wasm: Vec<u8>,
    /// Its style sheet.
    pub(crate) contact_css: Vec<u8>,
    /// The script of the program that keeps what readers save.
    pub(crate) library_js: Vec<u8>,
    /// The program that keeps what readers save.
    pub(crate) library_wasm: Vec<u8>,
    /// Its style sheet.
    pub(crate) library_css: Vec<u8>,
    /// The worker's source.
    pub(crate) worker: String,
    /// The icon that comes with the app.
    pub(crate) icon: Option<Vec<u8>>,
}

/// A file of the site.
#[derive(Clone, Debug)]
pub(crate) struct File {
    /// Relative to the base.
    pub(crate) path: String,
    pub(crate) bytes: Vec<u8>,
}

impl File {
    /// A file whose name has its digest: `assets/app-<digest>.css`.
    pub(crate) fn hashed(name: &str, extension: &str, bytes: Vec<u8>) -> Self {
        let digest = seal::digest(&bytes);
        Self {
            path: format!("assets/{name}-{digest}.{extension}"),
            bytes,
        }
    }
}

/// Reads Trunk's output.
pub(crate) fn read(app: &App) -> Result<AppFiles, BuildError> {
    let html = match app {
        App::Packed([]) => {
            return Err(BuildError::App(
                "This program was built without the app. Build the app with `cargo xtask build` and give its folder: --app dist. (`cargo xtask dist` makes a program that carries it.)".into(),
            ));
        }
        App::Packed(_) => app.text("index.html")?,
        App::Folder(folder) => app.read("index.html").and_then(|bytes| {
            String::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
        }).map_err(|error| {
            BuildError::App(format!(
                "The app is not in {}: its index.html cannot be read ({error}). Build it with `cargo xtask build`, or give the folder of a release with --app.",
                folder.display()
            ))
        })?,
    };
    let mut css = String::new();
    for name in style_sheets(&html) {
        css.push_str(&app.text(&name)?);
        if !css.ends_with('\n') {
            css.push('\n');
        }
    }
    let (script, wasm) = program(&html).ok_or_else(|| {
        BuildError::App(format!(
            "{} names no app: it loads no script and no `_bg.wasm`. Build it with `cargo xtask build`.",
            app.describe("index.html")
        ))
    })?;
    let js = app.bytes(&script)?;
    if imports_snippets(&String::from_utf8_lossy(&js)) {
        return Err(BuildError::App(format!(
            "The app's script {script} imports from `snippets/`, which press does not carry over. Remove the inline JavaScript from the crate that brings it."
        )));
    }
    let worker = app.text("public/sw.js")?;
    if worker.matches(WORKER_SLOT).count() != 1 {
        return Err(BuildError::App(format!(
            "{} must have the text {WORKER_SLOT} once, where its build belongs.",
            app.describe("public/sw.js")
        )));
    }
    Ok(AppFiles {
        css,
        early: app.text("public/early.js")?,
        js,
        wasm: app.bytes(&wasm)?,
        renderer_js: app.bytes(renderer::SCRIPT)?,
        renderer_wasm: app.bytes(renderer::PROGRAM)?,
        finder_js: app.bytes(finder::SCRIPT)?,
        finder_wasm: app.bytes(finder::PROGRAM)?,
        search_css: app.bytes(finder::SHEET)?,
        translator_js: app.bytes(translator::SCRIPT)?,
        translator_wasm: app.bytes(translator::PROGRAM)?,
        translator_css: app.bytes(translator::SHEET)?,
        contact_js: app.bytes(contact::SCRIPT)?,
        contact_wasm: app.bytes(contact::PROGRAM)?,
        contact_css: app.bytes(contact::SHEET)?,
        library_js: app.bytes(library::SCRIPT)?,
        library_wasm: app.bytes(library::PROGRAM)?,
        library_css: app.bytes(library::SHEET)?,
        worker,
        icon: app.read("public/icon.svg").ok(),
    })
}

/// The style sheets' file names, in order.
fn style_sheets(html: &str) -> Vec<String> {
    html.split("<link")
        .skip(1)
        .filter_map(|rest| rest.split('>').next())
        .filter(|tag| attribute(tag, "rel").as_deref() == Some("stylesheet"))
        .filter_map(|tag| attribute(tag, "href"))
        .map(|href| local(&href))
        .collect()
}

/// The file names of the script and of the wasm it loads.
fn program(html: &str) -> Option<(String, String)> {
    let wasm = quoted(html).find(|text| text.ends_with("_bg.wasm") || text.ends_with(".wasm"))?;
    let wasm = local(wasm);
    // Trunk names the script like the wasm; another script of the page is not it.
    let wanted = wasm.strip_suffix(".wasm")?;
    let wanted = [wanted.strip_suffix("_bg").unwrap_or(wanted), ".js"].concat();
    let named = quoted(html).map(local).find(|name| *name == wanted);
    let script = named.or_else(|| {
        quoted(html)
            .filter(|text| text.ends_with(".js"))
            .map(local)
            .find(|name| !name.contains("public/"))
    })?;
    Some((script, wasm))
}

/// Everything between quotation marks of either kind that could be an address.
fn quoted(html: &str) -> impl Iterator<Item = &str> {
    html.split(['"', '\'']).filter(|text| {
        !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || "<>(){};".contains(c))
    })
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let mut rest = tag;
    loop {
        let at = rest.find(name)?;
        let before = rest[..at].chars().next_back();
        let after = rest[at + name.len()..].trim_start();
        if before.is_some_and(char::is_whitespace)
            && let Some(value) = after.strip_prefix('=')
        {
            let value = value.trim_start();
            let (quote, value) = match value.chars().next()? {
                mark @ ('"' | '\'') => (Some(mark), &value[1..]),
                _ => (None, value),
            };
            let end = value
                .find(|c: char| quote.map_or(c.is_whitespace(), |mark| c == mark))
                .unwrap_or(value.len());
            return Some(value[..end].trim_end_matches('/').to_owned());
        }
        rest = &rest[at + name.len()..];
    }
}

/// An address in `index.html` → a path in Trunk's output, whatever public URL it was built with.
fn local(href: &str) -> String {
    let bare = href.split(['?', '#']).next().unwrap_or(href);
    let bare = bare.trim_start_matches("./");
    if bare.starts_with('/') || bare.contains("://") {
        return bare.rsplit('/').next().unwrap_or(bare).to_owned();
    }
    bare.to_owned()
}

fn imports_snippets(js: &str) -> bool {
    js.lines().any(|line| {
        let line = line.trim_start();
        (line.starts_with("import ") || line.starts_with("export ")) && line.contains("/snippets/")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const INDEX: &str = r#"<link rel="stylesheet" href="/tokens-1a.css" integrity="x"/><link rel=stylesheet href=./base-2b.css>
<script type="module">
import init, * as bindings from '/lamplight-3c.js';
const wasm = await init({ module_or_path: '/lamplight-3c_bg.wasm' });
</script><link rel="modulepreload" href="/lamplight-3c.js"><link rel="preload" href="/lamplight-3c_bg.wasm" as="fetch">"#;

    #[test]
    fn trunks_page_tells_the_style_sheets_in_order_and_the_program() {
        assert_eq!(style_sheets(INDEX), ["tokens-1a.css", "base-2b.css"]);
        let (js, wasm) = program(INDEX).expect("is named");
        assert_eq!(
            (js.as_str(), wasm.as_str()),
            ("lamplight-3c.js", "lamplight-3c_bg.wasm")
        );
        assert_eq!(program("<script src='a.js'></script>"), None);
    }

    #[test]
    fn an_imported_snippet_is_noticed() {
        assert!(imports_snippets(
            "import { x } from './snippets/a/inline0.js';"
        ));
        assert!(!imports_snippets("const s = './snippets/';"));
    }
}
