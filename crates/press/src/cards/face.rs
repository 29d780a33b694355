//! Type: a font's glyphs, set in lines.
//!
//! Entry points: [`shown`], [`Face::set`], [`Face::line`]. Lines are broken by UAX #14, shaped by the
//! font's own rules and put into visual order by UAX #9. Nothing here asks the machine for a font.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use resvg::tiny_skia::{FillRule, Mask, Path, PathBuilder, Transform};
use rustybuzz::ttf_parser::{self, GlyphId, OutlineBuilder};
use rustybuzz::{Direction, Script, ShapePlan, UnicodeBuffer};
use unicode_bidi::{BidiInfo, Level};
use unicode_linebreak::{BreakOpportunity, linebreaks};

/// A text as a font can show it: without the symbols that it lacks (emoji, arrows). `None` if it lacks
/// a letter or a digit, or if nothing is left.
pub(crate) fn shown<'t>(font: &[u8], text: &'t str) -> Option<Cow<'t, str>> {
    let face = ttf_parser::Face::parse(font, 0).ok()?;
    let has = |c: char| is_silent(c) || face.glyph_index(c).is_some();
    if text.chars().all(has) {
        return Some(Cow::Borrowed(text));
    }
    if text.chars().any(|c| c.is_alphanumeric() && !has(c)) {
        return None;
    }
    let kept: String = text.chars().filter(|c| has(*c)).collect();
    // What joined the symbols goes with them.
    let words: Vec<&str> = kept
        .split_whitespace()
        .filter(|word| !word.chars().all(is_silent))
        .collect();
    (!words.is_empty()).then(|| Cow::Owned(words.join(" ")))
}

/// Characters that a font may lack without a trace: spaces, and marks of direction and joining.
fn is_silent(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}')
}

/// A size of type, and the glyphs that were drawn in it.
pub(crate) struct Cut {
    /// Pixels to the em.
    pub(crate) size: f32,
    /// Pixels from one line to the next.
    pub(crate) leading: u32,
    /// The most lines that are set in it.
    pub(crate) lines: usize,
    glyphs: Vec<OnceLock<Glyph>>,
}

/// A glyph's picture: how much of each pixel it covers.
#[derive(Default)]
struct Glyph {
    left: i32,
    top: i32,
    width: usize,
    coverage: Vec<u8>,
}

/// A font, ready to be set in a few sizes.
pub(crate) struct Face<'a> {
    face: rustybuzz::Face<'a>,
    scale: f32,
    pub(crate) cuts: Vec<Cut>,
    plans: Mutex<HashMap<(bool, Script), Arc<ShapePlan>>>,
}

/// A line of glyphs: each with its place in pixels from the line's left end.
pub(crate) struct Line {
    pub(crate) glyphs: Vec<(GlyphId, f32, f32)>,
    /// Pixels.
    pub(crate) width: f32,
}

impl<'a> Face<'a> {
    /// A font in the sizes given as pixels to the em, pixels from line to line, and lines; `None` if
    /// it is no font.
    pub(crate) fn new(font: &'a [u8], sizes: &[(f32, u32, usize)]) -> Option<Self> {
        let face = rustybuzz::Face::from_slice(font, 0)?;
        let glyphs = usize::from(face.number_of_glyphs());
        let cuts = sizes.iter().map(|&(size, leading, lines)| Cut {
            size,
            leading,
            lines,
            glyphs: std::iter::repeat_with(OnceLock::new).take(glyphs).collect(),
        });
        Some(Self {
            scale: 1.0 / face.units_per_em() as f32,
            cuts: cuts.collect(),
            face,
            plans: Mutex::default(),
        })
    }

    /// Breaks a text into lines: in the largest size that has room for it, of lengths as even as can
    /// be; what does not fit in the smallest is cut off with an ellipsis.
    pub(crate) fn set(&self, text: &str, width: f32) -> Option<(&Cut, Vec<String>)> {
        for cut in &self.cuts {
            let em = width / cut.size;
            let lines = self.wrap(text, em);
            if lines.len() > cut.lines {
                continue;
            }
            // The narrowest measure that needs no more lines.
            let (mut low, mut high) = (em / 2.0, em);
            for _ in 0..5 {
                let middle = (low + high) / 2.0;
                if self.wrap(text, middle).len() > lines.len() {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            return Some((cut, self.wrap(text, high)));
        }
        let cut = self.cuts.last()?;
        let em = width / cut.size;
        let mut lines = self.wrap(text, em);
        lines.truncate(cut.lines);
        if let Some(last) = lines.last_mut() {
            while !last.is_empty() && self.measure(last) + self.measure("…") > em {
                last.pop();
            }
            last.truncate(
                last.trim_end_matches([' ', ',', '.', ':', ';', '-', '–', '—'])
                    .len(),
            );
            last.push('…');
        }
        Some((cut, lines))
    }

    /// Lines of at most `width` ems.
    fn wrap(&self, text: &str, width: f32) -> Vec<String> {
        let mut lines = Vec::new();
        let mut line = String::new();
        let mut start = 0;
        for (end, kind) in linebreaks(text) {
            let piece = &text[start..end];
            start = end;
            let long = [&line, piece.trim_end()].concat();
            if !line.is_empty() && self.measure(&long) > width {
                lines.push(std::mem::take(&mut line));
            }
            if line.is_empty() && self.measure(piece.trim_end()) > width {
                // A word that is longer than a line.
                for c in piece.chars() {
                    line.push(c);
                    if self.measure(&line) > width {
                        line.pop();
                        lines.push(std::mem::take(&mut line));
                        line.push(c);
                    }
                }
            } else {
                line.push_str(piece);
            }
            if kind == BreakOpportunity::Mandatory && !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
        }
        for line in &mut lines {
            line.truncate(line.trim_end().len());
        }
        lines
    }

    /// A text's width in ems as if its characters stood alone: near enough, and never much too small.
    fn measure(&self, text: &str) -> f32 {
        let advance = |c| {
            let glyph = self.face.glyph_index(c)?;
            self.face.glyph_hor_advance(glyph)
        };
        let units: u32 = text.chars().filter_map(advance).map(u32::from).sum();
        units as f32 * self.scale
    }

    /// Shapes a line.
    pub(crate) fn line(&self, text: &str, size: f32, rtl: bool) -> Line {
        let level = if rtl { Level::rtl() } else { Level::ltr() };
        let bidi = BidiInfo::new(text, Some(level));
        let scale = self.scale * size;
        let mut line = Line {
            glyphs: Vec::new(),
            width: 0.0,
        };
        for paragraph in &bidi.paragraphs {
            let (levels, runs) = bidi.visual_runs(paragraph, paragraph.range.clone());
            for run in runs {
                let backwards = levels.get(run.start).is_some_and(|level| level.is_rtl());
                self.run(&text[run], backwards, scale, &mut line);
            }
        }
        line
    }

    fn run(&self, text: &str, backwards: bool, scale: f32, line: &mut Line) {
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        let direction = if backwards {
            Direction::RightToLeft
        } else {
            Direction::LeftToRight
        };
        buffer.set_direction(direction);
        let script = buffer.script();
        let plan = {
            let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
            let plan = plans.entry((backwards, script)).or_insert_with(|| {
                Arc::new(ShapePlan::new(
                    &self.face,
                    direction,
                    Some(script),
                    None,
                    &[],
                ))
            });
            Arc::clone(plan)
        };
        let shaped = rustybuzz::shape_with_plan(&self.face, &plan, buffer);
        for (info, place) in shaped.glyph_infos().iter().zip(shaped.glyph_positions()) {
            let id = GlyphId(u16::try_from(info.glyph_id).unwrap_or(0));
            let x = line.width + place.x_offset as f32 * scale;
            line.glyphs.push((id, x, place.y_offset as f32 * scale));
            line.width += place.x_advance as f32 * scale;
        }
    }

    /// Calls `put` with the place and the coverage of every pixel of a line that is not bare.
    pub(crate) fn draw(
        &self,
        line: &Line,
        cut: &Cut,
        (x, y): (f32, i32),
        mut put: impl FnMut(usize, usize, u8),
    ) {
        for &(id, dx, dy) in &line.glyphs {
            let Some(slot) = cut.glyphs.get(usize::from(id.0)) else {
                continue;
            };
            let glyph = slot.get_or_init(|| self.picture(id, cut.size));
            let left = (x + dx).round() as i32 + glyph.left;
            let top = y - dy.round() as i32 + glyph.top;
            for (row, pixels) in (top..).zip(glyph.coverage.chunks_exact(glyph.width.max(1))) {
                for (column, &cover) in (left..).zip(pixels) {
                    if cover > 0
                        && let (Ok(column), Ok(row)) =
                            (usize::try_from(column), usize::try_from(row))
                    {
                        put(column, row, cover);
                    }
                }
            }
        }
    }

    /// The outline of a line, its baseline's left end at the origin.
    pub(crate) fn outline(&self, line: &Line, size: f32) -> Option<Path> {
        let mut builder = Outline::new(self.scale * size);
        for &(id, x, y) in &line.glyphs {
            builder.origin = (x, -y);
            self.face.outline_glyph(id, &mut builder);
        }
        builder.path.finish()
    }

    fn picture(&self, id: GlyphId, size: f32) -> Glyph {
        let mut builder = Outline::new(self.scale * size);
        self.face.outline_glyph(id, &mut builder);
        let Some(path) = builder.path.finish() else {
            return Glyph::default();
        };
        let bounds = path.bounds();
        let (left, top) = (bounds.left().floor(), bounds.top().floor());
        let side = |from: f32, to: f32| (to.ceil() - from) as u32 + 1;
        let Some(mut mask) = Mask::new(side(left, bounds.right()), side(top, bounds.bottom()))
        else {
            return Glyph::default();
        };
        mask.fill_path(
            &path,
            FillRule::Winding,
            true,
            Transform::from_translate(-left, -top),
        );
        Glyph {
            left: left as i32,
            top: top as i32,
            width: mask.width() as usize,
            coverage: mask.data().to_vec(),
        }
    }
}

/// Takes an outline over, upside down: in fonts, up is positive.
struct Outline {
    path: PathBuilder,
    scale: f32,
    origin: (f32, f32),
}

impl Outline {
    fn new(scale: f32) -> Self {
        Self {
            path: PathBuilder::new(),
            scale,
            origin: (0.0, 0.0),
        }
    }

    fn at(&self, x: f32, y: f32) -> (f32, f32) {
        (
            self.origin.0 + x * self.scale,
            self.origin.1 - y * self.scale,
        )
    }
}

impl OutlineBuilder for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.path.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.path.line_to(x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let ((x1, y1), (x, y)) = (self.at(x1, y1), self.at(x, y));
        self.path.quad_to(x1, y1, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let ((x1, y1), (x2, y2)) = (self.at(x1, y1), self.at(x2, y2));
        let (x, y) = self.at(x, y);
        self.path.cubic_to(x1, y1, x2, y2, x, y);
    }

    fn close(&mut self) {
        self.path.close();
    }
}
