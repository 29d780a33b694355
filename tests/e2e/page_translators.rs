//! Translators of whole pages (Google's in Chrome, Firefox's, Safari's) replace text nodes under the app's feet: it
//! goes on working, and what it says itself stays as it said it.

use anyhow::{Result, ensure};
use lamplight_e2e::{App, Browser, Engine, Options, Server, Site, browse, browse_with};

/// Does as Google's translator does: every text becomes `<font><font>another</font></font>`, now and whenever one is
/// added or changed; what is marked `translate="no"` is left.
const TRANSLATE: &str = r#"
  const change = (node) => {
    if (node.nodeType === 3) {
      if (!/\p{L}/u.test(node.data) || !node.parentElement
          || node.parentElement.closest('[translate=no],font,script,style,textarea,code')) return;
      const [outer, inner] = [document.createElement('font'), document.createElement('font')];
      inner.textContent = '[' + node.data + ']';
      outer.append(inner);
      node.replaceWith(outer);
    } else if (node.nodeType === 1) [...node.childNodes].forEach(change);
  };
  change(document.body);
  new MutationObserver((changes) => changes.forEach(({ type, target, addedNodes }) =>
    type === 'characterData' ? change(target) : addedNodes.forEach(change),
  )).observe(document.body, { childList: true, subtree: true, characterData: true });
  window.translated = true;"#;

/// One of each kind of page.
const PAGES: [&str; 9] = [
    "",
    "category/sea/",
    "post-02/",
    "harbour-report/",
    "ar/harbour-report/",
    "about/",
    "library/",
    "settings/",
    "search/?q=pilot",
];

async fn heading(browser: &Browser, text: &str) -> Result<()> {
    browser
        .wait_until(&format!(
            "document.querySelector('main h1')?.textContent.trim() === '[{text}]'"
        ))
        .await
}

/// Each kind of page is left for others and found again.
#[tokio::test]
async fn a_reader_goes_on_through_every_kind_of_page() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("")).await?;
        browser.kept().await?;
        for page in PAGES {
            browser.open_app(&server.url(page)).await?;
            browser
                .wait_until("!document.querySelector('[data-busy=true]')")
                .await?;
            browser.run(TRANSLATE, Vec::new()).await?;
            ensure!(
                browser
                    .eval("document.querySelectorAll('font').length > 5")
                    .await?
                    == true,
                "/{page}"
            );
            // The offer of another language may lie over it.
            let english = "document.querySelector('footer .colophon-languages a[lang=en]').click()";
            browser.run(english, Vec::new()).await?;
            browser.wait_for("main .card").await?;
            browser.follow("/post-24/").await?;
            heading(browser, "Post number 24").await?;
            browser
                .wait_until("document.querySelectorAll('article').length === 1")
                .await?;
            browser
                .click(".masthead-tools a[href$='/settings/']")
                .await?;
            heading(browser, "Settings").await?;
            browser
                .click(".masthead-tools a[href$='/library/']")
                .await?;
            heading(browser, "Offline").await?;
            browser.back().await?;
            heading(browser, "Settings").await?;
            browser.back().await?;
            heading(browser, "Post number 24").await?;
            // Nothing of an earlier page is left beside the one that is shown.
            ensure!(
                browser
                    .eval("document.querySelectorAll('main h1').length")
                    .await?
                    == 1,
                "/{page}: more than one page is shown"
            );
            ensure!(
                browser.eval("window.translated").await? == true,
                "/{page}: the app was left"
            );
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_the_app_says_itself_stays_as_it_says_it() -> Result<()> {
    let site = Site::fixture()?;
    let mut server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("harbour-report/")).await?;
        browser.kept().await?;
        browser.evidence(&["live"]).await?;
        browser.run(TRANSLATE, Vec::new()).await?;
        browser.allow_in_console("net::ERR_");
        server.down();
        browser.check_now().await?;
        browser.evidence(&["unreachable", "reader-offline"]).await?;
        browser
            .wait_until(
                "/^(The site cannot be reached|You are offline)\\. This is your device’s copy, saved [^\\[]*$/
                 .test(document.querySelector('.stamp-text').textContent)",
            )
            .await?;
        // What is out of reach says so.
        browser.wait_until("document.querySelectorAll('a[data-stored=no]').length > 0").await?;
        browser.click(".masthead-tools a[href$='/library/']").await?;
        heading(browser, "Offline").await?;
        // An article is removed from the device: its row goes, and the count with it.
        let rows = "document.querySelectorAll('.library-list li').length";
        browser.wait_until(&format!("{rows} > 3")).await?;
        let before = browser.eval(rows).await?.as_u64().unwrap_or_default();
        browser.click(".library-list li:has([data-do=forget]) [data-do=menu]").await?;
        browser.click(".library-menu:not([hidden]) [data-do=forget]").await?;
        browser.wait_until(&format!("{rows} === {}", before - 1)).await?;
        ensure!(!browser.has(".notices font").await?, "what the app counts was changed");
        browser.click(".masthead-tools a[href$='/settings/']").await?;
        heading(browser, "Settings").await?;
        browser.run("document.querySelectorAll('input[name=theme]')[2].click()", Vec::new()).await?;
        browser.wait_until("document.documentElement.dataset.theme === 'dark'").await?;
        server.up()?;
        browser.follow("/category/sea/").await?;
        browser.evidence(&["live"]).await?;
        browser
            .wait_until("document.querySelector('.stamp-text').textContent.startsWith('Live: checked')")
            .await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn search_and_an_update_work_on_a_page_that_was_translated() -> Result<()> {
    let mut site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("post-02/")).await?;
        browser.kept().await?;
        browser.run(TRANSLATE, Vec::new()).await?;
        browser.click(".masthead-search button").await?;
        browser.wait_until("document.querySelector('#search')?.open").await?;
        for text in ["pilot", "slept", "pilots"] {
            browser
                .run(
                    &format!(
                        "const field = document.querySelector('#search input[type=search]'); field.value = '{text}';
                         field.dispatchEvent(new InputEvent('input', {{ bubbles: true }}))"
                    ),
                    Vec::new(),
                )
                .await?;
            browser
                .wait_until("[...document.querySelectorAll('[data-search-results] a')].some((a) => a.textContent.includes('Harbour report'))")
                .await?;
        }
        ensure!(!browser.has("#search font").await?, "what the app says was changed");
        browser.click("[data-search-results] a[href*='/harbour-report/']").await?;
        heading(browser, "Harbour report").await?;

        site.install(App::Next)?;
        browser.click(".masthead-tools a[href$='/settings/']").await?;
        heading(browser, "Settings").await?;
        browser
            .run(
                "navigator.serviceWorker.getRegistration().then((registration) => registration.update())",
                Vec::new(),
            )
            .await?;
        browser.wait_for("[data-update=ready]").await?;
        ensure!(!browser.has("[data-update=ready] font").await?);
        browser.click("[data-update=ready] .button-strong").await?;
        browser.wait_until("!window.translated && document.documentElement.dataset.app === 'ready'").await?;
        let build = browser.eval("document.querySelector('meta[name=lamplight-build]').content").await?;
        ensure!(build == site.build_id()?, "the update was not taken");
        Ok(())
    })
    .await
}

/// The article's own translator and the browser's do not get in each other's way.
#[tokio::test]
async fn an_article_that_a_browser_has_translated_is_still_translated_on_the_device() -> Result<()>
{
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    let french = Options {
        language: "fr".into(),
        ..Options::default()
    };
    browse_with(Engine::Chromium, french, async |browser: &mut Browser| {
        browser
            .before_every_page(include_str!("../fixtures/translator.js"))
            .await?;
        browser.open_app(&server.url("harbour-report/")).await?;
        browser.run(TRANSLATE, Vec::new()).await?;
        browser.click("article [data-part]").await?;
        browser.click("dialog [data-do=start]").await?;
        browser
            .wait_until("document.querySelector('.machine-bar')?.dataset.stage === 'done'")
            .await?;
        ensure!(!browser.has(".machine-bar font, dialog font").await?);
        browser.click("[data-do=original]").await?;
        heading(browser, "Harbour report").await?;
        browser.follow("/post-25/").await?;
        heading(browser, "Post number 25").await?;
        ensure!(!browser.has(".machine-bar").await?);
        Ok(())
    })
    .await
}
