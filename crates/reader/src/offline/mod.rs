//! What stays on the device and how that is kept true: the decisions of the library program, which does no I/O.
//!
//! Entry points: [`saved::List`] (what the reader wants kept), [`holdings`] (what is on the device), [`eviction::plan`] (what goes when space runs out),
//! [`readiness::Inspection`] (does it all open?), [`versions::compare`] (what changed on the site),
//! [`carry`] (everything of the reader's as one file), [`reading::Journal`] (where the reader was),
//! [`updates`] (when to look for a new version of the app); [`joined`] for every write. The design is `docs/decisions/library.md`, the records are `docs/formats.md`.
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

/// Joins a record that is to be stored with the one that stands under its key by now, in one transaction: another tab may
/// have written since this one read. `None` if there is nothing to write: what stands says as much, or is of a later
/// version.
pub fn joined(key: &str, stored: Option<&str>, text: &str) -> Option<String> {
    let joined = match stored {
        None => text.to_owned(),
        Some(own) if key.starts_with(saved::PREFIX) => {
            match (saved::read(key, own), saved::read(key, text)) {
                (saved::Found::Later(_), _) => return None,
                (saved::Found::Whole(own), saved::Found::Whole(new)) => {
                    saved::join(own, new).text()
                }
                _ => text.to_owned(),
            }
        }
        Some(own)
            if (key.starts_with(reading::PREFIX) || key == reading::HISTORY)
                && version(own) > reading::VERSION =>
        {
            return None;
        }
        Some(own) if key.starts_with(reading::PREFIX) => {
            let both = (
                reading::State::read(key, own),
                reading::State::read(key, text),
            );
            match both {
                (Some(own), Some(new)) => reading::join(own, new).write().text,
                _ => text.to_owned(),
            }
        }
        Some(own) if key == reading::HISTORY => {
            match (reading::History::read(own), reading::History::read(text)) {
                (Some(own), Some(new)) => own.join(&new).write().text,
                _ => text.to_owned(),
            }
        }
        Some(_) => text.to_owned(),
    };
    (stored != Some(&*joined)).then_some(joined)
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tab_that_read_before_another_wrote_loses_nothing_of_either() {
        let mut list = saved::List::default();
        let extent = saved::Extent::default();
        let saved = list.save(saved::Kind::Article, "a", "en", extent, 5);
        let saved = saved.expect("is written").write();
        let removed = list.remove(saved::Kind::Article, "a", "en", 6);
        let removed = removed.expect("is written").text();
        assert_eq!(
            joined(&saved.key, None, &saved.text),
            Some(saved.text.clone())
        );
        assert_eq!(joined(&saved.key, Some(&removed), &saved.text), None);
        assert_eq!(
            joined(&saved.key, Some(&saved.text), &removed),
            Some(removed.clone())
        );
        let damaged = joined(&saved.key, Some("{"), &saved.text);
        assert_eq!(damaged, Some(saved.text.clone()));
        assert_eq!(joined(&saved.key, Some("{\"v\":2}"), &saved.text), None);

        let (mut here, mut there) = (reading::Journal::default(), reading::Journal::default());
        let read = here.mark("a", true, 5);
        let opened = reading::tests::open(&mut there, "a", 6).expect("is noted");
        let both = joined(&read.key, Some(&read.text), &opened.text);
        let both = reading::State::read(&read.key, &both.expect("is written"));
        assert!(both.is_some_and(|both| both.read && both.opened == 6));

        let cleared = here.clear(7);
        let off = there.turn(true, 8);
        let both = joined(&off.key, Some(&cleared.text), &off.text).expect("is written");
        let both = reading::History::read(&both).expect("is whole");
        assert_eq!((both.off, both.cleared), (true, 7));
        // What a later version has written stays, what is damaged does not.
        for write in [&read, &off] {
            assert_eq!(joined(&write.key, Some("{\"v\":2}"), &write.text), None);
            let whole = joined(&write.key, Some("{\"v\":1,"), &write.text);
            assert_eq!(whole.as_ref(), Some(&write.text));
        }
        assert_eq!(joined("paused", Some("1"), "2").as_deref(), Some("2"));
    }
}
