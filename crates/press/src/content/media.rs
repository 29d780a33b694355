//! Media files: from a destination in the text to a name made of the bytes' digest.
//!
//! Entry points: [`Library::image`] (shown, so with variants of several widths) and
//! [`Library::attachment`] (linked to). A file outside the publication is never read, and an SVG that
//! carries script is never published: it would run if it were opened by itself.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use lamplight_model::{Media, paths, seal};

use crate::cache::Cache;
use crate::content::variants::{Made, Store};
use crate::content::{notes, pictures};
use crate::diagnostic::Kind;
use crate::fields::nearest_within;

const IMAGES: &[&str] = &["png", "jpg", "jpeg", "gif", "webp", "avif", "svg"];

/// Files that a text may link to.
const ATTACHMENTS: &[&str] = &[
    "pdf", "epub", "txt", "csv", "tsv", "json", "zip", "gz", "odt", "ods", "odp", "docx", "xlsx",
    "pptx", "mp3", "ogg", "opus", "m4a", "mp4", "webm", "vtt", "ics",
];

/// Whether a link's destination must mean a file that it may lead to.
pub(crate) fn names_a_file(destination: &str) -> bool {
    let bare = destination.split(['?', '#']).next().unwrap_or_default();
    extension(Path::new(bare)).is_some_and(|extension| {
        ATTACHMENTS.contains(&extension.as_str()) || IMAGES.contains(&extension.as_str())
    })
}

/// Why a file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) kind: Kind,
    pub(crate) message: String,
    pub(crate) remedy: Cow<'static, str>,
}

/// All media of one run.
pub(crate) struct Library {
    /// Folders that files may come from, canonical.
    roots: Vec<PathBuf>,
    /// Folders in which `/picture.png` is looked for.
    rooted: Vec<PathBuf>,
    /// Where variants are kept in the cache; `None` where none are made: nothing will be written.
    publication: Option<PathBuf>,
    store: OnceLock<Result<Store, String>>,
    known: Mutex<BTreeMap<PathBuf, Arc<Known>>>,
}

/// A file that a text means. Each half is found out once, by whoever needs it first.
#[derive(Debug, Default)]
struct Known {
    file: OnceLock<Result<Media, Problem>>,
    shown: OnceLock<Result<Shown, Problem>>,
    linked: AtomicBool,
}

/// An image as readers get it.
#[derive(Clone, Debug)]
struct Shown {
    media: Media,
    /// Files that press made of it: path in the site, and the file.
    variants: Vec<(String, PathBuf)>,
}

impl Library {
    /// The media of a publication; unless they are to be written, images are checked and no variants
    /// made.
    pub(crate) fn new(content: &Path, posts: &Path, pages: Option<&Path>, to_write: bool) -> Self {
        let roots = [content, posts]
            .into_iter()
            .chain(pages)
            .filter_map(|folder| folder.canonicalize().ok())
            .collect();
        Self {
            roots,
            rooted: ["media", "static", ""]
                .iter()
                .map(|inner| content.join(inner))
                .chain([posts.to_owned()])
                .collect(),
            publication: to_write.then(|| content.to_owned()),
            store: OnceLock::new(),
            known: Mutex::default(),
        }
    }

    /// The image a destination means, seen from a post's file.
    pub(crate) fn image(&self, post: &Path, destination: &str) -> Result<Media, Problem> {
        let Some(file) = self.find(post, destination) else {
            return Err(Problem {
                kind: Kind::MissingFile,
                message: format!("There is no image `{destination}`."),
                remedy: self.where_to_put(post, destination),
            });
        };
        let (known, canonical) = self.known(&file)?;
        let media = self.described(&known, &file, &canonical)?;
        known
            .shown
            .get_or_init(|| self.show(&file, &canonical, media))
            .as_ref()
            .map(|shown| shown.media.clone())
            .map_err(Clone::clone)
    }

    /// A file to be linked to, if a destination means one that exists and may be published.
    pub(crate) fn attachment(
        &self,
        post: &Path,
        destination: &str,
    ) -> Option<Result<Media, Problem>> {
        if !names_a_file(destination) {
            return None;
        }
        let file = self.find(post, destination)?;
        Some(self.known(&file).and_then(|(known, canonical)| {
            known.linked.store(true, Ordering::Relaxed);
            self.described(&known, &file, &canonical)
        }))
    }

    /// What to do about a file that is not there.
    pub(crate) fn where_to_put(&self, post: &Path, destination: &str) -> Cow<'static, str> {
        match self.nearest(post, destination) {
            Some(near) => format!("Did you mean `{near}`?").into(),
            None => "Put it beside the post's file, or into the folder media and begin its path with a slash.".into(),
        }
    }

    /// A destination that is spelled almost like this one and means a file.
    fn nearest(&self, post: &Path, destination: &str) -> Option<String> {
        for candidate in self.candidates(post, destination)? {
            let (Some(folder), Some(name)) = (candidate.parent(), candidate.file_name()) else {
                continue;
            };
            let names: Vec<String> = std::fs::read_dir(folder)
                .into_iter()
                .flatten()
                .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
                .filter(|name| names_a_file(name))
                .collect();
            let known: Vec<&str> = names.iter().map(String::as_str).collect();
            // Names differ by little and mean much: pier-1.jpg is not pier-2.jpg.
            if let Some(near) = nearest_within(name.to_str()?, &known, |known| known.len() / 6) {
                let folder = destination.rfind('/').map_or(0, |at| at + 1);
                return Some([&destination[..folder], near].concat());
            }
        }
        None
    }

    fn find(&self, post: &Path, destination: &str) -> Option<PathBuf> {
        let candidates = self.candidates(post, destination)?;
        candidates.into_iter().find(|path| path.is_file())
    }

    /// The files that a destination may mean.
    fn candidates(&self, post: &Path, destination: &str) -> Option<Vec<PathBuf>> {
        let bare = destination.split(['?', '#']).next()?;
        let decoded = paths::decode(bare)?;
        Some(match decoded.strip_prefix('/') {
            Some(rest) => self.rooted.iter().map(|folder| folder.join(rest)).collect(),
            None => vec![post.parent()?.join(&decoded)],
        })
    }

    fn known(&self, file: &Path) -> Result<(Arc<Known>, PathBuf), Problem> {
        let canonical = file.canonicalize().map_err(unreadable(file))?;
        let mut all = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let known = all.entry(canonical.clone()).or_default();
        Ok((Arc::clone(known), canonical))
    }

    fn described(&self, known: &Known, file: &Path, canonical: &Path) -> Result<Media, Problem> {
        let describe = || {
            if self.roots.iter().any(|root| canonical.starts_with(root)) {
                std::fs::read(canonical)
                    .map_err(unreadable(file))
                    .and_then(|bytes| describe(file, &bytes))
            } else {
                Err(Problem {
                    kind: Kind::BadImage,
                    message: format!(
                        "The file {} is outside the publication's folder.",
                        file.display()
                    ),
                    remedy: "Copy it into the publication.".into(),
                })
            }
        };
        known.file.get_or_init(describe).clone()
    }

    fn store(&self, publication: &Path) -> &Result<Store, String> {
        self.store
            .get_or_init(|| Store::of(publication).map_err(|error| error.to_string()))
    }

    /// An image with its variants: from the cache, or made now.
    fn show(&self, file: &Path, canonical: &Path, media: Media) -> Result<Shown, Problem> {
        let kind = extension(file).unwrap_or_default();
        let digest = original(&media.src).to_owned();
        if !matches!(kind.as_str(), "png" | "jpg" | "webp") {
            return Ok(Shown {
                media,
                variants: Vec::new(),
            });
        }
        let unwritable = |error: &dyn std::fmt::Display| Problem {
            kind: Kind::Unreadable,
            message: format!(
                "The variants of {} cannot be written: {error}.",
                file.display()
            ),
            remedy: "Make room on the disk, and allow press to write beside site.toml.".into(),
        };
        let store = self.publication.as_ref().map(|folder| {
            let store = self.store(folder).as_ref();
            store.map_err(|error| unwritable(error))
        });
        let store = store.transpose()?;
        if let Some(store) = store
            && let Some(made) = store.get(&digest)
        {
            return Ok(shown(media, &made, store));
        }
        let bytes = std::fs::read(canonical).map_err(unreadable(file))?;
        let bad = |message: String| Problem {
            kind: Kind::BadImage,
            message: format!("{} {message}", file.display()),
            remedy: "Export it again, no larger than a screen.".into(),
        };
        let clean = notes::without(&kind, &bytes).ok_or_else(|| {
            bad("is damaged: it is cut short, or its parts cannot be told apart.".to_owned())
        })?;
        let Some(store) = store else {
            pictures::check(&kind, &bytes).map_err(bad)?;
            return Ok(Shown {
                media,
                variants: Vec::new(),
            });
        };
        let picture = pictures::shrink(&kind, &clean).map_err(bad)?;
        let picture = picture.unwrap_or_else(|| pictures::Picture {
            width: media.width,
            height: media.height,
            ..Default::default()
        });
        let clean = (!picture.replaced && clean != bytes).then_some(&*clean);
        let made = store.put(&digest, &picture, clean);
        let made = made.map_err(|error| unwritable(&error))?;
        Ok(shown(media, &made, store))
    }

    /// Deletes variants that no build has asked for in a month; `today` counts days since 1970.
    pub(crate) fn prune(&self, today: i64) {
        let Some(folder) = &self.publication else {
            return;
        };
        // A publication without pictures, now, may have had some.
        let store = if Store::is_in(folder) {
            Some(self.store(folder))
        } else {
            self.store.get()
        };
        if let Some(Ok(store)) = store {
            store.prune(&Cache::of(folder), today);
        }
    }

    /// Every file that is used: path in the site → the file.
    pub(crate) fn files(&self) -> BTreeMap<String, PathBuf> {
        let all = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let mut files = BTreeMap::new();
        for (path, known) in all.iter() {
            let Some(Ok(media)) = known.file.get() else {
                continue;
            };
            let mut wanted = known.linked.load(Ordering::Relaxed);
            if let Some(Ok(shown)) = known.shown.get() {
                wanted |= shown.media.src == media.src;
                files.extend(shown.variants.iter().cloned());
            }
            if wanted {
                files.insert(media.src.clone(), path.clone());
            }
        }
        files
    }
}

/// The digest in a path of a file as it was found.
fn original(src: &str) -> &str {
    let name = src.rsplit('/').next().unwrap_or(src);
    name.split('.').next().unwrap_or(name)
}

fn shown(mut media: Media, made: &Made, store: &Store) -> Shown {
    media.width = made.width;
    media.height = made.height;
    let mut variants = Vec::new();
    if let Some(clean) = &made.clean {
        let kind = media.src.rsplit('.').next().unwrap_or_default();
        media.src = format!("media/{}.{kind}", clean.digest);
        media.bytes = clean.bytes;
        variants.push((media.src.clone(), store.file(clean)));
    }
    for variant in &made.variants {
        let name = format!("{}-{}", variant.width, variant.digest);
        variants.push((media.variant_path(&name), store.file(variant)));
        media.variants.push(name);
    }
    if let (true, Some((path, _)), Some(widest)) =
        (made.replaced, variants.last(), made.variants.last())
    {
        media.src.clone_from(path);
        media.bytes = widest.bytes;
    }
    Shown { media, variants }
}

fn unreadable(file: &Path) -> impl Fn(std::io::Error) -> Problem {
    let name = file.display().to_string();
    move |error| Problem {
        kind: Kind::MissingFile,
        message: format!("The file {name} cannot be read: {error}."),
        remedy: "".into(),
    }
}

fn extension(path: &Path) -> Option<String> {
    let extension = path.extension()?.to_str()?.to_ascii_lowercase();
    Some(if extension == "jpeg" {
        "jpg".into()
    } else {
        extension
    })
}

/// What is known of a picture that is no post's: its kind, by its name, and its size.
pub(crate) fn image(file: &Path, bytes: &[u8]) -> Result<Media, Problem> {
    match extension(file) {
        Some(kind) if ATTACHMENTS.contains(&kind.as_str()) => Err(Problem {
            kind: Kind::BadImage,
            message: format!("{} is no picture.", file.display()),
            remedy: "Use PNG, JPEG, GIF, WebP, AVIF or SVG.".into(),
        }),
        _ => describe(file, bytes),
    }
}

fn describe(file: &Path, bytes: &[u8]) -> Result<Media, Problem> {
    let bad = |message: String, remedy: &'static str| Problem {
        kind: Kind::BadImage,
        message: format!("{} {message}", file.display()),
        remedy: remedy.into(),
    };
    let name = extension(file).unwrap_or_default();
    let size = |bytes: &[u8]| u32::try_from(bytes.len()).ok();
    let (width, height) = if name == "svg" {
        svg_size(bytes)
            .map_err(|message| bad(message, "Export it again as a plain SVG, or as PNG."))?
    } else if ATTACHMENTS.contains(&name.as_str()) {
        (0, 0)
    } else if IMAGES.contains(&name.as_str()) {
        let found = imagesize::blob_size(bytes).map_err(|_| {
            bad(
                "is no image of the kind its name says.".into(),
                "Save it again as PNG, JPEG, GIF, WebP or AVIF.",
            )
        })?;
        let pixels = |n: usize| u32::try_from(n).unwrap_or(0);
        (pixels(found.width), pixels(found.height))
    } else {
        return Err(bad(
            "is of a kind that browsers do not show.".into(),
            "Use PNG, JPEG, GIF, WebP, AVIF or SVG.",
        ));
    };
    let length =
        size(bytes).ok_or_else(|| bad("is larger than 4 GB.".into(), "Make it smaller."))?;
    Ok(Media {
        src: format!("media/{}.{name}", seal::digest(bytes)),
        width,
        height,
        bytes: length,
        variants: Vec::new(),
    })
}

/// The size an SVG says it has, 0 if none; or what is wrong with it.
fn svg_size(bytes: &[u8]) -> Result<(u32, u32), String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "is not UTF-8 text.".to_owned())?;
    let options = roxmltree::ParsingOptions {
        allow_dtd: true,
        ..Default::default()
    };
    let document = roxmltree::Document::parse_with_options(text, options)
        .map_err(|error| format!("is no valid SVG: {error}."))?;
    for node in document.descendants().filter(roxmltree::Node::is_element) {
        let name = node.tag_name().name();
        let runs = name.eq_ignore_ascii_case("script")
            || name.eq_ignore_ascii_case("foreignObject")
            || node.attributes().any(|attribute| {
                let value = attribute.value().trim_start().to_ascii_lowercase();
                attribute.name().to_ascii_lowercase().starts_with("on")
                    || value.starts_with("javascript:")
            });
        if runs {
            return Err(format!(
                "carries script or HTML (in <{name}>), which is not published."
            ));
        }
    }
    let root = document.root_element();
    let length = |name: &str| css_pixels(root.attribute(name)?);
    let view: Vec<f64> = root
        .attribute("viewBox")
        .map(|text| {
            text.split(|c: char| c.is_ascii_whitespace() || c == ',')
                .filter_map(|n| n.parse().ok())
                .collect()
        })
        .unwrap_or_default();
    let view = match view.as_slice() {
        [_, _, w, h] if is_length(*w) && is_length(*h) => Some((*w, *h)),
        _ => None,
    };
    let (width, height) = match (length("width"), length("height"), view) {
        (Some(width), Some(height), _) => (width, height),
        (Some(width), None, Some((w, h))) => (width, width * h / w),
        (None, Some(height), Some((w, h))) => (height * w / h, height),
        (None, None, Some(view)) => view,
        (_, _, None) => return Ok((0, 0)),
    };
    let pixels = |n: f64| n.round().clamp(1.0, 100_000.0) as u32;
    Ok((pixels(width), pixels(height)))
}

/// A length of SVG or CSS in pixels (CSS Values 4, section 6); `None` of a share of what is around it,
/// and of what is no length. Of a font nothing is known: it counts 16 pixels, as browsers begin with.
fn css_pixels(text: &str) -> Option<f64> {
    const UNITS: [(&str, f64); 11] = [
        ("px", 1.0),
        ("pt", 96.0 / 72.0),
        ("pc", 16.0),
        ("mm", 96.0 / 25.4),
        ("cm", 96.0 / 2.54),
        ("in", 96.0),
        ("q", 96.0 / 101.6),
        ("rem", 16.0),
        ("em", 16.0),
        ("ex", 8.0),
        ("ch", 8.0),
    ];
    let text = text.trim().to_ascii_lowercase();
    let (number, unit) = UNITS
        .iter()
        .find_map(|(name, unit)| Some((text.strip_suffix(name)?, *unit)))
        .unwrap_or((&text, 1.0));
    let pixels = number.trim_end().parse::<f64>().ok()? * unit;
    is_length(pixels).then_some(pixels)
}

fn is_length(number: f64) -> bool {
    number.is_finite() && number > 0.0
}

/// A path without `.` and `..`, as far as they cancel out; nothing is looked up.
pub(crate) fn normalise(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if out.file_name().is_some() => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_svgs_size_comes_from_its_attributes_or_its_view_box() {
        let size = |attributes: &str| {
            svg_size(format!("<svg xmlns='http://www.w3.org/2000/svg' {attributes}/>").as_bytes())
        };
        assert_eq!(size("width='40' height='30px'"), Ok((40, 30)));
        assert_eq!(size("viewBox='0 0 400 300'"), Ok((400, 300)));
        assert_eq!(size("width='200' viewBox='0 0 400 300'"), Ok((200, 150)));
        assert_eq!(size("width='100%' viewBox='0 0 400 300'"), Ok((400, 300)));
        assert_eq!(size("viewBox='0\n0,\t400  300'"), Ok((400, 300)));
        assert_eq!(size("width='60mm' height='1.5in'"), Ok((227, 144)));
        assert_eq!(size("width='12pt' height='2 em'"), Ok((16, 32)));
        assert_eq!(size("width='0' viewBox='0 0 400 300'"), Ok((400, 300)));
        for unusable in [
            "",
            "width='100%' height='100%'",
            "width='40'",
            "viewBox='0 0 0 300'",
            "viewBox='0 0 NaN inf'",
            "width='wide' height='-3'",
        ] {
            assert_eq!(size(unusable), Ok((0, 0)), "{unusable}");
        }
        assert!(size("onload='x()'").is_err());
        assert!(svg_size(b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>").is_err());
        assert!(svg_size(b"<svg").is_err());
    }
}
