//! The posts and the publication's own pages: files → [`Post`]s, each checked on its own.
//!
//! Entry point: [`load`]. What needs to know of other posts (slugs, translations, links) is in
//! [`assemble`] and [`links`]; nothing here writes.

pub(crate) mod assemble;
pub(crate) mod dates;
pub(crate) mod front;
pub(crate) mod holes;
pub(crate) mod jekyll;
pub(crate) mod kramdown;
pub(crate) mod links;
pub(crate) mod liquid;
pub(crate) mod media;
mod pictures;
pub(crate) mod text;
mod variants;

use std::path::{Path, PathBuf};

use lamplight_model::Source;
use rayon::prelude::*;

use crate::config::{Config, languages};
use crate::diagnostic::{Diagnostics, Kind};
use crate::progress::{Phase, Progress};
use dates::Stamp;
pub(crate) use front::Menu;

/// A post in one language, or a page of the publication's own, as its file has it.
#[derive(Clone, Debug)]
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
    pub(crate) description: Option<String>,
    pub(crate) date: Stamp,
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
    pub(crate) source: Option<Source>,
    pub(crate) editors_note: Option<String>,
    pub(crate) markdown: String,
    /// The file's line of each line of `markdown`.
    pub(crate) lines: Vec<usize>,
}

impl Post {
    /// The line in the file of a byte of the Markdown.
    pub(crate) fn line_at(&self, offset: usize) -> usize {
        let before = self.markdown.as_bytes().get(..offset).unwrap_or_default();
        let index = before.iter().filter(|b| **b == b'\n').count();
        self.lines
            .get(index)
            .or(self.lines.last())
            .copied()
            .unwrap_or(1)
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
    diagnostics: &mut Diagnostics,
    progress: &dyn Progress,
) -> Vec<Post> {
    let Some(files) = files(config, diagnostics) else {
        return Vec::new();
    };
    progress.begin(Phase::Reading, files.len());
    let read: Vec<(Option<Post>, Diagnostics)> = files
        .par_iter()
        .map(|(path, page)| {
            let mut diagnostics = Diagnostics::default();
            let post = read_post(path, *page, config, drafts, &mut diagnostics);
            progress.advance(1);
            (post, diagnostics)
        })
        .collect();
    let mut posts = Vec::new();
    for (post, found) in read {
        diagnostics.append(found);
        posts.extend(post);
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

/// The Markdown files, sorted.
fn files_below(folder: &Path) -> Result<Vec<PathBuf>, String> {
    if !folder.is_dir() {
        return Err("there is no such folder".into());
    }
    let mut files = Vec::new();
    // Hidden files are left out; ignore files of a version control system have no say in what is
    // published.
    for entry in ignore::WalkBuilder::new(folder)
        .standard_filters(false)
        .hidden(true)
        .follow_links(true)
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
        if is_markdown && lower != "readme.md" && path.is_file() {
            files.push(path.to_owned());
        }
    }
    files.sort();
    Ok(files)
}

fn read_post(
    path: &Path,
    page: bool,
    config: &Config,
    drafts: bool,
    diagnostics: &mut Diagnostics,
) -> Option<Post> {
    let folder = match &config.pages {
        Some(pages) if page => pages,
        _ => &config.posts,
    };
    let text = match std::fs::read(path).map(String::from_utf8) {
        Ok(Ok(text)) => text,
        Ok(Err(_)) => {
            diagnostics.error(
                Kind::Unreadable,
                path,
                None,
                "The file is not UTF-8 text.",
                "Save it in the encoding UTF-8.",
            );
            return None;
        }
        Err(error) => {
            diagnostics.error(
                Kind::Unreadable,
                path,
                None,
                format!("The file cannot be read: {error}."),
                "",
            );
            return None;
        }
    };
    let text = text
        .trim_start_matches('\u{feff}')
        .replace("\r\n", "\n")
        .replace('\r', "\n");
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
    let front = front::read(&parts, path, page, name.date.is_some(), diagnostics)?;
    let in_drafts = path
        .strip_prefix(folder)
        .is_ok_and(|inner| inner.components().any(|c| c.as_os_str() == "_drafts"));
    if (front.draft || in_drafts) && !drafts {
        return None;
    }
    let lang = language_of(&name, &front, path, config, diagnostics)?;
    let jekyll = name.date.is_some() || front.has_layout;
    let (mut markdown, lines) = if jekyll {
        jekyll::convert(parts.body, parts.body_line, path, diagnostics)
    } else {
        let count = parts.body.matches('\n').count() + 1;
        (
            parts.body.to_owned(),
            (parts.body_line..parts.body_line + count).collect(),
        )
    };
    let title = match front.title {
        Some(title) => Some(title),
        None => text::take_first_heading(&mut markdown),
    };
    if title.is_none() {
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
    let date = front
        .date
        .or_else(|| name.date.as_deref().and_then(dates::parse));
    if date.is_none() && !front.bad_date && !page {
        diagnostics.error(
            Kind::NoDate,
            path,
            Some(1),
            "The post has no date.",
            "Add one to the front matter (date: 2016-10-28), or begin the file's name with it.",
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
            }
            usable
        }),
        None => Some(name.stem.split_whitespace().collect::<Vec<_>>().join("-")),
    };
    Some(Post {
        path: path.to_owned(),
        page,
        menu: front.menu,
        slug: slug?,
        slug_written: front.slug.is_some(),
        stem: name.stem,
        file_date: name.date,
        lang,
        title: title?.split_whitespace().collect::<Vec<_>>().join(" "),
        description: front.description,
        date: if page {
            date.unwrap_or_default()
        } else {
            date?
        },
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
        markdown,
        lines,
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
        (None, None) => return Some(config.site.default_lang().to_owned()),
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
