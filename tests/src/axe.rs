//! Accessibility by axe-core.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::browser::Browser;

/// What axe finds on the present page: one line per rule and element.
///
/// # Errors
/// axe is not there, or fails.
pub async fn violations(browser: &Browser) -> Result<Vec<String>> {
    let file = file()?;
    let axe = std::fs::read_to_string(&file)
        .with_context(|| format!("{}: run `cargo xtask setup --test`", file.display()))?;
    browser.run(&axe, Vec::new()).await?;
    let found = browser
        .run_async(
            "const result = await axe.run(document, { resultTypes: ['violations', 'incomplete'] });
             const lines = [];
             for (const rule of result.violations)
               for (const node of rule.nodes)
                 lines.push(rule.id + ': ' + node.target.join(' ') + ' – ' +
                   node.failureSummary.replace(/\\s+/g, ' '));
             return lines;",
            Vec::new(),
        )
        .await?;
    let lines = found.as_array().context("axe gave no list")?;
    Ok(lines
        .iter()
        .filter_map(|line| line.as_str().map(str::to_owned))
        .collect())
}

fn file() -> Result<PathBuf> {
    if let Some(file) = std::env::var_os("LAMPLIGHT_AXE") {
        return Ok(file.into());
    }
    let cache = match std::env::var_os("XDG_CACHE_HOME").filter(|value| !value.is_empty()) {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(std::env::var_os("HOME").context("HOME is not set")?).join(".cache"),
    };
    let tools = cache.join("lamplight/tools");
    let newest = std::fs::read_dir(&tools)
        .with_context(|| format!("no {}", tools.display()))?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with("axe-core-"))
        })
        .max()
        .context("axe-core is not installed: run `cargo xtask setup --test`")?;
    Ok(newest.join("node_modules/axe-core/axe.min.js"))
}
