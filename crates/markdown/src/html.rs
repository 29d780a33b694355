//! Reading raw HTML: text, start tags, end tags.
//!
//! Entry points: [`Tokens`], [`decode`]. Comments, declarations and processing instructions never
//! come out. What is no whole tag is text. Reading is linear: a tag that does not end is not looked
//! for twice.

use pulldown_cmark::{Event, Parser};

/// A piece of raw HTML.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    /// Text, with its character references.
    Text(&'a str),
    /// A start tag.
    Open {
        /// In lower case.
        name: String,
        /// Names in lower case, values decoded; the first of a name counts.
        attributes: Vec<(String, String)>,
        /// Written as `<x/>`.
        closed: bool,
    },
    /// An end tag; the name in lower case.
    Close(String),
}

/// The tokens of a piece of raw HTML.
pub(crate) struct Tokens<'a> {
    rest: &'a str,
    /// A tag without an end was met: the rest is text.
    broken: bool,
}

impl<'a> Tokens<'a> {
    pub(crate) fn new(html: &'a str) -> Self {
        Self {
            rest: html,
            broken: false,
        }
    }

    /// What has not been read yet.
    pub(crate) fn rest(&self) -> &'a str {
        self.rest
    }

    /// Passes over the content of an element and its end tag, or over everything if it has none.
    pub(crate) fn skip_past(&mut self, name: &str) {
        let bytes = self.rest.as_bytes();
        let mut at = 0;
        while let Some(found) = self.rest[at..].find("</") {
            let start = at + found + 2;
            let end = start + name.len();
            if bytes
                .get(start..end)
                .is_some_and(|tag| tag.eq_ignore_ascii_case(name.as_bytes()))
                && !bytes.get(end).is_some_and(u8::is_ascii_alphanumeric)
            {
                let close = self.rest[end..]
                    .find('>')
                    .map_or(self.rest.len(), |i| end + i + 1);
                self.rest = &self.rest[close..];
                return;
            }
            at = start;
        }
        self.rest = "";
    }

    fn cut(&mut self, at: usize) -> &'a str {
        let (head, tail) = self.rest.split_at(at);
        self.rest = tail;
        head
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            if self.rest.is_empty() {
                return None;
            }
            if self.broken {
                return Some(Token::Text(self.cut(self.rest.len())));
            }
            if !self.rest.starts_with('<') {
                let end = self.rest.find('<').unwrap_or(self.rest.len());
                return Some(Token::Text(self.cut(end)));
            }
            if let Some(length) = unseen(self.rest) {
                self.cut(length);
                continue;
            }
            if let Some(tail) = self.rest.strip_prefix("</")
                && tail.starts_with(|c: char| c.is_ascii_alphabetic())
            {
                let Some(end) = tail.find('>') else {
                    self.broken = true;
                    continue;
                };
                let name = tail[..end]
                    .split(|c: char| c.is_ascii_whitespace() || c == '/')
                    .next()
                    .unwrap_or_default()
                    .to_ascii_lowercase();
                self.cut(end + 3);
                return Some(Token::Close(name));
            }
            if self.rest[1..].starts_with(|c: char| c.is_ascii_alphabetic()) {
                match start_tag(self.rest) {
                    Some((token, length)) => {
                        self.cut(length);
                        return Some(token);
                    }
                    None => {
                        self.broken = true;
                        continue;
                    }
                }
            }
            // A `<` that begins no tag.
            return Some(Token::Text(self.cut(1)));
        }
    }
}

/// Length of what is neither text nor tag.
fn unseen(html: &str) -> Option<usize> {
    let to = |opening: usize, close: &str| {
        html[opening..]
            .find(close)
            .map_or(html.len(), |at| opening + at + close.len())
    };
    if html.starts_with("<!-->") {
        Some(5)
    } else if html.starts_with("<!--->") {
        Some(6)
    } else if html.starts_with("<!--") {
        Some(to(4, "-->"))
    } else if html.starts_with("<![CDATA[") {
        Some(to(9, "]]>"))
    } else if html.starts_with("<?") {
        Some(to(2, "?>"))
    } else if html.starts_with("<!") {
        Some(to(2, ">"))
    } else {
        None
    }
}

/// Reads `<name …>`; the text begins with `<` and a letter.
fn start_tag(html: &str) -> Option<(Token<'static>, usize)> {
    let bytes = html.as_bytes();
    let ends_name = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'/' | b'>');
    let run = |from: usize, until: &dyn Fn(&u8) -> bool| {
        bytes[from..]
            .iter()
            .position(until)
            .map_or(bytes.len(), |n| from + n)
    };
    let mut at = run(1, &ends_name);
    let name = html[1..at].to_ascii_lowercase();
    let mut attributes: Vec<(String, String)> = Vec::new();
    let mut closed = false;
    loop {
        match bytes.get(at)? {
            b'>' => {
                let token = Token::Open {
                    name,
                    attributes,
                    closed,
                };
                return Some((token, at + 1));
            }
            b'/' => {
                closed = true;
                at += 1;
                continue;
            }
            b if b.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            _ => closed = false,
        }
        // The first character belongs to the name even if it is `=`, as a browser has it.
        let end = run(at + 1, &|b| ends_name(b) || *b == b'=').min(bytes.len());
        let key = html.get(at..end)?.to_ascii_lowercase();
        at = run(end, &|b| !b.is_ascii_whitespace());
        let mut value = "";
        if bytes.get(at) == Some(&b'=') {
            at = run(at + 1, &|b| !b.is_ascii_whitespace());
            match bytes.get(at)? {
                quote @ (b'"' | b'\'') => {
                    let end = run(at + 1, &|b| b == quote);
                    value = html.get(at + 1..end)?;
                    at = end + 1;
                }
                b'>' => {}
                _ => {
                    let end = run(at, &|b| b.is_ascii_whitespace() || *b == b'>');
                    value = html.get(at..end)?;
                    at = end;
                }
            }
        }
        // More attributes than any element has are noise, and would make the look-up below slow.
        if attributes.len() < 32 && attributes.iter().all(|(other, _)| *other != key) {
            attributes.push((key, decode(value)));
        }
    }
}

/// Longest character reference there is, and some more.
const REFERENCE: usize = 40;

/// Replaces character references (`&eacute;`, `&#233;`) by their characters.
pub(crate) fn decode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = rest
            .bytes()
            .take(REFERENCE)
            .position(|b| b == b';')
            .map_or(0, |end| end + 1);
        match reference(&rest[..length]) {
            Some(characters) => {
                out.push_str(&characters);
                rest = &rest[length..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// The Markdown parser knows all references: asking it spares a second table of two thousand names.
fn reference(text: &str) -> Option<String> {
    let name = text.strip_prefix('&')?.strip_suffix(';')?;
    let name = name.strip_prefix('#').unwrap_or(name);
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    let mut out = String::new();
    for event in Parser::new(text) {
        if let Event::Text(piece) = event {
            out.push_str(&piece);
        }
    }
    (out != text).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(html: &str) -> String {
        Tokens::new(html)
            .map(|token| match token {
                Token::Text(text) => format!("[{text}]"),
                Token::Open {
                    name,
                    attributes,
                    closed,
                } => format!("({name} {attributes:?} {closed})"),
                Token::Close(name) => format!("(/{name})"),
            })
            .collect()
    }

    #[test]
    fn tags_are_read_as_a_browser_reads_them() {
        assert_eq!(
            read("a<B Class=x title='y>z' open =\"1\">c</b >"),
            r#"[a](b [("class", "x"), ("title", "y>z"), ("open", "1")] false)[c](/b)"#
        );
        assert_eq!(read("<a/onclick=x/>"), r#"(a [("onclick", "x/")] false)"#);
        assert_eq!(read("<br/><br / >"), "(br [] true)(br [] true)");
        assert_eq!(read("<a x=1 x=2>"), r#"(a [("x", "1")] false)"#);
        assert_eq!(read("1 < 2 <3"), "[1 ][<][ 2 ][<][3]");
    }

    #[test]
    fn comments_and_the_like_never_come_out() {
        assert_eq!(read("a<!-- <b> -->c<!-->d<!--->e"), "[a][c][d][e]");
        assert_eq!(read("<!doctype html><?php x ?>y<![CDATA[z]]>"), "[y]");
        assert_eq!(read("a<!-- b"), "[a]");
    }

    #[test]
    fn a_tag_without_an_end_is_text() {
        assert_eq!(read("<a href=\"x>y<b>"), "[<a href=\"x>y<b>]");
        assert_eq!(read("</a <b"), "[</a <b]");
    }

    #[test]
    fn character_references_are_decoded_once() {
        assert_eq!(decode("&lt;&#x6a;&#106;&colon;&amp;lt;"), "<jj:&lt;");
        assert_eq!(decode("& &; &nope; &#106 &copy"), "& &; &nope; &#106 &copy");
        assert_eq!(decode("&nbsp;"), "\u{a0}");
    }

    #[test]
    fn content_is_skipped_up_to_its_own_end_tag() {
        let mut tokens = Tokens::new("alert('</scripts>')</SCRIPT >rest");
        tokens.skip_past("script");
        assert_eq!(tokens.rest(), "rest");
    }
}
