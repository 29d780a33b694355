//! Going from page to page inside the app is as good as loading pages: title, focus, announcement,
//! language, scroll position.

use anyhow::Result;
use lamplight_e2e::{Browser, Engine, Server, Site, browse};
use serde_json::json;

#[tokio::test]
async fn each_page_has_its_title_the_focus_and_an_announcement() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("")).await?;
        assert_eq!(browser.eval("document.title").await?, "The Test Lantern");
        browser.run("window.samePage = true", Vec::new()).await?;

        browser.follow("/harbour-report/").await?;
        arrived(
            browser,
            "Harbour report",
            "Harbour report · The Test Lantern",
        )
        .await?;
        assert_eq!(browser.eval("location.pathname").await?, "/harbour-report/");
        browser.click(".translations a[lang=ar]").await?;
        arrived(browser, "تقرير الميناء", "تقرير الميناء · فانوس الاختبار").await?;
        assert_eq!(browser.eval("document.documentElement.dir").await?, "rtl");
        assert_eq!(browser.eval("document.documentElement.lang").await?, "ar");
        browser.back().await?;
        arrived(
            browser,
            "Harbour report",
            "Harbour report · The Test Lantern",
        )
        .await?;
        assert_eq!(browser.eval("document.documentElement.dir").await?, "ltr");
        browser
            .click(".masthead-tools a[href$=\"/settings/\"]")
            .await?;
        arrived(browser, "Settings", "Settings · The Test Lantern").await?;
        browser.click(".masthead-title").await?;
        browser.shows("Latest").await?;
        assert_eq!(browser.eval("document.title").await?, "The Test Lantern");
        assert_eq!(
            browser.eval("window.samePage").await?,
            true,
            "a page was loaded"
        );
        Ok(())
    })
    .await
}

async fn arrived(browser: &Browser, heading: &str, title: &str) -> Result<()> {
    browser.shows(heading).await?;
    browser
        .wait_until(&format!("document.title === {}", json!(title)))
        .await?;
    browser
        .wait_until("document.activeElement === document.querySelector('main h1')")
        .await?;
    browser
        .wait_until(&format!(
            "[...document.querySelectorAll('[aria-live]')].some((e) => e.textContent.includes({}))",
            json!(heading)
        ))
        .await
}

#[tokio::test]
async fn back_and_forward_return_to_where_the_reader_was() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("")).await?;
        browser.kept().await?;
        let front = scroll_to(browser, 1100).await?;
        browser
            .run(
                "document.querySelector('.card-title a[href$=\"/post-20/\"]').click()",
                Vec::new(),
            )
            .await?;
        browser.shows("Post number 20").await?;
        at(browser, 0).await?;
        let article = scroll_to(browser, 500).await?;
        browser.back().await?;
        browser.shows("Latest").await?;
        at(browser, front).await?;
        browser.forward().await?;
        browser.shows("Post number 20").await?;
        at(browser, article).await?;

        // Also to a page that was loaded anew in between.
        browser.reload().await?;
        browser.ready().await?;
        at(browser, article).await?;
        browser.back().await?;
        browser.shows("Latest").await?;
        at(browser, front).await?;
        Ok(())
    })
    .await
}

async fn scroll_to(browser: &Browser, y: i64) -> Result<i64> {
    browser
        .run(
            "scrollTo({ top: arguments[0], behavior: 'instant' })",
            vec![json!(y)],
        )
        .await?;
    browser
        .wait_until(&format!("Math.abs(scrollY - {y}) < 2"))
        .await?;
    // The app may note positions with the next frame.
    browser
        .run_async(
            "return await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))",
            Vec::new(),
        )
        .await?;
    Ok(y)
}

async fn at(browser: &Browser, y: i64) -> Result<()> {
    browser
        .wait_until(&format!("Math.abs(scrollY - {y}) < 3"))
        .await
}

#[tokio::test]
async fn a_link_to_a_place_in_an_article_leads_there() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("harbour-report/")).await?;
        browser
            .run("document.querySelector('.prose sup a, .prose a[href*=\"#\"]').click()", Vec::new())
            .await?;
        browser.wait_until("location.hash !== ''").await?;
        browser
            .wait_until(
                "(() => { const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
                   const top = target.getBoundingClientRect().top;
                   return top >= 0 && top < innerHeight; })()",
            )
            .await?;
        Ok(())
    })
    .await
}

/// The reader's browser goes where the reader sends it.
#[tokio::test]
async fn links_with_a_modifier_and_links_to_files_are_left_to_the_browser() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("")).await?;
        for (selector, modifier) in [
            (".card-title a", "ctrlKey: true"),
            (".card-title a", "shiftKey: true"),
            (".card-title a", "button: 1"),
            (".colophon-line a[href$=\"feed.json\"]", ""),
        ] {
            let taken = browser
                .eval(&format!(
                    "(() => {{ const event = new MouseEvent('click', {{ bubbles: true, cancelable: true, {modifier} }});
                       let prevented;
                       addEventListener('click', (e) => {{ prevented = e.defaultPrevented; e.preventDefault(); }}, {{ once: true }});
                       document.querySelector('{selector}').dispatchEvent(event);
                       return prevented; }})()"
                ))
                .await?;
            assert_eq!(taken, false, "{selector} {modifier}");
        }
        Ok(())
    })
    .await
}
