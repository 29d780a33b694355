//! What is translated of an article, piece by piece, and how a piece is put together again.
//!
//! Entry points: [`kind`] sorts elements ([`FIXED`], [`NAMED`] say which stay), [`units`] finds the pieces, [`order`] says in which order, and
//! [`Unit::rebuilt`] makes nodes of what a translator said. Elements are known by numbers, which the caller gives;
//! this module must never see a browser. A text that comes back is only ever text: what elements it stands in is
//! decided by the article, never by the translator.

use crate::marks;

/// What an element is to a translation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It holds text and blocks: its inline content is translated run by run.
    Block,
    /// Part of a line: its text is translated with the text around it.
    Span,
    /// Part of a line that stays as it is.
    Atom,
    /// A block that stays as it is.
    Skip,
}

/// Elements that are part of a line.
const SPANS: &[&str] = &[
    "a", "abbr", "b", "bdi", "bdo", "cite", "del", "dfn", "em", "i", "ins", "label", "mark", "q",
    "s", "small", "span", "strong", "sub", "time", "u",
];

/// Parts of a line that no translator should touch: code, formulas, signs, the marks of footnotes.
const ATOMS: &[&str] = &[
    "br", "code", "img", "input", "kbd", "math", "ruby", "samp", "sup", "svg", "var", "wbr",
];

/// Blocks that no translator should touch.
const SKIPPED: &[&str] = &["hr", "nav", "pre", "script", "style"];

/// Parts of an article that are not its text: made by press in the article's language, or names. They stay in it, and
/// say so in a translation.
pub(crate) const FIXED: &[&str] = &[
    "anchor",
    "article-kicker",
    "article-meta",
    "article-outdated",
    "article-tags",
    "article-tools",
    "dateline",
    "footnote-back",
    "missing-image",
    "translations",
];

/// What is in these is translated, but the names that they have for those who cannot see them are not.
pub(crate) const NAMED: &[&str] = &["footnotes", "table-wrap"];

/// A selector of elements with one of these classes.
pub(crate) fn selector(classes: &[&str]) -> String {
    let classes: Vec<String> = classes.iter().map(|class| [".", class].concat()).collect();
    classes.join(",")
}

/// An element, as far as its kind depends on it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tag<'a> {
    /// In lower case.
    pub(crate) name: &'a str,
    /// Its classes, parted by spaces.
    pub(crate) class: &'a str,
    /// Its own `lang`; empty if it has none.
    pub(crate) lang: &'a str,
    /// Its own `translate`; empty if it has none.
    pub(crate) translate: &'a str,
}

/// What an element is to a translation from the language `from`.
pub(crate) fn kind(tag: Tag<'_>, from: &str) -> Kind {
    let in_line = SPANS.contains(&tag.name);
    let fixed = tag.translate == "no"
        || tag.class.split(' ').any(|class| FIXED.contains(&class))
        || (!tag.lang.is_empty() && !crate::languages::same(tag.lang, from));
    match (in_line, fixed) {
        _ if ATOMS.contains(&tag.name) => Kind::Atom,
        _ if SKIPPED.contains(&tag.name) => Kind::Skip,
        (true, true) => Kind::Atom,
        (true, false) => Kind::Span,
        (false, true) => Kind::Skip,
        (false, false) => Kind::Block,
    }
}

/// A node of an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    /// The caller's number for it.
    pub(crate) id: usize,
    /// What it is.
    pub(crate) part: Part,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Text.
    Text(String),
    /// An element of a kind; of an image its alternative text.
    Element(Kind, Vec<Node>, Option<String>),
}

/// A piece that is translated at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Part of a line, or all of it.
    Run {
        /// The block that holds it.
        block: usize,
        /// Whether it is all that the block holds.
        whole: bool,
        /// Its nodes.
        nodes: Vec<Node>,
    },
    /// The alternative text of an image.
    Alt {
        /// The image.
        image: usize,
        /// The text.
        text: String,
    },
}

/// A node of the translation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Out {
    /// New text.
    Text(String),
    /// A node of the article as it is.
    Same(usize),
    /// An element of the article, with other content.
    Span(usize, Vec<Out>),
}

/// What a translator said to a unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Said {
    /// All of it, with its marks.
    Whole(String),
    /// Text by text.
    Pieces(Vec<String>),
    /// Nothing that could be used.
    #[default]
    Nothing,
}

/// The units of an article, in reading order.
pub(crate) fn units(article: &Node) -> Vec<Unit> {
    let mut out = Vec::new();
    gather(article, &mut out);
    out
}

fn gather(node: &Node, out: &mut Vec<Unit>) {
    let Part::Element(kind, children, alt) = &node.part else {
        return;
    };
    if let Some(text) = alt.as_ref().filter(|text| has_words(text)) {
        out.push(Unit::Alt {
            image: node.id,
            text: spaced(text),
        });
    }
    if *kind == Kind::Skip {
        return;
    }
    if *kind != Kind::Block {
        // In a line: its images' texts are units of their own.
        children.iter().for_each(|child| gather(child, out));
        return;
    }
    let is_block =
        |child: &Node| matches!(child.part, Part::Element(Kind::Block | Kind::Skip, _, _));
    for run in children.chunk_by(|a, b| !is_block(a) && !is_block(b)) {
        if is_block(&run[0]) {
            gather(&run[0], out);
            continue;
        }
        if run.iter().any(Node::has_words) {
            out.push(Unit::Run {
                block: node.id,
                whole: run.len() == children.len(),
                nodes: run.to_vec(),
            });
        }
        run.iter().for_each(|child| gather(child, out));
    }
}

impl Node {
    /// Whether there is anything in it to translate.
    pub(crate) fn has_words(&self) -> bool {
        match &self.part {
            Part::Text(text) => has_words(text),
            Part::Element(Kind::Span, children, _) => children.iter().any(Self::has_words),
            Part::Element(..) => false,
        }
    }
}

impl Unit {
    /// The element that shows it.
    pub(crate) fn place(&self) -> usize {
        match self {
            Self::Run { block, .. } => *block,
            Self::Alt { image, .. } => *image,
        }
    }

    /// What a translator is asked: the text, with marks for what is in it; `None` if it has to be asked text by text.
    pub(crate) fn question(&self) -> Option<String> {
        match self {
            Self::Run { nodes, .. } => marks::marked(kernel(nodes).1),
            Self::Alt { text, .. } => Some(text.clone()),
        }
    }

    /// The texts, each by itself.
    pub(crate) fn texts(&self) -> Vec<String> {
        let mut out = Vec::new();
        match self {
            Self::Run { nodes, .. } => texts(nodes, &mut out),
            Self::Alt { text, .. } => out.push(text.clone()),
        }
        out
    }

    /// The unit in the other language: nodes for the place of its own (of an alternative text, one text). `None` if
    /// what was said does not fit.
    pub(crate) fn rebuilt(&self, said: &Said) -> Option<Vec<Out>> {
        match (self, said) {
            (_, Said::Nothing) => None,
            (Self::Alt { .. }, Said::Whole(text)) => {
                let text = text.trim();
                (!text.is_empty()).then(|| vec![Out::Text(text.to_owned())])
            }
            (Self::Alt { .. }, Said::Pieces(_)) => None,
            (Self::Run { nodes, .. }, Said::Whole(text)) => {
                let (path, inner) = kernel(nodes);
                let inside = marks::read(text, inner)?;
                Some(around(nodes, &path, inside))
            }
            (Self::Run { nodes, .. }, Said::Pieces(pieces)) => {
                let mut rest = pieces.iter();
                let out = by_text(nodes, &mut rest)?;
                rest.next().is_none().then_some(out)
            }
        }
    }
}

/// What of a run a translator is asked: without what stays as it is at either end, and without an element around
/// everything. With the way there: which nodes of each level.
fn kernel(nodes: &[Node]) -> (Vec<(usize, usize)>, &[Node]) {
    let (mut path, mut level) = (Vec::new(), nodes);
    loop {
        let stays = |node: &Node| match &node.part {
            Part::Text(text) => text.trim().is_empty(),
            Part::Element(kind, ..) => *kind != Kind::Span,
        };
        let from = level.iter().take_while(|node| stays(node)).count();
        let until = level.len() - level[from..].iter().rev().take_while(|n| stays(n)).count();
        path.push((from, until));
        match &level[from..until] {
            [
                Node {
                    part: Part::Element(Kind::Span, children, _),
                    ..
                },
            ] => level = children,
            inner => return (path, inner),
        }
    }
}

/// Puts what was translated of a run back into its place.
fn around(nodes: &[Node], path: &[(usize, usize)], inside: Vec<Out>) -> Vec<Out> {
    let Some((&(from, until), deeper)) = path.split_first() else {
        return inside;
    };
    let inner = match (deeper, &nodes[from..until]) {
        (
            [_, ..],
            [
                Node {
                    id,
                    part: Part::Element(_, children, _),
                },
            ],
        ) => vec![Out::Span(*id, around(children, deeper, inside))],
        _ => inside,
    };
    let same = |node: &Node| match &node.part {
        Part::Text(text) => Out::Text(text.clone()),
        Part::Element(..) => Out::Same(node.id),
    };
    let mut out: Vec<Out> = nodes[..from].iter().map(same).collect();
    out.extend(inner);
    out.extend(nodes[until..].iter().map(same));
    out
}

fn texts(nodes: &[Node], out: &mut Vec<String>) {
    for node in nodes {
        match &node.part {
            Part::Text(text) if has_words(text) => out.push(spaced(text)),
            Part::Element(Kind::Span, children, _) => texts(children, out),
            Part::Text(_) | Part::Element(..) => {}
        }
    }
}

fn by_text<'a>(nodes: &[Node], said: &mut impl Iterator<Item = &'a String>) -> Option<Vec<Out>> {
    let mut out = Vec::new();
    for node in nodes {
        out.push(match &node.part {
            Part::Text(text) if has_words(text) => {
                let said = said.next()?;
                let (begin, end) = edges(text);
                Out::Text([begin, said.trim(), end].concat())
            }
            Part::Text(text) => Out::Text(text.clone()),
            Part::Element(Kind::Span, children, _) => Out::Span(node.id, by_text(children, said)?),
            Part::Element(..) => Out::Same(node.id),
        });
    }
    Some(out)
}

/// The white space before and behind a text.
fn edges(text: &str) -> (&str, &str) {
    let begin = text.len() - text.trim_start().len();
    (&text[..begin], &text[text.trim_end().len()..])
}

/// Whether there is a letter in a text.
fn has_words(text: &str) -> bool {
    text.chars().any(char::is_alphabetic)
}

/// A text in one line, without white space at its ends.
pub(crate) fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// In which order units are translated: on from where the reader is, then what is before.
pub(crate) fn order(count: usize, from: usize) -> impl Iterator<Item = usize> {
    let from = from.min(count);
    (from..count).chain(0..from)
}

/// A number for what the units ask (FNV-1a): a stored translation is one of these units only.
pub(crate) fn fingerprint(units: &[Unit]) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for unit in units {
        let texts = unit.texts().join("\u{1}");
        let bytes = texts.bytes().chain([b'\n']);
        for byte in bytes {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    format!("{hash:016x}")
}

#[cfg(test)]
#[path = "blocks_tests.rs"]
mod tests;
