//! Posts → sealed article documents and the items of feeds.
//!
//! Entry point: [`documents`]. Images and links are looked up here; the Markdown itself is never
//! rendered here, and what a reader gets is what `lamplight-markdown` makes of the document.

use std::collections::BTreeMap;

use lamplight_model::{ArticleDocument, FORMAT, Image, Media, Route, Translation, paths, seal};
use rayon::prelude::*;

use crate::config::Config;
use crate::content::links::{Index, Target};
use crate::content::media::Library;
use crate::content::{Post, text};
use crate::diagnostic::{Diagnostics, Kind};
use crate::emit::key::Key;

/// An article of the site, ready to be written.
#[derive(Clone, Debug)]
pub(crate) struct Article {
    /// With its digest.
    pub(crate) document: ArticleDocument,
    /// The file's text.
    pub(crate) sealed: String,
    /// The page's path, with the base.
    pub(crate) path: String,
    /// The language of the original, if exactly one variant names no translator.
    pub(crate) original: Option<String>,
}

impl Article {
    /// Its page.
    pub(crate) fn route(&self) -> Route {
        Route::Article {
            lang: self.document.lang.clone(),
            slug: self.document.slug.clone(),
        }
    }

    /// Everything that its page and its entries are made from.
    pub(crate) fn key(&self) -> Key {
        Key::of("article")
            .with(&self.document.digest)
            .with(self.first_path())
            .with(self.original.as_deref().unwrap_or_default())
    }

    /// When readers last had reason to look again: RFC 3339; empty for a page without a date.
    pub(crate) fn changed(&self) -> &str {
        self.document
            .updated
            .as_ref()
            .unwrap_or(&self.document.date)
    }

    /// The path, with the base, at which it was first published.
    pub(crate) fn first_path(&self) -> &str {
        &self.path
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
    let mut variants: BTreeMap<&str, Vec<&Post>> = BTreeMap::new();
    for post in posts {
        variants.entry(&post.slug).or_default().push(post);
    }
    let made: Vec<(Option<Article>, Diagnostics)> = posts
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
                diagnostics: Diagnostics::default(),
            };
            (maker.article(siblings), maker.diagnostics)
        })
        .collect();
    let mut articles = Vec::with_capacity(made.len());
    for (article, found) in made {
        diagnostics.append(found);
        articles.extend(article);
    }
    articles
}

struct Maker<'a> {
    post: &'a Post,
    config: &'a Config,
    index: &'a Index<'a>,
    library: &'a Library,
    media: BTreeMap<String, Media>,
    links: BTreeMap<String, String>,
    diagnostics: Diagnostics,
}

impl Maker<'_> {
    fn article(&mut self, siblings: &[&Post]) -> Option<Article> {
        let post = self.post;
        self.look_up(&post.markdown, None);
        for extra in [&post.editors_note, &post.caption].into_iter().flatten() {
            self.look_up(extra, Some(1));
        }
        let image = self.lead_image();
        let plain = lamplight_markdown::plain_text(&post.markdown);
        let site = &self.config.site;
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
        let description = post
            .description
            .clone()
            .unwrap_or_else(|| text::summary(&opening(post, &plain)));
        let mut document = ArticleDocument {
            digest: String::new(),
            format: FORMAT,
            slug: post.slug.clone(),
            lang: post.lang.clone(),
            title: post.title.clone(),
            // The format promises a description, and a post may consist of an image alone.
            description: if description.is_empty() {
                post.title.clone()
            } else {
                description
            },
            page: post.page,
            date: post.date.text.clone(),
            updated: post.updated.as_ref().map(|stamp| stamp.text.clone()),
            authors: post.authors.clone(),
            categories: post.categories.clone(),
            tags: post.tags.clone(),
            translator: post.translator.clone(),
            image,
            source: post.source.clone(),
            editors_note: post.editors_note.clone(),
            minutes: text::minutes(&plain),
            translations,
            media: std::mem::take(&mut self.media),
            links: std::mem::take(&mut self.links),
            markdown: post.markdown.trim_start_matches('\n').trim_end().to_owned(),
        };
        let sealed = match seal::seal(&document) {
            Ok(sealed) => sealed,
            Err(error) => {
                self.diagnostics.error(
                    Kind::Unreadable,
                    &post.path,
                    None,
                    format!("The article cannot be written as JSON: {error}."),
                    "",
                );
                return None;
            }
        };
        document.digest = seal::check(&sealed).ok()?.to_owned();
        let route = Route::Article {
            lang: post.lang.clone(),
            slug: post.slug.clone(),
        };
        Some(Article {
            document,
            sealed,
            path: route.path(site),
            original: original(siblings),
        })
    }

    /// Looks up the images and links of a text; `line` where the text is not the post's own.
    fn look_up(&mut self, markdown: &str, line: Option<usize>) {
        for found in lamplight_markdown::destinations(markdown) {
            let line = line.unwrap_or_else(|| self.post.line_at(found.range.start));
            if found.is_image {
                self.image(&found.url, line);
            } else {
                self.link(&found.url, line);
            }
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

    fn link(&mut self, destination: &str, line: usize) {
        if self.links.contains_key(destination) {
            return;
        }
        match self.index.resolve(self.post, destination) {
            Target::Page(path) => {
                self.links.insert(destination.to_owned(), path);
            }
            Target::Elsewhere => {}
            Target::Nowhere => match self.library.attachment(&self.post.path, destination) {
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
                media,
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

/// What a text begins with before its first list, table or code, if that says enough: run together
/// with what follows it, an item reads like nonsense.
fn opening(post: &Post, plain: &str) -> String {
    let markdown = &post.markdown;
    const ENOUGH: usize = 40;
    let starts = |line: &str| {
        let bare = line.trim_start();
        let digits = bare.trim_start_matches(|c: char| c.is_ascii_digit());
        [
            "#", "* ", "- ", "+ ", "|", "```", "~~~", "> ", "---", "===", "    ",
        ]
        .iter()
        .any(|mark| bare.starts_with(mark) || (*mark == "    " && line.starts_with(mark)))
            || (digits.len() < bare.len() && digits.starts_with(". "))
    };
    let mut head: Vec<&str> = markdown
        .lines()
        .skip_while(|line| line.trim().is_empty())
        .take_while(|line| !starts(line))
        .collect();
    // Links by reference need their definitions.
    head.push("");
    head.extend(
        markdown
            .lines()
            .filter(|line| line.starts_with('[') && line.contains("]: ")),
    );
    let text = lamplight_markdown::plain_text(&head.join("\n"));
    let says_more = text.trim() != post.title && !text.trim_end().ends_with([':', '：']);
    if text.chars().count() >= ENOUGH && says_more {
        text
    } else {
        plain.to_owned()
    }
}

/// The language of the only variant that names no translator, where others do.
fn original(variants: &[&Post]) -> Option<String> {
    let mut untranslated = variants.iter().filter(|post| post.translator.is_none());
    let first = untranslated.next()?;
    (variants.len() > 1 && untranslated.next().is_none()).then(|| first.lang.clone())
}

fn is_remote(destination: &str) -> bool {
    destination.starts_with("//") || destination.contains("://")
}

/// The path of an article's document, without the base.
pub(crate) fn document_path(article: &Article, config: &Config) -> String {
    let path = paths::document(&config.site, &article.document.lang, &article.document.slug);
    path.strip_prefix(config.site.base.as_str())
        .unwrap_or(&path)
        .to_owned()
}
