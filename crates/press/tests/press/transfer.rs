//! What a reader fetches on a first visit does not grow with the archive.

use std::collections::BTreeMap;

use crate::publication::Publication;

/// Sizes of what a first visit asks for, in a publication of so many posts: front page and newest
/// article, with the worker and what they are checked by.
fn first_visit(posts: usize) -> BTreeMap<&'static str, usize> {
    // Alike but for their numbers, so that a byte more is the archive's; one title, so one card.
    let publication = (0..posts).fold(Publication::new(), |publication, number| {
        let day = format!(
            "20{:02}-{:02}-{:02}",
            number / 336,
            number / 28 % 12 + 1,
            number % 28 + 1
        );
        let text = format!("---\ntitle: A post\ndate: {day}\ncategories: [sea]\n---\nA text.\n");
        publication.post(&format!("post-{number:05}.md"), &text)
    });
    publication.built();
    let newest = posts - 1;
    let sizes = [
        ("front page", "index.html".to_owned()),
        ("category", "category/sea/index.html".to_owned()),
        ("feed", "feed.json".to_owned()),
        ("worker", "sw.js".to_owned()),
        ("shell", "shell/index.html".to_owned()),
        ("page", format!("post-{newest:05}/index.html")),
        ("document", format!("articles/post-{newest:05}.en.json")),
    ];
    sizes
        .into_iter()
        .map(|(what, path)| (what, publication.read(&path).len()))
        .collect()
}

#[test]
fn a_first_visit_needs_the_same_bytes_however_large_the_archive_is() {
    let (small, large) = (first_visit(50), first_visit(2000));
    for (what, bytes) in &small {
        // "Page 1 of 2", "page 1 of 80": the digits of a number or two.
        let more = large[what].abs_diff(*bytes);
        assert!(more <= 8, "{what}: {bytes} bytes, then {more} more");
    }
}
