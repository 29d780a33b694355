//! The article element, as `docs/pages.md` has it: the same in press and in the app.
//!
//! Entry points: [`article`] and [`content`]. They must depend on nothing but their arguments.

use lamplight_model::{ArticleDocument, Messages, Route, Site, services};

use crate::document;
use crate::escape::{encode_href, escape, push_attribute, push_text};
use crate::image::{LEAD, push_image};
use crate::render::{self, Shared};
use crate::url;
use crate::{Context, Rendered};

/// The whole `<article>` of a document.
pub fn article(document: &ArticleDocument, site: &Site, messages: &Messages) -> String {
    let mut shared = Shared::default();
    shared.blocks = true;
    let cx = context(document, &site.base, messages);
    let body = body(document, &cx, &mut shared);
    let mut out = String::with_capacity(body.html.len() + body.footnotes.len() + 2048);
    out.push_str("<article class=\"article\"");
    push_attribute(&mut out, "data-slug", &document.slug);
    push_attribute(&mut out, "data-digest", &document.digest);
    push_attribute(&mut out, "lang", &document.lang);
    push_attribute(&mut out, "dir", site.dir(&document.lang).as_str());
    out.push_str(">\n");
    head(&mut out, document, site, messages, &body.text);
    parts(&mut out, document, &body, &cx, &mut shared);
    if !document.tags.is_empty() {
        out.push_str("<p class=\"article-tags\">");
        element(&mut out, "span", "visually-hidden", &messages.tags);
        for tag in &document.tags {
            out.push(' ');
            out.push_str("<span class=\"tag\" dir=\"auto\">");
            push_text(&mut out, tag);
            out.push_str("</span>");
        }
        out.push_str("</p>\n");
    }
    out.push_str("</article>");
    out
}

/// What an article says without its head and tags: lead image, text, editor's note, footnotes, for
/// those who show title and authors themselves, such as feeds. Paths begin with `base`, which may be
/// an absolute address.
pub fn content(document: &ArticleDocument, base: &str, messages: &Messages) -> String {
    let mut shared = Shared::default();
    let cx = context(document, base, messages);
    let body = body(document, &cx, &mut shared);
    let mut out = String::with_capacity(body.html.len() + body.footnotes.len() + 1024);
    parts(&mut out, document, &body, &cx, &mut shared);
    out
}

fn context<'a>(
    document: &'a ArticleDocument,
    base: &'a str,
    messages: &'a Messages,
) -> Context<'a> {
    Context {
        base,
        media: &document.media,
        links: &document.links,
        messages,
    }
}

fn body(document: &ArticleDocument, cx: &Context<'_>, shared: &mut Shared) -> Rendered {
    render::render(&document.markdown, document::options(), Some(cx), shared)
}

fn parts(
    out: &mut String,
    document: &ArticleDocument,
    body: &Rendered,
    cx: &Context<'_>,
    shared: &mut Shared,
) {
    let messages = cx.messages;
    lead(out, document, cx, shared);
    if !body.html.is_empty() {
        out.push_str("<div class=\"prose\">\n");
        out.push_str(&body.html);
        out.push_str("</div>\n");
    }
    if let Some(note) = &document.editors_note {
        // Without footnotes: their numbers belong to the text.
        let options = document::options() - pulldown_cmark::Options::ENABLE_FOOTNOTES;
        let note = render::render(note, options, Some(cx), shared);
        if !note.html.is_empty() {
            out.push_str("<aside class=\"editors-note\" role=\"note\">");
            element(out, "p", "note-title", &messages.editors_note);
            out.push('\n');
            out.push_str(&note.html);
            out.push_str("</aside>\n");
        }
    }
    if !body.footnotes.is_empty() {
        out.push_str("<section class=\"footnotes\"");
        push_attribute(out, "aria-label", &messages.footnotes);
        out.push_str("><ol>\n");
        out.push_str(&body.footnotes);
        out.push_str("</ol></section>\n");
    }
}

fn head(
    out: &mut String,
    document: &ArticleDocument,
    site: &Site,
    messages: &Messages,
    text: &str,
) {
    out.push_str("<header class=\"article-head\">\n");
    if let Some(id) = document.categories.first() {
        let route = Route::Category {
            lang: document.lang.clone(),
            id: id.clone(),
            page: 1,
        };
        out.push_str("<p class=\"article-kicker\"><a");
        push_attribute(out, "href", &route.path(site));
        out.push('>');
        push_text(out, site.category_name(id, &document.lang));
        out.push_str("</a></p>\n");
    }
    out.push_str("<h1 class=\"article-title\" tabindex=\"-1\">");
    push_text(out, &document.title);
    out.push_str("</h1>\n");
    if is_authored(&document.description, text) {
        element(out, "p", "article-standfirst", &document.description);
        out.push('\n');
    }
    meta(out, &facts(document, messages));
    meta(out, &origin(document, site, messages));
    newer_original(out, document, messages);
    translations(out, document, site, messages);
    out.push_str("<p class=\"article-tools\">");
    translate(out, document, site, messages);
    save(out, document, messages);
    out.push_str("</p>\n");
    out.push_str("</header>\n");
}

/// Authors, date, last change, reading time; of a page only what its author wrote down.
fn facts(document: &ArticleDocument, messages: &Messages) -> Vec<String> {
    let mut facts = Vec::new();
    if !document.authors.is_empty() {
        let names: Vec<String> = document.authors.iter().map(|name| isolated(name)).collect();
        let names = names.join(&escape(&messages.list_separator));
        facts.push(Messages::fill(&escape(&messages.by), "names", &names));
    }
    if !document.date.is_empty() {
        facts.push(render::time(&document.date, messages));
    }
    if let Some(updated) = &document.updated {
        // The pattern is escaped first, the element is put into it afterwards.
        facts.push(Messages::fill(
            &escape(&messages.updated_on),
            "date",
            &render::time(updated, messages),
        ));
    }
    if !document.page {
        let minutes = document.minutes.max(1);
        facts.push(escape(&messages.count(&messages.minutes, minutes)));
    }
    facts
}

/// Translator, original and first place of publication.
fn origin(document: &ArticleDocument, site: &Site, messages: &Messages) -> Vec<String> {
    let mut origin = Vec::new();
    if let Some(name) = &document.translator {
        let text = escape(&messages.translated_by);
        origin.push(Messages::fill(&text, "name", &isolated(name)));
    }
    if let Some(original) = &document.original {
        // The pattern is escaped first, the elements are put into it afterwards.
        let pattern = escape(&messages.original);
        let text = Messages::fill(&pattern, "date", &render::time(&original.date, messages));
        let mut link = String::new();
        variant(&mut link, &original.lang, document, site);
        origin.push(Messages::fill(&text, "language", &link));
    }
    if let Some(source) = &document.source {
        let text = escape(&messages.first_published);
        let text = Messages::fill(&text, "name", &isolated(&source.name));
        let address = source
            .url
            .as_deref()
            .and_then(url::allowed)
            .filter(|address| !address.is_empty());
        match address {
            Some(address) => {
                let mut link = "<a".to_owned();
                push_attribute(&mut link, "href", &encode_href(address));
                link.push_str(" rel=\"noopener\">");
                link.push_str(&text);
                link.push_str("</a>");
                origin.push(link);
            }
            None => origin.push(text),
        }
    }
    origin
}

/// A name may run the other way than the sentence it is in.
fn isolated(name: &str) -> String {
    ["<bdi>", &escape(name), "</bdi>"].concat()
}

fn meta(out: &mut String, parts: &[String]) {
    if !parts.is_empty() {
        out.push_str("<p class=\"article-meta\">");
        out.push_str(&parts.join(" · "));
        out.push_str("</p>\n");
    }
}

/// That the original is not any more what was translated.
fn newer_original(out: &mut String, document: &ArticleDocument, messages: &Messages) {
    let original = document.original.as_ref();
    if let Some(changed) = original.and_then(|original| original.changed.as_deref()) {
        let pattern = escape(&messages.original_newer);
        out.push_str("<p class=\"article-outdated\">");
        out.push_str(&Messages::fill(
            &pattern,
            "date",
            &render::time(changed, messages),
        ));
        out.push_str("</p>\n");
    }
}

fn translations(out: &mut String, document: &ArticleDocument, site: &Site, messages: &Messages) {
    if document.translations.is_empty() {
        return;
    }
    out.push_str("<nav class=\"translations\"");
    push_attribute(out, "aria-label", &messages.translations);
    out.push('>');
    for (at, translation) in document.translations.iter().enumerate() {
        if at > 0 {
            out.push(' ');
        }
        variant(out, &translation.lang, document, site);
    }
    out.push_str("</nav>\n");
}

/// A link to another language's variant, by that language's name in itself.
fn variant(out: &mut String, lang: &str, document: &ArticleDocument, site: &Site) {
    let route = Route::Article {
        lang: lang.to_owned(),
        slug: document.slug.clone(),
    };
    let name = site.language(lang).map_or(lang, |language| &language.name);
    out.push_str("<a");
    push_attribute(out, "href", &route.path(site));
    push_attribute(out, "lang", lang);
    push_attribute(out, "hreflang", lang);
    push_attribute(out, "dir", site.dir(lang).as_str());
    out.push('>');
    push_text(out, name);
    out.push_str("</a>");
}

/// The control for translations: a plain link to a service that opens the app's panel (`docs/pages.md`); where the
/// publication names no service, a button that is shown where the browser can translate.
fn translate(out: &mut String, document: &ArticleDocument, site: &Site, messages: &Messages) {
    let Some(pattern) = &site.translate else {
        return;
    };
    let (tag, class) = if pattern.is_empty() {
        ("button", "button button-quiet translate translate-own")
    } else {
        ("a", "button button-quiet translate")
    };
    out.push('<');
    out.push_str(tag);
    push_attribute(out, "class", class);
    if pattern.is_empty() {
        push_attribute(out, "type", "button");
    } else {
        let route = Route::Article {
            lang: document.lang.clone(),
            slug: document.slug.clone(),
        };
        let address = services::of_page(pattern, &route.path(site), &document.lang);
        push_attribute(out, "href", &address);
        push_attribute(out, "rel", "noopener nofollow");
    }
    push_attribute(out, "data-part", "translate");
    push_attribute(out, "data-lacking", &messages.part_absent);
    out.push('>');
    push_text(out, &messages.translate);
    out.push_str(" »</");
    out.push_str(tag);
    out.push_str("> ");
}

/// The control that keeps the article on the device, or lets it go: shown where the browser can keep something
/// (`docs/pages.md`).
fn save(out: &mut String, document: &ArticleDocument, messages: &Messages) {
    out.push_str(
        "<button type=\"button\" class=\"button button-quiet save\" data-part=\"library\"",
    );
    let name = [&*document.lang, "/", &document.slug].concat();
    push_attribute(out, "data-save", &name);
    push_attribute(out, "data-lacking", &messages.part_absent);
    out.push('>');
    push_text(out, &messages.save);
    out.push_str("</button>");
}

fn lead(out: &mut String, document: &ArticleDocument, cx: &Context<'_>, shared: &mut Shared) {
    let Some(image) = &document.image else {
        return;
    };
    out.push_str("<figure class=\"article-lead\"><img");
    push_image(out, cx.base, &image.media, LEAD, &image.alt, None);
    out.push_str(" fetchpriority=\"high\">");
    if let Some(caption) = image
        .caption
        .as_deref()
        .filter(|caption| !caption.trim().is_empty())
    {
        out.push_str("<figcaption>");
        out.push_str(&render::inline(caption, Some(cx), shared));
        out.push_str("</figcaption>");
    }
    out.push_str("</figure>\n");
}

fn element(out: &mut String, tag: &str, class: &str, text: &str) {
    out.push('<');
    out.push_str(tag);
    push_attribute(out, "class", class);
    out.push('>');
    push_text(out, text);
    out.push_str("</");
    out.push_str(tag);
    out.push('>');
}

/// Whether the description says something of its own: one that press took from the beginning of the
/// text (perhaps from behind a heading) would be read twice.
fn is_authored(description: &str, text: &str) -> bool {
    /// Lines of the text that count as its beginning.
    const LINES: usize = 4;
    if description.trim().is_empty() {
        return false;
    }
    let mut rest = text;
    for _ in 0..LINES {
        if begins_with(rest, description) {
            return false;
        }
        let Some((_, next)) = rest.split_once('\n') else {
            break;
        };
        rest = next;
    }
    true
}

/// Whether a text begins with another, but for spaces and punctuation.
fn begins_with(text: &str, beginning: &str) -> bool {
    let mut letters = text.chars().filter(|c| c.is_alphanumeric());
    beginning
        .chars()
        .filter(|c| c.is_alphanumeric())
        .all(|letter| letters.next() == Some(letter))
}
