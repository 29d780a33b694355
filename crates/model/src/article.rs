//! The article document: one post in one language, as `/articles/<slug>.<lang>.json`.

use std::collections::BTreeMap;

use serde::Serialize;

/// One post in one language. Written sealed (see [`crate::seal`]): `digest` is its first member.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ArticleDocument {
    /// Hexadecimal digest of everything that follows it in the file; filled in by [`crate::seal::seal`].
    pub digest: String,
    /// [`crate::FORMAT`].
    pub format: u32,
    /// Name shared by all language variants; one path segment, not percent-encoded.
    pub slug: String,
    /// BCP 47 language tag, spelled as in [`crate::Site::languages`].
    pub lang: String,
    /// Title, plain text.
    pub title: String,
    /// One or two sentences, plain text; never empty (press derives it from the text if it must).
    pub description: String,
    /// Whether it is a page of the publication's own (about, imprint) instead of a post: then it is in
    /// no list and in no feed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub page: bool,
    /// When it was published: RFC 3339, with the offset the author wrote. Empty only for a page.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub date: String,
    /// When it was last changed in a way readers should know of: RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated: Option<String>,
    /// Names, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<String>,
    /// Identifiers of [`crate::Site::categories`]; the first is the one shown.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// Free tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Who translated this variant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub translator: Option<String>,
    /// The article's own image, shown above its text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<Image>,
    /// Where the post was first published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// The editor's note, Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub editors_note: Option<String>,
    /// Reading time in minutes, at least 1.
    pub minutes: u32,
    /// The other language variants, in the order of [`crate::Site::languages`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub translations: Vec<Translation>,
    /// Media by the destination as written in the Markdown.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub media: BTreeMap<String, Media>,
    /// Links inside the publication: destination as written → path relative to the base
    /// (`some-slug/#part`), no leading slash.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub links: BTreeMap<String, String>,
    /// The text, Markdown.
    pub markdown: String,
}

crate::record!(ArticleDocument {
    digest, format, slug, lang, title, description, minutes, markdown;
    page, date, updated, authors, categories, tags, translator, image, source, editors_note, translations, media, links
});

/// A media file of the publication.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Media {
    /// Path relative to the base: `media/<digest>.<ext>`.
    pub src: String,
    /// Pixels; 0 when unknown (an SVG without dimensions).
    pub width: u32,
    /// Pixels; 0 when unknown.
    pub height: u32,
    /// Size in bytes.
    pub bytes: u32,
}

crate::record!(Media {
    src,
    width,
    height,
    bytes
});

/// The lead image of an article.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Image {
    /// The file.
    pub media: Media,
    /// Text alternative, plain text; empty when decorative.
    pub alt: String,
    /// Caption, inline Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
}

crate::record!(Image {
    media;
    alt, caption
});

/// Where a post was first published.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Source {
    /// Name, plain text.
    pub name: String,
    /// http(s) address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

crate::record!(Source {
    name;
    url
});

/// Another language variant of the same post.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Translation {
    /// Its language.
    pub lang: String,
    /// Its title.
    pub title: String,
}

crate::record!(Translation { lang, title });

impl ArticleDocument {
    /// Every media path the article shows, relative to the base, without repeats.
    pub fn media_paths(&self) -> Vec<&str> {
        let image = self.image.iter().map(|image| &image.media);
        let mut paths: Vec<&str> = Vec::new();
        for media in image.chain(self.media.values()) {
            if !paths.contains(&media.src.as_str()) {
                paths.push(&media.src);
            }
        }
        paths
    }
}
