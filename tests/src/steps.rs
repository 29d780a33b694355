//! What a reader does and what the app promises to tests: ready, kept, checked.

use anyhow::{Context, Result};

use crate::browser::Browser;

impl Browser {
    /// Goes to an address and waits until the app has taken over.
    ///
    /// # Errors
    /// It does not in time.
    pub async fn open_app(&self, url: &str) -> Result<()> {
        self.goto(url).await?;
        self.ready().await
    }

    /// Waits until the app has taken over.
    ///
    /// # Errors
    /// It does not in time.
    pub async fn ready(&self) -> Result<()> {
        self.wait_until("document.documentElement.dataset.app === 'ready'")
            .await
    }

    /// Waits until the worker controls the page and the newest articles are on the device.
    ///
    /// # Errors
    /// They are not in time.
    pub async fn kept(&self) -> Result<()> {
        self.ready().await?;
        self.wait_until("navigator.serviceWorker?.controller")
            .await?;
        self.wait_until("document.documentElement.dataset.kept === 'done'")
            .await
    }

    /// Waits until the stamp says one of some kinds of evidence; which.
    ///
    /// # Errors
    /// It does not in time.
    pub async fn evidence(&self, any_of: &[&str]) -> Result<String> {
        let wanted = serde_json::to_string(any_of)?;
        let value = "document.querySelector('[data-evidence]')?.dataset.evidence";
        self.wait_until(&format!("{wanted}.includes({value})"))
            .await
            .with_context(|| format!("the stamp does not say {}", any_of.join(" or ")))?;
        let value = self.eval(value).await?;
        Ok(value.as_str().unwrap_or_default().to_owned())
    }

    /// Presses the stamp's "Check" button.
    ///
    /// # Errors
    /// There is none.
    pub async fn check_now(&self) -> Result<()> {
        self.wait_until(CHECK).await?;
        self.run(&format!("({CHECK}).click()"), Vec::new()).await?;
        Ok(())
    }

    /// The heading of the page.
    ///
    /// # Errors
    /// There is none.
    pub async fn heading(&self) -> Result<String> {
        self.wait_for("main h1").await?;
        let text = self
            .eval("document.querySelector('main h1').textContent.trim()")
            .await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Waits until the page's heading is this.
    ///
    /// # Errors
    /// It is another.
    pub async fn shows(&self, heading: &str) -> Result<()> {
        let quoted = serde_json::to_string(heading)?;
        self.wait_until(&format!(
            "document.querySelector('main h1')?.textContent.trim() === {quoted}"
        ))
        .await
        .with_context(|| format!("the page is not «{heading}»"))
    }

    /// Follows a link inside the app, by the end of its address.
    ///
    /// # Errors
    /// There is no such link.
    pub async fn follow(&self, end_of_address: &str) -> Result<()> {
        self.click(&format!("a[href$=\"{end_of_address}\"]:not([aria-hidden])"))
            .await
    }
}

/// The stamp's button, by its accessible name.
const CHECK: &str = "[...document.querySelectorAll('[data-evidence] button')].find((button) => \
    (button.getAttribute('aria-label') ?? button.textContent).trim().startsWith('Check') && \
    !button.disabled && button.getClientRects().length > 0)";
