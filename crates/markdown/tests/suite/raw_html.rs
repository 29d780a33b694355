//! Raw HTML through the allow list.

use crate::support::check;

#[test]
fn what_an_article_needs_is_kept() {
    check(
        "H<sub>2</sub>O <abbr title=\"a &amp; b\">c</abbr> <time datetime=\"2016-10-28\">d</time><br>e \
         <q cite=\"https://example.org/\">f</q> <span lang=\"ar\" dir=\"rtl\">g</span>&nbsp;<kbd>h</kbd>",
        "<p>H<sub>2</sub>O <abbr title=\"a &amp; b\">c</abbr> <time datetime=\"2016-10-28\">d</time><br>e \
         <q cite=\"https://example.org/\">f</q> <span lang=\"ar\" dir=\"rtl\">g</span>\u{a0}<kbd>h</kbd></p>",
    );
    check(
        "<details open>\n<summary>More</summary>\n\n- *a*\n\n</details>",
        "<details open=\"\">\n<summary>More</summary>\n\n<ul><li><em>a</em></li>\n</ul>\n</details>",
    );
    check(
        "<ol start=3 reversed><li>a<li>b</ol>",
        "<ol start=\"3\" reversed=\"\"><li>a</li>\n<li>b</li>\n</ol>",
    );
}

#[test]
fn unknown_tags_and_attributes_go_and_their_text_stays() {
    check(
        "<center onclick=\"x()\"><p class=\"a\" style=\"b\" onmouseover=c align=left>d</p></center>",
        "<p>d</p>",
    );
    check(
        "a <blink>b</blink> <b id='main'>c</b> <custom-x>d</custom-x>",
        "<p>a b <b>c</b> d</p>",
    );
    check("<h1>a</h1>", "<h2>a</h2>");
}

#[test]
fn what_runs_or_embeds_goes_with_its_content() {
    for element in [
        "script", "style", "iframe", "object", "noscript", "template", "textarea", "title", "svg",
        "math", "select", "noembed",
    ] {
        check(
            &format!("a <{element} x=y>b <i>d</i></{element}> e"),
            "<p>a  e</p>",
        );
        check(
            &format!(
                "<div>a<{element}>b <i>c</i></{}>d</div>",
                element.to_uppercase()
            ),
            "<div>ad</div>",
        );
    }
    check("<script>\na\n\nb\n</script>\n\nc", "<p>c</p>");
    check("a <!-- b --> c <?php d ?>", "<p>a  c </p>");
}

#[test]
fn markdown_between_hidden_tags_leaves_nothing_behind() {
    check("a <script> [b](/c) *d* ![e](f) </script> g", "<p>a  g</p>");
    check("**a <svg> b** c</svg> d", "<p><strong>a </strong> d</p>");
}

#[test]
fn writing_about_a_tag_hides_nothing() {
    check(
        "The <object> and <svg> tags\nare old.\n\nSo </object>.",
        "<p>The  and  tags\nare old.</p>\n<p>So .</p>",
    );
}

#[test]
fn raw_html_never_closes_what_is_not_its_own() {
    check("a </p></div></article></main> b", "<p>a  b</p>");
    check(
        "> <div>\n> a </div></div></blockquote>\n\nb",
        "<blockquote><div>\na </div>\n\n</blockquote>\n<p>b</p>",
    );
    check("- <b>a\n- b", "<ul><li><b>a</b></li>\n<li>b</li>\n</ul>");
    check("**a <i>b** c</i>", "<p><strong>a <i>b</i></strong> c</p>");
}

#[test]
fn raw_html_may_span_markdown() {
    check(
        "<div>\n\n*a*\n\n<section>\n\nb\n\n</section>\n\n</div>\n\nc",
        "<div>\n<p><em>a</em></p>\n<section>\n<p>b</p>\n</section>\n\n</div>\n\n<p>c</p>",
    );
    check(
        "<table>\n<tr>\n<td>\n\n*a*\n\n</td>\n<td>b\n</table>",
        "<table><tbody><tr><td>\n<p><em>a</em></p>\n</td><td>b\n</td></tr>\n</tbody>\n</table>",
    );
}

#[test]
fn misnesting_is_repaired() {
    check("a <b>b <i>c</b> d</i> e", "<p>a <b>b <i>c</i></b> d e</p>");
    check("<p>a<p>b<div>c", "<p>a</p>\n<p>b</p>\n<div>c</div>");
    check("<div><b>a<p>b</b>c", "<div><b>a</b><p>bc</p>\n</div>");
    check("<b>a<p>b</b>c", "<p><b>ab</b>c</p>");
    check("<li>a</li><td>b</td><summary>c</summary>", "abc");
    check("<ul>a<li>b</ul>", "<ul></ul>\nab");
    check("<table>a<tr><td>b</table>", "<table></table>\nab");
    check(
        "<a href=\"/x\">\n\nb [c](/d)",
        "<a href=\"/x\">\n</a><p>b <a href=\"/d\">c</a></p>",
    );
}

#[test]
fn named_places_are_kept_unless_their_name_is_taken() {
    check(
        "<a name=\"x\"></a>a <span id=x>b</span> <i id=\"app\">c</i> <a id=\"y\"/>d [e](/f)",
        "<p><span id=\"x\"></span>a <span>b</span> <i>c</i> <span id=\"y\"></span>d <a href=\"/f\">e</a></p>",
    );
}

#[test]
fn a_broken_tag_is_text() {
    check("<div title=\"a>b\n\nc", "&lt;div title=\"a&gt;b\n<p>c</p>");
    check("a <b c", "<p>a &lt;b c</p>");
}

#[test]
fn preformatted_text_keeps_its_lines() {
    check(
        "<pre>\na\n\n  b\n</pre>",
        "<pre tabindex=\"0\">a\n\n  b\n</pre>",
    );
}
