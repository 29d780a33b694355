//! What a carry file holds besides articles: the reader's records, each under its key.
//!
//! Entry points: [`Item::of`] (from a file), [`Item::stored`] (from this device), [`Item::join`], [`stamped`].

use lamplight_model::json::{self, Fill, Json};
use lamplight_model::{record, seal};
use serde::Serialize;

use super::{OUTBOX, message};
use crate::Millis;
use crate::offline::{Write, reading, saved, stamp, version, write};
use crate::outbox::{Message, State};
use crate::search;
use crate::settings::{self, Settings};

/// The longest slug, language or block's name that a record may have, in bytes.
const LONGEST: usize = 512;

/// How many recent searches are taken at most.
const SEARCHES: usize = 50;

/// How many of each kind there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Things saved, or removed.
    pub saved: u32,
    /// Articles' reading states.
    pub reading: u32,
    /// Messages.
    pub messages: u32,
    /// Articles.
    pub articles: u32,
    /// What was left out: of a later version, damaged where it was stored, or more than a file may hold.
    pub skipped: u32,
    /// What was left out because it is from more than a year ahead of this device's clock.
    pub ahead: u32,
}

/// A record of the reader's.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Item {
    Saved(saved::Record),
    Reading(reading::State),
    History(reading::History),
    Message(Message),
    /// A record that has no time of its own: settings, recent searches.
    Register {
        key: &'static str,
        stamp: Millis,
        text: String,
    },
}

/// Why a record is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Not {
    /// This version does not know what to do with it.
    Known,
    /// By this device's clock it cannot be from now.
    Now,
    /// It makes no sense.
    Valid,
}

/// Any JSON.
#[derive(Debug)]
pub(super) struct Any(Json);

impl Default for Any {
    fn default() -> Self {
        Self(Json::Null)
    }
}

impl Fill for Any {
    fn fill(&mut self, json: Json) -> bool {
        self.0 = json;
        true
    }
}

fn filled<T: Fill>(json: Json) -> Result<T, Not> {
    let mut value = T::default();
    if value.fill(json) {
        Ok(value)
    } else {
        Err(Not::Valid)
    }
}

/// The version that a record claims, under either name.
fn claimed(json: &Json) -> i64 {
    let Json::Object(members) = json else {
        return 0;
    };
    let version = members
        .iter()
        .find(|(name, _)| name == "v" || name == "format");
    match version {
        Some((_, Json::Number(number))) => *number,
        _ => 0,
    }
}

/// Whether texts are as short as a name is.
pub(super) fn short<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> bool {
    let mut texts = texts.into_iter();
    texts.all(|text| text.as_ref().len() <= LONGEST)
}

impl Item {
    /// A record from a file. `now` is this device's clock, or its latest stamp where that is later.
    pub(super) fn of(key: &str, stamp: Millis, record: Any, now: Millis) -> Result<Self, Not> {
        let Any(json) = record;
        let times = |times: &[Millis]| times.iter().all(|time| stamp::plausible(*time, now));
        let ensure = |fits, why| if fits { Ok(()) } else { Err(why) };
        if let Some(register) = [settings::KEY, search::RECENT]
            .into_iter()
            .find(|own| *own == key)
        {
            ensure(times(&[stamp]), Not::Now)?;
            let text = if register == settings::KEY {
                ensure(claimed(&json) <= 1, Not::Known)?;
                let settings: Settings = filled(json)?;
                ensure(
                    short([settings.language.as_deref().unwrap_or_default()]),
                    Not::Valid,
                )?;
                write(&settings)
            } else {
                let mut list: Vec<String> = filled(json)?;
                ensure(list.len() <= SEARCHES, Not::Valid)?;
                // One that is longer than any is noted takes no other with it.
                list.retain(|search| search.len() <= search::LONGEST);
                write(&list)
            };
            return Ok(Self::Register {
                key: register,
                stamp,
                text,
            });
        }
        // Records all have version 1.
        ensure(claimed(&json) <= 1, Not::Known)?;
        if key.starts_with(saved::PREFIX) {
            let record: saved::Record = filled(json)?;
            let whole = saved::read(key, &record.text()) == saved::Found::Whole(record.clone());
            ensure(whole && short([&record.name, &record.lang]), Not::Valid)?;
            ensure(times(&[record.stamp, record.since]), Not::Now)?;
            Ok(Self::Saved(record))
        } else if key.starts_with(reading::PREFIX) {
            let state: reading::State = filled(json)?;
            let text = state.write().text;
            let state = reading::State::read(key, &text).ok_or(Not::Valid)?;
            let small = state.part <= 1_000 && state.progress <= 1_000;
            ensure(
                small && short([&state.slug, &state.lang, &state.block]),
                Not::Valid,
            )?;
            ensure(
                times(&[state.seen, state.marked, state.opened, state.forgot]),
                Not::Now,
            )?;
            Ok(Self::Reading(state))
        } else if key == reading::HISTORY {
            let history: reading::History = filled(json)?;
            ensure(times(&[history.stamp, history.cleared]), Not::Now)?;
            Ok(Self::History(history))
        } else if let Some(own) = key.strip_prefix(OUTBOX) {
            let message: Message = filled(json)?;
            // What is still being written may be longer than what can be sent.
            let draft = message.state == State::Draft;
            let named = message.key == own && !own.is_empty() && short([own]);
            ensure(named && (draft || message.fits()), Not::Valid)?;
            let m = &message;
            let all = [m.begun, m.changed, m.sent, m.tried, m.next, m.held, m.ended];
            ensure(times(&all), Not::Now)?;
            Ok(Self::Message(message))
        } else {
            Err(Not::Known)
        }
    }

    /// A record that is stored on this device, and when it was changed if it does not say so itself.
    pub(super) fn stored(key: &str, text: &str, stamp: Millis) -> Result<Self, Not> {
        let json: Any = json::read(text).ok_or(Not::Valid)?;
        Self::of(key, stamp, json, Millis::MAX)
    }

    /// Its key.
    pub(super) fn key(&self) -> String {
        match self {
            Self::Saved(record) => record.key(),
            Self::Reading(state) => reading::key(&state.slug),
            Self::History(_) => reading::HISTORY.to_owned(),
            Self::Message(message) => [OUTBOX, &message.key].concat(),
            Self::Register { key, .. } => (*key).to_owned(),
        }
    }

    /// The record as text.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Saved(record) => record.text(),
            Self::Reading(state) => state.write().text,
            Self::History(history) => history.write().text,
            Self::Message(message) => message.write(),
            Self::Register { text, .. } => text.clone(),
        }
    }

    pub(super) fn count(&self, counts: &mut Counts) {
        match self {
            Self::Saved(_) => counts.saved += 1,
            Self::Reading(_) => counts.reading += 1,
            Self::Message(_) => counts.messages += 1,
            Self::History(_) | Self::Register { .. } => {}
        }
    }

    /// As it comes to this device; see [`message::arrived`].
    pub(super) fn arrived(self, twice: bool, now: Millis) -> Self {
        match self {
            Self::Message(message) => Self::Message(message::arrived(message, twice, now)),
            other => other,
        }
    }

    /// Joins two records of one key. There may be another one that comes of it.
    pub(super) fn join(self, other: Self) -> (Self, Option<Self>) {
        match (self, other) {
            (Self::Saved(a), Self::Saved(b)) => (Self::Saved(saved::join(a, b)), None),
            (Self::Reading(a), Self::Reading(b)) => (Self::Reading(reading::join(a, b)), None),
            (Self::History(a), Self::History(b)) => (Self::History(a.join(&b)), None),
            (Self::Message(a), Self::Message(b)) => {
                let (kept, draft) = message::join(&a, &b);
                (Self::Message(kept), draft.map(Self::Message))
            }
            (a, b) => {
                let order = |item: &Self| match item {
                    Self::Register { stamp, text, .. } => (*stamp, text.clone()),
                    _ => (0, String::new()),
                };
                (if order(&b) > order(&a) { b } else { a }, None)
            }
        }
    }
}

/// What is noted beside a record that has no time of its own, under the key `noted/<key>` (JSON).
#[derive(Debug, Default, Serialize)]
struct Noted {
    /// Version of the record.
    v: u32,
    /// When the record was last changed ([`stamp`]).
    stamp: Millis,
    /// The digest of the record as it was then.
    digest: String,
}

record!(Noted { v, stamp, digest });

/// The key of what is noted beside a record.
pub(super) fn noted_key(key: &str) -> String {
    ["noted/", key].concat()
}

/// What to note of a record that is now `text`, changed at `stamp`.
pub(super) fn note(key: &str, text: &str, stamp: Millis) -> Write {
    let noted = Noted {
        v: 1,
        stamp,
        digest: seal::digest(text.as_bytes()),
    };
    Write {
        key: noted_key(key),
        text: write(&noted),
    }
}

/// What to note beside a record that has no time of its own, when it is looked at: `text` is the record, `noted` what is
/// stored under `noted/<key>`. `None` if that says as much already, or there is no record.
pub fn look(key: &str, text: Option<&str>, noted: Option<&str>, now: Millis) -> Option<Write> {
    let fresh = note(key, text?, stamped(text, noted, now));
    (noted != Some(&*fresh.text)).then_some(fresh)
}

/// When a record that has no time of its own (settings, recent searches) was last changed, by what was noted of it: a
/// record that is another than was noted was changed `now`, one that is not there never. `text` is the record, `noted`
/// what is stored under `noted/<key>`.
pub fn stamped(text: Option<&str>, noted: Option<&str>, now: Millis) -> Millis {
    let Some(text) = text else { return 0 };
    let noted = noted.filter(|noted| version(noted) == 1);
    match noted.and_then(json::read::<Noted>) {
        Some(noted) if noted.digest == seal::digest(text.as_bytes()) => noted.stamp,
        Some(noted) => stamp::next(noted.stamp, now),
        None => now,
    }
}
