//! What says that an article is saved: a record of every file of it that was read back from storage and was whole.
//!
//! Entry points: [`Receipt`], [`Kept`]. It is written after the last file was read back, in the transaction of the
//! holding; without it an article is on its way, whatever files of it are there.

use lamplight_model::{json, record};
use lamplight_reader::Millis;
use lamplight_reader::offline::Write;
use lamplight_reader::offline::readiness::Expected;
use serde::Serialize;

const VERSION: u32 = 1;

/// What the keys of all records begin with.
pub(crate) const PREFIX: &str = "receipt/";

/// The record, as it is stored (JSON).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Receipt {
    /// Version of the record.
    pub(crate) v: u32,
    pub(crate) slug: String,
    pub(crate) lang: String,
    /// Digest of the document.
    pub(crate) digest: String,
    /// Whether the images are among the files.
    pub(crate) images: bool,
    /// When the last file was read back.
    pub(crate) at: Millis,
    /// The files: document, page, images.
    pub(crate) files: Vec<Kept>,
}

record!(Receipt {
    v,
    slug,
    lang,
    digest,
    images,
    at,
    files
});

/// A file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Kept {
    /// Its path.
    pub(crate) url: String,
    pub(crate) bytes: u64,
    /// The digest of its bytes.
    pub(crate) digest: String,
}

record!(Kept { url, bytes, digest });

/// The key of an article's receipt.
pub(crate) fn key(slug: &str, lang: &str) -> String {
    [PREFIX, slug, "/", lang].concat()
}

impl Receipt {
    pub(crate) fn new(slug: &str, lang: &str, digest: &str, images: bool, at: Millis) -> Self {
        Self {
            v: VERSION,
            slug: slug.to_owned(),
            lang: lang.to_owned(),
            digest: digest.to_owned(),
            images,
            at,
            files: Vec::new(),
        }
    }

    /// Reads a record; `None` if it is damaged or of another version: then the article is looked at again.
    pub(crate) fn read(own: &str, text: &str) -> Option<Self> {
        let receipt: Self = json::read(text)?;
        (receipt.v == VERSION && key(&receipt.slug, &receipt.lang) == own).then_some(receipt)
    }

    pub(crate) fn write(&self) -> Write {
        Write {
            key: key(&self.slug, &self.lang),
            text: serde_json::to_string(self).unwrap_or_default(),
        }
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    /// Whether all that is expected is there, in whatever edition.
    pub(crate) fn has(&self, expected: &Expected) -> bool {
        self.images || !expected.extent.images
    }
}
