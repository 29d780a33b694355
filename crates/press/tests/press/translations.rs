//! Posts in several languages: what a translation says of its original, and lists of a language that lack posts.

use crate::publication::{Publication, SITE, warned};

fn two(updated: &str, translated: &str) -> Publication {
    Publication::new()
        .post(
            "storm.md",
            &format!("---\ntitle: Storm\ndate: 2020-03-01\n{updated}---\nIt blew.\n\n## After\n\nCalm.\n"),
        )
        .post(
            "storm.fr.md",
            &format!("---\ntitle: Tempête\ndate: 2020-03-04\ntranslator: Zoé\n{translated}---\nÇa souffle.\n"),
        )
}

#[test]
fn a_translation_links_its_original_with_its_date_and_says_when_that_is_newer() {
    let publication = two("updated: 2020-03-05\n", "");
    publication.built();
    let original = &publication.json("articles/storm.fr.json")["original"];
    assert_eq!(original["lang"], "en");
    assert_eq!(original["date"], "2020-03-01T00:00:00Z");
    assert_eq!(original["changed"], "2020-03-05T00:00:00Z");
    assert!(
        publication
            .json("articles/storm.en.json")
            .get("original")
            .is_none()
    );
    let page = publication.read("fr/storm/index.html");
    assert!(page.contains(
        "Original\u{a0}: <a href=\"/storm/\" lang=\"en\" hreflang=\"en\" dir=\"ltr\">English</a>"
    ));
    let said = page.split("article-outdated").nth(1).expect("a note");
    assert!(said.contains("<time datetime=\"2020-03-05T00:00:00Z\">5 mars 2020</time>"));
    assert!(
        !publication
            .read("storm/index.html")
            .contains("article-outdated")
    );
}

#[test]
fn a_translation_that_followed_its_original_says_nothing_of_changes() {
    for (updated, translated) in [("", ""), ("updated: 2020-03-05\n", "updated: 2020-03-05\n")] {
        let publication = two(updated, translated);
        publication.built();
        let original = &publication.json("articles/storm.fr.json")["original"];
        assert!(original.get("changed").is_none(), "{original}");
        assert!(
            !publication
                .read("fr/storm/index.html")
                .contains("article-outdated")
        );
    }
}

#[test]
fn a_name_that_ends_in_nearly_a_language_is_noted() {
    let publication = two("", "").post(
        "quay.frr.md",
        "---\ntitle: Quai\ndate: 2020-03-02\n---\nTexte.\n",
    );
    let found = publication.built().diagnostics;
    let notes: Vec<String> = found.all().iter().map(|one| one.message.clone()).collect();
    assert!(
        notes
            .iter()
            .any(|note| note.starts_with("`frr` is part of the post's address")),
        "{notes:?}"
    );
}

#[test]
fn where_the_publication_wants_it_lists_have_what_is_not_in_their_language_and_say_in_which_it_is()
{
    let publication = two("", "")
        .post(
            "quay.md",
            "---\ntitle: Quay\ndate: 2020-03-02\ncategory: sea\n---\nText.\n",
        )
        .post(
            "phare.fr.md",
            "---\ntitle: Phare\ndate: 2020-03-03\n---\nTexte.\n",
        );
    publication.built();
    let titles = |publication: &Publication, path: &str| -> Vec<String> {
        let feed = publication.json(path);
        let items = feed["items"].as_array().expect("a list").iter();
        items
            .map(|item| format!("{} {}", item["language"], item["title"]).replace('"', ""))
            .collect()
    };
    assert_eq!(
        titles(&publication, "fr/feed.json"),
        ["fr Tempête", "fr Phare"]
    );

    let publication = publication.site(&["fallback = true\n", SITE].concat());
    assert!(warned(&publication.built().diagnostics).is_empty());
    let all = ["fr Tempête", "fr Phare", "en Quay"];
    assert_eq!(titles(&publication, "fr/feed.json"), all);
    assert_eq!(
        titles(&publication, "fr/category/sea/feed.json"),
        ["en Quay"]
    );
    // The other way round nothing is lent.
    assert_eq!(titles(&publication, "feed.json"), ["en Quay", "en Storm"]);
    let front = publication.read("fr/index.html");
    assert!(front.contains("href=\"/quay/\"") && front.contains("card-language"));
    let atom = publication.read("fr/feed.xml");
    assert_eq!(atom.matches("<entry xml:lang=\"en\">").count(), 1);
    assert_eq!(atom.matches("<entry>").count(), 2);
}
