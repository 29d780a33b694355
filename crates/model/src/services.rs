//! Addresses of translation services on the web: patterns in `site.toml`, filled in for an article.
//!
//! Entry points: [`address`]; [`plain`] and [`of_page`] for a link that works without script. A pattern has the
//! places `{url}` (the article's canonical address), `{from}` and `{to}` (languages, BCP 47).

use crate::paths::encode;

/// Where a plain link has the article's path; of it, only press knows the rest of the address.
const PATH: &str = "{path}";

/// The address at which a service translates an article.
pub fn address(pattern: &str, url: &str, from: &str, to: &str) -> String {
    pattern
        .replace("{url}", &encode(url))
        .replace("{from}", &encode(from))
        .replace("{to}", &encode(to))
}

/// A pattern for links in pages of a site at `origin` (`https://example.org`): nothing is known of the reader's
/// language there, so a parameter that asks for it is left out, and the service chooses. `None` where the language
/// stands elsewhere than in a parameter of its own.
pub fn plain(pattern: &str, origin: &str) -> Option<String> {
    let (place, query) = match pattern.split_once('?') {
        Some((place, query)) => (place, Some(query)),
        None => (pattern, None),
    };
    let mut out = place.to_owned();
    if let Some(query) = query {
        let asks = |parameter: &&str| !parameter.ends_with("={to}");
        let kept: Vec<&str> = query.split('&').filter(asks).collect();
        if !kept.is_empty() {
            out.push('?');
            out.push_str(&kept.join("&"));
        }
    }
    let whole = [&*encode(origin), PATH].concat();
    (!out.contains("{to}")).then(|| out.replace("{url}", &whole))
}

/// The address of such a link, for the page at a path of the site.
pub fn of_page(plain: &str, path: &str, from: &str) -> String {
    plain
        .replace(PATH, &encode(path))
        .replace("{from}", &encode(from))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATTERN: &str = "https://t.example/translate?sl={from}&tl={to}&u={url}";

    #[test]
    fn an_articles_address_and_languages_are_encoded_into_the_pattern() {
        assert_eq!(
            address(PATTERN, "https://a.example/b/?c&d", "zh-Hant", "fr"),
            "https://t.example/translate?sl=zh-Hant&tl=fr&u=https%3A%2F%2Fa.example%2Fb%2F%3Fc%26d"
        );
    }

    #[test]
    fn a_plain_link_leaves_the_readers_language_to_the_service() {
        let pattern = plain(PATTERN, "https://a.example").expect("a link");
        assert_eq!(
            of_page(&pattern, "/b/ä/", "en"),
            "https://t.example/translate?sl=en&u=https%3A%2F%2Fa.example%2Fb%2F%C3%A4%2F"
        );
        assert_eq!(
            plain("https://t.example/{to}/{url}", "https://a.example"),
            None
        );
        let only = plain("https://t.example/x?to={to}", "https://a.example");
        assert_eq!(only.as_deref(), Some("https://t.example/x"));
    }
}
