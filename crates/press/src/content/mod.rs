//! The posts and the publication's own pages: files → [`Post`]s, each checked on its own.
//!
//! Entry point: [`load`]. What needs to know of other posts (slugs, translations, links) is in
//! [`assemble`] and [`links`]; nothing here writes.

pub(crate) mod aliases;
pub(crate) mod assemble;
pub(crate) mod dates;
pub(crate) mod facts;
pub(crate) mod front;
pub(crate) mod future;
pub(crate) mod holes;
pub(crate) mod jekyll;
pub(crate) mod kramdown;
pub(crate) mod links;
pub(crate) mod liquid;
pub(crate) mod media;
mod notes;
mod pictures;
mod raw;
pub(crate) mod text;
mod variants;

use std::path::{Path, PathBuf};

use lamplight_model::{Source, paths};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::cache::Cache;
use crate::config::{Config, languages};
use crate::diagnostic::{Diagnostics, Kind};
use crate::memo::Memo;
use crate::progress::{Phase, Progress};
use dates::Stamp;
use facts::{Body, Facts};
pub(crate) use front::Menu;

/// A post in one language, or a page of the publication's own, as its file has it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Post {
    /// The file, as reached from the path the command was given.
    pub(crate) path: PathBuf,
    /// Whether it is a page of the publication's own: in no list, and without a date if it has none.
    pub(crate) page: bool,
    /// What the end of every page says of a page and where in the row it does.
    pub(crate) menu: Menu,
    /// The name that its variants share: the file's or the bundle folder's, without date and language.
    pub(crate) stem: String,
    /// The date in the name.
    pub(crate) file_date: Option<String>,
    /// `slug` of the front matter, then the final slug (see [`assemble`]).
    pub(crate) slug: String,
    /// Whether the front matter gave the slug.
    pub(crate) slug_written: bool,
    /// As spelled in the site's languages.
    pub(crate) lang: String,
    pub(crate) title: String,
    pub(crate) date: Stamp,
    /// `None`: the date is that of the name.
    pub(crate) date_line: Option<usize>,
    /// Whether it is published because drafts are.
    pub(crate) draft: bool,
    pub(crate) updated: Option<Stamp>,
    pub(crate) authors: Vec<String>,
    /// As written; identifiers after [`assemble`].
    pub(crate) categories: Vec<String>,
    pub(crate) categories_line: usize,
    pub(crate) tags: Vec<String>,
    pub(crate) translator: Option<String>,
    pub(crate) image: Option<String>,
    pub(crate) image_line: usize,
    pub(crate) image_alt: Option<String>,
    pub(crate) caption: Option<String>,
    #[serde(with = "source")]
    pub(crate) source: Option<Source>,
    pub(crate) editors_note: Option<String>,
    pub(crate) source_line: usize,
    /// Old addresses as written, then (see [`aliases`]) as paths below the base, with their lines.
    pub(crate) written_aliases: Vec<aliases::Written>,
    pub(crate) aliases: Vec<(String, usize)>,
    /// What is known of the text.
    pub(crate) facts: Facts,
    /// The text.
    pub(crate) body: Body,
}

/// What a file was found to be: a post, or none; and what is wrong with it.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Found {
    post: Option<Post>,
    diagnostics: Diagnostics,
}

/// The wire type is only ever written there.
mod source {
    use lamplight_model::Source;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(
        source: &Option<Source>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let pair = source.as_ref().map(|source| (&source.name, &source.url));
        pair.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Source>, D::Error> {
        let pair = Option::<(String, Option<String>)>::deserialize(deserializer)?;
        Ok(pair.map(|(name, url)| Source { name, url }))
    }
}

/// What a file's name says.
#[derive(Debug, PartialEq, Eq)]
struct Name {
    stem: String,
    date: Option<String>,
    lang: Option<String>,
    /// A suffix that is a language, but none of the site's.
    foreign: Option<String>,
}

/// Reads every post below the posts folder and every page below the pages folder; drafts only if
/// asked for.
pub(crate) fn load(
    config: &Config,
    drafts: bool,
    cache: &Cache,
    diagnostics: &mut Diagnostics,
    progress: &dyn Progress,
) -> Vec<Post> {
    let Some(files) = files(config, diagnostics) else {
        return Vec::new();
    };
    progress.begin(Phase::Reading, files.len());
    let key = memo_key(config, drafts);
    let memo = Memo::<Found>::load(cache, MEMO, &key);
    let read: Vec<Found> = files
        .par_iter()
        .map(|(path, page)| {
            let inner = path.strip_prefix(&config.folder).unwrap_or(path);
            let kind = if *page { "page" } else { "post" };
            let name = format!("{kind} {}", inner.display());
            let found = memo.of(&name, path, |bytes, digest| {
                let mut diagnostics = Diagnostics::default();
                let post = read_post(path, *page, bytes, digest, config, drafts, &mut diagnostics);
                Found { post, diagnostics }
            });
            progress.advance(1);
            found.unwrap_or_else(|error| unreadable(path, &error))
        })
        .collect();
    memo.store(cache, MEMO, &key);
    let mut posts = Vec::with_capacity(read.len());
    for ((path, _), mut found) in files.into_iter().zip(read) {
        // The publication may have been reached by another path when the file was read.
        found.diagnostics.set_path(&path);
        diagnostics.append(found.diagnostics);
        posts.extend(found.post.map(|mut post| {
            post.path = path;
            post
        }));
    }
    if posts.iter().all(|post| post.page) && diagnostics.errors() == 0 {
        diagnostics.warning(
            Kind::NoPosts,
            &config.posts,
            None,
            "There are no posts here.",
            "A post is a file whose name ends in .md.",
        );
    }
    posts
}

/// The files of posts and of pages, the latter marked; `None` (reported) without a folder of posts.
fn files(config: &Config, diagnostics: &mut Diagnostics) -> Option<Vec<(PathBuf, bool)>> {
    let pages = config.pages.as_deref();
    let posts = files_below(&config.posts).map_err(|error| {
        diagnostics.error(
            Kind::NoPosts,
            &config.posts,
            None,
            format!("The folder of posts cannot be read: {error}."),
            "Make it, or name another: posts = \"path\" in site.toml.",
        );
    });
    let mut files: Vec<(PathBuf, bool)> = posts
        .ok()?
        .into_iter()
        // The pages may be below the posts: `posts = "."`.
        .filter(|file| pages.is_none_or(|pages| !file.starts_with(pages)))
        .map(|file| (file, false))
        .collect();
    // Most publications begin without pages: no folder is no mistake, unless it was named.
    if let Some(folder) = pages.filter(|folder| config.names_pages || folder.exists()) {
        match files_below(folder) {
            Ok(pages) => files.extend(pages.into_iter().map(|file| (file, true))),
            Err(error) => diagnostics.error(
                Kind::Unreadable,
                folder,
                None,
                format!("The folder of pages cannot be read: {error}."),
                "Make it, or name another: pages = \"path\" in site.toml.",
            ),
        }
    }
    Some(files)
}

/// The name of what is remembered of posts.
const MEMO: &str = "posts";

/// Whatever of the settings has a say in how a post is read.
fn memo_key(config: &Config, drafts: bool) -> String {
    let inner = |folder: &Path| {
        folder
            .strip_prefix(&config.folder)
            .unwrap_or(folder)
            .to_owned()
    };
    let folders = (inner(&config.posts), config.pages.as_deref().map(inner));
    format!("{:?} {folders:?} {drafts}", config.site.languages)
}

fn unreadable(path: &Path, error: &std::io::Error) -> Found {
    let mut diagnostics = Diagnostics::default();
    diagnostics.error(
        Kind::Unreadable,
        path,
        None,
        format!("The file cannot be read: {error}."),
        "",
    );
    Found {
        post: None,
        diagnostics,
    }
}

/// The Markdown files, sorted.
fn files_below(folder: &Path) -> Result<Vec<PathBuf>, String> {
    if !folder.is_dir() {
        return Err("there is no such folder".into());
    }
    let mut files = Vec::new();
    // Hidden files are left out, and so is a site that was built in here; ignore files of a version
    // control system have no say in what is published.
    for entry in ignore::WalkBuilder::new(folder)
        .standard_filters(false)
        .hidden(true)
        .follow_links(true)
        .filter_entry(|entry| {
            let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
            !(is_folder && entry.path().join(crate::EDITION).is_file())
        })
        .build()
    {
        let entry = entry.map_err(|error| error.to_string())?;
        let path = entry.path();
        let name = path
            .file_name()
            .and_then(|n| n.to_str())
            .unwrap_or_default();
        let lower = name.to_ascii_lowercase();
        let is_markdown = lower.ends_with(".md") || lower.ends_with(".markdown");
        if is_markdown
            && lower != "readme.md"
            && entry.file_type().is_some_and(|kind| kind.is_file())
        {
            files.push(path.to_owned());
        }
    }
    files.sort();
    Ok(files)
}

fn read_post(
    path: &Path,
    page: bool,
    bytes: Vec<u8>,
    digest: &str,
    config: &Config,
    drafts: bool,
    diagnostics: &mut Diagnostics,
) -> Option<Post> {
    let folder = match &config.pages {
        Some(pages) if page => pages,
        _ => &config.posts,
    };
    let Ok(text) = String::from_utf8(bytes) else {
        diagnostics.error(
            Kind::Unreadable,
            path,
            None,
            "The file is not UTF-8 text.",
            "Save it in the encoding UTF-8.",
        );
        return None;
    };
    let text = facts::normal(text);
    let name = name_of(path, folder, config);
    let parts = match front::split(&text) {
        Ok(parts) => parts,
        Err(line) => {
            diagnostics.error(
                Kind::FrontMatter,
                path,
                Some(line),
                "The front matter has no end.",
                "Close it with a line like the one that opens it, --- or +++.",
            );
            return None;
        }
    };
    let front = front::read(&parts, path, page, name.date.is_some(), diagnostics);
    let in_drafts = path
        .strip_prefix(folder)
        .is_ok_and(|inner| inner.components().any(|c| c.as_os_str() == "_drafts"));
    let draft = front.draft || in_drafts;
    if draft && !drafts {
        return None;
    }
    let lang = language_of(&name, &front, path, config, diagnostics)?;
    let jekyll = name.date.is_some() || front.has_layout;
    let (mut markdown, lines) = facts::cut(&parts, jekyll, path, diagnostics);
    let titled = front.title.is_none();
    let title = match front.title {
        Some(title) => Some(title),
        None => text::take_first_heading(&mut markdown),
    };
    let date = front
        .date
        .or_else(|| name.date.as_deref().and_then(dates::parse));
    let unfenced = parts
        .unfenced()
        .filter(|_| title.is_none() || date.is_none());
    if let Some(line) = unfenced {
        diagnostics.error(
            Kind::FrontMatter,
            path,
            Some(1),
            format!(
                "The file begins with `{line}`, which looks like front matter without its fences."
            ),
            "Put a line --- before the keys and another after them.",
        );
    }
    let broken = front.broken || unfenced.is_some();
    if title.is_none() && !broken {
        diagnostics.error(
            Kind::NoTitle,
            path,
            Some(1),
            if page {
                "The page has no title."
            } else {
                "The post has no title."
            },
            "Add one to the front matter (title: \"…\"), or begin the text with a heading: # Title.",
        );
    }
    if date.is_none() && !front.bad_date && !broken && !page {
        diagnostics.error(
            Kind::NoDate,
            path,
            Some(1),
            "The post has no date.",
            "Add one to the front matter (date: 2016-10-28), or begin the file's name with it.",
        );
    }
    // Of the same day, either may have no time.
    if let (Some(date), Some(updated)) = (&date, &front.updated)
        && updated.seconds < date.seconds
        && updated.text.get(..10) < date.text.get(..10)
    {
        diagnostics.warning(
            Kind::BadDate,
            path,
            Some(front.updated_line),
            format!(
                "`updated` ({}) is before `date` ({}).",
                updated.text, date.text
            ),
            "Correct one of the two: readers see both.",
        );
    }
    let slug = match &front.slug {
        Some(slug) => Some(slug.trim_matches('/').to_owned()).filter(|slug| {
            let usable = is_slug(slug);
            if !usable {
                diagnostics.error(
                    Kind::BadSlug,
                    path,
                    Some(front.slug_line),
                    format!("`{slug}` can be no slug."),
                    "A slug is one part of an address: letters, digits, hyphens; no slash.",
                );
            } else if !is_plain(slug) {
                diagnostics.warning(
                    Kind::BadSlug,
                    path,
                    Some(front.slug_line),
                    format!("In addresses `{slug}` becomes `{}`.", paths::encode(slug)),
                    "Write it with letters, digits and hyphens.",
                );
            }
            usable
        }),
        None => None,
    };
    // What is absent is reported; something stands in for it, so that the rest of the post is checked
    // in the same run and links to it are none that lead nowhere.
    let stem = || name.stem.split_whitespace().collect::<Vec<_>>().join("-");
    let title = match title {
        Some(title) => title.split_whitespace().collect::<Vec<_>>().join(" "),
        None => stem(),
    };
    let extras: Vec<(&str, usize)> = [
        (&front.editors_note, front.editors_note_line),
        (&front.caption, front.caption_line),
    ]
    .into_iter()
    .filter_map(|(extra, line)| Some((extra.as_deref()?, line)))
    .collect();
    let facts = Facts::of(
        &markdown,
        &lines,
        &extras,
        &title,
        front.description.as_deref(),
        path,
        diagnostics,
    );
    // A picture with a line under it is a post, and so is a correction in a note.
    if facts.is_empty && !broken && front.image.is_none() && extras.is_empty() {
        diagnostics.warning(
            Kind::NoText,
            path,
            None,
            if page {
                "The page has no text."
            } else {
                "The post has no text."
            },
            "Write it, or hold the file back until there is one: draft: true.",
        );
    }
    Some(Post {
        path: path.to_owned(),
        page,
        menu: front.menu,
        slug: slug.unwrap_or_else(stem),
        slug_written: front.slug.is_some(),
        file_date: name.date,
        lang,
        title,
        date: date.unwrap_or_default(),
        date_line: front.date_line,
        draft,
        updated: front.updated,
        authors: front.authors,
        categories: front.categories,
        categories_line: front.categories_line,
        tags: front.tags,
        translator: front.translator,
        image: front.image,
        image_line: front.image_line,
        image_alt: front.image_alt,
        caption: front.caption,
        source: front.source,
        editors_note: front.editors_note,
        source_line: front.source_line,
        written_aliases: front.aliases,
        aliases: Vec::new(),
        stem: name.stem,
        facts,
        body: Body {
            digest: digest.to_owned(),
            jekyll,
            titled,
        },
    })
}

/// Whether a text can be one segment of an address and a folder's name everywhere.
pub(crate) fn is_slug(slug: &str) -> bool {
    !slug.is_empty()
        && slug.len() <= 200
        && !slug.starts_with('.')
        && !slug
            .chars()
            .any(|c| c.is_control() || "/\\:*?\"<>|#%".contains(c))
}

/// Whether an address shows a part of it as it is: of ASCII only letters, digits and `-._~`. (Browsers
/// show other letters as they are.)
pub(crate) fn is_plain(part: &str) -> bool {
    part.chars().all(|c| {
        c.is_ascii_alphanumeric() || "-._~".contains(c) || (!c.is_ascii() && !c.is_whitespace())
    })
}

/// Stem, date and language of a file's name, or of its folder's if it is a bundle's index.
fn name_of(path: &Path, folder: &Path, config: &Config) -> Name {
    let file = path
        .file_stem()
        .and_then(|s| s.to_str())
        .unwrap_or_default();
    let (bare, lang, foreign) = language_suffix(file, config);
    let stem = if bare == "index" {
        path.parent()
            .filter(|parent| *parent != folder)
            .and_then(Path::file_name)
            .and_then(|name| name.to_str())
            .unwrap_or(bare)
    } else {
        bare
    };
    let (date, stem) = match dates::file_prefix(stem) {
        Some((date, rest)) => (Some(date.to_owned()), rest),
        None => (None, stem),
    };
    Name {
        stem: stem.to_owned(),
        date,
        lang,
        foreign,
    }
}

/// `post.fr` → `post` in French; a dot that begins no language is part of the name.
fn language_suffix<'a>(
    name: &'a str,
    config: &Config,
) -> (&'a str, Option<String>, Option<String>) {
    if let Some((bare, suffix)) = name.rsplit_once('.').filter(|(bare, _)| !bare.is_empty()) {
        if let Some(code) = config.language(suffix) {
            return (bare, Some(code.to_owned()), None);
        }
        if languages::is_known_code(suffix) {
            return (bare, None, Some(suffix.to_owned()));
        }
    }
    (name, None, None)
}

/// Notes that a name ends in what is nearly a language of the site.
fn slip(name: &Name, path: &Path, config: &Config, diagnostics: &mut Diagnostics) {
    let Some((_, suffix)) = name.stem.rsplit_once('.') else {
        return;
    };
    let codes: Vec<&str> = config.site.languages.iter().map(|own| &*own.code).collect();
    if let Some(code) = crate::fields::nearest_within(suffix, &codes, |_| 1) {
        diagnostics.note(
            Kind::Language,
            path,
            None,
            format!("`{suffix}` is part of the post's address: it is no language of the site."),
            format!("If `{code}` is meant, name the file so."),
        );
    }
}

/// The language: of the name, else of the front matter, else the default; `None` (reported) if the
/// site does not have it.
fn language_of(
    name: &Name,
    front: &front::Front,
    path: &Path,
    config: &Config,
    diagnostics: &mut Diagnostics,
) -> Option<String> {
    if let Some(lang) = &name.lang {
        return Some(lang.clone());
    }
    let (written, line) = match (&name.foreign, &front.lang) {
        (Some(foreign), _) => (foreign, None),
        (None, Some(lang)) => (lang, Some(front.lang_line)),
        (None, None) => {
            slip(name, path, config, diagnostics);
            return Some(config.site.default_lang().to_owned());
        }
    };
    let found = config.language(written).map(str::to_owned);
    if found.is_none() {
        diagnostics.warning(
            Kind::Language,
            path,
            line,
            format!("The post is left out: the site has no language `{written}`."),
            "Add it to `languages` in site.toml, or remove the post.",
        );
    }
    found
}
