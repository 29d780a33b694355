//! Plain facts of a text: its title, its first sentences, how long it takes to read.

/// Takes the first heading of level 1 out of a Markdown text. Its line stays, empty, so that line
/// numbers hold.
pub(crate) fn take_first_heading(markdown: &mut String) -> Option<String> {
    let mut fence: Option<char> = None;
    let mut at = 0;
    for line in markdown.split_inclusive('\n') {
        let trimmed = line.trim();
        let mark = ['`', '~'].into_iter().find(|c| {
            trimmed.starts_with(&c.to_string().repeat(3))
                && line.len() - line.trim_start().len() < 4
        });
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            (None, None) if line.starts_with("# ") => {
                let written = trimmed.trim_start_matches('#').trim_end_matches('#').trim();
                // An attribute block is none of the title's words.
                let written = match written.rfind('{') {
                    Some(brace) if written.ends_with('}') => written[..brace].trim(),
                    _ => written,
                };
                let title = lamplight_markdown::plain_text(written);
                let end = at + line.trim_end_matches('\n').len();
                if title.trim().is_empty() {
                    return None;
                }
                markdown.replace_range(at..end, "");
                return Some(title.trim().to_owned());
            }
            _ => {}
        }
        at += line.len();
    }
    None
}

/// What a text begins with before its first list, table or code, if that says enough: run together
/// with what follows it, an item reads like nonsense.
pub(crate) fn opening(markdown: &str, title: &str, plain: &str) -> String {
    const ENOUGH: usize = 40;
    let starts = |line: &str| {
        let bare = line.trim_start();
        let digits = bare.trim_start_matches(|c: char| c.is_ascii_digit());
        [
            "#", "* ", "- ", "+ ", "|", "```", "~~~", "> ", "---", "===", "    ",
        ]
        .iter()
        .any(|mark| bare.starts_with(mark) || (*mark == "    " && line.starts_with(mark)))
            || (digits.len() < bare.len() && digits.starts_with(". "))
    };
    let mut head: Vec<&str> = markdown
        .lines()
        .skip_while(|line| line.trim().is_empty())
        .take_while(|line| !starts(line))
        .collect();
    // Links by reference need their definitions.
    head.push("");
    head.extend(
        markdown
            .lines()
            .filter(|line| line.starts_with('[') && line.contains("]: ")),
    );
    let text = lamplight_markdown::plain_text(&head.join("\n"));
    let says_more = text.trim() != title && !text.trim_end().ends_with([':', '：']);
    if text.chars().count() >= ENOUGH && says_more {
        text
    } else {
        plain.to_owned()
    }
}

/// The first sentences, up to about 160 characters, cut between words.
pub(crate) fn summary(plain: &str) -> String {
    const LONGEST: usize = 160;
    let words: Vec<&str> = plain.split_whitespace().collect();
    let text = words.join(" ");
    if text.chars().count() <= LONGEST {
        return text;
    }
    let cut = text
        .char_indices()
        .nth(LONGEST)
        .map_or(text.len(), |(at, _)| at);
    let head = &text[..cut];
    // A sentence that ends late enough makes a better end than an ellipsis.
    let sentence = head
        .char_indices()
        .filter(|(at, c)| {
            let next = text[at + c.len_utf8()..].chars().next();
            matches!(c, '。' | '！' | '？')
                || (matches!(c, '.' | '!' | '?' | '؟') && next == Some(' '))
        })
        .map(|(at, c)| at + c.len_utf8())
        .next_back();
    if let Some(end) = sentence.filter(|end| head[..*end].chars().count() >= LONGEST / 2) {
        return text[..end].to_owned();
    }
    // Chinese and Japanese have no spaces: a late space or none is as good as a cut.
    let end = head
        .rfind(' ')
        .filter(|end| head[..*end].chars().count() >= LONGEST * 2 / 3)
        .unwrap_or(cut);
    let trimmed =
        text[..end].trim_end_matches(|c: char| c.is_whitespace() || ",;:–—-、，(（".contains(c));
    format!("{trimmed}…")
}

/// Minutes to read a text: 230 words or 500 Chinese, Japanese or Korean characters a minute.
pub(crate) fn minutes(plain: &str) -> u32 {
    let mut dense = 0_u32;
    let mut words = 0_u32;
    let mut in_word = false;
    for c in plain.chars() {
        if is_dense(c) {
            dense += 1;
            in_word = false;
        } else if c.is_alphanumeric() {
            words += u32::from(!in_word);
            in_word = true;
        } else if c.is_whitespace() {
            in_word = false;
        }
    }
    let seconds = words * 60 / 230 + dense * 60 / 500;
    seconds.div_ceil(60).max(1)
}

/// Characters of scripts written without spaces between words.
fn is_dense(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{2ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_heading_outside_code_is_the_title() {
        let mut text = "```\n# no\n```\n\n# The *sea* {#sea}\n\nText".to_owned();
        assert_eq!(take_first_heading(&mut text).as_deref(), Some("The sea"));
        assert_eq!(text, "```\n# no\n```\n\n\n\nText");
        assert_eq!(take_first_heading(&mut "## Two\n".to_owned()), None);
    }

    #[test]
    fn a_summary_ends_with_a_sentence_or_between_words() {
        assert_eq!(summary("Short  text."), "Short text.");
        let long = "word ".repeat(60);
        let cut = summary(&long);
        assert!(
            cut.ends_with("word…") && cut.chars().count() <= 161,
            "{cut}"
        );
        let sentence = format!("{}end. {}", "abc ".repeat(30), "more ".repeat(30));
        assert!(summary(&sentence).ends_with("end."));
        let japanese = summary(&"海".repeat(300));
        assert_eq!(japanese.chars().count(), 161);
    }

    #[test]
    fn reading_time_counts_words_or_characters() {
        assert_eq!(minutes(""), 1);
        assert_eq!(minutes(&"word ".repeat(230)), 1);
        assert_eq!(minutes(&"word ".repeat(700)), 4);
        assert_eq!(minutes(&"海".repeat(1000)), 2);
        assert_eq!(minutes("don't stop"), 1);
    }
}
