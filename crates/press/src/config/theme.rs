//! `[theme]` of `site.toml`: colours, type, logo, and the publication's own style sheet.
//!
//! Entry point: [`read`]. What comes of it are rules for the end of the app's style sheet, files for
//! the app to install, and the logo's place and size. Nothing here may be loaded from elsewhere.

use std::fmt;
use std::path::Path;

use lamplight_model::Media;
use serde_json::Value;

use crate::config::{colour, sheet, unknown_keys};
use crate::content::media;
use crate::diagnostic::{Diagnostics, Kind};
use crate::emit::app::File;
use crate::fields::Fields;

const KEYS: &[&str] = &[
    "accent",
    "accent_dark",
    "font",
    "logo",
    "logo_dark",
    "logo_alone",
    "card_font",
    "css",
];

/// Everything in the text's face is set in the interface's: on every element, since the style sheet
/// gives each script its own faces where its language begins. Old-style figures suit serifs only.
const SANS: &str = ":root,:root *{--serif:var(--sans);--display:var(--sans)}\n\
    .prose,.editors-note,.footnotes{font-variant-numeric:normal}\n";

/// A publication's look, checked.
#[derive(Clone, Default)]
pub(crate) struct Theme {
    /// Rules to follow the app's own.
    pub(crate) css: String,
    /// What these rules and the masthead show, named by digest.
    pub(crate) files: Vec<File>,
    pub(crate) logo: Option<Media>,
    pub(crate) logo_dark: Option<Media>,
    pub(crate) logo_alone: bool,
    /// The accent, as written.
    pub(crate) accent: Option<[u8; 3]>,
    /// The font of card images: a TrueType or OpenType file.
    pub(crate) card_font: Option<Vec<u8>>,
}

/// Files by their names, which have their digests.
impl fmt::Debug for Theme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let files = self.files.iter().map(|file| &file.path);
        f.debug_list().entry(&self.css).entries(files).finish()
    }
}

/// Reads the theme of a publication in a folder.
pub(crate) fn read(fields: &Fields<'_>, folder: &Path, diagnostics: &mut Diagnostics) -> Theme {
    if fields.value("accent").is_some() {
        diagnostics.error(
            Kind::Config,
            fields.path,
            Some(fields.line("accent")),
            "`accent` is a part of the theme.",
            "Move it below a line [theme], after all keys that belong to no table.",
        );
    }
    let table = match fields.value("theme") {
        None => return Theme::default(),
        Some(Value::Object(map)) => fields.within("theme", map.clone()),
        Some(_) => {
            fields.wrong(diagnostics, "theme", "a table: [theme], and its keys below");
            return Theme::default();
        }
    };
    unknown_keys(&table, KEYS, " of the theme", diagnostics);
    let (css, accent) = colours(&table, diagnostics);
    let mut theme = Theme {
        css,
        accent,
        card_font: card_font(&table, folder, diagnostics),
        ..Theme::default()
    };
    match table.string("font", diagnostics).as_deref() {
        None | Some("serif") => {}
        Some("sans") => theme.css.push_str(SANS),
        Some(_) => table.wrong(diagnostics, "font", "font = \"serif\" or font = \"sans\""),
    }
    theme.logo = logo(&table, "logo", folder, &mut theme.files, diagnostics);
    theme.logo_dark = logo(&table, "logo_dark", folder, &mut theme.files, diagnostics);
    theme.logo_alone = table.flag("logo_alone", diagnostics).unwrap_or(false);
    if table.value("logo").is_none()
        && let Some(key) = ["logo_dark", "logo_alone"]
            .into_iter()
            .find(|key| table.value(key).is_some())
    {
        diagnostics.error(
            Kind::Config,
            table.path,
            Some(table.line(key)),
            format!("`{key}` needs a `logo`."),
            "Name the logo for light paper, too: logo = \"logo.svg\".",
        );
        theme.logo_dark = None;
    }
    if let Some(name) = table.string("css", diagnostics) {
        let line = table.line("css");
        if let Some(made) = sheet::read(table.path, line, folder, &name, diagnostics) {
            theme.css.push_str(&made.css);
            theme.files.extend(made.files);
        }
    }
    theme
}

/// The accent's rule. Of a colour that cannot be read on its paper the style sheet makes one that can.
fn colours(table: &Fields<'_>, diagnostics: &mut Diagnostics) -> (String, Option<[u8; 3]>) {
    let mut rules = String::new();
    let mut given = None;
    if let Some((written, _)) = accent(table, "accent", colour::LIGHT, "darker", diagnostics) {
        given = colour::parse(&written);
        rules.push_str(&format!("--accent:{written};"));
    }
    // Here nothing is made of it, so it must be readable as it is.
    if let Some((written, true)) =
        accent(table, "accent_dark", colour::DARK, "lighter", diagnostics)
    {
        rules.push_str(&format!("--accent-lit:{written};"));
    }
    if !rules.is_empty() {
        rules = format!(":root{{{}}}\n", rules.trim_end_matches(';'));
    }
    (rules, given)
}

/// The font of card images: a file of the publication's folder.
fn card_font(table: &Fields<'_>, folder: &Path, diagnostics: &mut Diagnostics) -> Option<Vec<u8>> {
    let name = table.string("card_font", diagnostics)?;
    let mut refuse = |message: String| {
        diagnostics.error(
            Kind::Config,
            table.path,
            Some(table.line("card_font")),
            message,
            "Put a font's .ttf or .otf file beside site.toml and write its name.",
        );
    };
    let read = std::fs::read(folder.join(&name));
    match read {
        Ok(bytes) if rustybuzz::Face::from_slice(&bytes, 0).is_some() => Some(bytes),
        Ok(_) => {
            refuse(format!("The file {name} is no font that press can read."));
            None
        }
        Err(error) => {
            refuse(format!("The font {name} cannot be read: {error}."));
            None
        }
    }
}

/// A colour as `#rrggbb`, and whether it can be read on a paper.
fn accent(
    table: &Fields<'_>,
    key: &str,
    paper: [u8; 3],
    better: &str,
    diagnostics: &mut Diagnostics,
) -> Option<(String, bool)> {
    let written = table.string(key, diagnostics)?;
    let Some(colour) = colour::parse(&written) else {
        let example = format!("a colour as #rrggbb: {key} = \"#8a3b12\"");
        table.wrong(diagnostics, key, &example);
        return None;
    };
    let contrast = colour::contrast(colour, paper);
    let readable = contrast >= colour::READABLE;
    if !readable {
        let on = colour::hex(paper);
        diagnostics.warning(
            Kind::Contrast,
            table.path,
            Some(table.line(key)),
            format!("{written} is hard to read: its contrast with the page ({on}) is {contrast:.1}, and {} is needed. Readers get a {better} one.", colour::READABLE),
            format!("Choose a {better} colour yourself."),
        );
    }
    Some((colour::hex(colour), readable))
}

/// A logo: a picture of the publication's folder, with its size.
fn logo(
    table: &Fields<'_>,
    key: &str,
    folder: &Path,
    files: &mut Vec<File>,
    diagnostics: &mut Diagnostics,
) -> Option<Media> {
    let name = table.string(key, diagnostics)?;
    let mut refuse = |message: String, remedy: &str| {
        let line = Some(table.line(key));
        diagnostics.error(Kind::BadImage, table.path, line, message, remedy);
    };
    let (file, bytes) = match local(folder, folder, &name) {
        Ok(read) => read,
        Err(message) => {
            refuse(message, "Put the logo beside site.toml and write its name.");
            return None;
        }
    };
    let image = match media::image(&file, &bytes) {
        Ok(image) => image,
        Err(problem) => {
            refuse(problem.message, &problem.remedy);
            return None;
        }
    };
    if image.width == 0 || image.height == 0 {
        refuse(
            format!("The logo {name} does not say how large it is."),
            "Give its <svg> a width and a height, or a viewBox.",
        );
        return None;
    }
    let published = File::hashed("logo", &extension(&file), bytes);
    let src = published.path.clone();
    files.push(published);
    Some(Media { src, ..image })
}

/// A file of the publication: `/name` from its folder, `name` from another folder within it. Or why it
/// cannot be had.
pub(super) fn local(
    publication: &Path,
    from: &Path,
    name: &str,
) -> Result<(std::path::PathBuf, Vec<u8>), String> {
    let file = match name.strip_prefix('/') {
        Some(rest) => publication.join(rest),
        None => from.join(name),
    };
    let (Ok(inner), Ok(home)) = (file.canonicalize(), publication.canonicalize()) else {
        return Err(format!("There is no file `{name}`."));
    };
    if !inner.starts_with(home) {
        return Err(format!(
            "The file `{name}` is outside the publication's folder."
        ));
    }
    match std::fs::read(&inner) {
        Ok(bytes) => Ok((file, bytes)),
        Err(error) => Err(format!("The file `{name}` cannot be read: {error}.")),
    }
}

/// A file's extension in lower case.
pub(super) fn extension(file: &Path) -> String {
    let extension = file.extension().and_then(|extension| extension.to_str());
    extension.unwrap_or_default().to_ascii_lowercase()
}
