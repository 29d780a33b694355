//! press: a folder of Markdown → an installable static site.
//!
//! Entry points: [`build`] and [`check`]; [`serve::router`] shows a built site and
//! [`preview::Preview`] one that is being written; [`cli`] is the `press` command, which nothing else
//! here knows. The way of a post is `config` and `content` (read and check) → `documents` and `feeds`
//! (what the app reads) → `pages` (what anyone reads), `atom` and `sitemap` (by which others find it)
//! → `emit` (write, then swap).
//!
//! The same input gives the same bytes: nothing that is written depends on a clock, a network or a random
//! number, and every map is sorted. (A clock says which dates are in the future, which is a warning.)
//! Mistakes in the content are [`Diagnostic`]s, all of a run at once.

mod anchors;
mod atom;
mod cache;
mod cards;
pub mod cli;
mod config;
mod content;
mod diagnostic;
mod documents;
mod emit;
mod error;
mod external;
mod feeds;
mod fields;
mod hosting;
mod memo;
mod pages;
pub mod preview;
mod progress;
pub mod scaffold;
pub mod serve;
mod sitemap;
mod xml;

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

pub use diagnostic::{Diagnostic, Diagnostics, Kind, SHOWN_PER_KIND, Severity};
pub use emit::app::{App, Packed};
pub use error::BuildError;
pub use external::{ExternalLink, Place};
pub use hosting::precompress::Precompress;
pub use progress::{Phase, Progress, Silent};

use cache::Cache;
use config::{Address, Config};
use content::Post;
use content::media::Library;
use documents::Article;
use emit::stage::{Changes, Stage};

/// What to build from what.
#[derive(Clone, Debug, Default)]
pub struct BuildOptions {
    /// A folder with `site.toml`, or the path of such a file.
    pub content: PathBuf,
    /// The app: the output of `trunk build --release`.
    pub app: App,
    /// The site. In development, Trunk's staging folder.
    pub out: PathBuf,
    /// The site's address, instead of `base_url` in `site.toml`.
    pub base_url: Option<String>,
    /// Where readers' messages are posted, by the contract of `docs/contact.md`, instead of where `[contact]` in
    /// `site.toml` says.
    pub contact_endpoint: Option<String>,
    /// A preview at this origin (`http://127.0.0.1:8000`), below the path of the site's address.
    pub preview: Option<String>,
    /// Whether drafts are published, too.
    pub drafts: bool,
    /// The moment after which dates are in the future, and until which the cache has kept things; `None`:
    /// the system's time.
    pub now: Option<SystemTime>,
    /// Which files get compressed copies; `precompress = true` in `site.toml` makes [`Precompress::App`]
    /// mean [`Precompress::Everything`].
    pub precompress: Precompress,
    /// Whether warnings stop the build as errors do.
    pub strict: bool,
    /// Development: everything but the pages and the worker, into Trunk's staging folder.
    pub dev: bool,
}

impl BuildOptions {
    fn now(&self) -> SystemTime {
        self.now.unwrap_or_else(SystemTime::now)
    }
}

/// Seconds since 1970.
fn seconds(time: SystemTime) -> i64 {
    time.duration_since(UNIX_EPOCH)
        .ok()
        .and_then(|time| i64::try_from(time.as_secs()).ok())
        .unwrap_or_default()
}

/// What was built.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Articles, all languages together; not the publication's own pages.
    pub articles: usize,
    /// HTML files.
    pub pages: usize,
    /// Feed files.
    pub feeds: usize,
    /// Media files.
    pub media: usize,
    /// The build of the app.
    pub build: String,
    /// The digest of the content.
    pub content: String,
    /// Files written; those that did not change are left as they are.
    pub written: usize,
    /// Files deleted, because nothing makes them any more.
    pub deleted: usize,
    /// Warnings and notes; no errors.
    pub diagnostics: Diagnostics,
}

/// The address that development assumes; Trunk serves there unless told otherwise.
const DEV_ADDRESS: &str = "http://127.0.0.1:8080/";

/// Builds a site.
///
/// # Errors
/// See [`BuildError`]; whatever it is, the old output is as it was.
pub fn build(options: &BuildOptions) -> Result<Report, BuildError> {
    build_with(options, &Silent)
}

/// [`build`], telling how far it has come.
///
/// # Errors
/// As [`build`].
pub fn build_with(options: &BuildOptions, progress: &dyn Progress) -> Result<Report, BuildError> {
    let address = match (&options.base_url, &options.preview) {
        (Some(url), _) => Address::Given(url),
        (None, Some(origin)) => Address::Preview(origin),
        (None, None) if options.dev => Address::Given(DEV_ADDRESS),
        (None, None) => Address::Written,
    };
    let mut diagnostics = Diagnostics::default();
    let (mut config, mut articles, library) =
        prepare(options, address, true, &mut diagnostics, progress);
    if diagnostics.errors() > 0 || (options.strict && diagnostics.warnings() > 0) {
        return Err(BuildError::Content(diagnostics));
    }
    let mut changes = Changes::default();
    let written = if options.dev {
        let icon = options.app.read("public/icon.svg").ok();
        emit::dev(
            &mut config,
            &mut articles,
            &library,
            icon.as_deref(),
            &options.out,
        )?
    } else {
        let app = emit::app::read(&options.app)?;
        let stage = Stage::beside(&options.out, Cache::of(&config.folder))?;
        let written = emit::site(&mut config, &mut articles, &library, app, &stage, progress)?;
        let precompress = match options.precompress {
            Precompress::App if config.precompress => Precompress::Everything,
            wanted => wanted,
        };
        hosting::precompress::copies(&stage, precompress, progress)?;
        changes = stage.commit()?;
        library.prune(seconds(options.now()) / (24 * 3600));
        written
    };
    Ok(Report {
        articles: articles.iter().filter(|a| !a.document.page).count(),
        pages: written.pages,
        feeds: written.feeds,
        media: written.media,
        build: written.build,
        content: written.content,
        written: changes.written,
        deleted: changes.deleted,
        diagnostics,
    })
}

/// Checks a publication and writes nothing. Only `content`, `base_url`, `contact_endpoint`, `drafts` and
/// `now` of the options matter.
pub fn check(options: &BuildOptions) -> Diagnostics {
    check_with(options, &Silent)
}

/// [`check`], telling how far it has come.
pub fn check_with(options: &BuildOptions, progress: &dyn Progress) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    let address = options
        .base_url
        .as_deref()
        .map_or(Address::Unneeded, Address::Given);
    prepare(options, address, false, &mut diagnostics, progress);
    diagnostics
}

/// Every address of another site that the publication links to. Mistakes in the content are
/// [`check`]'s to tell.
pub fn external_links(options: &BuildOptions) -> Vec<ExternalLink> {
    let address = options
        .base_url
        .as_deref()
        .map_or(Address::Unneeded, Address::Given);
    let (config, posts) = read(
        options,
        address,
        false,
        &mut Diagnostics::default(),
        &Silent,
    );
    external::list(&posts, &config)
}

/// The settings, and the posts and pages as they were written.
fn read(
    options: &BuildOptions,
    address: Address<'_>,
    cached: bool,
    diagnostics: &mut Diagnostics,
    progress: &dyn Progress,
) -> (Config, Vec<Post>) {
    let mut config = config::load(
        &options.content,
        address,
        options.contact_endpoint.as_deref(),
        diagnostics,
    );
    let cache = if cached {
        Cache::of(&config.folder)
    } else {
        Cache::none()
    };
    if !config.is_read {
        return (config, Vec::new());
    }
    let posts = content::load(&config, options.drafts, &cache, diagnostics, progress);
    content::future::check(&posts, seconds(options.now()), diagnostics);
    let posts = content::assemble::assemble(posts, &mut config, diagnostics);
    (config, posts)
}

fn prepare(
    options: &BuildOptions,
    address: Address<'_>,
    to_write: bool,
    diagnostics: &mut Diagnostics,
    progress: &dyn Progress,
) -> (Config, Vec<Article>, Library) {
    // Who only looks leaves nothing behind; and Trunk watches the publication's folder.
    let cached = to_write && !options.dev;
    let (config, posts) = read(options, address, cached, diagnostics, progress);
    let library = Library::new(
        &config.folder,
        &config.posts,
        config.pages.as_deref(),
        to_write,
    );
    let articles = documents::documents(&posts, &config, &library, diagnostics);
    cards::check(&articles, &config, diagnostics);
    diagnostics.sort();
    (config, articles, library)
}

/// The file that tells a site that press made from any other folder.
pub(crate) const EDITION: &str = "edition.json";

/// The folders that a publication is made of.
fn folders(content: &Path) -> Vec<PathBuf> {
    let config = config::load(
        content,
        Address::Unneeded,
        None,
        &mut Diagnostics::default(),
    );
    let elsewhere = !config.posts.starts_with(&config.folder) && config.posts.is_dir();
    let posts = elsewhere.then_some(config.posts);
    [config.folder].into_iter().chain(posts).collect()
}
