//! What is said and offered of searching everything without a connection, as HTML.
//!
//! Entry point: [`push`]. `data-whole` says what a button does with the index as a whole: `keep`, `drop`. It must never
//! call whole what the finder's worker did not.

use lamplight_markdown::escape;
use lamplight_model::Messages;

use crate::found::Whole;
use crate::view::{self, Page};

/// How much can be searched without a connection, and what can be done about it.
pub(crate) fn push(page: &Page, out: &mut String, whole: &Whole) {
    let messages = &page.messages;
    let offer = &*Messages::fill(&messages.index_keep, "size", &whole.size);
    let (keep, cancel) = (("keep", &*messages.try_again), ("drop", &*messages.cancel));
    let (text, buttons): (String, &[(&str, &str)]) = match &*whole.state {
        "none" => (messages.index_near.clone(), &[("keep", offer)]),
        "going" => (
            Messages::fill(&messages.index_coming, "part", &whole.part),
            &[cancel],
        ),
        "failed" => (messages.index_lacking.clone(), &[keep, cancel]),
        "full" => (messages.storage_full.clone(), &[keep, cancel]),
        "waits" => (messages.index_waits.clone(), &[("keep", offer), cancel]),
        "done" => (
            Messages::fill(&messages.index_whole, "size", &whole.size),
            &[("drop", &*messages.remove)],
        ),
        _ => return,
    };
    view::push(
        out,
        &[
            "<section class=\"search-begin\"><p class=\"search-count\" role=\"status\">",
            &escape(&text),
            "</p>",
        ],
    );
    for (what, text) in buttons {
        view::button(out, &["data-whole=\"", what, "\""].concat(), text);
    }
    out.push_str("</section>");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_searched_offline_is_said_and_the_rest_is_offered_before_it_is_fetched() {
        let of = |state: &str| {
            let whole = Whole {
                state: state.into(),
                part: "42%".into(),
                size: "5.9 MB".into(),
            };
            let page = Page {
                messages: Messages::english(),
                ..Page::default()
            };
            let mut html = String::new();
            push(&page, &mut html, &whole);
            let buttons = |what: &str| {
                html.matches(&["data-whole=\"", what, "\""].concat())
                    .count()
            };
            (buttons("keep"), buttons("drop"), html)
        };
        assert_eq!(of(""), (0, 0, String::new()));
        let (keep, drop, html) = of("none");
        assert!((keep, drop) == (1, 0) && html.contains("5.9 MB"), "{html}");
        let (keep, drop, html) = of("going");
        assert!((keep, drop) == (0, 1) && html.contains("42%"), "{html}");
        for state in ["failed", "full", "waits"] {
            let (keep, drop, html) = of(state);
            assert!(
                (keep, drop) == (1, 1) && !html.contains("whole archive"),
                "{html}"
            );
        }
        let (keep, drop, html) = of("done");
        assert!(
            (keep, drop) == (0, 1) && html.contains("The whole archive is searchable offline"),
            "{html}"
        );
    }
}
