//! Masthead and colophon, the same elements as press writes.

use lamplight_model::{Route, paths};
use leptos::prelude::*;

use crate::state::Session;

fn current(session: Session, route: &Route) -> Option<&'static str> {
    let here = session.screen.get();
    (here.route.as_ref() == Some(route)).then_some("page")
}

/// A link to a page of the app; it knows when the page is open.
fn link(session: Session, route: Route, class: Option<&'static str>, text: String) -> AnyView {
    let path = route.path(&session.site());
    view! { <a class=class href=path aria-current=move || current(session, &route)>{text}</a> }
        .into_any()
}

/// The publication's name, its sections, and the app's own pages.
#[component]
pub(crate) fn Masthead() -> impl IntoView {
    let session = Session::here();
    let lang = Memo::new(move |_| session.screen.get().lang.clone());
    move || {
        let (site, messages, lang) = (session.site(), session.messages.get(), lang.get());
        let front = Route::Front {
            lang: lang.clone(),
            page: 1,
        };
        let sections: Vec<AnyView> = site
            .categories
            .iter()
            .map(|category| {
                let name = site.category_name(&category.id, &lang).to_owned();
                let route = Route::Category {
                    lang: lang.clone(),
                    id: category.id.clone(),
                    page: 1,
                };
                link(session, route, None, name)
            })
            .collect();
        let sections = (!sections.is_empty()).then(|| {
            view! {
                <nav class="masthead-sections" aria-label=messages.sections.clone()>{sections}</nav>
            }
        });
        view! {
            <header class="masthead">
                <div class="masthead-bar">
                    {link(session, front, Some("masthead-title"), site.title_in(&lang).to_owned())}
                    <nav class="masthead-tools" aria-label=messages.tools.clone()>
                        {link(session, Route::Library { lang: lang.clone() }, None, messages.library.clone())}
                        {link(session, Route::Settings { lang: lang.clone() }, None, messages.settings.clone())}
                    </nav>
                </div>
                {sections}
            </header>
        }
    }
}

/// The end of every page.
#[component]
pub(crate) fn Colophon() -> impl IntoView {
    let session = Session::here();
    let lang = Memo::new(move |_| session.screen.get().lang.clone());
    move || {
        let (site, messages, lang) = (session.site(), session.messages.get(), lang.get());
        let languages: Vec<_> = site
            .languages
            .iter()
            .map(|language| {
                let route = Route::Front {
                    lang: language.code.clone(),
                    page: 1,
                };
                let path = route.path(&site);
                view! {
                    <a
                        href=path
                        lang=language.code.clone()
                        hreflang=language.code.clone()
                        dir=language.dir.as_str()
                        aria-current=move || current(session, &route)
                    >
                        {language.name.clone()}
                    </a>
                }
            })
            .collect();
        let languages = (languages.len() > 1).then(|| {
            view! {
                <nav class="colophon-languages" aria-label=messages.languages.clone()>{languages}</nav>
            }
        });
        let description = Some(site.description_in(&lang).to_owned())
            .filter(|text| !text.is_empty())
            .map(|text| view! { <p class="colophon-line">{text}</p> });
        view! {
            <footer class="colophon">
                {languages}
                {description}
                <p class="colophon-line">
                    <a href=paths::feed(&site, &lang, None, 1)>{messages.feed.clone()}</a>
                    " "
                    {messages.read_offline.clone()}
                </p>
            </footer>
        }
    }
}
