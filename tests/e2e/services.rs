//! What leads to other languages where no browser translates: people, services on the web, a plain link.

use anyhow::{Result, ensure};
use lamplight_e2e::{Browser, Engine, Fault, Options, Server, Site, browse_with, violations};

/// A browser without a translator.
const NONE: &str = "Object.defineProperty(window, 'Translator', { value: undefined })";

/// Files come from the site, not from the device.
const NO_WORKER: &str = "Object.defineProperty(navigator, 'serviceWorker', { value: undefined })";

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
    let mut server = Server::start(&site.root())?;
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

        // A network, and no site at its end: a service could not read it either.
        browser.allow_in_console("net::ERR_");
        server.down();
        browser.click("dialog [data-do=close]").await?;
        browser.check_now().await?;
        browser.evidence(&["unreachable"]).await?;
        open_panel(browser).await?;
        browser.wait_until(&format!("{link}?.ariaDisabled === 'true'")).await?;
        let said = browser.text("dialog [data-piece=services]").await?;
        ensure!(said.contains("The site cannot be reached"), "{said}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_part_that_cannot_be_fetched_says_so_and_is_tried_again() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse_with(Engine::Chromium, french(), async |browser: &mut Browser| {
        browser.before_every_page(NO_WORKER).await?;
        browser.allow_in_console("404");
        browser.allow_in_console("Failed to load");
        server.fault("assets/translat", Fault::Status(404));
        browser.open_app(&server.url("post-02/")).await?;
        browser.click("article [data-part]").await?;
        let said = "document.querySelector('.article-tools [role=status]')?.textContent";
        browser
            .wait_until(&format!("{said} === 'This cannot be loaded now.'"))
            .await?;
        server.heal();
        open_panel(browser).await?;
        ensure!(browser.eval(said).await? == "");
        ensure!(
            browser
                .eval("document.querySelectorAll('.article-tools [role=status]').length")
                .await?
                == 1
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_link_whose_part_cannot_be_had_twice_leads_to_the_service_but_not_while_offline()
-> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse_with(Engine::Chromium, french(), async |browser: &mut Browser| {
        browser.before_every_page(NO_WORKER).await?;
        for text in ["404", "Failed to load", "net::ERR_"] {
            browser.allow_in_console(text);
        }
        server.fault("assets/translat", Fault::Status(404));
        browser.open_app(&server.url("post-02/")).await?;
        // The service, made up: a page of the server under its other name.
        browser
            .run(
                "document.querySelector('a.translate').href = `http://localhost:${location.port}/about/#service`;
                 Object.defineProperty(navigator, 'onLine', { value: false, configurable: true })",
                Vec::new(),
            )
            .await?;
        let said = "document.querySelector('.article-tools [role=status]')?.textContent";
        for _ in 0..2 {
            browser.run("document.querySelector('.article-tools [role=status]')?.replaceChildren('once')", Vec::new()).await?;
            browser.click("article [data-part]").await?;
            browser
                .wait_until(&format!("{said} === 'This cannot be loaded now.'"))
                .await?;
        }
        ensure!(browser.eval("location.pathname").await? == "/post-02/");
        browser
            .run("Object.defineProperty(navigator, 'onLine', { value: true })", Vec::new())
            .await?;
        browser.click("article [data-part]").await?;
        browser.wait_until("location.hash === '#service'").await
    })
    .await
}

#[tokio::test]
async fn a_part_that_is_there_and_fails_is_not_said_to_be_lacking() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse_with(Engine::Chromium, french(), async |browser: &mut Browser| {
        browser.allow_in_console("Uncaught (in promise)");
        browser
            .before_every_page("HTMLDialogElement.prototype.showModal = () => { window.tried = true; throw new Error('made up'); }")
            .await?;
        browser.open_app(&server.url("post-02/")).await?;
        browser.click("article [data-part]").await?;
        browser.wait_until("window.tried").await?;
        let said = "document.querySelector('.article-tools [role=status]').textContent";
        ensure!(browser.eval(said).await? == "");
        ensure!(browser.has("article [data-part]").await?);
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
