//! What the app has to say by itself: an update that waits, storage that is blocked or full, and the
//! announcements for screen readers.

use leptos::prelude::*;

use super::{QUIET, STRONG, button};
use crate::browser::worker;
use crate::state::Session;

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
    view! {
        <div class="notices" translate="no">
            <p class="announcer visually-hidden" aria-live="polite">{move || session.announcement.get()}</p>
            <div role="status">{move || update()}{move || storage()}</div>
        </div>
    }
}
