//! Where the fault suite takes place: a site with contact, its server, a reader who has made and saved something, and what
//! was promised to that reader.

use std::io::Cursor;
use std::time::Duration;

use anyhow::Result;
use image::{ImageFormat, Rgb, RgbImage};
use lamplight_e2e::{Browser, Chance, Ledger, Oath, Post, Server, Site};
use serde_json::json;

use crate::library::{SAVE, library};

/// What the browser writes of requests that fail, and of a page that is left with words that could not be stored.
pub(crate) const NOISE: [&str; 3] = ["net::ERR_", "status of", "'beforeunload' confirmation"];

pub(crate) struct Scene {
    pub(crate) site: Site,
    pub(crate) server: Server,
    pub(crate) oath: Oath,
    pub(crate) chance: Chance,
}

/// The fixture with contact, its scripts meddled with, and `more` posts.
pub(crate) fn scene(name: &str, seed: u64, more: u32, quays: u8) -> Result<Scene> {
    let seed = Chance::seed(seed);
    println!("{name}: LAMPLIGHT_SEED={seed}");
    let site = Site::fixture()?;
    let mut posts: Vec<Post> = (0..more).map(further).collect();
    for number in 0..quays {
        for which in [0, 1] {
            site.put(
                &format!("quay-{number}-{which}.png"),
                &picture(2 * number + which)?,
            )?;
        }
        posts.push(quay(number));
    }
    if !posts.is_empty() {
        site.publish_all(&posts)?;
    }
    site.contact()?;
    site.meddle()?;
    Ok(Scene {
        server: Server::start(&site.root())?,
        oath: Oath::of(&site)?,
        chance: Chance::new(seed),
        site,
    })
}

/// A post with pictures that no other post has, older than what is kept unasked: each is saved but once.
fn quay(number: u8) -> Post {
    Post {
        slug: format!("quay-{number}"),
        title: format!("Quay {number}"),
        date: format!(
            "2024-{:02}-{:02}T09:00:00Z",
            number / 28 % 12 + 1,
            number % 28 + 1
        ),
        text: format!(
            "The lamp.\n\n![The lamp](quay-{number}-0.png)\n\nThe other lamp.\n\n![The other lamp](quay-{number}-1.png)\n"
        ),
    }
}

/// A picture that is like none of another number.
pub(crate) fn picture(number: u8) -> Result<Vec<u8>> {
    let mut bytes = Cursor::new(Vec::new());
    let shade = |at: u32| u8::try_from(at % 256).unwrap_or_default();
    RgbImage::from_fn(64, 48, |x, y| {
        Rgb([number.wrapping_mul(37), shade(x), shade(y)])
    })
    .write_to(&mut bytes, ImageFormat::Png)?;
    Ok(bytes.into_inner())
}

/// A post that is older than the fixture's.
fn further(number: u32) -> Post {
    Post {
        slug: format!("entry-{number:03}"),
        title: format!("Entry {number} of the log"),
        date: format!(
            "2025-{:02}-{:02}T08:00:00Z",
            number / 28 % 12 + 1,
            number % 28 + 1
        ),
        text: format!("The keeper wrote on day {number} that the lamp burned all night.\n\n")
            .repeat(8),
    }
}

impl Scene {
    /// A reader who has chosen a theme, written to the publication, and saved two articles.
    pub(crate) async fn settle(&mut self, browser: &mut Browser) -> Result<()> {
        for text in NOISE {
            browser.allow_in_console(text);
        }
        browser.meddle(&self.site, 0).await?;
        browser.open_app(&self.server.url("")).await?;
        browser.kept().await?;
        browser.reader_makes(&self.server).await?;
        for slug in ["harbour-report", "post-03"] {
            browser
                .open_app(&self.server.url(&format!("{slug}/")))
                .await?;
            browser.click(SAVE).await?;
            standing(browser, "saved").await?;
        }
        self.oath.hear(browser).await?;
        anyhow::ensure!(self.oath.promised() == 2, "two articles are saved");
        Ok(())
    }

    /// What every family ends with: the site is stopped, and what was promised (`some` articles of it) is looked at in a browser that
    /// was just started.
    pub(crate) async fn ends(
        &mut self,
        browser: &mut Browser,
        ledger: &mut Ledger,
        some: usize,
    ) -> Result<()> {
        let (oath, server, chance) = (&self.oath, &mut self.server, &mut self.chance);
        let lost = oath.broken_in_use(browser, server, some, chance).await?;
        ledger.note("all of these", "opened without the site", lost);
        Ok(())
    }

    /// Opens the library's page and has everything kept.
    pub(crate) async fn keep_everything(&self, browser: &Browser) -> Result<()> {
        library(browser, &self.server).await?;
        let either = ".library-wishes [data-kind=everything]";
        browser.wait_for(either).await?;
        browser
            .run(
                "document.querySelector(arguments[0])?.click()",
                vec![json!(crate::library::EVERYTHING)],
            )
            .await?;
        browser.wait_for(&format!("{either}[data-do=stop]")).await?;
        Ok(())
    }
}

/// Takes off the device what it has of the newest and of what was opened.
pub(crate) async fn forget_unasked(browser: &Browser) -> Result<()> {
    let forget = "for (const key of Object.keys(localStorage)) if (/:(doc|meta|kept|feed)\\//.test(key)) localStorage.removeItem(key);
        await caches.delete('lamplight:/:content'); return true;";
    browser.run_async(forget, Vec::new()).await?;
    browser.cdp("Network.clearBrowserCache", json!({})).await?;
    Ok(())
}

/// Waits until all of everything is here, which is more than most waits are for.
pub(crate) async fn all_of_it(browser: &Browser) -> Result<()> {
    let line = "document.querySelector('.library-wishes [data-do=stop][data-kind=everything]')?.closest('li').querySelector('.library-age').textContent";
    browser
        .wait_up_to(
            Duration::from_secs(150),
            &format!(
                "((words) => words && words[1] === words[2])({line}?.match(/(\\d+) of (\\d+)/))"
            ),
        )
        .await
}

/// Waits until the control of the open article stands so.
pub(crate) async fn standing(browser: &Browser, standing: &str) -> Result<()> {
    browser
        .wait_until(&format!(
            "document.querySelector('{SAVE}').dataset.standing === '{standing}'"
        ))
        .await
}

/// Presses the control of the open article, and waits until something is said of it.
pub(crate) async fn press_save(browser: &Browser) -> Result<()> {
    browser
        .run(
            "const said = document.querySelector('main [data-save] + [role=status]'); if (said) said.textContent = '';",
            Vec::new(),
        )
        .await?;
    browser.click(SAVE).await?;
    browser
        .wait_until("document.querySelector('main [data-save] + [role=status]')?.textContent")
        .await
}

/// Presses a button, as soon as it is there, wherever the page has been scrolled to.
pub(crate) async fn press(browser: &Browser, button: &str) -> Result<()> {
    browser
        .wait_until(&format!(
            "document.querySelector({button:?})?.hidden === false"
        ))
        .await?;
    let click = "document.querySelector(arguments[0]).click()";
    browser.run(click, vec![json!(button)]).await?;
    Ok(())
}

/// Goes to a page of the site as by a link of the page that is open, and waits until something is so there.
pub(crate) async fn visit(browser: &Browser, path: &str, there: &str) -> Result<()> {
    let follow = "const link = document.createElement('a');
        link.href = `/${arguments[0]}`; document.body.append(link); link.click(); link.remove();";
    browser.run(follow, vec![json!(path)]).await?;
    browser.wait_until(there).await
}
