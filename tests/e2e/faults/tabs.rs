//! Two tabs that save and remove the same things, and a site that publishes a new edition every second.

use std::time::{Duration, Instant};

use anyhow::Result;
use lamplight_e2e::{Browser, Engine, Ledger, Post, browse};
use serde_json::json;

use super::scene::{all_of_it, picture, scene};
use crate::library::library;

/// Presses what saves and removes, by chance, a number of times.
const ACT: &str = "let [seed, turns] = arguments;
    const next = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
    const wanted = '.library-lists [data-do=save], .library-lists [data-do=remove], .library-wishes [data-name=town], main [data-save], .library-said button';
    window.acted = 0;
    const act = () => {
      const all = [...document.querySelectorAll(wanted)].filter((one) => /post-0|post-1|town|undo/.test(one.dataset.key ?? one.dataset.save ?? one.dataset.name ?? 'undo'));
      if (all.length) all[Math.floor(next() * all.length)].click();
      if (++window.acted < turns) setTimeout(act, 30 + next() * 150);
    };
    act();";

/// What this page says of each article that it shows.
const SAID: &str = "Object.fromEntries([...document.querySelectorAll('.library-lists li')].map((line) => [line.querySelector('[data-key]')?.dataset.key, line.dataset.standing]).filter(([key, standing]) => key && standing))";

#[tokio::test]
async fn two_tabs_that_save_and_remove_the_same_things_agree_in_the_end_and_say_the_truth()
-> Result<()> {
    let mut ledger = Ledger::of("tabs");
    let mut scene = scene("tabs", 93, 0, 0)?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        scene.settle(browser).await?;
        library(browser, &scene.server).await?;
        let first = browser.new_tab().await?;
        browser.meddle(&scene.site, 0).await?;
        library(browser, &scene.server).await?;
        let second = browser.session()?.window().await?;
        for turn in 0..3 {
            for tab in [&first, &second] {
                browser.switch_to(tab.clone()).await?;
                let seed = scene.chance.below(2_147_483_648);
                browser.run(ACT, vec![json!(seed), json!(30)]).await?;
            }
            for tab in [&first, &second] {
                browser.switch_to(tab.clone()).await?;
                browser
                    .wait_up_to(Duration::from_secs(60), "window.acted >= 30")
                    .await?;
            }
            // Until both say the same, and that is what is there.
            let start = Instant::now();
            let lost = loop {
                let mut lost = Vec::new();
                let mut all = Vec::new();
                for tab in [&first, &second] {
                    browser.switch_to(tab.clone()).await?;
                    all.push(browser.eval(SAID).await?);
                    let stored = scene.oath.stored(browser).await?;
                    lost.extend(
                        stored
                            .said
                            .iter()
                            .filter(|key| !stored.whole(key))
                            .map(|key| format!("{key} is called saved and is not there")),
                    );
                }
                if all[0] != all[1] {
                    lost.push(format!("one tab says {}, the other {}", all[0], all[1]));
                }
                if lost.is_empty() || start.elapsed() > Duration::from_secs(15) {
                    break lost;
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            };
            let mut lost = lost;
            // What neither of them touched.
            let kept = scene.oath.stored(browser).await?;
            if !kept.whole("en/harbour-report") {
                lost.push("en/harbour-report".to_owned());
            }
            ledger.note(
                "two tabs at once",
                &format!("saving and removing, round {}", turn + 1),
                lost,
            );
        }
        scene.oath.release();
        scene.oath.hear(browser).await?;
        scene.ends(browser, &mut ledger, 9).await
    })
    .await?;
    ledger.close()
}

#[tokio::test]
async fn while_the_site_publishes_an_edition_every_second_what_is_saved_is_of_one_edition()
-> Result<()> {
    let mut ledger = Ledger::of("editions");
    let mut scene = scene("editions", 94, 40, 0)?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        scene.settle(browser).await?;
        for edition in 1..=12_u8 {
            let due = Instant::now() + Duration::from_secs(1);
            let name = format!("lamp-{edition}.png");
            scene.site.put(&name, &picture(100 + edition)?)?;
            let posts: Vec<Post> = (4..=20)
                .map(|number| Post {
                    slug: format!("post-{number:02}"),
                    title: format!("Post number {number}, edition {edition}"),
                    date: format!("2026-02-{number:02}T09:00:00Z"),
                    text: format!("The lamp of edition {edition}.\n\n![A lamp]({name})\n\nNothing of edition {} is here.\n", edition - 1),
                })
                .collect();
            scene.site.publish_all(&posts)?;
            scene.oath.published(&scene.site)?;
            if edition == 1 {
                scene.keep_everything(browser).await?;
            } else if edition % 4 == 0 {
                // Where it is, each time something else is to be fetched.
                library(browser, &scene.server).await?;
                browser
                    .run("for (const button of [...document.querySelectorAll('[data-do=renew]')].slice(0, 4)) button.click()", Vec::new())
                    .await?;
            }
            scene.oath.hear(browser).await?;
            ledger.note("an edition every second", "save everything", scene.oath.broken_for_good(browser).await?);
            tokio::time::sleep(due.saturating_duration_since(Instant::now())).await;
        }
        library(browser, &scene.server).await?;
        all_of_it(browser).await?;
        scene.oath.hear(browser).await?;
        scene.ends(browser, &mut ledger, 20).await
    })
    .await?;
    ledger.close()
}
