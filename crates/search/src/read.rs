//! Answers: what a question's words are in the index, who has them, who is best.
//!
//! Entry point: [`Engine`]. A search is a pure function of the index's files at hand and the device's documents;
//! it goes in steps (dictionary, lists, records), and each step that lacks files names all it lacks. It must
//! never wait, and an answer must never depend on which files happened to be at hand besides those missing.

mod correct;
mod lookup;
mod score;

use crate::analyse::{category, tag};
use crate::fold::Fold;
use crate::format::records::{self, Record};
use crate::format::root::Root;
use crate::format::{Digest, name};
use crate::local::{Local, Stored};
use crate::marks::Marker;
use crate::query::{Query, Role, date, day};
use crate::rank::in_title;
use crate::sort::{best, sort};
use crate::stem::primary;
use crate::tokens::{Kind, Side, tokens};
use crate::{Answer, Document, Extent, Files, Hit, OpenError, Outcome, Request, analyse};
use lookup::Group;
use score::Candidate;

/// Answers questions; see the crate's documentation.
#[derive(Clone, Debug, Default)]
pub struct Engine {
    root: Root,
    fold: Fold,
    local: Local,
}

/// The caller's files, and what was looked for among them in vain.
struct Io<'f> {
    files: &'f dyn Files,
    need: Vec<String>,
    complete: bool,
}

impl<'f> Io<'f> {
    fn get(&mut self, kind: &str, digest: &Digest) -> Option<&'f [u8]> {
        let name = name(kind, digest);
        let found = self.files.get(&name);
        if found.is_none() {
            if self.files.missing(&name) {
                self.complete = false;
            } else if !self.need.contains(&name) {
                self.need.push(name);
            }
        }
        found
    }

    /// Notes that what was read cannot be.
    fn check<T>(&mut self, read: Option<T>) -> Option<T> {
        self.complete &= read.is_some();
        read
    }
}

/// A word of the question.
struct Asked {
    /// Lower case, accents kept.
    word: String,
    kind: Kind,
    role: Role,
    /// Which clause it is of.
    clause: usize,
    /// It is being typed.
    prefix: bool,
}

impl Asked {
    /// Another word in its place.
    fn like(&self) -> Self {
        Self {
            word: String::new(),
            ..*self
        }
    }
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
        let root = Root::read(root)?;
        Ok(Self {
            fold: Fold::with(root.fold.clone()),
            root,
            local: Local::default(),
        })
    }

    /// How many documents the index has.
    #[must_use]
    pub fn documents(&self) -> usize {
        self.root.documents as usize
    }

    /// The languages of the index (BCP 47), the one with most documents first.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.root.languages.iter().map(|language| &*language.code)
    }

    /// Makes a document of the device findable; one of the same `id` and `lang` is replaced.
    pub fn put(&mut self, document: Document) {
        self.local.put(&self.fold, document);
    }

    /// A document of the device.
    #[must_use]
    pub fn own(&self, id: &str, lang: &str) -> Option<&Document> {
        Some(&self.local.find(id, lang)?.document)
    }

    /// How many documents of the device there are.
    #[must_use]
    pub fn count_own(&self) -> usize {
        self.local.len()
    }

    /// The documents of the device: another index's engine is to have them, too.
    pub fn into_own(self) -> impl Iterator<Item = Document> {
        self.local.into_documents()
    }

    /// How much the index is.
    #[must_use]
    pub fn extent(&self) -> Extent {
        Extent {
            files: self.root.files,
            bytes: self.root.bytes,
        }
    }

    /// Forgets a document of the device; `false` if there was none.
    pub fn remove(&mut self, id: &str, lang: &str) -> bool {
        self.local.remove(id, lang)
    }

    /// What to mark for a question: its words, and `more` stems ([`Answer::words`]).
    #[must_use]
    pub fn marker(&self, query: &Query, more: &[String]) -> Marker<'_> {
        Marker::new(&self.fold, query, more)
    }

    /// Answers, or says what it needs to.
    #[must_use]
    pub fn search(&self, request: &Request<'_>, files: &dyn Files) -> Outcome {
        let query = Query::parse(request.query, request.prefix);
        let mut io = Io {
            files,
            need: Vec::new(),
            complete: true,
        };
        let mut answer = Answer {
            complete: true,
            ..Answer::default()
        };
        if query.is_empty() {
            return Outcome::Answer(answer);
        }
        let asked = asked(&query);
        // Signs alone are no question.
        if asked.is_empty() && !query.filtered() {
            return Outcome::Answer(answer);
        }
        let groups = self.groups(&asked, request.lang, &mut io);
        let labels = self.labels(&query, &mut io);
        if !io.need.is_empty() {
            return Outcome::Need(io.need);
        }
        let Some(mut candidates) =
            self.score(&query, &asked, &groups, &labels, request.lang, &mut io)
        else {
            return Outcome::Need(io.need);
        };
        answer.total = candidates.len();
        let page = self.page(request, &query, &mut candidates, &mut io);
        if !io.need.is_empty() {
            return Outcome::Need(io.need);
        }
        answer.total = answer.total.saturating_sub(page.dropped);
        answer.hits = page.hits;
        self.prefer_titles(&asked, &groups, &mut answer.hits);
        answer.did_you_mean = suggestion(request.query, &asked, &groups);
        answer.words = groups
            .iter()
            .zip(&asked)
            .filter(|(_, asked)| asked.role == Role::Words)
            .flat_map(|(group, _)| {
                group
                    .alternatives
                    .iter()
                    .map(|alternative| alternative.term.to_string())
            })
            .collect();
        answer.complete = io.complete;
        Outcome::Answer(answer)
    }

    /// The groups of terms that categories and tags ask for: of each group a document has one.
    fn labels<'e>(&'e self, query: &Query, io: &mut Io<'e>) -> Vec<Group<'e>> {
        let mut groups = Vec::new();
        if !query.categories.is_empty() {
            let terms: Vec<String> = query
                .categories
                .iter()
                .map(|name| category(&self.fold, name))
                .collect();
            groups.push(self.exactly(&terms, io));
        }
        for name in &query.tags {
            groups.push(self.exactly(&[tag(&self.fold, name)], io));
        }
        groups
    }

    /// The hits that are wanted, of candidates.
    fn page(
        &self,
        request: &Request<'_>,
        query: &Query,
        candidates: &mut [Candidate],
        io: &mut Io<'_>,
    ) -> Page {
        let mut page = Page {
            hits: Vec::new(),
            dropped: 0,
        };
        let wanted = request.offset.saturating_add(request.limit);
        if request.limit == 0 {
            return page;
        }
        let phrases = query.clauses.iter().any(|clause| {
            clause.role == Role::Phrase
                || (clause.role == Role::Without && clause.text.contains(char::is_whitespace))
        });
        let marker = phrases.then(|| self.marker(query, &[]));
        let mut seen: Vec<(String, String)> = Vec::new();
        let mut passed = 0usize;
        let mut from = 0usize;
        while from < candidates.len() && passed < wanted {
            // As many as are missing, and again if some of them were none.
            let until = (from + (wanted - passed)).min(candidates.len());
            best(&mut candidates[from..], until - from, Candidate::compare);
            let part = &candidates[from..until];
            let records: Vec<_> = part
                .iter()
                .map(|candidate| self.record(candidate.document, io))
                .collect();
            if !io.need.is_empty() {
                return page;
            }
            for (candidate, record) in part.iter().zip(records) {
                let Some(mut hit) = record.and_then(|record| self.hit(record)) else {
                    page.dropped += 1;
                    continue;
                };
                let day = day(&hit.date);
                let late = query
                    .before
                    .is_some_and(|before| day.is_none_or(|day| day >= before));
                let early = query
                    .after
                    .is_some_and(|after| day.is_none_or(|day| day < after));
                let known = seen
                    .iter()
                    .any(|(id, lang)| *id == hit.id && *lang == hit.lang);
                if late || early || known {
                    page.dropped += 1;
                    continue;
                }
                seen.push((hit.id.clone(), hit.lang.clone()));
                if let Some(marker) = &marker {
                    if let Some(stored) = self.local.find(&hit.id, &hit.lang) {
                        let document = &stored.document;
                        let mut texts = vec![
                            &*document.title,
                            &*document.headings,
                            &*document.description,
                            &*document.body,
                        ];
                        texts.extend(document.tags.iter().map(|tag| &**tag));
                        if !marker.confirms(&texts, &hit.lang) {
                            page.dropped += 1;
                            continue;
                        }
                    } else {
                        hit.unconfirmed = true;
                    }
                }
                passed += 1;
                if passed > request.offset {
                    hit.score = candidate.score;
                    page.hits.push(hit);
                }
            }
            from = until;
        }
        page
    }

    fn record<'e>(&'e self, document: u32, io: &mut Io<'_>) -> Option<Found<'e>> {
        if let Some(place) = document.checked_sub(self.root.documents) {
            return Some(Found::Local(self.local.get(place)?));
        }
        let block = self
            .root
            .records
            .get((document / self.root.per_block) as usize)?;
        let bytes = io.get("records", block)?;
        let record = records::read(bytes, (document % self.root.per_block) as usize);
        Some(Found::Record(io.check(record)?, document))
    }

    fn hit(&self, found: Found<'_>) -> Option<Hit> {
        Some(match found {
            Found::Local(stored) => {
                let document = &stored.document;
                Hit {
                    id: document.id.clone(),
                    lang: document.lang.clone(),
                    title: document.title.clone(),
                    date: day(&document.date).map(date).unwrap_or_default(),
                    categories: document.categories.clone(),
                    tags: document.tags.clone(),
                    local: true,
                    ..Hit::default()
                }
            }
            Found::Record(record, number) => {
                let language = self
                    .root
                    .languages
                    .iter()
                    .rfind(|language| language.first <= number)?;
                Hit {
                    local: self.local.find(&record.id, &language.code).is_some(),
                    id: record.id,
                    lang: language.code.clone(),
                    title: record.title,
                    date: record.day.map(date).unwrap_or_default(),
                    categories: record
                        .categories
                        .iter()
                        .filter_map(|at| self.root.categories.get(*at as usize).cloned())
                        .collect(),
                    tags: record.tags,
                    ..Hit::default()
                }
            }
        })
    }

    /// Lifts hits whose title has the question's words, as typed or as taken for: among those shown only, since
    /// only their titles are known.
    fn prefer_titles(&self, asked: &[Asked], groups: &[Group<'_>], hits: &mut [Hit]) {
        let words: Vec<(&Asked, &Group<'_>)> = asked
            .iter()
            .zip(groups)
            .filter(|(asked, _)| asked.role != Role::Without)
            .collect();
        if words.is_empty() {
            return;
        }
        for hit in &mut *hits {
            let mut title = Vec::new();
            tokens(&hit.title, Side::Query, &mut |word, _, kind| {
                title.push(analyse::term(&self.fold, &hit.lang, word, kind).0);
            });
            // By word of the question: where in the title it or what it was taken for stands.
            let places: Vec<Vec<usize>> = words
                .iter()
                .map(|(asked, group)| {
                    let own = analyse::term(&self.fold, &hit.lang, &asked.word, asked.kind).0;
                    let known = group.alternatives.iter().filter(|known| !known.beside);
                    let meant = |term: &String| {
                        *term == own || known.clone().any(|known| known.term == *term)
                    };
                    (0..title.len()).filter(|at| meant(&title[*at])).collect()
                })
                .collect();
            hit.score *= in_title(&places, title.len());
        }
        sort(hits, |a, b| b.score.total_cmp(&a.score));
    }
}

struct Page {
    hits: Vec<Hit>,
    /// Candidates that turned out to be none.
    dropped: usize,
}

enum Found<'e> {
    Local(&'e Stored),
    Record(Record, u32),
}

/// The words of a question, each once.
fn asked(query: &Query) -> Vec<Asked> {
    let mut asked: Vec<Asked> = Vec::new();
    for (clause, part) in query.clauses.iter().enumerate() {
        tokens(&part.text, Side::Query, &mut |word, _, kind| {
            let known = asked.iter().any(|other| {
                other.word == word
                    && other.role == part.role
                    && (part.role == Role::Words || other.clause == clause)
            });
            if !known {
                asked.push(Asked {
                    word: word.to_owned(),
                    kind,
                    role: part.role,
                    clause,
                    prefix: false,
                });
            }
        });
    }
    if query.prefix
        && let Some(last) = asked.last_mut().filter(|last| last.role == Role::Words)
    {
        last.prefix = true;
    }
    asked
}

/// The question with words that are not known, or hardly, replaced by near ones: all of them, wherever they stand.
fn suggestion(typed: &str, asked: &[Asked], groups: &[Group<'_>]) -> Option<String> {
    let mut text = String::with_capacity(typed.len());
    let mut done = 0;
    tokens(typed, Side::Query, &mut |word, range, _| {
        let meant = asked
            .iter()
            .zip(groups)
            .find(|(asked, group)| asked.word == word && group.meant.is_some())
            .and_then(|(_, group)| group.meant.as_ref());
        if let Some(meant) = meant {
            text.push_str(typed.get(done..range.start).unwrap_or_default());
            text.push_str(meant);
            done = range.end;
        }
    });
    text.push_str(typed.get(done..).unwrap_or_default());
    (text != typed).then_some(text)
}

/// Whether a document's language is what a filter or a reader asks for.
fn speaks(code: &str, wanted: &str) -> bool {
    code.eq_ignore_ascii_case(wanted)
        || (!wanted.contains('-') && primary(code).eq_ignore_ascii_case(wanted))
}
