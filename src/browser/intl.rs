//! Times, ages and sizes in words, by the browser's own `Intl`.

use js_sys::{Array, Intl};
use lamplight_model::Messages;
use lamplight_reader::Millis;
use lamplight_reader::evidence::{Age, age};
use wasm_bindgen::JsValue;

use super::{device::now, object};

/// As the texts write dates and digits.
fn locales(messages: &Messages) -> Array {
    Array::of1(&messages.locale().into())
}

/// A time of day, `14:02`; with the date if it was not today.
pub fn time(messages: &Messages, at: Millis) -> String {
    let day = |at: Millis| js_sys::Date::new(&JsValue::from_f64(at as f64)).to_date_string();
    let today = day(at) == day(now());
    let mut options = vec![("timeStyle", JsValue::from_str("short"))];
    if !today {
        options.push(("dateStyle", JsValue::from_str("medium")));
    }
    let format = Intl::DateTimeFormat::new(&locales(messages), &object(&options));
    let date = js_sys::Date::new(&JsValue::from_f64(at as f64));
    format
        .format()
        .call1(&JsValue::UNDEFINED, &date)
        .ok()
        .and_then(|text| text.as_string())
        .unwrap_or_default()
}

/// An age, `3 hours ago`.
pub fn ago(messages: &Messages, then: Millis) -> String {
    match age(then, now()) {
        Age::Now => messages.just_now.clone(),
        Age::Ago(count, unit) => {
            let format = Intl::RelativeTimeFormat::new(&locales(messages), &object(&[]));
            String::from(format.format(-f64::from(count), unit))
        }
    }
}

/// A number, `1,234`.
pub fn number(messages: &Messages, value: f64) -> String {
    let format = Intl::NumberFormat::new(&locales(messages), &object(&[]));
    format
        .format()
        .call1(&JsValue::UNDEFINED, &JsValue::from_f64(value))
        .ok()
        .and_then(|text| text.as_string())
        .unwrap_or_default()
}
