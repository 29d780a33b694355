//! What space is used by what.
//!
//! Entry point: [`meter`]; HTML.

use lamplight_markdown::escape;

use super::{Speech, fill};
use crate::state::Told;

/// Bytes by what takes them.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Space {
    pub(crate) saved: u64,
    pub(crate) kept: u64,
    pub(crate) app: u64,
    /// All, as the browser estimates, of what it allows; 0 if it does not tell.
    pub(crate) usage: u64,
    pub(crate) quota: u64,
}

pub(crate) fn meter(told: &Told, space: &Space, speech: &impl Speech) -> String {
    let texts = &told.texts;
    let size = |bytes| speech.size(bytes, &told.words);
    let known = space.saved + space.kept + space.app;
    let rows = [
        ("saved", &texts.space_saved, space.saved),
        ("kept", &texts.space_kept, space.kept),
        ("app", &texts.space_app, space.app),
        (
            "other",
            &texts.space_other,
            space.usage.saturating_sub(known),
        ),
    ];
    let total = known.max(space.usage).max(1);
    let mut out = String::new();
    if space.quota > 0 {
        let text = fill(&texts.space_used, "used", &size(space.usage));
        let text = fill(&text, "total", &size(space.quota));
        out += &["<p>", &escape(&text), "</p>"].concat();
    }
    out += "<dl class=\"library-meter\">";
    for (name, text, bytes) in rows {
        let share = (bytes * 100 / total).to_string();
        out += &[
            "<div data-what=\"",
            name,
            "\" data-bytes=\"",
            &bytes.to_string(),
            "\"><dt>",
            &escape(text),
            "</dt><dd>",
            &escape(&size(bytes)),
            "</dd><meter max=\"100\" value=\"",
            &share,
            "\" aria-hidden=\"true\"></meter></div>",
        ]
        .concat();
    }
    out + "</dl>"
}
