//! Old addresses of posts: from what authors write to paths at which a redirect can be.
//!
//! Entry point: [`settle`]. An alias is a path that nothing else has: no page, no file of the site's
//! own, no other alias. Two paths that differ in case only count as one, since some hosts and file
//! systems cannot tell them apart.

use std::collections::BTreeMap;
use std::path::PathBuf;

use lamplight_model::{RESERVED, Route, paths};
use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::content::{Post, is_slug};
use crate::diagnostic::{Diagnostics, Kind};
use crate::sitemap;

/// An old address of a post, as its front matter has it, and its line there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Written {
    pub(crate) text: String,
    pub(crate) line: usize,
}

/// Turns every post's aliases as written into paths below the base (not percent-encoded; `old/` or
/// `old.html`). What cannot be one is reported and left out.
pub(crate) fn settle(posts: &mut [Post], config: &Config, diagnostics: &mut Diagnostics) {
    if posts.iter().all(|post| post.written_aliases.is_empty()) {
        return;
    }
    // What is at an address: the file of the post, and whether the address is an alias.
    let mut taken: BTreeMap<String, (PathBuf, bool)> = posts
        .iter()
        .map(|post| (key(&path_of(post, config)), (post.path.clone(), false)))
        .collect();
    for post in posts.iter_mut() {
        let mut settled: Vec<(String, usize)> = Vec::new();
        for written in std::mem::take(&mut post.written_aliases) {
            let path = match parse(&written.text, &post.lang, config) {
                Ok(path) => path,
                Err(problem) => {
                    diagnostics.error(
                        Kind::Alias,
                        &post.path,
                        Some(written.line),
                        format!("`{}` can be no alias: {problem}.", written.text),
                        "An alias is an old path of the post on this site: /old-slug/, /2016/10/28/slug.html.",
                    );
                    continue;
                }
            };
            if settled.iter().any(|(other, _)| key(other) == key(&path)) {
                continue;
            }
            match taken.get(&key(&path)) {
                Some((other, is_alias)) => {
                    let what = match (is_alias, *other == post.path) {
                        (true, _) => format!("an alias of {}, too", other.display()),
                        (false, true) => "the post's own address".to_owned(),
                        (false, false) => format!("the address of {}", other.display()),
                    };
                    diagnostics.error(
                        Kind::Alias,
                        &post.path,
                        Some(written.line),
                        format!("The alias `{}` is {what}.", written.text),
                        "Remove it here, or give the other one another slug.",
                    );
                }
                None => {
                    taken.insert(key(&path), (post.path.clone(), true));
                    settled.push((path, written.line));
                }
            }
        }
        post.aliases = settled;
    }
    refuse_folders(posts, &taken, diagnostics);
}

/// `old.html` is a file; nothing can be at `old.html/more/`.
fn refuse_folders(
    posts: &mut [Post],
    taken: &BTreeMap<String, (PathBuf, bool)>,
    diagnostics: &mut Diagnostics,
) {
    for post in posts {
        let path = &post.path;
        post.aliases.retain(|(alias, line)| {
            let below = [&key(alias), "/"].concat();
            let inner = taken.range(below.clone()..).next();
            let inner = inner.filter(|(other, _)| other.starts_with(&below));
            match inner {
                Some((_, (other, _))) if !alias.ends_with('/') => {
                    diagnostics.error(
                        Kind::Alias,
                        path,
                        Some(*line),
                        format!(
                            "The alias `/{alias}` is a file, and {} has an address below it.",
                            other.display()
                        ),
                        "Remove one of the two aliases.",
                    );
                    false
                }
                _ => true,
            }
        });
    }
}

/// What two addresses must not share.
fn key(path: &str) -> String {
    path.trim_end_matches('/').to_lowercase()
}

/// A post's own path, below the base and not percent-encoded.
fn path_of(post: &Post, config: &Config) -> String {
    let site = &config.site;
    let route = Route::Article {
        lang: post.lang.clone(),
        slug: post.slug.clone(),
    };
    let path = route.path(site);
    let path = path.strip_prefix(site.base.as_str()).unwrap_or(&path);
    paths::decode(path).unwrap_or_else(|| path.to_owned())
}

/// The path of an alias, or what is wrong with it.
fn parse(written: &str, lang: &str, config: &Config) -> Result<String, String> {
    let site = &config.site;
    let home = config.absolute(&site.base);
    let rooted = |rest: &str| rest.trim_start_matches('/').to_owned();
    let path = if let Some(rest) = written.strip_prefix(&home) {
        rooted(rest)
    } else if written.contains("://") || written.starts_with("//") {
        return Err("it is on another site".into());
    } else if let Some(rest) = written.strip_prefix(&site.base) {
        rooted(rest)
    } else if written.starts_with('/') {
        rooted(written)
    } else {
        // Beside the post's own address, which is below its language.
        let prefix = paths::prefix(site, lang);
        let prefix = prefix.strip_prefix(&site.base).unwrap_or_default();
        [prefix, written.trim_start_matches("./")].concat()
    };
    if path.contains(['?', '#']) {
        return Err("what follows ? or # never reaches a static host".into());
    }
    let mut segments = Vec::new();
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        match paths::decode(segment).filter(|decoded| is_slug(decoded)) {
            Some(decoded) => segments.push(decoded),
            None => return Err(format!("`{segment}` can be no part of an address")),
        }
    }
    if segments.last().is_some_and(|last| last == "index.html") {
        segments.pop();
    }
    let of_language = segments.first().is_some_and(|first| {
        let others = site.languages.iter().skip(1);
        others.map(|l| paths::segment(&l.code)).any(|l| l == *first)
    });
    let first = segments.get(usize::from(of_language));
    let is_own =
        first.is_none_or(|first| RESERVED.contains(&first.as_str()) || sitemap::is_own_name(first));
    if is_own {
        return Err("it is an address of the site's own".into());
    }
    let mut path = segments.join("/");
    let lower = path.to_ascii_lowercase();
    if !(lower.ends_with(".html") || lower.ends_with(".htm")) {
        path.push('/');
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Address;

    fn config() -> Config {
        let mut config = crate::config::load(
            "nowhere".as_ref(),
            Address::Written,
            None,
            &mut Diagnostics::default(),
        );
        config.origin = "https://example.org".into();
        config.site.base = "/news/".into();
        let mut french = config.site.languages[0].clone();
        french.code = "fr".into();
        config.site.languages.push(french);
        config
    }

    #[test]
    fn an_alias_is_a_path_below_the_base_however_it_is_written() {
        let config = config();
        for (written, lang, path) in [
            ("/old-slug/", "en", "old-slug/"),
            ("/old-slug", "en", "old-slug/"),
            ("old-slug", "en", "old-slug/"),
            ("./old-slug/index.html", "en", "old-slug/"),
            ("old-slug", "fr", "fr/old-slug/"),
            ("/old-slug/", "fr", "old-slug/"),
            ("/news/old-slug/", "en", "old-slug/"),
            (
                "https://example.org/news/2016/10/28/a.html",
                "en",
                "2016/10/28/a.html",
            ),
            ("/a.php", "en", "a.php/"),
            ("/%C3%A9t%C3%A9/", "en", "été/"),
            ("/fr/media-kit/", "en", "fr/media-kit/"),
        ] {
            assert_eq!(
                parse(written, lang, &config).as_deref(),
                Ok(path),
                "{written}"
            );
        }
    }

    #[test]
    fn what_a_static_site_cannot_answer_is_no_alias() {
        for wrong in [
            "/",
            "/fr/",
            "/index.html",
            "/media/a.jpg",
            "/fr/category/sea/",
            "/?p=12",
            "/a#b",
            "/../a/",
            "https://other.example/a/",
            "//other.example/a/",
            "/a:b/",
            "/sitemap-1.xml",
        ] {
            assert!(parse(wrong, "en", &config()).is_err(), "{wrong}");
        }
    }
}
