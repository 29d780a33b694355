//! The attribute block at the end of a heading: `{#id source="Second Agency" date=2016-10-28}`.
//!
//! Entry point: [`find`]. pulldown-cmark's own option splits such blocks at every space, quoted or
//! not, and takes any braces for a block; so the block is read here from the source. Braces that
//! hold anything else than known attributes are ordinary text and must never be taken away.

/// What a heading says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Attributes {
    /// `#id`
    pub(crate) id: Option<String>,
    /// `source=`: who gives the account below the heading.
    pub(crate) source: Option<String>,
    /// `date=`: when it was given.
    pub(crate) date: Option<String>,
    /// `url=`: where it was first published.
    pub(crate) url: Option<String>,
}

/// Longest block that is looked for, in bytes.
const LONGEST: usize = 2000;

/// Opening braces that are tried.
const TRIES: usize = 16;

/// Looks for a block at the end of a heading's source text. Returns where it begins.
///
/// There must be text before it, and it must not begin after a backslash.
pub(crate) fn find(source: &str) -> Option<(usize, Attributes)> {
    let source = source.trim_end();
    if !source.ends_with('}') {
        return None;
    }
    let mut end = source.len();
    for _ in 0..TRIES {
        // A brace may stand in a quoted value: then the block begins before it.
        let at = source.get(..end)?.rfind('{')?;
        if source.len() - at > LONGEST || source[..at].trim().is_empty() {
            return None;
        }
        if !source[..at].ends_with('\\')
            && let Some(attributes) = parse(&source[at..])
        {
            return Some((at, attributes));
        }
        end = at;
    }
    None
}

/// Reads `{…}`: nothing but `#id`, `.class` and known attributes, at least one of them.
fn parse(block: &str) -> Option<Attributes> {
    let inner = block.strip_prefix('{')?.strip_suffix('}')?;
    if inner.contains(['\n', '\r']) {
        return None;
    }
    let mut rest = inner.strip_prefix(':').unwrap_or(inner).trim();
    if rest.is_empty() {
        return None;
    }
    let mut attributes = Attributes::default();
    while !rest.is_empty() {
        if let Some(name) = rest.strip_prefix('#') {
            let (name, after) = word(name)?;
            attributes.id = Some(name.to_owned());
            rest = after;
        } else if let Some(class) = rest.strip_prefix('.') {
            // Classes are the style sheet's affair: understood, and left out.
            rest = word(class)?.1;
        } else {
            let (key, after) = rest.split_once('=')?;
            let (value, after) = value(after)?;
            let slot = match key {
                "id" => &mut attributes.id,
                "source" => &mut attributes.source,
                "date" => &mut attributes.date,
                "url" => &mut attributes.url,
                _ => return None,
            };
            if !value.trim().is_empty() {
                *slot = Some(value.trim().to_owned());
            }
            rest = after;
        }
        let next = rest.trim_start();
        if next.len() == rest.len() && !rest.is_empty() {
            return None;
        }
        rest = next;
    }
    if let Some(id) = attributes.id.as_deref()
        && id.contains(crate::ids::unsound)
    {
        return None;
    }
    Some(attributes)
}

/// A word up to the next space, not empty.
fn word(text: &str) -> Option<(&str, &str)> {
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    let sound = !word.is_empty() && !word.contains(['"', '\'', '{', '}', '=']);
    sound.then_some((word, rest))
}

/// A value: quoted (a backslash keeps the quote that follows it), or up to the next space.
fn value(text: &str) -> Option<(String, &str)> {
    let mut characters = text.chars();
    let close = match characters.next()? {
        '"' => '"',
        '\'' => '\'',
        // What an editor's automatic typography makes of it.
        '“' => '”',
        _ => {
            let end = text.find(char::is_whitespace).unwrap_or(text.len());
            let (value, rest) = text.split_at(end);
            let sound = !value.contains(['"', '\'', '{', '}']);
            return sound.then(|| (value.to_owned(), rest));
        }
    };
    let mut out = String::new();
    while let Some(character) = characters.next() {
        if character == close {
            return Some((out, characters.as_str()));
        }
        if character == '\\' && characters.as_str().starts_with([close, '\\']) {
            out.extend(characters.next());
        } else {
            out.push(character);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_may_hold_spaces_apostrophes_braces_and_any_script() {
        let (at, attributes) = find(
            r#"Second agency's account {#second .x source="Agence d'Ici {Sud} \"2\"" date=2016-10-28 url='https://example.org/a_b_c?d=e'}"#,
        )
        .expect("a block");
        assert_eq!(at, 24);
        assert_eq!(attributes.id.as_deref(), Some("second"));
        assert_eq!(
            attributes.source.as_deref(),
            Some("Agence d'Ici {Sud} \"2\"")
        );
        assert_eq!(attributes.date.as_deref(), Some("2016-10-28"));
        assert_eq!(
            attributes.url.as_deref(),
            Some("https://example.org/a_b_c?d=e")
        );
        let (_, attributes) = find("شهادة {source=\"وكالة الأنباء\"}").expect("a block");
        assert_eq!(attributes.source.as_deref(), Some("وكالة الأنباء"));
    }

    #[test]
    fn braces_that_are_no_attributes_stay() {
        for heading in [
            "The set {a, b}",
            "f {}",
            "{#only}",
            "x {width=3}",
            "x {#a}b}",
            "x \\{#a}",
            "x {source=\"a}",
            "x {# a}",
            "x {#a",
            "x {.}",
        ] {
            assert_eq!(find(heading), None, "{heading}");
        }
    }
}
