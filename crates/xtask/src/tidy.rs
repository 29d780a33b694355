//! Guards of the layout: what ARCHITECTURE.md and the design promise about the sources.

use std::path::{Path, PathBuf};

use crate::run::root;

const MAX_LINES: usize = 600;
const MAX_WORKER_LINES: usize = 249;

/// Every source file of the project with one of the extensions, relative to the root.
fn sources(extensions: &[&str]) -> Vec<(PathBuf, String)> {
    let root = root();
    let mut found = Vec::new();
    for folder in ["src", "crates", "tests", "public", "style"] {
        collect(&root.join(folder), extensions, &mut found);
    }
    found.sort();
    found
        .into_iter()
        .map(|path| {
            let text = read(&path);
            let name = path.strip_prefix(&root).unwrap_or(&path).to_path_buf();
            (name, text)
        })
        .collect()
}

fn collect(folder: &Path, extensions: &[&str], found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            if !path.ends_with("target") && !path.ends_with("node_modules") {
                collect(&path, extensions, found);
            }
        } else if path
            .extension()
            .and_then(|extension| extension.to_str())
            .is_some_and(|extension| extensions.contains(&extension))
        {
            found.push(path);
        }
    }
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn check(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

#[test]
fn every_crate_is_on_the_map() {
    let map = read(&root().join("ARCHITECTURE.md"));
    let mut problems = Vec::new();
    let crates = std::fs::read_dir(root().join("crates")).expect("crates/ is there");
    for entry in crates.flatten() {
        let name = format!("crates/{}", entry.file_name().to_string_lossy());
        if entry.path().join("Cargo.toml").is_file() && !map.contains(&name) {
            problems.push(format!("ARCHITECTURE.md does not mention `{name}`"));
        }
    }
    check(&problems);
}

#[test]
fn browser_types_stay_in_their_folder() {
    let outside = |path: &Path| {
        let folders = ["src/browser", "crates/translator/src/browser"];
        !folders.iter().any(|folder| path.starts_with(folder))
    };
    let mut problems = Vec::new();
    for (path, text) in sources(&["rs"]) {
        let folders = ["src", "crates/reader", "crates/translator/src"];
        let in_app = folders.iter().any(|folder| path.starts_with(folder));
        if !in_app || !outside(&path) {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            if code.contains("web_sys") || code.contains("gloo") {
                problems.push(format!(
                    "{}:{}: web_sys and gloo belong in a folder src/browser",
                    path.display(),
                    number + 1
                ));
            }
        }
    }
    check(&problems);
}

#[test]
fn no_source_file_is_too_long_to_read() {
    let mut problems = Vec::new();
    for (path, text) in sources(&["rs", "js", "css"]) {
        let limit = if path.ends_with("public/sw.js") {
            MAX_WORKER_LINES
        } else {
            MAX_LINES
        };
        let lines = text.lines().count();
        if lines > limit {
            problems.push(format!(
                "{}: {lines} lines, more than {limit}",
                path.display()
            ));
        }
    }
    check(&problems);
}

/// Left and right are where a script has them: what begins and ends, CSS calls `inline-start` and `inline-end`.
#[test]
fn no_style_sheet_knows_left_from_right() {
    let mut problems = Vec::new();
    for (path, text) in sources(&["css"]) {
        if !path.starts_with("style") {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            let declarations = line.split(['{', '}', ';']).map(str::trim);
            for declaration in declarations.filter(|one| is_physical(one)) {
                let place = format!("{}:{}", path.display(), number + 1);
                problems.push(format!("{place}: `{declaration}` is not logical"));
            }
        }
    }
    check(&problems);
    for physical in [
        "margin-left: 1rem",
        "border-top-right-radius: 3px",
        "left: 0",
        "text-align: right",
        "padding: 1px 2px 3px 4px",
        "transform: translateX(1px)",
        "background-position: right top",
        "width: 1px",
    ] {
        assert!(is_physical(physical), "{physical}");
    }
    for logical in [
        "padding: 1px 2px 3px 2px",
        "text-align: start",
        "margin-inline: 1rem 2rem",
        "a:hover .left, .right",
        "@media (max-width: 47.99em)",
        "margin: calc(1px + 2px) auto 0",
    ] {
        assert!(!is_physical(logical), "{logical}");
    }
}

/// Whether a declaration says left or right (or a width that is a height in vertical scripts).
fn is_physical(declaration: &str) -> bool {
    let Some((name, value)) = declaration.split_once(':') else {
        return false;
    };
    let (name, value) = (name.trim(), value.trim());
    let sided = |text: &str| {
        text.split(['-', ' ', ','])
            .any(|word| ["left", "right"].contains(&word))
    };
    if !name.chars().all(|c| c.is_ascii_lowercase() || c == '-') || name.starts_with("--") {
        return false;
    }
    if [
        "width",
        "height",
        "min-width",
        "max-width",
        "min-height",
        "max-height",
    ]
    .contains(&name)
    {
        return true;
    }
    let by_side = [
        "text-align",
        "float",
        "clear",
        "background-position",
        "transform-origin",
        "object-position",
    ];
    if sided(name) || by_side.contains(&name) && sided(value) || value.contains("translateX(") {
        return true;
    }
    let four = [
        "margin",
        "padding",
        "inset",
        "border-width",
        "border-style",
        "border-color",
    ];
    let sides = parts(value);
    four.contains(&name) && sides.len() == 4 && sides[1] != sides[3]
}

/// The parts of a value between spaces that stand in no brackets.
fn parts(value: &str) -> Vec<&str> {
    let (mut depth, mut out, mut start) = (0, Vec::new(), 0);
    for (at, c) in value.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ' ' if depth == 0 => {
                out.push(&value[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    out.push(&value[start..]);
    out.retain(|part| !part.is_empty());
    out
}

#[test]
fn every_module_says_what_it_is_for() {
    let mut problems = Vec::new();
    for (path, text) in sources(&["rs"]) {
        if !text.starts_with("//!") {
            problems.push(format!("{}: does not begin with `//!`", path.display()));
        }
    }
    check(&problems);
}

#[test]
fn every_field_on_the_wire_is_in_the_format_document() {
    let formats = read(&root().join("docs/formats.md"));
    let mut problems = Vec::new();
    for file in ["article", "edition", "feed", "site"] {
        let path = root().join(format!("crates/model/src/{file}.rs"));
        for name in wire_names(&read(&path), file == "feed") {
            let mentioned = formats
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .any(|word| word == name);
            if !mentioned {
                problems.push(format!(
                    "docs/formats.md does not mention {file}'s `{name}`"
                ));
            }
        }
    }
    check(&problems);
}

/// The fields that a source file declares; of a feed's only the extensions', the rest is standard.
fn wire_names(source: &str, extensions_only: bool) -> Vec<String> {
    let mut names = Vec::new();
    let mut counts = true;
    for line in source.lines() {
        if let Some(rest) = line.strip_prefix("pub struct ") {
            counts = !extensions_only || rest.contains("Extension");
        }
        let field = line
            .strip_prefix("    pub ")
            .and_then(|rest| rest.split_once(':'))
            .map(|(name, _)| name)
            .filter(|name| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'));
        names.extend(field.filter(|_| counts).map(str::to_owned));
    }
    names
}
