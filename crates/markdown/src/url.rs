//! Which addresses may be followed.
//!
//! Entry points: [`allowed`] and [`host`]. This module must never let through an address that a
//! browser could run: a scheme is known or the address is dropped. It is stricter than a browser's
//! parser, not cleverer: what looks like a scheme is one.

/// Schemes a link may have.
const SCHEMES: [&str; 4] = ["http", "https", "mailto", "tel"];

/// The address, trimmed, if a link may lead there.
///
/// Relative addresses, fragments, http, https, mailto and tel may. A control character anywhere
/// drops the address, because browsers remove some of them before they look for the scheme.
pub(crate) fn allowed(url: &str) -> Option<&str> {
    let url = url.trim_matches([' ', '\t', '\n', '\r', '\u{c}']);
    if url.chars().any(char::is_control) {
        return None;
    }
    let end = url.find([':', '/', '?', '#', '\\']).unwrap_or(url.len());
    let (scheme, rest) = url.split_at(end);
    let known = !rest.starts_with(':') || SCHEMES.iter().any(|s| scheme.eq_ignore_ascii_case(s));
    known.then_some(url)
}

/// Whether following the address leaves the site's own server (as far as its text tells).
pub(crate) fn is_remote(url: &str) -> bool {
    host(url).is_some()
}

/// Host (with port) of an http(s) or scheme-relative address.
pub(crate) fn host(url: &str) -> Option<&str> {
    let url = url.trim_matches([' ', '\t', '\n', '\r', '\u{c}']);
    let rest = strip_scheme(url, "https:")
        .or_else(|| strip_scheme(url, "http:"))
        .unwrap_or(url);
    // Browsers take a backslash for a slash here.
    let rest = rest
        .strip_prefix(['/', '\\'])
        .and_then(|rest| rest.strip_prefix(['/', '\\']))?;
    let authority = rest.split(['/', '\\', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    (!host.is_empty()).then_some(host)
}

fn strip_scheme<'a>(url: &'a str, scheme: &str) -> Option<&'a str> {
    let head = url.get(..scheme.len())?;
    head.eq_ignore_ascii_case(scheme)
        .then(|| &url[scheme.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_schemes_and_relative_addresses_pass() {
        for good in [
            "",
            "#part",
            "other/",
            "/a?b=c:d",
            "?q=a:b",
            "./a:b",
            "//example.org/x",
            "HTTPS://example.org",
            "mailto:a@example.org",
            "tel:+1",
            " http://example.org ",
        ] {
            assert_eq!(allowed(good), Some(good.trim()), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            " javascript:1",
            "java\nscript:1",
            "java\tscript:1",
            "\u{1}javascript:1",
            "javascript :1",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc",
            "blob:x",
            "view-source:x",
            ":x",
        ] {
            assert_eq!(allowed(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn the_host_of_a_remote_address_is_found() {
        assert_eq!(host("https://u@example.org:81/a"), Some("example.org:81"));
        assert_eq!(host("//example.org?x"), Some("example.org"));
        assert_eq!(host("/\\example.org"), Some("example.org"));
        assert_eq!(host("/a/b"), None);
        assert_eq!(host("mailto:a@b"), None);
        assert!(is_remote("HTTP://x/"));
    }
}
