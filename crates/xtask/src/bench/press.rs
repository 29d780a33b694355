//! press on publications of several sizes: time, memory, output, and building again after edits.
//!
//! Entry point: [`bench`]. Publications are made once and kept in `target/bench`.

use std::collections::BTreeMap;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, Result, bail};
use lamplight_synthetic::Publication;
use wait4::Wait4;

use super::{folder, table::Table, transfer};
use crate::run::{self, Env};

/// Everything made up follows from it.
const SEED: u64 = 2016;

/// What a run of a program took.
#[derive(Clone, Copy, Debug)]
struct Cost {
    wall: Duration,
    /// User and system, all threads.
    cpu: Duration,
    /// Bytes of memory at its peak.
    memory: u64,
}

/// Measures and prints.
pub(super) fn bench(sizes: &[usize]) -> Result<()> {
    let app = super::app()?;
    run::run(Env::default().command("cargo").args([
        "build",
        "--quiet",
        "--release",
        "--package",
        "lamplight-press",
    ]))?;
    let press = run::root().join("target/release/press");
    let mut builds = Table::new(&[
        "posts, build",
        "wall s",
        "CPU s",
        "peak MiB",
        "written",
        "CPU a post, µs",
        "ratio",
    ]);
    let mut output = Table::new(&["posts", "files", "MB", "kB a post", "ratio"]);
    let mut transfers = Vec::new();
    let mut least: Option<Vec<f64>> = None;
    for &posts in sizes {
        let content = publication(posts)?;
        let out = folder().join(format!("site-{posts}"));
        // Not deleted now: for a minute ext4 looks for room among what was just deleted.
        let aside = folder().join(format!("site-{posts}.old"));
        remove(&aside)?;
        if out.exists() {
            std::fs::rename(&out, &aside)?;
        }
        remove(&content.join(".press-cache"))?;
        let mut build = Command::new(&press);
        build.arg("build").arg(&content).arg("--app").arg(&app);
        build.arg("--out").arg(&out);
        let rows = series(&mut build, &content, &out)?;
        let (files, bytes) = weigh(&out)?;
        let each = bytes as f64 / 1e3 / posts as f64;
        let costs = rows.iter().map(|row| row.per_post(posts));
        let costs: Vec<f64> = costs.chain([each]).collect();
        let least = least.get_or_insert_with(|| costs.clone());
        let ratio = |at: usize| {
            let pair = costs.get(at).zip(least.get(at));
            pair.map_or_else(String::new, |(cost, least)| format!("{:.2}", cost / least))
        };
        for (at, row) in rows.iter().enumerate() {
            builds.row([
                format!("{posts}, {}", row.what),
                format!("{:.2}", row.cost.wall.as_secs_f64()),
                format!("{:.2}", row.cost.cpu.as_secs_f64()),
                format!("{:.0}", row.cost.memory as f64 / 1_048_576.0),
                row.written.to_string(),
                format!("{:.0}", row.per_post(posts)),
                ratio(at),
            ]);
        }
        output.row([
            posts.to_string(),
            files.to_string(),
            format!("{:.1}", bytes as f64 / 1e6),
            format!("{each:.1}"),
            ratio(rows.len()),
        ]);
        transfers.push((
            posts,
            transfer::of(&out, &made_up(posts, Vec::new()).slug(0))?,
        ));
        remove(&aside)?;
    }
    println!(
        "\npress build, anew and again (medians of {AGAIN}); ratio: per post, to the smallest publication\n\n{builds}"
    );
    println!("The output\n\n{output}");
    println!("{}", transfer::table(&transfers));
    Ok(())
}

/// How often an edit is made and built.
const AGAIN: usize = 3;

/// A build of one kind.
struct Row {
    what: &'static str,
    cost: Cost,
    /// Files of the output that it wrote.
    written: usize,
}

impl Row {
    /// Microseconds.
    fn per_post(&self, posts: usize) -> f64 {
        self.cost.cpu.as_micros() as f64 / posts as f64
    }
}

/// Builds from nothing, and again after edits, which are undone at the end.
fn series(build: &mut Command, content: &Path, out: &Path) -> Result<Vec<Row>> {
    let cost = measure(build)?;
    let mut before = times(out)?;
    let mut rows = vec![Row {
        what: "from nothing",
        cost,
        written: before.len(),
    }];
    let names = numbered(&content.join("posts"))?;
    let old = names.get(names.len() / 2).context("there are no posts")?;
    let new = names.last().context("there are no posts")?;
    let mut edits = Edits::default();
    type Edit<'a> = &'a dyn Fn(&mut Edits, usize) -> Result<()>;
    let kinds: [(&'static str, Edit<'_>); 4] = [
        ("nothing edited", &|_, _| Ok(())),
        ("a text edited", &|edits, _| {
            edits.change(old, |text| text + "\nOne more line.\n")
        }),
        ("newest title edited", &|edits, _| {
            edits.change(new, |text| text.replacen("title: \"", "title: \"A ", 1))
        }),
        ("a new post", &|edits, round| {
            let day = round + 1;
            let text = format!("---\ntitle: New {round}\ndate: 2030-01-0{day}\n---\nA text.\n");
            edits.write(&content.join(format!("posts/new-{round}.md")), &text)
        }),
    ];
    for (what, edit) in kinds {
        let mut costs = Vec::new();
        let mut written = 0;
        for round in 0..AGAIN {
            edit(&mut edits, round)?;
            costs.push(measure(build)?);
            let after = times(out)?;
            let changed = |(name, time): &(&PathBuf, &SystemTime)| before.get(*name) != Some(time);
            written = after.iter().filter(changed).count();
            before = after;
        }
        rows.push(Row {
            what,
            cost: median(costs).context("nothing was measured")?,
            written,
        });
    }
    Ok(rows)
}

/// The run of median wall time.
fn median(mut costs: Vec<Cost>) -> Option<Cost> {
    costs.sort_by_key(|cost| cost.wall);
    costs.get(costs.len() / 2).copied()
}

/// Changes to a publication; undone when they are dropped.
#[derive(Default)]
struct Edits {
    /// Files and what they held; `None` for new ones.
    old: BTreeMap<PathBuf, Option<Vec<u8>>>,
}

impl Edits {
    fn write(&mut self, path: &Path, text: &str) -> Result<()> {
        if !self.old.contains_key(path) {
            self.old.insert(path.to_owned(), std::fs::read(path).ok());
        }
        std::fs::write(path, text).with_context(|| format!("{} cannot be written", path.display()))
    }

    fn change(&mut self, path: &Path, with: impl Fn(String) -> String) -> Result<()> {
        let text = std::fs::read_to_string(path)?;
        self.write(path, &with(text))
    }
}

impl Drop for Edits {
    fn drop(&mut self) {
        for (path, bytes) in &self.old {
            // The next bench measures a post more or less: nothing to stop for.
            let _ = match bytes {
                Some(bytes) => std::fs::write(path, bytes),
                None => std::fs::remove_file(path),
            };
        }
    }
}

/// The posts' files, by the number in their names.
fn numbered(posts: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(posts)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let stem = name.and_then(|name| name.split('.').next());
        let number = stem.and_then(|stem| stem.rsplit('-').next()?.parse::<usize>().ok());
        found.extend(number.map(|number| (number, path)));
    }
    found.sort();
    Ok(found.into_iter().map(|(_, path)| path).collect())
}

/// The publication of a size; made if it is not there.
fn publication(posts: usize) -> Result<PathBuf> {
    let target = folder().join(format!("publication-{posts}"));
    if target.join("site.toml").is_file() {
        return Ok(target);
    }
    let made = folder().join(format!("publication-{posts}.new"));
    remove(&made)?;
    println!("Making a publication of {posts} posts …");
    let images = images(&run::root().join("content/posts"))?;
    made_up(posts, images)
        .write(&made)
        .with_context(|| format!("{} cannot be written", made.display()))?;
    remove(&target)?;
    std::fs::rename(&made, &target)?;
    Ok(target)
}

fn made_up(posts: usize, images: Vec<(String, Vec<u8>)>) -> Publication {
    Publication {
        seed: SEED,
        posts,
        images,
    }
}

/// The photographs of the sample publication.
fn images(posts: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let mut found = Vec::new();
    for folder in std::fs::read_dir(posts)?
        .flatten()
        .map(|entry| entry.path())
    {
        if !folder.is_dir() {
            continue;
        }
        for file in std::fs::read_dir(folder)?
            .flatten()
            .map(|entry| entry.path())
        {
            if file
                .extension()
                .is_some_and(|extension| extension == "jpg" || extension == "webp")
                && let Some(name) = file.file_name().and_then(|name| name.to_str())
            {
                found.push((name.to_owned(), std::fs::read(&file)?));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Runs a program to its end; its output is shown only if it fails.
fn measure(command: &mut Command) -> Result<Cost> {
    let start = Instant::now();
    let child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("{command:?} could not be started"))?;
    let ended = child.wait4()?;
    let wall = start.elapsed();
    if !ended.status.success() {
        bail!("{command:?} failed ({})", ended.status);
    }
    Ok(Cost {
        wall,
        cpu: ended.rusage.utime + ended.rusage.stime,
        memory: ended.rusage.maxrss,
    })
}

/// How many files are below a folder, and their bytes.
fn weigh(folder: &Path) -> Result<(usize, u64)> {
    let mut sum = (0, 0);
    below(folder, &mut |_, metadata| {
        sum = (sum.0 + 1, sum.1 + metadata.len());
        Ok(())
    })?;
    Ok(sum)
}

/// When each file below a folder was written.
fn times(folder: &Path) -> Result<BTreeMap<PathBuf, SystemTime>> {
    let mut times = BTreeMap::new();
    below(folder, &mut |path, metadata| {
        times.insert(path, metadata.modified()?);
        Ok(())
    })?;
    Ok(times)
}

fn below(folder: &Path, each: &mut dyn FnMut(PathBuf, Metadata) -> Result<()>) -> Result<()> {
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            } else {
                each(entry.path(), entry.metadata()?)?;
            }
        }
    }
    Ok(())
}

fn remove(folder: &Path) -> Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("{} cannot be removed", folder.display()))
        }
        _ => Ok(()),
    }
}
