//! What leads to other languages where no browser translates: people, services on the web, a plain link.

use anyhow::{Result, ensure};
use lamplight_e2e::{Browser, Engine, Fault, Options, Server, Site, browse_with, violations};

/// A browser without a translator.
const NONE: &str = "Object.defineProperty(window, 'Translator', { value: undefined })";

/// A reader who prefers French, in a publication in English and Arabic.
fn french() -> Options {
    Options {
        language: "fr".into(),
        ..Options::default()
    }
}

async fn open_panel(browser: &Browser) -> Result<()> {
    browser.click("article [data-part=translate]").await?;
    browser
        .wait_until("document.querySelector('dialog.machine')?.open")
        .await
}

/// Where no browser translates, people and services do.
async fn the_panel_opens(engine: Engine) -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse_with(engine, french(), async |browser: &mut Browser| {
        browser.open_app(&server.url("harbour-report/")).await?;
        open_panel(browser).await?;
        browser
            .wait_for("dialog [data-piece=services] a[href*='lantern.example']")
            .await?;
        ensure!(!browser.has("dialog [data-do=start]").await?);
        browser.click("dialog [data-do=close]").await?;
        browser
            .wait_until("!document.querySelector('dialog.machine').open")
            .await?;
        open_panel(browser).await?;
        browser.click("dialog a[hreflang=ar]").await?;
        browser.shows("تقرير الميناء").await
    })
    .await
}

#[tokio::test]
async fn the_panel_opens_in_firefox() -> Result<()> {
    the_panel_opens(Engine::Firefox).await
}

#[tokio::test]
async fn the_panel_opens_in_webkit() -> Result<()> {
    the_panel_opens(Engine::WebKit).await
}

#[tokio::test]
async fn services_are_links_and_say_why_not_while_offline() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse_with(Engine::Chromium, french(), async |browser: &mut Browser| {
        browser.before_every_page(NONE).await?;
        browser.open_app(&server.url("harbour-report/")).await?;
        open_panel(browser).await?;
        let link = "document.querySelector('dialog [data-piece=services] a')";
        browser
            .wait_until(&format!(
                "{link}?.href === 'https://translate.google.com/translate?sl=en&tl=fr&u=https%3A%2F%2Flantern.example%2Fharbour-report%2F'"
            ))
            .await?;
        ensure!(browser.eval(&format!("{link}.rel")).await? == "noopener noreferrer nofollow");
        ensure!(!browser.has("dialog [data-do=start]").await?);
        let found = violations(browser).await?;
        ensure!(found.is_empty(), "{found:#?}");
        let offline = |offline: bool| {
            serde_json::json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 })
        };
        browser.cdp("Network.emulateNetworkConditions", offline(true)).await?;
        browser.wait_until(&format!("{link}.ariaDisabled === 'true' && !{link}.href")).await?;
        ensure!(browser.text("dialog [data-piece=services]").await?.contains("You are offline"));
        browser.cdp("Network.emulateNetworkConditions", offline(false)).await?;
        browser.wait_until(&format!("{link}.href")).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_part_that_cannot_be_fetched_says_so_and_the_link_stays_a_link() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse_with(Engine::Chromium, french(), async |browser: &mut Browser| {
        browser.allow_in_console("404");
        browser.allow_in_console("Failed to load");
        server.fault("assets/translat", Fault::Status(404));
        browser.open_app(&server.url("post-02/")).await?;
        browser.click("article [data-part]").await?;
        browser
            .wait_until("document.querySelector('.article-translate').textContent.includes('This cannot be loaded now.')")
            .await?;
        ensure!(!browser.has("article [data-part]").await?);
        ensure!(browser.eval("document.querySelector('.translate').href.startsWith('https://translate.google.com/')").await? == true);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn without_script_the_control_is_a_link_to_the_service() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    let options = Options {
        javascript: false,
        ..Options::default()
    };
    browse_with(Engine::Chromium, options, async |browser: &mut Browser| {
        browser.goto(&server.url("ar/harbour-report/")).await?;
        let link = browser.find("a.translate").await?;
        ensure!(link.is_displayed().await?);
        let href = link.attr("href").await?;
        ensure!(
            href.as_deref()
                == Some("https://translate.google.com/translate?sl=ar&u=https%3A%2F%2Flantern.example%2Far%2Fharbour-report%2F"),
            "{href:?}"
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn without_services_the_control_is_there_where_the_browser_can_translate() -> Result<()> {
    let site = Site::fixture()?;
    let settings = include_str!("../fixtures/publication/site.toml");
    let settings = format!("{settings}\n[translate]\nservices = []\n");
    site.dress("", &[("site.toml", settings.as_bytes())])?;
    let server = Server::start(&site.root())?;
    for (machine, shown) in [
        (include_str!("../fixtures/translator.js"), true),
        ("delete window.Translator", false),
    ] {
        browse_with(Engine::Chromium, french(), async |browser: &mut Browser| {
            browser.before_every_page(machine).await?;
            browser.open_app(&server.url("post-02/")).await?;
            let control = browser.find("button.translate").await?;
            ensure!(control.is_displayed().await? == shown);
            if shown {
                open_panel(browser).await?;
                browser.wait_for("dialog [data-do=start]").await?;
                ensure!(!browser.has("[data-piece=services] a").await?);
            }
            Ok(())
        })
        .await?;
    }
    Ok(())
}
