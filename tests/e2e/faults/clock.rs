//! A clock that is set back, or was ahead: what is saved then is saved, what is removed stays removed, and nothing goes that
//! was saved before.

use std::time::{Duration, SystemTime};

use anyhow::Result;
use lamplight_e2e::{Browser, Engine, Ledger, browse};
use serde_json::json;

use super::scene::{NOISE, scene, standing};
use crate::library::{SAVE, library, press};

const DAY: i64 = 86_400_000;

#[tokio::test]
async fn a_clock_set_back_changes_nothing_of_what_is_saved_or_removed() -> Result<()> {
    let mut ledger = Ledger::of("clock");
    let mut scene = scene("clock", 91, 0, 0)?;
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    let now = i64::try_from(Duration::as_millis(&now))?;
    let clocks = [
        ("a day back", -DAY),
        ("a year ahead", 365 * DAY),
        ("a year back", -365 * DAY),
        ("1970", DAY - now),
        ("right again", 0),
    ];
    browse(Engine::Chromium, async |browser: &mut Browser| {
        scene.settle(browser).await?;
        for (name, shift) in clocks {
            scene.server.clock(shift);
            for text in NOISE {
                browser.allow_in_console(text);
            }
            browser.come_back_later().await?;
            browser.meddle(&scene.site, shift).await?;
            let mut lost = Vec::new();
            // Saved, removed, and saved again; the last word counts.
            browser.open_app(&scene.server.url("post-05/")).await?;
            for wanted in ["saved", "none", "saved"] {
                browser.click(SAVE).await?;
                standing(browser, wanted).await?;
            }
            scene.oath.hear(browser).await?;
            browser.reload().await?;
            browser.ready().await?;
            if standing(browser, "saved").await.is_err() {
                lost.push("what was saved last".to_owned());
            }
            library(browser, &scene.server).await?;
            press(browser, "[data-do=check]").await?;
            browser.wait_for("[data-flight]").await?;
            if !browser.has("[data-flight=ready]").await? {
                let report = browser.text(".library-report").await?;
                lost.push(format!("not ready: {report}"));
            }
            let shown = browser.text("main").await?;
            for trace in ["NaN", "Invalid", "Infinity"] {
                if shown.contains(trace) {
                    lost.push(format!("the page says {trace}"));
                }
            }
            lost.extend(scene.oath.broken(browser).await?);
            // Removed, and it stays so.
            browser.open_app(&scene.server.url("post-05/")).await?;
            standing(browser, "saved").await?;
            browser.click(SAVE).await?;
            standing(browser, "none").await?;
            scene.oath.removed("en/post-05");
            browser.reload().await?;
            browser.ready().await?;
            let looked = format!("document.querySelector('{SAVE}').dataset.standing");
            browser.wait_until(&looked).await?;
            if browser.eval(&looked).await? != json!("none") {
                lost.push("a removal".to_owned());
            }
            lost.extend(scene.oath.broken(browser).await?);
            ledger.note("wrong clock", name, lost);
        }
        scene.ends(browser, &mut ledger, 9).await
    })
    .await?;
    ledger.close()
}
