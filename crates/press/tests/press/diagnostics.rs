//! One invalid publication for every kind of diagnostic.

use lamplight_press::Kind;
use lamplight_press::Severity::{Error, Warning};

use crate::publication::{GIF, Publication, SITE};

fn with(post: &str) -> Publication {
    Publication::new().post("a.md", post)
}

fn site(more: &str) -> Publication {
    let toml = format!("{more}\n{SITE}");
    Publication::new()
        .site(&toml)
        .post("a.md", "---\ntitle: A\ndate: 2020-01-01\n---\nText.\n")
}

#[test]
fn settings_that_are_absent_or_no_toml_are_an_error() {
    let publication = Publication::new().site("title = The Wire\n");
    let publication = publication.post("a.md", "---\ntitle: A\ndate: 2020-01-01\n---\nText.\n");
    publication.complains(Error, Kind::Config, "site.toml", Some(1), "no valid TOML");
    std::fs::remove_file(publication.path("content/site.toml")).expect("removed");
    publication.complains(Error, Kind::Config, "site.toml", None, "press new site ");
    // Without settings nothing is said of the posts, whose languages and folder nobody knows.
    let publication = Publication::new().site("title = The Wire\n");
    let publication = publication.post("a.fr.md", "No title\n");
    publication.complains(Error, Kind::Config, "site.toml", Some(1), "no valid TOML");
    std::fs::remove_dir_all(publication.path("content")).expect("removed");
    publication.complains(Error, Kind::Config, "site.toml", None, "press new site ");
}

#[test]
fn an_address_that_the_command_was_given_is_the_commands_mistake() {
    let publication = site("");
    let options = lamplight_press::BuildOptions {
        base_url: Some("foo".into()),
        ..publication.options()
    };
    let found = lamplight_press::check(&options);
    assert!(
        found
            .render(true)
            .starts_with("--base-url: error: `foo` is no address of a site.\n"),
        "{}",
        found.render(true)
    );
}

#[test]
fn a_value_that_cannot_be_used_is_quoted_beside_what_can() {
    for (theme, text) in [
        (
            "accent = \"blue\"",
            "`accent` is the text \"blue\".\n    Write a colour as #rrggbb",
        ),
        (
            "font = \"comic\"",
            "`font` is the text \"comic\".\n    Write font = \"serif\" or",
        ),
    ] {
        let toml = format!("{SITE}\n[theme]\n{theme}\n");
        let line = toml.lines().count();
        let publication = site("").site(&toml);
        publication.complains(Error, Kind::Config, "site.toml", Some(line), text);
    }
    with("---\ntitle: A\ndate: 2020-01-01\ndraft: maybe\n---\nText.\n").complains(
        Error,
        Kind::WrongType,
        "posts/a.md",
        Some(4),
        "`draft` is the text \"maybe\".\n    Write true or false",
    );
}

#[test]
fn front_matter_without_its_fences_is_taken_for_that() {
    let text = "looks like front matter without its fences";
    for post in [
        "title: A\ndate: 2020-01-01\n\nText\n",
        "\ntitle: A\n---\n# B\n",
    ] {
        with(post).complains(Error, Kind::FrontMatter, "posts/a.md", Some(1), text);
    }
    let whole = Publication::new().post("2020-01-01-a.md", "source: none\n\n# A\n");
    assert_eq!(whole.check().all(), []);
}

#[test]
fn a_file_of_almost_that_name_is_offered() {
    let post = "---\ntitle: A\ndate: 2020-01-01\n---\n";
    with(&format!("{post}![x](/photo.jpg)\n"))
        .file("media/Photo.JPG", b"")
        .complains(
            Error,
            Kind::MissingFile,
            "posts/a.md",
            Some(5),
            "Did you mean `/Photo.JPG`?",
        );
    with(&format!("{post}[x](reprot.pdf)\n"))
        .file("posts/report.pdf", b"%PDF")
        .complains(
            Warning,
            Kind::DeadLink,
            "posts/a.md",
            Some(5),
            "there is no such file.\n    Did you mean `report.pdf`?",
        );
    with(&format!("{post}[x](none.pdf)\n"))
        .file("posts/some-other.pdf", b"%PDF")
        .complains(
            Warning,
            Kind::DeadLink,
            "posts/a.md",
            Some(5),
            "Put it beside",
        );
}

#[test]
fn settings_that_cannot_be_used_are_an_error() {
    site("keep_newest = \"all\"").complains(
        Error,
        Kind::Config,
        "site.toml",
        Some(1),
        "whole number",
    );
    site("short_name = [\"a\"]").complains(Error, Kind::Config, "site.toml", Some(1), "a list");
    for (toml, text) in [
        ("base_url = \"https://a.example\"\n", "no title"),
        (
            "title = \"A\"\nbase_url = \"a.example\"\n",
            "scheme and host",
        ),
        (
            "title = \"A\"\nbase_url = \"https://a.example\"\nlanguages = [\"x y\"]\n",
            "no language code",
        ),
        (
            "title = \"A\"\nbase_url = \"https://a.example\"\nlanguages = [\"en\", \"EN\"]\n",
            "listed twice",
        ),
        (
            "title = \"A\"\nbase_url = \"https://a.example\"\nlanguages = 3\n",
            "a list of codes",
        ),
        (
            "title = \"A\"\nbase_url = \"https://a.example\"\nlanguages = [\"media\"]\n",
            "no language code",
        ),
        (
            "title = \"A\"\nbase_url = \"https://a.example\"\nlanguages = [{ code = \"en\", dir = \"up\" }]\n",
            "\"ltr\" or \"rtl\"",
        ),
        (
            "title = \"A\"\nbase_url = \"https://a.example\"\ncategories = [\"a\", \"A\"]\n",
            "listed twice",
        ),
        (
            "title = \"A\"\nbase_url = \"https://a.example\"\ncategories = [{}]\n",
            "no id",
        ),
    ] {
        let publication = Publication::new().site(toml);
        let publication = publication.post("a.md", "---\ntitle: A\ndate: 2020-01-01\n---\nText.\n");
        let found = publication.check();
        assert_eq!(found.errors(), 1, "{toml}: {}", found.render(true));
        assert!(
            found.render(true).contains(text),
            "{toml}: {}",
            found.render(true)
        );
    }
}

#[test]
fn an_unknown_key_of_the_settings_is_a_warning_with_the_nearest_known_one() {
    site("langauges = [\"en\"]").complains(
        Warning,
        Kind::UnknownKey,
        "site.toml",
        Some(1),
        "`languages`?",
    );
}

#[test]
fn a_publication_without_posts_is_a_warning_and_without_a_folder_an_error() {
    let publication = Publication::new();
    publication.complains(Warning, Kind::NoPosts, "posts", None, "no posts");
    std::fs::remove_dir(publication.path("content/posts")).expect("removed");
    publication.complains(Error, Kind::NoPosts, "posts", None, "no such folder");
}

#[test]
fn a_file_that_is_no_text_is_an_error() {
    let publication = Publication::new().file("posts/a.md", b"\xff\xfe\x00");
    publication.complains(Error, Kind::Unreadable, "posts/a.md", None, "UTF-8");
}

#[test]
fn front_matter_that_cannot_be_read_is_an_error_on_its_line() {
    let at = |post: &str, line, text| {
        with(post).complains(Error, Kind::FrontMatter, "posts/a.md", Some(line), text);
    };
    at("---\ntitle: A\n", 1, "no end");
    at(
        "---\ndate: 2020-01-01\ntitle: A: b\n---\nText.\n",
        3,
        "quotation marks",
    );
    at(
        "+++\ndate = 2020-01-01\ntitle = A\n+++\nText.\n",
        3,
        "title = \"The sea\"",
    );
    at("---\n- a\n---\nText.\n", 2, "key: value");
}

#[test]
fn a_key_that_is_written_twice_is_a_warning() {
    with("---\ntitle: A\ntitle: B\ndate: 2020-01-01\n---\nText.\n").complains(
        Warning,
        Kind::FrontMatter,
        "posts/a.md",
        Some(3),
        "twice",
    );
}

#[test]
fn a_value_of_the_wrong_type_is_an_error_on_its_line() {
    for (line, text) in [
        ("tags: {a: b}", "a list of texts"),
        ("authors: [[a]]", "a list of texts"),
        ("description: [a]", "is a list"),
        ("draft: perhaps", "true or false"),
        ("source: [a]", "source: {"),
        ("source: {name: A, url: a.example}", "https://"),
    ] {
        with(&format!(
            "---\ntitle: A\ndate: 2020-01-01\n{line}\n---\nText.\n"
        ))
        .complains(Error, Kind::WrongType, "posts/a.md", Some(4), text);
    }
}

#[test]
fn a_date_that_does_not_exist_and_none_at_all_are_errors() {
    with("---\ntitle: A\ndate: 2020-02-30\n---\nText.\n").complains(
        Error,
        Kind::BadDate,
        "posts/a.md",
        Some(3),
        "no date that exists: 2020-02-30",
    );
    with("---\ntitle: A\n---\nText.\n").complains(
        Error,
        Kind::NoDate,
        "posts/a.md",
        Some(1),
        "no date",
    );
}

#[test]
fn a_post_without_title_or_heading_is_an_error() {
    with("---\ndate: 2020-01-01\n---\nText\n").complains(
        Error,
        Kind::NoTitle,
        "posts/a.md",
        Some(1),
        "no title",
    );
}

#[test]
fn slugs_that_cannot_be_one_are_errors() {
    with("---\ntitle: A\ndate: 2020-01-01\nslug: a/b\n---\nText.\n").complains(
        Error,
        Kind::BadSlug,
        "posts/a.md",
        Some(4),
        "`a/b`",
    );
    for name in ["media", "fr", "sitemap-2.xml"] {
        let publication = Publication::new().post(
            &format!("{name}/index.md"),
            "---\ntitle: A\ndate: 2020-01-01\n---\nText.\n",
        );
        let file = format!("posts/{name}/index.md");
        publication.complains(Error, Kind::BadSlug, &file, None, "of the site's own");
    }
}

#[test]
fn two_files_of_one_address_are_an_error_that_names_both() {
    with("---\ntitle: A\ndate: 2020-01-01\n---\nText.\n")
        .post(
            "b.md",
            "---\ntitle: B\ndate: 2020-01-01\nslug: a\n---\nText.\n",
        )
        .complains(Error, Kind::Duplicate, "posts/b.md", None, "posts/a.md");
}

#[test]
fn a_language_that_the_site_does_not_have_leaves_the_post_out_with_a_warning() {
    with("---\ntitle: A\ndate: 2020-01-01\n---\nText.\n")
        .post("a.de.md", "---\ntitle: A\ndate: 2020-01-01\n---\nText.\n")
        .complains(Warning, Kind::Language, "posts/a.de.md", None, "`de`");
    with("---\ntitle: A\ndate: 2020-01-01\n---\nText.\n")
        .post(
            "b.md",
            "---\ntitle: B\ndate: 2020-01-01\nlang: zh_tw\n---\nText.\n",
        )
        .complains(Warning, Kind::Language, "posts/b.md", Some(4), "`zh_tw`");
}

#[test]
fn a_category_that_the_settings_do_not_list_is_a_warning() {
    with("---\ntitle: A\ndate: 2020-01-01\ncategory: Seaa\n---\nText.\n").complains(
        Warning,
        Kind::Category,
        "posts/a.md",
        Some(4),
        "Did you mean `Sea`?",
    );
    with("---\ntitle: A\ndate: 2020-01-01\ncategory: Weather\n---\nText.\n").complains(
        Warning,
        Kind::Category,
        "posts/a.md",
        Some(4),
        "Add it there",
    );
}

#[test]
fn a_key_that_looks_misspelt_is_a_warning_and_a_foreign_one_is_none() {
    for (key, near) in [
        ("tittle", "title"),
        ("Authors", "authors"),
        ("image-alt", "image_alt"),
        ("udpated", "updated"),
        ("alias", "aliases"),
    ] {
        with(&format!(
            "---\ntitle: A\ndate: 2020-01-01\n{key}: x\n---\nText.\n"
        ))
        .complains(
            Warning,
            Kind::MisspeltKey,
            "posts/a.md",
            Some(4),
            &format!("Did you mean `{near}`?"),
        );
    }
    let foreign = "---\nlayout: post\ntitle: A\ndate: 2020-01-01\npermalink: /a\ncomments: true\nexcerpt: x\nsubtitle: x\nlink: x\ntype: post\nweight: 3\ntoc: true\nseries: x\n---\nText.\n";
    assert_eq!(with(foreign).check().all(), []);
}

#[test]
fn an_alias_that_cannot_be_one_is_an_error_on_its_own_line() {
    for alias in ["/media/a.jpg", "/?p=12", "https://other.example/a/", "/fr/"] {
        with(&format!(
            "---\ntitle: A\ndate: 2020-01-01\naliases:\n  - /old/\n  - {alias}\n---\nText.\n"
        ))
        .complains(Error, Kind::Alias, "posts/a.md", Some(6), alias);
    }
}

#[test]
fn an_alias_that_something_else_has_is_an_error_that_names_it() {
    let b =
        |alias: &str| format!("---\ntitle: B\ndate: 2020-01-01\naliases: {alias}\n---\nText.\n");
    let a = || with("---\ntitle: A\ndate: 2020-01-01\naliases: [old.html]\n---\nText.\n");
    for (alias, text) in [
        ("/A/", "the address of"),
        ("/b/", "the post's own address"),
        ("/old.html", "an alias of"),
    ] {
        let publication = a().post("b.md", &b(alias));
        publication.complains(Error, Kind::Alias, "posts/b.md", Some(4), text);
    }
    a().post("b.md", &b("/old.html/more/")).complains(
        Error,
        Kind::Alias,
        "posts/a.md",
        Some(4),
        "is a file",
    );
}

#[test]
fn a_link_to_a_part_that_is_not_there_is_a_warning_with_the_nearest_one() {
    let b = "---\ntitle: B\ndate: 2020-01-01\n---\n## The pier {#pier}\n\n<p id=\"p\">Text</p>\n\n## Été\n";
    let links = |link: &str| {
        let a = format!("---\ntitle: A\ndate: 2020-01-01\n---\n\n## Here\n\nSee [it]({link}).\n");
        with(&a).post("b.md", b)
    };
    for fine in [
        "b.md#pier",
        "/b/#p",
        "b#%C3%A9t%C3%A9",
        "#here",
        "#top",
        "/b/#",
        "b.md#:~:text=Text",
        "/settings/#theme",
        "https://example.org/b/#pier",
    ] {
        let found = links(fine).check();
        assert_eq!(found.all(), [], "{fine}");
    }
    for (dead, text) in [
        ("b.md#piers", "Did you mean `#pier`?"),
        ("/b/#quay-of-old", "Its parts are #p, #pier, #été."),
        ("#heer", "Did you mean `#here`?"),
    ] {
        links(dead).complains(Warning, Kind::DeadAnchor, "posts/a.md", Some(8), text);
    }
}

#[test]
fn what_is_wrong_with_the_front_matter_hides_nothing_else_of_the_post() {
    let kinds = |post: &str| {
        let b = "---\ntitle: B\ndate: 2020-01-01\n---\n[a](a.md)\n";
        let found = with(post).post("b.md", b).check();
        let kinds: Vec<Kind> = found.all().iter().map(|one| one.kind).collect();
        kinds
    };
    let body = "![x](x.png) [y](y.md)\n";
    assert_eq!(
        kinds(&format!("---\ntitle: A: b\n---\n{body}")),
        [Kind::FrontMatter, Kind::MissingFile, Kind::DeadLink]
    );
    assert_eq!(
        kinds(&format!("---\nslug: a/b\ncategory: Seaa\n---\n{body}")),
        [
            Kind::NoDate,
            Kind::NoTitle,
            Kind::BadSlug,
            Kind::MissingFile,
            Kind::Category,
            Kind::DeadLink
        ]
    );
}

#[test]
fn an_image_that_is_not_there_is_an_error_on_its_line() {
    with("---\ntitle: A\ndate: 2020-01-01\n---\n\nText\n![x](x.png)\n").complains(
        Error,
        Kind::MissingFile,
        "posts/a.md",
        Some(7),
        "`x.png`",
    );
    with("---\ntitle: A\ndate: 2020-01-01\nimage: x.png\n---\nText.\n").complains(
        Error,
        Kind::MissingFile,
        "posts/a.md",
        Some(4),
        "`x.png`",
    );
}

#[test]
fn an_image_that_is_none_or_would_run_or_lies_outside_is_an_error() {
    let text = "---\ntitle: A\ndate: 2020-01-01\n---\n![x](x.png) ";
    with(text).file("posts/x.png", b"no image").complains(
        Error,
        Kind::BadImage,
        "posts/a.md",
        Some(5),
        "no image of the kind",
    );
    with(&text.replace("x.png", "x.svg"))
        .file(
            "posts/x.svg",
            b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        )
        .complains(Error, Kind::BadImage, "posts/a.md", Some(5), "script");
    with(&text.replace("x.png", "x.bmp"))
        .file("posts/x.bmp", b"BM")
        .complains(
            Error,
            Kind::BadImage,
            "posts/a.md",
            Some(5),
            "browsers do not show",
        );
    let outside = with(&text.replace("x.png", "../../x.gif"));
    std::fs::write(outside.path("x.gif"), GIF).expect("a file");
    outside.complains(Error, Kind::BadImage, "posts/a.md", Some(5), "outside");
}

#[test]
fn an_image_on_another_server_is_a_warning() {
    with("---\ntitle: A\ndate: 2020-01-01\n---\n![x](https://b.example/x.png)\n").complains(
        Warning,
        Kind::RemoteImage,
        "posts/a.md",
        Some(5),
        "another server",
    );
    with("---\ntitle: A\ndate: 2020-01-01\nimage: https://b.example/x.png\n---\nText.\n")
        .complains(
            Warning,
            Kind::RemoteImage,
            "posts/a.md",
            Some(4),
            "left out",
        );
}

#[test]
fn a_link_that_looks_internal_and_leads_nowhere_is_a_warning_on_its_line() {
    with("---\ntitle: A\ndate: 2020-01-01\n---\nText [b](b.md).\n").complains(
        Warning,
        Kind::DeadLink,
        "posts/a.md",
        Some(5),
        "`b.md`",
    );
}

#[test]
fn posts_that_share_a_slug_in_an_archive_are_a_warning() {
    Publication::new()
        .post("2019-01-01-a.md", "---\ntitle: A\n---\nText.\n")
        .post("2020-01-01-a.md", "---\ntitle: A\n---\nText.\n")
        .complains(
            Warning,
            Kind::Renamed,
            "posts/2020-01-01-a.md",
            None,
            "`a-2020-01-01`",
        );
}

#[test]
fn liquid_that_cannot_be_run_is_one_warning_a_file() {
    Publication::new()
        .post(
            "2020-01-01-a.md",
            "---\ntitle: A\n---\nText\n{{ page.x }} and {% include y.html %}\n",
        )
        .complains(
            Warning,
            Kind::Liquid,
            "posts/2020-01-01-a.md",
            Some(5),
            "`{{ page.x }}`",
        );
}

#[test]
fn raw_html_that_is_not_published_is_a_warning_where_it_stands() {
    with("---\ntitle: A\ndate: 2020-01-01\n---\nText\n\n<div>\n<iframe src=\"https://v.example/\"></iframe>\n</div>\n")
        .complains(
            Warning,
            Kind::RawHtml,
            "posts/a.md",
            Some(8),
            "`<iframe>` is not published.\n    Link to it instead.",
        );
    with("---\ntitle: A\ndate: 2020-01-01\neditors_note: Fill in <form></form>\n---\nText\n")
        .complains(Warning, Kind::RawHtml, "posts/a.md", Some(4), "`<form>`");
    let twice = "---\ntitle: A\ndate: 2020-01-01\n---\n<audio src=a></audio> <audio src=b></audio>\n\n`<script>` <b>fine</b>\n";
    with(twice).complains(Warning, Kind::RawHtml, "posts/a.md", Some(5), "`<audio>`");
}

#[test]
fn all_mistakes_of_a_run_are_reported_at_once_and_sorted() {
    let publication = Publication::new()
        .post("b.md", "---\ntitle: B\n---\nText.\n")
        .post("a.md", "---\ndate: 2020-01-01\n---\n![x](x.png)\n")
        .post(
            "c.md",
            "---\ntitle: C\ndate: 2020-01-01\n---\n[x](/nowhere/)\n",
        );
    let found = publication.check();
    let kinds: Vec<Kind> = found.all().iter().map(|one| one.kind).collect();
    assert_eq!(
        kinds,
        [
            Kind::NoTitle,
            Kind::MissingFile,
            Kind::NoDate,
            Kind::DeadLink
        ]
    );
}
