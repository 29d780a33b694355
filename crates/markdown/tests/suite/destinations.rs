//! Where links and images lead, as press sees it.

use lamplight_markdown::destinations;

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
