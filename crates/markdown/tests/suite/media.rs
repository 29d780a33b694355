//! Images, figures and what stands for a missing one.

use crate::support::{check, rendered};

const PHOTO: &str = "<img src=\"/base/media/p.jpg\" alt=\"A\"";
const LAZY: &str = " width=\"640\" height=\"480\" loading=\"lazy\" decoding=\"async\">";

#[test]
fn an_image_on_its_own_is_a_figure_with_its_title_as_caption() {
    check(
        "![A](photo.jpg \"The *ferry*, [1](/x)\")",
        &format!(
            "<figure>{PHOTO}{LAZY}<figcaption>The <em>ferry</em>, <a href=\"/x\">1</a></figcaption></figure>"
        ),
    );
    check(
        "![A](photo.jpg)",
        &format!("<figure>{PHOTO}{LAZY}</figure>"),
    );
    check(
        "[![A](photo.jpg '1. May')](/x)",
        &format!(
            "<figure><a href=\"/x\">{PHOTO}{LAZY}</a><figcaption>1. May</figcaption></figure>"
        ),
    );
}

#[test]
fn an_image_within_a_line_stays_there() {
    check(
        "a ![A](photo.jpg \"T\")",
        &format!("<p>a {PHOTO} title=\"T\"{LAZY}</p>"),
    );
    check(
        "- ![A](photo.jpg)",
        &format!("<ul><li>{PHOTO}{LAZY}</li>\n</ul>"),
    );
}

#[test]
fn an_image_with_variants_lets_the_browser_choose() {
    check(
        "![A](wide.jpg)",
        "<figure><img src=\"/base/media/w.jpg\" srcset=\"/base/media/w-480-x.webp 480w, \
         /base/media/w-1200-y.webp 1200w, /base/media/w.jpg 1600w\" \
         sizes=\"(min-width: 42em) 37rem, 90vw\" alt=\"A\" width=\"1600\" height=\"900\" \
         loading=\"lazy\" decoding=\"async\"></figure>",
    );
}

#[test]
fn an_unknown_size_is_not_written() {
    check(
        "x ![*a* `b`](drawing.svg)",
        "<p>x <img src=\"/base/media/d.svg\" alt=\"a b\" loading=\"lazy\" decoding=\"async\"></p>",
    );
}

#[test]
fn an_image_on_another_server_is_a_link_and_never_loaded() {
    check(
        "![A](https://example.org/a.png \"T\")",
        "<p><a class=\"remote-image\" href=\"https://example.org/a.png\" rel=\"noopener noreferrer\">A \
         <span class=\"remote-image-host\">Image at example.org</span></a></p>",
    );
    for markdown in [
        "![a](//example.org/a.png)",
        "![a](/\\example.org/a.png)",
        "![a](data:image/png;base64,AAAA)",
        "<img src=\"https://example.org/a.png\" srcset=\"https://example.org/b.png 2x\">",
        "<p><img src='//example.org/a.png'></p>",
        "<image src=x><picture><source srcset=x></picture><video poster=x></video>",
        "[![a](http://example.org/a.png)](/x)",
        "<input type=image src=x><body background=x><table background=x><tr><td>y</table>",
    ] {
        let html = rendered(markdown).html;
        for loading in ["<img", "src=", "srcset", "background", "poster"] {
            assert!(!html.contains(loading), "{markdown}: {html}");
        }
    }
}

#[test]
fn an_image_that_is_nowhere_leaves_its_text() {
    check(
        "![A *b*](gone.jpg)",
        "<p><span class=\"missing-image\">A b</span></p>",
    );
}

#[test]
fn an_image_in_raw_html_follows_the_same_rules() {
    check(
        "<img src=photo.jpg alt='A' onerror=alert(1) style='x' width=1 loading=eager>",
        &format!("{PHOTO}{LAZY}"),
    );
    check(
        "<figure><img src=\"gone.jpg\" alt=\"A\"><figcaption>B</figcaption></figure>",
        "<figure><span class=\"missing-image\">A</span><figcaption>B</figcaption></figure>",
    );
}
