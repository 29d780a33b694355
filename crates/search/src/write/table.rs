//! The fold table of an index: what characters beyond the rules of `fold` fold to, if they occur.
//!
//! Entry point: [`table`]. Here are Unicode's tables, so that a browser needs none. It must never have a
//! character that the documents have not, except what keyboards make of it.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization as _;

use crate::Document;
use crate::fold::{Fold, is_mark};

/// The lower-case characters of documents that fold to something else and are not folded by rule; sorted.
pub(super) fn table(documents: &[&Document]) -> Vec<(char, Box<str>)> {
    let rules = Fold::default();
    let mut seen = Seen::default();
    let mut found = BTreeSet::new();
    let texts = documents.iter().flat_map(|document| {
        [
            &document.title,
            &document.headings,
            &document.description,
            &document.body,
        ]
        .into_iter()
        .chain(&document.tags)
        .chain(&document.categories)
    });
    for c in texts.flat_map(|text| text.chars()) {
        if !c.is_ascii() && seen.is_new(c) {
            found.extend(c.to_lowercase());
        }
    }
    found
        .into_iter()
        .filter(|c| c.is_alphanumeric() && rules.folded(*c).is_none())
        .filter_map(|c| {
            let folded = folded(c, &rules);
            let mut itself = [0; 4];
            (*folded != *c.encode_utf8(&mut itself)).then(|| (c, folded.into_boxed_str()))
        })
        .collect()
}

/// A set of characters, a bit each.
#[derive(Default)]
struct Seen(Vec<u64>);

impl Seen {
    fn is_new(&mut self, c: char) -> bool {
        let (at, bit) = (c as usize / 64, 1 << (c as usize % 64));
        if self.0.len() <= at {
            self.0.resize(at + 1, 0);
        }
        let is_new = self.0[at] & bit == 0;
        self.0[at] |= bit;
        is_new
    }
}

/// Compatibility forms give way (full width, ligatures, superscripts), and marks go, but not those that make
/// other letters: of kana (voiced sounds), Hangul, Cyrillic й, and all of India's scripts.
fn folded(c: char, rules: &Fold) -> String {
    let code = u32::from(c);
    if c == 'й' || (0x900..0xE00).contains(&code) {
        return c.into();
    }
    let keeps = matches!(code, 0x3040..=0x30FF | 0xAC00..=0xD7A3);
    let plain: String = if keeps {
        c.to_string().nfkc().collect()
    } else {
        c.to_string()
            .nfkd()
            .filter(|&c| !is_mark(c))
            .nfc()
            .collect()
    };
    let mut out = String::new();
    for c in plain
        .chars()
        .flat_map(char::to_lowercase)
        .filter(|&c| c.is_alphanumeric())
    {
        match rules.folded(c) {
            Some(to) => out.push_str(to),
            None => out.push(c),
        }
    }
    if out.is_empty() { c.into() } else { out }
}
