//! The search dialog's element, and what opens it.

use js_sys::{Array, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Element, FormData, HtmlDialogElement, HtmlElement, HtmlFormElement, HtmlInputElement,
    KeyboardEvent,
};

use super::{document, listen, property};

fn dialog(selector: &str) -> Option<HtmlDialogElement> {
    find(selector)?.dyn_into().ok()
}

/// Shows a dialog above the page.
pub fn show(selector: &str) {
    if let Some(dialog) = dialog(selector).filter(|dialog| !dialog.open()) {
        let _ = dialog.show_modal();
    }
    let input = find(&[selector, " input"].concat());
    if let Some(input) = input.and_then(|input| input.dyn_into::<HtmlInputElement>().ok()) {
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

/// Whether the reader sees what a selector finds: a section, or a dialog that is open.
pub fn is_shown(selector: &str) -> bool {
    find(&[selector, ":is(section,[open])"].concat()).is_some()
}

/// Whether a click means another tab or window.
pub fn elsewhere(event: &web_sys::MouseEvent) -> bool {
    event.ctrl_key() || event.meta_key() || event.shift_key()
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

/// Sets a property of what a selector finds.
pub fn set(selector: &str, name: &str, value: JsValue) {
    if let Some(element) = find(selector) {
        let _ = Reflect::set(&element, &name.into(), &value);
    }
}

/// Whether the field that an event is from is checked.
pub fn checked(event: &web_sys::Event) -> bool {
    let target = event.target();
    target.is_some_and(|target| property(&target, "checked").is_truthy())
}

/// Whether an event is from within what a selector finds: then an attribute of it, empty if it has none.
pub fn within(event: &web_sys::Event, selector: &str, attribute: &str) -> Option<String> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let found = target.closest(selector).ok()??;
    Some(found.get_attribute(attribute).unwrap_or_default())
}

/// The address of what the form that an event is from asks for: its fields that are not empty, as a query string with
/// its `?`; and before it the field `q`.
pub fn asked(event: &web_sys::Event) -> Option<(String, String)> {
    let target = event.target()?;
    let form = target.dyn_ref::<HtmlFormElement>().cloned();
    let form = form.or_else(|| property(&target, "form").dyn_into().ok())?;
    let fields = FormData::new_with_form(&form).ok()?;
    let asked = web_sys::UrlSearchParams::new().ok()?;
    for field in fields.entries().into_iter().flatten() {
        let field = Array::from(&field);
        let (name, value) = (field.get(0).as_string()?, field.get(1).as_string()?);
        if !value.trim().is_empty() {
            asked.append(&name, value.trim());
        }
    }
    let q = fields.get("q").as_string()?;
    Some((q, ["?", &String::from(asked.to_string())].concat()))
}

/// Marks one of the options of a combobox as chosen, none if there is no such, and scrolls to it.
pub fn choose(field: &str, options: &str, at: Option<usize>) {
    let Some(field) = find(field) else { return };
    let _ = field.remove_attribute("aria-activedescendant");
    let Ok(options) = document().query_selector_all(options) else {
        return;
    };
    let expanded = if options.length() > 0 {
        "true"
    } else {
        "false"
    };
    let _ = field.set_attribute("aria-expanded", expanded);
    for place in 0..options.length() {
        let Some(option) = options
            .get(place)
            .and_then(|node| node.dyn_into::<Element>().ok())
        else {
            continue;
        };
        let chosen = at == Some(place as usize);
        let _ = option.set_attribute("aria-selected", if chosen { "true" } else { "false" });
        if chosen {
            let _ = field.set_attribute("aria-activedescendant", &option.id());
            let scroll = web_sys::ScrollIntoViewOptions::new();
            scroll.set_block(web_sys::ScrollLogicalPosition::Nearest);
            option.scroll_into_view_with_scroll_into_view_options(&scroll);
        }
    }
}

/// The places of an answer's pieces: each is an element's `data-piece`.
const PIECES: [&str; 5] = ["form", "count", "notes", "list", "end"];

/// Puts the pieces of an answer, HTML by name, into their places within what a selector finds; pieces that it does not
/// have are empty. A piece that is there already is left alone, and so is one in which the reader is at work.
pub fn fill(root: &str, pieces: &JsValue) {
    for name in PIECES {
        let html = property(pieces, name);
        let html = if html.is_string() { html } else { "".into() };
        let Some(place) = find(&[root, " [data-piece=", name, "]"].concat()) else {
            continue;
        };
        let at_work = place.contains(document().active_element().as_deref());
        if name == "form" && at_work {
            forget(&place);
        } else if property(&place, PRESENT) != html {
            let _ = Reflect::set(&place, &"innerHTML".into(), &html);
            let _ = Reflect::set(&place, &PRESENT.into(), &html);
            hide_element(&place, html == JsValue::from_str(""));
            if at_work {
                // A button that is there again, or what came into its place.
                super::page::focus(&[root, " [data-whole]"].concat());
            }
        }
    }
}

/// Whether the reader is pressing something in an answer: replaced before it is let go, it would get no click.
pub fn is_pressed() -> bool {
    find("[data-piece] :active").is_some()
}

/// Empties the places of an answer's pieces.
pub fn empty(root: &str) {
    fill(root, &JsValue::UNDEFINED);
}

/// Has the place of a piece filled anew with the next answer.
pub fn renew(selector: &str) {
    if let Some(place) = find(selector) {
        forget(&place);
    }
}

fn forget(place: &Element) {
    let _ = Reflect::set(place, &PRESENT.into(), &JsValue::UNDEFINED);
}

/// The property in which a place remembers the piece it has: what a browser answers for `innerHTML` is written its own
/// way.
const PRESENT: &str = "lamplightPiece";

/// Says a text where the number of an answer's results stands.
pub fn say(root: &str, text: &str) {
    if let Some(place) = find(&[root, " [data-piece=count]"].concat()) {
        place.set_text_content(Some(text));
        forget(&place);
        hide_element(&place, false);
    }
}

/// Hides what a selector finds, or shows it.
pub fn hide(selector: &str, hidden: bool) {
    if let Some(element) = find(selector) {
        hide_element(&element, hidden);
    }
}

fn hide_element(element: &Element, hidden: bool) {
    let _ = element.toggle_attribute_with_force("hidden", hidden);
}

fn find(selector: &str) -> Option<Element> {
    document().query_selector(selector).ok()?
}

/// Follows the link that a selector finds, as a click would.
pub fn follow(selector: &str) {
    if let Some(link) = find(selector).and_then(|link| link.dyn_into::<HtmlElement>().ok()) {
        link.click();
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
