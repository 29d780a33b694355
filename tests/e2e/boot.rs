//! The app starts after what the reader came for, and with the policy that knows its script.

use anyhow::{Context, Result, ensure};
use lamplight_e2e::{App, Browser, Engine, Fault, Options, Server, Site, browse, browse_with};

/// A browser for pages that are not allowed to finish loading: WebDriver would wait for that.
fn impatient() -> Options {
    Options {
        load_strategy: "none",
        ..Options::default()
    }
}

fn is_program(path: &str) -> bool {
    path.ends_with(".wasm") || path.ends_with(".js")
}

/// The worker's own files included: of the app, nothing but the style sheet is asked for before the
/// style sheet and the article's image have been answered.
#[tokio::test]
async fn nothing_of_the_app_is_asked_for_before_the_articles_image_is_there() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse_with(
        Engine::Chromium,
        impatient(),
        async |browser: &mut Browser| {
            server.fault("media/", Fault::Hang);
            browser.goto(&server.url("harbour-report/")).await?;
            browser.wait_for("main h1").await?;
            let patience = std::time::Duration::from_millis(1500);
            let early = browser
                .wait_up_to(patience, "document.documentElement.dataset.app === 'ready'")
                .await;
            ensure!(early.is_err(), "the app did not wait for the image");
            let asked = server.requests();
            ensure!(asked.iter().any(|path| path.ends_with(".css")), "{asked:?}");
            ensure!(
                asked.iter().any(|path| path.starts_with("media/")),
                "{asked:?}"
            );
            ensure!(!asked.iter().any(|path| is_program(path)), "{asked:?}");

            server.heal();
            browser.ready().await?;
            let asked = server.requests();
            let image = asked.iter().position(|path| path.starts_with("media/"));
            let program = asked.iter().position(|path| is_program(path));
            ensure!(
                image.context("no image")? < program.context("no program")?,
                "{asked:?}"
            );
            Ok(())
        },
    )
    .await
}

/// An image that never comes does not keep the app away for ever.
#[tokio::test]
async fn an_image_that_hangs_delays_the_app_and_no_more() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse_with(
        Engine::Chromium,
        impatient(),
        async |browser: &mut Browser| {
            server.fault("media/", Fault::Hang);
            browser.goto(&server.url("harbour-report/")).await?;
            browser.ready().await?;
            ensure!(
                browser.eval("document.readyState").await? != "complete",
                "the image came after all"
            );
            server.heal();
            Ok(())
        },
    )
    .await
}

/// A stored page with the header of one build boots with the block of another: the inline script's hash
/// is another in each, and the console stays empty.
#[tokio::test]
async fn a_page_stored_under_another_builds_policy_starts() -> Result<()> {
    let mut site = Site::fixture()?;
    let mut server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("post-02/")).await?;
        browser.kept().await?;
        let policy = |site: &Site| -> Result<String> {
            let headers = site.read("_headers")?;
            let start = headers.find("'sha256-").context("no hash")?;
            Ok(headers[start..]
                .split(' ')
                .next()
                .unwrap_or_default()
                .to_owned())
        };
        let old = policy(&site)?;
        site.install(App::Next)?;
        ensure!(
            policy(&site)? != old,
            "both builds have the same inline script"
        );
        browser.reload().await?;
        browser.click("[data-update=ready] .button-strong").await?;
        let new = site.build_id()?;
        browser
            .wait_until(&format!(
                "document.querySelector('meta[name=lamplight-build]').content === '{new}'"
            ))
            .await?;
        browser.ready().await?;
        // Kept by the first build's worker, header and all, and never fetched again since.
        browser.check_console().await?;
        browser.allow_in_console("net::ERR_");
        server.down();
        browser.open_app(&server.url("post-22/")).await?;
        browser.shows("Post number 22").await?;
        Ok(())
    })
    .await
}
