//! PNG files that share everything but some rows in their middle.
//!
//! Entry point: [`Template`]. The shared rows are compressed once; a file costs the compression of its
//! own rows. Format: <https://www.w3.org/TR/png-3/>, indexed colour, eight bits a pixel, no filters.

use std::io::Write as _;

use flate2::{Compress, Compression, FlushCompress};
use simd_adler32::Adler32;

/// What all files of a kind share.
pub(crate) struct Template {
    /// Signature, header and palette.
    head: Vec<u8>,
    /// Deflated.
    above: Vec<u8>,
    above_sum: u32,
    /// Deflated, the end of the stream.
    below: Vec<u8>,
    /// The rows below, as they are: the sum of a stream depends on what came before.
    below_raw: Vec<u8>,
}

impl Template {
    /// A kind of files `width` pixels wide: its palette of at most 256 colours, the palette's indices
    /// of the rows above and below, and how many rows are between them.
    pub(crate) fn new(
        width: usize,
        palette: &[[u8; 3]],
        above: &[u8],
        middle: usize,
        below: &[u8],
    ) -> Self {
        let rows = (above.len() + below.len()) / width + middle;
        let mut header = Vec::new();
        for side in [width, rows] {
            header.extend(u32::try_from(side).unwrap_or(u32::MAX).to_be_bytes());
        }
        header.extend([8, 3, 0, 0, 0]);
        let mut head = b"\x89PNG\r\n\x1a\n".to_vec();
        chunk(&mut head, b"IHDR", &[&header]);
        chunk(&mut head, b"PLTE", &[palette.as_flattened()]);
        let above = filtered(above, width);
        let below_raw = filtered(below, width);
        let mut sum = Adler32::new();
        sum.write(&above);
        Self {
            head,
            above: deflated(&above, 9, FlushCompress::Sync),
            above_sum: sum.finish(),
            below: deflated(&below_raw, 9, FlushCompress::Finish),
            below_raw,
        }
    }

    /// A file; `middle` are its own rows, each after a zero byte (the filter's).
    pub(crate) fn file(&self, middle: &[u8]) -> Vec<u8> {
        let own = deflated(middle, LEVEL, FlushCompress::Sync);
        let mut sum = Adler32::from_checksum(self.above_sum);
        sum.write(middle);
        sum.write(&self.below_raw);
        let mut file = Vec::with_capacity(
            self.head.len() + self.above.len() + own.len() + self.below.len() + 64,
        );
        file.extend_from_slice(&self.head);
        let sum = sum.finish().to_be_bytes();
        chunk(
            &mut file,
            b"IDAT",
            &[&[0x78, 0x01], &self.above, &own, &self.below, &sum],
        );
        chunk(&mut file, b"IEND", &[]);
        file
    }
}

/// The fastest: the next levels save a third of 18 kB and take several times as long, of which ten
/// thousand cards would make many seconds.
const LEVEL: u32 = 1;

fn filtered(rows: &[u8], width: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(rows.len() + rows.len() / width.max(1));
    for row in rows.chunks_exact(width) {
        out.push(0);
        out.extend_from_slice(row);
    }
    out
}

/// A piece of a stream that refers to nothing before it and, flushed, ends at a byte.
fn deflated(bytes: &[u8], level: u32, flush: FlushCompress) -> Vec<u8> {
    let mut compress = Compress::new(Compression::new(level), false);
    let mut out = Vec::with_capacity(bytes.len() / 16 + 1024);
    loop {
        let taken = usize::try_from(compress.total_in()).unwrap_or(bytes.len());
        let rest = bytes.get(taken..).unwrap_or_default();
        let before = out.len();
        // The only error there is comes of a misused stream.
        if compress.compress_vec(rest, &mut out, flush).is_err() {
            return out;
        }
        let taken = usize::try_from(compress.total_in()).unwrap_or(bytes.len());
        if taken == bytes.len() && out.len() < out.capacity() {
            return out;
        }
        if out.len() == before && out.len() < out.capacity() {
            return out;
        }
        out.reserve(out.capacity());
    }
}

fn chunk(out: &mut Vec<u8>, kind: &[u8; 4], parts: &[&[u8]]) {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    out.extend(u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes());
    let start = out.len();
    out.extend_from_slice(kind);
    for part in parts {
        out.extend_from_slice(part);
    }
    let sum = crc32fast::hash(&out[start..]);
    let _ = out.write_all(&sum.to_be_bytes());
}
