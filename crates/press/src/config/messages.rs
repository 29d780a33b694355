//! The interface's texts of each language: those that come with Lamplight and, over them, the publisher's own in
//! `messages/LANG.json` beside `site.toml`.
//!
//! Entry point: [`read`]. A text that cannot be used is a diagnostic, and Lamplight's stands in for it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lamplight_model::Language;
use lamplight_model::catalogue::{Catalogue, Problem};
use lamplight_model::language::is_traditional;

use crate::diagnostic::{Diagnostics, Kind};
use crate::fields::{Fields, nearest};

/// The folder of the publisher's texts.
const FOLDER: &str = "messages";

/// A file of the publisher's.
struct Own {
    path: PathBuf,
    texts: Catalogue,
}

/// The texts on the wire, by the language's code; a language that is not there has the app's own English.
pub(super) fn read(
    fields: &Fields<'_>,
    folder: &Path,
    languages: &[Language],
    diagnostics: &mut Diagnostics,
) -> BTreeMap<String, String> {
    let mut files = files(&folder.join(FOLDER), languages, diagnostics);
    let mut out = BTreeMap::new();
    for language in languages {
        let code = language.code.as_str();
        // `pt.json` holds for `pt-BR`, too; `pt-BR.json` stands over it.
        let own: Vec<Own> = prefixes(code)
            .filter_map(|part| files.remove(&part))
            .collect();
        let english = primary(code) == "en";
        if own.is_empty() && english {
            continue;
        }
        let ours = Catalogue::builtin(code);
        let line = fields.line("languages");
        if own.is_empty() {
            match &ours {
                None => nothing(code, fields.path, line, diagnostics),
                Some(_) if is_traditional(code) => diagnostics.note(
                    Kind::InterfaceText,
                    fields.path,
                    Some(line),
                    format!(
                        "Lamplight's interface texts for `{code}` are in simplified characters."
                    ),
                    format!("Write your own into {FOLDER}/{code}.json."),
                ),
                Some(_) => {}
            }
        }
        if ours.is_none() && own.is_empty() {
            continue;
        }
        let path = own.last().map(|own| own.path.clone());
        let layers = own.into_iter().map(|own| own.texts);
        let texts = layers.fold(ours.unwrap_or_default(), |below, own| own.over(below));
        let missing = texts.missing();
        if let (Some(path), false) = (path, missing.is_empty()) {
            diagnostics.warning(
                Kind::InterfaceText,
                &path,
                None,
                format!(
                    "{} of {} texts are missing in `{code}`, and readers see them in English: {}.",
                    missing.len(),
                    Catalogue::names().len(),
                    some(&missing)
                ),
                "Add them; docs/publishing.md says where the English ones are.",
            );
        }
        out.insert(code.to_owned(), texts.wire(code));
    }
    out
}

/// The first few names of a list.
fn some(names: &[&'static str]) -> String {
    let shown = names.len().min(5);
    let more = if shown < names.len() { ", …" } else { "" };
    names[..shown].join(", ") + more
}

fn nothing(code: &str, file: &Path, line: usize, diagnostics: &mut Diagnostics) {
    let known: Vec<String> = Catalogue::languages()
        .map(|own| format!("`{own}`"))
        .collect();
    diagnostics.note(
        Kind::InterfaceText,
        file,
        Some(line),
        format!("Lamplight has no interface texts in `{code}`: on the pages of this language buttons, dates and notices are English."),
        format!("There are interface texts in {}; your own can stand in {FOLDER}/{code}.json.", known.join(", ")),
    );
}

/// `pt` and `pt-br` of `pt-BR`.
fn prefixes(code: &str) -> impl Iterator<Item = String> {
    let code = code.to_ascii_lowercase();
    let ends: Vec<usize> = code
        .match_indices('-')
        .map(|(at, _)| at)
        .chain([code.len()])
        .collect();
    ends.into_iter().map(move |end| code[..end].to_owned())
}

fn primary(code: &str) -> String {
    prefixes(code).next().unwrap_or_default()
}

/// The publisher's files by language, in lower case, without what cannot be used in them.
fn files(
    folder: &Path,
    languages: &[Language],
    diagnostics: &mut Diagnostics,
) -> BTreeMap<String, Own> {
    let mut out = BTreeMap::new();
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "json")
    });
    paths.sort();
    for path in paths {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let name = name.replace('_', "-").to_ascii_lowercase();
        let mut users = languages.iter().map(|language| language.code.as_str());
        let Some(user) = users.find(|code| prefixes(code).any(|part| part == name)) else {
            diagnostics.warning(
                Kind::InterfaceText,
                &path,
                None,
                format!("The site has no language `{name}`: nobody reads these texts."),
                "Add the language to `languages` in site.toml, or remove the file.",
            );
            continue;
        };
        if let Some(texts) = file(&path, user, diagnostics) {
            out.insert(name, Own { path, texts });
        }
    }
    out
}

fn file(path: &Path, lang: &str, diagnostics: &mut Diagnostics) -> Option<Catalogue> {
    let read = std::fs::read_to_string(path).map_err(|error| (None, error.to_string()));
    let read = read.and_then(|text| {
        let parsed = Catalogue::parse(text.trim_start_matches('\u{feff}'));
        parsed
            .map(|texts| (texts, text))
            .map_err(|error| (Some(error.line()), error.to_string()))
    });
    let (texts, text) = match read {
        Ok(read) => read,
        Err((line, error)) => {
            diagnostics.error(
                Kind::InterfaceText,
                path,
                line,
                format!("The interface's texts cannot be read: {error}."),
                "Write a JSON object of names and texts: { \"search\": \"…\" }.",
            );
            return None;
        }
    };
    let place = |name: &str| {
        let key = format!("\"{name}\"");
        text.lines()
            .position(|line| line.trim_start().starts_with(&key))
            .map(|at| at + 1)
    };
    let mut unusable = Vec::new();
    for (name, problem) in texts.problems(lang) {
        let message = format!("`{name}` {problem}.");
        let line = place(name);
        let kind = Kind::InterfaceText;
        match problem {
            Problem::Unknown => {
                let near = nearest(name, Catalogue::names());
                let remedy = near.map_or_else(
                    || "Remove it.".to_owned(),
                    |near| format!("Did you mean `{near}`?"),
                );
                diagnostics.warning(kind, path, line, message, remedy);
            }
            Problem::MissingForms(forms) if !forms.contains(&"other") => {
                let remedy = "Readers see the form `other` in their place until you add them.";
                diagnostics.warning(kind, path, line, message, remedy);
                continue;
            }
            Problem::UnknownForm(_) => {
                diagnostics.warning(
                    kind,
                    path,
                    line,
                    message,
                    "Remove it: no number asks for it.",
                );
                continue;
            }
            _ => {
                let remedy =
                    "Compare it with the English text, whose words in braces are filled in.";
                diagnostics.error(kind, path, line, message, remedy);
            }
        }
        unusable.push(name.to_owned());
    }
    let unusable = unusable.iter().map(String::as_str);
    Some(texts.clone().without(unusable))
}
