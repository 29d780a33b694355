//! `cargo xtask lighthouse`: Lighthouse on the sample publication behind nginx.
//!
//! Entry point: [`lighthouse`]. nginx has the configuration of `docs/deploying.md`, files are
//! compressed by brotli, and the page is an ordinary one: the front page and an article. Scores are
//! medians, because a busy machine makes slow pages; how fast Lighthouse found it to be is told, too.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};

use crate::build;
use crate::run::{self, Env};
use crate::setup::{self, Needs};
use crate::tools::LIGHTHOUSE;

/// Pages, by what they are and where.
const PAGES: [(&str, &str); 2] = [("front page", ""), ("article", "ormsay-blackout/")];

/// Devices, what Lighthouse calls them, and the performance wanted.
const DEVICES: [(&str, &[&str], u32); 2] =
    [("desktop", &["--preset=desktop"], 100), ("mobile", &[], 95)];

/// Lighthouse's categories.
const CATEGORIES: [&str; 4] = ["performance", "accessibility", "best-practices", "seo"];

/// How often a run that did not get as far as a result is tried again.
const TRIES: usize = 3;

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    /// Runs of each page on each device.
    pub(crate) runs: usize,
    /// A built app; else it is built first.
    pub(crate) app: Option<String>,
}

/// What one run found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Found {
    /// In the order of [`CATEGORIES`], of 100.
    scores: [u32; 4],
    /// Names and values.
    metrics: Vec<(String, String)>,
    /// Audits that failed, for people.
    failed: Vec<String>,
    /// Lighthouse's measure of the machine's speed; 1500 is an ordinary laptop.
    host: String,
}

/// Presses, serves, measures and prints.
pub(crate) fn lighthouse(options: &Options) -> Result<()> {
    let env = setup::setup(Needs::Lighthouse)?;
    let app = match &options.app {
        Some(folder) => folder.clone(),
        None => {
            build::build(&env, None)?;
            "dist".into()
        }
    };
    let folder = run::root().join("target/lighthouse");
    let site = folder.join("site");
    run::run(
        build::press(&env)
            .args(["build", "content", "--precompress", "--app", &app, "--out"])
            .arg(&site)
            // A page that calls another host's its canonical address would be marked down.
            .args(["--base-url", "http://localhost/"]),
    )?;
    let server = Server::start(&env, &site)?;
    let start = Instant::now();
    let mut misses = Vec::new();
    let mut hints = Vec::new();
    println!(
        "\n{:<10} {:<8} {:>11} {:>13} {:>14} {:>4}  metrics (medians of {})",
        "page", "device", CATEGORIES[0], CATEGORIES[1], CATEGORIES[2], CATEGORIES[3], options.runs
    );
    for (page, path) in PAGES {
        for (device, arguments, wanted) in DEVICES {
            let url = [server.url.as_str(), path].concat();
            let report = folder.join(format!("{}-{device}.json", page.replace(' ', "-")));
            let mut runs = Vec::new();
            for _ in 0..options.runs {
                runs.push(measure(&env, &url, arguments, &report)?);
            }
            let median = median(runs).context("no run")?;
            let metrics: Vec<String> = median
                .metrics
                .iter()
                .map(|(name, value)| format!("{name} {value}"))
                .collect();
            let [performance, accessibility, practices, seo] = median.scores;
            println!(
                "{page:<10} {device:<8} {performance:>11} {accessibility:>13} {practices:>14} {seo:>4}  {}; host {}",
                metrics.join(", "),
                median.host
            );
            for (category, score) in CATEGORIES.iter().zip(median.scores) {
                let wanted = if *category == CATEGORIES[0] {
                    wanted
                } else {
                    100
                };
                if score < wanted {
                    misses.push(format!(
                        "{page}, {device}: {category} {score} instead of {wanted}"
                    ));
                }
            }
            hints.extend(
                median
                    .failed
                    .iter()
                    .map(|line| format!("{page}, {device}: {line}")),
            );
        }
    }
    println!("\nNot green:");
    for hint in &hints {
        println!("  {hint}");
    }
    println!(
        "\nMeasured in {}; the last reports are in {}.",
        run::elapsed(start.elapsed()),
        folder.display()
    );
    ensure!(
        misses.is_empty(),
        "below the targets:\n  {}",
        misses.join("\n  ")
    );
    Ok(())
}

/// One run of Lighthouse.
fn measure(env: &Env, url: &str, arguments: &[&str], report: &Path) -> Result<Found> {
    let mut last = String::new();
    for _ in 0..TRIES {
        let output = env
            .command("node")
            .arg(LIGHTHOUSE.file("cli/index.js")?)
            .args([url, "--quiet", "--output=json"])
            .arg("--output-path")
            .arg(report)
            .arg(format!("--only-categories={}", CATEGORIES.join(",")))
            .arg("--chrome-flags=--headless --no-sandbox --disable-gpu --disable-background-networking --disable-component-update")
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .context("Lighthouse could not be started")?;
        // Its own words, if there is no report to read them from.
        last = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        let summary = env
            .command("node")
            .args(["-e", SUMMARY])
            .arg(report)
            .output()?;
        if !output.status.success() && !summary.status.success() {
            continue;
        }
        match parse(&String::from_utf8_lossy(&summary.stdout)) {
            Ok(found) => return Ok(found),
            Err(error) => last = error.to_string(),
        }
    }
    bail!("Lighthouse found nothing out about {url}: {last}")
}

/// Prints a report in the form that [`parse`] reads.
const SUMMARY: &str = include_str!("lighthouse.js");

fn parse(summary: &str) -> Result<Found> {
    let mut found = Found::default();
    let mut scored = 0;
    for line in summary.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        match fields.as_slice() {
            ["error", words] => bail!("{words}"),
            ["host", speed] => found.host = (*speed).to_owned(),
            ["metric", name, value] => {
                found
                    .metrics
                    .push(((*name).to_owned(), (*value).to_owned()));
            }
            ["score", category, value] => {
                let scores = found.scores.iter_mut().zip(CATEGORIES);
                for (score, _) in scores.filter(|(_, name)| name == category) {
                    *score = value.parse()?;
                    scored += 1;
                }
            }
            ["failed", category, id, weight, title, value] => {
                let value = if value.is_empty() {
                    String::new()
                } else {
                    format!(": {value}")
                };
                found
                    .failed
                    .push(format!("{category} ({weight}): {id}, “{title}”{value}"));
            }
            _ => bail!("a line that is not understood: {line}"),
        }
    }
    ensure!(
        scored == CATEGORIES.len(),
        "{scored} scores instead of {}",
        CATEGORIES.len()
    );
    Ok(found)
}

/// The run with the middle performance, with the middle of every other score.
fn median(mut runs: Vec<Found>) -> Option<Found> {
    let middle = runs.len().saturating_sub(1) / 2;
    let mut scores = [0; 4];
    for (index, score) in scores.iter_mut().enumerate() {
        let mut all: Vec<u32> = runs
            .iter()
            .filter_map(|run| run.scores.get(index).copied())
            .collect();
        all.sort_unstable();
        *score = *all.get(middle)?;
    }
    runs.sort_by_key(|run| run.scores[0]);
    let run = runs.into_iter().nth(middle)?;
    Some(Found { scores, ..run })
}

/// nginx, as the end-to-end tests run it.
struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start(env: &Env, site: &Path) -> Result<Self> {
        let mut child = env
            .command("cargo")
            .args([
                "run",
                "--quiet",
                "-p",
                "lamplight-e2e",
                "--bin",
                "nginx",
                "--",
            ])
            .arg(site)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("the server could not be started")?;
        let mut url = String::new();
        let output = child.stdout.take().context("the server has no output")?;
        BufReader::new(output).read_line(&mut url)?;
        let url = url.trim().to_owned();
        let server = Self { child, url };
        ensure!(server.url.starts_with("http"), "nginx did not start");
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Its input ends, and so does it.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(performance: u32) -> String {
        format!(
            "host\t900\nmetric\tLCP\t0.6 s\nscore\tperformance\t{performance}\nfailed\tperformance\tx\thint\tDo X\t\nscore\taccessibility\t100\nscore\tbest-practices\t96\nscore\tseo\t100\n"
        )
    }

    #[test]
    fn a_report_is_read_and_an_incomplete_one_refused() {
        let found = parse(&summary(85)).expect("is read");
        assert_eq!(found.scores, [85, 100, 96, 100]);
        assert_eq!(found.metrics, [("LCP".to_owned(), "0.6 s".to_owned())]);
        assert_eq!(found.failed, ["performance (hint): x, “Do X”"]);
        assert!(parse("host\t1\nscore\tseo\t100\n").is_err());
        assert!(parse("error\tNO_NAVSTART: again\n").is_err());
    }

    #[test]
    fn one_slow_run_of_three_does_not_count() {
        let runs: Vec<Found> = [99, 40, 97]
            .map(|performance| parse(&summary(performance)).expect("is read"))
            .to_vec();
        assert_eq!(median(runs).expect("a median").scores, [97, 100, 96, 100]);
        assert_eq!(median(Vec::new()), None);
    }
}
