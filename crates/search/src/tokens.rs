//! The words of a text: one tokenizer for the writer, the query and the marks.
//!
//! Entry point: [`tokens`]. Scripts with spaces give words; Chinese, Japanese and Korean give pairs of
//! characters (and, in an index, single ideographs), Thai, Lao, Khmer and Burmese triples. It must never
//! depend on the language of a text: a query does not know it.

use std::ops::Range;

use crate::fold::is_mark;
use crate::lower;

/// The longest word, in bytes; what is longer is cut. A bound for entries of the index.
pub(crate) const LONGEST: usize = 48;

/// The same of letters and digits mixed: a checksum is known by its beginning, and pages of them would make half of
/// a dictionary.
const LONGEST_MIXED: usize = 12;

/// Whose words are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Everything a document is to be found by.
    Index,
    /// What is asked for, or what is marked: no token lies within another one of the same words.
    Query,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A word: it may be stemmed, completed and misspelt.
    Word,
    /// A few characters of a script without spaces: it is what it is.
    Piece,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Word,
    /// Chinese, Japanese, Korean.
    Cjk,
    /// Thai, Lao, Khmer, Burmese.
    Thai,
    Mark,
    Other,
}

fn class(c: char) -> Class {
    let code = u32::from(c);
    if code < 0x80 {
        return if c.is_ascii_alphanumeric() {
            Class::Word
        } else {
            Class::Other
        };
    }
    match code {
        0xE00..=0xEFF | 0x1000..=0x109F | 0x1780..=0x17FF if !is_mark(c) => {
            if c.is_alphanumeric()
                || matches!(code, 0xE30..=0xE3A | 0xEB0..=0xEBC | 0x102B..=0x103E | 0x17B4..=0x17D3)
            {
                Class::Thai
            } else {
                Class::Other
            }
        }
        0x1100..=0x11FF
        | 0x3005..=0x3007
        | 0x3041..=0x3096
        | 0x309D..=0x309F
        | 0x30A1..=0x30FA
        | 0x30FC..=0x30FF
        | 0x3105..=0x318E
        | 0x31F0..=0x31FF
        | 0x3400..=0x4DBF
        | 0x4E00..=0x9FFF
        | 0xAC00..=0xD7A3
        | 0xF900..=0xFAFF
        | 0xFF66..=0xFF9D
        | 0x20000..=0x3FFFF => Class::Cjk,
        _ if is_mark(c) => Class::Mark,
        // Viramas join what is written around them.
        0x94D | 0x9CD | 0xA4D | 0xACD | 0xB4D | 0xBCD | 0xC4D | 0xCCD | 0xD4D | 0xDCA => {
            Class::Word
        }
        _ if c.is_alphanumeric() => Class::Word,
        _ => Class::Other,
    }
}

fn is_ideograph(c: char) -> bool {
    matches!(u32::from(c), 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x3FFFF)
}

/// Calls `found` with each token of a text: lower case and without marks, but not folded (stems are made
/// before accents go), with the bytes it stands on and its kind; in the order of the text.
///
/// An apostrophe parts words (`l'homme`), except before a single letter: `'s` is dropped, others are joined
/// (`don't`). A point or comma between digits joins them; an index has the leading parts of such a number,
/// too, so that `2.7` finds 2.7.1. `+` and `#` belong to a word of one or two letters (`C++`, `F#`).
pub fn tokens(text: &str, side: Side, found: &mut dyn FnMut(&str, Range<usize>, Kind)) {
    let mut word = String::new();
    let mut rest = text.char_indices().peekable();
    while let Some(&(start, first)) = rest.peek() {
        match class(first) {
            Class::Mark | Class::Other => {
                rest.next();
            }
            Class::Cjk => {
                let run = run(&mut rest, Class::Cjk);
                pieces(text, &run, 2, side, &mut word, found);
            }
            Class::Thai => {
                let run = run(&mut rest, Class::Thai);
                pieces(text, &run, 3, side, &mut word, found);
            }
            Class::Word => {
                word.clear();
                let mut end = start;
                let mut last = ' ';
                let mut letters = 0;
                // A word's end, decided once the character at hand does not go on with it.
                let mut after = start;
                // Where the part of the word behind the last joiner begins: in the word, and in the text.
                let mut part = (0, start);
                while let Some(&(at, c)) = rest.peek() {
                    match class(c) {
                        Class::Word => {
                            if word.len() < LONGEST {
                                lower::push(c, &mut word);
                            }
                            letters += 1;
                            last = c;
                            end = at + c.len_utf8();
                        }
                        Class::Mark => {
                            // Persian parts words by a joiner without width, and as often by a space.
                            if c == '\u{200C}' && side == Side::Index && word.len() > part.0 {
                                found(cut(&word[part.0..]), part.1..at, Kind::Word);
                                part = (word.len(), at + c.len_utf8());
                            }
                            end = at + c.len_utf8();
                        }
                        _ if matches!(c, '\'' | '’' | 'ʼ' | '＇') => {
                            let mut ahead = text[at + c.len_utf8()..].chars();
                            let (one, two) = (ahead.next(), ahead.next());
                            let single = one.is_some_and(|c| class(c) == Class::Word)
                                && two
                                    .is_none_or(|c| !matches!(class(c), Class::Word | Class::Mark));
                            rest.next();
                            if !single {
                                break;
                            }
                            if matches!(one, Some('s' | 'S')) {
                                after = at + c.len_utf8() + 1;
                                rest.next();
                                break;
                            }
                            continue;
                        }
                        _ if matches!(c, '.' | ',') && last.is_numeric() => {
                            let next = text[at + 1..].chars().next();
                            if !next.is_some_and(char::is_numeric) {
                                break;
                            }
                            if side == Side::Index && c == '.' {
                                found(cut(&word), start..at, Kind::Word);
                            }
                            word.push('.');
                        }
                        _ if letters <= 2 && last.is_alphabetic() => {
                            let Some(sign) = sign(&text[at..]) else {
                                break;
                            };
                            if side == Side::Index {
                                found(cut(&word), start..end, Kind::Word);
                            }
                            word.push_str(sign);
                            end = at + sign.len();
                            for _ in 0..sign.len() {
                                rest.next();
                            }
                            break;
                        }
                        _ => break,
                    }
                    rest.next();
                }
                if part.0 > 0 && word.len() > part.0 {
                    found(cut(&word[part.0..]), part.1..end, Kind::Word);
                }
                found(cut(&word), start..end.max(after), Kind::Word);
            }
        }
    }
}

/// The sign that a text begins with, if it belongs to the letter before: `++`, `#`.
fn sign(text: &str) -> Option<&'static str> {
    ["++", "#"].into_iter().find(|sign| {
        text.strip_prefix(*sign).is_some_and(|rest| {
            rest.chars()
                .next()
                .is_none_or(|c| class(c) == Class::Other && !matches!(c, '+' | '#'))
        })
    })
}

/// Within [`LONGEST`] or [`LONGEST_MIXED`], at a character's border.
fn cut(word: &str) -> &str {
    let has = |wanted: fn(&u8) -> bool| word.as_bytes().iter().any(wanted);
    let mixed = has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic) && !word.contains('.');
    let mut end = word.len().min(if mixed { LONGEST_MIXED } else { LONGEST });
    while !word.is_char_boundary(end) {
        end -= 1;
    }
    &word[..end]
}

/// The characters of one class from here on, each with its place; marks between them are skipped.
fn run(
    rest: &mut std::iter::Peekable<std::str::CharIndices<'_>>,
    wanted: Class,
) -> Vec<(usize, char)> {
    let mut run = Vec::new();
    while let Some(&(at, c)) = rest.peek() {
        match class(c) {
            Class::Mark => {}
            found if found == wanted => run.push((at, c)),
            _ => break,
        }
        rest.next();
    }
    run
}

/// The overlapping pieces of a run, `length` characters each; a shorter run is one piece.
fn pieces(
    text: &str,
    run: &[(usize, char)],
    length: usize,
    side: Side,
    word: &mut String,
    found: &mut dyn FnMut(&str, Range<usize>, Kind),
) {
    let mut piece = |part: &[(usize, char)]| {
        word.clear();
        for (_, c) in part {
            lower::push(*c, word);
        }
        if let (Some((start, _)), Some((end, last))) = (part.first(), part.last()) {
            debug_assert!(text.is_char_boundary(*start));
            found(word, *start..end + last.len_utf8(), Kind::Piece);
        }
    };
    if side == Side::Index && run.len() > 1 {
        for single in run
            .chunks(1)
            .filter(|one| one.iter().any(|(_, c)| is_ideograph(*c)))
        {
            piece(single);
        }
    }
    if run.len() <= length {
        piece(run);
    } else {
        run.windows(length).for_each(piece);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(text: &str, side: Side) -> Vec<String> {
        let mut out = Vec::new();
        tokens(text, side, &mut |word, _, _| out.push(word.to_owned()));
        out
    }

    #[test]
    fn words_are_parted_as_people_write_them() {
        assert_eq!(
            of("Don't stop John’s dog", Side::Query),
            ["dont", "stop", "john", "dog"]
        );
        assert_eq!(
            of("L'homme qu’on aime", Side::Query),
            ["l", "homme", "qu", "on", "aime"]
        );
        assert_eq!(
            of("real-time snake_case", Side::Query),
            ["real", "time", "snake", "case"]
        );
        assert_eq!(
            of("C++ and C# but a + b, a+b", Side::Query),
            ["c++", "and", "c#", "but", "a", "b", "a", "b"]
        );
        assert_eq!(of("Café CAFE\u{301}", Side::Query), ["café", "cafe"]);
        assert_eq!(of("… — !", Side::Query), [""; 0]);
    }

    #[test]
    fn numbers_with_points_are_one_word_and_findable_by_their_beginning() {
        assert_eq!(
            of("Ruby 2.7.1, 10,000.", Side::Query),
            ["ruby", "2.7.1", "10.000"]
        );
        assert_eq!(of("2.7.1", Side::Index), ["2", "2.7", "2.7.1"]);
    }

    #[test]
    fn checksums_are_known_by_their_beginning_and_long_words_and_numbers_are_not_cut() {
        let asked = of("cb132277476856535ee31e85929a3041", Side::Query);
        assert_eq!(asked, ["cb1322774768"]);
        assert_eq!(asked, of("cb1322774768", Side::Index));
        let whole = ["donaudampfschifffahrt", "9781234567897"];
        assert_eq!(of(&whole.join(" "), Side::Query), whole);
    }

    #[test]
    fn words_that_a_joiner_parts_are_found_as_one_and_by_their_parts() {
        let text = "می\u{200C}سوزد";
        assert_eq!(of(text, Side::Index), ["می", "سوزد", "میسوزد"]);
        assert_eq!(of(text, Side::Query), ["میسوزد"]);
        assert_eq!(of("می سوزد", Side::Query), ["می", "سوزد"]);
    }

    #[test]
    fn scripts_without_spaces_come_in_pieces() {
        assert_eq!(of("東京都", Side::Query), ["東京", "京都"]);
        assert_eq!(
            of("東京都", Side::Index),
            ["東", "京", "都", "東京", "京都"]
        );
        assert_eq!(of("京", Side::Query), ["京"]);
        assert_eq!(of("Rubyの本", Side::Query), ["ruby", "の本"]);
        assert_eq!(of("한국어", Side::Index), ["한국", "국어"]);
        assert_eq!(of("ภาษาไทย", Side::Query).len(), 5);
        assert_eq!(of("שָׁלוֹם مُحَمَّد", Side::Query), ["שלום", "محمد"]);
    }

    proptest! {
        #[test]
        fn what_a_query_asks_for_is_in_the_index(text in "\\PC{0,60}") {
            let index = of(&text, Side::Index);
            for word in of(&text, Side::Query) {
                prop_assert!(index.contains(&word), "{word:?} of {text:?} is not in {index:?}");
            }
        }

        #[test]
        fn tokens_stand_on_whole_characters(text in "[a-c'’.+#0-9éé東京ก ]{0,40}") {
            for side in [Side::Index, Side::Query] {
                tokens(&text, side, &mut |word, range, _| {
                    assert!(!word.is_empty() && word.len() <= 64);
                    assert!(text.get(range.clone()).is_some_and(|part| !part.is_empty()), "{range:?}");
                });
            }
        }
    }
}
