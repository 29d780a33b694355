//! The app: how it starts on a page as press wrote it, and what it is made of.
//!
//! Entry point: [`start`]. It prepares what the page already shows, takes over in one frame, and only
//! then talks to the network. If it cannot start, the static page stays as it is.

use lamplight_markdown::escape;
use lamplight_model::{Messages, Route, Site, json};
use lamplight_reader::Millis;
use lamplight_reader::offline::updates::Occasion;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser::{device, history, install, page, renderer, storage, worker};
use crate::pages::main_part;
use crate::state::navigate::{
    self, How, messages_at_hand, messages_for, open, prepare, prepare_at_once, take,
};
use crate::state::session::{apply, lang_of, open_store, preferred, route_at};
use crate::state::{
    Content, Screen, Session, check, device as stock, keep, reading, search, updates,
};
use crate::widgets::{Colophon, Masthead, Notices, Search};

/// How often a page that waits for the site asks again, in milliseconds.
const WAITING: u32 = 20_000;

/// A page that was away for this long is checked again when it is shown, in milliseconds.
const RECHECK: Millis = 300_000;

/// Starts the app on the page it was loaded by.
pub(crate) fn start() {
    // Not leptos' own: its executor starts when something is mounted.
    wasm_bindgen_futures::spawn_local(async {
        // Compiling was one task of the browser's; each step from here is one, too, so that none of them
        // keeps the reader's finger waiting.
        device::breathe().await;
        let written = page::read();
        // Without the site's configuration there is nothing the app could do better than the page.
        let Some(site) = json::read::<Site>(&written.site) else {
            return;
        };
        if site.languages.is_empty() || site.format > lamplight_model::FORMAT {
            return;
        }
        open_store(&site.base);
        let (path, _) = page::location();
        let route = route_at(&site, &path);
        let lang = lang_of(&site, route.as_ref());
        let content = match &route {
            Some(Route::Article { .. }) if written.article => Content::Adopted,
            Some(Route::Front { .. } | Route::Category { .. }) if written.listing => {
                Content::Adopted
            }
            Some(Route::Library { .. }) => Content::Library,
            Some(Route::Settings { .. }) => Content::Settings,
            Some(Route::Search { .. }) => Content::Search,
            Some(_) => Content::Loading(None),
            None => Content::NotFound,
        };
        let adopted = content == Content::Adopted;
        // The site sent an article or a list for an address that is none to this build: it has a new
        // language, say, and a newer app, which the browser looks for by itself when a page is opened. What
        // stands there is right, and is left as it is.
        if !adopted && (written.article || written.listing) {
            page::call_part("ran");
            return;
        }
        let messages = match messages_at_hand(&site, &lang) {
            Some(messages) => messages,
            // The static text stands meanwhile; where there is none, English is better than nothing.
            None if !matches!(content, Content::Loading(_)) => messages_for(&site, &lang).await,
            None => Messages::english(),
        };
        let screen = Screen {
            route,
            lang,
            content,
            digest: written.digest.clone(),
            saved: written.stored,
        };
        device::breathe().await;
        let session = Session::new(site, &written, messages, screen);
        if !adopted {
            prepare_at_once(session);
        }
        let below = RwSignal::new(false);
        let root = mount(session, below);
        device::breathe().await;
        below.set(true);
        device::breathe().await;
        page::take_over(&root);
        page::call_part("ran");
        // Before anything is waited for: a page that is not on the device may have to be fetched first.
        search::listen(session);
        if !adopted {
            prepare(session).await;
        }
        live(session).await;
    });
}

/// Makes the app's elements, outside of the page: what is `below` the article in a step of its own.
fn mount(session: Session, below: RwSignal<bool>) -> page::Root {
    let root = page::new_root();
    leptos::mount::mount_to(root.clone(), move || {
        provide_context(session);
        view! { <App below/> }
    })
    .forget();
    root
}

/// Everything that may wait until the page stands.
async fn live(session: Session) {
    history::start(
        move |path, fragment| take(session, path, fragment),
        move |y| {
            let route = route_at(&session.site(), &page::location().0);
            if session.screen.get_untracked().route == route {
                if let Some(Route::Search { .. }) = route {
                    search::ask(session, search::Place::Results, page::query());
                }
                history::restore(y);
            } else {
                spawn_local(open(session, route, How::Back(y)));
            }
        },
    );
    reading::watch(session);
    device::breathe().await;
    install::on_change(move || session.installable.set(install::offered()));
    session.installable.set(install::offered());
    device::on_connection(move || spawn_local(checked(session)));
    device::on_return(move |away| {
        spawn_local(async move {
            if away >= RECHECK {
                checked(session).await;
            }
            updates::look(Occasion::Visible);
        });
    });
    let site = session.site();
    storage::on_change(&site.base, move |key| {
        reading::heard(session, key);
        if key == lamplight_reader::settings::KEY {
            let settings = crate::state::session::with_store(lamplight_reader::settings::load);
            apply(&settings);
            session.settings.set(settings);
        } else if key.starts_with("meta/") {
            spawn_local(stock::take_stock(session));
        }
    });
    spawn_local(async move {
        // A site that comes back sends no event, nor does a new version of the app.
        loop {
            device::sleep(WAITING).await;
            if device::hidden() {
                continue;
            }
            updates::look(Occasion::Time);
            if matches!(session.screen.get_untracked().content, Content::Absent(_)) {
                checked(session).await;
            }
        }
    });
    device::breathe().await;
    stock::take_stock(session).await;
    device::breathe().await;
    // For the next article. Whoever opens one before waits for it. A site that does not answer holds up nobody who wants
    // to read on.
    spawn_local(async move {
        device::idle().await;
        renderer::ready().await;
        reading::arrived(session, true);
    });
    checked(session).await;
    // What fills the device may wait until the reader's own requests and frames are done.
    device::idle().await;
    // Trunk's own server has no worker: it would get in the way of every rebuild.
    if session.build.with_value(|build| build == "dev") {
        return;
    }
    if worker::register(&site.base, move || session.update_ready.set(true)).await {
        device::idle().await;
        updates::look(Occasion::Start);
        // Offline, the app's own pages are to be in the reader's language, too.
        messages_for(&site, &preferred(&site)).await;
        keep::front(session).await;
        keep::visited(session).await;
        keep::newest(session).await;
        search::resume(session).await;
    }
}

/// Checks the open page, then the feed of its language.
async fn checked(session: Session) {
    // Asked and not answered: no use asking for the feed.
    if check::check(session).await == Some(false) {
        check::recall_feed(session, &session.screen.get_untracked().lang);
        return;
    }
    let screen = session.screen.get_untracked();
    // The front page's own check asked for that feed.
    if !matches!(screen.route, Some(Route::Front { page: 1, .. })) {
        check::refresh_feed(session, &screen.lang).await;
    }
}

/// The whole page.
#[component]
fn App(below: RwSignal<bool>) -> impl IntoView {
    let session = Session::here();
    Effect::new(move || {
        let marks = session.failure.get().is_some();
        let (on_device, screen) = (session.on_device.get(), session.screen.get());
        let messages = session.messages.get();
        drop((screen, session.feeds.get()));
        spawn_local(async move {
            leptos::task::tick().await;
            let site = session.site();
            let absent = marks.then_some(&*messages.not_on_device);
            page::mark_links(&messages.on_device, absent, |path| {
                let Some(Route::Article { lang, slug }) = Route::parse(&site, path) else {
                    return None;
                };
                Some(on_device.contains(&lamplight_model::paths::document(&site, &lang, &slug)))
            });
        });
    });
    view! {
        <a class="skip" href="#main" inner_html=move || escape(&session.messages.read().skip)></a>
        <Masthead/>
        <main id="main">{move || half(session, false)}{move || half(session, true)}</main>
        {move || below.get().then(|| view! { <Colophon/><Notices/><Search/> })}
    }
}

/// What `<main>` holds in one of its two places.
fn half(session: Session, side: bool) -> Option<AnyView> {
    let screen = session.screen.get();
    (navigate::side() == side).then(|| main_part(session, &screen))
}
