//! Which earlier versions of articles are on the device, and which of them go.
//!
//! Entry points: [`State::earlier`], [`State::spare`], [`State::orphans`]; [`State::renewal`] of what is saved and
//! [`held_key`] of what is not say which edition the reader wants. Texts are not kept here: one that is to be shown is read,
//! and checked, then.

use std::collections::BTreeSet;

use lamplight_model::{ArticleDocument, json, seal};
use lamplight_reader::Millis;
use lamplight_reader::offline::versions::{self, Revision};
use lamplight_reader::offline::{Write, stamp};

use super::{Due, State};

/// What the keys of the records begin with that name the edition (its digest) which the reader went to of what is not saved.
pub(crate) const HELD: &str = "held/";

/// The key of an article's.
pub(crate) fn held_key(slug: &str, lang: &str) -> String {
    [HELD, slug, "/", lang].concat()
}

/// What the keys of the records begin with that a newer edition is wanted of what is saved: its digest, a space, and that
/// of the edition which was left for it.
const RENEW: &str = "renew/";

/// The parts of a record's key behind its prefix: `<slug>/<lang>/<digest>`.
fn parts(key: &str) -> Option<(&str, &str, &str)> {
    let own = key.strip_prefix(versions::PREFIX)?;
    let mut parts = own.rsplitn(3, '/');
    let (digest, lang) = (parts.next()?, parts.next()?);
    Some((parts.next()?, lang, digest))
}

/// An earlier version, as far as it is known without its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Earlier {
    pub(crate) slug: String,
    pub(crate) lang: String,
    /// Digest of the document.
    pub(crate) digest: String,
    /// When it came from the site; 0 if the record is damaged.
    pub(crate) stored: Millis,
    /// When it came to stand beside the reader's own ([`Revision::since`]).
    pub(crate) since: Millis,
    pub(crate) bytes: u64,
    /// What the names of its pictures begin with.
    pub(crate) pictures: Vec<String>,
}

impl State {
    /// Takes a record as it is stored. Whether it is whole is asked when it is shown.
    pub(super) fn note_earlier(&mut self, key: &str, text: &str) {
        let Some((slug, lang, digest)) = parts(key) else {
            return;
        };
        let mut earlier = Earlier {
            slug: slug.to_owned(),
            lang: lang.to_owned(),
            digest: digest.to_owned(),
            bytes: text.len() as u64,
            ..Earlier::default()
        };
        if let Some(record) = json::read::<Revision>(text) {
            (earlier.stored, earlier.since) = (record.stored, record.since());
            earlier.bytes = record.text.len() as u64;
            let document = json::read::<ArticleDocument>(&record.text).unwrap_or_default();
            let names = document.shown().filter_map(|media| {
                let name = media.src.strip_prefix("media/")?;
                name.get(..seal::LENGTH).map(str::to_owned)
            });
            earlier.pictures = names.collect();
        }
        self.earlier.insert(key.to_owned(), earlier);
    }

    /// The versions of an article but for the one of a digest, the newest first.
    pub(crate) fn earlier(&self, slug: &str, lang: &str, digest: &str) -> Vec<&Earlier> {
        let own = |one: &&Earlier| one.slug == slug && one.lang == lang && one.digest != digest;
        let mut all: Vec<&Earlier> = Vec::new();
        // A handful: a sort would be the larger part of it. By their keys they are in the order of their digests.
        for one in self.earlier.values().filter(own) {
            let at = all.partition_point(|other| other.stored >= one.stored);
            all.insert(at, one);
        }
        all
    }

    /// The digest of the edition that the reader went to of what is not saved.
    pub(crate) fn held(&self, slug: &str, lang: &str) -> Option<&str> {
        let key = held_key(slug, lang);
        let (_, digest) = self.held.iter().find(|(own, _)| *own == key)?;
        Some(digest)
    }

    /// The keys of an article's versions that go where the `current` one is the article itself.
    pub(crate) fn spare(&self, slug: &str, lang: &str, current: &str) -> Vec<String> {
        // All of them: none has an empty digest.
        let all = self.earlier(slug, lang, "");
        let facts = facts(&all);
        let go = versions::spare(&facts, current).into_iter();
        go.map(|at| versions::key(slug, lang, &all[at].digest))
            .collect()
    }

    /// Whether a version of so many bytes finds a place beside an article's others, and none of them goes for it.
    pub(crate) fn fits(&self, slug: &str, lang: &str, current: &str, bytes: u64) -> bool {
        versions::fits(&facts(&self.earlier(slug, lang, "")), current, bytes)
    }

    /// The record of an edition that gives way to another at `aside` (0 if it never was the reader's here); `None` if the
    /// text is damaged. It has given way last, also where the clock was set back since another did.
    pub(crate) fn revision(&self, text: &str, stored: Millis, aside: Millis) -> Option<Write> {
        let mut revision = Revision::of(text, stored, aside)?;
        if aside > 0 {
            let all = self.earlier(&revision.slug, &revision.lang, "");
            let latest = all.iter().map(|one| one.since).max();
            revision.aside = stamp::next(latest.unwrap_or_default(), aside);
        }
        Some(revision.write())
    }

    /// The record that says that the reader took the edition of a `digest` of what is saved: it is to be fetched.
    pub(crate) fn renew(&self, slug: &str, lang: &str, digest: &str) -> Write {
        let receipt = self.receipt(slug, lang);
        let known = self.known(slug, lang);
        let wanted = match (digest, known) {
            ("", Some(known)) => &*known.digest,
            (digest, _) => digest,
        };
        let left = receipt.map_or("", |receipt| &*receipt.digest);
        Write {
            key: [RENEW, lang, "/", slug].concat(),
            text: [wanted, " ", left].concat(),
        }
    }

    /// What is to be fetched for such a record; `None` if what is here is no more the edition that was left. The site may
    /// have gone on, and its list be older than what the reader took: `told` is whether it was asked for that just now.
    pub(crate) fn renewal(&self, slug: &str, lang: &str, wish: &str, told: bool) -> Option<Due> {
        let mut due = self.order_of(slug, lang)?;
        let (wanted, left) = wish.split_once(' ').unwrap_or_default();
        let own = self.receipt(slug, lang).map_or("", |own| &*own.digest);
        let known = self.known(slug, lang).map_or("", |known| &*known.digest);
        // A record of an earlier version of the app names neither.
        let left = if left.is_empty() { own } else { left };
        if own != left || (!own.is_empty() && own == wanted) || (wanted.is_empty() && own == known)
        {
            return None;
        }
        let current = told && !known.is_empty() && known != left;
        due.digest = if current { known } else { wanted }.to_owned();
        due.left = left.to_owned();
        Some(due)
    }

    /// The keys of the versions of what is neither saved, nor was removed within `undo` milliseconds before `now`, nor read,
    /// nor among the articles `present` on the device (`<lang>/<slug>`).
    pub(crate) fn orphans(&self, present: &[String], undo: Millis, now: Millis) -> Vec<String> {
        let list = self.list.undone(undo, now);
        let present: BTreeSet<&str> = present.iter().map(String::as_str).collect();
        let stays = |one: &Earlier| {
            let read = |entry: &lamplight_reader::library::Entry| {
                entry.slug == one.slug && entry.lang == one.lang
            };
            present.contains(&*[&*one.lang, "/", &one.slug].concat())
                || self.held(&one.slug, &one.lang).is_some()
                || self.extent_in(&list, &one.slug, &one.lang).is_some()
                || self.visited.iter().any(read)
        };
        let gone = self.earlier.iter().filter(|(_, one)| !stays(one));
        gone.map(|(key, _)| key.clone()).collect()
    }
}

/// What decides which of them go.
fn facts<'a>(all: &[&'a Earlier]) -> Vec<(Millis, &'a str, u64)> {
    let facts = all.iter();
    facts
        .map(|one| (one.since, &*one.digest, one.bytes))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::tests::{NOW, archive, archived, document, state};
    use crate::write;
    use lamplight_reader::offline::saved::Kind;

    fn note(state: &mut State, text: &str, stored: Millis) -> String {
        let write = Revision::of(text, stored, 0).expect("is whole").write();
        assert_eq!(state.record(&write.key, &write.text), None);
        write.key
    }

    #[test]
    fn five_versions_stay_beside_the_one_that_is_read_and_the_oldest_goes() {
        let mut state = state();
        let text = |n: Millis| document("sea", &["Wave ", &n.to_string()].concat());
        let keys: Vec<String> = (0..7)
            .map(|n| note(&mut state, &text(n), NOW + n))
            .collect();
        let current = keys[6].rsplit('/').next().expect("a digest");
        let mut gone = state.spare("sea", "en", current);
        gone.sort();
        let mut expected = vec![keys[0].clone(), keys[6].clone()];
        expected.sort();
        assert_eq!(gone, expected);
        let earlier = state.earlier("sea", "en", current);
        assert_eq!(earlier.len(), 6);
        assert!(keys[5].ends_with(&earlier[0].digest));
        state.gone(&keys[5]);
        assert_eq!(state.earlier("sea", "en", current).len(), 5);
        assert!(state.earlier("sea", "fr", "").is_empty());
    }

    #[test]
    fn the_edition_that_was_left_last_stays_after_the_clock_was_set_back() {
        let mut state = state();
        let text = |n: Millis| document("sea", &["Wave ", &n.to_string()].concat());
        for n in 0..5 {
            let write = state.revision(&text(n), NOW, NOW + n).expect("is whole");
            assert_eq!(state.record(&write.key, &write.text), None);
        }
        let left = state.revision(&text(5), 1, 1).expect("is whole");
        assert_eq!(
            Revision::read(&left.text).map(|own| own.aside),
            Some(NOW + 5)
        );
        assert_eq!(state.record(&left.key, &left.text), None);
        let oldest = state.revision(&text(0), NOW, 0).expect("is whole");
        assert_eq!(state.spare("sea", "en", "read now"), [oldest.key]);
        assert_eq!(Revision::read(&oldest.text).map(|own| own.aside), Some(0));
        // The other articles' do not count.
        let other = state.revision(&document("tea", "Leaf."), 1, 1);
        let other = Revision::read(&other.expect("is whole").text);
        assert_eq!(other.map(|own| own.aside), Some(1));
    }

    #[test]
    fn a_damaged_version_counts_as_the_oldest() {
        let mut state = state();
        note(&mut state, &document("sea", "One."), NOW);
        assert_eq!(state.record("revision/sea/en/abc", "{"), None);
        let all = state.earlier("sea", "en", "");
        assert_eq!((all.len(), &*all[1].digest, all[1].stored), (2, "abc", 0));
    }

    #[test]
    fn versions_go_with_their_article_and_not_before() {
        let mut state = state();
        let key = note(&mut state, &document("sea", "One."), NOW);
        assert_eq!(
            state.orphans(&["en/sea".to_owned()], 60_000, NOW),
            Vec::<String>::new()
        );
        assert_eq!(state.orphans(&["fr/sea".to_owned()], 60_000, NOW), [key]);
        assert_eq!(
            state.visited(r#"[{"v":1,"slug":"sea","lang":"en","title":"","digest":"d","saved":1,"opened":1,"units":1}]"#),
            []
        );
        assert_eq!(state.orphans(&[], 60_000, NOW), Vec::<String>::new());
    }

    #[test]
    fn versions_of_what_was_removed_stay_as_long_as_that_can_be_undone() {
        let mut state = state();
        let key = note(&mut state, &document("sea", "One."), NOW);
        state.save(Kind::Article, "sea", "en");
        let removed = state.list.remove(Kind::Article, "sea", "en", NOW);
        assert!(removed.is_some() && state.extent("sea", "en").is_none());
        assert_eq!(state.orphans(&[], 9, NOW + 8), Vec::<String>::new());
        assert_eq!(state.orphans(&[], 9, NOW + 9), [key]);
    }

    #[test]
    fn versions_are_forgotten_one_by_one_and_not_with_the_other_records() {
        let mut state = state();
        let stays = note(&mut state, &document("sea", "One."), NOW);
        let gone = note(&mut state, &document("sea", "Two."), NOW);
        state.clear();
        state.gone(&gone);
        let all = state.earlier("sea", "en", "");
        assert!(all.len() == 1 && stays.ends_with(&all[0].digest));
    }

    #[test]
    fn an_edition_that_was_gone_to_holds_its_files_and_its_versions_and_is_what_is_saved_then() {
        let mut state = state();
        let key = note(&mut state, &document("sea", "One."), NOW);
        let files = write(&[
            "/n/articles/sea.en.json",
            "/n/sea/",
            "/n/articles/tea.en.json",
        ]);
        assert_eq!(state.sweep(&files, 0, NOW).files.len(), 3);
        assert_eq!(state.orphans(&[], 60_000, NOW), [key]);
        let held = held_key("sea", "en");
        assert_eq!(state.record(&held, "abc"), None);
        assert_eq!(
            state.sweep(&files, 0, NOW).files,
            ["/n/articles/tea.en.json"]
        );
        assert_eq!(state.orphans(&[], 60_000, NOW), Vec::<String>::new());
        assert_eq!(state.place("sea", "en").digest, "abc");
        state.gone(&held);
        assert_eq!(state.sweep(&files, 0, NOW).files.len(), 3);
    }

    #[test]
    fn a_newer_edition_is_wanted_until_it_is_here_whatever_an_older_list_says() {
        let (one, two) = ("1".repeat(32), "2".repeat(32));
        let mut state = state();
        state.save(Kind::Article, "sea", "en");
        state.keep("sea", &one, true);
        state.archive(&archive(vec![archived("sea", &one, &[])]));
        let wish = state.renew("sea", "en", &two);
        assert_eq!(wish.key, "renew/en/sea");
        // In a tunnel the list still names the edition that was left, and so does one that lags behind.
        for told in [false, true] {
            let due = state
                .renewal("sea", "en", &wish.text, told)
                .expect("is due");
            assert_eq!((&due.digest, &due.left), (&two, &one));
        }
        state.archive(&archive(vec![archived("sea", "3", &[])]));
        let due = state
            .renewal("sea", "en", &wish.text, true)
            .expect("is due");
        assert_eq!(due.digest, "3", "the site has gone on");
        let due = state
            .renewal("sea", "en", &wish.text, false)
            .expect("is due");
        assert_eq!(due.digest, two);
        for here in [&*two, "3"] {
            state.keep("sea", here, true);
            assert_eq!(state.renewal("sea", "en", &wish.text, true), None);
        }
        // From the list alone; and by an earlier version of the app.
        state.keep("sea", &one, true);
        assert_eq!(state.renew("sea", "en", "").text, ["3 ", &one].concat());
        let due = state.renewal("sea", "en", "1", true).expect("is due");
        assert_eq!((&*due.digest, &due.left), ("3", &one));
        state.keep("sea", "3", true);
        assert_eq!(state.renewal("sea", "en", "1", true), None);
        assert_eq!(
            state.renewal("tea", "en", &wish.text, true),
            None,
            "nor what is not saved"
        );
    }
}
