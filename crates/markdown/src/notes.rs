//! Footnotes: numbered by their first mention, collected behind the text.
//!
//! Entry point: [`Notes`]. A note that nothing mentions is not shown.

use std::collections::BTreeMap;

use lamplight_model::Messages;

use crate::escape::push_attribute;

/// The footnotes met so far.
#[derive(Default)]
pub(crate) struct Notes {
    mentioned: Vec<Note>,
    /// Start event of the definition → index in `mentioned`.
    numbers: BTreeMap<usize, usize>,
}

struct Note {
    start: usize,
    mentions: usize,
    html: String,
    /// Where the ways back go: within the last paragraph, or behind everything (`None`).
    back: Option<usize>,
}

impl Notes {
    /// Notes a mention of the footnote defined at this event. Returns its number and how often it
    /// has been mentioned.
    pub(crate) fn mention(&mut self, start: usize) -> (usize, usize) {
        let next = self.mentioned.len();
        let at = *self.numbers.entry(start).or_insert(next);
        if at == next {
            self.mentioned.push(Note {
                start,
                mentions: 0,
                html: String::new(),
                back: None,
            });
        }
        self.mentioned[at].mentions += 1;
        (at + 1, self.mentioned[at].mentions)
    }

    /// The definition of the note with this number (from 0), if there is one.
    pub(crate) fn definition(&self, number: usize) -> Option<usize> {
        self.mentioned.get(number).map(|note| note.start)
    }

    /// Keeps the rendered content of a note.
    pub(crate) fn put(&mut self, number: usize, html: String, back: Option<usize>) {
        if let Some(note) = self.mentioned.get_mut(number) {
            note.html = html;
            note.back = back;
        }
    }

    /// All of them as list items.
    pub(crate) fn html(&self, messages: Option<&Messages>) -> String {
        let label = messages.map_or("", |messages| &messages.back_to_text);
        let mut out = String::new();
        for (at, note) in self.mentioned.iter().enumerate() {
            let number = (at + 1).to_string();
            out.push_str("<li");
            push_attribute(&mut out, "id", &["fn-", &number].concat());
            out.push('>');
            let back = ways_back(&number, note.mentions, label);
            match note.back {
                Some(place) if note.html.is_char_boundary(place) => {
                    out.push_str(&note.html[..place]);
                    out.push(' ');
                    out.push_str(&back);
                    out.push_str(&note.html[place..]);
                }
                _ => {
                    out.push_str(&note.html);
                    out.push_str("<p>");
                    out.push_str(&back);
                    out.push_str("</p>\n");
                }
            }
            out.push_str("</li>\n");
        }
        out
    }
}

/// The anchor of a mention.
pub(crate) fn mention_id(number: &str, mention: usize) -> String {
    if mention == 1 {
        ["fnref-", number].concat()
    } else {
        ["fnref-", number, "-", &mention.to_string()].concat()
    }
}

fn ways_back(number: &str, mentions: usize, label: &str) -> String {
    let mut out = String::new();
    for mention in 1..=mentions {
        let count = mention.to_string();
        let name = if mention == 1 {
            label.to_owned()
        } else {
            out.push(' ');
            [label, " ", &count].concat()
        };
        out.push_str("<a class=\"footnote-back\"");
        push_attribute(
            &mut out,
            "href",
            &["#", &mention_id(number, mention)].concat(),
        );
        push_attribute(&mut out, "aria-label", &name);
        // The variation selector keeps the arrow from being drawn as an emoji.
        out.push_str(">\u{21a9}\u{fe0e}");
        if mention > 1 {
            out.push_str("<sup>");
            out.push_str(&count);
            out.push_str("</sup>");
        }
        out.push_str("</a>");
    }
    out
}
