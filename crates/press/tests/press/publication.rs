//! A publication and an app in a temporary folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use lamplight_press::{
    BuildError, BuildOptions, Diagnostic, Diagnostics, Kind, Precompress, Report, Severity, build,
    check,
};
use tempfile::TempDir;

/// A small publication's settings.
pub(crate) const SITE: &str = "title = \"The Wire\"\ndescription = \"News of the coast.\"\nbase_url = \"https://example.org/\"\nlanguages = [\"en\", \"fr\", \"ar\"]\n\n[[categories]]\nid = \"sea\"\nnames = { en = \"Sea\", fr = \"Mer\" }\n";

const INDEX: &str = "<!doctype html>\n<html><head>\n<!--lamplight:head-->\n<link rel=\"stylesheet\" href=\"/tokens-1.css\" integrity=\"x\"/>\n<link rel=\"stylesheet\" href=\"/base-2.css\"/>\n<script type=\"module\">import init from '/lamplight-3.js';\ninit({ module_or_path: '/lamplight-3_bg.wasm' });</script>\n<link rel=\"modulepreload\" href=\"/lamplight-3.js\">\n</head><body><div id=\"app\"></div></body></html>\n";

/// A picture of 3 by 2 pixels.
pub(crate) const GIF: &[u8] = b"GIF89a\x03\x00\x02\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x03\x00\x02\x00\x00\x02\x03D\x04\x05\x00;";

/// Built up file by file.
pub(crate) struct Publication {
    folder: TempDir,
}

impl Publication {
    /// With [`SITE`], an app and no posts.
    pub(crate) fn new() -> Self {
        let publication = Self {
            folder: TempDir::new().expect("a temporary folder"),
        };
        for (path, text) in [
            ("dist/index.html", INDEX),
            ("dist/tokens-1.css", ":root{--accent:#9a3d22}"),
            ("dist/base-2.css", "body{margin:0}\n"),
            (
                "dist/lamplight-3.js",
                "export default async function init() {}\n",
            ),
            ("dist/lamplight-3_bg.wasm", "\0asm\u{1}\0\0\0"),
            (
                "dist/lamplight-renderer.js",
                "export function article() {}\n",
            ),
            ("dist/lamplight-renderer_bg.wasm", "\0asm\u{1}\0\0\0"),
            ("dist/lamplight-finder.js", "export function search() {}\n"),
            ("dist/lamplight-finder_bg.wasm", "\0asm\u{1}\0\0\0"),
            (
                "dist/lamplight-translator.js",
                "export function open() {}\n",
            ),
            ("dist/lamplight-translator_bg.wasm", "\0asm\u{1}\0\0\0"),
            ("dist/public/translate.css", ".machine-bar {}\n"),
            ("dist/public/search.css", ".search {}\n"),
            ("dist/lamplight-contact.js", "export function begin() {}\n"),
            ("dist/lamplight-contact_bg.wasm", "\0asm\u{1}\0\0\0"),
            ("dist/public/contact.css", ".contact-form {}\n"),
            ("dist/lamplight-library.js", "export function begin() {}\n"),
            ("dist/lamplight-library_bg.wasm", "\0asm\u{1}\0\0\0"),
            ("dist/public/library.css", ".library-body {}\n"),
            ("dist/public/early.js", "// Why.\n  early();\n"),
            (
                "dist/public/sw.js",
                "const BUILD = /*lamplight:build*/null;\n",
            ),
        ] {
            publication.put(path, text.as_bytes());
        }
        fs::create_dir_all(publication.path("content/posts")).expect("a folder");
        publication.site(SITE)
    }

    fn put(&self, path: &str, bytes: &[u8]) {
        let file = self.path(path);
        fs::create_dir_all(file.parent().expect("a parent")).expect("a folder");
        fs::write(file, bytes).expect("a file");
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn site(self, toml: &str) -> Self {
        self.file("site.toml", toml.as_bytes())
    }

    /// A file of `content/posts`.
    pub(crate) fn post(self, path: &str, text: &str) -> Self {
        self.file(&format!("posts/{path}"), text.as_bytes())
    }

    /// A file of `content`.
    pub(crate) fn file(self, path: &str, bytes: &[u8]) -> Self {
        self.put(&format!("content/{path}"), bytes);
        self
    }

    /// A file of the app.
    pub(crate) fn app(self, path: &str, text: &str) -> Self {
        self.put(&format!("dist/{path}"), text.as_bytes());
        self
    }

    pub(crate) fn options(&self) -> BuildOptions {
        BuildOptions {
            content: self.path("content"),
            app: self.path("dist").into(),
            out: self.path("site"),
            // The tests that are about compressed copies ask for them: each takes its time.
            precompress: Precompress::Nothing,
            ..BuildOptions::default()
        }
    }

    pub(crate) fn build(&self) -> Result<Report, BuildError> {
        build(&self.options())
    }

    pub(crate) fn built(&self) -> Report {
        self.build().unwrap_or_else(|error| match error {
            BuildError::Content(found) => panic!("{}", found.render(true)),
            other => panic!("{other}"),
        })
    }

    pub(crate) fn check(&self) -> Diagnostics {
        check(&self.options())
    }

    /// Expects exactly one diagnostic: its kind, file, line, and a part of its text.
    pub(crate) fn complains(
        &self,
        severity: Severity,
        kind: Kind,
        file: &str,
        line: Option<usize>,
        text: &str,
    ) {
        let found = self.check();
        let [one] = found.all() else {
            panic!("expected one diagnostic, found:\n{}", found.render(true));
        };
        let shown = one.to_string();
        assert_eq!((one.severity, one.kind), (severity, kind), "{shown}");
        assert_eq!(one.path, self.path("content").join(file), "{shown}");
        assert_eq!(one.line, line, "{shown}");
        assert!(shown.contains(text), "{shown}");
        assert!(
            one.message.ends_with('.') || one.message.ends_with('?'),
            "{shown}"
        );
        assert_eq!(
            severity == Severity::Error,
            self.build().is_err(),
            "{shown}"
        );
    }

    /// A file of the built site.
    pub(crate) fn read(&self, path: &str) -> String {
        let file = self.path("site").join(path);
        fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
    }

    pub(crate) fn json(&self, path: &str) -> serde_json::Value {
        serde_json::from_str(&self.read(path)).expect("JSON")
    }

    /// Every file of the built site.
    pub(crate) fn files(&self) -> BTreeMap<String, Vec<u8>> {
        files_of(&self.path("site"))
    }
}

/// What was found, but for notes.
pub(crate) fn warned(found: &Diagnostics) -> Vec<&Diagnostic> {
    let all = found.all().iter();
    all.filter(|one| one.severity != Severity::Note).collect()
}

/// Every file below a folder, by its relative path.
pub(crate) fn files_of(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut out = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(root).expect("below the root");
                let name = name.to_str().expect("UTF-8").replace('\\', "/");
                out.insert(name, fs::read(&path).expect("a file"));
            }
        }
    }
    out
}
