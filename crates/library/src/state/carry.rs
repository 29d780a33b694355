//! What of the device a carry file is about: which articles go into it, which of another's come.
//!
//! Entry points: [`State::to_carry`], [`State::documents`], [`State::wants`].

use std::collections::{BTreeMap, BTreeSet};

use lamplight_model::{json, paths};
use lamplight_reader::Millis;
use lamplight_reader::offline::saved::{Item, List};

use super::State;

impl State {
    /// How many saved articles are on the device, and the bytes of their documents.
    pub(crate) fn to_carry(&self) -> (u64, u64) {
        let held = self.holdings.values();
        let saved = held.filter(|held| self.extent(&held.slug, &held.lang).is_some());
        saved.fold((0, 0), |(count, bytes), held| {
            (count + 1, bytes + held.bytes)
        })
    }

    /// When the documents came that are stored under the paths `present` (JSON) of the cache of what is saved, and their
    /// digests.
    pub(crate) fn documents(&self, present: &str) -> BTreeMap<String, (Millis, String)> {
        let present: Vec<String> = json::read(present).unwrap_or_default();
        let present: BTreeSet<String> = present.into_iter().collect();
        let held = self.holdings.values();
        let held = held.map(|own| (&own.slug, &own.lang, own.stored, &own.digest));
        let whole = self.receipts.values();
        let whole = whole.map(|own| (&own.slug, &own.lang, own.at, &own.digest));
        let all = whole.chain(held).map(|(slug, lang, stored, digest)| {
            let path = paths::document(&self.told.site, lang, slug);
            (path, (stored, digest.clone()))
        });
        all.filter(|(path, _)| present.contains(path)).collect()
    }

    /// Whether an article that comes is saved by a list, `variants` being all that comes of it.
    pub(crate) fn wants<'a>(
        &self,
        list: &List,
        item: Item<'_>,
        variants: impl Iterator<Item = Item<'a>>,
    ) -> bool {
        let others = variants.filter(|other| other.lang != item.lang);
        self.extent_in(list, item.slug, item.lang).is_some() || list.covers(item, others).is_some()
    }
}
