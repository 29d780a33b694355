//! A publication of the tests' own, pressed into a temporary folder that a test can change.
//!
//! [`Site::fixture`] has 25 numbered posts (`post-01` is the oldest, `post-25` the newest; odd ones
//! are translated into Arabic, each third is about the town, the others about the sea) and, older
//! than `post-25` only, `harbour-report`: one of every element, with images, in both languages. So
//! the newest twenty in English are `post-25`, `harbour-report` and down to `post-07`, and
//! `post-01` to `post-06` are on a device only if it has visited them.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use anyhow::{Context, Result};
use lamplight_press::Precompress;
use tempfile::TempDir;

/// How many numbered posts there are.
const POSTS: u32 = 25;

/// The app that a site is pressed with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum App {
    /// As built.
    #[default]
    Built,
    /// The same app with a comment in its style sheet and its script and a section in its wasm:
    /// every file has another digest, and so another name.
    Next,
    /// Likewise, and every number is another one.
    Version(u32),
    /// Likewise, and this stands at the beginning of the app's script.
    Beginning(&'static str),
}

/// A post to publish.
#[derive(Clone, Debug)]
pub struct Post {
    /// Its slug.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// RFC 3339.
    pub date: String,
    /// Its text, Markdown.
    pub text: String,
}

/// A publication and the site made of it.
pub struct Site {
    folder: TempDir,
    base: String,
    app: App,
    precompress: Precompress,
}

/// How the fixture has been pressed in this process, with the results: pressing takes longer than
/// copying. They lie beside the test program, since nothing would remove a temporary folder that a
/// static holds.
static PRESSED: Mutex<Vec<(String, Precompress, PathBuf)>> = Mutex::new(Vec::new());

impl Site {
    /// The fixture at `/`.
    ///
    /// # Errors
    /// It cannot be pressed; the app has not been built.
    pub fn fixture() -> Result<Self> {
        Self::fixture_at("/")
    }

    /// The fixture under a base path.
    ///
    /// # Errors
    /// As [`Site::fixture`].
    pub fn fixture_at(base: &str) -> Result<Self> {
        // Compressed copies take seconds; the tests that need them ask for them.
        Self::made(base, Precompress::Nothing)
    }

    /// The fixture at `/`, with compressed copies of everything.
    ///
    /// # Errors
    /// As [`Site::fixture`].
    pub fn precompressed() -> Result<Self> {
        Self::made("/", Precompress::Everything)
    }

    fn made(base: &str, precompress: Precompress) -> Result<Self> {
        let mut pressed = PRESSED
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let site = Self {
            folder: temporary()?,
            base: base.to_owned(),
            app: App::Built,
            precompress,
        };
        let made = pressed
            .iter()
            .find(|(other, copies, _)| (other.as_str(), *copies) == (base, precompress));
        if let Some((_, _, folder)) = made {
            copy_folder(folder, site.folder.path())?;
            return Ok(site);
        }
        copy_folder(&fixtures().join("publication"), &site.content())?;
        for number in 1..=POSTS {
            site.write(&numbered(number), None)?;
            if number % 2 == 1 {
                site.write(&numbered_in_arabic(number), Some("ar"))?;
            }
        }
        site.press()?;
        let master = std::env::current_exe()?
            .with_extension("pressed")
            .join(pressed.len().to_string());
        if master.exists() {
            fs::remove_dir_all(&master)?;
        }
        copy_folder(site.folder.path(), &master)?;
        pressed.push((base.to_owned(), precompress, master));
        Ok(site)
    }

    /// The folder to serve.
    pub fn root(&self) -> PathBuf {
        self.folder.path().join("site")
    }

    /// A file of the site, as text.
    ///
    /// # Errors
    /// There is none.
    pub fn read(&self, path: &str) -> Result<String> {
        let mut file = self.root().join(path);
        if path.is_empty() || path.ends_with('/') {
            file = file.join("index.html");
        }
        fs::read_to_string(&file).with_context(|| format!("no {}", file.display()))
    }

    /// Publishes a post, or another text of it, in English.
    ///
    /// # Errors
    /// It cannot be pressed.
    pub fn publish(&self, post: &Post) -> Result<()> {
        self.write(post, None)?;
        self.press()
    }

    /// Publishes many posts at once.
    ///
    /// # Errors
    /// They cannot be pressed.
    pub fn publish_all(&self, posts: &[Post]) -> Result<()> {
        for post in posts {
            self.write(post, None)?;
        }
        self.press()
    }

    /// Readers can write to the publication, and nobody listens.
    ///
    /// # Errors
    /// It cannot be pressed.
    pub fn contact(&self) -> Result<()> {
        let nobody = crate::ports::free()?;
        self.settings(&format!(
            "[contact]\nemail = \"desk@example.org\"\nendpoint = \"http://127.0.0.1:{nobody}/\""
        ))
    }

    /// The base path.
    pub fn base(&self) -> String {
        self.base.clone()
    }

    /// Adds keys to the theme and files to the content.
    ///
    /// # Errors
    /// It cannot be pressed.
    pub fn dress(&self, theme: &str, files: &[(&str, &[u8])]) -> Result<()> {
        for (path, bytes) in files {
            fs::write(self.content().join(path), bytes)?;
        }
        let settings = self.content().join("site.toml");
        let text = fs::read_to_string(&settings)?;
        let table = "[theme]\n";
        anyhow::ensure!(text.contains(table), "the fixture has no theme to add to");
        fs::write(&settings, text.replacen(table, &[table, theme].concat(), 1))?;
        self.press()
    }

    /// Adds lines to the end of `site.toml`.
    ///
    /// # Errors
    /// It cannot be pressed.
    pub fn settings(&self, lines: &str) -> Result<()> {
        let settings = self.content().join("site.toml");
        let text = fs::read_to_string(&settings)?;
        fs::write(&settings, [&text, "\n", lines, "\n"].concat())?;
        self.press()
    }

    /// Adds a language, and one article in it.
    ///
    /// # Errors
    /// It cannot be pressed.
    pub fn translate(&self, lang: &str, post: &Post) -> Result<()> {
        self.write(post, Some(lang))?;
        self.settings(&format!("[[languages]]\ncode = \"{lang}\""))
    }

    /// Puts a file beside the posts; it is published with the next post that shows it.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn put(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let file = self.content().join("posts").join(name);
        fs::write(&file, bytes).with_context(|| format!("writing {}", file.display()))
    }

    /// Presses the same content with another app.
    ///
    /// # Errors
    /// It cannot be pressed.
    pub fn install(&mut self, app: App) -> Result<()> {
        self.app = app;
        self.press()
    }

    /// The id of the app's build, as pages name it.
    ///
    /// # Errors
    /// The front page does not name one.
    pub fn build_id(&self) -> Result<String> {
        let page = self.read("")?;
        let (_, rest) = page
            .split_once("<meta name=\"lamplight-build\" content=\"")
            .context("the front page names no build")?;
        Ok(rest.split('"').next().unwrap_or_default().to_owned())
    }

    /// The app's files of the present build, as the worker's list has them.
    ///
    /// # Errors
    /// There is no worker.
    pub fn app_files(&self) -> Result<Vec<String>> {
        let worker = self.read("sw.js")?;
        Ok(worker
            .split("\"url\":\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .map(str::to_owned)
            .collect())
    }

    fn content(&self) -> PathBuf {
        self.folder.path().join("content")
    }

    fn write(&self, post: &Post, lang: Option<&str>) -> Result<()> {
        let suffix = lang.map_or_else(String::new, |lang| format!(".{lang}"));
        let number = post
            .slug
            .rsplit('-')
            .next()
            .and_then(|n| n.parse::<u32>().ok());
        let category = match number {
            Some(number) if number % 3 == 0 => "town",
            _ => "sea",
        };
        let text = format!(
            "---\ntitle: \"{}\"\ndate: {}\ncategories: [{category}]\n---\n\n{}\n",
            post.title, post.date, post.text
        );
        let file = self
            .content()
            .join("posts")
            .join(format!("{}{suffix}.md", post.slug));
        fs::write(&file, text).with_context(|| format!("writing {}", file.display()))
    }

    fn press(&self) -> Result<()> {
        let app = self.app_folder()?;
        press(
            &self.content(),
            &app,
            &self.root(),
            &format!("https://lantern.example{}", self.base),
            self.precompress,
        )
    }

    /// The app's folder; a version that is not as built is made here.
    fn app_folder(&self) -> Result<PathBuf> {
        let dist = std::env::var_os("LAMPLIGHT_DIST").map_or_else(
            || Path::new(env!("CARGO_MANIFEST_DIR")).join("../dist"),
            PathBuf::from,
        );
        anyhow::ensure!(
            dist.join("index.html").is_file(),
            "the app is not built in {}: run `cargo xtask build`",
            dist.display()
        );
        let tag = match self.app {
            App::Built => return Ok(dist),
            App::Next => "next".to_owned(),
            App::Version(number) => format!("{number:04}"),
            App::Beginning(_) => "else".to_owned(),
        };
        let next = self.folder.path().join("next");
        if next.is_dir() {
            fs::remove_dir_all(&next)?;
        }
        copy_folder(&dist, &next)?;
        change_app(&next, &tag)?;
        if let App::Beginning(text) = self.app {
            let script = script_of_app(&next)?;
            fs::write(&script, [text, &fs::read_to_string(&script)?].concat())?;
        }
        Ok(next)
    }
}

/// One of the numbered posts.
fn numbered(number: u32) -> Post {
    // post-25 of 25 is of 25 March, the report of the 20th; the rest is older.
    let (month, day) = if number == POSTS {
        (3, 25)
    } else {
        (2, number)
    };
    let mut text = String::new();
    for paragraph in 1..=12 {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "Paragraph {paragraph} of post {number}: the lamp was lit, the door was left open, and \
             whoever came by could read what had been written there the evening before.\n"
        );
    }
    let other = (number % POSTS) + 1;
    let _ = writeln!(text, "See also [post {other}](/post-{other:02}/).");
    Post {
        slug: format!("post-{number:02}"),
        title: format!("Post number {number}"),
        date: format!("2026-{month:02}-{day:02}T09:00:00Z"),
        text,
    }
}

fn numbered_in_arabic(number: u32) -> Post {
    Post {
        title: format!("المقالة رقم {number}"),
        text: "أُضيء المصباح وتُرك الباب مفتوحًا، فقرأ كلّ من مرّ ما كُتب هناك مساء أمس.\n".repeat(3),
        ..numbered(number)
    }
}

/// Runs press as a library.
fn press(
    content: &Path,
    app: &Path,
    out: &Path,
    base_url: &str,
    precompress: Precompress,
) -> Result<()> {
    let options = lamplight_press::BuildOptions {
        content: content.to_owned(),
        app: app.to_owned().into(),
        out: out.to_owned(),
        base_url: Some(base_url.to_owned()),
        precompress,
        ..Default::default()
    };
    lamplight_press::build(&options).context("press refused the fixture")?;
    Ok(())
}

/// The script of the app itself: Trunk puts a digest into its name.
fn script_of_app(folder: &Path) -> Result<PathBuf> {
    let is = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str());
        let digest = name
            .and_then(|name| name.strip_prefix("lamplight-"))
            .and_then(|name| name.strip_suffix(".js"));
        digest.is_some_and(|digest| digest.bytes().all(|b| b.is_ascii_hexdigit()))
    };
    let mut paths = fs::read_dir(folder)?.flatten().map(|entry| entry.path());
    paths.find(is).context("the app has no script")
}

/// Gives every file of an app another digest without changing what it does; `tag` has four letters.
fn change_app(folder: &Path, tag: &str) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            change_app(&path, tag)?;
            continue;
        }
        let addition = match path.extension().and_then(|extension| extension.to_str()) {
            Some("css") => format!("\n/* the version {tag} */\n"),
            Some("js") => format!("\nvoid \"the version {tag}\";\n"),
            // A custom section: id 0, five bytes, a name of four.
            Some("wasm") => format!("\0\u{5}\u{4}{tag}"),
            _ => continue,
        };
        let mut bytes = fs::read(&path)?;
        bytes.extend_from_slice(addition.as_bytes());
        fs::write(&path, bytes)?;
    }
    Ok(())
}

fn temporary() -> Result<TempDir> {
    Ok(tempfile::Builder::new()
        .prefix("lamplight-site-")
        .tempdir()?)
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// Copies a folder with all that is in it; what is there already is kept or written over.
///
/// # Errors
/// Something cannot be read or written.
pub fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("no {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
