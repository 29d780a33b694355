//! Where the reader was, what is read, and the history: kept, shown in every tab, cleared, and not noted at all.

use anyhow::Result;
use lamplight_e2e::{Browser, Engine, Post, Server, Site, browse, violations};
use serde_json::json;

/// A text of sections of unequal length, in words of a language.
fn long(word: &str, times: usize) -> String {
    (0..6)
        .map(|section| {
            let paragraph = vec![word; times * (section + 1)].join(" ");
            format!("## {word} {section}\n\n{paragraph}.\n\n- {word}\n- {word}\n\n{paragraph}.\n\n")
        })
        .collect()
}

pub(crate) fn published() -> Result<Site> {
    let site = Site::fixture()?;
    let post = |title: &str, text: String| Post {
        slug: "watch".into(),
        title: title.into(),
        date: "2016-10-28T09:00:00Z".into(),
        text,
    };
    site.publish(&post("The night watch", long("lantern", 40)))?;
    site.translate(
        "fr",
        &post("La ronde de nuit", long("lanterne allumée", 45)),
    )?;
    Ok(site)
}

/// Puts a block under the line that is being read, and waits until that is noted.
pub(crate) async fn read_at(browser: &Browser, slug: &str, block: &str) -> Result<()> {
    browser
        .run(
            "document.querySelector(`[data-block='${arguments[0]}']`).scrollIntoView();
             window.scrollBy({ top: -100, behavior: 'instant' });",
            vec![json!(block)],
        )
        .await?;
    noted(browser, slug, &format!("block === {}", json!(block))).await
}

/// Waits until the record of an article says so.
pub(crate) async fn noted(browser: &Browser, slug: &str, so: &str) -> Result<()> {
    browser
        .wait_until(&format!(
            "(({{ block, read, opened, seen }}) => {so})(JSON.parse(localStorage.getItem('lamplight:/:reading/{slug}') ?? '{{}}'))"
        ))
        .await
}

/// Waits until a block is what stands under that line.
async fn reads_at(browser: &Browser, block: &str) -> Result<()> {
    let on_line = "[...document.querySelectorAll('.prose > [data-block]')]
        .filter((e) => e.getBoundingClientRect().top <= 125).at(-1)?.dataset.block";
    browser
        .wait_until(&format!("{on_line} === {}", json!(block)))
        .await
}

/// Opens the library's page, and waits until its list is there.
pub(crate) async fn library(browser: &Browser, server: &Server) -> Result<()> {
    browser.open_app(&server.url("library/")).await?;
    browser
        .wait_until("document.querySelector('.library-count')?.textContent")
        .await
}

/// What a line of the library's list says of an article.
fn fact(slug: &str) -> String {
    format!(
        "document.querySelector('.library-lists a[href=\"/{slug}/\"] ~ .library-age')?.textContent"
    )
}

/// Everything in local storage that tells what was opened.
pub(crate) const TRACES: &str =
    "Object.entries({ ...localStorage }).filter(([key, text]) => key.includes(':reading/')
    || (key.includes(':meta/') && JSON.parse(text).opened > 0)).map(([key]) => key)";

#[tokio::test]
async fn the_reader_goes_on_at_the_place_at_another_text_size_in_another_language_without_the_site()
-> Result<()> {
    let site = published()?;
    let mut server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("fr/watch/")).await?;
        browser.kept().await?;
        // Its part comes with its first use, and is then on the device.
        library(browser, &server).await?;
        browser.open_app(&server.url("watch/")).await?;
        browser.kept().await?;
        noted(browser, "watch", "opened > 0").await?;
        assert!(!browser.has("[data-resume]").await?);
        read_at(browser, "watch", "4.1").await?;

        // The browser brings back where the page was: nothing is to be offered.
        let before = "window.before = JSON.parse(localStorage.getItem('lamplight:/:reading/watch')).opened";
        let opened = browser.eval(before).await?;
        browser.reload().await?;
        browser.ready().await?;
        noted(browser, "watch", &format!("opened > {opened}")).await?;
        assert!(!browser.has("[data-resume]").await?);

        browser.allow_in_console("ERR_FAILED");
        browser.allow_in_console("net::ERR_");
        server.down();
        browser
            .run("localStorage.setItem('lamplight:/:settings', JSON.stringify({ v: 1, theme: 'auto', text: 'huge' }))", Vec::new())
            .await?;
        browser.open_app(&server.url("watch/")).await?;
        browser.wait_for("[data-resume]").await?;
        assert!(browser.layout_shifts().await?.is_empty());
        browser.click("[data-do=resume]").await?;
        reads_at(browser, "4.1").await?;
        browser.wait_until("!document.querySelector('[data-resume]')").await?;
        // Who reads by keyboard goes on there, too.
        assert_eq!(browser.eval("document.activeElement.dataset.block").await?, "4.1");

        browser.open_app(&server.url("fr/watch/")).await?;
        browser.wait_for("[data-resume]").await?;
        browser.click("[data-do=resume]").await?;
        reads_at(browser, "4.1").await?;

        library(browser, &server).await?;
        let going = browser.text(".library-reading .library-age").await?;
        assert!(going.ends_with("% read"), "{going}");
        browser.click(".library-reading a").await?;
        browser.shows("La ronde de nuit").await?;
        reads_at(browser, "4.1").await?;
        assert_eq!(browser.eval("location.hash").await?, "");

        // Who reads on from the beginning is asked no longer.
        browser.open_app(&server.url("watch/")).await?;
        browser.wait_for("[data-resume]").await?;
        browser
            .run("window.scrollBy({ top: 200, behavior: 'instant' })", Vec::new())
            .await?;
        browser.wait_until("!document.querySelector('[data-resume]')").await
    })
    .await
}

#[tokio::test]
async fn who_reaches_the_end_has_read_it_and_marks_show_in_every_tab() -> Result<()> {
    let site = published()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("watch/")).await?;
        browser.kept().await?;
        library(browser, &server).await?;
        browser
            .wait_until(&format!("{}?.includes('Unread')", fact("watch")))
            .await?;
        let first = browser.new_tab().await?;
        browser.open_app(&server.url("watch/")).await?;
        noted(browser, "watch", "opened > 0").await?;
        browser
            .run(
                "window.scrollTo({ top: document.body.scrollHeight, behavior: 'instant' })",
                Vec::new(),
            )
            .await?;
        noted(browser, "watch", "read").await?;
        library(browser, &server).await?;
        let second = browser.session()?.window().await?;
        let is_read = format!("/ · Read$/.test({})", fact("watch"));
        browser.wait_until(&is_read).await?;

        browser.switch_to(first.clone()).await?;
        browser.wait_until(&is_read).await?;
        browser.click("form[data-list] [name=unread]").await?;
        browser
            .wait_until("!document.querySelector('.library-lists a[href=\"/watch/\"]')")
            .await?;
        browser.click("form[data-list] [name=unread]").await?;
        browser.wait_until(&is_read).await?;
        crate::library::press(browser, ".library-lists [data-do=unread][data-slug=watch]").await?;
        browser
            .wait_until(&format!("{}.endsWith('Unread')", fact("watch")))
            .await?;
        assert_eq!(
            browser
                .eval("[document.activeElement.dataset.do, document.activeElement.dataset.key]")
                .await?,
            json!(["menu", "en/watch"])
        );

        browser.switch_to(second.clone()).await?;
        browser
            .wait_until(&format!("{}.endsWith('Unread')", fact("watch")))
            .await?;
        let opened = "document.querySelectorAll('.library-days a').length";
        assert!(browser.eval(opened).await?.as_u64() > Some(0));
        browser.switch_to(first).await?;
        browser.click(".library-history > summary").await?;
        browser.click(".library-history .clear > summary").await?;
        browser.click("[data-do=clear_history]").await?;
        browser.wait_until(&format!("{opened} === 0")).await?;
        browser.switch_to(second).await?;
        browser.wait_until(&format!("{opened} === 0")).await?;
        // And that none is kept from now on.
        browser.click(".library-history > summary").await?;
        browser.click("[data-history-off]").await?;
        browser
            .wait_until("localStorage.getItem('lamplight:/:history').includes('\"off\":true')")
            .await
    })
    .await
}

#[tokio::test]
async fn while_no_history_is_kept_nothing_in_local_storage_tells_of_it() -> Result<()> {
    let site = published()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        library(browser, &server).await?;
        browser.click(".library-history > summary").await?;
        browser.click("[data-history-off]").await?;
        browser
            .wait_until("localStorage.getItem('lamplight:/:history')?.includes('\"off\":true')")
            .await?;
        for path in ["watch/", "post-02/"] {
            browser.open_app(&server.url(path)).await?;
            browser.kept().await?;
            browser
                .run(
                    "window.scrollTo({ top: document.body.scrollHeight, behavior: 'instant' })",
                    Vec::new(),
                )
                .await?;
        }
        browser.follow("/harbour-report/").await?;
        browser.shows("Harbour report").await?;
        browser.evidence(&["live"]).await?;
        library(browser, &server).await?;
        assert_eq!(browser.eval(TRACES).await?, json!([]));
        assert!(
            browser
                .eval("document.querySelector('[data-history-off]').checked")
                .await?
                == json!(true)
        );
        assert!(!browser.has(".library-reading a").await?);
        // They are on the device all the same.
        browser
            .wait_until(&format!("{}?.endsWith('Unread')", fact("watch")))
            .await
    })
    .await
}

#[tokio::test]
async fn articles_are_taken_out_of_the_history_one_by_one_and_all_at_once() -> Result<()> {
    let site = published()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        for path in ["post-02/", "post-04/", "watch/"] {
            browser.open_app(&server.url(path)).await?;
            browser.kept().await?;
            noted(browser, path.trim_end_matches('/'), "opened > 0").await?;
        }
        library(browser, &server).await?;
        browser.click(".library-history > summary").await?;
        let links = "[...document.querySelectorAll('.library-days a')].map((a) => a.pathname).join()";
        browser
            .wait_until(&format!("{links} === '/watch/,/post-04/,/post-02/'"))
            .await?;
        assert_eq!(browser.text(".library-day").await?.to_lowercase(), "today");
        assert_eq!(violations(browser).await?, Vec::<String>::new());
        browser.click("[data-do=forget_opened][data-slug=post-04]").await?;
        browser.wait_until(&format!("{links} === '/watch/,/post-02/'")).await?;
        let opened = "JSON.parse(localStorage.getItem('lamplight:/:meta/en/post-04')).opened";
        assert_eq!(browser.eval(opened).await?, json!(0));
        browser.click(".library-history .clear > summary").await?;
        browser.click("[data-do=clear_history]").await?;
        browser.wait_until(&format!("{links} === ''")).await?;
        assert_eq!(browser.eval(TRACES).await?, json!([]));
        let focused = "document.activeElement === document.querySelector('.library-history .clear > summary')";
        assert_eq!(browser.eval(focused).await?, json!(true));
        // What the app knew before there was a history does not come back, nor with another visit.
        library(browser, &server).await?;
        assert_eq!(browser.eval(links).await?, "");
        assert!(browser.eval(&fact("post-04")).await?.is_string());
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_was_opened_before_there_was_a_history_is_in_it_and_a_damaged_record_harms_nothing()
-> Result<()> {
    let site = published()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        for path in ["post-02/", "watch/"] {
            browser.open_app(&server.url(path)).await?;
            browser.kept().await?;
            noted(browser, path.trim_end_matches('/'), "opened > 0").await?;
        }
        // A page without the app, on which nothing is noted.
        browser.allow_in_console("favicon.ico");
        browser.goto(&server.url("feed.json")).await?;
        browser
            .run("localStorage.removeItem('lamplight:/:reading/post-02'); localStorage.setItem('lamplight:/:reading/watch', '{')", Vec::new())
            .await?;
        library(browser, &server).await?;
        let links = "[...document.querySelectorAll('.library-days a')].map((a) => a.pathname).join()";
        browser
            .wait_until(&format!("{links} === '/watch/,/post-02/'"))
            .await?;
        noted(browser, "post-02", "opened > 0").await?;
        browser.open_app(&server.url("watch/")).await?;
        read_at(browser, "watch", "3.1").await?;

        // Nobody knows whether it was off.
        browser.goto(&server.url("feed.json")).await?;
        browser
            .run("localStorage.setItem('lamplight:/:history', 'off')", Vec::new())
            .await?;
        browser.open_app(&server.url("post-04/")).await?;
        browser.kept().await?;
        library(browser, &server).await?;
        let off = "document.querySelector('[data-history-off]').checked";
        assert_eq!(browser.eval(off).await?, json!(true));
        assert_eq!(
            browser.eval("localStorage.getItem('lamplight:/:reading/post-04')").await?,
            json!(null)
        );
        browser.click(".library-history > summary").await?;
        browser.click("[data-history-off]").await?;
        browser
            .wait_until("localStorage.getItem('lamplight:/:history').startsWith('{\"v\":1,\"off\":false,')")
            .await
    })
    .await
}
