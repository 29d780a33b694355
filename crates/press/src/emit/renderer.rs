//! The renderer's files: the app's second program (`crates/renderer`), which it loads when a page stands.
//!
//! Entry points: [`files`], [`meta`]; [`for_trunk`] where Trunk serves. Pages name one script, which
//! leaves a function that gives a promise of the renderer's functions (`docs/pages.md`).

use crate::emit::app::{AppFiles, File};

/// Trunk's names: it gives programs that a page does not start the names they have in Cargo.
pub(crate) const SCRIPT: &str = "lamplight-renderer.js";
pub(crate) const PROGRAM: &str = "lamplight-renderer_bg.wasm";

/// The renderer's files, first the one that pages name.
pub(crate) fn files(app: &AppFiles) -> [File; 3] {
    let script = File::hashed("renderer", "js", app.renderer_js.clone());
    let program = File::hashed("renderer", "wasm", app.renderer_wasm.clone());
    let beside = |file: &File| file.path.replacen("assets/", "./", 1);
    let load = loader(&beside(&script), &beside(&program));
    [load, script, program]
}

/// The one file that Trunk does not make.
pub(crate) fn for_trunk() -> File {
    loader(&["/", SCRIPT].concat(), &["/", PROGRAM].concat())
}

fn loader(script: &str, program: &str) -> File {
    // Whoever asks after a failure begins again.
    let text = format!(
        "import start, * as renderer from \"{script}\";\n\
         let begun;\n\
         const begin = () => start({{ module_or_path: new URL(\"{program}\", import.meta.url) }}).then(() => renderer);\n\
         self.lamplightRenderer = () => (begun ??= begin().catch((error) => {{ begun = undefined; throw error; }}));\n"
    );
    File::hashed("render", "js", text.into_bytes())
}

/// What pages say of it.
pub(crate) fn meta(base: &str, loader: &File) -> String {
    format!(
        "<meta name=\"lamplight-renderer\" content=\"{base}{}\">\n",
        loader.path
    )
}
