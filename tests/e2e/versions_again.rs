//! What a reader chose of an article's editions holds: over later visits, in a tunnel, on a full device.

use anyhow::Result;
use lamplight_e2e::{Browser, Engine, Server, Site, browse};
use serde_json::json;

use crate::library::{SAVE, press, quota};
use crate::versions::{
    EARLIER, STORED, edition, go, open, others, panel, saved_edition, shows_edition, stands,
    stored, take,
};

/// Waits until what is kept unasked is an edition: text and page.
async fn unasked(browser: &Browser, number: u32) -> Result<()> {
    let script = "for (let turn = 0; turn < 400; turn++) {
          const cache = await caches.open('lamplight:/:content');
          const found = await Promise.all(['/articles/post-02.en.json', '/post-02/'].map((path) => cache.match(path)));
          const texts = await Promise.all(found.map((one) => one?.text()));
          if (texts.every((text) => text?.includes(arguments[0]))) return true;
          await new Promise((done) => setTimeout(done, 25));
        }
        return false;";
    let text = json!(format!("Edition {number}."));
    let there = browser.run_async(script, vec![text]).await?;
    anyhow::ensure!(there == json!(true), "edition {number} was not kept");
    Ok(())
}

/// Editions that were put aside in local storage and are no versions yet.
const ASIDE: &str =
    "Object.keys(localStorage).filter((key) => key.startsWith('lamplight:/:was/')).length";

/// As another build of the app leaves it that stored a newer edition: the one before was put aside.
const PUT_ASIDE: &str = "const [doc, meta] = ['doc', 'meta'].map((kind) => localStorage.getItem(`lamplight:/:${kind}/en/post-02`));
    localStorage.setItem(`lamplight:/:was/en/post-02/${JSON.parse(meta).digest}`, `${meta}\\n${doc}`);";

#[tokio::test]
async fn what_was_gone_back_to_and_not_saved_opens_until_the_newer_edition_is_taken() -> Result<()>
{
    let site = Site::fixture()?;
    edition(&site, 1)?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        open(browser, &server).await?;
        browser.kept().await?;
        browser.wait_until_stored("/post-02/").await?;
        edition(&site, 2)?;
        open(browser, &server).await?;
        take(browser, 2).await?;
        others(browser, 1).await?;
        unasked(browser, 2).await?;
        panel(browser, EARLIER).await?;
        go(browser, 0).await?;
        shows_edition(browser, 1).await?;
        // Again and again, with the site there: by the page that opens before the app, too.
        for _ in 0..3 {
            browser.goto(&server.url("post-02/")).await?;
            shows_edition(browser, 1).await?;
            browser.ready().await?;
            shows_edition(browser, 1).await?;
            browser.evidence(&["updated"]).await?;
            unasked(browser, 2).await?;
            stands(browser, "none").await?;
        }
        // Saved, it is that edition that is saved; and removed again it goes on opening until that cannot be undone.
        browser.click(SAVE).await?;
        stands(browser, "saved").await?;
        saved_edition(browser, 1).await?;
        open(browser, &server).await?;
        shows_edition(browser, 1).await?;
        take(browser, 2).await?;
        saved_edition(browser, 2).await?;
        others(browser, 1).await
    })
    .await
}

#[tokio::test]
async fn what_was_gone_back_to_gives_way_when_the_newer_edition_is_taken_and_stays_a_version()
-> Result<()> {
    let site = Site::fixture()?;
    edition(&site, 1)?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        open(browser, &server).await?;
        browser.kept().await?;
        browser.wait_until_stored("/post-02/").await?;
        edition(&site, 2)?;
        open(browser, &server).await?;
        take(browser, 2).await?;
        others(browser, 1).await?;
        panel(browser, EARLIER).await?;
        go(browser, 0).await?;
        shows_edition(browser, 1).await?;
        open(browser, &server).await?;
        take(browser, 2).await?;
        let released = "for (let turn = 0; turn < 400; turn++) {
              if (!(await (await caches.open('lamplight:/:saved')).match('/post-02/'))) return true;
              await new Promise((done) => setTimeout(done, 25));
            }
            return false;";
        assert_eq!(browser.run_async(released, Vec::new()).await?, json!(true));
        open(browser, &server).await?;
        shows_edition(browser, 2).await?;
        browser.evidence(&["live"]).await?;
        others(browser, 1).await
    })
    .await
}

#[tokio::test]
async fn a_newer_edition_that_was_taken_in_a_tunnel_is_saved_when_the_site_is_there_again()
-> Result<()> {
    let site = Site::fixture()?;
    edition(&site, 1)?;
    let mut server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        open(browser, &server).await?;
        browser.kept().await?;
        browser.click(SAVE).await?;
        stands(browser, "saved").await?;
        edition(&site, 2)?;
        open(browser, &server).await?;
        browser.evidence(&["updated"]).await?;
        browser.allow_in_console("net::ERR_");
        server.down();
        take(browser, 2).await?;
        // Once that has come to nothing, the wish stands all the same.
        let wished = format!(
            "{} db.close(); return (await Promise.resolve(keys)).filter((key) => key.startsWith('renew/')).length;",
            STORED.replace("key.startsWith('revision/')", "true")
        );
        let mut wishes = json!(0);
        for _ in 0..200 {
            wishes = browser.run_async(&wished, Vec::new()).await?;
            if wishes == json!(1) {
                break;
            }
        }
        assert_eq!(wishes, json!(1));
        server.up()?;
        open(browser, &server).await?;
        saved_edition(browser, 2).await?;
        open(browser, &server).await?;
        shows_edition(browser, 2).await?;
        others(browser, 1).await
    })
    .await
}

#[tokio::test]
async fn a_newer_edition_that_finds_no_place_in_local_storage_is_saved_all_the_same() -> Result<()>
{
    let site = Site::fixture()?;
    edition(&site, 1)?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        open(browser, &server).await?;
        browser.kept().await?;
        browser.click(SAVE).await?;
        stands(browser, "saved").await?;
        edition(&site, 2)?;
        open(browser, &server).await?;
        browser.evidence(&["updated"]).await?;
        let full =
            "Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError'); };";
        browser.run(full, Vec::new()).await?;
        take(browser, 2).await?;
        saved_edition(browser, 2).await?;
        // Nor has local storage the other one, which would come first.
        browser
            .wait_until("!localStorage.getItem('lamplight:/:doc/en/post-02')")
            .await?;
        open(browser, &server).await?;
        shows_edition(browser, 2).await?;
        others(browser, 1).await
    })
    .await
}

#[tokio::test]
async fn what_was_gone_back_to_in_a_tunnel_without_a_page_gets_one_when_the_site_is_there_again()
-> Result<()> {
    let site = Site::fixture()?;
    edition(&site, 1)?;
    let mut server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        open(browser, &server).await?;
        browser.kept().await?;
        browser.wait_until_stored("/post-02/").await?;
        edition(&site, 2)?;
        open(browser, &server).await?;
        take(browser, 2).await?;
        others(browser, 1).await?;
        unasked(browser, 2).await?;
        browser.allow_in_console("net::ERR_");
        server.down();
        let gone = "return (await caches.open('lamplight:/:content')).delete('/post-02/');";
        assert_eq!(browser.run_async(gone, Vec::new()).await?, json!(true));
        panel(browser, EARLIER).await?;
        go(browser, 0).await?;
        shows_edition(browser, 1).await?;
        let page = "return !!(await (await caches.open('lamplight:/:saved')).match('/post-02/'));";
        assert_eq!(browser.run_async(page, Vec::new()).await?, json!(false));
        server.up()?;
        browser.open_app(&server.url("post-03/")).await?;
        let page = "for (let turn = 0; turn < 400; turn++) {
              if (await (await caches.open('lamplight:/:saved')).match('/post-02/')) return true;
              await new Promise((done) => setTimeout(done, 25));
            }
            return false;";
        assert_eq!(browser.run_async(page, Vec::new()).await?, json!(true));
        browser.goto(&server.url("post-02/")).await?;
        shows_edition(browser, 1).await?;
        browser.ready().await?;
        browser.evidence(&["updated"]).await?;
        shows_edition(browser, 1).await
    })
    .await
}

#[tokio::test]
async fn versions_of_what_one_tab_removes_stay_in_all_as_long_as_that_can_be_undone() -> Result<()>
{
    let site = Site::fixture()?;
    edition(&site, 1)?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        open(browser, &server).await?;
        browser.kept().await?;
        edition(&site, 2)?;
        open(browser, &server).await?;
        take(browser, 2).await?;
        others(browser, 1).await?;
        browser.open_app(&server.url("library/")).await?;
        press(browser, "[data-do=forget][data-key='en/post-02']").await?;
        browser.wait_for(".library-said button").await?;
        let first = browser.new_tab().await?;
        server.forget();
        browser.open_app(&server.url("library/")).await?;
        // Nothing is saved: only after it has looked at what is on the device does it ask for this.
        browser
            .until(|| {
                server
                    .requests()
                    .iter()
                    .any(|path| path.contains("archive/"))
            })
            .await?;
        browser.switch_to(first).await?;
        browser.click(".library-said button").await?;
        let back = "document.querySelector(\"[data-do=forget][data-key='en/post-02']\")";
        browser.wait_until(back).await?;
        assert_eq!(stored(browser).await?, 1);
        open(browser, &server).await?;
        others(browser, 1).await
    })
    .await
}

#[tokio::test]
async fn an_edition_that_was_put_aside_stays_where_it_is_until_the_device_has_space_for_it()
-> Result<()> {
    let site = Site::fixture()?;
    edition(&site, 1)?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        open(browser, &server).await?;
        browser.kept().await?;
        browser.run(PUT_ASIDE, Vec::new()).await?;
        browser.run("localStorage.removeItem('lamplight:/:doc/en/post-02')", Vec::new()).await?;
        quota(browser, &server, Some(1)).await?;
        browser.run("dispatchEvent(new Event('lamplight:older'))", Vec::new()).await?;
        browser
            .wait_until("document.querySelector('main .article-tools')?.textContent.includes('no space left')")
            .await?;
        assert_eq!(browser.eval(ASIDE).await?, json!(1));
        quota(browser, &server, None).await?;
        browser.run("dispatchEvent(new Event('lamplight:older'))", Vec::new()).await?;
        browser.wait_until(&format!("{ASIDE} === 0")).await?;
        assert_eq!(stored(browser).await?, 1);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_database_that_was_opened_before_it_was_made_is_made_all_the_same() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        open(browser, &server).await?;
        browser.kept().await?;
        let empty = "const db = await new Promise((done) => {
              const request = indexedDB.open('lamplight:/:library', 1);
              request.onsuccess = () => done(request.result);
            });
            const stores = db.objectStoreNames.length;
            db.close();
            return stores;";
        assert_eq!(browser.run_async(empty, Vec::new()).await?, json!(0));
        browser.click(SAVE).await?;
        stands(browser, "saved").await
    })
    .await
}
