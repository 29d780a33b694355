//! Search, by the keyboard: the dialog, the page of results, without the site, while composing, and with an
//! index of a newer format.

use anyhow::{Context, Result};
use lamplight_e2e::{Browser, Engine, Fault, Server, Site, browse, violations};
use lamplight_model::{Edition, json, seal};

const FIELD: &str = "document.querySelector('#search input[type=search]')";

/// Opens the dialog by a key pressed anywhere on the page.
async fn open_by(browser: &Browser, key: &str) -> Result<()> {
    browser
        .run(
            &format!(
                "document.body.dispatchEvent(new KeyboardEvent('keydown', {{ ...{key}, bubbles: true, cancelable: true }}))"
            ),
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

async fn press(browser: &Browser, key: &str) -> Result<()> {
    browser
        .run(
            &format!(
                "{FIELD}.dispatchEvent(new KeyboardEvent('keydown', {{ key: '{key}', bubbles: true, cancelable: true }}))"
            ),
            Vec::new(),
        )
        .await?;
    Ok(())
}

fn finds(end: &str) -> String {
    format!("document.querySelector('#search .results a')?.pathname.endsWith('{end}')")
}

#[tokio::test]
async fn typing_finds_arrows_choose_and_enter_opens() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("")).await?;
        browser.kept().await?;
        browser.click(".masthead-search button").await?;
        browser
            .wait_until("document.querySelector('#search')?.open")
            .await?;
        assert_eq!(
            browser.eval(&format!("{FIELD}.placeholder")).await?,
            "Start typing and press Enter to search"
        );
        ask(browser, "harbour rep").await?;
        browser.wait_until(&finds("/harbour-report/")).await?;
        browser
            .wait_until("document.querySelector('#search mark')")
            .await?;
        assert!(violations(browser).await?.is_empty());
        press(browser, "ArrowDown").await?;
        browser
            .wait_until(&format!(
                "{FIELD}.getAttribute('aria-activedescendant') === 'search-0'"
            ))
            .await?;
        press(browser, "Enter").await?;
        browser.shows("Harbour report").await?;
        browser.wait_for(".finding").await?;

        // All results, and back.
        open_by(browser, "{ key: '/' }").await?;
        ask(browser, "harbour").await?;
        press(browser, "Enter").await?;
        browser
            .wait_until("location.search === '?q=harbour'")
            .await?;
        browser
            .wait_until("document.querySelector('main .results a')")
            .await?;
        assert!(violations(browser).await?.is_empty());
        browser.run("history.back()", Vec::new()).await?;
        browser.shows("Harbour report").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_is_on_the_device_is_found_without_the_site_by_words_never_asked_before() -> Result<()>
{
    let site = Site::fixture()?;
    let mut server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("ar/harbour-report/")).await?;
        browser.kept().await?;
        browser.allow_in_console("net::ERR_");
        server.down();
        browser.come_back_later().await?;
        browser.open_app(&server.url("ar/harbour-report/")).await?;
        open_by(browser, "{ key: 'k', ctrlKey: true }").await?;
        ask(browser, "الميناء").await?;
        browser.wait_until(&finds("/ar/harbour-report/")).await?;
        browser
            .wait_until("document.querySelector('.search-note')?.textContent.length > 10")
            .await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn keys_are_the_input_methods_while_it_composes() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("")).await?;
        open_by(browser, "{ key: '/' }").await?;
        let left = browser
            .eval(&format!(
                "(() => {{ const key = new KeyboardEvent('keydown', {{ key: 'Enter', isComposing: true, bubbles: true, cancelable: true }});
                 {FIELD}.value = 'harb'; {FIELD}.dispatchEvent(key); return !key.defaultPrevented; }})()"
            ))
            .await?;
        assert_eq!(left, true);
        browser
            .run(&format!("{FIELD}.dispatchEvent(new CompositionEvent('compositionend', {{ bubbles: true }}))"), Vec::new())
            .await?;
        browser.wait_until(&finds("/harbour-report/")).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_damaged_file_of_the_index_is_refused_the_rest_answers_and_it_is_fetched_again()
-> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        server.fault("search-index/words-", Fault::Short);
        browser.open_app(&server.url("harbour-report/")).await?;
        browser.kept().await?;
        open_by(browser, "{ key: '/' }").await?;
        ask(browser, "harbour").await?;
        browser.wait_until(&finds("/harbour-report/")).await?;
        browser
            .wait_until("document.querySelector('.search-note')?.textContent.startsWith('Part of the index')")
            .await?;
        server.heal();
        // Asked again and again, as by someone who goes on typing.
        browser
            .wait_until(&format!(
                "({FIELD}.dispatchEvent(new InputEvent('input', {{ bubbles: true }})),
                  !document.querySelector('.search-note'))"
            ))
            .await?;
        browser.wait_until(&finds("/harbour-report/")).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_index_of_a_newer_format_is_said_and_what_is_on_the_device_is_found() -> Result<()> {
    let site = Site::fixture()?;
    let mut edition: Edition = json::read(&site.read("edition.json")?).context("an edition")?;
    let old = edition.search.take().context("an index")?;
    let mut root = std::fs::read(site.root().join(&old))?;
    // Behind four letters stands the format.
    root[4] += 1;
    let new = format!("search-index/root-{}.bin", seal::digest(&root));
    std::fs::write(site.root().join(&new), root)?;
    (edition.search, edition.digest) = (Some(new), String::new());
    std::fs::write(site.root().join("edition.json"), seal::seal(&edition)?)?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("harbour-report/")).await?;
        browser.kept().await?;
        open_by(browser, "{ key: '/' }").await?;
        ask(browser, "harbour").await?;
        browser.wait_until(&finds("/harbour-report/")).await?;
        browser
            .wait_until("document.querySelector('.search-note')?.textContent.includes('newer than this app')")
            .await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn filters_apply_while_the_reader_stays_in_them() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("search/?q=harbour")).await?;
        browser
            .wait_until("document.querySelectorAll('main .result').length > 1")
            .await?;
        browser
            .run(
                "window.entries = history.length;
                 const select = document.querySelector('select[name=category]');
                 select.focus(); select.value = 'sea';
                 select.dispatchEvent(new Event('change', { bubbles: true }))",
                Vec::new(),
            )
            .await?;
        browser
            .wait_until("location.search === '?q=harbour&category=sea'")
            .await?;
        browser
            .wait_until(
                "[...document.querySelectorAll('main .result-meta')].every((meta) => meta.textContent.startsWith('Sea'))",
            )
            .await?;
        assert_eq!(browser.eval("document.activeElement.name").await?, "category");
        assert_eq!(browser.eval("history.length === window.entries").await?, true);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn find_in_article_marks_while_one_types_and_leads_from_place_to_place() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("harbour-report/")).await?;
        open_by(browser, "{ key: '/' }").await?;
        browser
            .run(
                "document.querySelector('.search-inside input').click()",
                Vec::new(),
            )
            .await?;
        ask(browser, "zebra").await?;
        let said = |text: &str| {
            format!("document.querySelector('#search .search-count').textContent === {text:?}")
        };
        browser
            .wait_until(&said("Nothing found for “zebra”"))
            .await?;
        ask(browser, "harbour").await?;
        browser
            .wait_until(
                "/^0 of [1-9]/.test(document.querySelector('#search .search-count').textContent)",
            )
            .await?;
        press(browser, "ArrowDown").await?;
        press(browser, "Enter").await?;
        browser
            .wait_until("document.querySelector('.finding-place').textContent.startsWith('1 of ')")
            .await?;
        assert_eq!(
            browser
                .eval("document.querySelector('#search').open")
                .await?,
            false
        );
        assert_eq!(browser.eval("location.pathname").await?, "/harbour-report/");
        browser.click("[data-turn=previous]").await?;
        browser
            .wait_until("!document.querySelector('.finding-place').textContent.startsWith('1 of ')")
            .await?;
        assert!(violations(browser).await?.is_empty());
        browser.click("[data-turn=off]").await?;
        browser
            .wait_until("document.querySelector('.finding').hidden")
            .await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_line_that_hangs_does_not_keep_the_reader_from_what_is_on_the_device() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("harbour-report/")).await?;
        browser.kept().await?;
        open_by(browser, "{ key: '/' }").await?;
        ask(browser, "harbour").await?;
        browser.wait_until(&finds("/harbour-report/")).await?;
        server.fault("search-index/", Fault::Hang);
        // Words of whose files none is here yet.
        ask(browser, "report").await?;
        browser
            .wait_until(
                "/report/i.test(document.querySelector('#search mark')?.textContent) &&
                 document.querySelector('.search-note')",
            )
            .await?;
        server.heal();
        Ok(())
    })
    .await
}

#[tokio::test]
async fn search_that_could_not_be_loaded_is_there_once_it_can_be() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.allow_in_console("503");
        server.fault("assets/finder-", Fault::Status(503));
        browser.open_app(&server.url("")).await?;
        open_by(browser, "{ key: '/' }").await?;
        ask(browser, "harbour").await?;
        browser
            .wait_until("document.querySelector('#search .search-count').textContent.includes('cannot be loaded')")
            .await?;
        server.heal();
        browser.wait_until(&finds("/harbour-report/")).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn searches_are_remembered_slips_are_mended_and_back_finds_the_results() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("")).await?;
        open_by(browser, "{ key: '/' }").await?;
        ask(browser, "harbuor").await?;
        browser.click("#search [data-ask=harbour]").await?;
        browser
            .wait_until(&format!("{FIELD}.value === 'harbour'"))
            .await?;
        press(browser, "Enter").await?;
        browser
            .wait_until("location.search === '?q=harbour'")
            .await?;
        browser
            .click("main .result[href$=\"/harbour-report/\"]")
            .await?;
        browser.wait_for(".finding:not([hidden])").await?;
        browser.run("history.back()", Vec::new()).await?;
        browser
            .wait_until("document.querySelectorAll('main .result').length > 1")
            .await?;
        browser.run("history.forward()", Vec::new()).await?;
        browser.wait_for(".finding:not([hidden])").await?;
        open_by(browser, "{ key: '/' }").await?;
        ask(browser, "").await?;
        browser
            .wait_for(".search-recents [data-ask=harbour]")
            .await?;
        browser.click("#search [data-clear]").await?;
        browser
            .wait_until("!document.querySelector('.search-recents')")
            .await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn search_answers_in_other_engines_too() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    for engine in [Engine::Firefox, Engine::WebKit] {
        browse(engine, async |browser: &mut Browser| {
            browser.open_app(&server.url("")).await?;
            open_by(browser, "{ key: '/' }").await?;
            ask(browser, "harbour rep").await?;
            browser.wait_until(&finds("/harbour-report/")).await?;
            press(browser, "ArrowDown").await?;
            press(browser, "Enter").await?;
            browser.shows("Harbour report").await?;
            browser.wait_for(".finding:not([hidden])").await?;
            Ok(())
        })
        .await?;
    }
    Ok(())
}
