//! Messages to the publication that are on two devices.
//!
//! Entry points: [`join`], [`repeated`], [`arrived`]. A message is known by its key, under which its endpoint takes it once. Of two
//! records of one key the one stands that was delivered, or else was last touched. Where the other says something else,
//! its words are kept in a draft of their own: nothing that a reader wrote is lost.

use std::collections::BTreeMap;

use lamplight_model::seal;

use crate::Millis;
use crate::outbox::{Message, State};

/// What waits for longer is not sent by a device that has just heard of it: who carries an old file would not expect
/// that. The reader is asked instead.
const FRESH: Millis = 7 * 24 * 60 * 60_000;

fn rank(message: &Message) -> impl Ord + '_ {
    let state = match message.state {
        State::Draft => 0,
        State::Waiting => 1,
        State::Sending => 2,
        State::Abandoned => 3,
        State::Refused => 4,
        State::Delivered => 5,
    };
    let touched = message.changed.max(message.sent);
    let touched = touched.max(message.tried).max(message.ended);
    let delivered = message.state == State::Delivered;
    // The text decides between what is otherwise the same: any order does, if it is the same everywhere.
    (delivered, touched, state, message.write())
}

fn words(message: &Message) -> [&str; 4] {
    [
        &message.subject,
        &message.message,
        &message.name,
        &message.email,
    ]
}

/// Whether there is anything in it that is worth keeping: name and address come with every new message.
fn says_something(message: &Message) -> bool {
    [&message.subject, &message.message]
        .iter()
        .any(|text| !text.trim().is_empty())
}

/// A message as it comes to this device. `twice`: who takes it would take it from either device, not knowing that it is the
/// same; then nothing is sent that the reader did not ask this device for.
pub(super) fn arrived(mut message: Message, twice: bool, now: Millis) -> Message {
    let waits = matches!(message.state, State::Waiting | State::Sending);
    if waits && (twice || now.saturating_sub(message.sent) > FRESH) {
        message.state = State::Abandoned;
    }
    message
}

/// The message that stands, and a draft with the words of the other one where those are not in it.
pub(super) fn join(a: &Message, b: &Message) -> (Message, Option<Message>) {
    let (lost, kept) = if rank(a) < rank(b) { (a, b) } else { (b, a) };
    let differs = words(lost) != words(kept) && says_something(lost);
    let draft = differs.then(|| draft(lost));
    // A draft that came of this before, and was written on since, is where its words went.
    (kept.clone(), draft.filter(|draft| draft.key != kept.key))
}

/// Of messages by key those that are drafts which came of [`join`], are as they came, and say what another one says, too:
/// that one was written again since, or had been.
pub(super) fn repeated(messages: &BTreeMap<String, Message>) -> Vec<String> {
    let mut count: BTreeMap<[&str; 4], u32> = BTreeMap::new();
    for message in messages.values() {
        *count.entry(words(message)).or_default() += 1;
    }
    let came =
        |message: &Message| message.state == State::Draft && draft(message).key == message.key;
    let twice = |message: &Message| count.get(&words(message)).is_some_and(|count| *count > 1);
    let repeated = messages.iter().filter(|(_, own)| twice(own) && came(own));
    repeated.map(|(key, _)| key.clone()).collect()
}

/// A draft with the words of a message, under a key that follows from them: the same words are the same draft.
fn draft(message: &Message) -> Message {
    let mut key = seal::digest(words(message).join("\0").as_bytes());
    // A UUID (RFC 9562, version 8: made of what it names).
    key.replace_range(12..13, "8");
    key.replace_range(16..17, "8");
    for at in [20, 16, 12, 8] {
        key.insert(at, '-');
    }
    let mut draft = Message::begin(&key, &message.lang, &message.page, message.begun);
    draft.changed = message.changed;
    draft.name.clone_from(&message.name);
    draft.email.clone_from(&message.email);
    draft.subject.clone_from(&message.subject);
    draft.message.clone_from(&message.message);
    draft
}
