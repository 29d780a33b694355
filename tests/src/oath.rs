//! What must hold whatever happens: what was said to be saved opens, what the reader made is there, no page is blank.
//!
//! Entry points: [`Oath::hear`] notes what the interface says by now, and what the reader made; [`Oath::broken`] compares it with
//! what is stored, which is quick; [`Oath::broken_in_use`] opens all of it, or as much as it is told, with the server
//! stopped and everything gone that was kept unasked. What they return is empty if nothing was lost.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::json;

use crate::browser::Browser;
use crate::chance::Chance;
use crate::server::Server;
use crate::site::Site;

/// How long something may take that is under way.
const PATIENCE: Duration = Duration::from_secs(15);

const STORED: &str = include_str!("oath.js");

/// Takes off the device what is kept unasked, and nothing else.
const FORGET: &str = "const [base] = arguments;
    for (const key of Object.keys(localStorage))
      if (/^(doc|meta|kept|feed)\\//.test(key.slice(`lamplight:${base}:`.length))) localStorage.removeItem(key);
    await caches.delete(`lamplight:${base}:content`); return true;";

/// Which of some published pages is shown: heading and text.
const SHOWN: &str = "const text = (page) => [page.querySelector('main h1'), page.querySelector('article .prose')]
      .map((element) => element?.textContent.replace(/\\s+/g, ' ').trim()).join(' | ');
    const own = text(document);
    return arguments[0].findIndex((page) => text(new DOMParser().parseFromString(page, 'text/html')) === own);";

const IMAGES: &str = "const all = [...document.querySelectorAll('article img')];
    for (const image of all) image.loading = 'eager';
    const whole = () => all.every((image) => image.complete);
    for (let turn = 0; turn < 200 && !whole(); turn++) await new Promise((done) => setTimeout(done, 25));
    return all.filter((image) => !image.naturalWidth).map((image) => image.currentSrc || image.src);";

/// What is stored.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Stored {
    /// What says that an article is saved, by `<lang>/<slug>`.
    pub receipts: BTreeMap<String, Receipt>,
    /// The reader's wishes, by their keys; whether they were taken back.
    pub wishes: BTreeMap<String, bool>,
    own: BTreeMap<String, String>,
    /// What the page that is open says to be saved.
    pub said: BTreeSet<String>,
}

impl Stored {
    /// Whether an article's receipt still promises something: those of what was removed stay as long as that can be undone.
    fn promises(&self, key: &str) -> bool {
        let (lang, slug) = key.split_once('/').unwrap_or_default();
        let own = self.wishes.get(&format!("saved/article/{slug}/{lang}"));
        let others = self
            .wishes
            .iter()
            .any(|(wish, removed)| !removed && !wish.starts_with("saved/article/"));
        self.said.contains(key) || own.map_or(others, |removed| !removed)
    }

    /// Whether an article (`<lang>/<slug>`) is there, all of it.
    pub fn whole(&self, key: &str) -> bool {
        let receipt = self.receipts.get(key);
        receipt.is_some_and(|receipt| receipt.bad.is_empty())
    }
}

/// What says that an article is saved.
#[derive(Clone, Debug, Deserialize)]
pub struct Receipt {
    images: bool,
    digest: String,
    bad: Vec<String>,
}

/// What was promised to the reader of a site.
pub struct Oath {
    base: String,
    first: String,
    editions: BTreeMap<String, Vec<String>>,
    said: BTreeMap<String, bool>,
    wishes: BTreeSet<String>,
    own: BTreeMap<String, String>,
}

impl Oath {
    /// Nothing yet.
    ///
    /// # Errors
    /// The site cannot be read.
    pub fn of(site: &Site) -> Result<Self> {
        let mut oath = Self {
            base: site.base(),
            first: "en".to_owned(),
            editions: BTreeMap::new(),
            said: BTreeMap::new(),
            wishes: BTreeSet::new(),
            own: BTreeMap::new(),
        };
        oath.published(site)?;
        Ok(oath)
    }

    /// What the site says by now may be read, too.
    ///
    /// # Errors
    /// The site cannot be read.
    pub fn published(&mut self, site: &Site) -> Result<()> {
        for entry in fs::read_dir(site.root().join("articles"))? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            let name = name.strip_suffix(".json").unwrap_or(&name);
            let Some((slug, lang)) = name.rsplit_once('.') else {
                continue;
            };
            let key = format!("{lang}/{slug}");
            let text = site.read(&self.page(&key))?;
            let editions = self.editions.entry(key).or_default();
            if editions.last() != Some(&text) {
                editions.push(text);
            }
        }
        Ok(())
    }

    fn page(&self, key: &str) -> String {
        let (lang, slug) = key.split_once('/').unwrap_or_default();
        if lang == self.first {
            format!("{slug}/")
        } else {
            format!("{key}/")
        }
    }

    /// What is stored by now.
    ///
    /// # Errors
    /// It cannot be read.
    pub async fn stored(&self, browser: &Browser) -> Result<Stored> {
        // Each page that was left behind holds its programs' memories until the browser collects them, of which it can
        // hold some hundred: readers do not open pages as fast as tests.
        browser
            .cdp("HeapProfiler.collectGarbage", json!({}))
            .await?;
        self.read(browser).await
    }

    async fn read(&self, browser: &Browser) -> Result<Stored> {
        let found = browser.run_async(STORED, vec![json!(self.base)]).await?;
        serde_json::from_value(found).context("what is stored")
    }

    /// Notes what is said to be saved, by the page that is open and by receipts, what the reader wishes, and what the
    /// reader made.
    ///
    /// # Errors
    /// It cannot be read.
    pub async fn hear(&mut self, browser: &Browser) -> Result<Stored> {
        let stored = self.stored(browser).await?;
        for key in &stored.said {
            self.said.entry(key.clone()).or_insert(false);
        }
        for (key, receipt) in &stored.receipts {
            if stored.promises(key) {
                self.said.insert(key.clone(), receipt.images);
            }
        }
        let wishes = stored.wishes.iter().filter(|(_, removed)| !**removed);
        self.wishes.extend(wishes.map(|(key, _)| key.clone()));
        self.own.extend(stored.own.clone());
        Ok(stored)
    }

    /// Nothing is promised any more; of what the reader made everything stays.
    pub fn release(&mut self) {
        self.said.clear();
        self.wishes.clear();
    }

    /// The reader removed everything, or what is as good as that: nothing is promised any more.
    pub fn forget_all(&mut self) {
        self.release();
        self.own.clear();
    }

    /// The reader removed an article.
    pub fn removed(&mut self, key: &str) {
        self.said.remove(key);
        let (lang, slug) = key.split_once('/').unwrap_or_default();
        self.wishes.remove(&format!("saved/article/{slug}/{lang}"));
    }

    /// The reader took a wish back, and with it all that was saved by it: all but some articles.
    pub fn unwished(&mut self, wish: &str, others: &[&str]) {
        self.wishes.remove(wish);
        self.said.retain(|key, _| others.contains(&key.as_str()));
    }

    /// The reader changed what the reader made: what begins so, and says so.
    pub fn edited(&mut self, what: &str, text: &str) {
        self.own
            .retain(|key, own| !(key.starts_with(what) && own.contains(text)));
    }

    /// How many articles are promised.
    pub fn promised(&self) -> usize {
        self.said.len()
    }

    /// What is not there as it was said, by what is stored.
    ///
    /// # Errors
    /// It cannot be read.
    pub async fn broken(&self, browser: &Browser) -> Result<Vec<String>> {
        let stored = self.stored(browser).await?;
        Ok(self.compared(&stored))
    }

    /// [`Oath::broken`], once what is under way has ended: what is wrong for a moment, while a file is being replaced, is not
    /// lost.
    ///
    /// # Errors
    /// It cannot be read.
    pub async fn broken_for_good(&self, browser: &Browser) -> Result<Vec<String>> {
        let start = Instant::now();
        loop {
            let lost = self.broken(browser).await?;
            if lost.is_empty() || start.elapsed() > PATIENCE {
                return Ok(lost);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    fn compared(&self, stored: &Stored) -> Vec<String> {
        let mut lost = Vec::new();
        for (key, images) in &self.said {
            match stored.receipts.get(key) {
                None => lost.push(format!("{key}: nothing says that it is saved")),
                Some(receipt) if !receipt.images && *images => {
                    lost.push(format!("{key}: without its images"));
                }
                Some(_) => {}
            }
        }
        for (key, receipt) in &stored.receipts {
            if !receipt.bad.is_empty() && stored.promises(key) {
                lost.push(format!(
                    "{key} ({}): {}",
                    receipt.digest,
                    receipt.bad.join(", ")
                ));
            }
        }
        for key in &self.wishes {
            if stored.wishes.get(key) != Some(&false) {
                lost.push(format!("the reader's wish {key}"));
            }
        }
        for (key, text) in &self.own {
            match stored.own.get(key) {
                Some(own) if own == text => {}
                own => lost.push(format!("the reader's {key}: {text} became {own:?}")),
            }
        }
        lost
    }

    /// What does not open as it was said, without the site and in a browser started anew; of the articles that are promised at most
    /// `some`, by chance. The server is up again afterwards.
    ///
    /// # Errors
    /// The browser's; not what is lost.
    pub async fn broken_in_use(
        &self,
        browser: &mut Browser,
        server: &mut Server,
        some: usize,
        chance: &mut Chance,
    ) -> Result<Vec<String>> {
        let mut lost = self.broken(browser).await?;
        browser.allow_in_console("net::ERR_");
        server.down();
        browser.run_async(FORGET, vec![json!(self.base)]).await?;
        browser.come_back_later().await?;
        let mut keys: Vec<&String> = self.said.keys().collect();
        while keys.len() > some {
            let at = usize::try_from(chance.below(keys.len() as u64))?;
            keys.swap_remove(at);
        }
        for key in keys {
            let with_images = self.said.get(key).copied().unwrap_or_default();
            let mut opened = self.opens(browser, server, key, with_images).await;
            if crashed(&opened) {
                browser.come_back_later().await?;
                opened = self.opens(browser, server, key, with_images).await;
            }
            if let Err(error) = opened {
                lost.push(format!("{key}: {error:#}"));
            }
        }
        for page in ["", "library/", "search/", "settings/"] {
            let mut opened = not_blank(browser, &server.url(page)).await;
            if crashed(&opened) {
                browser.come_back_later().await?;
                opened = not_blank(browser, &server.url(page)).await;
            }
            if let Err(error) = opened {
                lost.push(format!("/{page}: {error:#}"));
            }
        }
        // The browser has just been started: nothing is to be collected, and Chromium may crash where that is asked of a page
        // that is starting programs.
        let mut own = self.read(browser).await;
        if crashed(&own) {
            browser.come_back_later().await?;
            not_blank(browser, &server.url("")).await?;
            own = self.read(browser).await;
        }
        lost.extend(self.compared(&own?));
        if let Err(error) = browser.check_console().await {
            lost.push(format!("{error:#}"));
        }
        server.up()?;
        lost.sort();
        lost.dedup();
        Ok(lost)
    }

    /// Opens an article and looks at all of it.
    async fn opens(
        &self,
        browser: &Browser,
        server: &Server,
        key: &str,
        with_images: bool,
    ) -> Result<()> {
        not_blank(browser, &server.url(&self.page(key))).await?;
        let editions = self.editions.get(key).context("it was never published")?;
        let which = browser.run_async(SHOWN, vec![json!(editions)]).await?;
        anyhow::ensure!(
            which.as_i64().is_some_and(|at| at >= 0),
            "what is shown was never published"
        );
        if with_images {
            let broken = browser.run_async(IMAGES, Vec::new()).await?;
            anyhow::ensure!(
                broken.as_array().is_some_and(Vec::is_empty),
                "images that do not open: {broken}"
            );
        }
        Ok(())
    }
}

/// Chromium's tab crashes now and then (two of sixty times that a family of faults ended so; never in 400 pages opened one after
/// another without a driver): its reader opens the page again, and so does the test, which says so.
fn crashed<T>(result: &Result<T>) -> bool {
    let error = result.as_ref().err();
    let crashed = error.is_some_and(|error| format!("{error:#}").contains("tab crashed"));
    if crashed {
        println!("the browser's tab crashed");
    }
    crashed
}

/// Opens a page, which says something and in which the app starts.
///
/// # Errors
/// It is blank, or the app does not start.
pub async fn not_blank(browser: &Browser, url: &str) -> Result<()> {
    browser.open_app(url).await?;
    browser
        .wait_until("document.querySelector('main')?.innerText.trim().length > 20 && document.querySelector('main h1')")
        .await
        .context("a blank page")
}

impl Browser {
    /// What a reader makes: chooses a theme, sends a message that nobody takes, and begins another.
    ///
    /// # Errors
    /// The site has no settings or no contact; that it has, see [`Site::contact`].
    pub async fn reader_makes(&self, server: &Server) -> Result<()> {
        self.open_app(&server.url("settings/")).await?;
        self.run(
            "document.querySelector('input[name=theme][value=dark]').click()",
            Vec::new(),
        )
        .await?;
        self.wait_until("document.documentElement.dataset.theme === 'dark'")
            .await?;
        self.click("a[data-part=contact]").await?;
        self.wait_until("document.querySelector('dialog#contact')?.open && document.querySelector('dialog#contact .outbox')")
            .await?;
        let write = "const form = document.querySelector('dialog#contact form');
            for (const [name, text] of Object.entries(arguments[0])) {
              const field = form.elements.namedItem(name);
              field.focus(); field.value = text; field.dispatchEvent(new InputEvent('input', { bubbles: true }));
            }";
        let first = json!({ "name": "Ada Quill", "email": "ada@example.org", "message": "The lamp at the quay is out." });
        self.run(write, vec![first]).await?;
        self.click("dialog#contact form button").await?;
        self.wait_until("document.querySelector('dialog#contact [data-outbox-state=waiting]')")
            .await?;
        let second = json!({ "message": "The other lamp, too." });
        self.run(write, vec![second]).await?;
        // Until it is stored.
        let drafted = "const [base, text] = arguments;
            const db = await new Promise((done) => {
              const open = indexedDB.open(`lamplight:${base}:outbox`);
              open.onsuccess = () => done(open.result);
            });
            for (let turn = 0; turn < 200; turn++) {
              const all = await new Promise((done) => {
                const ask = db.transaction('messages').objectStore('messages').getAll();
                ask.onsuccess = () => done(ask.result);
              });
              if (all.some((one) => one.includes(text))) return db.close(), true;
              await new Promise((done) => setTimeout(done, 25));
            }
            return false;";
        let there = self
            .run_async(
                drafted,
                vec![json!(server.base()), json!("The other lamp, too.")],
            )
            .await?;
        anyhow::ensure!(there == json!(true), "the draft was not stored");
        Ok(())
    }
}
