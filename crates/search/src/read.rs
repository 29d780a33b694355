//! Answers.
use crate::local::Local;
use crate::{Answer, Document, Files, Fold, Marker, OpenError, Outcome, Query, Request};

/// Answers questions; see the crate's documentation.
#[derive(Clone, Debug, Default)]
pub struct Engine {
    fold: Fold,
    local: Local,
}

impl Engine {
    /// Without an index: only documents that are [`put`](Self::put) are found.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With the index whose root (`root-<digest>.bin`, verified) this is.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open(root: &[u8]) -> Result<Self, OpenError> {
        let _ = root;
        Err(OpenError::Damaged)
    }

    /// How many documents the index has.
    #[must_use]
    pub fn documents(&self) -> usize {
        0
    }

    /// Makes a document of the device findable; one of the same `id` and `lang` is replaced.
    pub fn put(&mut self, document: Document) {
        self.local.put(&self.fold, document);
    }

    /// Forgets a document of the device; `false` if there was none.
    pub fn remove(&mut self, id: &str, lang: &str) -> bool {
        self.local.remove(id, lang)
    }

    /// What to mark for a question: its words, and `more` stems ([`Answer::words`]).
    #[must_use]
    pub fn marker(&self, query: &Query, more: &[String]) -> Marker {
        Marker::new(self.fold.clone(), query, more)
    }

    /// Answers, or says what it needs to.
    #[must_use]
    pub fn search(&self, request: &Request<'_>, files: &impl Files) -> Outcome {
        let _ = (request, files);
        Outcome::Answer(Answer::default())
    }
}
