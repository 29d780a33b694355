//! The library's controls: what a press does, what is said of it, where the focus is, and that removing everything
//! removes what is saved.

use std::time::Duration;

use anyhow::{Context, Result};
use lamplight_e2e::{Browser, Engine, Fault, Server, Site, browse, violations};
use serde_json::json;

use crate::library::SAVE;

/// What the page says behind it.
const SAID: &str = "document.querySelector('main [data-save] + [role=status]')?.textContent";

async fn stands(browser: &Browser, standing: &str) -> Result<()> {
    browser
        .wait_until(&format!(
            "document.querySelector('{SAVE}').dataset.standing === '{standing}'"
        ))
        .await
}

/// How many files the cache of what is saved has, of documents.
const DOCUMENTS: &str = "if (!(await caches.has('lamplight:/:saved'))) return 0;
    const keys = await (await caches.open('lamplight:/:saved')).keys();
    return keys.filter(({ url }) => url.includes('/articles/')).length;";

/// How many records tell of something that is here.
const RECORDS: &str = "const db = await new Promise((done) => {
      const request = indexedDB.open('lamplight:/:library', 1);
      request.onsuccess = () => done(request.result);
    });
    const keys = await new Promise((done) => {
      const request = db.transaction('records').objectStore('records').getAllKeys();
      request.onsuccess = () => done(request.result);
    });
    db.close();
    return keys.filter((key) => /^(receipt|revision)/.test(key)).length;";

#[tokio::test]
async fn who_removes_everything_removes_what_is_saved_and_it_does_not_come_back() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("post-05/")).await?;
        browser.kept().await?;
        browser.click(SAVE).await?;
        stands(browser, "saved").await?;
        browser.open_app(&server.url("settings/")).await?;
        browser.click(".clear summary").await?;
        browser.click("[data-do=clear]").await?;
        // Until nothing tells of it any more.
        let gone = format!("const left = async () => (await (async () => {{ {RECORDS} }})()) + (await (async () => {{ {DOCUMENTS} }})());
            for (let n = 0; n < 400 && (await left()); n++) await new Promise((done) => setTimeout(done, 25));
            return left();");
        assert_eq!(browser.run_async(&gone, Vec::new()).await?, json!(0));
        // The next visit begins with nothing, and fetches nothing of it.
        server.forget();
        browser.come_back_later().await?;
        browser.open_app(&server.url("library/")).await?;
        browser.wait_for(".library-body .library-count").await?;
        browser
            .wait_until("document.querySelector('.library-count').textContent !== ''")
            .await?;
        browser.open_app(&server.url("post-02/")).await?;
        browser.kept().await?;
        let asked = server.requests();
        assert!(!asked.iter().any(|path| path.contains("post-05")), "{asked:?}");
        assert_eq!(browser.run_async(DOCUMENTS, Vec::new()).await?, json!(0));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn two_quick_clicks_save_and_an_undone_removal_leaves_the_focus_at_the_control() -> Result<()>
{
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("post-02/")).await?;
        browser.kept().await?;
        // The part is there: both clicks reach it.
        browser.click(SAVE).await?;
        stands(browser, "saved").await?;
        browser.click(SAVE).await?;
        stands(browser, "none").await?;
        browser
            .run("const control = document.querySelector(arguments[0]); control.click(); control.click();", vec![json!(SAVE)])
            .await?;
        browser
            .wait_until(&format!("{SAID}?.startsWith('Saved:')"))
            .await?;
        stands(browser, "saved").await?;
        browser.click(SAVE).await?;
        browser
            .wait_until(&format!("{SAID}?.startsWith('No longer saved')"))
            .await?;
        browser.click("main [data-save] + [role=status] button").await?;
        stands(browser, "saved").await?;
        let focused = browser
            .eval(&format!("document.activeElement === document.querySelector('{SAVE}')"))
            .await?;
        assert_eq!(focused, json!(true));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_list_changes_under_a_reader_who_keeps_place_and_focus() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("post-02/")).await?;
        browser.kept().await?;
        browser.open_app(&server.url("library/")).await?;
        browser
            .wait_until("document.querySelectorAll('.library-lists [data-do=save]').length > 2")
            .await?;
        let begin = "const links = [...document.querySelectorAll('.library-link[href]')];
            links[1].focus(); window.at = links[1];
            window.key = document.querySelector('.library-lists [data-do=save]').dataset.key;
            document.querySelector('.library-lists [data-do=save]').click();";
        browser.run(begin, Vec::new()).await?;
        browser
            .wait_until("document.querySelector('[data-standing=saved]')")
            .await?;
        let focused =
            "document.activeElement.getAttribute('href') === window.at.getAttribute('href')";
        assert_eq!(browser.eval(focused).await?, json!(true));
        // The button of the line that changed, too: to what takes back what it did.
        let remove = "[data-standing=saved] [data-do=remove]";
        browser
            .run(
                &format!("document.querySelector('{remove}').focus()"),
                Vec::new(),
            )
            .await?;
        browser.click(remove).await?;
        browser
            .wait_until("!document.querySelector('[data-standing=saved]')")
            .await?;
        let focused = "[document.activeElement.dataset.key, document.activeElement.dataset.do]";
        let key = browser.eval("window.key").await?;
        assert_eq!(browser.eval(focused).await?, json!([key, "save"]));
        Ok(())
    })
    .await
}

/// The file of the library's program.
fn program(site: &Site) -> Result<String> {
    let files = site.app_files()?;
    let mut files = files.iter().map(|file| file.trim_start_matches('/'));
    let program = files.find(|file| file.starts_with("assets/library-") && file.ends_with(".wasm"));
    program.map(str::to_owned).context("no program")
}

#[tokio::test]
async fn a_page_whose_program_cannot_be_had_says_so_and_fills_itself_once_it_can() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    let program = program(&site)?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        for noise in ["net::ERR_", "status of"] {
            browser.allow_in_console(noise);
        }
        server.fault(&program, Fault::Status(503));
        browser.open_app(&server.url("library/")).await?;
        let said =
            "document.querySelector('[data-library] > .needs-app[role=status]')?.textContent";
        browser
            .wait_until(&format!("{said} === 'This cannot be loaded now.'"))
            .await?;
        server.heal();
        browser
            .run("dispatchEvent(new Event('online'))", Vec::new())
            .await?;
        browser.wait_for(".library-body .library-form").await?;
        assert_eq!(browser.eval(&format!("{said} ?? ''")).await?, json!(""));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_program_that_cannot_be_had_is_not_taken_for_a_browser_that_stores_nothing() -> Result<()>
{
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    let program = program(&site)?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        for noise in ["net::ERR_", "status of"] {
            browser.allow_in_console(noise);
        }
        server.fault(&program, Fault::Status(503));
        browser.open_app(&server.url("post-02/")).await?;
        browser.click(SAVE).await?;
        browser
            .wait_until(&format!("{SAID} === 'This cannot be loaded now.'"))
            .await?;
        server.heal();
        browser.click(SAVE).await?;
        stands(browser, "saved").await
    })
    .await
}

#[tokio::test]
async fn a_browser_that_clears_after_seven_days_is_told_of_where_something_is_saved() -> Result<()>
{
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser
            .before_every_page("Object.defineProperty(Navigator.prototype, 'vendor', { get: () => 'Apple Computer, Inc.' });
                StorageManager.prototype.persisted = async () => false; StorageManager.prototype.persist = async () => false;")
            .await?;
        browser.open_app(&server.url("post-02/")).await?;
        browser.kept().await?;
        browser.click(SAVE).await?;
        browser
            .wait_until(&format!("{SAID}?.startsWith('Saved:') && {SAID}.includes('seven days')"))
            .await
    })
    .await
}

#[tokio::test]
async fn an_open_menu_stays_open_and_keeps_the_focus_while_other_tabs_change_the_list() -> Result<()>
{
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("post-02/")).await?;
        browser.kept().await?;
        browser.open_app(&server.url("library/")).await?;
        let menu = "[data-do=menu][data-key='en/post-02']";
        browser.wait_for(menu).await?;
        // By keyboard alone.
        browser
            .run(&format!("document.querySelector({menu:?}).focus()"), Vec::new())
            .await?;
        browser.press_keys("\u{e007}").await?;
        let open = format!("document.querySelector({menu:?}).getAttribute('aria-expanded') === 'true'");
        browser.wait_until(&open).await?;
        let name = format!("document.querySelector({menu:?}).getAttribute('aria-label')");
        assert_eq!(browser.eval(&name).await?, "More: Post number 2");
        assert_eq!(violations(browser).await?, Vec::<String>::new());
        browser.press_keys("\u{e004}").await?;
        let at = "[document.activeElement.dataset.do, document.activeElement.dataset.slug].join()";
        assert_eq!(browser.eval(at).await?, "read,post-02");
        browser.run("window.under = document.activeElement", Vec::new()).await?;
        let first = browser.new_tab().await?;

        // A line comes above it: what is under the finger is the same button.
        browser.open_app(&server.url("post-04/")).await?;
        browser.kept().await?;
        browser.wait_for("main [data-save]").await?;
        browser.click("main [data-save]").await?;
        browser
            .wait_until("document.querySelector('main [data-save]').dataset.standing === 'saved'")
            .await?;
        browser.open_app(&server.url("library/")).await?;
        let second = browser.session()?.window().await?;
        browser.switch_to(first.clone()).await?;
        browser
            .wait_until("document.querySelector('.library-lists [data-standing=saved] a[href=\"/post-04/\"]')")
            .await?;
        let same = format!("{open} && document.activeElement === under");
        assert_eq!(browser.eval(&same).await?, json!(true));

        // The line itself changes: its menu stays open, and the focus in it.
        browser.switch_to(second).await?;
        crate::library::press(browser, ".library-lists [data-do=read][data-slug=post-02]").await?;
        browser.switch_to(first).await?;
        browser
            .wait_until(&format!("{at} === 'unread,post-02' && {open}"))
            .await?;
        browser.press_keys("\u{e00c}").await?;
        browser.wait_until(&format!("!({open})")).await?;
        assert_eq!(
            browser.eval(&format!("document.activeElement === document.querySelector({menu:?})")).await?,
            json!(true)
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_script_of_the_library_that_says_nothing_is_fetched_anew() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        for text in ["Uncaught", "favicon.ico"] {
            browser.allow_in_console(text);
        }
        browser.open_app(&server.url("post-05/")).await?;
        browser.kept().await?;
        browser.click(SAVE).await?;
        stands(browser, "saved").await?;
        for script in ["library-", "keep-"] {
            let empty = "for (const name of await caches.keys()) {
                  const cache = await caches.open(name);
                  for (const request of await cache.keys()) {
                    if (!request.url.includes(`/assets/${arguments[0]}`) || !request.url.endsWith('.js')) continue;
                    const { headers } = await cache.match(request);
                    await cache.put(request, new Response('', { headers }));
                    return true;
                  }
                }";
            browser.goto(&server.url("robots.txt")).await?;
            let emptied = browser.run_async(empty, vec![json!(script)]).await?;
            anyhow::ensure!(emptied == json!(true), "there is no script {script}");
            // What the browser has of it in memory is gone then.
            browser.come_back_later().await?;
            browser.goto(&server.url("library/")).await?;
            browser
                .wait_up_to(
                    Duration::from_secs(60),
                    "document.querySelector('.library-body .library-count')?.textContent",
                )
                .await
                .with_context(|| script.to_owned())?;
        }
        Ok(())
    })
    .await
}

async fn parts_are_reached_by_their_links(engine: Engine) -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(engine, async |browser: &mut Browser| {
        browser.open_app(&server.url("library/")).await?;
        browser.wait_for(".library-wishes li").await?;
        for part in ["carry", "whole"] {
            let link = format!(".library-jumps [href='#library-{part}']");
            let click = "scrollTo({ top: 0, behavior: 'instant' }); document.querySelector(arguments[0]).click();";
            browser.run(click, vec![json!(link)]).await?;
            browser
                .wait_until(&format!(
                    "(({{ top, bottom }}) => location.hash === '#library-{part}' && top >= 0 && bottom <= innerHeight)(document.querySelector('#library-{part}').getBoundingClientRect())"
                ))
                .await?;
        }
        // And back to where the link was.
        browser.back().await?;
        browser.wait_until("scrollY === 0").await
    })
    .await
}

#[tokio::test]
async fn the_parts_of_the_page_are_reached_by_their_links_in_chromium() -> Result<()> {
    parts_are_reached_by_their_links(Engine::Chromium).await
}

#[tokio::test]
async fn the_parts_of_the_page_are_reached_by_their_links_in_firefox() -> Result<()> {
    parts_are_reached_by_their_links(Engine::Firefox).await
}

#[tokio::test]
async fn the_parts_of_the_page_are_reached_by_their_links_in_webkit() -> Result<()> {
    parts_are_reached_by_their_links(Engine::WebKit).await
}
