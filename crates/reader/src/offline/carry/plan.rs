//! What of a carry file is to be written on this device.

use std::collections::BTreeMap;

use lamplight_model::{Site, paths};
use serde::Serialize;

use super::item::{Item, Not, note, noted_key};
use super::{Contents, Document, OUTBOX, message, stamped};
use crate::Millis;
use crate::offline::saved::{self, Kind, List};
use crate::offline::{Write, reading};
use crate::outbox::Message;

/// What is on this device.
#[derive(Clone, Debug, Default)]
pub struct Local {
    /// Records by key, as [`super::Writer::record`] takes them, and what is noted beside them (`noted/…`).
    pub records: BTreeMap<String, String>,
    /// Of each article document, by its path: when it came from the site, and its digest.
    pub documents: BTreeMap<String, (Millis, String)>,
    /// Whether the publication's endpoint takes a message as often as it is sent, not knowing its key.
    pub twice: bool,
    /// Whether what the file has saved and this device has removed since is to be saved again.
    pub back: bool,
}

/// An article to be stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Incoming {
    /// The path it is stored under.
    pub path: String,
    /// Where it is in the file.
    pub document: Document,
    /// It takes the place of another version, which becomes an earlier revision if the article is saved.
    pub displaces: bool,
}

/// What is to be written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// Records, in the order of their keys; each key once.
    pub writes: Vec<Write>,
    /// Keys of records that go: reading states, because the reader cleared the history elsewhere, and drafts that came of
    /// an import before and say what a message says.
    pub deletes: Vec<String>,
    /// Articles, in the order of their paths.
    pub documents: Vec<Incoming>,
    /// Articles in languages that the publication does not have; they are left out.
    pub foreign: u32,
    /// How many records are on this device that could not be read and were left as they are, though the file has one
    /// of the same key.
    pub unreadable: u32,
    /// Articles, and wishes, that are saved in the file and were removed on this device since.
    pub removed: (u32, u32),
}

impl Plan {
    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.writes.is_empty() && self.deletes.is_empty() && self.documents.is_empty()
    }
}

impl Contents {
    /// What is to be written so that this device has what it has and what the file has. Nothing, if it has been.
    pub fn plan(&self, site: &Site, local: &Local, now: Millis) -> Plan {
        let mut plan = Plan::default();
        // What stands under each key, as it was joined so far.
        let mut joined: BTreeMap<String, Item> = BTreeMap::new();
        let mut queue: Vec<Item> = self.items.clone();
        queue.reverse();
        while let Some(item) = queue.pop() {
            let key = item.key();
            let own = joined
                .remove(&key)
                .map_or_else(|| stored(&key, local, now), |own| Ok(Some(own)));
            let Ok(own) = own else {
                plan.unreadable += 1;
                continue;
            };
            let (kept, other) = match own {
                Some(own) => {
                    let (kept, other) = own.clone().join(item);
                    // What this device has stands as it is.
                    let comes = kept != own;
                    (
                        if comes {
                            kept.arrived(local.twice, now)
                        } else {
                            kept
                        },
                        other,
                    )
                }
                None => (item.arrived(local.twice, now), None),
            };
            // What comes of it is joined with what is under its own key.
            queue.extend(other);
            joined.insert(key, kept);
        }
        self.removed(&mut joined, local, now, &mut plan);
        self.clear(&mut joined, local, &mut plan);
        repeated(&mut joined, local, &mut plan);
        for (key, item) in joined {
            let text = item.text();
            if local.records.get(&key) != Some(&text) {
                if let Item::Register { key, stamp, .. } = &item {
                    plan.writes.push(note(key, &text, *stamp));
                }
                plan.writes.push(Write { key, text });
            } else if let Item::Register { key, stamp, .. } = &item {
                // The same, but changed later than this device thought.
                let noted = note(key, &text, *stamp);
                let known = local.records.get(&noted.key);
                if known != Some(&noted.text)
                    && stamped(Some(&text), known.map(|k| &**k), now) < *stamp
                {
                    plan.writes.push(noted);
                }
            }
        }
        plan.writes.sort_by(|a, b| a.key.cmp(&b.key));
        self.articles(site, local, &mut plan);
        plan
    }

    /// Counts what the file has saved and this device has removed since; saves it as of now, where the reader wants that:
    /// a device that has heard of the removal learns that it is wanted again.
    fn removed(
        &self,
        joined: &mut BTreeMap<String, Item>,
        local: &Local,
        now: Millis,
        plan: &mut Plan,
    ) {
        let saved = |item: &Item| match item {
            Item::Saved(record) => Some(record.clone()),
            _ => None,
        };
        // A wish that comes back is later than what was removed beside it.
        let own = local.records.iter();
        let own = own.filter(|(key, _)| key.starts_with(saved::PREFIX));
        let own = own.map(|(key, text)| (key.clone(), text.clone()));
        let (mut list, _) = List::read(own);
        joined.values().filter_map(saved).for_each(|record| {
            list.add(record);
        });
        for record in self.items.iter().filter_map(saved) {
            let key = record.key();
            // What the file itself has removed elsewhere in it stays so.
            let here = match joined.get(&key) {
                Some(Item::Saved(own)) => {
                    own.removed && local.records.get(&key) == Some(&own.text())
                }
                _ => false,
            };
            if record.removed || !here {
                continue;
            }
            *if record.kind == Kind::Article {
                &mut plan.removed.0
            } else {
                &mut plan.removed.1
            } += 1;
            if local.back {
                let again = saved::Record {
                    since: now,
                    ..record
                };
                joined.insert(key, Item::Saved(list.undo(&again, now)));
            }
        }
    }

    /// What was cleared on either side does not come from the other.
    fn clear(&self, joined: &mut BTreeMap<String, Item>, local: &Local, plan: &mut Plan) {
        let mut journal = reading::Journal::default();
        let stored = local.records.get(reading::HISTORY);
        if let Some(history) = stored.and_then(|text| reading::History::read(text)) {
            journal.rule(&history);
        }
        if let Some(Item::History(history)) = joined.get(reading::HISTORY) {
            journal.rule(history);
        }
        let own = local
            .records
            .iter()
            .filter(|(key, _)| key.starts_with(reading::PREFIX));
        let own = own.filter_map(|(key, text)| reading::State::read(key, text));
        let mut all: BTreeMap<String, reading::State> = own
            .map(|state| (reading::key(&state.slug), state))
            .collect();
        joined.retain(|key, item| match item {
            Item::Reading(state) => {
                all.insert(key.clone(), state.clone());
                false
            }
            _ => true,
        });
        for (key, state) in all {
            let slug = state.slug.clone();
            journal.add(state);
            match journal.state(&slug) {
                Some(state) => _ = joined.insert(key, Item::Reading(state.clone())),
                None if local.records.contains_key(&key) => plan.deletes.push(key),
                None => {}
            }
        }
    }

    fn articles(&self, site: &Site, local: &Local, plan: &mut Plan) {
        let mut chosen: BTreeMap<String, &Document> = BTreeMap::new();
        for document in &self.documents {
            let known = site.languages.iter().any(|own| own.code == document.lang);
            if !known || document.slug.is_empty() {
                plan.foreign += 1;
                continue;
            }
            let path = paths::document(site, &document.lang, &document.slug);
            let order = |document: &Document| (document.stored, document.digest.clone());
            match chosen.get(&path) {
                Some(other) if order(other) >= order(document) => {}
                _ => _ = chosen.insert(path, document),
            }
        }
        for (path, document) in chosen {
            let own = local.documents.get(&path);
            let theirs = (document.stored, document.digest.clone());
            if own.is_none_or(|own| *own < theirs) {
                plan.documents.push(Incoming {
                    displaces: own.is_some_and(|own| own.1 != document.digest),
                    document: document.clone(),
                    path,
                });
            }
        }
    }
}

/// Leaves out drafts that came of joining and say nothing that is not said.
fn repeated(joined: &mut BTreeMap<String, Item>, local: &Local, plan: &mut Plan) {
    let mut messages: BTreeMap<String, Message> = BTreeMap::new();
    for (key, text) in local.records.range(OUTBOX.to_owned()..) {
        if !key.starts_with(OUTBOX) {
            break;
        }
        messages.extend(Message::read(text).map(|message| (key.clone(), message)));
    }
    for (key, item) in joined.iter() {
        if let Item::Message(message) = item {
            messages.insert(key.clone(), message.clone());
        }
    }
    for key in message::repeated(&messages) {
        joined.remove(&key);
        if local.records.contains_key(&key) {
            plan.deletes.push(key);
        }
    }
}

/// The record of this device under a key; an error if there is one that cannot be read and must not be lost: of a
/// later version, or a message. Of anything else what the file has is better than what is damaged.
fn stored(key: &str, local: &Local, now: Millis) -> Result<Option<Item>, ()> {
    let Some(text) = local.records.get(key) else {
        return Ok(None);
    };
    let noted = local.records.get(&noted_key(key));
    let stamp = stamped(Some(text), noted.map(|noted| noted.as_str()), now);
    match Item::stored(key, text, stamp) {
        Ok(item) => Ok(Some(item)),
        Err(Not::Valid) if !key.starts_with(OUTBOX) => Ok(None),
        Err(_) => Err(()),
    }
}
