//! `/edition.json`: what the site holds now, in a few bytes.

use serde::Serialize;

/// The answer to "is there anything new?". Sealed, see [`crate::seal`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Edition {
    /// Digest of this file.
    pub digest: String,
    /// [`crate::FORMAT`].
    pub format: u32,
    /// Digest of all content: it changes when any post, page or list changes, and only then.
    pub content: String,
    /// The app's build, as in `<meta name="lamplight-build">`.
    pub build: String,
    /// The newest date among the posts, RFC 3339 (not the clock: the same input gives the same bytes).
    pub when: String,
    /// How many articles, all languages together.
    pub articles: u32,
    /// The root of the search index, relative to the base; `None` where nothing can be found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
}

crate::record!(Edition {
    digest,
    format,
    content,
    build,
    when,
    articles;
    search
});
