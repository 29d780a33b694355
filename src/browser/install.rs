//! The browser's offer to install (`beforeinstallprompt`), which `early.js` may have caught before
//! the app started.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::{listen, property, window};

const OFFER: &str = "lamplightInstall";

/// Whether the browser offers to install now.
pub fn offered() -> bool {
    property(&window(), OFFER).is_truthy()
}

/// Calls `handler` when the offer comes, or goes because the app was installed.
pub fn on_change(handler: impl Fn() + Clone + 'static) {
    let offer = handler.clone();
    listen(&window(), "lamplight:installable", move |_| offer());
    listen(&window(), "appinstalled", move |_| {
        forget();
        handler();
    });
}

/// Shows the browser's own question. An offer can be taken up once.
pub async fn ask() {
    let offer = property(&window(), OFFER);
    forget();
    if let Ok(prompt) = property(&offer, "prompt").dyn_into::<js_sys::Function>()
        && let Ok(promise) = prompt.call0(&offer)
        && let Ok(promise) = promise.dyn_into::<js_sys::Promise>()
    {
        let _ = JsFuture::from(promise).await;
    }
}

fn forget() {
    let _ = js_sys::Reflect::set(&window(), &JsValue::from_str(OFFER), &JsValue::NULL);
}
