//! Headings, their ids and attributes.

use crate::support::{check, check_headings, rendered};

#[test]
fn a_heading_has_an_anchor_and_a_link_to_it() {
    check(
        "## What *was* seen",
        "<h2 id=\"what-was-seen\">What <em>was</em> seen<a class=\"anchor\" href=\"#what-was-seen\" \
         aria-label=\"Link to this section\"></a></h2>",
    );
}

#[test]
fn a_first_level_heading_becomes_one_of_the_second_level() {
    check_headings(
        "# A\n\n### B\n\nC\n=",
        "<h2 id=\"a\">A</h2>\n<h3 id=\"b\">B</h3>\n<h2 id=\"c\">C</h2>",
    );
}

#[test]
fn anchors_are_unique_and_explicit_ones_win() {
    check_headings(
        "## A\n\n## A\n\n## B\n\n## Other {#b}\n\n## Again {#b}\n\n## Main\n\n## Fn 1",
        "<h2 id=\"a\">A</h2>\n<h2 id=\"a-2\">A</h2>\n<h2 id=\"b-2\">B</h2>\n<h2 id=\"b\">Other</h2>\n\
         <h2 id=\"b-3\">Again</h2>\n<h2 id=\"section-main\">Main</h2>\n<h2 id=\"section-fn-1\">Fn 1</h2>",
    );
}

#[test]
fn a_heading_with_a_source_has_a_dateline() {
    check_headings(
        r#"## Second agency's account {source="Second Agency" date=2016-10-28 url="https://example.org/a_b_c?x=1&y=2"}"#,
        "<h2 id=\"second-agencys-account\">Second agency's account</h2>\n\
         <p class=\"dateline\"><span class=\"dateline-source\">Second Agency</span> · \
         <time datetime=\"2016-10-28\">28 October 2016</time> · \
         <a href=\"https://example.org/a_b_c?x=1&amp;y=2\" rel=\"noopener\">Original report</a></p>",
    );
}

#[test]
fn absent_parts_of_a_dateline_are_absent() {
    check_headings(
        "## A {date=2016-10-28}",
        "<h2 id=\"a\">A</h2>\n<p class=\"dateline\"><time datetime=\"2016-10-28\">28 October 2016</time></p>",
    );
    check_headings(
        "## A {source='X' date=\"late 2016\" url=javascript:alert(1)}",
        "<h2 id=\"a\">A</h2>\n<p class=\"dateline\"><span class=\"dateline-source\">X</span> · late 2016</p>",
    );
    check_headings("## A {#x .y}", "<h2 id=\"x\">A</h2>");
}

#[test]
fn attributes_work_with_emphasis_other_scripts_closing_hashes_and_underlines() {
    check_headings(
        "## *A* **b** {#x} ##",
        "<h2 id=\"x\"><em>A</em> <strong>b</strong></h2>",
    );
    check_headings(
        "## شهادة *ثانية* {source=\"وكالة الأنباء\"}",
        "<h2 id=\"شهادة-ثانية\">شهادة <em>ثانية</em></h2>\n\
         <p class=\"dateline\"><span class=\"dateline-source\">وكالة الأنباء</span></p>",
    );
    check_headings(
        "> Two\n> lines {source=\"A *b* `c` _d_\"}\n> ---",
        "<blockquote><h2 id=\"two-lines\">Two\nlines</h2>\n<p class=\"dateline\">\
         <span class=\"dateline-source\">A *b* `c` _d_</span></p>\n</blockquote>",
    );
}

#[test]
fn ordinary_braces_in_a_heading_stay() {
    for (markdown, text) in [
        ("## The set {a, b}", "The set {a, b}"),
        ("## {#id}", "{#id}"),
        ("## f(x) {x=1}", "f(x) {x=1}"),
        ("## A {}", "A {}"),
        ("## A \\{#b}", "A {#b}"),
        ("## A `{#b}`", "A <code>{#b}</code>"),
        ("## A {#b} c", "A {#b} c"),
        (
            "## A *b {source=\"c* d\"}",
            "A <em>b {source=&quot;c</em> d&quot;}",
        ),
    ] {
        let html = crate::support::without_anchors(&rendered(markdown).html);
        let text = text.replace("&quot;", "\"");
        assert!(html.contains(&[">", &text, "</h2>"].concat()), "{html}");
    }
}

#[test]
fn the_outline_lists_the_headings_as_plain_text() {
    let outline =
        rendered("# A *b* `c` ![d](photo.jpg)[^1]\n\n#### [E](f)\n\n##\n\n[^1]: x").outline;
    let outline: Vec<_> = outline
        .iter()
        .map(|heading| (heading.level, heading.id.as_str(), heading.text.as_str()))
        .collect();
    assert_eq!(outline, [(2, "a-b-c", "A b c"), (4, "e", "E")]);
}
