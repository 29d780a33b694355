//! Everything that is written: app files, documents, feeds, pages, the worker.
//!
//! Entry points: [`site`] (a whole site) and [`dev`] (what Trunk's server needs beside its own files).
//! Files go through a [`stage`], which leaves alone what did not change; nothing is where readers see it
//! before all of them are made.

pub(crate) mod app;
mod archives;
mod articles;
pub(crate) mod block;
pub(crate) mod contact;
mod discovery;
mod finder;
pub(crate) mod icons;
pub(crate) mod key;
mod library;
mod lists;
mod output;
pub(crate) mod previous;
pub(crate) mod redirects;
mod renderer;
mod search;
mod set;
pub(crate) mod stage;
pub(crate) mod translator;
pub(crate) mod words;

use std::path::Path;

use lamplight_model::{Edition, FORMAT, Messages, seal};
use rayon::prelude::*;
use serde_json::json;

use crate::cards::Cards;
use crate::config::Config;
use crate::content::media::Library;
use crate::documents::{Article, document_path};
use crate::error::BuildError;
use crate::feeds::{self, List};
use crate::hosting;
use crate::pages::{self, Frame, Page, plain};
use crate::progress::{Phase, Progress, Silent};
use app::{AppFiles, File, WORKER_SLOT};
use block::Block;
use stage::Stage;

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) pages: usize,
    pub(crate) feeds: usize,
    pub(crate) media: usize,
    pub(crate) build: String,
    pub(crate) content: String,
}

/// Writes a whole site into a stage.
pub(crate) fn site(
    config: &mut Config,
    articles: &mut [Article],
    library: &Library,
    app: AppFiles,
    stage: &Stage,
    progress: &dyn Progress,
) -> Result<Written, BuildError> {
    let interface = messages(config);
    let block = Block::new(config, &app)?;
    let mut files = block.files.clone();
    files.extend(installable(config, app.icon.as_deref())?);
    let site_json = pages::json_for_html(&config.site)?;

    // The build is everything the worker installs; the shell carries the build's own name, so it
    // counts as it is without.
    let unnamed = Frame::new(config, block.render("", &site_json, &config.site.base));
    let shell = unnamed.render(&plain::shell(&unnamed));
    let mut identity: Vec<String> = files
        .iter()
        .map(|file| format!("{} {}", file.path, seal::digest(&file.bytes)))
        .collect();
    identity.push(shell);
    identity.push(app.worker.clone());
    let build = seal::digest(identity.join("\n").as_bytes());

    let app_block = block.render(&build, &site_json, &config.site.base);
    let icon = own_icon(config)?;
    let icon = icon.as_deref().or(app.icon.as_deref());
    let cards = Cards::new(config, icon.unwrap_or(icons::FALLBACK));
    let frame = Frame::new(config, app_block)
        .with_cards(cards)
        .with_sheets(block.sheets.clone());
    files.push(File {
        path: plain::SHELL.into(),
        bytes: frame.render(&plain::shell(&frame)).into_bytes(),
    });
    let mut told = json!({
        "id": build,
        "base": config.site.base,
        "policy": block.policy.header(),
        "shell": plain::SHELL.trim_end_matches("index.html"),
        "files": listed(&files),
    });
    if let Some(post) = block.post {
        told["post"] = post.into();
    }
    let worker = worker(&app.worker, &told)?;
    stage.write("sw.js", &worker)?;
    files.extend(interface);
    files.extend(block.later);
    files
        .par_iter()
        .try_for_each(|file| stage.write(&file.path, &file.bytes))?;

    let lists = config.site.languages.len() * (config.site.categories.len() + 1);
    progress.begin(Phase::Writing, articles.len() + lists);
    articles::write(config, articles, Some(&frame), stage, progress)?;
    let lists = feeds::lists(articles, config);
    let mut written = content(
        config,
        articles,
        &lists,
        library,
        &build,
        Some(&frame),
        stage,
        progress,
    )?;
    written.pages += articles.len() + write_pages(&frame, stage)?;
    let rules = hosting::rules(&config.site.base, &block.policy);
    stage.write(hosting::FILE, hosting::write(&rules))?;
    pages::card::write(&frame.cards, articles, stage)?;
    discovery::write(&frame, articles, &lists, stage)?;
    written.pages += redirects::write(config, articles, stage)?;
    Ok(written)
}

/// Writes what Trunk's server lacks into its staging folder, and tells the page there of the site.
pub(crate) fn dev(
    config: &mut Config,
    articles: &mut [Article],
    library: &Library,
    icon: Option<&[u8]>,
    staging: &Path,
) -> Result<Written, BuildError> {
    let stage = Stage::existing(staging);
    let mut files = messages(config);
    files.extend(installable(config, icon)?);
    files.extend(config.theme.files.iter().cloned());
    for file in &files {
        stage.write(&file.path, &file.bytes)?;
    }
    articles::write(config, articles, None, &stage, &Silent)?;
    let lists = feeds::lists(articles, config);
    let written = content(
        config, articles, &lists, library, "dev", None, &stage, &Silent,
    )?;
    let index = staging.join("index.html");
    let html = std::fs::read_to_string(&index).map_err(|source| BuildError::Read {
        path: index.clone(),
        source,
    })?;
    let theme = File::hashed("theme", "css", config.theme.css.clone().into_bytes());
    stage.write(&theme.path, &theme.bytes)?;
    // Behind the app's own style sheets, as in a site.
    let theme = format!(
        "<link rel=\"stylesheet\" href=\"/{}\">\n<link rel=\"stylesheet\" href=\"/{}\">\n</head>",
        finder::SHEET,
        theme.path
    );
    let loader = renderer::for_trunk();
    stage.write(&loader.path, &loader.bytes)?;
    let worker = finder::for_trunk(&loader);
    stage.write(&worker.path, &worker.bytes)?;
    let translator = translator::for_trunk(config)?;
    stage.write(&translator.path, &translator.bytes)?;
    // A build without that program is as good without its scripts.
    let glue = std::fs::read_to_string(staging.join(contact::SCRIPT)).unwrap_or_default();
    let contact = contact::for_trunk(config, &glue)?;
    for script in &contact {
        stage.write(&script.path, &script.bytes)?;
    }
    let keeping = library::for_trunk(config, &loader)?;
    for script in &keeping {
        stage.write(&script.path, &script.bytes)?;
    }
    let head = format!(
        "<meta name=\"lamplight-build\" content=\"dev\">\n{}{}{}{}{}<script type=\"application/json\" id=\"lamplight-site\">{}</script>\n<link rel=\"manifest\" href=\"/manifest.webmanifest\">",
        renderer::meta("/", &loader),
        finder::meta("/", &worker),
        translator::meta("/", &[translator]),
        contact::meta("/", contact.first()),
        library::meta("/", &keeping[0]),
        pages::json_for_html(&config.site)?
    );
    stage.write(
        "index.html",
        html.replacen(pages::HEAD, &head, 1)
            .replacen("</head>", &theme, 1)
            .as_bytes(),
    )?;
    Ok(written)
}

/// The interface's texts of every language that the app has none of; the languages learn where theirs are.
fn messages(config: &mut Config) -> Vec<File> {
    let mut files = Vec::new();
    let several = config.site.languages.len() > 1;
    for language in &mut config.site.languages {
        let own = config.messages.get(&language.code);
        let spoken = match own.and_then(|text| Messages::read(text)) {
            Some(messages) => Some(messages),
            // Not in English of another language, which its catalogue cannot name.
            None => language.code.starts_with("en").then(Messages::english),
        };
        // Where a publisher's texts lack this one, English stands in their place.
        let english = Messages::english().offered;
        let said = |text: &String| *text != english || language.code.starts_with("en");
        language.offered = spoken
            .filter(|_| several)
            .map(|messages| messages.offered)
            .filter(said)
            .unwrap_or_default();
        if let Some(text) = config.messages.get(&language.code) {
            let name = format!(
                "messages-{}",
                lamplight_model::paths::segment(&language.code)
            );
            let file = File::hashed(&name, "json", text.as_bytes().to_vec());
            language.messages = Some(file.path.clone());
            files.push(file);
        }
    }
    files
}

/// The publication's own icon.
fn own_icon(config: &Config) -> Result<Option<Vec<u8>>, BuildError> {
    let path = config.folder.join("icon.svg");
    match std::fs::read(&path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(BuildError::Read { path, source }),
    }
}

/// The manifest and the icons.
fn installable(config: &Config, icon_of_app: Option<&[u8]>) -> Result<Vec<File>, BuildError> {
    let own = own_icon(config)?;
    let paper = pages::head::THEME_COLOURS[0].1;
    let mut files = icons::icons(own.as_deref().or(icon_of_app), paper)?;
    let site = &config.site;
    let icon = |name: &str, sizes: &str, kind: &str, purpose: &str| {
        json!({
            "src": format!("{}icons/{name}", site.base),
            "sizes": sizes,
            "type": kind,
            "purpose": purpose,
        })
    };
    let mut manifest = json!({
        "id": site.base,
        "name": site.title,
        "short_name": config.short_name,
        "lang": site.default_lang(),
        "dir": site.dir(site.default_lang()).as_str(),
        "start_url": site.base,
        "scope": site.base,
        "display": "standalone",
        "theme_color": paper,
        "background_color": paper,
        "icons": [
            icon("icon-192.png", "192x192", "image/png", "any"),
            icon("icon-512.png", "512x512", "image/png", "any"),
            icon("maskable-192.png", "192x192", "image/png", "maskable"),
            icon("maskable-512.png", "512x512", "image/png", "maskable"),
            icon("icon.svg", "any", "image/svg+xml", "any"),
        ],
    });
    if !site.description.is_empty()
        && let Some(object) = manifest.as_object_mut()
    {
        object.insert("description".into(), site.description.clone().into());
    }
    let mut text = serde_json::to_string_pretty(&manifest)?;
    text.push('\n');
    files.insert(
        0,
        File {
            path: "manifest.webmanifest".into(),
            bytes: text.into_bytes(),
        },
    );
    Ok(files)
}

/// The worker's list of files, each with its digest.
fn listed(files: &[File]) -> Vec<serde_json::Value> {
    files
        .iter()
        .map(|file| {
            // By its address, not its file: hosts that hide file names answer those with redirects.
            let url = file.path.strip_suffix("index.html").unwrap_or(&file.path);
            json!({ "url": url, "digest": seal::digest(&file.bytes) })
        })
        .collect()
}

/// The worker of a build (`docs/formats.md`).
fn worker(source: &str, build: &serde_json::Value) -> Result<String, BuildError> {
    // Member order is part of what readers download; serde_json sorts, which is as good as any.
    Ok(source.replacen(WORKER_SLOT, &serde_json::to_string(build)?, 1))
}

/// Lists, media and the edition. With a `frame`, lists are written as pages, too.
#[expect(clippy::too_many_arguments, reason = "everything a site is made of")]
fn content(
    config: &Config,
    articles: &[Article],
    lists: &[List<'_>],
    library: &Library,
    build: &str,
    frame: Option<&Frame<'_>>,
    stage: &Stage,
    progress: &dyn Progress,
) -> Result<Written, BuildError> {
    let feeds = lists::write(config, lists, frame, stage, progress)?;
    let media = library.files();
    media
        .par_iter()
        .try_for_each(|(path, file)| stage.copy(file, path))?;
    archives::write(config, articles, stage)?;

    let mut digests: Vec<String> = articles
        .iter()
        .map(|article| {
            format!(
                "{} {}",
                document_path(article, config),
                article.document.digest
            )
        })
        .chain(
            feeds
                .iter()
                .map(|(path, digest)| format!("{path} {digest}")),
        )
        .collect();
    digests.sort();
    let content = seal::digest(digests.join("\n").as_bytes());
    let search = search::write(articles, stage)?;
    let edition = Edition {
        digest: String::new(),
        format: FORMAT,
        content: content.clone(),
        build: build.to_owned(),
        // Articles are sorted by their instants.
        when: articles
            .iter()
            .find(|article| !article.document.page)
            .map(|article| article.document.date.clone())
            .unwrap_or_default(),
        articles: u32::try_from(articles.iter().filter(|a| !a.document.page).count())
            .unwrap_or(u32::MAX),
        search,
    };
    stage.write("edition.json", seal::seal(&edition)?)?;
    Ok(Written {
        pages: if frame.is_some() { feeds.len() } else { 0 },
        feeds: feeds.len(),
        media: media.len(),
        build: build.to_owned(),
        content,
    })
}

/// The app's own pages.
fn write_pages(frame: &Frame<'_>, stage: &Stage) -> Result<usize, BuildError> {
    let site = frame.site();
    let mut count = 0;
    for language in &site.languages {
        for page in [
            plain::library(frame, &language.code),
            plain::settings(frame, &language.code),
            plain::search(frame, &language.code),
        ]
        .into_iter()
        .chain(pages::contact::page(frame, &language.code))
        {
            if let Some(path) = page_path(frame, &page) {
                stage.write(&path, frame.render(&page))?;
                count += 1;
            }
        }
    }
    stage.write("404.html", frame.render(&plain::not_found(frame)))?;
    // The shell is among the app's files.
    Ok(count + 2)
}

/// Where the file of a page goes.
fn page_path(frame: &Frame<'_>, page: &Page<'_>) -> Option<String> {
    let site = frame.site();
    let path = page.route.as_ref()?.path(site);
    let path = path.strip_prefix(site.base.as_str()).unwrap_or(&path);
    Some(format!("{path}index.html"))
}
