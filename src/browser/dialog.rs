//! The search dialog's element, and what opens it.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDialogElement, HtmlElement, HtmlInputElement, KeyboardEvent};

use super::{document, listen, property};

fn dialog(selector: &str) -> Option<HtmlDialogElement> {
    document().query_selector(selector).ok()??.dyn_into().ok()
}

/// Shows a dialog above the page.
pub fn show(selector: &str) {
    if let Some(dialog) = dialog(selector).filter(|dialog| !dialog.open()) {
        let _ = dialog.show_modal();
    }
    if let Ok(Some(input)) = document().query_selector(&[selector, " input"].concat())
        && let Ok(input) = input.dyn_into::<HtmlInputElement>()
    {
        let _ = input.focus();
        input.select();
    }
}

/// Closes a dialog.
pub fn close(selector: &str) {
    if let Some(dialog) = dialog(selector) {
        dialog.close();
    }
}

/// Whether an input method is composing: then keys are its own, and the text is not yet one.
pub fn composing(event: &web_sys::Event) -> bool {
    property(event, "isComposing").is_truthy()
}

/// The text of the field that an event is from.
pub fn value(event: &web_sys::Event) -> String {
    event
        .target()
        .map(|target| property(&target, "value"))
        .and_then(|value| value.as_string())
        .unwrap_or_default()
}

/// Whether an event is from within what a selector finds: then an attribute of it, empty if it has none.
pub fn within(event: &web_sys::Event, selector: &str, attribute: &str) -> Option<String> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let found = target.closest(selector).ok()??;
    Some(found.get_attribute(attribute).unwrap_or_default())
}

/// Follows the link that a selector finds, as a click would.
pub fn follow(selector: &str) {
    if let Ok(Some(link)) = document().query_selector(selector)
        && let Ok(link) = link.dyn_into::<HtmlElement>()
    {
        link.click();
    }
}

/// Scrolls a list so that the element that a selector finds can be seen.
pub fn reveal(selector: &str) {
    if let Ok(Some(element)) = document().query_selector(selector) {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// Calls `open` when the reader wants to search: by the masthead's button, by `/`, by Ctrl or ⌘ with K; and
/// `soon` when that is likely.
pub fn on_wish(open: impl Fn() + Clone + 'static, soon: impl Fn() + Clone + 'static) {
    let wished = open.clone();
    listen(&document(), "submit", move |event| {
        if within(&event, "form.masthead-search", "action").is_some() {
            event.prevent_default();
            wished();
        }
    });
    listen(&document(), "keydown", move |event| {
        let Some(key) = event.dyn_ref::<KeyboardEvent>() else {
            return;
        };
        let strong = key.ctrl_key() || key.meta_key();
        let typing = within(&event, "input,textarea,select,[contenteditable]", "type").is_some();
        let wished = match key.key().as_str() {
            "/" => !strong && !key.alt_key() && !typing && !key.is_composing(),
            "k" | "K" => strong && !key.alt_key() && !key.shift_key(),
            _ => false,
        };
        if wished {
            event.prevent_default();
            open();
        }
    });
    for kind in ["pointerover", "focusin"] {
        let soon = soon.clone();
        listen(&document(), kind, move |event| {
            if within(&event, "form.masthead-search", "action").is_some() {
                soon();
            }
        });
    }
}
