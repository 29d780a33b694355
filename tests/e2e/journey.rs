//! The whole offline journey, in three engines: read, lose the site, come back later, read on, and
//! be told the truth all the time.

use anyhow::Result;
use lamplight_e2e::{Browser, Engine, Options, Server, Site, Viewport, browse, browse_with};

/// What the browser says in the console of each request that the missing server does not answer.
const NO_SERVER: &str = "net::ERR_";

async fn a_reader_goes_on_reading_without_the_site(engine: Engine) -> Result<()> {
    let site = Site::fixture()?;
    let mut server = Server::start(&site.root())?;
    browse(engine, async |browser: &mut Browser| {
        // A first visit, to an old post that the app would not keep by itself.
        browser.open_app(&server.url("post-02/")).await?;
        browser.shows("Post number 2").await?;
        browser.evidence(&["live"]).await?;
        browser.kept().await?;

        // The site is gone; the page is loaded again.
        browser.allow_in_console(NO_SERVER);
        server.down();
        browser.reload().await?;
        browser.ready().await?;
        browser.shows("Post number 2").await?;
        browser.evidence(&["unreachable", "reader-offline"]).await?;

        // Another day.
        browser.come_back_later().await?;
        browser.open_app(&server.url("post-02/")).await?;
        browser.shows("Post number 2").await?;
        assert!(browser.text("article .prose").await?.contains("Paragraph 12 of post 2"));
        browser.evidence(&["unreachable", "reader-offline"]).await?;

        // A link to a post that is not on the device says so before it is followed.
        browser.wait_until("document.querySelector('.prose a[href$=\"/post-03/\"]').dataset.stored === 'no'").await?;

        // One of the newest that was never opened, by its address, with its pictures.
        browser.open_app(&server.url("harbour-report/")).await?;
        browser.shows("Harbour report").await?;
        for image in [".article-lead img", ".prose img"] {
            browser
                .wait_until(&format!(
                    "(() => {{ const image = document.querySelector('{image}'); \
                     image.loading = 'eager'; return image.complete && image.naturalWidth > 0; }})()"
                ))
                .await?;
        }

        // The front page, and from there another.
        browser.open_app(&server.url("")).await?;
        assert_eq!(browser.eval("document.querySelectorAll('main .card').length").await?, 20);
        browser.evidence(&["unreachable", "reader-offline"]).await?;
        browser.follow("/post-20/").await?;
        browser.shows("Post number 20").await?;

        // One that the device does not have explains itself, and offers what there is.
        browser.open_app(&server.url("post-03/")).await?;
        browser.wait_for("main [data-absent]").await?;
        browser.shows("This article is not on your device").await?;
        browser
            .wait_until("document.querySelectorAll('main [data-absent] li a').length > 5")
            .await?;

        // The site is back.
        server.up()?;
        // The app asks again by itself, too, and may have been quicker.
        let press = "document.querySelector('main [data-absent] .button-strong')?.click()";
        browser.run(press, Vec::new()).await?;
        browser.shows("Post number 3").await?;
        browser.evidence(&["live"]).await?;
        browser.open_app(&server.url("post-02/")).await?;
        browser.evidence(&["live"]).await?;
        browser.check_now().await?;
        browser.evidence(&["live"]).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_reader_goes_on_reading_without_the_site_in_chromium() -> Result<()> {
    a_reader_goes_on_reading_without_the_site(Engine::Chromium).await
}

#[tokio::test]
async fn a_reader_goes_on_reading_without_the_site_in_firefox() -> Result<()> {
    a_reader_goes_on_reading_without_the_site(Engine::Firefox).await
}

#[tokio::test]
async fn a_reader_goes_on_reading_without_the_site_in_webkit() -> Result<()> {
    a_reader_goes_on_reading_without_the_site(Engine::WebKit).await
}

/// The same below a path, where every address that forgets the base is a mistake.
#[tokio::test]
async fn everything_works_under_a_base_path() -> Result<()> {
    let site = Site::fixture_at("/sub/")?;
    let mut server = Server::start_at(&site.root(), "/sub/")?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("")).await?;
        browser.evidence(&["live"]).await?;
        browser.kept().await?;
        browser.follow("/sub/post-24/").await?;
        browser.shows("Post number 24").await?;
        browser.evidence(&["live"]).await?;
        browser.open_app(&server.url("ar/harbour-report/")).await?;
        browser.shows("تقرير الميناء").await?;
        let stray: Vec<String> = server
            .requests()
            .into_iter()
            .filter(|path| path.starts_with('/') && path != "/favicon.ico")
            .collect();
        assert!(stray.is_empty(), "asked outside of the base: {stray:?}");

        browser.allow_in_console(NO_SERVER);
        server.down();
        browser.come_back_later().await?;
        browser.open_app(&server.url("ar/harbour-report/")).await?;
        browser.shows("تقرير الميناء").await?;
        browser.open_app(&server.url("post-23/")).await?;
        browser.shows("Post number 23").await?;
        server.up()?;
        browser.check_now().await?;
        browser.evidence(&["live"]).await?;
        Ok(())
    })
    .await
}

/// A language that was never opened is not kept, and says so instead of showing nothing.
#[tokio::test]
async fn an_arabic_reader_reads_on_without_the_site() -> Result<()> {
    let site = Site::fixture()?;
    let mut server = Server::start(&site.root())?;
    let phone = Options {
        language: "ar".into(),
        ..Options::default()
    };
    browse_with(Engine::Chromium, phone, async |browser: &mut Browser| {
        browser.show_on(Viewport::Phone).await?;
        browser.open_app(&server.url("ar/harbour-report/")).await?;
        browser.kept().await?;
        browser.allow_in_console(NO_SERVER);
        server.down();
        browser.come_back_later().await?;
        browser.open_app(&server.url("ar/post-25/")).await?;
        browser.shows("المقالة رقم 25").await?;
        assert_eq!(browser.eval("document.documentElement.dir").await?, "rtl");
        assert_eq!(browser.eval("document.documentElement.lang").await?, "ar");
        browser.evidence(&["unreachable", "reader-offline"]).await?;
        let stamp = browser.text("[data-evidence]").await?;
        assert!(
            !stamp.contains("device"),
            "the stamp speaks English: {stamp}"
        );
        browser.open_app(&server.url("ar/")).await?;
        browser.wait_for("main .card").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_category_shows_what_the_newest_posts_hold_of_it_without_the_site() -> Result<()> {
    let site = Site::fixture()?;
    let mut server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("")).await?;
        browser.kept().await?;
        browser.allow_in_console(NO_SERVER);
        server.down();
        browser.follow("/category/sea/").await?;
        browser.wait_for("main .card").await?;
        browser.evidence(&["unreachable", "reader-offline"]).await?;
        Ok(())
    })
    .await
}
