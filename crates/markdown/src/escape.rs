//! Writing text and addresses into HTML.
//!
//! Entry points: [`escape`], [`push_text`], [`push_attribute`], [`push_href`]. Nothing in this crate
//! puts an author's text into the output by any other way. These functions must never let `<`, `&`
//! or a closing quote through.

/// Escapes a text for use as HTML text or within a quoted attribute value.
///
/// ```
/// assert_eq!(lamplight_markdown::escape("Q&A \"<b>\""), "Q&amp;A &quot;&lt;b&gt;&quot;");
/// ```
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push(&mut out, text, true);
    out
}

/// Appends a text as HTML text. Quotation marks stay as they are, as an HTML serialiser has it.
pub(crate) fn push_text(out: &mut String, text: &str) {
    push(out, text, false);
}

/// Appends ` name="value"`. The name is ours or was looked up in a table.
pub(crate) fn push_attribute(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    push(out, value, true);
    out.push('"');
}

fn push(out: &mut String, text: &str, quotes: bool) {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"', '\r', '\0']) {
        let (before, special) = rest.split_at(at);
        out.push_str(before);
        let mut characters = special.chars();
        match characters.next() {
            Some('&') => out.push_str("&amp;"),
            Some('<') => out.push_str("&lt;"),
            Some('>') => out.push_str("&gt;"),
            Some('"') if quotes => out.push_str("&quot;"),
            // A browser reads a carriage return as a line feed, and drops a null.
            Some('\r') if !special.starts_with("\r\n") => out.push('\n'),
            Some('\0') => out.push('\u{fffd}'),
            Some('"') => out.push('"'),
            _ => {}
        }
        rest = characters.as_str();
    }
    out.push_str(rest);
}

/// An address with everything percent-encoded that may not stand in one. Existing escapes stay.
pub(crate) fn encode_href(url: &str) -> String {
    lamplight_model::paths::encode_except(url, b"-_.!~*'();/?:@&=+$,#%")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_keeps_its_quotes_and_attributes_do_not() {
        let mut out = String::new();
        push_text(&mut out, "a \"b\" <c> & d\r\ne\rf\0");
        assert_eq!(out, "a \"b\" &lt;c&gt; &amp; d\ne\nf\u{fffd}");
        let mut out = String::new();
        push_attribute(&mut out, "title", "\"><script>");
        assert_eq!(out, " title=\"&quot;&gt;&lt;script&gt;\"");
    }

    #[test]
    fn an_address_is_percent_encoded_but_not_twice() {
        assert_eq!(encode_href("/a b/é?x=[1]%20"), "/a%20b/%C3%A9?x=%5B1%5D%20");
    }
}
