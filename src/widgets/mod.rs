//! The parts that pages are made of. Markup shared with press follows `docs/pages.md`.

mod button;
mod frame;
mod install;
mod notices;
mod recent;
mod search;
mod stamp;

pub(crate) use button::{QUIET, STRONG, button};
pub(crate) use frame::{Colophon, Masthead, piece};
pub(crate) use install::Install;
pub(crate) use notices::Notices;
pub(crate) use recent::Recent;
pub(crate) use search::Search;
pub(crate) use stamp::Stamp;
