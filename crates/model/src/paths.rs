//! Paths of the files that are not pages, and percent-encoding (RFC 3986) of path segments.
//!
//! All paths begin with the site's base unless a function says otherwise.

use crate::Site;

/// The folder of the search index, relative to the base.
pub const SEARCH_INDEX: &str = "search-index/";

/// The path segment of a language.
pub fn segment(lang: &str) -> String {
    lang.to_ascii_lowercase()
}

/// Base and language: `/base/` for the default language, `/base/fr/` for others.
pub fn prefix(site: &Site, lang: &str) -> String {
    let mut path = site.base.clone();
    if !lang.eq_ignore_ascii_case(site.default_lang()) {
        path.push_str(&segment(lang));
        path.push('/');
    }
    path
}

/// A feed's page: `feed.json`, `feed/2.json`, `fr/feed.json`, `category/<id>/feed.json`.
pub fn feed(site: &Site, lang: &str, category: Option<&str>, page: u32) -> String {
    let mut path = list(site, lang, category);
    if page > 1 {
        path.push_str("feed/");
        path.push_str(&page.to_string());
        path.push_str(".json");
    } else {
        path.push_str("feed.json");
    }
    path
}

/// The Atom feed of the same posts: `feed.xml`, `fr/feed.xml`, `category/<id>/feed.xml`.
pub fn atom(site: &Site, lang: &str, category: Option<&str>) -> String {
    list(site, lang, category) + "feed.xml"
}

/// The folder of a list of posts.
fn list(site: &Site, lang: &str, category: Option<&str>) -> String {
    let mut path = prefix(site, lang);
    if let Some(id) = category {
        path.push_str("category/");
        path.push_str(&encode(id));
        path.push('/');
    }
    path
}

/// An article document: `articles/<slug>.<lang>.json`.
pub fn document(site: &Site, lang: &str, slug: &str) -> String {
    let mut path = site.base.clone();
    path.push_str("articles/");
    path.push_str(&encode(slug));
    path.push('.');
    path.push_str(&segment(lang));
    path.push_str(".json");
    path
}

/// The list of all that a language has: `archive/<lang>.json`, also of the default language.
pub fn archive(site: &Site, lang: &str) -> String {
    [&*site.base, "archive/", &segment(lang), ".json"].concat()
}

/// Slug and language of an article document's path; the inverse of [`document`].
pub fn parse_document(site: &Site, path: &str) -> Option<(String, String)> {
    let name = path
        .strip_prefix(site.base.as_str())?
        .strip_prefix("articles/")?
        .strip_suffix(".json")?;
    let (slug, lang) = name.rsplit_once('.')?;
    let language = site.languages.iter().find(|l| segment(&l.code) == lang)?;
    Some((decode(slug)?, language.code.clone()))
}

/// Percent-encodes everything but RFC 3986's unreserved characters.
pub fn encode(text: &str) -> String {
    encode_except(text, b"-._~")
}

/// Percent-encodes everything but ASCII letters, digits and the characters of `plain`.
pub fn encode_except(text: &str, plain: &[u8]) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || plain.contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    out
}

/// Decodes a percent-encoded segment; `None` if it is not UTF-8. A stray `%` stands for itself.
pub fn decode(text: &str) -> Option<String> {
    let digit = |byte: Option<&u8>| byte.and_then(|b| char::from(*b).to_digit(16));
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte == b'%'
            && let (Some(high), Some(low)) = (digit(bytes.get(at + 1)), digit(bytes.get(at + 2)))
        {
            out.push((high * 16 + low) as u8);
            at += 3;
        } else {
            out.push(byte);
            at += 1;
        }
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Language;

    #[test]
    fn a_documents_path_leads_back_to_slug_and_language() {
        let site = Site {
            base: "/n/".into(),
            languages: vec![
                Language {
                    code: "en".into(),
                    ..Language::default()
                },
                Language {
                    code: "zh-CN".into(),
                    ..Language::default()
                },
            ],
            ..Site::default()
        };
        let path = document(&site, "zh-CN", "v1.2 été");
        assert_eq!(path, "/n/articles/v1.2%20%C3%A9t%C3%A9.zh-cn.json");
        assert_eq!(
            parse_document(&site, &path),
            Some(("v1.2 été".to_owned(), "zh-CN".to_owned()))
        );
        assert_eq!(parse_document(&site, "/n/articles/x.de.json"), None);
        assert_eq!(archive(&site, "zh-CN"), "/n/archive/zh-cn.json");
        assert_eq!(archive(&site, "en"), "/n/archive/en.json");
    }

    #[test]
    fn a_stray_percent_sign_survives_decoding() {
        assert_eq!(decode("100%").as_deref(), Some("100%"));
        assert_eq!(decode("%zz%41").as_deref(), Some("%zzA"));
        assert_eq!(decode("%ff"), None);
    }
}
