//! What changed within a block, word by word.
//!
//! Entry points: [`pieces`], [`Bag::alike`]. The pieces of a block must be all of the old text and all of the new one.

use std::collections::BTreeMap;

use serde::Serialize;

use super::diff;

/// Thousandths of two blocks' words that must be in both for one to be the other, changed.
pub(super) const ALIKE: usize = 400;

/// What became of a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mark {
    /// It is in both texts.
    Same,
    /// It was only in the old one.
    Removed,
    /// It is only in the new one.
    Added,
}

/// A piece of a block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Piece {
    /// What became of it.
    pub mark: Mark,
    /// Its text.
    pub text: String,
}

/// Scripts that are written without spaces between words (Thai, Lao, Myanmar, Khmer, kana, Han, Yi, and what is
/// beyond the basic plane of Han): each character is compared for itself.
fn stands_alone(c: char) -> bool {
    matches!(
        u32::from(c),
        0x0e00..=0x0eff | 0x1000..=0x109f | 0x1780..=0x17ff | 0x3040..=0x30ff | 0x3400..=0x4dbf
            | 0x4e00..=0x9fff | 0xa000..=0xa4cf | 0xf900..=0xfaff | 0x2_0000..=0x3_ffff
    )
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Word,
    Space,
    Alone,
}

fn class(c: char) -> Class {
    if c.is_whitespace() {
        Class::Space
    } else if stands_alone(c) || c.is_ascii_punctuation() {
        Class::Alone
    } else {
        // Marks that stand on a letter are no letters; whatever is neither space nor ASCII's signs goes on with the word.
        Class::Word
    }
}

/// Words, runs of spaces, and what stands alone; together they are the text.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut begin = 0;
    let mut last = Class::Alone;
    for (at, c) in text.char_indices() {
        let class = class(c);
        if at > begin && (class != last || class == Class::Alone) {
            tokens.push(&text[begin..at]);
            begin = at;
        }
        last = class;
    }
    if begin < text.len() {
        tokens.push(&text[begin..]);
    }
    tokens
}

/// The pieces of a block that was changed, in order: what was removed stands before what came in its place.
pub(super) fn pieces(old: &str, new: &str) -> Vec<Piece> {
    let (old, new) = (tokens(old), tokens(new));
    let mut pieces = Pieces::default();
    let (mut x, mut y) = (0, 0);
    let end = (old.len(), new.len());
    for (to_x, to_y) in diff::matches(&old, &new).into_iter().chain([end]) {
        pieces.gone.push_str(&old[x..to_x].concat());
        pieces.come.push_str(&new[y..to_y].concat());
        if let Some(same) = old.get(to_x).filter(|_| to_x < end.0) {
            pieces.same(same);
        }
        (x, y) = (to_x + 1, to_y + 1);
    }
    pieces.flush();
    let rest = std::mem::take(&mut pieces.same);
    pieces.push(Mark::Same, rest);
    pieces.list
}

/// Pieces as they are put together: nothing is in the list that could still become one with what follows.
#[derive(Default)]
struct Pieces {
    list: Vec<Piece>,
    gone: String,
    come: String,
    /// What is the same since the last change.
    same: String,
}

impl Pieces {
    fn same(&mut self, token: &str) {
        self.flush();
        self.same.push_str(token);
    }

    /// Puts the change away that was noted, if there was one, after what stayed the same before it. A space between two
    /// changes is changed with them: readers see one change, not three.
    fn flush(&mut self) {
        if self.gone.is_empty() && self.come.is_empty() {
            return;
        }
        let (mut gone, mut come) = (String::new(), String::new());
        let same = std::mem::take(&mut self.same);
        if !same.is_empty() && same.chars().all(char::is_whitespace) && !self.list.is_empty() {
            let is = |mark| move |piece: &mut Piece| piece.mark == mark;
            come = self
                .list
                .pop_if(is(Mark::Added))
                .map_or(come, |piece| piece.text);
            gone = self
                .list
                .pop_if(is(Mark::Removed))
                .map_or(gone, |piece| piece.text);
            gone.push_str(&same);
            come.push_str(&same);
        } else {
            self.push(Mark::Same, same);
        }
        gone.push_str(&std::mem::take(&mut self.gone));
        come.push_str(&std::mem::take(&mut self.come));
        self.push(Mark::Removed, gone);
        self.push(Mark::Added, come);
    }

    fn push(&mut self, mark: Mark, text: String) {
        if !text.is_empty() {
            self.list.push(Piece { mark, text });
        }
    }
}

/// One of the two texts that pieces are of: the old one of [`Mark::Removed`], the new one of [`Mark::Added`].
pub(super) fn side(pieces: &[Piece], mark: Mark) -> String {
    let own = pieces
        .iter()
        .filter(|piece| piece.mark == mark || piece.mark == Mark::Same);
    own.map(|piece| piece.text.as_str()).collect()
}

/// How often each word is in a block.
#[derive(Debug, Default)]
pub(super) struct Bag<'a> {
    words: BTreeMap<&'a str, usize>,
    count: usize,
}

impl<'a> Bag<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let mut bag = Self::default();
        for token in tokens(text) {
            if !token.starts_with(char::is_whitespace) {
                *bag.words.entry(token).or_default() += 1;
                bag.count += 1;
            }
        }
        bag
    }

    /// How much two blocks have in common, in thousandths of both (Dice, 1945).
    pub(super) fn alike(&self, other: &Self) -> usize {
        let common = |(word, count): (&&str, &usize)| {
            let theirs = other.words.get(word).copied().unwrap_or(0);
            theirs.min(*count)
        };
        let common: usize = self.words.iter().map(common).sum();
        2_000 * common / (self.count + other.count).max(1)
    }
}
