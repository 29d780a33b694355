//! The reader's settings: one small record, versioned, migrated, never dropped.
//!
//! `early.js` reads `theme` and `text` of the same record before the first paint; a change of the
//! record's shape is a change there, too.

use lamplight_model::json::{self, Fill, Json};
use lamplight_model::record;
use serde::Serialize;

use crate::store::{Store, StoreError};

/// The key the settings are stored under.
pub const KEY: &str = "settings";

/// Colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// As the device is set.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// The value of `data-theme`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

impl Theme {
    /// The one of a name; the default of any other.
    pub fn named(name: &str) -> Self {
        named(name, [Self::Auto, Self::Light, Self::Dark], Self::as_str)
    }
}

impl Fill for Theme {
    fn fill(&mut self, json: Json) -> bool {
        fill(self, &json, Self::named, Self::as_str)
    }
}

/// Size of the text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TextSize {
    /// Small.
    Small,
    /// As the browser is set.
    #[default]
    Normal,
    /// Large.
    Large,
    /// Very large.
    Huge,
}

impl TextSize {
    /// The value of `data-text`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Normal => "normal",
            Self::Large => "large",
            Self::Huge => "huge",
        }
    }
}

impl TextSize {
    /// The one of a name; the default of any other.
    pub fn named(name: &str) -> Self {
        let all = [Self::Small, Self::Normal, Self::Large, Self::Huge];
        named(name, all, Self::as_str)
    }
}

impl Fill for TextSize {
    fn fill(&mut self, json: Json) -> bool {
        fill(self, &json, Self::named, Self::as_str)
    }
}

fn named<T: Copy + Default, const N: usize>(
    wanted: &str,
    all: [T; N],
    name: fn(T) -> &'static str,
) -> T {
    let found = all.into_iter().find(|choice| name(*choice) == wanted);
    found.unwrap_or_default()
}

/// Takes over the choice of a name, if there is one.
fn fill<T: Copy>(
    slot: &mut T,
    json: &Json,
    named: fn(&str) -> T,
    name: fn(T) -> &'static str,
) -> bool {
    let Json::Text(text) = json else {
        return false;
    };
    let found = named(text);
    let fits = name(found) == text;
    if fits {
        *slot = found;
    }
    fits
}

/// What the reader has chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Settings {
    /// Version of the record, now 1.
    pub v: u32,
    /// Colours.
    pub theme: Theme,
    /// Size of the text.
    pub text: TextSize,
    /// How many of the newest articles to keep; `None` is the site's own number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_newest: Option<u32>,
    /// Language of the pages whose address names none (BCP 47); `None` is the browser's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The notice about installing was sent away.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub install_dismissed: bool,
    /// The day (since 1970) on which the reader did not want to know that an article is also in their language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offer_declined: Option<u32>,
}

record!(Settings {
    v;
    theme, text, keep_newest, language, install_dismissed, offer_declined
});

/// Reads the settings. A record that cannot be read is put aside under another key, so that a later
/// version may still make sense of it, and the defaults hold.
pub fn load(store: &impl Store) -> Settings {
    let Ok(Some(text)) = store.get(KEY) else {
        return Settings {
            v: 1,
            ..Settings::default()
        };
    };
    match json::read(&text) {
        Some(settings) => settings,
        None => {
            if store.set("settings.unreadable", &text).is_ok() {
                let _ = store.remove(KEY);
            }
            Settings {
                v: 1,
                ..Settings::default()
            }
        }
    }
}

/// Stores the settings.
///
/// # Errors
/// The store's; the settings then hold until the page is closed.
pub fn save(store: &impl Store, settings: &Settings) -> Result<(), StoreError> {
    let text = serde_json::to_string(settings).map_err(|_| StoreError::Blocked)?;
    store.set(KEY, &text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::MemoryStore;

    #[test]
    fn settings_come_back_as_they_were_stored() {
        let store = MemoryStore::default();
        let settings = Settings {
            v: 1,
            theme: Theme::Dark,
            keep_newest: Some(0),
            language: Some("fa".into()),
            ..Settings::default()
        };
        save(&store, &settings).expect("stores");
        assert_eq!(load(&store), settings);
    }

    #[test]
    fn a_corrupt_record_is_put_aside_not_dropped() {
        let store = MemoryStore::default();
        store.set(KEY, "{\"v\":1,\"theme\":").expect("stores");
        assert_eq!(load(&store).theme, Theme::Auto);
        assert_eq!(
            store.get("settings.unreadable"),
            Ok(Some("{\"v\":1,\"theme\":".to_owned()))
        );
    }

    #[test]
    fn a_record_of_a_later_version_keeps_what_this_one_understands() {
        let store = MemoryStore::default();
        store
            .set(KEY, "{\"v\":7,\"theme\":\"dark\",\"font\":\"mono\"}")
            .expect("stores");
        assert_eq!(load(&store).theme, Theme::Dark);
    }
}
