//! How well search finds, how fast, and what a reader transfers for it, beside MiniSearch.
//!
//! Entry point: [`bench`]. The program `rank` is asked: its engine and its files are those of the app. A question is two to four words of a title, and what is to be found is that document: nDCG@10
//! is then 1 for the first place, 0.63 for the second, 0 after the tenth. It must never ask one program another
//! question than the other.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use lamplight_synthetic::Publication;
use serde_json::{Value, json};

use super::{folder, table::Table};
use crate::run::{self, Env};
use crate::{build, tools};

/// Everything made up follows from it.
const SEED: u64 = 2016;

/// Questions of a kind.
const QUESTIONS: usize = 200;

/// Of so many questions one is asked letter by letter.
const TYPED: usize = 5;

/// Visits of which the bytes are counted: each reads the index anew.
const VISITS: usize = 20;

/// A question, and the document it is about.
struct Known {
    words: String,
    lang: String,
    id: String,
}

/// An answer: where the document is among the hits, from 0; milliseconds; bytes read.
struct Answer {
    place: Option<usize>,
    ms: f64,
    bytes: f64,
}

/// Measures and prints. `corpus`: documents as `rank` reads them, instead of made-up ones.
pub(super) fn bench(sizes: &[usize], corpus: Option<&Path>) -> Result<()> {
    let env = Env::default();
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
    let mut quality = Table::new(&[
        "documents, program",
        "known items",
        "with a typo",
        "unfinished",
    ]);
    let mut cost = Table::new(&[
        "documents, program",
        "written s",
        "index kB",
        "brotli kB",
        "first query kB",
        "later kB",
        "p50 ms",
        "p95 ms",
    ]);
    let corpora = match corpus {
        Some(path) => vec![path.to_owned()],
        None => sizes
            .iter()
            .map(|&posts| made_up(posts))
            .collect::<Result<_>>()?,
    };
    for path in corpora {
        let documents = read(&path)?;
        let asked = questions(&documents);
        ensure!(
            !asked.is_empty(),
            "{}: no title has two words to ask for",
            path.display()
        );
        let name = |program: &str| format!("{}, {program}", documents.len());
        let index = folder().join("index");
        let begun = Instant::now();
        run::run(Command::new(rank()).arg("index").arg(&path).arg(&index))?;
        let written = begun.elapsed().as_secs_f64();
        let files = std::fs::read_dir(&index)?
            .map(|entry| Ok(entry?.path()))
            .collect::<Result<Vec<PathBuf>>>()?;
        let sizes = build::sizes(&env, &files)?;
        let (raw, small) = sizes
            .iter()
            .fold((0, 0), |sum, size| (sum.0 + size.0, sum.1 + size.1));
        let clean = serve(&index, &asked, false)?;
        let misspelt: Vec<Known> = asked.iter().map(with_typo).collect();
        let typos = serve(&index, &misspelt, false)?;
        let typed = asked.iter().step_by(TYPED).flat_map(while_typed);
        let typed: Vec<Known> = typed.collect();
        let typing = serve(&index, &typed, true)?;
        // What a reader sees before the last letter of the last word.
        let unfinished: Vec<Known> = asked
            .iter()
            .filter_map(|known| while_typed(known).pop())
            .collect();
        let unfinished = serve(&index, &unfinished, true)?;
        let mut first = Vec::new();
        for known in asked.iter().take(VISITS) {
            first.extend(
                serve(&index, std::slice::from_ref(known), false)?
                    .into_iter()
                    .map(|answer| answer.bytes),
            );
        }
        let later: Vec<f64> = clean.iter().skip(1).map(|answer| answer.bytes).collect();
        quality.row([
            name("Lamplight"),
            ndcg(&clean),
            ndcg(&typos),
            ndcg(&unfinished),
        ]);
        let times: Vec<f64> = typing.iter().map(|answer| answer.ms).collect();
        cost.row([
            name("Lamplight"),
            format!("{written:.2}"),
            kilo(raw as f64),
            kilo(small as f64),
            kilo(at(&first, 0.5)),
            kilo(later.iter().sum::<f64>() / later.len().max(1) as f64),
            format!("{:.2}", at(&times, 0.5)),
            format!("{:.2}", at(&times, 0.95)),
        ]);
        match minisearch(&env, &path, &asked, &misspelt, &typed) {
            Ok(peer) => {
                quality.row([
                    name("MiniSearch"),
                    ndcg(&peer.clean),
                    ndcg(&peer.typos),
                    "–".into(),
                ]);
                let times: Vec<f64> = peer.typing.iter().map(|answer| answer.ms).collect();
                cost.row([
                    name("MiniSearch"),
                    format!("{:.2}", peer.written),
                    kilo(peer.raw),
                    kilo(peer.brotli),
                    kilo(peer.brotli),
                    kilo(0.0),
                    format!("{:.2}", at(&times, 0.5)),
                    format!("{:.2}", at(&times, 0.95)),
                ]);
            }
            Err(error) => println!("MiniSearch is left out: {error:#}"),
        }
    }
    println!("\nFound: nDCG@10 of {QUESTIONS} questions at most of each kind\n\n{quality}");
    println!(
        "Cost: bytes as they are read, the median of {VISITS} visits' first queries and the mean of later ones; \
         time at each key stroke, native (MiniSearch: Node, whose index comes whole, counted after brotli)\n\n{cost}"
    );
    Ok(())
}

fn rank() -> PathBuf {
    run::root().join("target/release/rank")
}

/// A synthetic publication's posts as documents.
fn made_up(posts: usize) -> Result<PathBuf> {
    std::fs::create_dir_all(folder())?;
    let path = folder().join(format!("documents-{posts}.jsonl"));
    let publication = Publication {
        seed: SEED,
        posts,
        images: Vec::new(),
    };
    let mut out = String::new();
    for file in publication
        .files()
        .filter(|file| file.path.starts_with("posts/"))
    {
        let text = String::from_utf8(file.bytes)?;
        let (front, body) = text
            .strip_prefix("---\n")
            .and_then(|rest| rest.split_once("\n---\n"))
            .with_context(|| format!("{} has no front matter", file.path))?;
        let title = front
            .lines()
            .find_map(|line| line.strip_prefix("title: \"")?.strip_suffix('"'))
            .with_context(|| format!("{} has no title", file.path))?;
        let name = file
            .path
            .trim_start_matches("posts/")
            .trim_end_matches(".md");
        let lang = name.rsplit_once('.').map_or("en", |(_, lang)| lang);
        writeln!(
            out,
            "{}",
            json!({ "id": name, "title": title, "text": body, "lang": lang })
        )?;
    }
    std::fs::write(&path, out)?;
    Ok(path)
}

fn read(path: &Path) -> Result<Vec<Value>> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    text.lines()
        .zip(1..)
        .filter(|(line, _)| !line.trim().is_empty())
        .map(|(line, number)| {
            serde_json::from_str(line).with_context(|| format!("{}:{number}", path.display()))
        })
        .collect()
}

/// Two to four words of titles, spread over the documents.
fn questions(documents: &[Value]) -> Vec<Known> {
    let text = |document: &Value, name: &str| {
        document
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    documents
        .iter()
        .step_by((documents.len() / QUESTIONS).max(1))
        .enumerate()
        .filter_map(|(number, document)| {
            let title = text(document, "title");
            let words: Vec<&str> = title
                .split_whitespace()
                .filter(|word| word.chars().count() > 2)
                .collect();
            let words = words
                .get(..(2 + number % 3).min(words.len()))
                .filter(|words| words.len() > 1)?;
            Some(Known {
                words: words.join(" "),
                lang: text(document, "lang"),
                id: text(document, "id"),
            })
        })
        .take(QUESTIONS)
        .collect()
}

/// The same with two letters of its longest word exchanged.
fn with_typo(known: &Known) -> Known {
    let longest = known
        .words
        .split(' ')
        .max_by_key(|word| word.chars().count())
        .unwrap_or_default();
    let mut letters: Vec<char> = longest.chars().collect();
    let middle = letters.len() / 2;
    if middle > 0 {
        letters.swap(middle - 1, middle);
    }
    let misspelt: String = letters.into_iter().collect();
    Known {
        words: known.words.replacen(longest, &misspelt, 1),
        lang: known.lang.clone(),
        id: known.id.clone(),
    }
}

/// What is asked at each key stroke, but for the last.
fn while_typed(known: &Known) -> Vec<Known> {
    let ends = known.words.char_indices().map(|(at, _)| at).skip(1);
    ends.filter_map(|end| known.words.get(..end))
        .filter(|begun| !begun.ends_with(' '))
        .map(|begun| Known {
            words: begun.to_owned(),
            lang: known.lang.clone(),
            id: known.id.clone(),
        })
        .collect()
}

fn line(known: &Known, prefix: bool) -> Value {
    json!({ "q": known.words, "k": 10, "prefix": prefix, "lang": known.lang })
}

/// Asks one run of `rank serve`.
fn serve(index: &Path, asked: &[Known], prefix: bool) -> Result<Vec<Answer>> {
    let mut child = Command::new(rank())
        .arg("serve")
        .arg(index)
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
        writeln!(input, "{}", line(known, prefix))?;
        answers.push(answer(&next()?, known));
    }
    drop(input);
    child.wait()?;
    Ok(answers)
}

fn answer(value: &Value, known: &Known) -> Answer {
    let number = |name: &str| value.get(name).and_then(Value::as_f64).unwrap_or_default();
    let ids = value.get("ids").and_then(Value::as_array);
    let place = ids.and_then(|ids| ids.iter().position(|id| id.as_str() == Some(&known.id)));
    Answer {
        place,
        ms: number("ms"),
        bytes: number("bytes"),
    }
}

/// What MiniSearch answered.
struct Peer {
    written: f64,
    raw: f64,
    brotli: f64,
    clean: Vec<Answer>,
    typos: Vec<Answer>,
    typing: Vec<Answer>,
}

fn minisearch(
    env: &Env,
    documents: &Path,
    clean: &[Known],
    typos: &[Known],
    typing: &[Known],
) -> Result<Peer> {
    let package = tools::MINISEARCH;
    if !package.is_ready()? {
        package.install(env)?;
    }
    let all: Vec<&Known> = clean.iter().chain(typos).chain(typing).collect();
    let mut text = String::new();
    for known in &all {
        writeln!(text, "{}", line(known, true))?;
    }
    let questions = folder().join("questions.jsonl");
    std::fs::write(&questions, text)?;
    let script = run::root().join("crates/xtask/src/bench/minisearch.cjs");
    let said = run::capture(
        env.command("node")
            .arg("--max-old-space-size=4096")
            .arg(script)
            .arg(package.file("dist/cjs/index.cjs")?)
            .arg(documents)
            .arg(questions),
    )
    .context("node could not run it")?;
    let value: Value = serde_json::from_str(&said)?;
    let number = |name: &str| value.get(name).and_then(Value::as_f64).unwrap_or_default();
    let asked = value
        .get("asked")
        .and_then(Value::as_array)
        .context("no answers")?;
    let mut answers = asked
        .iter()
        .zip(&all)
        .map(|(value, known)| answer(value, known));
    let mut take = |count: usize| answers.by_ref().take(count).collect::<Vec<_>>();
    Ok(Peer {
        written: number("written") / 1e3,
        raw: number("raw"),
        brotli: number("brotli"),
        clean: take(clean.len()),
        typos: take(typos.len()),
        typing: take(typing.len()),
    })
}

fn ndcg(answers: &[Answer]) -> String {
    let gains = answers
        .iter()
        .filter_map(|answer| answer.place)
        .map(|place| 1.0 / (place as f64 + 2.0).log2());
    format!("{:.3}", gains.sum::<f64>() / answers.len().max(1) as f64)
}

fn kilo(bytes: f64) -> String {
    format!("{:.1}", bytes / 1e3)
}

/// A quantile.
fn at(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let place = (sorted.len() as f64 * share) as usize;
    sorted
        .get(place.min(sorted.len().saturating_sub(1)))
        .copied()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_title_gives_a_question_a_typo_and_its_key_strokes() {
        let document = json!({ "id": "7", "lang": "en", "title": "At the stormy sea" });
        let asked = questions(&[document]);
        let [known] = &asked[..] else {
            panic!("one question")
        };
        assert_eq!((&*known.words, &*known.id), ("the stormy", "7"));
        assert_eq!(with_typo(known).words, "the stromy");
        let typed: Vec<String> = while_typed(known)
            .into_iter()
            .map(|known| known.words)
            .collect();
        assert_eq!(typed.first().map(String::as_str), Some("t"));
        assert_eq!(typed.last().map(String::as_str), Some("the storm"));
    }

    #[test]
    fn places_count_as_their_logarithm() {
        let answers = [Some(0), Some(2), None, Some(0)].map(|place| Answer {
            place,
            ms: 1.0,
            bytes: 0.0,
        });
        assert_eq!(ndcg(&answers), "0.625");
        assert_eq!(at(&[3.0, 1.0, 2.0], 0.5), 2.0);
    }
}
