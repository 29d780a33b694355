//! Taking a carry file in, chunk by chunk.

use lamplight_model::seal::{self, Running};
use lamplight_model::{json, record};
use serde::Serialize;

use super::item::{Any, Item, Not};
use super::load::{Load, modest};
use super::{
    Counts, FORMAT, Head, MOST_BYTES, MOST_LINES, MOST_OF_ARTICLE, MOST_OF_RECORD, Refused,
};
use crate::Millis;
use crate::library;
use crate::offline::{saved, stamp};

/// What every file begins with, up to its digest.
const BEGIN: &str = "{\"digest\":\"";

/// How the first line ends.
const HEAD_END: &str = ",\"items\":[";

/// A line of a file.
#[derive(Debug, Default)]
struct Line {
    key: String,
    stamp: Millis,
    record: Any,
    document: Option<String>,
    stored: Millis,
}

record!(Line {
    ;
    key, stamp, record, document, stored
});

/// The last line, without its first sign.
#[derive(Debug, Default)]
struct End {
    count: u32,
}

record!(End { count });

/// An article in a file: where it is, so that its text need not be held.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Document {
    /// Slug.
    pub slug: String,
    /// Language.
    pub lang: String,
    /// Identifiers of its categories: wishes cover them.
    pub categories: Vec<String>,
    /// Digest of the article document.
    pub digest: String,
    /// When it came from the site.
    pub stored: Millis,
    /// Where its line begins, in bytes from the file's beginning.
    pub offset: u64,
    /// Bytes of the line; see [`document`].
    pub bytes: u64,
}

record!(Document {
    slug,
    lang,
    categories,
    digest,
    stored,
    offset,
    bytes
});

/// What a file holds. It was read to its end, and is as it was made.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Contents {
    /// What it says of itself.
    pub head: Head,
    /// How many of each kind.
    pub counts: Counts,
    /// The articles.
    pub documents: Vec<Document>,
    pub(super) items: Vec<Item>,
}

/// A carry file as it is read.
#[derive(Debug)]
pub struct Reader {
    site: String,
    latest: Millis,
    digest: Running,
    claimed: Option<String>,
    /// What was not yet a line.
    rest: String,
    /// Bytes before that.
    offset: u64,
    lines: u32,
    load: Load,
    contents: Contents,
    ended: bool,
    /// The first line that makes no sense. In a file that is damaged that is no wonder.
    invalid: Option<u32>,
}

impl Contents {
    /// The articles as wishes see them, in the order of their slugs.
    pub fn variants(&self) -> Vec<saved::Item<'_>> {
        let all = self.documents.iter().map(|document| saved::Item {
            slug: &document.slug,
            lang: &document.lang,
            categories: &document.categories,
        });
        let mut all: Vec<_> = all.collect();
        all.sort_by(|a, b| a.slug.cmp(b.slug));
        all
    }
}

impl Reader {
    /// Begins to read a file that should be of the publication at `site` (origin and base). `latest` is the latest stamp on
    /// this device ([`crate::offline::saved::List::latest`]), 0 if that is not known.
    pub fn begin(site: &str, latest: Millis, now: Millis) -> Self {
        Self {
            site: site.to_owned(),
            latest: latest.max(now),
            digest: Running::default(),
            claimed: None,
            rest: String::new(),
            offset: 0,
            lines: 0,
            load: Load::default(),
            contents: Contents::default(),
            ended: false,
            invalid: None,
        }
    }

    /// Takes the next part of the file.
    ///
    /// # Errors
    /// It is not to be read any further; see [`Refused`].
    pub fn feed(&mut self, mut text: &str) -> Result<(), Refused> {
        while let Some((line, more)) = text.split_once('\n') {
            self.rest.push_str(line);
            self.rest.push('\n');
            self.take()?;
            text = more;
        }
        self.rest.push_str(text);
        if self.lines == 0 && !self.rest.is_empty() {
            let length = BEGIN.len().min(self.rest.len());
            if self.rest.as_bytes()[..length] != BEGIN.as_bytes()[..length]
                || self.rest.len() > MOST_OF_RECORD
            {
                return Err(Refused::NotCarry);
            }
        }
        if self.rest.len() > MOST_OF_ARTICLE {
            return Err(Refused::TooLarge);
        }
        Ok(())
    }

    /// Takes the line that is whole now.
    fn take(&mut self) -> Result<(), Refused> {
        let line = std::mem::take(&mut self.rest);
        let offset = self.offset;
        self.offset += line.len() as u64;
        self.lines += 1;
        if self.offset > MOST_BYTES || self.lines > MOST_LINES || line.len() > MOST_OF_ARTICLE {
            return Err(Refused::TooLarge);
        }
        if self.lines == 1 {
            return self.head(&line);
        }
        self.digest.update(line.as_bytes());
        let bare = line.strip_suffix('\n').unwrap_or(&line);
        if self.ended {
            self.invalid();
        } else if let Some(end) = bare.strip_prefix("],") {
            let end = json::read::<End>(&["{", end].concat());
            let count = self.lines - 2;
            self.ended = end.is_some();
            if end.is_none_or(|end| end.count != count) {
                self.invalid();
            }
        } else {
            let item = bare.strip_suffix(',').unwrap_or(bare);
            self.item(item, offset)?;
        }
        Ok(())
    }

    fn invalid(&mut self) {
        self.invalid.get_or_insert(self.lines);
    }

    fn head(&mut self, line: &str) -> Result<(), Refused> {
        let claimed = seal::claimed(line).ok_or(Refused::NotCarry)?;
        let rest = line.get(BEGIN.len() + claimed.len() + 1..);
        let rest = rest.ok_or(Refused::NotCarry)?;
        let members = rest
            .strip_suffix('\n')
            .unwrap_or(rest)
            .strip_suffix(HEAD_END);
        let members = members.and_then(|members| members.strip_prefix(','));
        let members = members.ok_or(Refused::NotCarry)?;
        let head = json::read::<Head>(&["{", members, "}"].concat()).ok_or(Refused::NotCarry)?;
        if head.carry > FORMAT {
            return Err(Refused::Newer);
        }
        if head.site != self.site {
            let brief = |text: &str| text.chars().take(200).collect();
            return Err(Refused::OtherPublication {
                title: brief(&head.title),
                site: brief(&head.site),
            });
        }
        self.load.head(rest.len());
        self.digest.update(rest.as_bytes());
        self.claimed = Some(claimed.to_owned());
        self.contents.head = head;
        Ok(())
    }

    fn item(&mut self, line: &str, offset: u64) -> Result<(), Refused> {
        let counts = &mut self.contents.counts;
        let Some(read) = json::read::<Line>(line) else {
            self.invalid();
            return Ok(());
        };
        if let Some(text) = read.document {
            let stored = read.stored;
            match (seal::check(&text), library::read(&text)) {
                (Err(_), _) => self.invalid(),
                // What is held of each must be little, whoever made the file.
                (Ok(_), Some(document)) if !modest(&document) => self.invalid(),
                (Ok(_), Some(document)) if !self.load.article(line, &document) => {
                    return Err(Refused::TooLarge);
                }
                (Ok(_), Some(document)) if stamp::plausible(stored, self.latest) => {
                    counts.articles += 1;
                    self.contents.documents.push(Document {
                        slug: document.slug,
                        lang: document.lang,
                        categories: document.categories,
                        digest: document.digest,
                        stored,
                        offset,
                        bytes: line.len() as u64,
                    });
                }
                (Ok(_), Some(_)) => counts.ahead += 1,
                // Of a later format.
                (Ok(_), None) => counts.skipped += 1,
            }
            return Ok(());
        }
        if !self.load.record(line) {
            return Err(Refused::TooLarge);
        }
        match Item::of(&read.key, read.stamp, read.record, self.latest) {
            Ok(item) => {
                item.count(counts);
                self.contents.items.push(item);
            }
            Err(Not::Known) => counts.skipped += 1,
            Err(Not::Now) => counts.ahead += 1,
            Err(Not::Valid) => self.invalid(),
        }
        Ok(())
    }

    /// Why a file is not taken that holds what is no text (UTF-8), after as much was fed as could be made of that.
    pub fn no_text(&self) -> Refused {
        if self.lines == 0 && !self.rest.starts_with(BEGIN) {
            Refused::NotCarry
        } else {
            Refused::Damaged
        }
    }

    /// The file has ended.
    ///
    /// # Errors
    /// It is not to be taken; see [`Refused`].
    pub fn finish(mut self) -> Result<Contents, Refused> {
        // A whole file ends with a line's end.
        let cut = !self.rest.is_empty();
        if cut {
            if self.lines == 0 {
                let is = self.rest.contains("\"carry\":") && self.rest.starts_with(BEGIN);
                return Err(if is {
                    Refused::Truncated
                } else {
                    Refused::NotCarry
                });
            }
            self.take()?;
        }
        let claimed = self.claimed.ok_or(Refused::NotCarry)?;
        if !self.ended || cut {
            return Err(Refused::Truncated);
        }
        if self.digest.digest() != claimed {
            return Err(Refused::Damaged);
        }
        match self.invalid {
            Some(line) => Err(Refused::Invalid(line)),
            None => Ok(self.contents),
        }
    }
}

/// The sealed text of an article, from its line of the file (bytes `offset` to `offset + bytes`), right before it is
/// stored. `None` if it is not the one that was promised: the file was changed in between.
pub fn document(line: &str, promised: &Document) -> Option<String> {
    let text = json::read::<Line>(line)?.document?;
    let whole = seal::check(&text).is_ok_and(|digest| digest == promised.digest);
    whole.then_some(text)
}
