//! A site on nginx, as `docs/deploying.md` sets it up.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use lamplight_e2e::{App, Browser, Engine, Host, Site, Web, browse};
use serde_json::json;

use crate::sending;

#[tokio::test]
async fn files_have_their_types_and_times_and_what_is_missing_is_a_404() -> Result<()> {
    sending::files(Web::Nginx, "/").await
}

#[tokio::test]
async fn a_site_below_a_path_is_sent_in_the_same_way() -> Result<()> {
    sending::files(Web::Nginx, "/news/").await
}

#[tokio::test]
async fn the_header_and_the_page_together_have_the_policy_that_other_hosts_send() -> Result<()> {
    sending::policy(Web::Nginx).await
}

#[tokio::test]
async fn compressed_copies_are_sent_to_those_who_take_them() -> Result<()> {
    sending::copies(Web::Nginx).await
}

#[tokio::test]
async fn without_copies_texts_are_compressed_as_they_are_sent() -> Result<()> {
    sending::no_copies(Web::Nginx).await
}

#[tokio::test]
async fn a_reader_reads_on_when_nginx_is_stopped() -> Result<()> {
    sending::stopped(Web::Nginx).await
}

#[tokio::test]
async fn the_worker_of_a_site_that_is_given_up_removes_itself_and_what_it_kept() -> Result<()> {
    let mut site = Site::fixture()?;
    let nginx = Host::start(Web::Nginx, &site.root(), "/")?;
    let page = include_str!("../../docs/deploying.md");
    let farewell = page
        .split_once("```js\n")
        .and_then(|(_, rest)| rest.split_once("```"))
        .context("docs/deploying.md has no worker that removes itself")?
        .0;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&nginx.url("post-02/")).await?;
        browser.kept().await?;
        browser.click("main [data-save]").await?;
        browser
            .wait_until("document.querySelector('main [data-save]').dataset.standing === 'saved'")
            .await?;
        // What the reader wrote, and what another site on this host keeps.
        browser
            .run_async(
                "localStorage.setItem('lamplight:/:settings', '{\"v\":1,\"theme\":\"dark\"}');
                 await (await caches.open('lamplight:/elsewhere/:content')).put('/elsewhere/', new Response('x'));
                 const open = indexedDB.open('lamplight:/:outbox', 1);
                 open.onupgradeneeded = () => open.result.createObjectStore('messages');
                 await new Promise((done) => { open.onsuccess = done; });
                 const write = open.result.transaction('messages', 'readwrite');
                 write.objectStore('messages').put('what was not sent', 'key');
                 await new Promise((done) => { write.oncomplete = done; });
                 open.result.close();",
                Vec::new(),
            )
            .await?;
        for entry in std::fs::read_dir(site.root())? {
            let path = entry?.path();
            if path.is_dir() {
                std::fs::remove_dir_all(path)?;
            } else {
                std::fs::remove_file(path)?;
            }
        }
        std::fs::write(site.root().join("sw.js"), farewell)?;
        browser.allow_in_console("404");
        // The page comes from the device once more; behind it the browser finds the new worker, which has it loaded
        // from the site, where it is not. A page that is being opened just then stays until the reader comes back.
        let gone = "document.title.startsWith('404')";
        browser.goto(&nginx.url("post-02/")).await?;
        if browser.wait_up_to(Duration::from_secs(10), gone).await.is_err() {
            browser.come_back_later().await?;
            browser.goto(&nginx.url("post-02/")).await?;
        }
        browser.wait_until(gone).await?;
        let left = browser
            .run_async(
                "const open = indexedDB.open('lamplight:/:outbox', 1);
                 await new Promise((done) => { open.onsuccess = done; });
                 const read = open.result.transaction('messages').objectStore('messages').get('key');
                 await new Promise((done) => { read.onsuccess = done; });
                 open.result.close();
                 return { caches: await caches.keys(), message: read.result, settings: localStorage.getItem('lamplight:/:settings'),
                          workers: (await navigator.serviceWorker.getRegistrations()).length };",
                Vec::new(),
            )
            .await?;
        ensure!(
            left["caches"] == json!(["lamplight:/elsewhere/:content"]) && left["workers"] == 0,
            "something else is left: {left}"
        );
        let dark = "{\"v\":1,\"theme\":\"dark\"}";
        ensure!(
            left["message"] == "what was not sent" && left["settings"] == dark,
            "something of the reader's is lost: {left}"
        );

        // The site comes back: so does what was saved.
        std::fs::remove_file(site.root().join("sw.js"))?;
        site.install(App::Built)?;
        browser.open_app(&nginx.url("library/")).await?;
        browser
            .wait_for(".library-body [data-standing=saved] a[href$='/post-02/']")
            .await?;
        Ok(())
    })
    .await
}
