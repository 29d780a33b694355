//! What readers save opens without the site, whatever happened meanwhile; and nothing else is called saved.

use anyhow::{Context, Result};
use lamplight_e2e::{Browser, Engine, Fault, Server, Site, browse, violations};
use serde_json::{Value, json};

/// The control of the open article.
pub(crate) const SAVE: &str = "main [data-save]";

/// Deletes all that is kept unasked: what is left is what was saved.
const FORGET: &str = "localStorage.clear(); return caches.delete('lamplight:/:content');";

pub(crate) async fn save(browser: &Browser) -> Result<()> {
    browser.click(SAVE).await?;
    browser
        .wait_until(&format!(
            "document.querySelector('{SAVE}').dataset.standing === 'saved'"
        ))
        .await
}

/// Opens the library's page, and waits for its list.
pub(crate) async fn library(browser: &Browser, server: &Server) -> Result<()> {
    browser.open_app(&server.url("library/")).await?;
    browser.wait_for(".library-body .library-count").await?;
    browser
        .wait_until("document.querySelector('.library-count').textContent !== ''")
        .await
}

/// What the cache of what is saved has: of each path how many bytes.
async fn files(browser: &Browser) -> Result<Vec<(String, u64)>> {
    let script = "const cache = await caches.open('lamplight:/:saved'); const all = [];
        for (const request of await cache.keys())
          all.push([new URL(request.url).pathname, (await (await cache.match(request)).blob()).size]);
        return all;";
    let found = browser.run_async(script, Vec::new()).await?;
    Ok(serde_json::from_value(found)?)
}

async fn saved_documents(browser: &Browser) -> Result<usize> {
    let files = files(browser).await?;
    Ok(files
        .iter()
        .filter(|(path, _)| path.starts_with("/articles/"))
        .count())
}

pub(crate) async fn opens_with_images(browser: &Browser, server: &Server) -> Result<()> {
    browser.open_app(&server.url("harbour-report/")).await?;
    browser.shows("Harbour report").await?;
    browser
        .run(
            "for (const image of document.querySelectorAll('article img')) image.loading = 'eager'",
            Vec::new(),
        )
        .await?;
    browser
        .wait_until("document.querySelectorAll('article img').length && [...document.querySelectorAll('article img')].every((image) => image.complete && image.naturalWidth > 0)")
        .await
        .context("an image is not there")
}

async fn a_saved_article_opens(engine: Engine) -> Result<()> {
    let site = Site::fixture()?;
    let mut server = Server::start(&site.root())?;
    browse(engine, async |browser: &mut Browser| {
        browser.open_app(&server.url("harbour-report/")).await?;
        browser.kept().await?;
        save(browser).await?;
        browser
            .wait_until("document.querySelector('main [data-save] + [role=status]').textContent.startsWith('Saved')")
            .await?;
        browser.allow_in_console("net::ERR_");
        server.down();
        browser.run_async(FORGET, Vec::new()).await?;
        browser.come_back_later().await?;
        opens_with_images(browser, &server).await
    })
    .await
}

#[tokio::test]
async fn a_saved_article_opens_with_its_images_after_all_else_is_gone() -> Result<()> {
    a_saved_article_opens(Engine::Chromium).await
}

#[tokio::test]
async fn a_saved_article_opens_with_its_images_in_firefox() -> Result<()> {
    a_saved_article_opens(Engine::Firefox).await
}

#[tokio::test]
async fn a_saved_article_opens_with_its_images_in_webkit() -> Result<()> {
    a_saved_article_opens(Engine::WebKit).await
}

/// Presses a button of the library's page, as soon as it is there.
pub(crate) async fn press(browser: &Browser, button: &str) -> Result<()> {
    browser
        .wait_until(&format!(
            "document.querySelector({button:?})?.hidden === false"
        ))
        .await?;
    // What stands at the window's foot may cover it.
    let unfold = format!(
        "const button = document.querySelector({button:?});
         button.closest('.library-menu[hidden]')?.closest('li').querySelector('[data-do=menu]').click();
         button.scrollIntoView({{ block: 'center', behavior: 'instant' }});"
    );
    browser.run(&unfold, Vec::new()).await?;
    browser.click(button).await
}

/// Waits until all of a wish is here, by what its line says.
pub(crate) async fn all_here(browser: &Browser, name: &str) -> Result<()> {
    let line =
        format!("document.querySelector('.library-wishes [data-do=stop][data-name=\"{name}\"]')");
    browser
        .wait_until(&format!("((words) => words && words[1] === words[2])({line}?.closest('li').querySelector('.library-age').textContent.match(/(\\d+) of (\\d+)/))"))
        .await
}

pub(crate) const EVERYTHING: &str = ".library-wishes [data-do=keep][data-kind=everything]";

#[tokio::test]
async fn a_category_and_everything_are_kept_and_what_is_new_comes_too() -> Result<()> {
    let site = Site::fixture()?;
    let mut server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        library(browser, &server).await?;
        browser.kept().await?;
        press(browser, ".library-wishes [data-do=keep][data-name=town]").await?;
        all_here(browser, "town").await?;
        let town = saved_documents(browser).await?;
        assert!((7..=12).contains(&town), "{town} documents of a third of 26");
        press(browser, EVERYTHING).await?;
        all_here(browser, "").await?;
        let all = saved_documents(browser).await?;
        assert!(all >= 26, "{all} documents");
        assert_eq!(violations(browser).await?, Vec::<String>::new());

        site.publish(&lamplight_e2e::Post {
            slug: "late-news".into(),
            title: "Late news".into(),
            date: "2030-01-01".into(),
            text: "The lamp burns.".into(),
        })?;
        library(browser, &server).await?;
        browser.wait_until("[...document.querySelectorAll('[data-standing=saved] a')].some((link) => link.textContent === 'Late news')").await?;
        browser.allow_in_console("net::ERR_");
        server.down();
        browser.run_async(FORGET, Vec::new()).await?;
        browser.come_back_later().await?;
        for (path, heading) in [("late-news/", "Late news"), ("post-01/", "Post number 1")] {
            browser.open_app(&server.url(path)).await?;
            browser.shows(heading).await?;
        }
        opens_with_images(browser, &server).await
    })
    .await
}

#[tokio::test]
async fn keeping_everything_goes_on_after_a_restart() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.allow_in_console("net::ERR_");
        library(browser, &server).await?;
        browser.kept().await?;
        for post in ["post-01", "post-02", "post-03", "harbour"] {
            server.fault(&format!("articles/{post}"), Fault::Hang);
        }
        press(browser, EVERYTHING).await?;
        browser
            .wait_until("document.querySelectorAll('[data-standing=saved]').length > 3")
            .await?;
        browser.come_back_later().await?;
        server.heal();
        library(browser, &server).await?;
        all_here(browser, "").await?;
        browser
            .wait_until("document.querySelectorAll('[data-standing=due]').length === 0")
            .await?;
        assert!(saved_documents(browser).await? >= 26);
        Ok(())
    })
    .await
}

/// Answers that are no article, or not all of it.
const BAD: [Fault; 5] = [
    Fault::Short,
    Fault::Cut,
    Fault::Portal,
    Fault::Status(500),
    Fault::Status(404),
];

#[tokio::test]
async fn what_came_in_part_or_from_somebody_else_is_never_called_saved() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        for noise in ["net::ERR_", "status of"] {
            browser.allow_in_console(noise);
        }
        browser.open_app(&server.url("harbour-report/")).await?;
        browser.kept().await?;
        for place in ["articles/harbour-report.en", "media/"] {
            for fault in BAD {
                server.heal();
                // What the device has of it would do.
                browser.run_async(FORGET, Vec::new()).await?;
                browser.cdp("Network.clearBrowserCache", json!({})).await?;
                server.fault(place, fault);
                browser.click(SAVE).await?;
                browser
                    .wait_until(&format!("document.querySelector('{SAVE} + [role=status]').textContent.startsWith('Not saved')"))
                    .await
                    .with_context(|| format!("{place} {fault:?}"))?;
                browser
                    .wait_until(&format!("document.querySelector('{SAVE}').dataset.standing === 'due'"))
                    .await
                    .with_context(|| format!("{place} {fault:?}"))?;
                for trace in ["Harbour Wi-Fi", "Something broke"] {
                    assert_eq!(browser.stored_with(trace).await?, Vec::<String>::new());
                }
                // Removed again.
                browser.click(SAVE).await?;
                browser
                    .wait_until(&format!("document.querySelector('{SAVE}').dataset.standing === 'none'"))
                    .await?;
            }
        }
        server.heal();
        save(browser).await
    })
    .await
}

/// Takes an image away and cuts the document.
const HARM: &str = "const cache = await caches.open('lamplight:/:saved');
    const urls = (await cache.keys()).map(({ url }) => url);
    await cache.delete(urls.find((url) => url.includes('/media/')));
    const own = urls.find((url) => url.includes('/articles/harbour'));
    const text = await (await cache.match(own)).text();
    await cache.put(own, new Response(text.slice(0, text.length / 2)));
    await caches.delete('lamplight:/:content'); localStorage.clear(); return true;";

#[tokio::test]
async fn the_check_before_a_flight_finds_what_is_lacking_and_mends_it() -> Result<()> {
    let site = Site::fixture()?;
    let mut server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.allow_in_console("net::ERR_");
        browser.open_app(&server.url("harbour-report/")).await?;
        browser.kept().await?;
        save(browser).await?;
        library(browser, &server).await?;
        press(browser, "[data-do=check]").await?;
        browser.wait_for("[data-flight=ready]").await?;
        assert!(!browser.has(".library-mended").await?);

        browser.run_async(HARM, Vec::new()).await?;
        // It would be mended from there.
        browser.cdp("Network.clearBrowserCache", json!({})).await?;
        server.down();
        press(browser, "[data-do=check]").await?;
        browser.wait_for("[data-flight=not-ready]").await?;
        let said = browser.text(".library-report .library-bad").await?;
        assert!(
            said.contains("Harbour report: the text is damaged"),
            "{said}"
        );

        server.up()?;
        press(browser, "[data-do=check]").await?;
        browser.wait_for("[data-flight=ready]").await?;
        browser.wait_for(".library-mended").await?;
        server.down();
        browser.run_async(FORGET, Vec::new()).await?;
        opens_with_images(browser, &server).await
    })
    .await
}

pub(crate) async fn quota(browser: &Browser, server: &Server, bytes: Option<u64>) -> Result<()> {
    let mut parameters = json!({ "origin": server.url("").trim_end_matches('/') });
    if let Some(bytes) = bytes {
        parameters["quotaSize"] = bytes.into();
    }
    browser
        .cdp("Storage.overrideQuotaForOrigin", parameters)
        .await?;
    Ok(())
}

pub(crate) async fn usage(browser: &Browser) -> Result<u64> {
    let usage = browser
        .run_async(
            "return (await navigator.storage.estimate()).usage",
            Vec::new(),
        )
        .await?;
    usage.as_u64().context("no number")
}

#[tokio::test]
async fn a_full_device_says_so_and_what_is_not_saved_makes_room() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("harbour-report/")).await?;
        browser.kept().await?;
        // What is kept unasked, and more than all that will be saved.
        let fill = "const cache = await caches.open('lamplight:/:content');
            await cache.put('/media/fill.webp', new Response(new Uint8Array(30_000_000), { headers: { 'x-lamplight-stored': '1' } })); return true;";
        browser.run_async(fill, Vec::new()).await?;
        quota(browser, &server, Some(usage(browser).await? + 1_000)).await?;
        save(browser).await?;
        let left = browser
            .run_async("return !!(await caches.match('/media/fill.webp'))", Vec::new())
            .await?;
        assert_eq!(left, json!(false), "nothing was evicted");

        // Nothing may go: nothing is said to be saved.
        browser.open_app(&server.url("post-02/")).await?;
        browser.run_async(FORGET, Vec::new()).await?;
        quota(browser, &server, Some(1_000)).await?;
        browser.click(SAVE).await?;
        browser
            .wait_until(&format!("document.querySelector('{SAVE} + [role=status]').textContent.startsWith('This device has no space')"))
            .await?;
        let standing = browser
            .eval(&format!("document.querySelector('{SAVE}').dataset.standing"))
            .await?;
        assert_ne!(standing, json!("saved"));
        quota(browser, &server, None).await?;
        // What was saved before is whole.
        library(browser, &server).await?;
        browser
            .wait_until("document.querySelector('[data-standing=saved] [data-key=\"en/harbour-report\"]')")
            .await
    })
    .await
}

#[tokio::test]
async fn two_tabs_agree_on_what_is_saved_and_a_removal_is_undone() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("post-02/")).await?;
        browser.kept().await?;
        save(browser).await?;
        let first = browser.new_tab().await?;
        let second = browser.session()?.window().await?;
        library(browser, &server).await?;
        press(browser, "[data-do=remove][data-key='en/post-02']").await?;
        browser
            .wait_until("!document.querySelector('[data-standing=saved]')")
            .await?;
        browser.switch_to(first.clone()).await?;
        browser
            .wait_until(&format!(
                "document.querySelector('{SAVE}').dataset.standing === 'none'"
            ))
            .await?;
        browser.switch_to(second).await?;
        // It stands far from the line, and names it.
        browser
            .wait_until(
                "document.querySelector('.library-said').textContent.includes('Post number 2')",
            )
            .await?;
        press(browser, ".library-said button").await?;
        browser
            .wait_until("document.querySelector('[data-standing=saved] [data-key=\"en/post-02\"]')")
            .await?;
        browser.switch_to(first).await?;
        browser
            .wait_until(&format!(
                "document.querySelector('{SAVE}').dataset.standing === 'saved'"
            ))
            .await
    })
    .await
}

#[tokio::test]
async fn the_list_is_filtered_sorted_and_says_what_changed() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("post-02/")).await?;
        browser.kept().await?;
        save(browser).await?;
        library(browser, &server).await?;
        browser
            .wait_until("document.querySelectorAll('.library-lists li').length > 15")
            .await?;
        let ask = "const form = document.querySelector('form[data-list]');
            form.elements.namedItem(arguments[0])[arguments[1]] = arguments[2];
            form.dispatchEvent(new InputEvent('input', { bubbles: true }));";
        let set = async |name: &str, property: &str, value: Value| {
            browser.run(ask, vec![json!(name), json!(property), value]).await
        };
        set("text", "value", json!("number 2")).await?;
        browser
            .wait_until("(() => { const all = [...document.querySelectorAll('.library-lists .library-link')]; return all.length > 1 && all.every((link) => link.textContent.startsWith('Post number 2')) })()")
            .await?;
        set("saved", "checked", json!(true)).await?;
        browser
            .wait_until("document.querySelectorAll('.library-lists li').length === 1")
            .await?;

        site.publish(&lamplight_e2e::Post {
            slug: "post-02".into(),
            title: "Post number 2".into(),
            date: "2026-01-02T06:00:00Z".into(),
            text: "Written anew.".into(),
        })?;
        library(browser, &server).await?;
        press(browser, "[data-do=renew][data-key='en/post-02']").await?;
        browser
            .wait_until("document.querySelector('[data-standing=saved]') && !document.querySelector('[data-do=renew]')")
            .await?;
        assert!(browser.stored_with("Written anew.").await?.contains(&"/articles/post-02.en.json".to_owned()));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_a_page_of_results_shows_is_saved_together() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("search/?q=harbour")).await?;
        browser.kept().await?;
        press(browser, "main [data-save-results]").await?;
        browser
            .wait_until("/^Saved: (\\d+) of \\1\\./.test(document.querySelector('[data-save-results] + [role=status]')?.textContent)")
            .await?;
        let shown = browser
            .eval("new Set([...document.querySelectorAll('[data-search-results] a, .results a')].map((link) => link.pathname)).size")
            .await?;
        let saved = saved_documents(browser).await?;
        assert!(saved > 0 && shown.as_u64() >= Some(saved as u64), "{saved} of {shown}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn where_data_is_saved_keeping_everything_waits_for_the_readers_word() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser
            .before_every_page("Object.defineProperty(NetworkInformation.prototype, 'saveData', { get: () => true })")
            .await?;
        library(browser, &server).await?;
        press(browser, EVERYTHING).await?;
        browser.wait_for(".library-work[data-work=saves_data]").await?;
        assert_eq!(saved_documents(browser).await?, 0);
        press(browser, "[data-do=insist]").await?;
        all_here(browser, "").await
    })
    .await
}

#[tokio::test]
async fn keeping_is_paused_and_stays_so_until_the_reader_goes_on() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.allow_in_console("net::ERR_");
        library(browser, &server).await?;
        browser.kept().await?;
        server.fault("articles/", Fault::Hang);
        browser.run_async(FORGET, Vec::new()).await?;
        press(browser, EVERYTHING).await?;
        press(browser, "[data-do=pause]").await?;
        browser.come_back_later().await?;
        server.heal();
        library(browser, &server).await?;
        browser.wait_for(".library-work[data-work=paused]").await?;
        press(browser, "[data-do=go_on]").await?;
        all_here(browser, "").await
    })
    .await
}

#[tokio::test]
async fn a_browser_that_stores_nothing_is_told_so() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser
            .before_every_page("delete window.caches; Object.defineProperty(window, 'caches', { value: undefined })")
            .await?;
        browser.open_app(&server.url("library/")).await?;
            browser
            .wait_until("document.querySelector('.library-said')?.textContent.startsWith('This browser keeps nothing')")
            .await
    })
    .await
}

#[tokio::test]
async fn records_that_the_browser_does_not_open_are_not_waited_for_in_silence_and_come_once_it_does()
-> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("")).await?;
        browser.kept().await?;
        // Whoever opens them waits until they are cleared, and that waits for a connection that nobody closes.
        let hold = "const name = 'lamplight:/:library';
            window.held = await new Promise((done) => {
              const open = indexedDB.open(name, 1);
              open.onsuccess = () => done(open.result);
            });
            const clear = indexedDB.deleteDatabase(name);
            await new Promise((done) => (clear.onblocked = done));
            return true;";
        browser.run_async(hold, Vec::new()).await?;
        crate::faults::scene::visit(
            browser,
            "library/",
            "document.querySelector('[data-library] .needs-app[role=status]')?.textContent",
        )
        .await?;
        browser.run("window.held.close()", Vec::new()).await?;
        browser.wait_for(".library-body .library-count").await?;
        browser
            .wait_until("!document.querySelector('[data-library] .needs-app')")
            .await
    })
    .await
}
