//! What is held of the app's builds where the device is full, or what is noted of them is gone or cannot be read.

use anyhow::{Result, ensure};
use lamplight_e2e::{App, Browser, Engine, Server, Site, browse};
use serde_json::json;

use crate::library::{quota, usage};
use crate::trials::{quietly, say};
use crate::updates::{build_of_page, later, look, noted, served, take};

/// What the site could not send again, and after it what was fetched unasked, twenty megabytes of it.
const FILL: &str = "const cache = await caches.open('lamplight:/:content');
    for (const own of ['/search-index/wish', '/machine/en/post-02/00ff.fr.json']) {
      await cache.put(own, new Response('{}', { headers: { 'x-lamplight-stored': '1' } }));
    }
    for (let n = 10; n < 50; n++) {
      await cache.put('/media/fill-' + n, new Response(new Uint8Array(500_000), { headers: { 'x-lamplight-stored': '1' } }));
    }";

/// Whether the last of that is there, and what could not be sent again.
const LEFT: &str =
    "const left = ['/media/fill-49', '/search-index/wish', '/machine/en/post-02/00ff.fr.json'];
    return (await Promise.all(left.map((path) => caches.match(path)))).every(Boolean)";

#[tokio::test]
async fn starts_count_on_a_full_device_and_what_was_fetched_gives_way_to_that() -> Result<()> {
    let mut site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        let good = site.build_id()?;
        browser.open_app(&server.url("post-02/")).await?;
        browser.kept().await?;
        noted(browser, &good, "record?.ran").await?;
        site.install(App::Beginning("throw new Error('It does not start.');"))?;
        let bad = site.build_id()?;
        browser.allow_in_console("It does not start");
        browser.allow_in_console("does not start.");
        take(browser, &bad).await?;
        noted(browser, &bad, "record?.starts === 1").await?;
        for starts in 2..=3 {
            browser.run_async(FILL, Vec::new()).await?;
            later(browser, &bad).await?;
            quota(browser, &server, Some(usage(browser).await?)).await?;
            browser.goto(&server.url("post-04/")).await?;
            ensure!(build_of_page(browser).await? == bad);
            noted(browser, &bad, &format!("record?.starts === {starts}")).await?;
            ensure!(
                browser.run_async(LEFT, Vec::new()).await? == json!(true),
                "more is gone than what the site sends again"
            );
            quota(browser, &server, None).await?;
        }
        browser.open_app(&server.url("post-04/")).await?;
        ensure!(build_of_page(browser).await? == good);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_new_version_comes_to_a_full_device_and_half_of_what_was_fetched_gives_way_to_it()
-> Result<()> {
    let mut site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("post-02/")).await?;
        browser.kept().await?;
        noted(browser, &site.build_id()?, "record?.ran").await?;
        browser.run_async(FILL, Vec::new()).await?;
        quota(browser, &server, Some(usage(browser).await?)).await?;
        site.install(App::Next)?;
        look(browser).await?;
        browser.wait_for("[data-update=ready]").await?;
        ensure!(
            browser.run_async(LEFT, Vec::new()).await? == json!(true),
            "more is gone than what the site sends again"
        );
        take(browser, &site.build_id()?).await?;
        browser.ready().await?;
        ensure!(served(browser).await? == json!(site.build_id()?));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_is_noted_of_a_build_outlasts_a_worker_that_could_not_read_it_once() -> Result<()> {
    let site = Site::fixture()?;
    let worker = site.read("sw.js")?;
    // The first time after it was started anew.
    let fails = "let unread = true;
        const match = CacheStorage.prototype.match;
        CacheStorage.prototype.match = function (...query) {
          if (!unread || query[0] !== '/?build' || registration.active?.state !== 'activated') return match.apply(this, query);
          unread = false;
          return Promise.reject(new Error('made up'));
        };";
    let failing = worker.replace("\"use strict\";", &format!("\"use strict\";\n{fails}"));
    ensure!(failing != worker, "sw.js begins otherwise");
    std::fs::write(site.root().join("sw.js"), failing)?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        let build = site.build_id()?;
        browser.open_app(&server.url("post-02/")).await?;
        browser.kept().await?;
        noted(browser, &build, "record?.ran").await?;
        browser
            .run_async(
                "const cache = await caches.open('lamplight:/:app:' + arguments[0]);
                 const record = await (await cache.match('/?build')).json();
                 await cache.put('/?build', new Response(JSON.stringify({ ...record, older: ['lamplight:/:app:before'] })));",
                vec![json!(build)],
            )
            .await?;
        later(browser, &build).await?;
        browser.open_app(&server.url("post-04/")).await?;
        ensure!(build_of_page(browser).await? == build);
        ensure!(served(browser).await? == json!(build));
        noted(browser, &build, "record?.ran && record.older.length === 1").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn nothing_is_noted_of_a_build_whose_files_were_cleared() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        let build = site.build_id()?;
        quietly(browser, &server).await?;
        say(browser, "began", &build).await?;
        noted(browser, &build, "record?.starts === 1 && record.turn === 1").await?;
        let left = browser
            .run_async(
                "const cache = 'lamplight:/:app:' + arguments[0];
                 const { active } = await navigator.serviceWorker.ready;
                 await caches.delete(cache);
                 active.postMessage({ type: 'left', build: arguments[0], said: 'by the test' });
                 for (let n = 0; n < 20; n++) {
                   const { port1, port2 } = new MessageChannel();
                   const answered = new Promise((done) => { port1.onmessage = done; });
                   active.postMessage({ type: 'keep' }, [port2]);
                   await answered;
                   if (await caches.has(cache)) return true;
                 }
                 return false;",
                vec![json!(build)],
            )
            .await?;
        ensure!(left == json!(false), "a cache with a record and no files");
        Ok(())
    })
    .await
}
