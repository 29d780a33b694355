//! An article in several languages: the reader's place is kept, what the device has is marked, and the language that
//! a reader prefers is offered once.

use anyhow::Result;
use lamplight_e2e::{Browser, Engine, Post, Server, Site, browse};
use serde_json::json;

/// A text of sections of unequal length, in words of a language.
fn long(word: &str, times: usize) -> String {
    (0..6)
        .map(|section| {
            let paragraph = vec![word; times * (section + 1)].join(" ");
            format!("## {word} {section}\n\n{paragraph}.\n\n- {word}\n- {word}\n\n{paragraph}.\n\n")
        })
        .collect()
}

fn published() -> Result<Site> {
    let site = Site::fixture()?;
    let post = |title: &str, text: String| Post {
        slug: "watch".into(),
        title: title.into(),
        date: "2016-10-28T09:00:00Z".into(),
        text,
    };
    site.publish(&post("The night watch", long("lantern", 40)))?;
    // Each paragraph is longer, so that no number of pixels is the same place.
    site.translate(
        "fr",
        &post("La ronde de nuit", long("lanterne allumée", 45)),
    )?;
    Ok(site)
}

/// Puts a block under the line that is being read, and has it seen.
async fn read_at(browser: &Browser, block: &str) -> Result<()> {
    browser
        .run_async(
            "document.querySelector(`[data-block='${arguments[0]}']`).scrollIntoView();
             window.scrollBy({ top: -100, behavior: 'instant' });
             await new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen)))",
            vec![json!(block)],
        )
        .await?;
    Ok(())
}

/// Waits until a block is what stands under that line.
async fn reads_at(browser: &Browser, block: &str) -> Result<()> {
    let on_line = "[...document.querySelectorAll('.prose > [data-block]')]
        .filter((e) => e.getBoundingClientRect().top <= 125).at(-1)?.dataset.block";
    browser
        .wait_until(&format!("{on_line} === {}", json!(block)))
        .await
}

async fn switch(browser: &Browser, lang: &str) -> Result<()> {
    // As a keyboard does: without moving the page to the link.
    browser
        .run(
            "document.querySelector(`.translations a[lang='${arguments[0]}']`).click()",
            vec![json!(lang)],
        )
        .await?;
    browser
        .wait_until(&format!(
            "document.documentElement.lang === {}",
            json!(lang)
        ))
        .await
}

async fn the_place_is_kept_and_without_the_site(engine: Engine) -> Result<()> {
    let site = published()?;
    let mut server = Server::start(&site.root())?;
    browse(engine, async |browser: &mut Browser| {
        browser.open_app(&server.url("watch/")).await?;
        read_at(browser, "4.1").await?;
        switch(browser, "fr").await?;
        browser.shows("La ronde de nuit").await?;
        reads_at(browser, "4.1").await?;
        assert_eq!(browser.eval("location.hash").await?, "");
        // Going up to the head for the language is no other place to read.
        read_at(browser, "5.2").await?;
        reads_at(browser, "5.2").await?;
        browser
            .run_async(
                "while (scrollY > 0) {
                     window.scrollBy({ top: -350, behavior: 'instant' });
                     await new Promise((seen) => requestAnimationFrame(seen));
                 }",
                Vec::new(),
            )
            .await?;
        browser.click(".translations a[lang=en]").await?;
        browser.shows("The night watch").await?;
        reads_at(browser, "5.2").await?;
        // The last lines, too, though what stands below them comes later.
        read_at(browser, "6.3").await?;
        switch(browser, "fr").await?;
        reads_at(browser, "6.3").await?;
        switch(browser, "en").await?;
        browser.shows("The night watch").await?;
        reads_at(browser, "6.3").await?;
        browser.back().await?;
        browser.shows("La ronde de nuit").await?;
        browser.back().await?;
        browser.shows("The night watch").await?;
        // Back is where the reader was there.
        browser.back().await?;
        browser.shows("La ronde de nuit").await?;
        browser.wait_until("scrollY === 0").await?;
        browser.kept().await?;

        browser.allow_in_console("ERR_FAILED");
        server.down();
        // Before the app runs, a link to another language is a link.
        browser.open_app(&server.url("watch/")).await?;
        browser.shows("The night watch").await?;
        read_at(browser, "3.3").await?;
        switch(browser, "fr").await?;
        browser.shows("La ronde de nuit").await?;
        reads_at(browser, "3.3").await
    })
    .await
}

#[tokio::test]
async fn the_place_is_kept_from_language_to_language_and_without_the_site_in_chromium() -> Result<()>
{
    the_place_is_kept_and_without_the_site(Engine::Chromium).await
}

#[tokio::test]
async fn the_place_is_kept_from_language_to_language_and_without_the_site_in_firefox() -> Result<()>
{
    the_place_is_kept_and_without_the_site(Engine::Firefox).await
}

#[tokio::test]
async fn the_place_is_kept_from_language_to_language_and_without_the_site_in_webkit() -> Result<()>
{
    the_place_is_kept_and_without_the_site(Engine::WebKit).await
}

#[tokio::test]
async fn a_translation_on_the_device_is_marked() -> Result<()> {
    let site = published()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("watch/")).await?;
        browser.wait_for(".translations a[lang=fr]").await?;
        assert!(!browser.has(".translations a[data-stored]").await?);
        switch(browser, "fr").await?;
        browser.shows("La ronde de nuit").await?;
        browser
            .wait_for(".translations a[lang=en][data-stored=yes]")
            .await?;
        let mark = browser
            .eval("document.querySelector('.translations a[lang=en]').dataset.mark")
            .await?;
        assert_eq!(mark, "Sur cet appareil");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_article_is_offered_in_the_language_that_the_reader_prefers_until_it_is_declined()
-> Result<()> {
    let site = published()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser
            .before_every_page("Object.defineProperty(navigator, 'languages', { get: () => ['ru', 'fr-CA', 'en'] })")
            .await?;
        browser.open_app(&server.url("watch/")).await?;
        let offer = browser.text("[data-offer] a[lang=fr]").await?;
        assert_eq!(offer, "Cet article existe aussi en français.");
        // Nobody who reads French is asked whether they want English.
        browser.click("[data-offer] a").await?;
        browser.shows("La ronde de nuit").await?;
        browser.wait_until("!document.querySelector('[data-offer]')").await?;
        // An article in no language that is preferred more.
        browser.goto(&server.url("harbour-report/")).await?;
        browser.ready().await?;
        assert!(!browser.has("[data-offer]").await?);

        browser.goto(&server.url("watch/")).await?;
        browser.ready().await?;
        browser.wait_for("[data-offer]").await?;
        browser.click("[data-offer] button").await?;
        browser.wait_until("!document.querySelector('[data-offer]')").await?;
        browser.reload().await?;
        browser.ready().await?;
        browser.wait_for(".notices").await?;
        assert!(!browser.has("[data-offer]").await?);
        Ok(())
    })
    .await
}
