//! press on publications of several sizes: time, memory, output.
//!
//! Entry point: [`bench`]. Publications are made once and kept in `target/bench`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use lamplight_synthetic::Publication;
use wait4::Wait4;

use super::{folder, table::Table};
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
    let app = run::root().join("dist");
    ensure!(
        app.join("index.html").is_file(),
        "There is no built app in {}. Run `cargo xtask build` first.",
        app.display()
    );
    run::run(Env::default().command("cargo").args([
        "build",
        "--quiet",
        "--release",
        "--package",
        "lamplight-press",
    ]))?;
    let press = run::root().join("target/release/press");
    let mut table = Table::new(&[
        "posts",
        "wall s",
        "CPU s",
        "peak MiB",
        "files",
        "MB",
        "µs CPU/post",
    ]);
    for &posts in sizes {
        let content = publication(posts)?;
        let out = folder().join(format!("site-{posts}"));
        remove(&out)?;
        let cost = measure(
            Command::new(&press)
                .arg("build")
                .arg(&content)
                .arg("--app")
                .arg(&app)
                .arg("--out")
                .arg(&out),
        )?;
        let (files, bytes) = weigh(&out)?;
        table.row([
            posts.to_string(),
            format!("{:.2}", cost.wall.as_secs_f64()),
            format!("{:.2}", cost.cpu.as_secs_f64()),
            format!("{:.0}", cost.memory as f64 / 1_048_576.0),
            files.to_string(),
            format!("{:.1}", bytes as f64 / 1e6),
            format!("{:.0}", cost.cpu.as_micros() as f64 / posts as f64),
        ]);
    }
    println!("\npress build, everything anew\n\n{table}");
    Ok(())
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
    Publication {
        seed: SEED,
        posts,
        images,
    }
    .write(&made)
    .with_context(|| format!("{} cannot be written", made.display()))?;
    remove(&target)?;
    std::fs::rename(&made, &target)?;
    Ok(target)
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
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            } else {
                sum = (sum.0 + 1, sum.1 + entry.metadata()?.len());
            }
        }
    }
    Ok(sum)
}

fn remove(folder: &Path) -> Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("{} cannot be removed", folder.display()))
        }
        _ => Ok(()),
    }
}
