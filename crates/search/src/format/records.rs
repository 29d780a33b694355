//! Blocks of records: what is shown of a document that was found.
//!
//! Entry point: [`read`]. A record is what a line of results shows and no more, since ten results may come
//! from ten blocks. It must never be needed to rank.

use super::{Bytes, signed};

/// A document's record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) id: String,
    pub(crate) title: String,
    /// Days since 1970.
    pub(crate) day: Option<i32>,
    /// Places in the root's list.
    pub(crate) categories: Vec<u32>,
    pub(crate) tags: Vec<String>,
}

/// The record at a place of a block.
pub(crate) fn read(block: &[u8], place: usize) -> Option<Record> {
    let mut bytes = Bytes::new(block);
    for _ in 0..place {
        one(&mut bytes)?;
    }
    one(&mut bytes)
}

fn one(bytes: &mut Bytes<'_>) -> Option<Record> {
    let title = bytes.text()?.to_owned();
    let shared = bytes.number()? as usize;
    let rest = bytes.text()?;
    let mut id = String::new();
    if shared > 0 {
        id.push_str(slug(&title).get(..shared)?);
    }
    id.push_str(rest);
    let day = match bytes.number()? {
        0 => None,
        day => Some(signed(day - 1)),
    };
    let count = bytes.count()?;
    let mut categories = Vec::with_capacity(count);
    for _ in 0..count {
        categories.push(bytes.number()?);
    }
    let count = bytes.count()?;
    let mut tags = Vec::new();
    for _ in 0..count {
        tags.push(bytes.text()?.to_owned());
    }
    Some(Record {
        id,
        title,
        day,
        categories,
        tags,
    })
}

/// What most sites make of a title for an address: a record's id is stored as what differs from it.
fn slug(title: &str) -> String {
    let mut slug = String::with_capacity(title.len());
    for c in title.chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !c.is_ascii() && c.is_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') && !matches!(c, '\'' | '’') {
            slug.push('-');
        }
    }
    slug
}

/// Adds a record to a block.
#[cfg(feature = "write")]
pub(crate) fn put(out: &mut Vec<u8>, record: &Record) {
    use super::{put_number, put_text, unsigned};
    put_text(out, &record.title);
    let guess = slug(&record.title);
    let mut shared = guess
        .bytes()
        .zip(record.id.bytes())
        .take_while(|(a, b)| a == b)
        .count();
    while !guess.is_char_boundary(shared) {
        shared -= 1;
    }
    put_number(out, shared as u32);
    put_text(out, &record.id[shared..]);
    put_number(out, record.day.map_or(0, |day| unsigned(day) + 1));
    put_number(out, record.categories.len() as u32);
    for category in &record.categories {
        put_number(out, *category);
    }
    put_number(out, record.tags.len() as u32);
    for tag in &record.tags {
        put_text(out, tag);
    }
}

#[cfg(all(test, feature = "write"))]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read_as_it_was_written() {
        let records = [
            (
                "What's new in Ruby 3.4?",
                "whats-new-in-ruby-3-4-0",
                Some(-3),
            ),
            ("東京", "x", None),
            ("", "", Some(20_000)),
        ]
        .map(|(title, id, day)| Record {
            id: id.into(),
            title: title.into(),
            day,
            categories: vec![1, 300],
            tags: vec!["a b".into()],
        });
        let mut block = Vec::new();
        for record in &records {
            put(&mut block, record);
        }
        for (place, record) in records.iter().enumerate() {
            assert_eq!(read(&block, place).as_ref(), Some(record));
        }
        assert_eq!(read(&block, 3), None);
    }

    #[test]
    fn an_id_made_from_the_title_is_not_stored_again() {
        let mut block = Vec::new();
        let record = Record {
            id: "a-storm-at-sea".into(),
            title: "A storm at sea".into(),
            day: None,
            categories: Vec::new(),
            tags: Vec::new(),
        };
        put(&mut block, &record);
        assert_eq!(block.len(), 1 + record.title.len() + 1 + 1 + 3);
    }
}
