//! What is kept whole, as its reader sees it: what it says while it comes, waits and is there, what needs no button, and
//! how one gets there. And what takes a removal back, by keyboard.

use anyhow::Result;
use lamplight_e2e::{Browser, Engine, Fault, Server, Site, Viewport, browse, violations};
use serde_json::json;

use crate::library::{EVERYTHING, all_here, library, press, save};

const ENTER: &str = "\u{e007}";
const ESCAPE: &str = "\u{e00c}";

/// What stands at the window's foot.
const STATE: &str = "document.querySelector('.library-state').textContent";

/// What a line of what can be kept whole says.
fn says(name: &str) -> String {
    format!(
        "document.querySelector('.library-wishes [data-wish=\"{name}\"] .library-age').textContent"
    )
}

async fn work(browser: &Browser, name: &str) -> Result<()> {
    browser
        .wait_for(&format!(".library-work[data-says={name}]"))
        .await
        .map(drop)
}

#[tokio::test]
async fn how_it_comes_is_in_sight_where_it_was_asked_for_and_its_end_is_said() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.show_on(Viewport::Phone).await?;
        library(browser, &server).await?;
        browser.kept().await?;
        server.fault("articles/post-03", Fault::Hang);
        press(browser, EVERYTHING).await?;
        work(browser, "going").await?;
        // Whatever of the page is in the window.
        let seen = "(({ top, bottom }) => top > 0 && bottom <= innerHeight + 1)(document.querySelector('.library-work').getBoundingClientRect())";
        for place in ["0", "document.body.scrollHeight"] {
            browser
                .run(&format!("window.scrollTo({{ top: {place}, behavior: 'instant' }})"), Vec::new())
                .await?;
            browser.wait_until(seen).await?;
        }
        browser.run("window.scrollTo({ top: 0, behavior: 'instant' })", Vec::new()).await?;
        browser.wait_until(seen).await?;
        // What hangs does so for a minute; another visit does not wait for it. It comes slowly then.
        server.fault("articles/post-03", Fault::Slow);
        library(browser, &server).await?;
        all_here(browser, "").await?;
        browser
            .wait_until(&format!("/^All that is to be kept is on this device\\. Articles: \\d+\\.$/.test({STATE})"))
            .await?;
        let region = "document.querySelector('.library-state').closest('[role=status]') !== null";
        assert_eq!(browser.eval(region).await?, json!(true));
        assert_eq!(violations(browser).await?, Vec::<String>::new());
        // Read, and gone.
        browser.click("#library-list").await?;
        browser.wait_until(&format!("{STATE} === ''")).await?;
        // Where nothing is to come the reader is told so, too.
        press(browser, ".library-wishes [data-do=stop][data-kind=everything]").await?;
        press(browser, EVERYTHING).await?;
        work(browser, "done").await
    })
    .await
}

#[tokio::test]
async fn what_everything_keeps_needs_no_button_and_what_was_taken_out_is_not_lacking() -> Result<()>
{
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        library(browser, &server).await?;
        browser.kept().await?;
        press(browser, EVERYTHING).await?;
        all_here(browser, "").await?;
        browser
            .wait_until(&format!("{}.endsWith('kept with “Everything”')", says("town")))
            .await?;
        assert!(!browser.has(".library-wishes [data-wish=town] button").await?);
        let all = browser.eval(&says("")).await?;
        press(browser, ".library-lists [data-do=remove][data-key='en/post-02']").await?;
        // One fewer, and still all of them.
        browser
            .wait_until(&format!(
                "((words) => words !== {all} && ((n) => n[1] === n[2] && n[0] === n[1])(words.match(/\\d+(?= of| are|,)/g)))({})",
                says("")
            ))
            .await?;
        // The category can be kept for what was taken out of it.
        press(browser, ".library-wishes [data-wish=sea] [data-do=keep]").await?;
        browser.wait_for(".library-lists [data-do=remove][data-key='en/post-02']").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn who_removes_by_keyboard_finds_what_takes_it_back_at_once_and_comes_back() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("post-02/")).await?;
        browser.kept().await?;
        save(browser).await?;
        library(browser, &server).await?;
        let remove = ".library-lists [data-do=remove][data-key='en/post-02']";
        let by_keyboard = async || {
            browser.wait_for(remove).await?;
            browser.run(&format!("document.querySelector(\"{remove}\").focus()"), Vec::new()).await?;
            browser.press_keys(ENTER).await?;
            browser
                .wait_until("document.activeElement.matches('.library-said button') && document.activeElement.textContent === 'Undo'")
                .await
        };
        let at = |action: &str| {
            format!("document.activeElement.dataset.key === 'en/post-02' && document.activeElement.dataset.do === '{action}'")
        };
        by_keyboard().await?;
        browser.press_keys(ENTER).await?;
        browser.wait_until(&at("remove")).await?;
        // Escape lets it go.
        by_keyboard().await?;
        browser.press_keys(ESCAPE).await?;
        browser.wait_until(&at("save")).await?;
        assert_eq!(browser.text(".library-said").await?, "");
        browser.press_keys(ENTER).await?;
        browser.wait_for(remove).await?;
        // Nothing moves under who points.
        let place = "Math.round(document.querySelector('#library-list').getBoundingClientRect().top)";
        let before = browser.eval(place).await?;
        browser.click(remove).await?;
        browser.wait_for(".library-said button").await?;
        let moved = "document.activeElement.matches('.library-said button')";
        assert_eq!(browser.eval(moved).await?, json!(false));
        assert_eq!(browser.eval(place).await?, before);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_wish_is_made_while_the_site_is_down_and_comes_as_soon_as_there_is_a_connection()
-> Result<()> {
    let site = Site::fixture()?;
    let mut server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.allow_in_console("net::ERR_");
        browser.open_app(&server.url("post-02/")).await?;
        browser.kept().await?;
        server.down();
        browser.come_back_later().await?;
        browser
            .before_every_page("Object.defineProperty(Navigator.prototype, 'onLine', { get: () => !sessionStorage.tunnel })")
            .await?;
        library(browser, &server).await?;
        // Nobody knows what the site has, and the reader may want it all the same.
        browser.wait_until("document.querySelector('.library-wishes').ariaBusy === null").await?;
        let said = browser.text(".library-unknown").await?;
        assert!(said.starts_with("The site cannot be asked now"), "{said}");
        press(browser, ".library-wishes [data-do=keep][data-name=town]").await?;
        work(browser, "noted").await?;
        browser.wait_for(".library-wishes [data-do=stop][data-name=town]").await?;
        assert_eq!(violations(browser).await?, Vec::<String>::new());
        server.up()?;
        browser.run("dispatchEvent(new Event('online'))", Vec::new()).await?;
        all_here(browser, "town").await?;
        browser.wait_until("!document.querySelector('.library-unknown')").await?;

        // What waits for a connection says so; a browser may be wrong about that, so the reader can have it tried.
        server.down();
        browser.run("sessionStorage.tunnel = 1", Vec::new()).await?;
        press(browser, EVERYTHING).await?;
        work(browser, "waits_connection").await?;
        let said = browser.eval(STATE).await?;
        assert!(said.as_str().is_some_and(|said| said.contains("waits for a connection")), "{said}");
        assert!(browser.has(".library-work [data-do=go_on]:not([hidden])").await?);
        server.up()?;
        browser
            .run("delete sessionStorage.tunnel; dispatchEvent(new Event('online'))", Vec::new())
            .await?;
        all_here(browser, "").await
    })
    .await
}

#[tokio::test]
async fn a_categorys_page_leads_to_what_keeps_it_whole() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        // As press wrote the page, and as the app makes it.
        for begin in ["category/town/", "post-02/"] {
            browser.open_app(&server.url(begin)).await?;
            browser.kept().await?;
            if begin == "post-02/" {
                browser.follow("/category/town/").await?;
            }
            browser.wait_for(".listing > a.save").await?;
            browser.click(".listing > a.save").await?;
            browser
                .wait_until("document.activeElement.matches('.library-wishes .library-led [data-do=keep][data-name=town]')")
                .await?;
            browser
                .wait_until("(({ top, bottom }) => top > 0 && bottom < innerHeight)(document.activeElement.getBoundingClientRect())")
                .await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_is_kept_in_another_language_is_read_in_it_without_the_site() -> Result<()> {
    let site = Site::fixture()?;
    let mut server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.allow_in_console("net::ERR_");
        library(browser, &server).await?;
        browser.kept().await?;
        let arabic = "const list = document.querySelector('form[data-whole] [name=lang]'); list.value = 'ar';
            list.dispatchEvent(new Event('change', { bubbles: true }));";
        browser.run(arabic, Vec::new()).await?;
        press(browser, EVERYTHING).await?;
        all_here(browser, "").await?;
        browser
            .wait_until("window.asked ??= (caches.match('/ar/feed.json').then((found) => window.found = found), true), window.found || void (window.asked = undefined)")
            .await?;
        server.down();
        browser.open_app(&server.url("ar/")).await?;
        browser.wait_for("main .card").await?;
        browser.evidence(&["unreachable"]).await?;
        browser.follow("/ar/harbour-report/").await?;
        browser.evidence(&["unreachable"]).await?;
        let said = browser.eval("document.querySelector('[data-evidence]').innerText").await?;
        let latin = said.as_str().map(|said| said.contains(|c: char| c.is_ascii_alphabetic()));
        assert_eq!(latin, Some(false), "{said}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_long_history_is_drawn_in_steps_with_each_day_named_once() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("post-02/")).await?;
        browser.kept().await?;
        let fill = "const now = Date.now();
            for (let n = 0; n < 170; n++) localStorage.setItem(`lamplight:/:reading/old-${n}`, JSON.stringify({ v: 1, slug: `old-${n}`, lang: 'en',
              block: '1.1', part: 0, progress: 0, seen: now - n, read: false, marked: 0, opened: now - 864e5 * 3 - n, forgot: 0 }));";
        browser.run(fill, Vec::new()).await?;
        library(browser, &server).await?;
        browser.click(".library-history > summary").await?;
        let parts = "[...document.querySelectorAll('.library-days > *')].map((part) => part.querySelectorAll('a').length).join()";
        browser.wait_until(&format!("{parts} === '40'")).await?;
        press(browser, "[data-do=older]").await?;
        browser.wait_until(&format!("{parts} === '40,40'")).await?;
        press(browser, "[data-do=older]").await?;
        browser.wait_until(&format!("{parts} === '40,40,40,40'")).await?;
        press(browser, "[data-do=older]").await?;
        browser.wait_until(&format!("/^40,40,40,40,1\\d$/.test({parts})")).await?;
        browser.wait_until("document.querySelector('[data-do=older]').hidden").await?;
        let days = "[...document.querySelectorAll('.library-day')].map((day) => day.textContent)";
        let named = browser.eval(&format!("{days}.length === new Set({days}).size")).await?;
        assert_eq!(named, json!(true));
        // What is taken out is gone, and the others stay.
        press(browser, "[data-do=forget_opened][data-slug=old-60]").await?;
        browser.wait_until("!document.querySelector('[data-slug=old-60]')").await?;
        browser.wait_until(&format!("/^40,40,40,40,1\\d$/.test({parts})")).await
    })
    .await
}

#[tokio::test]
async fn what_is_kept_in_all_languages_is_seen_and_stopped_where_another_one_is_chosen()
-> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        library(browser, &server).await?;
        browser.kept().await?;
        let choose = "const chosen = document.querySelector('form[data-whole] [name=lang]');
            chosen.value = arguments[0];
            chosen.dispatchEvent(new Event('change', { bubbles: true }));";
        browser.run(choose, vec![json!("*")]).await?;
        press(browser, EVERYTHING).await?;
        work(browser, "done").await?;
        browser.run(choose, vec![json!("en")]).await?;
        let stop = ".library-wishes [data-do=stop][data-lang='*']";
        browser.wait_for(stop).await?;
        assert_eq!(violations(browser).await?, Vec::<String>::new());
        // By keyboard, and back.
        let focus = "document.querySelector(arguments[0]).focus()";
        browser.run(focus, vec![json!(stop)]).await?;
        browser.press_keys(ENTER).await?;
        browser
            .wait_until(&format!("!document.querySelector(\"{stop}\")"))
            .await?;
        browser.wait_for(".library-said button").await?;
        browser.press_keys(ENTER).await?;
        browser.wait_for(stop).await?;
        browser
            .wait_until(&format!(
                "document.activeElement === document.querySelector(\"{stop}\")"
            ))
            .await?;
        browser.press_keys(ENTER).await?;
        browser
            .wait_until("!document.querySelector('.library-wishes [data-do=stop]')")
            .await
    })
    .await
}
