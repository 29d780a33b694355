//! `site.toml`: as written ([`Fields`]) → checked ([`Config`]).
//!
//! Entry point: [`load`]. It never fails: what cannot be used is a diagnostic, and a default stands
//! in for it, so that the posts can be checked in the same run.

mod address;
mod categories;
pub(crate) mod colour;
mod contact;
mod hours;
pub(crate) mod languages;
mod messages;
mod sheet;
pub(crate) mod theme;
mod translate;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lamplight_model::catalogue::is_language_tag;
use lamplight_model::contact::Contact;
use lamplight_model::{Direction, FORMAT, Language, Site};
use serde_json::Value;

pub(crate) use address::Address;
use address::{address, split_address};
pub(crate) use categories::named_category;
use theme::Theme;
pub(crate) use translate::Service;

use crate::diagnostic::{Diagnostics, Kind};
use crate::fields::{Fields, nearest, table_to_json};

/// The keys of `site.toml`.
const KEYS: &[&str] = &[
    "title",
    "short_name",
    "description",
    "base_url",
    "posts",
    "pages",
    "languages",
    "categories",
    "keep_newest",
    "precompress",
    "fallback",
    "theme",
    "translate",
    "contact",
    // Moved to the theme, which says so.
    "accent",
    // Known, and used by later versions.
    "offline",
];

const LANGUAGE_KEYS: &[&str] = &["code", "name", "dir", "title", "description"];

/// The publication's settings, checked.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    /// Whether there are settings. Without them, whatever might be said of posts would be noise.
    pub(crate) is_read: bool,
    /// The folder of `site.toml`.
    pub(crate) folder: PathBuf,
    /// The folder of posts.
    pub(crate) posts: PathBuf,
    /// The folder of the publication's own pages; `None` where the posts are in the one of that name.
    pub(crate) pages: Option<PathBuf>,
    /// Whether `site.toml` names that folder.
    pub(crate) names_pages: bool,
    /// Scheme and host, no slash at the end: `https://example.org`.
    pub(crate) origin: String,
    /// The address in `site.toml`, where the site is built for another.
    pub(crate) also: Option<String>,
    /// What the app knows; languages without their messages yet.
    pub(crate) site: Site,
    /// The interface's texts on the wire, by language; those that are not here are the app's own English.
    pub(crate) messages: BTreeMap<String, String>,
    /// Whether `site.toml` lists categories.
    pub(crate) lists_categories: bool,
    /// The name under an icon.
    pub(crate) short_name: String,
    /// Whether every text gets compressed copies, not only the app's files.
    pub(crate) precompress: bool,
    /// Whether lists also have posts of the default language that are not in their own.
    pub(crate) fallback: bool,
    /// How it looks.
    pub(crate) theme: Theme,
    /// Translation services that readers are led to.
    pub(crate) services: Vec<Service>,
    /// How readers write to the publication, by the site's languages; empty where they cannot.
    pub(crate) contact: BTreeMap<String, Contact>,
}

impl Config {
    /// An absolute address for a path that begins with the base.
    pub(crate) fn absolute(&self, path: &str) -> String {
        [self.origin.as_str(), path].concat()
    }

    /// The site's own spelling of a language code; `_` counts as `-`, case does not count.
    pub(crate) fn language(&self, code: &str) -> Option<&str> {
        let code = code.trim().replace('_', "-");
        self.site
            .language(&code)
            .map(|language| language.code.as_str())
    }

    /// The identifier or name of a category that is spelled almost like this.
    pub(crate) fn nearest_category(&self, text: &str) -> Option<&str> {
        let categories = self.site.categories.iter();
        let known: Vec<&str> = categories
            .flat_map(|category| {
                let names = category.names.values().map(String::as_str);
                names.chain([category.id.as_str()])
            })
            .collect();
        nearest(text.trim(), &known)
    }

    /// The identifier of a category given by identifier or by any of its names.
    pub(crate) fn category(&self, text: &str) -> Option<&str> {
        let wanted = text.trim().to_lowercase();
        self.site
            .categories
            .iter()
            .find(|category| {
                category.id.to_lowercase() == wanted
                    || category
                        .names
                        .values()
                        .any(|name| name.to_lowercase() == wanted)
            })
            .map(|category| category.id.as_str())
    }
}

/// Reads the publication at `content`: a folder with `site.toml`, or the path of such a file. `endpoint`: where messages
/// go, whatever the file says.
pub(crate) fn load(
    content: &Path,
    address: Address<'_>,
    endpoint: Option<&str>,
    diagnostics: &mut Diagnostics,
) -> Config {
    let (folder, file) = if content.is_file() {
        let folder = content.parent().filter(|p| !p.as_os_str().is_empty());
        (
            folder.unwrap_or(Path::new(".")).to_owned(),
            content.to_owned(),
        )
    } else {
        (content.to_owned(), content.join("site.toml"))
    };
    let text = match std::fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) => {
            diagnostics.error(
                Kind::Config,
                &file,
                None,
                match error.kind() {
                    std::io::ErrorKind::NotFound => {
                        "There is no publication here: the file site.toml is absent.".to_owned()
                    }
                    _ => format!("The publication's settings cannot be read: {error}."),
                },
                format!(
                    "Give the folder that holds site.toml. To begin a publication there: press new site {}",
                    folder.display()
                ),
            );
            return Config::placeholder(folder);
        }
    };
    let map = match text.trim_start_matches('\u{feff}').parse::<toml::Table>() {
        Ok(table) => table_to_json(table),
        Err(error) => {
            let line = error.span().map(|span| {
                text.bytes()
                    .take(span.start)
                    .filter(|b| *b == b'\n')
                    .count()
                    + 1
            });
            diagnostics.error(
                Kind::Config,
                &file,
                line,
                format!(
                    "This is no valid TOML: {}.",
                    error.message().trim_end_matches('.')
                ),
                "Texts are written in quotation marks, lists in square brackets.",
            );
            return Config::placeholder(folder);
        }
    };
    let fields = Fields {
        map,
        text: &text,
        first_line: 1,
        fallback: 1,
        path: &file,
        kind: Kind::Config,
    };
    validate(&fields, folder, address, endpoint, diagnostics)
}

impl Config {
    fn placeholder(folder: PathBuf) -> Self {
        Self {
            is_read: false,
            posts: folder.join("posts"),
            pages: None,
            names_pages: false,
            folder,
            origin: "http://localhost".into(),
            also: None,
            site: Site {
                format: FORMAT,
                base: "/".into(),
                title: "Untitled".into(),
                languages: vec![language("en")],
                ..Site::default()
            },
            messages: BTreeMap::new(),
            lists_categories: false,
            short_name: "Untitled".into(),
            precompress: false,
            fallback: false,
            theme: Theme::default(),
            services: Vec::new(),
            contact: BTreeMap::new(),
        }
    }
}

fn validate(
    fields: &Fields<'_>,
    folder: PathBuf,
    address: Address<'_>,
    endpoint: Option<&str>,
    diagnostics: &mut Diagnostics,
) -> Config {
    unknown_keys(fields, KEYS, "", diagnostics);
    let title = fields.string("title", diagnostics).unwrap_or_else(|| {
        if fields.value("title").is_none() {
            diagnostics.error(
                Kind::Config,
                fields.path,
                None,
                "The publication has no title.",
                "Add title = \"The name of your publication\".",
            );
        }
        "Untitled".into()
    });
    let (origin, base, also) = self::address(fields, address, diagnostics);
    let languages = languages_of(fields, diagnostics);
    let messages = messages::read(fields, &folder, &languages, diagnostics);
    let categories = categories::read(fields, &languages, diagnostics);
    let keep_newest = match fields.value("keep_newest") {
        None => 20,
        Some(value) => value
            .as_u64()
            .and_then(|n| u32::try_from(n).ok())
            .filter(|n| *n <= 1000)
            .unwrap_or_else(|| {
                fields.wrong(diagnostics, "keep_newest", "a whole number from 0 to 1000");
                20
            }),
    };
    let posts = fields
        .string("posts", diagnostics)
        .unwrap_or_else(|| "posts".into());
    let theme = theme::read(fields, &folder, diagnostics);
    let services = translate::read(fields, diagnostics);
    let translate = services
        .as_deref()
        .map(|list| translate::plain(list, &origin));
    if translate.is_some() {
        translate::note_english(fields, &messages, diagnostics);
    }
    let pages = pages_folder(fields, &posts, diagnostics);
    let mut site = Site {
        format: FORMAT,
        base,
        title,
        description: fields
            .string("description", diagnostics)
            .unwrap_or_default(),
        languages,
        categories,
        // The pages are not read yet.
        pages: Vec::new(),
        keep_newest,
        logo: theme.logo.clone(),
        logo_dark: theme.logo_dark.clone(),
        logo_alone: theme.logo_alone,
        translate,
        contact: false,
    };
    let contact = contact::read(fields, endpoint, &origin, &site, diagnostics);
    site.contact = !contact.is_empty();
    if site.contact {
        contact::note_english(fields, &messages, diagnostics);
    }
    Config {
        is_read: true,
        posts: folder.join(posts),
        pages: pages.map(|pages| folder.join(pages)),
        names_pages: fields.value("pages").is_some(),
        folder,
        origin,
        also,
        messages,
        lists_categories: !site.categories.is_empty(),
        short_name: fields
            .string("short_name", diagnostics)
            .unwrap_or_else(|| site.title.clone()),
        precompress: switch(fields, "precompress", diagnostics),
        fallback: switch(fields, "fallback", diagnostics),
        site,
        theme,
        services: services.unwrap_or_default(),
        contact,
    }
}

/// A setting that is on or off; off unless it is said.
fn switch(fields: &Fields<'_>, key: &str, diagnostics: &mut Diagnostics) -> bool {
    fields.value(key).is_some_and(|value| {
        value.as_bool().unwrap_or_else(|| {
            fields.wrong(diagnostics, key, "true or false");
            false
        })
    })
}

/// The folder of pages, which cannot be that of the posts.
fn pages_folder(fields: &Fields<'_>, posts: &str, diagnostics: &mut Diagnostics) -> Option<String> {
    let plain = |path: &str| crate::content::media::normalise(Path::new(path));
    let written = fields.string("pages", diagnostics);
    let pages = written.as_deref().unwrap_or("pages");
    if plain(pages) != plain(posts) {
        return Some(pages.to_owned());
    }
    if written.is_some() {
        diagnostics.error(
            Kind::Config,
            fields.path,
            Some(fields.line("pages")),
            format!("`{posts}` is the folder of the posts and cannot hold the pages, too."),
            "Give pages a folder of their own: pages = \"pages\".",
        );
    }
    None
}

fn unknown_keys(fields: &Fields<'_>, known: &[&str], within: &str, diagnostics: &mut Diagnostics) {
    for key in fields
        .map
        .keys()
        .filter(|key| !known.contains(&key.as_str()))
    {
        let remedy = match nearest(key, known) {
            Some(near) => format!("Did you mean `{near}`?"),
            None => format!("Known keys are {}.", known.join(", ")),
        };
        diagnostics.warning(
            Kind::UnknownKey,
            fields.path,
            Some(fields.line(key)),
            format!("`{key}`{within} is not a key press knows."),
            remedy,
        );
    }
}

fn language(code: &str) -> Language {
    let (name, dir) = languages::known(code).unwrap_or((code, Direction::Ltr));
    Language {
        code: code.into(),
        name: name.into(),
        dir,
        ..Language::default()
    }
}

fn languages_of(fields: &Fields<'_>, diagnostics: &mut Diagnostics) -> Vec<Language> {
    let mut out: Vec<Language> = Vec::new();
    let wanted = "a list of codes: languages = [\"en\", \"fr\"], or tables with code, name and dir";
    let items = match fields.value("languages") {
        None => Vec::new(),
        Some(Value::String(code)) => vec![Value::String(code.clone())],
        Some(Value::Array(items)) => items.clone(),
        Some(_) => {
            fields.wrong(diagnostics, "languages", wanted);
            Vec::new()
        }
    };
    for item in items {
        let line = fields.line("languages");
        let is_named = item.get("name").is_some();
        let language = match item {
            Value::String(code) => Some(language(code.trim())),
            Value::Object(map) => {
                let table = fields.within("languages", map);
                unknown_keys(&table, LANGUAGE_KEYS, " of a language", diagnostics);
                table.string("code", diagnostics).map(|code| {
                    let mut language = language(&code);
                    if let Some(name) = table.string("name", diagnostics) {
                        language.name = name;
                    }
                    match table.string("dir", diagnostics).as_deref() {
                        None => {}
                        Some("ltr") => language.dir = Direction::Ltr,
                        Some("rtl") => language.dir = Direction::Rtl,
                        Some(_) => table.wrong(diagnostics, "dir", "\"ltr\" or \"rtl\""),
                    }
                    language.title = table.string("title", diagnostics);
                    language.description = table.string("description", diagnostics);
                    language
                })
            }
            _ => None,
        };
        let Some(language) = language else {
            diagnostics.error(
                Kind::Config,
                fields.path,
                Some(line),
                "A language has no code.",
                format!("Write {wanted}."),
            );
            continue;
        };
        if !is_language_tag(&language.code) {
            diagnostics.error(
                Kind::Config,
                fields.path,
                Some(line),
                format!("`{}` is no language code.", language.code),
                "Write a BCP 47 tag: \"en\", \"pt-BR\", \"zh-CN\".",
            );
        } else if out
            .iter()
            .any(|other| other.code.eq_ignore_ascii_case(&language.code))
        {
            diagnostics.error(
                Kind::Config,
                fields.path,
                Some(line),
                format!("The language `{}` is listed twice.", language.code),
                "Remove one of the two.",
            );
        } else {
            let code = &language.code;
            if !is_named && languages::known(code).is_none() {
                diagnostics.warning(
                    Kind::Config,
                    fields.path,
                    Some(line),
                    format!("press does not know how the language `{code}` is called and written: readers see its code, and text from left to right."),
                    format!("Say it: {{ code = \"{code}\", name = \"…\", dir = \"ltr\" }} in `languages`."),
                );
            }
            out.push(language);
        }
    }
    if out.is_empty() {
        out.push(language("en"));
    }
    out
}
