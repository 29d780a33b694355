//! A browser that is killed, all of its processes at once, while everything is being kept and while the app is updated.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use lamplight_e2e::{App, Browser, Engine, Fault, Ledger, Server, browse, copy_folder, not_blank};
use serde_json::json;

use super::scene::{all_of_it, scene};
use crate::library::library;

const KILLS: u32 = 25;

/// A page that starts nothing.
const QUIET: &str = "robots.txt";

#[tokio::test]
async fn a_browser_killed_while_everything_is_kept_has_all_that_it_called_saved() -> Result<()> {
    let mut ledger = Ledger::of("killed-keeping");
    let mut scene = scene("killed-keeping", 73, 130, 4)?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        scene.settle(browser).await?;
        written(browser).await?;
        scene.keep_everything(browser).await?;
        // Long enough for all kills.
        let seed = scene.chance.number();
        scene
            .server
            .mischief(&["articles/"], &[Fault::Slow], seed, 40);
        for _ in 0..KILLS {
            // The moment itself is what is tried.
            tokio::time::sleep(Duration::from_millis(scene.chance.below(900))).await;
            scene.oath.hear(browser).await?;
            tokio::time::sleep(Duration::from_millis(scene.chance.below(60))).await;
            browser.kill_and_start().await?;
            browser.goto(&scene.server.url(QUIET)).await?;
            ledger.note(
                "browser killed",
                "save everything",
                scene.oath.broken(browser).await?,
            );
            browser.goto(&scene.server.url("library/")).await?;
            browser.wait_for(".library-body").await?;
        }
        println!(
            "{} articles were saved when the last kill came",
            scene.oath.promised()
        );
        scene.server.heal();
        library(browser, &scene.server).await?;
        all_of_it(browser).await?;
        scene.oath.hear(browser).await?;
        scene.ends(browser, &mut ledger, 12).await
    })
    .await?;
    ledger.close()
}

/// Asks for a new version, and takes it as soon as it is offered.
const TAKE: &str =
    "navigator.serviceWorker.getRegistration().then((found) => found?.update()).catch(() => {});
    setInterval(() => document.querySelector('[data-update=ready] .button-strong')?.click(), 20);";

/// The files of the build that the page is of, which are not in its cache as they should be; nothing where the browser fetches them.
const BUILD: &str = "const build = document.querySelector('meta[name=lamplight-build]')?.content;
    const found = await navigator.serviceWorker.getRegistration();
    if (!found?.active) return ['no worker'];
    const { port1, port2 } = new MessageChannel();
    const told = await new Promise((done) => {
      port1.onmessage = ({ data }) => done(data);
      setTimeout(done, 10_000);
      found.active.postMessage({ type: 'files' }, [port2]);
    });
    if (!told) return ['the worker does not answer'];
    if (!arguments[0].includes(build)) return ['the page is of build ' + build];
    const bad = [];
    const cache = await caches.open(told.cache);
    for (const { url, digest } of told.files) {
      const response = await cache.match('/' + url);
      const bytes = response && await response.arrayBuffer();
      const own = bytes && Array.from(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)).subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('');
      if (own !== digest) bad.push('app file ' + url);
    }
    for (const element of document.querySelectorAll('script[src], link[rel=stylesheet]')) {
      const path = new URL(element.src || element.href).pathname.slice(1);
      if (!told.files.some(({ url }) => url === path)) bad.push('the page mixes builds: ' + path);
    }
    return bad;";

#[tokio::test]
async fn a_browser_killed_while_the_app_is_updated_starts_in_one_build_and_has_all_that_was_saved()
-> Result<()> {
    let mut ledger = Ledger::of("killed-updating");
    let mut scene = scene("killed-updating", 74, 0, 2)?;
    // Two builds of one site; which is served is a link's business.
    let folder = tempfile::tempdir()?;
    let served = folder.path().join("served");
    let mut builds = Vec::new();
    for app in [App::Built, App::Next] {
        scene.site.install(app)?;
        scene.site.meddle()?;
        let own = folder.path().join(format!("{app:?}"));
        copy_folder(&scene.site.root(), &own)?;
        builds.push((scene.site.build_id()?, own));
    }
    serve(&served, &builds[0].1)?;
    scene.server = Server::start(&served)?;
    let ids = json!([builds[0].0, builds[1].0]);
    browse(Engine::Chromium, async |browser: &mut Browser| {
        scene.settle(browser).await?;
        written(browser).await?;
        for turn in 1..=KILLS {
            serve(&served, &builds[usize::try_from(turn % 2)?].1)?;
            browser.run(TAKE, Vec::new()).await?;
            // The moment itself is what is tried.
            tokio::time::sleep(Duration::from_millis(scene.chance.below(1_500))).await;
            browser.kill_and_start().await?;
            browser.goto(&scene.server.url(QUIET)).await?;
            let mut lost = scene.oath.broken(browser).await?;
            if let Err(error) = not_blank(browser, &scene.server.url("post-03/")).await {
                lost.push(format!("/post-03/: {error:#}"));
            } else {
                let bad = browser.run_async(BUILD, vec![ids.clone()]).await?;
                let bad: Vec<String> = serde_json::from_value(bad).context("no list")?;
                lost.extend(bad);
            }
            ledger.note("browser killed", "update of the app", lost);
        }
        scene.ends(browser, &mut ledger, 12).await
    })
    .await?;
    ledger.close()
}

/// Chromium holds back what is put into local storage, for up to a minute, where nobody can hasten it but who leaves.
async fn written(browser: &mut Browser) -> Result<()> {
    browser.come_back_later().await
}

/// Puts a folder in the place of the one that is served, at once.
fn serve(link: &Path, folder: &Path) -> Result<()> {
    let fresh = link.with_extension("fresh");
    std::os::unix::fs::symlink(folder, &fresh)?;
    Ok(std::fs::rename(fresh, link)?)
}
