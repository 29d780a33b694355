//! The page of results: what was asked for is in its address.

use std::sync::Arc;

use lamplight_model::{Messages, Route};
use lamplight_reader::search::{Asked, Found};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser::{dialog, intl};
use crate::state::Session;
use crate::state::search::{self, Marked};
use crate::widgets::{PLAIN, QUIET, STRONG, button, condition, piece, results};

/// How many results are added at once.
const STEP: u32 = 20;

/// The page of results.
pub(crate) fn search(session: Session) -> AnyView {
    let found = RwSignal::new(None::<Arc<Found>>);
    let most = RwSignal::new(STEP);
    let turn = RwSignal::new(0_u32);
    let asked = Memo::new(move |_| Asked::parse(&session.search.asked.get()));
    spawn_local(search::ready(session));
    Effect::new(move || {
        let _ = (session.search.index.get(), session.search.own.get());
        let (asked, most) = (asked.get(), most.get());
        let mine = turn.get_untracked().wrapping_add(1);
        turn.set(mine);
        let current = move || turn.try_get_untracked() == Some(mine);
        let question = asked.question();
        if question.trim().is_empty() {
            return found.set(None);
        }
        spawn_local(async move {
            let answer = search::ask(session, &question, false, most).await;
            if let Some(answer) = answer.filter(|_| current()) {
                found.set(Some(Arc::new(answer.clone())));
                let show = move |answer| found.set(Some(Arc::new(answer)));
                search::complete(session, &question, false, answer, current, show).await;
            }
        });
    });
    let opened = move |event: leptos::ev::MouseEvent| {
        if let Some(href) = dialog::within(&event, "a[href]", "href")
            && let Some(route) = Route::parse(&session.site(), &href)
        {
            session.search.marked.set(Some(Arc::new(Marked {
                route,
                question: asked.get_untracked().question(),
                prefix: false,
                words: found
                    .with_untracked(|found| found.as_ref().map(|found| found.words.clone()))
                    .unwrap_or_default(),
                lead: false,
            })));
        }
    };
    let list = move || {
        found
            .with(|found| found.as_ref().map(|found| results(session, found, None)))
            .unwrap_or_default()
    };
    let lists = piece(session, lamplight_pages::lists);
    view! {
        <section class="page search-page">
            <h1 class="page-title" tabindex="-1">{move || session.messages.read().search.clone()}</h1>
            {move || form(session, asked.get())}
            <p class="search-count" role="status">{move || count(session, &asked.get(), found.get().as_deref())}</p>
            {move || notes(session, &asked.get(), found.get().as_deref())}
            <ol class="results" data-search-results on:click=opened inner_html=list></ol>
            {move || {
                let more = found.with(|found| found.as_ref().is_some_and(|found| found.total as usize > found.hits.len()));
                more.then(|| button(PLAIN, &session.messages.read().more_results, move || most.update(|most| *most += STEP)))
            }}
            <ul class="page-links" hidden=move || found.with(Option::is_some) inner_html=lists></ul>
        </section>
    }
    .into_any()
}

fn count(session: Session, asked: &Asked, found: Option<&Found>) -> String {
    let messages = session.messages.get();
    let lang = session.screen.get_untracked().lang.clone();
    match found {
        _ if asked.question().trim().is_empty() => String::new(),
        None => messages.searching.clone(),
        Some(found) if found.total == 0 => Messages::fill(&messages.search_none, "q", &asked.q),
        Some(found) => Messages::fill(
            &messages.search_count,
            "n",
            &intl::number(&lang, f64::from(found.total)),
        ),
    }
}

fn notes(session: Session, asked: &Asked, found: Option<&Found>) -> Option<AnyView> {
    let found = found?;
    let other = found.didYouMean.clone().map(|other| {
        let text = Messages::fill(&session.messages.read().did_you_mean, "q", &other);
        let asked = Asked {
            q: other,
            ..asked.clone()
        };
        button(QUIET, &text, move || search::go(session, &asked))
    });
    let condition =
        condition(session, found).map(|text| view! { <p class="search-note">{text}</p> });
    Some(view! { <div class="search-notes">{other}{condition}</div> }.into_any())
}

/// The box and the filters; each change is another address.
fn form(session: Session, asked: Asked) -> AnyView {
    let (site, messages) = (session.site(), session.messages.get());
    let lang = session.screen.get_untracked().lang.clone();
    let asked = RwSignal::new(asked);
    let any = (String::new(), messages.filter_any.clone());
    let categories = site.categories.iter().map(|category| {
        (
            category.id.clone(),
            site.category_name(&category.id, &lang).to_owned(),
        )
    });
    let languages = site
        .languages
        .iter()
        .map(|language| (language.code.clone(), language.name.clone()));
    let choose = |name: &str,
                  chosen: fn(&mut Asked) -> &mut String,
                  options: Vec<(String, String)>| {
        let own = chosen(&mut asked.get_untracked()).clone();
        let options: Vec<_> = options
            .into_iter()
            .map(|(value, text)| view! { <option value=value.clone() selected=value == own>{text}</option> })
            .collect();
        view! {
            <label class="field"><span>{name.to_owned()}</span>
                <select on:change=move |event| { let value = dialog::value(&event); asked.update(|asked| *chosen(asked) = value); search::go(session, &asked.get_untracked()); }>{options}</select>
            </label>
        }
        .into_any()
    };
    let date = |name: &str, chosen: fn(&mut Asked) -> &mut String| {
        let own = chosen(&mut asked.get_untracked()).clone();
        view! {
            <label class="field"><span>{name.to_owned()}</span>
                <input type="date" value=own on:change=move |event| { let value = dialog::value(&event); asked.update(|asked| *chosen(asked) = value); search::go(session, &asked.get_untracked()); }/>
            </label>
        }
        .into_any()
    };
    let any_of = |options: Vec<(String, String)>| {
        std::iter::once(any.clone())
            .chain(options)
            .collect::<Vec<_>>()
    };
    let q = asked.get_untracked().q;
    view! {
        <form role="search" class="search-form" on:submit=move |event| { event.prevent_default(); search::go(session, &asked.get_untracked()); }>
            <div class="search-head">
                <input type="search" class="search-field" name="q" autocomplete="off" enterkeyhint="search" value=q
                    aria-label=messages.search.clone() placeholder=messages.search_placeholder.clone()
                    on:input=move |event| { let value = dialog::value(&event); asked.update_untracked(|asked| asked.q = value); }/>
                <button type="submit" class=STRONG>{messages.search.clone()}</button>
            </div>
            <div class="search-filters">
                {(!site.categories.is_empty()).then(|| choose(&messages.filter_category, |asked| &mut asked.category, any_of(categories.collect())))}
                {(site.languages.len() > 1).then(|| choose(&messages.filter_language, |asked| &mut asked.lang, any_of(languages.collect())))}
                {date(&messages.filter_after, |asked| &mut asked.after)}
                {date(&messages.filter_before, |asked| &mut asked.before)}
            </div>
        </form>
    }
    .into_any()
}
