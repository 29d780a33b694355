//! The reader's settings.

use lamplight_markdown::escape;
use lamplight_model::{Messages, Route, long_date};
use lamplight_reader::keep::SAVE_DATA_LIMIT;
use lamplight_reader::settings::{Settings, TextSize, Theme};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser::page;
use crate::browser::worker::{self, Update};
use crate::state::navigate;
use crate::state::session::preferred;
use crate::state::{Session, device, keep};
use crate::widgets::{Install, PLAIN, QUIET, STRONG, button};

/// The page of the settings.
pub(crate) fn settings(session: Session) -> AnyView {
    let m = session.messages.get_untracked();
    view! {
        <section class="page settings">
            <h1 class="page-title" tabindex="-1">{m.settings.clone()}</h1>
            <h2 class="page-heading">{m.appearance.clone()}</h2>
            {language(session, &m)}
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
    session: Session,
    group: &'static str,
    text: &str,
    chosen: impl Fn(&Settings) -> bool + Send + 'static,
    choose: impl Fn() + 'static,
) -> AnyView {
    boxed_choice(
        session,
        group,
        text.to_owned(),
        session.messages.read_untracked().lang.clone(),
        Box::new(chosen),
        Box::new(choose),
    )
}

/// One type for all: what is attached to an element is code for every type of its own.
fn boxed_choice(
    session: Session,
    group: &'static str,
    text: String,
    lang: String,
    chosen: Box<dyn Fn(&Settings) -> bool + Send>,
    choose: Box<dyn Fn()>,
) -> AnyView {
    let chosen = move || session.settings.with(|settings| chosen(settings));
    view! {
        <label class="choice">
            <input type="radio" name=group prop:checked=chosen on:change=move |_| choose()/>
            <span dir="auto" lang=lang>{text}</span>
        </label>
    }
    .into_any()
}

/// A question and its choices.
fn setting(legend: &str, choices: Vec<AnyView>, hint: Option<String>) -> AnyView {
    let hint = hint.map(|hint| view! { <p class="hint">{hint}</p> }.into_any());
    view! {
        <fieldset class="setting">
            <legend>{legend.to_owned()}</legend>
            <div class="choices">{choices}</div>
            {hint}
        </fieldset>
    }
    .into_any()
}

fn language(session: Session, m: &Messages) -> AnyView {
    let site = session.site();
    if site.languages.len() < 2 {
        return ().into_any();
    }
    let choice = |code: Option<String>, lang: &str, name: &str| {
        let own = code.clone();
        boxed_choice(
            session,
            "language",
            name.to_owned(),
            lang.to_owned(),
            Box::new(move |s| s.language == own),
            Box::new(move || {
                session.set(|s| s.language.clone_from(&code));
                let site = session.site();
                let lang = preferred(&site);
                navigate::take(session, &Route::Settings { lang }.path(&site), "");
            }),
        )
    };
    let mut choices = vec![choice(None, &m.lang, &m.theme_auto)];
    for own in &site.languages {
        choices.push(choice(Some(own.code.clone()), &own.code, &own.name));
    }
    setting(&m.filter_language, choices, None)
}

fn theme(session: Session, m: &Messages) -> AnyView {
    let choices = [
        (Theme::Auto, &m.theme_auto),
        (Theme::Light, &m.theme_light),
        (Theme::Dark, &m.theme_dark),
    ]
    .map(|(theme, text)| {
        choice(
            session,
            "theme",
            text,
            move |s| s.theme == theme,
            move || session.set(|s| s.theme = theme),
        )
    });
    setting(&m.theme, choices.into(), None)
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
            session,
            "text",
            text,
            move |s| s.text == size,
            move || session.set(|s| s.text = size),
        )
    });
    setting(&m.text_size, choices.into(), None)
}

fn newest(session: Session, m: &Messages) -> AnyView {
    let default = m.number(session.site().keep_newest);
    let default = Messages::fill(&m.keep_default, "n", &default);
    let options = [
        (None, default),
        (Some(0), m.keep_none.clone()),
        (Some(5), m.number(5)),
        (Some(10), m.number(10)),
        (Some(20), m.number(20)),
    ]
    .map(|(number, text)| {
        choice(
            session,
            "keep",
            &text,
            move |s| s.keep_newest == number,
            move || {
                session.set(|s| s.keep_newest = number);
                spawn_local(keep::newest(session));
            },
        )
    });
    let hint = m.count(&m.keep_hint, SAVE_DATA_LIMIT);
    setting(&m.keep_newest, options.into(), Some(hint))
}

fn clear(session: Session) -> AnyView {
    let asking = RwSignal::new(false);
    let row = move || {
        let m = session.messages.get();
        if !asking.get() {
            return view! {
                <div class="setting-actions">
                    {button(PLAIN, &m.clear, move || {
                        asking.set(true);
                        spawn_local(async {
                            leptos::task::tick().await;
                            page::focus(".confirm button");
                        });
                    })}
                </div>
            }
            .into_any();
        }
        let done = m.cleared.clone();
        view! {
            <div class="confirm">
                <p>{m.clear_sure.clone()}</p>
                {button(STRONG, &m.yes_remove, move || {
                    let done = done.clone();
                    spawn_local(async move {
                        // Or they would all be back in a moment.
                        session.set(|settings| settings.keep_newest = Some(0));
                        device::clear(session).await;
                        session.announcement.set(done);
                        asking.set(false);
                    });
                })}
                {button(QUIET, &m.cancel, move || asking.set(false))}
            </div>
        }
        .into_any()
    };
    view! { {move || Some(row())} }.into_any()
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
            let line = Messages::fill(&m.edition_line, "date", &date);
            Some(view! { <p inner_html=escape(&line)></p> }.into_any())
        })
    };
    let look = move || {
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
            {move || edition()}
            <p>{m.privacy.clone()}</p>
            <div class="setting-actions">
                {button(PLAIN, &m.check_update, look)}
                <span role="status" inner_html=move || escape(&answer.get())></span>
            </div>
        </div>
    }
    .into_any()
}
