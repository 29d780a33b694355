//! Links and what becomes of bad ones.

use crate::support::check;

#[test]
fn links_within_the_publication_lead_below_its_base() {
    check(
        "[a](other.md#part) [b](#c) [d](e/f)",
        "<p><a href=\"/base/other/#part\">a</a> <a href=\"#c\">b</a> <a href=\"e/f\">d</a></p>",
    );
}

#[test]
fn links_to_other_sites_open_nothing_behind_them() {
    check(
        "[a](https://example.org/ \"T\") <https://example.org> <me@example.org> [c](//example.org)",
        "<p><a href=\"https://example.org/\" rel=\"noopener\" title=\"T\">a</a> \
         <a href=\"https://example.org\" rel=\"noopener\">https://example.org</a> \
         <a href=\"mailto:me@example.org\">me@example.org</a> \
         <a href=\"//example.org\" rel=\"noopener\">c</a></p>",
    );
}

#[test]
fn a_link_that_a_browser_could_run_keeps_only_its_text() {
    for destination in [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "javascript&colon;alert(1)",
        "&#106;avascript:alert(1)",
        "<java&#10;script:alert(1)>",
        "<java&Tab;script:alert(1)>",
        "<\u{1}javascript:alert(1)>",
        "< javascript:alert(1)>",
        "data:text/html,x",
        "vbscript:x",
    ] {
        check(&format!("[*a* b]({destination})"), "<p><em>a</em> b</p>");
        let raw = destination.trim_matches(['<', '>']);
        check(&format!("x <a href=\"{raw}\">a</a>"), "<p>x a</p>");
    }
}

#[test]
fn an_escaped_scheme_is_an_address_like_any_other() {
    check(
        "[a](javascript%3Aalert(1))",
        "<p><a href=\"javascript%3Aalert(1)\">a</a></p>",
    );
}

#[test]
fn there_is_no_link_within_a_link() {
    check(
        "<a href=\"/x\">a [b](/c) <a href=\"/d\">e</a></a>",
        "<p><a href=\"/x\">a </a><a href=\"/c\">b</a> <a href=\"/d\">e</a></p>",
    );
    check(
        "[a <a href=\"/x\">b</a>](/c)",
        "<p><a href=\"/c\">a b</a></p>",
    );
}
