//! Local storage that is blocked, full or damaged: reading goes on.

use anyhow::Result;
use lamplight_e2e::{Browser, Engine, LocalStorage, Server, Site, browse};

#[tokio::test]
async fn where_storage_is_blocked_articles_open_and_the_app_says_what_that_means() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.with_local_storage(LocalStorage::Blocked).await?;
        browser.open_app(&server.url("post-02/")).await?;
        browser.shows("Post number 2").await?;
        browser.evidence(&["live"]).await?;
        browser.wait_for("[data-storage=blocked]").await?;
        browser.follow("/harbour-report/").await?;
        browser.shows("Harbour report").await?;
        browser.back().await?;
        browser.shows("Post number 2").await?;
        browser.open_app(&server.url("settings/")).await?;
        browser.shows("Settings").await?;
        browser.open_app(&server.url("library/")).await?;
        browser.shows("Offline").await?;
        Ok(())
    })
    .await
}

async fn the_large_tier_stands_in_for(state: LocalStorage) -> Result<()> {
    let site = Site::fixture()?;
    let mut server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.with_local_storage(state).await?;
        browser.open_app(&server.url("post-02/")).await?;
        browser.evidence(&["live"]).await?;
        browser.kept().await?;
        browser.allow_in_console("net::ERR_");
        server.down();
        for (path, heading) in [
            ("post-02/", "Post number 2"),
            ("post-20/", "Post number 20"),
            ("harbour-report/", "Harbour report"),
            ("", "Latest"),
        ] {
            browser.open_app(&server.url(path)).await?;
            browser.shows(heading).await?;
            browser.evidence(&["unreachable", "reader-offline"]).await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn where_storage_is_full_the_worker_keeps_articles_all_the_same() -> Result<()> {
    the_large_tier_stands_in_for(LocalStorage::Full).await
}

#[tokio::test]
async fn where_storage_is_tight_the_worker_keeps_articles_all_the_same() -> Result<()> {
    the_large_tier_stands_in_for(LocalStorage::Tight).await
}

#[tokio::test]
async fn a_damaged_record_is_never_shown_and_never_in_the_way() -> Result<()> {
    let site = Site::fixture()?;
    let mut server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("post-02/")).await?;
        browser.evidence(&["live"]).await?;
        browser.kept().await?;
        browser.allow_in_console("net::ERR_");
        let records = browser.stored().await?;
        assert!(!records.is_empty(), "nothing is in local storage");
        let damages: [fn(&str) -> String; 5] = [
            |_| String::new(),
            |_| "null".into(),
            |_| "{\"v\":999,\"digest\":\"00000000000000000000000000000000\"}".into(),
            |value| value.chars().take(value.chars().count() / 2).collect(),
            |value| value.replace("Paragraph", "Pargaraph").replace('1', "2"),
        ];
        server.down();
        for damage in damages {
            for (key, value) in &records {
                browser.store(key, &damage(value)).await?;
            }
            browser.open_app(&server.url("post-02/")).await?;
            browser.shows("Post number 2").await?;
            browser.follow("/harbour-report/").await?;
            browser.shows("Harbour report").await?;
            browser.back().await?;
            browser.shows("Post number 2").await?;
            let text = browser.text("article .prose").await?;
            assert!(text.contains("Paragraph 12 of post 2"), "{text}");
            assert!(!text.contains("Pargaraph"), "a damaged text was shown");
        }
        // The site puts right what was damaged.
        server.up()?;
        browser.open_app(&server.url("post-02/")).await?;
        browser.evidence(&["live"]).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_site_under_a_base_path_keeps_its_records_apart_in_every_language() -> Result<()> {
    let site = Site::fixture_at("/sub/")?;
    let server = Server::start_at(&site.root(), "/sub/")?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("ar/harbour-report/")).await?;
        browser.kept().await?;
        let keys = browser.eval("Object.keys(localStorage)").await?;
        let keys = keys.as_array().cloned().unwrap_or_default();
        assert!(!keys.is_empty(), "nothing was stored");
        for key in keys {
            let key = key.as_str().unwrap_or_default();
            assert!(key.starts_with("lamplight:/sub/:"), "{key}");
        }
        Ok(())
    })
    .await
}
