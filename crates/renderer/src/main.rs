//! The renderer: articles as HTML, in a WebAssembly program of its own.
//!
//! Entry point: [`article`]; for search, [`text`]. A page as press wrote it needs no renderer, and most of what a Markdown
//! engine weighs is tables: so the app starts without, and `browser::renderer` fetches this program when
//! the page stands. It is `lamplight_markdown` and nothing else: the code by which press wrote the page.
//! It must never touch the document, the network or the device.

use lamplight_model::{ArticleDocument, Messages, Site, json};
use wasm_bindgen::prelude::wasm_bindgen;

/// The `<article>` of a document (`docs/formats.md`), from the texts of the document, of the site's
/// configuration and of the interface's texts in the article's language, all of them JSON. `None` if one
/// of them cannot be read.
#[wasm_bindgen]
#[must_use]
pub fn article(document: &str, site: &str, messages: &str) -> Option<String> {
    let document: ArticleDocument = json::read(document)?;
    let site: Site = json::read(site)?;
    let messages = Messages::parse(messages).ok()?;
    Some(lamplight_markdown::article(&document, &site, &messages))
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
        headings: texts.headings,
        id: document.slug,
        lang: document.lang,
        title: document.title,
        description: document.description,
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
