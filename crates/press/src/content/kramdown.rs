//! What kramdown writes that other Markdown does not: attribute lists and extensions in `{: … }`.
//!
//! Entry point: [`translate`]. An identifier moves to its heading; other attributes are for style
//! sheets that the text has left behind. Code is never touched.

use crate::content::jekyll::Line;

/// Takes kramdown's braces out of a text.
pub(crate) fn translate(lines: Vec<Line>) -> Vec<Line> {
    let mut out: Vec<Line> = Vec::with_capacity(lines.len());
    let mut fence: Option<(char, usize)> = None;
    let mut in_comment = false;
    let mut lines = lines.into_iter().peekable();
    while let Some(mut line) = lines.next() {
        if in_comment {
            in_comment = !line.text.trim_start().starts_with("{:/");
            continue;
        }
        if let Some(mark) = fence_mark(&line.text) {
            match fence {
                None => fence = Some(mark),
                Some((c, length)) if c == mark.0 && mark.1 >= length => fence = None,
                Some(_) => {}
            }
            out.push(line);
            continue;
        }
        if fence.is_some() || is_indented_code(&line.text, out.last()) {
            out.push(line);
            continue;
        }
        let trimmed = line.text.trim();
        if trimmed.starts_with("{::comment}") {
            in_comment = !trimmed.contains("{:/");
            continue;
        }
        if trimmed.starts_with("{::") || trimmed.starts_with("{:/") {
            // Options and `nomarkdown`: what they hold is text.
            continue;
        }
        if trimmed.starts_with("{:")
            && let Some(inner) = trimmed.strip_prefix("{:").and_then(|t| t.strip_suffix('}'))
            && is_list(inner, true)
        {
            attach(inner, &mut out);
            continue;
        }
        if let Some(next) = lines.peek_mut() {
            split_over_lines(&mut line.text, &mut next.text);
        }
        line.text = without_lists(&line.text);
        if line.text.ends_with("\\\\") && !line.text.ends_with("\\\\\\") {
            // kramdown's line break; one backslash is everybody's.
            line.text.pop();
        }
        out.push(line);
    }
    out
}

fn fence_mark(text: &str) -> Option<(char, usize)> {
    let text = text.trim_start();
    let mark = text.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = text.chars().take_while(|c| *c == mark).count();
    (length >= 3 && !(mark == '`' && text[length..].contains('`'))).then_some((mark, length))
}

fn is_indented_code(text: &str, before: Option<&Line>) -> bool {
    let indented = |text: &str| text.starts_with("    ") || text.starts_with('\t');
    indented(text) && before.is_none_or(|line| line.text.trim().is_empty() || indented(&line.text))
}

/// Whether the inside of `{: … }` is an attribute list; bare names only where one stands alone.
fn is_list(inner: &str, alone: bool) -> bool {
    let mut any = false;
    let mut rest = inner.trim();
    while !rest.is_empty() {
        let name = |text: &str| {
            text.find(|c: char| !(c.is_alphanumeric() || "-_:".contains(c)))
                .unwrap_or(text.len())
        };
        if let Some(word) = rest.strip_prefix(['#', '.']) {
            let end = name(word);
            if end == 0 {
                return false;
            }
            rest = &word[end..];
        } else {
            let end = name(rest);
            if end == 0 {
                return false;
            }
            match rest[end..].strip_prefix('=') {
                Some(value) => {
                    let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\''))
                    else {
                        return false;
                    };
                    let Some(close) = value[1..].find(quote) else {
                        return false;
                    };
                    rest = &value[close + 2..];
                }
                None if alone => rest = &rest[end..],
                None => return false,
            }
        }
        if !rest.is_empty() && !rest.starts_with([' ', '\t', '\n', '.', '#']) {
            return false;
        }
        rest = rest.trim_start();
        any = true;
    }
    any
}

/// What an attribute list on a line of its own means for the lines above it.
fn attach(inner: &str, out: &mut Vec<Line>) {
    let words = || inner.split_whitespace();
    if words().any(|word| word == "toc") {
        // The list item that kramdown would have replaced by a table of contents.
        if out.last().is_some_and(|line| {
            line.text.starts_with(['*', '-', '+']) || line.text.starts_with("1.")
        }) {
            out.pop();
        }
        return;
    }
    let Some(id) = words().find_map(|word| word.strip_prefix('#')) else {
        return;
    };
    let id = id.split('.').next().unwrap_or(id);
    let underlined = out.last().is_some_and(|line| {
        let text = line.text.trim_end();
        text.len() >= 2 && (text.chars().all(|c| c == '=') || text.chars().all(|c| c == '-'))
    });
    let at = out.len().checked_sub(if underlined { 2 } else { 1 });
    if let Some(line) = at.and_then(|at| out.get_mut(at))
        && (underlined || line.text.starts_with('#'))
        && !line.text.trim_end().ends_with('}')
    {
        line.text = format!("{} {{#{id}}}", line.text.trim_end());
    }
}

/// An attribute list that begins on one line and ends on the next.
fn split_over_lines(text: &mut String, next: &mut String) {
    let Some(open) = text.rfind("{:").filter(|open| !text[*open..].contains('}')) else {
        return;
    };
    let Some(close) = next.find('}') else {
        return;
    };
    let inner = format!("{} {}", &text[open + 2..], &next[..close]);
    if follows_a_span(&text[..open]) && is_list(&inner, false) {
        text.truncate(open);
        next.replace_range(..=close, "");
    }
}

fn follows_a_span(before: &str) -> bool {
    before.ends_with([')', ']', '*', '_', '`', '>'])
}

/// A line without the attribute lists of its spans; code spans stay as they are.
fn without_lists(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['`', '{']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if rest.starts_with('`') {
            let run = rest.chars().take_while(|c| *c == '`').count();
            let ticks = &rest[..run];
            let end = rest[run..].find(ticks).map_or(run, |end| run + end + run);
            out.push_str(&rest[..end]);
            rest = &rest[end..];
        } else if rest.starts_with("{:")
            && follows_a_span(&out)
            && let Some(end) = rest.find('}')
            && is_list(&rest[2..end], false)
        {
            rest = &rest[end + 1..];
        } else {
            out.push('{');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kramdown: &str, plain: &str) {
        let lines = kramdown.split('\n').enumerate();
        let lines = lines
            .map(|(number, text)| Line {
                text: text.into(),
                number,
            })
            .collect();
        let text: Vec<String> = translate(lines).into_iter().map(|line| line.text).collect();
        assert_eq!(text.join("\n"), plain);
    }

    #[test]
    fn an_identifier_moves_to_its_heading_and_other_attributes_go() {
        check(
            "## Cases\n{: #cases }\n\nText\n{: .lead}",
            "## Cases {#cases}\n\nText",
        );
        check("Cases\n-----\n{: #cases .x}", "Cases {#cases}\n-----");
        check("* TOC\n{:toc}\n\nText", "\nText");
    }

    #[test]
    fn a_spans_attributes_go_even_over_two_lines() {
        check(
            "![a](b.png){: style=\"float:right; x\" width=\"1\"}Text",
            "![a](b.png)Text",
        );
        check(
            "[![a](b){:\n.icon width=\"70\"}][c] Text",
            "[![a](b)\n][c] Text",
        );
    }

    #[test]
    fn code_and_braces_of_other_languages_stay() {
        for same in [
            "`x = {:b=>2, :c=>3}`",
            "f(a){:b=>2}",
            "```\n{: #x}\n```",
            "~~~ ruby\na){: .x}\n~~~",
            "Text\n\n    {: .x}",
            "`a`{:k}",
        ] {
            check(same, same);
        }
    }

    #[test]
    fn comments_and_options_go() {
        check(
            "a\n{::comment}\nb\n{:/comment}\n{::options x=\"y\" /}\nc",
            "a\nc",
        );
        check("a\\\\\nb", "a\\\nb");
    }
}
