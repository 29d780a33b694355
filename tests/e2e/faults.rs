//! A site that answers badly: the stamp says what is wrong, and what is on the device stays.
//!
//! The modules below are the fault suite of the library: each tries many faults, checks what must hold whatever happens
//! (`Oath`) after each, and prints a table of what survived (`Ledger`).

mod answers;
mod cleared;
mod clock;
mod corrupt;
mod killed;
mod quota;
mod quota_install;
mod quota_own;
pub(crate) mod scene;
mod tabs;

use anyhow::{Context, Result};
use lamplight_e2e::{Browser, Engine, Fault, Server, Site, browse};

/// What the browser writes of each fault.
const NOISE: [&str; 3] = ["500", "net::ERR_", "503"];

/// The stamp after a check that a fault answers; the copy is whole afterwards, and the site's good
/// answer is believed again.
async fn the_stamp_after(fault: Fault, expected: &str) -> Result<()> {
    let site = Site::fixture()?;
    let mut server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        for text in NOISE {
            browser.allow_in_console(text);
        }
        browser.open_app(&server.url("post-02/")).await?;
        browser.evidence(&["live"]).await?;
        browser.kept().await?;

        server.fault("", fault);
        browser.check_now().await?;
        browser.evidence(&[expected]).await?;
        assert!(
            browser
                .text("article .prose")
                .await?
                .contains("Paragraph 12 of post 2")
        );

        // Loading the page again and going to others is no different.
        browser.reload().await?;
        browser.ready().await?;
        browser.shows("Post number 2").await?;
        browser.evidence(&[expected]).await?;
        browser.follow("/harbour-report/").await?;
        browser.shows("Harbour report").await?;
        browser.evidence(&[expected]).await?;
        browser.open_app(&server.url("")).await?;
        browser.wait_for("main .card").await?;
        browser.evidence(&[expected]).await?;
        for trace in ["Harbour Wi-Fi", "Something broke"] {
            let stored = browser.stored_with(trace).await?;
            assert!(stored.is_empty(), "stored as content: {stored:?}");
        }

        // Nothing of it is left.
        server.heal();
        server.down();
        browser.open_app(&server.url("post-02/")).await?;
        browser.shows("Post number 2").await?;
        assert!(
            browser
                .text("article .prose")
                .await?
                .contains("Paragraph 12 of post 2")
        );
        server.up()?;
        browser.check_now().await?;
        browser.evidence(&["live"]).await?;
        Ok(())
    })
    .await
    .with_context(|| format!("{fault:?}"))
}

#[tokio::test]
async fn a_server_error_is_said_to_be_the_sites() -> Result<()> {
    the_stamp_after(Fault::Status(500), "site-down").await
}

#[tokio::test]
async fn an_answer_that_never_comes_is_an_unreachable_site() -> Result<()> {
    the_stamp_after(Fault::Hang, "unreachable").await
}

#[tokio::test]
async fn a_captive_portal_is_not_the_site() -> Result<()> {
    the_stamp_after(Fault::Portal, "unreachable").await
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_not_believed() -> Result<()> {
    the_stamp_after(Fault::Cut, "unreachable").await
}

#[tokio::test]
async fn half_an_answer_that_looks_complete_is_not_believed() -> Result<()> {
    the_stamp_after(Fault::Short, "unreachable").await
}

#[tokio::test]
async fn an_answer_of_the_wrong_type_is_not_believed() -> Result<()> {
    the_stamp_after(Fault::WrongType, "unreachable").await
}

/// The portal stands in the way of a page that is not on the device, too.
#[tokio::test]
async fn a_portals_page_is_shown_by_the_browser_but_never_kept() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.allow_in_console("net::ERR_");
        browser.open_app(&server.url("")).await?;
        browser.kept().await?;
        server.fault("", Fault::Portal);
        browser.goto(&server.url("post-03/")).await?;
        server.heal();
        assert_eq!(
            browser.stored_with("Harbour Wi-Fi").await?,
            Vec::<String>::new()
        );
        browser.open_app(&server.url("post-03/")).await?;
        browser.shows("Post number 3").await?;
        browser.evidence(&["live"]).await?;
        Ok(())
    })
    .await
}

/// A post that the site has withdrawn stays readable, and the stamp says so.
#[tokio::test]
async fn a_missing_file_is_missing_and_not_the_shell() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.allow_in_console("404");
        browser.open_app(&server.url("")).await?;
        browser.kept().await?;
        for path in [
            "assets/nothing.js",
            "media/nothing.png",
            "articles/nothing.en.json",
        ] {
            let status = browser
                .run_async(
                    "return fetch(arguments[0]).then((response) => response.status)",
                    vec![server.url(path).into()],
                )
                .await?;
            assert_eq!(status, 404, "{path}");
        }
        browser.goto(&server.url("no-such-post/")).await?;
        browser.ready().await?;
        browser.shows("There is no such page").await?;
        Ok(())
    })
    .await
}

/// A browser looks for a newer worker as long as the site does not answer, and lets all that is asked of workers wait
/// meanwhile.
#[tokio::test]
async fn what_is_read_is_kept_while_the_site_does_not_say_whether_there_is_a_new_worker()
-> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("")).await?;
        browser.kept().await?;
        server.fault("sw.js", Fault::Hang);
        let look = "navigator.serviceWorker.getRegistration().then((own) => own.update()).catch(() => {}); return true;";
        browser.run_async(look, Vec::new()).await?;
        let asked = || server.count(|path| path == "sw.js") > 1;
        browser.until(asked).await?;
        browser.open_app(&server.url("post-01/")).await?;
        browser.kept().await?;
        server.heal();
        Ok(())
    })
    .await
}
