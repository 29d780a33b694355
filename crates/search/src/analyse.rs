//! A document taken apart: which terms stand in it, where and how often.
//!
//! Entry points: [`words`], [`labels`], [`term`]. The writer and the device's own documents share them. It must never
//! know other documents: what it yields is of one document alone.

use crate::Document;
use crate::fold::Fold;
use crate::sort::sort;
use crate::stem::stem;
use crate::tokens::{Kind, Side, tokens};

/// Where a word stands.
#[derive(Clone, Copy)]
pub(crate) enum Field {
    Title,
    Headings,
    Description,
    Tags,
    Body,
}

/// How many [`Field`]s there are.
pub(crate) const FIELDS: usize = 5;

impl Field {
    pub(crate) const ALL: [Self; FIELDS] = [
        Self::Title,
        Self::Headings,
        Self::Description,
        Self::Tags,
        Self::Body,
    ];
}

/// What distinguishes a category's and a tag's term from words: no word has such a character.
pub(crate) const CATEGORY: char = '\u{1}';
pub(crate) const TAG: char = '\u{2}';

/// The term of a category.
pub(crate) fn category(fold: &Fold, name: &str) -> String {
    marked(CATEGORY, &fold.key(name))
}

/// The term of a tag.
pub(crate) fn tag(fold: &Fold, name: &str) -> String {
    marked(TAG, &fold.key(name))
}

fn marked(mark: char, key: &str) -> String {
    let mut end = key.len().min(crate::tokens::LONGEST);
    while !key.is_char_boundary(end) {
        end -= 1;
    }
    let mut term = String::from(mark);
    term.push_str(&key[..end]);
    term
}

/// Calls `found` with every word of a document, in the order of its fields.
pub(crate) fn words(document: &Document, found: &mut dyn FnMut(Field, &str, Kind)) {
    let mut add = |text: &str, field: Field| {
        tokens(text, Side::Index, &mut |word, _, kind| {
            found(field, word, kind)
        });
    };
    add(&document.title, Field::Title);
    add(&document.headings, Field::Headings);
    add(&document.description, Field::Description);
    for tag in &document.tags {
        add(tag, Field::Tags);
    }
    add(&document.body, Field::Body);
}

/// The terms of a document's categories and tags, in order, each once.
pub(crate) fn labels(fold: &Fold, document: &Document) -> Vec<String> {
    let categories = document.categories.iter().map(|name| category(fold, name));
    let mut labels: Vec<String> = categories.collect();
    labels.extend(document.tags.iter().map(|name| tag(fold, name)));
    sort(&mut labels, Ord::cmp);
    labels.dedup();
    labels
}

/// The term of a token (its stem, folded) and the token itself, folded.
pub(crate) fn term(fold: &Fold, lang: &str, word: &str, kind: Kind) -> (String, String) {
    let surface = fold.fold(word);
    let term = match kind {
        Kind::Word => fold.fold(&stem(lang, word)),
        Kind::Piece => surface.clone(),
    };
    (term, surface)
}
