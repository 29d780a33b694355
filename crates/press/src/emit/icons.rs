//! Icons of every size from one SVG.
//!
//! Entry point: [`icons`]. Text in the SVG is not drawn: no fonts are read, so that the same SVG gives
//! the same bytes on every machine.

use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{Options, Tree};

use crate::emit::app::File;
use crate::error::BuildError;

/// The part of a maskable icon's width that no mask cuts off, and a little less, for air.
const SAFE: f32 = 0.72;

/// The icon of a publication that has none, if the app's own is absent, too.
pub(crate) const FALLBACK: &[u8] = br##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="12" fill="#1f3a4d"/><circle cx="32" cy="28" r="12" fill="#f2c14e"/><rect x="26" y="44" width="12" height="8" rx="2" fill="#fdfcfa"/></svg>"##;

/// Draws the icons; `background` fills what a mask may show around the maskable ones.
pub(crate) fn icons(svg: Option<&[u8]>, background: &str) -> Result<Vec<File>, BuildError> {
    let svg = svg.unwrap_or(FALLBACK);
    let tree = Tree::from_data(svg, &Options::default())
        .map_err(|error| BuildError::Icon(format!("it is no valid SVG: {error}")))?;
    let mut files = vec![File {
        path: "icons/icon.svg".into(),
        bytes: svg.to_vec(),
    }];
    for (name, size, fill, share) in [
        ("icon-180", 180, Some(background), 1.0),
        ("icon-192", 192, None, 1.0),
        ("icon-512", 512, None, 1.0),
        ("maskable-192", 192, Some(background), SAFE),
        ("maskable-512", 512, Some(background), SAFE),
    ] {
        files.push(File {
            path: format!("icons/{name}.png"),
            bytes: draw(&tree, size, fill, share)?,
        });
    }
    Ok(files)
}

fn draw(tree: &Tree, size: u32, fill: Option<&str>, share: f32) -> Result<Vec<u8>, BuildError> {
    let failed = || BuildError::Icon("it cannot be drawn".into());
    let mut pixmap = Pixmap::new(size, size).ok_or_else(failed)?;
    if let Some([r, g, b]) = fill.and_then(crate::config::colour::parse) {
        pixmap.fill(Color::from_rgba8(r, g, b, 255));
    }
    let (width, height) = (tree.size().width(), tree.size().height());
    let side = f32::from(u16::try_from(size).map_err(|_| failed())?);
    let scale = side * share / width.max(height);
    let transform = Transform::from_scale(scale, scale)
        .post_translate((side - width * scale) / 2.0, (side - height * scale) / 2.0);
    resvg::render(tree, transform, &mut pixmap.as_mut());
    pixmap.encode_png().map_err(|_| failed())
}
