//! The harness itself: what all other tests take for granted.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use lamplight_e2e::{Browser, Engine, Fault, Options, Server, browse, browse_with};

fn pages() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/harness")
}

/// A worker's page is there without its server, also in a later session.
async fn a_worker_answers_without_the_server(engine: Engine) -> Result<()> {
    let mut server = Server::start(&pages())?;
    browse(engine, async |browser: &mut Browser| {
        browser.allow_in_console("ERR_FAILED");
        browser.goto(&server.url("")).await?;
        browser
            .wait_until("document.getElementById('state').textContent === 'stored'")
            .await?;
        browser
            .wait_until("navigator.serviceWorker.controller")
            .await?;
        server.down();
        browser.reload().await?;
        browser.shows_heading("Harness").await?;
        browser.come_back_later().await?;
        browser.goto(&server.url("other.html")).await?;
        browser.shows_heading("Other").await?;
        let refused = browser
            .run_async(
                "return fetch('missing.html').then(() => 'answered', () => 'refused')",
                Vec::new(),
            )
            .await?;
        assert_eq!(refused, "refused");
        server.up()?;
        let answered = browser
            .run_async(
                "return fetch('missing.html').then((r) => r.status, () => 'refused')",
                Vec::new(),
            )
            .await?;
        assert_eq!(answered, 404);
        browser.allow_in_console("404");
        Ok(())
    })
    .await
}

trait Heading {
    async fn shows_heading(&self, text: &str) -> Result<()>;
}

impl Heading for Browser {
    async fn shows_heading(&self, text: &str) -> Result<()> {
        self.wait_until(&format!(
            "document.querySelector('h1')?.textContent === '{text}'"
        ))
        .await
    }
}

#[tokio::test]
async fn a_worker_answers_without_the_server_in_chromium() -> Result<()> {
    a_worker_answers_without_the_server(Engine::Chromium).await
}

#[tokio::test]
async fn a_worker_answers_without_the_server_in_firefox() -> Result<()> {
    a_worker_answers_without_the_server(Engine::Firefox).await
}

#[tokio::test]
async fn a_worker_answers_without_the_server_in_webkit() -> Result<()> {
    a_worker_answers_without_the_server(Engine::WebKit).await
}

#[tokio::test]
async fn a_message_in_the_console_fails_a_test() -> Result<()> {
    let server = Server::start(&pages())?;
    let result = browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.goto(&server.url("other.html")).await?;
        browser.eval("console.error('a mistake')").await?;
        Ok(())
    })
    .await;
    let error = format!("{:#}", result.expect_err("the console is not empty"));
    assert!(error.contains("a mistake"), "{error}");
    Ok(())
}

#[tokio::test]
async fn without_scripts_no_script_runs() -> Result<()> {
    let server = Server::start(&pages())?;
    let options = Options {
        javascript: false,
        ..Options::default()
    };
    browse_with(Engine::Chromium, options, async |browser: &mut Browser| {
        browser.goto(&server.url("")).await?;
        assert_eq!(browser.text("#state").await?, "loading");
        assert_eq!(server.count(|path| path == "page.js"), 0);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn each_fault_is_what_the_browser_sees() -> Result<()> {
    let server = Server::start_at(&pages(), "/sub/")?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        for expected in ["500", "ERR_CONTENT_LENGTH_MISMATCH", "ERR_ABORTED"] {
            browser.allow_in_console(expected);
        }
        browser.goto(&server.url("other.html")).await?;
        let whole = fetched(browser).await?;
        assert!(
            whole.starts_with("200 text/javascript") && whole.ends_with("});\n"),
            "{whole}"
        );
        server.fault("page.js", Fault::Status(500));
        assert!(fetched(browser).await?.starts_with("500 text/html"));
        server.fault("page.js", Fault::Portal);
        assert!(fetched(browser).await?.contains("Harbour Wi-Fi"));
        server.fault("page.js", Fault::Cut);
        assert_eq!(fetched(browser).await?, "TypeError");
        server.fault("page.js", Fault::Short);
        let short = fetched(browser).await?;
        assert!(
            whole.starts_with(&short) && short.len() < whole.len(),
            "{short}"
        );
        server.fault("page.js", Fault::WrongType);
        assert!(fetched(browser).await?.starts_with("200 image/png"));
        server.fault("page.js", Fault::Hang);
        assert_eq!(fetched(browser).await?, "TimeoutError");
        server.heal();
        assert_eq!(fetched(browser).await?, whole);
        Ok(())
    })
    .await
}

async fn fetched(browser: &Browser) -> Result<String> {
    let script = "return fetch('page.js', { cache: 'no-store', signal: AbortSignal.timeout(1500) })
        .then(async (r) => r.status + ' ' + r.headers.get('content-type') + ' ' + await r.text())
        .catch((error) => error.name)";
    let value = browser.run_async(script, Vec::new()).await?;
    Ok(value.as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_browser_whose_tab_crashed_can_be_started_again() -> Result<()> {
    let server = Server::start(&pages())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.goto(&server.url("")).await?;
        let crashed = browser.goto("chrome://crash").await;
        let error = format!("{:#}", crashed.err().context("it did not crash")?);
        anyhow::ensure!(error.contains("tab crashed"), "{error}");
        browser.come_back_later().await?;
        browser.goto(&server.url("")).await?;
        browser.wait_for("#state").await.map(drop)
    })
    .await
}
