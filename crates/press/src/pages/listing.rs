//! Front pages and categories: lists of cards.

use lamplight_model::Messages;
use lamplight_pages::Card;

use crate::documents::Article;
use crate::feeds::List;
use crate::pages::head::Head;
use crate::pages::{Frame, Page, alternates};

/// One page of a list, of `count`; `digest` is that of the same page of its feed.
pub(crate) fn page<'a>(
    frame: &Frame<'_>,
    list: &List<'a>,
    number: u32,
    count: u32,
    articles: &[&Article],
    digest: &str,
) -> Page<'a> {
    let site = frame.site();
    let messages = frame.messages(list.lang);
    let route = list.route(number);
    let page_n = Messages::fill(&messages.page_n, "n", &messages.number(number));
    let name = list.category.map(|id| site.category_name(id, list.lang));
    let heading = lamplight_pages::heading(&frame.piece(list.lang, None), &route);
    let title = match (name, number) {
        (None, 1) => String::new(),
        (None, _) => page_n,
        (Some(_), _) => heading.clone(),
    };
    let alternates = match number {
        1 => alternates::of_list(list),
        // It has no counterpart: other languages' later pages hold other posts.
        _ => vec![route.clone()],
    };
    let head = Head {
        lang: list.lang,
        title,
        description: site.description_in(list.lang).to_owned(),
        route: Some(&route),
        alternates,
        around: [
            (number > 1).then(|| list.route(number - 1)),
            (number < count).then(|| list.route(number + 1)),
        ],
        category: list.category,
        article: None,
    }
    .render(frame);
    let frame = frame.piece(list.lang, Some(&route));
    let cards = articles.iter().map(|article| Card::from(&article.document));
    let main = [
        "\n<div class=\"stamp-slot\"></div>\n<section class=\"listing\" data-digest=\"",
        digest,
        "\">",
        &lamplight_pages::listing(&frame, &route, cards, count),
        "</section>\n",
    ]
    .concat();
    Page {
        lang: list.lang,
        route: Some(route),
        head,
        main,
    }
}
