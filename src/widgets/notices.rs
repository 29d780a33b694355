//! What the app has to say by itself: an update that waits, storage that is blocked or full, and the
//! announcements for screen readers.

use lamplight_markdown::escape;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{QUIET, STRONG, button};
use crate::browser::{dialog, page, worker};
use crate::state::Session;
use crate::state::session::wishes;

/// The corner for notices.
#[component]
pub(crate) fn Notices() -> impl IntoView {
    let session = Session::here();
    let later = RwSignal::new(false);
    let storage_seen = RwSignal::new(false);
    let update = move || {
        (session.update_ready.get() && !later.get()).then(|| {
            let messages = session.messages.get();
            view! {
                <div class="notice" data-update="ready">
                    <p class="notice-text">{messages.update_ready.clone()}</p>
                    <div class="notice-actions">
                        {button(STRONG, &messages.update_now, worker::accept_update)}
                        {button(QUIET, &messages.update_later, move || later.set(true))}
                    </div>
                </div>
            }
            .into_any()
        })
    };
    let storage = move || {
        let messages = session.messages.get();
        let (state, text) = if !session.lasts {
            ("blocked", messages.storage_note.clone())
        } else if session.full.get() {
            ("full", messages.storage_full.clone())
        } else {
            return None;
        };
        (!storage_seen.get()).then(|| {
            view! {
                <div class="notice" data-storage=state>
                    <p class="notice-text">{text}</p>
                    <div class="notice-actions">
                        {button(QUIET, &messages.dismiss, move || storage_seen.set(true))}
                    </div>
                </div>
            }
            .into_any()
        })
    };
    let offer = RwSignal::new(String::new());
    Effect::new(move || {
        let _ = (session.screen.get(), session.settings.get());
        spawn_local(async move {
            leptos::task::tick().await;
            offer.set(offered(session).unwrap_or_default());
        });
    });
    view! {
        <div class="notices" translate="no">
            <p class="announcer visually-hidden" aria-live="polite">{move || session.announcement.get()}</p>
            <div role="status">
                {move || update()}{move || storage()}
                <div inner_html=move || offer.get() on:click=move |event| {
                    if dialog::within(&event, "button", "class").is_some() {
                        session.set(|settings| settings.offers_dismissed = true);
                    }
                }></div>
            </div>
        </div>
    }
}

/// The notice that the open article is also in a language that the reader prefers.
fn offered(session: Session) -> Option<String> {
    let (site, here) = (session.site(), session.screen.get_untracked().lang.clone());
    if session.settings.get_untracked().offers_dismissed {
        return None;
    }
    let (lang, path) = lamplight_reader::place::offer(&wishes(), &here, page::variant)?;
    let language = site.language(&lang)?;
    let text = [&language.offered, &language.name]
        .into_iter()
        .find(|text| !text.is_empty())?;
    let notice = [
        "<div class=\"notice\" data-offer><p class=\"notice-text\"><a href=\"",
        &escape(&path),
        "\" dir=\"auto\" lang=\"",
        &escape(&lang),
        "\">",
        &escape(text),
        "</a></p><div class=\"notice-actions\"><button type=\"button\" class=\"button button-quiet\">",
        &escape(&session.messages.get_untracked().dismiss),
        "</button></div></div>",
    ];
    Some(notice.concat())
}
