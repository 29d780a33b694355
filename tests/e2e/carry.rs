//! The carry file: everything that is the reader's goes to another device in it, and joins what is there.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use lamplight_e2e::{Browser, Engine, Post, Server, Site, browse, violations};
use serde_json::{Value, json};

use crate::contact;
use crate::library::{self, SAVE, quota};

pub(crate) async fn save(browser: &Browser, server: &Server, slug: &str) -> Result<()> {
    browser.open_app(&server.url(&format!("{slug}/"))).await?;
    browser.wait_for(SAVE).await?;
    library::save(browser).await
}

/// Opens the library's page, and waits until it has heard of what is there.
pub(crate) async fn library(browser: &Browser, server: &Server) -> Result<()> {
    browser.open_app(&server.url("library/")).await?;
    browser
        .wait_until("document.querySelector('.library-carry-size')?.textContent && document.querySelector('.library-count').textContent")
        .await
}

/// What the page says of the file: `data-carry` of it.
pub(crate) async fn said(browser: &Browser, what: &str) -> Result<String> {
    browser
        .wait_for(&format!(".library-carry-said [data-carry={what}]"))
        .await?;
    browser.text(".library-carry-said").await
}

/// Presses what stands below the list, which may still grow: a pointer could meet something else by then.
pub(crate) async fn press(browser: &Browser, css: &str) -> Result<()> {
    browser.wait_for(css).await?;
    browser
        .run(
            "document.querySelector(arguments[0]).click()",
            vec![json!(css)],
        )
        .await?;
    Ok(())
}

/// Makes a file on the library's page, and saves it into a folder; its path.
pub(crate) async fn make(browser: &Browser, server: &Server, folder: &Path) -> Result<PathBuf> {
    library(browser, server).await?;
    let behaviour = json!({ "behavior": "allow", "downloadPath": folder });
    browser.cdp("Page.setDownloadBehavior", behaviour).await?;
    press(browser, "[data-do=carry_make]").await?;
    said(browser, "made").await?;
    let link = ".library-carry-said [download]";
    let name = browser
        .eval(&format!("document.querySelector('{link}').download"))
        .await?;
    let path = folder.join(name.as_str().context("no name")?);
    press(browser, link).await?;
    let whole = || std::fs::read(&path).is_ok_and(|bytes| bytes.ends_with(b"}\n"));
    browser.until(whole).await?;
    Ok(path)
}

/// Chooses a file; what the page says of it, `what` being the `data-carry` of that.
pub(crate) async fn choose(browser: &Browser, path: &Path, what: &str) -> Result<String> {
    let path = path.to_str().context("a path that is no text")?;
    browser
        .find("[data-carry=file]")
        .await?
        .send_keys(path)
        .await?;
    said(browser, what).await
}

/// Chooses a file and takes in what comes.
pub(crate) async fn take_in(browser: &Browser, path: &Path) -> Result<String> {
    choose(browser, path, "plan").await?;
    press(browser, "[data-do=carry_take]").await?;
    said(browser, "taken").await
}

/// Everything that is stored and is not fetched again by itself.
pub(crate) async fn everything(browser: &Browser) -> Result<Value> {
    let script = "const all = {};
        for (const [name, kind] of [['library', 'records'], ['outbox', 'messages']]) {
          const full = `lamplight:/:${name}`;
          if (!(await indexedDB.databases()).some((one) => one.name === full)) continue;
          const db = await new Promise((done) => { const request = indexedDB.open(full, 1); request.onsuccess = () => done(request.result); });
          const store = db.transaction(kind).objectStore(kind);
          const ask = (request) => new Promise((done) => { request.onsuccess = () => done(request.result); });
          const [keys, texts] = await Promise.all([ask(store.getAllKeys()), ask(store.getAll())]);
          keys.forEach((key, at) => { if (!key.startsWith('holding/')) all[`${name} ${key}`] = texts[at]; });
          db.close();
        }
        for (const [key, text] of Object.entries({ ...localStorage })) if (!/:(feed|kept|messages|meta|looks)/.test(key)) all[key] = text;
        const cache = await caches.open('lamplight:/:saved');
        for (const request of await cache.keys()) {
          const response = await cache.match(request);
          const path = new URL(request.url).pathname;
          if (!path.startsWith('/archive/')) all[path] = response.headers.get('x-lamplight-stored') + (await response.text());
        }
        return all;";
    browser.run_async(script, Vec::new()).await
}

/// The names of what is not as it was.
pub(crate) fn changed(before: &Value, after: &Value) -> Vec<String> {
    let names = [before, after]
        .into_iter()
        .filter_map(Value::as_object)
        .flat_map(|all| all.keys());
    let mut changed: Vec<String> = names
        .filter(|name| before[name.as_str()] != after[name.as_str()])
        .cloned()
        .collect();
    changed.dedup();
    changed
}

/// What the library has recorded under a key.
async fn record(browser: &Browser, key: &str) -> Result<Value> {
    let all = everything(browser).await?;
    let text = all[format!("library {key}")].as_str();
    Ok(text.map_or(Ok(Value::Null), serde_json::from_str)?)
}

const READING: &str = r#"{"v":1,"slug":"post-04","lang":"en","block":"1.2","part":300,"progress":420,"seen":1790000000000,"read":false,"marked":0,"opened":1790000000000,"forgot":0}"#;

#[tokio::test]
async fn everything_of_the_readers_opens_on_another_device_while_the_site_is_down() -> Result<()> {
    let mut place = contact::place()?;
    let folder = tempfile::tempdir()?;
    let text = "The lamp at the quay is out.";
    browse(Engine::Chromium, async |tab: &mut Browser| {
        tab.allow_in_console("net::ERR_");
        save(tab, &place.server, "harbour-report").await?;
        save(tab, &place.server, "post-02").await?;
        tab.store("lamplight:/:reading/post-04", READING).await?;
        tab.store(
            "lamplight:/:settings",
            r#"{"v":1,"theme":"dark","text":"large"}"#,
        )
        .await?;
        tab.store("lamplight:/:searches", r#"["harbour"]"#).await?;
        place.endpoint.down();
        contact::open_panel(tab).await?;
        contact::write(tab, text).await?;
        contact::send(tab).await?;
        contact::is(tab, text, "waiting").await?;
        let file = make(tab, &place.server, folder.path()).await?;
        let whole: Value = serde_json::from_slice(&std::fs::read(&file)?)?;
        assert_eq!(whole["carry"], 1);

        browse(Engine::Chromium, async |app: &mut Browser| {
            app.allow_in_console("net::ERR_");
            app.open_app(&place.server.url("")).await?;
            app.kept().await?;
            library(app, &place.server).await?;
            place.server.down();
            app.reload().await?;
            library(app, &place.server).await?;
            let before = everything(app).await?;
            let words = choose(app, &file, "plan").await?;
            for line in [
                "would be saved here, too: 2",
                "Articles with their text: 2",
                "reading: 3",
                "Messages: 1",
            ] {
                assert!(words.contains(line), "{words}");
            }
            assert_eq!(
                changed(&before, &everything(app).await?),
                [""; 0],
                "before the reader said yes"
            );
            assert_eq!(violations(app).await?, Vec::<String>::new());
            press(app, "[data-do=carry_take]").await?;
            said(app, "taken").await?;
            // At once, and not when the page is opened anew.
            app.wait_for(".library-reading a[href*='post-04']").await?;
            app.wait_until("document.documentElement.dataset.theme === 'dark'")
                .await?;
            let stored = everything(app).await?;
            let reading = stored["lamplight:/:reading/post-04"].as_str();
            let reading: Value = serde_json::from_str(reading.unwrap_or_default())?;
            assert_eq!(
                (&reading["block"], &reading["progress"]),
                (&Value::from("1.2"), &Value::from(420))
            );
            assert_eq!(stored["lamplight:/:searches"], r#"["harbour"]"#);
            // Its texts open, and that is what is said of them.
            app.wait_until("[...document.querySelectorAll('[data-standing=due] .library-age')].filter(({ textContent }) => textContent.startsWith('Opens, not all here yet')).length === 2")
                .await?;
            press(app, "[data-do=check]").await?;
            app.wait_for("[data-flight=opens]").await?;
            let report = app.text(".library-report").await?;
            for line in [
                "without a connection: 2, all of them",
                "Harbour report: opens",
                "Post number 2: opens in the app",
            ] {
                assert!(report.contains(line), "{report}");
            }
            // The same once more: nothing.
            choose(app, &file, "nothing").await?;
            library(app, &place.server).await?;
            choose(app, &file, "nothing").await?;
            app.come_back_later().await?;
            for (path, heading) in [
                ("harbour-report/", "Harbour report"),
                ("post-02/", "Post number 2"),
            ] {
                app.open_app(&place.server.url(path)).await?;
                app.shows(heading).await?;
            }
            // What lacks comes with the site; the message goes out once, whoever sends it.
            place.server.up()?;
            place.endpoint.up()?;
            library(app, &place.server).await?;
            app.wait_until("document.querySelectorAll('[data-standing=saved]').length === 2")
                .await?;
            app.open_app(&place.server.url("")).await?;
            contact::open_panel(app).await?;
            contact::is(app, text, "delivered").await
        })
        .await?;
        tab.open_app(&place.server.url("")).await?;
        contact::open_panel(tab).await?;
        contact::is(tab, text, "delivered").await
    })
    .await?;
    assert_eq!(place.stored()?, [text]);
    Ok(())
}

#[tokio::test]
async fn what_was_removed_on_one_device_and_saved_on_the_other_is_so_on_both() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    let folders = [tempfile::tempdir()?, tempfile::tempdir()?];
    browse(Engine::Chromium, async |here: &mut Browser| {
        save(here, &server, "post-01").await?;
        save(here, &server, "post-02").await?;
        let first = make(here, &server, folders[0].path()).await?;
        browse(Engine::Chromium, async |there: &mut Browser| {
            save(there, &server, "post-03").await?;
            library(there, &server).await?;
            take_in(there, &first).await?;
            there
                .wait_until("document.querySelectorAll('[data-standing=saved]').length === 3")
                .await?;
            there
                .click("[data-do=remove][data-key='en/post-02']")
                .await?;
            there
                .wait_until("document.querySelectorAll('[data-standing=saved]').length === 2")
                .await?;
            let second = make(there, &server, folders[1].path()).await?;
            library(here, &server).await?;
            let words = choose(here, &second, "plan").await?;
            assert!(words.contains("No longer saved, as in the file: 1"), "{words}");
            // Whoever leaves it has changed nothing.
            let before = everything(here).await?;
            press(here, "[data-do=carry_leave]").await?;
            here.wait_until("!document.querySelector('[data-carry=plan]')").await?;
            assert_eq!(changed(&before, &everything(here).await?), [""; 0]);
            take_in(here, &second).await?;
            here.wait_until("[...document.querySelectorAll('[data-standing=saved] [data-do=remove]')].map(({ dataset }) => dataset.key).sort().join() === 'en/post-01,en/post-03'")
                .await?;
            choose(here, &second, "nothing").await?;
            // The older file brings nothing back unless the reader wants that.
            for device in [here, there] {
                let words = choose(device, &first, "plan").await?;
                assert!(words.contains("removed on this device since: 1"), "{words}");
                let before = everything(device).await?;
                press(device, "[data-carry=plan] [name=back]").await?;
                press(device, "[data-do=carry_take]").await?;
                said(device, "taken").await?;
                assert_eq!(changed(&before, &everything(device).await?), [""; 0]);
            }
            Ok(())
        })
        .await
    })
    .await
}

#[tokio::test]
async fn another_edition_stands_beside_the_one_that_is_saved() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    let folder = tempfile::tempdir()?;
    browse(Engine::Chromium, async |here: &mut Browser| {
        save(here, &server, "post-02").await?;
        let own = record(here, "receipt/post-02/en").await?;
        site.publish(&Post {
            slug: "post-02".into(),
            title: "Post number 2".into(),
            date: "2026-01-02T06:00:00Z".into(),
            text: "Written anew.".into(),
        })?;
        browse(Engine::Chromium, async |there: &mut Browser| {
            save(there, &server, "post-02").await?;
            let file = make(there, &server, folder.path()).await?;
            let theirs = record(there, "receipt/post-02/en").await?;
            let digest = theirs["digest"].as_str().context("no digest")?;
            assert_ne!(own["digest"], theirs["digest"]);
            library(here, &server).await?;
            take_in(here, &file).await?;
            assert_eq!(record(here, "receipt/post-02/en").await?, own);
            let beside = record(here, &format!("revision/post-02/en/{digest}")).await?;
            assert!(
                beside["text"]
                    .as_str()
                    .is_some_and(|text| text.contains("Written anew."))
            );
            choose(here, &file, "nothing").await?;
            Ok(())
        })
        .await
    })
    .await
}

#[tokio::test]
async fn a_device_that_fills_up_meanwhile_says_what_is_lacking_and_the_same_file_completes_it()
-> Result<()> {
    let site = Site::fixture()?;
    let mut server = Server::start(&site.root())?;
    let folder = tempfile::tempdir()?;
    browse(Engine::Chromium, async |here: &mut Browser| {
        for slug in ["post-01", "post-02", "harbour-report"] {
            save(here, &server, slug).await?;
        }
        let file = make(here, &server, folder.path()).await?;
        browse(Engine::Chromium, async |there: &mut Browser| {
            there.allow_in_console("net::ERR_");
            save(there, &server, "post-03").await?;
            there.kept().await?;
            library(there, &server).await?;
            server.down();
            choose(there, &file, "plan").await?;
            quota(there, &server, Some(1_000)).await?;
            press(there, "[data-do=carry_take]").await?;
            let words = said(there, "partly").await?;
            assert!(words.contains("Articles: 3"), "{words}");
            let kept = record(there, "receipt/post-03/en").await?;
            assert_eq!(kept["slug"], "post-03");
            quota(there, &server, None).await?;
            take_in(there, &file).await?;
            choose(there, &file, "nothing").await?;
            there
                .run_async(
                    "localStorage.clear(); return caches.delete('lamplight:/:content');",
                    Vec::new(),
                )
                .await?;
            for (path, heading) in [
                ("harbour-report/", "Harbour report"),
                ("post-03/", "Post number 3"),
            ] {
                there.open_app(&server.url(path)).await?;
                there.shows(heading).await?;
            }
            Ok(())
        })
        .await
    })
    .await
}

#[tokio::test]
async fn a_full_local_storage_gives_up_what_can_be_fetched_and_keeps_settings() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    let folder = tempfile::tempdir()?;
    browse(Engine::Chromium, async |here: &mut Browser| {
        here.open_app(&server.url("")).await?;
        let settings = r#"{"v":1,"theme":"dark","text":"normal"}"#;
        here.store("lamplight:/:settings", settings).await?;
        let file = make(here, &server, folder.path()).await?;
        browse(Engine::Chromium, async |there: &mut Browser| {
            library(there, &server).await?;
            // Only what lets go of articles may write.
            let full = "const set = Storage.prototype.setItem;
                localStorage.setItem('lamplight:/:doc/en/old', 'x');
                Storage.prototype.setItem = function (key, value) {
                  if (localStorage.getItem('lamplight:/:doc/en/old')) throw new DOMException('', 'QuotaExceededError');
                  return set.call(this, key, value);
                };";
            there.run(full, Vec::new()).await?;
            take_in(there, &file).await?;
            let stored = everything(there).await?;
            assert!(stored["lamplight:/:settings"].as_str().is_some_and(|text| text.contains("dark")));

            // Where nothing is left to let go of, that is said, and the file brings it later.
            let full = "localStorage.removeItem('lamplight:/:settings');
                for (const key of Object.keys(localStorage)) if (key.includes(':doc/')) localStorage.removeItem(key);
                Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError'); };";
            there.run(full, Vec::new()).await?;
            choose(there, &file, "plan").await?;
            press(there, "[data-do=carry_take]").await?;
            let words = said(there, "partly").await?;
            assert!(words.contains("Settings, searches and places: 1"), "{words}");
            library(there, &server).await?;
            take_in(there, &file).await?;
            there
                .wait_until("document.documentElement.dataset.theme === 'dark'")
                .await
        })
        .await
    })
    .await
}

#[tokio::test]
async fn a_reader_who_wants_no_settings_of_the_other_device_keeps_these() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    let folder = tempfile::tempdir()?;
    browse(Engine::Chromium, async |here: &mut Browser| {
        save(here, &server, "post-02").await?;
        here.store(
            "lamplight:/:settings",
            r#"{"v":1,"theme":"dark","text":"normal"}"#,
        )
        .await?;
        let file = make(here, &server, folder.path()).await?;
        browse(Engine::Chromium, async |there: &mut Browser| {
            library(there, &server).await?;
            choose(there, &file, "plan").await?;
            press(there, "[data-carry=plan] [name=settings]").await?;
            press(there, "[data-do=carry_take]").await?;
            said(there, "taken").await?;
            let stored = everything(there).await?;
            assert_eq!(stored["lamplight:/:settings"], Value::Null);
            assert_ne!(stored["library saved/article/post-02/en"], Value::Null);
            // They are offered again.
            let words = choose(there, &file, "plan").await?;
            assert!(words.contains("Settings and recent searches"), "{words}");
            Ok(())
        })
        .await
    })
    .await
}

#[tokio::test]
async fn a_browser_that_clears_after_seven_days_offers_the_file_where_it_says_so() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser
            .before_every_page("Object.defineProperty(Navigator.prototype, 'vendor', { get: () => 'Apple Computer, Inc.' });
                StorageManager.prototype.persisted = async () => false;
                Navigator.prototype.canShare = ({ files }) => files.length === 1;
                Navigator.prototype.share = async ({ files: [file] }) => { window.shared = [file.name, (await file.text()).slice(0, 11)]; };")
            .await?;
        library(browser, &server).await?;
        press(browser, ".library-said [data-do=carry_make]").await?;
        said(browser, "made").await?;
        let focused = "document.activeElement === document.querySelector('.library-carry-said [download]')";
        assert_eq!(browser.eval(focused).await?, json!(true));
        assert_eq!(violations(browser).await?, Vec::<String>::new());
        press(browser, "[data-do=carry_share]").await?;
        browser
            .wait_until("window.shared?.[0].endsWith('.lamplight.json') && window.shared[1] === '{\"digest\":\"'")
            .await
    })
    .await
}
