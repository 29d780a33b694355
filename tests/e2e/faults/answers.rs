//! A site that answers badly, or is stopped in the middle, while something is being saved.

use std::time::Duration;

use anyhow::{Context, Result};
use lamplight_e2e::{Browser, Engine, Fault, Ledger, browse};

use super::scene::{Scene, all_of_it, forget_unasked, press_save, scene, standing};
use crate::library::{SAVE, library};

/// What an article consists of.
const PLACES: [(&str, &str); 3] = [
    ("document", "articles/"),
    ("image", "media/"),
    ("page", "quay-"),
];

#[tokio::test]
async fn what_is_saved_is_whole_or_not_called_so_whatever_the_site_answers() -> Result<()> {
    let mut ledger = Ledger::of("answers");
    let mut scene = scene("answers", 71, 0, 33)?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        scene.settle(browser).await?;
        let mut slugs = (0..33).map(|number| format!("quay-{number}"));
        for (name, place) in PLACES {
            for fault in Fault::MANY {
                let slug = slugs.next().context("no post is left")?;
                let lost = save_under(browser, &mut scene, &slug, place, fault)
                    .await
                    .with_context(|| format!("{name} {fault:?}"))?;
                ledger.note(&format!("{fault:?}"), name, lost);
            }
        }
        scene.ends(browser, &mut ledger, 9).await
    })
    .await?;
    ledger.close()
}

/// Saves an article while a fault holds, opens pages, and removes it again.
async fn save_under(
    browser: &Browser,
    scene: &mut Scene,
    slug: &str,
    place: &str,
    fault: Fault,
) -> Result<Vec<String>> {
    browser
        .open_app(&scene.server.url(&format!("{slug}/")))
        .await?;
    forget_unasked(browser).await?;
    scene.server.fault(place, fault);
    press_save(browser).await?;
    scene.oath.hear(browser).await?;
    let lost = scene.oath.broken(browser).await?;
    scene.server.heal();
    browser
        .open_app(&scene.server.url(&format!("{slug}/")))
        .await?;
    // Once the library's part has looked.
    let looked =
        format!("['saved', 'due'].includes(document.querySelector('{SAVE}').dataset.standing)");
    browser.wait_until(&looked).await?;
    browser.click(SAVE).await?;
    standing(browser, "none").await?;
    scene.oath.removed(&format!("en/{slug}"));
    Ok(lost)
}

#[tokio::test]
async fn everything_is_kept_in_the_end_though_half_of_the_answers_are_bad() -> Result<()> {
    let mut ledger = Ledger::of("answers-mixed");
    let mut scene = scene("answers-mixed", 72, 40, 3)?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        scene.settle(browser).await?;
        for _ in 0..4 {
            let seed = scene.chance.number();
            let quick: Vec<Fault> = Fault::MANY
                .into_iter()
                .filter(|fault| *fault != Fault::Crawl)
                .collect();
            scene.server.mischief(
                &["articles/", "media/", "entry-", "post-", "archive/", "ar/"],
                &quick,
                seed,
                50,
            );
            scene.keep_everything(browser).await?;
            browser
                .wait_up_to(
                    Duration::from_secs(120),
                    "['waits', ''].includes(document.querySelector('.library-work')?.dataset.work)",
                )
                .await?;
            scene.oath.hear(browser).await?;
            ledger.note(
                "half of all answers bad",
                "save everything",
                scene.oath.broken(browser).await?,
            );
            scene.server.heal();
        }
        for _ in 0..6 {
            let moment = scene.chance.below(500);
            library(browser, &scene.server).await?;
            // The moment itself is what is tried.
            tokio::time::sleep(Duration::from_millis(moment)).await;
            scene.server.down();
            scene.oath.hear(browser).await?;
            ledger.note(
                "server stopped",
                "save everything",
                scene.oath.broken(browser).await?,
            );
            scene.server.up()?;
        }
        library(browser, &scene.server).await?;
        all_of_it(browser).await?;
        scene.oath.hear(browser).await?;
        scene.ends(browser, &mut ledger, 8).await
    })
    .await?;
    ledger.close()
}
