//! The sitemap (sitemaps.org 0.9) with every variant's language (`xhtml:link`), and `robots.txt`.
//!
//! Entry points: [`write`], [`robots`]. Listed is what a reader may look for: first pages of lists
//! that have posts, articles, the publication's own pages and that of contact. The library, the settings, the shell and the 404 page are not.
//! Never more than one file's worth of addresses is held in memory.

use std::io;

use lamplight_model::Route;
use rayon::prelude::*;

use crate::config::Config;
use crate::content::dates;
use crate::documents::Article;
use crate::error::BuildError;
use crate::feeds::{List, PER_PAGE};
use crate::pages::alternates::{fallback, of_article, of_list};
use crate::pages::contact;
use crate::xml::{self, element};

/// Where robots look first, relative to the base: the map, or the list of maps.
pub(crate) const SITEMAP: &str = "sitemap.xml";

/// The limits of sitemaps.org, for one file.
#[derive(Clone, Copy)]
struct Limits {
    urls: usize,
    bytes: usize,
}

const LIMITS: Limits = Limits {
    urls: 50_000,
    bytes: 50 * 1024 * 1024,
};

const NAMESPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";
const XHTML: &str = "http://www.w3.org/1999/xhtml";

/// How many addresses are written at a time, on all cores.
const BATCH: usize = 4096;

/// A page of the map.
struct Entry<'a> {
    route: Route,
    alternates: Vec<Route>,
    /// RFC 3339, which is W3C's date format, too.
    changed: Option<&'a str>,
}

/// Whether a name can be that of a map's file.
pub(crate) fn is_own_name(name: &str) -> bool {
    name == SITEMAP || (name.starts_with("sitemap-") && name.ends_with(".xml"))
}

/// `robots.txt`: everything may be read, and the map is there.
pub(crate) fn robots(config: &Config) -> String {
    let map = config.absolute(&[config.site.base.as_str(), SITEMAP].concat());
    format!("User-agent: *\nAllow: /\n\nSitemap: {map}\n")
}

/// Writes the map, in several files and with an index of them if it is large, by `put` (path
/// without the base, text).
pub(crate) fn write(
    articles: &[Article],
    lists: &[List<'_>],
    config: &Config,
    put: impl FnMut(&str, &str) -> Result<(), BuildError>,
) -> Result<(), BuildError> {
    write_within(LIMITS, articles, lists, config, put)
}

fn write_within(
    limits: Limits,
    articles: &[Article],
    lists: &[List<'_>],
    config: &Config,
    mut put: impl FnMut(&str, &str) -> Result<(), BuildError>,
) -> Result<(), BuildError> {
    let mut file = File::default();
    let mut written: Vec<Option<String>> = Vec::new();
    let mut add = |fragments: Vec<(String, Option<&str>)>, file: &mut File| {
        for (fragment, changed) in fragments {
            if file.is_full(fragment.len(), limits) {
                written.push(file.changed.take());
                put(&name(written.len()), &file.finish())?;
            }
            file.add(&fragment, changed);
        }
        Ok::<(), BuildError>(())
    };
    // Front pages come first, then categories: a list of lists is in the order of its links.
    let (fronts, categories): (Vec<_>, Vec<_>) = lists
        .iter()
        .filter(|list| !list.articles.is_empty())
        .partition(|list| list.category.is_none());
    let of_lists = fronts.into_iter().chain(categories).map(|list| Entry {
        route: list.route(1),
        alternates: of_list(list),
        changed: newest(list),
    });
    add(
        of_lists
            .map(|entry| fragment(&entry, config))
            .collect::<Result<_, _>>()?,
        &mut file,
    )?;
    for batch in articles.chunks(BATCH) {
        let fragments = batch.par_iter().map(|article| {
            let alternates = of_article(&article.document, &config.site);
            let entry = Entry {
                route: article.route(),
                alternates,
                changed: Some(article.changed()).filter(|date| !date.is_empty()),
            };
            fragment(&entry, config)
        });
        add(fragments.collect::<Result<_, _>>()?, &mut file)?;
    }
    let pages = contact::alternates(&config.site);
    let of_contact = pages.iter().map(|route| Entry {
        route: route.clone(),
        alternates: pages.clone(),
        changed: None,
    });
    add(
        of_contact
            .map(|entry| fragment(&entry, config))
            .collect::<Result<_, _>>()?,
        &mut file,
    )?;
    if written.is_empty() {
        return put(SITEMAP, &file.finish());
    }
    written.push(file.changed.take());
    put(&name(written.len()), &file.finish())?;
    put(SITEMAP, &index(&written, config).map_err(failed)?)
}

/// The latest change of the posts that a list's first page shows.
fn newest<'a>(list: &List<'a>) -> Option<&'a str> {
    list.articles
        .iter()
        .take(PER_PAGE)
        .map(|article| article.changed())
        .max_by_key(|date| dates::parse(date).map(|stamp| stamp.seconds))
}

fn name(number: usize) -> String {
    format!("sitemap-{number}.xml")
}

/// One page as XML, and when it changed.
fn fragment<'a>(
    entry: &Entry<'a>,
    config: &Config,
) -> Result<(String, Option<&'a str>), BuildError> {
    let site = &config.site;
    let address = |route: &Route| config.absolute(&route.path(site));
    let text = xml::fragment(|xml| {
        xml.create_element("url").write_inner_content(|xml| {
            element(xml, "loc", &[], &address(&entry.route))?;
            if let Some(changed) = entry.changed {
                element(xml, "lastmod", &[], changed)?;
            }
            // A page without siblings has nothing to tell of languages.
            if entry.alternates.len() < 2 {
                return Ok(());
            }
            let mut alternate = |lang: &str, route: &Route| {
                let href = address(route);
                let attributes = [("rel", "alternate"), ("hreflang", lang), ("href", &href)];
                element(xml, "xhtml:link", &attributes, "")
            };
            for route in &entry.alternates {
                alternate(route.lang(), route)?;
            }
            match fallback(&entry.alternates, site) {
                Some(route) => alternate("x-default", route),
                None => Ok(()),
            }
        })?;
        Ok(())
    });
    Ok((text.map_err(failed)?, entry.changed))
}

fn index(files: &[Option<String>], config: &Config) -> io::Result<String> {
    xml::document(|xml| {
        xml.create_element("sitemapindex")
            .with_attribute(("xmlns", NAMESPACE))
            .write_inner_content(|xml| {
                for (number, changed) in (1..).zip(files) {
                    let path = [config.site.base.as_str(), &name(number)].concat();
                    xml.get_mut().push(b'\n');
                    xml.create_element("sitemap").write_inner_content(|xml| {
                        element(xml, "loc", &[], &config.absolute(&path))?;
                        match changed {
                            Some(changed) => element(xml, "lastmod", &[], changed),
                            None => Ok(()),
                        }
                    })?;
                }
                xml.get_mut().push(b'\n');
                Ok(())
            })?;
        Ok(())
    })
}

/// A file that is being filled.
#[derive(Default)]
struct File {
    text: String,
    urls: usize,
    changed: Option<String>,
    changed_seconds: Option<i64>,
}

impl File {
    fn opening() -> String {
        format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<urlset xmlns=\"{NAMESPACE}\" xmlns:xhtml=\"{XHTML}\">\n"
        )
    }

    const CLOSING: &str = "</urlset>\n";

    fn is_full(&self, next: usize, limits: Limits) -> bool {
        let frame = Self::opening().len() + Self::CLOSING.len();
        self.urls > 0
            && (self.urls == limits.urls || frame + self.text.len() + next + 1 > limits.bytes)
    }

    fn add(&mut self, fragment: &str, changed: Option<&str>) {
        self.text.push_str(fragment);
        self.text.push('\n');
        self.urls += 1;
        let seconds = changed.and_then(|date| Some(dates::parse(date)?.seconds));
        if seconds > self.changed_seconds {
            self.changed_seconds = seconds;
            self.changed = changed.map(str::to_owned);
        }
    }

    fn finish(&mut self) -> String {
        let file = std::mem::take(self);
        [&Self::opening(), file.text.as_str(), Self::CLOSING].concat()
    }
}

/// Memory takes everything; this is for whatever the library may refuse.
fn failed(source: io::Error) -> BuildError {
    BuildError::Write {
        path: SITEMAP.into(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use lamplight_model::ArticleDocument;

    use super::*;
    use crate::config::Address;
    use crate::diagnostic::Diagnostics;

    fn article(slug: &str, date: &str) -> Article {
        Article {
            document: ArticleDocument {
                slug: slug.into(),
                lang: "en".into(),
                date: date.into(),
                ..ArticleDocument::default()
            },
            file: std::path::PathBuf::new(),
            body: crate::content::facts::Body::default(),
            path: format!("/{slug}/"),
            original: None,
            aliases: Vec::new(),
            first_path: String::new(),
        }
    }

    /// The files of a map of three articles within limits.
    fn files(limits: Limits) -> Vec<(String, String)> {
        // There is no such folder: what stands in for its settings is enough.
        let config = crate::config::load(
            "nowhere".as_ref(),
            Address::Written,
            None,
            &mut Diagnostics::default(),
        );
        let articles = [
            article("c", "2020-01-03T00:00:00Z"),
            article("b", "2020-01-02T00:00:00Z"),
            article("a", "2020-01-02T12:00:00Z"),
        ];
        let mut files = Vec::new();
        write_within(limits, &articles, &[], &config, |path, text| {
            files.push((path.to_owned(), text.to_owned()));
            Ok(())
        })
        .expect("writes");
        files
    }

    #[test]
    fn a_small_archive_has_one_map() {
        let files = files(LIMITS);
        let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["sitemap.xml"]);
        assert_eq!(files[0].1.matches("<url>").count(), 3);
    }

    #[test]
    fn a_large_archive_has_several_maps_within_the_limits_and_an_index_of_them() {
        let whole = files(LIMITS);
        let bytes = whole[0].1.len() - 1;
        for limits in [Limits { urls: 2, ..LIMITS }, Limits { bytes, ..LIMITS }] {
            let files = files(limits);
            let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
            assert_eq!(names, ["sitemap-1.xml", "sitemap-2.xml", "sitemap.xml"]);
            assert!(files.iter().all(|(_, text)| text.len() <= limits.bytes));
            let urls: Vec<usize> = files
                .iter()
                .map(|(_, text)| text.matches("<url>").count())
                .collect();
            assert_eq!(urls, [2, 1, 0]);
            let index = roxmltree::Document::parse(&files[2].1).expect("is XML");
            let root = index.root_element();
            assert!(root.has_tag_name((NAMESPACE, "sitemapindex")));
            let listed: Vec<(Option<&str>, Option<&str>)> = root
                .children()
                .filter(roxmltree::Node::is_element)
                .map(|map| {
                    assert!(map.has_tag_name((NAMESPACE, "sitemap")));
                    let mut parts = map.children().filter(roxmltree::Node::is_element);
                    let mut text = || parts.next().and_then(|part| part.text());
                    (text(), text())
                })
                .collect();
            assert_eq!(
                listed,
                [
                    (
                        Some("http://localhost/sitemap-1.xml"),
                        Some("2020-01-03T00:00:00Z")
                    ),
                    (
                        Some("http://localhost/sitemap-2.xml"),
                        Some("2020-01-02T12:00:00Z")
                    ),
                ]
            );
        }
    }
}
