//! What is at an old address of an article: a page that leads to the new one, without the app, a
//! style or a script.
//!
//! Entry point: [`page`]. Its only text is the article's title, which is in the reader's language.

use lamplight_markdown::escape;

use crate::config::Config;
use crate::documents::Article;

/// The whole page.
pub(crate) fn page(article: &Article, config: &Config) -> String {
    let document = &article.document;
    let site = &config.site;
    let title = escape(&document.title);
    let here = escape(&article.path);
    let lines = [
        "<!doctype html>",
        &format!(
            "<html lang=\"{}\" dir=\"{}\">",
            escape(&document.lang),
            site.dir(&document.lang).as_str()
        ),
        "<head>",
        "<meta charset=\"utf-8\">",
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">",
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; base-uri 'none'\">",
        &format!("<meta http-equiv=\"refresh\" content=\"0; url={here}\">"),
        "<meta name=\"robots\" content=\"noindex\">",
        &format!("<title>{title}</title>"),
        &format!(
            "<link rel=\"canonical\" href=\"{}\">",
            escape(&config.absolute(&article.path))
        ),
        "</head>",
        "<body>",
        &format!("<p><a href=\"{here}\">{title}</a></p>"),
        "</body>",
        "</html>",
        "",
    ];
    lines.join("\n")
}
