//! The documents that are searched, as lines of JSON: `{"id","title","text","lang"}`.
//!
//! Entry points: [`made_up`], [`of_folder`], [`read`].

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use lamplight_synthetic::Publication;
use serde_json::{Value, json};

use super::folder;

/// Everything made up follows from it.
const SEED: u64 = 2016;

/// A synthetic publication's posts.
pub(super) fn made_up(posts: usize) -> Result<PathBuf> {
    let publication = Publication {
        seed: SEED,
        posts,
        images: Vec::new(),
    };
    let files = publication.files();
    let files = files.filter_map(|file| {
        let name = file.path.strip_prefix("posts/")?.strip_suffix(".md")?;
        Some((
            name.to_owned(),
            String::from_utf8_lossy(&file.bytes).into_owned(),
        ))
    });
    write(&format!("documents-{posts}.jsonl"), files)
}

/// The posts of a folder and the folders in it: Markdown with YAML front matter, as Jekyll has them.
pub(super) fn of_folder(root: &Path) -> Result<PathBuf> {
    let (mut folders, mut files) = (vec![root.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                let text =
                    std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
                let name = path.strip_prefix(root).unwrap_or(&path);
                files.push((name.to_string_lossy().into_owned(), text));
            }
        }
    }
    ensure!(!files.is_empty(), "{}: no posts are there", root.display());
    files.sort();
    write("documents.jsonl", files.into_iter())
}

fn write(name: &str, posts: impl Iterator<Item = (String, String)>) -> Result<PathBuf> {
    std::fs::create_dir_all(folder())?;
    let path = folder().join(name);
    let mut out = String::new();
    for (id, text) in posts {
        let document = document(&id, &text).with_context(|| format!("{id} has no title"))?;
        writeln!(out, "{document}")?;
    }
    std::fs::write(&path, out)?;
    Ok(path)
}

/// A post as a document, if it has a title. Without a language it is what its name says, or English.
fn document(id: &str, text: &str) -> Option<Value> {
    let (front, body) = text.strip_prefix("---\n")?.split_once("\n---\n")?;
    let field = |name: &str| {
        front.lines().find_map(|line| {
            let value = line.strip_prefix(name)?.strip_prefix(':')?.trim();
            let inner = |quote: char| value.strip_prefix(quote)?.strip_suffix(quote);
            Some(inner('"').or(inner('\'')).unwrap_or(value))
        })
    };
    let named = id.rsplit_once('.').map(|(_, lang)| lang);
    let lang = field("lang").or(named.filter(|lang| lang.len() == 2 && *lang != "md"));
    let lang = lang.unwrap_or("en").replace('_', "-");
    let title = field("title").filter(|title| !title.is_empty())?;
    Some(json!({ "id": id, "title": title, "text": body, "lang": lang }))
}

/// Reads documents.
pub(super) fn read(path: &Path) -> Result<Vec<Value>> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    text.lines()
        .zip(1..)
        .filter(|(line, _)| !line.trim().is_empty())
        .map(|(line, number)| {
            serde_json::from_str(line).with_context(|| format!("{}:{number}", path.display()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_post_says_its_language_or_its_name_does() {
        let post = "---\ntitle: 'The \"long\" night'\nlang: zh_cn\n---\nText\n";
        let said = document("a/b.md", post).expect("has a title");
        assert_eq!(
            said,
            json!({ "id": "a/b.md", "title": "The \"long\" night", "text": "Text\n", "lang": "zh-cn" })
        );
        let lang = |id: &str| {
            document(id, "---\ntitle: \"A\"\n---\n")?
                .get("lang")
                .cloned()
        };
        assert_eq!(lang("a.fr"), Some("fr".into()));
        assert_eq!(lang("a.md"), Some("en".into()));
        assert_eq!(document("a", "---\ntitle:\n---\n"), None);
    }
}
