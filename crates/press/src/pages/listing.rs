//! Front pages and categories: lists of cards.

use lamplight_markdown::escape;
use lamplight_model::{Messages, Route, long_date};

use crate::documents::Article;
use crate::feeds::List;
use crate::pages::head::Head;
use crate::pages::{Frame, Page};

/// All pages of a list.
pub(crate) fn pages<'a>(frame: &Frame<'_>, list: &List<'a>) -> Vec<Page<'a>> {
    let chunks = list.pages();
    let count = u32::try_from(chunks.len()).unwrap_or(u32::MAX);
    (1..)
        .zip(chunks)
        .map(|(number, articles)| page(frame, list, number, count, articles))
        .collect()
}

fn page<'a>(
    frame: &Frame<'_>,
    list: &List<'a>,
    number: u32,
    count: u32,
    articles: &[&Article],
) -> Page<'a> {
    let site = frame.site();
    let messages = frame.messages(list.lang);
    let route = list.route(number);
    let page_n = Messages::fill(&messages.page_n, "n", &number.to_string());
    let name = list.category.map(|id| site.category_name(id, list.lang));
    let mut heading = name.unwrap_or(&messages.latest).to_owned();
    if number > 1 {
        heading = format!("{heading} · {page_n}");
    }
    let title = match (name, number) {
        (None, 1) => String::new(),
        (None, _) => page_n,
        (Some(_), _) => heading.clone(),
    };
    // Later pages hold other posts in other languages and are no translations of each other.
    let alternates = if number == 1 {
        site.languages
            .iter()
            .map(|language| {
                List {
                    lang: &language.code,
                    ..list.clone()
                }
                .route(1)
            })
            .collect()
    } else {
        Vec::new()
    };
    let head = Head {
        lang: list.lang,
        title,
        description: site.description_in(list.lang).to_owned(),
        route: Some(&route),
        alternates,
        category: list.category,
        article: None,
    }
    .render(frame);
    let hidden = if list.category.is_none() && number == 1 {
        " visually-hidden"
    } else {
        ""
    };
    let mut main = format!(
        "\n<div class=\"stamp-slot\"></div>\n<section class=\"listing\">\n<h1 class=\"listing-title{hidden}\" tabindex=\"-1\">{}</h1>\n",
        escape(&heading)
    );
    if articles.is_empty() {
        main.push_str(&format!(
            "<p class=\"empty\">{}</p>\n",
            escape(&messages.no_posts)
        ));
    } else {
        main.push_str("<ol class=\"cards\">\n");
        for (index, article) in articles.iter().enumerate() {
            main.push_str(&card(frame, article, index == 0));
        }
        main.push_str("</ol>\n");
    }
    if count > 1 {
        main.push_str(&pager(frame, list, number, count));
    }
    main.push_str("</section>\n");
    Page {
        lang: list.lang,
        route: Some(route),
        head,
        main,
    }
}

fn card(frame: &Frame<'_>, article: &Article, first: bool) -> String {
    let site = frame.site();
    let document = &article.document;
    let lang = document.lang.as_str();
    let messages = frame.messages(lang);
    let href = escape(&article.path);
    let mut out = format!(
        "<li class=\"card\" data-slug=\"{}\" lang=\"{}\" dir=\"{}\">\n",
        escape(&document.slug),
        escape(lang),
        site.dir(lang).as_str()
    );
    if let Some(image) = &document.image {
        let media = &image.media;
        let mut attributes = String::new();
        if media.width > 0 && media.height > 0 {
            attributes = format!(" width=\"{}\" height=\"{}\"", media.width, media.height);
        }
        if !first {
            attributes.push_str(" loading=\"lazy\"");
        }
        out.push_str(&format!(
            "<a class=\"card-image\" href=\"{href}\" tabindex=\"-1\" aria-hidden=\"true\"><img src=\"{}{}\" alt=\"\"{attributes}></a>\n",
            escape(&site.base),
            escape(&media.src)
        ));
    }
    out.push_str("<div class=\"card-text\">\n");
    if let Some(id) = document.categories.first() {
        let name = site.category_name(id, lang);
        out.push_str(&format!("<p class=\"card-kicker\">{}</p>\n", escape(name)));
    }
    let minutes = Messages::fill(&messages.minutes, "n", &document.minutes.to_string());
    out.push_str(&format!(
        "<h2 class=\"card-title\"><a href=\"{href}\">{}</a></h2>\n<p class=\"card-summary\">{}</p>\n<p class=\"card-meta\"><time datetime=\"{}\">{}</time> · {}</p>\n</div>\n</li>\n",
        escape(&document.title),
        escape(&document.description),
        escape(&document.date),
        escape(&long_date(&document.date, messages)),
        escape(&minutes)
    ));
    out
}

fn pager(frame: &Frame<'_>, list: &List<'_>, number: u32, count: u32) -> String {
    let messages = frame.messages(list.lang);
    let link = |rel: &str, route: Route, text: &str| {
        format!(
            "<a rel=\"{rel}\" href=\"{}\">{}</a>\n",
            escape(&route.path(frame.site())),
            escape(text)
        )
    };
    let mut out = format!(
        "<nav class=\"pager\" aria-label=\"{}\">\n",
        escape(&messages.pages)
    );
    if number > 1 {
        out.push_str(&link("prev", list.route(number - 1), &messages.newer));
    }
    if number < count {
        out.push_str(&link("next", list.route(number + 1), &messages.older));
    }
    out.push_str("</nav>\n");
    out
}
