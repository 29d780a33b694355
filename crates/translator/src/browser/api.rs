//! The browser's Translator and LanguageDetector (<https://webmachinelearning.github.io/translation-api/>), and what
//! it calls languages.

use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortSignal;

use super::{object, property, window};
use crate::languages::{plain, same};
use crate::view::Device;

/// How sure the detector has to be before it is believed more than the article.
const SURE: f64 = 0.9;

/// How many characters the detector is shown: more do not make it surer.
const SAMPLE: usize = 1500;

/// Whether the browser has a translator.
pub(crate) fn exists() -> bool {
    property(&window(), "Translator").is_object() || property(&window(), "Translator").is_function()
}

fn call(target: &JsValue, name: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    let function: Function = property(target, name).dyn_into()?;
    let list: Array = arguments.iter().collect();
    Reflect::apply(&function, target, &list)
}

async fn answer(target: &JsValue, name: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::resolve(&call(target, name, arguments)?)).await
}

fn pair(from: &str, to: &str) -> Vec<(&'static str, JsValue)> {
    vec![
        ("sourceLanguage", plain(from).into()),
        ("targetLanguage", plain(to).into()),
    ]
}

/// What the browser can do for a pair of languages.
pub(crate) async fn availability(from: &str, to: &str) -> Device {
    if !exists() {
        return Device::Absent;
    }
    let translator = property(&window(), "Translator");
    let found = answer(&translator, "availability", &[object(&pair(from, to))]).await;
    Device::of(
        &found
            .ok()
            .and_then(|found| found.as_string())
            .unwrap_or_default(),
    )
}

/// A translator of the browser's.
pub(crate) struct Translator(JsValue);

/// Asks for a translator, within the reader's click: only then may the browser fetch a model. `progress` is told how
/// much of it is there, in per cent.
pub(crate) fn create(
    from: &str,
    to: &str,
    signal: &AbortSignal,
    progress: impl Fn(u32) + Clone + 'static,
) -> Result<Promise, JsValue> {
    let monitor = Closure::once_into_js(move |monitor: JsValue| {
        let heard = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
            let loaded = property(&event, "loaded").as_f64().unwrap_or(0.0);
            let total = property(&event, "total")
                .as_f64()
                .filter(|total| *total > 0.0);
            progress((100.0 * loaded / total.unwrap_or(1.0)).clamp(0.0, 100.0) as u32);
        });
        let _ = call(
            &monitor,
            "addEventListener",
            &["downloadprogress".into(), heard.as_ref().clone()],
        );
        heard.forget();
    });
    let mut options = pair(from, to);
    options.extend([("monitor", monitor), ("signal", signal.into())]);
    let translator = property(&window(), "Translator");
    let made = call(&translator, "create", &[object(&options)])?;
    Ok(Promise::resolve(&made))
}

/// The translator that [`create`] promised, or the name of its error.
pub(crate) async fn created(promise: Result<Promise, JsValue>) -> Result<Translator, String> {
    let made = match promise {
        Ok(promise) => JsFuture::from(promise).await,
        Err(error) => Err(error),
    };
    made.map(Translator).map_err(|error| name(&error))
}

fn name(error: &JsValue) -> String {
    property(error, "name").as_string().unwrap_or_default()
}

impl Translator {
    /// A text in the other language.
    pub(crate) async fn translate(&self, text: &str, signal: &AbortSignal) -> Option<String> {
        let options = object(&[("signal", signal.into())]);
        let said = answer(&self.0, "translate", &[text.into(), options]).await;
        said.ok()?.as_string()
    }
}

impl Drop for Translator {
    fn drop(&mut self) {
        let _ = call(&self.0, "destroy", &[]);
    }
}

/// The language of a text, where a detector that is on the device is sure that it is another than is said.
pub(crate) async fn other_language(text: &str, said: &str) -> Option<String> {
    let detectors = property(&window(), "LanguageDetector");
    let state = answer(&detectors, "availability", &[]).await.ok()?;
    if state.as_string().as_deref() != Some("available") {
        return None;
    }
    let detector = answer(&detectors, "create", &[]).await.ok()?;
    let sample: String = text.chars().take(SAMPLE).collect();
    let found = answer(&detector, "detect", &[sample.into()]).await;
    let _ = call(&detector, "destroy", &[]);
    let best = Array::from(&found.ok()?).get(0);
    let sure = property(&best, "confidence").as_f64()? >= SURE;
    let lang = property(&best, "detectedLanguage").as_string()?;
    (sure && lang != "und" && !same(&lang, said)).then_some(lang)
}

/// What languages are called in another language.
pub(crate) struct Names(JsValue);

impl Names {
    /// In a language.
    pub(crate) fn new(lang: &str) -> Self {
        let names = property(&property(&window(), "Intl"), "DisplayNames");
        let options = object(&[("type", "language".into())]);
        let made = names.dyn_into::<Function>().and_then(|names| {
            let arguments = Array::of2(&Array::of1(&lang.into()), &options);
            Reflect::construct(&names, &arguments)
        });
        Self(made.unwrap_or(JsValue::UNDEFINED))
    }

    /// What one is called; its tag where the browser does not know.
    pub(crate) fn of(&self, tag: &str) -> String {
        let name = call(&self.0, "of", &[tag.into()]).ok();
        name.and_then(|name| name.as_string())
            .unwrap_or_else(|| tag.to_owned())
    }
}

/// A whole number as a language writes it.
pub(crate) fn digits(number: u32, lang: &str) -> String {
    let written = call(&number.into(), "toLocaleString", &[lang.into()]).ok();
    let written = written.and_then(|text| text.as_string());
    written.unwrap_or_else(|| number.to_string())
}

/// Sorts by name, as the page's language does.
pub(crate) fn sort(languages: &mut [crate::view::Named], lang: &str) {
    let (locales, options) = (Array::of1(&lang.into()), js_sys::Object::new());
    languages.sort_by(|a, b| {
        let order =
            js_sys::JsString::from(a.name.as_str()).locale_compare(&b.name, &locales, &options);
        order.cmp(&0)
    });
}
