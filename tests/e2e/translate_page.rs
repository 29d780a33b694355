//! The translator and the page around it: what comes of panel and translation when the reader leaves or the article
//! changes, and when the program is fetched. How articles are translated: `translate.rs`.

use anyhow::{Result, ensure};
use lamplight_e2e::{Browser, Engine, Fault, Options, Server, Site, browse_with};

/// The browser's translator, made up.
const FAKE: &str = include_str!("../fixtures/translator.js");

fn reading(language: &str) -> Options {
    Options {
        language: language.into(),
        ..Options::default()
    }
}

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

const CLOSED: &str = "!document.querySelector('dialog.machine[open]')";

#[tokio::test]
async fn the_panel_goes_with_its_article() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse_with(
        Engine::Chromium,
        reading("fr"),
        async |browser: &mut Browser| {
            equip(browser, "{}").await?;
            browser.open_app(&server.url("")).await?;
            browser.follow("/harbour-report/").await?;
            browser.shows("Harbour report").await?;
            open_panel(browser).await?;
            browser.wait_for("dialog [data-do=start]").await?;
            browser.back().await?;
            browser.wait_for("main .card").await?;
            browser.wait_until(CLOSED).await?;
            ensure!(browser.eval("machine.created").await? == 0);
            Ok(())
        },
    )
    .await
}

#[tokio::test]
async fn a_panel_that_comes_late_does_not_open_over_another_page() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse_with(Engine::Chromium, reading("fr"), async |browser: &mut Browser| {
        // Nothing is fetched ahead.
        browser.before_every_page("Object.defineProperty(navigator, 'serviceWorker', { value: undefined }); delete window.Translator; window.shown = 0;
                const { showModal } = HTMLDialogElement.prototype;
                HTMLDialogElement.prototype.showModal = function () { window.shown += 1; return showModal.call(this); }").await?;
        server.fault("assets/translat", Fault::Hang);
        browser.open_app(&server.url("harbour-report/")).await?;
        browser.click("article [data-part=translate]").await?;
        browser.follow("/post-25/").await?;
        browser.shows("Post number 25").await?;
        server.heal();
        // The next one comes after it, with the address of its own article.
        open_panel(browser).await?;
        browser
            .wait_until("document.querySelector('[data-piece=services] a')?.href.endsWith('lantern.example%2Fpost-25%2F')")
            .await?;
        ensure!(browser.eval("window.shown").await? == 1, "the first one opened, too");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn who_leaves_does_not_go_on_fetching_a_model() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse_with(
        Engine::Chromium,
        reading("fr"),
        async |browser: &mut Browser| {
            equip(browser, "{ state: 'downloadable', hold: true }").await?;
            browser.open_app(&server.url("harbour-report/")).await?;
            start(browser).await?;
            browser.wait_until("machine.waits() > 0").await?;
            browser.click(".masthead-title").await?;
            browser.wait_for("main .card").await?;
            browser.wait_until("machine.waits() === 0").await?;
            ensure!(browser.eval("machine.created").await? == 0);
            Ok(())
        },
    )
    .await
}

#[tokio::test]
async fn a_new_text_says_that_it_is_not_translated() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    let newer = "---\ntitle: Post number 4, again\ndate: 2026-02-04T09:00:00Z\ncategories: [sea]\n---\n\nAnother text.\n";
    browse_with(
        Engine::Chromium,
        reading("fr"),
        async |browser: &mut Browser| {
            equip(browser, "{}").await?;
            browser.open_app(&server.url("post-04/")).await?;
            browser.evidence(&["live"]).await?;
            start(browser).await?;
            browser.shows("Postfr numberfr 4").await?;
            browser.wait_for(".machine-bar[data-stage=done]").await?;
            site.dress("", &[("posts/post-04.md", newer.as_bytes())])?;
            browser.check_now().await?;
            browser.evidence(&["updated"]).await?;
            browser.click("[data-evidence] .button-strong").await?;
            browser.shows("Post number 4, again").await?;
            let said = browser.text(".machine-bar[data-stage=changed]").await?;
            ensure!(said.contains("The article has changed."), "{said}");
            browser.click(".machine-bar [data-do=start]").await?;
            browser.wait_for(".machine-bar[data-stage=done]").await?;
            browser.shows("Postfr numberfr 4, againfr").await?;
            ensure!(
                browser
                    .eval("document.querySelectorAll('.machine-bar').length")
                    .await?
                    == 1
            );
            Ok(())
        },
    )
    .await
}

#[tokio::test]
async fn numbers_and_names_are_in_the_languages_that_they_belong_to() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse_with(Engine::Chromium, reading("fr"), async |browser: &mut Browser| {
        equip(browser, "{ hold: true }").await?;
        browser.open_app(&server.url("ar/harbour-report/")).await?;
        start(browser).await?;
        browser.wait_until("machine.waits() > 0").await?;
        let digits = "new Intl.NumberFormat('ar').format(0)";
        browser
            .wait_until(&format!("document.querySelector('.machine-stage').textContent.includes({digits})"))
            .await?;
        browser.run("machine.hold = false; machine.step()", Vec::new()).await?;
        browser.wait_for(".machine-bar[data-stage=done]").await?;
        let sides = "['.machine-bar', 'article', '.article-kicker', '.translations'].map((name) => {
            const element = document.querySelector(name);
            return `${element.lang} ${getComputedStyle(element).direction}`;
        }).join()";
        ensure!(browser.eval(sides).await? == "ar rtl,fr ltr,ar rtl,ar rtl");
        let side = "getComputedStyle(document.querySelector('.article-kicker')).textAlign";
        ensure!(browser.eval(side).await? == "end", "it stands on the translation's side");
        let foreign = "[...document.querySelectorAll('[data-machine] [aria-label]')].filter((element) => element.closest('[lang]').lang !== 'ar').map(({ className }) => className).join()";
        let foreign = browser.eval(foreign).await?;
        ensure!(foreign == "", "named in Arabic, and said to be French: {foreign}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_language_is_chosen_where_none_of_the_readers_is_left() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse_with(
        Engine::Chromium,
        reading("en"),
        async |browser: &mut Browser| {
            equip(browser, "{}").await?;
            browser.open_app(&server.url("harbour-report/")).await?;
            open_panel(browser).await?;
            ensure!(
                browser
                    .eval("document.querySelector('#machine-to').selectedOptions[0].text")
                    .await?
                    == "Choose a language"
            );
            ensure!(
                !browser
                    .has("[data-piece=services] a, dialog [data-do=start]")
                    .await?
            );
            browser
                .run(
                    "const select = document.querySelector('#machine-to'); select.value = 'fr';
                 select.dispatchEvent(new Event('change', { bubbles: true }))",
                    Vec::new(),
                )
                .await?;
            browser.wait_for("dialog [data-do=start]").await?;
            browser.wait_for("[data-piece=services] a").await?;
            Ok(())
        },
    )
    .await
}

#[tokio::test]
async fn the_program_is_fetched_ahead_only_where_the_browser_can_translate() -> Result<()> {
    let site = Site::fixture()?;
    for (machine, ahead) in [
        (FAKE, true),
        ("delete window.Translator", false),
        (
            "Object.defineProperty(navigator, 'connection', { value: { saveData: true } })",
            false,
        ),
    ] {
        let server = Server::start(&site.root())?;
        browse_with(Engine::Chromium, reading("fr"), async |browser: &mut Browser| {
            browser.before_every_page(machine).await?;
            browser.open_app(&server.url("post-02/")).await?;
            browser.kept().await?;
            let count = || server.count(|path| path.contains("assets/translat"));
            if ahead {
                let kept = "return (await (await caches.open('lamplight:/:content')).keys()).filter(({ url }) => url.includes('/assets/translat')).length";
                let mut there = serde_json::json!(0);
                for _ in 0..500 {
                    there = browser.run_async(kept, Vec::new()).await?;
                    if there == 4 {
                        break;
                    }
                }
                ensure!(there == 4 && count() >= 4, "kept are {there} files");
                ensure!(browser.eval("machine.created").await? == 0);
            } else {
                browser
                    .run_async("return await new Promise((done) => requestIdleCallback(() => requestIdleCallback(() => done(0))))", Vec::new())
                    .await?;
                ensure!(count() == 0, "it was fetched for nothing");
            }
            Ok(())
        })
        .await?;
    }
    Ok(())
}
