//! The carry file where something is at its limit: a full device, the longest messages, an endpoint that knows no keys, a
//! reader who is faster than the file.

use anyhow::{Context, Result};
use lamplight_e2e::{Browser, Engine, Server, Site, browse};
use serde_json::{Value, json};

use crate::carry::{choose, everything, library, make, press, said, save, take_in};
use crate::library::quota;

/// Stores a record in the outbox, as the contact program does.
async fn post(browser: &Browser, key: &str, text: &str) -> Result<()> {
    let script = "const [key, text] = arguments;
        const request = indexedDB.open('lamplight:/:outbox', 1);
        request.onupgradeneeded = () => request.result.createObjectStore('messages');
        const db = await new Promise((done) => { request.onsuccess = () => done(request.result); });
        const change = db.transaction('messages', 'readwrite');
        change.objectStore('messages').put(text, key);
        await new Promise((done) => { change.oncomplete = done; });
        db.close();";
    browser
        .run_async(script, vec![json!(key), json!(text)])
        .await?;
    Ok(())
}

/// A message as the contact program writes it; not to be tried within the hour.
pub(crate) fn message(key: &str, state: &str, subject: &str, text: &str, now: i64) -> String {
    let held = now + 3_600_000;
    format!(
        "{{\"format\":1,\"key\":\"{key}\",\"state\":\"{state}\",\"name\":\"Ada\",\"email\":\"ada@example.org\",\
         \"subject\":\"{subject}\",\"message\":\"{text}\",\"consent\":\"\",\"lang\":\"en\",\"page\":\"/\",\"begun\":{now},\
         \"changed\":{now},\"sent\":{now},\"tried\":0,\"later\":0,\"silent\":0,\"next\":0,\"held\":{held},\"ended\":0,\
         \"status\":0,\"reason\":\"\",\"field\":\"\"}}"
    )
}

async fn now(browser: &Browser) -> Result<i64> {
    let now = browser.eval("Date.now()").await?;
    now.as_i64().context("no time")
}

#[tokio::test]
async fn a_full_device_shows_what_it_has_and_makes_a_file_of_it() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    let folder = tempfile::tempdir()?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        save(browser, &server, "post-02").await?;
        let settings = r#"{"v":1,"theme":"dark","text":"normal"}"#;
        browser.store("lamplight:/:settings", settings).await?;
        browser.store("lamplight:/:searches", r#"["sea"]"#).await?;
        quota(browser, &server, Some(1_000)).await?;
        library(browser, &server).await?;
        browser
            .wait_until("document.querySelector(\"[data-do=remove][data-key='en/post-02']\") && document.querySelector('.library-space').textContent")
            .await?;
        let file = make(browser, &server, folder.path()).await?;
        let file: Value = serde_json::from_slice(&std::fs::read(file)?)?;
        let items = file["items"].as_array().context("no items")?;
        for key in ["saved/article/post-02/en", "settings", "searches"] {
            assert!(items.iter().any(|item| item["key"] == key), "{key}");
        }
        assert!(items.iter().any(|item| item["document"].is_string()));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_longest_messages_go_along_and_what_stays_behind_is_said() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    let folder = tempfile::tempdir()?;
    browse(Engine::Chromium, async |here: &mut Browser| {
        here.open_app(&server.url("")).await?;
        let now = now(here).await?;
        let sent = message(
            "sent",
            "delivered",
            &"灯".repeat(200),
            &"🏮".repeat(20_000),
            now,
        );
        let draft = message("draft", "draft", "", &"a".repeat(25_000), now);
        post(here, "sent", &sent).await?;
        post(here, "draft", &draft).await?;
        post(here, "damaged", "{").await?;
        let file = make(here, &server, folder.path()).await?;
        let words = said(here, "made").await?;
        assert!(
            words.contains("Not in the file") && words.contains(": 1."),
            "{words}"
        );
        browse(Engine::Chromium, async |there: &mut Browser| {
            library(there, &server).await?;
            let words = choose(there, &file, "plan").await?;
            assert!(words.contains("Messages: 2"), "{words}");
            press(there, "[data-do=carry_take]").await?;
            said(there, "taken").await?;
            let all = everything(there).await?;
            for (key, text) in [("sent", &sent), ("draft", &draft)] {
                let own = all[format!("outbox {key}")]
                    .as_str()
                    .context("no message")?;
                let (own, text): (Value, Value) =
                    (serde_json::from_str(own)?, serde_json::from_str(text)?);
                assert_eq!(own["message"], text["message"], "{key}");
                assert_eq!(own["subject"], text["subject"], "{key}");
            }
            Ok(())
        })
        .await
    })
    .await
}

#[tokio::test]
async fn a_message_that_waits_for_a_service_of_forms_is_not_sent_by_another_device() -> Result<()> {
    let site = Site::fixture()?;
    site.settings("[contact]\nservice = \"netlify\"")?;
    let server = Server::start(&site.root())?;
    let folder = tempfile::tempdir()?;
    browse(Engine::Chromium, async |here: &mut Browser| {
        here.open_app(&server.url("")).await?;
        let text = message("k", "waiting", "", "The lamp is out.", now(here).await?);
        post(here, "k", &text).await?;
        let file = make(here, &server, folder.path()).await?;
        // On the device that is to send it, it waits on.
        choose(here, &file, "nothing").await?;
        browse(Engine::Chromium, async |there: &mut Browser| {
            library(there, &server).await?;
            take_in(there, &file).await?;
            let all = everything(there).await?;
            let own = all["outbox k"].as_str().context("no message")?;
            let own: Value = serde_json::from_str(own)?;
            assert_eq!(
                (&own["state"], &own["message"]),
                (&json!("abandoned"), &json!("The lamp is out."))
            );
            Ok(())
        })
        .await
    })
    .await
}

/// Drops the carry file that the page has made, twice in a row; then takes it in and leaves it in one breath.
#[tokio::test]
async fn who_leaves_a_file_while_it_is_taken_in_or_chooses_another_meanwhile_breaks_nothing()
-> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    let folder = tempfile::tempdir()?;
    browse(Engine::Chromium, async |here: &mut Browser| {
        for slug in ["post-01", "post-02"] {
            save(here, &server, slug).await?;
        }
        let file = make(here, &server, folder.path()).await?;
        let text = std::fs::read_to_string(&file)?;
        browse(Engine::Chromium, async |there: &mut Browser| {
            library(there, &server).await?;
            let drop = "window.busy = 0;
                const look = () => { if (document.querySelector('.library-carry-said [data-carry=busy][role=alert]')) window.busy += 1; };
                new MutationObserver(look).observe(document.querySelector('.library-carry-said'), { childList: true });
                for (let n = 0; n < 2; n++) {
                  const dataTransfer = new DataTransfer();
                  dataTransfer.items.add(new File([arguments[0]], 'n.lamplight.json'));
                  document.querySelector('.library-carry').dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
                }";
            there.run(drop, vec![json!(text)]).await?;
            there.wait_until("window.busy").await?;
            said(there, "plan").await?;
            there
                .run(
                    "for (const name of ['take', 'leave']) document.querySelector(`[data-do=carry_${name}]`).click()",
                    Vec::new(),
                )
                .await?;
            said(there, "taken").await?;
            choose(there, &file, "nothing").await?;
            Ok(())
        })
        .await
    })
    .await
}
