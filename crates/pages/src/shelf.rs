//! Lists of what is on a device: the inside of a `.shelf`.
//!
//! Entry points: [`shelf`], [`meters`]. It must never know of a device, nor of its clock.

use lamplight_markdown::escape;
use lamplight_model::Messages;

use crate::join;

/// One article on a device.
#[derive(Clone, Debug, Default)]
pub struct Shelved {
    /// The heading that it is listed under; lists are parted where it changes.
    pub list: String,
    /// Its path.
    pub path: String,
    /// Its language.
    pub lang: String,
    /// What it is called.
    pub title: String,
    /// How old the copy is, in words; empty where that is not said.
    pub age: String,
}

/// Lists of articles, each under its heading. With `remove` each has a button that removes it, whose `data-remove` is
/// the article's place among `items`.
pub fn shelf(items: &[Shelved], messages: &Messages, remove: bool) -> String {
    let mut out = String::new();
    let mut list = None;
    for (item, at) in items.iter().zip(0usize..) {
        if list != Some(&item.list) {
            if list.is_some() {
                out.push_str("</ul>");
            }
            list = Some(&item.list);
            let heading = escape(&item.list);
            join(
                &mut out,
                &[
                    "<h2 class=\"page-heading\">",
                    &heading,
                    "</h2><ul class=\"library-list\">",
                ],
            );
        }
        join(
            &mut out,
            &[
                "<li class=\"library-item\"><a class=\"library-link\" dir=\"auto\" href=\"",
                &escape(&item.path),
                "\" lang=\"",
                &escape(&item.lang),
                "\">",
                &escape(&item.title),
                "</a>",
            ],
        );
        if !item.age.is_empty() {
            let age = Messages::fill(&messages.saved_age, "age", &item.age);
            join(
                &mut out,
                &["<span class=\"library-age\">", &escape(&age), "</span>"],
            );
        }
        if remove {
            let name = Messages::fill(&messages.remove_named, "title", &item.title);
            join(
                &mut out,
                &[
                    "<button type=\"button\" class=\"button button-quiet\" data-remove=\"",
                    &at.to_string(),
                    "\" aria-label=\"",
                    &escape(&name),
                    "\">",
                    &escape(&messages.remove),
                    "</button>",
                ],
            );
        }
        out.push_str("</li>");
    }
    if list.is_some() {
        out.push_str("</ul>");
    }
    out
}

/// What stands above the lists: how much space is `used`, in words, and how many articles of how many are fetched.
pub fn meters(messages: &Messages, used: Option<&str>, progress: Option<(u32, u32)>) -> String {
    let mut out = String::new();
    if let Some(used) = used {
        let text = Messages::fill(&messages.storage_used, "used", used);
        join(
            &mut out,
            &["<p class=\"meter-text\">", &escape(&text), "</p>"],
        );
    }
    if let Some((done, total)) = progress {
        let text = Messages::fill(&messages.keeping, "done", &messages.number(done));
        let text = Messages::fill(&text, "total", &messages.number(total));
        let text = escape(&text);
        let (done, total) = (done.to_string(), total.to_string());
        join(
            &mut out,
            &[
                "<p class=\"meter-text\">",
                &text,
                "</p><progress class=\"meter\" max=\"",
                &total,
                "\" value=\"",
                &done,
                "\" aria-label=\"",
                &text,
                "\"></progress>",
            ],
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(list: &str, title: &str) -> Shelved {
        Shelved {
            list: list.into(),
            path: "/ar/a/".into(),
            lang: "ar".into(),
            title: title.into(),
            age: "2 days ago".into(),
        }
    }

    #[test]
    fn articles_stand_under_their_headings_and_can_be_removed_by_name() {
        let messages = Messages::english();
        let items = [
            item("Visited", "A <b>"),
            item("Visited", "B"),
            item("Kept", "C"),
        ];
        let html = shelf(&items, &messages, true);
        assert_eq!(html.matches("<h2").count(), 2);
        assert_eq!(html.matches("<ul").count(), html.matches("</ul>").count());
        assert!(
            html.contains("href=\"/ar/a/\" lang=\"ar\">A &lt;b&gt;</a>"),
            "{html}"
        );
        assert!(
            html.contains("data-remove=\"2\" aria-label=\"Remove “C” from"),
            "{html}"
        );
        assert!(!shelf(&items, &messages, false).contains("<button"));
        assert_eq!(shelf(&[], &messages, true), "");
    }

    #[test]
    fn meters_say_what_is_known() {
        let messages = Messages::english();
        assert_eq!(meters(&messages, None, None), "");
        let html = meters(&messages, Some("3 MB"), Some((2, 20)));
        assert!(
            html.contains("<p class=\"meter-text\">3 MB used on this device</p>"),
            "{html}"
        );
        assert!(html.contains("max=\"20\" value=\"2\""), "{html}");
    }
}
