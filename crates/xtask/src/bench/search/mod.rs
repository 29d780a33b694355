//! How well search finds, how fast, and what a reader is sent for it, beside MiniSearch and Pagefind.
//!
//! Entry point: [`bench`]. Every engine is opened by a page in Chromium, which asks it and shows nothing; ours is the
//! finder of the app, over the files that the program `rank` wrote. `engines.mjs` has the peers' settings. No engine
//! must ever be asked another question than the others.

mod documents;
mod questions;

use std::collections::{BTreeSet, HashSet};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use super::{folder, table::Table};
use crate::run::{self, Env};
use crate::setup::{self, Needs};
use crate::tools::{MINISEARCH, NpmPackage, PAGEFIND, TERSER};
use questions::{Answer, Known, at, ndcg, questions, while_typed, with_typo};

/// Of so many questions one is asked letter by letter.
const TYPED: usize = 10;

/// Visits of which the first question's bytes are counted.
const VISITS: usize = 20;

/// The peers take many minutes over more documents.
const PEERS_UP_TO: usize = 10_000;

/// What is asked.
struct Asked {
    /// A visit each.
    first: Vec<Known>,
    /// In one visit, letter by letter, and then all of it again, when every file is at hand.
    typed: Vec<Known>,
    clean: Vec<Known>,
    misspelt: Vec<Known>,
}

/// What an engine came to; bytes after brotli.
struct Found {
    /// Seconds.
    written: f64,
    whole: f64,
    /// Answers to [`Asked`].
    first: Vec<Answer>,
    typed: Vec<Answer>,
    clean: Vec<Answer>,
    misspelt: Vec<Answer>,
}

/// Measures and prints. `corpus`: a folder of posts, or a file of documents as `rank` reads them, instead of made-up
/// ones; `all_peers`: ask them at every size.
pub(super) fn bench(sizes: &[usize], corpus: Option<&Path>, all_peers: bool) -> Result<()> {
    super::app()?;
    let env = setup::setup(Needs::WasmTests)?;
    run::run(env.command("cargo").args([
        "build",
        "--quiet",
        "--release",
        "--package",
        "lamplight-search",
        "--features",
        "write",
        "--bin",
        "rank",
    ]))?;
    let sources: Vec<PathBuf> = match corpus {
        Some(path) if path.is_dir() => vec![documents::of_folder(path)?],
        Some(path) => vec![path.to_owned()],
        None => sizes
            .iter()
            .map(|&posts| documents::made_up(posts))
            .collect::<Result<_>>()?,
    };
    for source in sources {
        compare(&env, &source, all_peers)?;
    }
    Ok(())
}

/// Measures every engine on some documents.
fn compare(env: &Env, source: &Path, all_peers: bool) -> Result<()> {
    let documents = documents::read(source)?;
    let asked = asked(&documents);
    ensure!(
        !asked.clean.is_empty(),
        "{}: no title has two words to ask for",
        source.display()
    );
    let mut table = Table::new(&[
        "engine",
        "written s",
        "index kB",
        "program kB",
        "first query kB",
        "later kB",
        "a key ms",
        "again ms",
        "known items",
        "with a typo",
    ]);
    let languages: BTreeSet<&str> = asked.clean.iter().map(|known| &*known.lang).collect();
    let mut by_language =
        Table::new(&[&["engine"], &*languages.iter().copied().collect::<Vec<_>>()].concat());
    let mut add = |name: &str, found: &Found| {
        table.row(row(name, &asked, found));
        let cells = languages.iter().map(|lang| {
            let of = |known: &[Known], answers| ndcg(in_language(lang, known, answers));
            let clean = of(&asked.clean, &found.clean);
            format!("{clean} / {}", of(&asked.misspelt, &found.misspelt))
        });
        by_language.row(std::iter::once(name.to_owned()).chain(cells));
    };
    add("Lamplight", &ours(env, source, &asked)?);
    let native = serve(&asked.typed)?;
    let peers = [("MiniSearch", MINISEARCH), ("Pagefind", PAGEFIND)];
    for (name, package) in peers {
        if documents.len() <= PEERS_UP_TO || all_peers {
            match peer(env, package, source, &asked) {
                Ok(found) => add(name, &found),
                Err(error) => println!("{name} is left out: {error:#}"),
            }
        }
    }
    println!(
        "\n{} documents; bytes after brotli; the median of {VISITS} visits' first queries, the mean of later ones; \
         p50 / p95 of each key of {} questions in Chromium, and when they are typed again; nDCG@10 of {} questions\n\n{table}",
        documents.len(),
        asked.clean.len().div_ceil(TYPED),
        asked.clean.len()
    );
    if languages.len() > 1 {
        println!("nDCG@10 of known items / with a typo, by language\n\n{by_language}");
    }
    println!(
        "Lamplight's engine alone, native: {} ms a key\n",
        quantiles(&native)
    );
    Ok(())
}

fn asked(documents: &[Value]) -> Asked {
    let clean = questions(documents);
    Asked {
        // The same number of visits from all over the documents, and so in all languages.
        first: questions(documents)
            .into_iter()
            .step_by((clean.len() / VISITS).max(1))
            .take(VISITS)
            .collect(),
        typed: [(); 2]
            .iter()
            .flat_map(|()| clean.iter().step_by(TYPED).flat_map(while_typed))
            .collect(),
        misspelt: clean.iter().filter_map(with_typo).collect(),
        clean,
    }
}

fn row(name: &str, asked: &Asked, found: &Found) -> Vec<String> {
    let kilo = |bytes: f64| format!("{:.1}", bytes / 1e3);
    let first = |of: fn(&Answer) -> f64| at(&found.first.iter().map(of).collect::<Vec<_>>(), 0.5);
    // A reader has one language; an engine may have an index for each.
    let mut begun = HashSet::new();
    let later: Vec<f64> = asked
        .clean
        .iter()
        .zip(&found.clean)
        .filter(|(known, _)| !begun.insert(&known.lang))
        .map(|(_, answer)| answer.bytes)
        .collect();
    let (fetching, again) = found.typed.split_at(found.typed.len() / 2);
    vec![
        name.to_owned(),
        format!("{:.1}", found.written),
        kilo(found.whole),
        kilo(first(|answer| answer.program)),
        kilo(first(|answer| answer.bytes)),
        kilo(later.iter().sum::<f64>() / later.len().max(1) as f64),
        quantiles(fetching),
        quantiles(again),
        ndcg(&found.clean),
        ndcg(&found.misspelt),
    ]
}

/// The answers to the questions of one language.
fn in_language<'a>(
    lang: &str,
    asked: &[Known],
    answers: &'a [Answer],
) -> impl Iterator<Item = &'a Answer> {
    let both = asked.iter().zip(answers);
    both.filter_map(move |(known, answer)| (known.lang == lang).then_some(answer))
}

/// The time of half of the answers, and of all but a twentieth.
fn quantiles(answers: &[Answer]) -> String {
    let times: Vec<f64> = answers.iter().map(|answer| answer.ms).collect();
    format!("{:.1} / {:.1}", at(&times, 0.5), at(&times, 0.95))
}

fn rank() -> PathBuf {
    run::root().join("target/release/rank")
}

/// The folder that an engine is served from.
fn site(engine: &str) -> PathBuf {
    folder().join("search").join(engine)
}

/// An empty one.
fn new_site(engine: &str) -> Result<PathBuf> {
    let site = site(engine);
    if site.exists() {
        std::fs::remove_dir_all(&site)?;
    }
    std::fs::create_dir_all(&site)?;
    Ok(site)
}

fn ours(env: &Env, documents: &Path, asked: &Asked) -> Result<Found> {
    let site = new_site("lamplight")?;
    for name in ["lamplight-finder.js", "lamplight-finder_bg.wasm"] {
        let from = run::root().join("dist").join(name);
        std::fs::copy(&from, site.join(name)).with_context(|| from.display().to_string())?;
    }
    let script = include_str!("../../../../press/src/emit/search.js")
        .replace("SCRIPT", "./lamplight-finder.js")
        .replace("PROGRAM", "./lamplight-finder_bg.wasm");
    let path = site.join("search.js");
    std::fs::write(&path, script)?;
    terse(env, &path, &path)?;
    let index = site.join("index");
    let begun = Instant::now();
    run::run(Command::new(rank()).arg("index").arg(documents).arg(&index))?;
    let written = begun.elapsed().as_secs_f64();
    let root = std::fs::read_dir(&index)?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .find(|name| name.starts_with("root-"))
        .context("rank wrote no root")?;
    let edition = json!({ "search": root }).to_string();
    std::fs::write(site.join("edition.json"), edition)?;
    browse(env, "lamplight", written, asked)
}

fn peer(env: &Env, package: NpmPackage, documents: &Path, asked: &Asked) -> Result<Found> {
    let engine = package.name();
    if !package.is_ready()? {
        package.install(env)?;
    }
    let site = new_site(engine)?;
    let module = if engine == MINISEARCH.name() {
        let module = package.file("dist/es/index.js")?;
        terse(env, &module, &site.join("minisearch.js"))?;
        module
    } else {
        package.file("lib/index.js")?
    };
    let written = node(
        env,
        "write.mjs",
        &[engine.as_ref(), &module, documents, &site],
    )?;
    let written = written.as_f64().context("no time")? / 1e3;
    browse(env, engine, written, asked)
}

/// Makes a module small, as the app's are.
fn terse(env: &Env, module: &Path, into: &Path) -> Result<()> {
    let terser = TERSER.file("bin/terser")?;
    run::run(
        env.command("node")
            .arg(terser)
            .args(["--compress", "--mangle", "--module", "--output"])
            .arg(into)
            .arg(module),
    )
}

/// Asks an engine in Chromium.
fn browse(env: &Env, engine: &str, written: f64, asked: &Asked) -> Result<Found> {
    let visits = asked.first.iter().map(std::slice::from_ref).chain([
        &*asked.typed,
        &asked.clean,
        &asked.misspelt,
    ]);
    let lines = visits.clone().enumerate().map(|(number, visit)| {
        let typed = number == asked.first.len();
        visit.iter().map(|known| known.line(typed)).collect()
    });
    let file = folder().join("visits.json");
    std::fs::write(&file, Value::Array(lines.collect()).to_string())?;
    println!("{engine} in Chromium …");
    let value = node(env, "browse.mjs", &[engine.as_ref(), &site(engine), &file])?;
    let answered = value.get("visits").and_then(Value::as_array);
    let mut answers = visits
        .zip(answered.context("no visits")?)
        .map(|(visit, answered)| {
            let answered = answered.as_array().into_iter().flatten();
            let answers = visit.iter().zip(answered);
            answers.map(|(known, value)| known.answer(value)).collect()
        });
    let first: Vec<Vec<Answer>> = answers.by_ref().take(asked.first.len()).collect();
    let mut next = || answers.next().context("a visit is missing");
    Ok(Found {
        written,
        whole: value
            .get("whole")
            .and_then(Value::as_f64)
            .context("no size")?,
        first: first.into_iter().flatten().collect(),
        typed: next()?,
        clean: next()?,
        misspelt: next()?,
    })
}

/// Runs a script of this folder; the JSON that it prints last.
fn node(env: &Env, script: &str, arguments: &[&Path]) -> Result<Value> {
    let output = env
        .command("node")
        .arg("--max-old-space-size=4096")
        .arg(
            run::root()
                .join("crates/xtask/src/bench/search")
                .join(script),
        )
        .args(arguments)
        .output()
        .context("node could not be started")?;
    if !output.status.success() {
        bail!(
            "{script}: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    let text = String::from_utf8(output.stdout)?;
    let line = text.lines().last().unwrap_or_default();
    serde_json::from_str(line).with_context(|| format!("{script} printed no JSON"))
}

/// Asks one run of `rank serve` unfinished questions.
fn serve(asked: &[Known]) -> Result<Vec<Answer>> {
    let mut child = Command::new(rank())
        .arg("serve")
        .arg(site("lamplight").join("index"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("rank could not be started")?;
    let (input, output) = (child.stdin.take(), child.stdout.take());
    let (mut input, output) = input.zip(output).context("rank has no input or output")?;
    let mut lines = BufReader::new(output).lines();
    let mut next = || -> Result<Value> {
        let line = lines.next().context("rank has ended")??;
        serde_json::from_str(&line).with_context(|| format!("rank said {line}"))
    };
    next()?;
    let mut answers = Vec::with_capacity(asked.len());
    for known in asked {
        writeln!(input, "{}", known.line(true))?;
        answers.push(known.answer(&next()?));
    }
    drop(input);
    child.wait()?;
    Ok(answers)
}
