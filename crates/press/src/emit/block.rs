//! The app block: what a page needs of the app, in one piece that is the same on every page of a build
//! (`docs/pages.md`, `docs/decisions/boot.md`).
//!
//! Entry point: [`Block`]. Nothing in it but the style sheet may be waited for before the first paint.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha2::{Digest as _, Sha256};

use crate::config::Config;
use crate::emit::app::{AppFiles, File};
use crate::emit::{contact, finder, library, renderer, translator};
use crate::hosting::{self, Policy};
use crate::pages;

/// The addresses of style sheets that come once the app runs, and with the pages that are made of what they style.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sheets {
    /// Of search.
    pub(crate) search: String,
    /// Of contact; empty where readers cannot write.
    pub(crate) contact: String,
}

/// The app's files and the lines that load them.
pub(crate) struct Block {
    /// What the worker installs.
    pub(crate) files: Vec<File>,
    /// What it keeps once it was fetched: few readers use the translator.
    pub(crate) later: Vec<File>,
    /// What pages may load and run: their own files, and the block's one inline script.
    pub(crate) policy: Policy,
    /// The script by which the worker delivers messages; relative to the base.
    pub(crate) post: Option<String>,
    /// The style sheets that pages need only where they are what the sheets are for.
    pub(crate) sheets: Sheets,
    early: String,
    /// The lines that name the scripts of the other programs.
    programs: String,
}

/// Where each file is in `Block::files`.
const CSS: usize = 0;
const JS: usize = 1;
const WASM: usize = 2;

impl Block {
    pub(crate) fn new(config: &Config, app: &AppFiles) -> Result<Self, serde_json::Error> {
        let css = [app.css.as_str(), &config.theme.css].concat();
        let early = bare(&app.early);
        let mut files = vec![
            File::hashed("app", "css", css.into_bytes()),
            File::hashed("app", "js", app.js.clone()),
            File::hashed("app", "wasm", app.wasm.clone()),
        ];
        let rendering = renderer::files(app);
        let finding = finder::files(app, &rendering[0]);
        let base = &config.site.base;
        let translating = translator::files(config, app)?;
        let contact = contact::files(config, app)?;
        let keeping = library::files(config, app, &rendering[0])?;
        let programs = [
            renderer::meta(base, &rendering[0]),
            finder::meta(base, &finding[0]),
            translator::meta(base, &translating),
            contact::meta(base, contact.as_ref().map(|files| &files.form)),
            library::meta(base, &keeping[0]),
        ]
        .concat();
        files.extend(rendering);
        files.extend(finding);
        let search = finder::sheet(app);
        let mut sheets = Sheets {
            search: [base, &*search.path].concat(),
            contact: String::new(),
        };
        files.push(search);
        let post = contact.as_ref().map(|files| files.post.path.clone());
        if let Some(files) = &contact {
            sheets.contact = [base, &*files.sheet.path].concat();
        }
        files.extend(contact.into_iter().flat_map(contact::Files::all));
        files.extend(keeping);
        files.extend(config.theme.files.iter().cloned());
        Ok(Self {
            files,
            later: translating,
            policy: Policy {
                inline_scripts: vec![source(&early)],
                messages: hosting::messages(config.contact.values().next(), &config.origin),
            },
            post,
            sheets,
            early,
            programs,
        })
    }

    /// The block of a build, with its markers.
    pub(crate) fn render(&self, build: &str, site_json: &str, base: &str) -> String {
        let path = |index: usize| {
            let path = self.files.get(index).map_or("", |file| file.path.as_str());
            [base, path].concat()
        };
        let (policy, early, programs) = (self.policy.meta(), &self.early, &self.programs);
        let (css, js, wasm) = (path(CSS), path(JS), path(WASM));
        let search = &self.sheets.search;
        pages::mark_app_block(&format!(
            "<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n<meta name=\"lamplight-build\" content=\"{build}\">\n{programs}<script data-base=\"{base}\" data-script=\"{js}\" data-program=\"{wasm}\" data-sheet=\"{search}\">{early}</script>\n<link rel=\"stylesheet\" href=\"{css}\">\n<script type=\"application/json\" id=\"lamplight-site\">{site_json}</script>\n"
        ))
    }
}

/// A script without its comments of whole lines and without indentation.
pub(crate) fn bare(script: &str) -> String {
    script
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// An inline script as a source of `script-src`: `'sha256-…'` (CSP 3, § 2.3.1).
fn source(script: &str) -> String {
    format!("'sha256-{}'", BASE64.encode(Sha256::digest(script)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_known_by_the_hash_of_its_text() {
        // The example of CSP 3.
        assert_eq!(
            source("doSomething();"),
            "'sha256-RFWPLDbv2BY+rCkDzsE+0fr8ylGr2R2faWMhq4lfEQc='"
        );
    }

    #[test]
    fn comments_and_indentation_stay_out_of_the_pages() {
        assert_eq!(
            bare("// Why.\n(() => {\n  // Here.\n  f(\"//\"); // kept\n\n})();\n"),
            "(() => {\nf(\"//\"); // kept\n})();"
        );
    }
}
