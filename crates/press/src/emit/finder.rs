//! The finder's files: the app's third program (`crates/finder`), which runs in a worker of its own when search
//! is opened.
//!
//! Entry points: [`files`], [`meta`]; [`for_trunk`] where Trunk serves. Pages name one script, that of the
//! worker (`docs/pages.md`).

use crate::emit::app::{AppFiles, File};

/// Trunk's names: it gives programs that a page does not start the names they have in Cargo.
pub(crate) const SCRIPT: &str = "lamplight-finder.js";
pub(crate) const PROGRAM: &str = "lamplight-finder_bg.wasm";

/// Its style sheet: nobody needs it before the app runs.
pub(crate) const SHEET: &str = "public/search.css";

/// The worker's source, in which the files beside it are to be named: what fetches for the program, what looks after the
/// index on the device, and what answers the app.
const WORKER: &str = concat!(
    include_str!("search.js"),
    include_str!("whole.js"),
    include_str!("finder.js")
);

/// The style sheet of search.
pub(crate) fn sheet(app: &AppFiles) -> File {
    File::hashed("search", "css", app.search_css.clone())
}

/// The finder's files, first the one that pages name. `renderer` is the script that starts the renderer, by
/// which the finder reads articles.
pub(crate) fn files(app: &AppFiles, renderer: &File) -> [File; 3] {
    let script = File::hashed("finder", "js", app.finder_js.clone());
    let program = File::hashed("finder", "wasm", app.finder_wasm.clone());
    let beside = |file: &File| file.path.replacen("assets/", "./", 1);
    let worker = worker(&beside(&script), &beside(&program), &beside(renderer));
    [worker, script, program]
}

/// The one file that Trunk does not make.
pub(crate) fn for_trunk(renderer: &File) -> File {
    let renderer = ["/", &renderer.path].concat();
    worker(&["/", SCRIPT].concat(), &["/", PROGRAM].concat(), &renderer)
}

fn worker(script: &str, program: &str, renderer: &str) -> File {
    let text = WORKER
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .map(|line| [line, "\n"].concat())
        .collect::<String>()
        .replace("SCRIPT", script)
        .replace("PROGRAM", program)
        .replace("RENDERER", renderer);
    File::hashed("find", "js", text.into_bytes())
}

/// What pages say of it.
pub(crate) fn meta(base: &str, worker: &File) -> String {
    format!(
        "<meta name=\"lamplight-finder\" content=\"{base}{}\">\n",
        worker.path
    )
}
