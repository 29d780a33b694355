//! What is left of a text when values are missing from it: whole lines go, sentences get an ellipsis.
//!
//! Entry point: [`tidy`]. A list item or a section that held nothing but missing values vanishes rather
//! than leave a bullet or a heading without sense.

use crate::content::jekyll::Line;

/// Stands for a value that is not known, until [`tidy`].
pub(crate) const HOLE: char = '\u{e000}';
/// Stands for a tag that left nothing behind, until [`tidy`].
pub(crate) const TAG: char = '\u{e001}';

/// Takes out what lost values leave behind.
pub(crate) fn tidy(mut lines: Vec<Line>) -> Vec<Line> {
    let mut labels = Vec::new();
    for line in &mut lines {
        if line.text.contains(HOLE) {
            if let Some(label) = definition(&line.text) {
                labels.push(label.to_owned());
                line.text = HOLE.to_string();
            } else {
                line.text = unlink(&line.text);
            }
        }
    }
    for line in &mut lines {
        for label in &labels {
            line.text = unlink_label(&line.text, label);
        }
    }
    let mut gone: Vec<bool> = lines.iter().map(|line| is_hollow(&line.text)).collect();
    keep_items_with_content(&lines, &mut gone);
    drop_empty_sections(&lines, &mut gone);
    let mut kept = Vec::with_capacity(lines.len());
    let mut after_gap = false;
    for (mut line, gone) in lines.into_iter().zip(gone) {
        let tags_only = line.text.contains(TAG) && line.text.replace(TAG, "").trim().is_empty();
        let blank = line.text.trim().is_empty();
        if gone || tags_only || (after_gap && blank) {
            // One empty line is enough where something went.
            after_gap |= gone
                && kept
                    .last()
                    .is_none_or(|line: &Line| line.text.trim().is_empty());
            continue;
        }
        after_gap = false;
        line.text = line.text.replace(TAG, "").replace(HOLE, "…");
        kept.push(line);
    }
    kept
}

/// Whether nothing is left of a line but punctuation, or a label whose value is lost.
fn is_hollow(text: &str) -> bool {
    let Some(last) = text.rfind(HOLE) else {
        return false;
    };
    let has_words = |text: &str| text.chars().any(|c| c.is_alphanumeric());
    // `1.` is a list's mark, not a word.
    let bare = text
        .trim_start()
        .trim_start_matches(|c: char| c.is_ascii_digit());
    if !has_words(bare) {
        return true;
    }
    let before = text
        .split(HOLE)
        .next()
        .unwrap_or_default()
        .trim_end_matches([' ', '<', '`', '*', '[', '(']);
    before.ends_with([':', '：']) && !has_words(&text[last..])
}

/// A hollow list item stays, with an ellipsis, if lines of it stay.
fn keep_items_with_content(lines: &[Line], gone: &mut [bool]) {
    for at in 0..lines.len() {
        let text = &lines[at].text;
        let mark = text.trim_start();
        if !gone[at]
            || !(mark.starts_with(['*', '-', '+'])
                || mark.starts_with(|c: char| c.is_ascii_digit()))
        {
            continue;
        }
        let depth = indent(text);
        let keeps = (at + 1..lines.len())
            .filter(|next| !lines[*next].text.trim().is_empty())
            .take_while(|next| indent(&lines[*next].text) > depth)
            .any(|next| !gone[next] && !lines[next].text.contains(TAG));
        if keeps {
            gone[at] = false;
        }
    }
}

/// A heading goes with its section, if Liquid was all the section held.
fn drop_empty_sections(lines: &[Line], gone: &mut [bool]) {
    for at in (0..lines.len()).rev() {
        let Some(level) = heading(&lines[at].text) else {
            continue;
        };
        let mut lost = false;
        let mut empty = true;
        for next in at + 1..lines.len() {
            if gone[next] {
                lost = true;
                continue;
            }
            let text = lines[next].text.replace(TAG, "");
            if heading(&text).is_some_and(|other| other <= level) {
                break;
            }
            if !text.trim().is_empty() {
                empty = false;
                break;
            }
        }
        gone[at] |= lost && empty;
    }
}

fn heading(text: &str) -> Option<usize> {
    let level = text.chars().take_while(|c| *c == '#').count();
    ((1..=6).contains(&level) && text[level..].starts_with(' ')).then_some(level)
}

fn indent(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

/// The label of a link definition.
fn definition(text: &str) -> Option<&str> {
    let (label, rest) = text.trim_start().strip_prefix('[')?.split_once("]:")?;
    (!label.contains(['[', ']']) && !label.starts_with('^') && rest.contains(HOLE)).then_some(label)
}

/// `[text](address with a hole)` → `text`, `<hole>` → the hole.
fn unlink(text: &str) -> String {
    let mut out = text.to_owned();
    let mut from = 0;
    while let Some(middle) = out[from..].find("](").map(|at| at + from) {
        from = middle + 2;
        let Some(end) = out[from..].find(')').map(|at| at + from) else {
            break;
        };
        if !out[from..end].contains(HOLE) {
            continue;
        }
        let Some(start) = opening_bracket(&out[..middle]) else {
            continue;
        };
        out.replace_range(middle..=end, "");
        out.remove(start);
        from = start;
    }
    let hole = HOLE.to_string();
    out.replace(&format!("<{HOLE}>"), &hole)
}

/// `[text][label]` → `text`.
fn unlink_label(text: &str, label: &str) -> String {
    let mut out = text.to_owned();
    let reference = format!("][{label}]");
    while let Some(middle) = out.find(&reference) {
        let Some(start) = opening_bracket(&out[..middle]) else {
            break;
        };
        out.replace_range(middle..middle + reference.len(), "");
        out.remove(start);
    }
    out
}

/// Where the bracket opens that closes at the end of a text.
fn opening_bracket(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices().rev() {
        match c {
            ']' => depth += 1,
            '[' if depth == 0 => return Some(at),
            '[' => depth -= 1,
            _ => {}
        }
    }
    None
}
