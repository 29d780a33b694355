//! The beginning of a publication, and of a post.
//!
//! Entry points: [`site`] and [`post`], which say what to write, and [`write`], which writes it unless
//! something is there already. The date comes from the caller: nothing here asks a clock.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use lamplight_model::catalogue::is_language_tag;

use crate::config::Address;
use crate::content::is_slug;
use crate::{Diagnostics, config};

/// A file to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct New {
    /// Its path below the publication's folder, or as the folder's was given.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
}

/// Why nothing was begun.
#[derive(Debug, thiserror::Error)]
pub enum NotBegun {
    /// Files are in the way.
    #[error("{} is there already; nothing was written. Choose another folder or name, or move it away.", .0.display())]
    Exists(PathBuf),
    /// A file or folder cannot be written.
    #[error("{} cannot be written", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A language code is none.
    #[error("`{0}` is no language code; write a BCP 47 tag: en, pt-BR, zh-CN.")]
    NoLanguage(String),
    /// The site does not have a language.
    #[error("the site has no language `{lang}`, only {has}; add it to `languages` in site.toml.")]
    NotOfTheSite {
        /// The language.
        lang: String,
        /// Those of the site.
        has: String,
    },
    /// No file's name can be made of a title.
    #[error("no address can be made of `{0}`; give one with --slug: letters, digits and hyphens.")]
    NoSlug(String),
    /// The folder holds no publication.
    #[error("{} cannot be used: {message} `press new site` begins a publication.", file.display())]
    NoPublication {
        /// `site.toml`.
        file: PathBuf,
        /// What is wrong with it.
        message: String,
    },
}

/// A sample text in the languages it exists in, and where it goes.
struct Sample {
    /// Without language and extension: `posts/welcome/index`.
    path: &'static str,
    texts: &'static [(&'static str, &'static str)],
}

const SAMPLES: [Sample; 3] = [
    Sample {
        path: "posts/welcome/index",
        texts: &[
            ("en", include_str!("../scaffold/welcome.en.md")),
            ("fr", include_str!("../scaffold/welcome.fr.md")),
            ("ar", include_str!("../scaffold/welcome.ar.md")),
            ("ja", include_str!("../scaffold/welcome.ja.md")),
        ],
    },
    Sample {
        path: "posts/writing-posts",
        texts: &[("en", include_str!("../scaffold/writing.en.md"))],
    },
    Sample {
        path: "pages/about",
        texts: &[
            ("en", include_str!("../scaffold/about.en.md")),
            ("fr", include_str!("../scaffold/about.fr.md")),
            ("ar", include_str!("../scaffold/about.ar.md")),
            ("ja", include_str!("../scaffold/about.ja.md")),
        ],
    },
];

/// The names of the sample categories.
const NEWS: &[(&str, &str)] = &[
    ("en", "News"),
    ("fr", "Nouvelles"),
    ("ar", "أخبار"),
    ("ja", "お知らせ"),
];
const NOTES: &[(&str, &str)] = &[
    ("en", "Notes"),
    ("fr", "Notes"),
    ("ar", "ملاحظات"),
    ("ja", "覚え書き"),
];

/// A publication that is empty but for texts that show what can be done, in each of its languages as
/// far as there are any; in English, if the default language has none. `date` is `2026-01-31`.
///
/// # Errors
/// A language code is none.
pub fn site(title: &str, languages: &[String], date: &str) -> Result<Vec<New>, NotBegun> {
    if let Some(wrong) = languages.iter().find(|code| !is_language_tag(code)) {
        return Err(NotBegun::NoLanguage(wrong.clone()));
    }
    let english = ["en".to_owned()];
    let languages = if languages.is_empty() {
        &english
    } else {
        languages
    };
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let codes: Vec<String> = languages.iter().map(|code| quoted(code)).collect();
    let names = |known: &[(&'static str, &'static str)]| {
        let of = |code: &str| in_language(known, code).map(|name| (code.to_owned(), name));
        let mut names: Vec<(String, &str)> = languages.iter().filter_map(|code| of(code)).collect();
        if names.is_empty()
            && let (Some(code), Some((_, name))) = (languages.first(), known.first())
        {
            names.push((code.clone(), name));
        }
        let pair = |(code, name): &(String, &str)| format!("{} = {}", quoted(code), quoted(name));
        names.iter().map(pair).collect::<Vec<_>>().join(", ")
    };
    let settings = include_str!("../scaffold/site.toml")
        .replace("{title}", &quoted(title))
        .replace("{languages}", &format!("[{}]", codes.join(", ")))
        .replace("{news}", &names(NEWS))
        .replace("{notes}", &names(NOTES));
    let new = |path: &str, text: &str| New {
        path: path.into(),
        text: text.to_owned(),
    };
    let mut files = vec![
        new("site.toml", &settings),
        new("icon.svg", include_str!("../scaffold/icon.svg")),
        new(
            "posts/welcome/lamp.svg",
            include_str!("../scaffold/lamp.svg"),
        ),
    ];
    for sample in SAMPLES {
        for (at, code) in languages.iter().enumerate() {
            // English is better than an empty site, but not beside what its readers understand.
            let stand_in = sample.texts.first().filter(|_| at == 0 && !is_known(code));
            let text = in_language(sample.texts, code).or(stand_in.map(|(_, text)| *text));
            let suffix = if at == 0 {
                String::new()
            } else {
                format!(".{code}")
            };
            let path = format!("{}{suffix}.md", sample.path);
            files.extend(text.map(|text| new(&path, &text.replace("{date}", date))));
        }
    }
    Ok(files)
}

/// Whether there are samples in a language at all.
fn is_known(code: &str) -> bool {
    SAMPLES
        .iter()
        .any(|sample| in_language(sample.texts, code).is_some())
}

/// A text by language; `pt-BR` is served by `pt`.
fn in_language(texts: &[(&'static str, &'static str)], code: &str) -> Option<&'static str> {
    let lower = code.to_ascii_lowercase();
    let primary = lower.split('-').next().unwrap_or_default();
    texts
        .iter()
        .find(|(known, _)| *known == primary)
        .map(|(_, text)| *text)
}

/// A post of the publication in `folder`, in one of its languages (the default one if `None`), with
/// nothing in it but title and date.
///
/// # Errors
/// There is no publication, no such language, or no address can be made of the title.
pub fn post(
    folder: &Path,
    title: &str,
    lang: Option<&str>,
    slug: Option<&str>,
    date: &str,
) -> Result<New, NotBegun> {
    let mut found = Diagnostics::default();
    let config = config::load(folder, Address::Unneeded, None, &mut found);
    if let Some(error) = found
        .all()
        .iter()
        .find(|one| one.severity == crate::Severity::Error)
    {
        return Err(NotBegun::NoPublication {
            file: error.path.clone(),
            message: error.message.clone(),
        });
    }
    let default = config.site.default_lang();
    let lang = match lang {
        None => default,
        Some(lang) => config
            .language(lang)
            .ok_or_else(|| NotBegun::NotOfTheSite {
                lang: lang.to_owned(),
                has: config
                    .site
                    .languages
                    .iter()
                    .map(|language| language.code.as_str())
                    .collect::<Vec<_>>()
                    .join(", "),
            })?,
    };
    let slug = slug.map_or_else(|| slug_of(title), str::to_owned);
    if !is_slug(&slug) || lamplight_model::RESERVED.contains(&slug.as_str()) {
        return Err(NotBegun::NoSlug(if slug.is_empty() {
            title.to_owned()
        } else {
            slug
        }));
    }
    let suffix = if lang == default {
        String::new()
    } else {
        format!(".{lang}")
    };
    // JSON's texts are YAML's, too.
    let title = serde_json::Value::from(title);
    Ok(New {
        path: config.posts.join(format!("{slug}{suffix}.md")),
        text: format!("---\ntitle: {title}\ndate: {date}\n---\n\n"),
    })
}

/// Letters and digits of a title, in lower case, with hyphens between the words.
fn slug_of(title: &str) -> String {
    let words: Vec<String> = title
        .to_lowercase()
        // An apostrophe parts no word: `don't`.
        .replace(['\'', '’'], "")
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    let mut slug = words.join("-");
    while slug.len() > 80 {
        let cut = slug.rfind('-').filter(|at| *at > 0);
        match cut {
            Some(at) => slug.truncate(at),
            None => break,
        }
    }
    slug
}

/// Writes files below a folder, all or none.
///
/// # Errors
/// One of them is there already, or something cannot be written.
pub fn write(folder: &Path, files: &[New]) -> Result<(), NotBegun> {
    let place = |file: &New| folder.join(&file.path);
    if let Some(taken) = files.iter().map(place).find(|path| path.exists()) {
        return Err(NotBegun::Exists(taken));
    }
    for file in files {
        let path = place(file);
        let failed = |source| NotBegun::Write {
            path: path.clone(),
            source,
        };
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(failed)?;
        }
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&path)
            .and_then(|mut open| open.write_all(file.text.as_bytes()))
            .map_err(failed)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_made_of_the_letters_of_any_script() {
        for (title, slug) in [
            ("A title", "a-title"),
            ("Don’t – panic!", "dont-panic"),
            ("Été 2026", "été-2026"),
            ("窓辺の灯り", "窓辺の灯り"),
            ("???", ""),
        ] {
            assert_eq!(slug_of(title), slug);
        }
        let long = slug_of(&"word ".repeat(60));
        assert!(long.len() <= 80 && long.ends_with("word"), "{long}");
    }
}
