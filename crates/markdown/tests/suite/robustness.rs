//! Nothing an author writes makes the renderer panic, overflow or take more than linear time.

use std::time::{Duration, Instant};

use crate::nesting::fault;
use crate::support::rendered;

#[track_caller]
fn survives(name: &str, markdown: &str) {
    let start = Instant::now();
    let html = rendered(markdown).html;
    // A quadratic renderer would take minutes; a slow machine does not.
    assert!(start.elapsed() < Duration::from_secs(20), "{name} is slow");
    assert_eq!(fault(&html), None, "{name}");
}

#[test]
fn deep_nesting_and_long_runs_are_harmless() {
    const N: usize = 10_000;
    for (name, part) in [
        ("quotes", "> "),
        ("brackets", "["),
        ("images", "!["),
        ("lists", "- "),
        ("emphasis", "*a **b "),
        ("divs", "<div>"),
        ("block divs", "<div>\n\n"),
        ("lists in html", "<ul><li>"),
        ("tables", "<table><tr><td>"),
        ("open quotes", "<a href=\""),
        ("comments", "<!--"),
        ("inline comments", "x <!-- "),
        ("ends", "</div>"),
        ("objects", "a <object> "),
        ("links", "[a](b) <a href=x>"),
        ("references", "&amp;&#0;&"),
        ("braces", "## a {{{{\n"),
        ("blocks", "## a {#a source=\"b\"}\n"),
        ("lists of attributes", "a\n{: .b}\n"),
        ("span lists", "*a*{: .b"),
        ("footnotes", "[^a] "),
        ("backticks", "`a``b"),
        ("cells", "|a"),
    ] {
        survives(name, &part.repeat(N));
        survives(name, &[&part.repeat(N), "\n\n[^a]: b"].concat());
    }
    let notes: String = (0..N)
        .map(|n| format!("a[^{n}]\n\n[^{n}]: b[^{n}]\n\n"))
        .collect();
    survives("many notes", &notes);
    let nested: String = (0..500)
        .map(|n| format!("{}- a\n", "  ".repeat(n)))
        .collect();
    survives("nested lists", &nested);
}

#[test]
fn the_text_of_what_is_nested_too_deep_is_kept() {
    let rendered = rendered(&[&"> ".repeat(300), "deep"].concat());
    assert!(rendered.html.contains("deep"));
    assert_eq!(rendered.text, "deep");
}
