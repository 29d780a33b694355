//! Compares a page as press wrote it with the page as the app shows it.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::browser::Browser;

/// One line that differs: as written by press, as shown by the app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Where, in the list of nodes.
    pub at: usize,
    /// press's line, or nothing.
    pub before: String,
    /// The app's line, or nothing.
    pub after: String,
}

/// The differences between a page's file and the present page, inside `#app`.
///
/// Elements, classes, attributes and text count; the stamp's slot, `data-*` attributes, comments,
/// `aria-busy`, `style` and white space do not, nor what the app alone has: the corner for notices
/// and the offer to install.
///
/// # Errors
/// The page's script.
pub async fn differences(browser: &Browser, html: &str) -> Result<Vec<Difference>> {
    let lists = browser.run(COMPARE, vec![json!(html)]).await?;
    let lines = |index: usize| -> Result<Vec<String>> {
        Ok(lists[index]
            .as_array()
            .context("no list")?
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect())
    };
    let (before, after) = (lines(0)?, lines(1)?);
    anyhow::ensure!(before.len() > 5, "the page has hardly any element");
    Ok((0..before.len().max(after.len()))
        .map(|at| Difference {
            at,
            before: before.get(at).cloned().unwrap_or_default(),
            after: after.get(at).cloned().unwrap_or_default(),
        })
        .filter(|line| line.before != line.after)
        .take(12)
        .collect())
}

const COMPARE: &str = r#"
const lines = (root) => {
  const out = [];
  let text = '';
  const flush = () => {
    const trimmed = text.replace(/\s+/g, ' ').trim();
    if (trimmed) out.push('"' + trimmed + '"');
    text = '';
  };
  const walk = (node, depth) => {
    if (node.nodeType === 3) { text += node.data; return; }
    if (node.nodeType !== 1 || node.matches('.notices, [data-install]')) return;
    flush();
    const attributes = [...node.attributes]
      .filter(({ name }) => !name.startsWith('data-') && name !== 'style' && name !== 'aria-busy')
      .map(({ name, value }) => {
        if (name === 'class') value = value.split(/\s+/).filter(Boolean).sort().join(' ');
        return value || name !== 'class' ? ` ${name}="${value}"` : '';
      })
      .sort().join('');
    out.push('  '.repeat(depth) + '<' + node.localName + attributes + '>');
    if (!node.classList.contains('stamp-slot'))
      for (const child of node.childNodes) walk(child, depth + 1);
    flush();
  };
  walk(root, 0);
  return out;
};
const before = new DOMParser().parseFromString(arguments[0], 'text/html').querySelector('#app');
return [lines(before), lines(document.querySelector('#app'))];
"#;
