//! Without scripts the publication is complete.

use anyhow::Result;
use lamplight_e2e::{Browser, Engine, Options, Server, Site, browse_with};

async fn an_article_is_complete_without_scripts(engine: Engine) -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    let options = Options {
        javascript: false,
        ..Options::default()
    };
    browse_with(engine, options, async |browser: &mut Browser| {
        browser.goto(&server.url("harbour-report/")).await?;
        for (part, text) in [
            ("h1", "Harbour report"),
            (".article-kicker", "Sea"),
            (
                ".article-standfirst",
                "Three offices on one night, and what each of them saw.",
            ),
            (".article-lead figcaption", "The quay, with both lamps lit"),
            (".prose h2", "What the pilots saw"),
            (".translations", "العربية"),
        ] {
            let found = browser.text(part).await?;
            // The style sheet may set it in capitals.
            let same = found.to_lowercase().contains(&text.to_lowercase());
            assert!(same, "{part}: {found}");
        }
        for part in [
            "time[datetime]",
            ".prose blockquote",
            ".prose table",
            ".prose figure img",
            ".editors-note",
            ".footnotes li",
            "nav.recent a",
            ".masthead-sections a",
        ] {
            let element = browser.find(part).await?;
            assert!(element.is_displayed().await?, "{part} is not shown");
        }
        // What only the app can do is not promised; the button that leads to the search page is a form's.
        for button in browser
            .session()?
            .find_all(thirtyfour::By::Css("button:not(form[action] button)"))
            .await?
        {
            assert!(
                !button.is_displayed().await?,
                "a button that does nothing is shown"
            );
        }
        browser.find("nav.recent a").await?.click().await?;
        assert_eq!(browser.text("h1").await?, "Post number 25");
        browser.goto(&server.url("library/")).await?;
        assert!(browser.text(".needs-app").await?.contains("JavaScript"));
        assert_eq!(server.count(|path| path.ends_with(".wasm")), 0);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_article_is_complete_without_scripts_in_chromium() -> Result<()> {
    an_article_is_complete_without_scripts(Engine::Chromium).await
}
