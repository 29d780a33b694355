//! The release build of app and sample publication, its size, and Trunk's hook.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::lean;
use crate::run::{self, Env};
use crate::tools::TERSER;

/// What the app may weigh until it runs (wasm, js, css and worker), brotli at quality 11.
const BUDGET: u64 = 160_000;

/// How the names of files begin that come after the app runs: those of its other programs.
const LATER: [&str; 7] = [
    "render", "find", "search", "translat", "contact", "library", "keep",
];

/// Builds `dist/` (the app), press with the app inside it, and `site/` (the publication).
pub(crate) fn build(env: &Env, base_url: Option<&str>) -> Result<()> {
    app(env)?;
    match base_url {
        Some(url) => site(env, &["--base-url", url]),
        None => site(env, &[]),
    }
}

/// Builds press with the app of `dist/` inside it, and with that `site/`; `options` are press's.
pub(crate) fn site(env: &Env, options: &[&str]) -> Result<()> {
    let mut press = press_with_app(env);
    press
        .args(["build", "content", "--out", "site"])
        .args(options);
    run::run(&mut press)?;
    weigh(env, &run::root().join("site"))
}

/// Builds `dist/`, the app.
pub(crate) fn app(env: &Env) -> Result<()> {
    run::run(
        env.command("trunk")
            .args(["build", "--release"])
            .envs(lean::variables(env))
            // The hook would press a development site into dist/.
            .env("LAMPLIGHT_SKIP_HOOK", "1")
            // Trunk and NO_COLOR=1 do not get along: it wants `true` or `false`.
            .env_remove("NO_COLOR"),
    )?;
    minify(env)
}

/// Makes the scripts of `dist/` small.
fn minify(env: &Env) -> Result<()> {
    let dist = run::root().join("dist");
    for entry in std::fs::read_dir(&dist)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "js") {
            // One of them is no module: what it declares is used by the script that it becomes a part of.
            let own = path.ends_with("lamplight-contact.js");
            let options: &[&str] = if own {
                &["--compress"]
            } else {
                &["--compress", "--module"]
            };
            terse(env, &path, options)?;
        }
    }
    terse(env, &dist.join("public/early.js"), &["--compress"])?;
    // press fills in the place of a constant that a comment marks: what stands there now must stay a constant.
    let slot = [
        "--compress",
        "reduce_vars=false",
        "--comments",
        "/lamplight:build/",
    ];
    terse(env, &dist.join("public/sw.js"), &slot)
}

fn terse(env: &Env, script: &Path, options: &[&str]) -> Result<()> {
    let mut command = env.command("node");
    command
        .arg(TERSER.file("bin/terser")?)
        .arg("--mangle")
        .args(options)
        .arg("--output")
        .args([script, script]);
    run::run(&mut command)
}

/// `press` with the app of `dist/` inside it, in release mode: what `cargo xtask dist` adds to that takes
/// minutes.
pub(crate) fn press_with_app(env: &Env) -> std::process::Command {
    let mut command = env.command("cargo");
    command
        .args(["run", "--quiet", "--release"])
        .args(["--package", "lamplight-dist", "--"])
        .env("LAMPLIGHT_APP", run::root().join("dist"));
    command
}

/// `press` without an app, built in release mode: the debug build is many times slower.
pub(crate) fn press(env: &Env) -> std::process::Command {
    let mut command = env.command("cargo");
    command.args([
        "run",
        "--quiet",
        "--release",
        "--package",
        "lamplight-press",
        "--",
    ]);
    command
}

/// Called by Trunk after each build: adds the publication, so that Trunk's own server shows it.
pub(crate) fn trunk_hook() -> Result<()> {
    let stage = std::env::var_os("TRUNK_STAGING_DIR")
        .context("TRUNK_STAGING_DIR is not set: this command is for Trunk's hooks")?;
    run::run(
        press(&Env::default())
            .args(["build", "content", "--dev", "--app"])
            .arg(&stage)
            .arg("--out")
            .arg(&stage),
    )
}

/// Prints the sizes of the app's files beside the budget.
fn weigh(env: &Env, site: &Path) -> Result<()> {
    let mut files = app_files(&site.join("assets"))?;
    files.push(site.join("sw.js"));
    let (mut total, mut later) = ((0, 0), (0, 0));
    println!("\n{:>10} {:>10}  app file", "bytes", "brotli");
    for (file, (raw, small)) in files.iter().zip(sizes(env, &files)?) {
        let comes_later = file.file_name().is_some_and(|name| {
            LATER
                .iter()
                .any(|own| name.to_string_lossy().starts_with(own))
        });
        let sum = if comes_later { &mut later } else { &mut total };
        *sum = (sum.0 + raw, sum.1 + small);
        let name = file.strip_prefix(site).unwrap_or(file).display();
        println!("{raw:>10} {small:>10}  {name}");
    }
    println!(
        "{:>10} {:>10}  until the app runs (budget: {BUDGET} after brotli)",
        total.0, total.1
    );
    println!(
        "{:>10} {:>10}  renderer, finder, translator, contact and library, once the page stands\n",
        later.0, later.1
    );
    // Said, not enforced: a reader of the sample has no use for a build that stops here.
    if total.1 > BUDGET {
        println!(
            "The app is {} bytes over its budget; docs/size.md says what limits it.\n",
            total.1 - BUDGET
        );
    }
    Ok(())
}

/// Each file's size, and its size after brotli.
pub(crate) fn sizes(env: &Env, files: &[PathBuf]) -> Result<Vec<(u64, u64)>> {
    let text = run::capture(env.command("node").args(["-e", MEASURE]).args(files))
        .context("node could not measure files")?;
    text.lines()
        .map(|line| {
            let (raw, small) = line
                .split_once(' ')
                .context("node answered something else than sizes")?;
            Ok((raw.parse()?, small.parse()?))
        })
        .collect()
}

/// Prints raw size and size after brotli (quality 11, Node's default) for each file named.
const MEASURE: &str = "const {readFileSync: read} = require('fs'), {brotliCompressSync: small} = \
require('zlib'); for (const file of process.argv.slice(1)) { const bytes = read(file); \
console.log(bytes.length, small(bytes).length) }";

/// The app's wasm, scripts and style sheets, in order of name.
fn app_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries =
        std::fs::read_dir(folder).with_context(|| format!("no folder {}", folder.display()))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| {
            ["wasm", "js", "css"]
                .iter()
                .any(|known| extension == *known)
        }) {
            files.push(path);
        }
    }
    if !files
        .iter()
        .any(|file| file.extension().is_some_and(|e| e == "wasm"))
    {
        bail!("no wasm file in {}", folder.display());
    }
    files.sort();
    Ok(files)
}
