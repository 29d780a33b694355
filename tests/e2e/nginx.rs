//! A site on nginx, as `docs/deploying.md` sets it up.

use anyhow::{Context, Result, ensure};
use lamplight_e2e::{Browser, Engine, Host, Site, Web, browse};

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
    let site = Site::fixture()?;
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
        // The page comes from the device once more; behind it the browser finds the new worker, which
        // has it loaded from the site, where it is not.
        browser.goto(&nginx.url("post-02/")).await?;
        browser
            .wait_until("document.title.startsWith('404')")
            .await?;
        let left = browser
            .run_async(
                "return { caches: (await caches.keys()).length,
                          workers: (await navigator.serviceWorker.getRegistrations()).length };",
                Vec::new(),
            )
            .await?;
        ensure!(
            left["caches"] == 0 && left["workers"] == 0,
            "something is left: {left}"
        );
        Ok(())
    })
    .await
}
