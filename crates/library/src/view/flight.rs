//! What came of the check before a flight; HTML.
//!
//! Entry point: [`flight`]. It must never say that something is ready that fails.

use lamplight_markdown::escape;
use lamplight_reader::offline::readiness::{Fault, Report, Trouble};

use super::{Speech, fill_number, with_title};
use crate::state::Told;

/// The most lines of what fails that are shown.
const MOST: usize = 200;

/// The outcome of the check.
pub(crate) fn flight(
    told: &Told,
    report: &Report,
    mended: u64,
    online: bool,
    speech: &impl Speech,
) -> String {
    let texts = &told.texts;
    let line =
        |class: &str, text: &str| ["<p class=\"", class, "\">", &escape(text), "</p>"].concat();
    let number = |text: &str, n: usize| fill_number(told, text, "n", n as u64, speech);
    let total = report.articles.len();
    let verdict = if report.is_ready() {
        if total == 0 {
            texts.nothing_saved.clone()
        } else {
            number(&texts.ready, total)
        }
    } else {
        let n = if report.has_app() {
            report.readable
        } else {
            report.ready
        };
        let text = if report.opens() {
            &texts.flight_opens
        } else {
            &texts.not_ready
        };
        fill_number(told, &number(text, n), "total", total as u64, speech)
    };
    let state = if report.is_ready() {
        "ready"
    } else if report.opens() {
        "opens"
    } else {
        "not-ready"
    };
    let mut out = [
        "<div data-flight=\"",
        state,
        "\"><p class=\"library-verdict\">",
        &escape(&verdict),
        "</p>",
    ]
    .concat();
    if mended > 0 {
        out += &line(
            "library-mended",
            &fill_number(told, &texts.mended, "n", mended, speech),
        );
    }
    if report.outdated > 0 {
        out += &line("hint", &number(&texts.outdated, report.outdated));
    }
    if report.no_app {
        out += &line("library-bad", &texts.no_app);
    }
    if report.unknown > 0 {
        out += &line("library-bad", &texts.bad_unknown);
    }
    if !report.app.is_empty() {
        out += &line("library-bad", &number(&texts.bad_app, report.app.len()));
    }
    let failing = report
        .articles
        .iter()
        .filter(|line| !line.troubles.is_empty());
    let mut items = String::new();
    for article in failing.take(MOST) {
        let title = if article.title.is_empty() {
            &article.slug
        } else {
            &article.title
        };
        let bare = |one: &Trouble| matches!(one, Trouble::Images { .. });
        for trouble in &article.troubles {
            let text = match trouble {
                // The app opens it: that images are lacking is all that is seen.
                Trouble::Page(Fault::Missing) if report.has_app() => {
                    if article.troubles.iter().any(bare) {
                        continue;
                    }
                    texts.opens_page.clone()
                }
                Trouble::Text(Fault::Missing) | Trouble::Page(Fault::Missing) => {
                    texts.bad_missing.clone()
                }
                Trouble::Text(Fault::Damaged) | Trouble::Page(Fault::Damaged) => {
                    texts.bad_damaged.clone()
                }
                Trouble::TooNew => texts.bad_new.clone(),
                Trouble::Images { missing, .. } if *missing > 0 && *missing == article.images => {
                    texts.opens_bare.clone()
                }
                Trouble::Images { missing, damaged } => {
                    number(&texts.bad_images, missing + damaged)
                }
            };
            items += &["<li>", &*with_title(&text, title, &article.lang), "</li>"].concat();
        }
    }
    if !items.is_empty() {
        out += &["<ul class=\"library-bad\">", &items, "</ul>"].concat();
    }
    if !report.is_ready() && !online {
        out += &line("hint", &texts.try_online);
    }
    out + "</div>"
}
