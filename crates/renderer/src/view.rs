//! What was found, as HTML: pure functions of the answer, the publication and the interface's texts.
//!
//! Entry points: [`list`], [`count`], [`notes`], [`end`], [`form`]. Where a click is the app's business an
//! element says so: `data-ask` (a question to ask instead; `data-address`, where its results are), `data-all`,
//! `data-more`, `data-clear`. This module
//! must never write a text that it has not escaped.

use lamplight_markdown::escape;
use lamplight_model::{Messages, Route, Site, long_date, paths};
use lamplight_pages::{Frame, lists};

use crate::asked::Asked;
use crate::found::{Found, Hit, marked};
use crate::whole;

/// The page that asks.
#[derive(Clone, Debug, Default)]
pub(crate) struct Page {
    pub(crate) site: Site,
    pub(crate) messages: Messages,
    /// BCP 47.
    pub(crate) lang: String,
}

impl Page {
    fn frame(&self) -> Frame<'_> {
        Frame {
            site: &self.site,
            messages: &self.messages,
            lang: &self.lang,
            here: None,
        }
    }

    /// The path of a hit's document.
    pub(crate) fn document(&self, hit: &Hit) -> String {
        paths::document(&self.site, &hit.lang, &hit.id)
    }
}

/// The links to what was found. In the dialog they are the `options` of its box.
pub(crate) fn list(page: &Page, found: &Found, options: bool) -> String {
    let mut out = String::new();
    for (at, hit) in found.hits.iter().enumerate() {
        if options {
            let id = at.to_string();
            link(
                page,
                &mut out,
                hit,
                &[
                    " role=\"option\" tabindex=\"-1\" aria-selected=\"false\" id=\"search-",
                    &id,
                    "\"",
                ],
            );
        } else {
            out.push_str("<li>");
            link(page, &mut out, hit, &[]);
            out.push_str("</li>");
        }
    }
    out
}

fn link(page: &Page, out: &mut String, hit: &Hit, attributes: &[&str]) {
    let site = &page.site;
    let route = Route::Article {
        lang: hit.lang.clone(),
        slug: hit.id.clone(),
    };
    push(
        out,
        &[
            "<a class=\"result\" href=\"",
            &escape(&route.path(site)),
            "\" lang=\"",
            &escape(&hit.lang),
            "\" dir=\"",
            site.dir(&hit.lang).as_str(),
            "\"",
        ],
    );
    push(out, attributes);
    out.push_str("><span class=\"result-title\">");
    pieces(out, &hit.title, &hit.marks);
    out.push_str("</span>");
    if let Some(snippet) = &hit.snippet {
        out.push_str("<span class=\"result-text\">");
        if snippet.tags {
            push(out, &[&escape(&page.messages.tags), ": "]);
        }
        out.push_str(if snippet.before { "… " } else { "" });
        pieces(out, &snippet.text, &snippet.marks);
        out.push_str(if snippet.after { " …" } else { "" });
        out.push_str("</span>");
    }
    let mut meta: Vec<String> = Vec::new();
    if let Some(id) = hit.categories.first() {
        meta.push(site.category_name(id, &page.lang).to_owned());
    }
    if !hit.date.is_empty() {
        meta.push(long_date(&hit.date, &page.messages));
    }
    if hit.lang != page.lang {
        meta.extend(site.language(&hit.lang).map(|own| own.name.clone()));
    }
    push(
        out,
        &[
            "<span class=\"result-meta\" lang=\"",
            &escape(&page.lang),
            "\" dir=\"",
            site.dir(&page.lang).as_str(),
            "\">",
            &escape(&meta.join(" · ")),
        ],
    );
    if hit.own {
        let text = escape(&page.messages.on_device);
        push(out, &[" <span class=\"badge\">", &text, "</span>"]);
    }
    out.push_str("</span></a>");
}

pub(crate) fn push(out: &mut String, pieces: &[&str]) {
    for piece in pieces {
        out.push_str(piece);
    }
}

/// A text with its marks.
fn pieces(out: &mut String, text: &str, marks: &[u32]) {
    for (piece, marked) in marked(text, marks) {
        out.push_str(if marked { "<mark>" } else { "" });
        out.push_str(&escape(piece));
        out.push_str(if marked { "</mark>" } else { "" });
    }
}

/// How many there are, in words; `number` writes a number as the page's language does.
pub(crate) fn count(
    page: &Page,
    asked: &Asked,
    found: &Found,
    number: impl Fn(u32) -> String,
) -> String {
    let messages = &page.messages;
    if asked.question().trim().is_empty() {
        String::new()
    } else if found.total == 0 && found.index.is_empty() {
        messages.searching.clone()
    } else if found.total == 0 && !asked.q.trim().is_empty() {
        Messages::fill(&messages.search_none, "q", asked.q.trim())
    } else {
        messages.counted(&messages.search_count, found.total, &number(found.total))
    }
}

/// The question spelt otherwise, and what of everything was searched where that was not everything; `number` as
/// in [`count`].
pub(crate) fn notes(
    page: &Page,
    asked: &Asked,
    found: &Found,
    number: impl Fn(u32) -> String,
) -> String {
    let messages = &page.messages;
    let mut out = String::new();
    if let Some(other) = &found.didYouMean {
        // It is the whole question, with what the filters add to it.
        let other = other.strip_suffix(&asked.filters()).unwrap_or(other);
        let text = Messages::fill(&messages.did_you_mean, "q", other);
        let address = Asked {
            q: other.to_owned(),
            ..asked.clone()
        };
        ask(&mut out, "button button-quiet", &address, &text);
    }
    let condition = match &*found.index {
        "absent" => messages.counted(&messages.search_device, found.own, &number(found.own)),
        "newer" => messages.counted(&messages.search_newer, found.own, &number(found.own)),
        "open" if !found.complete => messages.search_partial.clone(),
        _ => return out,
    };
    push(
        &mut out,
        &["<p class=\"search-note\">", &escape(&condition), "</p>"],
    );
    out
}

/// Below the results: how to see more of them, and on the page of results how to keep those it shows. In the dialog (`recent` is there), where nothing is asked yet:
/// where to begin.
pub(crate) fn end(page: &Page, asked: &Asked, found: &Found, recent: Option<&[String]>) -> String {
    let messages = &page.messages;
    let mut out = String::new();
    let more = found.total as usize > found.hits.len();
    match recent {
        None if more => button(&mut out, "data-more", &messages.more_results),
        Some(_) if more => button(&mut out, "data-all", &messages.all_results),
        Some(recent) if asked.q.is_empty() => begin(page, &mut out, recent),
        _ => {}
    }
    if recent.is_none() && !found.hits.is_empty() {
        keep(page, &mut out);
    }
    whole::push(page, &mut out, &found.whole);
    out
}

fn begin(page: &Page, out: &mut String, recent: &[String]) {
    let messages = &page.messages;
    let heading = |out: &mut String, text: &str| {
        let text = escape(text);
        push(
            out,
            &[
                "<section class=\"search-begin\"><h2 class=\"search-heading\">",
                &text,
                "</h2>",
            ],
        );
    };
    if !recent.is_empty() {
        heading(out, &messages.recent_searches);
        out.push_str("<div class=\"search-recents\">");
        for q in recent {
            ask(out, "search-recent", &Asked::of(q), q);
        }
        out.push_str("</div>");
        button(out, "data-clear", &messages.clear_searches);
        out.push_str("</section>");
    }
    heading(out, &messages.sections);
    let lists = lists(&page.frame());
    push(
        out,
        &["<ul class=\"search-lists\">", &lists, "</ul></section>"],
    );
}

/// The control that keeps the articles found on the device: a part of the app, as in an article (`docs/pages.md`).
fn keep(page: &Page, out: &mut String) {
    let messages = &page.messages;
    push(
        out,
        &[
            "<button type=\"button\" class=\"button button-quiet save\" data-part=\"library\" data-save-results data-lacking=\"",
            &escape(&messages.part_absent),
            "\">",
            &escape(&messages.save_results),
            "</button>",
        ],
    );
}

pub(crate) fn button(out: &mut String, name: &str, text: &str) {
    push(
        out,
        &[
            "<button type=\"button\" class=\"button button-quiet\" ",
            name,
            ">",
            &escape(text),
            "</button>",
        ],
    );
}

/// A button that asks something else.
fn ask(out: &mut String, class: &str, asked: &Asked, text: &str) {
    push(
        out,
        &[
            "<button type=\"button\" class=\"",
            class,
            "\" dir=\"auto\" data-ask=\"",
            &escape(&asked.q),
            "\" data-address=\"",
            &escape(&asked.address()),
            "\">",
            &escape(text),
            "</button>",
        ],
    );
}

/// The inside of the form on the page of results: the box and the filters.
pub(crate) fn form(page: &Page, asked: &Asked) -> String {
    let (site, messages) = (&page.site, &page.messages);
    let mut out = String::new();
    let (search, placeholder) = (
        escape(&messages.search),
        escape(&messages.search_placeholder),
    );
    push(
        &mut out,
        &[
            "<div class=\"search-head\"><input type=\"search\" class=\"search-field\" name=\"q\" autocomplete=\"off\" \
             enterkeyhint=\"search\" dir=\"auto\" aria-label=\"",
            &search,
            "\" placeholder=\"",
            &placeholder,
            "\" value=\"",
            &escape(&asked.q),
            "\"><button class=\"button button-strong\">",
            &search,
            "</button></div><div class=\"search-filters\">",
        ],
    );
    if !site.categories.is_empty() {
        let categories = site.categories.iter();
        let options = categories.map(|own| (&*own.id, site.category_name(&own.id, &page.lang)));
        let name = ("category", &*messages.filter_category);
        select(page, &mut out, name, &asked.category, options);
    }
    if site.languages.len() > 1 {
        let options = site.languages.iter().map(|own| (&*own.code, &*own.name));
        let name = ("lang", &*messages.filter_language);
        select(page, &mut out, name, &asked.lang, options);
    }
    for (name, label, value) in [
        ("after", &messages.filter_after, &asked.after),
        ("before", &messages.filter_before, &asked.before),
    ] {
        field(&mut out, label);
        let value = escape(value);
        push(
            &mut out,
            &[
                "<input type=\"date\" name=\"",
                name,
                "\" value=\"",
                &value,
                "\"></label>",
            ],
        );
    }
    out.push_str("</div>");
    out
}

fn field(out: &mut String, label: &str) {
    let label = escape(label);
    push(out, &["<label class=\"field\"><span>", &label, "</span>"]);
}

fn select<'o>(
    page: &Page,
    out: &mut String,
    (name, label): (&str, &str),
    chosen: &str,
    options: impl Iterator<Item = (&'o str, &'o str)>,
) {
    field(out, label);
    push(out, &["<select name=\"", name, "\">"]);
    let mut option = |value: &str, text: &str| {
        push(
            out,
            &[
                "<option value=\"",
                &escape(value),
                if value == chosen {
                    "\" selected>"
                } else {
                    "\">"
                },
                &escape(text),
                "</option>",
            ],
        );
    };
    option("", &page.messages.filter_any);
    for (value, text) in options {
        option(value, text);
    }
    out.push_str("</select></label>");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> Page {
        let site = r#"{"format":1,"title":"The Tide","base":"/","languages":[{"code":"en","name":"English","dir":"ltr"},{"code":"ar","name":"العربية","dir":"rtl"}],"keep_newest":20,"categories":[{"id":"sea","names":{"en":"Sea & sky"}}]}"#;
        Page {
            site: lamplight_model::json::read(site).expect("a site"),
            messages: Messages::english(),
            lang: "en".into(),
        }
    }

    fn found(title: &str) -> Found {
        Found {
            hits: vec![Hit {
                id: "a".into(),
                lang: "en".into(),
                title: title.into(),
                date: "2024-05-17".into(),
                categories: vec!["sea".into()],
                ..Hit::default()
            }],
            total: 1,
            complete: true,
            index: "open".into(),
            own: 3,
            ..Found::default()
        }
    }

    #[test]
    fn a_hit_is_a_link_with_its_marks_its_category_and_its_date() {
        let mut found = found("Storm <at> sea");
        found.hits[0].marks = vec![0, 5, 11, 14];
        found.hits[0].own = true;
        let html = list(&page(), &found, false);
        assert!(
            html.starts_with("<li><a class=\"result\" href=\"/a/\" lang=\"en\" dir=\"ltr\">"),
            "{html}"
        );
        assert!(
            html.contains("<mark>Storm</mark> &lt;at&gt; <mark>sea</mark></span>"),
            "{html}"
        );
        assert!(
            html.contains("Sea &amp; sky · 17 May 2024 <span class=\"badge\">"),
            "{html}"
        );
        let html = list(&page(), &found, true);
        assert!(
            html.contains(
                "role=\"option\" tabindex=\"-1\" aria-selected=\"false\" id=\"search-0\""
            )
        );
    }

    #[test]
    fn a_hit_in_another_language_names_it_and_has_its_direction() {
        let mut found = found("العاصفة");
        found.hits[0].lang = "ar".into();
        let html = list(&page(), &found, false);
        assert!(html.contains("lang=\"ar\" dir=\"rtl\""), "{html}");
        assert!(html.contains("· العربية</span>"), "{html}");
    }

    #[test]
    fn what_was_not_searched_is_said() {
        let (page, asked, mut found) = (page(), Asked::of("storm"), found("Storm"));
        let of = |found: &Found| notes(&page, &asked, found, |n| n.to_string());
        assert_eq!(of(&found), "");
        found.index = "absent".into();
        assert!(of(&found).contains("(3)"));
        found.index = "newer".into();
        assert!(of(&found).contains("newer than this app"));
        (found.index, found.complete) = ("open".into(), false);
        assert!(of(&found).contains("Part of the index"));
        (found.index, found.didYouMean) = ("coming".into(), Some("\"storms\"".into()));
        let html = of(&found);
        assert!(html.contains("data-address=\"?q=%22storms%22\""), "{html}");
        assert!(html.contains("&quot;storms&quot;"), "{html}");
        let filtered = Asked::parse("?q=strom&category=sea");
        found.didYouMean = Some("storm category:sea".into());
        let html = notes(&page, &filtered, &found, |n| n.to_string());
        assert!(
            html.contains("data-address=\"?q=storm&amp;category=sea\">Did you mean “storm”?"),
            "{html}"
        );
    }

    #[test]
    fn more_is_offered_where_there_is_more() {
        let (page, asked, mut found) = (page(), Asked::of("storm"), found("Storm"));
        assert!(!end(&page, &asked, &found, None).contains("data-more"));
        assert_eq!(end(&page, &asked, &found, Some(&[])), "");
        found.total = 9;
        assert!(end(&page, &asked, &found, None).contains("data-more"));
        assert!(end(&page, &asked, &found, Some(&[])).contains("data-all"));
    }

    #[test]
    fn what_the_page_of_results_shows_can_be_kept() {
        let (page, asked, mut found) = (page(), Asked::of("storm"), found("Storm"));
        let button = "<button type=\"button\" class=\"button button-quiet save\" data-part=\"library\" data-save-results data-lacking=\"This cannot be loaded now.\">Keep these on this device</button>";
        assert_eq!(end(&page, &asked, &found, None), button);
        (found.total, found.hits) = (0, Vec::new());
        assert_eq!(end(&page, &asked, &found, None), "");
    }

    #[test]
    fn an_empty_box_offers_recent_searches_and_the_lists() {
        let recent = ["north \"sea\"".to_owned()];
        let html = end(&page(), &Asked::default(), &Found::default(), Some(&recent));
        assert!(html.contains("data-ask=\"north &quot;sea&quot;\" data-address=\"?q=north%20%22sea%22\">north &quot;sea&quot;<"), "{html}");
        assert!(html.contains("data-clear"), "{html}");
        assert!(html.contains("/category/sea/"), "{html}");
    }

    #[test]
    fn a_hit_found_by_its_tags_shows_them() {
        let mut found = found("A day");
        found.hits[0].snippet = Some(crate::found::Snippet {
            text: "sea & birds".into(),
            marks: vec![6, 11],
            tags: true,
            ..crate::found::Snippet::default()
        });
        let html = list(&page(), &found, false);
        assert!(
            html.contains(">Tags: sea &amp; <mark>birds</mark></span>"),
            "{html}"
        );
    }

    #[test]
    fn the_form_has_what_its_address_says() {
        let asked = Asked::parse("?q=a%22b&category=sea&after=2024-01-02");
        let html = form(&page(), &asked);
        assert!(html.contains("value=\"a&quot;b\""), "{html}");
        assert!(
            html.contains("<option value=\"sea\" selected>Sea &amp; sky</option>"),
            "{html}"
        );
        assert!(
            html.contains("<option value=\"\" selected>All</option><option value=\"en\">"),
            "{html}"
        );
        assert!(
            html.contains("name=\"after\" value=\"2024-01-02\""),
            "{html}"
        );
    }

    #[test]
    fn the_count_is_of_all_that_was_found() {
        let (page, asked, found) = (page(), Asked::of("storm"), found("Storm"));
        let number = |n: u32| format!("<{n}>");
        assert_eq!(count(&page, &asked, &found, number), "<1> result");
        assert_eq!(count(&page, &Asked::default(), &found, number), "");
        assert_eq!(
            count(&page, &asked, &Found::default(), number),
            "Searching…"
        );
        let none = Found {
            index: "open".into(),
            ..Found::default()
        };
        assert!(count(&page, &asked, &none, number).contains("“storm”"));
        let filters = Asked::parse("?category=sea");
        assert_eq!(count(&page, &filters, &none, number), "<0> results");
    }
}
