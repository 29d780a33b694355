//! What is a publication's own: its pages and its look.

use anyhow::Result;
use lamplight_e2e::{Browser, Engine, Scheme, Server, Site, Viewport, browse, differences};

#[tokio::test]
async fn a_page_of_ones_own_is_read_without_a_list_that_leads_to_it() -> Result<()> {
    let site = Site::fixture()?;
    let mut server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        // From the end of any page, within the app; and back by a link in its text.
        browser.open_app(&server.url("post-02/")).await?;
        browser.kept().await?;
        browser.run("window.same = true", Vec::new()).await?;
        browser.click(".colophon-pages a").await?;
        browser.shows("About the lantern").await?;
        browser.evidence(&["live"]).await?;
        let lost = differences(browser, &site.read("about/")?).await?;
        assert!(lost.is_empty(), "{lost:#?}");
        assert_eq!(browser.eval("document.title").await?, "About the lantern · The Test Lantern");
        assert!(!browser.has("article time, .article-kicker").await?, "a page is no news");
        browser.click(".prose a").await?;
        browser.shows("Harbour report").await?;
        assert_eq!(browser.eval("window.same").await?, true, "the app was left");

        // Without the site, one that was never opened: the Arabic reader's.
        browser.open_app(&server.url("ar/")).await?;
        browser.wait_until_stored("/articles/about.ar.json").await?;
        browser.allow_in_console("net::ERR_");
        server.down();
        browser.come_back_later().await?;
        browser.open_app(&server.url("ar/")).await?;
        browser.click(".colophon-pages a").await?;
        browser.shows("عن الفانوس").await?;
        browser.evidence(&["unreachable", "reader-offline"]).await?;
        browser.click(".translations a").await?;
        browser.shows("About the lantern").await?;

        // The library lists it with the articles.
        browser.open_app(&server.url("library/")).await?;
        browser
            .wait_until(
                "['About the lantern', 'عن الفانوس'].every((title) =>
                 [...document.querySelectorAll('.library-list a')].some((link) => link.textContent.trim() === title))",
            )
            .await?;
        Ok(())
    })
    .await
}

const LOGO: &[u8] = br##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 32"><path fill="#8a3b12" d="M0 8h96v16H0z"/></svg>"##;
const DARK: &[u8] = br##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 32"><path fill="#e6b7a3" d="M0 8h96v16H0z"/></svg>"##;

/// Where the logo is on the static page.
const REMEMBER: &str = "window.place = () => {
    const box = document.querySelector('.masthead-logo').getBoundingClientRect();
    return [box.x, box.y, box.width, box.height].join();
  };
  window.addEventListener('load', () => { window.before = window.place(); });";

/// The class of the logo that is displayed.
const SHOWN: &str = "[...document.querySelectorAll('.masthead-logo')]
    .filter((image) => image.getClientRects().length && image.complete && image.naturalWidth)
    .map((image) => image.classList[1]).join()";

#[tokio::test]
async fn a_logo_is_there_before_and_after_the_app_takes_over_and_nothing_moves() -> Result<()> {
    let site = Site::fixture()?;
    site.dress(
        "font = \"sans\"\nlogo = \"logo.svg\"\nlogo_dark = \"dark.svg\"\ncss = \"own.css\"\n",
        &[
            ("logo.svg", LOGO),
            ("dark.svg", DARK),
            ("own.css", b".colophon { background: url(dark.svg) }"),
        ],
    )?;
    let mut server = Server::start(&site.root())?;
    for viewport in [Viewport::Desktop, Viewport::Phone] {
        browse(Engine::Chromium, async |browser: &mut Browser| {
            browser.show_on(viewport).await?;
            browser.before_every_page(REMEMBER).await?;
            for page in ["post-02/", "ar/harbour-report/"] {
                browser.open_app(&server.url(page)).await?;
                browser.evidence(&["live"]).await?;
                browser
                    .wait_until(&format!("{SHOWN} === 'only-light'"))
                    .await?;
                let (before, after) = (
                    browser.eval("before").await?,
                    browser.eval("place()").await?,
                );
                assert_eq!(before, after, "/{page} on {viewport:?}");
                let shifts = browser.layout_shifts().await?;
                assert!(shifts.is_empty(), "/{page} on {viewport:?}: {shifts:?}");
                let lost = differences(browser, &site.read(page)?).await?;
                assert!(lost.is_empty(), "{lost:#?}");
            }
            let face = browser
                .eval("getComputedStyle(document.querySelector('.prose')).fontFamily")
                .await?;
            assert!(face.to_string().contains("sans-serif"), "{face}");

            // Dark paper, another page, no site.
            browser.kept().await?;
            browser.prefer(Scheme::Dark).await?;
            browser
                .wait_until(&format!("{SHOWN} === 'only-dark'"))
                .await?;
            browser.allow_in_console("net::ERR_");
            server.down();
            browser.follow("/ar/").await?;
            browser.wait_for("main .card").await?;
            browser
                .wait_until(&format!("{SHOWN} === 'only-dark'"))
                .await?;
            browser.reload().await?;
            browser.ready().await?;
            browser
                .wait_until(&format!("{SHOWN} === 'only-dark'"))
                .await?;
            server.up()?;
            Ok(())
        })
        .await?;
    }
    Ok(())
}
