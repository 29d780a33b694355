//! What the app has to say by itself: an update that waits, storage that is blocked or full, and the
//! announcements for screen readers.

use lamplight_markdown::escape;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{QUIET, STRONG};
use crate::browser::{device, dialog, page, worker};
use crate::state::session::wishes;
use crate::state::{Session, reading};

/// For so many days nothing more is said to who did not want to know of translations.
const NOT_NOW: u32 = 30;

/// The corner for notices.
#[component]
pub(crate) fn Notices() -> impl IntoView {
    let session = Session::here();
    let later = RwSignal::new(false);
    let storage_seen = RwSignal::new(false);
    let update = move || {
        let messages = session.messages.get();
        if !session.update_ready.get() || later.get() {
            return String::new();
        }
        notice(
            "data-update=\"ready\"",
            &escape(&messages.update_ready),
            &[
                (STRONG, "update", &messages.update_now),
                (QUIET, "later", &messages.update_later),
            ],
        )
    };
    let storage = move || {
        let messages = session.messages.get();
        let (state, text) = if !session.lasts {
            ("data-storage=\"blocked\"", &messages.storage_note)
        } else {
            ("data-storage=\"full\"", &messages.storage_full)
        };
        if storage_seen.get() || (session.lasts && !session.full.get()) {
            return String::new();
        }
        notice(state, &escape(text), &[(QUIET, "seen", &messages.dismiss)])
    };
    let resume = move || {
        let messages = session.messages.get();
        if !session.resume.get() {
            return String::new();
        }
        notice(
            "data-resume",
            &escape(&messages.resume_note),
            &[
                (STRONG, "resume", &messages.resume),
                (QUIET, "stay", &messages.dismiss),
            ],
        )
    };
    let offer = RwSignal::new(String::new());
    Effect::new(move || {
        let _ = (session.screen.get(), session.settings.get());
        spawn_local(async move {
            leptos::task::tick().await;
            offer.set(offered(session).unwrap_or_default());
        });
    });
    let press =
        move |event: leptos::ev::MouseEvent| match dialog::within(&event, "[data-do]", "data-do")
            .as_deref()
        {
            Some("update") => worker::accept_update(),
            Some("later") => later.set(true),
            Some("seen") => storage_seen.set(true),
            Some("resume") => reading::resume(session),
            Some("stay") => {
                session.resume.set(false);
                page::focus_heading();
            }
            Some("decline") => {
                session.set(|settings| settings.offer_declined = Some(today()));
                page::focus_heading();
            }
            _ => {}
        };
    view! {
        <div class="notices" translate="no" on:click=press>
            <p class="announcer visually-hidden" aria-live="polite">{move || session.announcement.get()}</p>
            <div role="status">
                <div inner_html=update></div>
                <div inner_html=storage></div>
                <div inner_html=resume></div>
                <div inner_html=move || offer.get()></div>
            </div>
        </div>
    }
}

/// A notice with an attribute of its own, what it says (HTML), and its buttons: kind, what they do, text.
fn notice(attribute: &str, html: &str, buttons: &[(&str, &str, &String)]) -> String {
    let mut out = [
        "<div class=\"notice\" ",
        attribute,
        "><p class=\"notice-text\">",
        html,
        "</p><div class=\"notice-actions\">",
    ]
    .concat();
    for (kind, does, text) in buttons {
        out += &[
            "<button type=\"button\" class=\"",
            kind,
            "\" data-do=\"",
            does,
            "\">",
            &*escape(text),
            "</button>",
        ]
        .concat();
    }
    out + "</div></div>"
}

/// The day, since 1970.
fn today() -> u32 {
    (device::now() / 86_400_000) as u32
}

/// The notice that the open article is also in a language that the reader prefers.
fn offered(session: Session) -> Option<String> {
    let (site, here) = (session.site(), session.screen.get_untracked().lang.clone());
    let declined = session.settings.get_untracked().offer_declined;
    if declined.is_some_and(|day| today() < day + NOT_NOW) {
        return None;
    }
    let (lang, path) = lamplight_reader::place::offer(&wishes(), &here, page::variant)?;
    let language = site.language(&lang)?;
    let text = [&language.offered, &language.name]
        .into_iter()
        .find(|text| !text.is_empty())?;
    let link = [
        "<a href=\"",
        &escape(&path),
        "\" dir=\"auto\" lang=\"",
        &escape(&lang),
        "\">",
        &escape(text),
        "</a>",
    ];
    let dismiss = &session.messages.get_untracked().dismiss;
    Some(notice(
        "data-offer",
        &link.concat(),
        &[(QUIET, "decline", dismiss)],
    ))
}
