//! Building again: whatever was edited, the output is that of a build from nothing; what did not
//! change is left as it is.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::SystemTime;

use lamplight_press::{BuildError, Report, build};
use lamplight_synthetic::Publication as Synthetic;
use proptest::prelude::*;

use crate::publication::{GIF, Publication, files_of, warned};

/// A made-up publication of some posts, with a post whose link leads nowhere.
fn shelf(posts: usize) -> Publication {
    let images = vec![("map.gif".to_owned(), GIF.to_vec())];
    let made = Synthetic {
        seed: 3,
        posts,
        images,
    };
    made.files()
        .fold(Publication::new(), |publication, file| {
            publication.file(&file.path, &file.bytes)
        })
        .post(
            "dead.md",
            "---\ntitle: Dead\ndate: 2011-01-01\n---\n[Nowhere](/nowhere/).\n",
        )
}

/// The Markdown files of the posts folder, in order.
fn posts(publication: &Publication) -> Vec<String> {
    files_of(&publication.path("content/posts"))
        .into_keys()
        .collect()
}

/// Builds without the cache into a folder of its own.
fn clean(publication: &Publication) -> (Report, BTreeMap<String, Vec<u8>>) {
    let (cache, aside) = (
        publication.path("content/.press-cache"),
        publication.path("cache-aside"),
    );
    fs::rename(&cache, &aside).expect("there is a cache");
    let mut options = publication.options();
    options.out = publication.path("clean");
    let _ = fs::remove_dir_all(&options.out);
    let report = build(&options).expect("builds");
    let _ = fs::remove_dir_all(&cache);
    fs::rename(&aside, &cache).expect("moves back");
    (report, files_of(&options.out))
}

/// Expects the output to be that of a build from nothing, and the report to tell the same.
fn same_as_clean(publication: &Publication, report: &Report) {
    let (wanted_report, wanted) = clean(publication);
    let found = publication.files();
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&found), names(&wanted));
    for (name, bytes) in &wanted {
        assert!(found[name] == *bytes, "{name} is not that of a clean build");
    }
    assert_eq!(report.diagnostics, wanted_report.diagnostics);
    assert_eq!(
        (report.articles, report.pages, report.feeds, report.media),
        (
            wanted_report.articles,
            wanted_report.pages,
            wanted_report.feeds,
            wanted_report.media
        )
    );
}

fn times(folder: &Path) -> BTreeMap<String, SystemTime> {
    let modified = |name: &str| fs::metadata(folder.join(name)).and_then(|found| found.modified());
    files_of(folder)
        .into_keys()
        .map(|name| (name.clone(), modified(&name).expect("has a time")))
        .collect()
}

/// Something an author or a publisher does between two builds.
#[derive(Clone, Debug)]
enum Edit {
    Change(usize),
    /// One letter for another: the length stays.
    Letter(usize),
    Retitle(usize),
    Add(u8),
    Delete(usize),
    Rename(usize),
    Category(usize),
    Settings(u8),
    Image(u8),
    App(u8),
    Page(u8),
}

fn edit() -> impl Strategy<Value = Edit> {
    let at = || 0..1000_usize;
    let small = || 0..9_u8;
    prop_oneof![
        at().prop_map(Edit::Change),
        at().prop_map(Edit::Letter),
        at().prop_map(Edit::Retitle),
        small().prop_map(Edit::Add),
        at().prop_map(Edit::Delete),
        at().prop_map(Edit::Rename),
        at().prop_map(Edit::Category),
        small().prop_map(Edit::Settings),
        small().prop_map(Edit::Image),
        small().prop_map(Edit::App),
        small().prop_map(Edit::Page),
    ]
}

fn apply(publication: &mut Publication, edit: &Edit) {
    let names = posts(publication);
    let pick = |at: usize| {
        publication
            .path("content/posts")
            .join(&names[at % names.len()])
    };
    let rewrite = |at: usize, with: &dyn Fn(String) -> String| {
        let path = pick(at);
        let text = fs::read_to_string(&path).expect("reads");
        fs::write(path, with(text)).expect("writes");
    };
    match edit {
        Edit::Change(at) => rewrite(*at, &|text| text + "\nOne more [line](/dead/).\n"),
        Edit::Letter(at) => rewrite(*at, &|text| match text.strip_suffix(".\n") {
            Some(rest) => rest.to_owned() + "!\n",
            None => text + ".\n",
        }),
        Edit::Retitle(at) => rewrite(*at, &|text| {
            text.replacen("title: ", "title: x", 1)
                .replacen("x\"", "\"x", 1)
        }),
        Edit::Delete(at) if names.len() > 2 => fs::remove_file(pick(*at)).expect("deletes"),
        Edit::Rename(at) => {
            let path = pick(*at);
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .expect("a name");
            fs::rename(&path, path.with_file_name(format!("r-{name}"))).expect("renames");
        }
        Edit::Category(at) => rewrite(*at, &|text| {
            text.replacen("categories: [", "categories: [new, ", 1)
        }),
        Edit::Delete(_) => {}
        Edit::Add(n) => {
            let text = format!(
                "---\ntitle: Added {n}\ndate: 2030-01-0{}\n---\n![A map](/media/map.gif)\n",
                n + 1
            );
            fs::write(
                publication
                    .path("content/posts")
                    .join(format!("added-{n}.md")),
                text,
            )
            .expect("writes");
        }
        Edit::Settings(n) => {
            let path = publication.path("content/site.toml");
            let text = fs::read_to_string(&path).expect("reads");
            let (_, rest) = text.split_once('\n').expect("has lines");
            fs::write(path, format!("title = \"Shelf {n}\"\n{rest}")).expect("writes");
        }
        Edit::Image(n) => {
            let mut bytes = GIF.to_vec();
            bytes.push(*n);
            fs::write(publication.path("content/media/map.gif"), bytes).expect("writes");
        }
        Edit::App(n) => {
            fs::write(
                publication.path("dist/base-2.css"),
                format!("body{{margin:{n}px}}\n"),
            )
            .expect("writes");
        }
        Edit::Page(n) => {
            fs::create_dir_all(publication.path("content/pages")).expect("a folder");
            fs::write(
                publication.path("content/pages/about.md"),
                format!("---\ntitle: About {n}\n---\nUs.\n"),
            )
            .expect("writes");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn after_any_edits_the_output_is_that_of_a_clean_build(rounds in prop::collection::vec(prop::collection::vec(edit(), 1..3), 1..4)) {
        let mut publication = shelf(12);
        let mut report = publication.built();
        for edits in &rounds {
            for edit in edits {
                apply(&mut publication, edit);
            }
            report = publication.built();
        }
        same_as_clean(&publication, &report);
    }
}

#[test]
fn what_did_not_change_is_neither_written_nor_touched_and_warnings_stay() {
    let publication = shelf(12);
    let first = publication.built();
    assert_eq!(warned(&first.diagnostics).len(), 1);
    let before = times(&publication.path("site"));
    let again = publication.built();
    assert_eq!((again.written, again.deleted), (0, 0));
    assert_eq!(again.diagnostics, first.diagnostics);
    assert_eq!(times(&publication.path("site")), before);

    let mut publication = publication;
    let dead = posts(&publication)
        .iter()
        .position(|name| name == "dead.md")
        .expect("is there");
    apply(&mut publication, &Edit::Letter(dead));
    let edited = publication.built();
    let after = times(&publication.path("site"));
    assert!(after.keys().eq(before.keys()));
    let changed: Vec<&str> = after
        .iter()
        .filter(|(name, time)| before[*name] != **time)
        .map(|(name, _)| name.as_str())
        .collect();
    // The post, the lists that its digest is in, and the edition.
    assert_eq!(
        changed,
        [
            "archive/en.json",
            "articles/dead.en.json",
            "dead/index.html",
            "edition.json",
            "feed.json",
            "feed.xml",
            "index.html"
        ]
    );
    assert_eq!((edited.written, edited.deleted), (changed.len(), 0));
    same_as_clean(&publication, &edited);
}

#[test]
fn an_output_that_was_meddled_with_is_mended() {
    let publication = shelf(6);
    publication.built();
    let site = publication.path("site");
    let whole = publication.files();
    let article = whole
        .keys()
        .find(|name| name.starts_with("articles/"))
        .expect("an article")
        .clone();
    fs::remove_file(site.join(&article)).expect("deletes");
    fs::write(site.join("index.html"), "<p>Not ours</p>").expect("writes");
    fs::create_dir_all(site.join("stray")).expect("a folder");
    fs::write(site.join("stray/file.txt"), "x").expect("writes");
    let report = publication.built();
    assert_eq!((report.written, report.deleted), (2, 1));
    assert!(publication.files() == whole);
    assert!(!site.join("stray").exists());
}

#[test]
fn a_damaged_or_lost_cache_costs_time_and_nothing_else() {
    let publication = shelf(6);
    publication.built();
    let whole = publication.files();
    let cache = publication.path("content/.press-cache");
    for name in files_of(&cache).into_keys() {
        let path = cache.join(name);
        let mut bytes = fs::read(&path).expect("reads");
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(&path, bytes).expect("writes");
    }
    publication.built();
    assert!(publication.files() == whole);
    fs::remove_dir_all(&cache).expect("deletes");
    publication.built();
    assert!(publication.files() == whole);
}

#[test]
fn an_interrupted_update_is_repaired_by_the_next_build() {
    let mut publication = shelf(6);
    publication.built();
    apply(&mut publication, &Edit::Settings(5));
    publication.built();
    let whole = publication.files();
    // As a run leaves it that ends while files are moved: no record, and some files are old.
    let cache = publication.path("content/.press-cache");
    for name in files_of(&cache)
        .into_keys()
        .filter(|name| name.starts_with("output-"))
    {
        fs::remove_file(cache.join(name)).expect("deletes");
    }
    fs::write(publication.path("site/index.html"), "<p>Old</p>").expect("writes");
    publication.built();
    assert!(publication.files() == whole);
}

#[test]
fn an_error_in_an_edit_leaves_the_output_and_what_is_known_of_it() {
    let publication = shelf(6);
    publication.built();
    let before = times(&publication.path("site"));
    let publication = publication.post("bad.md", "---\ntitle: No date\n---\n");
    assert!(matches!(publication.build(), Err(BuildError::Content(_))));
    assert_eq!(times(&publication.path("site")), before);
    fs::remove_file(publication.path("content/posts/bad.md")).expect("deletes");
    assert_eq!(publication.built().written, 0);
}

#[test]
fn an_edit_takes_one_batch_of_the_search_index_apart_and_old_ones_are_forgotten() {
    let mut publication = shelf(100);
    publication.built();
    let folder = publication.path("content/.press-cache/search");
    let batches = || -> Vec<String> {
        let names = files_of(&folder).into_keys();
        names.filter(|name| name != "lists").collect()
    };
    let first = batches();
    assert!(first.len() > 3, "{first:?}");
    apply(&mut publication, &Edit::Change(60));
    let report = publication.built();
    let second = batches();
    let new: Vec<_> = second.iter().filter(|name| !first.contains(name)).collect();
    assert_eq!(new.len(), 1);
    same_as_clean(&publication, &report);

    for edit in [
        Edit::Add(1),
        Edit::Delete(50),
        Edit::Retitle(7),
        Edit::Delete(0),
    ] {
        apply(&mut publication, &edit);
        publication.built();
    }
    for round in 0..12 {
        apply(&mut publication, &Edit::Change(round * 8));
        publication.built();
    }
    // What was made of all batches is damaged.
    let lists = folder.join("lists");
    let mut bytes = fs::read(&lists).expect("reads");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&lists, bytes).expect("writes");
    apply(&mut publication, &Edit::Change(3));
    let report = publication.built();
    same_as_clean(&publication, &report);
    assert!(batches().len() <= 2 * (first.len() + 2), "{:?}", batches());
}
