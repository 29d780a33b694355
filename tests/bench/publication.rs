//! What is visited: the sample publication, one article more, and each page as plain HTML.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use lamplight_e2e::copy_folder;
use tempfile::TempDir;

/// A page that is visited.
pub(crate) struct Visited {
    pub(crate) name: &'static str,
    pub(crate) path: &'static str,
    /// An article that is opened from there: the end of its link's address.
    pub(crate) other: &'static str,
}

/// The publication's long article without its picture; it is made here.
const WITHOUT: &str = "without-a-picture";
const LONG: &str = "the-library-boat";

/// The pages that are visited.
pub(crate) const PAGES: [Visited; 3] = [
    Visited {
        name: "article with a lead image",
        path: "an-alphabet-of-fog/",
        other: "/how-to-read-a-weather-map/",
    },
    Visited {
        name: "article without images",
        path: "without-a-picture/",
        other: "/how-to-read-a-weather-map/",
    },
    Visited {
        name: "front page",
        path: "",
        other: "/how-to-read-a-weather-map/",
    },
];

/// A pressed publication with plain pages beside its own.
pub(crate) struct Publication {
    root: PathBuf,
    _folder: TempDir,
}

impl Publication {
    /// Presses it with the built app.
    ///
    /// # Errors
    /// The app has not been built.
    pub(crate) fn press() -> Result<Self> {
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let app = std::env::var_os("LAMPLIGHT_DIST")
            .map_or_else(|| repository.join("dist"), PathBuf::from);
        anyhow::ensure!(
            app.join("index.html").is_file(),
            "the app is not built in {}: run `cargo xtask build`",
            app.display()
        );
        let folder = tempfile::Builder::new()
            .prefix("lamplight-paint-")
            .tempdir()?;
        let made = Self {
            root: folder.path().join("site"),
            _folder: folder,
        };
        let content = made.root.with_file_name("content");
        copy_folder(&repository.join("content"), &content)?;
        let long = fs::read_to_string(content.join(format!("posts/{LONG}/index.md")))?;
        let text: Vec<&str> = long
            .lines()
            .filter(|line| !line.starts_with("image") && !line.starts_with("caption"))
            .filter(|line| !line.starts_with("!["))
            .collect();
        fs::write(
            content.join(format!("posts/{WITHOUT}.md")),
            text.join("\n") + "\n",
        )?;
        let options = lamplight_press::BuildOptions {
            content,
            app: app.into(),
            out: made.root.clone(),
            base_url: Some("https://lantern.example/".into()),
            ..Default::default()
        };
        lamplight_press::build(&options).context("press refused the publication")?;
        for page in PAGES {
            let html = fs::read_to_string(made.root.join(page.path).join("index.html"))?;
            let folder = made.root.join(made.plain(page.path));
            fs::create_dir_all(&folder)?;
            fs::write(folder.join("index.html"), plain(&html)?)?;
        }
        Ok(made)
    }

    /// The folder to serve.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The path of the plain page beside a page.
    pub(crate) fn plain(&self, path: &str) -> String {
        format!("plain/{path}")
    }
}

/// A page as somebody would write it who has no app: the same body, images and style sheet, a title,
/// a description, and nothing else.
fn plain(html: &str) -> Result<String> {
    let (head, body) = html.split_once("</head>").context("a page has a head")?;
    let opening = head.split_once("<head>").context("a page has a head")?.0;
    let kept: Vec<&str> = head
        .lines()
        .filter(|line| {
            [
                "<meta charset",
                "<meta name=\"viewport\"",
                "<title>",
                "<meta name=\"description\"",
                "<link rel=\"stylesheet\"",
            ]
            .iter()
            .any(|start| line.starts_with(start))
        })
        .collect();
    anyhow::ensure!(
        kept.len() == 5,
        "the page's head is not as expected: {kept:?}"
    );
    Ok(format!(
        "{opening}<head>\n{}\n</head>{body}",
        kept.join("\n")
    ))
}
