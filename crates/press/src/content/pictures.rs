//! Raster images → narrower WebP files of the same picture, for `srcset`.
//!
//! Entry point: [`shrink`]. What comes out is sRGB, upright and without metadata: where a photograph
//! was taken is nobody's business. A file that is not clearly smaller than the next larger one is not
//! worth its place and is left out. The same bytes give the same files.

use std::collections::HashSet;
use std::io::Cursor;
use std::sync::{Mutex, MutexGuard, PoisonError};

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{PixelType, ResizeOptions, Resizer};
use image::codecs::jpeg::JpegDecoder;
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, Limits};
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};
use webp::{Encoder, WebPConfig};

/// Counts up whenever other files come of the same picture.
pub(crate) const VERSION: &str = "pictures-3";

/// Widths of variants in pixels: thumbnails, then phones and columns at their pixel densities.
const WIDTHS: [u32; 6] = [320, 480, 800, 1200, 1600, 2400];

/// The width from which on no screen needs the original: an article's lead image is 896 CSS pixels
/// wide at most.
const HUGE: u32 = 2560;

/// The most pixels that are decoded; the largest cameras of telephones have 200 million, which their
/// owners do not put on a page.
const MOST_PIXELS: u64 = 120_000_000;

/// Pictures from this many pixels on are taken one at a time, so that memory stays within bounds.
const LARGE: u64 = 16_000_000;

/// What a variant must save of the next larger file: a share of it, and so many bytes at least.
const SAVES: (usize, usize) = (10, 2048);

/// The largest side of a WebP file.
const LIMIT: u32 = 16_383;

/// More colours than a drawing has.
const COLOURS: usize = 4096;

/// A picture's size as it is shown, and its variants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Picture {
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Widths and WebP files, narrowest first.
    pub(crate) variants: Vec<(u32, Vec<u8>)>,
    /// Whether the widest variant takes the original's place.
    pub(crate) replaced: bool,
}

/// Makes the variants of a PNG, JPEG or WebP file; `None` of one that moves.
///
/// # Errors
/// What is wrong with the file, to follow its name in a sentence.
pub(crate) fn shrink(kind: &str, bytes: &[u8]) -> Result<Option<Picture>, String> {
    let Some(decoder) = decoder(kind, bytes)? else {
        return Ok(None);
    };
    let _turn = turn(&*decoder);
    let (pixels, width, height, opaque) = decode(decoder).map_err(damaged)?;
    let drawn = kind != "jpg" && is_drawing(&pixels);
    let mut variants = Vec::new();
    let mut limit = bytes.len();
    for wide in widths(width).into_iter().rev() {
        let high = scaled(height, wide, width);
        if high > LIMIT {
            continue;
        }
        let file = if wide == width {
            encode(&pixels, wide, high, drawn)?
        } else {
            let small = resize(&pixels, (width, height), (wide, high), opaque)?;
            encode(small.buffer(), wide, high, drawn)?
        };
        if file.len() + (limit / SAVES.0).max(SAVES.1) <= limit {
            limit = file.len();
            variants.insert(0, (wide, file));
        }
    }
    let widest = WIDTHS[WIDTHS.len() - 1];
    let replaced = width >= HUGE && variants.last().is_some_and(|(wide, _)| *wide == widest);
    let (width, height) = match variants.last() {
        Some((wide, _)) if replaced => (*wide, scaled(height, *wide, width)),
        _ => (width, height),
    };
    Ok(Some(Picture {
        width,
        height,
        variants,
        replaced,
    }))
}

/// Says what is wrong with a file, if anything is.
///
/// # Errors
/// As [`shrink`].
pub(crate) fn check(kind: &str, bytes: &[u8]) -> Result<(), String> {
    if let Some(decoder) = decoder(kind, bytes)? {
        let _turn = turn(&*decoder);
        DynamicImage::from_decoder(decoder).map_err(damaged)?;
    }
    Ok(())
}

/// Waits until no other large picture is being read, if this one is large.
fn turn(decoder: &dyn ImageDecoder) -> Option<MutexGuard<'static, ()>> {
    static TURN: Mutex<()> = Mutex::new(());
    let (width, height) = decoder.dimensions();
    (u64::from(width) * u64::from(height) > LARGE)
        .then(|| TURN.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Widths worth having of a picture of this width: those that are clearly narrower, and its own.
fn widths(width: u32) -> Vec<u32> {
    let mut widths: Vec<u32> = WIDTHS
        .into_iter()
        .filter(|step| step + step / 8 < width || width >= HUGE)
        .collect();
    if width < HUGE {
        widths.push(width);
    }
    widths
}

fn scaled(height: u32, wide: u32, width: u32) -> u32 {
    let rounded =
        (u64::from(height) * u64::from(wide) + u64::from(width) / 2) / u64::from(width.max(1));
    u32::try_from(rounded).unwrap_or(u32::MAX).max(1)
}

fn damaged(error: impl std::fmt::Display) -> String {
    format!("is damaged: {error}.")
}

/// A decoder of a still picture of a size that can be read; `None` if it moves.
fn decoder<'a>(kind: &str, bytes: &'a [u8]) -> Result<Option<Box<dyn ImageDecoder + 'a>>, String> {
    let reader = Cursor::new(bytes);
    let mut decoder: Box<dyn ImageDecoder + 'a> = match kind {
        "jpg" => Box::new(JpegDecoder::new(reader).map_err(damaged)?),
        "png" => {
            let decoder = PngDecoder::with_limits(reader, limits()).map_err(damaged)?;
            if decoder.is_apng().map_err(damaged)? {
                return Ok(None);
            }
            Box::new(decoder)
        }
        _ => {
            let decoder = WebPDecoder::new(reader).map_err(damaged)?;
            if decoder.has_animation() {
                return Ok(None);
            }
            Box::new(decoder)
        }
    };
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(format!(
            "has {width} × {height} pixels, more than press reads."
        ));
    }
    decoder.set_limits(limits()).map_err(damaged)?;
    Ok(Some(decoder))
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    // Eight bytes a pixel, at sixteen bits a channel.
    limits.max_alloc = Some(MOST_PIXELS * 8);
    limits
}

/// Upright sRGB pixels, their size, and whether all are opaque.
fn decode(
    mut decoder: Box<dyn ImageDecoder + '_>,
) -> image::ImageResult<(Vec<u8>, u32, u32, bool)> {
    let profile = decoder.icc_profile().ok().flatten();
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder)?;
    let opaque = !image.color().has_alpha();
    let coloured = image.color().has_color();
    image = DynamicImage::ImageRgba8(image.into_rgba8());
    image.apply_orientation(orientation);
    let (width, height) = (image.width(), image.height());
    let mut pixels = image.into_rgba8().into_raw();
    if let Some(profile) = profile.filter(|_| coloured) {
        to_srgb(&mut pixels, width, &profile);
    }
    Ok((pixels, width, height, opaque))
}

/// Converts pixels from a colour profile. One that cannot be read is ignored, as browsers do.
fn to_srgb(pixels: &mut [u8], width: u32, profile: &[u8]) {
    let Ok(profile) = ColorProfile::new_from_slice(profile) else {
        return;
    };
    if profile.color_space != DataColorSpace::Rgb {
        return;
    }
    let srgb = ColorProfile::new_srgb();
    let options = TransformOptions::default();
    let Ok(transform) = profile.create_transform_8bit(Layout::Rgba, &srgb, Layout::Rgba, options)
    else {
        return;
    };
    let mut line = Vec::new();
    for row in pixels.chunks_exact_mut(width as usize * 4) {
        line.clear();
        line.extend_from_slice(row);
        if transform.transform(&line, row).is_err() {
            row.copy_from_slice(&line);
        }
    }
}

/// Whether a picture has so few colours that it must be drawn, and blurs if it is kept lossily.
fn is_drawing(pixels: &[u8]) -> bool {
    let mut colours: HashSet<&[u8]> = HashSet::new();
    let mut last: &[u8] = &[];
    for pixel in pixels.chunks_exact(4) {
        if pixel != last {
            last = pixel;
            colours.insert(pixel);
            if colours.len() > COLOURS {
                return false;
            }
        }
    }
    true
}

fn resize(
    pixels: &[u8],
    from: (u32, u32),
    to: (u32, u32),
    opaque: bool,
) -> Result<Image<'static>, String> {
    let failed = |error: &dyn std::fmt::Display| format!("cannot be made smaller: {error}.");
    let source =
        ImageRef::new(from.0, from.1, pixels, PixelType::U8x4).map_err(|error| failed(&error))?;
    let mut out = Image::new(to.0, to.1, PixelType::U8x4);
    Resizer::new()
        .resize(&source, &mut out, &ResizeOptions::new().use_alpha(!opaque))
        .map_err(|error| failed(&error))?;
    Ok(out)
}

/// A WebP file: lossy, or of a drawing without loss unless that takes much more.
fn encode(pixels: &[u8], width: u32, height: u32, drawn: bool) -> Result<Vec<u8>, String> {
    let encode = |lossless: bool, quality: f32| {
        let mut config = WebPConfig::new().map_err(|()| "cannot be written as WebP.".to_owned())?;
        config.lossless = i32::from(lossless);
        config.quality = quality;
        if lossless {
            config.near_lossless = 60;
        }
        Encoder::from_rgba(pixels, width, height)
            .encode_advanced(&config)
            .map(|file| file.to_vec())
            .map_err(|error| format!("cannot be written as WebP: {error:?}."))
    };
    if !drawn {
        return encode(false, 78.0);
    }
    let lossy = encode(false, 88.0)?;
    let lossless = encode(true, 75.0)?;
    Ok(if lossless.len() <= lossy.len() + lossy.len() / 4 {
        lossless
    } else {
        lossy
    })
}
