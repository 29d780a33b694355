//! JPEG, PNG and WebP files without what cameras and programs note in them: place, time, device, names.
//!
//! Entry point: [`without`]. Pixels and colours stay byte for byte; of the notes only the orientation is
//! written again, since browsers turn the picture by it. What is not known to bear on the picture goes,
//! also what follows its end, where telephones put films and further pictures with their own notes.
//! Formats: ITU T.81 annex B with Exif 3.0 and ICC.1 annex B; <https://www.w3.org/TR/png-3/>; RFC 9649.

use image::metadata::Orientation;

/// Chunks of PNG files that bear on the picture, and those of animations.
const PNG: [&[u8; 4]; 20] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB",
    b"cICP", b"mDCV", b"cLLI", b"bKGD", b"hIST", b"pHYs", b"sPLT", b"acTL", b"fcTL", b"fdAT",
];

/// Chunks of WebP files that bear on the picture.
const WEBP: [&[u8; 4]; 7] = [
    b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP",
];

/// What stands before Exif data in JPEG files, and by mistake in some others.
const PREFIX: &[u8] = b"Exif\0\0";

/// A file without its notes; `None` of one that ends before its end (decoders would show what there
/// is, and grey), or whose parts cannot be told apart. `kind` is `jpg`, `png` or
/// `webp`.
pub(crate) fn without(kind: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    match kind {
        "jpg" => jpeg(bytes),
        "png" => png(bytes),
        _ => webp(bytes),
    }
}

/// Exif data that says the same about orientation, and nothing else; `None` if that is nothing.
fn orientation(exif: &[u8]) -> Option<Vec<u8>> {
    let exif = exif.strip_prefix(PREFIX).unwrap_or(exif);
    let orientation = Orientation::from_exif_chunk(exif)?;
    // One entry: tag 0x0112, a number of 16 bits.
    let mut out = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    out.extend([orientation.to_exif(), 0, 0, 0, 0, 0, 0, 0]);
    (orientation != Orientation::NoTransforms).then_some(out)
}

fn jpeg(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut rest = bytes.strip_prefix(b"\xff\xd8")?;
    let mut out = b"\xff\xd8".to_vec();
    let mut turned = false;
    loop {
        // Decoders pass over what is no marker; several 0xff in a row are one.
        let marker = loop {
            match rest {
                [0xff, marker, ..] if !matches!(marker, 0 | 0xff) => break *marker,
                [_, ..] => rest = rest.get(1..)?,
                [] => return None,
            }
        };
        rest = rest.get(2..)?;
        match marker {
            0xd9 => {
                out.extend([0xff, 0xd9]);
                return Some(out);
            }
            // They stand alone, and mean nothing between segments.
            0x01 | 0xd0..=0xd8 => continue,
            _ => {}
        }
        let length = usize::from(u16::from_be_bytes(*rest.first_chunk()?));
        let body = rest.get(2..length)?;
        let kept = match marker {
            0xe0 => body.starts_with(b"JFIF\0"),
            0xe2 => body.starts_with(b"ICC_PROFILE\0"),
            0xee => body.starts_with(b"Adobe"),
            0xe1..=0xef | 0xfe => false,
            _ => true,
        };
        if kept {
            out.extend([0xff, marker]);
            out.extend_from_slice(&rest[..length]);
        }
        if marker == 0xe1
            && !turned
            && body.starts_with(PREFIX)
            && let Some(exif) = orientation(body)
        {
            turned = true;
            let length = u16::try_from(2 + PREFIX.len() + exif.len()).ok()?;
            out.extend([0xff, 0xe1]);
            out.extend(length.to_be_bytes());
            out.extend_from_slice(PREFIX);
            out.extend(exif);
        }
        rest = rest.get(length..)?;
        if marker == 0xda {
            // Pixels: until a marker that is no restart.
            let next = rest
                .windows(2)
                .position(|pair| pair[0] == 0xff && !matches!(pair[1], 0 | 0xd0..=0xd7 | 0xff));
            let (pixels, after) = rest.split_at(next.unwrap_or(rest.len()));
            out.extend_from_slice(pixels);
            rest = after;
        }
    }
}

fn png(bytes: &[u8]) -> Option<Vec<u8>> {
    let (signature, mut rest) = bytes.split_at_checked(8)?;
    let mut out = signature.to_vec();
    loop {
        let length = usize::try_from(u32::from_be_bytes(*rest.first_chunk()?)).ok()?;
        let (chunk, after) = rest.split_at_checked(length.checked_add(12)?)?;
        let kind: &[u8; 4] = chunk[4..].first_chunk()?;
        if PNG.contains(&kind) {
            out.extend_from_slice(chunk);
        } else if kind == b"eXIf"
            && let Some(exif) = orientation(&chunk[8..8 + length])
        {
            let start = out.len() + 4;
            out.extend(u32::try_from(exif.len()).ok()?.to_be_bytes());
            out.extend_from_slice(kind);
            out.extend(exif);
            let sum = crc32fast::hash(&out[start..]);
            out.extend(sum.to_be_bytes());
        }
        if kind == b"IEND" {
            return Some(out);
        }
        rest = after;
    }
}

fn webp(bytes: &[u8]) -> Option<Vec<u8>> {
    let rest = bytes.strip_prefix(b"RIFF")?;
    let length = usize::try_from(u32::from_le_bytes(*rest.first_chunk()?)).ok()?;
    let mut rest = rest[4..].get(..length)?.strip_prefix(b"WEBP")?;
    let mut out = b"RIFF\0\0\0\0WEBP".to_vec();
    let mut flags = None;
    let mut turned = false;
    while !rest.is_empty() {
        let kind: &[u8; 4] = rest.first_chunk()?;
        let length = usize::try_from(u32::from_le_bytes(*rest[4..].first_chunk()?)).ok()?;
        let body = rest[8..].get(..length)?;
        let exif = if kind == b"EXIF" && !turned {
            orientation(body)
        } else {
            None
        };
        turned |= exif.is_some();
        if kind == b"VP8X" && length > 0 {
            flags = Some(out.len() + 8);
        }
        if let Some(body) = exif.as_deref().or(WEBP.contains(&kind).then_some(body)) {
            out.extend_from_slice(kind);
            out.extend(u32::try_from(body.len()).ok()?.to_le_bytes());
            out.extend_from_slice(body);
            if body.len() % 2 == 1 {
                out.push(0);
            }
        }
        // Some writers forget the padding of the last chunk.
        rest = rest.get(8 + length + length % 2..).unwrap_or_default();
    }
    if let Some(flags) = flags.and_then(|at| out.get_mut(at)) {
        // XMP and Exif.
        *flags = *flags & !0x0c | if turned { 0x08 } else { 0 };
    }
    let length = u32::try_from(out.len() - 8).ok()?.to_le_bytes();
    out[4..8].copy_from_slice(&length);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{ImageDecoder, ImageFormat, RgbImage};
    use std::io::Cursor;

    /// Exif with an orientation and a text.
    fn exif(orientation: u8) -> Vec<u8> {
        let mut exif = b"II*\0\x08\0\0\0\x02\0".to_vec();
        exif.extend([0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]);
        exif.extend([0x0e, 1, 2, 0, 16, 0, 0, 0, 38, 0, 0, 0, 0, 0, 0, 0]);
        exif.extend(b"57.2N 7.1W HERE\0");
        exif
    }

    fn written(format: ImageFormat) -> Vec<u8> {
        let image = RgbImage::from_fn(40, 20, |x, y| image::Rgb([x as u8 * 5, y as u8 * 9, 90]));
        let mut bytes = Cursor::new(Vec::new());
        image.write_to(&mut bytes, format).expect("an image");
        bytes.into_inner()
    }

    fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
        let length = u16::try_from(body.len() + 2).expect("short").to_be_bytes();
        [&[0xff, marker], &length[..], body].concat()
    }

    fn png_chunk(kind: &[u8], body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len()).expect("short").to_be_bytes();
        let sum = crc32fast::hash(&[kind, body].concat()).to_be_bytes();
        [&length, kind, body, &sum].concat()
    }

    /// A file of each kind with notes in every place that is known, after `plain`, which has none.
    fn noted(kind: &str, orientation: u8) -> (Vec<u8>, Vec<u8>) {
        let exif = exif(orientation);
        match kind {
            "jpg" => {
                let plain = written(ImageFormat::Jpeg);
                let noted = [
                    &plain[..2],
                    &segment(0xe1, &[PREFIX, &exif].concat()),
                    &segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0HERE"),
                    &segment(0xe2, b"MPF\0HERE"),
                    &segment(0xed, b"Photoshop 3.0\0HERE"),
                    &segment(0xfe, b"HERE"),
                    &plain[2..],
                    b"ftypmp42 HERE",
                ];
                (plain.clone(), noted.concat())
            }
            "png" => {
                let plain = written(ImageFormat::Png);
                let noted = [
                    &plain[..33],
                    &png_chunk(b"eXIf", &exif),
                    &png_chunk(b"tEXt", b"Comment\0HERE"),
                    &png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0HERE"),
                    &png_chunk(b"zzZz", b"HERE"),
                    &plain[33..],
                    b"HERE",
                ];
                (plain.clone(), noted.concat())
            }
            _ => {
                let simple = written(ImageFormat::WebP);
                let chunk = |kind: &[u8], body: &[u8]| {
                    let length = u32::try_from(body.len()).expect("short").to_le_bytes();
                    let padding = &[0][..body.len() % 2];
                    [kind, &length, body, padding].concat()
                };
                let file = |flags: u8, notes: &[u8]| {
                    let head = chunk(b"VP8X", &[flags, 0, 0, 0, 39, 0, 0, 19, 0, 0]);
                    let body = [b"WEBP", &head[..], &simple[12..], notes].concat();
                    chunk(b"RIFF", &body)
                };
                let notes = [chunk(b"EXIF", &exif), chunk(b"XMP ", b"<x>HERE</x>")].concat();
                (file(0, b""), [&file(0x0c, &notes), &b"HERE"[..]].concat())
            }
        }
    }

    fn turn(kind: &str, bytes: &[u8]) -> Orientation {
        let bytes = Cursor::new(bytes);
        let turn = match kind {
            "jpg" => image::codecs::jpeg::JpegDecoder::new(bytes)
                .expect("a JPEG")
                .orientation(),
            "png" => image::codecs::png::PngDecoder::new(bytes)
                .expect("a PNG")
                .orientation(),
            _ => image::codecs::webp::WebPDecoder::new(bytes)
                .expect("a WebP")
                .orientation(),
        };
        turn.expect("an orientation")
    }

    #[test]
    fn notes_go_and_pixels_and_orientation_stay() {
        for kind in ["jpg", "png", "webp"] {
            let (plain, upright) = noted(kind, 1);
            assert_eq!(without(kind, &plain).as_ref(), Some(&plain), "{kind}");
            assert_eq!(without(kind, &upright).as_ref(), Some(&plain), "{kind}");

            let (_, turned) = noted(kind, 6);
            let clean = without(kind, &turned).expect("a picture");
            assert!(!clean.windows(4).any(|w| w == b"HERE"), "{kind}");
            assert_eq!(turn(kind, &clean), turn(kind, &turned), "{kind}");
            assert_eq!(turn(kind, &clean), Orientation::Rotate90, "{kind}");
            let pixels = |bytes: &[u8]| image::load_from_memory(bytes).expect("a picture");
            assert_eq!(pixels(&clean), pixels(&plain), "{kind}");
            assert_eq!(without(kind, &clean).as_ref(), Some(&clean), "{kind}");
        }
    }

    #[test]
    fn a_colour_profile_stays() {
        let plain = written(ImageFormat::Jpeg);
        let profile = segment(0xe2, b"ICC_PROFILE\0\x01\x01colours");
        let noted = [&plain[..2], &profile, &plain[2..]].concat();
        assert_eq!(without("jpg", &noted), Some(noted));
    }

    #[test]
    fn a_file_that_is_cut_anywhere_is_refused_or_left_to_the_decoder() {
        for kind in ["jpg", "png", "webp"] {
            let (_, file) = noted(kind, 6);
            for end in 0..file.len() - 4 {
                if let Some(clean) = without(kind, &file[..end]) {
                    assert!(clean.len() <= end, "{kind} {end}");
                }
            }
        }
    }
}
