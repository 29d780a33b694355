//! Which pieces an article has, and how they come back.

use super::*;

fn text(id: usize, text: &str) -> Node {
    Node {
        id,
        part: Part::Text(text.into()),
    }
}

fn element(id: usize, kind: Kind, children: Vec<Node>) -> Node {
    Node {
        id,
        part: Part::Element(kind, children, None),
    }
}

fn image(id: usize, alt: &str) -> Node {
    Node {
        id,
        part: Part::Element(Kind::Atom, Vec::new(), Some(alt.into())),
    }
}

/// `<article><h1>Wind</h1><pre>x</pre><p>It <em>blew</em>.<sup>1</sup></p><ul><li>One <ul><li>Two</li></ul></li></ul>
/// <figure><img alt="A boat"></figure><p>* * *</p></article>`
fn article() -> Node {
    let block = |id, children| element(id, Kind::Block, children);
    block(
        0,
        vec![
            block(1, vec![text(2, "Wind")]),
            element(3, Kind::Skip, vec![text(4, "x")]),
            block(
                5,
                vec![
                    text(6, "It "),
                    element(7, Kind::Span, vec![text(8, "blew")]),
                    text(9, "."),
                    element(10, Kind::Atom, vec![text(11, "1")]),
                ],
            ),
            block(
                12,
                vec![block(
                    13,
                    vec![
                        text(14, "One "),
                        block(15, vec![block(16, vec![text(17, "Two")])]),
                    ],
                )],
            ),
            block(18, vec![image(19, "A boat")]),
            block(20, vec![text(21, "* * *")]),
        ],
    )
}

#[test]
fn headings_lines_items_and_pictures_are_pieces_and_code_is_none() {
    let units = units(&article());
    let asked: Vec<(usize, Option<String>)> = units
        .iter()
        .map(|unit| (unit.place(), unit.question()))
        .collect();
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(
        asked,
        [
            (1, text("Wind")),
            (5, text("It <b1>blew</b1>.")),
            (13, text("One")),
            (16, text("Two")),
            (19, text("A boat")),
        ]
    );
    assert!(matches!(units[2], Unit::Run { whole: false, .. }));
}

#[test]
fn what_stays_at_the_end_of_a_line_stays_there() {
    let units = units(&article());
    let said = Said::Whole("Il a <b1>soufflé</b1>.".into());
    assert_eq!(
        units[1].rebuilt(&said),
        Some(vec![
            Out::Text("Il a ".into()),
            Out::Span(7, vec![Out::Text("soufflé".into())]),
            Out::Text(".".into()),
            Out::Same(10),
        ])
    );
}

#[test]
fn text_by_text_everything_keeps_its_place() {
    let units = units(&article());
    assert_eq!(units[1].texts(), ["It", "blew"]);
    let said = Said::Pieces(vec!["Il".into(), " soufflait ".into()]);
    assert_eq!(
        units[1].rebuilt(&said),
        Some(vec![
            Out::Text("Il ".into()),
            Out::Span(7, vec![Out::Text("soufflait".into())]),
            Out::Text(".".into()),
            Out::Same(10),
        ])
    );
    for wrong in [vec!["Il".into()], vec!["a".into(), "b".into(), "c".into()]] {
        assert_eq!(units[1].rebuilt(&Said::Pieces(wrong)), None);
    }
    assert_eq!(units[1].rebuilt(&Said::Nothing), None);
}

#[test]
fn an_element_around_a_whole_line_is_not_asked_for() {
    // A task: its label holds the box and the text.
    let label = element(
        2,
        Kind::Span,
        vec![element(3, Kind::Atom, vec![]), text(4, " lamps checked")],
    );
    let units = units(&element(
        0,
        Kind::Block,
        vec![element(1, Kind::Block, vec![label])],
    ));
    assert_eq!(units[0].question().as_deref(), Some("lamps checked"));
    assert_eq!(
        units[0].rebuilt(&Said::Whole("lampes vérifiées".into())),
        Some(vec![Out::Span(
            2,
            vec![Out::Same(3), Out::Text("lampes vérifiées".into())]
        )])
    );
}

#[test]
fn names_code_other_languages_and_what_press_made_stay() {
    let tag = |name, class, lang, translate| {
        kind(
            Tag {
                name,
                class,
                lang,
                translate,
            },
            "en",
        )
    };
    assert_eq!(tag("p", "", "", ""), Kind::Block);
    assert_eq!(tag("p", "", "en-GB", ""), Kind::Block);
    assert_eq!(tag("p", "article-standfirst", "", ""), Kind::Block);
    assert_eq!(tag("p", "article-meta", "", ""), Kind::Skip);
    assert_eq!(tag("p", "", "la", ""), Kind::Skip);
    assert_eq!(tag("em", "", "la", ""), Kind::Atom);
    assert_eq!(tag("span", "", "", "no"), Kind::Atom);
    assert_eq!(tag("a", "anchor", "", ""), Kind::Atom);
    assert_eq!(tag("a", "", "", ""), Kind::Span);
    assert_eq!(tag("code", "", "", ""), Kind::Atom);
    assert_eq!(tag("pre", "", "", ""), Kind::Skip);
}

#[test]
fn translation_begins_where_the_reader_is() {
    assert_eq!(order(5, 3).collect::<Vec<_>>(), [3, 4, 0, 1, 2]);
    assert_eq!(order(2, 9).collect::<Vec<_>>(), [0, 1]);
}

#[test]
fn another_text_has_another_fingerprint() {
    let one = fingerprint(&units(&article()));
    let Part::Element(kind, mut children, alt) = article().part else {
        unreachable!("it is an element")
    };
    children[0] = element(1, Kind::Block, vec![text(2, "Winds")]);
    let other = Node {
        id: 0,
        part: Part::Element(kind, children, alt),
    };
    assert_ne!(one, fingerprint(&units(&other)));
    assert_eq!(one, fingerprint(&units(&article())));
}
