//! What the worker asks of versions: which there are, which go, and the panel that compares two of them.
//!
//! Entry points: [`versions_panel`] with [`version_of`], [`versions_count`], [`versions_spare`]; [`renewal`]. Editions come in as the
//! records that are stored of them (`lamplight_reader::offline::versions::Revision`, JSON), also those that are no earlier
//! ones. It must never show a text that is not what its digest says.

use lamplight_model::json;
use lamplight_reader::Millis;
use lamplight_reader::offline::Write;
use lamplight_reader::offline::versions::Revision;
use wasm_bindgen::prelude::*;

use crate::view::versions::{Compared, Panel, panel};
use crate::{Browser, state, with, write};

/// How many versions of an article there are beside the one with a digest.
#[wasm_bindgen]
#[must_use]
pub fn versions_count(slug: &str, lang: &str, digest: &str) -> usize {
    with(|state| state.earlier(slug, lang, digest).len())
}

/// The digest of the newest version beside the one with a digest; empty if there is none.
#[wasm_bindgen]
#[must_use]
pub fn versions_newest(slug: &str, lang: &str, digest: &str) -> String {
    with(|state| {
        let all = state.earlier(slug, lang, digest);
        all.first()
            .map_or_else(String::new, |one| one.digest.clone())
    })
}

/// The keys, as JSON, of an article's versions that go, where the one with a digest is the article itself.
#[wasm_bindgen]
#[must_use]
pub fn versions_spare(slug: &str, lang: &str, digest: &str) -> String {
    with(|state| write(&state.spare(slug, lang, digest)))
}

/// Whether a version of so many bytes finds a place beside an article's others, and none of them goes for it, where the one
/// with a digest is the article itself.
#[wasm_bindgen]
#[must_use]
pub fn versions_fit(slug: &str, lang: &str, digest: &str, bytes: f64) -> bool {
    with(|state| state.fits(slug, lang, digest, bytes as u64))
}

/// The record that says that the reader took the edition with a digest of what is saved (empty: the one that the site's list
/// names); to be written.
#[wasm_bindgen]
#[must_use]
pub fn renew(slug: &str, lang: &str, digest: &str) -> String {
    with(|state| write(&state.renew(slug, lang, digest)))
}

/// What is to be fetched for such a record, as `crate::due` gives it; nothing if that was done. `told`: the site's list was
/// asked for just now.
#[wasm_bindgen]
#[must_use]
pub fn renewal(slug: &str, lang: &str, wish: &str, told: bool) -> Option<String> {
    with(|state| state.renewal(slug, lang, wish, told).as_ref().map(write))
}

/// The record, to be written, that the edition with a digest is the one that the reader went to, of what is not saved; its
/// key alone, to be dropped, where there is no digest.
#[wasm_bindgen]
#[must_use]
pub fn held(slug: &str, lang: &str, digest: &str) -> String {
    let (key, text) = (state::versions::held_key(slug, lang), digest.to_owned());
    write(&Write { key, text })
}

/// The keys, as JSON, of the versions of what is neither saved, nor was removed within `undo` milliseconds before `now`, nor
/// read, nor among the articles `present` (JSON, a list of `<lang>/<slug>`).
#[wasm_bindgen]
#[must_use]
pub fn versions_orphans(present: &str, undo: f64, now: f64) -> String {
    let present: Vec<String> = json::read(present).unwrap_or_default();
    with(|state| write(&state.orphans(&present, undo as Millis, now as Millis)))
}

/// The record of an edition of an article, from the sealed text that came at `stored`: its text alone; nothing if it is
/// damaged, or another article's.
#[wasm_bindgen]
#[must_use]
pub fn version_of(text: &str, slug: &str, lang: &str, stored: f64) -> Option<String> {
    let write = with(|state| state.revision(text, stored as Millis, 0))?;
    let key = ["revision/", slug, "/", lang, "/"].concat();
    write.key.starts_with(&*key).then_some(write.text)
}

/// Whether a record that cannot be read is whole, and of a later version of the app.
#[wasm_bindgen]
#[must_use]
pub fn version_later(record: &str) -> bool {
    Revision::is_later(record)
}

/// What a record holds: `{digest, stored, title, text}`, as JSON; nothing if it is damaged.
#[wasm_bindgen]
#[must_use]
pub fn version_read(record: &str) -> Option<String> {
    #[derive(serde::Serialize)]
    struct Version {
        digest: String,
        stored: Millis,
        title: String,
        text: String,
    }
    let Revision {
        digest,
        stored,
        text,
        ..
    } = Revision::read(record)?;
    let title = lamplight_reader::library::read(&text)?.title;
    Some(write(&Version {
        digest,
        stored,
        title,
        text,
    }))
}

/// The panel: which versions there are, and what changed between the reader's own and the one called `which` (a digest,
/// or `site`). `own`, `site` and `other` are records.
#[wasm_bindgen]
#[must_use]
pub fn versions_panel(
    own: &str,
    site: Option<String>,
    other: Option<String>,
    which: &str,
) -> Option<String> {
    let own = Revision::read(own)?;
    let site = site.as_deref().and_then(Revision::read);
    let found = other.as_deref().and_then(Revision::read);
    let compared = match (which, &site, &found) {
        ("", ..) => Compared::Nothing,
        ("site", Some(site), _) => Compared::With(site),
        ("site", None, _) => Compared::Nothing,
        (_, _, Some(other)) if (&own.slug, &own.lang) == (&other.slug, &other.lang) => {
            Compared::With(other)
        }
        _ => match &other {
            None => Compared::Gone,
            Some(text) if Revision::is_later(text) => Compared::Later,
            Some(_) => Compared::Damaged,
        },
    };
    with(|state| {
        let earlier = state.earlier(&own.slug, &own.lang, &own.digest);
        let shown = Panel {
            told: &state.told,
            own: &own,
            site: site.as_ref(),
            earlier: &earlier,
            compared,
            which,
        };
        Some(panel(&shown, &Browser))
    })
}
