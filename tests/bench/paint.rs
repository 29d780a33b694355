//! How soon a page is painted, beside the same page as plain HTML: `cargo xtask bench --only paint`.
//!
//! Chromium, a phone's window, its processor slowed four times, a slow phone's line
//! ([`lamplight_e2e::Line`], outside of the browser, so that the worker's requests are as slow as the
//! page's). Each round visits everything once, so that a busy moment of the machine meets all alike;
//! the table has the medians of the rounds. Nothing here fails for being slow: it measures.

mod measure;
mod publication;
mod table;

use std::time::Duration;

use anyhow::{Context, Result, bail};
use lamplight_e2e::{Browser, Engine, Line, Options, Server, Speed, browse_with};

use measure::{Visit, measure, prepare};
use publication::{PAGES, Publication};
use table::Table;

/// How often the processor is slowed.
const SLOWER: u32 = 4;

/// How everything is visited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum How {
    /// The page as plain HTML with the same style sheet and images.
    Plain,
    /// Ours, for the first time.
    First,
    /// Ours, another day: the worker is there.
    Repeat,
    /// Plain HTML over a fast line from a server that is there.
    PlainNear,
    /// Ours, with the server gone.
    Down,
}

#[tokio::main]
async fn main() -> Result<()> {
    let mut rounds = 5;
    let mut detail = false;
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--runs" => {
                let value = args.next().context("`--runs` needs a number")?;
                rounds = value.parse().with_context(|| format!("`--runs {value}`"))?;
            }
            "--detail" => detail = true,
            other => bail!("`{other}` is not understood: --runs N, --detail"),
        }
    }
    let publication = Publication::press()?;
    let mut table = Table::default();
    for round in 1..=rounds {
        for page in PAGES {
            eprintln!("round {round} of {rounds}: {}", page.name);
            plain(&publication, page.path, &mut |how, visit| {
                report(detail, how, &visit);
                table.add(page.name, how, visit);
            })
            .await?;
            let frames = ours(&publication, page.path, page.other, &mut |how, visit| {
                report(detail, how, &visit);
                table.add(page.name, how, visit);
            })
            .await?;
            table.add_navigations(page.name, frames);
        }
    }
    println!("{table}");
    Ok(())
}

fn report(detail: bool, how: How, visit: &Visit) {
    if detail {
        eprintln!("{how:?}: {visit:#?}");
    }
}

fn phone() -> Options {
    Options {
        size: (390, 844),
        // A page may be measured before it has loaded everything.
        load_strategy: "none",
        ..Options::default()
    }
}

/// The plain page, over the slow line and the fast one, each in a browser of its own.
async fn plain(
    publication: &Publication,
    path: &str,
    note: &mut impl FnMut(How, Visit),
) -> Result<()> {
    for (how, speed) in [(How::Plain, Some(Speed::PHONE)), (How::PlainNear, None)] {
        let server = Server::start(publication.root())?;
        let line = Line::to(&server)?;
        line.slow(speed);
        let mut visit = None;
        browse_with(Engine::Chromium, phone(), async |browser: &mut Browser| {
            browser.allow_in_console("");
            prepare(browser, SLOWER).await?;
            let url = line.url(&publication.plain(path));
            visit = Some(measure(browser, &server, &line, &url, false).await?);
            Ok(())
        })
        .await?;
        note(how, visit.context("nothing was measured")?);
    }
    Ok(())
}

/// Ours: a first visit, another day, from there to another article, and with the server gone.
async fn ours(
    publication: &Publication,
    path: &str,
    other: &str,
    note: &mut impl FnMut(How, Visit),
) -> Result<Vec<measure::Navigation>> {
    let server = Server::start(publication.root())?;
    let mut line = Line::to(&server)?;
    let mut navigations = Vec::new();
    browse_with(Engine::Chromium, phone(), async |browser: &mut Browser| {
        // The missing server is noted there; what this measures is no test.
        browser.allow_in_console("");
        prepare(browser, SLOWER).await?;
        let url = line.url(path);
        line.slow(Some(Speed::PHONE));
        note(
            How::First,
            measure(browser, &server, &line, &url, true).await?,
        );
        line.slow(None);
        browser.kept().await?;

        browser.come_back_later().await?;
        prepare(browser, SLOWER).await?;
        line.slow(Some(Speed::PHONE));
        note(
            How::Repeat,
            measure(browser, &server, &line, &url, true).await?,
        );
        for slower in [SLOWER, 1] {
            measure::slow_down(browser, slower).await?;
            navigations.push(measure::navigate(browser, slower, other).await?);
        }

        line.down();
        browser.come_back_later().await?;
        prepare(browser, SLOWER).await?;
        note(
            How::Down,
            measure(browser, &server, &line, &url, true).await?,
        );
        Ok(())
    })
    .await?;
    Ok(navigations)
}

/// How long a visit is watched after its page is ready.
pub(crate) const AFTERWARDS: Duration = Duration::from_secs(3);
