//! What is shown: the library's page, its list, what can be kept whole, the meter, the outcome of the check; HTML.
//!
//! Entry points: [`page`], [`shelf`], [`wishes`], [`space::meter`], [`flight`]. Everything that was written by somebody is
//! escaped.

use std::cmp::Reverse;

use lamplight_markdown::escape;
use lamplight_model::{Route, record};
use lamplight_reader::Millis;
use lamplight_reader::offline::holdings::Standing;
use lamplight_reader::offline::saved::ALL;
use serde::Serialize;

use crate::state::{Line, State, Told};

pub(crate) use flight::flight;
pub(crate) use wishes::wishes;

pub(crate) mod carry;
mod flight;
pub(crate) mod history;
mod plain;
pub(crate) mod space;
pub(crate) mod versions;
mod wishes;

/// Numbers and times in the words of a language.
pub(crate) trait Speech {
    fn size(&self, bytes: u64, lang: &str) -> String;
    fn ago(&self, time: Millis, now: Millis, lang: &str) -> String;
    /// Day and time of day.
    fn date(&self, time: Millis, lang: &str) -> String;
    /// The day of an RFC 3339 date, as its author wrote it.
    fn day(&self, date: &str, lang: &str) -> String;
    fn number(&self, number: u64, lang: &str) -> String;
    /// Thousandths, as a percentage.
    fn part(&self, thousandths: u32, lang: &str) -> String;
    /// The day of a time: today, yesterday, or its date.
    fn day_of(&self, time: Millis, now: Millis, lang: &str) -> String;
    /// The time of day.
    fn clock(&self, time: Millis, lang: &str) -> String;
}

fn fill(text: &str, name: &str, value: &str) -> String {
    text.replace(&["{", name, "}"].concat(), value)
}

fn fill_number(told: &Told, text: &str, name: &str, n: u64, speech: &impl Speech) -> String {
    fill(text, name, &speech.number(n, &told.words))
}

/// A text with its numbers.
pub(crate) fn say_of(
    told: &Told,
    name: &str,
    done: u64,
    total: u64,
    speech: &impl Speech,
) -> String {
    let text = told.texts.get(name);
    let text = fill_number(told, text, "done", done, speech);
    let text = fill_number(told, &text, "n", done, speech);
    fill_number(told, &text, "total", total, speech)
}

/// The name of a standing, in attributes.
pub(crate) fn name(standing: Standing) -> &'static str {
    match standing {
        Standing::Saved => "saved",
        Standing::Due => "due",
        Standing::Kept => "kept",
    }
}

fn button(action: &str, text: &str, more: &str) -> String {
    let weight = match action {
        "menu" => " button-quiet",
        // The page's one.
        "check" => " button-strong",
        _ => "",
    };
    [
        "<button type=\"button\" class=\"button",
        weight,
        "\" data-do=\"",
        action,
        "\"",
        more,
        ">",
        &escape(text),
        "</button>",
    ]
    .concat()
}

fn option(value: &str, text: &str, more: &str) -> String {
    [
        "<option value=\"",
        &escape(value),
        "\"",
        more,
        ">",
        &escape(text),
        "</option>",
    ]
    .concat()
}

fn languages(told: &Told, chosen: &str) -> String {
    let mut out = String::new();
    for language in &told.site.languages {
        let code = escape(&language.code);
        let more = [
            " lang=\"",
            &code,
            "\"",
            if *chosen == language.code {
                " selected"
            } else {
                ""
            },
        ];
        out += &option(&language.code, &language.name, &more.concat());
    }
    out
}

/// The page below its heading: places that the script fills, and the form of the list.
pub(crate) fn page(told: &Told) -> String {
    let texts = &told.texts;
    let field = |label: &str, control: &str| {
        [
            "<label class=\"field\">",
            &escape(label),
            " ",
            control,
            "</label>",
        ]
        .concat()
    };
    let check = |name: &str, label: &str, on: bool| {
        let checked = if on { " checked" } else { "" };
        [
            "<label class=\"library-check\"><input type=\"checkbox\" name=\"",
            name,
            "\"",
            checked,
            "> ",
            &escape(label),
            "</label>",
        ]
        .concat()
    };
    let heading = |id: &str, text: &str| {
        [
            "<h2 class=\"page-heading\" id=\"library-",
            id,
            "\">",
            &escape(text),
            "</h2>",
        ]
        .concat()
    };
    let jump = |id: &str, text: &str| {
        [
            "<li><a href=\"#library-",
            id,
            "\">",
            &escape(text),
            "</a></li>",
        ]
        .concat()
    };
    let several = told.site.languages.len() > 1;
    let language = |chosen: &str| {
        let all = option(ALL, &texts.all_languages, "");
        let select = [
            "<select name=\"lang\">",
            &all,
            &languages(told, chosen),
            "</select>",
        ];
        if several {
            field(&texts.language, &select.concat())
        } else {
            String::new()
        }
    };
    let sorts = [
        option("newest", &texts.sort_newest, ""),
        option("title", &texts.sort_title, ""),
        option("size", &texts.sort_size, ""),
    ]
    .concat();
    [
        "<ul class=\"library-jumps\" role=\"list\">",
        &jump("list", &texts.on_device),
        &jump("whole", &texts.keep_whole),
        &jump("space", &texts.space),
        &jump("carry", &texts.carry),
        "</ul><p class=\"library-said\" role=\"status\"></p><div class=\"library-flight\">",
        &button("check", &texts.flight, " aria-describedby=\"library-hint\""),
        "<p class=\"hint\" id=\"library-hint\">",
        &escape(&texts.flight_hint),
        "</p><p class=\"library-looked\"></p><div class=\"library-report\" role=\"status\"></div></div>",
        &history::part(told),
        &heading("list", &texts.on_device),
        "<p class=\"hint\">",
        &escape(&texts.list_hint),
        "</p><form class=\"library-form\" data-list>",
        &field(&texts.find, "<input type=\"search\" name=\"text\" autocomplete=\"off\">"),
        &language(ALL),
        &field(&texts.sort, &["<select name=\"sort\">", &sorts, "</select>"].concat()),
        &check("saved", &texts.saved_only, false),
        &check("unread", &texts.unread_only, false),
        "</form><p class=\"library-count\" role=\"status\"></p><div class=\"library-lists\"></div>",
        &button("more", &texts.more, " hidden"),
        &heading("whole", &texts.keep_whole),
        "<p class=\"hint\">",
        &escape(&texts.keep_hint),
        "</p><form class=\"library-form\" data-whole>",
        &language(&told.lang),
        &check("images", &texts.images, true),
        &check("translations", &texts.translations, false),
        // What stops is read out, what comes nearer is not.
        "</form><ul class=\"library-wishes\" aria-labelledby=\"library-whole\"></ul>\
         <div class=\"library-work\" data-says=\"\"><p class=\"library-keeping\"></p>\
         <p class=\"library-state\" role=\"status\" tabindex=\"-1\"></p>\
         <progress max=\"1\" value=\"0\" hidden></progress>",
        &button("pause", &texts.pause, " hidden"),
        &button("go_on", &texts.go_on, " hidden"),
        &button("insist", &texts.go_on_anyway, " hidden"),
        "</div>",
        &heading("space", &texts.space),
        "<div class=\"library-space\"></div>",
        &carry::section(told),
    ]
    .concat()
}

/// What the list is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Question {
    /// Part of a title.
    pub(crate) text: String,
    /// A language, or all (`*`).
    pub(crate) lang: String,
    /// Only what is saved.
    pub(crate) saved: bool,
    /// Only what is not read.
    pub(crate) unread: bool,
    /// `newest`, `title` or `size`.
    pub(crate) sort: String,
    /// Where the lines begin, and how many.
    pub(crate) from: usize,
    pub(crate) count: usize,
}

record!(Question {
    text,
    lang,
    saved,
    unread,
    sort,
    from,
    count
});

/// Lines of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Shelf {
    /// How many there are and how large they are, in words.
    pub(crate) count: String,
    pub(crate) html: String,
    /// Whether there are more below.
    pub(crate) more: bool,
}

pub(crate) fn shelf(
    state: &mut State,
    question: &Question,
    now: Millis,
    speech: &impl Speech,
) -> Shelf {
    // The script asks for one step after the other.
    let whole = Question {
        from: 0,
        count: 0,
        ..question.clone()
    };
    let asked = state.asked.take().filter(|(own, ..)| *own == whole);
    let (_, any, lines) = asked.unwrap_or_else(|| {
        let (any, lines) = answer(state, question);
        (whole, any, lines)
    });
    let told = &state.told;
    let bytes = lines.iter().map(|line| line.bytes).sum();
    let count = if lines.is_empty() {
        let texts = &told.texts;
        if any {
            &texts.nothing_found
        } else {
            &texts.nothing
        }
        .clone()
    } else {
        amount(told, &told.texts.count, lines.len() as u64, bytes, speech)
    };
    let shown = lines.iter().skip(question.from).take(question.count);
    let html = shown
        .map(|line| item(state, line, now, speech))
        .collect::<String>();
    let more = lines.len() > question.from + question.count;
    let whole = Question {
        from: 0,
        count: 0,
        ..question.clone()
    };
    state.asked = Some((whole, any, lines));
    Shelf { count, html, more }
}

/// All lines that fit a question, in its order, and whether there are any that do not.
fn answer(state: &State, question: &Question) -> (bool, Vec<Line>) {
    let wanted = question.text.trim().to_lowercase();
    let mut lines = state.lines();
    let any = !lines.is_empty();
    lines.retain(|line| {
        (question.lang.is_empty() || question.lang == ALL || line.row.lang == question.lang)
            && (!question.saved || line.row.standing != Standing::Kept)
            && !(question.unread && state.is_read(&line.row.slug))
            && (wanted.is_empty() || line.row.title.to_lowercase().contains(&wanted))
    });
    match &*question.sort {
        "title" => lines.sort_by_cached_key(|line| {
            let title = line.row.title.to_lowercase();
            title.trim_start_matches(is_mark).to_owned()
        }),
        "size" => lines.sort_by_key(|line| Reverse(line.bytes)),
        _ => lines.sort_by(|a, b| {
            let key = |line: &Line| Reverse(line.stored);
            (key(a), &b.row.date).cmp(&(key(b), &a.row.date))
        }),
    }
    (any, lines)
}

/// Whether a character before a title's first word is a quotation mark or the like (ASCII, Latin-1, General and CJK
/// punctuation): nobody looks for a title by it.
fn is_mark(c: char) -> bool {
    match c {
        '\0'..='\u{7f}' => !c.is_ascii_alphanumeric(),
        _ => matches!(c, '\u{80}'..='\u{bf}' | '\u{2000}'..='\u{206f}' | '\u{3000}'..='\u{303f}'),
    }
}

fn amount(told: &Told, text: &str, n: u64, bytes: u64, speech: &impl Speech) -> String {
    let text = fill_number(told, text, "n", n, speech);
    fill(&text, "size", &speech.size(bytes, &told.words))
}

fn item(state: &State, line: &Line, now: Millis, speech: &impl Speech) -> String {
    let (told, row) = (&state.told, &line.row);
    let texts = &told.texts;
    let route = Route::Article {
        lang: row.lang.clone(),
        slug: row.slug.clone(),
    };
    let title = if row.title.is_empty() {
        &row.slug
    } else {
        &row.title
    };
    let key = [
        " data-key=\"",
        &*escape(&row.lang),
        "/",
        &escape(&row.slug),
        "\"",
    ]
    .concat();
    let mut facts = vec![match row.standing {
        Standing::Saved => texts.saved.clone(),
        // Its text is here.
        Standing::Due if row.bytes > 0 => texts.due_text.clone(),
        Standing::Due => texts.due.clone(),
        Standing::Kept => texts.kept.clone(),
    }];
    if line.bytes > 0 {
        facts.push(speech.size(line.bytes, &told.words));
    }
    if line.stored > 0 {
        let ago = speech.ago(line.stored, now, &told.words);
        facts.push(fill(&texts.stored, "time", &ago));
    }
    if row.outdated {
        facts.push(texts.changed.clone());
    }
    let reading = state.journal.get(&row.slug);
    facts.push(history::fact(told, reading, speech));
    let act = |action: &str, text: &str, named: &str, more: &str| {
        let named = escape(named);
        let more = [&*key, " aria-label=\"", &named, "\"", more];
        button(action, text, &more.concat())
    };
    let titled = |action, text: &str, more| act(action, text, &[text, ": ", title].concat(), more);
    let filled = |action, text, named| act(action, text, &fill(named, "title", title), "");
    let remove = |action| filled(action, &texts.remove, &texts.remove_named);
    // One thing stands beside the title: what its reader most likely wants. The rest is in the menu, unless that is one
    // thing, too.
    let mut rest = Vec::new();
    if row.outdated && row.standing != Standing::Due {
        rest.push(titled("versions", &texts.what_changed, ""));
    } else if line.earlier {
        rest.push(titled("versions", &texts.versions, ""));
    }
    rest.push(history::mark(
        told,
        &row.slug,
        title,
        state.is_read(&row.slug),
    ));
    let first = match row.standing {
        Standing::Saved if row.outdated => {
            rest.push(remove("remove"));
            titled("renew", &texts.renew, "")
        }
        Standing::Saved | Standing::Due => remove("remove"),
        // What only this device has unasked can be taken off it, too.
        Standing::Kept => {
            rest.push(remove("forget"));
            filled("save", &texts.save, &texts.save_named)
        }
    };
    let rest = if let [alone] = &*rest {
        [alone, "</span>"].concat()
    } else {
        let menu = titled("menu", &texts.row_more, " aria-expanded=\"false\"");
        [
            &*menu,
            "</span><span class=\"library-menu\" hidden>",
            &rest.concat(),
            "</span>",
        ]
        .concat()
    };
    [
        "<li class=\"library-item\" data-standing=\"",
        name(row.standing),
        "\"><a class=\"library-link\" href=\"",
        &escape(&route.path(&told.site)),
        "\" lang=\"",
        &escape(&row.lang),
        // It may be written the other way, in a row that begins where the page's do.
        "\"><bdi>",
        &escape(title),
        "</bdi></a><span class=\"library-age\">",
        &escape(&facts.join(" · ")),
        "</span><span class=\"library-actions\">",
        &first,
        &rest,
        "</li>",
    ]
    .concat()
}

/// A sentence with the title of an article in it, which may be written the other way; HTML.
fn with_title(text: &str, title: &str, lang: &str) -> String {
    let title = [
        "<bdi lang=\"",
        &*escape(lang),
        "\">",
        &escape(title),
        "</bdi>",
    ];
    fill(&escape(text), "title", &title.concat())
}

#[cfg(test)]
mod tests;
