//! Making a carry file, part by part.

use lamplight_model::seal::Running;

use super::item::Item;
use super::load::{Load, modest};
use super::{Counts, FORMAT, Head};
use crate::Millis;
use crate::offline::write;

/// A carry file in the making. The file is what [`Writer::finish`] gives first, then everything that was given before
/// in that order, then what it gives last.
#[derive(Debug)]
pub struct Writer {
    digest: Running,
    lines: u32,
    load: Load,
    counts: Counts,
}

impl Writer {
    /// Begins a file for the publication at `site` (origin and base), and gives its first part.
    pub fn begin(site: &str, title: &str, made: Millis) -> (Self, String) {
        let mut writer = Self {
            digest: Running::default(),
            lines: 0,
            load: Load::default(),
            counts: Counts::default(),
        };
        let head = Head {
            carry: FORMAT,
            site: site.to_owned(),
            title: title.to_owned(),
            made,
        };
        let part = [
            ",\"carry\":",
            &head.carry.to_string(),
            ",\"site\":",
            &write(&head.site),
            ",\"title\":",
            &write(&head.title),
            ",\"made\":",
            &head.made.to_string(),
            ",\"items\":[",
        ];
        let part = writer.part(part.concat());
        writer.load.head(part.len());
        (writer, part)
    }

    fn part(&mut self, part: String) -> String {
        self.digest.update(part.as_bytes());
        part
    }

    fn line(&mut self, line: &str) -> String {
        let begin = if self.lines == 0 { "\n" } else { ",\n" };
        self.lines += 1;
        let part = [begin, line].concat();
        self.part(part)
    }

    /// Adds a record that is stored under a key: of the saved list, a reading state, the history's choice, settings,
    /// recent searches, a message of the outbox under [`super::OUTBOX`]. `stamp` is when it was changed, for those that
    /// have no time of their own ([`super::stamped`]), else 0. `None` if it is damaged, nothing this version knows, or more than a
    /// file may hold: that stays behind, and is counted.
    pub fn record(&mut self, key: &str, text: &str, stamp: Millis) -> Option<String> {
        let Ok(item) = Item::stored(key, text, stamp) else {
            self.counts.skipped += 1;
            return None;
        };
        let key = write(&item.key());
        let stamp = match &item {
            Item::Register { stamp, .. } => [",\"stamp\":", &stamp.to_string()].concat(),
            _ => String::new(),
        };
        let text = item.text();
        let line = ["{\"key\":", &key, &stamp, ",\"record\":", &text, "}"].concat();
        if !self.load.record(&line) {
            self.counts.skipped += 1;
            return None;
        }
        item.count(&mut self.counts);
        Some(self.line(&line))
    }

    /// Adds an article: the sealed text of its document, and when that came from the site. `None` if it is damaged, or more
    /// than a file may hold.
    pub fn document(&mut self, text: &str, stored: Millis) -> Option<String> {
        let document = crate::library::read(text).filter(modest);
        let stored = stored.max(0).to_string();
        let text = write(&text);
        let line = ["{\"stored\":", &stored, ",\"document\":", &text, "}"].concat();
        if document.is_none_or(|document| !self.load.article(&line, &document)) {
            self.counts.skipped += 1;
            return None;
        }
        self.counts.articles += 1;
        Some(self.line(&line))
    }

    /// Ends the file: what it begins with, what it ends with, and what is in it.
    pub fn finish(mut self) -> (String, String, Counts) {
        let count = self.lines.to_string();
        let last = self.part(["\n],\"count\":", &count, "}\n"].concat());
        let first = ["{\"digest\":\"", &self.digest.digest(), "\""].concat();
        (first, last, self.counts)
    }
}
