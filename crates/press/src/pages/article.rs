//! The page of an article. The article itself is `lamplight_markdown::article`'s.

use lamplight_markdown::escape;
use lamplight_model::Route;
use lamplight_pages::Card;
pub(crate) use lamplight_pages::RECENT;

use crate::documents::Article;
use crate::pages::head::Head;
use crate::pages::{Frame, Page};

/// The page of an article; `newest` are the newest posts of its language, one more than are listed.
pub(crate) fn page<'a>(frame: &Frame<'_>, article: &'a Article, newest: &[&Article]) -> Page<'a> {
    let document = &article.document;
    let lang = document.lang.as_str();
    let site = frame.site();
    let route = |lang: &str| Route::Article {
        lang: lang.to_owned(),
        slug: document.slug.clone(),
    };
    let alternates = site
        .languages
        .iter()
        .filter(|language| {
            language.code == lang
                || document
                    .translations
                    .iter()
                    .any(|other| other.lang == language.code)
        })
        .map(|language| route(&language.code))
        .collect();
    let here = route(lang);
    let head = Head {
        lang,
        title: document.title.clone(),
        description: document.description.clone(),
        route: Some(&here),
        alternates,
        category: None,
        article: Some(document),
    }
    .render(frame);
    let mut main = String::from("\n<div class=\"stamp-slot\"></div>\n<div class=\"article-slot\">");
    main.push_str(&lamplight_markdown::article(
        document,
        site,
        frame.messages(lang),
    ));
    main.push_str("</div>\n");
    main.push_str(&recent(frame, article, newest));
    Page {
        lang,
        route: Some(here),
        head,
        main,
    }
}

fn recent(frame: &Frame<'_>, article: &Article, newest: &[&Article]) -> String {
    let lang = article.document.lang.as_str();
    let others: Vec<Card<'_>> = newest
        .iter()
        .filter(|other| other.path != article.path)
        .take(RECENT)
        .map(|other| Card::from(&other.document))
        .collect();
    if others.is_empty() {
        return String::new();
    }
    [
        "<nav class=\"recent\" aria-label=\"",
        &escape(&frame.messages(lang).recent_posts),
        "\">",
        &lamplight_pages::recent(&frame.piece(lang, None), others.into_iter()),
        "</nav>\n",
    ]
    .concat()
}
