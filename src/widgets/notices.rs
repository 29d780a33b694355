//! What the app has to say by itself: an update that waits, storage that is blocked or full, and the
//! announcements for screen readers.

use leptos::prelude::*;

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
                        <button type="button" class="button button-strong" on:click=move |_| worker::accept_update()>
                            {messages.update_now.clone()}
                        </button>
                        <button type="button" class="button button-quiet" on:click=move |_| later.set(true)>
                            {messages.update_later.clone()}
                        </button>
                    </div>
                </div>
            }
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
                        <button type="button" class="button button-quiet" on:click=move |_| storage_seen.set(true)>
                            {messages.dismiss.clone()}
                        </button>
                    </div>
                </div>
            }
        })
    };
    view! {
        <div class="notices" translate="no">
            <p class="announcer visually-hidden" aria-live="polite">{session.announcement}</p>
            <div role="status">{update}{storage}</div>
        </div>
    }
}
