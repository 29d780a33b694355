//! Search: recent searches, the address of a search, moves through results.
//!
//! Entry points: [`recent`] and [`remember`], [`address`], [`step`]. What a question means, and what its answer
//! looks like, is the finder's business.

use lamplight_model::{json, paths};

use crate::store::{Store, StoreError};

/// The key recent searches are stored under, newest first, as a JSON array.
pub const RECENT: &str = "searches";

/// How many recent searches are kept.
const KEPT: usize = 6;

/// The longest search that is noted, in bytes: nobody looks for more by hand.
pub const LONGEST: usize = 512;

/// The query string of the page of results for a question without filters, with its `?`.
pub fn address(q: &str) -> String {
    ["?q=", &paths::encode(q.trim())].concat()
}

/// Recent searches, newest first. A record that cannot be read counts as none.
pub fn recent(store: &impl Store) -> Vec<String> {
    let text = store.get(RECENT).ok().flatten().unwrap_or_default();
    json::read(&text).unwrap_or_default()
}

/// Notes a search: it is the newest now, and there once. One longer than [`LONGEST`] is not noted.
///
/// # Errors
/// The store's; the old list then still stands.
pub fn remember(store: &impl Store, q: &str) -> Result<(), StoreError> {
    let q = q.trim();
    if q.is_empty() || q.len() > LONGEST {
        return Ok(());
    }
    let mut list = recent(store);
    list.retain(|known| known != q);
    list.insert(0, q.to_owned());
    list.truncate(KEPT);
    let text = serde_json::to_string(&list).map_err(|_| StoreError::Blocked)?;
    store.set(RECENT, &text)
}

/// Where the choice goes among `count` results with an arrow key, `down` or up: beyond the last and before
/// the first it is in the box again (`None`).
pub fn step(chosen: Option<usize>, count: usize, down: bool) -> Option<usize> {
    match (chosen, down) {
        _ if count == 0 => None,
        (None, true) => Some(0),
        (None, false) => Some(count - 1),
        (Some(at), true) => (at + 1 < count).then_some(at + 1),
        (Some(at), false) => at.min(count).checked_sub(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::MemoryStore;

    #[test]
    fn recent_searches_are_newest_first_each_once_and_few() {
        let store = MemoryStore::default();
        let endless = "é".repeat(LONGEST);
        for q in ["a", "b", "c", "d", "e", "f", "g", "c", " ", &endless] {
            remember(&store, q).expect("stores");
        }
        assert_eq!(recent(&store), ["c", "g", "f", "e", "d", "b"]);
        store.set(RECENT, "{").expect("stores");
        assert_eq!(recent(&store), [""; 0]);
        store.set_blocked(true);
        assert_eq!(remember(&store, "x"), Err(StoreError::Blocked));
    }

    #[test]
    fn arrows_go_through_the_results_and_back_into_the_box() {
        assert_eq!(step(None, 3, true), Some(0));
        assert_eq!(step(Some(2), 3, true), None);
        assert_eq!(step(None, 3, false), Some(2));
        assert_eq!(step(Some(0), 3, false), None);
        assert_eq!(step(Some(1), 3, false), Some(0));
        assert_eq!(step(Some(7), 2, false), Some(1));
        assert_eq!(step(None, 0, true), None);
    }

    #[test]
    fn a_question_is_in_its_address() {
        assert_eq!(address(" north & sea "), "?q=north%20%26%20sea");
    }
}
