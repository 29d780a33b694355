//! The reader's settings.

use lamplight_model::{Messages, long_date};
use lamplight_reader::keep::SAVE_DATA_LIMIT;
use lamplight_reader::settings::{TextSize, Theme};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser::page;
use crate::browser::worker::{self, Update};
use crate::state::{Session, device, keep};
use crate::widgets::Install;

/// The page of the settings.
pub(crate) fn settings(session: Session) -> AnyView {
    let m = session.messages.get_untracked();
    view! {
        <section class="page settings">
            <h1 class="page-title" tabindex="-1">{m.settings.clone()}</h1>
            <h2 class="page-heading">{m.appearance.clone()}</h2>
            {theme(session, &m)}
            {text_size(session, &m)}
            <h2 class="page-heading">{m.offline_reading.clone()}</h2>
            {newest(session, &m)}
            {clear(session)}
            <Install dismissible=false/>
            {about(session, &m)}
        </section>
    }
    .into_any()
}

fn choice(
    group: &'static str,
    text: &str,
    chosen: impl Fn() -> bool + Send + Sync + 'static,
    choose: impl Fn() + 'static,
) -> AnyView {
    view! {
        <label class="choice">
            <input type="radio" name=group prop:checked=chosen on:change=move |_| choose()/>
            <span>{text.to_owned()}</span>
        </label>
    }
    .into_any()
}

fn theme(session: Session, m: &Messages) -> AnyView {
    let choices = [
        (Theme::Auto, &m.theme_auto),
        (Theme::Light, &m.theme_light),
        (Theme::Dark, &m.theme_dark),
    ]
    .map(|(theme, text)| {
        choice(
            "theme",
            text,
            move || session.settings.with(|s| s.theme == theme),
            move || session.set(|s| s.theme = theme),
        )
    });
    view! {
        <fieldset class="setting">
            <legend>{m.theme.clone()}</legend>
            <div class="choices">{choices.into_iter().collect_view()}</div>
        </fieldset>
    }
    .into_any()
}

fn text_size(session: Session, m: &Messages) -> AnyView {
    let choices = [
        (TextSize::Small, &m.size_small),
        (TextSize::Normal, &m.size_normal),
        (TextSize::Large, &m.size_large),
        (TextSize::Huge, &m.size_huge),
    ]
    .map(|(size, text)| {
        choice(
            "text",
            text,
            move || session.settings.with(|s| s.text == size),
            move || session.set(|s| s.text = size),
        )
    });
    view! {
        <fieldset class="setting">
            <legend>{m.text_size.clone()}</legend>
            <div class="choices">{choices.into_iter().collect_view()}</div>
        </fieldset>
    }
    .into_any()
}

fn newest(session: Session, m: &Messages) -> AnyView {
    let default = Messages::fill(
        &m.keep_default,
        "n",
        &session.site().keep_newest.to_string(),
    );
    let options = [
        (None, default),
        (Some(0), m.keep_none.clone()),
        (Some(5), "5".to_owned()),
        (Some(10), "10".to_owned()),
        (Some(20), "20".to_owned()),
    ]
    .map(|(number, text)| {
        choice(
            "keep",
            &text,
            move || session.settings.with(|s| s.keep_newest == number),
            move || {
                session.set(|s| s.keep_newest = number);
                spawn_local(keep::newest(session));
            },
        )
    });
    let hint = Messages::fill(&m.keep_hint, "n", &SAVE_DATA_LIMIT.to_string());
    view! {
        <fieldset class="setting">
            <legend>{m.keep_newest.clone()}</legend>
            <div class="choices">{options.into_iter().collect_view()}</div>
            <p class="hint">{hint}</p>
        </fieldset>
    }
    .into_any()
}

fn clear(session: Session) -> AnyView {
    let asking = RwSignal::new(false);
    let row = move || {
        let m = session.messages.get();
        if !asking.get() {
            return view! {
                <div class="setting-actions">
                    <button type="button" class="button" on:click=move |_| {
                        asking.set(true);
                        spawn_local(async {
                            leptos::task::tick().await;
                            page::focus(".confirm button");
                        });
                    }>{m.clear.clone()}</button>
                </div>
            }
            .into_any();
        }
        let done = m.cleared.clone();
        view! {
            <div class="confirm">
                <p>{m.clear_sure.clone()}</p>
                <button type="button" class="button button-strong" on:click=move |_| {
                    let done = done.clone();
                    spawn_local(async move {
                        // Or they would all be back in a moment.
                        session.set(|settings| settings.keep_newest = Some(0));
                        device::clear(session).await;
                        session.announcement.set(done);
                        asking.set(false);
                    });
                }>{m.yes_remove.clone()}</button>
                <button type="button" class="button button-quiet" on:click=move |_| asking.set(false)>{m.cancel.clone()}</button>
            </div>
        }
        .into_any()
    };
    row.into_any()
}

fn about(session: Session, m: &Messages) -> AnyView {
    let answer = RwSignal::new(String::new());
    let build = session.build.get_value();
    let build = Messages::fill(&m.build, "build", build.get(..8).unwrap_or(&build));
    let edition = move || {
        let lang = session.screen.get_untracked().lang.clone();
        let m = session.messages.get();
        session.feeds.with(|feeds| {
            let newest = feeds.get(&lang)?.items.first()?;
            let date = long_date(&newest.date_published, &m);
            Some(view! { <p>{Messages::fill(&m.edition_line, "date", &date)}</p> })
        })
    };
    let look = move |_| {
        spawn_local(async move {
            let found = worker::look_for_update().await;
            let m = session.messages.get_untracked();
            answer.set(match found {
                Update::None => m.up_to_date.clone(),
                Update::Failed => m.update_check_failed.clone(),
                Update::Found => m.update_ready.clone(),
            });
        });
    };
    view! {
        <h2 class="page-heading">{m.about_app.clone()}</h2>
        <div class="about">
            <p>{build}</p>
            {edition}
            <p>{m.privacy.clone()}</p>
            <div class="setting-actions">
                <button type="button" class="button" on:click=look>{m.check_update.clone()}</button>
                <span role="status">{answer}</span>
            </div>
        </div>
    }
    .into_any()
}
