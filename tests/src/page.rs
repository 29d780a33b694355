//! How a page is shown: colour scheme and viewport (Chromium, over its own protocol), and what the
//! browser measured of it.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::browser::Browser;

/// The reader's preference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Dark text on light ground.
    Light,
    /// The other way round.
    Dark,
}

/// A device's window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Viewport {
    /// A small phone.
    Phone,
    /// A desktop's window.
    Desktop,
}

impl Browser {
    /// Chromium's own protocol.
    ///
    /// # Errors
    /// Another engine, or an unknown command.
    pub async fn cdp(&self, method: &str, parameters: Value) -> Result<Value> {
        self.session()?
            .cdp()
            .send_raw(method, parameters)
            .await
            .with_context(|| method.to_owned())
    }

    /// Has the profile's first worker do what it was asked to do once there is a connection (Background Sync): the
    /// browser's own time for that may be minutes away.
    ///
    /// # Errors
    /// As [`Browser::cdp`].
    pub async fn sync(&self, origin: &str, tag: &str) -> Result<()> {
        let event = json!({
            "origin": origin, "registrationId": "0", "tag": tag, "lastChance": false,
        });
        self.cdp("ServiceWorker.dispatchSyncEvent", event).await?;
        Ok(())
    }

    /// Prefers a colour scheme from now on.
    ///
    /// # Errors
    /// As [`Browser::cdp`].
    pub async fn prefer(&self, scheme: Scheme) -> Result<()> {
        let value = match scheme {
            Scheme::Light => "light",
            Scheme::Dark => "dark",
        };
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": value }] });
        self.cdp("Emulation.setEmulatedMedia", features).await?;
        Ok(())
    }

    /// Shows pages in a viewport from now on.
    ///
    /// # Errors
    /// As [`Browser::cdp`].
    pub async fn show_on(&self, viewport: Viewport) -> Result<()> {
        let (width, height, mobile) = match viewport {
            Viewport::Phone => (360, 740, true),
            Viewport::Desktop => (1280, 900, false),
        };
        self.show_at(width, height, 1, mobile).await
    }

    /// Shows pages in a viewport of so many CSS pixels from now on, `density` of the screen's pixels to
    /// each in both directions.
    ///
    /// # Errors
    /// As [`Browser::cdp`].
    pub async fn show_at(&self, width: u32, height: u32, density: u32, mobile: bool) -> Result<()> {
        let metrics = json!({
            "width": width, "height": height, "deviceScaleFactor": density, "mobile": mobile,
        });
        self.cdp("Emulation.setDeviceMetricsOverride", metrics)
            .await?;
        Ok(())
    }

    /// Runs a script before any of a page's own, in every page opened from now on in this tab.
    ///
    /// # Errors
    /// As [`Browser::cdp`].
    pub async fn before_every_page(&self, script: &str) -> Result<()> {
        let source = json!({ "source": script });
        self.cdp("Page.addScriptToEvaluateOnNewDocument", source)
            .await?;
        Ok(())
    }

    /// Every layout shift of the present page, also those that input excuses: how much, and what
    /// moved from where to where.
    ///
    /// # Errors
    /// The page's script.
    pub async fn layout_shifts(&self) -> Result<Vec<String>> {
        let shifts = self
            .run_async(
                "const name = (node) => node?.nodeType === 1
                   ? node.localName + '.' + node.className : (node?.textContent ?? 'gone').trim().slice(0, 40);
                 const shifts = [];
                 const note = (list) => list.forEach((entry) => shifts.push(entry.value.toFixed(6) + ': ' +
                   entry.sources.map(({ node, previousRect: a, currentRect: b }) =>
                     `${name(node)} ${a.x},${a.y} ${a.width}×${a.height} → ${b.x},${b.y} ${b.width}×${b.height}`)
                   .join('; ')));
                 return await new Promise((resolve) => {
                   const observer = new PerformanceObserver((list) => note(list.getEntries()));
                   observer.observe({ type: 'layout-shift', buffered: true });
                   requestAnimationFrame(() => setTimeout(() => {
                     note(observer.takeRecords());
                     resolve(shifts);
                   }, 0));
                 });",
                Vec::new(),
            )
            .await?;
        let shifts = shifts.as_array().context("no list")?;
        Ok(shifts
            .iter()
            .filter_map(|shift| shift.as_str().map(str::to_owned))
            .collect())
    }

    /// Why the browser would not install the site.
    ///
    /// # Errors
    /// As [`Browser::cdp`].
    pub async fn installability_errors(&self) -> Result<Vec<String>> {
        let answer = self.cdp("Page.getInstallabilityErrors", json!({})).await?;
        let errors = answer["installabilityErrors"].as_array().cloned();
        Ok(errors
            .unwrap_or_default()
            .iter()
            .map(|error| error["errorId"].as_str().unwrap_or("?").to_owned())
            // Every profile of these tests is new; the browser calls that incognito in some versions.
            .filter(|id| id != "in-incognito")
            .collect())
    }
}
