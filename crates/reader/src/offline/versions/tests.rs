//! Tests of what changed.

use proptest::prelude::*;

use super::*;

fn document(markdown: &str) -> ArticleDocument {
    ArticleDocument {
        title: "Sea".into(),
        markdown: markdown.into(),
        ..ArticleDocument::default()
    }
}

fn piece(mark: Mark, text: &str) -> Piece {
    Piece {
        mark,
        text: text.into(),
    }
}

#[test]
fn blocks_are_what_blank_lines_part_and_fenced_code_is_one() {
    let text = "# Sea\n\nOne\nparagraph.  \n \n\n```rust\na\n\nb\n```\n\n- x\n\n    ~~~\n\nend";
    let expected = [
        "# Sea",
        "One\nparagraph.",
        "```rust\na\n\nb\n```",
        "- x",
        "    ~~~",
        "end",
    ];
    assert_eq!(blocks(text), expected);
    assert_eq!(
        blocks("~~~\n\na\n```\n\nb\n\n\n"),
        ["~~~\n\na\n```\n\nb"],
        "nothing closes it"
    );
    let longer = "````\n\na\n```\n\n````b\n\n````";
    assert_eq!(blocks(&[longer, "\n\nd"].concat()), [longer, "d"]);
    assert_eq!(blocks("a ``` b\n\nc"), ["a ``` b", "c"]);
    assert_eq!(blocks("```a`\n\nc"), ["```a`", "c"], "code within a line");
    assert_eq!(blocks(" \n\n"), [""; 0]);
}

#[test]
fn a_changed_paragraph_says_which_words_and_its_neighbours_are_the_same() {
    let old = "The sea rose by two metres.\n\nNobody was hurt.\n\nMore follows.";
    let new = "The sea rose by three metres.\n\n\nNobody was hurt.\n\nThe harbour is closed.";
    let pieces = vec![
        piece(Mark::Same, "The sea rose by "),
        piece(Mark::Removed, "two"),
        piece(Mark::Added, "three"),
        piece(Mark::Same, " metres."),
    ];
    let expected = [
        Step::Changed(pieces),
        Step::Same(1),
        Step::Added("The harbour is closed.".into()),
        Step::Removed("More follows.".into()),
    ];
    assert_eq!(steps(old, new), expected);
}

#[test]
fn words_that_changed_beside_each_other_are_one_change() {
    let pieces = words::pieces(
        "We saw ten small boats there.",
        "We saw six large boats there.",
    );
    let expected = [
        piece(Mark::Same, "We saw "),
        piece(Mark::Removed, "ten small"),
        piece(Mark::Added, "six large"),
        piece(Mark::Same, " boats there."),
    ];
    assert_eq!(pieces, expected);
}

#[test]
fn in_scripts_without_spaces_single_characters_are_told_apart() {
    let pieces = words::pieces("海が二メートル上昇した。", "海が三メートル上昇した。");
    assert_eq!(
        pieces[1..3],
        [piece(Mark::Removed, "二"), piece(Mark::Added, "三")]
    );
    let pieces = words::pieces("ارتفع البحر مترين", "ارتفع البحر أمتارا");
    assert_eq!(pieces[0], piece(Mark::Same, "ارتفع البحر "));
}

#[test]
fn a_paragraph_that_was_moved_in_between_leaves_the_others_as_they_were() {
    let old = "Alpha one two.\n\nBeta three four.\n\nGamma five six.";
    let new = "Alpha one two.\n\nDelta seven eight.\n\nBeta three four!\n\nGamma five six.";
    let steps = steps(old, new);
    assert_eq!(steps.len(), 4, "{steps:?}");
    assert_eq!(steps[1], Step::Added("Delta seven eight.".into()));
    assert!(matches!(&steps[2], Step::Changed(_)));
}

#[test]
fn corrections_stand_out_and_a_new_date_alone_is_one() {
    let old = document("Text.");
    assert!(compare(&old, &old).is_empty());
    let mut new = old.clone();
    new.updated = Some("2024-03-01".into());
    let changes = compare(&old, &new);
    assert!(changes.is_correction() && !changes.is_empty());
    assert_eq!(changes.updated.as_deref(), Some("2024-03-01"));
    new.updated = None;
    new.editors_note = Some("The number was wrong.".into());
    let changes = compare(&old, &new);
    assert_eq!(changes.note, Fate::New("The number was wrong.".into()));
    assert!(changes.is_correction());
    let back = compare(&new, &old);
    assert!(matches!(back.note, Fate::Gone(_)) && !back.is_correction());
    new.title = "Seas".into();
    assert!(matches!(compare(&old, &new).title, Fate::Changed(_)));
    assert_eq!(
        compare(&old, &document("Text.\n\nMore.")).count(),
        (1, 0, 0)
    );
}

#[test]
fn texts_of_200_kilobytes_that_have_nothing_in_common_are_compared_all_the_same() {
    let text = |salt: u32, parted: u32| -> String {
        let words = (0..30_000u32).map(|at| {
            let end = if at % parted == 0 { "\n\n" } else { " " };
            format!("w{}{end}", at.wrapping_mul(2_654_435_761) % 9_973 * salt)
        });
        words.collect()
    };
    // One paragraph each; a word to a paragraph; paragraphs as people write them.
    for parted in [u32::MAX, 1, 60] {
        let (old, new) = (text(1, parted), text(3, parted));
        assert!(old.len() > 150_000);
        let steps = steps(&old, &new);
        assert_eq!(apply(&old, &steps), Some(blocks(&new).join("\n\n")));
    }
}

/// Texts of few words, so that much is the same.
fn text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "sea ", "wave ", "é", "海", "\n", "\n\n", "\n\n", "```\n", "~~~", "# ", "- a", ". ",
        "\r\n", " ",
    ]);
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn the_steps_lead_from_the_old_text_to_the_new_one(old in text(), new in text()) {
        let found = steps(&old, &new);
        prop_assert_eq!(apply(&old, &found), Some(blocks(&new).join("\n\n")));
        prop_assert_eq!(found.is_empty(), blocks(&old) == blocks(&new));
        prop_assert_eq!(steps(&old, &old), []);
    }

    #[test]
    fn steps_are_refused_by_a_text_that_they_are_not_from(old in text(), new in text(), other in text()) {
        let found = steps(&old, &new);
        if let Some(made) = apply(&other, &found) {
            // Only what is the same may differ unnoticed.
            let same: usize = found.iter().map(|step| if let Step::Same(n) = step { *n } else { 0 }).sum();
            prop_assert!(blocks(&other).len() >= same);
            prop_assert_eq!(found.is_empty() || blocks(&other) != blocks(&old) || made == blocks(&new).join("\n\n"), true);
        }
    }

    #[test]
    fn pieces_are_all_of_both_texts_and_no_two_of_a_kind_stand_together(old in "[ a-c海.]{0,30}", new in "[ a-c海.]{0,30}") {
        let pieces = words::pieces(&old, &new);
        prop_assert_eq!(words::side(&pieces, Mark::Removed), old);
        prop_assert_eq!(words::side(&pieces, Mark::Added), new);
        prop_assert!(pieces.windows(2).all(|two| two[0].mark != two[1].mark));
    }

    #[test]
    fn blocks_are_all_there_is_but_space(text in text()) {
        let plain = |text: &str| -> String { text.chars().filter(|c| !c.is_whitespace()).collect() };
        prop_assert_eq!(plain(&blocks(&text).concat()), plain(&text));
    }
}
