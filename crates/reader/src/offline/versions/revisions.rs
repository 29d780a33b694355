//! Earlier revisions of articles, so that a reader can go back: few, and bounded in bytes.
//!
//! Entry points: [`Revision`], [`spare`]. The revision that is read now is the article document in its own place; here
//! are those before it, each the sealed text as it came.

use lamplight_model::{json, record};
use serde::Serialize;

use crate::Millis;
use crate::offline::{Write, write};

/// What the keys of all records begin with.
pub const PREFIX: &str = "revision/";

/// How many earlier revisions an article has on a device.
pub const MOST: usize = 5;

/// How many bytes those take, but for the newest: that one the reader has read, and it stays.
pub const MOST_BYTES: u64 = 512 * 1024;

/// The version of [`Revision`].
const VERSION: u32 = 1;

/// An earlier revision, as it is stored (JSON).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Revision {
    /// Version of the record.
    pub v: u32,
    /// The article's slug.
    pub slug: String,
    /// Its language (BCP 47).
    pub lang: String,
    /// Digest of the article document.
    pub digest: String,
    /// When it came from the site.
    pub stored: Millis,
    /// Bytes of the sealed text.
    pub bytes: u64,
    /// The sealed text.
    pub text: String,
}

record!(Revision {
    v,
    slug,
    lang,
    digest,
    stored,
    text
});

/// The key of a revision: `revision/<slug>/<lang>/<digest>`.
pub fn key(slug: &str, lang: &str, digest: &str) -> String {
    [PREFIX, slug, "/", lang, "/", digest].concat()
}

impl Revision {
    /// Of the sealed text of an article document that came at `stored`; `None` if it is damaged.
    pub fn of(text: &str, stored: Millis) -> Option<Self> {
        let document = crate::library::read(text)?;
        Some(Self {
            v: VERSION,
            slug: document.slug,
            lang: document.lang,
            digest: document.digest,
            stored,
            bytes: text.len() as u64,
            text: text.to_owned(),
        })
    }

    /// Reads a record; `None` if it or the text in it is damaged, or if it is of a later version.
    pub fn read(text: &str) -> Option<Self> {
        let read: Self = json::read(text).filter(|own: &Self| own.v == VERSION)?;
        let made = Self::of(&read.text, read.stored)?;
        let same = (&made.slug, &made.lang, &made.digest) == (&read.slug, &read.lang, &read.digest);
        same.then_some(made)
    }

    /// The record to be written.
    pub fn write(&self) -> Write {
        Write {
            key: key(&self.slug, &self.lang, &self.digest),
            text: write(self),
        }
    }
}

/// Of an article's earlier revisions (when each came, its digest, its bytes) those that go: places in the list. The
/// newest stay, as many as [`MOST`] and [`MOST_BYTES`] allow; one that is the `current` one goes, since it is the
/// article itself.
pub fn spare(revisions: &[(Millis, &str, u64)], current: &str) -> Vec<usize> {
    let mut order: Vec<usize> = (0..revisions.len()).collect();
    order.sort_by_key(|at| {
        let (stored, digest, _) = revisions[*at];
        (-stored, digest)
    });
    let (mut count, mut bytes) = (0, 0);
    let mut full = false;
    order.retain(|at| {
        let (_, digest, own) = revisions[*at];
        if digest == current {
            return true;
        }
        // After one that finds no place, no older one does: the history has no holes.
        full |= count > 0 && (count >= MOST || bytes + own > MOST_BYTES);
        if !full {
            count += 1;
            bytes += own;
        }
        full
    });
    order
}

#[cfg(test)]
mod tests {
    use lamplight_model::{ArticleDocument, seal};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_revision_comes_back_whole_and_a_damaged_one_not_at_all() {
        let document = ArticleDocument {
            format: 1,
            slug: "sea".into(),
            lang: "en".into(),
            markdown: "Once.".into(),
            ..ArticleDocument::default()
        };
        let text = seal::seal(&document).expect("seals");
        let revision = Revision::of(&text, 7).expect("is whole");
        let Write { key, text } = revision.write();
        assert_eq!(key, ["revision/sea/en/", &revision.digest].concat());
        assert_eq!(Revision::read(&text), Some(revision));
        assert_eq!(Revision::read(&text.replace("Once", "Twice")), None);
        assert_eq!(
            Revision::read(&text.replacen("\"sea\"", "\"tea\"", 1)),
            None
        );
        assert_eq!(Revision::of("<html>", 7), None);
    }

    #[test]
    fn the_newest_revisions_stay_and_the_one_that_is_read_is_no_earlier_one() {
        let list = [(1, "a", 9), (4, "d", 9), (3, "c", 9), (2, "b", 9)];
        assert_eq!(spare(&list, "d"), [1]);
        let many: Vec<(Millis, &str, u64)> = (0..8).map(|at| (at, "x", 9)).collect();
        assert_eq!(spare(&many, ""), [2, 1, 0]);
        let large = [(1, "a", 5), (2, "b", MOST_BYTES * 2)];
        assert_eq!(spare(&large, ""), [0]);
    }

    proptest! {
        #[test]
        fn what_stays_is_bounded_and_newer_than_what_goes(
            list in prop::collection::vec((0i64..99, "[a-c]", 0u64..400_000), 0..20),
        ) {
            let list: Vec<(Millis, &str, u64)> = list.iter().map(|(at, d, b)| (*at, d.as_str(), *b)).collect();
            let gone = spare(&list, "a");
            let stay = |at: &usize| !gone.contains(at);
            let stays: Vec<usize> = (0..list.len()).filter(stay).collect();
            prop_assert!(stays.len() <= MOST);
            let bytes: u64 = stays.iter().map(|at| list[*at].2).sum();
            prop_assert!(stays.len() <= 1 || bytes <= MOST_BYTES);
            let others = list.iter().any(|(_, digest, _)| *digest != "a");
            prop_assert_eq!(others, !stays.is_empty());
            for at in gone.iter().filter(|at| list[**at].1 != "a") {
                prop_assert!(stays.iter().all(|other| list[*other].0 >= list[*at].0));
            }
        }
    }
}
