//! The panel and the bar as HTML: plain texts in, every one of them escaped.
//!
//! Entry points: [`panel`], [`device`], [`services`]; [`bar`], [`Stage`], [`changed`]. Controls say what they do in `data-do`; what
//! happens is the caller's.

use lamplight_markdown::escape;
use lamplight_model::services::address;

use crate::languages::dir;
use crate::texts::{Service, Texts, fill};

/// A language and what it is called in the language of the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Named {
    /// BCP 47 tag.
    pub(crate) tag: String,
    /// Its name.
    pub(crate) name: String,
}

/// A translation that people wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Human {
    /// BCP 47 tag.
    pub(crate) lang: String,
    /// The language's name in itself.
    pub(crate) name: String,
    /// The address of the page.
    pub(crate) href: String,
}

/// What the browser says of a pair of languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Device {
    /// It has no translator.
    Absent,
    /// It was asked.
    Asking,
    /// It cannot.
    Unavailable,
    /// It can.
    Available,
    /// It can, once it has fetched a model.
    Downloadable,
    /// It is fetching that.
    Downloading,
}

impl Device {
    /// What `Translator.availability` answered.
    pub(crate) fn of(answer: &str) -> Self {
        match answer {
            "available" => Self::Available,
            "downloadable" => Self::Downloadable,
            "downloading" => Self::Downloading,
            _ => Self::Unavailable,
        }
    }
}

/// Whether a service could read the article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// Nothing speaks against it.
    Up,
    /// This device has no network.
    NoNetwork,
    /// The site cannot be reached.
    NoSite,
}

impl Line {
    /// By what the browser says and by the evidence that the page shows (`data-evidence`, `docs/pages.md`).
    pub(crate) fn of(online: bool, evidence: &str) -> Self {
        match (online, evidence) {
            (false, _) | (_, "reader-offline") => Self::NoNetwork,
            (_, "unreachable" | "site-down") => Self::NoSite,
            _ => Self::Up,
        }
    }
}

/// What the panel shows.
pub(crate) struct Panel<'a> {
    /// Texts in the language of the page.
    pub(crate) texts: &'a Texts,
    /// By people.
    pub(crate) humans: &'a [Human],
    /// The reader's languages, and the others.
    pub(crate) offered: &'a (Vec<Named>, Vec<Named>),
    /// Whether the browser has a translator.
    pub(crate) has_device: bool,
    /// Whether there are services.
    pub(crate) has_services: bool,
}

/// The inside of the dialog. What depends on the language chosen comes into its places: `[data-piece]`.
pub(crate) fn panel(panel: &Panel<'_>) -> String {
    let texts = panel.texts;
    let mut out = [
        "<div class=\"machine-box\"><div class=\"machine-head\"><h2 id=\"machine-title\">",
        &escape(&texts.title),
        "</h2><button type=\"button\" class=\"button button-quiet\" data-do=\"close\">",
        &escape(&texts.close),
        "</button></div>",
    ]
    .concat();
    if !panel.humans.is_empty() {
        out.push_str(&heading(&texts.by_people));
        out.push_str("<ul class=\"machine-list\">");
        for human in panel.humans {
            let (lang, href) = (escape(&human.lang), escape(&human.href));
            out.push_str(
                &[
                    "<li><a class=\"button\" href=\"",
                    &href,
                    "\" lang=\"",
                    &lang,
                    "\" hreflang=\"",
                    &lang,
                    "\" dir=\"",
                    dir(&human.lang),
                    "\">",
                    &escape(&human.name),
                    "</a></li>",
                ]
                .concat(),
            );
        }
        out.push_str("</ul>");
    }
    out.push_str("<div data-piece=\"kept\"></div>");
    if panel.has_device || panel.has_services {
        out.push_str("<p class=\"machine-into\"><label for=\"machine-to\">");
        out.push_str(&escape(&texts.into));
        out.push_str("</label> <select id=\"machine-to\">");
        let (first, others) = panel.offered;
        if first.is_empty() {
            // None of the reader's is left: any that came first would be a guess.
            out.push_str("<option value=\"\">");
            out.push_str(&escape(&texts.choose));
            out.push_str("</option>");
        }
        options(first, &mut out);
        if !first.is_empty() && !others.is_empty() {
            out.push_str("<hr>");
        }
        options(others, &mut out);
        out.push_str("</select></p>");
    }
    out.push_str("<div data-piece=\"device\"></div><div data-piece=\"services\"></div></div>");
    out
}

fn options(languages: &[Named], out: &mut String) {
    for language in languages {
        let (tag, name) = (escape(&language.tag), escape(&language.name));
        out.push_str(&["<option value=\"", &tag, "\">", &name, "</option>"].concat());
    }
}

fn heading(text: &str) -> String {
    ["<h3 class=\"machine-heading\">", &escape(text), "</h3>"].concat()
}

fn line(class: &str, text: &str) -> String {
    ["<p class=\"", class, "\">", &escape(text), "</p>"].concat()
}

fn button(class: &str, does: &str, text: &str) -> String {
    let text = escape(text);
    [
        "<button type=\"button\" class=\"",
        class,
        "\" data-do=\"",
        does,
        "\">",
        &text,
        "</button>",
    ]
    .concat()
}

/// What the device has already: buttons that need no translator.
pub(crate) fn kept(texts: &Texts, kept: &[Named]) -> String {
    if kept.is_empty() {
        return String::new();
    }
    let mut out = heading(&texts.kept);
    out.push_str("<ul class=\"machine-list\">");
    for language in kept {
        let text = fill(&texts.show_kept, &[("to", &language.name)]);
        out.push_str("<li>");
        out.push_str(&button(
            "button button-strong",
            &["kept\" data-to=\"", &escape(&language.tag)].concat(),
            &text,
        ));
        out.push_str("</li>");
    }
    out.push_str("</ul>");
    out
}

/// What the browser can do by itself.
///
/// `second`: whether something else is what the reader is offered first.
pub(crate) fn device(
    texts: &Texts,
    device: Device,
    from: &Named,
    to: &Named,
    second: bool,
) -> String {
    let names = [("from", from.name.as_str()), ("to", to.name.as_str())];
    let mut out = heading(&texts.on_device);
    match device {
        Device::Absent => out.push_str(&line("machine-note", &texts.not_here)),
        Device::Asking => out.push_str(&line("machine-note", &texts.asking)),
        Device::Unavailable => {
            out.push_str(&line("machine-note", &fill(&texts.unavailable, &names)));
        }
        Device::Available | Device::Downloadable | Device::Downloading => {
            let (why, text) = match device {
                Device::Available => (None, &texts.ready),
                Device::Downloading => (Some(&texts.fetching_why), &texts.ready),
                _ => (Some(&texts.fetch_why), &texts.fetch),
            };
            if let Some(why) = why {
                out.push_str(&line("machine-note", why));
            }
            let class = if second {
                "button"
            } else {
                "button button-strong"
            };
            out.push_str(&button(class, "start", &fill(text, &names)));
            out.push_str(&line("machine-note machine-private", &texts.private));
        }
    }
    out
}

/// The services; without a connection they are no links, and it is said why.
pub(crate) fn services(
    texts: &Texts,
    services: &[Service],
    line: Line,
    url: &str,
    from: &str,
    to: &str,
) -> String {
    if services.is_empty() {
        return String::new();
    }
    let mut out = heading(&texts.by_services);
    out.push_str("<ul class=\"machine-list\">");
    for service in services {
        let href = if line == Line::Up {
            let address = address(&service.url, url, from, to);
            [" href=\"", &escape(&address), "\""].concat()
        } else {
            " role=\"link\" aria-disabled=\"true\"".to_owned()
        };
        out.push_str(
            &[
                "<li><a class=\"button\"",
                &href,
                " target=\"_blank\" rel=\"noopener noreferrer nofollow\">",
                &escape(&service.name),
                "</a></li>",
            ]
            .concat(),
        );
    }
    out.push_str("</ul>");
    let note = match line {
        Line::Up => &texts.services_note,
        Line::NoNetwork => &texts.services_offline,
        Line::NoSite => &texts.services_unreachable,
    };
    out.push_str(&self::line("machine-note", note));
    out
}

/// How far a translation has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The browser prepares; of a model it fetches, the part that is there, in per cent.
    Fetching(Option<u32>),
    /// Pieces done, of so many.
    Working(u32, u32),
    /// The end: pieces that stand in the original, and whether it is kept on the device.
    Done(u32, bool),
    /// It came to nothing.
    Failed(Refusal),
}

/// Why a translator cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The browser, or who set it up, does not want it.
    Refused,
    /// The model cannot be fetched.
    NoNetwork,
    /// Anything else.
    Other,
}

impl Refusal {
    /// By the name of the error that `Translator.create` gave.
    pub(crate) fn of(name: &str) -> Self {
        match name {
            "NotAllowedError" => Self::Refused,
            "NetworkError" => Self::NoNetwork,
            _ => Self::Other,
        }
    }
}

impl Stage {
    /// What it says of it.
    ///
    /// `digits` writes a number as the language of the texts does.
    pub(crate) fn sentence(self, texts: &Texts, digits: impl Fn(u32) -> String) -> String {
        let number = |text: &str, number: u32| fill(text, &[("n", &digits(number))]);
        match self {
            Self::Fetching(None) => texts.fetching.clone(),
            Self::Fetching(Some(n)) => number(&texts.fetching_n, n),
            Self::Working(done, total) => fill(
                &texts.translating,
                &[("done", &digits(done)), ("total", &digits(total))],
            ),
            Self::Done(lacking, kept) => {
                let first = if lacking == 0 {
                    texts.done.clone()
                } else {
                    number(&texts.partly, lacking) + "."
                };
                let kept = if kept { &texts.saved } else { &texts.not_saved };
                [&first, " ", kept].concat()
            }
            Self::Failed(Refusal::Refused) => texts.refused.clone(),
            Self::Failed(Refusal::NoNetwork) => texts.no_network.clone(),
            Self::Failed(Refusal::Other) => texts.failed.clone(),
        }
    }

    /// What the progress element has: done, of how many; `None` where there is nothing to measure.
    pub(crate) fn progress(self) -> Option<(Option<u32>, u32)> {
        match self {
            Self::Fetching(n) => Some((n, 100)),
            Self::Working(done, total) => Some((Some(done), total)),
            Self::Done(..) | Self::Failed(_) => None,
        }
    }

    /// The controls: what each does, and its text. `shown`: the translation is shown, not the original.
    pub(crate) fn controls(self, texts: &Texts, shown: bool) -> Vec<(&'static str, &str)> {
        let other = if shown {
            ("original", texts.show_original.as_str())
        } else {
            ("translation", texts.show_translation.as_str())
        };
        let again = ("again", texts.again.as_str());
        match self {
            Self::Fetching(_) if !shown => vec![("cancel", &texts.cancel)],
            Self::Fetching(_) => vec![other, ("cancel", &texts.cancel)],
            Self::Working(..) => vec![other, ("cancel", &texts.cancel)],
            Self::Done(0, _) => vec![other],
            Self::Done(..) => vec![other, again],
            Self::Failed(_) if shown => vec![other, again],
            Self::Failed(_) => vec![again, ("cancel", &texts.close)],
        }
    }
}

/// The inside of the bar.
pub(crate) fn bar(texts: &Texts, from: &Named, to: &Named) -> String {
    let names = [("from", from.name.as_str()), ("to", to.name.as_str())];
    [
        &line("machine-label", &fill(&texts.label, &names)),
        "<p class=\"machine-stage\" role=\"status\"></p><progress class=\"machine-progress\" hidden aria-label=\"",
        &escape(&fill(&texts.ready, &names)),
        "\"></progress><div class=\"machine-controls\"></div>",
    ]
    .concat()
}

/// The inside of a bar over the new text of an article whose translation was shown.
pub(crate) fn changed(texts: &Texts, to: &Named) -> String {
    let text = fill(&texts.ready, &[("to", &to.name)]);
    [
        &line("machine-stage", &texts.changed),
        "<div class=\"machine-controls\">",
        &button("button", "start", &text),
        &button("button", "close", &texts.close),
        "</div>",
    ]
    .concat()
}

/// The bar's controls as HTML.
pub(crate) fn controls(texts: &Texts, stage: Stage, shown: bool) -> String {
    let controls = stage.controls(texts, shown).into_iter();
    controls
        .map(|(does, text)| button("button", does, text))
        .collect()
}

#[cfg(test)]
#[path = "view_tests.rs"]
mod tests;
