//! Storage that goes while the reader is there, all of it or in part: cleared by hand, or by the browser for lack of space.

use std::collections::BTreeMap;

use anyhow::Result;
use lamplight_e2e::{Browser, Engine, Fault, Ledger, browse, not_blank};
use serde_json::json;

use super::scene::{Scene, all_of_it, scene};

/// What is cleared; later ones leave less.
const TYPES: [&str; 5] = [
    "service_workers",
    "local_storage",
    "cache_storage",
    "indexeddb",
    "all",
];

/// As often as one file may be asked for after that: a page that asks in a loop does so thousands of times.
const OFTEN: usize = 25;

/// The files of the app that its worker names and that are not on the device, once it has had the time to fetch them.
const MISSING: &str = "const { active } = await navigator.serviceWorker.ready;
    let missing;
    for (let turn = 0; turn < 200 && missing?.length !== 0; turn++) {
      if (missing) await new Promise((done) => setTimeout(done, 50));
      const { port1, port2 } = new MessageChannel();
      active.postMessage({ type: 'files' }, [port2]);
      const { files, cache } = await new Promise((done) => { port1.onmessage = ({ data }) => done(data); });
      const found = await Promise.all(files.map(({ url }) => caches.match(`/${url}`, { cacheName: cache })));
      missing = files.map(({ url }) => url).filter((_, at) => !found[at]);
    }
    return missing;";

#[tokio::test]
async fn where_storage_is_cleared_under_a_running_tab_what_is_said_afterwards_is_true() -> Result<()>
{
    let mut ledger = Ledger::of("cleared");
    let mut scene = scene("cleared", 92, 12, 0)?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.allow_in_console("ServiceWorker");
        scene.settle(browser).await?;
        for kind in TYPES {
            begin_anew(browser, &mut scene).await?;
            let seed = scene.chance.number();
            scene
                .server
                .mischief(&["articles/"], &[Fault::Slow], seed, 40);
            scene.keep_everything(browser).await?;
            let some = "document.querySelectorAll('[data-standing=saved]').length > 3";
            browser.wait_until(some).await?;
            let lost = clear(browser, &mut scene, kind).await?;
            ledger.note(
                &format!("cleared: {kind}"),
                "everything is being kept",
                lost,
            );
            // Saving works as before, to the end.
            scene.keep_everything(browser).await?;
            all_of_it(browser).await?;
            let lost = clear(browser, &mut scene, kind).await?;
            ledger.note(&format!("cleared: {kind}"), "everything is here", lost);
        }
        // Chromium has two minds about the caches of an origin that was cleared under its pages, and writes down either: what
        // it finds when it is started again is mended there.
        browser.come_back_later().await?;
        browser.meddle(&scene.site, 0).await?;
        scene.keep_everything(browser).await?;
        let mut lost = untrue(browser, &scene).await?;
        all_of_it(browser).await?;
        lost.extend(missing(browser).await?);
        scene.oath.hear(browser).await?;
        lost.extend(scene.oath.broken_for_good(browser).await?);
        ledger.note("cleared: all", "the browser is started again", lost);
        scene.ends(browser, &mut ledger, 6).await
    })
    .await?;
    ledger.close()
}

/// Takes back all that was saved, so that there is something to keep.
async fn begin_anew(browser: &Browser, scene: &mut Scene) -> Result<()> {
    let forget = "await caches.delete('lamplight:/:saved');
        await new Promise((done, failed) => {
          const request = indexedDB.deleteDatabase('lamplight:/:library');
          request.onsuccess = done;
          request.onerror = failed;
        });
        return true;";
    browser.goto(&scene.server.url("robots.txt")).await?;
    browser.run_async(forget, Vec::new()).await?;
    scene.oath.release();
    Ok(())
}

/// Clears storage under the open page; what else is wrong afterwards.
async fn clear(browser: &Browser, scene: &mut Scene, kind: &str) -> Result<Vec<String>> {
    let mut lost = Vec::new();
    scene.oath.hear(browser).await?;
    scene.server.forget();
    let origin = scene.server.url("").trim_end_matches('/').to_owned();
    browser
        .cdp(
            "Storage.clearDataForOrigin",
            json!({ "origin": origin, "storageTypes": kind }),
        )
        .await?;
    // What was the reader's there went with it, by whoever cleared it. Files that are promised come again.
    if kind == "local_storage" {
        for key in ["settings", "searches", "history", "reading/"] {
            scene.oath.edited(key, "");
        }
    } else if kind == "indexeddb" {
        scene.oath.release();
        scene.oath.edited("message", "");
    } else if kind == "all" {
        scene.oath.forget_all();
    }
    let blank = "document.querySelector('main').innerText.trim().length < 20";
    if browser.eval(blank).await? == json!(true) {
        lost.push("the page is blank".to_owned());
    }
    for page in ["library/", "harbour-report/", "library/"] {
        if let Err(error) = not_blank(browser, &scene.server.url(page)).await {
            lost.push(format!("/{page}: {error:#}"));
        }
        lost.extend(untrue(browser, scene).await?);
        scene.server.heal();
    }
    lost.extend(scene.oath.broken_for_good(browser).await?);
    lost.extend(missing(browser).await?);
    let mut asked: BTreeMap<String, usize> = BTreeMap::new();
    for path in scene.server.requests() {
        // What the test's own script asks, at every write.
        if !path.starts_with("__") {
            *asked.entry(path).or_default() += 1;
        }
    }
    let often = asked.iter().filter(|(_, times)| **times > OFTEN);
    lost.extend(often.map(|(path, times)| format!("/{path} was asked for {times} times")));
    Ok(lost)
}

/// The files of the app that did not come again.
async fn missing(browser: &Browser) -> Result<Vec<String>> {
    let missing = browser.run_async(MISSING, Vec::new()).await?;
    let missing: Vec<String> = serde_json::from_value(missing)?;
    Ok(missing
        .iter()
        .map(|url| format!("the app's file {url} is not there"))
        .collect())
}

/// What the page calls saved and is not there, once it has had the time to look.
async fn untrue(browser: &Browser, scene: &Scene) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    for _ in 0..100 {
        let stored = scene.oath.stored(browser).await?;
        let said = stored.said.iter().filter(|key| !stored.whole(key));
        wrong = said
            .map(|key| format!("{key} is called saved and is not there"))
            .collect();
        if wrong.is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    Ok(wrong)
}
