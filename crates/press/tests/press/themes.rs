//! The publication's look: colours, type, logo, its own style sheet.

use lamplight_model::seal;
use lamplight_press::{Kind, Severity::Error, Severity::Warning};

use crate::publication::{GIF, Publication, SITE};

const POST: &str = "---\ntitle: A\ndate: 2020-01-01\n---\nText.\n";
const LOGO: &[u8] = b"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 120 40\"/>";
const DARK: &[u8] =
    b"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 120 40\"><path d=\"M0 0\"/></svg>";

/// A publication with a theme.
fn dressed(theme: &str) -> Publication {
    Publication::new()
        .site(&SITE.replacen("[[", &format!("[theme]\n{theme}\n\n[["), 1))
        .post("a.md", POST)
}

fn sheet(publication: &Publication) -> String {
    let files = publication.files();
    let (path, bytes) = files
        .iter()
        .find(|(path, _)| path.ends_with(".css"))
        .expect("a style sheet");
    assert!(
        publication.read("sw.js").contains(path),
        "{path} is installed"
    );
    String::from_utf8(bytes.clone()).expect("UTF-8")
}

/// The line of the theme's first key.
const FIRST: Option<usize> = Some(7);

#[test]
fn a_theme_is_the_end_of_the_apps_style_sheet() {
    let publication = dressed(
        "accent = \"#123456\"\naccent_dark = \"#ABCDEF\"\nfont = \"sans\"\ncss = \"custom.css\"",
    )
    .file("custom.css", b"\xef\xbb\xbf.masthead { color: red }");
    publication.built();
    assert_eq!(
        sheet(&publication),
        ":root{--accent:#9a3d22}\nbody{margin:0}\n\
         :root{--accent:#123456;--accent-lit:#abcdef}\n\
         :root,:root *{--serif:var(--sans);--display:var(--sans)}\n\
         .prose,.editors-note,.footnotes{font-variant-numeric:normal}\n\
         .masthead { color: red }\n"
    );
    assert_eq!(publication.check().all(), []);
    let plain = dressed("");
    plain.built();
    assert_eq!(sheet(&plain), ":root{--accent:#9a3d22}\nbody{margin:0}\n");
}

#[test]
fn a_colour_that_cannot_be_read_is_a_warning_with_its_contrast_and_is_not_shown() {
    dressed("accent = \"#ffcc00\"").complains(
        Warning,
        Kind::Contrast,
        "site.toml",
        FIRST,
        "is 1.5, and 4.5",
    );
    let dim = dressed("accent_dark = \"#552211\"");
    dim.complains(
        Warning,
        Kind::Contrast,
        "site.toml",
        FIRST,
        "(#181513) is 1.4",
    );
    assert!(
        !sheet(&dim).contains("--accent-lit"),
        "the style sheet makes one"
    );
}

#[test]
fn the_papers_that_colours_are_measured_on_are_the_style_sheets() {
    let tokens = include_str!("../../../../style/tokens.css");
    assert_eq!(tokens.matches("--paper: #fdfcfa;").count(), 1);
    assert_eq!(tokens.matches("--paper: #181513;").count(), 2);
}

#[test]
fn what_the_theme_cannot_use_is_told_with_its_line() {
    for (theme, text) in [
        ("accent = \"red\"", "#rrggbb"),
        ("font = \"Comic\"", "font = \"sans\""),
        ("logo_alone = true", "needs a `logo`"),
        ("css = \"none.css\"", "no file `none.css`"),
        ("css = 3", "no file `3`"),
    ] {
        dressed(theme).complains(Error, Kind::Config, "site.toml", FIRST, text);
    }
    dressed("akzent = \"#333333\"").complains(
        Warning,
        Kind::UnknownKey,
        "site.toml",
        FIRST,
        "`accent`?",
    );
    let moved = Publication::new()
        .site(&format!("accent = \"#123456\"\n{SITE}"))
        .post("a.md", POST);
    moved.complains(Error, Kind::Config, "site.toml", Some(1), "[theme]");
    let flat = Publication::new()
        .site(&format!("theme = \"sans\"\n{SITE}"))
        .post("a.md", POST);
    flat.complains(Error, Kind::Config, "site.toml", Some(1), "a table");
}

#[test]
fn a_logo_stands_beside_the_title_with_its_size_and_is_installed_with_the_app() {
    let publication = dressed("logo = \"logo.svg\"").file("logo.svg", LOGO);
    publication.built();
    let path = format!("assets/logo-{}.svg", seal::digest(LOGO));
    assert_eq!(publication.files()[&path], LOGO);
    assert!(publication.read("sw.js").contains(&path));
    let link = format!(
        "<a class=\"masthead-title\" href=\"/\"><img class=\"masthead-logo\" src=\"/{path}\" alt=\"\" width=\"120\" height=\"40\" decoding=\"sync\"><span>The Wire</span></a>"
    );
    for page in ["a/index.html", "404.html"] {
        assert!(publication.read(page).contains(&link), "{page}");
    }
}

#[test]
fn a_logo_alone_says_the_title_and_may_be_another_on_dark_paper() {
    let publication =
        dressed("logo = \"/art/logo.svg\"\nlogo_dark = \"art/dark.svg\"\nlogo_alone = true")
            .file("art/logo.svg", LOGO)
            .file("art/dark.svg", DARK);
    publication.built();
    let html = publication.read("fr/index.html");
    for (class, bytes) in [("only-light", LOGO), ("only-dark", DARK)] {
        let image = format!(
            "<img class=\"masthead-logo {class}\" src=\"/assets/logo-{}.svg\" alt=\"The Wire\"",
            seal::digest(bytes)
        );
        assert!(html.contains(&image), "{html}");
    }
    assert!(!html.contains("<span>The Wire"));
}

#[test]
fn a_logo_that_cannot_be_shown_is_refused() {
    let refused = |name: &str, bytes: &[u8], text: &str| {
        dressed(&format!("logo = \"{name}\""))
            .file(name, bytes)
            .complains(Error, Kind::BadImage, "site.toml", FIRST, text);
    };
    refused(
        "logo.svg",
        b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
        "how large it is",
    );
    refused(
        "logo.svg",
        b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>",
        "script",
    );
    refused("logo.gif", b"no gif", "no image");
    refused("logo.pdf", b"%PDF", "no picture");
    dressed("logo = \"../logo.gif\"").complains(
        Error,
        Kind::BadImage,
        "site.toml",
        FIRST,
        "no file",
    );
    let outside = dressed("logo = \"../dist/index.html\"");
    outside.complains(
        Error,
        Kind::BadImage,
        "site.toml",
        FIRST,
        "outside the publication",
    );
}

#[test]
fn pictures_and_fonts_of_the_style_sheet_are_published_by_their_digests() {
    let css = "@namespace svg url(http://www.w3.org/2000/svg);\n/* url(none.gif) */\n\
        @font-face { font-family: A; src: local(\"A\"), url('f/a.woff2') format(\"woff2\") }\n\
        .a { background: url( f/map.gif ) ; mask: url(#m); content: \"url(x)\" }\n\
        .b { background: image-set(\"f/map.gif\" 1x type(\"image/gif\"), url(\"/map%20two.gif?v=2#x\") 2x) }\n\
        @media print { .c { background: url(data:image/gif;base64,R0lG) } }";
    let font = b"wOF2rest";
    let other = [GIF, b"\0"].concat();
    let publication = dressed("css = \"look/custom.css\"")
        .file("look/custom.css", css.as_bytes())
        .file("look/f/a.woff2", font)
        .file("look/f/map.gif", GIF)
        .file("map two.gif", &other);
    publication.built();
    assert_eq!(publication.check().all(), []);
    let sheet = sheet(&publication);
    let name = |bytes: &[u8], kind: &str| format!("theme-{}.{kind}", seal::digest(bytes));
    let (font, map, two) = (name(font, "woff2"), name(GIF, "gif"), name(&other, "gif"));
    for file in [&font, &map, &two] {
        assert!(
            publication.files().contains_key(&format!("assets/{file}")),
            "{file}"
        );
        assert!(publication.read("sw.js").contains(file.as_str()), "{file}");
    }
    for part in [
        "@namespace svg url(http://www.w3.org/2000/svg);\n/* url(none.gif) */".to_owned(),
        format!("local(\"A\"), url(\"{font}\") format(\"woff2\")"),
        format!("background: url(\"{map}\") ; mask: url(#m); content: \"url(x)\""),
        format!("image-set(\"{map}\" 1x type(\"image/gif\"), url(\"{two}#x\") 2x)"),
        "url(data:image/gif;base64,R0lG)".to_owned(),
    ] {
        assert!(sheet.contains(&part), "{part} is not in {sheet}");
    }
}

#[test]
fn a_style_sheet_that_would_load_from_elsewhere_or_is_broken_is_refused_at_its_line() {
    let broken = |css: &str, line: usize, text: &str| {
        dressed("css = \"custom.css\"")
            .file("custom.css", css.as_bytes())
            .complains(Error, Kind::Config, "custom.css", Some(line), text);
    };
    broken(
        "a{}\n@import url(https://fonts.example/a.css);",
        2,
        "`@import`",
    );
    broken(
        "@IMPORT \"b.css\" screen;\na { color: red }",
        1,
        "`@import`",
    );
    broken(
        "a{}\n\n.b { background: url(HTTP://a.example/b.gif) }",
        3,
        "elsewhere",
    );
    broken(
        ".b { background: url(\"//a.example/b.gif\") }",
        1,
        "elsewhere",
    );
    broken(
        ".b { background: image-set('https://a.example/b.gif' 1x) }",
        1,
        "elsewhere",
    );
    broken(
        "@font-face { src: \\75rl(\n https://a.example/f.woff2) }",
        1,
        "elsewhere",
    );
    broken(
        "@font-face { src: url(data:font/woff2;base64,AA) }",
        1,
        "elsewhere",
    );
    broken("a { --x: url(none.gif) }", 1, "no file `none.gif`");
    broken(
        "a { background: url(site.toml) }",
        1,
        "browsers do not show",
    );
    broken("\na { content: \"b\n }", 2, "has no end");
    broken("a {}\nb {\n color: red", 2, "has no end");
    broken("a {}\nb {} /* c", 2, "has no end");
    broken("a { } }", 1, "closes that was not open");
    let font = dressed("css = \"custom.css\"")
        .file("custom.css", b"@font-face { src: url(a.woff2) }")
        .file("a.woff2", b"<html>");
    font.complains(Error, Kind::Config, "custom.css", Some(1), "no font");
}

#[test]
fn development_shows_the_theme_and_the_pages_too() {
    let publication = dressed("accent = \"#123456\"\nlogo = \"logo.svg\"\ncss = \"custom.css\"")
        .file("logo.svg", LOGO)
        .file("custom.css", b".a { background: url(logo.svg) }")
        .file("pages/about.md", b"---\ntitle: About\n---\nText.\n");
    let dist = publication.path("dist");
    lamplight_press::build(&lamplight_press::BuildOptions {
        dev: true,
        app: dist.clone().into(),
        out: dist.clone(),
        ..publication.options()
    })
    .expect("builds");
    let read = |path: &str| std::fs::read_to_string(dist.join(path)).expect(path);
    let index = read("index.html");
    let links: Vec<&str> = index.split("rel=\"stylesheet\" href=\"/").skip(1).collect();
    let theme = links
        .last()
        .and_then(|rest| rest.split('"').next())
        .expect("a link");
    let sheet = read(theme);
    assert!(
        theme.starts_with("assets/theme-") && links.len() == 4,
        "behind the app's own: {index}"
    );
    let logo = seal::digest(LOGO);
    assert_eq!(
        sheet,
        format!(":root{{--accent:#123456}}\n.a {{ background: url(\"theme-{logo}.svg\") }}\n")
    );
    assert_eq!(read(&format!("assets/theme-{logo}.svg")).as_bytes(), LOGO);
    assert_eq!(read(&format!("assets/logo-{logo}.svg")).as_bytes(), LOGO);
    assert!(index.contains(&format!("\"logo\":{{\"src\":\"assets/logo-{logo}.svg\"")));
    assert!(index.contains("\"pages\":[{\"id\":\"about\",\"names\":{\"en\":\"About\"}}]"));
    assert!(read("articles/about.en.json").contains("\"page\":true"));
}
