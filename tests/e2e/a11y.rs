//! Accessibility: axe finds nothing, on any kind of page, in both themes and directions, on phone
//! and desktop.

use anyhow::Result;
use lamplight_e2e::{Browser, Engine, Scheme, Server, Site, Viewport, browse, violations};

const PAGES: [&str; 9] = [
    "",
    "ar/",
    "category/sea/",
    "harbour-report/",
    "ar/harbour-report/",
    "library/",
    "ar/library/",
    "settings/",
    "no-such-post/",
];

async fn axe_finds_nothing(scheme: Scheme, viewport: Viewport) -> Result<()> {
    let site = Site::fixture()?;
    let mut server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.allow_in_console("404");
        browser.allow_in_console("net::ERR_");
        browser.prefer(scheme).await?;
        browser.show_on(viewport).await?;
        let mut found = Vec::new();
        for page in PAGES {
            browser.open_app(&server.url(page)).await?;
            browser.wait_for("main h1, main .card").await?;
            for line in violations(browser).await? {
                found.push(format!("/{page}: {line}"));
            }
        }
        browser.open_app(&server.url("")).await?;
        browser.kept().await?;
        server.down();
        for page in ["", "post-20/", "ar/post-25/", "post-03/"] {
            browser.open_app(&server.url(page)).await?;
            browser
                .wait_until("!document.querySelector('[data-busy=true]')")
                .await?;
            for line in violations(browser).await? {
                found.push(format!("/{page} without the site: {line}"));
            }
        }
        found.sort();
        found.dedup();
        assert!(found.is_empty(), "\n{}", found.join("\n"));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn axe_finds_nothing_in_the_light_on_a_phone() -> Result<()> {
    axe_finds_nothing(Scheme::Light, Viewport::Phone).await
}

#[tokio::test]
async fn axe_finds_nothing_in_the_light_on_a_desktop() -> Result<()> {
    axe_finds_nothing(Scheme::Light, Viewport::Desktop).await
}

#[tokio::test]
async fn axe_finds_nothing_in_the_dark_on_a_phone() -> Result<()> {
    axe_finds_nothing(Scheme::Dark, Viewport::Phone).await
}

#[tokio::test]
async fn axe_finds_nothing_in_the_dark_on_a_desktop() -> Result<()> {
    axe_finds_nothing(Scheme::Dark, Viewport::Desktop).await
}

/// A page that is wider than the screen has to be moved about while reading.
#[tokio::test]
async fn no_page_is_wider_than_a_small_phone() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.allow_in_console("404");
        browser.show_on(Viewport::Phone).await?;
        for page in PAGES {
            browser.open_app(&server.url(page)).await?;
            let width = browser.eval("document.documentElement.scrollWidth").await?;
            assert!(
                width.as_u64() <= Some(360),
                "/{page} is {width} pixels wide"
            );
        }
        Ok(())
    })
    .await
}
