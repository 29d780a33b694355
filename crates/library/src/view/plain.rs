//! Markdown as plain text, for comparing: no asterisks, no addresses. A light reading of CommonMark, block by block; the
//! renderer's own would double the program.
//!
//! Entry point: [`plain`]. It must never take longer than the text is long, whatever is in it, nor lose a word that is shown.

use lamplight_reader::offline::versions::blocks;

/// How far the end of a link, a tag or code is looked for, in bytes; and how deep links are in each other.
const FAR: usize = 2_000;
const DEEP: usize = 8;

/// A text without its markup; a blank line between blocks.
pub(crate) fn plain(markdown: &str) -> String {
    let blocks = blocks(markdown).into_iter().map(block);
    let shown: Vec<String> = blocks.filter(|block| !block.trim().is_empty()).collect();
    shown.join("\n\n")
}

fn block(text: &str) -> String {
    let first = text.trim_start();
    // Between backticks in one line it is code within a text.
    let fence = first.lines().next().unwrap_or_default();
    let ticks = fence.starts_with("```") && !fence.trim_start_matches('`').contains('`');
    if ticks || fence.starts_with("~~~") {
        let mut lines: Vec<&str> = text.lines().skip(1).collect();
        let fence = |line: &&str| {
            let line = line.trim();
            line.len() > 2
                && (line.trim_matches('`').is_empty() || line.trim_matches('~').is_empty())
        };
        if lines.last().is_some_and(fence) {
            lines.pop();
        }
        return lines.join("\n");
    }
    let rule = |c: char| matches!(c, '*' | '-' | '_' | ' ');
    if first.len() > 2 && first.chars().all(rule) {
        return "* * *".to_owned();
    }
    let mut out = String::new();
    // Whether the line before ends a line that is shown.
    let mut hard = false;
    for (at, line) in text.lines().enumerate() {
        let ends = line.ends_with("  ") || line.ends_with('\\') || line.starts_with('#');
        let line = line.trim();
        let line = quoted(line.strip_suffix('\\').unwrap_or(line));
        if (at > 0 && underline(line)) || alert(line) {
            continue;
        }
        let (own_line, line) = begun(line);
        let Some(line) = line else { continue };
        if !out.is_empty() {
            out.push(if hard || own_line { '\n' } else { ' ' });
        }
        hard = ends;
        inline(&line, 0, &mut out);
    }
    out
}

/// A line without the signs of a quotation.
fn quoted(mut line: &str) -> &str {
    while let Some(rest) = line.strip_prefix('>') {
        line = rest.trim_start();
    }
    line
}

/// The line that says which kind of alert a quotation is (`[!NOTE]`).
fn alert(line: &str) -> bool {
    let kind = line
        .strip_prefix("[!")
        .and_then(|line| line.strip_suffix(']'));
    kind.is_some_and(|kind| !kind.is_empty() && kind.bytes().all(|c| c.is_ascii_uppercase()))
}

/// The line below a heading, or below a table's head.
fn underline(line: &str) -> bool {
    let all = |signs: &[char]| line.chars().all(|c| signs.contains(&c));
    !line.is_empty()
        && (all(&['=']) || all(&['-']) || (line.contains('-') && all(&['|', ':', '-', ' '])))
}

/// What a line begins with, in words; whether it stands on a line of its own. None of it if it only defines an address.
fn begun(line: &str) -> (bool, Option<String>) {
    let heading = line.trim_start_matches('#');
    if heading.len() < line.len() && heading.starts_with(' ') {
        let heading = heading.trim().trim_end_matches('#').trim_end();
        // Its attributes.
        let bare = heading
            .ends_with('}')
            .then(|| heading.rfind(" {"))
            .flatten();
        let bare = bare.map_or(heading, |at| &heading[..at]);
        return (true, Some(bare.trim_end().to_owned()));
    }
    for sign in ["- ", "* ", "+ "] {
        if let Some(rest) = line.strip_prefix(sign) {
            return (true, Some(["• ", rest.trim_start()].concat()));
        }
    }
    if line.starts_with('|') {
        let cells = line.trim_matches('|').split('|').map(str::trim);
        return (true, Some(cells.collect::<Vec<_>>().join(" · ")));
    }
    if line.starts_with('[')
        && let Some((name, rest)) = line.split_once("]:")
        && !name.contains(']')
    {
        // A note's text is read; an address is not.
        return (true, name.starts_with("[^").then(|| rest.trim().to_owned()));
    }
    let digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let numbered =
        digits.len() < line.len() && (digits.starts_with(". ") || digits.starts_with(") "));
    (numbered, Some(line.to_owned()))
}

/// The bytes that are looked at for an end.
fn near(text: &str) -> &str {
    let mut end = FAR.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Where what begins with `open` ends: past its `close`.
fn closed(text: &str, open: u8, close: u8) -> Option<usize> {
    let mut depth = 0;
    let mut escaped = false;
    for (at, byte) in near(text).bytes().enumerate() {
        if escaped {
            escaped = false;
        } else if byte == b'\\' {
            escaped = true;
        } else if byte == open {
            depth += 1;
        } else if byte == close {
            depth -= 1;
            if depth == 0 {
                return Some(at + 1);
            }
        }
    }
    None
}

fn run(text: &str, sign: char) -> usize {
    text.len() - text.trim_start_matches(sign).len()
}

const ENTITIES: [(&str, &str); 9] = [
    ("&amp;", "&"),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&quot;", "\""),
    ("&#39;", "'"),
    ("&nbsp;", "\u{a0}"),
    ("&shy;", ""),
    ("&ndash;", "–"),
    ("&mdash;", "—"),
];

fn inline(text: &str, depth: usize, out: &mut String) {
    let mut rest = text;
    let mut before = ' ';
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        let next = after.chars().next().unwrap_or(' ');
        let (length, last) = match c {
            '\\' if next.is_ascii_punctuation() => {
                out.push(next);
                (2, next)
            }
            '`' => code(rest, out),
            '!' if next == '[' && depth < DEEP && link(after, depth, out).is_some() => {
                // Its words are out; how long it is, is asked again.
                (1 + length(after).unwrap_or(0), 'a')
            }
            '[' if depth < DEEP => match link(rest, depth, out) {
                Some(length) => (length, 'a'),
                None => {
                    out.push(c);
                    (1, c)
                }
            },
            '<' => tag(rest, out),
            '*' | '_' | '~' => {
                let length = run(rest, c);
                let beyond = rest[length..].chars().next().unwrap_or(' ');
                let alone = before.is_whitespace() && beyond.is_whitespace();
                let within = before.is_alphanumeric() && beyond.is_alphanumeric();
                if alone || (c == '_' && within) || (c == '~' && length < 2) {
                    out.push_str(&rest[..length]);
                    (length, c)
                } else {
                    // What stands before the mark is what a second one behind it has before it.
                    (length, before)
                }
            }
            '&' => {
                let entity = ENTITIES.iter().find(|(name, _)| rest.starts_with(name));
                out.push_str(entity.map_or("&", |(_, text)| text));
                (entity.map_or(1, |(name, _)| name.len()), c)
            }
            c => {
                out.push(c);
                (c.len_utf8(), c)
            }
        };
        before = last;
        rest = &rest[length..];
    }
}

/// Code within a line, as it is; how long it is and what it ends with.
fn code(text: &str, out: &mut String) -> (usize, char) {
    let ticks = run(text, '`');
    let (open, inner) = text.split_at(ticks);
    let mut from = 0;
    while let Some(at) = near(inner).get(from..).and_then(|rest| rest.find('`')) {
        let end = from + at;
        let length = run(&inner[end..], '`');
        if length == ticks {
            out.push_str(inner[..end].trim());
            return (ticks + end + length, 'a');
        }
        from = end + length;
    }
    out.push_str(open);
    (ticks, '`')
}

/// How long a link or an image is, with its address.
fn length(text: &str) -> Option<usize> {
    let words = closed(text, b'[', b']')?;
    let rest = &text[words..];
    let address = match rest.bytes().next() {
        Some(b'(') => closed(rest, b'(', b')'),
        Some(b'[') => closed(rest, b'[', b']'),
        _ => None,
    };
    Some(words + address.unwrap_or(0))
}

/// The words of a link or an image; how long it is. In brackets that are none of either the words stay as they are.
fn link(text: &str, depth: usize, out: &mut String) -> Option<usize> {
    let words = closed(text, b'[', b']')?;
    let length = length(text)?;
    let inner = &text[1..words - 1];
    // What leads to a note is not read.
    if inner.starts_with('^') {
        return Some(length);
    }
    let bare = length == words;
    if bare {
        out.push('[');
    }
    inline(inner, depth + 1, out);
    if bare {
        out.push(']');
    }
    Some(length)
}

/// A tag is not shown, an address in angle brackets is.
fn tag(text: &str, out: &mut String) -> (usize, char) {
    let starts = text[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!'));
    let Some(end) = near(text).find('>').filter(|_| starts) else {
        out.push('<');
        return (1, '<');
    };
    let inner = &text[1..end];
    if !inner.contains(char::is_whitespace) && inner.contains([':', '@']) && !inner.starts_with('/')
    {
        out.push_str(inner);
    }
    (end + 1, 'a')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_are_shown_words_and_not_their_markup() {
        let pairs = [
            (
                "The **sea** rose *by* [two metres](https://a.example/x_(y)).",
                "The sea rose by two metres.",
            ),
            ("## The harbour {source=\"Agency\"}", "The harbour"),
            ("Sea\n===", "Sea"),
            ("> First\n> second", "First second"),
            ("> [!NOTE]\n> Mind the tide.", "Mind the tide."),
            ("[!ha]", "[!ha]"),
            ("- one\n- two\n  more", "• one\n• two more"),
            ("1. one\n2. two", "1. one\n2. two"),
            ("![A boat](boat.jpg \"At sea\") and `x_y`", "A boat and x_y"),
            (
                "snake_case_name and 2 * 3 * 4 and ~~gone~~",
                "snake_case_name and 2 * 3 * 4 and gone",
            ),
            (
                "a\\*b &amp; c&nbsp;d <b>bold</b> <https://a.example/>",
                "a*b & c\u{a0}d bold https://a.example/",
            ),
            (
                "Noted.[^1]\n\n[^1]: By the harbour.\n\n[x]: https://a.example",
                "Noted.\n\nBy the harbour.",
            ),
            ("```rust\nlet a = *b;\n\nc\n```", "let a = *b;\n\nc"),
            ("| a | b |\n|---|---|\n| 1 | 2 |", "a · b\n1 · 2"),
            ("* * *", "* * *"),
            ("[brackets] and 1 < 2", "[brackets] and 1 < 2"),
            ("**海**が上昇した", "海が上昇した"),
            ("line  \nbreak", "line\nbreak"),
            ("***all***", "all"),
        ];
        for (markdown, expected) in pairs {
            assert_eq!(plain(markdown), expected, "{markdown}");
        }
    }

    #[test]
    fn hostile_texts_take_no_time_to_speak_of_and_lose_no_word() {
        for piece in [
            "[", "<a", "`a", "``a", "![", "[[a](", "*_~", "\\", "é[", "[a](",
        ] {
            let text = [&piece.repeat(20_000), " word"].concat();
            assert!(plain(&text).contains("word"), "{piece}");
        }
    }

    proptest::proptest! {
        #[test]
        fn letters_that_are_no_markup_are_all_there(text in "[a-z é海\\*_`~\\[\\]!\\\\\n.-]{0,80}") {
            let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).collect::<String>();
            // The first line of a fence is no text.
            proptest::prop_assume!(!text.contains("```") && !text.contains("~~~"));
            // Nor is where a link leads.
            proptest::prop_assume!(!text.contains("]["));
            proptest::prop_assert_eq!(letters(&plain(&text)), letters(&text));
        }
    }
}
