//! Where the site is: the address that `site.toml` names, or another for this run.
//!
//! Entry point: [`address`].

use std::path::Path;

use crate::diagnostic::{Diagnostics, Kind};
use crate::fields::Fields;

/// Where the site will be.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Address<'a> {
    /// Where `site.toml` says, which has to say it.
    Written,
    /// Where `site.toml` says, if it does: nothing will be written.
    Unneeded,
    /// Here, whatever `site.toml` says.
    Given(&'a str),
    /// At this origin, below the path that `site.toml` says.
    Preview(&'a str),
}

/// Origin and base of the site's address, and the address in `site.toml` if it is another.
pub(super) fn address(
    fields: &Fields<'_>,
    wanted: Address<'_>,
    diagnostics: &mut Diagnostics,
) -> (String, String, Option<String>) {
    let mut unread = Diagnostics::default();
    let is_given = matches!(wanted, Address::Given(_));
    let text = fields.string("base_url", if is_given { &mut unread } else { diagnostics });
    let written = text.as_deref().and_then(|text| {
        let split = split_address(text);
        if split.is_none() && !is_given {
            wrong_address(
                text,
                fields.path,
                Some(fields.line("base_url")),
                diagnostics,
            );
        }
        split
    });
    let home = |(origin, base): &(String, String)| [origin.as_str(), base].concat();
    let also = written.as_ref().map(home);
    let fallback = || ("http://localhost".to_owned(), "/".to_owned());
    let (origin, base) = match wanted {
        Address::Given(url) => split_address(url).unwrap_or_else(|| {
            // It is the command's mistake, not the file's.
            wrong_address(url, Path::new("--base-url"), None, diagnostics);
            fallback()
        }),
        Address::Preview(origin) => (
            origin.to_owned(),
            written.map_or_else(|| "/".to_owned(), |(_, base)| base),
        ),
        Address::Written | Address::Unneeded => {
            if fields.value("base_url").is_none() {
                let message = "The publication has no address, and feeds need one.";
                let remedy = "Say where readers will find it: add base_url = \"https://example.org/\" with your own address, or give --base-url.";
                let file = fields.path;
                if matches!(wanted, Address::Unneeded) {
                    diagnostics.warning(Kind::Config, file, None, message, remedy);
                } else {
                    diagnostics.error(Kind::Config, file, None, message, remedy);
                }
            }
            written.unwrap_or_else(fallback)
        }
    };
    let here = [origin.as_str(), &base].concat();
    (origin, base, also.filter(|also| *also != here))
}

fn wrong_address(written: &str, place: &Path, line: Option<usize>, diagnostics: &mut Diagnostics) {
    diagnostics.error(
        Kind::Config,
        place,
        line,
        format!("`{written}` is no address of a site."),
        "Write it with scheme and host, without ? and #: \"https://example.org/news/\".",
    );
}

/// Origin and base of an address; `None` of one that no site can have.
pub(super) fn split_address(url: &str) -> Option<(String, String)> {
    let url = url.trim();
    let (scheme, rest) = url.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    if !matches!(scheme.as_str(), "http" | "https") {
        return None;
    }
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host_is_plain = !host.is_empty()
        && host
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b));
    let path_is_plain = path
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"-._~/%".contains(&b));
    if !host_is_plain || !path_is_plain || path.split('/').any(|s| s == "." || s == "..") {
        return None;
    }
    let mut base = String::from("/");
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        base.push_str(segment);
        base.push('/');
    }
    Some((format!("{scheme}://{}", host.to_ascii_lowercase()), base))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_split_into_origin_and_base() {
        let split = |url: &str| split_address(url);
        assert_eq!(
            split("https://Example.org"),
            Some(("https://example.org".into(), "/".into()))
        );
        assert_eq!(
            split("http://a:8080/x//y"),
            Some(("http://a:8080".into(), "/x/y/".into()))
        );
        for wrong in [
            "example.org",
            "ftp://a/",
            "https://",
            "https://a/?q",
            "https://a/../",
            "https://a b/",
        ] {
            assert_eq!(split(wrong), None, "{wrong}");
        }
    }
}
