//! Stub.
use crate::content::jekyll::Line;
pub(crate) fn translate(lines: Vec<Line>) -> Vec<Line> {
    lines
}
