//! The evidence stamp: what the reader is looking at, how old it is and why, and a way to check.

use lamplight_reader::evidence::Evidence;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{STRONG, button};
use crate::browser::{device, intl};
use crate::state::{Session, check, navigate};

/// How long something is just now, in milliseconds.
const JUST_NOW: u32 = 60_000;

/// The stamp of the open page.
#[component]
pub(crate) fn Stamp() -> impl IntoView {
    let session = Session::here();
    // As HTML, so that each sentence is a new text node: changing the old one's text counts as moving
    // it where a script's letters reach beyond their line (Arabic), and translators of browsers may
    // have replaced it.
    let sentence = move || {
        let messages = session.messages.get();
        lamplight_markdown::escape(&session.evidence.get().sentence(
            &messages,
            // The browser's first `Intl` costs a slow phone a tenth of a second: not on the way in.
            |at| session.aged.get().then(|| intl::time(&messages, at)),
            |then| intl::ago(&messages, then),
        ))
    };

    Effect::new(move || {
        if matches!(session.evidence.get(), Evidence::Live { .. }) {
            spawn_local(async move {
                device::sleep(JUST_NOW).await;
                session.aged.set(true);
            });
        }
    });

    let newer = move || {
        session.newer.get().map(|_| {
            let messages = session.messages.get();
            let show = button(STRONG, &messages.show_newer, move || {
                navigate::show_newer(session);
            });
            // The library's part compares (docs/pages.md).
            let compare = [
                "<button type=\"button\" class=\"button button-quiet\" data-part=\"library\" data-versions=\"newer\" data-lacking=\"",
                &lamplight_markdown::escape(&messages.part_absent),
                "\">",
                &lamplight_markdown::escape(&messages.what_changed),
                "</button>",
            ];
            view! { {show}<span class="stamp-compare" translate="no" inner_html=compare.concat()></span> }
        })
    };
    view! {
        <div class="stamp-slot">
            <div
                class="stamp"
                data-evidence=move || session.evidence.get().name().to_owned()
                data-busy=move || session.busy.get().to_string()
            >
                <span class="stamp-mark" aria-hidden="true"></span>
                <p class="stamp-text" role="status" aria-live=move || if session.aged.get() { "off" } else { "polite" } translate="no" inner_html=sentence></p>
                <div class="stamp-actions">
                    <button
                        type="button"
                        class="button stamp-check"
                        aria-label=move || session.messages.read().check.clone()
                        aria-disabled=move || session.busy.get().to_string()
                        translate="no"
                        on:click=move |_| check::start(session)
                    >
                        {move || session.messages.read().check_short.clone()}
                    </button>
                    {move || newer()}
                </div>
            </div>
        </div>
    }
}
