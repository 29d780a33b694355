//! What the browser tells of the device: time, connection, visibility, memory for the site.

use lamplight_reader::Millis;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

use super::{document, listen, object, property, window};

/// Now.
pub fn now() -> Millis {
    js_sys::Date::now() as Millis
}

/// Waits.
pub async fn sleep(milliseconds: u32) {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        let _ = window()
            .set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds as i32);
    });
    let _ = JsFuture::from(promise).await;
}

/// Lets the browser do what waits: paint, answer the reader. Long work does this between its steps.
pub async fn breathe() {
    sleep(0).await;
}

/// Waits until the browser has nothing better to do; two seconds at most.
pub async fn idle() {
    let ask = property(&window(), "requestIdleCallback").dyn_into::<js_sys::Function>();
    let Ok(ask) = ask else {
        // WebKit has none.
        return sleep(200).await;
    };
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        let limit = object(&[("timeout", 2000.into())]);
        let _ = ask.call2(&window(), &resolve, &limit);
    });
    let _ = JsFuture::from(promise).await;
}

/// Whether the device has a network, as far as the browser knows. A hint, no more.
pub fn online() -> bool {
    window().navigator().on_line()
}

/// Whether nobody sees the page now.
pub fn hidden() -> bool {
    document().hidden()
}

/// Whether the reader asked for less data (Save-Data, WICG Network Information).
pub fn saves_data() -> bool {
    let connection = property(&window().navigator(), "connection");
    property(&connection, "saveData").is_truthy()
}

/// The browser's `User-Agent`.
pub fn user_agent() -> String {
    window().navigator().user_agent().unwrap_or_default()
}

/// Whether the device is touched.
pub fn touch() -> bool {
    window().navigator().max_touch_points() > 1
}

/// Whether the app runs in a window of its own.
pub fn standalone() -> bool {
    let matches = window().match_media("(display-mode: standalone)");
    matches!(matches, Ok(Some(list)) if list.matches())
        || property(&window().navigator(), "standalone").is_truthy()
}

/// The window's width in CSS pixels, and how many of the screen's make one of them.
pub fn screen() -> (f64, f64) {
    let number = |name| property(&window(), name).as_f64().unwrap_or(1.0);
    (number("innerWidth"), number("devicePixelRatio"))
}

/// Calls `handler` when the connection comes or goes.
pub fn on_connection(handler: impl Fn() + Clone + 'static) {
    for kind in ["online", "offline"] {
        let handler = handler.clone();
        listen(&window(), kind, move |_| handler());
    }
}

/// Calls `handler` when the page is shown again, with how long it was hidden.
pub fn on_return(handler: impl Fn(Millis) + 'static) {
    let hidden_at = std::cell::Cell::new(None);
    listen(&document(), "visibilitychange", move |_| {
        if document().hidden() {
            hidden_at.set(Some(now()));
        } else if let Some(at) = hidden_at.take() {
            handler(now() - at);
        }
    });
}

/// Reloads the page.
pub fn reload() {
    let _ = window().location().reload();
}

/// The languages that the reader prefers, best first (BCP 47).
pub fn languages() -> Vec<String> {
    let languages = window().navigator().languages();
    languages.iter().filter_map(|tag| tag.as_string()).collect()
}
