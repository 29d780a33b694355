//! What is shown of the carry file: its part of the library's page, what would come, why a file is refused; HTML.
//!
//! Entry points: [`section`], [`made`], [`plan`], [`refused`], [`taken`]. What a file says of itself is escaped like
//! whatever else was written by somebody.

use lamplight_markdown::escape;
use lamplight_reader::Millis;
use lamplight_reader::offline::carry::Refused;

use super::{Speech, button, fill, fill_number};
use crate::state::Told;

/// What of a file does not come, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Left {
    /// Of a later version.
    pub(crate) unknown: u64,
    /// From more than a year ahead of this device's clock.
    pub(crate) ahead: u64,
    /// Articles in languages that the site does not have.
    pub(crate) foreign: u64,
    /// What this device has of it cannot be read.
    pub(crate) unreadable: u64,
    /// The file as a whole is from far ahead: it is this device's clock that is wrong.
    pub(crate) clock: bool,
}

/// What would come to this device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Preview {
    /// When the file was made.
    pub(crate) made: Millis,
    pub(crate) saved: u64,
    pub(crate) removed: u64,
    pub(crate) articles: u64,
    /// Of the articles, in the file.
    pub(crate) bytes: u64,
    pub(crate) places: u64,
    pub(crate) messages: u64,
    /// The history was cleared, or switched.
    pub(crate) history: bool,
    pub(crate) settings: bool,
    /// Articles, and what is kept whole, that were removed on this device since: they come back where the reader says so.
    pub(crate) back: (u32, u32),
    /// What is left out.
    pub(crate) left: Left,
}

fn check(name: &str, text: &str, on: bool) -> String {
    [
        "<label class=\"library-check\"><input type=\"checkbox\" name=\"",
        name,
        if on { "\" checked> " } else { "\"> " },
        &escape(text),
        "</label>",
    ]
    .concat()
}

/// A button as the one that goes on.
fn strong(button: &str) -> String {
    button.replacen("class=\"button\"", "class=\"button button-strong\"", 1)
}

fn line(class: &str, text: &str) -> String {
    ["<p class=\"", class, "\">", &escape(text), "</p>"].concat()
}

/// The part of the library's page.
pub(crate) fn section(told: &Told) -> String {
    let texts = &told.texts;
    [
        "<h2 class=\"page-heading\" id=\"library-carry\">",
        &escape(&texts.carry),
        "</h2><div class=\"library-carry\">",
        &line("hint", &texts.carry_hint),
        "<form class=\"library-form\" data-carry=\"make\">",
        &check("articles", &texts.carry_articles, true),
        "<span class=\"library-count library-carry-size\"></span></form>\
         <p class=\"library-carry-tools\">",
        &button("carry_make", &texts.carry_make, ""),
        // A field of files says "no file chosen" and looks like nothing else here; its label is the button.
        " <label class=\"button library-file\">\
         <input type=\"file\" class=\"visually-hidden\" accept=\".json,application/json\" data-carry=\"file\">",
        &escape(&texts.carry_open),
        "</label></p><p class=\"library-looked library-carry-work\" role=\"status\"></p><div class=\"library-carry-said\" tabindex=\"-1\"></div></div>",
    ]
    .concat()
}

/// How many articles a file would have, and about how large they are.
pub(crate) fn amount(told: &Told, articles: u64, bytes: u64, speech: &impl Speech) -> String {
    super::amount(told, &told.texts.keep_size, articles, bytes, speech)
}

/// What is said of a file that is ready.
pub(crate) fn made(
    told: &Told,
    name: &str,
    url: &str,
    bytes: u64,
    shares: bool,
    behind: u64,
    speech: &impl Speech,
) -> String {
    let texts = &told.texts;
    let size = speech.size(bytes, &told.words);
    let ready = fill(&texts.carry_made, "size", &size);
    let behind = if behind > 0 {
        let text = fill_number(told, &texts.carry_behind, "n", behind, speech);
        line("library-verdict library-bad", &text)
    } else {
        String::new()
    };
    let share = if shares {
        [" ", &*button("carry_share", &texts.carry_share, "")].concat()
    } else {
        String::new()
    };
    [
        "<div data-carry=\"made\">",
        &line("library-verdict", &ready),
        &behind,
        "<p class=\"library-carry-name\" dir=\"ltr\">",
        &escape(name),
        "</p><p class=\"library-carry-tools\"><a class=\"button button-strong\" download=\"",
        &escape(name),
        "\" href=\"",
        &escape(url),
        "\">",
        &escape(&texts.carry_save),
        "</a>",
        &share,
        "</p>",
        &line("hint", &texts.carry_images),
        "</div>",
    ]
    .concat()
}

/// What would come, and what the reader may say to it.
pub(crate) fn plan(
    told: &Told,
    shown: &Preview,
    empty: bool,
    now: Millis,
    speech: &impl Speech,
) -> String {
    let texts = &told.texts;
    let number = |text: &str, n: u64| fill_number(told, text, "n", n, speech);
    let ago = speech.ago(shown.made.min(now), now, &told.words);
    let mut left = String::new();
    for (n, text) in [
        (shown.left.unknown, &texts.carry_left),
        (shown.left.ahead, &texts.carry_ahead),
        (shown.left.foreign, &texts.carry_languages),
        (shown.left.unreadable, &texts.carry_unreadable),
    ] {
        if n > 0 {
            left += &line("hint", &number(text, n));
        }
    }
    if shown.left.clock {
        left += &line("library-verdict library-bad", &texts.carry_clock);
    }
    if empty && shown.back == (0, 0) {
        // What is left out is not here.
        let nothing = if left.is_empty() {
            &texts.carry_nothing
        } else {
            &texts.carry_unchanged
        };
        let nothing = line("library-verdict", nothing);
        return ["<div data-carry=\"nothing\">", &nothing, &left, "</div>"].concat();
    }
    let mut items = String::new();
    let mut item = |text: &str| items += &["<li>", &*escape(text), "</li>"].concat();
    for (n, text) in [
        (shown.saved, &texts.carry_new_saved),
        (shown.removed, &texts.carry_new_removed),
    ] {
        if n > 0 {
            item(&number(text, n));
        }
    }
    if shown.articles > 0 {
        let (n, bytes) = (shown.articles, shown.bytes);
        item(&super::amount(
            told,
            &texts.carry_new_articles,
            n,
            bytes,
            speech,
        ));
    }
    for (n, text) in [
        (shown.places, &texts.carry_new_places),
        (shown.messages, &texts.carry_new_messages),
    ] {
        if n > 0 {
            item(&number(text, n));
        }
    }
    if shown.history {
        item(&texts.carry_new_history);
    }
    let list = if items.is_empty() {
        items
    } else {
        ["<ul>", &items, "</ul>"].concat()
    };
    let settings = if shown.settings {
        [
            "<p>",
            &*check("settings", &texts.carry_new_settings, true),
            "</p>",
        ]
        .concat()
    } else {
        String::new()
    };
    let mut back = String::new();
    for (n, text) in [
        (shown.back.0, &texts.carry_back_articles),
        (shown.back.1, &texts.carry_back_wishes),
    ] {
        if n > 0 {
            back += &line("library-back", &number(text, n.into()));
        }
    }
    if !back.is_empty() {
        // Where the file has nothing else that is new, it is what it was opened for.
        back += &["<p>", &*check("back", &texts.carry_back, empty), "</p>"].concat();
    }
    let images = if shown.articles > 0 || shown.back.0 > 0 {
        line("hint", &texts.carry_images)
    } else {
        String::new()
    };
    [
        "<form data-carry=\"plan\">",
        &line("library-verdict", &fill(&texts.carry_from, "time", &ago)),
        &list,
        &back,
        &settings,
        &images,
        &left,
        "<p class=\"library-carry-tools\">",
        &strong(&button("carry_take", &texts.carry_take, "")),
        " ",
        &button("carry_leave", &texts.carry_leave, ""),
        "</p></form>",
    ]
    .concat()
}

/// Why a file is not taken, and what to do.
pub(crate) fn refused(told: &Told, why: &Refused, speech: &impl Speech) -> String {
    let texts = &told.texts;
    let text = match why {
        Refused::NotCarry => escape(&texts.carry_foreign),
        Refused::Newer => escape(&texts.carry_newer),
        Refused::Truncated => escape(&texts.carry_cut),
        Refused::Damaged => escape(&texts.carry_damaged),
        Refused::TooLarge => escape(&texts.carry_large),
        Refused::Invalid(at) => {
            let at = u64::from(*at);
            escape(&fill_number(told, &texts.carry_invalid, "n", at, speech))
        }
        Refused::OtherPublication { title, site } => {
            let own = |text: &str| ["<bdi>", &*escape(text), "</bdi>"].concat();
            let text = fill(&escape(&texts.carry_other), "site", &own(site));
            fill(&text, "title", &own(title))
        }
    };
    [
        "<div data-carry=\"refused\" data-why=\"",
        why.as_str(),
        "\"><p class=\"library-verdict library-bad\">",
        &text,
        "</p>",
        &line("hint", &texts.carry_unchanged),
        "</div>",
    ]
    .concat()
}

/// What came of taking a file in: how many saved things, records of local storage, messages and articles are lacking.
pub(crate) fn taken(told: &Told, lacking: [u64; 4], speech: &impl Speech) -> String {
    let texts = &told.texts;
    if lacking == [0; 4] {
        let said = line("library-verdict", &texts.carry_taken);
        return ["<div data-carry=\"taken\">", &said, "</div>"].concat();
    }
    let [saved, local, messages, articles] = lacking;
    let mut items = String::new();
    for (n, text) in [
        (saved, &texts.carry_new_saved),
        (local, &texts.carry_new_local),
        (messages, &texts.carry_new_messages),
        (articles, &texts.carry_lack_articles),
    ] {
        if n > 0 {
            let text = fill_number(told, text, "n", n, speech);
            items += &["<li>", &*escape(&text), "</li>"].concat();
        }
    }
    [
        "<div data-carry=\"partly\"><p class=\"library-verdict library-bad\">",
        &escape(&texts.carry_partly),
        "</p><ul>",
        &items,
        "</ul>",
        &line("hint", &texts.carry_again),
        "</div>",
    ]
    .concat()
}
