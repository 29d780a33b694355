//! What tests of the engine share: an index's files at hand, documents, an answer at once.
//!
//! Entry points: [`Shelf`], [`ask`]. It must never hold what only one test needs.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use lamplight_search::write::Index;
use lamplight_search::{Answer, Document, Engine, Files, Outcome, Request};

/// The files of an index, some of which are out of reach, with account of what was asked for.
pub(crate) struct Shelf {
    pub(crate) files: HashMap<String, Vec<u8>>,
    pub(crate) lost: HashSet<String>,
    pub(crate) read: RefCell<HashSet<String>>,
}

impl Shelf {
    pub(crate) fn of(index: &Index) -> Self {
        let files = index.files.clone().into_iter().collect();
        Self {
            files,
            lost: HashSet::new(),
            read: RefCell::default(),
        }
    }
}

impl Files for Shelf {
    fn get(&self, name: &str) -> Option<&[u8]> {
        self.read.borrow_mut().insert(name.to_owned());
        self.files
            .get(name)
            .filter(|_| !self.lost.contains(name))
            .map(Vec::as_slice)
    }

    fn missing(&self, name: &str) -> bool {
        self.lost.contains(name)
    }
}

pub(crate) fn document(id: &str, lang: &str, title: &str, body: &str) -> Document {
    Document {
        id: id.into(),
        lang: lang.into(),
        title: title.into(),
        body: body.into(),
        ..Document::default()
    }
}

pub(crate) fn opened(index: &Index) -> Engine {
    Engine::open(&index.files[&index.root]).expect("a root")
}

pub(crate) fn ask(engine: &Engine, files: &impl Files, request: &Request<'_>) -> Answer {
    match engine.search(request, files) {
        Outcome::Answer(answer) => answer,
        Outcome::Need(names) => panic!("needs {names:?}"),
    }
}
