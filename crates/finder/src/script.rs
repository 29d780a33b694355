//! Values of JavaScript: from it and to it.

use std::ops::Range;

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// A property; `undefined` if there is none.
pub(crate) fn property(value: &JsValue, name: &str) -> JsValue {
    Reflect::get(value, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

/// A property that is a text; empty if it is none.
pub(crate) fn text(value: &JsValue, name: &str) -> String {
    property(value, name).as_string().unwrap_or_default()
}

/// A property that is a count; `default` if it is none.
pub(crate) fn count(value: &JsValue, name: &str, default: usize) -> usize {
    property(value, name)
        .as_f64()
        .map_or(default, |number| number as usize)
}

/// Whether a property is true.
pub(crate) fn truth(value: &JsValue, name: &str) -> bool {
    property(value, name).is_truthy()
}

/// A property that is an array of texts.
pub(crate) fn texts(value: &JsValue, name: &str) -> Vec<String> {
    let values = property(value, name)
        .dyn_into::<Array>()
        .unwrap_or_default();
    values
        .iter()
        .filter_map(|value| value.as_string())
        .collect()
}

/// An object from names and values.
pub(crate) fn object(members: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in members {
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object.into()
}

/// An array.
pub(crate) fn list(values: impl Iterator<Item = JsValue>) -> JsValue {
    values.collect::<Array>().into()
}

/// An array of texts.
pub(crate) fn words(words: &[impl AsRef<str>]) -> JsValue {
    list(words.iter().map(|word| word.as_ref().into()))
}

/// A text, or `null`.
pub(crate) fn optional(text: Option<&str>) -> JsValue {
    text.map_or(JsValue::NULL, JsValue::from)
}

/// Ranges of bytes, `before` of them before the text begins, as places in it: from, to, from, to, …
pub(crate) fn ranges(text: &str, before: usize, ranges: &[Range<usize>]) -> JsValue {
    list(units(text, before, ranges).into_iter().map(JsValue::from))
}

fn units(text: &str, before: usize, ranges: &[Range<usize>]) -> Vec<u32> {
    let mut places = Vec::with_capacity(2 * ranges.len());
    let (mut at, mut units) = (0, 0);
    for byte in ranges.iter().flat_map(|range| [range.start, range.end]) {
        let byte = byte.saturating_sub(before);
        if let Some(between) = text.get(at..byte) {
            units += between.encode_utf16().count() as u32;
            at = byte;
        }
        places.push(units);
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_as_javascript_does() {
        // «é» is two bytes and one unit, the wave four bytes and two units.
        assert_eq!(units("été 🌊 sea", 0, &[0..5, 11..14]), [0, 3, 7, 10]);
        assert_eq!(units("sea and sea", 10, &[10..13, 18..21]), [0, 3, 8, 11]);
        let beyond = 1..9;
        assert_eq!(units("é", 0, &[beyond]), [0, 0]);
    }
}
