//! The page of an article. The article itself is `lamplight_markdown::article`'s.

use lamplight_markdown::escape;
use lamplight_model::{Route, long_date};

use crate::documents::Article;
use crate::pages::head::Head;
use crate::pages::{Frame, Page};

/// How many other posts an article's page lists.
pub(crate) const RECENT: usize = 5;

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
    let messages = frame.messages(&article.document.lang);
    let others: Vec<&&Article> = newest
        .iter()
        .filter(|other| other.path != article.path)
        .take(RECENT)
        .collect();
    if others.is_empty() {
        return String::new();
    }
    let label = escape(&messages.recent_posts);
    let mut out = format!(
        "<nav class=\"recent\" aria-label=\"{label}\">\n<h2 class=\"recent-title\">{label}</h2>\n<ul class=\"recent-list\">\n"
    );
    for other in others {
        let document = &other.document;
        out.push_str(&format!(
            "<li class=\"recent-item\"><a href=\"{}\">{}</a> <time datetime=\"{}\">{}</time></li>\n",
            escape(&other.path),
            escape(&document.title),
            escape(&document.date),
            escape(&long_date(&document.date, messages))
        ));
    }
    out.push_str("</ul>\n</nav>\n");
    out
}
