//! The page of an article. The article itself is `lamplight_markdown::article`'s.

use std::collections::BTreeMap;

use lamplight_markdown::escape;
use lamplight_pages::Card;
pub(crate) use lamplight_pages::RECENT;
use serde::{Deserialize, Serialize};

use crate::documents::Article;
use crate::feeds::List;
use crate::pages::head::Head;
use crate::pages::{Frame, Page, alternates};

/// The page of an article; `recent` is what [`Recent::beside`] says.
pub(crate) fn page<'a>(frame: &Frame<'_>, article: &'a Article, recent: &str) -> Page<'a> {
    let document = &article.document;
    let lang = document.lang.as_str();
    let here = article.route();
    let head = Head {
        lang,
        title: document.title.clone(),
        description: document.description.clone(),
        route: Some(&here),
        alternates: alternates::of_article(document, frame.site()),
        around: [None, None],
        category: None,
        article: Some(article),
    }
    .render(frame);
    let mut main = String::from("\n<div class=\"stamp-slot\"></div>\n<div class=\"article-slot\">");
    main.push_str(&lamplight_markdown::article(
        document,
        frame.site(),
        frame.messages(lang),
    ));
    main.push_str("</div>\n");
    main.push_str(recent);
    Page {
        lang,
        route: Some(here),
        head,
        main,
    }
}

/// The newest posts of a language, as they stand beside its articles.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Recent {
    /// What stands beside almost all of them.
    common: String,
    /// What stands beside the newest themselves, by their paths: none stands beside itself.
    newest: BTreeMap<String, String>,
}

impl Recent {
    /// Those of a language's list.
    pub(crate) fn new(frame: &Frame<'_>, list: &List<'_>) -> Self {
        let newest: Vec<&Article> = list.articles.iter().take(RECENT + 1).copied().collect();
        let without = |path: &str| {
            let others = newest.iter().copied().filter(|other| other.path != path);
            recent(frame, list.lang, others)
        };
        Self {
            common: without(""),
            newest: newest
                .iter()
                .map(|article| (article.path.clone(), without(&article.path)))
                .collect(),
        }
    }

    /// What stands beside the article at a path.
    pub(crate) fn beside(&self, path: &str) -> &str {
        self.newest.get(path).unwrap_or(&self.common)
    }
}

fn recent<'a>(
    frame: &Frame<'_>,
    lang: &str,
    articles: impl Iterator<Item = &'a Article>,
) -> String {
    let cards: Vec<Card<'_>> = articles
        .take(RECENT)
        .map(|article| Card::from(&article.document))
        .collect();
    if cards.is_empty() {
        return String::new();
    }
    [
        "<nav class=\"recent\" aria-label=\"",
        &escape(&frame.messages(lang).recent_posts),
        "\">",
        &lamplight_pages::recent(&frame.piece(lang, None), cards.into_iter()),
        "</nav>\n",
    ]
    .concat()
}
