//! What can be kept whole: everything and each category, in the language that was chosen; and what is kept of them in another.
//!
//! Entry point: [`wishes`]; HTML.

use lamplight_markdown::escape;
use lamplight_model::Named;
use lamplight_reader::offline::saved::{ALL, Extent, Kind};

use super::{Speech, amount, button, fill, say_of};
use crate::state::{State, Told};

pub(crate) fn wishes(state: &State, lang: &str, extent: Extent, speech: &impl Speech) -> String {
    let told = &state.told;
    let mut out = if state.knows(lang) {
        String::new()
    } else {
        [
            "<li class=\"library-unknown\">",
            &escape(&told.texts.unknown),
            "</li>",
        ]
        .concat()
    };
    let everything = [(Kind::Everything, "", &*told.texts.everything)];
    let categories = told.site.categories.iter();
    let categories = categories.map(|own| (Kind::Category, &*own.id, title_of(own, &told.lang)));
    for (kind, id, title) in everything.into_iter().chain(categories) {
        let mut add = |lang: &str, elsewhere| {
            out += &wish(state, kind, id, title, (lang, elsewhere), extent, speech);
        };
        add(lang, false);
        // What would be kept on and on, unseen until that language is chosen.
        let others = state
            .list
            .saved()
            .filter(|own| own.kind == kind && own.name == id);
        for own in others.filter(|own| own.lang != lang) {
            add(&own.lang, true);
        }
    }
    out
}

fn title_of<'a>(named: &'a Named, lang: &str) -> &'a str {
    named.names.get(lang).map_or(&*named.id, |title| title)
}

/// A title with the name of the language of which it is.
fn titled(told: &Told, title: &str, lang: &str) -> String {
    let mut languages = told.site.languages.iter();
    let own = languages.find(|own| own.code == lang);
    let name = match own {
        Some(own) => &own.name,
        None if lang == ALL => &told.texts.all_languages,
        None => lang,
    };
    [title, " \u{b7} ", name].concat()
}

/// A line: of the language that was chosen, or of another one in which it is kept.
fn wish(
    state: &State,
    kind: Kind,
    id: &str,
    title: &str,
    (lang, elsewhere): (&str, bool),
    extent: Extent,
    speech: &impl Speech,
) -> String {
    let told = &state.told;
    let texts = &told.texts;
    let own = state.wish(kind, id, lang);
    let extent = own.unwrap_or(extent);
    let cover = state.covering(kind, id, lang, extent);
    let kept = own.is_some() || cover.is_some();
    let size = state.amount(id, lang, extent, kept);
    let known = state.knows(lang);
    // Of what the wider one keeps its own line tells.
    if elsewhere && cover.is_some() {
        return String::new();
    }
    if known && size.articles + size.out == 0 && own.is_none() {
        return String::new();
    }
    let mut facts = Vec::new();
    if known {
        facts.push(amount(
            told,
            &texts.keep_size,
            size.articles,
            size.bytes,
            speech,
        ));
    }
    if own.is_some() && !known {
        facts.push(texts.due.clone());
    }
    if known && kept {
        facts.push(say_of(told, "keeping", size.here, size.articles, speech));
    }
    if let Some(cover) = cover {
        let name = if cover.kind == kind {
            title
        } else {
            &texts.everything
        };
        let name = if cover.lang == lang {
            name.to_owned()
        } else {
            titled(told, name, &cover.lang)
        };
        facts.push(fill(&texts.kept_with, "title", &name));
    }
    let (action, text) = if own.is_some() {
        ("stop", &texts.stop)
    } else {
        ("keep", &texts.keep)
    };
    let (title, of) = if elsewhere {
        let of = [" data-lang=\"", &*escape(lang), "\""].concat();
        (titled(told, title, lang), of)
    } else {
        (title.to_owned(), String::new())
    };
    let more = [
        " data-kind=\"",
        kind.as_str(),
        "\" data-name=\"",
        &*escape(id),
        "\"",
        &of,
        " aria-label=\"",
        &escape(&[text, ": ", &*title].concat()),
        "\"",
    ]
    .concat();
    // Where a wider wish stands it would do nothing, but bring back what was removed.
    let button = match cover {
        Some(_) if size.out == 0 => String::new(),
        _ => button(action, text, &more),
    };
    [
        "<li class=\"library-item\" data-wish=\"",
        &escape(id),
        "\"><span class=\"library-link\">",
        &escape(&title),
        "</span><span class=\"library-age\">",
        &escape(&facts.join(" · ")),
        "</span><span class=\"library-actions\">",
        &button,
        "</span></li>",
    ]
    .concat()
}
