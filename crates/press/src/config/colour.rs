//! Colours: `#rrggbb`, and whether one can be read on the page (WCAG 2.2, contrast).

/// The light theme's paper, `--paper` in `style/tokens.css`.
pub(crate) const LIGHT: [u8; 3] = [0xfd, 0xfc, 0xfa];
/// The dark theme's.
pub(crate) const DARK: [u8; 3] = [0x18, 0x15, 0x13];

/// The contrast WCAG asks of text.
pub(crate) const READABLE: f64 = 4.5;

/// Reads `#rrggbb` or `#rgb`.
pub(crate) fn parse(text: &str) -> Option<[u8; 3]> {
    let hex = text.strip_prefix('#')?;
    if !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let byte = |range: std::ops::Range<usize>| u8::from_str_radix(hex.get(range)?, 16).ok();
    match hex.len() {
        6 => Some([byte(0..2)?, byte(2..4)?, byte(4..6)?]),
        3 => Some([byte(0..1)? * 17, byte(1..2)? * 17, byte(2..3)? * 17]),
        _ => None,
    }
}

/// Writes `#rrggbb`.
pub(crate) fn hex([r, g, b]: [u8; 3]) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// Contrast of two colours, 1 to 21.
pub(crate) fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
    let (a, b) = (luminance(one), luminance(other));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance(colour: [u8; 3]) -> f64 {
    let linear = |channel: u8| {
        let c = f64::from(channel) / 255.0;
        if c <= 0.04045 {
            c / 12.92
        } else {
            ((c + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_and_their_contrast_measured() {
        assert_eq!(parse("#a1B2c3"), Some([0xa1, 0xb2, 0xc3]));
        assert_eq!(parse("#abc"), Some([0xaa, 0xbb, 0xcc]));
        for wrong in ["red", "#12345", "#ggg", "", "#é12"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
        assert!(contrast([0, 0, 0], LIGHT) > 20.0);
        assert!(contrast([255, 200, 0], LIGHT) < READABLE);
    }
}
