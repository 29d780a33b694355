//! The engine and its writer together: what is found, in which order, by which files.

mod common;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use common::{Shelf, ask, document, opened};
use lamplight_search::write::index;
use lamplight_search::{Answer, Document, Engine, OpenError, Outcome, Request, contents, extent};
use proptest::prelude::*;

fn archive() -> Vec<Document> {
    let dated = |document: Document, date: &str, category: &str, tag: &str| Document {
        date: date.into(),
        categories: vec![category.into()],
        tags: vec![tag.into()],
        ..document
    };
    vec![
        dated(
            document(
                "storm",
                "en",
                "A storm at sea",
                "The waves broke over the lighthouse, and the keepers were happy to be alive.",
            ),
            "2024-05-17",
            "sea",
            "North Sea",
        ),
        dated(
            document(
                "harbour",
                "en",
                "The quiet harbour",
                "After the storm the boats came back. Conferences were held.",
            ),
            "2024-06-01T10:00:00Z",
            "sea",
            "Boats",
        ),
        dated(
            document(
                "bread",
                "en",
                "Bread and butter",
                "A recipe: flour, water, salt. No storms here, lighthouse keepers bake.",
            ),
            "2023-01-02",
            "food",
            "Boats",
        ),
        dated(
            document(
                "storm",
                "fr",
                "Tempête en mer",
                "L’élève regardait les journaux : la tempête, the storm, arrivait.",
            ),
            "2024-05-18",
            "sea",
            "Mer du Nord",
        ),
        document(
            "tokyo",
            "ja",
            "東京都の天気",
            "今日は晴れです。ストームは来ません。",
        ),
        document("bangkok", "th", "สวัสดีชาวโลก", "ภาษาไทยไม่มีช่องว่าง"),
        document(
            "moscow",
            "ru",
            "Новости погоды",
            "Шторм на море, ёлка упала.",
        ),
        document("cairo", "ar", "المدينة القديمة", "أخبار العاصفة في البحر"),
    ]
}

fn found(query: &str, lang: &str) -> Vec<String> {
    let index = index(&archive());
    let answer = ask(
        &opened(&index),
        &Shelf::of(&index),
        &Request {
            query,
            lang,
            ..Request::default()
        },
    );
    assert!(answer.complete);
    answer
        .hits
        .iter()
        .map(|hit| format!("{}.{}", hit.id, hit.lang))
        .collect()
}

#[test]
fn forms_accents_and_scripts_are_found() {
    assert_eq!(found("harbours", "en"), ["harbour.en"]);
    assert_eq!(found("TEMPETE", "fr"), ["storm.fr"]);
    assert_eq!(found("eleve", "fr"), ["storm.fr"]);
    assert_eq!(found("東京", "ja"), ["tokyo.ja"]);
    assert_eq!(found("天", "ja"), ["tokyo.ja"]);
    assert_eq!(found("ภาษาไทย", "th"), ["bangkok.th"]);
    assert_eq!(found("новость", "ru"), ["moscow.ru"]);
    assert_eq!(found("елка", "ru"), ["moscow.ru"]);
    assert_eq!(found("مدينه", "ar"), ["cairo.ar"]);
}

#[test]
fn titles_and_the_readers_language_come_first() {
    assert_eq!(found("storm", "en")[0], "storm.en");
    assert_eq!(found("storm", "en").len(), 4);
    // A title in another language, then a mention in the reader's own before mentions in others.
    assert_eq!(found("storm", "fr")[..2], ["storm.en", "storm.fr"]);
    let both = ["en", "fr"].map(|lang| document("port", lang, "Port", "port"));
    let index = index(&both);
    for lang in ["en", "fr"] {
        let request = Request {
            query: "port",
            lang,
            ..Request::default()
        };
        let answer = ask(&opened(&index), &Shelf::of(&index), &request);
        assert_eq!(answer.hits[0].lang, lang);
    }
}

#[test]
fn a_title_of_the_words_comes_before_texts_that_repeat_them() {
    let mut documents: Vec<Document> = (0..30)
        .map(|n| {
            let body = "tide tables harbour tide tables harbour wind ".repeat(4);
            document(&format!("d{n}"), "en", &format!("Harbour log {n}"), &body)
        })
        .collect();
    documents.push(document(
        "wanted",
        "en",
        "The tide tables of last year",
        &"Something else altogether is said here at some length, with the tide. ".repeat(9),
    ));
    let index = index(&documents);
    for query in ["tide tables", "tide tabels"] {
        let request = Request {
            query,
            lang: "en",
            ..Request::default()
        };
        let answer = ask(&opened(&index), &Shelf::of(&index), &request);
        assert_eq!(answer.hits[0].id, "wanted", "{query}");
    }
}

#[test]
fn a_phrase_needs_its_words_and_says_that_it_is_unconfirmed() {
    let index = index(&archive());
    let (engine, shelf) = (opened(&index), Shelf::of(&index));
    let answer = ask(
        &engine,
        &shelf,
        &Request {
            query: "\"lighthouse keepers\"",
            lang: "en",
            ..Request::default()
        },
    );
    let hits: Vec<_> = answer
        .hits
        .iter()
        .map(|hit| (&*hit.id, hit.unconfirmed))
        .collect();
    assert_eq!(hits.len(), 2);
    assert!(hits.contains(&("bread", true)) && hits.contains(&("storm", true)));
    let marker = engine.marker(
        &lamplight_search::Query::parse("\"lighthouse keepers\"", false),
        &[],
    );
    let texts: Vec<_> = archive()
        .into_iter()
        .filter(|d| marker.confirms(&[&d.title, &d.body], &d.lang))
        .map(|d| d.id)
        .collect();
    assert_eq!(texts, ["bread"]);
}

#[test]
fn words_can_be_excluded() {
    assert_eq!(found("storm -boats", "en"), ["storm.en", "storm.fr"]);
    assert_eq!(found("storm -lighthouses -mer", "en"), ["harbour.en"]);
}

#[test]
fn filters_narrow_and_stand_alone() {
    assert_eq!(found("storm category:food", "en"), ["bread.en"]);
    assert_eq!(found("storm lang:fr", "en"), ["storm.fr"]);
    assert_eq!(found("tag:boats", "en"), ["harbour.en", "bread.en"]);
    assert_eq!(found("tag:\"north sea\"", "en"), ["storm.en"]);
    assert_eq!(
        found("storm after:2024-05-18 lang:en", "en"),
        ["harbour.en"]
    );
    assert_eq!(
        found("storm before:2024-06 lang:en", "en"),
        ["storm.en", "bread.en"]
    );
    assert_eq!(found("category:sea before:2024-05-18", "en"), ["storm.en"]);
    assert_eq!(found("category:nothing", "en"), [""; 0]);
}

#[test]
fn a_word_is_found_at_every_key_stroke() {
    let index = index(&archive());
    let (engine, shelf) = (opened(&index), Shelf::of(&index));
    for word in ["happy", "lighthouse", "conferences", "storms", "flour"] {
        for end in 2..=word.len() {
            let query = &word[..end];
            let answer = ask(
                &engine,
                &shelf,
                &Request {
                    query,
                    lang: "en",
                    prefix: true,
                    ..Request::default()
                },
            );
            assert!(answer.total > 0, "{query}");
        }
    }
}

#[test]
fn pages_of_results_are_parts_of_one_list() {
    let documents: Vec<Document> = (0..57)
        .map(|n| document(&format!("d{n}"), "en", "Same title", "same words"))
        .collect();
    let index = index(&documents);
    let (engine, shelf) = (opened(&index), Shelf::of(&index));
    let all = ask(
        &engine,
        &shelf,
        &Request {
            query: "words",
            limit: 100,
            ..Request::default()
        },
    );
    let mut pages = Vec::new();
    for offset in (0..60).step_by(10) {
        let page = ask(
            &engine,
            &shelf,
            &Request {
                query: "words",
                offset,
                ..Request::default()
            },
        );
        assert_eq!(page.total, 57);
        pages.extend(page.hits);
    }
    assert_eq!(pages, all.hits);
}

#[test]
fn the_same_documents_in_another_order_are_the_same_index() {
    let mut documents = archive();
    let one = index(&documents);
    documents.reverse();
    let other = index(&documents);
    assert_eq!(one.root, other.root);
    assert_eq!(one.files, other.files);
}

#[test]
fn files_are_named_when_they_are_needed_and_only_then() {
    let documents: Vec<Document> = (0..4000)
        .map(|n| {
            document(
                &format!("d{n}"),
                "en",
                &format!("Title n{n} m{}", n % 97),
                &format!("w{} x{} common", n * 7 % 1000, n % 13),
            )
        })
        .collect();
    let index = index(&documents);
    let engine = opened(&index);
    let mut files = HashMap::new();
    let request = Request {
        query: "n1234",
        lang: "en",
        ..Request::default()
    };
    let mut rounds = 0;
    let answer = loop {
        match engine.search(&request, &files) {
            Outcome::Answer(answer) => break answer,
            Outcome::Need(names) => {
                rounds += 1;
                assert!(rounds <= 3, "{names:?}");
                files.extend(
                    names
                        .into_iter()
                        .map(|name| (name.clone(), index.files[&name].clone())),
                );
            }
        }
    };
    assert_eq!(answer.hits[0].id, "d1234");
    assert!(files.len() <= 3, "{:?}", files.keys());
    assert!(files.values().map(Vec::len).sum::<usize>() < 8_000);
}

#[test]
fn what_cannot_be_had_is_left_out_and_said() {
    let index = index(&archive());
    let engine = opened(&index);
    let mut shelf = Shelf::of(&index);
    shelf.lost = shelf
        .files
        .keys()
        .filter(|name| name.starts_with("words"))
        .cloned()
        .collect();
    let answer = ask(
        &engine,
        &shelf,
        &Request {
            query: "storm",
            lang: "en",
            ..Request::default()
        },
    );
    assert!(!answer.complete && answer.hits.is_empty());
}

#[test]
fn documents_of_the_device_are_found_without_an_index_and_once_with_it() {
    let mut engine = Engine::new();
    for document in archive() {
        engine.put(document);
    }
    let none = HashMap::new();
    let request = Request {
        query: "storm -boats",
        lang: "en",
        ..Request::default()
    };
    let alone = ask(&engine, &none, &request);
    assert_eq!(alone.hits[0].id, "storm");
    assert!(alone.hits.iter().all(|hit| hit.local));
    assert_eq!(alone.total, 2, "{alone:?}");
    assert!(
        ask(
            &engine,
            &none,
            &Request {
                query: "ligthouse",
                ..request
            }
        )
        .total
            > 0
    );
    assert!(
        ask(
            &engine,
            &none,
            &Request {
                query: "lighth",
                prefix: true,
                ..request
            }
        )
        .total
            > 0
    );
    let phrase = ask(
        &engine,
        &none,
        &Request {
            query: "\"lighthouse keepers\"",
            ..request
        },
    );
    assert_eq!(
        phrase.hits.iter().map(|hit| &*hit.id).collect::<Vec<_>>(),
        ["bread"]
    );

    let index = index(&archive());
    let mut engine = opened(&index);
    engine.put(archive().remove(0));
    engine.put(document(
        "left",
        "en",
        "A storm that left the index",
        "storm",
    ));
    let answer = ask(
        &engine,
        &Shelf::of(&index),
        &Request {
            query: "storm",
            lang: "en",
            ..Request::default()
        },
    );
    let mut ids: Vec<_> = answer
        .hits
        .iter()
        .map(|hit| (&*hit.id, &*hit.lang, hit.local))
        .collect();
    ids.sort_unstable();
    assert_eq!(
        ids,
        [
            ("bread", "en", false),
            ("harbour", "en", false),
            ("left", "en", true),
            ("storm", "en", true),
            ("storm", "fr", false)
        ]
    );
    assert_eq!(answer.total, 5);
    assert!(engine.remove("left", "en") && !engine.remove("left", "en"));
}

#[test]
fn an_index_of_a_newer_format_is_told_from_a_damaged_one() {
    let index = index(&archive());
    let mut root = index.files[&index.root].clone();
    root[4] = 9;
    assert_eq!(Engine::open(&root).err(), Some(OpenError::Newer(9)));
    root.truncate(20);
    root[4] = 1;
    assert_eq!(Engine::open(&root).err(), Some(OpenError::Damaged));
    assert_eq!(
        Engine::open(b"<!doctype html>").err(),
        Some(OpenError::Damaged)
    );
}

#[test]
fn an_empty_publication_has_an_index() {
    let index = index(&[]);
    let answer = ask(
        &opened(&index),
        &Shelf::of(&index),
        &Request {
            query: "storm",
            prefix: true,
            ..Request::default()
        },
    );
    assert_eq!(
        answer,
        Answer {
            complete: true,
            ..Answer::default()
        }
    );
}

fn texts() -> impl Strategy<Value = Vec<Document>> {
    let word = "[a-zàéß]{1,9}|[а-яё]{2,7}|[一-三東京都]{1,4}|[ก-ฮ]{2,6}|[0-9]{1,3}";
    let text = prop::collection::vec(word, 1..12).prop_map(|words| words.join(" "));
    let lang = prop::sample::select(vec!["en", "fr", "de", "ru", "ja", "th", "ar"]);
    prop::collection::vec((text.clone(), text, lang), 1..12).prop_map(|texts| {
        texts
            .into_iter()
            .enumerate()
            .map(|(n, (title, body, lang))| document(&format!("d{n}"), lang, &title, &body))
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_document_is_found_by_each_word_of_its_title(documents in texts()) {
        let index = index(&documents);
        let (engine, shelf) = (opened(&index), Shelf::of(&index));
        for document in &documents {
            for word in document.title.split(' ') {
                let request = Request { query: word, lang: &document.lang, limit: 20, ..Request::default() };
                let answer = ask(&engine, &shelf, &request);
                prop_assert!(answer.hits.iter().any(|hit| hit.id == document.id), "{word} of {document:?}: {answer:?}");
            }
        }
    }

    #[test]
    fn damaged_files_neither_panic_nor_grow(
        documents in texts(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<u8>(), any::<bool>()), 1..12),
        query in "[a-z東京 \":-]{1,14}",
    ) {
        let index = index(&documents);
        let mut files: Vec<(String, Vec<u8>)> = index.files.clone().into_iter().collect();
        for (file, at, byte, cut) in damage {
            let file = file.index(files.len());
            let bytes = &mut files[file].1;
            if !bytes.is_empty() {
                let at = at.index(bytes.len());
                if cut { bytes.truncate(at) } else { bytes[at] = byte }
            }
        }
        let mut shelf = Shelf { files: files.into_iter().collect(), lost: HashSet::new(), read: RefCell::default() };
        let Ok(engine) = Engine::open(&shelf.files[&index.root]) else {
            return Ok(());
        };
        for prefix in [false, true] {
            for query in [&*query, &*documents[0].title, &*documents[0].body] {
                let request = Request { query, prefix, ..Request::default() };
                for _ in 0..4 {
                    match engine.search(&request, &shelf) {
                        Outcome::Answer(_) => break,
                        Outcome::Need(names) => shelf.lost.extend(names),
                    }
                }
            }
        }
    }
}

/// An archive whose index has files of every kind.
fn large() -> Vec<Document> {
    let syllables = ["ba", "do", "ke", "lu", "mi", "no", "ra", "su", "te", "vo"];
    let word = |n: usize| -> String {
        let digits = [n / 1000, n / 100, n / 10, n];
        digits.iter().map(|digit| syllables[digit % 10]).collect()
    };
    (0..400)
        .map(|n| {
            let rare: Vec<String> = (0..25).map(|at| word((n * 25 + at) % 10_000)).collect();
            let common: Vec<String> = (0..40).map(|at| word((n * 7 + at * 13) % 300)).collect();
            let body = [rare, common].concat().join(" ");
            document(&format!("post-{n}"), "en", &word(n), &body)
        })
        .collect()
}

#[test]
fn from_the_root_on_every_file_of_an_index_is_named_and_no_other() {
    let index = index(&large());
    for kind in ["words", "tails", "heads", "records", "lists"] {
        let of_kind = |name: &String| name.starts_with(kind);
        assert!(index.files.keys().any(of_kind), "no {kind}");
    }
    let mut named: HashSet<String> = HashSet::new();
    let mut ahead = vec![index.root.clone()];
    while let Some(name) = ahead.pop() {
        let bytes = &index.files[&name];
        if named.insert(name.clone()) {
            ahead.extend(contents(&name, bytes).expect("a file as it was written"));
        }
    }
    assert_eq!(named, index.files.keys().cloned().collect());
    let root = &index.files[&index.root];
    let told = extent(root).expect("a root");
    assert_eq!(told.files as usize, named.len() - 1);
    let bytes: usize = index.files.values().map(Vec::len).sum();
    assert_eq!(told.bytes as usize, bytes - root.len());
}

#[test]
fn a_root_of_the_format_before_is_read_and_its_extent_is_unknown() {
    let index = index(&archive());
    let root = &index.files[&index.root];
    let told = extent(root).expect("a root");
    let long = |number: u32| (1..5).find(|at| number >> (7 * at) == 0).expect("a number");
    let mut old = root[..root.len() - long(told.files) - long(told.bytes)].to_vec();
    old[4] = 2;
    let engine = Engine::open(&old).expect("a root of format 2");
    assert_eq!(engine.documents(), archive().len());
    assert_eq!(extent(&old), Ok(lamplight_search::Extent::default()));
    assert_eq!(
        contents(&index.root, &old).map(|names| names.len()),
        contents(&index.root, root).map(|names| names.len())
    );
    assert_eq!(contents("root-0.bin", &[1, 2, 3]), None);
    assert_eq!(contents("words-0.bin", &[9]), None);
}
