//! Messages to the publication: what each is, where it stands, and what comes next.
//!
//! Entry points: [`Message`], [`next`] (which one to send), [`Message::answered`] (what came of it), [`post`] (the
//! request), [`email`] (the same as an email). A message is in a store until it is delivered and its time is over, or
//! the reader throws it away. This module must never lose one: whatever it does not understand is left as it is, and
//! what may have arrived is never sent under another key.

pub mod email;
pub mod post;

use lamplight_model::contact::{Contact, limits};
use lamplight_model::json::{Fill, Json, read};
use lamplight_model::record;
use serde::Serialize;

use crate::Millis;

/// The version of the record.
const FORMAT: u32 = 1;

/// Nobody writes a message faster than that: a machine does. Nothing is sent before.
const FASTEST: Millis = 3_000;

const MINUTE: Millis = 60_000;
const DAY: Millis = 24 * 60 * MINUTE;

/// The longest that a message waits for its next try, whatever was answered. A clock that was set back makes a try
/// that lies further ahead than this, which then is due.
const LONGEST: Millis = DAY;

/// Answers that said "later" after which a message is given up, if that took as long as [`PATIENCE`].
const TRIES: u32 = 12;
const PATIENCE: Millis = 3 * DAY;

/// Where a message stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Being written.
    #[default]
    Draft,
    /// To be delivered as soon as that can be.
    Waiting,
    /// On its way. Where nobody holds the lock of deliveries, somebody was interrupted: it may have arrived or not.
    Sending,
    /// It arrived.
    Delivered,
    /// The endpoint will not have it as it is.
    Refused,
    /// The endpoint did not take it for days.
    Abandoned,
}

impl State {
    /// Its name, in records and in the page.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Waiting => "waiting",
            Self::Sending => "sending",
            Self::Delivered => "delivered",
            Self::Refused => "refused",
            Self::Abandoned => "abandoned",
        }
    }
}

impl Fill for State {
    fn fill(&mut self, json: Json) -> bool {
        let all = [
            Self::Draft,
            Self::Waiting,
            Self::Sending,
            Self::Delivered,
            Self::Refused,
            Self::Abandoned,
        ];
        let found = all
            .into_iter()
            .find(|state| json == Json::Text(state.as_str().into()));
        found.is_some_and(|state| {
            *self = state;
            true
        })
    }
}

/// A message, as it is stored (JSON). Times are milliseconds since 1970, 0 for never.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Message {
    /// Version of the record.
    pub format: u32,
    /// UUID (RFC 9562, version 4), by which the endpoint knows a message that it has already.
    pub key: String,
    /// Where it stands.
    pub state: State,
    /// The reader's name.
    pub name: String,
    /// The reader's email address.
    pub email: String,
    /// Subject; may be empty.
    pub subject: String,
    /// The message.
    pub message: String,
    /// `yes` where the reader agreed to what the publication asks for.
    pub consent: String,
    /// Language of the page it was written on (BCP 47).
    pub lang: String,
    /// Address of that page.
    pub page: String,
    /// First key stroke.
    pub begun: Millis,
    /// Last change by the reader.
    pub changed: Millis,
    /// When the reader sent it.
    pub sent: Millis,
    /// When it was last tried.
    pub tried: Millis,
    /// How often the endpoint said "later".
    pub later: u32,
    /// How often there was no answer since the last one.
    pub silent: u32,
    /// Not before, unless something gives hope: a connection, a reader who comes back.
    pub next: Millis,
    /// Not before, as the endpoint said (Retry-After, RFC 9110, 10.2.3).
    pub held: Millis,
    /// When it was delivered, refused or given up.
    pub ended: Millis,
    /// The status of the last answer; 0 where there was none.
    pub status: u32,
    /// Why it was refused, in the endpoint's words; may be empty.
    pub reason: String,
    /// The field that was refused; may be empty.
    pub field: String,
}

record!(Message {
    format, key, state, name, email, subject, message, lang, page, begun, changed;
    consent, sent, tried, later, silent, next, held, ended, status, reason, field
});

/// What a reader writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// The name.
    Name,
    /// The email address.
    Email,
    /// The subject.
    Subject,
    /// The message.
    Message,
    /// What is agreed to.
    Consent,
}

impl Field {
    /// All, in the order of the form.
    pub const ALL: [Self; 5] = [
        Self::Name,
        Self::Email,
        Self::Subject,
        Self::Message,
        Self::Consent,
    ];

    /// Its name, in the form and in the request.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "email",
            Self::Subject => "subject",
            Self::Message => "message",
            Self::Consent => "consent",
        }
    }

    /// The one of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str() == name)
    }
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistake {
    /// It is empty.
    Missing,
    /// It is no email address.
    NoAddress,
    /// It has so many characters too many.
    TooLong(usize),
}

/// What an endpoint answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status; 0 if there was no answer, or one that led elsewhere.
    pub status: u32,
    /// The header Retry-After in milliseconds from now, if it was there.
    pub retry_after: Option<Millis>,
    /// What the answer says was wrong; may be empty.
    pub reason: String,
    /// The field that it names; may be empty.
    pub field: String,
    /// Whether the answer led elsewhere (3xx): there is somebody, who does not take messages.
    pub elsewhere: bool,
}

/// Which of the messages is next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// The one at this place of the list is to be sent now.
    Send(usize),
    /// None before this time.
    At(Millis),
    /// None.
    Nothing,
}

impl Message {
    /// An empty draft.
    pub fn begin(key: &str, lang: &str, page: &str, now: Millis) -> Self {
        Self {
            format: FORMAT,
            key: key.into(),
            lang: lang.into(),
            page: page.into(),
            begun: now,
            changed: now,
            ..Self::default()
        }
    }

    /// Reads a record. `None` if it is damaged, or of a later version: then it must be left as it is.
    pub fn read(text: &str) -> Option<Self> {
        read::<Self>(text).filter(|message| message.format <= FORMAT && !message.key.is_empty())
    }

    /// The record as text.
    pub fn write(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// A field's value.
    pub fn get(&self, field: Field) -> &str {
        match field {
            Field::Name => &self.name,
            Field::Email => &self.email,
            Field::Subject => &self.subject,
            Field::Message => &self.message,
            Field::Consent => &self.consent,
        }
    }

    /// Writes a field of a draft; of anything else, nothing is changed any more.
    pub fn set(&mut self, field: Field, value: &str, now: Millis) {
        if self.state != State::Draft {
            return;
        }
        let slot = match field {
            Field::Name => &mut self.name,
            Field::Email => &mut self.email,
            Field::Subject => &mut self.subject,
            Field::Message => &mut self.message,
            Field::Consent => &mut self.consent,
        };
        value.clone_into(slot);
        self.changed = now;
    }

    /// Whether nothing is written in it.
    pub fn is_empty(&self) -> bool {
        let mut fields = Field::ALL.into_iter();
        fields.all(|field| self.get(field).trim().is_empty())
    }

    /// What has to be mended before it can be sent, in the order of the form.
    pub fn mistakes(&self, contact: &Contact) -> Vec<(Field, Mistake)> {
        let mut out = Vec::new();
        for field in Field::ALL {
            let value = self.get(field);
            let (needed, longest) = match field {
                Field::Name => (true, limits::NAME),
                Field::Email => (true, limits::EMAIL),
                Field::Subject => (false, limits::SUBJECT),
                Field::Message => (true, limits::MESSAGE),
                Field::Consent => (!contact.consent.is_empty(), 3),
            };
            let length = value.chars().count();
            if needed && value.trim().is_empty() {
                out.push((field, Mistake::Missing));
            } else if length > longest {
                out.push((field, Mistake::TooLong(length - longest)));
            } else if field == Field::Email && !is_address(value.trim()) {
                out.push((field, Mistake::NoAddress));
            }
        }
        out
    }

    /// Whether no field is longer than what can be sent.
    pub fn fits(&self) -> bool {
        let fields = [
            (&self.name, limits::NAME),
            (&self.email, limits::EMAIL),
            (&self.subject, limits::SUBJECT),
            (&self.message, limits::MESSAGE),
        ];
        let fits = |(text, longest): (&String, usize)| text.chars().count() <= longest;
        fields.into_iter().all(fits)
    }

    /// The reader sends it, or wants it tried again.
    pub fn send(&mut self, now: Millis) {
        if matches!(self.state, State::Sending | State::Delivered) {
            return;
        }
        self.next = now;
        if self.state == State::Waiting {
            // What the endpoint said stands, and is not counted anew.
            return;
        }
        self.state = State::Waiting;
        if self.sent == 0 {
            self.sent = now;
        }
        (self.later, self.silent, self.ended) = (0, 0, 0);
        // A clock set back since the first key stroke makes nobody wait.
        let ready = self.begun.saturating_add(FASTEST);
        self.held = if ready - now <= FASTEST { ready } else { now };
    }

    /// The reader wants to write it again: a draft. What may have arrived under its key stays what it was there, so
    /// the draft gets the `fresh` key then, and is another message.
    pub fn edit(&mut self, fresh: &str, now: Millis) {
        if self.state == State::Delivered {
            return;
        }
        if self.tried != 0 {
            fresh.clone_into(&mut self.key);
        }
        self.state = State::Draft;
        self.changed = now;
        (self.sent, self.tried, self.ended) = (0, 0, 0);
    }

    /// Whether it was sent, and nobody said that it did not arrive.
    pub fn may_have_arrived(&self) -> bool {
        self.tried != 0 && !matches!(self.state, State::Delivered | State::Refused)
    }

    /// It is being sent: to be stored before anything goes out.
    pub fn depart(&mut self, now: Millis) {
        self.state = State::Sending;
        self.tried = now;
    }

    /// Whoever sent it was interrupted, and cannot tell what came of it: it is tried again at once.
    pub fn interrupted(&mut self, now: Millis) {
        if self.state == State::Sending {
            self.state = State::Waiting;
            self.next = now;
        }
    }

    /// What was answered.
    pub fn answered(&mut self, answer: &Answer, now: Millis) {
        self.state = State::Waiting;
        self.status = answer.status;
        self.reason.clear();
        self.field.clear();
        let later = matches!(answer.status, 408 | 425 | 429 | 500..=599) || answer.elsewhere;
        match answer.status {
            200..=299 => {
                self.state = State::Delivered;
                self.ended = now;
            }
            400..=499 if !later => {
                self.state = State::Refused;
                self.ended = now;
                self.reason.clone_from(&answer.reason);
                self.field.clone_from(&answer.field);
            }
            _ if later => {
                self.later += 1;
                self.silent = 0;
                self.next = now + pause(self.later);
                self.held = now + answer.retry_after.unwrap_or(0).clamp(0, LONGEST);
                let spent = now.saturating_sub(self.sent);
                if self.later >= TRIES && spent >= PATIENCE {
                    self.state = State::Abandoned;
                    self.ended = now;
                }
            }
            _ => {
                self.silent += 1;
                self.next = now + pause(self.silent);
            }
        }
    }

    /// When it may be tried: if something gives `hope`, unless it was tried since that began.
    fn due(&self, hope: Option<Millis>, now: Millis) -> Option<Millis> {
        if self.state != State::Waiting {
            return None;
        }
        // Hope is of a connection: an endpoint that said "later" is not asked sooner for that.
        let silent = self.later == 0 || self.silent > 0;
        let hoped = silent && hope.is_some_and(|since| self.tried < since || self.tried > now);
        let at = if hoped {
            self.held
        } else {
            self.next.max(self.held)
        };
        Some(if at - now > LONGEST { now } else { at })
    }

    /// When it leaves the device, of one that was delivered.
    pub fn leaves(&self, keep_days: u32) -> Option<Millis> {
        (self.state == State::Delivered).then(|| self.ended + Millis::from(keep_days) * DAY)
    }
}

/// Which message is next: of those that may be tried, the one sent first. `hope` is when something began to give hope
/// (a connection, a page that is shown): then nothing waits that only waited for an answer.
pub fn next(messages: &[Option<Message>], hope: Option<Millis>, now: Millis) -> Next {
    let waiting = messages.iter().enumerate().filter_map(|(at, message)| {
        let message = message.as_ref()?;
        Some((message.due(hope, now)?, message.sent, at))
    });
    let (ready, later): (Vec<_>, Vec<_>) = waiting.partition(|(due, ..)| *due <= now);
    if let Some((.., at)) = ready.into_iter().min_by_key(|(_, sent, at)| (*sent, *at)) {
        return Next::Send(at);
    }
    let soonest = later.into_iter().map(|(due, ..)| due).min();
    soonest.map_or(Next::Nothing, Next::At)
}

/// Milliseconds until the next try after so many failed: 15 seconds, doubled each time, up to an hour.
fn pause(failed: u32) -> Millis {
    let seconds = 15_i64 << failed.saturating_sub(1).min(8);
    (seconds * 1_000).min(60 * MINUTE)
}

/// Whether a text can be an email address: what HTML's `input type=email` takes, with a dot in its domain.
pub fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(c);
    let label = |label: &str| {
        let edge = |c: char| c.is_alphanumeric();
        label.starts_with(edge)
            && label.ends_with(edge)
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    // Addresses beyond ASCII are some people's own (RFC 6531).
    let local_fits = local
        .chars()
        .all(|c| plain(c) || (!c.is_ascii() && c.is_alphanumeric()));
    !local.is_empty() && local_fits && domain.contains('.') && domain.split('.').all(label)
}

#[cfg(test)]
mod tests;
