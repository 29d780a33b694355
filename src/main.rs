//! The Lamplight reader: press's static pages, upgraded.
//!
//! [`app::start`] is the entry point; ARCHITECTURE.md is the map. This crate joins decisions
//! (`lamplight_reader`), texts (`lamplight_markdown`) and the browser (`browser`); it must never paint
//! over text that is already on the screen with anything but the same text.

#![allow(
    unreachable_pub,
    reason = "the component macro writes `pub`, and a binary has no outside"
)]

mod app;
mod browser;
mod pages;
mod state;
mod widgets;

fn main() {
    app::start();
}
