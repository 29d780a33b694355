//! Where links and images lead, as press sees it.

use lamplight_markdown::{destinations, inspect};

#[test]
fn every_destination_is_found_with_its_place() {
    let markdown = "[a](b.md) ![c](d.jpg \"t\")\n\n[ref]\n\n<div>\n<a href=\"e&amp;f\">\n<img src='g.png'>\n\
                    </div>\n\nx <a href=h>\n\n<script>\n<a href=no></script>\n\n## I {url=\"j\"}\n\n\
                    `[no](no)` <k@example.org>\n\n[^1]: [l](m)\n\n[ref]: n%20o\n";
    let found: Vec<(String, usize, bool)> = destinations(markdown)
        .into_iter()
        .map(|found| {
            let line = markdown[..found.range.start].matches('\n').count() + 1;
            (found.url, line, found.is_image)
        })
        .collect();
    let found: Vec<(&str, usize, bool)> = found
        .iter()
        .map(|(url, line, image)| (url.as_str(), *line, *image))
        .collect();
    assert_eq!(
        found,
        [
            ("b.md", 1, false),
            ("d.jpg", 1, true),
            ("n%20o", 3, false),
            ("e&f", 6, false),
            ("g.png", 7, true),
            ("h", 10, false),
            ("j", 15, false),
            ("m", 19, false),
        ]
    );
}

#[test]
fn what_is_left_out_of_raw_html_is_named_once_where_it_stands() {
    let dropped = |markdown: &str| -> Vec<(String, usize)> {
        inspect(markdown)
            .dropped
            .into_iter()
            .map(|found| {
                let line = markdown[..found.range.start].matches('\n').count() + 1;
                (found.name, line)
            })
            .collect()
    };
    let of = |name: &str, line: usize| (name.to_owned(), line);
    assert_eq!(
        dropped(
            "A\n\n<div>\n<iframe src=x></iframe>\n<video>\n<script>x</script></video></div>\n\nB <audio src=x><embed src=y></audio> <embed src=z>\n"
        ),
        [
            of("iframe", 4),
            of("video", 5),
            of("audio", 8),
            of("embed", 8)
        ]
    );
    assert_eq!(
        dropped(
            "The <script> tag.\n\n<FORM action=x>\n<input name=y>\n</FORM>\n\n<style>\np{}\n</style>\n"
        ),
        [
            of("script", 1),
            of("form", 3),
            of("input", 4),
            of("style", 7)
        ]
    );
    assert_eq!(
        dropped(
            "`<script>`, <center>x</center>, <b>y</b>, Vec<T>\n\n    <iframe>\n\n```\n<form>\n```\n"
        ),
        []
    );
}
