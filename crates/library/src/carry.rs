//! The carry file: everything that is the reader's in one file, made here or taken in here.
//!
//! Entry points: [`carry_begin`], then a part for each record and article, [`carry_finish`]; and [`carry_read`],
//! [`carry_feed`] for each chunk, [`carry_end`], then [`carry_local`] for what is here, [`carry_plan`], and
//! [`carry_article`] for each article that comes. The script beside it (`keep-carry.js`) cuts and stores; nothing may be
//! stored before [`carry_plan`] said what, and that says nothing of a file that is not whole.
//!
//! Times are milliseconds since 1970.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use lamplight_model::paths;
use lamplight_reader::Millis;
use lamplight_reader::offline::carry::{
    Contents, Incoming, Local, OUTBOX, Reader, Refused, Writer, document, look, stamped,
};
use lamplight_reader::offline::saved::{self, List};
use lamplight_reader::offline::{Write, reading, stamp, versions};
use lamplight_reader::{search, settings};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::state::State;
use crate::view::carry::{self as view, Left, Preview};
use crate::{Browser, with, write, write_some};

/// There is one thread; a variable of that thread's would have to be dropped with it.
static CARRY: Mutex<Option<Carry>> = Mutex::new(None);

fn carried<T>(work: impl FnOnce(&mut Carry) -> T) -> T {
    let mut carry = CARRY.lock().unwrap_or_else(PoisonError::into_inner);
    work(carry.get_or_insert_default())
}

/// A file in the making, and one that is taken in.
#[derive(Debug, Default)]
pub(crate) struct Carry {
    writer: Option<Writer>,
    reader: Option<Reader>,
    contents: Contents,
    local: BTreeMap<String, String>,
    coming: Vec<Incoming>,
    /// Whether the publication's endpoint knows no messages by their keys.
    twice: bool,
}

/// An article that comes: where it is in the file, and where it is to be stored.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Coming {
    slug: String,
    lang: String,
    url: String,
    digest: String,
    stored: Millis,
    offset: u64,
    bytes: u64,
}

/// What is to be stored, by where that is.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Planned {
    /// What would come, in words.
    html: String,
    /// Whether nothing would change.
    pub(crate) empty: bool,
    /// Local storage: records, and keys of what goes.
    pub(crate) local: Vec<Write>,
    pub(crate) gone: Vec<String>,
    /// The library's records.
    pub(crate) own: Vec<Write>,
    /// The outbox, without what the keys begin with in a file.
    pub(crate) letters: Vec<Write>,
    dropped: Vec<String>,
    pub(crate) articles: Vec<Coming>,
}

/// Whether a record is one of those that the reader may leave where they are.
fn is_choice(key: &str) -> bool {
    let key = key.strip_prefix("noted/").unwrap_or(key);
    key == settings::KEY || key == search::RECENT
}

impl Carry {
    /// Begins to take a file in, and forgets the one before.
    fn read(&mut self, state: &State, origin: &str, twice: bool, now: Millis) {
        let site = site(state, origin);
        *self = Self {
            writer: self.writer.take(),
            reader: Some(Reader::begin(&site, state.list.latest(), now)),
            twice,
            ..Self::default()
        };
    }

    /// Ends the reading; the file is forgotten where it is not to be taken.
    fn end(&mut self) -> Result<(), Refused> {
        let reader = self.reader.take().ok_or(Refused::NotCarry)?;
        self.contents = reader.finish()?;
        Ok(())
    }

    /// What is to be stored. `present` are the paths (JSON) in the cache of what is saved; without `choices`, settings and
    /// recent searches stay as they are; with `back`, what was removed here since is saved again.
    fn plan(
        &mut self,
        state: &State,
        present: &str,
        choices: bool,
        back: bool,
        now: Millis,
    ) -> (Planned, Preview) {
        let local = Local {
            records: std::mem::take(&mut self.local),
            documents: state.documents(present),
            twice: self.twice,
            back,
        };
        let plan = self.contents.plan(&state.told.site, &local, now);
        let mut planned = Planned::default();
        let (head, counts) = (&self.contents.head, self.contents.counts);
        let left = Left {
            unknown: counts.skipped.into(),
            ahead: counts.ahead.into(),
            foreign: plan.foreign.into(),
            unreadable: plan.unreadable.into(),
            clock: counts.ahead > 0 && !stamp::plausible(head.made, now),
        };
        let mut shown = Preview {
            made: head.made,
            left: left.clone(),
            ..Preview::default()
        };
        let mut saved_by = state.list.clone();
        for write in plan.writes {
            if is_choice(&write.key) && !choices {
                continue;
            }
            if let Some(key) = write.key.strip_prefix(OUTBOX) {
                shown.messages += 1;
                planned.letters.push(Write {
                    key: key.to_owned(),
                    text: write.text,
                });
            } else if write.key.starts_with(saved::PREFIX) {
                let (list, _) = List::read([(write.key.clone(), write.text.clone())]);
                let removed = list.records().any(|record| record.removed);
                *if removed {
                    &mut shown.removed
                } else {
                    &mut shown.saved
                } += 1;
                saved_by.merge(&list);
                planned.own.push(write);
            } else if write.key.starts_with("noted/") {
                planned.own.push(write);
            } else {
                shown.settings |= is_choice(&write.key);
                shown.history |= write.key == reading::HISTORY;
                shown.places += u64::from(write.key.starts_with(reading::PREFIX));
                planned.local.push(write);
            }
        }
        for key in plan.deletes {
            if let Some(key) = key.strip_prefix(OUTBOX) {
                planned.dropped.push(key.to_owned());
            } else {
                shown.history = true;
                planned.gone.push(key);
            }
        }
        let variants = self.contents.variants();
        let comes = |coming: &Incoming| {
            let article = &coming.document;
            let own = local.documents.get(&coming.path);
            let kept = versions::key(&article.slug, &article.lang, &article.digest);
            let first = variants.partition_point(|other| *other.slug < *article.slug);
            let of = variants[first..].iter();
            let of = of.take_while(|other| *other.slug == *article.slug);
            let item = saved::Item {
                slug: &article.slug,
                lang: &article.lang,
                categories: &article.categories,
            };
            // The same, or one that stands beside the reader's own, is here.
            own.is_none_or(|own| own.1 != article.digest)
                && !local.records.contains_key(&kept)
                && state.wants(&saved_by, item, of.copied())
        };
        self.coming = plan.documents.into_iter().filter(comes).collect();
        shown.articles = self.coming.len() as u64;
        shown.bytes = self.coming.iter().map(|coming| coming.document.bytes).sum();
        let coming = self.coming.iter().map(|coming| Coming {
            slug: coming.document.slug.clone(),
            lang: coming.document.lang.clone(),
            url: paths::document(
                &state.told.site,
                &coming.document.lang,
                &coming.document.slug,
            ),
            digest: coming.document.digest.clone(),
            stored: coming.document.stored,
            offset: coming.document.offset,
            bytes: coming.document.bytes,
        });
        planned.articles = coming.collect();
        // When something was noted is nothing by itself.
        planned.empty = shown
            == (Preview {
                made: shown.made,
                left,
                ..Preview::default()
            })
            && planned.dropped.is_empty();
        shown.back = plan.removed;
        (planned, shown)
    }
}

fn site(state: &State, origin: &str) -> String {
    [origin, &state.told.site.base].concat()
}

fn refused(why: &Result<(), Refused>) -> Option<String> {
    let why = why.as_ref().err()?;
    Some(with(|state| view::refused(&state.told, why, &Browser)))
}

// --- Making one ---

/// How much would be in a file, in words: articles and their size.
#[wasm_bindgen]
#[must_use]
pub fn carry_amount() -> String {
    with(|state| {
        let (articles, bytes) = state.to_carry();
        view::amount(&state.told, articles, bytes, &Browser)
    })
}

/// Begins a file of the site at `origin`; its first part but one.
#[wasm_bindgen]
#[must_use]
pub fn carry_begin(origin: &str, now: f64) -> String {
    let begun =
        with(|state| Writer::begin(&site(state, origin), &state.told.site.title, now as Millis));
    let (writer, part) = begun;
    carried(|carry| carry.writer = Some(writer));
    part
}

/// A record as a part of the file, with what is noted beside it; nothing if it stays behind.
#[wasm_bindgen]
#[must_use]
pub fn carry_record(key: &str, text: &str, noted: Option<String>, now: f64) -> Option<String> {
    let stamp = if is_choice(key) {
        stamped(Some(text), noted.as_deref(), now as Millis)
    } else {
        0
    };
    carried(|carry| carry.writer.as_mut()?.record(key, text, stamp))
}

/// An article (its sealed text) as a part of the file; nothing if it is damaged.
#[wasm_bindgen]
#[must_use]
pub fn carry_document(text: &str, stored: f64) -> Option<String> {
    carried(|carry| carry.writer.as_mut()?.document(text, stored as Millis))
}

/// Ends the file: what it begins with, what it ends with, and how much stayed behind (JSON); nothing if none was begun.
#[wasm_bindgen]
#[must_use]
pub fn carry_finish() -> Option<String> {
    let writer = carried(|carry| carry.writer.take())?;
    let (first, last, counts) = writer.finish();
    Some(write(&(first, last, counts.skipped)))
}

/// What is said of a file that is ready at an address, of how much stayed `behind`, and what can be done with it; HTML.
#[wasm_bindgen]
#[must_use]
pub fn carry_made(name: &str, url: &str, bytes: f64, shares: bool, behind: f64) -> String {
    let (bytes, behind) = (bytes as u64, behind as u64);
    with(|state| view::made(&state.told, name, url, bytes, shares, behind, &Browser))
}

/// What is to be noted (`{key, text}`) beside a record without a time of its own, with what is noted so far; nothing
/// where that says as much.
#[wasm_bindgen]
#[must_use]
pub fn carry_look(key: &str, text: &str, noted: Option<String>, now: f64) -> Option<String> {
    let fresh = is_choice(key).then(|| look(key, Some(text), noted.as_deref(), now as Millis));
    write_some(fresh.flatten())
}

// --- Taking one in ---

/// Begins to read a file that should be of the site at `origin`, and forgets the one before. `twice`: the publication's
/// endpoint knows no messages by their keys.
#[wasm_bindgen]
pub fn carry_read(origin: &str, twice: bool, now: f64) {
    with(|state| carried(|carry| carry.read(state, origin, twice, now as Millis)));
}

/// Takes the next part; `whole` is whether all of it was text. What to say (HTML) where the file is refused: nothing of it
/// is to be fed any more.
#[wasm_bindgen]
#[must_use]
pub fn carry_feed(text: &str, whole: bool) -> Option<String> {
    let end = carried(|carry| {
        let reader = carry.reader.as_mut().ok_or(Refused::NotCarry)?;
        reader.feed(text)?;
        if whole { Ok(()) } else { Err(reader.no_text()) }
    });
    refused(&end)
}

/// The file has ended. What to say (HTML) where it is refused.
#[wasm_bindgen]
#[must_use]
pub fn carry_end() -> Option<String> {
    let end = carried(Carry::end);
    refused(&end)
}

/// Takes a record of this device, as [`carry_record`] does, before [`carry_plan`].
#[wasm_bindgen]
pub fn carry_local(key: &str, text: &str) {
    carried(|carry| _ = carry.local.insert(key.to_owned(), text.to_owned()));
}

/// What is to be stored, as JSON (`Planned`), and what that is in words. `present`: the paths, as JSON, in the cache of
/// what is saved; `choices`: whether settings and searches come, too; `back`: whether what was removed here since is saved
/// again.
#[wasm_bindgen]
#[must_use]
pub fn carry_plan(present: &str, choices: bool, back: bool, now: f64) -> String {
    let now = now as Millis;
    with(|state| {
        let (mut planned, shown) = carried(|carry| carry.plan(state, present, choices, back, now));
        planned.html = view::plan(&state.told, &shown, planned.empty, now, &Browser);
        write(&planned)
    })
}

/// The sealed text of the article at a place in the plan, from its line of the file; nothing if it is not the one that
/// was read.
#[wasm_bindgen]
#[must_use]
pub fn carry_article(at: usize, line: &str) -> Option<String> {
    carried(|carry| document(line, &carry.coming.get(at)?.document))
}

/// What came of it, as HTML: how many saved things, places, messages, articles could not be stored.
#[wasm_bindgen]
#[must_use]
pub fn carry_taken(saved: f64, local: f64, messages: f64, articles: f64) -> String {
    let lacking = [saved, local, messages, articles].map(|number| number as u64);
    with(|state| view::taken(&state.told, lacking, &Browser))
}

#[cfg(test)]
mod tests;
