//! The reader's settings.

use lamplight_markdown::escape;
use lamplight_model::{Messages, Route, long_date};
use lamplight_pages::{Choice, setting};
use lamplight_reader::keep::SAVE_DATA_LIMIT;
use lamplight_reader::settings::{Settings, TextSize, Theme};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser::worker::{self, Update};
use crate::browser::{dialog, page};
use crate::state::navigate;
use crate::state::session::preferred;
use crate::state::{Session, device, keep};
use crate::widgets::{Install, PLAIN, QUIET, STRONG, button};

/// The page of the settings.
pub(crate) fn settings(session: Session) -> AnyView {
    let m = session.messages.get_untracked();
    Effect::new(move || {
        let settings = session.settings.get();
        spawn_local(async move {
            leptos::task::tick().await;
            for name in ["language", "theme", "text", "keep"] {
                let chosen = chosen(&settings, name);
                let choice = [".settings [name=", name, "][value=\"", &chosen, "\"]"].concat();
                dialog::set(&choice, "checked", true.into());
            }
        });
    });
    let change = move |event| {
        if let Some(name) = dialog::within(&event, "input", "name") {
            choose(session, &name, dialog::value(&event));
        }
    };
    view! {
        <section class="page settings">
            <h1 class="page-title" tabindex="-1">{m.settings.clone()}</h1>
            <div class="controls" inner_html=controls(session, &m) on:change=change></div>
            {clear(session)}
            <Install dismissible=false/>
            {about(session, &m)}
        </section>
    }
    .into_any()
}

/// The questions.
fn controls(session: Session, m: &Messages) -> String {
    let site = session.site();
    let own = |value, text| Choice {
        value,
        text,
        lang: &m.lang,
    };
    let settings = session.settings.get_untracked();
    let ask = |name: &str, legend: &str, choices: &[Choice<'_>], hint: &str| {
        setting(name, legend, choices, &chosen(&settings, name), hint)
    };
    let heading = |text: &str| ["<h2 class=\"page-heading\">", &*escape(text), "</h2>"].concat();
    let mut out = heading(&m.appearance);
    if site.languages.len() > 1 {
        let mut choices = vec![own("", &m.theme_auto)];
        choices.extend(site.languages.iter().map(|language| Choice {
            value: &language.code,
            text: &language.name,
            lang: &language.code,
        }));
        out += &ask("language", &m.filter_language, &choices, "");
    }
    let themes = [
        own("auto", &m.theme_auto),
        own("light", &m.theme_light),
        own("dark", &m.theme_dark),
    ];
    out += &ask("theme", &m.theme, &themes, "");
    let sizes = [
        own("small", &m.size_small),
        own("normal", &m.size_normal),
        own("large", &m.size_large),
        own("huge", &m.size_huge),
    ];
    out += &ask("text", &m.text_size, &sizes, "");
    out += &heading(&m.offline_reading);
    let default = m.number(site.keep_newest);
    let default = Messages::fill(&m.keep_default, "n", &default);
    let [five, ten, twenty] = [5, 10, 20].map(|number| m.number(number));
    let numbers = [
        own("", &default),
        own("0", &m.keep_none),
        own("5", &five),
        own("10", &ten),
        own("20", &twenty),
    ];
    let hint = m.count(&m.keep_hint, SAVE_DATA_LIMIT);
    out += &ask("keep", &m.keep_newest, &numbers, &hint);
    out
}

/// The value of the answer that is chosen.
fn chosen(settings: &Settings, name: &str) -> String {
    match name {
        "language" => settings.language.clone().unwrap_or_default(),
        "theme" => settings.theme.as_str().to_owned(),
        "text" => settings.text.as_str().to_owned(),
        _ => settings
            .keep_newest
            .map(|number| number.to_string())
            .unwrap_or_default(),
    }
}

/// Takes up the answer to a question.
fn choose(session: Session, name: &str, value: String) {
    session.set(|settings| match name {
        "language" => {
            settings.language = Some(value).filter(|code| !code.is_empty());
            // Who takes another language may want to know of it.
            settings.offer_declined = None;
        }
        "theme" => settings.theme = Theme::named(&value),
        "text" => settings.text = TextSize::named(&value),
        _ => settings.keep_newest = value.parse().ok(),
    });
    match name {
        "language" => {
            let site = session.site();
            let lang = preferred(&site);
            navigate::take(session, &Route::Settings { lang }.path(&site), "");
        }
        "keep" => spawn_local(keep::newest(session)),
        _ => {}
    }
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
                <span role="status" translate="no" inner_html=move || escape(&answer.get())></span>
            </div>
        </div>
    }
    .into_any()
}
