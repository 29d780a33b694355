//! What stays on the device and how that is kept true: the decisions of the library program, which does no I/O.
//!
//! Entry points: [`saved::List`] (what the reader wants kept), [`holdings`] (what is on the device), [`eviction::plan`] (what goes when space runs out),
//! [`readiness::Inspection`] (does it all open?), [`versions::compare`] (what changed on the site),
//! [`carry`] (everything of the reader's as one file), [`reading::Journal`] (where the reader was),
//! [`updates`] (new versions of the app). The design is `docs/decisions/library.md`, the records are `docs/formats.md`.
//!
//! It must never read a clock, wait or touch a store: what is stored comes in as texts, what is to be stored goes out
//! as texts. Whatever it does not understand it must leave as it is.

pub mod carry;
pub mod eviction;
pub mod holdings;
pub mod readiness;
pub mod reading;
pub mod saved;
pub mod stamp;
pub mod updates;
pub mod versions;

/// A record to be written under a key.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Write {
    /// The key.
    pub key: String,
    /// The record, JSON.
    pub text: String,
}

lamplight_model::record!(Version { v });

/// The version of a record, whatever else is in it.
#[derive(Debug, Default)]
struct Version {
    v: u32,
}

/// The version that a record claims, 0 if it is no record.
fn version(text: &str) -> u32 {
    lamplight_model::json::read::<Version>(text).map_or(0, |version| version.v)
}

fn write(record: &impl serde::Serialize) -> String {
    // Records are plain: texts, numbers, truths. There is nothing in them that JSON cannot say.
    serde_json::to_string(record).unwrap_or_default()
}
