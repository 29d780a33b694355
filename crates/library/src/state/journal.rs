//! Reading state: what local storage has of it comes in as texts, what is to be written there goes out.
//!
//! Entry points: [`State::read_journal`], [`State::titled`]. The page's script alone reaches local storage; it joins what
//! goes out with what stands there by then.

use lamplight_model::json;
use lamplight_reader::offline::Write;
use lamplight_reader::offline::holdings;
use lamplight_reader::offline::reading::{self, Journal, MOST};
use serde::Serialize;

use super::State;

/// What is to be changed in local storage.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Changes {
    /// Records to be written, each joined with what stands.
    pub(crate) writes: Vec<Write>,
    /// Keys to be deleted.
    pub(crate) drops: Vec<String>,
}

impl State {
    /// Takes all records of the reading state (JSON, pairs of key and text). What the app has opened before there were any
    /// ([`State::visited`]) is history, too; of the states those that were noted longest ago go.
    pub(crate) fn read_journal(&mut self, stored: &str) -> Changes {
        self.asked = None;
        let pairs: Vec<Vec<String>> = json::read(stored).unwrap_or_default();
        let pairs = pairs.into_iter().filter_map(|pair| {
            let [key, text] = <[String; 2]>::try_from(pair).ok()?;
            Some((key, text))
        });
        self.journal = Journal::read(pairs);
        let mut writes = Vec::new();
        if !self.journal.history().off {
            for state in reading::migrate(&self.visited) {
                let slug = state.slug.clone();
                if self.journal.add(state) {
                    writes.extend(self.journal.state(&slug).map(reading::State::write));
                }
            }
        }
        let drops = self.journal.trim(MOST);
        writes.retain(|write| !drops.contains(&write.key));
        Changes { writes, drops }
    }

    /// Whether the reader has read an article.
    pub(crate) fn is_read(&self, slug: &str) -> bool {
        self.journal.get(slug).is_some_and(|state| state.read)
    }

    /// Language and title of an article in the language it was read in, else in the page's, else in any; the slug where
    /// no title is known.
    pub(crate) fn titled<'a>(&'a self, slug: &'a str, read: &'a str) -> (&'a str, &'a str) {
        let site = &self.told.site;
        let own = [read, &self.told.lang];
        let own = own.into_iter().filter(|lang| site.language(lang).is_some());
        let all = site.languages.iter().map(|language| &*language.code);
        let mut langs = own.chain(all);
        let title = |lang| {
            let held = self.holdings.get(&holdings::key(slug, lang));
            let held = held.map(|held| &*held.title);
            let entry = || {
                let own = self.visited.iter();
                let mut own = own.filter(|entry| entry.slug == slug && entry.lang == lang);
                own.next().map(|entry| &*entry.title)
            };
            let listed = || self.known(slug, lang).map(|known| &*known.title);
            let page = || site.page_title(slug, lang);
            let found = held.or_else(entry).or_else(listed).or_else(page)?;
            Some(found).filter(|title| !title.is_empty())
        };
        let first = langs.clone().next().unwrap_or_default();
        let found = langs.find_map(|lang| Some((lang, title(lang)?)));
        found.unwrap_or((first, slug))
    }
}
