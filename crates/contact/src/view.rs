//! What is shown: the panel, the sentence on who is around, the list of messages; HTML out of records.
//!
//! Entry points: [`panel`], [`below`], [`around`], [`list`], [`mistakes`], [`say`]. Everything that was written by
//! somebody is escaped, and isolated from the direction of the page.

use lamplight_markdown::escape;
use lamplight_model::contact::{Contact, Service, Texts};
use lamplight_model::record;
use lamplight_pages::contact::{Filled, form};
use lamplight_reader::Millis;
use lamplight_reader::hours::Around;
use lamplight_reader::outbox::{Field, Message, Mistake, State};

use crate::delivery::Stored;

/// What the program is told before anything is shown.
#[derive(Clone, Debug, Default)]
pub(crate) struct Told {
    /// Language of the page (BCP 47).
    pub(crate) lang: String,
    /// Language of the words: English where the page's has none.
    pub(crate) words: String,
    /// Who gets the messages: a host, or an email address.
    pub(crate) place: String,
    /// What is asked for.
    pub(crate) contact: Contact,
    /// The words.
    pub(crate) texts: Texts,
}

record!(Told {
    lang,
    words,
    place,
    contact,
    texts
});

/// How a time is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// `9:00`.
    Clock,
    /// `Monday at 9:00`; further away with its date.
    Moment,
    /// `26 November 2026`.
    Date,
}

impl Form {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Clock => "clock",
            Self::Moment => "moment",
            Self::Date => "date",
        }
    }
}

/// Times and numbers in the words of a language, by the reader's clock.
pub(crate) trait Speech {
    fn time(&self, time: Millis, form: Form, lang: &str) -> String;
    fn number(&self, number: Millis, lang: &str) -> String;
}

fn fill(text: &str, name: &str, value: &str) -> String {
    text.replace(&["{", name, "}"].concat(), value)
}

/// What the list has to know besides the records.
pub(crate) struct Surroundings<'a> {
    /// The key of what is in the form.
    pub(crate) open: &'a str,
    /// Keys of what is in the form of other tabs, each followed by a space.
    pub(crate) elsewhere: &'a str,
    /// Keys of what could not be stored, each followed by a space.
    pub(crate) unsaved: &'a str,
    /// Whether the browser believes that there is a connection.
    pub(crate) online: bool,
    pub(crate) now: Millis,
}

fn names(keys: &str, key: &str) -> bool {
    keys.split(' ').any(|own| own == key)
}

/// Whether somebody is around, in a sentence or two (text, not HTML).
pub(crate) fn around(told: &Told, around: Around, now: Millis, speech: &impl Speech) -> String {
    /// A time of the clock alone means today.
    const TODAY: Millis = 12 * 3_600_000;
    let texts = &told.texts;
    let time = |text: &str, time, form| fill(text, "time", &speech.time(time, form, &told.words));
    let first = match around {
        Around::Unsaid => return texts.write_us.clone(),
        Around::Until(end) if end - now < TODAY => {
            return time(&texts.around_until, end, Form::Clock);
        }
        Around::Until(end) => return time(&texts.around_until, end, Form::Moment),
        Around::Always => return texts.around.clone(),
        Around::Back(start) => time(&texts.back, start, Form::Moment),
        Around::Away => texts.away.clone(),
    };
    [&*first, " ", &texts.write_us].concat()
}

/// The inside of the panel's `<dialog>`.
pub(crate) fn panel(told: &Told, speech: &impl Speech) -> String {
    let Told { texts, contact, .. } = told;
    let privacy = if contact.service == Service::None {
        texts.privacy_email.clone()
    } else {
        fill(
            &fill(&texts.privacy, "place", &told.place),
            "n",
            &speech.number(contact.keep_days.into(), &told.words),
        )
    };
    let at = Filled {
        id_prefix: "contact",
        lang: &told.lang,
        ..Filled::default()
    };
    [
        "<header class=\"contact-head\"><h2 id=\"contact-title\">",
        &escape(&texts.title),
        "</h2><button type=\"button\" class=\"contact-close\" data-do=\"close\">",
        &escape(&texts.close),
        "</button></header><p class=\"contact-around\" translate=\"no\"></p>",
        &form(&told.contact, texts, &at),
        "<p class=\"hint contact-privacy\">",
        &escape(&privacy),
        "</p>",
    ]
    .concat()
}

/// What stands below the form: what becomes of the draft, what was done, and the list.
pub(crate) fn below(told: &Told) -> String {
    let texts = &told.texts;
    let mut out =
        String::from("<div class=\"contact-draft\" hidden><span class=\"contact-kept\"></span> ");
    let mut offer = |action, text: &str| out += &button(action, "", text, false, "");
    offer("copy", &texts.copy);
    if !told.contact.email.is_empty() && told.contact.service != Service::None {
        offer("mail", &texts.as_email);
    }
    offer("file", &texts.save_file);
    offer("remove", &texts.throw_away);
    out += "</div><p class=\"contact-said\" role=\"status\" tabindex=\"-1\"></p><section class=\"outbox\" tabindex=\"-1\" aria-label=\"";
    out += &escape(&texts.messages);
    out + "\" translate=\"no\"></section>"
}

/// A button; `about` is the id of what it is for.
fn button(action: &str, key: &str, text: &str, strong: bool, about: &str) -> String {
    let class = if strong {
        "button button-strong"
    } else {
        "button"
    };
    let mut out = [
        "<button type=\"button\" class=\"",
        class,
        "\" data-do=\"",
        action,
        "\" data-key=\"",
        &escape(key),
    ]
    .concat();
    if !about.is_empty() {
        out += "\" aria-describedby=\"";
        out += about;
    }
    out + "\">" + &escape(text) + "</button>"
}

/// The list of the reader's messages but the open one, those that were changed last first; empty where there is none.
pub(crate) fn list(
    told: &Told,
    records: &[Stored],
    around: &Surroundings<'_>,
    speech: &impl Speech,
) -> String {
    let mut shown: Vec<&Stored> = records
        .iter()
        .filter(|stored| stored.key != around.open)
        .collect();
    shown.sort_by_key(|stored| {
        let time = stored
            .message
            .as_ref()
            .map_or(0, |message| message.changed.max(message.sent));
        (std::cmp::Reverse(time), stored.key.clone())
    });
    if shown.is_empty() {
        return String::new();
    }
    let mut out = ["<h3>", &escape(&told.texts.messages), "</h3><ul>"].concat();
    for (at, stored) in shown.into_iter().enumerate() {
        out += &item(told, stored, at, around, speech);
    }
    out + "</ul>"
}

fn item(
    told: &Told,
    stored: &Stored,
    at: usize,
    around: &Surroundings<'_>,
    speech: &impl Speech,
) -> String {
    let texts = &told.texts;
    let key = &*stored.key;
    let id = ["outbox-", &at.to_string()].concat();
    let Some(message) = &stored.message else {
        return [
            "<li data-outbox-state=\"damaged\"><p class=\"outbox-state\" id=\"",
            &id,
            "\">",
            &escape(&texts.damaged),
            "</p><p class=\"outbox-actions\">",
            &button("file", key, &texts.save_file, false, &id),
            &button("remove", key, &texts.throw_away, false, &id),
            "</p></li>",
        ]
        .concat();
    };
    let held = names(around.elsewhere, key);
    let mut buttons = String::new();
    let mut offer = |action: &str, text: &str, strong: bool| {
        buttons += &button(action, key, text, strong, &id);
    };
    if !held {
        match message.state {
            State::Draft => offer("edit", &texts.edit, true),
            State::Waiting => {
                // Before the time that the endpoint has given there is nothing to try.
                if message.held <= around.now {
                    offer("try", &texts.send_now, true);
                }
                offer("edit", &texts.edit, false);
            }
            State::Refused => {
                offer("edit", &texts.edit, true);
                offer("try", &texts.again, false);
            }
            State::Abandoned => {
                offer("try", &texts.again, true);
                offer("edit", &texts.edit, false);
            }
            State::Sending => offer("edit", &texts.edit, false),
            State::Delivered => {}
        }
        offer("copy", &texts.copy, false);
        if message.state != State::Delivered {
            if !told.contact.email.is_empty() {
                offer("mail", &texts.as_email, false);
            }
            offer("file", &texts.save_file, false);
        }
        offer("remove", &texts.throw_away, false);
    }
    let leaves = message.leaves(told.contact.keep_days);
    let date = |time| speech.time(time, Form::Date, &told.words);
    let mut notes: Vec<String> = Vec::new();
    notes.extend(leaves.map(|time| fill(&texts.leaves, "date", &date(time))));
    if message.may_have_arrived() && message.state != State::Sending {
        notes.push(texts.may_have_arrived.clone());
    }
    if names(around.unsaved, key) && message.state != State::Delivered {
        notes.push(texts.not_saved.clone());
    }
    let notes: String = notes
        .iter()
        .map(|note| [" <span class=\"outbox-note\">", &*escape(note), "</span>"].concat())
        .collect();
    [
        "<li data-outbox-state=\"",
        message.state.as_str(),
        "\"><p class=\"outbox-state\"><strong>",
        &escape(&state(told, message, held, around, speech)),
        "</strong>",
        &notes,
        "</p><p class=\"outbox-text\" id=\"",
        &id,
        "\" dir=\"auto\">",
        &escape(&excerpt(message)),
        "</p><p class=\"outbox-actions\">",
        &buttons,
        "</p></li>",
    ]
    .concat()
}

/// Where a message stands, in words.
fn state(
    told: &Told,
    message: &Message,
    held: bool,
    around: &Surroundings<'_>,
    speech: &impl Speech,
) -> String {
    let texts = &told.texts;
    let time = |text: &str, time, form| fill(text, "time", &speech.time(time, form, &told.words));
    match message.state {
        State::Draft if held => texts.elsewhere.clone(),
        State::Draft => texts.draft.clone(),
        State::Waiting if message.tried == 0 && message.held > around.now => {
            texts.waits_moment.clone()
        }
        // Silence is no connection only where the browser has none.
        State::Waiting if message.later > 0 || (message.silent > 0 && around.online) => time(
            &texts.waiting_until,
            message.next.max(message.held),
            Form::Moment,
        ),
        State::Waiting => texts.waiting.clone(),
        State::Sending => texts.sending.clone(),
        State::Delivered => time(&texts.delivered, message.ended, Form::Moment),
        State::Refused => {
            let reason = match (&*message.reason, message.status) {
                ("", 413) => texts.reason_size.clone(),
                ("", status) => fill(&texts.reason_other, "n", &status.to_string()),
                (said, _) => said.to_owned(),
            };
            fill(&texts.refused, "reason", &reason)
        }
        // It came from another device, and this one is not to send it by itself.
        State::Abandoned if message.later == 0 => texts.draft.clone(),
        State::Abandoned => {
            let tries = speech.number(message.later.into(), &told.words);
            fill(&texts.gave_up, "n", &tries)
        }
    }
}

/// What a message begins with, so that the reader knows which it is.
fn excerpt(message: &Message) -> String {
    const LENGTH: usize = 160;
    let text = if message.subject.trim().is_empty() {
        message.message.trim()
    } else {
        message.subject.trim()
    };
    let mut out: String = text.chars().take(LENGTH).collect();
    if out.len() < text.len() {
        out.push('…');
    }
    out
}

/// What is to be mended, as JSON: pairs of a field and a sentence.
pub(crate) fn mistakes(told: &Told, message: &Message, speech: &impl Speech) -> String {
    let texts = &told.texts;
    let said = message
        .mistakes(&told.contact)
        .into_iter()
        .map(|(field, mistake)| {
            let words = match (field, mistake) {
                (_, Mistake::TooLong(by)) => fill(
                    &texts.too_long,
                    "n",
                    &speech.number(by as Millis, &told.words),
                ),
                (_, Mistake::NoAddress) => texts.email_wrong.clone(),
                (Field::Name, _) => texts.name_needed.clone(),
                (Field::Email, _) => texts.email_needed.clone(),
                (Field::Consent, _) => texts.consent_needed.clone(),
                (Field::Message | Field::Subject, _) => texts.message_needed.clone(),
            };
            (field.as_str(), words)
        });
    serde_json::to_string(&said.collect::<Vec<_>>()).unwrap_or_default()
}

/// A text by its name.
pub(crate) fn say(told: &Told, name: &str) -> String {
    let texts = &told.texts;
    let text = match name {
        "saved" => &texts.saved_here,
        "unsaved" => &texts.not_saved,
        "thrown" => &texts.thrown_away,
        "undo" => &texts.undo,
        "copied" => &texts.copied,
        "fix" => &texts.fix,
        _ => "",
    };
    text.to_owned()
}

#[cfg(test)]
mod tests;
