//! Earlier revisions of articles, so that a reader can go back: few, and bounded in bytes.
//!
//! Entry points: [`Revision`], [`spare`], [`fits`]. The revision that is read now is the article document in its own place; here
//! are those before it, each the sealed text as it came.

use lamplight_model::{ArticleDocument, json, record, seal};
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
    /// When it gave way to another edition; 0 if it never was the reader's here, or nobody noted it.
    #[serde(skip_serializing_if = "is_zero")]
    pub aside: Millis,
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
    text;
    aside
});

fn is_zero(time: &Millis) -> bool {
    *time == 0
}

/// The key of a revision: `revision/<slug>/<lang>/<digest>`.
pub fn key(slug: &str, lang: &str, digest: &str) -> String {
    [PREFIX, slug, "/", lang, "/", digest].concat()
}

impl Revision {
    /// Of the sealed text of an article document that came at `stored` and gave way to another at `aside`; `None` if it is
    /// damaged.
    pub fn of(text: &str, stored: Millis, aside: Millis) -> Option<Self> {
        let document = crate::library::read(text)?;
        Some(Self {
            v: VERSION,
            slug: document.slug,
            lang: document.lang,
            digest: document.digest,
            stored,
            aside,
            bytes: text.len() as u64,
            text: text.to_owned(),
        })
    }

    /// Reads a record; `None` if it or the text in it is damaged, or if it is of a later version.
    pub fn read(text: &str) -> Option<Self> {
        let read: Self = json::read(text).filter(|own: &Self| own.v == VERSION)?;
        let made = Self::of(&read.text, read.stored, read.aside)?;
        let same = (&made.slug, &made.lang, &made.digest) == (&read.slug, &read.lang, &read.digest);
        same.then_some(made)
    }

    /// Whether what [`Revision::read`] cannot read is whole, and of a later version of the app.
    pub fn is_later(text: &str) -> bool {
        let document = || {
            let read: Self = json::read(text)?;
            seal::check(&read.text).ok()?;
            json::read::<ArticleDocument>(&read.text)
        };
        let later = |found: ArticleDocument| found.format > lamplight_model::FORMAT;
        super::super::version(text) > VERSION || document().is_some_and(later)
    }

    /// When it came to stand beside the reader's own edition: that of those that go counts.
    pub fn since(&self) -> Millis {
        if self.aside > 0 {
            self.aside
        } else {
            self.stored
        }
    }

    /// The record to be written.
    pub fn write(&self) -> Write {
        Write {
            key: key(&self.slug, &self.lang, &self.digest),
            text: write(self),
        }
    }
}

/// Of an article's earlier revisions ([`Revision::since`], digest, bytes) those that go: places in the list. Those that
/// gave way last stay, as many as [`MOST`] and [`MOST_BYTES`] allow: whoever has gone back can go forth again. One that is
/// the `current` one goes, since it is the article itself.
pub fn spare(revisions: &[(Millis, &str, u64)], current: &str) -> Vec<usize> {
    let mut order: Vec<usize> = (0..revisions.len()).collect();
    order.sort_by_key(|at| {
        let (since, digest, _) = revisions[*at];
        (-since, digest)
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

/// Whether a revision of so many bytes finds a place beside those that an article has ([`spare`]), and none of them goes
/// for it.
pub fn fits(revisions: &[(Millis, &str, u64)], current: &str, bytes: u64) -> bool {
    let others = revisions.iter().filter(|(_, digest, _)| *digest != current);
    let (count, sum) = others.fold((0, bytes), |(count, sum), (.., own)| (count + 1, sum + own));
    count == 0 || (count < MOST && sum <= MOST_BYTES)
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
        let revision = Revision::of(&text, 7, 9).expect("is whole");
        assert_eq!((revision.since(), revision.aside), (9, 9));
        let Write { key, text } = revision.write();
        assert_eq!(key, ["revision/sea/en/", &revision.digest].concat());
        assert_eq!(Revision::read(&text), Some(revision.clone()));
        assert_eq!(Revision::read(&text.replace("Once", "Twice")), None);
        assert_eq!(
            Revision::read(&text.replacen("\"sea\"", "\"tea\"", 1)),
            None
        );
        assert_eq!(Revision::of("<html>", 7, 0), None);
        let never = Revision::of(&revision.text, 7, 0).expect("is whole");
        assert!(!never.write().text.contains("aside") && never.since() == 7);
    }

    #[test]
    fn what_a_later_version_wrote_is_told_apart_from_what_is_damaged() {
        let sealed = |format| {
            let document = ArticleDocument {
                format,
                slug: "sea".into(),
                lang: "en".into(),
                ..ArticleDocument::default()
            };
            seal::seal(&document).expect("seals")
        };
        let now = Revision::of(&sealed(1), 7, 0).expect("is whole");
        assert!(!Revision::is_later(&now.write().text));
        let later = Revision {
            text: sealed(lamplight_model::FORMAT + 1),
            ..now.clone()
        };
        assert!(Revision::is_later(&later.write().text));
        let cut = later.write().text.replace("sea", "tea");
        assert!(!Revision::is_later(&cut), "nor what is damaged, too");
        assert!(Revision::is_later("{\"v\":2,\"more\":true}"));
        assert!(!Revision::is_later("{") && !Revision::is_later(""));
    }

    #[test]
    fn the_edition_that_was_left_last_stays_however_old_it_is() {
        // Gone back to from the sixth edition, which is the newest; then the first one is left for another.
        let list: Vec<(Millis, String, u64)> = (1..=6)
            .map(|n| Revision {
                digest: n.to_string(),
                stored: n,
                aside: if n == 1 { 90 } else { 10 + n },
                ..Revision::default()
            })
            .map(|one| (one.since(), one.digest, 9))
            .collect();
        let list: Vec<(Millis, &str, u64)> =
            list.iter().map(|(at, d, b)| (*at, &**d, *b)).collect();
        assert_eq!(spare(&list, "7"), [1], "the one that was left longest ago");
    }

    #[test]
    fn a_revision_fits_only_where_none_goes_for_it() {
        let many: Vec<(Millis, &str, u64)> = (0..5)
            .map(|at| (at, ["a", "b", "c", "d", "e"][at as usize], 9))
            .collect();
        assert!(!fits(&many, "", 9) && fits(&many, "a", 9) && fits(&many[1..], "", 9));
        assert!(fits(&[], "", MOST_BYTES * 2) && !fits(&many[..1], "", MOST_BYTES));
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
