//! Messages to the publication: written with or without the site, kept, and delivered exactly once.

use anyhow::{Context, Result};
use lamplight_e2e::{Browser, Endpoint, Engine, Receiver, Server, Site, Turn, browse, violations};
use serde_json::{Value, json};

/// The form in the panel.
pub(crate) const FORM: &str = "dialog#contact form";

pub(crate) struct Place {
    /// Its folder goes with it.
    _site: Site,
    pub(crate) server: Server,
    receiver: Receiver,
    pub(crate) endpoint: Endpoint,
}

/// The fixture with an endpoint, in front of a receiver.
pub(crate) fn place() -> Result<Place> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    let origin = server.url("");
    let receiver = Receiver::start(&[origin.trim_end_matches('/')], "")?;
    let endpoint = Endpoint::before(&receiver.url())?;
    site.settings(&format!(
        "[contact]\nemail = \"desk@example.org\"\nendpoint = \"{}\"\nsubject = true",
        endpoint.url()
    ))?;
    Ok(Place {
        _site: site,
        server,
        receiver,
        endpoint,
    })
}

impl Place {
    /// The messages in the receiver's store, by what they say.
    pub(crate) fn stored(&self) -> Result<Vec<String>> {
        let rows = self.receiver.stored()?;
        let said = rows
            .iter()
            .map(|row| row["message"].as_str().map(str::to_owned));
        said.collect::<Option<_>>()
            .context("a message without text")
    }
}

pub(crate) async fn open_panel(browser: &Browser) -> Result<()> {
    browser.click("a[data-part=contact]").await?;
    browser.wait_until("document.querySelector('dialog#contact')?.open && document.querySelector('dialog#contact .outbox')").await
}

/// Types into a field of the panel, as input does.
pub(crate) async fn type_in(browser: &Browser, field: &str, text: &str) -> Result<()> {
    let script = "const field = document.querySelector(arguments[0]).elements.namedItem(arguments[1]); field.focus();
        field.value = arguments[2]; field.dispatchEvent(new InputEvent('input', { bubbles: true }))";
    browser
        .run(script, vec![json!(FORM), json!(field), json!(text)])
        .await?;
    Ok(())
}

pub(crate) async fn write(browser: &Browser, text: &str) -> Result<()> {
    type_in(browser, "name", "Ada Quill").await?;
    type_in(browser, "email", "ada@example.org").await?;
    type_in(browser, "message", text).await
}

/// Waits until the record of the message with this text is in a state.
pub(crate) async fn is(browser: &Browser, text: &str, state: &str) -> Result<()> {
    let condition = format!(
        "{RECORDS}, window.records?.some((record) => record.message === {text:?} && record.state === {state:?}))"
    );
    browser.wait_until(&condition).await
}

/// Reads the store into `window.records`, again and again.
pub(crate) const RECORDS: &str = "(new Promise((done) => { const open = indexedDB.open('lamplight:/:outbox', 1);
    open.onupgradeneeded = () => open.result.createObjectStore('messages');
    open.onsuccess = () => { const all = open.result.transaction('messages').objectStore('messages').getAll();
      all.onsuccess = () => { done(all.result); open.result.close(); }; } })
    .then((texts) => { window.records = texts.map((text) => { try { return JSON.parse(text) } catch { return text } }) })";

pub(crate) async fn send(browser: &Browser) -> Result<()> {
    browser.click(&format!("{FORM} button")).await
}

#[tokio::test]
async fn a_message_written_without_the_site_is_delivered_once_by_a_later_visit() -> Result<()> {
    let mut place = place()?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&place.server.url("")).await?;
        browser.kept().await?;
        browser.allow_in_console("net::ERR_");
        place.server.down();
        place.endpoint.down();
        browser.open_app(&place.server.url("")).await?;
        open_panel(browser).await?;
        write(browser, "The lamp at the quay is out.").await?;
        send(browser).await?;
        is(browser, "The lamp at the quay is out.", "waiting").await?;
        browser
            .wait_until("document.querySelector('dialog#contact [data-outbox-state=waiting]')")
            .await?;
        browser.come_back_later().await?;
        place.server.up()?;
        place.endpoint.up()?;
        browser.open_app(&place.server.url("")).await?;
        is(browser, "The lamp at the quay is out.", "delivered").await?;
        // Another start finds nothing more to do.
        browser.reload().await?;
        browser.ready().await?;
        open_panel(browser).await?;
        browser
            .wait_until("document.querySelector('dialog#contact [data-outbox-state=delivered]')")
            .await?;
        Ok(())
    })
    .await?;
    assert_eq!(place.stored()?, ["The lamp at the quay is out."]);
    Ok(())
}

#[tokio::test]
async fn the_servers_errors_wait_and_a_refusal_says_why() -> Result<()> {
    let place = place()?;
    place.endpoint.next(&[Turn::Status(500), Turn::Status(503)]);
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.allow_in_console("status of 50");
        browser.allow_in_console("status of 4");
        browser.open_app(&place.server.url("")).await?;
        open_panel(browser).await?;
        write(browser, "First").await?;
        send(browser).await?;
        for tries in 1..3 {
            browser.until(|| place.endpoint.posted().len() == tries).await?;
            browser
                .wait_until("(() => { const said = document.querySelector('dialog#contact [data-outbox-state=waiting] .outbox-state');
                    const button = document.querySelector('dialog#contact [data-do=try]');
                    if (!said?.textContent.includes('tries again') || !button) return false; button.click(); return true })()")
                .await?;
        }
        is(browser, "First", "delivered").await?;
        let keys: Vec<_> = place.endpoint.posted().iter().map(|post| post["key"].clone()).collect();
        assert_eq!(keys.len(), 3);
        assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");

        place.endpoint.next(&[Turn::Status(413)]);
        write(browser, "Second").await?;
        send(browser).await?;
        browser.wait_until("document.querySelector('dialog#contact [data-outbox-state=refused] .outbox-state')?.textContent.includes('too long')").await?;
        // It is written again and goes.
        browser.click("dialog#contact [data-outbox-state=refused] [data-do=edit]").await?;
        browser.wait_until(&format!("document.querySelector({FORM:?}).elements.message.value === 'Second'")).await?;
        type_in(browser, "message", "Second, shorter").await?;
        send(browser).await?;
        is(browser, "Second, shorter", "delivered").await?;
        Ok(())
    })
    .await?;
    assert_eq!(place.stored()?, ["First", "Second, shorter"]);
    Ok(())
}

#[tokio::test]
async fn retry_after_is_kept_to() -> Result<()> {
    let place = place()?;
    place.endpoint.next(&[Turn::Later(429, 3_600)]);
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.allow_in_console("status of 429");
        browser.open_app(&place.server.url("")).await?;
        open_panel(browser).await?;
        write(browser, "Patience").await?;
        send(browser).await?;
        browser.wait_until("document.querySelector('dialog#contact [data-outbox-state=waiting] .outbox-state')?.textContent.includes('tries again')").await?;
        let held = browser
            .run_async(&format!("await {RECORDS}); return window.records[0].held - Date.now()"), Vec::new())
            .await?;
        assert!(held.as_i64().is_some_and(|held| (3_500_000..=3_600_000).contains(&held)), "{held}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_answer_that_is_lost_makes_no_second_message() -> Result<()> {
    let place = place()?;
    // The browser itself sends again what was lost on a connection that it had used before.
    place.endpoint.next(&[Turn::Lost; 3]);
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.allow_in_console("net::ERR_");
        browser.open_app(&place.server.url("")).await?;
        open_panel(browser).await?;
        write(browser, "Once").await?;
        send(browser).await?;
        browser.wait_until("document.querySelector('dialog#contact [data-outbox-state=waiting] .outbox-state')?.textContent.includes('tries again')").await?;
        browser
            .wait_until("document.querySelector('dialog#contact [data-outbox-state=delivered]') || document.querySelector('dialog#contact [data-do=try]')?.click()")
            .await?;
        assert_eq!(place.endpoint.posted().len(), 4);
        Ok(())
    })
    .await?;
    assert_eq!(place.stored()?, ["Once"]);
    Ok(())
}

#[tokio::test]
async fn two_tabs_send_what_waits_once() -> Result<()> {
    let mut place = place()?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.allow_in_console("net::ERR_");
        browser.open_app(&place.server.url("")).await?;
        let first = browser.new_tab().await?;
        browser.open_app(&place.server.url("")).await?;
        place.endpoint.down();
        open_panel(browser).await?;
        for text in ["One", "Two", "Three"] {
            write(browser, text).await?;
            send(browser).await?;
            is(browser, text, "waiting").await?;
        }
        place.endpoint.up()?;
        let hope = "dispatchEvent(new Event('online'))";
        browser.run(hope, Vec::new()).await?;
        let second = browser.session()?.window().await?;
        browser.switch_to(first).await?;
        open_panel(browser).await?;
        browser.run(hope, Vec::new()).await?;
        for text in ["One", "Two", "Three"] {
            is(browser, text, "delivered").await?;
        }
        // The other tab says so, too.
        browser.switch_to(second).await?;
        browser.wait_until("document.querySelectorAll('dialog#contact [data-outbox-state=delivered]').length === 3").await?;
        Ok(())
    })
    .await?;
    assert_eq!(place.endpoint.posted().len(), 3);
    let mut stored = place.stored()?;
    stored.sort();
    assert_eq!(stored, ["One", "Three", "Two"]);
    Ok(())
}

#[tokio::test]
async fn background_sync_delivers_while_no_page_is_open() -> Result<()> {
    let mut place = place()?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.allow_in_console("net::ERR_");
        browser.open_app(&place.server.url("")).await?;
        browser.kept().await?;
        place.endpoint.down();
        open_panel(browser).await?;
        write(browser, "From the worker").await?;
        send(browser).await?;
        is(browser, "From the worker", "waiting").await?;
        let origin = place.server.url("");
        let tags = "const worker = await navigator.serviceWorker.ready; return await worker.sync.getTags()";
        browser
            .wait_until("(navigator.serviceWorker.ready.then((worker) => worker.sync.getTags()).then((tags) => { window.tags = tags.length }), window.tags === 1)")
            .await?;
        assert_eq!(browser.run_async(tags, Vec::new()).await?, json!(["lamplight:/:outbox"]));
        browser.cdp("ServiceWorker.enable", json!({})).await?;
        browser.goto("about:blank").await?;
        place.endpoint.up()?;
        // The browser's own next try may be minutes away.
        browser.sync(origin.trim_end_matches('/'), "lamplight:/:outbox").await?;
        browser.until(|| !place.endpoint.posted().is_empty()).await?;
        browser.goto(&place.server.url("")).await?;
        is(browser, "From the worker", "delivered").await?;
        Ok(())
    })
    .await?;
    assert_eq!(place.stored()?, ["From the worker"]);
    assert_eq!(place.endpoint.posted().len(), 1);
    Ok(())
}

#[tokio::test]
async fn what_is_typed_is_kept_from_the_first_key_stroke_until_it_is_thrown_away() -> Result<()> {
    let place = place()?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&place.server.url("")).await?;
        open_panel(browser).await?;
        type_in(browser, "message", "H").await?;
        is(browser, "H", "draft").await?;
        type_in(browser, "message", "Half a sentence").await?;
        is(browser, "Half a sentence", "draft").await?;
        browser.come_back_later().await?;
        browser.open_app(&place.server.url("")).await?;
        open_panel(browser).await?;
        browser
            .wait_until(&format!(
                "document.querySelector({FORM:?}).elements.message.value === 'Half a sentence'"
            ))
            .await?;
        browser
            .click("dialog#contact .contact-draft [data-do=remove]")
            .await?;
        browser
            .wait_until(&format!(
                "document.querySelector({FORM:?}).elements.message.value === ''"
            ))
            .await?;
        browser
            .wait_until(&format!("{RECORDS}, window.records?.length === 0)"))
            .await?;
        browser.click("dialog#contact .contact-said button").await?;
        is(browser, "Half a sentence", "draft").await?;
        browser
            .wait_until(&format!(
                "document.querySelector({FORM:?}).elements.message.value === 'Half a sentence'"
            ))
            .await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_device_without_room_says_so_and_still_sends() -> Result<()> {
    let place = place()?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&place.server.url("")).await?;
        browser.kept().await?;
        open_panel(browser).await?;
        let origin = place.server.url("");
        let quota = json!({ "origin": origin.trim_end_matches('/'), "quotaSize": 1 });
        browser.cdp("Storage.overrideQuotaForOrigin", quota).await?;
        write(browser, "No room here").await?;
        browser.wait_until("document.querySelector('dialog#contact .contact-lost')?.textContent.includes('no room')").await?;
        send(browser).await?;
        browser.wait_until("document.querySelector('dialog#contact [data-outbox-state=delivered]')").await?;
        Ok(())
    })
    .await?;
    assert_eq!(place.stored()?, ["No room here"]);
    Ok(())
}

#[tokio::test]
async fn a_damaged_record_stays_and_stops_nothing() -> Result<()> {
    let place = place()?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&place.server.url("")).await?;
        browser
            .run_async(
                &format!(
                    "await {RECORDS}); await new Promise((done) => {{ const open = indexedDB.open('lamplight:/:outbox', 1);
                       open.onsuccess = () => {{ const change = open.result.transaction('messages', 'readwrite');
                         change.objectStore('messages').put('{{\"format\":1,\"message\":\"Half of a rec', 'broken');
                         change.oncomplete = () => {{ open.result.close(); done(); }}; }}; }})"
                ),
                Vec::new(),
            )
            .await?;
        open_panel(browser).await?;
        browser.wait_until("document.querySelector('dialog#contact [data-outbox-state=damaged]')").await?;
        write(browser, "Beside it").await?;
        send(browser).await?;
        is(browser, "Beside it", "delivered").await?;
        let kept = browser.eval("window.records.some((record) => String(record).includes('Half of a rec'))").await?;
        assert_eq!(kept, Value::Bool(true));
        Ok(())
    })
    .await?;
    assert_eq!(place.stored()?, ["Beside it"]);
    Ok(())
}

#[tokio::test]
async fn mistakes_are_told_beside_the_fields_and_mended_by_the_keyboard_alone() -> Result<()> {
    let place = place()?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&place.server.url("")).await?;
        browser.run("document.querySelector('a[data-part=contact]').focus()", Vec::new()).await?;
        browser.press_keys("\u{e007}").await?;
        browser.wait_until("document.querySelector('dialog#contact .outbox')").await?;
        assert!(violations(browser).await?.is_empty());
        browser.press_keys("Ada\u{e007}").await?;
        browser.wait_until("!document.getElementById('contact-email-error').hidden").await?;
        assert_eq!(browser.eval("document.activeElement.name").await?, "email");
        assert_eq!(
            browser.text("#contact-email-error").await?,
            "Please give your email address, so that we can answer."
        );
        let described = "document.activeElement.getAttribute('aria-describedby') + document.activeElement.ariaInvalid";
        assert_eq!(browser.eval(described).await?, "contact-email-errortrue");
        assert!(violations(browser).await?.is_empty());
        // On by keys alone: address, past the subject, message, Send.
        browser
            .press_keys("ada@example.org\u{e004}\u{e004}By hand\u{e004}\u{e007}")
            .await?;
        is(browser, "By hand", "delivered").await?;
        browser
            .wait_for("dialog#contact [data-outbox-state=delivered]")
            .await?;
        assert!(violations(browser).await?.is_empty());
        browser.press_keys("\u{e00c}").await?;
        browser.wait_until("!document.querySelector('dialog#contact')").await?;
        assert_eq!(browser.eval("document.activeElement.dataset.part").await?, "contact");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_page_of_contact_is_the_same_form_and_works_without_the_site() -> Result<()> {
    let mut place = place()?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.allow_in_console("net::ERR_");
        browser.open_app(&place.server.url("ar/")).await?;
        browser.kept().await?;
        place.server.down();
        place.endpoint.down();
        browser.goto(&place.server.url("ar/contact/")).await?;
        browser.wait_until("document.querySelector('main [data-contact] .outbox')").await?;
        assert_eq!(browser.eval("document.documentElement.dir").await?, "rtl");
        assert!(violations(browser).await?.is_empty());
        let script = "for (const [name, text] of Object.entries({ name: 'آدا', email: 'ada@example.org', message: 'مرحبا' })) {
            const field = document.querySelector('main form').elements.namedItem(name); field.value = text;
            field.dispatchEvent(new InputEvent('input', { bubbles: true })); }
            document.querySelector('main form button').click()";
        browser.run(script, Vec::new()).await?;
        is(browser, "مرحبا", "waiting").await?;
        place.server.up()?;
        place.endpoint.up()?;
        browser.run("dispatchEvent(new Event('online'))", Vec::new()).await?;
        is(browser, "مرحبا", "delivered").await?;
        Ok(())
    })
    .await?;
    assert_eq!(place.stored()?, ["مرحبا"]);
    Ok(())
}

async fn is_delivered(engine: Engine) -> Result<()> {
    let place = place()?;
    browse(engine, async |browser: &mut Browser| {
        browser.open_app(&place.server.url("")).await?;
        open_panel(browser).await?;
        write(browser, "Hello").await?;
        is(browser, "Hello", "draft").await?;
        browser.reload().await?;
        browser.ready().await?;
        open_panel(browser).await?;
        browser
            .wait_until(&format!(
                "document.querySelector({FORM:?}).elements.message.value === 'Hello'"
            ))
            .await?;
        send(browser).await?;
        is(browser, "Hello", "delivered").await?;
        Ok(())
    })
    .await?;
    assert_eq!(place.stored()?, ["Hello"]);
    Ok(())
}

#[tokio::test]
async fn firefox_delivers_a_message() -> Result<()> {
    is_delivered(Engine::Firefox).await
}

#[tokio::test]
async fn webkit_delivers_a_message() -> Result<()> {
    is_delivered(Engine::WebKit).await
}
