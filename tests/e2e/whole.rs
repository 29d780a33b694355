//! The whole index on the device: by the reader's wish, without the site, interrupted, taken back, after a new
//! edition; and a click on a result while the list is replaced.

use std::collections::BTreeSet;

use anyhow::Result;
use lamplight_e2e::{Browser, Engine, Fault, Post, Server, Site, browse, violations};

const FIELD: &str = "document.querySelector('#search input[type=search]')";

/// The fixture with an article that is too old to be fetched ahead, and that nothing links to.
fn archive() -> Result<Site> {
    let site = Site::fixture()?;
    site.publish(&Post {
        slug: "drowned-bell".into(),
        title: "A bell under the ice".into(),
        date: "2025-01-03T09:00:00Z".into(),
        text: "Fishermen heard it ring below the floes.".into(),
    })?;
    Ok(site)
}

async fn open(browser: &Browser) -> Result<()> {
    browser
        .run(
            "document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '/', bubbles: true, cancelable: true }))",
            Vec::new(),
        )
        .await?;
    browser
        .wait_until("document.querySelector('#search')?.open")
        .await
}

/// Puts a text into the box, as typing does.
async fn ask(browser: &Browser, text: &str) -> Result<()> {
    browser
        .run(
            &format!(
                "const field = {FIELD}; field.value = {text:?};
                 field.dispatchEvent(new InputEvent('input', {{ bubbles: true }}))"
            ),
            Vec::new(),
        )
        .await?;
    Ok(())
}

/// Waits for what the dialog says of searching offline.
async fn says(browser: &Browser, beginning: &str) -> Result<()> {
    browser
        .wait_until(&format!(
            "document.querySelector('#search section:has([data-whole]) p')?.textContent.startsWith({beginning:?})"
        ))
        .await
}

const WHOLE: &str = "The whole archive is searchable offline (";
const LACKING: &str = "Part of the index for searching offline is still lacking";

/// Waits until the names of the index's files on the device, sorted, satisfy an expression of `names`.
async fn stores(browser: &Browser, condition: &str) -> Result<()> {
    browser
        .wait_until(&format!(
            "(caches.open('lamplight:/:content').then((cache) => cache.keys()).then((keys) => {{
                const names = keys.map(({{ url }}) => new URL(url).pathname).filter((path) => path.startsWith('/search-index/'))
                    .map((path) => path.slice(14)).sort();
                window.stores = {condition};
            }}), window.stores === true && delete window.stores)"
        ))
        .await
}

/// The names of the files of the site's index.
fn index(site: &Site) -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for entry in std::fs::read_dir(site.root().join("search-index"))? {
        names.insert(entry?.file_name().to_string_lossy().into_owned());
    }
    Ok(names)
}

/// Whether every file of an index and the wish are there, and nothing else.
fn exactly(names: &BTreeSet<String>) -> String {
    let mut all: Vec<&str> = names.iter().map(String::as_str).collect();
    all.push("wish");
    all.sort_unstable();
    format!("names.join() === {:?}", all.join(","))
}

/// Asks for the whole index in the dialog, and waits for what is said then.
async fn keep_whole(browser: &Browser, beginning: &str) -> Result<()> {
    open(browser).await?;
    browser.click("#search [data-whole=keep]").await?;
    says(browser, beginning).await
}

async fn everything_is_found_without_the_site(engine: Engine) -> Result<()> {
    let site = archive()?;
    let mut server = Server::start(&site.root())?;
    browse(engine, async |browser: &mut Browser| {
        browser.open_app(&server.url("")).await?;
        browser.kept().await?;
        open(browser).await?;
        browser.wait_for("#search [data-whole=keep]").await?;
        let offer = browser.text("#search [data-whole=keep]").await?;
        assert!(offer.contains("kB)"), "{offer}");
        if engine == Engine::Chromium {
            assert!(violations(browser).await?.is_empty());
        }
        browser.click("#search [data-whole=keep]").await?;
        says(browser, WHOLE).await?;
        assert_eq!(
            browser.eval("document.activeElement.dataset.whole").await?,
            "drop"
        );
        stores(browser, &exactly(&index(&site)?)).await?;
        browser.allow_in_console("net::ERR_");
        server.down();
        browser.come_back_later().await?;
        browser.open_app(&server.url("")).await?;
        open(browser).await?;
        says(browser, WHOLE).await?;
        ask(browser, "floes").await?;
        browser
            .wait_until(
                "document.querySelector('#search .results a')?.pathname === '/drowned-bell/'",
            )
            .await?;
        assert!(!browser.has("#search .search-note").await?);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_question_never_asked_finds_an_article_never_opened_without_the_site() -> Result<()> {
    everything_is_found_without_the_site(Engine::Chromium).await
}

#[tokio::test]
async fn so_it_does_in_firefox() -> Result<()> {
    everything_is_found_without_the_site(Engine::Firefox).await
}

#[tokio::test]
async fn so_it_does_in_webkit() -> Result<()> {
    everything_is_found_without_the_site(Engine::WebKit).await
}

#[tokio::test]
async fn what_is_interrupted_is_not_called_whole_and_goes_on_when_the_site_is_back() -> Result<()> {
    let site = archive()?;
    let mut server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("")).await?;
        browser.kept().await?;
        browser.allow_in_console("net::ERR_");
        server.fault("search-index/records-", Fault::Hang);
        open(browser).await?;
        browser.click("#search [data-whole=keep]").await?;
        says(browser, "Fetching the index").await?;
        stores(
            browser,
            "names.some((name) => name.startsWith('words-')) && !names.some((name) => name.startsWith('records-'))",
        )
        .await?;
        server.down();
        says(browser, LACKING).await?;
        server.heal();
        browser.come_back_later().await?;
        browser.open_app(&server.url("")).await?;
        open(browser).await?;
        says(browser, LACKING).await?;
        server.up()?;
        // Nobody opens search: the page's start is enough.
        browser.reload().await?;
        stores(browser, &exactly(&index(&site)?)).await?;
        open(browser).await?;
        says(browser, WHOLE).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_file_that_cannot_be_had_keeps_the_index_from_being_called_whole_until_it_can()
-> Result<()> {
    for fault in [Fault::Short, Fault::Status(503)] {
        let site = archive()?;
        let server = Server::start(&site.root())?;
        browse(Engine::Chromium, async |browser: &mut Browser| {
            browser.open_app(&server.url("")).await?;
            browser.kept().await?;
            browser.allow_in_console("503");
            server.fault("search-index/records-", fault);
            keep_whole(browser, LACKING).await?;
            server.heal();
            browser.click("#search [data-whole=keep]").await?;
            says(browser, WHOLE).await?;
            stores(browser, &exactly(&index(&site)?)).await
        })
        .await?;
    }
    Ok(())
}

#[tokio::test]
async fn what_is_taken_back_is_removed_and_stays_away() -> Result<()> {
    let site = archive()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("")).await?;
        browser.kept().await?;
        keep_whole(browser, WHOLE).await?;
        browser.click("#search [data-whole=drop]").await?;
        says(browser, "Without a connection").await?;
        let rest = "names.length === 1 && names[0].startsWith('root-')";
        stores(browser, rest).await?;
        browser.come_back_later().await?;
        browser.open_app(&server.url("")).await?;
        browser.kept().await?;
        open(browser).await?;
        says(browser, "Without a connection").await?;
        stores(browser, rest).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_new_edition_brings_its_files_and_the_old_ones_go() -> Result<()> {
    let site = archive()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("")).await?;
        browser.kept().await?;
        // Files of questions alone.
        open(browser).await?;
        ask(browser, "floes").await?;
        browser.wait_for("#search .result").await?;
        let before = index(&site)?;
        site.publish(&Post {
            slug: "news".into(),
            title: "News from the ice".into(),
            date: "2026-04-01T09:00:00Z".into(),
            text: "The floes have broken up, and the harbour is open again.".into(),
        })?;
        let now = index(&site)?;
        let old: Vec<&String> = before.difference(&now).collect();
        assert!(!old.is_empty());
        let gone = format!("!names.some((name) => {old:?}.includes(name))");
        let new = "document.querySelector('#search .results a')?.pathname === '/news/'";
        browser.reload().await?;
        browser.ready().await?;
        open(browser).await?;
        ask(browser, "broken floes").await?;
        browser.wait_until(new).await?;
        stores(browser, &format!("names.length > 1 && {gone}")).await?;

        // All of them.
        ask(browser, "").await?;
        browser.click("#search [data-whole=keep]").await?;
        says(browser, WHOLE).await?;
        site.publish(&Post {
            slug: "more-news".into(),
            title: "More from the ice".into(),
            date: "2026-04-02T09:00:00Z".into(),
            text: "A cormorant has come back.".into(),
        })?;
        browser.reload().await?;
        stores(browser, &exactly(&index(&site)?)).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_older_index_that_another_tab_still_uses_keeps_its_files() -> Result<()> {
    let site = archive()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("")).await?;
        browser.kept().await?;
        open(browser).await?;
        ask(browser, "floes").await?;
        browser.wait_for("#search .result").await?;
        let before = index(&site)?;
        site.publish(&Post {
            slug: "news".into(),
            title: "News from the ice".into(),
            date: "2026-04-01T09:00:00Z".into(),
            text: "The floes have broken up, and the harbour is open again.".into(),
        })?;
        let now = index(&site)?;
        let old: Vec<&String> = before.difference(&now).collect();
        let has_old = format!("names.some((name) => {old:?}.includes(name))");

        // What nothing leads to is removed, what the first tab's index leads to is not.
        let first = browser.new_tab().await?;
        browser.open_app(&server.url("")).await?;
        browser
            .run_async(
                "const cache = await caches.open('lamplight:/:content');
                 await cache.put('/search-index/lists-0123456789abcdef0123456789abcdef.bin', new Response('?'))",
                Vec::new(),
            )
            .await?;
        open(browser).await?;
        stores(
            browser,
            &format!("!names.some((name) => name.startsWith('lists-0123')) && {has_old}"),
        )
        .await?;

        // The first tab is closed.
        let second = browser.session()?.window().await?;
        browser.switch_to(first).await?;
        browser.session()?.close_window().await?;
        browser.switch_to(second).await?;
        browser.reload().await?;
        browser.ready().await?;
        open(browser).await?;
        stores(browser, &format!("names.length > 0 && !({has_old})")).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_result_that_is_pressed_while_others_come_is_opened() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("")).await?;
        browser.kept().await?;
        // The test sees what the finder answers.
        browser
            .run(
                "window.lists = [];
                 const post = Worker.prototype.postMessage, seen = new Set();
                 Worker.prototype.postMessage = function (...values) {
                     if (!seen.has(this)) this.addEventListener('message', ({ data }) => lists.push(data[1]?.list ?? ''));
                     seen.add(this);
                     return post.apply(this, values);
                 }",
                Vec::new(),
            )
            .await?;
        open(browser).await?;
        ask(browser, "harbour").await?;
        browser
            .wait_until("document.querySelector('#search .results a')?.pathname === '/harbour-report/'")
            .await?;
        let pressed = browser.find("#search .results a").await?;
        let session = browser.session()?;
        session
            .action_chain()
            .move_to_element_center(&pressed)
            .click_and_hold()
            .perform()
            .await?;
        ask(browser, "number").await?;
        browser
            .wait_until("lists.some((list) => list.includes('/post-25/') && !list.includes('/harbour-report/'))")
            .await?;
        session.action_chain().release().perform().await?;
        browser.shows("Harbour report").await?;
        Ok(())
    })
    .await
}
