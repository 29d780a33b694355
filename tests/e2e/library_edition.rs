//! What opens is the edition that was saved, with its images; another takes its place whole or not at all, and nothing is
//! called ready without the app.

use anyhow::{Context, Result};
use lamplight_e2e::{Browser, Engine, Fault, Post, Server, Site, browse};

use crate::library::{SAVE, library, press, save};

fn anew(site: &Site) -> Result<()> {
    site.publish(&Post {
        slug: "post-02".into(),
        title: "Post number 2".into(),
        date: "2026-01-02T06:00:00Z".into(),
        text: "Written anew.".into(),
    })
}

/// The text of the article that is open.
async fn text(browser: &Browser) -> Result<String> {
    browser.shows("Post number 2").await?;
    browser.text("main article").await
}

#[tokio::test]
async fn a_saved_article_stays_in_its_edition_though_the_site_was_asked_since() -> Result<()> {
    let site = Site::fixture()?;
    let mut server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("post-02/")).await?;
        browser.kept().await?;
        save(browser).await?;
        anew(&site)?;
        browser.open_app(&server.url("post-02/")).await?;
        browser.evidence(&["updated"]).await?;
        browser.allow_in_console("net::ERR_");
        server.down();
        browser.come_back_later().await?;
        browser.open_app(&server.url("post-02/")).await?;
        let shown = text(browser).await?;
        assert!(!shown.contains("Written anew."), "{shown}");
        Ok(())
    })
    .await
}

/// Cuts what is kept unasked of the article, or what is saved of it, and empties local storage.
const CUT: &str = "localStorage.clear();
    const cache = await caches.open(arguments[0]);
    const own = '/articles/post-02.en.json';
    const text = await (await cache.match(own))?.text() ?? '{}';
    await cache.put(own, new Response(text.slice(0, text.length / 2), { headers: { 'content-type': 'application/json' } }));
    return true;";

#[tokio::test]
async fn a_damaged_copy_hides_no_whole_one() -> Result<()> {
    let site = Site::fixture()?;
    let mut server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.allow_in_console("net::ERR_");
        for place in ["lamplight:/:content", "lamplight:/:saved"] {
            browser.open_app(&server.url("post-02/")).await?;
            browser.kept().await?;
            if place.ends_with(":content") {
                save(browser).await?;
            } else {
                // Saved a moment ago; a click would take it off again.
                let saved =
                    format!("document.querySelector('{SAVE}').dataset.standing === 'saved'");
                browser.wait_until(&saved).await?;
            }
            server.down();
            // From a page without it: the open one would store it again.
            browser.open_app(&server.url("library/")).await?;
            browser.run_async(CUT, vec![place.into()]).await?;
            browser.open_app(&server.url("post-02/")).await?;
            text(browser).await.with_context(|| place.to_owned())?;
            server.up()?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_new_edition_that_comes_in_part_leaves_the_saved_one_as_it_was() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        for noise in ["net::ERR_", "status of"] {
            browser.allow_in_console(noise);
        }
        browser.open_app(&server.url("post-02/")).await?;
        browser.kept().await?;
        save(browser).await?;
        anew(&site)?;
        server.fault("post-02/", Fault::Status(500));
        library(browser, &server).await?;
        press(browser, "[data-do=renew][data-key='en/post-02']").await?;
        let said = "document.querySelector('.library-said').textContent !== ''";
        browser.wait_until(said).await?;
        let stored = "const cache = await caches.open('lamplight:/:saved');
            return (await (await cache.match('/articles/post-02.en.json')).text()).includes('Written anew.')";
        let anew = browser.run_async(stored, Vec::new()).await?;
        assert_eq!(anew, serde_json::json!(false));
        server.heal();
        press(browser, "[data-do=renew][data-key='en/post-02']").await?;
        browser
            .wait_until("document.querySelector('[data-standing=saved]') && !document.querySelector('[data-do=renew]')")
            .await?;
        let anew = browser.run_async(stored, Vec::new()).await?;
        assert_eq!(anew, serde_json::json!(true));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn nothing_is_ready_without_a_service_worker_that_could_open_it() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("post-02/")).await?;
        browser.kept().await?;
        save(browser).await?;
        library(browser, &server).await?;
        press(browser, "[data-do=check]").await?;
        browser.wait_for("[data-flight=ready]").await?;
        let leave = "for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister(); return true;";
        browser.run_async(leave, Vec::new()).await?;
        press(browser, "[data-do=check]").await?;
        browser.wait_for("[data-flight=not-ready]").await?;
        let said = browser.text(".library-report").await?;
        assert!(said.contains("The app that opens it"), "{said}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_edition_that_the_reader_takes_is_the_one_that_is_saved_from_then_on() -> Result<()> {
    let site = Site::fixture()?;
    let mut server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("post-02/")).await?;
        browser.kept().await?;
        save(browser).await?;
        anew(&site)?;
        browser.open_app(&server.url("post-02/")).await?;
        browser.evidence(&["updated"]).await?;
        browser.click("[data-evidence] .button-strong").await?;
        let taken = "document.querySelector('article').textContent.includes('Written anew.')";
        browser.wait_until(taken).await?;
        let saved = "for (let turn = 0; turn < 100; turn++) {
              const found = await (await caches.open('lamplight:/:saved')).match('/articles/post-02.en.json');
              if ((await found.text()).includes('Written anew.')) return true;
              await new Promise((done) => setTimeout(done, 50));
            }
            return false;";
        let saved = browser.run_async(saved, Vec::new()).await?;
        assert_eq!(saved, serde_json::json!(true));
        browser.wait_until(&format!("document.querySelector('{SAVE}').dataset.standing === 'saved'")).await?;
        browser.allow_in_console("net::ERR_");
        server.down();
        browser.come_back_later().await?;
        browser.open_app(&server.url("post-02/")).await?;
        let shown = text(browser).await?;
        assert!(shown.contains("Written anew."), "{shown}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_was_removed_a_moment_ago_outlives_a_sweep() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("post-02/")).await?;
        browser.kept().await?;
        save(browser).await?;
        library(browser, &server).await?;
        press(browser, "[data-do=remove][data-key='en/post-02']").await?;
        browser.wait_for(".library-said button").await?;
        // A round of keeping, which sweeps before it fetches.
        press(browser, ".library-wishes [data-do=keep][data-name=town]").await?;
        browser
            .wait_until("document.querySelectorAll('[data-standing=saved]').length > 3")
            .await?;
        let stays = "const cache = await caches.open('lamplight:/:saved');
            return !!(await cache.match('/articles/post-02.en.json')) && !!(await cache.match('/post-02/'));";
        let stays = browser.run_async(stays, Vec::new()).await?;
        assert_eq!(stays, serde_json::json!(true));
        Ok(())
    })
    .await
}
