//! The pages: each is a function from what is open to the elements of `<main>`.

mod absent;
mod article;
mod library;
mod listing;
mod search;
mod settings;

use lamplight_model::Route;
use leptos::prelude::*;

use crate::state::{Content, Screen, Session};

/// What `<main>` holds.
pub(crate) fn main_part(session: Session, screen: &Screen) -> AnyView {
    match (&screen.content, &screen.route) {
        (Content::Adopted, Some(Route::Article { .. })) => article::adopted(screen),
        (Content::Adopted, _) => listing::adopted(screen),
        (Content::Article(article), _) => article::article(screen, article),
        (Content::Listing(feed), _) => listing::listing(session, screen, feed),
        (Content::Loading(title), _) => absent::loading(session, title.clone()),
        (Content::Absent(failure), _) => absent::absent(session, screen, *failure),
        (Content::Library, _) => library::library(session),
        (Content::Settings, _) => settings::settings(session),
        (Content::Search, _) => search::search(session),
        (Content::NotFound, _) => absent::not_found(session, &screen.lang),
    }
}
