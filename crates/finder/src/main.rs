//! The finder: search in a browser, a WebAssembly program of its own.
//!
//! Entry points: [`load`] and [`search`], which any page can import; the app runs them in a worker, beside the
//! renderer, which makes HTML of the answers. It is `lamplight_search` and what that leaves to its caller: fetching the
//! index's files and verifying each by its name. It must never touch a document of the page, and never believe
//! bytes whose digest is not in their name.
//!
//! Places in texts are counted in UTF-16 code units, as JavaScript does.

mod script;
mod state;

use lamplight_model::seal;
use lamplight_search::{Document, Fold, Hit, Marker, Query, Source};
use wasm_bindgen::prelude::*;

use script::{list, object, optional, ranges, text, truth, words};
use state::{ask, with};

/// How long a snippet is, in characters.
const SNIPPET: usize = 160;

/// Opens the index whose root is the file `root` in the folder at `base` (an address that ends with `/`); how
/// many documents it has. What was [`put`] stays. Without it only that is found.
///
/// # Errors
/// An `Error` whose name is `Absent` (no such file now), `Damaged` or `Newer` (made by a newer press); what
/// was open before stays open.
#[wasm_bindgen]
pub async fn load(base: String, root: String) -> Result<u32, JsValue> {
    Ok(state::open(base, root).await?)
}

/// Answers a question: `{q, lang, k, offset, prefix, near}`, of which all but `q` may be left out
/// ([`lamplight_search::Request`]). `near`: by what is at hand, without waiting for files.
///
/// The answer is `{hits, total, didYouMean, complete, words, ms, index, own}`; a hit `{id, lang, title, date,
/// categories, tags, score, local, unconfirmed, marks, snippet, own}`, where `marks` are places in the title (from,
/// to, from, to, …), `categories` begins with those that the question names, `snippet` is
/// `{text, before, after, marks, tags}` if the text is at hand, else `null` (`before`, `after`: whether more of it was left
/// out; `tags`: what matches are the tags, and these are the text), and `own` says that it was [`put`]. `ms` is the engine's own time,
/// `index` what is known of the site's index (`open`, `absent`, `newer`; empty before that), and `own` how many documents were
/// [`put`].
///
/// # Errors
/// None that a caller could mend.
#[wasm_bindgen]
pub async fn search(request: JsValue) -> Result<JsValue, JsValue> {
    let (question, prefix) = (text(&request, "q"), truth(&request, "prefix"));
    let (answer, milliseconds) = ask(&request, &question, prefix).await;
    let query = Query::parse(&question, prefix);
    Ok(with(|state| {
        state.note_words(&question, &answer.words);
        let marker = state.engine.marker(&query, &answer.words);
        // A phrase is certain where the text is at hand.
        let confirmed = |hit: &&Hit| {
            let text = state.text(&hit.id, &hit.lang).filter(|_| hit.unconfirmed);
            text.is_none_or(|d| {
                marker.confirms(&[&d.title, &d.headings, &d.description, &d.body], &d.lang)
            })
        };
        let hits = answer.hits.iter().filter(confirmed);
        let hits = list(hits.map(|hit| hit_of(state, &marker, &query, hit)));
        object(&[
            ("hits", hits),
            ("total", (answer.total as u32).into()),
            ("didYouMean", optional(answer.did_you_mean.as_deref())),
            ("complete", answer.complete.into()),
            ("words", words(&answer.words)),
            ("ms", milliseconds.into()),
            ("index", state.index.into()),
            ("own", (state.count_own() as u32).into()),
        ])
    }))
}

fn hit_of(state: &state::State, marker: &Marker, query: &Query, hit: &Hit) -> JsValue {
    let snippet = state
        .text(&hit.id, &hit.lang)
        .map_or(JsValue::NULL, |document| part(marker, document));
    let fold = Fold::default();
    let named = |own: &&String| {
        query
            .categories
            .iter()
            .any(|name| fold.key(name) == fold.key(own))
    };
    let (mut categories, others): (Vec<&String>, Vec<&String>) =
        hit.categories.iter().partition(named);
    categories.extend(others);
    object(&[
        ("id", hit.id.as_str().into()),
        ("lang", hit.lang.as_str().into()),
        ("title", hit.title.as_str().into()),
        ("date", hit.date.as_str().into()),
        ("categories", words(&categories)),
        ("tags", words(&hit.tags)),
        ("score", hit.score.into()),
        ("local", hit.local.into()),
        ("unconfirmed", hit.unconfirmed.into()),
        ("own", state.has(&hit.id, &hit.lang).into()),
        (
            "marks",
            ranges(&hit.title, 0, &marker.marks(&hit.title, &hit.lang)),
        ),
        ("snippet", snippet),
    ])
}

fn part(marker: &Marker, document: &Document) -> JsValue {
    let part = marker.part(document, SNIPPET);
    object(&[
        ("marks", ranges(&part.text, 0, &part.marks)),
        ("text", part.text.into()),
        ("before", part.before.into()),
        ("after", part.after.into()),
        ("tags", (part.source == Source::Tags).into()),
    ])
}

/// Opens the index whose root is at `root` below the site's base, an address that ends with `/` (`root` empty: there
/// is none now), unless it is open; whether it is open now. What was open stays open where that fails.
#[wasm_bindgen]
pub async fn take(base: String, root: String) -> bool {
    state::take(base, root).await
}

/// The root that is open, as [`take`] took it; empty if none is.
#[wasm_bindgen]
#[must_use]
pub fn opened() -> String {
    with(|state| state.root.clone())
}

/// How many bytes the files of the open index have together, its root aside; 0 if that is not known.
#[wasm_bindgen]
#[must_use]
pub fn size() -> f64 {
    with(|state| state.extent.bytes.into())
}

/// The root of the index that an edition (the text of `edition.json`) names, relative to the site's base; empty if it
/// names none, `undefined` if the text is damaged.
#[wasm_bindgen]
#[must_use]
pub fn root_of(edition: &str) -> Option<String> {
    state::root_of(edition)
}

/// Of an index whose root has these bytes: how many files it has beside the root, and their bytes together; both 0 if
/// it does not say. Empty if the root cannot be read.
#[wasm_bindgen]
#[must_use]
pub fn extent(root: &[u8]) -> Vec<u32> {
    lamplight_search::extent(root).map_or_else(|_| Vec::new(), |own| vec![own.files, own.bytes])
}

/// The names of the files that a file of an index names: from the root on they lead to all there are. `undefined` if
/// the bytes are not what the file's name promises.
#[wasm_bindgen]
#[must_use]
pub fn contents(file: &str, bytes: &[u8]) -> Option<Vec<String>> {
    lamplight_search::verified(file, &seal::digest(bytes))
        .then(|| lamplight_search::contents(file, bytes))?
}

/// Makes a document of the device findable: `{id, lang, title, headings, description, body, tags, categories,
/// date}`, what is left out is empty. One of the same `id` and `lang` is replaced.
#[wasm_bindgen]
pub fn put(document: &JsValue) {
    let document = state::document(document);
    with(|state| state.put(document));
}

/// Lends a document's text for snippets, without making it findable; as [`put`].
#[wasm_bindgen]
pub fn lend(document: &JsValue) {
    let document = state::document(document);
    with(|state| state.lend(document));
}

/// Forgets a document of the device.
#[wasm_bindgen]
pub fn forget(id: &str, lang: &str) {
    with(|state| state.forget(id, lang));
}

/// What to mark in texts of one language for a question, as [`search`] took it: for each text pairs of places, from
/// and to.
#[wasm_bindgen]
#[must_use]
pub fn marks(question: &str, prefix: bool, lang: &str, texts: Vec<String>) -> JsValue {
    let query = Query::parse(question, prefix);
    with(|state| {
        let marker = state.engine.marker(&query, state.words(question));
        list(
            texts
                .iter()
                .map(|text| ranges(text, 0, &marker.marks(text, lang))),
        )
    })
}

fn main() {}
