//! The console of Chromium's page (the other drivers offer none), and what may be in it.

use anyhow::{Result, bail};
use thirtyfour::WebDriver;

/// Chromium notes that a page shows its own button for installing in place of the browser's banner;
/// there is no other way to have such a button.
const ALWAYS_ALLOWED: &str = "Banner not shown: beforeinstallpromptevent.preventDefault()";

/// What has been written to the console, and what a test expects to be written.
#[derive(Default)]
pub(crate) struct Console {
    allowed: Vec<String>,
    seen: Vec<String>,
}

impl Console {
    /// Permits messages that contain a text.
    pub(crate) fn allow(&mut self, text: &str) {
        self.allowed.push(text.to_owned());
    }

    /// Fetches what is new; the driver forgets it thereby.
    pub(crate) async fn fetch(&mut self, session: &WebDriver) -> Result<()> {
        for entry in session.browser_log().await? {
            self.seen
                .push(format!("{}: {}", entry.level, entry.message));
        }
        Ok(())
    }

    /// All messages so far.
    pub(crate) fn lines(&self) -> &[String] {
        &self.seen
    }

    /// Fails if there is a message that the test did not announce.
    pub(crate) fn check(&self) -> Result<()> {
        let unexpected: Vec<&str> = self
            .seen
            .iter()
            .map(String::as_str)
            .filter(|line| !line.contains(ALWAYS_ALLOWED))
            .filter(|line| !self.allowed.iter().any(|text| line.contains(text)))
            .collect();
        if unexpected.is_empty() {
            Ok(())
        } else {
            bail!("the console is not empty:\n  {}", unexpected.join("\n  "))
        }
    }
}
