//! The versions of an article: which there are, and what changed from one to another; HTML.
//!
//! Entry point: [`panel`]. What changed is never told by colours alone. Everything that was written by somebody is
//! escaped.

use lamplight_markdown::escape;
use lamplight_model::{ArticleDocument, Route};
use lamplight_reader::Millis;
use lamplight_reader::library;
use lamplight_reader::offline::versions::{Fate, Mark, Piece, Revision, Step, blocks, compare};

use super::plain::plain;
use super::{Speech, button, fill, fill_number, with_title};
use crate::state::Told;
use crate::state::versions::Earlier;

/// What the reader's own edition is compared with.
pub(crate) enum Compared<'a> {
    Nothing,
    With(&'a Revision),
    /// It cannot be opened.
    Damaged,
    /// Only a later version of the app can open it.
    Later,
    /// It is not on the device any more.
    Gone,
}

pub(crate) struct Panel<'a> {
    pub(crate) told: &'a Told,
    /// The reader's own edition.
    pub(crate) own: &'a Revision,
    /// The site's, if it could be asked.
    pub(crate) site: Option<&'a Revision>,
    /// The others on the device, the newest first.
    pub(crate) earlier: &'a [&'a Earlier],
    pub(crate) compared: Compared<'a>,
    /// The digest of what it is compared with, or `site`.
    pub(crate) which: &'a str,
}

fn element(tag: &str, class: &str, html: &str) -> String {
    ["<", tag, " class=\"", class, "\">", html, "</", tag, ">"].concat()
}

/// What stands below the panel's heading.
pub(crate) fn panel(shown: &Panel<'_>, speech: &impl Speech) -> String {
    let texts = &shown.told.texts;
    let own = library::read(&shown.own.text).unwrap_or_default();
    let title = with_title(&texts.versions_of, &own.title, &own.lang);
    let route = Route::Article {
        lang: own.lang.clone(),
        slug: own.slug.clone(),
    };
    let mut out = [
        "<h2 id=\"versions-title\" tabindex=\"-1\">",
        &title,
        "</h2><a class=\"versions-open\" hidden href=\"",
        &escape(&route.path(&shown.told.site)),
        "\"></a>",
        &list(shown, speech),
    ]
    .concat();
    let bad = |text: &str| element("p", "versions-bad", &escape(text));
    match &shown.compared {
        Compared::Nothing => {}
        Compared::Damaged => out += &bad(&texts.version_damaged),
        Compared::Later => out += &bad(&texts.version_newer),
        Compared::Gone => out += &bad(&texts.version_gone),
        Compared::With(other) => {
            let document = library::read(&other.text).unwrap_or_default();
            // From the older to the newer one, whichever the reader has.
            let later = shown.which == "site" || other.stored > shown.own.stored;
            let pair = [(shown.own, &own), (*other, &document)];
            let [(from, old), (to, new)] = if later { pair } else { [pair[1], pair[0]] };
            let date = |version: &Revision| speech.date(version.stored, &shown.told.words);
            let heading = fill(&texts.version_between, "old", &date(from));
            let heading = fill(&heading, "new", &date(to));
            out += "<section class=\"versions-changes\" aria-labelledby=\"versions-changes\">";
            out += "<h3 id=\"versions-changes\" tabindex=\"-1\">";
            out += &escape(&heading);
            out += "</h3>";
            out += &changes(shown.told, old, new, speech);
            out += "</section>";
        }
    }
    out
}

/// Which versions there are.
fn list(shown: &Panel<'_>, speech: &impl Speech) -> String {
    let texts = &shown.told.texts;
    let site = shown.site.map(|site| &*site.digest);
    let line = |name: &str, stored: Millis, which: &str, actions: &str| {
        let date = speech.date(stored, &shown.told.words);
        let fetched = fill(&texts.version_from, "date", &date);
        let fetched = if stored > 0 { &*fetched } else { "" };
        let current = if which == shown.which {
            " aria-current=\"true\""
        } else {
            ""
        };
        [
            "<li",
            current,
            "><b>",
            &escape(name),
            "</b> <span class=\"library-age\">",
            &escape(fetched),
            "</span><span class=\"library-actions\">",
            actions,
            "</span></li>",
        ]
        .concat()
    };
    let act = |action: &str, text: &str, which: &str, of: &str| {
        let label = [text, ": ", of].concat();
        let more = [
            " data-digest=\"",
            &*escape(which),
            "\" aria-label=\"",
            &escape(&label),
            "\"",
        ];
        button(action, text, &more.concat())
    };
    let (mut before, mut after) = (String::new(), String::new());
    if let Some(newest) = shown.site.filter(|site| site.digest != shown.own.digest) {
        let name = &texts.version_site;
        // What is on this device, too, needs no site.
        let here = shown.earlier.iter().any(|one| one.digest == newest.digest);
        let take = if here {
            act("back", &texts.version_forth, &newest.digest, name)
        } else {
            act("take", &texts.renew, "site", name)
        };
        let actions = act("compare", &texts.what_changed, "site", name) + &take;
        before += &line(name, newest.stored, "site", &actions);
    }
    for one in shown
        .earlier
        .iter()
        .filter(|one| Some(&*one.digest) != site)
    {
        let later = one.stored > shown.own.stored;
        let (name, go) = if later {
            (&texts.version_later, &texts.version_forth)
        } else {
            (&texts.version_earlier, &texts.version_back)
        };
        let date = speech.date(one.stored, &shown.told.words);
        let of = [name, ", ", &date].concat();
        // A damaged one says so when it is asked for.
        let back = if one.stored > 0 {
            act("back", go, &one.digest, &of)
        } else {
            String::new()
        };
        let actions = act("compare", &texts.what_changed, &one.digest, &of) + &back;
        let line = line(name, one.stored, &one.digest, &actions);
        if later {
            before += &line
        } else {
            after += &line
        }
    }
    if before.is_empty() && after.is_empty() {
        return element("p", "hint", &escape(&texts.version_none));
    }
    let own = if site == Some(&*shown.own.digest) {
        &texts.version_own_site
    } else {
        &texts.version_own
    };
    let own = line(own, shown.own.stored, "own", "");
    [
        "<ol class=\"versions-list\">",
        &before,
        &own,
        &after,
        "</ol>",
    ]
    .concat()
}

/// A document with its texts as they are compared: without markup.
fn bare(document: &ArticleDocument) -> ArticleDocument {
    ArticleDocument {
        editors_note: document.editors_note.as_deref().map(plain),
        markdown: plain(&document.markdown),
        ..document.clone()
    }
}

/// What changed from one edition to another.
fn changes(
    told: &Told,
    old: &ArticleDocument,
    new: &ArticleDocument,
    speech: &impl Speech,
) -> String {
    let texts = &told.texts;
    let (from, to) = (bare(old), bare(new));
    let found = compare(&from, &to);
    let line = |text: &str| element("p", "hint", &escape(text));
    if found.is_empty() {
        let same = old.markdown == new.markdown && old.editors_note == new.editors_note;
        return line(if same {
            &texts.version_same
        } else {
            &texts.version_markup
        });
    }
    let write = Writer {
        told,
        lang: &new.lang,
    };
    let mut out = String::new();
    if found.is_correction() || found.note != Fate::Same {
        let name = match found.note {
            Fate::Changed(_) => &texts.note_changed,
            Fate::Gone(_) => &texts.note_gone,
            Fate::New(_) => &texts.note_new,
            Fate::Same => "",
        };
        let mut note = write.fate(name, &found.note);
        if let Some(updated) = &found.updated {
            let date = fill(
                &texts.version_dated,
                "date",
                &speech.day(updated, &told.words),
            );
            note += &element("p", "versions-dated", &escape(&date));
        }
        out += &element("div", "versions-note", &note);
    }
    out += &write.fate(&texts.version_title, &found.title);
    out += &write.fate(&texts.version_summary, &found.description);
    if found.images {
        out += &line(&texts.version_pictures);
    }
    let (added, removed, changed) = found.count();
    if added + removed + changed > 0 {
        let mut count = texts.version_count.clone();
        for (name, n) in [("added", added), ("removed", removed), ("changed", changed)] {
            count = fill_number(told, &count, name, n as u64, speech);
        }
        out += &line(&count);
        out += &write.steps(&found.text, &to.markdown, speech);
    }
    out
}

struct Writer<'a> {
    told: &'a Told,
    /// Language of the article.
    lang: &'a str,
}

impl Writer<'_> {
    /// An element whose text is the article's, with what is said of it.
    fn own(&self, tag: &str, class: &str, html: &str) -> String {
        let dir = self.told.site.dir(self.lang).as_str();
        [
            "<",
            tag,
            " class=\"",
            class,
            "\" lang=\"",
            &escape(self.lang),
            "\" dir=\"",
            dir,
            "\">",
            html,
            "</",
            tag,
            ">",
        ]
        .concat()
    }

    /// A piece of the text; what is new or gone says so to those who do not see it.
    fn mark(&self, mark: Mark, text: &str) -> String {
        let (tag, name) = match mark {
            Mark::Same => return escape(text),
            Mark::Added => ("ins", &self.told.texts.mark_added),
            Mark::Removed => ("del", &self.told.texts.mark_removed),
        };
        [
            "<",
            tag,
            "><span class=\"visually-hidden\" lang=\"",
            &*escape(&self.told.words),
            "\"> [",
            &escape(name),
            ": </span>",
            &escape(text),
            "<span class=\"visually-hidden\">] </span></",
            tag,
            ">",
        ]
        .concat()
    }

    fn pieces(&self, pieces: &[Piece]) -> String {
        pieces
            .iter()
            .map(|piece| self.mark(piece.mark, &piece.text))
            .collect()
    }

    /// A text of its own with its name; nothing if it is the same.
    fn fate(&self, name: &str, fate: &Fate) -> String {
        let html = match fate {
            Fate::Same => return String::new(),
            Fate::New(text) => self.mark(Mark::Added, text),
            Fate::Gone(text) => self.mark(Mark::Removed, text),
            Fate::Changed(pieces) => self.pieces(pieces),
        };
        element("h4", "versions-name", &escape(name)) + &self.own("p", "versions-block", &html)
    }

    fn steps(&self, steps: &[Step], new: &str, speech: &impl Speech) -> String {
        let blocks = blocks(new);
        let mut at = 0;
        let mut out = String::new();
        let block =
            |class: &str, html: &str| element("p", &["versions-block", class].concat(), html);
        for step in steps {
            match step {
                Step::Same(count) => {
                    let same = blocks.iter().skip(at).take(*count);
                    let same: String = same.map(|text| block("", &escape(text))).collect();
                    let name = &self.told.texts.version_unchanged;
                    let name = fill_number(self.told, name, "n", *count as u64, speech);
                    let words = [
                        "<details><summary lang=\"",
                        &*escape(&self.told.words),
                        "\">",
                        &escape(&name),
                        "</summary>",
                        &same,
                        "</details>",
                    ];
                    out += &words.concat();
                    at += count;
                }
                Step::Added(text) => {
                    out += &block(" versions-added", &self.mark(Mark::Added, text));
                    at += 1;
                }
                Step::Removed(text) => {
                    out += &block(" versions-removed", &self.mark(Mark::Removed, text));
                }
                Step::Changed(pieces) => {
                    out += &block(" versions-changed", &self.pieces(pieces));
                    at += 1;
                }
            }
        }
        self.own("div", "versions-text", &out)
    }
}

#[cfg(test)]
mod tests {
    use lamplight_model::{Language, Site, json, seal};
    use lamplight_reader::offline::versions::key;

    use super::*;
    use crate::state::State;
    use crate::view::tests::Plain;

    fn told() -> Told {
        let english = Language {
            code: "en".into(),
            name: "English".into(),
            ..Language::default()
        };
        Told {
            site: Site {
                format: lamplight_model::FORMAT,
                base: "/".into(),
                languages: vec![english],
                ..Site::default()
            },
            lang: "en".into(),
            words: "en".into(),
            texts: json::read(include_str!("../../texts/en.json")).expect("texts"),
        }
    }

    fn edition(stored: Millis, change: impl FnOnce(&mut ArticleDocument)) -> Revision {
        let mut document = ArticleDocument {
            format: lamplight_model::FORMAT,
            slug: "sea".into(),
            lang: "en".into(),
            title: "Q&A <sea>".into(),
            markdown: "One **two** three.\n\nFour.\n\nFive.".into(),
            ..ArticleDocument::default()
        };
        change(&mut document);
        Revision::of(&seal::seal(&document).expect("seals"), stored, 0).expect("is whole")
    }

    fn shown(
        own: &Revision,
        site: Option<&Revision>,
        compared: Compared<'_>,
        which: &str,
    ) -> String {
        let told = told();
        let mut state = State::default();
        for text in [
            edition(3, |_| {}),
            edition(9, |own| own.markdown = "Later.".into()),
        ] {
            state.record(&key("sea", "en", &text.digest), &text.write().text);
        }
        let earlier = state.earlier("sea", "en", &own.digest);
        let panel = Panel {
            told: &told,
            own,
            site,
            earlier: &earlier,
            compared,
            which,
        };
        super::panel(&panel, &Plain)
    }

    #[test]
    fn a_correction_stands_before_everything_else_and_what_changed_is_said_in_words() {
        let own = edition(5, |own| own.title = "Sea".into());
        let new = edition(7, |new| {
            new.editors_note = Some("The number was **wrong**.".into());
            new.updated = Some("2026-01-02".into());
            new.markdown = "One [four](https://a.example) three.\n\nFour.\n\nFive.".into();
        });
        let html = shown(&own, Some(&new), Compared::With(&new), "site");
        let at = |text: &str| {
            html.find(text)
                .unwrap_or_else(|| panic!("no {text} in {html}"))
        };
        assert!(at("The number was wrong.") < at("versions-name\">Title"));
        assert!(at("versions-name\">Title") < at("<div class=\"versions-text\""));
        assert!(
            html.contains(
                "<del><span class=\"visually-hidden\" lang=\"en\"> [removed: </span>two<"
            )
        );
        assert!(html.contains(" [added: </span>four<") && !html.contains("a.example"));
        assert!(html.contains("Unchanged paragraphs: 2") && html.contains("Q&amp;A &lt;sea&gt;"));
        assert!(html.contains("0 added, 0 removed, 1 changed"), "{html}");
    }

    #[test]
    fn versions_are_listed_from_the_newest_and_each_can_be_gone_to() {
        let own = edition(5, |own| own.title = "Sea".into());
        let html = shown(&own, None, Compared::Nothing, "");
        let lines: Vec<&str> = html.split("<li").skip(1).collect();
        assert_eq!(lines.len(), 3, "{html}");
        assert!(lines[0].contains("Later version") && lines[0].contains("data-do=\"back\""));
        assert!(lines[1].contains("Your copy") && !lines[1].contains("data-do"));
        assert!(lines[2].contains("Earlier version") && lines[2].contains("data-do=\"compare\""));
    }

    #[test]
    fn other_markup_is_no_other_text_and_a_damaged_version_is_told() {
        let own = edition(5, |own| own.title = "Sea".into());
        let other = edition(4, |other| {
            other.title = "Sea".into();
            other.markdown = "One two three.\n\nFour.\n\nFive.".into();
        });
        let html = shown(&own, None, Compared::With(&other), &other.digest);
        assert!(html.contains("Only links or formatting"), "{html}");
        let html = shown(&own, None, Compared::With(&own), &own.digest);
        assert!(html.contains("Nothing that you would see"), "{html}");
        let html = shown(&own, None, Compared::Damaged, "x");
        assert!(html.contains("This version is damaged"), "{html}");
        let html = shown(&own, None, Compared::Later, "x");
        assert!(html.contains("by a later version of the app"), "{html}");
        let html = shown(&own, None, Compared::Gone, "x");
        assert!(html.contains("no longer on this device"), "{html}");
    }
}
