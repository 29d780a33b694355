//! The allow list: which elements and attributes raw HTML may bring, and what fits into what.
//!
//! Entry points: [`known`], [`accepts`], [`attribute`]. The content rules are those of HTML, made
//! simpler and stricter, so that a browser's parser builds exactly the tree that was written. This
//! module must never list an element that runs, loads or submits anything.

/// What a place in the tree is asked to take in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Child {
    /// Text.
    Text,
    /// An element.
    Element(&'static str),
}

/// Elements that raw HTML may use, with their names as written into the output.
const ALLOWED: [&str; 62] = [
    "a",
    "abbr",
    "b",
    "bdi",
    "bdo",
    "blockquote",
    "br",
    "caption",
    "cite",
    "code",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "section",
    "small",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "u",
    "ul",
    "var",
    "wbr",
    "strike",
    "tt",
];

/// Elements whose content goes with them.
const DROPPED: [&str; 21] = [
    "applet", "audio", "canvas", "frameset", "head", "iframe", "math", "noembed", "noframes",
    "noscript", "object", "optgroup", "option", "script", "select", "style", "svg", "template",
    "textarea", "title", "video",
];

/// The element of the output for a tag of raw HTML, if it may be used.
pub(crate) fn known(name: &str) -> Option<&'static str> {
    match name {
        // The article has its one h1, which is its title.
        "h1" => Some("h2"),
        "strike" => Some("s"),
        "tt" => Some("code"),
        _ => ALLOWED.iter().find(|allowed| **allowed == name).copied(),
    }
}

/// Whether the content of an element is dropped with its tags.
pub(crate) fn drops_content(name: &str) -> bool {
    DROPPED.contains(&name)
}

/// Whether an element that is left out takes something with it that readers would have seen or used.
/// (Of elements that only look like something, `<center>` or `<font>`, the text stays.)
pub(crate) fn does_something(name: &str) -> bool {
    drops_content(name)
        || matches!(
            name,
            "embed" | "form" | "frame" | "input" | "button" | "marquee"
        )
}

/// Elements without content and end tag.
pub(crate) fn is_void(tag: &str) -> bool {
    matches!(tag, "br" | "hr" | "img" | "input" | "wbr")
}

/// Elements that stand within a line of text.
pub(crate) fn is_phrasing(tag: &str) -> bool {
    matches!(
        tag,
        "a" | "abbr"
            | "b"
            | "bdi"
            | "bdo"
            | "br"
            | "cite"
            | "code"
            | "del"
            | "dfn"
            | "em"
            | "i"
            | "img"
            | "input"
            | "ins"
            | "kbd"
            | "label"
            | "mark"
            | "q"
            | "ruby"
            | "s"
            | "samp"
            | "small"
            | "span"
            | "strong"
            | "sub"
            | "sup"
            | "time"
            | "u"
            | "var"
            | "wbr"
    )
}

/// Elements that hold what their parent may hold.
pub(crate) fn is_transparent(tag: &str) -> bool {
    matches!(tag, "a" | "del" | "ins")
}

/// Elements that only hold certain elements; text does not fit.
pub(crate) fn is_container(tag: &str) -> bool {
    matches!(
        tag,
        "ul" | "ol" | "dl" | "table" | "thead" | "tbody" | "tfoot" | "tr"
    )
}

/// Cells: nothing but a table's own parts reaches through their edge.
pub(crate) fn is_cell(tag: &str) -> bool {
    matches!(tag, "td" | "th" | "caption")
}

/// Parts of a table.
pub(crate) fn is_table_part(tag: &str) -> bool {
    is_cell(tag) || matches!(tag, "thead" | "tbody" | "tfoot" | "tr")
}

/// Whether a place that takes any block (the root of the text, `None`; or an element) takes this in.
pub(crate) fn accepts(parent: Option<&str>, child: Child) -> bool {
    let Child::Element(tag) = child else {
        return !parent.is_some_and(is_container);
    };
    let in_any = |parents: &[&str]| parent.is_some_and(|parent| parents.contains(&parent));
    match tag {
        "li" => in_any(&["ul", "ol"]),
        "dt" | "dd" => in_any(&["dl"]),
        "figcaption" => in_any(&["figure"]),
        "summary" => in_any(&["details"]),
        "rt" | "rp" => in_any(&["ruby"]),
        "caption" | "thead" | "tbody" | "tfoot" => in_any(&["table"]),
        // What is missing in between is put in, as a browser does.
        "tr" => in_any(&["table", "thead", "tbody", "tfoot"]),
        "td" | "th" => in_any(&["table", "thead", "tbody", "tfoot", "tr"]),
        _ if is_phrasing(tag) => !parent.is_some_and(is_container),
        "h2" | "h3" | "h4" | "h5" | "h6" if parent == Some("summary") => true,
        _ => parent.is_none_or(|parent| {
            matches!(
                parent,
                "aside"
                    | "blockquote"
                    | "dd"
                    | "details"
                    | "div"
                    | "figcaption"
                    | "figure"
                    | "li"
                    | "section"
                    | "td"
                    | "th"
            )
        }),
    }
}

/// How the value of an attribute is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// Any text.
    Text,
    /// Written without a value.
    Flag,
    /// An address.
    Address,
    /// A whole number.
    Number,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A language tag.
    Language,
    /// An anchor's name: used if nothing else in the article has it.
    Anchor,
}

/// How an attribute of raw HTML is kept; `None`: it is dropped. (`a` and `img` are looked at apart.)
pub(crate) fn attribute(tag: &str, name: &str) -> Option<Value> {
    Some(match (tag, name) {
        (_, "title") => Value::Text,
        (_, "lang") => Value::Language,
        (_, "dir") => Value::Word(&["ltr", "rtl", "auto"]),
        (_, "translate") => Value::Word(&["yes", "no"]),
        (_, "id") => Value::Anchor,
        ("time" | "del" | "ins", "datetime") => Value::Text,
        ("blockquote" | "q" | "del" | "ins", "cite") => Value::Address,
        ("ol", "start") => Value::Number,
        ("ol", "reversed") | ("details", "open") => Value::Flag,
        ("td" | "th", "colspan" | "rowspan") => Value::Number,
        ("th", "scope") => Value::Word(&["row", "col", "rowgroup", "colgroup"]),
        _ => return None,
    })
}
