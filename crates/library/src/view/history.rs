//! Where the reader can go on, what was opened when, and what is read; HTML.
//!
//! Entry points: [`part`] (the page's part), [`going_on`], [`days`]; [`fact`] and [`mark`] for a line of the list. It must
//! show nothing that was cleared.

use lamplight_markdown::escape;
use lamplight_model::Route;
use lamplight_reader::Millis;
use lamplight_reader::offline::reading::State as Reading;
use serde::Serialize;

use super::{Speech, button, fill};
use crate::state::{State, Told};

/// The most articles in which the reader is offered to go on.
const MOST: usize = 5;

/// The fragment of links that lead to where the reader was; the app knows it (`src/state/reading.rs`).
const PLACE: &str = "#:place";

/// The page's part, with places that the script fills.
pub(crate) fn part(told: &Told) -> String {
    let texts = &told.texts;
    [
        "<div class=\"library-reading\"></div>\
         <details class=\"library-history\"><summary><h2 class=\"page-heading\">",
        &escape(&texts.history),
        "</h2></summary><p class=\"hint\">",
        &escape(&texts.history_hint),
        "</p><label class=\"library-check\"><input type=\"checkbox\" data-history-off> ",
        &escape(&texts.history_off),
        "</label><div class=\"library-days\"></div>",
        &button("older", &texts.more, " hidden"),
        "<details class=\"clear\"><summary class=\"button\">",
        &escape(&texts.history_clear),
        "</summary><div class=\"confirm\"><p>",
        &escape(&texts.history_sure),
        "</p>",
        &button("clear_history", &texts.history_yes, ""),
        "</div></details></details>",
    ]
    .concat()
}

/// How far an article is read, in words.
pub(crate) fn fact(told: &Told, reading: Option<&Reading>, speech: &impl Speech) -> String {
    let texts = &told.texts;
    match reading {
        Some(state) if state.read => texts.read.clone(),
        Some(state) if state.is_midway() => {
            let part = speech.part(state.progress, &told.words);
            fill(&texts.progress, "part", &part)
        }
        _ => texts.unread.clone(),
    }
}

/// The button that marks an article read, or the other way.
pub(crate) fn mark(told: &Told, slug: &str, title: &str, read: bool) -> String {
    let texts = &told.texts;
    let (action, text) = if read {
        ("unread", &texts.mark_unread)
    } else {
        ("read", &texts.mark_read)
    };
    of_slug(action, text, slug, title)
}

/// A button for one article; its name begins with what stands on it.
fn of_slug(action: &str, text: &str, slug: &str, title: &str) -> String {
    let more = [
        " data-slug=\"",
        &*escape(slug),
        "\" aria-label=\"",
        &escape(&[text, ": ", title].concat()),
        "\"",
    ];
    button(action, text, &more.concat())
}

/// A line: an article, what is said of it (HTML), its button.
fn line(state: &State, reading: &Reading, place: &str, said: &str, button: &str) -> String {
    let (lang, title) = state.titled(&reading.slug, &reading.lang);
    let route = Route::Article {
        lang: lang.to_owned(),
        slug: reading.slug.clone(),
    };
    [
        "<li class=\"library-item\"><a class=\"library-link\" href=\"",
        &*escape(&route.path(&state.told.site)),
        place,
        "\" lang=\"",
        &escape(lang),
        "\"><bdi>",
        &escape(title),
        "</bdi></a><span class=\"library-age\">",
        said,
        "</span><span class=\"library-actions\">",
        button,
        "</span></li>",
    ]
    .concat()
}

/// What was begun and not finished, the last first.
pub(crate) fn going_on(state: &State, speech: &impl Speech) -> String {
    let told = &state.told;
    let begun = state.journal.states();
    let mut begun: Vec<&Reading> = begun
        .filter(|reading| reading.is_midway() && !reading.read)
        .collect();
    begun.sort_by_key(|reading| std::cmp::Reverse(reading.seen));
    let lines = begun.into_iter().take(MOST).map(|reading| {
        let (_, title) = state.titled(&reading.slug, &reading.lang);
        let part = (u64::from(reading.progress) / 10).to_string();
        let said = [
            "<progress aria-hidden=\"true\" max=\"100\" value=\"",
            &part,
            "\"></progress> ",
            &*escape(&fact(told, Some(reading), speech)),
        ];
        let button = mark(told, &reading.slug, title, false);
        line(state, reading, PLACE, &said.concat(), &button)
    });
    let lines: String = lines.collect();
    if lines.is_empty() {
        return lines;
    }
    [
        "<h2 class=\"page-heading\" id=\"library-reading\">",
        &*escape(&told.texts.continue_reading),
        "</h2><ul class=\"library-list\" aria-labelledby=\"library-reading\">",
        &lines,
        "</ul>",
    ]
    .concat()
}

/// The history, as far as it is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Days {
    pub(crate) html: String,
    /// Whether there is more below.
    pub(crate) more: bool,
    /// Whether nothing is noted.
    pub(crate) off: bool,
}

/// Of the articles that were opened, the last first, `count` after the first `from`, by day as far as that is known.
pub(crate) fn days(
    state: &State,
    from: usize,
    count: usize,
    now: Millis,
    speech: &impl Speech,
) -> Days {
    let told = &state.told;
    let opened = state.journal.opened();
    // A stamp that is ahead of the clock is no time: the clock was set back.
    let is_known = |reading: &Reading| reading.opened <= now;
    let day_of = |reading: &Reading| {
        is_known(reading).then(|| speech.day_of(reading.opened, now, &told.words))
    };
    // The day that the lines before these end with goes on.
    let before = from.checked_sub(1).and_then(|at| opened.get(at));
    let before = before.map(|reading| day_of(reading));
    let mut html = String::new();
    let mut day = None;
    for reading in opened.iter().skip(from).take(count) {
        let known = is_known(reading);
        let own = day_of(reading);
        if day.as_ref() != Some(&own) {
            if day.is_some() {
                html += "</ul></section>";
            }
            html += "<section>";
            if let Some(own) = own.as_ref().filter(|_| before.as_ref() != Some(&own)) {
                html += &["<h3 class=\"library-day\">", &*escape(own), "</h3>"].concat();
            }
            html += "<ul class=\"library-list\">";
            day = Some(own);
        }
        let (_, title) = state.titled(&reading.slug, &reading.lang);
        let texts = &told.texts;
        let mut said = fact(told, Some(reading), speech);
        if known {
            said = [&*speech.clock(reading.opened, &told.words), " · ", &said].concat();
        }
        let button = of_slug("forget_opened", &texts.history_out, &reading.slug, title);
        html += &line(state, reading, "", &escape(&said), &button);
    }
    html += if html.is_empty() {
        ""
    } else {
        "</ul></section>"
    };
    if html.is_empty() && from == 0 {
        html = [
            "<p class=\"hint\">",
            &*escape(&told.texts.history_none),
            "</p>",
        ]
        .concat();
    }
    Days {
        html,
        more: opened.len() > from + count,
        off: state.journal.history().off,
    }
}
