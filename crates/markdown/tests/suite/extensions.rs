//! Tables, task lists, alerts and the like.

use crate::support::{check, check_headings, rendered};

#[test]
fn an_alert_is_a_note_with_a_title() {
    for (kind, title) in [
        ("note", "Note"),
        ("tip", "Tip"),
        ("important", "Important"),
        ("warning", "Warning"),
        ("caution", "Caution"),
    ] {
        check(
            &format!("> [!{}]\n> *a*", kind.to_uppercase()),
            &format!(
                "<aside class=\"alert alert-{kind}\" role=\"note\"><p class=\"note-title\">{title}</p>\n\
                 <p><em>a</em></p>\n</aside>"
            ),
        );
    }
}

#[test]
fn an_editors_note_may_stand_in_the_text() {
    for marker in ["[!EDITOR]", "[!editor's note]"] {
        check(
            &format!("> {marker}\n> *a*\n>\n> b"),
            "<aside class=\"editors-note\" role=\"note\"><p class=\"note-title\">Editor’s note</p>\n\
             <p><em>a</em></p>\n<p>b</p>\n</aside>",
        );
    }
    check(
        "> [!OTHER]\n> a",
        "<blockquote><p>[!OTHER]\na</p>\n</blockquote>",
    );
    check(
        "> [!EDITOR] a",
        "<blockquote><p>[!EDITOR] a</p>\n</blockquote>",
    );
}

#[test]
fn a_table_scrolls_in_a_region_of_its_own() {
    insta::assert_snapshot!(
        rendered(
            "| Port | Boats *a day* |   |\n|:--|--:|:-:|\n| Ormsay | 4 | `x` |\n| <b>Sund | |\n\n\
         | Port | Boats a day |\n|--|--|\n\n| |\n|-|\n| a |\n"
        )
        .html
    );
}

#[test]
fn a_task_is_a_labelled_box() {
    check(
        "- [ ] a *b*\n- [x] c\n  - d",
        "<ul><li class=\"task\"><label><input type=\"checkbox\" disabled=\"\"> a <em>b</em></label></li>\n\
         <li class=\"task\"><label><input type=\"checkbox\" disabled=\"\" checked=\"\"> c</label>\
         <ul><li>d</li>\n</ul>\n</li>\n</ul>",
    );
    check(
        "- [x] a\n\n  b",
        "<ul><li class=\"task\"><p><label><input type=\"checkbox\" disabled=\"\" checked=\"\"> a</label></p>\n\
         <p>b</p>\n</li>\n</ul>",
    );
}

#[test]
fn a_code_block_names_its_language() {
    check(
        "```rust,ignore\na < b && \"c\"\n```\n\n~~~\n{: .x}\n~~~\n\n``` \"><script>\nx\n```",
        "<pre tabindex=\"0\"><code class=\"language-rust\">a &lt; b &amp;&amp; \"c\"\n</code></pre>\n\
         <pre tabindex=\"0\"><code>{: .x}\n</code></pre>\n<pre tabindex=\"0\"><code>x\n</code></pre>",
    );
}

#[test]
fn a_row_of_asterisks_is_a_rule_and_tildes_strike_through() {
    check(
        "a ~~b~~\n\n***\n\n* * *",
        "<p>a <del>b</del></p>\n<hr>\n<hr>",
    );
}

#[test]
fn punctuation_stays_as_it_was_typed() {
    check("\"a\" -- 'b'...", "<p>\"a\" -- 'b'...</p>");
}

#[test]
fn attribute_lists_of_jekyll_posts_do_not_show() {
    check("a\n{: .lead}", "<p>a</p>");
    check("{: .lead}\na", "<p>a</p>");
    check("a\n{: .b}\nc", "<p>a\nc</p>");
    check("a\n\n{: #id .b key=\"v *w* x\"}\n\nc", "<p>a</p>\n<p>c</p>");
    check("- a\n{: .b}", "<ul><li>a</li>\n</ul>");
    check("> a\n{: .b}", "<blockquote><p>a</p>\n</blockquote>");
    check("* TOC\n{:toc}\n\na", "<p>a</p>");
    check(
        "[a](/b){:target=\"_blank\"} *c*{: .d}e `f`{: .g}",
        "<p><a href=\"/b\">a</a> <em>c</em>e <code>f</code></p>",
    );
    check_headings("## A {: #b .c}", "<h2 id=\"b\">A</h2>");
    check(
        "|a|\n|-|\n|b|\n{: .c}",
        "<div class=\"table-wrap\" role=\"region\" aria-label=\"a\" tabindex=\"0\"><table><thead><tr><th>a</th></tr>\n\
         </thead>\n<tbody><tr><td>b</td></tr>\n</tbody>\n</table>\n</div>",
    );
    check(
        "![A](photo.jpg){: .wide}",
        "<figure><img src=\"/base/media/p.jpg\" alt=\"A\" width=\"640\" height=\"480\" loading=\"lazy\" \
         decoding=\"async\"></figure>",
    );
}

#[test]
fn what_only_looks_like_an_attribute_list_stays() {
    check("a {: .b} c", "<p>a {: .b} c</p>");
    check("\\{: .b}", "<p>{: .b}</p>");
    check("`{: .b}`", "<p><code>{: .b}</code></p>");
    check("{: a} b {: c}", "<p>{: a} b {: c}</p>");
    check(
        "    {: .b}",
        "<pre tabindex=\"0\"><code>{: .b}</code></pre>",
    );
    check("*a* {: .b}", "<p><em>a</em> {: .b}</p>");
}
