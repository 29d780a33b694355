//! The page's own elements: what press put there, taking over from it, title, focus, marks on links.

use lamplight_reader::Millis;
use lamplight_reader::language::same;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, ScrollToOptions};

use super::{document, window};

/// What press wrote into the page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Static {
    /// The JSON of `lamplight_model::Site`.
    pub site: String,
    /// The app's build; `dev` under Trunk's own server.
    pub build: String,
    /// When the worker stored this page, if it came from the device.
    pub stored: Option<Millis>,
    /// Whether the page shows an article.
    pub article: bool,
    /// Whether the page shows a list of posts.
    pub listing: bool,
    /// Digest of the article's document, or of the list's feed.
    pub digest: Option<String>,
}

/// What the page says under a name.
pub(super) fn meta(name: &str) -> Option<String> {
    let selector = ["meta[name=\"", name, "\"]"].concat();
    document()
        .query_selector(&selector)
        .ok()??
        .get_attribute("content")
}

pub(super) fn all(selector: &str) -> Vec<Element> {
    let Ok(nodes) = document().query_selector_all(selector) else {
        return Vec::new();
    };
    (0..nodes.length())
        .filter_map(|at| nodes.get(at)?.dyn_into().ok())
        .collect()
}

fn find(selector: &str) -> Option<Element> {
    document().query_selector(selector).ok().flatten()
}

/// The HTML inside an element of the page.
pub fn inside(selector: &str) -> Option<String> {
    find(selector).map(|element| element.inner_html())
}

/// The JSON of `lamplight_model::Site`, as press wrote it.
pub fn site() -> String {
    find("#lamplight-site")
        .and_then(|e| e.text_content())
        .unwrap_or_default()
}

/// Reads what press wrote.
pub fn read() -> Static {
    let article = find("main article[data-slug]");
    let listing = find("main .listing");
    Static {
        site: site(),
        build: meta("lamplight-build").unwrap_or_default(),
        stored: meta("lamplight-stored").and_then(|when| when.parse().ok()),
        article: article.is_some(),
        listing: listing.is_some(),
        digest: article
            .or(listing)
            .and_then(|e| e.get_attribute("data-digest")),
    }
}

/// The app's root element.
pub type Root = HtmlElement;

/// The app's root element, not yet in the page.
pub fn new_root() -> HtmlElement {
    #[expect(
        clippy::expect_used,
        reason = "a div can always be made, and is an HTML element"
    )]
    document()
        .create_element("div")
        .expect("a div")
        .dyn_into()
        .expect("an HTML element")
}

/// Puts the app's root in the place of the static one, in one frame. Elements marked
/// `data-adopt="selector"` first take over the children of their static counterpart, so that text,
/// images and selections stay the same nodes.
pub fn take_over(root: &HtmlElement) {
    let Some(old) = document().get_element_by_id("app") else {
        return;
    };
    let (x, y) = scroll_position();
    let focused = document()
        .active_element()
        .and_then(|e| e.get_attribute("href"));
    // Moving a node takes it out of the selection.
    let selection = window().get_selection().ok().flatten();
    let selected = selection
        .as_ref()
        .filter(|s| !s.is_collapsed())
        .and_then(|s| {
            Some((
                s.anchor_node()?,
                s.anchor_offset(),
                s.focus_node()?,
                s.focus_offset(),
            ))
        });
    if let Ok(slots) = root.query_selector_all("[data-adopt]") {
        for slot in (0..slots.length()).filter_map(|at| slots.get(at)?.dyn_into::<Element>().ok()) {
            let selector = slot.get_attribute("data-adopt").unwrap_or_default();
            if let Ok(Some(source)) = old.query_selector(&selector) {
                while let Some(child) = source.first_child() {
                    let _ = slot.append_child(&child);
                }
            }
            let _ = slot.remove_attribute("data-adopt");
        }
    }
    root.set_id("app");
    let _ = old.replace_with_with_node_1(root);
    scroll_to(x, y);
    if let (Some(selection), Some((from, at, to, end))) = (selection, selected)
        && from.is_connected()
        && to.is_connected()
    {
        let _ = selection.set_base_and_extent(&from, at, &to, end);
    }
    // Someone who already moved through the links with the keyboard stays where they were.
    if let Some(href) = focused
        && let Some(link) = all("#app a[href]")
            .into_iter()
            .find(|link| link.get_attribute("href").as_deref() == Some(&href))
    {
        focus_on(&link);
    }
    announce_state("app", "ready");
}

/// Has the script that every page begins with do something that parts of the app (docs/pages.md) are for.
pub fn call_part(name: &str) {
    if let Ok(event) = web_sys::Event::new(&["lamplight:", name].concat()) {
        let _ = window().dispatch_event(&event);
    }
}

/// Sets `data-<name>` on the root element, for styles and tests.
pub fn announce_state(name: &str, value: &str) {
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute(&["data-", name].concat(), value);
    }
}

/// Removes `data-<name>` from the root element.
pub fn withdraw_state(name: &str) {
    if let Some(root) = document().document_element() {
        let _ = root.remove_attribute(&["data-", name].concat());
    }
}

/// The title of the static page.
pub fn title() -> String {
    document().title()
}

/// Sets title, language and direction of the document.
pub fn describe(title: &str, lang: &str, dir: &str) {
    document().set_title(title);
    // Sharing from a browser uses the canonical address; it keeps its origin.
    if let Ok(Some(link)) = document().query_selector("link[rel=canonical]")
        && let Some(old) = link.get_attribute("href")
        && let Ok(path) = window().location().pathname()
        && let Ok(address) = web_sys::Url::new_with_base(&path, &old)
    {
        let _ = link.set_attribute("href", &address.href());
    }
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("lang", lang);
        let _ = root.set_attribute("dir", dir);
    }
}

/// Leaves the app for an address it knows nothing of.
pub fn leave(path: &str) {
    let _ = window().location().assign(path);
}

/// Whether nothing has the focus.
pub fn is_unfocused() -> bool {
    let active = document().active_element();
    active.is_none_or(|active| active.local_name() == "body")
}

/// Moves the focus to the first element that a selector finds, without scrolling.
pub fn focus(selector: &str) {
    if let Ok(Some(element)) = document().query_selector(selector) {
        focus_on(&element);
    }
}

/// Moves the focus to an element, without scrolling.
pub(super) fn focus_on(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let options = web_sys::FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = element.focus_with_options(&options);
    }
}

/// Moves the focus to the page's heading, without scrolling.
pub fn focus_heading() {
    if let Ok(Some(heading)) = document().query_selector("main h1") {
        let _ = heading.set_attribute("tabindex", "-1");
    }
    focus("main h1");
}

/// Where the page is scrolled to.
pub fn scroll_position() -> (f64, f64) {
    (
        window().scroll_x().unwrap_or(0.0),
        window().scroll_y().unwrap_or(0.0),
    )
}

/// Scrolls at once, whatever the style sheet says of smoothness.
pub fn scroll_to(x: f64, y: f64) {
    let options = ScrollToOptions::new();
    options.set_left(x);
    options.set_top(y);
    options.set_behavior(web_sys::ScrollBehavior::Instant);
    window().scroll_to_with_scroll_to_options(&options);
}

/// Scrolls to the element with an id; says whether there is one.
pub fn scroll_to_id(id: &str) -> bool {
    let element = document().get_element_by_id(id);
    if let Some(element) = &element {
        element.scroll_into_view();
    }
    element.is_some()
}

/// The address the page is at: path, and fragment without its `#`.
pub fn location() -> (String, String) {
    let location = window().location();
    let hash = location.hash().unwrap_or_default();
    (
        location.pathname().unwrap_or_default(),
        hash.trim_start_matches('#').to_owned(),
    )
}

/// The address's query string, with its `?`.
pub fn query() -> String {
    window().location().search().unwrap_or_default()
}

/// Marks links of the main part by whether the device has what they lead to (`stored`; `None` of what is no article):
/// translations that it has with one text, and, where `absent` is there, what it has not with that. The library's list
/// says so itself, of thousands.
pub fn mark_links(here: &str, absent: Option<&str>, stored: impl Fn(&str) -> Option<bool>) {
    for link in all("main a[href]:not(.library-lists a)") {
        let Some(anchor) = link.dyn_ref::<web_sys::HtmlAnchorElement>() else {
            continue;
        };
        let own = anchor.origin() == window().location().origin().unwrap_or_default();
        let within = |selector: &str| link.closest(selector).ok().flatten();
        let mark = match stored(&anchor.pathname()).filter(|_| own) {
            Some(true) if within(".translations").is_some() => Some(("yes", here)),
            Some(false) => absent.map(|mark| ("no", mark)),
            _ => None,
        };
        let card = within(".card-title").and_then(|title| title.closest(".card").ok().flatten());
        for element in [Some(link), card].into_iter().flatten() {
            let (state, mark) = mark.unzip();
            for (name, value) in [("data-stored", state), ("data-mark", mark)] {
                let _ = match value {
                    Some(value) => element.set_attribute(name, value),
                    None => element.remove_attribute(name),
                };
            }
        }
    }
}

/// The language and the path of the open article's variant in a language, whatever its region.
pub fn variant(wanted: &str) -> Option<(String, String)> {
    all(".translations a").iter().find_map(|link| {
        let lang = link
            .get_attribute("hreflang")
            .filter(|lang| same(lang, wanted))?;
        Some((lang, link.get_attribute("href")?))
    })
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    /// Shows a page beside the test runner's own elements.
    fn body(html: &str) {
        let body = document().body().expect("a body");
        let stage = document().get_element_by_id("stage").unwrap_or_else(|| {
            let stage = document().create_element("div").expect("a div");
            stage.set_id("stage");
            body.append_child(&stage).expect("appends");
            stage
        });
        stage.set_inner_html(html);
    }

    #[wasm_bindgen_test]
    fn taking_over_keeps_the_very_nodes_of_the_text() {
        body(
            "<div id='app'><main><div class='article-slot'><article><p id='t'>Text</p></article></div></main></div>",
        );
        let text = document().get_element_by_id("t").expect("is there");
        let root = new_root();
        root.set_inner_html(
            "<main><div class='article-slot' data-adopt='.article-slot'></div></main>",
        );
        take_over(&root);
        let after = document().query_selector("#app .article-slot > article > #t");
        assert!(
            after
                .expect("a selector")
                .expect("is there")
                .is_same_node(Some(&text))
        );
        assert_eq!(
            document()
                .query_selector("[data-adopt]")
                .expect("a selector"),
            None
        );
    }

    #[wasm_bindgen_test]
    fn links_out_of_reach_are_marked_and_unmarked() {
        body(
            "<main><a id='a' href='/a/'>A</a><a id='b' href='/b/'>B</a>\
             <nav class='translations'><a id='c' href='/fr/b/'>C</a></nav>\
             <div class='library-lists'><a id='d' href='/a/'>D</a></div></main>",
        );
        let marked = |id: &str| {
            document()
                .get_element_by_id(id)
                .expect("is there")
                .get_attribute("data-mark")
        };
        let absent = "Not on this device";
        mark_links("Here", Some(absent), |path| Some(path != "/a/"));
        assert_eq!(marked("a").as_deref(), Some(absent));
        assert_eq!((marked("b"), marked("d")), (None, None));
        assert_eq!(marked("c").as_deref(), Some("Here"));
        mark_links("Here", None, |_| Some(false));
        assert_eq!((marked("a"), marked("c")), (None, None));
    }
}
