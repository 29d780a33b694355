//! JSON Feed 1.1 (<https://www.jsonfeed.org/version/1.1/>), the app's index as well as anyone's feed.

use serde::{Deserialize, Serialize};

use crate::{Media, Translation};

/// One page of a feed. Sealed: the extension with its digest is the first member.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_url: Option<String>,
    /// The publication's description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// BCP 47.
    pub language: String,
    /// Newest first.
    pub items: Vec<FeedItem>,
}

/// The extension object of a feed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
}

/// One post of a feed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// RFC 3339.
    pub date_published: String,
    /// RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_modified: Option<String>,
    /// Authors.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<Author>,
    /// Tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// BCP 47.
    pub language: String,
    /// What the app needs beyond the standard.
    pub _lamplight: ItemExtension,
}

/// An author of a feed's item.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    /// Name.
    pub name: String,
}

/// The extension object of an item.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemExtension {
    /// The article's slug.
    pub slug: String,
    /// Digest of the current article document.
    pub digest: String,
    /// Category identifiers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// The lead image, to be shown in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<Media>,
    /// Text alternative of the lead image.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub image_alt: String,
    /// Reading time in minutes.
    pub minutes: u32,
    /// The other language variants.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub translations: Vec<Translation>,
}
