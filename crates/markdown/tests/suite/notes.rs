//! Footnotes.

use crate::support::{check, rendered};

#[test]
fn footnotes_are_numbered_by_their_first_mention() {
    let rendered =
        rendered("A[^b] c[^a] d[^b].\n\n[^a]: First *note*.\n[^b]: Second.\n\n    - x\n");
    insta::assert_snapshot!(format!("{}\n---\n{}", rendered.html, rendered.footnotes));
    assert_eq!(rendered.text, "A c d.\nSecond.\nx\nFirst note.");
}

#[test]
fn a_footnote_may_mention_another_and_itself() {
    let rendered = rendered("A[^a].\n\n[^a]: See[^b] and[^a].\n[^b]: End.");
    assert_eq!(rendered.footnotes.matches("<li id=").count(), 2);
    assert!(rendered.footnotes.contains("href=\"#fnref-1-2\""));
}

#[test]
fn a_footnote_that_is_not_mentioned_is_not_shown_and_an_unknown_one_is_text() {
    let rendered = rendered("A[^x].\n\n[^a]: Nobody asked.");
    assert_eq!(rendered.footnotes, "");
    assert_eq!(rendered.html.trim(), "<p>A[^x].</p>");
}

#[test]
fn a_mention_within_a_link_is_no_link() {
    check(
        "<a href=\"/b\">a[^1]</a>\n\n[^1]: c",
        "<p><a href=\"/b\">a<sup class=\"footnote-ref\" id=\"fnref-1\">1</sup></a></p>",
    );
}
