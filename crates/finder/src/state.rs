//! What the finder holds: the engine, the index's files, and the texts it was given.
//!
//! Entry point: [`Finder`]. It decides, and waits for nothing: whoever asks fetches what [`Finder::search`] says it
//! needs, and asks again. It must never keep bytes whose digest is not in their name.

use lamplight_model::seal;
use lamplight_search::{
    Answer, Document, Engine, Fold, Hit, Marker, OpenError, Outcome, Query, Request, Source,
};

use crate::json::Json;

/// How long a snippet is, in characters.
const SNIPPET: usize = 160;

/// How long a file that could not be had is not asked for again, in milliseconds.
const RESPITE: f64 = 3_000.0;

/// How many texts are lent at most, and how many questions' words are kept.
const LENT: usize = 200;

/// See the module.
#[derive(Default)]
pub(crate) struct Finder {
    engine: Engine,
    files: Files,
    lent: Vec<Document>,
    /// What is known of the site's index: `open`, `absent`, `newer`; empty before that.
    index: &'static str,
    /// The root that is open, relative to the site's base; empty if none is.
    root: String,
    /// What was looked for, for marking, by question.
    words: Vec<(String, Vec<String>)>,
}

/// The index's files.
#[derive(Default)]
struct Files {
    /// By name.
    held: Vec<(String, Vec<u8>)>,
    /// Those that could not be had, and until when they are not asked for again.
    missing: Vec<(String, f64)>,
}

impl Files {
    fn place(&self, name: &str) -> Result<usize, usize> {
        self.held.binary_search_by(|(known, _)| (**known).cmp(name))
    }
}

impl lamplight_search::Files for Files {
    fn get(&self, name: &str) -> Option<&[u8]> {
        Some(&self.held[self.place(name).ok()?].1)
    }

    fn missing(&self, name: &str) -> bool {
        self.missing.iter().any(|(known, _)| known == name)
    }
}

/// The files that are at hand: all others count as missing.
struct Near<'f>(&'f Files);

impl lamplight_search::Files for Near<'_> {
    fn get(&self, name: &str) -> Option<&[u8]> {
        lamplight_search::Files::get(self.0, name)
    }

    fn missing(&self, _: &str) -> bool {
        true
    }
}

/// What became of an index that was to be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opened {
    Open,
    /// There is no such file now.
    Absent,
    /// The bytes are not those that the name promises: they may be had elsewhere.
    Foreign,
    Damaged,
    /// Made by a newer press.
    Newer,
}

impl Finder {
    /// Whether the root is open already: then it is what is known of the site's index.
    pub(crate) fn knows(&mut self, root: &str) -> bool {
        let known = !root.is_empty() && self.root == root;
        if known {
            self.index = "open";
        }
        known
    }

    /// Opens the index whose root (its path, and its bytes if there are any) this is. What is open stays open where that fails, and what
    /// was [`put`](Self::put) stays.
    pub(crate) fn open(&mut self, root: &str, bytes: Option<&[u8]>) -> Opened {
        let opened = match bytes {
            None => Err(Opened::Absent),
            Some(bytes) if !holds(root, bytes) => return Opened::Foreign,
            Some(bytes) => Engine::open(bytes).map_err(|error| match error {
                OpenError::Damaged => Opened::Damaged,
                OpenError::Newer(_) => Opened::Newer,
            }),
        };
        match opened {
            Ok(engine) => {
                let before = std::mem::replace(&mut self.engine, engine);
                for document in before.into_own() {
                    self.engine.put(document);
                }
                // Names are digests: those that both indexes have are the same files.
                self.files.missing.clear();
                root.clone_into(&mut self.root);
                self.index = "open";
                Opened::Open
            }
            Err(failure) => {
                self.index = match failure {
                    Opened::Newer => "newer",
                    // An older one that is open goes on answering.
                    _ if !self.root.is_empty() => "open",
                    _ => "absent",
                };
                failure
            }
        }
    }

    /// The root that is open; empty if none is.
    pub(crate) fn root(&self) -> &str {
        &self.root
    }

    /// The engine.
    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Takes a file of the index; whether its bytes are those that its name promises.
    pub(crate) fn give(&mut self, name: &str, bytes: &[u8]) -> bool {
        let held = holds(name, bytes);
        if held && let Err(place) = self.files.place(name) {
            let file = (name.to_owned(), bytes.to_owned());
            self.files.held.insert(place, file);
        }
        held
    }

    /// Notes that a file cannot be had `now` (milliseconds): answers do without it for a while.
    pub(crate) fn miss(&mut self, name: &str, now: f64) {
        self.files.missing.push((name.to_owned(), now + RESPITE));
    }

    /// Makes a document of the device findable, or lends its text for snippets only. One of the same `id` and `lang`
    /// is replaced.
    pub(crate) fn put(&mut self, document: Document, lent: bool) {
        if !lent {
            return self.engine.put(document);
        }
        let is = |other: &Document| other.id == document.id && other.lang == document.lang;
        self.lent.retain(|other| !is(other));
        if self.lent.len() >= LENT {
            self.lent.clear();
        }
        self.lent.push(document);
    }

    /// Forgets a document of the device.
    pub(crate) fn forget(&mut self, id: &str, lang: &str) {
        self.engine.remove(id, lang);
    }

    /// The text of an article that is at hand.
    fn text(&self, id: &str, lang: &str) -> Option<&Document> {
        let lent = || self.lent.iter().find(|d| d.id == id && d.lang == lang);
        self.engine.own(id, lang).or_else(lent)
    }

    /// Answers as JSON (see [`crate::search`]), or names the files that are needed first. `near`: by what is at hand.
    pub(crate) fn search(&mut self, request: &Request<'_>, near: bool, now: f64) -> String {
        self.files.missing.retain(|(_, until)| *until > now);
        let outcome = if near {
            self.engine.search(request, &Near(&self.files))
        } else {
            self.engine.search(request, &self.files)
        };
        let mut json = Json::default();
        match outcome {
            Outcome::Need(names) => {
                json.open('{').name("need").strings(&names);
                json.close('}');
            }
            Outcome::Answer(answer) => {
                self.write(request, &answer, &mut json);
                self.note(request.query, answer.words);
            }
        }
        json.text()
    }

    /// What to mark in texts of one language for a question: for each a list of places, as JSON.
    pub(crate) fn marks(
        &self,
        question: &str,
        prefix: bool,
        lang: &str,
        texts: &mut dyn Iterator<Item = &str>,
    ) -> String {
        let query = Query::parse(question, prefix);
        let words = self.words.iter().find(|(known, _)| known == question);
        let marker = self
            .engine
            .marker(&query, words.map_or(&[], |(_, words)| words));
        let mut json = Json::default();
        json.open('[');
        for text in texts {
            json.places(text, &marker.marks(text, lang));
        }
        json.close(']');
        json.text()
    }

    fn note(&mut self, question: &str, words: Vec<String>) {
        self.words.retain(|(known, _)| known != question);
        if self.words.len() >= LENT {
            self.words.clear();
        }
        self.words.push((question.to_owned(), words));
    }

    fn write(&self, request: &Request<'_>, answer: &Answer, json: &mut Json) {
        let query = Query::parse(request.query, request.prefix);
        let marker = self.engine.marker(&query, &answer.words);
        json.open('{').name("hits").open('[');
        for hit in &answer.hits {
            // A phrase is certain where the text is at hand.
            let text = self.text(&hit.id, &hit.lang);
            let confirmed = !hit.unconfirmed
                || text.is_none_or(|d| {
                    marker.confirms(&[&d.title, &d.headings, &d.description, &d.body], &d.lang)
                });
            if confirmed {
                self.write_hit(&marker, &query, hit, text, json);
            }
        }
        json.close(']').name("total").number(answer.total as u32);
        json.name("didYouMean");
        match &answer.did_you_mean {
            Some(question) => json.string(question),
            None => json.null(),
        }
        json.name("complete").truth(answer.complete);
        json.name("words").strings(&answer.words);
        json.name("index").string(self.index);
        json.name("own").number(self.engine.count_own() as u32);
        json.close('}');
    }

    fn write_hit(
        &self,
        marker: &Marker<'_>,
        query: &Query,
        hit: &Hit,
        text: Option<&Document>,
        json: &mut Json,
    ) {
        json.open('{').name("id").string(&hit.id);
        json.name("lang").string(&hit.lang);
        json.name("title").string(&hit.title);
        json.name("date").string(&hit.date);
        let fold = Fold::default();
        let named = |own: &str| {
            let is = |name: &String| fold.key(name) == fold.key(own);
            query.categories.iter().any(is)
        };
        json.name("categories").open('[');
        for wanted in [true, false] {
            for category in hit.categories.iter().filter(|own| named(own) == wanted) {
                json.string(category);
            }
        }
        json.close(']').name("tags").strings(&hit.tags);
        json.name("local").truth(hit.local);
        json.name("unconfirmed").truth(hit.unconfirmed);
        json.name("own")
            .truth(self.engine.own(&hit.id, &hit.lang).is_some());
        json.name("marks")
            .places(&hit.title, &marker.marks(&hit.title, &hit.lang));
        json.name("snippet");
        match text {
            None => json.null(),
            Some(document) => {
                let part = marker.part(document, SNIPPET);
                json.open('{').name("text").string(&part.text);
                json.name("before").truth(part.before);
                json.name("after").truth(part.after);
                json.name("marks").places(&part.text, &part.marks);
                json.name("tags").truth(part.source == Source::Tags);
                json.close('}');
            }
        }
        json.close('}');
    }
}

/// Whether a file's bytes are those that its name promises.
pub(crate) fn holds(name: &str, bytes: &[u8]) -> bool {
    lamplight_search::verified(name, &seal::digest(bytes))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn documents() -> Vec<Document> {
        let of = |id: &str, title: &str, body: &str| Document {
            id: id.into(),
            lang: "en".into(),
            title: title.into(),
            body: body.into(),
            date: "2024-05-17".into(),
            categories: vec!["shore".into(), "sea".into()],
            tags: vec!["Boats".into()],
            ..Document::default()
        };
        vec![
            of(
                "storm",
                "A storm at sea",
                "The waves broke over the lighthouse.",
            ),
            of(
                "harbour",
                "The quiet harbour",
                "After the storm the boats came back.",
            ),
        ]
    }

    /// Files by name, and the root's path.
    fn written() -> (Vec<(String, Vec<u8>)>, String) {
        let index = lamplight_search::write::index(&documents());
        let root = ["search-index/", &index.root].concat();
        (index.files.into_iter().collect(), root)
    }

    fn bytes<'f>(files: &'f [(String, Vec<u8>)], name: &str) -> &'f [u8] {
        let file = files
            .iter()
            .find(|(known, _)| name.ends_with(known.as_str()));
        &file.expect("a file").1
    }

    fn opened() -> (Finder, Vec<(String, Vec<u8>)>, String) {
        let (files, root) = written();
        let mut finder = Finder::default();
        assert_eq!(finder.open(&root, Some(bytes(&files, &root))), Opened::Open);
        (finder, files, root)
    }

    fn once(finder: &mut Finder, query: &str, near: bool, now: f64) -> Value {
        let request = Request {
            query,
            lang: "en",
            ..Request::default()
        };
        serde_json::from_str(&finder.search(&request, near, now)).expect("JSON")
    }

    /// Gives what is needed, as the script does.
    fn asked(finder: &mut Finder, files: &[(String, Vec<u8>)], query: &str) -> Value {
        loop {
            let found = once(finder, query, false, 0.0);
            let Some(need) = found["need"].as_array() else {
                return found;
            };
            for name in need.iter().filter_map(Value::as_str) {
                assert!(finder.give(name, bytes(files, name)));
            }
        }
    }

    #[test]
    fn an_answer_names_the_files_it_needs_and_is_given_once_they_are_here() {
        let (mut finder, files, root) = opened();
        assert_eq!(finder.root(), root);
        let found = asked(&mut finder, &files, "storm category:sea");
        let hit = &found["hits"][0];
        assert_eq!(
            (&hit["id"], &hit["title"], &hit["marks"], &hit["date"]),
            (
                &json!("storm"),
                &json!("A storm at sea"),
                &json!([2, 7]),
                &json!("2024-05-17")
            )
        );
        assert_eq!(hit["categories"], json!(["sea", "shore"]));
        assert_eq!(
            (&hit["own"], &hit["snippet"]),
            (&json!(false), &Value::Null)
        );
        assert_eq!(
            (
                &found["total"],
                &found["complete"],
                &found["index"],
                &found["own"]
            ),
            (&json!(2), &json!(true), &json!("open"), &json!(0))
        );
    }

    #[test]
    fn bytes_of_another_file_are_not_taken() {
        let (mut finder, files, root) = opened();
        let name = &files
            .iter()
            .find(|(name, _)| !root.ends_with(name.as_str()))
            .expect("a file")
            .0;
        assert!(!finder.give(name, b"other bytes"));
        assert_eq!(finder.open(&root, Some(b"other bytes")), Opened::Foreign);
        assert!(finder.knows(&root));
    }

    #[test]
    fn a_file_that_cannot_be_had_is_not_asked_for_again_for_a_while() {
        let (mut finder, ..) = opened();
        let need = once(&mut finder, "storm", false, 0.0)["need"].clone();
        for name in need.as_array().expect("files") {
            finder.miss(name.as_str().expect("a name"), 0.0);
        }
        assert_eq!(
            once(&mut finder, "storm", false, RESPITE - 1.0)["complete"],
            json!(false)
        );
        assert_eq!(once(&mut finder, "storm", false, RESPITE)["need"], need);
        assert_eq!(
            once(&mut finder, "storm", true, RESPITE)["complete"],
            json!(false)
        );
    }

    #[test]
    fn an_index_that_cannot_be_opened_leaves_the_open_one() {
        let mut finder = Finder::default();
        assert_eq!(finder.open("", None), Opened::Absent);
        assert_eq!(
            once(&mut finder, "storm", false, 0.0)["index"],
            json!("absent")
        );
        let name = |bytes: &[u8]| ["root-", &seal::digest(bytes), ".bin"].concat();
        let newer = b"LLsr\x7f";
        assert_eq!(finder.open(&name(newer), Some(newer)), Opened::Newer);
        assert_eq!(
            once(&mut finder, "storm", false, 0.0)["index"],
            json!("newer")
        );
        let (mut finder, _, root) = opened();
        assert_eq!(finder.open(&name(b"?"), Some(b"?")), Opened::Damaged);
        assert_eq!(finder.root(), root);
        assert_eq!(once(&mut finder, "", false, 0.0)["index"], json!("open"));
    }

    #[test]
    fn what_is_put_is_found_with_its_text_and_stays_when_an_index_is_opened() {
        let mut finder = Finder::default();
        let own = documents().swap_remove(0);
        finder.put(own.clone(), false);
        finder.put(own, false);
        let (files, root) = written();
        finder.open(&root, Some(bytes(&files, &root)));
        let found = asked(&mut finder, &files, "waves");
        assert_eq!((&found["own"], &found["total"]), (&json!(1), &json!(1)));
        let hit = &found["hits"][0];
        assert_eq!(hit["own"], json!(true));
        assert_eq!(
            hit["snippet"],
            json!({
                "text": "The waves broke over the lighthouse.",
                "before": false, "after": false, "marks": [4, 9], "tags": false,
            })
        );
        finder.forget("storm", "en");
        assert_eq!(asked(&mut finder, &files, "waves")["own"], json!(0));
    }

    #[test]
    fn a_text_that_is_lent_is_shown_but_not_found_and_makes_phrases_certain() {
        let mut finder = Finder::default();
        finder.put(documents().swap_remove(1), true);
        assert_eq!(once(&mut finder, "boats", false, 0.0)["total"], json!(0));
        let (files, root) = written();
        finder.open(&root, Some(bytes(&files, &root)));
        let hit = &asked(&mut finder, &files, "boats came")["hits"][0];
        assert_eq!(
            (&hit["id"], &hit["own"]),
            (&json!("harbour"), &json!(false))
        );
        assert_eq!(hit["snippet"]["marks"], json!([20, 25, 26, 30]));
        assert_eq!(
            asked(&mut finder, &files, "\"boats came\"")["hits"][0]["id"],
            "harbour"
        );
        assert_eq!(
            asked(&mut finder, &files, "\"came boats\"")["hits"],
            json!([])
        );
    }

    #[test]
    fn texts_are_marked_for_a_question_with_what_its_words_were_taken_for() {
        let (mut finder, files, _) = opened();
        let marks = |finder: &Finder, question: &str| {
            finder.marks(question, false, "en", &mut ["A storm", "calm"].into_iter())
        };
        assert_eq!(marks(&finder, "strom"), "[[],[]]");
        assert_eq!(asked(&mut finder, &files, "strom")["didYouMean"], "storm");
        assert_eq!(marks(&finder, "strom"), "[[2,7],[]]");
    }
}
