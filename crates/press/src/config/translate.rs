//! `[translate]` of `site.toml`: services on the web that readers are led to.
//!
//! Entry points: [`read`], [`plain`], [`note_english`].

use std::collections::BTreeMap;

use lamplight_model::services;
use serde::Serialize;
use serde_json::Value;

use super::unknown_keys;
use crate::diagnostic::{Diagnostics, Kind};
use crate::emit::words::speaks;
use crate::fields::Fields;

/// A service on the web.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Service {
    /// Its name.
    pub(crate) name: String,
    /// The pattern of its address (`lamplight_model::services`).
    pub(crate) url: String,
}

const KEYS: &[&str] = &["services"];
const SERVICE_KEYS: &[&str] = &["name", "url"];
const PLACES: [&str; 3] = ["url", "from", "to"];

const WANTED: &str = "a table with a list: [translate] and below it services = [{ name = \"…\", url = \"https://…{url}\" }], or translate = false";

/// The services; `None` where articles are to have no control for translations at all.
pub(crate) fn read(fields: &Fields<'_>, diagnostics: &mut Diagnostics) -> Option<Vec<Service>> {
    let usual = || {
        vec![Service {
            name: "Google Translate".into(),
            url: "https://translate.google.com/translate?sl={from}&tl={to}&u={url}".into(),
        }]
    };
    let table = match fields.map.get("translate") {
        None | Some(Value::Bool(true)) => return Some(usual()),
        Some(Value::Bool(false)) => return None,
        Some(Value::Object(map)) => fields.within("translate", map.clone()),
        Some(_) => {
            fields.wrong(diagnostics, "translate", WANTED);
            return None;
        }
    };
    unknown_keys(&table, KEYS, " of translate", diagnostics);
    let items = match table.map.get("services") {
        None => return Some(usual()),
        Some(Value::Array(items)) => items,
        Some(_) => {
            table.wrong(diagnostics, "services", WANTED);
            return None;
        }
    };
    let services = items.iter();
    Some(
        services
            .filter_map(|item| service(&table, item, diagnostics))
            .collect(),
    )
}

fn service(table: &Fields<'_>, item: &Value, diagnostics: &mut Diagnostics) -> Option<Service> {
    let line = table.line("services");
    let mut wrong = |line, message: String, remedy: &str| {
        diagnostics.error(Kind::Config, table.path, Some(line), message, remedy);
    };
    let text = |key: &str| item.get(key).and_then(Value::as_str).map(str::trim);
    let (Some(name), Some(url)) = (text("name"), text("url")) else {
        wrong(
            line,
            "A translation service has no name or no address.".into(),
            "Write { name = \"…\", url = \"https://…{url}\" }.",
        );
        return None;
    };
    let line = table.item_line("services", url);
    if name.is_empty() {
        wrong(
            line,
            format!("The translation service at {url} has no name."),
            "Say what readers know it by.",
        );
        return None;
    }
    let plain = |url: &str| url.starts_with("https://") && !url.contains(char::is_whitespace);
    if !plain(url) || url.len() == "https://".len() {
        wrong(
            line,
            format!("`{url}` is no address of a translation service."),
            "Write one that begins with https:// and has no spaces.",
        );
        return None;
    }
    if let Some(place) = foreign_place(url) {
        wrong(
            line,
            format!("`{{{place}}}` in the address of {name} is nothing press fills in."),
            "Known are {url}, the article's address, and the languages {from} and {to}.",
        );
        return None;
    }
    if !url.contains("{url}") {
        wrong(
            line,
            format!("The address of {name} does not say where the article's address belongs."),
            "Put {url} in its place.",
        );
        return None;
    }
    let map = item.as_object().cloned().unwrap_or_default();
    unknown_keys(
        &table.within("services", map),
        SERVICE_KEYS,
        " of a translation service",
        diagnostics,
    );
    Some(Service {
        name: name.to_owned(),
        url: url.to_owned(),
    })
}

/// What stands in braces and is none of the places.
fn foreign_place(url: &str) -> Option<&str> {
    let places = url
        .split('{')
        .skip(1)
        .map(|rest| rest.split('}').next().unwrap_or(rest));
    places.into_iter().find(|place| !PLACES.contains(place))
}

/// Says for which languages, whose interface has texts, the panel for translations has none.
pub(super) fn note_english(
    fields: &Fields<'_>,
    messages: &BTreeMap<String, String>,
    diagnostics: &mut Diagnostics,
) {
    for code in messages.keys().filter(|code| !speaks(code)) {
        diagnostics.note(
            Kind::InterfaceText,
            fields.path,
            Some(fields.line("languages")),
            format!("Lamplight has no texts in `{code}` for the panel of *Translate »*: it is English on the pages of this language."),
            "Your own cannot be given yet; `translate = false` takes the panel away.",
        );
    }
}

/// The pattern for links that work without script: the first service that needs no language of the reader's.
pub(crate) fn plain(list: &[Service], origin: &str) -> String {
    list.iter()
        .find_map(|service| services::plain(&service.url, origin))
        .unwrap_or_default()
}
