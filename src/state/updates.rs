//! Looking for new versions of the app.
//!
//! Entry point: [`look`]. When it is time for one is `lamplight_reader`'s to say; that a version waits, the worker's
//! registration tells (`crate::browser::worker::register`).

use lamplight_reader::offline::updates::{Occasion, answered, begin};
use leptos::task::spawn_local;

use super::session::with_store;
use crate::browser::device;
use crate::browser::worker::{Update, look_for_update, registered};

/// Looks for a new version if it is time for that. Whether there is a network only a look can tell.
pub(crate) fn look(occasion: Occasion) {
    spawn_local(async move {
        look_now(occasion).await;
    });
}

/// Likewise; what came of it.
pub(crate) async fn look_now(occasion: Occasion) -> Update {
    if !registered() {
        return Update::Failed;
    }
    let saves = device::saves_data();
    if !with_store(|store| begin(store, occasion, saves, device::now())) {
        return Update::None;
    }
    let found = look_for_update().await;
    if found != Update::Failed {
        with_store(|store| answered(store, device::now()));
    }
    found
}
