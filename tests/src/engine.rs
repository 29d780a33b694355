//! The three engines: how each driver is started and what a session asks of it.

use std::fmt;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use thirtyfour::{Capabilities, WebDriver};

use crate::browser::Options;
use crate::ports;
use crate::process::{Process, command, program};

/// A browser engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Blink: Chrome, Edge and many others.
    Chromium,
    /// Gecko.
    Firefox,
    /// WebKitGTK's MiniBrowser, which stands in for Safari. Its automated sessions are always
    /// private ones: what they store ends with the session, so "later" is a new tab of the same
    /// session there.
    WebKit,
}

impl Engine {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Chromium, Self::Firefox, Self::WebKit];

    /// Whether a profile outlives the browser's process.
    pub fn keeps_its_profile(self) -> bool {
        self != Self::WebKit
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Chromium => "Chromium",
            Self::Firefox => "Firefox",
            Self::WebKit => "WebKit",
        })
    }
}

/// A running driver; the display it draws on outlives it.
pub(crate) struct Driver {
    process: Process,
    _display: Option<Process>,
    url: String,
}

impl Driver {
    /// Starts the driver of an engine on a free port.
    pub(crate) fn start(engine: Engine) -> Result<Self> {
        let port = ports::free()?;
        let mut display = None;
        let mut command = match engine {
            Engine::Chromium => {
                let driver = program("CHROMEDRIVER", &["chromedriver", "chromium.chromedriver"])?;
                let mut command = command(driver);
                command.arg(format!("--port={port}"));
                command
            }
            Engine::Firefox => {
                let mut command = command(program("LAMPLIGHT_GECKODRIVER", &["geckodriver"])?);
                command.args(["--port", &port.to_string()]);
                // Two drivers at a time must not ask for the same default.
                command.args(["--websocket-port", &ports::free()?.to_string()]);
                command
            }
            Engine::WebKit => {
                let driver = program("LAMPLIGHT_WEBKITDRIVER", &["WebKitWebDriver"])?;
                let mut command = command(driver);
                command.arg(format!("--port={port}"));
                let (server, name) = virtual_display()?;
                display = Some(server);
                command.env("DISPLAY", name);
                command
            }
        };
        Ok(Self {
            process: Process::spawn(&mut command)?,
            _display: display,
            url: format!("http://127.0.0.1:{port}"),
        })
    }

    /// Opens a session; the first request waits until the driver listens.
    pub(crate) async fn session(
        &mut self,
        engine: Engine,
        profile: &Path,
        options: &Options,
    ) -> Result<WebDriver> {
        let start = Instant::now();
        while !self.listens().await {
            self.process.alive()?;
            if start.elapsed() > Duration::from_secs(30) {
                bail!("the driver of {engine} does not answer");
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let capabilities = capabilities(engine, profile, options)?;
        WebDriver::builder(self.url.clone(), capabilities)
            .request_timeout(Duration::from_secs(60))
            .connect()
            .await
            .with_context(|| format!("{engine} could not be started"))
    }

    /// Ends it and all that it started, at once and without a word.
    pub(crate) fn kill(self) {
        self.process.kill();
    }

    async fn listens(&self) -> bool {
        let address = self.url.trim_start_matches("http://");
        tokio::net::TcpStream::connect(address).await.is_ok()
    }
}

/// Starts an X server without a screen; it chooses its own number and tells it.
fn virtual_display() -> Result<(Process, String)> {
    let mut command = command(program("LAMPLIGHT_XVFB", &["Xvfb"])?);
    command
        .args(["-displayfd", "1", "-screen", "0", "1400x1000x24"])
        .args(["-nolisten", "tcp"])
        .stdout(Stdio::piped());
    let mut server = Process::spawn(&mut command)?;
    let stdout = server.child.stdout.take().context("Xvfb has no output")?;
    let mut number = String::new();
    BufReader::new(stdout).read_line(&mut number)?;
    if number.trim().is_empty() {
        bail!("Xvfb did not start");
    }
    Ok((server, format!(":{}", number.trim())))
}

fn capabilities(engine: Engine, profile: &Path, options: &Options) -> Result<Capabilities> {
    let (width, height) = options.size;
    let value = match engine {
        Engine::Chromium => {
            let mut args = vec![
                "--headless".to_owned(),
                "--no-sandbox".into(),
                "--disable-gpu".into(),
                "--disable-quic".into(),
                "--disable-dev-shm-usage".into(),
                "--no-first-run".into(),
                "--disable-background-networking".into(),
                "--disable-component-update".into(),
                "--disable-sync".into(),
                "--disable-breakpad".into(),
                "--disable-crash-reporter".into(),
                format!("--window-size={width},{height}"),
                format!("--user-data-dir={}", profile.display()),
            ];
            args.push(format!("--lang={}", options.language));
            let mut prefs = json!({ "intl.accept_languages": options.language });
            if !options.javascript {
                prefs["profile.managed_default_content_settings.javascript"] = json!(2);
            }
            json!({
                "browserName": "chrome",
                "pageLoadStrategy": options.load_strategy,
                "goog:loggingPrefs": { "browser": "ALL" },
                "goog:chromeOptions": {
                    "binary": program(
                        "LAMPLIGHT_CHROMIUM",
                        &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
                    )?,
                    "args": args,
                    "prefs": prefs,
                },
            })
        }
        Engine::Firefox => json!({
            "browserName": "firefox",
            "pageLoadStrategy": options.load_strategy,
            "moz:firefoxOptions": {
                "binary": program("LAMPLIGHT_FIREFOX", &["firefox-esr", "firefox"])?,
                "args": [
                    "-headless",
                    "-profile", profile,
                    format!("--width={width}"), format!("--height={height}"),
                ],
                "prefs": {
                    "intl.accept_languages": options.language,
                    "javascript.enabled": options.javascript,
                },
            },
        }),
        Engine::WebKit => json!({
            "browserName": "MiniBrowser",
            "pageLoadStrategy": options.load_strategy,
            "webkitgtk:browserOptions": {
                "binary": mini_browser()?,
                "args": ["--automation"],
            },
        }),
    };
    match value {
        Value::Object(map) => Ok(map.into()),
        _ => bail!("capabilities are an object"),
    }
}

/// MiniBrowser is not on PATH; the library's package has it.
fn mini_browser() -> Result<PathBuf> {
    if let Some(file) = std::env::var_os("LAMPLIGHT_MINIBROWSER") {
        return Ok(file.into());
    }
    let libraries = ["/usr/lib", "/usr/libexec", "/usr/lib64"].into_iter();
    let architectures = libraries.flat_map(|folder| {
        let inner = std::fs::read_dir(folder).into_iter().flatten().flatten();
        std::iter::once(PathBuf::from(folder)).chain(inner.map(|entry| entry.path()))
    });
    architectures
        .flat_map(|folder| {
            ["webkit2gtk-4.1", "webkit2gtk-4.0", "webkitgtk-6.0"]
                .map(|version| folder.join(version).join("MiniBrowser"))
        })
        .find(|file| file.is_file())
        .context("WebKitGTK's MiniBrowser was not found: set LAMPLIGHT_MINIBROWSER")
}
