//! What goes when space runs out.
//!
//! Entry points: [`plan`], [`Kind::of`], [`needed`]. What is saved, what the reader made and what the app runs on never
//! go. Of the rest: images, then files of the search index, pages, documents, translations; within each what was used
//! longest ago. Images first, since one takes the space of ten texts and a text without it can still be read; pages
//! before documents, since the app makes a page from its document; translations last, since the site cannot give them
//! again and the device takes minutes over one. What was used within the last hour goes only when nothing else is
//! left: the reader has it open.
//!
//! Nothing must be thrown away in vain: where all that may go is not enough, nothing goes.

use serde::Serialize;

use crate::Millis;

/// What was used so recently goes last.
const RECENT: Millis = 60 * 60_000;

/// What a stored file is, in the order in which they go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// An image.
    #[default]
    Image,
    /// A file of the search index.
    Index,
    /// A page.
    Page,
    /// An article document or a feed.
    Document,
    /// What a translator on this device made.
    Translation,
    /// What the app runs on. Never goes.
    App,
}

impl Kind {
    /// What the file at a path is, by where it lies under the site's `base`.
    pub fn of(path: &str, base: &str) -> Self {
        let path = path.strip_prefix(base).unwrap_or(path);
        let folder = path.split_once('/').map_or("", |(folder, _)| folder);
        match folder {
            "media" => Self::Image,
            "search-index" => Self::Index,
            "machine" => Self::Translation,
            "assets" => Self::App,
            _ if path.ends_with(".json") => Self::Document,
            _ => Self::Page,
        }
    }
}

/// A stored file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    /// Its path.
    pub url: String,
    /// What it is.
    pub kind: Kind,
    /// Bytes it takes.
    pub bytes: u64,
    /// When it was last used, or stored.
    pub used: Millis,
    /// The reader saved it, or it belongs to what the reader saved.
    pub saved: bool,
    /// The reader made it.
    pub own: bool,
}

/// What goes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// Places in the list of what is stored, in the order in which they go. Empty where not enough can go.
    pub go: Vec<usize>,
    /// Bytes that come free.
    pub freed: u64,
    /// Bytes that could come free if all went that may.
    pub possible: u64,
}

/// Whether a file may go at all.
fn may_go(file: &Stored) -> bool {
    !file.saved && !file.own && file.kind != Kind::App && file.bytes > 0
}

/// How many bytes must come free before `incoming` bytes are stored, if the browser says that `usage` of `quota` are
/// taken: a twentieth stays free, since browsers only estimate and the reader's own records need room.
pub fn needed(incoming: u64, usage: u64, quota: u64) -> u64 {
    let most = quota - quota / 20;
    usage.saturating_add(incoming).saturating_sub(most)
}

/// What goes so that `needed` bytes come free; the fewest that the order allows: without any one of them it would not
/// be enough.
pub fn plan(stored: &[Stored], needed: u64, now: Millis) -> Plan {
    let mut order: Vec<usize> = (0..stored.len())
        .filter(|at| may_go(&stored[*at]))
        .collect();
    let possible = order.iter().map(|at| stored[*at].bytes).sum();
    let mut plan = Plan {
        possible,
        ..Plan::default()
    };
    if needed == 0 || possible < needed {
        return plan;
    }
    // A file from the future was used before the clock was set back: it counts as old, or it would never go.
    let recent = |file: &Stored| (now - RECENT..=now).contains(&file.used);
    order.sort_by(|a, b| {
        let key = |at: usize| {
            let file = &stored[at];
            (recent(file), file.kind, file.used, &file.url)
        };
        key(*a).cmp(&key(*b))
    });
    for at in order {
        if plan.freed >= needed {
            break;
        }
        plan.freed += stored[at].bytes;
        plan.go.push(at);
    }
    // A large file makes small ones before it unnecessary: the one that would go last stays first.
    let mut spare = plan.freed - needed;
    let mut go = Vec::with_capacity(plan.go.len());
    for at in plan.go.into_iter().rev() {
        let bytes = stored[at].bytes;
        if bytes <= spare {
            spare -= bytes;
        } else {
            go.push(at);
        }
    }
    go.reverse();
    plan.go = go;
    plan.freed = needed + spare;
    plan
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Millis = 1_795_662_000_000;

    fn file(kind: Kind, bytes: u64, used: Millis) -> Stored {
        Stored {
            url: format!("/{kind:?}/{used}"),
            kind,
            bytes,
            used,
            ..Stored::default()
        }
    }

    #[test]
    fn a_files_kind_is_told_by_where_it_lies() {
        for (path, kind) in [
            ("/n/media/0.jpg", Kind::Image),
            ("/n/search-index/words-0.bin", Kind::Index),
            ("/n/machine/en/sea/0.fr.json", Kind::Translation),
            ("/n/assets/messages-fr-0.json", Kind::App),
            ("/n/articles/sea.en.json", Kind::Document),
            ("/n/feed.json", Kind::Document),
            ("/n/fr/sea/", Kind::Page),
            ("/n/", Kind::Page),
        ] {
            assert_eq!(Kind::of(path, "/n/"), kind, "{path}");
        }
    }

    #[test]
    fn images_go_before_texts_the_oldest_first_and_what_is_open_last() {
        let stored = [
            file(Kind::Document, 10, 1),
            file(Kind::Image, 10, 9),
            file(Kind::Image, 10, 5),
            file(Kind::Image, 10, NOW - 5),
            file(Kind::Translation, 10, 2),
            file(Kind::Page, 10, 3),
        ];
        assert_eq!(plan(&stored, 15, NOW).go, [2, 1]);
        assert_eq!(plan(&stored, 60, NOW).go, [2, 1, 5, 0, 4, 3]);
        assert_eq!(plan(&stored, 0, NOW).go, [0; 0]);
    }

    #[test]
    fn what_was_used_in_a_future_that_was_set_back_goes_like_anything_old() {
        let stored = [
            file(Kind::Image, 10, NOW - 5),
            file(Kind::Image, 10, NOW + RECENT),
        ];
        assert_eq!(plan(&stored, 5, NOW).go, [1]);
    }

    #[test]
    fn a_large_file_spares_the_small_ones_before_it() {
        let stored = [
            file(Kind::Image, 10, 1),
            file(Kind::Image, 10, 2),
            file(Kind::Image, 1_000, 3),
        ];
        let plan = plan(&stored, 900, NOW);
        assert_eq!((plan.go.as_slice(), plan.freed), ([2].as_slice(), 1_000));
    }

    #[test]
    fn nothing_goes_in_vain() {
        let mut stored = [file(Kind::Image, 10, 1), file(Kind::Image, 90, 2)];
        stored[1].saved = true;
        let plan = plan(&stored, 11, NOW);
        assert_eq!((plan.go.len(), plan.freed, plan.possible), (0, 0, 10));
    }

    #[test]
    fn a_twentieth_of_the_quota_stays_free() {
        assert_eq!(needed(10, 0, 1_000), 0);
        assert_eq!(needed(10, 940, 1_000), 0);
        assert_eq!(needed(10, 941, 1_000), 1);
        assert_eq!(needed(u64::MAX, 5, 1_000), u64::MAX - 950);
        assert_eq!(needed(10, 5, 0), 15);
    }

    fn files() -> impl Strategy<Value = Vec<Stored>> {
        let kinds = [
            Kind::Image,
            Kind::Index,
            Kind::Page,
            Kind::Document,
            Kind::Translation,
            Kind::App,
        ];
        let one = (0usize..6, 0u64..500, 0i64..99, 0u8..4, any::<bool>());
        prop::collection::vec(one, 0..60).prop_map(move |files| {
            let file = |(at, (kind, bytes, used, marks, recent))| Stored {
                url: format!("/{at}"),
                kind: kinds[kind],
                bytes,
                used: if recent { NOW - used } else { used },
                saved: marks == 1,
                own: marks == 2,
            };
            files.into_iter().enumerate().map(file).collect()
        })
    }

    proptest! {
        #[test]
        fn enough_goes_where_enough_may_go_and_nothing_that_must_stay(
            stored in files(), needed in 0u64..9_000,
        ) {
            let plan = plan(&stored, needed, NOW);
            let free: u64 = stored.iter().filter(|file| may_go(file)).map(|file| file.bytes).sum();
            prop_assert_eq!(plan.possible, free);
            prop_assert_eq!(plan.freed >= needed, free >= needed);
            prop_assert_eq!(plan.freed, plan.go.iter().map(|at| stored[*at].bytes).sum::<u64>());
            for at in &plan.go {
                let file = &stored[*at];
                prop_assert!(!file.saved && !file.own && file.kind != Kind::App, "{:?}", file);
                prop_assert!(plan.freed - file.bytes < needed, "{:?} goes for nothing", file);
            }
        }

        #[test]
        fn of_two_files_of_a_kind_and_a_size_the_one_used_last_does_not_go_alone(
            stored in files(), needed in 1u64..9_000,
        ) {
            let go = plan(&stored, needed, NOW).go;
            for (at, file) in stored.iter().enumerate() {
                for (other, later) in stored.iter().enumerate() {
                    let alike = file.kind == later.kind && file.bytes == later.bytes;
                    let both = may_go(file) && may_go(later);
                    if alike && both && file.used < later.used && go.contains(&other) {
                        prop_assert!(go.contains(&at), "{:?} stays, {:?} goes", file, later);
                    }
                }
            }
        }

        #[test]
        fn the_order_of_the_list_does_not_matter(stored in files(), needed in 0u64..9_000) {
            let urls = |stored: &[Stored]| -> Vec<String> {
                plan(stored, needed, NOW).go.iter().map(|at| stored[*at].url.clone()).collect()
            };
            let mut turned = stored.clone();
            turned.reverse();
            prop_assert_eq!(urls(&turned), urls(&stored));
        }
    }
}
