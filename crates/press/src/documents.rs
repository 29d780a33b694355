//! Posts → article documents, all but their texts.
//!
//! Entry points: [`documents`], and [`Article::whole`] for the text. Images and links are looked up
//! here; the Markdown itself is never rendered here, and what a reader gets is what
//! `lamplight-markdown` makes of the document.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use lamplight_model::{ArticleDocument, FORMAT, Image, Media, Original, Route, Translation, paths};
use rayon::prelude::*;

use crate::anchors::{self, Reference};
use crate::config::Config;
use crate::content::Post;
use crate::content::facts::Body;
use crate::content::links::{Index, Target};
use crate::content::media::{Library, names_a_file};
use crate::diagnostic::{Diagnostics, Kind};
use crate::emit::key::Key;
use crate::emit::redirects::encoded;
use crate::error::BuildError;

/// An article of the site, ready to be written.
#[derive(Clone, Debug)]
pub(crate) struct Article {
    /// Without its text; without its digest, until it is written.
    pub(crate) document: ArticleDocument,
    /// The page's path, with the base.
    pub(crate) path: String,
    /// The language of the original, if exactly one variant names no translator.
    pub(crate) original: Option<String>,
    /// Old paths, below the base and not percent-encoded, oldest first.
    pub(crate) aliases: Vec<String>,
    /// The path, with the base, at which it was first published.
    pub(crate) first_path: String,
    /// The post's file.
    pub(crate) file: PathBuf,
    pub(crate) body: Body,
}

impl Article {
    /// Its page.
    pub(crate) fn route(&self) -> Route {
        Route::Article {
            lang: self.document.lang.clone(),
            slug: self.document.slug.clone(),
        }
    }

    /// Everything that its document is made from.
    pub(crate) fn document_key(&self) -> Result<Key, BuildError> {
        Ok(Key::of("document")
            .with(serde_json::to_vec(&self.document)?)
            .with(&self.body.digest))
    }

    /// Everything that its page and its entries are made from.
    pub(crate) fn key(&self) -> Key {
        Key::of("article")
            .with(&self.document.digest)
            .with(&self.first_path)
            .with(self.original.as_deref().unwrap_or_default())
    }

    /// The article with its text.
    ///
    /// # Errors
    /// The post's file cannot be read any more, or has changed.
    pub(crate) fn whole(&self) -> Result<Self, BuildError> {
        let markdown = self.body.read(&self.file)?;
        let mut whole = self.clone();
        whole.document.markdown = markdown.trim_start_matches('\n').trim_end().to_owned();
        Ok(whole)
    }

    /// When readers last had reason to look again: RFC 3339; empty for a page without a date.
    pub(crate) fn changed(&self) -> &str {
        self.document
            .updated
            .as_ref()
            .unwrap_or(&self.document.date)
    }
}

/// Makes every post's document; the order stays.
pub(crate) fn documents(
    posts: &[Post],
    config: &Config,
    library: &Library,
    diagnostics: &mut Diagnostics,
) -> Vec<Article> {
    let index = Index::new(posts, config);
    let mut variants: HashMap<&str, Vec<&Post>> = HashMap::new();
    for post in posts {
        variants.entry(&post.slug).or_default().push(post);
    }
    let made: Vec<(Article, Vec<Reference>, Diagnostics)> = posts
        .par_iter()
        .map(|post| {
            let siblings = variants
                .get(post.slug.as_str())
                .map_or(&[][..], Vec::as_slice);
            let mut maker = Maker {
                post,
                config,
                index: &index,
                library,
                media: BTreeMap::new(),
                links: BTreeMap::new(),
                references: Vec::new(),
                diagnostics: Diagnostics::default(),
            };
            (maker.article(siblings), maker.references, maker.diagnostics)
        })
        .collect();
    let mut articles = Vec::with_capacity(made.len());
    let mut references = Vec::new();
    for (article, links, found) in made {
        diagnostics.append(found);
        articles.push(article);
        references.extend(links);
    }
    anchors::check(&references, &articles, diagnostics);
    articles
}

struct Maker<'a> {
    post: &'a Post,
    config: &'a Config,
    index: &'a Index<'a>,
    library: &'a Library,
    media: BTreeMap<String, Media>,
    links: BTreeMap<String, String>,
    references: Vec<Reference>,
    diagnostics: Diagnostics,
}

impl Maker<'_> {
    fn article(&mut self, siblings: &[&Post]) -> Article {
        let post = self.post;
        for found in &post.facts.destinations {
            if found.is_image {
                self.image(&found.url, found.line);
            } else {
                self.link(&found.url, found.line);
            }
        }
        let image = self.lead_image();
        let site = &self.config.site;
        let original = original(siblings);
        let translations = site
            .languages
            .iter()
            .filter(|language| language.code != post.lang)
            .filter_map(|language| siblings.iter().find(|other| other.lang == language.code))
            .map(|other| Translation {
                lang: other.lang.clone(),
                title: other.title.clone(),
            })
            .collect();
        let document = ArticleDocument {
            digest: String::new(),
            format: FORMAT,
            slug: post.slug.clone(),
            lang: post.lang.clone(),
            title: post.title.clone(),
            description: post.facts.description.clone(),
            page: post.page,
            date: post.date.text.clone(),
            updated: post.updated.as_ref().map(|stamp| stamp.text.clone()),
            authors: post.authors.clone(),
            categories: post.categories.clone(),
            tags: post.tags.clone(),
            translator: post.translator.clone(),
            original: original
                .filter(|_| post.translator.is_some())
                .map(|original| of_translation(original, post)),
            image,
            source: post.source.clone(),
            editors_note: post.editors_note.clone(),
            minutes: post.facts.minutes,
            translations,
            media: std::mem::take(&mut self.media),
            links: std::mem::take(&mut self.links),
            markdown: String::new(),
        };
        let route = Route::Article {
            lang: post.lang.clone(),
            slug: post.slug.clone(),
        };
        let path = route.path(site);
        let aliases = post.aliases.iter();
        let aliases: Vec<String> = aliases.map(|(alias, _)| alias.clone()).collect();
        Article {
            document,
            original: original.map(|original| original.lang.clone()),
            first_path: aliases.first().map_or_else(
                || path.clone(),
                |alias| [site.base.as_str(), &encoded(alias)].concat(),
            ),
            aliases,
            path,
            file: post.path.clone(),
            body: post.body.clone(),
        }
    }

    fn image(&mut self, destination: &str, line: usize) {
        if self.media.contains_key(destination) || destination.starts_with("data:") {
            return;
        }
        if is_remote(destination) {
            self.diagnostics.warning(
                Kind::RemoteImage,
                &self.post.path,
                Some(line),
                format!("The image {destination} is on another server: readers get a link to it."),
                "Save it beside the post's file and name that.",
            );
            return;
        }
        match self.library.image(&self.post.path, destination) {
            Ok(media) => {
                let media = self.sized(media, destination, line);
                self.media.insert(destination.to_owned(), media);
            }
            Err(problem) => self.diagnostics.error(
                problem.kind,
                &self.post.path,
                Some(line),
                problem.message,
                problem.remedy,
            ),
        }
    }

    /// An image with a size: of an SVG that has none of its own, the one that browsers give it (CSS
    /// 2.2, section 10.3.2), so that nothing jumps while the page loads.
    fn sized(&mut self, media: Media, destination: &str, line: usize) -> Media {
        if media.width > 0 && media.height > 0 {
            return media;
        }
        self.diagnostics.warning(
            Kind::BadImage,
            &self.post.path,
            Some(line),
            format!(
                "The drawing {destination} does not say how large it is: it is shown 300 by 150 pixels."
            ),
            "Give its <svg> a width and a height, or a viewBox.",
        );
        Media {
            width: 300,
            height: 150,
            ..media
        }
    }

    fn link(&mut self, destination: &str, line: usize) {
        if self.links.contains_key(destination) {
            return;
        }
        match self.index.resolve(self.post, destination) {
            Target::Page(path) => {
                if let Some((page, fragment)) = path.split_once('#') {
                    let page = [self.config.site.base.as_str(), page].concat();
                    self.refer(page, fragment, destination, line);
                }
                self.links.insert(destination.to_owned(), path);
            }
            Target::Elsewhere => {
                if let Some(fragment) = destination.strip_prefix('#') {
                    let here = Route::Article {
                        lang: self.post.lang.clone(),
                        slug: self.post.slug.clone(),
                    };
                    let page = here.path(&self.config.site);
                    self.refer(page, fragment, destination, line);
                }
            }
            Target::Nowhere => match self.library.attachment(
                &self.post.path,
                self.index.internal(destination).unwrap_or(destination),
            ) {
                Some(Ok(media)) => {
                    self.links.insert(destination.to_owned(), media.src);
                }
                Some(Err(problem)) => self.diagnostics.error(
                    problem.kind,
                    &self.post.path,
                    Some(line),
                    problem.message,
                    problem.remedy,
                ),
                None if names_a_file(destination) => self.diagnostics.warning(
                    Kind::DeadLink,
                    &self.post.path,
                    Some(line),
                    format!("The link `{destination}` leads to no file: there is no such file."),
                    self.library.where_to_put(&self.post.path, destination),
                ),
                None => self.diagnostics.warning(
                    Kind::DeadLink,
                    &self.post.path,
                    Some(line),
                    format!("The link `{destination}` leads to no post of this site."),
                    "Name the post's file or its slug; an address elsewhere begins with https://.",
                ),
            },
        }
    }

    /// Notes a link to a part, to be checked when all articles are there.
    fn refer(&mut self, page: String, fragment: &str, destination: &str, line: usize) {
        self.references.push(Reference {
            file: self.post.path.clone(),
            line,
            destination: destination.to_owned(),
            page,
            fragment: fragment.to_owned(),
        });
    }

    fn lead_image(&mut self) -> Option<Image> {
        let post = self.post;
        let destination = post.image.as_deref()?;
        if is_remote(destination) {
            self.diagnostics.warning(
                Kind::RemoteImage,
                &post.path,
                Some(post.image_line),
                format!("The image {destination} is on another server and is left out."),
                "Save it beside the post's file and name that.",
            );
            return None;
        }
        match self.library.image(&post.path, destination) {
            Ok(media) => Some(Image {
                media: self.sized(media, destination, post.image_line),
                alt: post.image_alt.clone().unwrap_or_default(),
                caption: post.caption.clone(),
            }),
            Err(problem) => {
                self.diagnostics.error(
                    problem.kind,
                    &post.path,
                    Some(post.image_line),
                    problem.message,
                    problem.remedy,
                );
                None
            }
        }
    }
}

/// The only variant that names no translator, where others do.
fn original<'p>(variants: &[&'p Post]) -> Option<&'p Post> {
    let mut untranslated = variants.iter().filter(|post| post.translator.is_none());
    let first = untranslated.next()?;
    (variants.len() > 1 && untranslated.next().is_none()).then_some(*first)
}

/// What a translation says of its original: also its last change, where that came after the translation's.
fn of_translation(original: &Post, translation: &Post) -> Original {
    let last = |post: &Post| post.updated.as_ref().unwrap_or(&post.date).seconds;
    let newer = last(original) > last(translation);
    Original {
        lang: original.lang.clone(),
        date: original.date.text.clone(),
        changed: original
            .updated
            .as_ref()
            .filter(|_| newer)
            .map(|stamp| stamp.text.clone()),
    }
}

fn is_remote(destination: &str) -> bool {
    destination.starts_with("//") || destination.contains("://")
}

/// The path of the file of an article's page, without the base.
pub(crate) fn page_path(article: &Article, config: &Config) -> String {
    let path = article.path.strip_prefix(config.site.base.as_str());
    [path.unwrap_or(&article.path), "index.html"].concat()
}

/// The path of an article's document, without the base.
pub(crate) fn document_path(article: &Article, config: &Config) -> String {
    let path = paths::document(&config.site, &article.document.lang, &article.document.slug);
    path.strip_prefix(config.site.base.as_str())
        .unwrap_or(&path)
        .to_owned()
}
