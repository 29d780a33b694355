//! An article that is translated in place: a copy of it takes its place in the page, and is replaced block by block.
//!
//! Entry points: [`Run::begin`], [`Run::kept`], [`end`], [`look`]. The original is taken out of the page whole and put back whole: ids
//! stay unique, and whatever looks for something in the article (search, a link to a section) finds what is shown. The
//! framework made neither its nodes nor the bar's; when it puts another article into the slot, both are gone, and
//! [`look`] ends the run. What was translated when a run is stopped is kept, and the next one begins from it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{
    AbortController, AbortSignal, Element, HtmlElement, Node, ScrollBehavior, ScrollToOptions,
};

use super::{all, api, find, listen, make, store, target, tree, window};
use crate::blocks::{FIXED, NAMED, Said, Unit, fingerprint, order, selector, units};
use crate::languages::dir;
use crate::record::{Record, VERSION, part};
use crate::texts::Texts;
use crate::view::{self, Named, Refusal, Stage};

thread_local! {
    static RUN: RefCell<Option<Rc<Run>>> = const { RefCell::new(None) };
}

/// What a run is about.
#[derive(Clone)]
pub(crate) struct Wanted {
    /// The article's element.
    pub(crate) article: Element,
    /// From which language.
    pub(crate) from: Named,
    /// Into which.
    pub(crate) to: Named,
    /// The site's base path.
    pub(crate) base: String,
    /// Where the translation is kept.
    pub(crate) path: String,
    /// What the bar says.
    pub(crate) texts: Texts,
    /// The language of that.
    pub(crate) lang: String,
}

/// An article that is translated.
pub(crate) struct Run {
    wanted: Wanted,
    copy: Element,
    bar: Element,
    units: Vec<Unit>,
    said: RefCell<Vec<Said>>,
    /// The nodes of the copy, and of the original, by number.
    nodes: RefCell<Vec<Node>>,
    originals: Vec<Node>,
    stage: Cell<Stage>,
    /// The copy stands in the page.
    shown: Cell<bool>,
    abort: RefCell<Option<AbortController>>,
}

/// The article that is translated, if it still stands in the page: the original of what an element is in.
pub(crate) fn original_of(article: &Element) -> Option<Element> {
    let run = RUN.with_borrow(Clone::clone)?;
    run.copy
        .is_same_node(Some(article))
        .then(|| run.wanted.article.clone())
}

/// Whether an article stands in the page, as it is or in translation.
pub(crate) fn is_shown(article: &Element) -> bool {
    let shown = |run: &Rc<Run>| run.is_here() && run.wanted.article.is_same_node(Some(article));
    article.is_connected() || RUN.with_borrow(|run| run.as_ref().is_some_and(shown))
}

/// Ends a run whose article has left the page, with the translator and the download that it may wait for. Where the
/// article stands there in a new text, that is said.
pub(crate) fn look() {
    let gone = RUN.with_borrow(|run| run.as_ref().is_some_and(|run| !run.is_here()));
    if gone && let Some(run) = RUN.take() {
        run.stop();
        run.say_changed();
    }
}

/// Ends what is translated: the original stands in the page again.
pub(crate) fn end() {
    if let Some(run) = RUN.take() {
        run.stop();
        run.swap(false);
        run.bar.remove();
    }
}

impl Wanted {
    fn bar(&self, role: &str) -> Option<Element> {
        make(
            "div",
            &[
                ("class", "machine-bar"),
                ("translate", "no"),
                ("role", role),
                ("aria-label", &self.texts.title),
                ("lang", &self.lang),
                ("dir", dir(&self.lang)),
            ],
        )
    }
}

/// Takes away what was said of an article's new text.
fn drop_notice(article: &Element) {
    if let Some(bar) = article.previous_element_sibling()
        && bar.get_attribute("data-stage").as_deref() == Some("changed")
    {
        bar.remove();
    }
}

impl Run {
    fn new(wanted: Wanted, stage: Stage) -> Option<Rc<Self>> {
        end();
        let (article, from) = (&wanted.article, wanted.from.tag.as_str());
        // Meanwhile the reader may have gone on.
        if !article.is_connected() {
            return None;
        }
        let copy: Element = article.clone_node_with_deep(true).ok()?.dyn_into().ok()?;
        let (mut nodes, mut originals) = (Vec::new(), Vec::new());
        let units = units(&tree::read(&copy, from, &mut nodes));
        tree::read(article, from, &mut originals);
        let set = |element: &Element, tag: &str| {
            let _ = element.set_attribute("lang", tag);
            let _ = element.set_attribute("dir", dir(tag));
        };
        // What is not translated yet, or never, says in which language it is.
        for fixed in all(&copy, &selector(FIXED)) {
            set(&fixed, from);
        }
        for named in all(&copy, &selector(NAMED)) {
            let _ = named.set_attribute("lang", from);
            for inside in all(&named, ":scope > *") {
                set(&inside, &wanted.to.tag);
            }
        }
        for unit in units.iter().filter(|unit| matches!(unit, Unit::Run { .. })) {
            if let Some(block) = nodes[unit.place()].dyn_ref::<Element>() {
                set(block, from);
            }
        }
        set(&copy, &wanted.to.tag);
        let _ = copy.set_attribute("data-machine", "");
        let bar = wanted.bar("region")?;
        bar.set_inner_html(&view::bar(&wanted.texts, &wanted.from, &wanted.to));
        let run = Rc::new(Self {
            said: RefCell::new(vec![Said::Nothing; units.len()]),
            nodes: RefCell::new(nodes),
            stage: Cell::new(stage),
            shown: Cell::new(false),
            abort: RefCell::default(),
            wanted,
            copy,
            bar,
            units,
            originals,
        });
        let held = Rc::downgrade(&run);
        listen(&run.bar, "click", move |event| {
            if let (Some(run), Some(control)) = (held.upgrade(), target(&event, "[data-do]")) {
                run.does(&control.get_attribute("data-do").unwrap_or_default());
            }
        });
        let (anchor, article) = (run.anchor(), &run.wanted.article);
        drop_notice(article);
        article.before_with_node_1(&run.bar).ok()?;
        run.hold(anchor);
        RUN.set(Some(run.clone()));
        run.report(stage);
        Some(run)
    }

    /// Translates an article; `promised` by the browser's translator, within the reader's click.
    pub(crate) fn begin(wanted: Wanted) {
        if let Some(run) = Self::new(wanted, Stage::Fetching(None)) {
            run.ask();
            run.focus();
        }
    }

    /// Shows an article as it was translated before; whether the record is of this text.
    pub(crate) fn kept(wanted: Wanted, text: &str) -> bool {
        let Some(run) = Self::new(wanted, Stage::Working(0, 0)) else {
            return false;
        };
        let Some(record) = Record::read(text, &fingerprint(&run.units), run.units.len()) else {
            end();
            return false;
        };
        for (at, said) in record.units.iter().enumerate() {
            run.put(at, said.clone());
        }
        run.swap(true);
        run.report(Stage::Done(record.lacking(), true));
        run.focus();
        true
    }

    fn ask(self: &Rc<Self>) {
        let Ok(abort) = AbortController::new() else {
            return;
        };
        let signal = abort.signal();
        self.abort.replace(Some(abort));
        let run = self.clone();
        let promised = api::create(&self.wanted.from.tag, &self.wanted.to.tag, &signal, {
            let (run, signal) = (Rc::downgrade(self), signal.clone());
            move |percent| {
                let run = run.upgrade().filter(|_| !signal.aborted());
                if let Some(run) = run.filter(|run| matches!(run.stage.get(), Stage::Fetching(_))) {
                    run.report(Stage::Fetching(Some(percent)));
                }
            }
        });
        self.report(Stage::Fetching(None));
        spawn_local(async move { run.work(promised, signal).await });
    }

    async fn work(self: Rc<Self>, promised: Result<Promise, JsValue>, signal: AbortSignal) {
        let made = api::created(promised).await;
        if signal.aborted() || !self.is_here() {
            return;
        }
        let translator = match made {
            Ok(translator) => translator,
            Err(name) => return self.report(Stage::Failed(Refusal::of(&name))),
        };
        self.resume().await;
        if signal.aborted() || !self.is_here() {
            return;
        }
        let total = self.units.len();
        let count =
            |said: &[Said]| said.iter().filter(|said| **said != Said::Nothing).count() as u32;
        let from = self.anchor().map_or(0, |(at, _)| at);
        self.report(Stage::Working(count(&self.said.borrow()), total as u32));
        self.swap(true);
        let mut done = count(&self.said.borrow());
        for at in order(total, from) {
            if self.said.borrow()[at] != Said::Nothing {
                continue;
            }
            let said = asked(&translator, &self.units[at], &signal).await;
            if signal.aborted() || !self.is_here() {
                return;
            }
            self.put(at, said);
            done += 1;
            self.report(Stage::Working(done, total as u32));
        }
        drop(translator);
        let record = self.record();
        // Where nothing could be translated the original is all there is.
        if record.lacking() as usize == total {
            self.swap(false);
            return self.report(Stage::Failed(Refusal::Other));
        }
        let (base, path) = (&self.wanted.base, &self.wanted.path);
        let kept = store::write(base, path, &record.write()).await;
        if kept {
            store::remove(base, &part(path)).await;
        }
        if self.is_here() {
            self.report(Stage::Done(record.lacking(), kept));
        }
    }

    /// What was said so far.
    fn record(&self) -> Record {
        Record {
            v: VERSION,
            from: self.wanted.from.tag.clone(),
            to: self.wanted.to.tag.clone(),
            of: fingerprint(&self.units),
            units: self.said.borrow().clone(),
        }
    }

    /// Takes up what was translated before the reader stopped it.
    async fn resume(&self) {
        let (base, path) = (&self.wanted.base, part(&self.wanted.path));
        let text = store::read(base, &path).await.unwrap_or_default();
        let record = Record::read(&text, &fingerprint(&self.units), self.units.len());
        let Some(record) = record.filter(|record| record.from == self.wanted.from.tag) else {
            return;
        };
        if !self.is_here() {
            return;
        }
        for (at, said) in record.units.into_iter().enumerate() {
            if self.said.borrow()[at] == Said::Nothing {
                self.put(at, said);
            }
        }
    }

    /// Takes up what was said to a unit, if it fits.
    fn put(&self, at: usize, said: Said) {
        let out = self.units[at].rebuilt(&said);
        let put =
            out.is_some_and(|out| tree::put(&self.units[at], &out, &mut self.nodes.borrow_mut()));
        if put {
            self.said.borrow_mut()[at] = said;
        }
    }

    /// Whether this is what the page shows.
    fn is_here(&self) -> bool {
        self.bar.is_connected()
    }

    /// Stops it; what was translated is kept, and the next run goes on from it.
    fn stop(&self) {
        let Some(abort) = self.abort.take() else {
            return;
        };
        abort.abort();
        let record = self.record();
        if matches!(self.stage.get(), Stage::Working(..)) && record.has_any() {
            let (base, path) = (self.wanted.base.clone(), part(&self.wanted.path));
            spawn_local(async move {
                store::write(&base, &path, &record.write()).await;
            });
        }
    }

    /// Says above the article's new text, if that is what stands in the page now, that it is not translated.
    fn say_changed(&self) -> Option<()> {
        let attribute = |article: &Element, name: &str| article.get_attribute(name);
        let old = &self.wanted.article;
        let main = super::document().query_selector("main").ok()??;
        let article = all(&main, "article[data-digest]").into_iter().find(|new| {
            let same = |name: &&str| attribute(new, name) == attribute(old, name);
            ["data-slug", "lang"].iter().all(same)
        })?;
        let (was, is) = (
            attribute(old, "data-digest")?,
            attribute(&article, "data-digest")?,
        );
        if was == is {
            return None;
        }
        let wanted = Wanted {
            path: self.wanted.path.replace(&was, &is),
            article,
            ..self.wanted.clone()
        };
        let bar = wanted.bar("status")?;
        let _ = bar.set_attribute("data-stage", "changed");
        wanted.article.before_with_node_1(&bar).ok()?;
        bar.set_inner_html(&view::changed(&wanted.texts, &wanted.to));
        listen(&bar.clone(), "click", move |event| {
            let control = target(&event, "[data-do]");
            match control
                .and_then(|control| control.get_attribute("data-do"))
                .as_deref()
            {
                Some("start") => Self::begin(wanted.clone()),
                Some(_) => bar.remove(),
                None => {}
            }
        });
        Some(())
    }

    fn does(self: &Rc<Self>, what: &str) {
        match what {
            "original" | "translation" => {
                self.swap(what == "translation");
                self.report(self.stage.get());
            }
            "again" if api::exists() => self.ask(),
            "again" => self.report(Stage::Failed(Refusal::Other)),
            _ => {
                end();
                if let Some(control) = find(&self.wanted.article, "[data-part]") {
                    focus(&control);
                }
            }
        }
    }

    /// The place of a unit in what stands in the page.
    fn place(&self, at: usize) -> Option<Element> {
        let id = self.units[at].place();
        let node = if self.shown.get() {
            self.nodes.borrow().get(id).cloned()
        } else {
            self.originals.get(id).cloned()
        };
        node?.dyn_into().ok()
    }

    /// The first unit that the reader sees, and how far down it begins.
    fn anchor(&self) -> Option<(usize, f64)> {
        (0..self.units.len()).find_map(|at| {
            let place = self.place(at)?.get_bounding_client_rect();
            (place.bottom() > 0.0 && place.height() > 0.0).then(|| (at, place.top()))
        })
    }

    /// Scrolls so that a unit begins where it did.
    fn hold(&self, anchor: Option<(usize, f64)>) {
        // At its beginning the article comes with the bar.
        let Some((at, top)) = anchor.filter(|_| window().scroll_y().unwrap_or(0.0) > 1.0) else {
            return;
        };
        if let Some(place) = self.place(at) {
            let moved = place.get_bounding_client_rect().top() - top;
            let options = ScrollToOptions::new();
            options.set_top(window().scroll_y().unwrap_or(0.0) + moved);
            options.set_behavior(ScrollBehavior::Instant);
            window().scroll_to_with_scroll_to_options(&options);
        }
    }

    /// Shows the translation, or the original.
    fn swap(&self, translation: bool) {
        if self.shown.get() == translation || !self.is_here() {
            return;
        }
        let anchor = self.anchor();
        let (old, new) = if translation {
            (&self.wanted.article, &self.copy)
        } else {
            (&self.copy, &self.wanted.article)
        };
        if old.is_connected() && old.replace_with_with_node_1(new).is_ok() {
            self.shown.set(translation);
            self.hold(anchor);
        }
    }

    /// Says how far it is.
    fn report(&self, stage: Stage) {
        let (texts, bar) = (&self.wanted.texts, &self.bar);
        self.stage.set(stage);
        if let Some(line) = find(bar, ".machine-stage") {
            line.set_text_content(Some(
                &stage.sentence(texts, |n| api::digits(n, &self.wanted.lang)),
            ));
            // Each piece need not be told aloud.
            let live = if matches!(stage, Stage::Working(..)) {
                "off"
            } else {
                "polite"
            };
            let _ = line.set_attribute("aria-live", live);
        }
        if let Some(progress) = find(bar, "progress") {
            match stage.progress() {
                Some((done, total)) => {
                    let _ = progress.remove_attribute("hidden");
                    let _ = progress.set_attribute("max", &total.max(1).to_string());
                    let _ = match done {
                        Some(done) => progress.set_attribute("value", &done.to_string()),
                        None => progress.remove_attribute("value"),
                    };
                }
                None => {
                    let _ = progress.set_attribute("hidden", "");
                }
            }
        }
        let controls = view::controls(texts, stage, self.shown.get());
        if let Some(place) = find(bar, ".machine-controls")
            && place.inner_html() != controls
        {
            let focused = find(&place, ":focus").is_some();
            place.set_inner_html(&controls);
            if focused {
                self.focus();
            }
        }
        let _ = bar.set_attribute("data-stage", name(stage));
        let _ = bar.set_attribute(
            "data-shown",
            if self.shown.get() { "true" } else { "false" },
        );
    }

    fn focus(&self) {
        if let Some(control) = find(&self.bar, "button") {
            focus(&control);
        }
    }
}

/// What the bar's `data-stage` says.
fn name(stage: Stage) -> &'static str {
    match stage {
        Stage::Fetching(_) => "fetching",
        Stage::Working(..) => "working",
        Stage::Done(0, true) => "done",
        Stage::Done(..) => "partly",
        Stage::Failed(_) => "failed",
    }
}

fn focus(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let options = web_sys::FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = element.focus_with_options(&options);
    }
}

/// Asks for a unit at once; where its marks do not come back whole, text by text.
async fn asked(translator: &api::Translator, unit: &Unit, signal: &AbortSignal) -> Said {
    if let Some(question) = unit.question()
        && let Some(text) = translator.translate(&question, signal).await
    {
        let said = Said::Whole(text);
        if unit.rebuilt(&said).is_some() {
            return said;
        }
    }
    let mut pieces = Vec::new();
    for text in unit.texts() {
        let said = match signal.aborted() {
            true => None,
            false => translator.translate(&text, signal).await,
        };
        match said.filter(|said| !said.trim().is_empty()) {
            Some(said) => pieces.push(said),
            None => return Said::Nothing,
        }
    }
    Said::Pieces(pieces)
}
