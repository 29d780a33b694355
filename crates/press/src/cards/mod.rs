//! Card images: what other sites show beside a link to a post that has no picture of its own.
//!
//! Entry point: [`Cards`]. A card is 1200 by 630 pixels of the publication's paper with its icon, name,
//! accent and address, and the post's title in type. Everything but the title is drawn once for each
//! language, so that ten thousand cards take seconds. The same title and settings give the same bytes:
//! the font is press's own or the publication's, never the machine's.

mod face;
mod png;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use lamplight_model::{Direction, seal};
use resvg::tiny_skia::{Color, FillRule, Paint, Pixmap, Rect, Transform};
use resvg::usvg::{Options, Tree};

use crate::config::Config;
use crate::config::colour::LIGHT;
use crate::diagnostic::{Diagnostics, Kind};
use crate::documents::Article;
use crate::pages::card;
use face::Face;
use png::Template;

/// Libertinus Serif Semibold, under the SIL Open Font License (`fonts/OFL.txt`): Latin, Greek, Cyrillic.
const FONT: &[u8] = include_bytes!("../../fonts/LibertinusSerif-Semibold.otf");

/// Counts up whenever other cards are drawn of the same titles and settings: cards are kept for good
/// by their names.
const VERSION: &str = "cards-1";

/// Pixels.
pub(crate) const WIDTH: u32 = 1200;
/// Pixels.
pub(crate) const HEIGHT: u32 = 630;

/// Left and right of everything.
const MARGIN: f32 = 80.0;
/// The rows that hold the title.
const TITLE: std::ops::Range<usize> = 188..544;
/// Sizes of titles: pixels to the em, pixels from line to line, and the most lines.
const SIZES: [(f32, u32, usize); 4] = [(88.0, 96, 2), (74.0, 82, 3), (62.0, 70, 4), (52.0, 60, 4)];

const INK: [u8; 3] = [0x1d, 0x1a, 0x17];
const MUTED: [u8; 3] = [0x6a, 0x63, 0x5c];
/// The style sheet's, for a publication without its own.
const ACCENT: [u8; 3] = [0x9a, 0x3d, 0x22];
/// Shades from paper to ink, the first colours of the palette.
const SHADES: usize = 6;

/// The cards of a publication.
#[derive(Default)]
pub(crate) struct Cards {
    font: Cow<'static, [u8]>,
    icon: Vec<u8>,
    accent: [u8; 3],
    designs: BTreeMap<String, Design>,
}

/// What all cards of a language share.
struct Design {
    rtl: bool,
    name: String,
    address: String,
    /// Of everything a card is made of but its title.
    digest: String,
}

/// A font and what was drawn of each language.
pub(crate) struct Studio<'a> {
    cards: &'a Cards,
    face: Option<Face<'a>>,
    drawn: BTreeMap<&'a str, OnceLock<Drawn>>,
}

struct Drawn {
    template: Template,
    /// The rows of the title on a card without one.
    bare: Vec<u8>,
}

/// The font of a publication's cards.
fn font(config: &Config) -> &[u8] {
    config.theme.card_font.as_deref().unwrap_or(FONT)
}

/// Says, once, which titles the font cannot show, unless these articles have pictures of their own: a card
/// without a title is complete, and in most scripts there is nothing that an author could mend.
pub(crate) fn check(articles: &[Article], config: &Config, diagnostics: &mut Diagnostics) {
    let untitled: Vec<&Article> = articles
        .iter()
        .filter(|article| !card::has_own(article))
        .filter(|article| face::shown(font(config), &article.document.title).is_none())
        .collect();
    let Some(first) = untitled.iter().map(|article| &article.file).min() else {
        return;
    };
    diagnostics.note(
        Kind::CardFont,
        first,
        None,
        match untitled.len() {
            1 => "The font of card images lacks letters of this title: its card shows the publication's icon in the title's place.".to_owned(),
            more => format!("The font of card images lacks letters of this title and of {} more: their cards show the publication's icon in the title's place.", more - 1),
        },
        "A font that has them can be named below [theme] in site.toml: card_font = \"font.ttf\".",
    );
}

impl Cards {
    /// The cards of a publication with this icon (SVG).
    pub(crate) fn new(config: &Config, icon: &[u8]) -> Self {
        let font: Cow<'static, [u8]> = match &config.theme.card_font {
            Some(font) => Cow::Owned(font.to_vec()),
            None => Cow::Borrowed(FONT),
        };
        let accent = config.theme.accent.unwrap_or(ACCENT);
        let site = &config.site;
        let address = config.absolute(&site.base);
        let address = address
            .split_once("://")
            .map_or(&*address, |(_, rest)| rest);
        let address = address.trim_end_matches('/').to_owned();
        let shared = [
            VERSION.to_owned(),
            seal::digest(&font),
            seal::digest(icon),
            format!("{accent:?}{address}"),
        ]
        .join("\n");
        let designs = site.languages.iter().map(|language| {
            let rtl = language.dir == Direction::Rtl;
            let name = site.title_in(&language.code).to_owned();
            let digest = seal::digest(
                [&*shared, &name, if rtl { "rtl" } else { "" }]
                    .join("\n")
                    .as_bytes(),
            );
            let design = Design {
                rtl,
                name,
                address: address.clone(),
                digest,
            };
            (language.code.clone(), design)
        });
        Self {
            designs: designs.collect(),
            font,
            icon: icon.to_vec(),
            accent,
        }
    }

    /// What tells these cards from any others.
    pub(crate) fn digest(&self) -> String {
        let digests: Vec<&str> = self.designs.values().map(|d| d.digest.as_str()).collect();
        digests.join("\n")
    }

    /// Where the card of a title in a language is, relative to the base. Titles that the font cannot
    /// show share one, without a title.
    pub(crate) fn path(&self, lang: &str, title: &str) -> Option<String> {
        let design = self.designs.get(lang)?;
        let shown = self.shown(title).unwrap_or_default();
        let inputs = [&*design.digest, &*shown].join("\n");
        Some(format!("cards/{}.png", seal::digest(inputs.as_bytes())))
    }

    /// A title as the font can show it.
    fn shown<'t>(&self, title: &'t str) -> Option<Cow<'t, str>> {
        face::shown(&self.font, title)
    }

    /// Where cards are drawn.
    pub(crate) fn studio(&self) -> Studio<'_> {
        Studio {
            cards: self,
            face: Face::new(&self.font, &SIZES),
            drawn: self
                .designs
                .keys()
                .map(|lang| (lang.as_str(), OnceLock::new()))
                .collect(),
        }
    }
}

impl Studio<'_> {
    /// A card, as PNG; empty for a language that the publication does not have.
    pub(crate) fn draw(&self, lang: &str, title: &str) -> Vec<u8> {
        let (Some(design), Some(slot)) = (self.cards.designs.get(lang), self.drawn.get(lang))
        else {
            return Vec::new();
        };
        let drawn = slot.get_or_init(|| self.background(design));
        match self
            .cards
            .shown(title)
            .and_then(|title| self.title(&title, design))
        {
            Some(rows) => drawn.template.file(&rows),
            None => drawn.template.file(&drawn.bare),
        }
    }

    /// The rows of a title, each after a zero byte.
    fn title(&self, title: &str, design: &Design) -> Option<Vec<u8>> {
        let face = self.face.as_ref()?;
        let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
        let (cut, lines) = face.set(&title, WIDTH as f32 - 2.0 * MARGIN)?;
        let stride = WIDTH as usize + 1;
        let mut rows = vec![0; stride * TITLE.len()];
        let block = cut.leading as usize * lines.len();
        // From the line's top to its baseline, in a face of usual proportions.
        let ascent = (cut.size * 0.74) as i32 + (cut.leading as i32 - cut.size as i32) / 2;
        let top = TITLE.len().saturating_sub(block) / 2;
        let mut y = i32::try_from(top).ok()? + ascent;
        for text in &lines {
            let line = face.line(text, cut.size, design.rtl);
            face.draw(
                &line,
                cut,
                (start(line.width, design.rtl), y),
                |x, y, cover| {
                    let steps = SHADES as u16 - 1;
                    let shade = ((u16::from(cover) * steps + 127) / 255) as u8;
                    if x < WIDTH as usize
                        && let Some(pixel) = rows.get_mut(y * stride + x + 1)
                    {
                        *pixel = shade.max(*pixel);
                    }
                },
            );
            y += i32::try_from(cut.leading).ok()?;
        }
        Some(rows)
    }

    /// Everything but a title.
    fn background(&self, design: &Design) -> Drawn {
        let accent = self.cards.accent;
        let mut picture = vec![LIGHT; (WIDTH * HEIGHT) as usize];
        if let Some(mut pixmap) = Pixmap::new(WIDTH, HEIGHT) {
            pixmap.fill(colour(LIGHT));
            let wide = WIDTH as f32;
            let side = |from: f32, width: f32| {
                if design.rtl {
                    wide - from - width
                } else {
                    from
                }
            };
            bar(&mut pixmap, (side(MARGIN, 96.0), 172.0, 96.0, 6.0), accent);
            bar(&mut pixmap, (0.0, 612.0, wide, 18.0), accent);
            if let Ok(icon) = Tree::from_data(&self.cards.icon, &Options::default()) {
                draw_icon(&mut pixmap, &icon, side(MARGIN, 72.0), 68.0, 72.0);
                draw_icon(&mut pixmap, &icon, (wide - 272.0) / 2.0, 230.0, 272.0);
            }
            self.text(
                &mut pixmap,
                &design.name,
                (MARGIN + 96.0, 117.0),
                (36.0, INK),
                design,
            );
            self.text(
                &mut pixmap,
                &design.address,
                (MARGIN, 580.0),
                (28.0, MUTED),
                design,
            );
            for (pixel, drawn) in picture.iter_mut().zip(pixmap.pixels()) {
                *pixel = [drawn.red(), drawn.green(), drawn.blue()];
            }
        }
        let (palette, indices) = indexed(&picture);
        let wide = WIDTH as usize;
        let (above, rest) = indices.split_at(TITLE.start * wide);
        let (middle, below) = rest.split_at(TITLE.len() * wide);
        let mut bare = Vec::with_capacity(middle.len() + TITLE.len());
        for row in middle.chunks_exact(wide) {
            bare.push(0);
            bare.extend_from_slice(row);
        }
        Drawn {
            template: Template::new(wide, &palette, above, TITLE.len(), below),
            bare,
        }
    }

    /// A line of text, or nothing if the font cannot show it.
    fn text(
        &self,
        pixmap: &mut Pixmap,
        text: &str,
        (indent, y): (f32, f32),
        (size, ink): (f32, [u8; 3]),
        design: &Design,
    ) {
        let (Some(face), Some(text)) = (self.face.as_ref(), self.cards.shown(text)) else {
            return;
        };
        let text = &*text;
        let room = WIDTH as f32 - indent - MARGIN;
        let mut line = face.line(text, size, design.rtl);
        let size = if line.width > room {
            size * room / line.width
        } else {
            size
        };
        line = face.line(text, size, design.rtl);
        let x = start(line.width, design.rtl);
        let x = if design.rtl {
            x - (indent - MARGIN)
        } else {
            indent
        };
        if let Some(path) = face.outline(&line, size) {
            let mut paint = Paint::default();
            paint.set_color(colour(ink));
            let place = Transform::from_translate(x, y);
            pixmap.fill_path(&path, &paint, FillRule::Winding, place, None);
        }
    }
}

/// The left end of a line.
fn start(width: f32, rtl: bool) -> f32 {
    if rtl {
        WIDTH as f32 - MARGIN - width
    } else {
        MARGIN
    }
}

fn colour([r, g, b]: [u8; 3]) -> Color {
    Color::from_rgba8(r, g, b, 255)
}

fn bar(pixmap: &mut Pixmap, (x, y, width, height): (f32, f32, f32, f32), fill: [u8; 3]) {
    if let Some(rect) = Rect::from_xywh(x, y, width, height) {
        let mut paint = Paint::default();
        paint.set_color(colour(fill));
        pixmap.fill_rect(rect, &paint, Transform::identity(), None);
    }
}

fn draw_icon(pixmap: &mut Pixmap, icon: &Tree, x: f32, y: f32, side: f32) {
    let (width, height) = (icon.size().width(), icon.size().height());
    let scale = side / width.max(height);
    let place = Transform::from_scale(scale, scale).post_translate(
        x + (side - width * scale) / 2.0,
        y + (side - height * scale) / 2.0,
    );
    resvg::render(icon, place, &mut pixmap.as_mut());
}

/// At most 256 colours, of which the first are the shades of type, and each pixel's.
fn indexed(picture: &[[u8; 3]]) -> (Vec<[u8; 3]>, Vec<u8>) {
    let mut palette: Vec<[u8; 3]> = (0..SHADES).map(shade).collect();
    let mut counts: HashMap<[u8; 3], usize> = HashMap::new();
    // Most of a row is one colour.
    let runs = || picture.chunk_by(|one, next| one == next);
    for run in runs() {
        if let Some(pixel) = run.first() {
            *counts.entry(*pixel).or_default() += run.len();
        }
    }
    let mut colours: Vec<([u8; 3], usize)> = counts.into_iter().collect();
    colours.sort_by_key(|(colour, count)| (std::cmp::Reverse(*count), *colour));
    let room = 256 - palette.len();
    palette.extend(
        colours
            .iter()
            .map(|(colour, _)| *colour)
            .filter(|colour| *colour != LIGHT)
            .take(room),
    );
    let distance = |one: &[u8; 3], other: &[u8; 3]| -> u32 {
        one.iter()
            .zip(other)
            .map(|(a, b)| u32::from(a.abs_diff(*b)).pow(2))
            .sum()
    };
    let index: HashMap<[u8; 3], u8> = colours
        .iter()
        .map(|(colour, _)| {
            let nearest = (0..=u8::MAX)
                .zip(&palette)
                .min_by_key(|(_, known)| distance(known, colour));
            (*colour, nearest.map_or(0, |(at, _)| at))
        })
        .collect();
    let mut indices = Vec::with_capacity(picture.len());
    for run in runs() {
        let at = run.first().and_then(|pixel| index.get(pixel));
        indices.resize(indices.len() + run.len(), at.copied().unwrap_or(0));
    }
    (palette, indices)
}

/// A shade between paper and ink.
fn shade(step: usize) -> [u8; 3] {
    let mut mixed = [0; 3];
    for ((out, paper), ink) in mixed.iter_mut().zip(LIGHT).zip(INK) {
        let (paper, ink, step, all) = (usize::from(paper), usize::from(ink), step, SHADES - 1);
        *out = u8::try_from((paper * (all - step) + ink * step + all / 2) / all).unwrap_or(0);
    }
    mixed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cards(dir: Direction) -> Cards {
        let design = Design {
            rtl: dir == Direction::Rtl,
            name: "The Wire".into(),
            address: "example.org/news".into(),
            digest: format!("{dir:?}"),
        };
        Cards {
            font: Cow::Borrowed(FONT),
            icon: br##"<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9" fill="#246"/></svg>"##.to_vec(),
            accent: ACCENT,
            designs: [("en".to_owned(), design)].into(),
        }
    }

    fn pixels(card: &[u8]) -> image::RgbImage {
        image::load_from_memory(card).expect("a PNG").into_rgb8()
    }

    /// Left, right, top and bottom of what is inked among the title's rows.
    fn inked(card: &[u8]) -> (u32, u32, u32, u32) {
        let (mut left, mut right, mut top, mut bottom) = (WIDTH, 0, HEIGHT, 0);
        for (x, y, pixel) in pixels(card).enumerate_pixels() {
            if TITLE.contains(&(y as usize)) && pixel.0[0] < 100 {
                (left, right) = (left.min(x), right.max(x));
                (top, bottom) = (top.min(y), bottom.max(y));
            }
        }
        (left, right, top, bottom)
    }

    const LONG: &str = "Why the harbour master of a town without a harbour counts ships each morning, and what the town council, two historians and a retired ferry captain make of the hundred years of notebooks that he and those before him have left in a cellar below the customs house, of which nobody had the key";

    #[test]
    fn titles_of_any_length_stay_within_the_margins_and_files_stay_small() {
        let cards = cards(Direction::Ltr);
        let studio = cards.studio();
        for title in [
            "Fog",
            "How a tide table is made, and who reads it",
            LONG,
            "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
            "Что помнит маяк",
            "Ο φάρος του νησιού",
        ] {
            let card = studio.draw("en", title);
            let (left, right, top, bottom) = inked(&card);
            assert_eq!(pixels(&card).dimensions(), (WIDTH, HEIGHT));
            assert!(
                left >= 76 && right <= WIDTH - 70,
                "{title}: {left} to {right}"
            );
            assert!(
                top >= 188 && bottom < 544 && top < bottom,
                "{title}: {top} to {bottom}"
            );
            let most = if title == LONG { 40_000 } else { 28_000 };
            assert!(card.len() < most, "{title}: {} bytes", card.len());
            assert_eq!(card, cards.studio().draw("en", title), "{title}");
        }
    }

    #[test]
    fn a_title_that_the_font_cannot_show_is_left_out_and_its_card_is_shared() {
        let cards = cards(Direction::Ltr);
        assert_eq!(cards.path("en", "灯台の光"), cards.path("en", "رسالة"));
        assert_ne!(cards.path("en", "One"), cards.path("en", "Two"));
        assert_eq!(cards.path("xx", "One"), None);
        let studio = cards.studio();
        let card = studio.draw("en", "灯台の光");
        assert_eq!(card, studio.draw("en", "رسالة"));
        assert_eq!(pixels(&card).get_pixel(600, 360).0, [0x22, 0x44, 0x66]);
    }

    #[test]
    fn of_a_title_with_symbols_that_the_font_lacks_the_rest_is_drawn() {
        let cards = cards(Direction::Ltr);
        for (title, plain) in [
            ("Fog 🌫️ at sea", "Fog at sea"),
            ("👩\u{200d}🚒 Fire!", "Fire!"),
            ("Fog\u{20e3}", "Fog"),
        ] {
            assert_eq!(cards.path("en", title), cards.path("en", plain), "{title}");
            let studio = cards.studio();
            assert_eq!(studio.draw("en", title), studio.draw("en", plain));
        }
        assert_eq!(cards.shown("🌫️"), None);
        assert_eq!(
            cards.shown("Fog 海"),
            None,
            "half a title says another thing"
        );
    }

    #[test]
    fn in_a_language_from_right_to_left_the_title_stands_at_the_right() {
        let (_, right, ..) = inked(&cards(Direction::Rtl).studio().draw("en", "Fog"));
        let (left, ..) = inked(&cards(Direction::Ltr).studio().draw("en", "Fog"));
        assert!(
            right.abs_diff(WIDTH - 80) < 6 && left.abs_diff(80) < 6,
            "{left} {right}"
        );
    }

    /// `cargo test -p lamplight-press --release -- --ignored --nocapture cards_are_quick`
    #[test]
    #[ignore = "a measurement"]
    fn cards_are_quick() {
        let cards = cards(Direction::Ltr);
        let studio = cards.studio();
        studio.draw("en", "Abc");
        let start = std::time::Instant::now();
        let mut bytes = 0;
        for n in 0..1000 {
            bytes += studio
                .draw(
                    "en",
                    &format!("How a tide table is made, and who reads it {n}"),
                )
                .len();
        }
        println!("{:?} and {bytes} bytes for 1000", start.elapsed());
    }
}
