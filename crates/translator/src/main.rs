//! The translator: an article in the reader's language, in a WebAssembly program of its own.
//!
//! Entry point: [`open`], which the control of an article calls through the script that press makes (`docs/pages.md`). It shows
//! a panel: the translations that people wrote, what the browser's own translator can do on this device, and links to
//! services. What is decided is in modules that know no browser; `browser` does it. The text must never be given to
//! anything but the browser's translator, nothing may be fetched that the reader did not ask for, and what a
//! translator says only ever becomes text.

mod blocks;
mod browser;
mod languages;
mod marks;
mod record;
mod texts;
mod view;

use wasm_bindgen::prelude::*;

/// Opens the panel of the article that a control is in. `config` is what press tells of the site (JSON,
/// [`texts::Config`]).
///
/// # Errors
/// There is no article, or the configuration cannot be read.
#[wasm_bindgen]
pub fn open(control: browser::Control, config: &str) -> Result<(), JsValue> {
    let config = lamplight_model::json::read(config).ok_or("no configuration")?;
    browser::panel::open(&control, config).ok_or_else(|| "no article".into())
}

fn main() {}
