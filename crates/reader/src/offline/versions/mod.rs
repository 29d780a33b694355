//! What changed in an article between the revision on the device and the one on the site, and which revisions stay.
//!
//! Entry points: [`compare`], [`Revision`] with [`spare`] and [`fits`]. Texts are compared block by block (what blank lines part, in Markdown; code
//! between fences is one block), and a block that was changed word by word; in scripts without spaces, character by
//! character. Blank lines count for nothing.
//!
//! The steps from one text to the other must be all there is to know: [`apply`] makes the new text from the old one.

mod diff;
mod revisions;
mod words;

use std::ops::Range;

use lamplight_model::ArticleDocument;
use serde::Serialize;

pub use revisions::{MOST, MOST_BYTES, PREFIX, Revision, fits, key, spare};
pub use words::{Mark, Piece};

/// How many old blocks ahead are looked at for the one that a new block was made from.
const AHEAD: usize = 8;

/// One step from the old text to the new one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// So many blocks are the same.
    Same(usize),
    /// A block is gone.
    Removed(String),
    /// A block is new.
    Added(String),
    /// A block was changed: all of both, in order.
    Changed(Vec<Piece>),
}

/// What became of a text that is there or not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Fate {
    /// It is the same, or there was and is none.
    #[default]
    Same,
    /// It is new.
    New(String),
    /// It is another.
    Changed(Vec<Piece>),
    /// It is gone.
    Gone(String),
}

/// What changed in an article.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// The title.
    pub title: Fate,
    /// The description.
    pub description: Fate,
    /// The editor's note.
    pub note: Fate,
    /// When the author says that it was changed in a way readers should know of (RFC 3339), if that was not known.
    pub updated: Option<String>,
    /// Whether other images are shown.
    pub images: bool,
    /// The text. Empty if it is the same.
    pub text: Vec<Step>,
}

impl Changes {
    /// Whether nothing changed that a reader would see.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it says of itself that it was corrected: a new or another editor's note, or a later date of change.
    pub fn is_correction(&self) -> bool {
        self.updated.is_some() || matches!(self.note, Fate::New(_) | Fate::Changed(_))
    }

    /// How many blocks are new, gone, changed.
    pub fn count(&self) -> (usize, usize, usize) {
        let mut count = (0, 0, 0);
        for step in &self.text {
            match step {
                Step::Same(_) => {}
                Step::Added(_) => count.0 += 1,
                Step::Removed(_) => count.1 += 1,
                Step::Changed(_) => count.2 += 1,
            }
        }
        count
    }
}

/// What changed from one revision of an article to another.
pub fn compare(old: &ArticleDocument, new: &ArticleDocument) -> Changes {
    let images = |document: &ArticleDocument| -> Vec<String> {
        document.shown().map(|media| media.src.clone()).collect()
    };
    let later = new.updated.as_ref().filter(|_| new.updated != old.updated);
    Changes {
        title: fate(Some(&old.title), Some(&new.title)),
        description: fate(Some(&old.description), Some(&new.description)),
        note: fate(old.editors_note.as_deref(), new.editors_note.as_deref()),
        updated: later.cloned(),
        images: images(old) != images(new),
        text: steps(&old.markdown, &new.markdown),
    }
}

fn fate(old: Option<&str>, new: Option<&str>) -> Fate {
    match (old.unwrap_or_default(), new.unwrap_or_default()) {
        (old, new) if old == new => Fate::Same,
        ("", new) => Fate::New(new.to_owned()),
        (old, "") => Fate::Gone(old.to_owned()),
        (old, new) => Fate::Changed(words::pieces(old, new)),
    }
}

/// The blocks of a Markdown text: what blank lines part, without them; fenced code (CommonMark 4.5) is one.
pub fn blocks(text: &str) -> Vec<&str> {
    let mut blocks = Vec::new();
    let mut open: Option<Range<usize>> = None;
    let mut fence: Option<&str> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim();
        let end = at + line.trim_end().len();
        let mark = fence_of(line);
        if bare.is_empty() && fence.is_none() {
            blocks.extend(open.take().map(|range| &text[range]));
        } else if bare.is_empty() {
            // Blank lines at the end of a fence that nothing closes are none of it.
        } else {
            open.get_or_insert(at..end).end = end;
            fence = match (fence, mark) {
                (None, Some(mark)) => Some(mark),
                (Some(begun), Some(mark)) if bare == mark && mark.starts_with(begun) => None,
                (fence, _) => fence,
            };
        }
        at += line.len();
    }
    blocks.extend(open.map(|range| &text[range]));
    blocks
}

/// The backticks or tildes that a line opens or closes a fence with.
fn fence_of(line: &str) -> Option<&str> {
    let bare = line.trim_start_matches(' ');
    if line.len() - bare.len() > 3 {
        return None;
    }
    let mark = bare.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = bare.len() - bare.trim_start_matches(mark).len();
    let code = mark == '`' && bare[length..].contains('`');
    (length >= 3 && !code).then(|| &bare[..length])
}

/// The steps from one text to another; none if their blocks are the same.
pub fn steps(old: &str, new: &str) -> Vec<Step> {
    let (old, new) = (blocks(old), blocks(new));
    let mut steps = Vec::new();
    let (mut x, mut y) = (0, 0);
    let end = (old.len(), new.len());
    for (to_x, to_y) in diff::matches(&old, &new).into_iter().chain([end]) {
        changed(&old[x..to_x], &new[y..to_y], &mut steps);
        if (to_x, to_y) != end {
            match steps.last_mut() {
                Some(Step::Same(count)) => *count += 1,
                _ => steps.push(Step::Same(1)),
            }
        }
        (x, y) = (to_x + 1, to_y + 1);
    }
    if matches!(steps.as_slice(), [Step::Same(_)]) {
        steps.clear();
    }
    steps
}

/// The steps between blocks of which none is the same: each new one is the change of an old one if much of it is in
/// it, of the next few the one that has most.
fn changed(old: &[&str], new: &[&str], steps: &mut Vec<Step>) {
    if old.is_empty() || new.is_empty() {
        steps.extend(old.iter().map(|block| Step::Removed((*block).to_owned())));
        steps.extend(new.iter().map(|block| Step::Added((*block).to_owned())));
        return;
    }
    let bags: Vec<words::Bag<'_>> = old.iter().map(|block| words::Bag::of(block)).collect();
    let mut at = 0;
    for block in new {
        let bag = words::Bag::of(block);
        let ahead = bags[at..].iter().take(AHEAD).enumerate();
        let alike = ahead.map(|(step, other)| (bag.alike(other), at + step));
        // Of two that are as much alike, the nearer one.
        let best = alike.filter(|(alike, _)| *alike >= words::ALIKE);
        let best = best.max_by_key(|(alike, place)| (*alike, usize::MAX - place));
        match best {
            Some((_, place)) => {
                let gone = old[at..place].iter();
                steps.extend(gone.map(|block| Step::Removed((*block).to_owned())));
                steps.push(Step::Changed(words::pieces(old[place], block)));
                at = place + 1;
            }
            None => steps.push(Step::Added((*block).to_owned())),
        }
    }
    let gone = old[at..].iter();
    steps.extend(gone.map(|block| Step::Removed((*block).to_owned())));
}

/// Makes the new text of the old one, with one blank line between blocks; `None` if the steps are not from this text.
pub fn apply(old: &str, steps: &[Step]) -> Option<String> {
    let mut rest = blocks(old).into_iter();
    let mut new: Vec<String> = Vec::new();
    if steps.is_empty() {
        return Some(rest.collect::<Vec<_>>().join("\n\n"));
    }
    for step in steps {
        match step {
            Step::Same(count) => {
                for _ in 0..*count {
                    new.push(rest.next()?.to_owned());
                }
            }
            Step::Removed(block) => {
                rest.next().filter(|own| own == block)?;
            }
            Step::Added(block) => new.push(block.clone()),
            Step::Changed(pieces) => {
                rest.next()
                    .filter(|own| *own == words::side(pieces, Mark::Removed))?;
                new.push(words::side(pieces, Mark::Added));
            }
        }
    }
    rest.next().is_none().then(|| new.join("\n\n"))
}

#[cfg(test)]
mod tests;
