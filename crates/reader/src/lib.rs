//! What the app decides, with no browser in it.
//!
//! Entry points: [`evidence::judge`] (what the reader is looking at), [`answer::classify`] (what came
//! back from the network), [`library::Library`] (articles on the device), [`keep`] (what to fetch
//! ahead), [`search`] (what a reader looks for), [`place`] (where in a text a reader is), [`settings::Settings`],
//! [`offline`] (what stays on the device, for a program of its own). The outside world is a port, [`store::Store`], with
//! an in-memory twin for tests.
//!
//! This crate must never name Leptos, web-sys or a clock: time comes in as [`Millis`].

pub mod answer;
pub mod evidence;
pub mod hours;
pub mod install;
pub mod keep;
pub mod language;
pub mod library;
pub mod lists;
pub mod offline;
pub mod outbox;
pub mod place;
pub mod search;
pub mod settings;
pub mod store;

/// Milliseconds since 1970-01-01 UTC, as `Date.now()` gives them
/// (whole: formatting fractions would cost the app kilobytes).
pub type Millis = i64;
