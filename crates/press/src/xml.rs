//! Writing XML: what Atom feeds and sitemaps share.
//!
//! Entry points: [`document`], [`fragment`] and [`element`]. Nothing here knows what the elements mean; a text
//! never becomes markup, and a character that XML does not allow never gets into a file.

use std::borrow::Cow;
use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

/// What is being written.
pub(crate) type Xml = Writer<Vec<u8>>;

/// A document: the declaration, then what `write` puts after it.
///
/// # Errors
/// Only those of `write`; memory takes everything.
pub(crate) fn document(write: impl FnOnce(&mut Xml) -> io::Result<()>) -> io::Result<String> {
    fragment(|xml| {
        xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
        xml.get_mut().push(b'\n');
        write(xml)?;
        xml.get_mut().push(b'\n');
        Ok(())
    })
}

/// What `write` writes.
///
/// # Errors
/// Only those of `write`; memory takes everything.
pub(crate) fn fragment(write: impl FnOnce(&mut Xml) -> io::Result<()>) -> io::Result<String> {
    let mut xml = Writer::new(Vec::new());
    write(&mut xml)?;
    String::from_utf8(xml.into_inner()).map_err(io::Error::other)
}

/// An element that holds a text, or nothing where the text is empty.
pub(crate) fn element(
    xml: &mut Xml,
    name: &str,
    attributes: &[(&str, &str)],
    text: &str,
) -> io::Result<()> {
    // A line for each element: what changed can be seen.
    xml.get_mut().push(b'\n');
    let cleaned: Vec<_> = attributes
        .iter()
        .map(|(key, value)| (*key, allowed(value)))
        .collect();
    let element = xml
        .create_element(name)
        .with_attributes(cleaned.iter().map(|(key, value)| (*key, value.as_ref())));
    if text.is_empty() {
        element.write_empty()?;
    } else {
        element.write_text_content(BytesText::new(&allowed(text)))?;
    }
    Ok(())
}

/// A text without the characters that XML 1.0 (2.2, Characters) does not allow.
fn allowed(text: &str) -> Cow<'_, str> {
    let forbidden = |c: char| matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    if text.contains(forbidden) {
        Cow::Owned(text.replace(forbidden, ""))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_markup_and_no_forbidden_character_gets_in() {
        let text = document(|xml| {
            element(
                xml,
                "a",
                &[("b", "\"<\u{b}&>\"")],
                "]]> & <b>\u{8}\u{ffff}\t",
            )?;
            Ok(())
        })
        .expect("writes");
        let read = roxmltree::Document::parse(&text).expect("is XML");
        let root = read.root_element();
        assert_eq!(root.attribute("b"), Some("\"<&>\""));
        assert_eq!(root.text(), Some("]]> & <b>\t"));
    }
}
