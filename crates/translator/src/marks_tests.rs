//! Marks survive every honest translator, and nothing else does.

use proptest::prelude::*;

use super::*;

fn text(text: &str) -> Node {
    Node {
        id: 0,
        part: Part::Text(text.into()),
    }
}

fn span(id: usize, children: Vec<Node>) -> Node {
    Node {
        id,
        part: Part::Element(Kind::Span, children, None),
    }
}

fn atom(id: usize) -> Node {
    Node {
        id,
        part: Part::Element(Kind::Atom, Vec::new(), None),
    }
}

fn line() -> Vec<Node> {
    vec![
        text("The "),
        span(7, vec![text("cold "), span(8, vec![text("sea")])]),
        text(" takes "),
        atom(9),
        text(" back."),
    ]
}

#[test]
fn a_line_becomes_one_text_with_marks() {
    assert_eq!(
        marked(&line()).as_deref(),
        Some("The <b1>cold <b2>sea</b2></b1> takes <b3/> back.")
    );
    assert_eq!(marked(&[text("a < b")]), None);
}

#[test]
fn marks_may_change_places_and_be_spaced_out() {
    let out = read("< B3 /> reprend <b1>la <b2>mer</ b2> froide</b1>.", &line());
    assert_eq!(
        out,
        Some(vec![
            Out::Same(9),
            Out::Text(" reprend ".into()),
            Out::Span(
                7,
                vec![
                    Out::Text("la ".into()),
                    Out::Span(8, vec![Out::Text("mer".into())]),
                    Out::Text(" froide".into()),
                ]
            ),
            Out::Text(".".into()),
        ])
    );
}

#[test]
fn marks_that_did_not_come_back_whole_are_refused() {
    for wrong in [
        "",
        "La mer froide reprend.",
        "La <b1>mer <b2>froide</b2></b1> reprend.",
        "La <b1>mer</b1> <b2>froide</b2> reprend <b3/>.",
        "La <b1>mer <b2>froide</b1></b2> reprend <b3/>.",
        "La <b1>mer <b2>froide</b2></b1> reprend <b3/> <b3/>.",
        "La <b1>mer <b2></b2></b1> reprend <b3/>.",
        "La <b1>mer <b2>froide</b2> reprend <b3/>.",
        "La <b1>mer <b2>froide</b2></b1> reprend <b3/> <b4/>.",
        "La <b1>mer <b2>froide</b2></b1></b1> reprend <b3/>.",
        "La <b1>mer <b2>froide</b2></b1> reprend </b0><b3/>.",
        "La <b1/>mer <b2>froide</b2> reprend <b3/>.",
    ] {
        assert_eq!(read(wrong, &line()), None, "{wrong}");
    }
}

/// Lines whose texts have words: what a translator that says everything again must give back.
fn lines() -> impl Strategy<Value = Vec<Node>> {
    let leaf = prop_oneof![
        "[a-z]{1,6}( [a-z]{1,4})?".prop_map(|word| text(&word)),
        Just(atom(0)),
    ];
    let nested = leaf.prop_recursive(3, 24, 4, |inner| {
        prop::collection::vec(inner, 1..4).prop_map(|children| span(0, children))
    });
    prop::collection::vec(nested, 1..5).prop_map(|mut nodes| {
        nodes.push(text("end"));
        renumber(&mut nodes, &mut 0);
        nodes
    })
}

fn renumber(nodes: &mut [Node], number: &mut usize) {
    for node in nodes {
        *number += 1;
        node.id = *number;
        if let Part::Element(_, children, _) = &mut node.part {
            renumber(children, number);
        }
    }
}

/// A line's elements in order, and its text.
fn shape(out: &[Out], ids: &mut Vec<usize>, words: &mut String) {
    for part in out {
        match part {
            Out::Text(text) => words.push_str(text),
            Out::Same(id) => ids.push(*id),
            Out::Span(id, inside) => {
                ids.push(*id);
                shape(inside, ids, words);
            }
        }
    }
}

fn elements(nodes: &[Node], ids: &mut Vec<usize>, words: &mut String) {
    for node in nodes {
        match &node.part {
            Part::Text(text) => words.push_str(text),
            Part::Element(_, children, _) => {
                ids.push(node.id);
                elements(children, ids, words);
            }
        }
    }
}

proptest! {
    #[test]
    fn a_translator_that_says_the_same_again_gives_the_same_line(nodes in lines()) {
        let question = marked(&nodes).expect("no signs in the words");
        let out = read(&question, &nodes).expect("whole");
        let (mut ids, mut words) = (Vec::new(), String::new());
        shape(&out, &mut ids, &mut words);
        let (mut wanted, mut said) = (Vec::new(), String::new());
        elements(&nodes, &mut wanted, &mut said);
        prop_assert_eq!(ids, wanted);
        prop_assert_eq!(words, said);
    }

    #[test]
    fn whatever_is_said_every_element_stands_in_the_line_once_or_it_is_refused(
        nodes in lines(),
        answer in r"((</?b[0-9]{1,2}/?>)|[ a-z<>/]){0,40}",
    ) {
        if let Some(out) = read(&answer, &nodes) {
            let (mut ids, mut words) = (Vec::new(), String::new());
            shape(&out, &mut ids, &mut words);
            ids.sort_unstable();
            let (mut wanted, mut said) = (Vec::new(), String::new());
            elements(&nodes, &mut wanted, &mut said);
            prop_assert_eq!(ids, wanted);
        }
    }
}
