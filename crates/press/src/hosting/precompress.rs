//! Compressed copies beside the files (`app.js.br`, `app.js.gz`), for servers that only have to send
//! them: nginx's `brotli_static` and `gzip_static`, Caddy's `precompressed`, the preview server.
//!
//! Entry point: [`copies`], after everything else is produced. The same bytes give the same copies: no name
//! and no time is in them.

use std::io::Write as _;

use brotli::enc::BrotliEncoderParams;
use flate2::{Compression, GzBuilder};
use rayon::prelude::*;

use crate::emit::key::Key;
use crate::emit::stage::Stage;
use crate::error::BuildError;
use crate::progress::{Phase, Progress};

/// Which files get compressed copies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precompress {
    /// None: for a look at the site.
    Nothing,
    /// The app's own, as well as can be: they change seldom, and every reader fetches them.
    #[default]
    App,
    /// All texts: those of the app as above, pages and documents fast enough for a large archive.
    Everything,
}

/// How much time a file is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Effort {
    /// Brotli 11: seconds for the app.
    Best,
    /// Brotli 5: on pages of some 10 kB a twentieth of 11's time, for an eighth more bytes.
    Quick,
}

/// What compresses; pictures and archives do not.
const TEXTS: [&str; 10] = [
    "css",
    "html",
    "js",
    "json",
    "svg",
    "txt",
    "wasm",
    "webmanifest",
    "xml",
    "xsl",
];

/// Produces the copies of what has been produced.
///
/// # Errors
/// A file cannot be read or a copy not be written.
pub(crate) fn copies(
    stage: &Stage,
    wanted: Precompress,
    progress: &dyn Progress,
) -> Result<(), BuildError> {
    let mut files: Vec<_> = stage
        .produced()
        .into_iter()
        .filter_map(|(path, digest)| Some((effort(wanted, &path)?, path, digest)))
        .collect();
    if files.is_empty() {
        return Ok(());
    }
    // What takes longest first, so that no thread is left alone with it.
    files.sort();
    progress.begin(Phase::Compressing, files.len());
    files.par_iter().try_for_each(|(effort, path, digest)| {
        for encoding in [Encoding::Brotli(*effort), Encoding::Gzip] {
            let key = Key::of("compressed").with(encoding.ending()).with(digest);
            let copy = [path, encoding.ending()].concat();
            stage.produce_some(&copy, key, || Ok(encoding.encode(&stage.read(path)?)))?;
        }
        progress.advance(1);
        Ok(())
    })
}

fn effort(wanted: Precompress, path: &str) -> Option<Effort> {
    let (_, extension) = path.rsplit_once('.')?;
    if wanted == Precompress::Nothing || !TEXTS.contains(&extension) {
        return None;
    }
    let of_the_app = ["assets/", "icons/", "shell/"]
        .iter()
        .any(|folder| path.starts_with(folder))
        || matches!(path, "sw.js" | "manifest.webmanifest");
    match (of_the_app, wanted) {
        (true, _) => Some(Effort::Best),
        (false, Precompress::Everything) => Some(Effort::Quick),
        (false, _) => None,
    }
}

/// A content coding.
#[derive(Clone, Copy, Debug)]
enum Encoding {
    /// RFC 7932.
    Brotli(Effort),
    /// RFC 1952, without name and time. The best level takes hardly longer than the others here.
    Gzip,
}

impl Encoding {
    /// What servers look for behind the file's name.
    fn ending(self) -> &'static str {
        match self {
            Self::Brotli(_) => ".br",
            Self::Gzip => ".gz",
        }
    }

    /// The bytes encoded, if that is fewer.
    fn encode(self, bytes: &[u8]) -> Option<Vec<u8>> {
        let mut out = Vec::with_capacity(bytes.len() / 3);
        // Writing to memory does not fail; without a copy the file itself is sent.
        match self {
            Self::Brotli(effort) => {
                // The window's size is a power of two; a smaller one is made ready sooner.
                let (quality, lgwin) = match effort {
                    Effort::Best => (11, 22),
                    Effort::Quick => (5, 18),
                };
                let params = BrotliEncoderParams {
                    quality,
                    lgwin,
                    size_hint: bytes.len(),
                    ..BrotliEncoderParams::default()
                };
                brotli::BrotliCompress(&mut &bytes[..], &mut out, &params).ok()?;
            }
            Self::Gzip => {
                let mut encoder = GzBuilder::new().mtime(0).write(out, Compression::best());
                encoder.write_all(bytes).ok()?;
                out = encoder.finish().ok()?;
            }
        }
        (out.len() < bytes.len()).then_some(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENCODINGS: [Encoding; 3] = [
        Encoding::Brotli(Effort::Best),
        Encoding::Brotli(Effort::Quick),
        Encoding::Gzip,
    ];

    #[test]
    fn the_same_bytes_give_the_same_copy_without_a_time() {
        let text = "A lamp in the window, and another lamp in the door. ".repeat(40);
        for encoding in ENCODINGS {
            let copy = encoding.encode(text.as_bytes()).expect("is smaller");
            assert_eq!(encoding.encode(text.as_bytes()), Some(copy), "{encoding:?}");
        }
        let gzip = Encoding::Gzip.encode(text.as_bytes()).expect("is smaller");
        assert_eq!(gzip.get(4..8), Some(&[0; 4][..]));
    }

    #[test]
    fn what_would_not_shrink_gets_no_copy() {
        for encoding in ENCODINGS {
            assert_eq!(encoding.encode(b"a"), None, "{encoding:?}");
        }
        for path in ["media/a.webp", "icons/icon-192.png", "_headers", "a.js.br"] {
            assert_eq!(effort(Precompress::Everything, path), None, "{path}");
        }
    }

    #[test]
    fn the_apps_files_are_worth_more_time_than_pages() {
        let app = [
            "assets/app-1.wasm",
            "sw.js",
            "shell/index.html",
            "icons/icon.svg",
        ];
        for path in app {
            let best = Some(Effort::Best);
            assert_eq!(effort(Precompress::App, path), best, "{path}");
            assert_eq!(effort(Precompress::Everything, path), best, "{path}");
            assert_eq!(effort(Precompress::Nothing, path), None, "{path}");
        }
        for path in [
            "index.html",
            "articles/a.en.json",
            "feed.xml",
            "media/1.svg",
        ] {
            let quick = Some(Effort::Quick);
            assert_eq!(effort(Precompress::App, path), None, "{path}");
            assert_eq!(effort(Precompress::Everything, path), quick, "{path}");
        }
    }
}
