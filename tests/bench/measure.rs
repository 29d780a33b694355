//! One visit, measured by the browser itself, and one navigation inside the app.

use std::time::Duration;

use anyhow::{Context, Result};
use lamplight_e2e::{Browser, Line, Server};
use serde_json::{Value, json};

use crate::AFTERWARDS;

/// What one visit came to; times in milliseconds since the navigation began.
#[derive(Clone, Debug, Default)]
pub(crate) struct Visit {
    pub(crate) first_paint: f64,
    pub(crate) largest_paint: f64,
    /// What was painted largest.
    pub(crate) largest: String,
    /// What tasks took beyond 50 ms each, since the first paint.
    pub(crate) blocked: f64,
    pub(crate) shift: f64,
    /// `None` for a page without the app.
    pub(crate) ready: Option<f64>,
    /// Bytes towards the browser until the page was ready, headers and other requests included.
    pub(crate) bytes: u64,
    pub(crate) requests: usize,
    /// Start and length of each task of more than 50 ms, what ran in it, and what was shifted.
    #[expect(dead_code, reason = "printed by --detail")]
    pub(crate) tasks: Vec<String>,
}

/// One navigation inside the app.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Navigation {
    /// How often the processor was slowed.
    pub(crate) slower: u32,
    /// Frames from the click to the one that shows the new heading.
    pub(crate) frames: u64,
    /// Milliseconds from the click until that frame was painted.
    pub(crate) time: f64,
}

/// Runs before the page's own scripts.
const WATCH: &str = "(() => {
  const seen = window.measured = { largest: {}, shift: 0, tasks: [], frames: [], ready: null };
  const watch = (type, note) => new PerformanceObserver((list) => list.getEntries().forEach(note))
    .observe({ type, buffered: true });
  watch('largest-contentful-paint', (entry) => {
    seen.largest = { at: entry.startTime, what: `${entry.element?.localName ?? '?'} ${entry.element?.className ?? ''} ${entry.size}` };
  });
  const box = ({ x, y, width, height }) => [x, y, width, height].map(Math.round).join(' ');
  watch('layout-shift', (entry) => {
    seen.shift += entry.value;
    for (const { node, previousRect, currentRect } of entry.sources) {
      seen.frames.push(`shift at ${entry.startTime.toFixed()}: ${node?.nodeName} ${node?.className ?? ''} ${box(previousRect)} to ${box(currentRect)}`);
    }
  });
  watch('longtask', ({ startTime, duration }) => seen.tasks.push([startTime, duration]));
  watch('long-animation-frame', (entry) => seen.frames.push(`${entry.startTime.toFixed()} + ${entry.duration.toFixed()}: ` +
    entry.scripts.map((script) => `${script.invoker} ${script.sourceURL.split('/').pop()} ${script.duration.toFixed()}`).join('; ')));
  new MutationObserver(() => {
    if (document.documentElement?.dataset.app === 'ready') seen.ready ??= performance.now();
  }).observe(document, { subtree: true, attributes: true, attributeFilter: ['data-app'] });
})()";

/// Makes a phone of a browser.
pub(crate) async fn prepare(browser: &Browser, slower: u32) -> Result<()> {
    let metrics = json!({ "width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": true });
    browser
        .cdp("Emulation.setDeviceMetricsOverride", metrics)
        .await?;
    // A phone's scroll bars lie over the page; a desktop's would move it when it grows.
    let hidden = json!({ "hidden": true });
    browser.cdp("Emulation.setScrollbarsHidden", hidden).await?;
    slow_down(browser, slower).await?;
    browser.before_every_page(WATCH).await
}

/// Slows the processor for the page's main thread.
pub(crate) async fn slow_down(browser: &Browser, slower: u32) -> Result<()> {
    let rate = json!({ "rate": slower });
    browser.cdp("Emulation.setCPUThrottlingRate", rate).await?;
    Ok(())
}

/// Visits a page; `app` says whether it has one to wait for.
pub(crate) async fn measure(
    browser: &Browser,
    server: &Server,
    line: &Line,
    url: &str,
    app: bool,
) -> Result<Visit> {
    server.forget();
    line.take_bytes();
    browser.goto(url).await?;
    browser
        .wait_until(if app {
            "window.measured?.ready"
        } else {
            "window.measured && document.readyState === 'complete'"
        })
        .await?;
    let (bytes, requests) = (line.bytes(), server.requests().len());
    tokio::time::sleep(AFTERWARDS).await;
    let seen = browser
        .eval(
            "({ ...measured, first: performance.getEntriesByName('first-contentful-paint')[0]?.startTime })",
        )
        .await?;
    let number = |value: &Value| value.as_f64();
    let first_paint = number(&seen["first"]).context("nothing was painted")?;
    let blocked = seen["tasks"].as_array().into_iter().flatten().map(|task| {
        let start = number(&task[0]).unwrap_or_default();
        let length = number(&task[1]).unwrap_or_default();
        // A task that was running at the first paint counts from there.
        let from = start.max(first_paint);
        (start + length - from - 50.0).max(0.0)
    });
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Ok(Visit {
        first_paint,
        largest_paint: number(&seen["largest"]["at"]).context("nothing was painted")?,
        largest: text(&seen["largest"]["what"]),
        blocked: blocked.sum(),
        shift: number(&seen["shift"]).unwrap_or_default(),
        ready: number(&seen["ready"]),
        bytes,
        requests,
        tasks: seen["tasks"]
            .as_array()
            .into_iter()
            .flatten()
            .map(ToString::to_string)
            .chain(seen["frames"].as_array().into_iter().flatten().map(text))
            .collect(),
    })
}

/// Clicks a link and counts the frames until the heading of its page is painted.
const NAVIGATE: &str = "
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const link = document.querySelector(`a[href$='${arguments[0]}']:not([aria-hidden])`);
  const before = document.querySelector('main h1').textContent;
  await frame();
  await new Promise((done) => setTimeout(done, 0));
  const start = performance.now();
  link.click();
  let frames = 0;
  let changed = false;
  while (!changed && frames < 600) {
    // The new page is in the document when this callback runs, or is not in this frame.
    await new Promise((done) => requestAnimationFrame(() => {
      frames += 1;
      changed = document.querySelector('main h1')?.textContent !== before;
      if (changed) {
        const channel = new MessageChannel();
        channel.port1.onmessage = done;
        channel.port2.postMessage(null);
      } else done();
    }));
  }
  const time = performance.now() - start;
  return { frames, time, changed, before };";

/// Goes to another article inside the app, and back.
pub(crate) async fn navigate(browser: &Browser, slower: u32, other: &str) -> Result<Navigation> {
    browser
        .wait_until(&format!(
            "document.querySelector(`a[href$='{other}']:not([aria-hidden])`)"
        ))
        .await?;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let answer = browser.run_async(NAVIGATE, vec![json!(other)]).await?;
    anyhow::ensure!(answer["changed"] == true, "the link to {other} led nowhere");
    browser.back().await?;
    browser
        .shows(answer["before"].as_str().unwrap_or_default().trim())
        .await?;
    Ok(Navigation {
        slower,
        frames: answer["frames"].as_u64().context("no frames")?,
        time: answer["time"].as_f64().context("no time")?,
    })
}
