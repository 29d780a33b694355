//! The attributes of images: one function for articles and for lists.
//!
//! Entry point: [`push_image`]. The variants are WebP, which every browser that knows `srcset` and can
//! run the app shows, so no `<picture>` is needed: `src` is for those that know neither.

use lamplight_model::Media;

use crate::escape::{encode_href, push_attribute};

/// `sizes` of an article's lead image: from edge to edge on a phone, then as wide as `--wide`.
pub(crate) const LEAD: &str = "(min-width: 62em) 56rem, (min-width: 48em) 90vw, 100vw";

/// `sizes` of an image in the text: the column without its gutters, `--measure` at the widest.
pub(crate) const TEXT: &str = "(min-width: 42em) 37rem, 90vw";

/// Appends ` src`, ` srcset` and ` sizes` where there is a choice, ` alt`, ` title` if there is one, and
/// ` width` and ` height` if they are known. `sizes` must say what the style sheet does.
pub fn push_image(
    out: &mut String,
    base: &str,
    media: &Media,
    sizes: &str,
    alt: &str,
    title: Option<&str>,
) {
    push_attribute(out, "src", &encode_href(&[base, &media.src].concat()));
    let candidates = media.candidates();
    if !candidates.is_empty() {
        let mut srcset = String::new();
        for (width, path) in candidates {
            if !srcset.is_empty() {
                srcset.push_str(", ");
            }
            srcset.push_str(&encode_href(&[base, &path].concat()));
            srcset.push(' ');
            srcset.push_str(&width.to_string());
            srcset.push('w');
        }
        push_attribute(out, "srcset", &srcset);
        push_attribute(out, "sizes", sizes);
    }
    push_attribute(out, "alt", alt);
    if let Some(title) = title.filter(|title| !title.is_empty()) {
        push_attribute(out, "title", title);
    }
    if media.width > 0 && media.height > 0 {
        push_attribute(out, "width", &media.width.to_string());
        push_attribute(out, "height", &media.height.to_string());
    }
}
