//! Which earlier versions of articles are on the device, and which of them go.
//!
//! Entry points: [`State::earlier`], [`State::spare`], [`State::orphans`]. Texts are not kept here: one that is to be shown
//! is read, and checked, then.

use std::collections::BTreeSet;

use lamplight_model::{ArticleDocument, json, seal};
use lamplight_reader::Millis;
use lamplight_reader::offline::versions::{self, Revision};

use super::State;

/// An earlier version, as far as it is known without its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Earlier {
    pub(crate) slug: String,
    pub(crate) lang: String,
    /// Digest of the document.
    pub(crate) digest: String,
    /// When it came from the site; 0 if the record is damaged.
    pub(crate) stored: Millis,
    pub(crate) bytes: u64,
    /// What the names of its pictures begin with.
    pub(crate) pictures: Vec<String>,
}

impl State {
    /// Takes a record as it is stored. Whether it is whole is asked when it is shown.
    pub(super) fn note_earlier(&mut self, key: &str, text: &str) {
        let own = key.strip_prefix(versions::PREFIX).unwrap_or_default();
        let mut parts = own.rsplitn(3, '/');
        let (Some(digest), Some(lang), Some(slug)) = (parts.next(), parts.next(), parts.next())
        else {
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
            earlier.stored = record.stored;
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

    /// The keys of an article's versions that go where the `current` one is the article itself.
    pub(crate) fn spare(&self, slug: &str, lang: &str, current: &str) -> Vec<String> {
        // All of them: none has an empty digest.
        let all = self.earlier(slug, lang, "");
        let facts: Vec<(Millis, &str, u64)> = all
            .iter()
            .map(|one| (one.stored, &*one.digest, one.bytes))
            .collect();
        let go = versions::spare(&facts, current).into_iter();
        go.map(|at| versions::key(slug, lang, &all[at].digest))
            .collect()
    }

    /// The keys of the versions of what is neither saved, nor read, nor among the articles `present` on the device
    /// (`<lang>/<slug>`).
    pub(crate) fn orphans(&self, present: &[String]) -> Vec<String> {
        let present: BTreeSet<&str> = present.iter().map(String::as_str).collect();
        let stays = |one: &Earlier| {
            let read = |entry: &lamplight_reader::library::Entry| {
                entry.slug == one.slug && entry.lang == one.lang
            };
            present.contains(&*[&*one.lang, "/", &one.slug].concat())
                || self.extent(&one.slug, &one.lang).is_some()
                || self.visited.iter().any(read)
        };
        let gone = self.earlier.iter().filter(|(_, one)| !stays(one));
        gone.map(|(key, _)| key.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::tests::{NOW, document, state};

    fn note(state: &mut State, text: &str, stored: Millis) -> String {
        let write = Revision::of(text, stored).expect("is whole").write();
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
        assert_eq!(state.orphans(&["en/sea".to_owned()]), Vec::<String>::new());
        assert_eq!(state.orphans(&["fr/sea".to_owned()]), [key]);
        assert_eq!(
            state.visited(r#"[{"v":1,"slug":"sea","lang":"en","title":"","digest":"d","saved":1,"opened":1,"units":1}]"#),
            []
        );
        assert_eq!(state.orphans(&[]), Vec::<String>::new());
    }
}
