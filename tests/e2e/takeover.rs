//! The app takes over a page without anyone noticing: the same elements, the same text nodes, no
//! shift.

use anyhow::Result;
use lamplight_e2e::{Browser, Engine, Fault, Server, Site, Viewport, browse, differences};

/// One of each kind of page.
const PAGES: [&str; 11] = [
    "",
    "page/2/",
    "category/sea/",
    "category/town/",
    "post-02/",
    "harbour-report/",
    "about/",
    "ar/",
    "ar/about/",
    "ar/category/sea/",
    "ar/harbour-report/",
];

#[tokio::test]
async fn the_app_shows_what_press_wrote() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        let mut failures = Vec::new();
        for page in PAGES {
            browser.open_app(&server.url(page)).await?;
            browser.evidence(&["live"]).await?;
            for line in differences(browser, &site.read(page)?).await? {
                failures.push(format!(
                    "/{page} line {}:\n    press: {}\n    app:   {}",
                    line.at, line.before, line.after
                ));
            }
        }
        assert!(failures.is_empty(), "\n{}", failures.join("\n"));
        Ok(())
    })
    .await
}

/// A page reached by a link is the page that its address loads.
#[tokio::test]
async fn a_page_reached_by_a_link_is_the_page_press_wrote() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("post-02/")).await?;
        browser.kept().await?;
        let steps = [
            (
                "nav.recent a[href$=\"/harbour-report/\"]",
                "harbour-report/",
                "Harbour report",
            ),
            (
                ".translations a[lang=ar]",
                "ar/harbour-report/",
                "تقرير الميناء",
            ),
            (".article-kicker a", "ar/category/sea/", "البحر"),
            (".colophon-languages a[lang=en]", "", "Latest"),
            (
                ".masthead-sections a[href$=\"/town/\"]",
                "category/town/",
                "Town",
            ),
        ];
        let mut failures = Vec::new();
        for (link, page, heading) in steps {
            browser.click(link).await?;
            browser.shows(heading).await?;
            browser.evidence(&["live"]).await?;
            // The recent posts of a language just entered come with its feed.
            browser.wait_for("nav.recent a, main .card").await?;
            for line in differences(browser, &site.read(page)?).await? {
                failures.push(format!(
                    "/{page} line {}:\n    press: {}\n    app:   {}",
                    line.at, line.before, line.after
                ));
            }
        }
        assert!(failures.is_empty(), "\n{}", failures.join("\n"));
        Ok(())
    })
    .await
}

/// Remembers nodes of the static page, before the app has started.
const REMEMBER: &str = "document.addEventListener('DOMContentLoaded', () => {
    const first = (selector) => document.querySelector(selector)?.firstChild;
    window.remembered = ['main h1', '.prose p', '.article-lead', '.card-title a', '.recent a']
      .map((selector) => [selector, first(selector)]).filter(([, node]) => node);
  });";

#[tokio::test]
async fn nothing_that_was_painted_moves_or_is_replaced() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    let mut shifts = Vec::new();
    for viewport in [Viewport::Desktop, Viewport::Phone] {
        browse(Engine::Chromium, async |browser: &mut Browser| {
            browser.show_on(viewport).await?;
            browser.before_every_page(REMEMBER).await?;
            for page in PAGES {
                browser.open_app(&server.url(page)).await?;
                let (remembered, lost) = lost(browser).await?;
                assert!(
                    remembered >= 2,
                    "only {remembered} nodes of /{page} were remembered"
                );
                assert_eq!(lost, "[]", "nodes of /{page} were replaced");
                browser.evidence(&["live"]).await?;
                for shift in browser.layout_shifts().await? {
                    shifts.push(format!("/{page} on {viewport:?}: {shift}"));
                }
            }
            Ok(())
        })
        .await?;
    }
    assert!(shifts.is_empty(), "\n{}", shifts.join("\n"));
    Ok(())
}

#[tokio::test]
async fn a_page_that_arrives_in_pieces_is_painted_with_its_masthead_whole() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    server.fault("post-02/", Fault::Halting("<nav class=\"masthead-tools\""));
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser
            .before_every_page(
                "requestAnimationFrame(() => window.whole = document.getElementById(`main`) !== null)",
            )
            .await?;
        browser.open_app(&server.url("post-02/")).await?;
        assert_eq!(browser.eval("window.whole").await?, true);
        assert_eq!(browser.layout_shifts().await?, [""; 0]);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_picture_in_a_list_stands_where_it_will_stand_before_its_text_has_come() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    server.fault(
        "ar/category/sea/",
        Fault::Halting(" loading=\"lazy\" decoding=\"async\">"),
    );
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser
            .before_every_page(
                "const look = () => {
                   const picture = document.querySelector('.card-image:last-child');
                   if (picture) window.alone = picture.getBoundingClientRect().width;
                   else if (document.readyState === 'loading') requestAnimationFrame(look);
                 };
                 requestAnimationFrame(look)",
            )
            .await?;
        browser.open_app(&server.url("ar/category/sea/")).await?;
        let beside = "document.querySelector('.card:nth-child(2) .card-image').getBoundingClientRect().width";
        assert_eq!(browser.eval("window.alone").await?, browser.eval(beside).await?);
        assert_eq!(browser.layout_shifts().await?, [""; 0]);
        Ok(())
    })
    .await
}

async fn lost(browser: &Browser) -> Result<(u64, String)> {
    let count = browser.eval("window.remembered.length").await?;
    let lost = browser
        .eval("window.remembered.filter(([, node]) => !node.isConnected).map(([selector]) => selector)")
        .await?;
    Ok((count.as_u64().unwrap_or_default(), lost.to_string()))
}

#[tokio::test]
async fn what_was_selected_before_the_app_started_stays_selected() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser
            .before_every_page(
                "document.addEventListener('DOMContentLoaded', () => {
                   const text = document.querySelector('.prose p').firstChild;
                   getSelection().setBaseAndExtent(text, 0, text, 9);
                   window.chosen = getSelection().toString();
                 });",
            )
            .await?;
        browser.open_app(&server.url("post-02/")).await?;
        let chosen = browser.eval("window.chosen").await?;
        assert_eq!(chosen.as_str().map(str::len), Some(9));
        assert_eq!(browser.eval("getSelection().toString()").await?, chosen);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn nothing_moves_when_the_site_is_found_to_be_gone() -> Result<()> {
    const VISITED: [&str; 4] = ["", "harbour-report/", "category/sea/", "ar/harbour-report/"];
    let site = Site::fixture()?;
    for viewport in [Viewport::Desktop, Viewport::Phone] {
        let mut server = Server::start(&site.root())?;
        browse(Engine::Chromium, async |browser: &mut Browser| {
            browser.show_on(viewport).await?;
            for page in VISITED {
                browser.open_app(&server.url(page)).await?;
                browser.kept().await?;
            }
            browser.allow_in_console("net::ERR_");
            server.down();
            for page in VISITED {
                browser.open_app(&server.url(page)).await?;
                browser.evidence(&["unreachable", "reader-offline"]).await?;
                let shifts = browser.layout_shifts().await?;
                assert!(shifts.is_empty(), "/{page} on {viewport:?}: {shifts:#?}");
            }
            Ok(())
        })
        .await?;
    }
    Ok(())
}
