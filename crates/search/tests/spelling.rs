//! Misspelt words: what is found for them, and what is suggested.

mod common;

use common::{Shelf, ask, document, opened};
use lamplight_search::write::index;
use lamplight_search::{Document, Engine, Request};

fn meant(engine: &Engine, shelf: &Shelf, query: &str, prefix: bool) -> Option<String> {
    let request = Request {
        query,
        lang: "en",
        prefix,
        ..Request::default()
    };
    ask(engine, shelf, &request).did_you_mean
}

#[test]
fn a_misspelt_word_is_corrected_and_a_known_one_is_not() {
    let index = index(&[
        document(
            "storm",
            "en",
            "A storm at sea",
            "The waves broke over the lighthouse.",
        ),
        document(
            "harbour",
            "en",
            "The quiet harbour",
            "Boats came back. Conferences were held.",
        ),
        document(
            "bread",
            "en",
            "Bread and butter",
            "A recipe: flour, water, salt.",
        ),
    ]);
    let (engine, shelf) = (opened(&index), Shelf::of(&index));
    for (query, id, meant) in [
        ("lihgthouse", "storm", "lighthouse"),
        ("xecipe", "bread", "recipe"),
        ("the hrabour", "harbour", "the harbour"),
        ("conferenses", "harbour", "conferences"),
    ] {
        let answer = ask(
            &engine,
            &shelf,
            &Request {
                query,
                lang: "en",
                ..Request::default()
            },
        );
        assert!(
            answer.hits.iter().any(|hit| hit.id == id),
            "{query}: {answer:?}"
        );
        assert_eq!(answer.did_you_mean.as_deref(), Some(meant));
    }
    let answer = ask(
        &engine,
        &shelf,
        &Request {
            query: "boats",
            lang: "en",
            ..Request::default()
        },
    );
    assert_eq!(answer.did_you_mean, None);
}

#[test]
fn every_misspelt_word_is_corrected_where_it_stands_and_a_whole_one_while_it_is_typed() {
    let text = "The ferry left, its lamp lit; the terry cloth was art. Ferryman, partly.";
    let index = index(&[document("a", "en", "Crossing", text)]);
    let (engine, shelf) = (opened(&index), Shelf::of(&index));
    for (query, expected) in [
        ("ferryy lampp", Some("ferry lamp")),
        ("lampp, ferryy lampp", Some("lamp, ferry lamp")),
        (
            "crosing lampp of crosings",
            Some("crossing lamp of crossing"),
        ),
        ("lampp prtly", Some("lamp partly")),
        ("ferry lamp", None),
    ] {
        for prefix in [false, true] {
            let found = meant(&engine, &shelf, query, prefix);
            assert_eq!(found.as_deref(), expected, "{query}, typed: {prefix}");
        }
    }
    // The end of what is being typed is not guessed.
    assert_eq!(meant(&engine, &shelf, "fexrym", true), None);
}

#[test]
fn a_rare_word_that_is_probably_a_slip_is_answered_first_and_the_word_meant_after_it() {
    let mut documents: Vec<Document> = (0..1000)
        .map(|n| document(&format!("d{n}"), "en", &format!("Note {n}"), "a quiet day"))
        .collect();
    for (n, document) in documents.iter_mut().enumerate() {
        if n % 10 == 0 {
            document.title = "Harbour".into();
            document.body = "the harbour was closed".into();
        }
        if n % 30 == 1 {
            document.body = "a station further on".into();
        }
    }
    documents[3].body = "the harbuor was closed, the statoin too, and the quiot".into();
    let index = index(&documents);
    let (engine, shelf) = (opened(&index), Shelf::of(&index));
    let request = Request {
        query: "harbuor",
        lang: "en",
        ..Request::default()
    };
    let answer = ask(&engine, &shelf, &request);
    assert_eq!(answer.hits[0].id, "d3");
    assert_eq!(answer.total, 101);
    assert_eq!(answer.did_you_mean.as_deref(), Some("harbour"));
    // Not frequent enough, and too frequent.
    assert_eq!(meant(&engine, &shelf, "statoin", false), None);
    assert_eq!(meant(&engine, &shelf, "quiot", false), None);
}

#[test]
fn two_letters_swapped_anywhere_are_one_edit_in_a_large_index_too() {
    let documents: Vec<Document> = (0..3000)
        .map(|n| {
            let words = format!("w{n}x {} {}", spelt(n), spelt(n + 9000));
            document(&format!("d{n}"), "en", &format!("Note {n}"), &words)
        })
        .chain([document("wanted", "en", "A taint", "the harvest")])
        .collect();
    let index = index(&documents);
    assert!(index.files.keys().any(|name| name.starts_with("tails-")));
    let (engine, shelf) = (opened(&index), Shelf::of(&index));
    for word in ["taint", "harvest"] {
        for at in 0..word.len() - 1 {
            let mut letters: Vec<char> = word.chars().collect();
            letters.swap(at, at + 1);
            let typed: String = letters.into_iter().collect();
            if typed != word {
                assert_eq!(
                    meant(&engine, &shelf, &typed, false).as_deref(),
                    Some(word),
                    "{typed}"
                );
            }
        }
    }
}

/// Another word for each number; their beginnings and endings fill many files.
fn spelt(mut number: usize) -> String {
    let mut word = String::from(["ta", "ti", "te", "ha", "ah"][number % 5]);
    while number > 0 {
        word.push_str(["ka", "mi", "gu", "pa", "li", "ku", "bi"][number % 7]);
        number /= 7;
    }
    word + "ant"
}
