//! The address space of a site: what each path is, and the path of each thing.

use crate::{Site, paths};

/// A page of the site.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Route {
    /// The front page of a language, newest first; pages count from 1.
    Front {
        /// Language code.
        lang: String,
        /// From 1.
        page: u32,
    },
    /// The posts of a category.
    Category {
        /// Language code.
        lang: String,
        /// Category identifier.
        id: String,
        /// From 1.
        page: u32,
    },
    /// An article.
    Article {
        /// Language code.
        lang: String,
        /// Slug, decoded.
        slug: String,
    },
    /// What is on this device.
    Library {
        /// Language code.
        lang: String,
    },
    /// Settings.
    Settings {
        /// Language code.
        lang: String,
    },
    /// Search: what is looked for is in the query string, which is no part of a route.
    Search {
        /// Language code.
        lang: String,
    },
}

/// First path segments that can be no slug.
pub const RESERVED: &[&str] = &[
    "page",
    "category",
    "feed",
    "feed.json",
    "feed.xml",
    "archive",
    "articles",
    "media",
    "assets",
    "icons",
    "search",
    "search-index",
    "library",
    "contact",
    "settings",
    "shell",
    "404.html",
    "edition.json",
    "manifest.webmanifest",
    "sw.js",
    "sitemap.xml",
    "robots.txt",
    "_headers",
    "_redirects",
    "index.html",
];

impl Route {
    /// The page by which readers write to the publication. It has the address of a page of the publication's own, which
    /// no post can have ([`RESERVED`]); the app has no such page and [`parse`](Self::parse) finds none.
    pub fn contact(lang: &str) -> Self {
        Self::Article {
            lang: lang.to_owned(),
            slug: "contact".to_owned(),
        }
    }

    /// The language the page is in.
    pub fn lang(&self) -> &str {
        match self {
            Self::Front { lang, .. }
            | Self::Category { lang, .. }
            | Self::Article { lang, .. }
            | Self::Library { lang }
            | Self::Settings { lang }
            | Self::Search { lang } => lang,
        }
    }

    /// What a path of the site (with its base, percent-encoded as in `location.pathname`) shows;
    /// `None` if no page can be there.
    pub fn parse(site: &Site, path: &str) -> Option<Self> {
        let rest = path.strip_prefix(site.base.as_str()).or_else(|| {
            // The base without its last slash is the front page, too.
            (path == site.base.trim_end_matches('/')).then_some("")
        })?;
        let rest = match rest.strip_suffix("index.html") {
            Some(folder) if folder.is_empty() || folder.ends_with('/') => folder,
            _ => rest,
        };
        let decoded: Vec<String> = rest
            .split('/')
            .filter(|segment| !segment.is_empty())
            .map(paths::decode)
            .collect::<Option<_>>()?;
        let mut segments: Vec<&str> = decoded.iter().map(String::as_str).collect();
        let mut lang = site.default_lang().to_owned();
        if let Some(first) = segments.first()
            && let Some(language) = site
                .languages
                .iter()
                .skip(1)
                .find(|l| paths::segment(&l.code) == *first)
        {
            lang.clone_from(&language.code);
            segments.remove(0);
        }
        Some(match segments[..] {
            [] => Self::Front { lang, page: 1 },
            ["page", page] => Self::Front {
                lang,
                page: page_number(page)?,
            },
            ["category", id] => Self::Category {
                lang,
                id: id.to_owned(),
                page: 1,
            },
            ["category", id, "page", page] => Self::Category {
                lang,
                id: id.to_owned(),
                page: page_number(page)?,
            },
            ["library"] => Self::Library { lang },
            ["settings"] => Self::Settings { lang },
            ["search"] => Self::Search { lang },
            [slug] if !RESERVED.contains(&slug) => Self::Article {
                lang,
                slug: slug.to_owned(),
            },
            _ => return None,
        })
    }

    /// The page's path, with the base, percent-encoded.
    pub fn path(&self, site: &Site) -> String {
        let mut path = paths::prefix(site, self.lang());
        let page = match self {
            Self::Front { page, .. } => *page,
            Self::Category { id, page, .. } => {
                path.push_str("category/");
                path.push_str(&paths::encode(id));
                path.push('/');
                *page
            }
            Self::Article { slug, .. } => {
                path.push_str(&paths::encode(slug));
                path.push('/');
                1
            }
            Self::Library { .. } => {
                path.push_str("library/");
                1
            }
            Self::Settings { .. } => {
                path.push_str("settings/");
                1
            }
            Self::Search { .. } => {
                path.push_str("search/");
                1
            }
        };
        if page > 1 {
            path.push_str("page/");
            path.push_str(&page.to_string());
            path.push('/');
        }
        path
    }
}

fn page_number(text: &str) -> Option<u32> {
    text.parse().ok().filter(|page| *page > 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Language;

    fn site(base: &str) -> Site {
        let language = |code: &str| Language {
            code: code.into(),
            ..Language::default()
        };
        Site {
            base: base.into(),
            languages: vec![language("en"), language("zh-CN")],
            ..Site::default()
        }
    }

    #[test]
    fn every_route_is_found_again_at_its_path_under_any_base() {
        for base in ["/", "/sub/", "/a/b/"] {
            let site = site(base);
            for lang in ["en", "zh-CN"] {
                let lang = || lang.to_owned();
                for route in [
                    Route::Front {
                        lang: lang(),
                        page: 1,
                    },
                    Route::Front {
                        lang: lang(),
                        page: 7,
                    },
                    Route::Category {
                        lang: lang(),
                        id: "life & art".into(),
                        page: 1,
                    },
                    Route::Category {
                        lang: lang(),
                        id: "sea".into(),
                        page: 3,
                    },
                    Route::Article {
                        lang: lang(),
                        slug: "春の海".into(),
                    },
                    Route::Library { lang: lang() },
                    Route::Settings { lang: lang() },
                    Route::Search { lang: lang() },
                ] {
                    let path = route.path(&site);
                    assert!(path.is_ascii() && path.starts_with(base), "{path}");
                    assert_eq!(Route::parse(&site, &path), Some(route), "{path}");
                }
            }
        }
    }

    #[test]
    fn what_is_no_page_is_no_route() {
        let site = site("/sub/");
        for path in [
            "/",
            "/other/x/",
            "/sub/page/1/",
            "/sub/page/x/",
            "/sub/a/b/",
            "/sub/media/",
            "/sub/contact/",
            "/sub/zh-cn/contact/",
            "/sub/%ff/",
        ] {
            assert_eq!(Route::parse(&site, path), None, "{path}");
        }
        assert_eq!(
            Route::parse(&site, "/sub"),
            Some(Route::Front {
                lang: "en".into(),
                page: 1
            })
        );
    }
}
