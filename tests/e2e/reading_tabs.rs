//! What is noted of reading where something stands in the way: other tabs, a full store, a site that is silent, a reader who
//! keeps no history.

use anyhow::Result;
use lamplight_e2e::{Browser, Engine, Fault, Server, Site, browse};
use serde_json::json;

use crate::reading::{TRACES, library, noted, published, read_at};
use crate::versions;

/// The record of the article that is read.
const RECORD: &str = "localStorage.getItem('lamplight:/:reading/watch')";

/// Fills local storage to the last letter.
const FILL: &str = "let text = localStorage.getItem('filler') ?? '';
    for (let size = 1 << 22; size >= 1;) {
      try {
        localStorage.setItem('filler', text + 'x'.repeat(size));
        text += 'x'.repeat(size);
      } catch {
        size >>= 1;
      }
    }";

/// The page is shown, or hidden, as by a change of tabs.
async fn turn(browser: &Browser, hidden: bool) -> Result<()> {
    let script = "Object.defineProperty(document, 'hidden', { configurable: true, get: () => arguments[0] });
        document.dispatchEvent(new Event('visibilitychange'));";
    browser.run(script, vec![json!(hidden)]).await?;
    Ok(())
}

/// Has the page count what other tabs write of what is read.
async fn listen(browser: &Browser) -> Result<()> {
    let script = "window.heard = {};
        addEventListener('storage', ({ key }) => heard[key.split(':').at(-1)] = true);";
    browser.run(script, Vec::new()).await?;
    Ok(())
}

#[tokio::test]
async fn a_tab_in_which_nobody_moved_neither_takes_a_place_back_nor_brings_back_what_was_cleared()
-> Result<()> {
    let site = published()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("watch/")).await?;
        browser.kept().await?;
        noted(browser, "watch", "opened > 0").await?;
        read_at(browser, "watch", "2.1").await?;
        listen(browser).await?;
        let first = browser.new_tab().await?;
        browser.open_app(&server.url("watch/")).await?;
        browser.wait_for("[data-resume]").await?;
        read_at(browser, "watch", "4.1").await?;
        let farther = browser.eval(RECORD).await?;
        let second = browser.session()?.window().await?;

        browser.switch_to(first.clone()).await?;
        browser.wait_until("heard['reading/watch']").await?;
        for hidden in [false, true, false] {
            turn(browser, hidden).await?;
            assert_eq!(browser.eval(RECORD).await?, farther);
        }

        browser.switch_to(second).await?;
        library(browser, &server).await?;
        browser.click(".library-history > summary").await?;
        browser.click(".library-history .clear > summary").await?;
        browser.click("[data-do=clear_history]").await?;
        browser.wait_until(&format!("{RECORD} === null")).await?;
        browser.switch_to(first).await?;
        browser.wait_until("heard.history").await?;
        for hidden in [true, false, true] {
            turn(browser, hidden).await?;
            assert_eq!(browser.eval(RECORD).await?, json!(null));
        }
        // Who reads on is noted again, from there on.
        turn(browser, false).await?;
        read_at(browser, "watch", "5.1").await?;
        noted(browser, "watch", "opened === 0").await
    })
    .await
}

#[tokio::test]
async fn on_a_full_device_an_article_of_long_ago_makes_room_for_the_place_and_for_a_mark()
-> Result<()> {
    let site = published()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        for path in ["post-02/", "post-04/", "watch/"] {
            browser.open_app(&server.url(path)).await?;
            browser.kept().await?;
            noted(browser, path.trim_end_matches('/'), "opened > 0").await?;
        }
        let here = "['post-02', 'post-04', 'watch'].map((slug) => !!localStorage.getItem(`lamplight:/:doc/en/${slug}`))";
        browser.run(FILL, Vec::new()).await?;
        read_at(browser, "watch", "4.1").await?;
        assert_eq!(browser.eval(here).await?, json!([false, true, true]));
        library(browser, &server).await?;
        browser.run(FILL, Vec::new()).await?;
        browser
            .run("document.querySelector('.library-lists [data-do=read][data-slug=watch]').click()", Vec::new())
            .await?;
        noted(browser, "watch", "read && block === '4.1'").await?;
        assert_eq!(browser.eval(here).await?, json!([false, false, true]));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn who_comes_back_is_offered_to_go_on_before_the_site_has_answered() -> Result<()> {
    let site = published()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("watch/")).await?;
        browser.kept().await?;
        noted(browser, "watch", "opened > 0").await?;
        read_at(browser, "watch", "4.1").await?;
        server.fault("articles/", Fault::Hang);
        browser.open_app(&server.url("watch/")).await?;
        browser.wait_for("[data-resume]").await?;
        assert_eq!(browser.evidence(&["copy", "live"]).await?, "copy");
        server.heal();
        browser.evidence(&["live"]).await?;
        assert!(browser.has("[data-resume]").await?);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn who_has_read_on_before_the_program_that_notes_it_came_has_read_all_the_same() -> Result<()>
{
    let site = published()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        server.fault("assets/render", Fault::Hang);
        browser.open_app(&server.url("watch/")).await?;
        browser
            .run(
                "window.scrollTo({ top: document.body.scrollHeight, behavior: 'instant' });
                 return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))",
                Vec::new(),
            )
            .await?;
        turn(browser, true).await?;
        turn(browser, false).await?;
        assert_eq!(browser.eval(RECORD).await?, json!(null));
        server.heal();
        noted(browser, "watch", "read && opened > 0").await
    })
    .await
}

#[tokio::test]
async fn who_keeps_no_history_leaves_no_trace_of_it_by_going_back_to_an_earlier_edition()
-> Result<()> {
    let site = Site::fixture()?;
    versions::edition(&site, 1)?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("")).await?;
        let off = r#"{"v":1,"off":true,"stamp":1,"cleared":1}"#;
        browser.store("lamplight:/:history", off).await?;
        versions::open(browser, &server).await?;
        browser.kept().await?;
        versions::edition(&site, 2)?;
        versions::open(browser, &server).await?;
        versions::take(browser, 2).await?;
        versions::others(browser, 1).await?;
        versions::panel(browser, versions::EARLIER).await?;
        versions::go(browser, 0).await?;
        versions::shows_edition(browser, 1).await?;
        assert_eq!(browser.eval(TRACES).await?, json!([]));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_another_tab_notes_while_the_oldest_places_go_stays() -> Result<()> {
    let site = published()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("")).await?;
        browser.kept().await?;
        // Two more than are kept; one of those that go is noted anew while the program says which these are.
        let script = "const record = (slug, at) => [`lamplight:/:reading/${slug}`, JSON.stringify({ v: 1, slug, lang: 'en', block: '1.1', part: 0, progress: 500, seen: at, read: false, marked: 0, opened: at, forgot: 0 })];
            for (let n = 1; n <= 2002; n++) localStorage.setItem(...record(`old-${n}`, n));
            const post = Worker.prototype.postMessage;
            Worker.prototype.postMessage = function (message, ...more) {
              post.call(this, message, ...more);
              if (message[1] === 'journal') localStorage.setItem(...record('old-1', Date.now()));
            };";
        browser.run(script, Vec::new()).await?;
        browser.run("document.querySelector('footer a[href$=\"library/\"], a[href$=\"/library/\"]').click()", Vec::new()).await?;
        browser.wait_until("document.querySelector('.library-count')?.textContent").await?;
        let here = "['old-1', 'old-2', 'old-4'].map((slug) => !!localStorage.getItem(`lamplight:/:reading/${slug}`))";
        browser
            .wait_until("!localStorage.getItem('lamplight:/:reading/old-2')")
            .await?;
        assert_eq!(browser.eval(here).await?, json!([true, false, true]));
        Ok(())
    })
    .await
}
