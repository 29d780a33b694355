//! Which documents have a term, and how much it matters in each: best first.
//!
//! Entry points: [`decode`], and for writing [`encode`]. Documents are grouped by level (the quantised impact,
//! 15 the best); each group is a Rice code of the gaps between ascending numbers, which is within a few
//! hundredths of a bit of what such sets need. So a level costs next to nothing, and a list that is cut
//! short has lost its least. It must never hold documents that are not of the index.

/// The number of levels: fewer make shorter lists and more documents that seem equally good.
pub(crate) const LEVELS: u8 = 15;

/// The impact that a level stands for.
pub(crate) fn impact(level: u8) -> f32 {
    (f32::from(level) - 0.5) / f32::from(LEVELS)
}

/// The level of an impact between 0 and 1.
#[cfg(feature = "write")]
pub(crate) fn level(impact: f32) -> u8 {
    ((impact * f32::from(LEVELS)) as u8 + 1).min(LEVELS)
}

/// Bits, the lowest of a byte first.
struct Bits<'b> {
    bytes: &'b [u8],
    at: usize,
    held: u64,
    count: u32,
}

impl Bits<'_> {
    fn fill(&mut self) {
        while self.count <= 56 {
            let Some(byte) = self.bytes.get(self.at) else {
                return;
            };
            self.held |= u64::from(*byte) << self.count;
            self.at += 1;
            self.count += 8;
        }
    }

    /// `width` bits, at most 32.
    fn take(&mut self, width: u32) -> Option<u32> {
        if self.count < width {
            self.fill();
            if self.count < width {
                return None;
            }
        }
        let value = (self.held & ((1u64 << width) - 1)) as u32;
        self.held >>= width;
        self.count -= width;
        Some(value)
    }

    /// How many zeros come before the next one, which is taken, too; `most` (under 57) of them have no one.
    fn zeros(&mut self, most: u32) -> Option<u32> {
        if self.count <= most {
            self.fill();
        }
        let zeros = self.held.trailing_zeros().min(most);
        let taken = zeros + u32::from(zeros < most);
        self.count = self.count.checked_sub(taken)?;
        self.held >>= taken;
        Some(zeros)
    }

    /// How many bytes have been begun.
    fn read(&self) -> usize {
        self.at - (self.count / 8) as usize
    }
}

/// So many zeros stand before a gap that is a plain number: the first of a language is far from the first of all.
const FAR: u32 = 20;

/// How many bits a document's number has.
fn width(documents: u32) -> u32 {
    32 - documents.saturating_sub(1).leading_zeros()
}

/// Calls `each` with the documents and levels of a list of `count`, and gives the bytes it took. `None` if the
/// bytes are no such list; what was given before is then of no worth.
pub(crate) fn decode(
    bytes: &[u8],
    count: u32,
    documents: u32,
    each: &mut dyn FnMut(u32, u8),
) -> Option<usize> {
    let mut bits = Bits {
        bytes,
        at: 0,
        held: 0,
        count: 0,
    };
    let mut left = count;
    while left > 0 {
        let level = bits.take(4)? as u8;
        let length = bits.zeros(31)?;
        if length > 30 || level == 0 {
            return None;
        }
        let size = (1 << length) | bits.take(length)?;
        left = left.checked_sub(size)?;
        if size == 1 {
            let document = bits.take(width(documents))?;
            if document >= documents {
                return None;
            }
            each(document, level);
            continue;
        }
        let rice = bits.take(4)?;
        let mut next = 0u32;
        for _ in 0..size {
            let gap = match bits.zeros(FAR)? {
                FAR => bits.take(width(documents))?,
                high => (high << rice) | bits.take(rice)?,
            };
            let document = next.checked_add(gap)?;
            if document >= documents {
                return None;
            }
            each(document, level);
            next = document + 1;
        }
    }
    Some(bits.read())
}

#[cfg(feature = "write")]
pub(crate) use self::writing::encode;

#[cfg(feature = "write")]
mod writing {
    use super::{FAR, width};

    #[derive(Default)]
    struct Sink {
        bytes: Vec<u8>,
        held: u64,
        count: u32,
    }

    impl Sink {
        fn put(&mut self, value: u32, width: u32) {
            self.held |= u64::from(value) << self.count;
            self.count += width;
            while self.count >= 8 {
                self.bytes.push(self.held as u8);
                self.held >>= 8;
                self.count -= 8;
            }
        }

        fn zeros(&mut self, zeros: u32) {
            self.put(1 << zeros, zeros + 1);
        }
    }

    /// The list of documents and levels, sorted by level, best first, then by document.
    pub(crate) fn encode(list: &[(u32, u8)], documents: u32) -> Vec<u8> {
        let mut sink = Sink::default();
        for group in list.chunk_by(|a, b| a.1 == b.1) {
            let size = group.len() as u32;
            let level = group.first().map_or(1, |(_, level)| *level);
            sink.put(u32::from(level), 4);
            let length = size.ilog2();
            sink.zeros(length);
            sink.put(size - (1 << length), length);
            if size == 1 {
                sink.put(group[0].0, width(documents));
                continue;
            }
            let gaps = || {
                group.iter().scan(0u32, |next, (document, _)| {
                    let gap = document - *next;
                    *next = document + 1;
                    Some(gap)
                })
            };
            let far = FAR + width(documents);
            let bits = |rice: u32| {
                gaps()
                    .map(|gap| match gap >> rice {
                        high if high < FAR => high + 1 + rice,
                        _ => far,
                    })
                    .sum::<u32>()
            };
            let (rice, _) = (0..16)
                .map(|rice| (rice, bits(rice)))
                .min_by_key(|(_, bits)| *bits)
                .unwrap_or_default();
            sink.put(rice, 4);
            for gap in gaps() {
                match gap >> rice {
                    high if high < FAR => {
                        sink.zeros(high);
                        sink.put(gap & ((1 << rice) - 1), rice);
                    }
                    _ => {
                        sink.put(0, FAR);
                        sink.put(gap, width(documents));
                    }
                }
            }
        }
        if sink.count > 0 {
            sink.bytes.push(sink.held as u8);
        }
        sink.bytes
    }
}

#[cfg(all(test, feature = "write"))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_list_is_read_as_it_was_written(
            list in prop::collection::btree_map(0u32..5000, 1u8..=15, 1..200),
            documents in 5000u32..100_000,
            after in prop::collection::vec(any::<u8>(), 0..9),
        ) {
            let mut list: Vec<(u32, u8)> = list.into_iter().collect();
            list.sort_by_key(|(document, level)| (std::cmp::Reverse(*level), *document));
            let mut bytes = encode(&list, documents);
            let length = bytes.len();
            bytes.extend(after);
            let mut read = Vec::new();
            let taken = decode(&bytes, list.len() as u32, documents, &mut |d, l| read.push((d, l)));
            prop_assert_eq!(taken, Some(length));
            prop_assert_eq!(read, list);
        }

        #[test]
        fn no_bytes_give_documents_that_are_not_there(
            bytes in prop::collection::vec(any::<u8>(), 0..64),
            count in any::<u32>(),
            documents in 0u32..2000,
        ) {
            let mut given = 0usize;
            decode(&bytes, count, documents, &mut |document, level| {
                assert!(document < documents && (1..=15).contains(&level));
                given += 1;
            });
            prop_assert!(given <= bytes.len() * 8);
        }
    }

    #[test]
    fn a_word_of_one_document_in_a_thousand_takes_two_bytes() {
        assert_eq!(encode(&[(777, 9)], 1400).len(), 2);
    }
}
