//! What panel and bar say in each state.

use super::*;
use crate::texts::tests::texts;

fn named(tag: &str, name: &str) -> Named {
    Named {
        tag: tag.into(),
        name: name.into(),
    }
}

#[test]
fn people_come_first_in_their_own_language() {
    let texts = texts("en");
    let html = panel(&Panel {
        texts: &texts,
        humans: &[Human {
            lang: "ar".into(),
            name: "العربية".into(),
            href: "/ar/a/?b&c".into(),
        }],
        offered: &(vec![named("fr", "French")], vec![named("de", "German")]),
        has_device: true,
        has_services: false,
    });
    let people = html.find("href=\"/ar/a/?b&amp;c\" lang=\"ar\" hreflang=\"ar\" dir=\"rtl\"");
    assert!(people.expect("a link") < html.find("data-piece=\"device\"").expect("a place"));
    assert!(html.contains("<option value=\"fr\">French</option><hr><option value=\"de\">"));
}

#[test]
fn a_download_is_asked_for_and_the_text_is_said_to_stay() {
    let texts = texts("en");
    let say = |state| {
        device(
            &texts,
            state,
            &named("en", "English"),
            &named("fr", "French"),
            false,
        )
    };
    let fetch = say(Device::of("downloadable"));
    assert!(fetch.contains("Fetch the model and translate into French") && fetch.contains("once"));
    let ready = say(Device::of("available"));
    assert!(
        ready.contains(">Translate into French<") && ready.contains("does not leave this device")
    );
    assert!(!say(Device::of("null")).contains("<button"));
    assert!(say(Device::Unavailable).contains("from English into French"));
}

#[test]
fn services_are_links_only_with_a_connection() {
    let texts = texts("en");
    let list = [Service {
        name: "S & T".into(),
        url: "https://s.example/?u={url}&tl={to}".into(),
    }];
    let html = |line| services(&texts, &list, line, "https://a.example/b/", "en", "fr");
    let link = "href=\"https://s.example/?u=https%3A%2F%2Fa.example%2Fb%2F&amp;tl=fr\"";
    assert!(html(Line::Up).contains(link) && html(Line::Up).contains("S &amp; T"));
    assert!(html(Line::Up).contains("rel=\"noopener noreferrer nofollow\""));
    for (online, evidence, reason) in [
        (false, "live", "You are offline"),
        (true, "reader-offline", "You are offline"),
        (true, "unreachable", "The site cannot be reached"),
        (true, "site-down", "The site cannot be reached"),
    ] {
        let html = html(Line::of(online, evidence));
        assert!(!html.contains("href") && html.contains(reason), "{html}");
    }
    for evidence in ["", "live", "copy", "updated", "snapshot"] {
        assert_eq!(Line::of(true, evidence), Line::Up, "{evidence}");
    }
    assert_eq!(services(&texts, &[], Line::Up, "", "en", "fr"), "");
}

#[test]
fn what_is_kept_says_in_which_language() {
    let html = kept(&texts("en"), &[named("zh-Hant", "Traditional Chinese")]);
    assert!(html.contains("data-do=\"kept\" data-to=\"zh-Hant\">Show in Traditional Chinese<"));
    assert_eq!(kept(&texts("en"), &[]), "");
}

#[test]
fn the_bar_names_both_languages_and_that_a_machine_did_it() {
    let html = bar(
        &texts("en"),
        &named("en", "English"),
        &named("fr", "French"),
    );
    assert!(html.contains("by this device from English into French. Machine-made"));
}

#[test]
fn each_stage_says_how_far_it_is_and_offers_what_can_be_done() {
    let texts = texts("en");
    let does = |stage: Stage, shown| -> Vec<&str> {
        let controls = stage.controls(&texts, shown).into_iter();
        controls.map(|(does, _)| does).collect()
    };
    assert_eq!(does(Stage::Fetching(None), false), ["cancel"]);
    assert_eq!(does(Stage::Working(1, 4), true), ["original", "cancel"]);
    assert_eq!(does(Stage::Done(0, true), false), ["translation"]);
    assert_eq!(does(Stage::Done(2, true), true), ["original", "again"]);
    assert_eq!(
        does(Stage::Failed(Refusal::NoNetwork), false),
        ["again", "cancel"]
    );
    // Tried again, with a part of it there already.
    assert_eq!(does(Stage::Fetching(None), true), ["original", "cancel"]);
    assert_eq!(
        does(Stage::Failed(Refusal::Other), true),
        ["original", "again"]
    );
    assert_eq!(
        Stage::Fetching(Some(40)).sentence(&texts, |n| n.to_string()),
        "Fetching the language model: 40 %"
    );
    assert_eq!(
        Stage::Working(1, 4).sentence(&texts, |n| n.to_string()),
        "Translating: 1 of 4"
    );
    assert!(
        Stage::Done(2, false)
            .sentence(&texts, |n| n.to_string())
            .contains(": 2. It could not be kept")
    );
    assert!(
        Stage::Done(0, true)
            .sentence(&texts, |n| n.to_string())
            .contains("opens offline")
    );
    assert_eq!(Refusal::of("NotAllowedError"), Refusal::Refused);
    assert_eq!(Stage::Working(1, 4).progress(), Some((Some(1), 4)));
    assert_eq!(Stage::Done(0, true).progress(), None);
}

#[test]
fn numbers_are_written_as_the_page_writes_them() {
    let digits = |n: u32| n.to_string().replace('2', "۲").replace('8', "۸");
    let said = Stage::Working(2, 28).sentence(&texts("fa"), digits);
    assert!(said.contains("۲۸") && !said.contains('8'), "{said}");
}

#[test]
fn a_language_is_chosen_first_where_none_of_the_readers_is_left() {
    let texts = texts("en");
    let html = |first: Vec<Named>| {
        panel(&Panel {
            texts: &texts,
            humans: &[],
            offered: &(first, vec![named("sq", "Albanian")]),
            has_device: true,
            has_services: true,
        })
    };
    let choice = "<select id=\"machine-to\"><option value=\"\">Choose a language</option><option value=\"sq\">";
    assert!(html(Vec::new()).contains(choice));
    assert!(!html(vec![named("fr", "French")]).contains("value=\"\""));
}

#[test]
fn one_button_stands_out() {
    let texts = texts("en");
    let (from, to) = (named("en", "English"), named("fr", "French"));
    let html = |second| device(&texts, Device::Available, &from, &to, second);
    assert!(html(false).contains("button-strong") && !html(true).contains("button-strong"));
}
