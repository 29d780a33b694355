//! What a reader had of an article stays when the site changes it: compared, gone back to, and forth, also without the site.

use anyhow::{Context, Result};
use lamplight_e2e::{Browser, Engine, Post, Server, Site, browse, violations};
use serde_json::{Value, json};

use crate::library::{SAVE, press};

pub(crate) const EARLIER: &str = "main [data-versions=earlier]";

/// Publishes an edition of the second post; from the second on with an editor's note.
pub(crate) fn edition(site: &Site, number: u32) -> Result<()> {
    let note = format!(
        "2026-01-02T06:00:00Z\nupdated: 2026-02-0{number}T06:00:00Z\neditors_note: \"The **{number}** was wrong before.\""
    );
    let text = format!(
        "The sea rose by [number {number}](https://a.example/) metres.\n\nNobody was hurt.\n\nAll boats are in.\n\nEdition {number}."
    );
    site.publish(&Post {
        slug: "post-02".into(),
        title: "Post number 2".into(),
        date: if number > 1 {
            note
        } else {
            "2026-01-02T06:00:00Z".into()
        },
        text,
    })
}

pub(crate) async fn open(browser: &Browser, server: &Server) -> Result<()> {
    browser.open_app(&server.url("post-02/")).await?;
    browser.shows("Post number 2").await
}

pub(crate) async fn shows_edition(browser: &Browser, number: u32) -> Result<()> {
    let shown =
        format!("document.querySelector('main article').textContent.includes('Edition {number}.')");
    browser
        .wait_until(&shown)
        .await
        .with_context(|| format!("edition {number}"))
}

pub(crate) async fn stands(browser: &Browser, standing: &str) -> Result<()> {
    let stands = format!("document.querySelector('{SAVE}')?.dataset.standing === '{standing}'");
    browser.wait_until(&stands).await
}

/// Takes the newer edition that is offered.
pub(crate) async fn take(browser: &Browser, number: u32) -> Result<()> {
    browser.evidence(&["updated"]).await?;
    browser.click("[data-evidence] .button-strong").await?;
    shows_edition(browser, number).await
}

/// Waits until an edition is the one that is saved: that goes on behind.
pub(crate) async fn saved_edition(browser: &Browser, number: u32) -> Result<()> {
    let script = "for (let turn = 0; turn < 400; turn++) {
          const found = await (await caches.open('lamplight:/:saved')).match('/articles/post-02.en.json');
          if ((await found.text()).includes(arguments[0])) return true;
          await new Promise((done) => setTimeout(done, 25));
        }
        return false;";
    let text = json!(format!("Edition {number}."));
    let saved = browser.run_async(script, vec![text]).await?;
    anyhow::ensure!(saved == json!(true), "edition {number} was not saved");
    Ok(())
}

/// Waits until the article has so many other versions, by what its control says.
pub(crate) async fn others(browser: &Browser, count: usize) -> Result<()> {
    let said = format!("document.querySelector('{EARLIER}')?.textContent.includes('({count})')");
    browser
        .wait_until(&said)
        .await
        .with_context(|| format!("{count} other versions"))
}

/// Opens the panel of the open article.
pub(crate) async fn panel(browser: &Browser, control: &str) -> Result<()> {
    browser.wait_for(control).await?;
    browser.click(control).await?;
    browser.wait_for("dialog.versions .versions-list").await?;
    browser
        .wait_until("!document.querySelector('dialog.versions[aria-busy]')")
        .await
}

/// Goes to the nth of the versions that can be gone to.
pub(crate) async fn go(browser: &Browser, nth: usize) -> Result<()> {
    let press =
        format!("document.querySelectorAll('dialog.versions [data-do=back]')[{nth}].click()");
    browser.run(&press, Vec::new()).await?;
    browser
        .wait_until("!document.querySelector('dialog.versions[open]')")
        .await
}

/// The digests of the versions that are stored.
pub(crate) const STORED: &str = "const db = await new Promise((done) => {
      const request = indexedDB.open('lamplight:/:library', 1);
      request.onsuccess = () => done(request.result);
    });
    const store = db.transaction('records', 'readwrite').objectStore('records');
    const ask = (request) => new Promise((done) => request.onsuccess = () => done(request.result));
    const keys = (await ask(store.getAllKeys())).filter((key) => key.startsWith('revision/'));";

pub(crate) async fn stored(browser: &Browser) -> Result<usize> {
    let script = format!("{STORED} db.close(); return keys.length;");
    let found = browser.run_async(&script, Vec::new()).await?;
    Ok(serde_json::from_value(found)?)
}

#[tokio::test]
async fn a_saved_article_that_was_corrected_is_compared_taken_and_gone_back_from_and_forth()
-> Result<()> {
    let site = Site::fixture()?;
    edition(&site, 1)?;
    let mut server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        open(browser, &server).await?;
        browser.kept().await?;
        browser.click(SAVE).await?;
        stands(browser, "saved").await?;
        edition(&site, 2)?;
        open(browser, &server).await?;
        shows_edition(browser, 1).await?;
        browser.evidence(&["updated"]).await?;
        panel(browser, "[data-versions=newer]").await?;
        let said = browser.text(".versions-changes").await?;
        let at = |text: &str| said.find(text).with_context(|| format!("no {text} in {said}"));
        assert!(at("The 2 was wrong before.")? < at("Unchanged paragraphs: 2")?);
        assert!(at("February 2, 2026")? < at("Unchanged paragraphs: 2")?);
        assert!(!said.contains("a.example") && !said.contains("**"), "{said}");
        let marks = "return ['del', 'ins'].map((tag) => [...document.querySelectorAll('.versions-changed ' + tag)].map((one) => one.textContent))";
        let marks = browser.run(marks, Vec::new()).await?;
        assert_eq!(marks, json!([[" [removed: 1] ", " [removed: 1] "], [" [added: 2] ", " [added: 2] "]]));
        assert_eq!(violations(browser).await?, Vec::<String>::new());
        browser.press_keys("\u{e00c}").await?;
        browser.wait_until("!document.querySelector('dialog.versions[open]')").await?;
        let back = browser.eval("document.activeElement.dataset.versions").await?;
        assert_eq!(back, "newer", "where the focus was");
        take(browser, 2).await?;
        saved_edition(browser, 2).await?;
        others(browser, 1).await?;
        stands(browser, "saved").await?;
        browser.allow_in_console("net::ERR_");
        server.down();
        // To and fro, more than once, without the site; and by the page that opens before the app.
        for (number, other) in [(1, 2), (2, 1), (1, 2)] {
            panel(browser, EARLIER).await?;
            go(browser, 0).await?;
            shows_edition(browser, number).await?;
            others(browser, 1).await?;
            stands(browser, "saved").await?;
            browser.goto(&server.url("post-02/")).await?;
            shows_edition(browser, number).await?;
            browser.ready().await?;
            shows_edition(browser, number).await?;
            others(browser, 1).await.with_context(|| format!("{other} is left"))?;
        }
        server.up()?;
        open(browser, &server).await?;
        shows_edition(browser, 1).await?;
        take(browser, 2).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_was_only_read_leaves_its_edition_too_and_can_be_gone_back_to() -> Result<()> {
    let site = Site::fixture()?;
    edition(&site, 1)?;
    let mut server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        open(browser, &server).await?;
        browser.kept().await?;
        browser.wait_until_stored("/post-02/").await?;
        edition(&site, 2)?;
        open(browser, &server).await?;
        take(browser, 2).await?;
        others(browser, 1).await?;
        browser
            .wait_until("!Object.keys(localStorage).some((key) => key.includes(':was/'))")
            .await?;
        // Unasked: the page that opens is the site's by now.
        edition(&site, 3)?;
        open(browser, &server).await?;
        browser.evidence(&["updated"]).await?;
        let page = "for (let turn = 0; turn < 200; turn++) {
              const found = await (await caches.open('lamplight:/:content')).match('/post-02/');
              if ((await found.text()).includes('Edition 3.')) return true;
              await new Promise((done) => setTimeout(done, 25));
            }
            return false;";
        assert_eq!(browser.run_async(page, Vec::new()).await?, json!(true));
        open(browser, &server).await?;
        shows_edition(browser, 3).await?;
        others(browser, 2).await?;
        browser.allow_in_console("net::ERR_");
        server.down();
        panel(browser, EARLIER).await?;
        go(browser, 1).await?;
        shows_edition(browser, 1).await?;
        others(browser, 2).await?;
        open(browser, &server).await?;
        shows_edition(browser, 1).await?;
        panel(browser, EARLIER).await?;
        go(browser, 0).await?;
        shows_edition(browser, 3).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn five_versions_stay_and_a_damaged_one_is_told_and_harms_nothing() -> Result<()> {
    let site = Site::fixture()?;
    edition(&site, 1)?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        open(browser, &server).await?;
        browser.kept().await?;
        browser.click(SAVE).await?;
        stands(browser, "saved").await?;
        for number in 2..=8 {
            edition(&site, number)?;
            open(browser, &server).await?;
            take(browser, number).await?;
            saved_edition(browser, number).await?;
            others(browser, (number as usize - 1).min(5)).await?;
        }
        assert_eq!(stored(browser).await?, 5);
        // The oldest of those that are there, of its text a letter.
        let damage = format!(
            "{STORED}
            const old = JSON.parse((await Promise.all(keys.map((key) => ask(store.get(key))))).find((text) => text.includes('Edition 3.')));
            old.text = old.text.replace('Edition 3.', 'Edition 0.');
            await ask(store.put(JSON.stringify(old), `revision/${{old.slug}}/${{old.lang}}/${{old.digest}}`));
            db.close();
            return keys.length;"
        );
        browser.run_async(&damage, Vec::new()).await?;
        open(browser, &server).await?;
        others(browser, 5).await?;
        panel(browser, EARLIER).await?;
        let last = "const all = document.querySelectorAll('dialog.versions [data-do=ACT]'); all[all.length - 1].click()";
        for (act, place) in [("compare", ".versions-bad"), ("back", ".versions-said")] {
            browser.run(&last.replace("ACT", act), Vec::new()).await?;
            let said = format!("document.querySelector('dialog.versions {place}')?.textContent.startsWith('This version is damaged')");
            browser.wait_until(&said).await?;
        }
        shows_edition(browser, 8).await?;
        stands(browser, "saved").await?;
        go(browser, 0).await?;
        shows_edition(browser, 7).await
    })
    .await
}

#[tokio::test]
async fn the_library_compares_with_the_site_and_says_when_that_is_silent() -> Result<()> {
    let site = Site::fixture()?;
    edition(&site, 1)?;
    let mut server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        open(browser, &server).await?;
        browser.kept().await?;
        browser.click(SAVE).await?;
        stands(browser, "saved").await?;
        edition(&site, 2)?;
        browser.open_app(&server.url("library/")).await?;
        let versions = "[data-do=versions][data-key='en/post-02']";
        browser
            .wait_until(&format!("document.querySelector({versions:?})"))
            .await?;
        browser.allow_in_console("net::ERR_");
        server.down();
        press(browser, versions).await?;
        browser.wait_until("document.querySelector('.versions-said')?.textContent.startsWith('The site cannot be reached')").await?;
        browser.click(".versions [data-do=close]").await?;
        server.up()?;
        // The focus is back beside the menu.
        let focused = "document.activeElement.dataset.do + document.activeElement.dataset.key";
        assert_eq!(browser.eval(focused).await?, "menuen/post-02");
        press(browser, versions).await?;
        browser.wait_for("dialog.versions .versions-list").await?;
        browser
            .wait_until("!document.querySelector('dialog.versions[aria-busy]')")
            .await?;
        let said = browser.text(".versions-note").await?;
        assert!(said.contains("The 2 was wrong before."), "{said}");
        // Only to be compared: the reader's edition is what opens.
        let text = "const found = await (await caches.open('lamplight:/:saved')).match('/articles/post-02.en.json'); return found.text()";
        let text = browser.run_async(text, Vec::new()).await?;
        assert!(text.as_str().is_some_and(|text| text.contains("Edition 1.")));
        browser.click(".versions [data-do=take]").await?;
        browser.wait_until("document.querySelector('.versions [data-do=back]') && !document.querySelector('.versions [data-do=take]')").await?;
        browser.click(".versions [data-do=close]").await?;
        let named = format!("document.querySelector(\"{versions}\")?.textContent === 'Earlier versions'");
        browser.wait_until(&named).await?;
        let none: Value = browser.eval("document.querySelector('[data-do=renew]') === null").await?;
        assert_eq!(none, json!(true));
        Ok(())
    })
    .await
}
