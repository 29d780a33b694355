//! A device without space for the app's own files: it is there whole or not at all, and pages open all the same.

use anyhow::Result;
use lamplight_e2e::{Browser, Engine, Full, Ledger, browse, not_blank};
use serde_json::json;

use super::scene::{scene, standing};

/// As on a device that never had the app; what is saved stays.
const LEAVE: &str =
    "for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister();
    for (const name of await caches.keys()) if (name.includes(':app:')) await caches.delete(name);
    return true;";

/// Waits until the app is installed or was given up: whether a worker runs, and how many builds are stored.
const INSTALLED: &str = "for (let turn = 0; turn < 800; turn++) {
      const found = await navigator.serviceWorker.getRegistration();
      if (!found || (found.active?.state === 'activated' && !found.installing)) break;
      await new Promise((done) => setTimeout(done, 25));
    }
    const found = await navigator.serviceWorker.getRegistration();
    return [!!found?.active, (await caches.keys()).filter((name) => name.includes(':app:')).length];";

#[tokio::test]
async fn a_device_without_space_for_the_app_reads_on_and_has_it_once_there_is_space() -> Result<()>
{
    let mut ledger = Ledger::of("quota-install");
    let mut scene = scene("quota-install", 85, 0, 0)?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.allow_in_console("ServiceWorker");
        scene.settle(browser).await?;
        let mut kinds: Vec<Option<(String, String)>> = vec![None];
        let mut turn = 0;
        while let Some(kind) = kinds.get(turn).cloned() {
            for once in [false, true] {
                browser.goto(&scene.server.url("robots.txt")).await?;
                browser.run_async(LEAVE, Vec::new()).await?;
                let full = kind.clone().map(|(place, what)| Full::Of(place, what));
                scene.server.watch_writes(full, once);
                let mut lost = Vec::new();
                if let Err(error) = not_blank(browser, &scene.server.url("post-03/")).await {
                    lost.push(format!("/post-03/: {error:#}"));
                }
                let writes = || scene.server.writes();
                let of_app = |(_, what): &(String, String)| what.starts_with("app cache");
                let begun = || match &kind {
                    None => writes().iter().any(of_app),
                    Some(kind) => writes().contains(kind),
                };
                browser.until(begun).await?;
                let found = browser.run_async(INSTALLED, Vec::new()).await?;
                // Where there was space again, the worker has made room and begun anew.
                let whole = once || kind.is_none();
                if found != json!([whole, usize::from(whole)]) {
                    lost.push(format!("half an app: {found}"));
                }
                lost.extend(scene.oath.broken(browser).await?);
                let (fault, at) = match (&kind, once) {
                    (None, _) => ("none", String::new()),
                    (Some((_, what)), true) => ("no space, once", format!(": {what}")),
                    (Some((_, what)), false) => ("no space from then on", format!(": {what}")),
                };
                ledger.note(fault, &format!("the app is installed{at}"), lost);
                for write in writes().into_iter().filter(of_app) {
                    if !kinds.contains(&Some(write.clone())) {
                        kinds.push(Some(write));
                    }
                }
                scene.server.watch_writes(None, false);
                if kind.is_none() {
                    break;
                }
            }
            turn += 1;
        }
        browser
            .open_app(&scene.server.url("harbour-report/"))
            .await?;
        browser.kept().await?;
        // What was saved before is still called so.
        standing(browser, "saved").await?;
        scene.ends(browser, &mut ledger, 9).await
    })
    .await?;
    ledger.close()
}
