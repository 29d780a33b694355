//! The article document: one post in one language, as `/articles/<slug>.<lang>.json`.

use std::collections::BTreeMap;

use serde::Serialize;

/// One post in one language. Written sealed (see [`crate::seal`]): `digest` is its first member.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ArticleDocument {
    /// Hexadecimal digest of everything that follows it in the file; filled in by [`crate::seal::seal`].
    pub digest: String,
    /// [`crate::FORMAT`].
    pub format: u32,
    /// Name shared by all language variants; one path segment, not percent-encoded.
    pub slug: String,
    /// BCP 47 language tag, spelled as in [`crate::Site::languages`].
    pub lang: String,
    /// Title, plain text.
    pub title: String,
    /// One or two sentences, plain text; never empty (press derives it from the text if it must).
    pub description: String,
    /// Whether it is a page of the publication's own (about, imprint) instead of a post: then it is in
    /// no list and in no feed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub page: bool,
    /// When it was published: RFC 3339, with the offset the author wrote. Empty only for a page.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub date: String,
    /// When it was last changed in a way readers should know of: RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated: Option<String>,
    /// Names, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<String>,
    /// Identifiers of [`crate::Site::categories`]; the first is the one shown.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// Free tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Who translated this variant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub translator: Option<String>,
    /// What this variant was translated from, where it says that it was and its original is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub original: Option<Original>,
    /// The article's own image, shown above its text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<Image>,
    /// Where the post was first published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// The editor's note, Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub editors_note: Option<String>,
    /// Reading time in minutes, at least 1.
    pub minutes: u32,
    /// The other language variants, in the order of [`crate::Site::languages`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub translations: Vec<Translation>,
    /// Media by the destination as written in the Markdown.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub media: BTreeMap<String, Media>,
    /// Links inside the publication: destination as written → path relative to the base
    /// (`some-slug/#part`), no leading slash.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub links: BTreeMap<String, String>,
    /// The text, Markdown.
    pub markdown: String,
}

crate::record!(ArticleDocument {
    digest, format, slug, lang, title, description, minutes, markdown;
    page, date, updated, authors, categories, tags, translator, original, image, source, editors_note, translations, media, links
});

/// A media file of the publication.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Media {
    /// Path relative to the base: `media/<digest>.<ext>`. Of a picture that is far larger than any
    /// screen, the path of its widest variant.
    pub src: String,
    /// Pixels as shown (turned as the camera says); 0 when unknown (an SVG without dimensions).
    pub width: u32,
    /// Pixels; 0 when unknown.
    pub height: u32,
    /// Size in bytes.
    pub bytes: u32,
    /// Smaller files of the same picture, narrowest first, each as `<width>-<digest>`; see
    /// [`Media::variant_path`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub variants: Vec<String>,
}

crate::record!(Media {
    src, width, height, bytes;
    variants
});

impl Media {
    /// The path of one of [`Media::variants`], relative to the base:
    /// `media/<digest of the original>-<width>-<digest>.webp`. Files of one picture begin alike, so
    /// that the worker can answer with another when it does not have the one it is asked for.
    pub fn variant_path(&self, variant: &str) -> String {
        let picture = self.src.split(['-', '.']).next().unwrap_or_default();
        [picture, "-", variant, ".webp"].concat()
    }

    /// What a browser may choose from: widths and paths, narrowest first. The original is the widest
    /// unless a variant is as wide. Empty if there is no choice.
    pub fn candidates(&self) -> Vec<(u32, String)> {
        let mut candidates: Vec<(u32, String)> = self
            .variants
            .iter()
            .map(|variant| {
                let width = variant.split('-').next().unwrap_or_default();
                (width.parse().unwrap_or(0), self.variant_path(variant))
            })
            .collect();
        if candidates.last().is_some_and(|last| last.0 < self.width) {
            candidates.push((self.width, self.src.clone()));
        }
        candidates
    }

    /// The path of the file for a place that is `width` pixels wide: of the narrowest that is wide
    /// enough, or else of the widest.
    pub fn path_for(&self, width: u32) -> String {
        let mut candidates = self.candidates();
        let at = candidates.iter().position(|(own, _)| *own >= width);
        let at = at.unwrap_or(candidates.len().saturating_sub(1));
        match candidates.get_mut(at) {
            Some((_, path)) => std::mem::take(path),
            None => self.src.clone(),
        }
    }
}

/// The lead image of an article.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Image {
    /// The file.
    pub media: Media,
    /// Text alternative, plain text; empty when decorative.
    pub alt: String,
    /// Caption, inline Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
}

crate::record!(Image {
    media;
    alt, caption
});

/// Where a post was first published.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Source {
    /// Name, plain text.
    pub name: String,
    /// http(s) address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

crate::record!(Source {
    name;
    url
});

/// The variant that another one was translated from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Original {
    /// Its language.
    pub lang: String,
    /// When it was published: RFC 3339.
    pub date: String,
    /// When it was last changed, if that was after the translation: RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed: Option<String>,
}

crate::record!(Original {
    lang, date;
    changed
});

/// Another language variant of the same post.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Translation {
    /// Its language.
    pub lang: String,
    /// Its title.
    pub title: String,
}

crate::record!(Translation { lang, title });

impl ArticleDocument {
    /// The media the article shows, its own image first.
    pub fn shown(&self) -> impl Iterator<Item = &Media> {
        let image = self.image.iter().map(|image| &image.media);
        image.chain(self.media.values())
    }

    /// One file of each picture the article shows, for a place `width` pixels wide: paths relative to the
    /// base, each once.
    pub fn pictures(&self, width: u32) -> Vec<String> {
        let mut paths = Vec::new();
        for media in self.shown() {
            let path = media.path_for(width);
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
        paths
    }
}

/// The widest place that is reckoned with when pictures are kept, in CSS pixels.
const WIDEST: f64 = 800.0;

/// The most of the screen's pixels to a CSS pixel that are reckoned with; more make few pictures look
/// any better, and all of them twice as large.
const DENSEST: f64 = 2.0;

/// The width of picture that a device keeps, in pixels: `width` is the window's in CSS pixels, `density`
/// how many of the screen's make one.
pub fn image_width(width: f64, density: f64) -> u32 {
    (width.min(WIDEST) * density.min(DENSEST)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn media(variants: &[&str]) -> Media {
        Media {
            src: "media/aa.jpg".into(),
            width: 1200,
            height: 800,
            bytes: 9,
            variants: variants.iter().map(|v| (*v).to_owned()).collect(),
        }
    }

    #[test]
    fn the_original_is_the_widest_candidate_unless_a_variant_is_as_wide() {
        let narrow = media(&["480-bb", "800-cc"]);
        let paths: Vec<(u32, String)> = narrow.candidates();
        assert_eq!(paths[0], (480, "media/aa-480-bb.webp".into()));
        assert_eq!(paths[2], (1200, "media/aa.jpg".into()));
        let whole = media(&["480-bb", "1200-cc"]);
        assert_eq!(whole.candidates()[1].1, "media/aa-1200-cc.webp");
        assert!(media(&[]).candidates().is_empty());
        let mut capped = media(&["480-bb", "1200-cc"]);
        capped.src = "media/aa-1200-cc.webp".into();
        assert_eq!(capped.candidates(), whole.candidates());
    }

    #[test]
    fn a_place_gets_the_narrowest_file_that_fills_it() {
        let narrow = media(&["480-bb", "800-cc"]);
        assert_eq!(narrow.path_for(0), "media/aa-480-bb.webp");
        assert_eq!(narrow.path_for(481), "media/aa-800-cc.webp");
        assert_eq!(narrow.path_for(5000), "media/aa.jpg");
        assert_eq!(media(&[]).path_for(100), "media/aa.jpg");
    }

    #[test]
    fn of_each_picture_there_is_one_file_and_no_screen_is_too_wide() {
        let shown = media(&["480-bb", "800-cc"]);
        let drawing = Media {
            src: "media/d.svg".into(),
            ..Media::default()
        };
        let document = ArticleDocument {
            image: Some(Image {
                media: shown.clone(),
                ..Image::default()
            }),
            media: [("a".to_owned(), shown), ("d".to_owned(), drawing)].into(),
            ..ArticleDocument::default()
        };
        assert_eq!(
            document.pictures(image_width(390.0, 3.0)),
            ["media/aa-800-cc.webp", "media/d.svg"]
        );
        assert_eq!(document.pictures(480)[0], "media/aa-480-bb.webp");
        assert_eq!(image_width(1280.0, 1.0), 800);
        assert_eq!(image_width(1280.0, 2.0), 1600);
    }
}
