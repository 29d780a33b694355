//! The renderer: articles and what search found as HTML, in a WebAssembly program of its own.
//!
//! Entry points: [`article`]; for search [`text`], [`question`] and [`results`]; [`note`] of what is read, which waits for
//! the page to stand as well. A page as press wrote it needs no
//! renderer, and most of what a Markdown engine weighs is tables: so the app starts without, and
//! `browser::renderer` fetches this program when the page stands. Articles are `lamplight_markdown`'s, the code by
//! which press wrote the page. It must never touch the document or the network, nor, but for [`note`], the device.

mod asked;
mod device;
mod found;
mod view;
mod whole;

use std::cell::RefCell;

use asked::Asked;
use device::Device;
use found::Found;
use lamplight_model::{ArticleDocument, Messages, Site, json};
use lamplight_reader::Millis;
use lamplight_reader::offline::reading::{Place, noted};
use view::Page;
use wasm_bindgen::prelude::wasm_bindgen;

/// The `<article>` of a document (`docs/formats.md`), from the texts of the document, of the site's
/// configuration and of the interface's texts in the article's language, all of them JSON. `None` if one
/// of them cannot be read.
#[wasm_bindgen]
#[must_use]
pub fn article(document: &str, site: &str, messages: &str) -> Option<String> {
    let document: ArticleDocument = json::read(document)?;
    let site: Site = json::read(site)?;
    let messages = Messages::read(messages)?;
    Some(lamplight_markdown::article(&document, &site, &messages))
}

/// Notes on this device (`docs/formats.md`, `reading/<slug>`) that an article (`<lang>/<slug>`) was opened, or where in it the
/// reader is: `place` is the text of a `lamplight_reader::offline::reading::Place`, else empty. The place to go on from, where
/// the reader had stopped midway. `site` is the site's configuration.
#[wasm_bindgen]
#[must_use]
pub fn note(article: &str, site: &str, place: &str) -> Option<String> {
    let (lang, slug) = article.split_once('/')?;
    let site: Site = json::read(site)?;
    let now = js_sys::Date::now() as Millis;
    noted::keep(Device::new(&site.base), lang, slug, Place::read(place), now)
}

/// What can be found in a document, as JSON: `{id, lang, title, headings, description, body, tags, categories,
/// date}`, its texts without markup. `None` if it cannot be read, or is not what its digest says.
#[wasm_bindgen]
#[must_use]
pub fn text(document: &str) -> Option<String> {
    lamplight_model::seal::check(document).ok()?;
    let document: ArticleDocument = json::read(document)?;
    let texts = lamplight_markdown::texts(&document.markdown);
    let found = Findable {
        body: texts.body,
        description: lamplight_markdown::described(&document),
        headings: texts.headings,
        id: document.slug,
        lang: document.lang,
        title: document.title,
        tags: document.tags,
        categories: document.categories,
        date: document.date,
    };
    serde_json::to_string(&found).ok()
}

/// See [`text`].
#[derive(serde::Serialize)]
struct Findable {
    id: String,
    lang: String,
    title: String,
    headings: String,
    description: String,
    body: String,
    tags: Vec<String>,
    categories: Vec<String>,
    date: String,
}

thread_local! {
    static PAGE: RefCell<Page> = RefCell::default();
}

/// Takes up for which page [`results`] are: the publication's configuration and the interface's texts (JSON), and
/// the page's language. Whether they could be read.
#[wasm_bindgen]
pub fn speak(site: &str, messages: &str, lang: &str) -> bool {
    let (Some(site), Some(messages)) = (json::read(site), Messages::read(messages)) else {
        return false;
    };
    let lang = lang.to_owned();
    PAGE.set(Page {
        site,
        messages,
        lang,
    });
    true
}

/// The language of the page that [`speak`] named.
#[wasm_bindgen]
#[must_use]
pub fn lang() -> String {
    PAGE.with_borrow(|page| page.lang.clone())
}

/// The locale in which that page writes numbers.
#[wasm_bindgen]
#[must_use]
pub fn locale() -> String {
    PAGE.with_borrow(|page| page.messages.locale())
}

/// A question as the finder takes it: from what is in the dialog's box or, on the page of `results`, from the query
/// string.
#[wasm_bindgen]
#[must_use]
pub fn question(q: &str, results: bool) -> String {
    asked(q, results).question()
}

fn asked(q: &str, results: bool) -> Asked {
    if results {
        Asked::parse(q)
    } else {
        Asked::of(q)
    }
}

/// What the finder answered to a [`question`] (JSON) as pieces of the dialog or of the page of `results`: the inside
/// of that page's form, how many there are in words, what is to be known of the answer, the links, what comes after
/// them; then the paths of the documents whose texts are lacking. `recent` are the reader's last searches. Empty
/// if the answer cannot be read.
#[wasm_bindgen]
#[must_use]
pub fn results(found: &str, q: &str, results: bool, recent: Vec<String>) -> Vec<String> {
    let Some(found) = json::read::<Found>(found) else {
        return Vec::new();
    };
    let asked = asked(q, results);
    PAGE.with_borrow(|page| {
        let number = |number: u32| written(number, &page.messages.locale());
        let recent = (!results).then_some(&*recent);
        let form = if results {
            view::form(page, &asked)
        } else {
            String::new()
        };
        let mut pieces = vec![
            form,
            view::count(page, &asked, &found, number),
            view::notes(page, &asked, &found, number),
            view::list(page, &found, !results),
            view::end(page, &asked, &found, recent),
        ];
        let lacking = found.hits.iter().filter(|hit| hit.snippet.is_none());
        pieces.extend(lacking.map(|hit| page.document(hit)));
        pieces
    })
}

/// A number as a language writes it.
fn written(number: u32, locale: &str) -> String {
    js_sys::Number::from(number).to_locale_string(locale).into()
}

fn main() {}

#[cfg(test)]
mod tests {
    use super::*;

    const SITE: &str = r#"{"format":1,"base":"/","title":"T","languages":[{"code":"en","name":"English","dir":"ltr"}],"keep_newest":20}"#;

    fn sealed(title: &str) -> String {
        let document = ArticleDocument {
            title: title.into(),
            lang: "en".into(),
            slug: "storm".into(),
            markdown: "It *blew*.".into(),
            ..ArticleDocument::default()
        };
        lamplight_model::seal::seal(&document).expect("JSON")
    }

    #[test]
    fn a_sealed_text_gives_the_article_that_press_writes() {
        let text = sealed("A storm & more");
        let document: ArticleDocument = json::read(&text).expect("an article");
        let site: Site = json::read(SITE).expect("a site");
        let messages = Messages::english();
        let html = article(&text, SITE, messages.source()).expect("an article");
        assert_eq!(
            html,
            lamplight_markdown::article(&document, &site, &messages)
        );
        assert!(html.contains("A storm &amp; more") && html.contains("<em>blew</em>"));
    }

    #[test]
    fn a_sealed_text_gives_what_can_be_found_in_it() {
        let mut document = ArticleDocument {
            lang: "en".into(),
            slug: "storm".into(),
            title: "A storm".into(),
            markdown: "It *blew*.\n\n## At \"sea\"\n\nAnd on land.".into(),
            ..ArticleDocument::default()
        };
        let sealed = lamplight_model::seal::seal(&document).expect("JSON");
        let found: serde_json::Value =
            serde_json::from_str(&text(&sealed).expect("a text")).expect("JSON");
        assert_eq!(found["id"], "storm");
        assert_eq!(found["headings"], "At \"sea\"");
        let body = found["body"].as_str().expect("a text");
        assert!(body.starts_with("It blew.") && body.ends_with("And on land."));
        assert_eq!(text(&sealed.replace("blew", "flew")), None);
        document.tags = vec!["x".into()];
        let sealed = lamplight_model::seal::seal(&document).expect("JSON");
        assert!(text(&sealed).expect("a text").contains("[\"x\"]"));
    }

    #[test]
    fn what_cannot_be_read_is_a_value() {
        let messages = Messages::english();
        let text = sealed("A");
        assert_eq!(article("{", SITE, messages.source()), None);
        assert_eq!(article(&text, "[]", messages.source()), None);
        assert_eq!(article(&text, SITE, "{}"), None);
    }
}
