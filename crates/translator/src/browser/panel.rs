//! The panel: a dialog with the ways to read an article in another language.
//!
//! Entry point: [`open`].

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event, HtmlAnchorElement, HtmlDialogElement, HtmlSelectElement};

use super::run::{self, Run, Wanted};
use super::{
    all, api, document, evidence, find, listen, make, observe, page_lang, store, target, window,
};
use crate::languages::{dir, offered, plain, same};
use crate::record;
use crate::texts::Config;
use crate::view::{self, Device, Human, Line, Named, Panel as View};

/// An open panel.
struct Panel {
    config: Config,
    dialog: HtmlDialogElement,
    article: Element,
    folder: String,
    digest: String,
    humans: Vec<Human>,
    names: api::Names,
    /// The language of the article: as it says, or as the device is sure that it is.
    from: RefCell<Named>,
    url: String,
    /// The languages in which the device has a translation; `None` until that is known.
    kept: RefCell<Option<Vec<String>>>,
    line: Cell<Line>,
}

thread_local! {
    static PANEL: RefCell<Option<Rc<Panel>>> = const { RefCell::new(None) };
    static DIALOG: RefCell<Option<HtmlDialogElement>> = const { RefCell::new(None) };
}

/// Opens the panel of the article that a control is in; `None` where there is none.
pub(crate) fn open(control: &Element, config: Config) -> Option<()> {
    let shown = control.closest("article").ok()??;
    let article = run::original_of(&shown).unwrap_or(shown);
    let attribute = |name: &str| article.get_attribute(name).unwrap_or_default();
    let (slug, digest, lang) = (
        attribute("data-slug"),
        attribute("data-digest"),
        attribute("lang"),
    );
    let humans: Vec<Human> = all(&article, ".translations a[hreflang]")
        .iter()
        .filter_map(human)
        .collect();
    let page = page_lang();
    let names = api::Names::new(&config.lang);
    let named = |tag: &String| Named {
        name: names.of(tag),
        tag: tag.clone(),
    };
    let human: Vec<String> = humans.iter().map(|human| human.lang.clone()).collect();
    let (first, others) = offered(&preferred(&page), &lang, &human);
    let first: Vec<Named> = first.iter().map(named).collect();
    let mut others: Vec<Named> = others.iter().map(named).collect();
    api::sort(&mut others, &config.lang);
    let dialog = dialog()?;
    let _ = dialog.set_attribute("lang", &config.lang);
    let _ = dialog.set_attribute("dir", dir(&config.lang));
    dialog.set_inner_html(&view::panel(&View {
        texts: &config.texts,
        humans: &humans,
        offered: &(first, others),
        has_device: api::exists(),
        has_services: !config.services.is_empty(),
    }));
    let panel = Rc::new(Panel {
        folder: record::folder(&config.base, &lang, &slug),
        url: config.address(&lang, &slug),
        from: RefCell::new(Named {
            name: names.of(&plain(&lang)),
            tag: lang,
        }),
        kept: RefCell::default(),
        line: Cell::new(line()),
        config,
        dialog,
        article,
        digest,
        humans,
        names,
    });
    PANEL.set(Some(panel.clone()));
    panel.choose();
    if !panel.dialog.open() {
        panel.dialog.show_modal().ok()?;
    }
    spawn_local(async move {
        panel.look_up(&human).await;
    });
    Some(())
}

fn human(link: &Element) -> Option<Human> {
    Some(Human {
        lang: link.get_attribute("hreflang")?,
        name: link.text_content().unwrap_or_default().trim().to_owned(),
        href: link.get_attribute("href")?,
    })
}

/// The languages that the reader's browser asks for, that of the page, and those of the publication.
fn preferred(page: &str) -> Vec<String> {
    let languages = window().navigator().languages().into_iter();
    let mut out: Vec<String> = languages.filter_map(|tag| tag.as_string()).collect();
    out.push(page.to_owned());
    let root = document().document_element();
    let links = root.map(|root| all(&root, ".colophon-languages a[hreflang]"));
    out.extend(
        links
            .into_iter()
            .flatten()
            .filter_map(|link| link.get_attribute("hreflang")),
    );
    out
}

/// Whether a service could read the article.
fn line() -> Line {
    Line::of(window().navigator().on_line(), &evidence())
}

/// The dialog: one for all, made when it is needed first.
fn dialog() -> Option<HtmlDialogElement> {
    let known = DIALOG.with_borrow(Clone::clone);
    if let Some(dialog) = known.filter(|dialog| dialog.is_connected()) {
        return Some(dialog);
    }
    let attributes = [
        ("class", "machine"),
        ("aria-labelledby", "machine-title"),
        ("translate", "no"),
    ];
    let dialog: HtmlDialogElement = make("dialog", &attributes)?.dyn_into().ok()?;
    document().body()?.append_child(&dialog).ok()?;
    listen(&dialog, "click", |event| with(|panel| panel.click(&event)));
    listen(&dialog, "change", |_| with(|panel| panel.choose()));
    for kind in ["online", "offline"] {
        listen(&window(), kind, |_| with(Panel::look));
    }
    let _ = observe(|| {
        run::look();
        with(Panel::look);
    });
    DIALOG.set(Some(dialog.clone()));
    Some(dialog)
}

fn with(act: impl FnOnce(&Rc<Panel>)) {
    if let Some(panel) = PANEL.with_borrow(Clone::clone) {
        act(&panel);
    }
}

impl Panel {
    /// The language that is chosen.
    fn to(&self) -> Option<Named> {
        let select: HtmlSelectElement = find(&self.dialog, "select")?.dyn_into().ok()?;
        let tag = select.value();
        (!tag.is_empty()).then(|| Named {
            name: self.names.of(&tag),
            tag,
        })
    }

    /// Closes it when its article has left the page, and says what services need, as it changes.
    fn look(self: &Rc<Self>) {
        if !self.dialog.open() {
            return;
        }
        if !run::is_shown(&self.article) {
            self.dialog.close();
        } else if self.line.replace(line()) != line() {
            self.offer_services();
        }
    }

    fn piece(&self, name: &str, html: &str) {
        // The dialog is one for all: meanwhile it may be another article's.
        let is_open = |open: &Option<Rc<Self>>| {
            open.as_ref()
                .is_some_and(|open| std::ptr::eq(&raw const **open, self))
        };
        if !PANEL.with_borrow(is_open) {
            return;
        }
        let selector = ["[data-piece=", name, "]"].concat();
        if let Some(place) = find(&self.dialog, &selector)
            && place.inner_html() != html
        {
            place.set_inner_html(html);
        }
    }

    /// Shows what there is for the language that is chosen.
    fn choose(self: &Rc<Self>) {
        self.offer_services();
        if !api::exists() {
            // Where there are other ways, nobody need know that this one is missing.
            if self.config.services.is_empty() && self.humans.is_empty() {
                let (from, none) = (self.from.borrow(), Named::default());
                self.piece(
                    "device",
                    &view::device(&self.config.texts, Device::Absent, &from, &none, false),
                );
            }
            return;
        }
        let known = self.kept.borrow().clone();
        let Some(to) = self.to().filter(|to| {
            let kept = known.as_deref().unwrap_or_default();
            !kept.iter().any(|tag| same(tag, &to.tag))
        }) else {
            return self.piece("device", "");
        };
        self.show_device(Device::Asking);
        if known.is_none() {
            return;
        }
        let panel = self.clone();
        spawn_local(async move {
            let from = panel.from.borrow().tag.clone();
            let device = api::availability(&from, &to.tag).await;
            // Meanwhile the reader may have chosen another.
            if panel.to().is_some_and(|now| now == to) && panel.from.borrow().tag == from {
                panel.show_device(device);
            }
        });
    }

    fn show_device(&self, device: Device) {
        if let Some(to) = self.to() {
            let from = self.from.borrow();
            let second = self
                .kept
                .borrow()
                .as_ref()
                .is_some_and(|kept| !kept.is_empty());
            self.piece(
                "device",
                &view::device(&self.config.texts, device, &from, &to, second),
            );
        }
    }

    fn offer_services(self: &Rc<Self>) {
        let Some(to) = self.to() else {
            return self.piece("services", "");
        };
        let from = plain(&self.from.borrow().tag);
        let Config {
            texts, services, ..
        } = &self.config;
        let html = view::services(texts, services, self.line.get(), &self.url, &from, &to.tag);
        self.piece("services", &html);
    }

    /// Finds what is kept, and in which language the article really is.
    async fn look_up(self: Rc<Self>, human: &[String]) {
        let base = &self.config.base;
        let kept = store::languages(base, &self.folder, &self.digest, human).await;
        self.kept.replace(Some(kept.clone()));
        let kept: Vec<Named> = kept
            .into_iter()
            .map(|tag| Named {
                name: self.names.of(&tag),
                tag,
            })
            .collect();
        self.piece("kept", &view::kept(&self.config.texts, &kept));
        self.choose();
        let text = self.article.text_content().unwrap_or_default();
        let said = self.from.borrow().tag.clone();
        if api::exists()
            && let Some(tag) = api::other_language(&text, &said).await
        {
            let name = self.names.of(&tag);
            self.from.replace(Named { tag, name });
            self.choose();
        }
    }

    fn click(self: &Rc<Self>, event: &Event) {
        // The dark around it is the dialog itself.
        let beside = event.target().is_some_and(|target| {
            target
                .dyn_ref::<Element>()
                .is_some_and(|element| element.is_same_node(Some(&self.dialog)))
        });
        let leaves = target(event, "a[href]")
            .and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok())
            .is_some_and(|link| link.target().is_empty());
        if beside || leaves {
            self.dialog.close();
            return;
        }
        let Some(control) = target(event, "[data-do]") else {
            return;
        };
        match control.get_attribute("data-do").as_deref() {
            Some("start") => {
                if let Some(to) = self.to() {
                    self.dialog.close();
                    Run::begin(self.wanted(to));
                }
            }
            Some("kept") => {
                let tag = control.get_attribute("data-to").unwrap_or_default();
                let to = Named {
                    name: self.names.of(&tag),
                    tag,
                };
                let panel = self.clone();
                spawn_local(async move { panel.show_kept(to).await });
            }
            _ => self.dialog.close(),
        }
    }

    async fn show_kept(self: Rc<Self>, to: Named) {
        let mut wanted = self.wanted(to);
        let text = store::read(&wanted.base, &wanted.path)
            .await
            .unwrap_or_default();
        // From which language it was translated then.
        if let Some(tag) = record::source(&text) {
            let name = self.names.of(&plain(&tag));
            wanted.from = Named { tag, name };
        }
        run::end();
        // Meanwhile the reader may have opened another page.
        if !self.article.is_connected() {
            return;
        }
        if Run::kept(wanted, &text) {
            self.dialog.close();
        } else {
            self.kept.replace(Some(Vec::new()));
            self.piece("kept", "");
            self.choose();
        }
    }

    fn wanted(&self, to: Named) -> Wanted {
        Wanted {
            article: self.article.clone(),
            from: self.from.borrow().clone(),
            path: record::path(&self.folder, &self.digest, &to.tag),
            to,
            base: self.config.base.clone(),
            texts: self.config.texts.clone(),
            lang: self.config.lang.clone(),
        }
    }
}
