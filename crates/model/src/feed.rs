//! JSON Feed 1.1 (<https://www.jsonfeed.org/version/1.1/>), the app's index as well as anyone's feed.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{Media, Translation};

/// One page of a feed. Sealed: the extension with its digest is the first member.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Feed {
    /// What the app needs beyond the standard.
    pub _lamplight: FeedExtension,
    /// Always `https://jsonfeed.org/version/1.1`.
    pub version: String,
    /// The publication's title (with the category's where it is one).
    pub title: String,
    /// Absolute address of the page that lists the same posts.
    pub home_page_url: String,
    /// Absolute address of this file.
    pub feed_url: String,
    /// Absolute address of the next (older) page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_url: Option<String>,
    /// The publication's description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// BCP 47.
    pub language: String,
    /// Newest first.
    pub items: Vec<FeedItem>,
}

crate::record!(Feed {
    _lamplight, version, title, home_page_url, feed_url, language, items;
    next_url, description
});

/// The extension object of a feed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FeedExtension {
    /// Digest of this file.
    pub digest: String,
    /// [`crate::FORMAT`].
    pub format: u32,
    /// This page, from 1.
    pub page: u32,
    /// How many pages there are, at least 1.
    pub pages: u32,
    /// The category's identifier, if this is a category's feed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// On the first page of a language's feed: slug → digest of the current document of each page of
    /// the publication's own that exists in the language.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub own: BTreeMap<String, String>,
}

crate::record!(FeedExtension {
    digest, format, page, pages;
    category, own
});

/// One post of a feed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FeedItem {
    /// Absolute, permanent address; the same as `url`.
    pub id: String,
    /// Absolute address of the article.
    pub url: String,
    /// Title, plain text.
    pub title: String,
    /// The description, plain text.
    pub content_text: String,
    /// Absolute address of the lead image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// RFC 3339.
    pub date_published: String,
    /// RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_modified: Option<String>,
    /// Authors.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<Author>,
    /// Tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// BCP 47.
    pub language: String,
    /// What the app needs beyond the standard.
    pub _lamplight: ItemExtension,
}

crate::record!(FeedItem {
    id, url, title, content_text, date_published, language, _lamplight;
    image, date_modified, authors, tags
});

/// An author of a feed's item.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Author {
    /// Name.
    pub name: String,
}

crate::record!(Author { name });

/// The extension object of an item.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ItemExtension {
    /// The article's slug.
    pub slug: String,
    /// Digest of the current article document.
    pub digest: String,
    /// Category identifiers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// The lead image, to be shown in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<Media>,
    /// Text alternative of the lead image.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub image_alt: String,
    /// Reading time in minutes.
    pub minutes: u32,
    /// The other language variants.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub translations: Vec<Translation>,
}

crate::record!(ItemExtension {
    slug, digest, minutes;
    categories, image, image_alt, translations
});
