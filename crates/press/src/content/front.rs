//! The front matter of a post: where it ends, and what its keys say.
//!
//! Entry points: [`split`] and [`read`].

use std::path::Path;

use lamplight_model::Source;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::content::aliases::Written;
use crate::content::dates::{self, Refused, Stamp};
use crate::diagnostic::{Diagnostics, Kind};
use crate::fields::{Fields, nearest_within, table_to_json};

/// A file, cut in two.
pub(crate) struct Parts<'a> {
    /// `None` if the file has no front matter.
    front: Option<(Format, &'a str)>,
    /// The text.
    pub(crate) body: &'a str,
    /// The line of the file on which the body begins, from 1.
    pub(crate) body_line: usize,
}

impl Parts<'_> {
    /// The first line of a file without front matter, if it looks as if it were of one: a key that
    /// means something here, and a colon.
    pub(crate) fn unfenced(&self) -> Option<&str> {
        let first = self.body.lines().find(|line| !line.trim().is_empty())?;
        let (key, value) = first.split_once(':')?;
        let is_key = KEYS.contains(&key) && (value.is_empty() || value.starts_with(' '));
        (self.front.is_none() && is_key).then_some(first.trim_end())
    }
}

#[derive(Clone, Copy)]
enum Format {
    Yaml,
    Toml,
}

/// What the front matter says, checked one key at a time.
#[derive(Default)]
pub(crate) struct Front {
    pub(crate) title: Option<String>,
    pub(crate) date: Option<Stamp>,
    /// Where a date is written.
    pub(crate) date_line: Option<usize>,
    /// Whether a date was written that cannot be read, which is reported already.
    pub(crate) bad_date: bool,
    pub(crate) updated: Option<Stamp>,
    pub(crate) updated_line: usize,
    pub(crate) description: Option<String>,
    pub(crate) authors: Vec<String>,
    /// As written, with their line.
    pub(crate) categories: Vec<String>,
    pub(crate) categories_line: usize,
    pub(crate) tags: Vec<String>,
    pub(crate) lang: Option<String>,
    pub(crate) lang_line: usize,
    pub(crate) translator: Option<String>,
    pub(crate) image: Option<String>,
    pub(crate) image_line: usize,
    pub(crate) image_alt: Option<String>,
    pub(crate) caption: Option<String>,
    pub(crate) source: Option<Source>,
    pub(crate) editors_note: Option<String>,
    pub(crate) draft: bool,
    /// Of pages only.
    pub(crate) menu: Menu,
    pub(crate) slug: Option<String>,
    pub(crate) slug_line: usize,
    pub(crate) aliases: Vec<Written>,
    pub(crate) source_line: usize,
    pub(crate) caption_line: usize,
    pub(crate) editors_note_line: usize,
    /// Whether nothing could be read, which is reported already.
    pub(crate) broken: bool,
    /// `layout` is Jekyll's.
    pub(crate) has_layout: bool,
}

/// How the end of every page links to a page of the publication's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Menu {
    /// Not at all.
    pub(crate) hidden: bool,
    /// By other words than its title.
    pub(crate) label: Option<String>,
    /// Lower numbers come first.
    pub(crate) order: i64,
}

/// Cuts a text (with line feeds only) at the end of its front matter.
///
/// # Errors
/// The line of an opening fence that nothing closes.
pub(crate) fn split(text: &str) -> Result<Parts<'_>, usize> {
    let without = Parts {
        front: None,
        body: text,
        body_line: 1,
    };
    let Some((first, rest)) = text.split_once('\n') else {
        return Ok(without);
    };
    let (format, fence) = match first.trim_end() {
        "---" => (Format::Yaml, "---"),
        "+++" => (Format::Toml, "+++"),
        _ => return Ok(without),
    };
    let mut at = 0;
    for (index, line) in rest.split_inclusive('\n').enumerate() {
        let bare = line.trim_end();
        if bare == fence || (matches!(format, Format::Yaml) && bare == "...") {
            return Ok(Parts {
                front: Some((format, &rest[..at])),
                body: &rest[at + line.len()..],
                body_line: index + 3,
            });
        }
        at += line.len();
    }
    Err(1)
}

/// Reads the keys.
pub(crate) fn read(
    parts: &Parts<'_>,
    path: &Path,
    page: bool,
    jekyll_name: bool,
    diagnostics: &mut Diagnostics,
) -> Front {
    let (format, text) = parts.front.unwrap_or((Format::Yaml, ""));
    let map = match parse(format, text) {
        Ok(map) => map,
        Err((line, message)) => {
            diagnostics.error(
                Kind::FrontMatter,
                path,
                Some(line + 1),
                format!("The front matter cannot be read: {message}."),
                match format {
                    Format::Yaml => "A text with a colon or a quotation mark in it needs quotation marks: title: \"Part two: the sea\".",
                    Format::Toml => "Texts are written in quotation marks: title = \"The sea\".",
                },
            );
            return Front {
                broken: true,
                ..Front::default()
            };
        }
    };
    if matches!(format, Format::Yaml) {
        repeated(text, path, diagnostics);
    }
    let fields = Fields {
        map,
        text,
        first_line: 2,
        fallback: 2,
        path,
        kind: Kind::WrongType,
    };
    misspelt(&fields, diagnostics);
    let mut front = keys(&fields, diagnostics);
    if page {
        front.menu = menu(&fields, diagnostics);
        refuse_lists(&fields, &mut front, diagnostics);
    }
    // Jekyll separates several categories and tags in one text by spaces.
    if jekyll_name || front.has_layout {
        for (key, list) in [
            ("categories", &mut front.categories),
            ("tags", &mut front.tags),
        ] {
            if let Some(Value::String(text)) = fields.value(key) {
                *list = text.split_whitespace().map(str::to_owned).collect();
            }
        }
    }
    front
}

/// Keys that mean something here.
const KEYS: &[&str] = &[
    "title",
    "date",
    "updated",
    "description",
    "author",
    "authors",
    "category",
    "categories",
    "tag",
    "tags",
    "lang",
    "translator",
    "image",
    "image_alt",
    "caption",
    "source",
    "editors_note",
    "draft",
    "slug",
    "aliases",
    "menu",
    "order",
    // Jekyll's.
    "layout",
    "published",
    "redirect_from",
];

/// Keys of other programs are kept quiet about, but not those that were meant to be ours.
fn misspelt(fields: &Fields<'_>, diagnostics: &mut Diagnostics) {
    // A short key is near to many words that are none of ours.
    let limit = |known: &str| if known.len() < 6 { 1 } else { 2 };
    for key in fields.map.keys() {
        if KEYS.contains(&key.as_str()) {
            continue;
        }
        if let Some(near) = nearest_within(key, KEYS, limit) {
            diagnostics.warning(
                Kind::MisspeltKey,
                fields.path,
                Some(fields.line(key)),
                format!("`{key}` is not a key press knows, and is left out."),
                format!("Did you mean `{near}`?"),
            );
        }
    }
}

/// The keys as JSON, or the line (from 1, within the front matter) and what is wrong.
fn parse(format: Format, text: &str) -> Result<Map<String, Value>, (usize, String)> {
    match format {
        Format::Yaml
            if text
                .lines()
                .all(|l| l.trim().is_empty() || l.trim_start().starts_with('#')) =>
        {
            Ok(Map::new())
        }
        // YAML 1.2: `no` is Norwegian, not false. Of a key written twice Jekyll takes the last, and
        // so do we; the first one is reported by `repeated`.
        Format::Yaml => match serde_saphyr::from_str_with_options::<Value>(
            text,
            serde_saphyr::options! {
                strict_booleans: true,
                duplicate_keys: serde_saphyr::DuplicateKeyPolicy::LastWins,
            },
        ) {
            Ok(Value::Object(map)) => Ok(map),
            Ok(Value::Null) => Ok(Map::new()),
            Ok(_) => Err((1, "it is no list of `key: value` lines".into())),
            Err(error) => {
                let line = error
                    .location()
                    .and_then(|location| usize::try_from(location.line()).ok());
                Err((line.unwrap_or(1).max(1), one_line(&error.to_string())))
            }
        },
        Format::Toml => text
            .parse::<toml::Table>()
            .map(table_to_json)
            .map_err(|error| {
                let line = error.span().map_or(1, |span| {
                    text.bytes()
                        .take(span.start)
                        .filter(|b| *b == b'\n')
                        .count()
                        + 1
                });
                (line, one_line(error.message()))
            }),
    }
}

/// Reports top-level keys that are written twice.
fn repeated(text: &str, path: &Path, diagnostics: &mut Diagnostics) {
    let mut seen: Vec<&str> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let Some((key, _)) = line.split_once(':') else {
            continue;
        };
        let is_key = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if is_key && seen.contains(&key) {
            diagnostics.warning(
                Kind::FrontMatter,
                path,
                Some(index + 2),
                format!("`{key}` is written twice; this one counts."),
                "Remove the other.",
            );
        }
        seen.push(key);
    }
}

/// A parser's message, without the place, which is told apart.
fn one_line(text: &str) -> String {
    let first = text
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or("");
    let bare = first.trim().trim_start_matches("error: ");
    let bare = match bare.split_once(": ") {
        Some((place, message)) if place.starts_with("line ") => message,
        _ => bare,
    };
    bare.trim_end_matches(['.', ':']).to_owned()
}

fn keys(fields: &Fields<'_>, diagnostics: &mut Diagnostics) -> Front {
    let mut either = |singular: &str, plural: &str| {
        let mut list = fields.list(plural, diagnostics);
        for item in fields.list(singular, diagnostics) {
            if !list.contains(&item) {
                list.push(item);
            }
        }
        list
    };
    let authors = either("author", "authors");
    let categories = either("category", "categories");
    let tags = either("tag", "tags");
    let aliases = ["aliases", "redirect_from"].into_iter().flat_map(|key| {
        let items = fields.list(key, diagnostics).into_iter();
        items.map(move |text| (key, text)).collect::<Vec<_>>()
    });
    let aliases = aliases
        .map(|(key, text)| Written {
            line: fields.item_line(key, &text),
            text,
        })
        .collect();
    let categories_line = fields.line(if fields.map.contains_key("categories") {
        "categories"
    } else {
        "category"
    });
    let date = date(fields, "date", diagnostics);
    let hidden = fields.value("published").and_then(Value::as_bool) == Some(false);
    Front {
        title: fields.string("title", diagnostics),
        bad_date: date.is_none() && fields.value("date").is_some(),
        date_line: date.is_some().then(|| fields.line("date")),
        date,
        updated: self::date(fields, "updated", diagnostics),
        updated_line: fields.line("updated"),
        description: fields
            .string("description", diagnostics)
            .map(|text| squeeze(&text)),
        authors,
        categories,
        categories_line,
        tags,
        aliases,
        lang: fields.string("lang", diagnostics),
        lang_line: fields.line("lang"),
        translator: fields.string("translator", diagnostics),
        image: fields.string("image", diagnostics),
        image_line: fields.line("image"),
        image_alt: fields
            .string("image_alt", diagnostics)
            .map(|text| squeeze(&text)),
        caption: fields.string("caption", diagnostics),
        caption_line: fields.line("caption"),
        source: source(fields, diagnostics),
        source_line: fields.line("source"),
        editors_note: fields.string("editors_note", diagnostics),
        editors_note_line: fields.line("editors_note"),
        broken: false,
        draft: fields.flag("draft", diagnostics).unwrap_or(false) || hidden,
        slug: fields.string("slug", diagnostics),
        slug_line: fields.line("slug"),
        menu: Menu::default(),
        has_layout: fields.map.contains_key("layout"),
    }
}

/// `menu: false`, `menu: Other words`, `order: 2`.
fn menu(fields: &Fields<'_>, diagnostics: &mut Diagnostics) -> Menu {
    let mut menu = Menu::default();
    match fields.value("menu") {
        None | Some(Value::Bool(true)) => {}
        Some(Value::Bool(false)) => menu.hidden = true,
        Some(Value::String(label)) => menu.label = Some(squeeze(label)),
        Some(_) => fields.wrong(
            diagnostics,
            "menu",
            "false to leave the page out of every page's end, or the words that lead to it: menu: \"About\"",
        ),
    }
    match fields.value("order") {
        None => {}
        Some(value) => match value.as_i64() {
            Some(order) => menu.order = order,
            None => fields.wrong(diagnostics, "order", "a whole number: order: 2"),
        },
    }
    menu
}

/// What sorts posts into lists has no meaning for a page.
fn refuse_lists(fields: &Fields<'_>, front: &mut Front, diagnostics: &mut Diagnostics) {
    for key in ["category", "categories", "tags"] {
        if fields.value(key).is_some() {
            diagnostics.warning(
                Kind::PageKey,
                fields.path,
                Some(fields.line(key)),
                format!("`{key}` does nothing here: a page is in no list."),
                "Remove it, or move the file to the posts.",
            );
        }
    }
    front.categories.clear();
    front.tags.clear();
}

fn date(fields: &Fields<'_>, key: &str, diagnostics: &mut Diagnostics) -> Option<Stamp> {
    let written = match fields.value(key)? {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let refused = match dates::read(&written) {
        Ok(stamp) => return Some(stamp),
        Err(refused) => refused,
    };
    let message = match refused {
        Refused::Impossible => format!("`{key}` is no date that exists: {written}."),
        Refused::Unreadable => format!("`{key}` cannot be read: {written}."),
    };
    let wanted = match &dates::guesses(&written)[..] {
        [] => "2026-11-24, or 2026-11-24 09:00 +0200 with time and offset.".to_owned(),
        [one] => format!("{one}."),
        several => format!("{}, whichever is meant.", several.join(" or ")),
    };
    diagnostics.error(
        Kind::BadDate,
        fields.path,
        Some(fields.line(key)),
        message,
        format!("Write year, month and day: {wanted}"),
    );
    None
}

/// `source: Name` or `source: {name, url}`.
fn source(fields: &Fields<'_>, diagnostics: &mut Diagnostics) -> Option<Source> {
    match fields.value("source")? {
        Value::String(name) => Some(Source {
            name: name.trim().to_owned(),
            url: None,
        }),
        Value::Object(map) => {
            let inner = fields.within("source", map.clone());
            let url = inner.string("url", diagnostics);
            let name = inner.string("name", diagnostics);
            if let Some(url) = &url
                && !(url.starts_with("http://") || url.starts_with("https://"))
            {
                inner.wrong(
                    diagnostics,
                    "url",
                    "an address that begins with https:// or http://",
                );
                return None;
            }
            match name {
                Some(name) => Some(Source { name, url }),
                None => {
                    fields.wrong(diagnostics, "source", "a name and, if there is one, an address: source: { name: \"…\", url: \"https://…\" }");
                    None
                }
            }
        }
        _ => {
            fields.wrong(diagnostics, "source", "a name and, if there is one, an address: source: { name: \"…\", url: \"https://…\" }");
            None
        }
    }
}

/// One line, single spaces.
fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn front_matter_ends_at_its_fence_and_the_body_keeps_its_line() {
        let parts = split("---\ntitle: A\n---\nText\n").expect("closed");
        assert_eq!((parts.body, parts.body_line), ("Text\n", 4));
        let parts = split("+++\ntitle = 'A'\n+++\nText").expect("closed");
        assert_eq!((parts.body, parts.body_line), ("Text", 4));
        let parts = split("Text\n---\n").expect("has none");
        assert_eq!(parts.body_line, 1);
        assert_eq!(split("---\ntitle: A\n").err(), Some(1));
    }

    #[test]
    fn yaml_and_toml_say_the_same() {
        for text in [
            "---\ntitle: 1.10\nauthor: Ann\ntags: [a, b]\ndate: 2016-10-28\nsource: {name: No, url: 'https://n.example'}\ntranslator:\n---\n",
            "+++\ntitle = \"1.10\"\nauthors = [\"Ann\"]\ntags = [\"a\", \"b\"]\ndate = 2016-10-28\nsource = {name = \"No\", url = \"https://n.example\"}\n+++\n",
        ] {
            let parts = split(text).expect("closed");
            let mut diagnostics = Diagnostics::default();
            let front = read(&parts, Path::new("a.md"), false, false, &mut diagnostics);
            assert_eq!(diagnostics.all(), []);
            assert_eq!(front.title.as_deref(), Some("1.10"));
            assert_eq!(front.authors, ["Ann"]);
            assert_eq!(front.tags, ["a", "b"]);
            assert_eq!(front.date.expect("a date").text, "2016-10-28T00:00:00Z");
            assert_eq!(
                front.source.expect("a source").url.as_deref(),
                Some("https://n.example")
            );
            assert_eq!(front.translator, None);
        }
    }
}
