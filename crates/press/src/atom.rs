//! Atom (RFC 4287) for every language and every category in every language: the newest posts with
//! their whole text.
//!
//! Entry points: [`feed`], [`path`], [`newest`]. The cost does not grow with the archive, since a feed has twenty posts
//! and no second page: whoever wants the archive reads `feed.json`.

use std::io;

use lamplight_markdown::content;
use lamplight_model::{Messages, paths};

use crate::config::Config;
use crate::content::dates;
use crate::documents::Article;
use crate::error::BuildError;
use crate::feeds::{List, PER_PAGE};
use crate::pages::Frame;
use crate::xml::{self, Xml, element};

const NAMESPACE: &str = "http://www.w3.org/2005/Atom";

/// What a feed without posts was last changed: RFC 4287 requires a date, and no clock is asked.
const NEVER: &str = "1970-01-01T00:00:00Z";

/// The posts of a list that its feed has.
pub(crate) fn newest<'a, 'b>(list: &'b List<'a>) -> &'b [&'a Article] {
    list.articles.get(..PER_PAGE).unwrap_or(&list.articles)
}

/// The path of a list's feed, without the base.
pub(crate) fn path(list: &List<'_>, config: &Config) -> String {
    let site = &config.site;
    let path = paths::atom(site, list.lang, list.category);
    path.strip_prefix(site.base.as_str())
        .unwrap_or(&path)
        .to_owned()
}

/// A list's feed. It follows from the settings, the list and its [`newest`] articles.
///
/// # Errors
/// A post's file cannot be read any more.
pub(crate) fn feed(list: &List<'_>, frame: &Frame<'_>) -> Result<String, BuildError> {
    let newest = newest(list).iter();
    let newest: Vec<Article> = newest
        .map(|article| article.whole())
        .collect::<Result<_, _>>()?;
    // Memory takes everything; this is for whatever the library may refuse.
    text(list, &newest, frame).map_err(|source| BuildError::Write {
        path: "feed.xml".into(),
        source,
    })
}

fn text(list: &List<'_>, newest: &[Article], frame: &Frame<'_>) -> io::Result<String> {
    let config = frame.config;
    xml::document(|xml| {
        xml.create_element("feed")
            .with_attribute(("xmlns", NAMESPACE))
            .with_attribute(("xml:lang", list.lang))
            .write_inner_content(|xml| {
                head(xml, list, newest, config)?;
                for article in newest {
                    xml.get_mut().push(b'\n');
                    let lang = &*article.document.lang;
                    let other = (lang != list.lang).then_some(("xml:lang", lang));
                    xml.create_element("entry")
                        .with_attributes(other)
                        .write_inner_content(|xml| {
                            entry(xml, article, config, frame.messages(list.lang))
                        })?;
                }
                xml.get_mut().push(b'\n');
                Ok(())
            })?;
        Ok(())
    })
}

fn head(xml: &mut Xml, list: &List<'_>, newest: &[Article], config: &Config) -> io::Result<()> {
    let site = &config.site;
    let publication = site.title_in(list.lang);
    let home = config.absolute(&list.route(1).path(site));
    let own = config.absolute(&paths::atom(site, list.lang, list.category));
    element(xml, "id", &[], &own)?;
    element(xml, "title", &[], &list.title(site))?;
    let description = site.description_in(list.lang);
    if !description.is_empty() {
        element(xml, "subtitle", &[], description)?;
    }
    let updated = newest
        .iter()
        .map(Article::changed)
        .max_by_key(|date| dates::parse(date).map(|stamp| stamp.seconds));
    element(xml, "updated", &[], updated.unwrap_or(NEVER))?;
    link(xml, "self", "application/atom+xml", &own)?;
    link(xml, "alternate", "text/html", &home)?;
    let icon = [site.base.as_str(), "icons/icon-192.png"].concat();
    element(xml, "icon", &[], &config.absolute(&icon))?;
    // Of posts that name no author.
    author(xml, "author", publication)
}

fn entry(xml: &mut Xml, article: &Article, config: &Config, messages: &Messages) -> io::Result<()> {
    let document = &article.document;
    let site = &config.site;
    let url = config.absolute(&article.path);
    element(xml, "id", &[], &config.absolute(&article.first_path))?;
    element(xml, "title", &[], &document.title)?;
    element(xml, "published", &[], &document.date)?;
    element(xml, "updated", &[], article.changed())?;
    link(xml, "alternate", "text/html", &url)?;
    if let Some(source) = document.source.as_ref().and_then(|s| s.url.as_deref()) {
        element(xml, "link", &[("rel", "via"), ("href", source)], "")?;
    }
    for name in &document.authors {
        author(xml, "author", name)?;
    }
    if let Some(name) = &document.translator {
        author(xml, "contributor", name)?;
    }
    for id in &document.categories {
        let label = site.category_name(id, &document.lang);
        element(xml, "category", &[("term", id), ("label", label)], "")?;
    }
    for tag in &document.tags {
        element(xml, "category", &[("term", tag)], "")?;
    }
    element(xml, "summary", &[], &document.description)?;
    let base = config.absolute(&site.base);
    let html = content(document, &base, messages);
    let html = absolute(&html, &url, &config.origin);
    element(xml, "content", &[("type", "html")], &html)
}

fn link(xml: &mut Xml, rel: &str, kind: &str, href: &str) -> io::Result<()> {
    let attributes = [("rel", rel), ("type", kind), ("href", href)];
    element(xml, "link", &attributes, "")
}

fn author(xml: &mut Xml, role: &str, name: &str) -> io::Result<()> {
    xml.get_mut().push(b'\n');
    xml.create_element(role)
        .write_inner_content(|xml| element(xml, "name", &[], name))?;
    Ok(())
}

/// The HTML of an article with absolute addresses only: what leads to a part of the page, and what
/// press could not resolve, is made absolute, too. Media and links to other posts are already.
fn absolute(html: &str, page: &str, origin: &str) -> String {
    const ATTRIBUTES: [&str; 3] = [" href=\"", " src=\"", " cite=\""];
    let mut out = String::with_capacity(html.len() + 256);
    let mut rest = html;
    // The serialiser writes `<` for a tag only, so what looks like an attribute within a text is
    // never taken for one.
    while let Some(open) = rest.find('<') {
        let close = rest[open..].find('>').map_or(rest.len(), |at| open + at);
        out.push_str(&rest[..open]);
        let mut tag = &rest[open..close];
        while let Some(end) = ATTRIBUTES
            .iter()
            .filter_map(|name| tag.find(name).map(|at| at + name.len()))
            .min()
        {
            out.push_str(&tag[..end]);
            tag = &tag[end..];
            if !has_scheme(tag) && !tag.starts_with("//") {
                out.push_str(if tag.starts_with('/') { origin } else { page });
            }
        }
        out.push_str(tag);
        rest = &rest[close..];
    }
    out.push_str(rest);
    out
}

fn has_scheme(address: &str) -> bool {
    let end = address.find(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c)));
    end.is_some_and(|at| at > 0 && address[at..].starts_with(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_in_a_feed_is_absolute_and_no_text_is_taken_for_one() {
        let made = |html: &str| absolute(html, "https://a.example/b/c/", "https://a.example");
        assert_eq!(
            made(
                "<p><a href=\"#x\">1</a> <a title=\"a\" href=\"/y\">2</a> <a href=\"z?a\">3</a></p>"
            ),
            "<p><a href=\"https://a.example/b/c/#x\">1</a> <a title=\"a\" href=\"https://a.example/y\">2</a> <a href=\"https://a.example/b/c/z?a\">3</a></p>"
        );
        for whole in [
            "<a href=\"https://b.example/\">b</a>",
            "<a href=\"mailto:a@b.example\">b</a>",
            "<a href=\"//b.example/\">b</a>",
            "<code>&lt;a href=\"#x\"&gt; src=\"x\"</code>",
        ] {
            assert_eq!(made(whole), whole);
        }
    }
}
