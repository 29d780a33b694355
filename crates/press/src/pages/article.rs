//! The page of an article. The article itself is `lamplight_markdown::article`'s.

use std::borrow::Cow;

use lamplight_markdown::escape;
use lamplight_pages::Card;
pub(crate) use lamplight_pages::RECENT;

use crate::documents::Article;
use crate::feeds::{List, PER_PAGE};
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
pub(crate) struct Recent<'a> {
    /// One more than are shown: none stands beside itself.
    newest: Vec<&'a Article>,
    /// What stands beside all others.
    common: String,
}

impl<'a> Recent<'a> {
    /// Those of a language's list.
    pub(crate) fn new(frame: &Frame<'_>, list: &List<'a>) -> Self {
        const { assert!(RECENT < PER_PAGE) };
        let newest: Vec<&Article> = list.articles.iter().take(RECENT + 1).copied().collect();
        let common = recent(frame, list.lang, newest.iter().copied());
        Self { newest, common }
    }

    /// What stands beside an article.
    pub(crate) fn beside(&self, frame: &Frame<'_>, article: &Article) -> Cow<'_, str> {
        if self.newest.iter().all(|other| other.path != article.path) {
            return Cow::Borrowed(&self.common);
        }
        let others = self.newest.iter().copied();
        let others = others.filter(|other| other.path != article.path);
        Cow::Owned(recent(frame, &article.document.lang, others))
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
