//! A browser with a profile of its own, and the waits of all tests.
//!
//! Tests call [`browse`]; it ends the browser whatever happens, and leaves a picture, the page's
//! source and the console's text in `target/e2e-shots/` when a test fails.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use futures_util::FutureExt;
use serde_json::Value;
use tempfile::TempDir;
use thirtyfour::prelude::{By, WebElement};
use thirtyfour::{WebDriver, WindowHandle};

use crate::console::Console;
use crate::engine::{Driver, Engine};
use crate::process::end_users_of;

/// How long anything may take before the test fails; generous, for a busy machine.
const PATIENCE: Duration = Duration::from_secs(25);
/// How often a wait looks again.
const POLL: Duration = Duration::from_millis(40);

/// How a browser is started.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whether scripts run (Chromium and Firefox).
    pub javascript: bool,
    /// Width and height of the window.
    pub size: (u32, u32),
    /// The reader's language.
    pub language: String,
    /// WebDriver's page load strategy: `normal`, or `none` for pages that never finish loading.
    pub load_strategy: &'static str,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            javascript: true,
            size: (1280, 900),
            language: "en-GB".into(),
            load_strategy: "normal",
        }
    }
}

/// A running browser.
pub struct Browser {
    // The order matters: the session is ended before its driver, the profile removed last.
    session: Option<WebDriver>,
    driver: Option<Driver>,
    console: Console,
    engine: Engine,
    options: Options,
    profile: TempDir,
}

/// Runs a test in a browser.
///
/// # Errors
/// Those of the test, a browser that does not start, or an unannounced message in the console.
pub async fn browse<F>(engine: Engine, test: F) -> Result<()>
where
    F: AsyncFnOnce(&mut Browser) -> Result<()>,
{
    browse_with(engine, Options::default(), test).await
}

/// [`browse`], in a browser that is started in another way.
///
/// # Errors
/// As [`browse`].
pub async fn browse_with<F>(engine: Engine, options: Options, test: F) -> Result<()>
where
    F: AsyncFnOnce(&mut Browser) -> Result<()>,
{
    let mut browser = Browser::start(engine, options).await?;
    let ended = AssertUnwindSafe(test(&mut browser)).catch_unwind().await;
    let result = match ended {
        Ok(Ok(())) => browser.check_console().await,
        Ok(Err(error)) => Err(error),
        Err(panic) => Err(anyhow!("{}", message(panic.as_ref()))),
    };
    if result.is_err() {
        browser.leave_evidence().await;
    }
    browser.quit().await;
    result.with_context(|| format!("in {engine}"))
}

fn message(panic: &(dyn Any + Send)) -> String {
    panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_else(|| "the test panicked".into())
}

impl Browser {
    async fn start(engine: Engine, options: Options) -> Result<Self> {
        let mut browser = Self {
            session: None,
            driver: None,
            console: Console::default(),
            engine,
            options,
            profile: tempfile::Builder::new()
                .prefix("lamplight-profile-")
                .tempdir()?,
        };
        browser.open().await?;
        Ok(browser)
    }

    async fn open(&mut self) -> Result<()> {
        let mut driver = Driver::start(self.engine)?;
        let session = driver
            .session(self.engine, self.profile.path(), &self.options)
            .await;
        self.driver = Some(driver);
        self.session = Some(session?);
        Ok(())
    }

    async fn quit(&mut self) {
        if let Some(session) = self.session.take() {
            // A browser that has crashed cannot be asked to quit; its driver is killed next.
            let _ = session.quit().await;
        }
        self.driver = None;
        end_users_of(self.profile.path());
    }

    /// The engine.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// The WebDriver session, for what the harness has no word for.
    ///
    /// # Errors
    /// The session has been ended.
    pub fn session(&self) -> Result<&WebDriver> {
        self.session.as_ref().context("the session has ended")
    }

    /// A later visit: the browser is ended and started again with the same profile; where a
    /// profile does not outlive the browser ([`Engine::keeps_its_profile`]), the page is closed
    /// and a new tab opened.
    ///
    /// # Errors
    /// The browser does not start again.
    pub async fn come_back_later(&mut self) -> Result<()> {
        if self.engine.keeps_its_profile() {
            self.fetch_console().await?;
            self.quit().await;
            self.open().await
        } else {
            let old = self.session()?.window().await?;
            let new = self.session()?.new_tab().await?;
            self.session()?.switch_to_window(old).await?;
            self.session()?.close_window().await?;
            Ok(self.session()?.switch_to_window(new).await?)
        }
    }

    /// Kills the browser as a phone does that needs its memory, all of its processes at once, and starts it again with the
    /// same profile (Chromium).
    ///
    /// # Errors
    /// It does not start again.
    pub async fn kill_and_start(&mut self) -> Result<()> {
        if let Some(driver) = self.driver.take() {
            driver.kill();
        }
        end_users_of(self.profile.path());
        if let Some(session) = self.session.take() {
            // Nobody is there who could be asked to end it.
            let _ = session.leak();
        }
        for lock in ["SingletonLock", "SingletonSocket", "SingletonCookie"] {
            let _ = std::fs::remove_file(self.profile.path().join(lock));
        }
        self.open().await
    }

    /// Opens a tab beside the present one and goes on there; returns the old one.
    ///
    /// # Errors
    /// The driver's.
    pub async fn new_tab(&mut self) -> Result<WindowHandle> {
        let old = self.session()?.window().await?;
        let new = self.session()?.new_tab().await?;
        self.session()?.switch_to_window(new).await?;
        Ok(old)
    }

    /// Goes on in another tab.
    ///
    /// # Errors
    /// The driver's.
    pub async fn switch_to(&mut self, tab: WindowHandle) -> Result<()> {
        Ok(self.session()?.switch_to_window(tab).await?)
    }

    /// Goes to an address.
    ///
    /// # Errors
    /// The driver's; a page that the browser cannot load.
    pub async fn goto(&self, url: &str) -> Result<()> {
        self.session()?
            .goto(url)
            .await
            .with_context(|| format!("going to {url}"))
    }

    /// Loads the page again, as the browser's button does.
    ///
    /// WebDriver's own command will not do: in Firefox it goes past the service worker.
    ///
    /// # Errors
    /// The page does not load.
    pub async fn reload(&self) -> Result<()> {
        self.run("window.beforeReload = true; location.reload();", Vec::new())
            .await?;
        self.wait_until("!window.beforeReload && document.readyState === 'complete'")
            .await
    }

    /// Goes back in the history.
    ///
    /// # Errors
    /// The driver's.
    pub async fn back(&self) -> Result<()> {
        Ok(self.session()?.back().await?)
    }

    /// Goes forward in the history.
    ///
    /// # Errors
    /// The driver's.
    pub async fn forward(&self) -> Result<()> {
        Ok(self.session()?.forward().await?)
    }

    /// Presses keys where the focus is, as WebDriver has them: `\u{e007}` is Enter, `\u{e00c}` Escape.
    ///
    /// # Errors
    /// The driver's.
    pub async fn press_keys(&self, keys: &str) -> Result<()> {
        let keyboard = self.session()?.action_chain();
        Ok(keyboard.send_keys(keys).perform().await?)
    }

    /// Waits until something outside of the page is so.
    ///
    /// # Errors
    /// It does not become so in time.
    pub async fn until(&self, mut so: impl FnMut() -> bool) -> Result<()> {
        let start = Instant::now();
        while !so() {
            anyhow::ensure!(start.elapsed() < PATIENCE, "waited in vain");
            tokio::time::sleep(POLL).await;
        }
        Ok(())
    }

    /// The value of a JavaScript expression.
    ///
    /// # Errors
    /// An exception in the page.
    pub async fn eval(&self, expression: &str) -> Result<Value> {
        self.run(&format!("return ({expression})"), Vec::new())
            .await
    }

    /// The result of a function body, with `arguments`.
    ///
    /// # Errors
    /// An exception in the page.
    pub async fn run(&self, body: &str, arguments: Vec<Value>) -> Result<Value> {
        let result = self.session()?.execute(body, arguments).await;
        Ok(result.context("in the page's script")?.json().clone())
    }

    /// The result of an async function body, with `arguments`.
    ///
    /// # Errors
    /// A rejection.
    pub async fn run_async(&self, body: &str, arguments: Vec<Value>) -> Result<Value> {
        let script = format!(
            "const done = arguments[arguments.length - 1];\
             (async function () {{ {body} }}).apply(null, [...arguments].slice(0, -1))\
             .then((value) => done({{ value }}), (error) => done({{ error: String(error) }}));"
        );
        let answer = self.session()?.execute_async(script, arguments).await?;
        match answer.json().get("error") {
            Some(error) => bail!("in the page's script: {error}"),
            None => Ok(answer.json().get("value").cloned().unwrap_or_default()),
        }
    }

    /// Waits until an expression is true.
    ///
    /// # Errors
    /// It does not become true in time; the message has the expression's last value.
    pub async fn wait_until(&self, expression: &str) -> Result<()> {
        self.wait_up_to(PATIENCE, expression).await
    }

    /// [`Browser::wait_until`] with a time of its own.
    ///
    /// # Errors
    /// As there.
    pub async fn wait_up_to(&self, time: Duration, expression: &str) -> Result<()> {
        let start = Instant::now();
        loop {
            // While a page is being replaced there is nothing to ask.
            let last = self.eval(expression).await;
            if last.as_ref().is_ok_and(is_truthy) {
                return Ok(());
            }
            if start.elapsed() > time {
                let url = self.eval("location.href").await.unwrap_or_default();
                let last = match last {
                    Ok(value) => value.to_string(),
                    Err(error) => format!("{error:#}"),
                };
                bail!("waited in vain at {url} for `{expression}`; it is {last}");
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// Waits for an element that is drawn.
    ///
    /// # Errors
    /// There is none in time.
    pub async fn wait_for(&self, css: &str) -> Result<WebElement> {
        let quoted = serde_json::to_string(css)?;
        self.wait_until(&format!(
            "[...document.querySelectorAll({quoted})].some((e) => e.getClientRects().length > 0)"
        ))
        .await?;
        self.find(css).await
    }

    /// The first element a selector finds, now.
    ///
    /// # Errors
    /// There is none.
    pub async fn find(&self, css: &str) -> Result<WebElement> {
        self.session()?
            .find(By::Css(css))
            .await
            .with_context(|| format!("no `{css}`"))
    }

    /// The text of an element, as drawn.
    ///
    /// # Errors
    /// There is none.
    pub async fn text(&self, css: &str) -> Result<String> {
        Ok(self.find(css).await?.text().await?)
    }

    /// Whether a selector finds something, now.
    ///
    /// # Errors
    /// The driver's.
    pub async fn has(&self, css: &str) -> Result<bool> {
        let quoted = serde_json::to_string(css)?;
        let found = self
            .eval(&format!("document.querySelector({quoted})"))
            .await?;
        Ok(!found.is_null())
    }

    /// Clicks an element, as soon as that is possible: drawn, uncovered, and not just being replaced.
    ///
    /// # Errors
    /// It is not possible in time.
    pub async fn click(&self, css: &str) -> Result<()> {
        let start = Instant::now();
        loop {
            let element = self.wait_for(css).await?;
            match element.click().await {
                Ok(()) => return Ok(()),
                Err(error) if start.elapsed() > PATIENCE => {
                    return Err(error).with_context(|| format!("clicking `{css}`"));
                }
                Err(_) => tokio::time::sleep(POLL).await,
            }
        }
    }

    /// Permits messages with a text in the console: a test that makes requests fail announces
    /// what the browser says of them.
    pub fn allow_in_console(&mut self, text: &str) {
        self.console.allow(text);
    }

    async fn fetch_console(&mut self) -> Result<()> {
        match &self.session {
            Some(session) if self.engine == Engine::Chromium => self.console.fetch(session).await,
            _ => Ok(()),
        }
    }

    /// Fails if the console has a message that the test did not announce (Chromium).
    ///
    /// # Errors
    /// There is one.
    pub async fn check_console(&mut self) -> Result<()> {
        self.fetch_console().await?;
        self.console.check()
    }

    /// Saves a picture of the window.
    ///
    /// # Errors
    /// The driver's, or the file's.
    pub async fn screenshot(&self, file: &Path) -> Result<()> {
        Ok(self.session()?.screenshot(file).await?)
    }

    /// What one wants to see of a failed test. It must not hide the failure by failing itself.
    async fn leave_evidence(&mut self) {
        let folder = shots();
        let thread = std::thread::current();
        let name = thread.name().unwrap_or("test").replace("::", "-");
        let name = format!("{name}-{}", self.engine);
        let _ = std::fs::create_dir_all(&folder);
        let _ = self.fetch_console().await;
        let _ = self.screenshot(&folder.join(format!("{name}.png"))).await;
        let mut text = self.console.lines().join("\n");
        if let Ok(session) = self.session() {
            if let Ok(url) = session.current_url().await {
                text = format!("{url}\n{text}");
            }
            if let Ok(source) = session.source().await {
                let _ = std::fs::write(folder.join(format!("{name}.html")), source);
            }
        }
        let _ = std::fs::write(folder.join(format!("{name}.txt")), &text);
        eprintln!("{name}: see {}\nconsole: {text}", folder.display());
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        end_users_of(self.profile.path());
    }
}

fn is_truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(_) | Value::Object(_) => true,
    }
}

fn shots() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"),
        PathBuf::from,
    );
    target.join("e2e-shots")
}
