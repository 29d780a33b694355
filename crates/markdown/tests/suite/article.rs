//! Whole articles.

use std::collections::BTreeMap;

use lamplight_markdown::{article, content};
use lamplight_model::{
    ArticleDocument, Direction, Image, Language, Messages, Named, Site, Source, Translation,
};

use crate::support::medium;

fn site() -> Site {
    let language = |code: &str, name: &str, dir| Language {
        code: code.into(),
        name: name.into(),
        dir,
        ..Language::default()
    };
    Site {
        base: "/base/".into(),
        languages: vec![
            language("en", "English", Direction::Ltr),
            language("ar", "العربية", Direction::Rtl),
        ],
        categories: vec![Named {
            id: "sea".into(),
            names: BTreeMap::from([("en".into(), "Sea & coast".into())]),
        }],
        ..Site::default()
    }
}

fn full() -> ArticleDocument {
    ArticleDocument {
        digest: "0123".into(),
        slug: "ferry".into(),
        lang: "en".into(),
        title: "The <ferry> & \"us\"".into(),
        description: "What the islands say.".into(),
        date: "2016-10-28T09:00:00+02:00".into(),
        updated: Some("2016-10-29".into()),
        authors: vec!["A. Author".into(), "B & C".into()],
        categories: vec!["sea".into(), "other".into()],
        tags: vec!["boats".into(), "a<b".into()],
        translator: Some("D".into()),
        image: Some(Image {
            media: medium("media/l.jpg", 8, 6),
            alt: "A \"boat\"".into(),
            caption: Some("At *dawn*. [Source](https://example.org/)".into()),
        }),
        source: Some(Source {
            name: "First Agency".into(),
            url: Some("https://example.org/?a=1&b=2".into()),
        }),
        editors_note: Some("Names were *changed*.\n\n## Part".into()),
        minutes: 3,
        translations: vec![Translation {
            lang: "ar".into(),
            title: "x".into(),
        }],
        markdown: "The ferry is late.[^1]\n\n## Part\n\n[^1]: By an hour.".into(),
        ..ArticleDocument::default()
    }
}

#[test]
fn an_article_is_what_the_page_contract_says() {
    insta::assert_snapshot!(article(&full(), &site(), &Messages::english()));
}

#[test]
fn parts_that_have_nothing_to_say_are_absent() {
    let document = ArticleDocument {
        slug: "a".into(),
        lang: "ar".into(),
        title: "T".into(),
        description: "Only text that stands here…".into(),
        date: "2016-10-28".into(),
        minutes: 1,
        markdown: "*Only* text that\nstands here, and goes on.".into(),
        ..ArticleDocument::default()
    };
    assert_eq!(
        article(&document, &site(), &Messages::english()),
        "<article class=\"article\" data-slug=\"a\" data-digest=\"\" lang=\"ar\" dir=\"rtl\">\n\
         <header class=\"article-head\">\n<h1 class=\"article-title\" tabindex=\"-1\">T</h1>\n\
         <p class=\"article-meta\"><time datetime=\"2016-10-28\">28 October 2016</time> · 1 min</p>\n\
         <p class=\"article-tools\"><button type=\"button\" class=\"button button-quiet save\" data-part=\"library\" data-save=\"ar/a\" data-lacking=\"This cannot be loaded now.\">Save</button></p>\n\
         </header>\n<div class=\"prose\">\n<p data-block=\"0.1\"><em>Only</em> text that\nstands here, and goes on.</p>\n\
         </div>\n</article>"
    );
}

#[test]
fn a_description_taken_from_behind_a_heading_is_not_shown_either() {
    let mut document = full();
    document.markdown = "## Part\n\nThe *ferry* is late, they say.".into();
    document.description = "The ferry is late…".into();
    let html = article(&document, &site(), &Messages::english());
    assert!(!html.contains("article-standfirst"), "{html}");
}

#[test]
fn a_source_without_a_safe_address_is_no_link() {
    let mut document = full();
    document.source = Some(Source {
        name: "X".into(),
        url: Some("javascript:alert(1)".into()),
    });
    let html = article(&document, &site(), &Messages::english());
    assert!(
        html.contains(" · First published by <bdi>X</bdi></p>"),
        "{html}"
    );
}

#[test]
fn what_an_article_says_is_a_part_of_it_and_may_have_absolute_addresses() {
    let messages = Messages::english();
    let mut document = full();
    document.markdown.push_str("\n\n[Other](other.md)");
    document.links = BTreeMap::from([("other.md".into(), "other/".into())]);
    let part = content(&document, "/base/", &messages);
    assert!(
        part.starts_with("<figure class=\"article-lead\">"),
        "{part}"
    );
    assert!(part.ends_with("</section>\n"), "{part}");
    // Only in the article its blocks are named.
    let mut whole = article(&document, &site(), &messages);
    while let Some(at) = whole.find(" data-block=\"") {
        let end = whole[at + 13..].find('"').expect("an end") + at + 14;
        whole.replace_range(at..end, "");
    }
    assert!(whole.contains(&part), "{whole}");
    let elsewhere = content(&document, "https://example.org/base/", &messages);
    assert_eq!(
        elsewhere,
        part.replace("\"/base/", "\"https://example.org/base/")
    );
    assert_eq!(elsewhere.matches("https://example.org/base/").count(), 2);
}

#[test]
fn blocks_are_named_by_their_place_so_that_translations_have_the_same_names() {
    let text = |markdown: &str| {
        let document = ArticleDocument {
            lang: "en".into(),
            markdown: markdown.into(),
            ..ArticleDocument::default()
        };
        let html = article(&document, &site(), &Messages::english());
        let places = html.split(" data-block=\"").skip(1);
        let places = places.filter_map(|rest| rest.split_once('"'));
        let places: Vec<String> = places.map(|(place, _)| place.to_owned()).collect();
        places
    };
    let english = text(
        "One.\n\n> Two.\n>\n> Three.\n\n## Head\n\n- a\n\n- b\n\n***\n\n### Sub\n\n```\ncode\n```\n",
    );
    assert_eq!(english, ["0.1", "0.2", "1.0", "1.1", "1.2", "2.0", "2.1"]);
    let french = text(
        "Un.\n\n> Deux.\n>\n> Trois.\n\n## Tête\n\n- a\n\n- b\n\n***\n\n### Sous\n\n```\ncode\n```\n",
    );
    assert_eq!(english, french);
}

#[test]
fn an_article_and_a_page_can_be_kept_by_a_control_that_names_them() {
    for page in [false, true] {
        let mut document = full();
        (document.page, document.slug) = (page, "v1.2 \"été\"".into());
        let html = article(&document, &site(), &Messages::english());
        let control = "<p class=\"article-tools\"><button type=\"button\" class=\"button button-quiet save\" data-part=\"library\" data-save=\"en/v1.2 &quot;été&quot;\" data-lacking=\"This cannot be loaded now.\">Save</button></p>\n</header>";
        assert!(html.contains(control), "{html}");
        assert!(!content(&document, "/", &Messages::english()).contains("data-save"));
    }
}

#[test]
fn the_control_for_translations_is_a_link_to_a_service_or_else_a_button() {
    let html = |pattern: Option<&str>| {
        let site = Site {
            translate: pattern.map(str::to_owned),
            ..site()
        };
        article(&full(), &site, &Messages::english())
    };
    let link = "<p class=\"article-tools\"><a class=\"button button-quiet translate\" href=\"https://t.example/?l=en&amp;u=https%3A%2F%2Fa.example%2Fbase%2Fferry%2F\" rel=\"noopener nofollow\" data-part=\"translate\" data-lacking=\"This cannot be loaded now.\">Translate »</a> <button type=\"button\"";
    let pattern = "https://t.example/?l={from}&u=https%3A%2F%2Fa.example{path}";
    assert!(
        html(Some(pattern)).contains(link),
        "{}",
        html(Some(pattern))
    );
    assert!(html(Some("")).contains(
        "<button class=\"button button-quiet translate translate-own\" type=\"button\" data-part=\"translate\""
    ));
    assert!(!html(None).contains("translate\""));
}
