//! The search index with the site: named by the edition, and following edits.

use lamplight_model::{ArticleDocument, Edition, seal};

use crate::publication::Publication;
use crate::sites::coast;

#[test]
fn the_edition_names_the_root_of_an_index_in_which_every_language_is_found() {
    let publication = coast();
    publication.built();
    let edition: Edition = serde_json::from_str(&publication.read("edition.json")).expect("reads");
    let files = publication.files();
    let root = edition.search.expect("an index");
    let engine = lamplight_search::Engine::open(&files[&root]).expect("opens");
    assert_eq!(engine.documents(), 4);
    let index: std::collections::HashMap<String, Vec<u8>> = files
        .iter()
        .filter_map(|(path, bytes)| Some((path.strip_prefix("search-index/")?, bytes)))
        .inspect(|(name, bytes)| assert!(lamplight_search::verified(name, &seal::digest(bytes))))
        .map(|(name, bytes)| (name.to_owned(), bytes.clone()))
        .collect();
    let found = |query: &str| {
        let request = lamplight_search::Request {
            query,
            ..lamplight_search::Request::default()
        };
        match engine.search(&request, &index) {
            lamplight_search::Outcome::Answer(answer) => {
                assert!(answer.complete, "{query}");
                let hits = answer.hits.into_iter();
                hits.map(|hit| format!("{}.{}", hit.id, hit.lang))
                    .collect::<Vec<_>>()
            }
            lamplight_search::Outcome::Need(names) => panic!("{names:?} are not in the site"),
        }
    };
    for path in files
        .keys()
        .filter_map(|path| path.strip_prefix("articles/"))
    {
        let text = publication.read(&format!("articles/{path}"));
        let document: ArticleDocument = serde_json::from_str(&text).expect("reads");
        let name = path.trim_end_matches(".json").to_owned();
        assert!(found(&document.title).contains(&name), "{}", document.title);
    }
}

#[test]
fn the_index_follows_an_edit_and_nothing_else() {
    let publication = coast();
    publication.built();
    let index = |publication: &Publication| {
        let mut files = publication.files();
        files.retain(|path, _| path.starts_with("search-index/"));
        files
    };
    let first = index(&publication);
    publication.built();
    assert_eq!(index(&publication), first);
    let lost = first.keys().next().expect("a file");
    std::fs::remove_file(publication.path("site").join(lost)).expect("is there");
    publication.built();
    assert_eq!(index(&publication), first, "what was lost is made again");
    let publication = publication.post(
        "harbour.md",
        "---\ntitle: Calm\ndate: 2020-02-01\n---\nNo wind.\n\n## Quay\n",
    );
    publication.built();
    assert_ne!(index(&publication), first);
    let edition: Edition = serde_json::from_str(&publication.read("edition.json")).expect("reads");
    assert!(
        publication
            .files()
            .contains_key(&edition.search.expect("an index"))
    );
}
