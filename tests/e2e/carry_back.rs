//! What was removed comes back: out of a file, and out of what the device has, while the site is down.

use anyhow::Result;
use lamplight_e2e::{Browser, Engine, Server, Site, browse, violations};

use crate::carry::{changed, choose, everything, library, make, press, said, save};
use crate::library::{SAVE, opens_with_images};

#[tokio::test]
async fn who_removed_everything_has_it_back_from_the_file_while_the_site_is_down() -> Result<()> {
    let site = Site::fixture()?;
    let mut server = Server::start(&site.root())?;
    let folder = tempfile::tempdir()?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.allow_in_console("net::ERR_");
        for slug in ["harbour-report", "post-02"] {
            save(browser, &server, slug).await?;
        }
        browser.kept().await?;
        let file = make(browser, &server, folder.path()).await?;
        browser.open_app(&server.url("settings/")).await?;
        browser.click(".clear summary").await?;
        browser.click("[data-do=clear]").await?;
        browser
            .wait_until("caches.open('lamplight:/:saved').then((cache) => cache.keys()).then((keys) => { window.gone = !keys.length; }), window.gone")
            .await?;
        library(browser, &server).await?;
        server.down();
        let words = choose(browser, &file, "plan").await?;
        assert!(words.contains("removed on this device since: 2"), "{words}");
        assert!(!words.contains("nothing to change"), "{words}");
        assert_eq!(violations(browser).await?, Vec::<String>::new());
        assert!(browser.has("[name=back]:checked").await?);
        press(browser, "[data-do=carry_take]").await?;
        said(browser, "taken").await?;
        browser
            .wait_until("document.querySelectorAll('.library-lists [data-standing=due]').length === 2")
            .await?;
        let before = everything(browser).await?;
        choose(browser, &file, "nothing").await?;
        assert_eq!(changed(&before, &everything(browser).await?), [""; 0]);
        press(browser, "[data-do=check]").await?;
        browser.wait_for("[data-flight=opens]").await?;
        browser.come_back_later().await?;
        for (path, heading) in [
            ("harbour-report/", "Harbour report"),
            ("post-02/", "Post number 2"),
        ] {
            browser.open_app(&server.url(path)).await?;
            browser.shows(heading).await?;
        }
        // The rest comes with the site.
        server.up()?;
        library(browser, &server).await?;
        browser
            .wait_until("document.querySelectorAll('[data-standing=saved]').length === 2")
            .await
    })
    .await
}

/// Takes away what would make it whole; the text and the pictures that were looked at stay.
const PAGELESS: &str = "const cache = await caches.open('lamplight:/:content'); return cache.delete('/harbour-report/');";
const FORGET: &str = "localStorage.clear(); return caches.delete('lamplight:/:content');";

#[tokio::test]
async fn what_the_device_has_of_an_article_is_saved_without_the_site() -> Result<()> {
    let site = Site::fixture()?;
    let mut server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.allow_in_console("net::ERR_");
        browser.open_app(&server.url("harbour-report/")).await?;
        browser.kept().await?;
        opens_with_images(browser, &server).await?;
        server.down();
        browser.run_async(PAGELESS, Vec::new()).await?;
        browser.cdp("Network.clearBrowserCache", serde_json::json!({})).await?;
        browser.click(SAVE).await?;
        browser
            .wait_until(&format!("document.querySelector('{SAVE} + [role=status]').textContent.startsWith('Not saved whole yet')"))
            .await?;
        browser
            .wait_until(&format!("document.querySelector('{SAVE}').textContent === 'Opens, not all here yet'"))
            .await?;
        library(browser, &server).await?;
        browser
            .wait_until("document.querySelector('.library-lists [data-standing=due] .library-age')?.textContent.startsWith('Opens, not all here yet')")
            .await?;
        press(browser, "[data-do=check]").await?;
        browser.wait_for("[data-flight=opens]").await?;
        let report = browser.text(".library-report").await?;
        assert!(report.contains("Harbour report: opens"), "{report}");
        // Whatever else the device lets go of.
        browser.run_async(FORGET, Vec::new()).await?;
        browser.come_back_later().await?;
        opens_with_images(browser, &server).await?;
        library(browser, &server).await?;
        press(browser, "[data-do=check]").await?;
        browser.wait_for("[data-flight=opens]").await?;
        // The rest comes with the site, and the verdict with it.
        server.up()?;
        browser
            .run("dispatchEvent(new Event('online'))", Vec::new())
            .await?;
        browser
            .wait_until("document.querySelector('.library-lists [data-standing=saved]')")
            .await?;
        browser.wait_for("[data-flight=ready]").await?;
        Ok(())
    })
    .await
}
