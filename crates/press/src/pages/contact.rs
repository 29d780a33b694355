//! The page by which readers write to the publication: a form that works without script, an address, hours.
//!
//! Entry points: [`page`], [`alternates`].

use lamplight_markdown::escape;
use lamplight_model::contact::{Contact, Holiday, Service, Texts};
use lamplight_model::{Messages, Route, Site, long_date};
use lamplight_pages::contact::{Filled, form, mailto};

use crate::config::Config;
use crate::emit::contact::place;
use crate::emit::words;
use crate::pages::head::Head;
use crate::pages::{Frame, Page, sheet};

/// A span of minutes from midnight.
type Span = (u32, u32);

/// The page in every language; none where readers cannot write.
pub(crate) fn alternates(site: &Site) -> Vec<Route> {
    let languages = site.languages.iter().filter(|_| site.contact);
    languages
        .map(|language| Route::contact(&language.code))
        .collect()
}

/// The page in a language.
pub(crate) fn page<'a>(frame: &Frame<'_>, lang: &'a str) -> Option<Page<'a>> {
    let config = frame.config;
    let contact = config.contact.get(lang)?;
    let (site, messages, texts) = (frame.site(), frame.messages(lang), words::contact(lang));
    let route = Route::contact(lang);
    let address = config.absolute(&route.path(site));
    let mut head = Head {
        lang,
        title: texts.title.clone(),
        description: site.description_in(lang).to_owned(),
        route: Some(&route),
        alternates: alternates(site),
        around: [None, None],
        category: None,
        article: None,
    }
    .render(frame);
    head.push_str(&sheet(&frame.sheets.contact));
    // Where there are no words in the page's language these are English, from left to right.
    let spoken = if words::speaks(lang) {
        String::new()
    } else {
        " lang=\"en\" dir=\"ltr\"".to_owned()
    };
    let filled = Filled {
        id_prefix: "contact",
        lang,
        page: &address,
        ..Filled::default()
    };
    let main = [
        "\n<section class=\"page contact\" data-contact",
        &spoken,
        ">\n<h1 class=\"page-title\" tabindex=\"-1\">",
        &escape(&texts.title),
        "</h1>\n<p class=\"page-intro contact-around\">",
        &escape(&texts.write_us),
        "</p>\n",
        &form(contact, &texts, &filled),
        &hints(config, contact, &texts, messages),
        &hours(contact, &texts, messages),
        "</section>\n",
    ]
    .concat();
    Some(Page {
        lang,
        route: Some(route),
        head,
        main,
    })
}

/// A text whose one place is filled in with HTML.
fn around(text: &str, place: &str, html: &str) -> String {
    Messages::fill(&escape(text), place, html)
}

fn isolated(text: &str) -> String {
    ["<bdi>", &*escape(text), "</bdi>"].concat()
}

/// Where else to write, and what becomes of a message.
fn hints(config: &Config, contact: &Contact, texts: &Texts, messages: &Messages) -> String {
    let mut out = String::new();
    if !contact.email.is_empty() {
        let link = format!(
            "<a href=\"{}\"><bdi>{}</bdi></a>",
            escape(&mailto(&contact.email)),
            escape(&contact.email)
        );
        let line = around(&texts.by_email, "email", &link);
        out.push_str(&format!("<p class=\"contact-email\">{line}</p>\n"));
    }
    let privacy = if contact.service == Service::None {
        escape(&texts.privacy_email)
    } else {
        let text = around(&texts.privacy, "place", &isolated(place(config, contact)));
        Messages::fill(&text, "n", &messages.number(contact.keep_days))
    };
    out.push_str(&format!("<p class=\"hint\">{privacy}</p>\n"));
    out
}

/// When somebody is around, as the publication says it: a page without script knows no reader's clock.
fn hours(contact: &Contact, texts: &Texts, messages: &Messages) -> String {
    if contact.hours.is_empty() {
        return String::new();
    }
    let mut out = format!(
        "<h2 class=\"page-heading\">{}</h2>\n<table class=\"contact-hours\">\n<caption>{}</caption>\n<tbody>\n",
        escape(&texts.hours),
        around(
            &texts.zone,
            "zone",
            &isolated(&contact.zone.replace('_', " "))
        )
    );
    let week: Vec<Vec<Span>> = (0..7)
        .map(|day| {
            let of_day = contact.hours.iter().filter(|hours| hours.day == day);
            of_day.map(|hours| (hours.from, hours.to)).collect()
        })
        .collect();
    let mut day = 0;
    for alike in week.chunk_by(|one, other| one == other) {
        out.push_str(&format!(
            "<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n",
            escape(&days(day, alike.len(), texts)),
            spans(&alike[0], texts, messages)
        ));
        day += alike.len();
    }
    out.push_str("</tbody>\n</table>\n");
    if contact.holidays.is_empty() {
        return out;
    }
    out.push_str(&format!(
        "<table class=\"contact-hours\">\n<caption>{}</caption>\n<tbody>\n",
        escape(&texts.holidays)
    ));
    let same = |one: &Holiday, other: &Holiday| one.date == other.date;
    for holiday in contact.holidays.chunk_by(same) {
        let of_day = holiday.iter().filter(|span| span.from < span.to);
        let of_day: Vec<Span> = of_day.map(|span| (span.from, span.to)).collect();
        let date = date(&holiday[0].date, texts, messages);
        out.push_str(&format!(
            "<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n",
            escape(&date),
            spans(&of_day, texts, messages)
        ));
    }
    out.push_str("</tbody>\n</table>\n");
    out
}

fn days(first: usize, count: usize, texts: &Texts) -> String {
    let name = |day: usize| texts.weekdays.split('|').nth(day).unwrap_or_default();
    let last = first + count - 1;
    match count {
        1 => name(first).to_owned(),
        _ => {
            let text = Messages::fill(&texts.days, "from", name(first));
            Messages::fill(&text, "to", name(last))
        }
    }
}

/// Spans of time as HTML, which is broken between them, not in them.
fn spans(spans: &[Span], texts: &Texts, messages: &Messages) -> String {
    if spans.is_empty() {
        return escape(&texts.closed);
    }
    let clock = |minutes: u32| {
        // Minutes have two digits, whatever digits look like.
        let minute = messages.number(100 + minutes % 60);
        let minute: String = minute.chars().skip(1).collect();
        [messages.number(minutes / 60), minute].join(":")
    };
    let written = spans.iter().map(|(from, to)| {
        let (from, to) = (clock(*from), clock(*to));
        format!("<span>{}–{}</span>", escape(&from), escape(&to))
    });
    let between = escape(&messages.list_separator);
    written.collect::<Vec<_>>().join(&between)
}

/// A date in words. What returns each year returns by the Gregorian calendar, in every language.
fn date(date: &str, texts: &Texts, messages: &Messages) -> String {
    let Some((month, day)) = date.split_once('-').filter(|_| date.len() == 5) else {
        return long_date(date, messages);
    };
    let number = |text: &str| text.parse::<u32>().unwrap_or_default();
    let mut months = texts.months.split('|');
    let month = months.nth(number(month).saturating_sub(1) as usize);
    let mut written = messages.number(number(day));
    if number(day) == 1 {
        written = Messages::fill(&messages.day_one, "n", &written);
    }
    let text = Messages::fill(&texts.every_year, "day", &written);
    Messages::fill(&text, "month", month.unwrap_or_default())
}
