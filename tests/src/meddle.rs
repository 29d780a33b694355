//! A site whose scripts are preceded by one of the tests' (`meddle.js`): every write asks the test's [`crate::Server`] first
//! whether there is space, the clock is wrong, patience is short. That is how faults reach workers, to which the
//! browser's protocol gives no way.

use std::fs;

use anyhow::{Context, Result};
use lamplight_model::seal::digest;
use serde_json::json;

use crate::browser::Browser;
use crate::site::Site;

const SCRIPT: &str = include_str!("meddle.js");

/// The script, for a site at a base path.
pub fn meddled(base: &str) -> String {
    SCRIPT.replace("BASE", base)
}

impl Site {
    /// Puts the script before those of the workers, until the site is pressed again. The service worker's list says so,
    /// too: it takes no file of another digest.
    ///
    /// # Errors
    /// The site has no such scripts.
    pub fn meddle(&self) -> Result<()> {
        let prelude = meddled(&self.base());
        let files = self.app_files()?;
        let keep = files.iter().find(|file| file.starts_with("assets/keep-"));
        let keep = self.root().join(keep.context("no worker of the library")?);
        let old = fs::read(&keep)?;
        let new = [prelude.as_bytes(), b"\n", &old].concat();
        let list = self.root().join("sw.js");
        let text = fs::read_to_string(&list)?;
        // Its name keeps the digest that it had.
        let listed = |bytes: &[u8]| format!("\"digest\":\"{}\"", digest(bytes));
        let (old, changed) = (listed(&old), listed(&new));
        anyhow::ensure!(text.contains(&old), "the worker's list has another digest");
        fs::write(keep, new)?;
        fs::write(
            list,
            [&prelude, "\n", &text.replace(&old, &changed)].concat(),
        )?;
        Ok(())
    }
}

impl Browser {
    /// Puts the script before those of pages opened from now on in this tab, whose clock is wrong by so many milliseconds.
    ///
    /// # Errors
    /// The browser's.
    pub async fn meddle(&self, site: &Site, clock: i64) -> Result<()> {
        let script = format!("self.meddledClock = {clock};\n{}", meddled(&site.base()));
        self.before_every_page(&script).await
    }

    /// Has records ask for space, too, not only files, in pages opened from now on; and leaves no space for the first write of a kind
    /// to local storage and all that follow, or for it alone (`once`).
    ///
    /// # Errors
    /// The page's script.
    pub async fn arm(&self, full: Option<&str>, once: bool) -> Result<()> {
        let plan = json!({ "full": full, "once": once });
        self.store("meddled", &plan.to_string()).await
    }
}
