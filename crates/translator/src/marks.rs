//! A line with its inline elements as one text: each element between a pair of marks, `<b1>…</b1>`, what stays as it
//! is as a single one, `<b2/>`. A translator moves the marks with the words.
//!
//! Entry points: [`marked`], [`read`]. Whoever reads must never believe more than that a mark of its own came back:
//! every one once, within the same element as before, and with words where there were words.

use crate::blocks::{Kind, Node, Out, Part};

/// A line as a text with marks; `None` where the text itself has something that looks like one.
pub(crate) fn marked(nodes: &[Node]) -> Option<String> {
    let mut out = String::new();
    write(nodes, &mut out, &mut 0)?;
    Some(crate::blocks::spaced(&out))
}

fn write(nodes: &[Node], out: &mut String, number: &mut usize) -> Option<()> {
    for node in nodes {
        match &node.part {
            Part::Text(text) if text.contains('<') || text.contains('>') => return None,
            Part::Text(text) => out.push_str(text),
            Part::Element(kind, children, _) => {
                *number += 1;
                let own = number.to_string();
                if *kind == Kind::Span {
                    out.push_str(&["<b", &own, ">"].concat());
                    write(children, out, number)?;
                    out.push_str(&["</b", &own, ">"].concat());
                } else {
                    out.push_str(&["<b", &own, "/>"].concat());
                }
            }
        }
    }
    Some(())
}

/// A mark that was found in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Open(usize),
    Close(usize),
    Single(usize),
}

/// What a mark stands for.
struct Meaning<'a> {
    node: &'a Node,
    /// The number of the element it is in; 0: none.
    within: usize,
}

/// Reads a text with the marks of these nodes; `None` where they did not come back whole.
pub(crate) fn read(text: &str, nodes: &[Node]) -> Option<Vec<Out>> {
    let mut meanings = Vec::new();
    number(nodes, 0, &mut meanings);
    let mut seen = vec![false; meanings.len()];
    // What is open: its number, and what it holds so far.
    let mut open: Vec<(usize, Vec<Out>)> = vec![(0, Vec::new())];
    let mut rest = text.trim();
    loop {
        let (before, found) = next(rest);
        let within = open.last()?.0;
        if !before.is_empty() {
            open.last_mut()?.1.push(Out::Text(before.to_owned()));
        }
        let Some((mark, after)) = found else { break };
        rest = after;
        if let Mark::Close(own) = mark {
            let (_, inside) = open.pop().filter(|_| within == own && own > 0)?;
            let node = meanings.get(own - 1)?.node;
            if node.has_words() && !inside.iter().any(Out::has_text) {
                return None;
            }
            open.last_mut()?.1.push(Out::Span(node.id, inside));
            continue;
        }
        let (Mark::Open(own) | Mark::Single(own) | Mark::Close(own)) = mark;
        let meaning = meanings.get(own.checked_sub(1)?)?;
        if std::mem::replace(&mut seen[own - 1], true) || meaning.within != within {
            return None;
        }
        match (&meaning.node.part, mark) {
            (Part::Element(Kind::Span, ..), Mark::Open(_)) => open.push((own, Vec::new())),
            (Part::Element(Kind::Atom, ..), Mark::Single(_)) => {
                open.last_mut()?.1.push(Out::Same(meaning.node.id));
            }
            _ => return None,
        }
    }
    let (_, out) = open.pop()?;
    if !open.is_empty() {
        return None;
    }
    let whole = seen.iter().all(|seen| *seen) && out.iter().any(Out::has_text);
    whole.then_some(out)
}

fn number<'a>(nodes: &'a [Node], within: usize, out: &mut Vec<Meaning<'a>>) {
    for node in nodes {
        if let Part::Element(kind, children, _) = &node.part {
            out.push(Meaning { node, within });
            let own = out.len();
            if *kind == Kind::Span {
                number(children, own, out);
            }
        }
    }
}

/// The text up to the next mark, that mark, and what is behind it.
fn next(text: &str) -> (&str, Option<(Mark, &str)>) {
    for (at, _) in text.match_indices('<') {
        if let Some(found) = mark(&text[at + 1..]) {
            return (&text[..at], Some(found));
        }
    }
    (text, None)
}

/// Reads a mark behind its `<`: translators add spaces and change case.
fn mark(text: &str) -> Option<(Mark, &str)> {
    let mut rest = text.trim_start();
    let closes = rest.strip_prefix('/');
    rest = closes.unwrap_or(rest).trim_start();
    rest = rest.strip_prefix(['b', 'B'])?.trim_start();
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let number = rest.get(..digits)?.parse().ok()?;
    rest = rest[digits..].trim_start();
    let single = rest.strip_prefix('/');
    rest = single.unwrap_or(rest).trim_start().strip_prefix('>')?;
    let mark = match (closes, single) {
        (None, None) => Mark::Open(number),
        (Some(_), None) => Mark::Close(number),
        (None, Some(_)) => Mark::Single(number),
        (Some(_), Some(_)) => return None,
    };
    Some((mark, rest))
}

impl Out {
    /// Whether there is any text in it.
    fn has_text(&self) -> bool {
        match self {
            Self::Text(text) => !text.trim().is_empty(),
            Self::Same(_) => false,
            Self::Span(_, inside) => inside.iter().any(Self::has_text),
        }
    }
}

#[cfg(test)]
#[path = "marks_tests.rs"]
mod tests;
