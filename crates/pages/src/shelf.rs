//! Lists of what is on a device: the inside of a `.shelf`.
//!
//! Entry point: [`shelf`]. It must never know of a device, nor of its clock.

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

/// Lists of articles, each under its heading.
pub fn shelf(items: &[Shelved], messages: &Messages) -> String {
    let mut out = String::new();
    let mut list = None;
    for item in items {
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
                "<li class=\"library-item\"><a class=\"library-link\" href=\"",
                &escape(&item.path),
                "\" lang=\"",
                &escape(&item.lang),
                // It may be written the other way than the page.
                "\"><bdi>",
                &escape(&item.title),
                "</bdi></a>",
            ],
        );
        if !item.age.is_empty() {
            let age = Messages::fill(&messages.saved_age, "age", &item.age);
            join(
                &mut out,
                &["<span class=\"library-age\">", &escape(&age), "</span>"],
            );
        }
        out.push_str("</li>");
    }
    if list.is_some() {
        out.push_str("</ul>");
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
    fn articles_stand_under_their_headings() {
        let messages = Messages::english();
        let items = [
            item("Visited", "A <b>"),
            item("Visited", "B"),
            item("Kept", "C"),
        ];
        let html = shelf(&items, &messages);
        assert_eq!(html.matches("<h2").count(), 2);
        assert_eq!(html.matches("<ul").count(), html.matches("</ul>").count());
        assert!(
            html.contains("href=\"/ar/a/\" lang=\"ar\"><bdi>A &lt;b&gt;</bdi></a>"),
            "{html}"
        );
        assert_eq!(shelf(&[], &messages), "");
    }
}
