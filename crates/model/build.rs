//! Makes the type of the interface's texts out of `messages/en.json`, and English as the app carries it.
//!
//! A language in `messages/` that lacks a text, or has one too many, does not build.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs};

use serde_json::Value;

#[path = "src/catalogue/wire.rs"]
mod wire;

type Texts = BTreeMap<String, Value>;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=messages");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/catalogue/wire.rs");
    let mut languages = BTreeMap::new();
    for entry in fs::read_dir("messages")? {
        let path = entry?.path();
        let lang = path.file_stem().unwrap_or_default().to_string_lossy();
        let texts: Texts = serde_json::from_str(&fs::read_to_string(&path)?)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        languages.insert(lang.into_owned(), (fs::canonicalize(&path)?, texts));
    }
    let english = &languages.get("en").ok_or("no messages/en.json")?.1;
    let mut problems = Vec::new();
    for (lang, (_, texts)) in &languages {
        let lacks = english.keys().filter(|name| !texts.contains_key(*name));
        problems.extend(lacks.map(|name| format!("messages/{lang}.json lacks {name}")));
        for (name, value) in texts {
            let kind = english.get(name).map(Value::is_object);
            if kind != Some(value.is_object()) {
                problems.push(format!("messages/{lang}.json: what is {name}?"));
            }
        }
    }
    if !problems.is_empty() {
        return Err(problems.join("\n").into());
    }
    let sources: BTreeMap<&str, &PathBuf> = languages
        .iter()
        .map(|(lang, (path, _))| (lang.as_str(), path))
        .collect();
    let out = PathBuf::from(env::var("OUT_DIR")?).join("texts.rs");
    Ok(fs::write(out, code(english, &sources)?)?)
}

fn code(english: &Texts, sources: &BTreeMap<&str, &PathBuf>) -> Result<String, std::fmt::Error> {
    let schema = schema(english);
    let (mut fields, mut slots, mut names) = (String::new(), String::new(), String::new());
    for (name, value) in english {
        let (kind, part) = if value.is_object() {
            ("Plural", ".0")
        } else {
            ("String", "")
        };
        let doc = format!("English: `{value}`.");
        writeln!(fields, "#[doc = {doc:?}]\npub {name}: {kind},")?;
        write!(slots, "&mut self.{name}{part}, ")?;
        write!(names, "{name:?}, ")?;
    }
    let mut builtin = String::new();
    for (lang, path) in sources {
        write!(builtin, "({lang:?}, include_str!({path:?})), ")?;
    }
    let (count, wire) = (english.len(), wire::wire(&schema, "en", english.values()));
    Ok(format!(
        "/// The interface's texts in one language; `crates/model/messages/en.json` says which there are.
#[derive(Clone, Debug, Default)]
pub struct Messages {{
    source: String,
    schema: String,
    /// BCP 47 tag of the language.
    pub lang: String,
    {fields}
}}
impl Messages {{
    /// As they follow each other on the wire.
    fn slots(&mut self) -> [&mut String; {count} + 2] {{
        [&mut self.schema, &mut self.lang, {slots}]
    }}
}}
/// Stands for the names of the texts.
pub(crate) const SCHEMA: &str = {schema:?};
/// English, as the app carries it.
pub const ENGLISH: &str = {wire:?};
/// The names of the texts, in the order of the wire.
#[cfg(not(target_arch = \"wasm32\"))]
pub(crate) const NAMES: [&str; {count}] = [{names}];
/// The languages whose texts come with Lamplight, and their files.
#[cfg(not(target_arch = \"wasm32\"))]
pub(crate) const BUILTIN: &[(&str, &str)] = &[{builtin}];
"
    ))
}

/// A digest (FNV-1a, 32 bits) of the names and of which of them have plural forms.
fn schema(english: &Texts) -> String {
    let mut hash: u32 = 0x811c_9dc5;
    for (name, value) in english {
        let end = if value.is_object() { "*" } else { " " };
        for byte in name.bytes().chain(end.bytes()) {
            hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        }
    }
    format!("{hash:08x}")
}
