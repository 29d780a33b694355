//! Stub.
use crate::content::jekyll::Line;
pub(crate) struct Evaluated {
    pub(crate) lines: Vec<Line>,
    pub(crate) lost: Option<(usize, String)>,
}
pub(crate) fn evaluate(body: &str) -> Evaluated {
    Evaluated {
        lines: body
            .split('\n')
            .enumerate()
            .map(|(number, text)| Line {
                text: text.into(),
                number,
            })
            .collect(),
        lost: None,
    }
}
