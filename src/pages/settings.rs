//! The reader's settings.

use lamplight_markdown::escape;
use lamplight_model::{Messages, Route, long_date};
use lamplight_pages::{Choice, setting};
use lamplight_reader::keep::SAVE_DATA_LIMIT;
use lamplight_reader::offline::updates::Occasion;
use lamplight_reader::settings::{Settings, TextSize, Theme};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser::worker::Update;
use crate::browser::{dialog, page};
use crate::state::navigate;
use crate::state::session::preferred;
use crate::state::{Session, device, keep, updates};
use crate::widgets::Install;

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
    let answer = RwSignal::new(String::new());
    let press =
        move |event: leptos::ev::MouseEvent| match dialog::within(&event, "[data-do]", "data-do")
            .as_deref()
        {
            Some("clear") => spawn_local(clear(session)),
            Some("look") => spawn_local(look(session, answer)),
            _ => {}
        };
    view! {
        <section class="page settings" on:click=press>
            <h1 class="page-title" tabindex="-1">{m.settings.clone()}</h1>
            <div class="controls" inner_html=controls(session, &m) on:change=change></div>
            <Install dismissible=false/>
            <div class="controls about" inner_html=move || about(session)></div>
            <p role="status" translate="no" inner_html=move || escape(&answer.get())></p>
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
    let clear = [
        "<details class=\"clear\"><summary class=\"button\">",
        &escape(&m.clear),
        "</summary><div class=\"confirm\"><p>",
        &escape(&m.clear_sure),
        "</p><button type=\"button\" class=\"button button-strong\" data-do=\"clear\">",
        &escape(&m.yes_remove),
        "</button></div></details>",
    ];
    out + &clear.concat()
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

/// What the app is, and whether there is a newer one.
fn about(session: Session) -> String {
    let m = session.messages.get();
    let build = session.build.get_value();
    let build = Messages::fill(&m.build, "build", build.get(..8).unwrap_or(&build));
    let lang = session.screen.get_untracked().lang.clone();
    let edition = session.feeds.with(|feeds| {
        let newest = feeds.get(&lang)?.items.first()?;
        let date = long_date(&newest.date_published, &m);
        Some(Messages::fill(&m.edition_line, "date", &date))
    });
    let edition = edition.unwrap_or_default();
    [
        "<h2 class=\"page-heading\">",
        &escape(&m.about_app),
        "</h2><p>",
        &escape(&build),
        "</p><p>",
        &escape(&edition),
        "</p><p>",
        &escape(&m.privacy),
        "</p><p><button type=\"button\" class=\"button\" data-do=\"look\">",
        &escape(&m.check_update),
        "</button></p>",
    ]
    .concat()
}

/// Looks for a newer app, and says what came of it.
async fn look(session: Session, answer: RwSignal<String>) {
    let m = session.messages.get_untracked();
    // What is new comes whole before there is an answer.
    answer.set(m.checking.clone());
    let found = updates::look_now(Occasion::Asked).await;
    answer.set(match found {
        Update::None => m.up_to_date.clone(),
        Update::Failed => m.update_check_failed.clone(),
        Update::Found => m.update_ready.clone(),
    });
}

/// Removes every article, and says so.
async fn clear(session: Session) {
    // Or they would all be back in a moment.
    session.set(|settings| settings.keep_newest = Some(0));
    device::clear(session).await;
    dialog::set(".clear", "open", false.into());
    page::focus(".clear summary");
    let done = session.messages.get_untracked().cleared.clone();
    session.announcement.set(done);
}
