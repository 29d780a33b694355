//! `rank`: the engine over files, for test collections.
//!
//! `rank index DOCS.jsonl OUTDIR` makes OUTDIR the files a browser would be sent, from lines
//! `{"id","title","text","lang"?,"date"?,"tags"?,"categories"?}`. `rank serve OUTDIR` prints
//! `{"ready":true,"load_ms":…}` and answers each line `{"q":"…","k":10,"prefix":false,"lang":""}` of its input with
//! `{"ids":[…],"ms":…,"bytes":…}`: the engine's own time, and what was read of OUTDIR for this question (files stay
//! read, as in a browser; the root is the first question's). It must never rank by other code than the app's.

use std::collections::HashMap;
use std::io::{BufRead as _, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use lamplight_search::{Document, Engine, Outcome, Request};
use serde_json::{Value, json};

const USAGE: &str = "Usage: rank index DOCS.jsonl OUTDIR\n       rank serve OUTDIR";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match *arguments {
        ["index", documents, folder] => index(Path::new(documents), Path::new(folder)),
        ["serve", folder] => serve(Path::new(folder)),
        _ => Err(USAGE.to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

fn index(source: &Path, folder: &Path) -> Result<(), String> {
    let text = std::fs::read_to_string(source)
        .map_err(|error| format!("{}: {error}", source.display()))?;
    let mut documents = Vec::new();
    for (line, number) in text
        .lines()
        .zip(1..)
        .filter(|(line, _)| !line.trim().is_empty())
    {
        documents.push(
            document(line)
                .map_err(|problem| format!("{}:{number}: {problem}", source.display()))?,
        );
    }
    let begun = Instant::now();
    let index = lamplight_search::write::index(&documents);
    eprintln!(
        "{} documents, {} files, {} bytes in {} ms",
        documents.len(),
        index.files.len(),
        index.files.values().map(Vec::len).sum::<usize>(),
        begun.elapsed().as_millis()
    );
    replace(folder, &index.files).map_err(|error| format!("{}: {error}", folder.display()))
}

/// Makes the folder hold these files and none of an earlier index.
fn replace(
    folder: &Path,
    files: &std::collections::BTreeMap<String, Vec<u8>>,
) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".bin") && !files.contains_key(&name) {
            std::fs::remove_file(entry.path())?;
        }
    }
    for (name, bytes) in files {
        std::fs::write(folder.join(name), bytes)?;
    }
    Ok(())
}

fn document(line: &str) -> Result<Document, String> {
    let value: Value = serde_json::from_str(line).map_err(|error| format!("not JSON: {error}"))?;
    let text = |name: &str| {
        value
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let list = |name: &str| -> Vec<String> {
        let values = value.get(name).and_then(Value::as_array);
        values
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect()
    };
    let id = match value.get("id") {
        Some(Value::String(id)) => id.clone(),
        Some(Value::Number(id)) => id.to_string(),
        _ => return Err("a document needs an \"id\"".to_owned()),
    };
    let lang = text("lang");
    Ok(Document {
        id,
        lang: if lang.is_empty() {
            "en".to_owned()
        } else {
            lang
        },
        title: text("title"),
        body: text("text"),
        date: text("date"),
        tags: list("tags"),
        categories: list("categories"),
        ..Document::default()
    })
}

fn serve(folder: &Path) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let begun = Instant::now();
    let mut root = None;
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if entry.file_name().to_string_lossy().starts_with("root-") {
            root = Some(entry.path());
        }
    }
    let root = root.ok_or_else(|| {
        let folder = folder.display();
        format!(
            "{folder}: no index is here (no root-….bin). Make one: rank index DOCS.jsonl {folder}"
        )
    })?;
    let bytes = std::fs::read(&root).map_err(|error| format!("{}: {error}", root.display()))?;
    let engine = Engine::open(&bytes).map_err(|error| format!("{}: {error}", root.display()))?;
    let mut session = Session {
        engine,
        folder,
        files: HashMap::new(),
        unpaid: bytes.len(),
    };
    let mut out = std::io::stdout().lock();
    let mut print = |value: Value| {
        writeln!(out, "{value}")
            .and_then(|()| out.flush())
            .map_err(|error| format!("standard output: {error}"))
    };
    print(json!({ "ready": true, "load_ms": begun.elapsed().as_secs_f64() * 1000.0 }))?;
    for line in std::io::stdin().lock().lines() {
        let line = line.map_err(|error| format!("standard input: {error}"))?;
        print(
            session
                .answer(&line)
                .unwrap_or_else(|problem| json!({ "error": problem })),
        )?;
    }
    Ok(())
}

/// A visit: files are read when a question needs them, and kept, as a browser does.
struct Session<'s> {
    engine: Engine,
    folder: &'s Path,
    files: HashMap<String, Vec<u8>>,
    /// Bytes read before the first question: the root's. They are its to pay.
    unpaid: usize,
}

impl Session<'_> {
    fn answer(&mut self, line: &str) -> Result<Value, String> {
        let value: Value =
            serde_json::from_str(line).map_err(|error| format!("not JSON: {error}"))?;
        let request = Request {
            query: value
                .get("q")
                .and_then(Value::as_str)
                .ok_or("a question needs a \"q\"")?,
            lang: value
                .get("lang")
                .and_then(Value::as_str)
                .unwrap_or_default(),
            limit: value
                .get("k")
                .and_then(Value::as_u64)
                .map_or(10, |k| k as usize),
            prefix: value
                .get("prefix")
                .and_then(Value::as_bool)
                .unwrap_or_default(),
            ..Request::default()
        };
        let mut bytes = std::mem::take(&mut self.unpaid);
        let mut ms = 0.0;
        loop {
            let begun = Instant::now();
            let outcome = self.engine.search(&request, &self.files);
            ms += begun.elapsed().as_secs_f64() * 1000.0;
            match outcome {
                Outcome::Answer(answer) => {
                    let ids: Vec<&str> = answer.hits.iter().map(|hit| &*hit.id).collect();
                    return Ok(json!({
                        "ids": ids, "ms": ms, "bytes": bytes, "total": answer.total,
                        "did_you_mean": answer.did_you_mean, "complete": answer.complete,
                    }));
                }
                Outcome::Need(names) => {
                    for name in names {
                        let path = self.folder.join(&name);
                        let read = std::fs::read(&path)
                            .map_err(|error| format!("{}: {error}", path.display()))?;
                        bytes += read.len();
                        self.files.insert(name, read);
                    }
                }
            }
        }
    }
}
