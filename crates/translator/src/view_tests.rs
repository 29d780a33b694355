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
    let html = |online| services(&texts, &list, online, "https://a.example/b/", "en", "fr");
    let link = "href=\"https://s.example/?u=https%3A%2F%2Fa.example%2Fb%2F&amp;tl=fr\"";
    assert!(html(true).contains(link) && html(true).contains("S &amp; T"));
    assert!(html(true).contains("rel=\"noopener noreferrer nofollow\""));
    assert!(!html(false).contains("href") && html(false).contains("You are offline"));
    assert_eq!(services(&texts, &[], true, "", "en", "fr"), "");
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
        Stage::Fetching(Some(40)).sentence(&texts),
        "Fetching the language model: 40 %"
    );
    assert_eq!(Stage::Working(1, 4).sentence(&texts), "Translating: 1 of 4");
    assert!(
        Stage::Done(2, false)
            .sentence(&texts)
            .contains(": 2. It could not be kept")
    );
    assert!(
        Stage::Done(0, true)
            .sentence(&texts)
            .contains("opens offline")
    );
    assert_eq!(Refusal::of("NotAllowedError"), Refusal::Refused);
    assert_eq!(Stage::Working(1, 4).progress(), Some((Some(1), 4)));
    assert_eq!(Stage::Done(0, true).progress(), None);
}
