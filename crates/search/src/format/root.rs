//! The root: what every question needs, and where everything else is.
//!
//! Entry point: [`Root::read`]. It must stay small: whatever only some questions need is in a file of its own.

use super::words::Ending;
use super::{Bytes, Digest, signed};
use crate::analyse::FIELDS;
use crate::{FORMAT, OpenError};

/// What a root begins with.
pub(crate) const MAGIC: &[u8; 4] = b"LLsr";

/// Every so many documents of a language the root has a day.
pub(crate) const DAYS: u32 = 64;

/// The documents of one language, which are numbered one after the other, newest first, undated last.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Language {
    /// BCP 47.
    pub(crate) code: String,
    pub(crate) first: u32,
    pub(crate) count: u32,
    /// The usual length of each field, in words.
    pub(crate) usual: [f32; FIELDS],
    /// The days of documents `first`, `first + DAYS`, …, as long as they have one.
    pub(crate) days: Vec<i32>,
}

impl Language {
    /// The documents that may be of these days (from `after` to the day before `before`): all that are, and
    /// fewer than [`DAYS`] more at each end. Those without a day are of no days.
    pub(crate) fn between(&self, after: Option<i32>, before: Option<i32>) -> std::ops::Range<u32> {
        let place = |sample: usize| (sample as u32).saturating_mul(DAYS).min(self.count);
        let mut range = 0..self.count;
        if let Some(before) = before {
            let late = self.days.partition_point(|day| *day >= before);
            range.start = place(late.saturating_sub(1));
        }
        if let Some(after) = after {
            range.end = place(self.days.partition_point(|day| *day >= after));
        } else if before.is_some() {
            range.end = place(self.days.len());
        }
        let start = range.start.min(range.end);
        self.first + start..self.first + range.end
    }
}

/// Files in the order of what they begin with.
pub(crate) type Blocks = Vec<(Box<str>, Digest)>;

/// See the module.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Root {
    pub(crate) documents: u32,
    pub(crate) languages: Vec<Language>,
    pub(crate) fold: Vec<(char, Box<str>)>,
    pub(crate) categories: Vec<String>,
    /// The most frequent endings of words; see [`super::words`].
    pub(crate) endings: Vec<Ending>,
    pub(crate) words: Blocks,
    /// Words from their ends, each reversed; empty in a small index, whose dictionary is read as a whole.
    pub(crate) tails: Blocks,
    /// The most frequent words, for beginnings that too many words have.
    pub(crate) heads: Option<Digest>,
    /// How many records a block has.
    pub(crate) per_block: u32,
    pub(crate) records: Vec<Digest>,
    /// How many files the index has beside the root, and their bytes together; 0 in format 2.
    pub(crate) files: u32,
    pub(crate) bytes: u32,
}

impl Root {
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, OpenError> {
        let mut bytes = Bytes::new(bytes);
        if bytes.take(4) != Some(MAGIC) {
            return Err(OpenError::Damaged);
        }
        match bytes.number() {
            Some(format @ 2..=FORMAT) => Self::rest(bytes, format).ok_or(OpenError::Damaged),
            Some(newer) if newer > FORMAT => Err(OpenError::Newer(newer)),
            _ => Err(OpenError::Damaged),
        }
    }

    fn rest(mut bytes: Bytes<'_>, format: u32) -> Option<Self> {
        let mut root = Self {
            documents: bytes.number()?,
            ..Self::default()
        };
        let mut first = 0u32;
        for _ in 0..bytes.count()? {
            let mut language = Language {
                code: bytes.text()?.into(),
                first,
                count: bytes.number()?,
                ..Language::default()
            };
            for usual in &mut language.usual {
                *usual = bytes.number()? as f32 / 16.0;
            }
            let mut day = 0i32;
            for _ in 0..bytes.count()? {
                day = day.checked_sub(signed(bytes.number()?))?;
                language.days.push(day);
            }
            first = first.checked_add(language.count)?;
            root.languages.push(language);
        }
        for _ in 0..bytes.count()? {
            root.fold
                .push((char::from_u32(bytes.number()?)?, bytes.text()?.into()));
        }
        for _ in 0..bytes.count()? {
            root.categories.push(bytes.text()?.into());
        }
        for _ in 0..bytes.count()? {
            root.endings.push(Ending {
                cut: bytes.number()?,
                text: bytes.text()?.into(),
            });
        }
        root.words = blocks(&mut bytes)?;
        root.tails = blocks(&mut bytes)?;
        root.heads = match bytes.byte()? {
            0 => None,
            _ => Some(bytes.digest()?),
        };
        root.per_block = bytes.number()?;
        for _ in 0..bytes.count()? {
            root.records.push(bytes.digest()?);
        }
        if format > 2 {
            root.files = bytes.number()?;
            root.bytes = bytes.number()?;
        }
        let whole = bytes.rest().is_empty()
            && first == root.documents
            // Documents have at least a byte each in their records, but those are in other files: a bound on
            // what a damaged root may make the engine reserve.
            && root.documents <= 1 << 24
            && root.per_block > 0
            && root.records.len() == root.documents.div_ceil(root.per_block) as usize;
        whole.then_some(root)
    }
}

fn blocks(bytes: &mut Bytes<'_>) -> Option<Blocks> {
    let mut blocks = Vec::new();
    let mut first = Vec::new();
    for _ in 0..bytes.count()? {
        bytes.after(&mut first)?;
        blocks.push((std::str::from_utf8(&first).ok()?.into(), bytes.digest()?));
    }
    Some(blocks)
}

#[cfg(feature = "write")]
impl Root {
    pub(crate) fn write(&self) -> Vec<u8> {
        use super::{put_number, put_text, unsigned};
        let mut out = MAGIC.to_vec();
        put_number(&mut out, FORMAT);
        put_number(&mut out, self.documents);
        put_number(&mut out, self.languages.len() as u32);
        for language in &self.languages {
            put_text(&mut out, &language.code);
            put_number(&mut out, language.count);
            for usual in language.usual {
                put_number(&mut out, (usual * 16.0).round() as u32);
            }
            put_number(&mut out, language.days.len() as u32);
            let mut last = 0;
            for day in &language.days {
                put_number(&mut out, unsigned(last - day));
                last = *day;
            }
        }
        put_number(&mut out, self.fold.len() as u32);
        for (from, to) in &self.fold {
            put_number(&mut out, u32::from(*from));
            put_text(&mut out, to);
        }
        put_number(&mut out, self.categories.len() as u32);
        for category in &self.categories {
            put_text(&mut out, category);
        }
        put_number(&mut out, self.endings.len() as u32);
        for ending in &self.endings {
            put_number(&mut out, ending.cut);
            put_text(&mut out, &ending.text);
        }
        put_blocks(&mut out, &self.words);
        put_blocks(&mut out, &self.tails);
        match &self.heads {
            None => out.push(0),
            Some(digest) => {
                out.push(1);
                out.extend_from_slice(digest);
            }
        }
        put_number(&mut out, self.per_block);
        put_number(&mut out, self.records.len() as u32);
        for digest in &self.records {
            out.extend_from_slice(digest);
        }
        put_number(&mut out, self.files);
        put_number(&mut out, self.bytes);
        out
    }
}

#[cfg(feature = "write")]
fn put_blocks(out: &mut Vec<u8>, blocks: &Blocks) {
    super::put_number(out, blocks.len() as u32);
    let mut last: &str = "";
    for (first, digest) in blocks {
        super::put_after(out, last.as_bytes(), first.as_bytes());
        out.extend_from_slice(digest);
        last = first;
    }
}
