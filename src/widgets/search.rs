//! The search dialog, and the bar that leads through the marks of the article it opened.
//!
//! A combobox (ARIA 1.2): the focus stays in the box, arrow keys choose among the results below it.

use std::sync::Arc;

use lamplight_model::{Messages, Route};
use lamplight_pages::Frame;
use lamplight_reader::search::{Asked, Found, recent, step};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{QUIET, button, condition, named_button, results};
use crate::browser::{dialog, highlight, intl};
use crate::state::search::{self, DIALOG, Marked};
use crate::state::session::with_store;
use crate::state::{Content, Session};

/// How many results the dialog shows.
const MOST: u32 = 8;

/// What the dialog knows.
#[derive(Clone, Copy)]
struct Typed {
    session: Session,
    text: RwSignal<String>,
    found: RwSignal<Option<Arc<Found>>>,
    chosen: RwSignal<Option<usize>>,
    /// Find in the open article.
    inside: RwSignal<bool>,
    turn: RwSignal<u32>,
}

/// The dialog and the bar.
#[component]
pub(crate) fn Search() -> impl IntoView {
    let session = Session::here();
    let typed = Typed {
        session,
        text: RwSignal::new(String::new()),
        found: RwSignal::new(None),
        chosen: RwSignal::new(None),
        inside: RwSignal::new(false),
        turn: RwSignal::new(0),
    };
    Effect::new(move || {
        let _ = (session.search.marked.get(), session.screen.get());
        spawn_local(async move {
            leptos::task::tick().await;
            search::mark(session).await;
        });
    });
    // More may be found once the index is open, and once the device's articles are known.
    Effect::new(move || {
        let _ = (session.search.index.get(), session.search.own.get());
        typed.ask();
    });
    let shown = Memo::new(move |_| session.search.opened.get() > 0);
    view! {
        {move || shown.get().then(|| typed.dialog())}
        {move || bar(session)}
    }
}

/// The article that is open.
fn article(session: Session) -> Option<Route> {
    let screen = session.screen.get();
    let shows = matches!(screen.content, Content::Adopted | Content::Article(_));
    let route = screen.route.clone();
    route.filter(|route| shows && matches!(route, Route::Article { .. }))
}

impl Typed {
    /// Takes up what is in the box now.
    fn typed(self, text: String) {
        self.text.set(text);
        self.chosen.set(None);
        self.ask();
    }

    fn ask(self) {
        let turn = self.turn.get_untracked().wrapping_add(1);
        self.turn.set(turn);
        let current = move || self.turn.get_untracked() == turn;
        let text = self.text.get_untracked();
        if text.trim().is_empty() || self.inside.get_untracked() {
            return self.found.set(None);
        }
        spawn_local(async move {
            let found = search::ask(self.session, &text, true, MOST).await;
            if !current() {
                return;
            }
            if let Some(found) = found {
                self.found.set(Some(Arc::new(found.clone())));
                let show = move |found| self.found.set(Some(Arc::new(found)));
                search::complete(self.session, &text, true, found, current, show).await;
            }
        });
    }

    /// Enter: the chosen result, the places in the article, or the page of results.
    fn enter(self) {
        let text = self.text.get_untracked();
        if let Some(at) = self.chosen.get_untracked() {
            dialog::follow(&["#search-", &at.to_string()].concat());
        } else if text.trim().is_empty() {
        } else if self.inside.get_untracked() {
            self.mark(article(self.session), true);
        } else {
            search::go(self.session, &Asked::of(&text));
        }
    }

    /// Marks what was looked for in an article, opened or about to be.
    fn mark(self, route: Option<Route>, lead: bool) {
        let words = self
            .found
            .with_untracked(|found| found.as_ref().map(|found| found.words.clone()));
        let question = self.text.get_untracked();
        search::note(self.session, &question);
        self.session.search.marked.set(route.map(|route| {
            Arc::new(Marked {
                route,
                question,
                prefix: true,
                words: words.unwrap_or_default(),
                lead,
            })
        }));
        dialog::close(DIALOG);
    }

    fn key(self, event: &leptos::ev::KeyboardEvent) {
        if event.is_composing() {
            return;
        }
        let down = match event.key().as_str() {
            "ArrowDown" => true,
            "ArrowUp" => false,
            "Enter" => {
                event.prevent_default();
                return self.enter();
            }
            _ => return,
        };
        event.prevent_default();
        let count = self
            .found
            .with_untracked(|found| found.as_ref().map_or(0, |found| found.hits.len()));
        let chosen = step(self.chosen.get_untracked(), count, down);
        self.chosen.set(chosen);
        if let Some(at) = chosen {
            spawn_local(async move {
                leptos::task::tick().await;
                dialog::reveal(&["#search-", &at.to_string()].concat());
            });
        }
    }

    fn click(self, event: &leptos::ev::MouseEvent) {
        if let Some(href) = dialog::within(event, "a[href]", "href") {
            let found = dialog::within(event, "[data-search-results]", "id").is_some();
            let route = Route::parse(&self.session.site(), &href);
            if found {
                self.mark(route, false);
            } else {
                dialog::close(DIALOG);
            }
        } else if let Some(q) = dialog::within(event, "[data-recent]", "data-recent") {
            self.typed(q);
            dialog::show(DIALOG);
        } else if dialog::within(event, ".search-box", "class").is_none() {
            // The dark around it.
            dialog::close(DIALOG);
        }
    }

    fn dialog(self) -> AnyView {
        let session = self.session;
        let messages = move || session.messages.get();
        let listed = move || {
            self.found
                .with(|found| found.as_ref().is_some_and(|f| !f.hits.is_empty()))
        };
        let active = move || {
            self.chosen
                .get()
                .map(|at| ["search-", &at.to_string()].concat())
        };
        let list = move || {
            let html = self.found.with(|found| {
                found
                    .as_ref()
                    .map(|found| results(session, found, Some(self.chosen.get())))
            });
            html.unwrap_or_default()
        };
        view! {
            <dialog id="search" class="search" aria-label=move || messages().search.clone() translate="no"
                on:click=move |event| self.click(&event)>
                <div class="search-box">
                    <div class="search-head">
                        <input type="search" class="search-field" role="combobox" autocomplete="off" autocapitalize="off"
                            spellcheck="false" enterkeyhint="search" aria-autocomplete="list" aria-controls="search-list"
                            aria-label=move || messages().search.clone()
                            placeholder=move || messages().search_placeholder.clone()
                            aria-expanded=move || listed().to_string()
                            aria-activedescendant=active
                            prop:value=move || self.text.get()
                            on:input=move |event| if !dialog::composing(&event) { self.typed(dialog::value(&event)) }
                            on:compositionend=move |event| self.typed(dialog::value(&event))
                            on:keydown=move |event| self.key(&event)/>
                        {move || button(QUIET, &messages().close, || dialog::close(DIALOG))}
                    </div>
                    {move || self.choice()}
                    <p class="search-count" role="status">{move || self.count()}</p>
                    {move || self.notes()}
                    <div class="results" role="listbox" id="search-list" data-search-results
                        aria-label=move || messages().search.clone() hidden=move || !listed() inner_html=list></div>
                    {move || self.end()}
                </div>
            </dialog>
        }
        .into_any()
    }

    /// Everywhere, or in the open article.
    fn choice(self) -> Option<AnyView> {
        article(self.session)?;
        let text = self.session.messages.read().in_article.clone();
        Some(
            view! {
                <label class="search-inside">
                    <input type="checkbox" prop:checked=move || self.inside.get()
                        on:change=move |_| { self.inside.update(|inside| *inside = !*inside); self.ask(); }/>
                    <span>{text}</span>
                </label>
            }
            .into_any(),
        )
    }

    fn count(self) -> String {
        let messages = self.session.messages.get();
        let text = self.text.get();
        if text.trim().is_empty() || self.inside.get() {
            return String::new();
        }
        let lang = self.session.screen.get_untracked().lang.clone();
        self.found.with(|found| match found {
            None => messages.searching.clone(),
            Some(found) if found.total == 0 => {
                Messages::fill(&messages.search_none, "q", text.trim())
            }
            Some(found) => {
                let total = intl::number(&lang, f64::from(found.total));
                Messages::fill(&messages.search_count, "n", &total)
            }
        })
    }

    fn notes(self) -> Option<AnyView> {
        let found = self.found.get()?;
        let messages = self.session.messages.get();
        let other = found.didYouMean.clone().map(|other| {
            let text = Messages::fill(&messages.did_you_mean, "q", &other);
            button(QUIET, &text, move || {
                self.typed(other.clone());
                dialog::show(DIALOG);
            })
        });
        let condition = condition(self.session, &found);
        let condition = condition.map(|text| view! { <p class="search-note">{text}</p> });
        Some(view! { <div class="search-notes">{other}{condition}</div> }.into_any())
    }

    /// Below the results: all of them. With nothing typed: where to begin.
    fn end(self) -> Option<AnyView> {
        let (session, text) = (self.session, self.text.get());
        let messages = session.messages.get();
        if self.inside.get() {
            return None;
        }
        if !text.trim().is_empty() {
            let more = self.found.with(|found| {
                found
                    .as_ref()
                    .is_some_and(|found| found.total as usize > found.hits.len())
            });
            return more.then(|| {
                button(QUIET, &messages.all_results, move || {
                    search::go(session, &Asked::of(&self.text.get_untracked()));
                })
            });
        }
        let (site, screen) = (session.site(), session.screen.get());
        let frame = Frame {
            site: &site,
            messages: &messages,
            lang: &screen.lang,
            here: None,
        };
        let _ = session.search.opened.get();
        let searches = with_store(recent);
        let searches = (!searches.is_empty()).then(|| {
            let cleared = RwSignal::new(false);
            let rows: Vec<_> = searches
                .into_iter()
                .map(|q| view! { <button type="button" class="search-recent" data-recent=q.clone()>{q.clone()}</button> })
                .collect();
            view! {
                <section class="search-begin" hidden=move || cleared.get()>
                    <h2 class="search-heading">{messages.recent_searches.clone()}</h2>
                    <div class="search-recents">{rows}</div>
                    {button(QUIET, &messages.clear_searches, move || {
                        let _ = with_store(|store| lamplight_reader::store::Store::remove(store, lamplight_reader::search::RECENT));
                        cleared.set(true);
                    })}
                </section>
            }
            .into_any()
        });
        let lists = lamplight_pages::lists(&frame);
        Some(
            view! {
                {searches}
                <section class="search-begin">
                    <h2 class="search-heading">{messages.sections.clone()}</h2>
                    <ul class="search-lists" inner_html=lists></ul>
                </section>
                <div class="search-begin"><super::Recent screen=crate::state::Screen { content: Content::NotFound, ..(*screen).clone() }/></div>
            }
            .into_any(),
        )
    }
}

/// Next, previous and close, where places are marked in the open article.
fn bar(session: Session) -> Option<AnyView> {
    let (count, at) = session.search.places.get();
    session.search.marked.get()?;
    (count > 0).then(|| {
        let messages = session.messages.get();
        let lang = session.screen.get_untracked().lang.clone();
        let place = Messages::fill(&messages.find_place, "at", &intl::number(&lang, at as f64));
        let place = Messages::fill(&place, "n", &intl::number(&lang, count as f64));
        let step = |text: &'static str, name: &str, next: bool| {
            named_button(QUIET, text, Some(name.to_owned()), move || {
                search::turn(session, next)
            })
        };
        view! {
            <div class="finding" role="group" aria-label=messages.search.clone() translate="no">
                <span class="finding-place" role="status">{place}</span>
                {step("↑", &messages.find_previous, false)}
                {step("↓", &messages.find_next, true)}
                {named_button(QUIET, "×", Some(messages.close.clone()), move || {
                    highlight::clear();
                    session.search.marked.set(None);
                })}
            </div>
        }
        .into_any()
    })
}
