//! The contact program: what a reader writes to the publication, kept on the device and delivered once.
//!
//! Entry points: [`next`] and [`answered`] for whoever delivers (a page, or the service worker), [`panel`], [`list`],
//! [`around`] for what is shown, [`begin`], [`set`], [`send`], [`edit`] for what the reader does. It waits for nothing
//! and stores nothing: records (`lamplight_reader::outbox`, JSON) come in and go out as text, and the scripts beside it
//! (`crates/press/src/emit/post.js`, `contact.js`) store, fetch and show. It must never touch a page by itself.
//!
//! Times are milliseconds since 1970.

#![cfg_attr(target_arch = "wasm32", no_main)]

mod delivery;
mod view;

use std::sync::{Mutex, PoisonError};

use lamplight_model::contact::Contact;
use lamplight_model::json;
use lamplight_reader::Millis;
use lamplight_reader::hours::{self, Around};
use lamplight_reader::outbox::{Field, Message, email};
use wasm_bindgen::prelude::*;

use view::{Speech, Told};

/// There is one thread; a variable of that thread's would have to be dropped with it.
static CONTACT: Mutex<Option<Contact>> = Mutex::new(None);
static TOLD: Mutex<Option<Told>> = Mutex::new(None);

fn contact<T>(work: impl FnOnce(&Contact) -> T) -> T {
    let mut contact = CONTACT.lock().unwrap_or_else(PoisonError::into_inner);
    work(contact.get_or_insert_default())
}

fn told<T>(work: impl FnOnce(&Told) -> T) -> T {
    let mut told = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
    work(told.get_or_insert_default())
}

/// What the script knows better: the browser's own time zones and languages.
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = browser, js_name = offset)]
    fn offset_in(zone: &str, time: f64) -> i32;
    #[wasm_bindgen(js_namespace = browser, js_name = time)]
    fn time_as(time: f64, form: &str, lang: &str) -> String;
    #[wasm_bindgen(js_namespace = browser, js_name = number)]
    fn number_in(number: f64, lang: &str) -> String;
}

/// The offset of a zone that the browser does not know.
const UNKNOWN: i32 = i32::MIN;

struct Browser;

impl Speech for Browser {
    fn time(&self, time: Millis, form: view::Form, lang: &str) -> String {
        time_as(time as f64, form.as_str(), lang)
    }

    fn number(&self, number: Millis, lang: &str) -> String {
        number_in(number as f64, lang)
    }
}

fn message(record: &str) -> Message {
    Message::read(record).unwrap_or_default()
}

/// A record after something was done to it; as it was where it cannot be read.
fn done(record: &str, work: impl FnOnce(&mut Message)) -> String {
    match Message::read(record) {
        Some(mut message) => {
            work(&mut message);
            message.write()
        }
        None => record.to_owned(),
    }
}

/// Says where messages go (JSON, [`Contact`]); whether that could be read.
#[wasm_bindgen]
#[must_use]
pub fn configure(json: &str) -> bool {
    let read = json::read(json);
    let fits = read.is_some();
    *CONTACT.lock().unwrap_or_else(PoisonError::into_inner) = read;
    fits
}

/// Says what is asked for and in which words (JSON, [`Told`]); whether that could be read.
#[wasm_bindgen]
#[must_use]
pub fn speak(json: &str) -> bool {
    let read = json::read(json);
    let fits = read.is_some();
    *TOLD.lock().unwrap_or_else(PoisonError::into_inner) = read;
    fits
}

/// An empty draft with a `key`, begun on a page.
#[wasm_bindgen]
#[must_use]
pub fn begin(key: &str, lang: &str, page: &str, now: f64) -> String {
    Message::begin(key, lang, page, now as Millis).write()
}

/// A draft after one of its fields was written.
#[wasm_bindgen]
#[must_use]
pub fn set(record: &str, field: &str, value: &str, now: f64) -> String {
    done(record, |message| {
        if let Some(field) = Field::named(field) {
            message.set(field, value, now as Millis);
        }
    })
}

/// A field of a record; empty of one that cannot be read.
#[wasm_bindgen]
#[must_use]
pub fn get(record: &str, field: &str) -> String {
    let Some(message) = Message::read(record) else {
        return String::new();
    };
    match field {
        "state" => message.state.as_str().to_owned(),
        "key" => message.key,
        "changed" => message.changed.to_string(),
        _ => Field::named(field).map_or_else(String::new, |field| message.get(field).to_owned()),
    }
}

/// Whether nothing is written in a record.
#[wasm_bindgen]
#[must_use]
pub fn empty(record: &str) -> bool {
    Message::read(record).is_some_and(|message| message.is_empty())
}

/// What is to be mended before a draft can be sent, as JSON: pairs of a field and a sentence, in the order of the form.
#[wasm_bindgen]
#[must_use]
pub fn mistakes(record: &str) -> String {
    told(|told| view::mistakes(told, &message(record), &Browser))
}

/// A record after the reader sent it, or wanted it tried again.
#[wasm_bindgen]
#[must_use]
pub fn send(record: &str, now: f64) -> String {
    done(record, |message| message.send(now as Millis))
}

/// A record after the reader wanted to write it again; `fresh` is the key it gets if it may have arrived.
#[wasm_bindgen]
#[must_use]
pub fn edit(record: &str, fresh: &str, now: f64) -> String {
    done(record, |message| message.edit(fresh, now as Millis))
}

/// What is to be done with the stored records (JSON: pairs of a key and a text), as JSON: `{write: [[key, text]], drop:
/// [key], post?: {key, url, headers, body, follow}, at?}`: first write and drop, then post and tell [`answered`], or
/// come again at a time. `hope`: since when there is (`lamplight_reader::outbox::next`), not a number where there is
/// none.
#[wasm_bindgen]
#[must_use]
pub fn next(records: &str, hope: f64, now: f64) -> String {
    let hope = hope.is_finite().then_some(hope as Millis);
    contact(|contact| delivery::next(contact, records, hope, now as Millis))
}

/// A record after its post was answered: `{status, retry, body, elsewhere}`, or `{}` where there was no answer.
#[wasm_bindgen]
#[must_use]
pub fn answered(record: &str, answer: &str, now: f64) -> String {
    let now = now as Millis;
    done(record, |message| {
        let answer = contact(|contact| delivery::answer(contact, answer, now));
        message.answered(&answer, now);
    })
}

/// What the panel holds.
#[wasm_bindgen]
#[must_use]
pub fn panel() -> String {
    told(|told| view::panel(told, &Browser))
}

/// What stands below the form: what is said of it, and the list.
#[wasm_bindgen]
#[must_use]
pub fn below() -> String {
    told(view::below)
}

/// Whether somebody is around, in a sentence.
#[wasm_bindgen]
#[must_use]
pub fn around(now: f64) -> String {
    told(|told| {
        let zone = &told.contact.zone;
        // A zone that this browser does not know: then nothing is said of hours.
        let around = if !zone.is_empty() && offset_in(zone, now) == UNKNOWN {
            Around::Unsaid
        } else {
            let offset = |time: Millis| offset_in(zone, time as f64);
            hours::around(&told.contact, now as Millis, offset)
        };
        view::around(told, around, now as Millis, &Browser)
    })
}

/// The reader's messages but the `open` one, as HTML. `elsewhere`: the keys of those that are open in other tabs, each
/// followed by a space; `unsaved`: of those that could not be stored; `online`: whether the browser believes that there
/// is a connection.
#[wasm_bindgen]
#[must_use]
pub fn list(
    records: &str,
    open: &str,
    elsewhere: &str,
    unsaved: &str,
    online: bool,
    now: f64,
) -> String {
    told(|told| {
        let now = now as Millis;
        let around = view::Surroundings {
            open,
            elsewhere,
            unsaved,
            online,
            now,
        };
        view::list(told, &delivery::records(records), &around, &Browser)
    })
}

/// A text of the panel by its name; empty if there is none.
#[wasm_bindgen]
#[must_use]
pub fn say(name: &str) -> String {
    told(|told| view::say(told, name))
}

/// The address that opens an email program with a message.
#[wasm_bindgen]
#[must_use]
pub fn mailto(record: &str) -> String {
    told(|told| email::mailto(&message(record), &told.contact.email))
}

/// A message as a file that email programs open; of one that cannot be read, what is left of it.
#[wasm_bindgen]
#[must_use]
pub fn eml(record: &str, now: f64) -> String {
    match Message::read(record) {
        Some(message) => told(|told| email::eml(&message, &told.contact.email, now as Millis)),
        None => record.to_owned(),
    }
}

/// A message as plain text.
#[wasm_bindgen]
#[must_use]
pub fn plain(record: &str) -> String {
    email::plain(&message(record))
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {}
