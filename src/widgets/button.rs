//! Buttons.

use leptos::prelude::*;

/// What the page is for.
pub(crate) const STRONG: &str = "button button-strong";
/// What few will want.
pub(crate) const QUIET: &str = "button button-quiet";

/// A button with a text. All buttons are made here: a handler of its own type costs a page a
/// kilobyte, wherever it is attached.
pub(crate) fn button(kind: &'static str, text: &str, press: impl Fn() + 'static) -> AnyView {
    boxed(kind, text.to_owned(), Box::new(press))
}

fn boxed(kind: &'static str, text: String, press: Box<dyn Fn()>) -> AnyView {
    view! {
        <button type="button" class=kind on:click=move |_| press()>{text}</button>
    }
    .into_any()
}
