//! The files of an index (`docs/formats.md`, "The search index"): how each is laid out.
//!
//! Entry points: [`root::Root`], [`words::Block`], [`postings`], [`records`]. Numbers are LEB128, texts UTF-8.
//! Every reader is handed a slice and gives `None` at the first thing that cannot be; it must never panic, nor
//! reserve memory that the slice does not pay for.

pub(crate) mod postings;
pub(crate) mod records;
pub(crate) mod root;
pub(crate) mod words;

/// The first 16 bytes of a file's SHA-256.
pub(crate) type Digest = [u8; 16];

/// The name of a file by its kind and digest.
pub(crate) fn name(kind: &str, digest: &Digest) -> String {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let mut name = String::with_capacity(kind.len() + 37);
    name.push_str(kind);
    name.push('-');
    for byte in digest {
        name.extend([byte >> 4, byte & 15].map(|half| char::from(HEX[usize::from(half)])));
    }
    name.push_str(".bin");
    name
}

/// Reads a slice from its beginning.
#[derive(Clone, Copy)]
pub(crate) struct Bytes<'b> {
    rest: &'b [u8],
}

impl<'b> Bytes<'b> {
    pub(crate) fn new(bytes: &'b [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(crate) fn rest(&self) -> &'b [u8] {
        self.rest
    }

    pub(crate) fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    pub(crate) fn number(&mut self) -> Option<u32> {
        let mut value = 0u32;
        for shift in [0, 7, 14, 21, 28] {
            let byte = self.byte()?;
            let part = u32::from(byte & 0x7F);
            if shift == 28 && part > 0xF {
                return None;
            }
            value |= part << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    /// A number that counts things of at least a byte each, so never more than bytes are left.
    pub(crate) fn count(&mut self) -> Option<usize> {
        let count = self.number()? as usize;
        (count <= self.rest.len()).then_some(count)
    }

    pub(crate) fn take(&mut self, length: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    /// A text after its length.
    pub(crate) fn text(&mut self) -> Option<&'b str> {
        let length = self.number()? as usize;
        std::str::from_utf8(self.take(length)?).ok()
    }

    pub(crate) fn digest(&mut self) -> Option<Digest> {
        self.take(16)?.try_into().ok()
    }

    /// A text of which the beginning is `last`'s: replaces `last`.
    pub(crate) fn after(&mut self, last: &mut Vec<u8>) -> Option<()> {
        let lengths = self.byte()?;
        let mut shared = usize::from(lengths >> 4);
        if shared == 15 {
            shared += self.number()? as usize;
        }
        let mut own = usize::from(lengths & 15);
        if own == 15 {
            own += self.number()? as usize;
        }
        if shared > last.len() {
            return None;
        }
        let own = self.take(own)?;
        last.truncate(shared);
        last.extend_from_slice(own);
        Some(())
    }
}

/// Adds a number.
#[cfg(feature = "write")]
pub(crate) fn put_number(out: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        out.push((value & 0x7F) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Adds a text and its length.
#[cfg(feature = "write")]
pub(crate) fn put_text(out: &mut Vec<u8>, text: &str) {
    put_number(out, text.len() as u32);
    out.extend_from_slice(text.as_bytes());
}

/// Adds a text as [`Bytes::after`] reads it.
#[cfg(feature = "write")]
pub(crate) fn put_after(out: &mut Vec<u8>, last: &[u8], text: &[u8]) {
    let shared = last.iter().zip(text).take_while(|(a, b)| a == b).count();
    let own = text.len() - shared;
    out.push(((shared.min(15) << 4) | own.min(15)) as u8);
    if shared >= 15 {
        put_number(out, (shared - 15) as u32);
    }
    if own >= 15 {
        put_number(out, (own - 15) as u32);
    }
    out.extend_from_slice(&text[shared..]);
}

/// A signed number as one without: 0, -1, 1, -2, …
#[cfg(feature = "write")]
pub(crate) fn unsigned(value: i32) -> u32 {
    ((value << 1) ^ (value >> 31)) as u32
}

/// What [`unsigned`] made of a number.
pub(crate) fn signed(value: u32) -> i32 {
    (value >> 1) as i32 ^ -((value & 1) as i32)
}
