//! Property tests: a sanitiser with a browser's parser and the same allow list finds nothing to do.

use std::collections::{HashMap, HashSet};

use ammonia::Builder;
use proptest::prelude::*;

use crate::nesting::fault;
use crate::support::rendered;

/// The allow list, written down a second time so that a slip in the first is noticed.
fn sanitiser() -> Builder<'static> {
    let set = |names: &'static str| names.split(' ').collect::<HashSet<&str>>();
    let mut builder = Builder::default();
    builder
        .tags(set(
            "a abbr aside b bdi bdo blockquote br caption cite code dd del details dfn div dl dt em \
             figcaption figure h2 h3 h4 h5 h6 hr i img input ins kbd label li mark ol p pre q rp rt \
             ruby s samp section small span strong sub summary sup table tbody td tfoot th thead \
             time tr u ul var wbr",
        ))
        .clean_content_tags(set("script style"))
        .generic_attributes(set("id title lang dir class translate"))
        .tag_attributes(HashMap::from([
            ("a", set("href rel aria-label")),
            ("aside", set("role")),
            ("div", set("role aria-label tabindex")),
            ("pre", set("tabindex")),
            ("img", set("src srcset sizes alt width height loading decoding")),
            ("input", set("type disabled checked")),
            ("time", set("datetime")),
            ("del", set("datetime cite")),
            ("ins", set("datetime cite")),
            ("q", set("cite")),
            ("blockquote", set("cite")),
            ("ol", set("start reversed")),
            ("details", set("open")),
            ("td", set("colspan rowspan")),
            ("th", set("colspan rowspan scope")),
        ]))
        .url_schemes(set("http https mailto tel"))
        .link_rel(None);
    builder
}

/// Spelled alike, whatever the serialiser: a no-break space, and what need not be escaped in a value.
fn spelled(html: &str) -> String {
    let mut out = String::new();
    let mut quoted = false;
    let mut tag = false;
    let html = html.replace("&nbsp;", "\u{a0}");
    let mut rest = html.as_str();
    while let Some(character) = rest.chars().next() {
        match character {
            '<' if !quoted => tag = true,
            '>' if !quoted => tag = false,
            '"' if tag => quoted = !quoted,
            _ => {}
        }
        if quoted && rest.starts_with("&lt;") {
            out.push('<');
            rest = &rest[4..];
        } else if quoted && rest.starts_with("&gt;") {
            out.push('>');
            rest = &rest[4..];
        } else {
            out.push(character);
            rest = &rest[character.len_utf8()..];
        }
    }
    out
}

#[test]
fn the_sanitiser_would_find_what_it_is_asked_for() {
    let sanitiser = sanitiser();
    for bad in [
        "<p><div>a</div></p>",
        "<a href=\"x\"><i><a href=\"y\">b</a></i></a>",
        "<b onclick=\"x\">a</b>",
        "<a href=\"javascript:x\">a</a>",
        "<table>a</table>",
        "<table><tr><td>a</td></tr></table>",
        "<pre>\na</pre>",
        "<h2><h3>a</h3></h2>",
        "<ul><li>a<li>b</ul>",
        "<b>a</i></b>",
        "<script>a</script>",
    ] {
        assert_ne!(spelled(&sanitiser.clean(bad).to_string()), spelled(bad));
    }
}

fn holds(sanitiser: &Builder<'_>, markdown: &str) -> Result<(), TestCaseError> {
    let rendered = rendered(markdown);
    for html in [&rendered.html, &rendered.footnotes] {
        prop_assert_eq!(fault(html), None, "of {:?}: {}", markdown, html);
        let clean = sanitiser.clean(html).to_string();
        prop_assert_eq!(spelled(html), spelled(&clean), "of {:?}", markdown);
    }
    prop_assert_eq!(
        &rendered.text,
        &lamplight_markdown::plain_text(markdown),
        "of {:?}",
        markdown
    );
    Ok(())
}

const FRAGMENTS: &[&str] = &[
    "a",
    "b c",
    " ",
    "\n",
    "\n\n",
    "\n\n",
    "    ",
    "\t",
    "> ",
    "- ",
    "1. ",
    "* ",
    "# ",
    "## x {#y}\n",
    "```\n",
    "~~~\n",
    "---\n",
    "***\n",
    "|a|b|\n|-|-|\n|c|d|\n",
    "|",
    "`",
    "``",
    "*",
    "**",
    "_",
    "~~",
    "[",
    "](x)",
    "](javascript:x)",
    "![",
    "![i](photo.jpg)",
    "![i](photo.jpg \"*t*\")",
    "![i](wide.jpg)",
    "![i](https://x.org/y)",
    "![i](z)",
    "[^1]",
    "[^2]",
    "\n\n[^1]: n ",
    "\n[^2]: m [^1]\n\n    o\n",
    "> [!NOTE]\n> ",
    "> [!EDITOR]\n> ",
    "- [ ] t\n",
    "- [x] u\n",
    "{: .k}",
    "\n{:toc}\n",
    "{#id}",
    "&amp;",
    "&lt;",
    "&nbsp;",
    "&#x3c;script&#x3e;",
    "&#0;",
    "&",
    "<",
    ">",
    "\"",
    "'",
    "\\",
    "\\\n",
    "  \n",
    "\r",
    "\r\n",
    "\0",
    "\u{a0}",
    "\u{c}",
    "é",
    "ال",
    "\u{202e}",
    "<http://x.org>",
    "<m@x.org>",
    "<script>",
    "</script>",
    "<style>",
    "</style>",
    "<svg>",
    "</svg>",
    "<math>",
    "</math>",
    "<title>",
    "</title>",
    "<textarea>",
    "<noscript>",
    "<iframe src=x>",
    "<template>",
    "</template>",
    "<!--",
    "-->",
    "<!-->",
    "<![CDATA[",
    "]]>",
    "<?",
    "?>",
    "<!x>",
    "<p>",
    "</p>",
    "<div>",
    "</div>",
    "<b>",
    "</b>",
    "<i>",
    "</i>",
    "<a href=x>",
    "<a href=\"javascript:x\">",
    "<a name=n>",
    "</a>",
    "<a/>",
    "<ul>",
    "</ul>",
    "<ol start=-2>",
    "<li>",
    "</li>",
    "<dl>",
    "<dt>",
    "<dd>",
    "</dl>",
    "<table>",
    "</table>",
    "<tr>",
    "</tr>",
    "<td>",
    "</td>",
    "<th scope=row>",
    "<caption>",
    "</caption>",
    "<thead>",
    "<tbody>",
    "<tfoot>",
    "<colgroup>",
    "<col>",
    "<pre>",
    "</pre>",
    "<pre>\n",
    "<h1>",
    "</h1>",
    "<h2>",
    "</h3>",
    "<hr>",
    "<br>",
    "<br/>",
    "</br>",
    "<wbr>",
    "<img src=photo.jpg>",
    "<img src=x onerror=y>",
    "<input>",
    "<select>",
    "<option>",
    "<button>",
    "<form>",
    "</form>",
    "<details open>",
    "<summary>",
    "</summary>",
    "</details>",
    "<figure>",
    "<figcaption>",
    "</figure>",
    "<ruby>",
    "<rt>",
    "<rp>",
    "</ruby>",
    "<del>",
    "<ins cite=data:x>",
    "</ins>",
    "</del>",
    "<section>",
    "</section>",
    "<blockquote cite='javascript:x'>",
    "</blockquote>",
    "<span",
    " id=main",
    " onclick=x",
    " style=y",
    " title='q\"r'",
    " title=\"<s>\"",
    "/>",
    "<label>",
    "</label>",
    "<code>",
    "</code>",
    "<s>",
    "<u>",
    "<small>",
    "<em>",
    "<strong>",
    "</strong>",
    "<sub>",
    "<center>",
    "</article>",
    "</aside>",
    "<aside>",
    "<body>",
    "<html>",
    "<frameset>",
    "<nobr>",
    "<font>",
    "<plaintext>",
    "<xmp>",
    "<marquee>",
    "<applet>",
    "<mark>",
    "<q>",
    "<bdo dir=rtl>",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_sanitiser_changes_nothing_in_the_output_of_hostile_text(
        fragments in proptest::collection::vec(proptest::sample::select(FRAGMENTS), 0..24)
    ) {
        holds(&sanitiser(), &fragments.concat())?;
    }

    #[test]
    fn a_sanitiser_changes_nothing_in_the_output_of_any_text(markdown in any::<String>()) {
        holds(&sanitiser(), &markdown)?;
    }

    #[test]
    fn destinations_and_plain_text_take_anything(
        fragments in proptest::collection::vec(proptest::sample::select(FRAGMENTS), 0..12)
    ) {
        let markdown = fragments.concat();
        for found in lamplight_markdown::destinations(&markdown) {
            prop_assert!(markdown.get(found.range).is_some());
        }
        let _ = lamplight_markdown::plain_text(&markdown);
    }
}
