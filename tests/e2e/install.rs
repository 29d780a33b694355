//! Chromium would install the site, and the manifest is what it should be.

use anyhow::Result;
use lamplight_e2e::{Browser, Engine, Server, Site, browse};
use serde_json::{Value, json};

async fn the_browser_would_install(base: &str) -> Result<()> {
    let site = Site::fixture_at(base)?;
    let server = Server::start_at(&site.root(), base)?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("post-02/")).await?;
        browser.kept().await?;
        let errors = browser.installability_errors().await?;
        assert!(errors.is_empty(), "{errors:?}");
        let answer = browser.cdp("Page.getAppManifest", json!({})).await?;
        assert_eq!(answer["errors"], json!([]), "the manifest has errors");
        let manifest: Value = serde_json::from_str(answer["data"].as_str().unwrap_or_default())?;
        assert_eq!(manifest["name"], "The Test Lantern");
        let purposes: Vec<String> = manifest["icons"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|icon| icon["purpose"].as_str().unwrap_or("any").to_owned())
            .collect();
        for wanted in ["any", "maskable"] {
            assert!(
                purposes.iter().any(|purpose| purpose.contains(wanted)),
                "no {wanted} icon"
            );
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_browser_would_install_the_site() -> Result<()> {
    the_browser_would_install("/").await
}

#[tokio::test]
async fn the_browser_would_install_a_site_under_a_base_path() -> Result<()> {
    the_browser_would_install("/sub/").await
}
