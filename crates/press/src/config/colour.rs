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

/// A channel of sRGB in proportion to light.
fn linear(channel: u8) -> f64 {
    let c = f64::from(channel) / 255.0;
    if c <= 0.04045 {
        c / 12.92
    } else {
        ((c + 0.055) / 1.055).powf(2.4)
    }
}

fn luminance(colour: [u8; 3]) -> f64 {
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

    /// Lightness, chroma and hue (radians) in OKLCH, by the matrices of its author, Björn Ottosson.
    fn oklch(colour: [u8; 3]) -> [f64; 3] {
        let [r, g, b] = colour.map(linear);
        let l = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b).cbrt();
        let m = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b).cbrt();
        let s = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b).cbrt();
        let a = 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s;
        let b = 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s;
        let lightness = 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s;
        [lightness, a.hypot(b), b.atan2(a)]
    }

    /// And back, clipped as browsers do.
    fn rgb([lightness, chroma, hue]: [f64; 3]) -> [u8; 3] {
        let (a, b) = (chroma * hue.cos(), chroma * hue.sin());
        let l = (lightness + 0.3963377774 * a + 0.2158037573 * b).powi(3);
        let m = (lightness - 0.1055613458 * a - 0.0638541728 * b).powi(3);
        let s = (lightness - 0.0894841775 * a - 1.2914855480 * b).powi(3);
        [
            4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
            -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
            -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s,
        ]
        .map(|c: f64| {
            let c = if c <= 0.0031308 {
                12.92 * c
            } else {
                1.055 * c.powf(1.0 / 2.4) - 0.055
            };
            (c * 255.0).round().clamp(0.0, 255.0) as u8
        })
    }

    #[test]
    fn what_the_style_sheet_makes_of_any_accent_can_be_read_on_both_papers() {
        let tokens = include_str!("../../../../style/tokens.css");
        for rule in [
            "--accent-deep: oklch(from var(--accent) min(l, .51) c h);",
            "--accent-lit: oklch(from var(--accent) max(l, .78) min(c, .09) h);",
        ] {
            assert!(
                tokens.contains(rule),
                "the style sheet has another rule than {rule}"
            );
        }
        let steps = [0, 51, 102, 153, 204, 255];
        for accent in steps
            .iter()
            .flat_map(|r| steps.iter().flat_map(move |g| steps.map(|b| [*r, *g, b])))
        {
            let [l, c, h] = oklch(accent);
            let (deep, lit) = (rgb([l.min(0.51), c, h]), rgb([l.max(0.78), c.min(0.09), h]));
            assert!(
                contrast(deep, LIGHT) >= READABLE,
                "{accent:?} → {deep:?}: {}",
                contrast(deep, LIGHT)
            );
            assert!(
                contrast(lit, DARK) >= READABLE,
                "{accent:?} → {lit:?}: {}",
                contrast(lit, DARK)
            );
        }
    }
}
