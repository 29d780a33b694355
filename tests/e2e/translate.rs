//! Articles in the reader's language: by people, by the browser's translator (made up after its specification:
//! `tests/fixtures/translator.js`). What there is without it: `services.rs`.

use anyhow::{Result, ensure};
use lamplight_e2e::{Browser, Engine, Options, Server, Site, browse_with, violations};

/// The browser's translator, made up.
const FAKE: &str = include_str!("../fixtures/translator.js");

/// A browser without a translator.
const NONE: &str = "Object.defineProperty(window, 'Translator', { value: undefined })";

/// A reader who prefers French, in a publication in English and Arabic.
fn french() -> Options {
    Options {
        language: "fr".into(),
        ..Options::default()
    }
}

/// Has every page find a translator that behaves in a way.
async fn equip(browser: &Browser, machine: &str) -> Result<()> {
    let script = format!("window.machine = {machine};\n{FAKE}");
    browser.before_every_page(&script).await
}

async fn open_panel(browser: &Browser) -> Result<()> {
    browser.click("article [data-part=translate]").await?;
    browser
        .wait_until("document.querySelector('dialog.machine')?.open")
        .await
}

async fn start(browser: &Browser) -> Result<()> {
    open_panel(browser).await?;
    browser.click("dialog [data-do=start]").await
}

async fn stage(browser: &Browser, stage: &str) -> Result<()> {
    browser
        .wait_until(&format!(
            "document.querySelector('.machine-bar')?.dataset.stage === '{stage}'"
        ))
        .await
}

/// Lets the translator go on, once it waits.
async fn step(browser: &Browser) -> Result<()> {
    browser.wait_until("machine.waits() > 0").await?;
    browser.run("machine.step()", Vec::new()).await?;
    Ok(())
}

/// What is kept of translations, by their paths.
const KEPT: &str = "return (await (await caches.open('lamplight:/:content')).keys())
    .map(({ url }) => new URL(url).pathname).filter((path) => path.startsWith('/machine/'))";

async fn kept(browser: &Browser) -> Result<Vec<String>> {
    let paths = browser.run_async(KEPT, Vec::new()).await?;
    Ok(serde_json::from_value(paths)?)
}

#[tokio::test]
async fn an_article_is_translated_in_its_place_block_by_block() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse_with(Engine::Chromium, french(), async |browser: &mut Browser| {
        equip(browser, "{ state: 'downloadable', hold: true }").await?;
        browser.open_app(&server.url("harbour-report/")).await?;
        browser.evidence(&["live"]).await?;
        // People first, in their own language; the model is asked for, and the text said to stay.
        open_panel(browser).await?;
        browser.wait_for("dialog [data-do=start]").await?;
        let panel = browser.text("dialog.machine").await?;
        for text in [
            "العربية",
            "Fetch the model and translate into French",
            "The text does not leave this device.",
        ] {
            ensure!(panel.contains(text), "the panel does not say «{text}»: {panel}");
        }
        let found = violations(browser).await?;
        ensure!(found.is_empty(), "{found:#?}");
        ensure!(browser.eval("machine.created").await? == 0);

        browser.click("dialog [data-do=start]").await?;
        step(browser).await?;
        browser
            .wait_until("document.querySelector('.machine-stage').textContent === 'Fetching the language model: 40 %'")
            .await?;
        browser.shows("Harbour report").await?;
        step(browser).await?;
        // From the top of the page: the title first.
        step(browser).await?;
        browser.shows("Harbourfr reportfr").await?;
        stage(browser, "working").await?;
        ensure!(browser.text(".prose > p:last-of-type").await? == "The night ended at seven.");
        ensure!(
            browser.eval("document.querySelector('.prose > p:last-of-type').lang").await? == "en",
            "what is not translated yet is English"
        );
        browser.run("machine.hold = false; machine.step()", Vec::new()).await?;
        stage(browser, "done").await?;
        let label = browser.text(".machine-label").await?;
        ensure!(label.contains("by this device from English into French. Machine-made"), "{label}");
        let found = violations(browser).await?;
        ensure!(found.is_empty(), "{found:#?}");

        // Everything the article says, and nothing else; what stands in a line stays in its place.
        let texts = browser
            .eval(
                "['.article-standfirst', '.article-lead figcaption em', '.prose blockquote p', '.prose td', '.prose h2',
                  '.editors-note p:last-child', '.footnotes li', '.prose code', '.article-kicker', '.article-meta', '.prose a[href$=\"/post-01/\"]',
                  '.prose li label']
                 .map((selector) => document.querySelector(selector).textContent.trim())",
            )
            .await?;
        let texts: Vec<String> = serde_json::from_value(texts)?;
        for (text, wanted) in texts.iter().zip([
            "Threefr officesfr onfr onefr nightfr,",
            "bothfr",
            "“Wefr wentfr outfr twicefr",
            "02",
            "Whatfr thefr pilotsfr sawfr",
            "Afr firstfr versionfr",
            "Summerfr timefr.",
            "lamp --on",
            "Sea",
            "By Ada Quay",
            "firstfr postfr",
            "lampsfr checkedfr",
        ]) {
            ensure!(text.starts_with(wanted), "«{text}» does not begin with «{wanted}»");
        }
        let article = "(({ lang, dir }) => [lang, dir, document.querySelectorAll('article').length])(document.querySelector('article'))";
        ensure!(browser.eval(article).await? == serde_json::json!(["fr", "ltr", 1]));
        ensure!(browser.eval("document.querySelector('.article-lead img').alt").await? == "Afr quayfr withfr twofr lampsfr");
        ensure!(browser.eval("document.querySelector('.prose input').checked").await? == true);
        // A mark of a footnote leads to the note that is shown.
        ensure!(
            browser
                .eval("document.querySelector(document.querySelector('.prose sup a').hash).closest('article').lang")
                .await?
                == "fr"
        );

        browser.click("[data-do=original]").await?;
        browser.shows("Harbour report").await?;
        ensure!(browser.eval(article).await? == serde_json::json!(["en", "ltr", 1]));
        browser.click("[data-do=translation]").await?;
        browser.shows("Harbourfr reportfr").await?;
        ensure!(browser.eval("[machine.created, machine.destroyed].join()").await? == "1,1");
        let strangers = "performance.getEntriesByType('resource').filter(({ name }) => !name.startsWith(location.origin)).length";
        ensure!(browser.eval(strangers).await? == 0, "somebody else was asked");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_readers_place_holds_and_translation_begins_there() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse_with(Engine::Chromium, french(), async |browser: &mut Browser| {
        equip(browser, "{}").await?;
        browser.open_app(&server.url("post-02/")).await?;
        open_panel(browser).await?;
        let place = "(() => { const seen = [...document.querySelectorAll('.prose > p')].findIndex((p) => p.getBoundingClientRect().bottom > 0);
            return [seen, document.querySelectorAll('.prose > p')[seen].getBoundingClientRect().top]; })()";
        browser
            .run("document.querySelectorAll('.prose > p')[6].scrollIntoView({ behavior: 'instant' })", Vec::new())
            .await?;
        let before: (usize, f64) = serde_json::from_value(browser.eval(place).await?)?;
        ensure!(before.0 == 6, "scrolled to {before:?}");
        browser.click("dialog [data-do=start]").await?;
        stage(browser, "done").await?;
        let first = browser.eval("machine.asked[0]").await?;
        let first = first.as_str().unwrap_or_default();
        ensure!(first.contains("Paragraph 7"), "it began with «{first}»");
        for (button, shown) in [("original", "en"), ("translation", "fr"), ("original", "en")] {
            let was: (usize, f64) = serde_json::from_value(browser.eval(place).await?)?;
            browser.click(&format!("[data-do={button}]")).await?;
            ensure!(browser.eval("document.querySelector('article').lang").await? == shown);
            let is: (usize, f64) = serde_json::from_value(
                browser
                    .run_async(
                        &format!("return await new Promise((done) => requestAnimationFrame(() => setTimeout(() => done({place}))))"),
                        Vec::new(),
                    )
                    .await?,
            )?;
            ensure!(was.0 == is.0 && (was.1 - is.1).abs() < 2.0, "{button}: {was:?} became {is:?}");
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_kept_translation_opens_offline_without_any_translator() -> Result<()> {
    let site = Site::fixture()?;
    let mut server = Server::start(&site.root())?;
    browse_with(Engine::Chromium, french(), async |browser: &mut Browser| {
        equip(browser, "{}").await?;
        browser.open_app(&server.url("post-02/")).await?;
        browser.kept().await?;
        start(browser).await?;
        stage(browser, "done").await?;
        let paths = kept(browser).await?;
        ensure!(
            paths.len() == 1
                && paths[0].starts_with("/machine/en/post-02/")
                && paths[0].ends_with(".fr.json"),
            "{paths:?}"
        );

        browser.allow_in_console("net::ERR_");
        server.down();
        browser.come_back_later().await?;
        browser.before_every_page(NONE).await?;
        browser.open_app(&server.url("post-02/")).await?;
        browser.shows("Post number 2").await?;
        open_panel(browser).await?;
        ensure!(!browser.has("dialog [data-do=start]").await?);
        browser.click("dialog [data-do=kept]").await?;
        browser.shows("Postfr numberfr 2").await?;
        ensure!(
            browser
                .text(".machine-label")
                .await?
                .contains("from English into French")
        );

        // A navigation ends it.
        browser.click(".masthead-title").await?;
        browser.wait_for("main .card").await?;
        ensure!(
            !browser.has(".machine-bar, [data-machine]").await?,
            "something is left of it"
        );
        browser.back().await?;
        browser.shows("Post number 2").await?;
        ensure!(!browser.has(".machine-bar").await?);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_translation_is_cancelled_by_the_reader_and_by_leaving() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse_with(Engine::Chromium, french(), async |browser: &mut Browser| {
        equip(browser, "{ hold: true }").await?;
        browser.open_app(&server.url("harbour-report/")).await?;
        browser.evidence(&["live"]).await?;
        start(browser).await?;
        step(browser).await?;
        browser.shows("Harbourfr reportfr").await?;
        browser.click("[data-do=cancel]").await?;
        browser.shows("Harbour report").await?;
        ensure!(!browser.has(".machine-bar, [data-machine]").await?);
        browser.wait_until("machine.destroyed === 1").await?;
        half_is_kept(browser).await?;

        // What was translated is there at once, and is not asked for again.
        browser.run("machine.asked = []", Vec::new()).await?;
        start(browser).await?;
        browser.shows("Harbourfr reportfr").await?;
        browser.wait_until("machine.waits() > 0").await?;
        let asked = browser.eval("machine.asked.join()").await?;
        ensure!(!asked.to_string().contains("Harbour report"), "{asked}");
        browser.follow("/post-25/").await?;
        browser.shows("Post number 25").await?;
        // Nothing waits for the translator to answer.
        browser
            .wait_until("machine.destroyed === 2 && machine.waits() === 0")
            .await?;
        ensure!(!browser.has(".machine-bar, [data-machine]").await?);
        browser.back().await?;
        browser.shows("Harbour report").await?;
        open_panel(browser).await?;
        browser.wait_for("dialog [data-do=start]").await?;
        ensure!(
            !browser.has("dialog [data-do=kept]").await?,
            "half a translation is none"
        );
        browser.run("machine.hold = false", Vec::new()).await?;
        browser.click("dialog [data-do=start]").await?;
        stage(browser, "done").await?;
        let paths = kept(browser).await?;
        ensure!(
            paths.len() == 1 && paths[0].ends_with(".fr.json") && !paths[0].contains(".part."),
            "{paths:?}"
        );

        // What is kept is shown, and not offered to be made again.
        browser.click("[data-do=original]").await?;
        browser
            .run("scrollTo({ top: 0, behavior: 'instant' })", Vec::new())
            .await?;
        open_panel(browser).await?;
        browser.wait_for("dialog [data-do=kept]").await?;
        ensure!(!browser.has("dialog [data-do=start]").await?);
        ensure!(
            browser
                .eval("document.querySelectorAll('dialog .button-strong').length")
                .await?
                == 1
        );
        Ok(())
    })
    .await
}

async fn half_is_kept(browser: &Browser) -> Result<()> {
    for _ in 0..200 {
        let paths = kept(browser).await?;
        if paths.len() == 1 && paths[0].ends_with(".fr.part.json") {
            return Ok(());
        }
    }
    anyhow::bail!("kept are {:?}", kept(browser).await?)
}

#[tokio::test]
async fn what_cannot_be_translated_stays_and_is_tried_again() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse_with(Engine::Chromium, french(), async |browser: &mut Browser| {
        // Marks do not come back: text by text. One text cannot be translated at all.
        equip(browser, "{ loses: true, fails: ['kept by hand'] }").await?;
        browser.open_app(&server.url("harbour-report/")).await?;
        start(browser).await?;
        stage(browser, "partly").await?;
        let said = browser.text(".machine-stage").await?;
        ensure!(said.contains("stand in the original: 1."), "{said}");
        ensure!(browser.text(".prose a[href$=\"/post-01/\"]").await? == "firstfr postfr");
        let left =
            "[...document.querySelectorAll('.alert p')].find((p) => p.lang === 'en')?.textContent";
        ensure!(browser.eval(left).await? == "The log is kept by hand.");
        browser
            .run("machine.fails = []; machine.asked = []", Vec::new())
            .await?;
        browser.click("[data-do=again]").await?;
        stage(browser, "done").await?;
        ensure!(browser.eval(left).await?.is_null());
        ensure!(
            browser.eval("machine.asked.length").await? == 1,
            "all was asked for again"
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_translation_goes_with_its_article() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse_with(Engine::Chromium, french(), async |browser: &mut Browser| {
        equip(browser, "{}").await?;
        browser.open_app(&server.url("post-02/")).await?;
        browser.kept().await?;
        start(browser).await?;
        stage(browser, "done").await?;
        ensure!(kept(browser).await?.len() == 1);
        browser.click(".masthead-tools a[href$='/library/']").await?;
        browser
            .wait_until("document.querySelector(`.library-lists a[href='/post-02/']`)?.closest('li').querySelector('[data-do=forget]') != null")
            .await?;
        browser
            .run(
                "document.querySelector(`.library-lists a[href='/post-02/']`).closest('li').querySelector('[data-do=forget]').click()",
                Vec::new(),
            )
            .await?;
        browser.wait_until("!document.querySelector(`.library-lists a[href='/post-02/']`)").await?;
        browser.open_app(&server.url("harbour-report/")).await?;
        open_panel(browser).await?;
        for _ in 0..200 {
            if kept(browser).await?.is_empty() {
                return Ok(());
            }
        }
        anyhow::bail!("the translation is still there: {:?}", kept(browser).await?)
    })
    .await
}

#[tokio::test]
async fn what_the_device_has_no_space_for_is_shown_and_said() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse_with(Engine::Chromium, french(), async |browser: &mut Browser| {
        equip(browser, "{}").await?;
        browser
            .before_every_page(
                "Cache.prototype.put = () => Promise.reject(new DOMException('made up', 'QuotaExceededError'))",
            )
            .await?;
        browser.open_app(&server.url("post-02/")).await?;
        start(browser).await?;
        stage(browser, "partly").await?;
        browser.shows("Postfr numberfr 2").await?;
        let said = browser.text(".machine-stage").await?;
        ensure!(said.contains("could not be kept on this device"), "{said}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_refusal_is_said_and_the_article_stays() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse_with(Engine::Chromium, french(), async |browser: &mut Browser| {
        equip(browser, "{ state: 'downloadable', refuse: 'NetworkError' }").await?;
        browser.open_app(&server.url("harbour-report/")).await?;
        start(browser).await?;
        stage(browser, "failed").await?;
        ensure!(browser.text(".machine-stage").await?.contains("could not be fetched"));
        browser.shows("Harbour report").await?;
        browser.run("machine.refuse = 'NotAllowedError'", Vec::new()).await?;
        browser.click("[data-do=again]").await?;
        browser
            .wait_until("document.querySelector('.machine-stage').textContent.includes('did not permit')")
            .await?;
        // A text that is longer than it takes fails as a whole: nothing is left but the original.
        browser.run("machine.refuse = ''; machine.quota = 1", Vec::new()).await?;
        browser.click("[data-do=again]").await?;
        browser
            .wait_until("document.querySelector('.machine-stage').textContent.includes('could not translate')")
            .await?;
        browser.shows("Harbour report").await?;
        ensure!(kept(browser).await?.is_empty());
        browser.click("[data-do=cancel]").await?;
        ensure!(!browser.has(".machine-bar").await?);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_newer_text_and_a_human_translation_take_the_place_of_the_machines() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    let arabic = "---\ntitle: المقالة رقم 4\ndate: 2026-02-04T09:00:00Z\ncategories: [sea]\n---\n\nنص بقلم إنسان.\n";
    browse_with(Engine::Chromium, french(), async |browser: &mut Browser| {
        equip(browser, "{}").await?;
        browser.open_app(&server.url("post-04/")).await?;
        for to in ["fr", "ar"] {
            open_panel(browser).await?;
            browser
                .run(
                    &format!("const select = document.querySelector('#machine-to'); select.value = '{to}';
                              select.dispatchEvent(new Event('change', {{ bubbles: true }}))"),
                    Vec::new(),
                )
                .await?;
            browser.wait_for("dialog [data-do=start]").await?;
            browser.click("dialog [data-do=start]").await?;
            browser.wait_until(&format!("document.querySelector('article').lang === '{to}'")).await?;
            stage(browser, "done").await?;
        }
        ensure!(kept(browser).await?.len() == 2);
        ensure!(browser.eval("document.querySelector('article').dir").await? == "rtl");

        site.dress("", &[("posts/post-04.ar.md", arabic.as_bytes())])?;
        browser.open_app(&server.url("post-04/")).await?;
        browser.evidence(&["updated", "live"]).await?;
        browser.click("[data-evidence] .button-strong").await?;
        browser.wait_for(".translations a[lang=ar]").await?;
        open_panel(browser).await?;
        browser.wait_for("dialog a[hreflang=ar]").await?;
        ensure!(!browser.has("#machine-to option[value=ar]").await?);
        browser
            .wait_until("window.paths = window.paths ?? 0, caches.open('lamplight:/:content').then((cache) => cache.keys())
                .then((keys) => { window.paths = keys.filter(({ url }) => url.includes('/machine/')).length + 1 }), window.paths === 1")
            .await?;
        ensure!(!browser.has("dialog [data-do=kept]").await?);

        // By the link, within the app.
        browser.run("window.same = true", Vec::new()).await?;
        browser.click("dialog a[hreflang=ar]").await?;
        browser.shows("المقالة رقم 4").await?;
        ensure!(browser.eval("window.same").await? == true);
        ensure!(browser.eval("document.querySelector('dialog.machine').open").await? == false);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_language_that_the_device_is_sure_of_is_the_source() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse_with(Engine::Chromium, french(), async |browser: &mut Browser| {
        equip(browser, "{ detector: 'available', language: 'nl' }").await?;
        browser.open_app(&server.url("post-02/")).await?;
        start(browser).await?;
        stage(browser, "done").await?;
        let label = browser.text(".machine-label").await?;
        ensure!(label.contains("from Dutch into French"), "{label}");
        Ok(())
    })
    .await
}

/// The panel says what the browser's own translator says; where that is ready it translates.
#[tokio::test]
async fn the_panel_says_what_the_real_translator_says() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse_with(Engine::Chromium, french(), async |browser: &mut Browser| {
        browser.open_app(&server.url("harbour-report/")).await?;
        let state = browser
            .run_async(
                "return window.Translator
                   ? await Translator.availability({ sourceLanguage: 'en', targetLanguage: 'fr' }) : 'absent'",
                Vec::new(),
            )
            .await?;
        open_panel(browser).await?;
        let text = match state.as_str().unwrap_or_default() {
            "absent" => {
                ensure!(!browser.has("dialog [data-do=start]").await?);
                return Ok(());
            }
            "available" => "Translate into French",
            "downloadable" => "Fetch the model and translate into French",
            "downloading" => "already fetching",
            _ => "cannot translate from English into French",
        };
        browser
            .wait_until(&format!("document.querySelector('[data-piece=device]').textContent.includes('{text}')"))
            .await?;
        if state == "available" {
            browser.click("dialog [data-do=start]").await?;
            stage(browser, "done").await?;
            ensure!(browser.heading().await? != "Harbour report");
        }
        Ok(())
    })
    .await
}
