//! Messages to the publication, where readers change their minds, click twice and leave too soon.

use anyhow::Result;
use lamplight_e2e::{Browser, Engine, Turn, browse};
use serde_json::json;

use crate::contact::{FORM, RECORDS, is, open_panel, place, send, type_in, write};

#[tokio::test]
async fn what_is_thrown_away_comes_back_as_what_it_was() -> Result<()> {
    let mut place = place()?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.allow_in_console("net::ERR_");
        browser.open_app(&place.server.url("")).await?;
        place.endpoint.down();
        open_panel(browser).await?;
        write(browser, "Keep me").await?;
        send(browser).await?;
        browser
            .wait_for("dialog#contact [data-outbox-state=waiting] [data-do=remove]")
            .await?;
        browser
            .click("dialog#contact [data-outbox-state=waiting] [data-do=remove]")
            .await?;
        browser
            .wait_until("document.activeElement.closest('.contact-said')")
            .await?;
        browser
            .wait_until(&format!("{RECORDS}, window.records?.length === 0)"))
            .await?;
        place.endpoint.up()?;
        browser.click("dialog#contact .contact-said button").await?;
        is(browser, "Keep me", "delivered").await?;
        // The form was never its place.
        let written = format!("document.querySelector({FORM:?}).elements.message.value");
        assert_eq!(browser.eval(&written).await?, "");
        Ok(())
    })
    .await?;
    assert_eq!(place.stored()?, ["Keep me"]);
    Ok(())
}

#[tokio::test]
async fn a_message_that_is_on_its_way_is_written_again_as_another() -> Result<()> {
    let place = place()?;
    place.endpoint.next(&[Turn::Wait]);
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&place.server.url("")).await?;
        open_panel(browser).await?;
        write(browser, "First thought").await?;
        send(browser).await?;
        let edit = "dialog#contact [data-outbox-state=sending] [data-do=edit]";
        browser.wait_for(edit).await?;
        browser.click(edit).await?;
        browser
            .wait_until(&format!(
                "document.querySelector({FORM:?}).elements.message.value === 'First thought'"
            ))
            .await?;
        place.endpoint.go_on();
        type_in(browser, "message", "Second thought").await?;
        is(browser, "Second thought", "draft").await?;
        send(browser).await?;
        is(browser, "Second thought", "delivered").await?;
        Ok(())
    })
    .await?;
    assert_eq!(place.stored()?, ["First thought", "Second thought"]);
    Ok(())
}

#[tokio::test]
async fn two_clicks_open_one_panel_and_a_page_that_comes_back_copies_no_draft() -> Result<()> {
    let place = place()?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&place.server.url("")).await?;
        browser
            .run(
                "const link = document.querySelector('a[data-part=contact]'); link.click(); link.click()",
                Vec::new(),
            )
            .await?;
        browser.wait_until("document.querySelector('dialog#contact .outbox')").await?;
        assert_eq!(browser.eval("document.querySelectorAll('dialog#contact').length").await?, 1);
        browser.goto(&place.server.url("contact/")).await?;
        browser.wait_until("document.querySelector('main [data-contact] .outbox')").await?;
        browser
            .run(
                "const field = document.querySelector('main form').elements.message; field.value = 'Only once';
                 field.dispatchEvent(new InputEvent('input', { bubbles: true }))",
                Vec::new(),
            )
            .await?;
        is(browser, "Only once", "draft").await?;
        for _ in 0..2 {
            browser.goto(&place.server.url("")).await?;
            browser.ready().await?;
            browser.back().await?;
            browser.wait_until("document.querySelector('main [data-contact] .outbox')").await?;
            browser
                .wait_until("document.querySelector('main form').elements.message.value === 'Only once'")
                .await?;
        }
        browser.wait_until(&format!("{RECORDS}, window.records?.length === 1)")).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_page_closed_in_the_middle_of_sending_leaves_that_to_the_worker() -> Result<()> {
    let place = place()?;
    place.endpoint.next(&[Turn::Wait]);
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.allow_in_console("net::ERR_");
        browser.open_app(&place.server.url("")).await?;
        browser.kept().await?;
        open_panel(browser).await?;
        write(browser, "Closed too soon").await?;
        send(browser).await?;
        is(browser, "Closed too soon", "sending").await?;
        browser.until(|| place.endpoint.posted().len() == 1).await?;
        browser.cdp("ServiceWorker.enable", json!({})).await?;
        browser.goto("about:blank").await?;
        place.endpoint.go_on();
        let origin = place.server.url("");
        browser
            .sync(origin.trim_end_matches('/'), "lamplight:/:outbox")
            .await?;
        // By the worker, which may have been the one that sent it, or takes it over.
        browser
            .until(|| place.stored().is_ok_and(|stored| !stored.is_empty()))
            .await?;
        browser.goto(&place.server.url("")).await?;
        is(browser, "Closed too soon", "delivered").await?;
        Ok(())
    })
    .await?;
    assert_eq!(place.stored()?, ["Closed too soon"]);
    Ok(())
}

#[tokio::test]
async fn a_networks_own_page_is_no_delivery() -> Result<()> {
    let place = place()?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&place.server.url("")).await?;
        open_panel(browser).await?;
        write(browser, "Not to a portal").await?;
        place.endpoint.next(&[Turn::Portal]);
        send(browser).await?;
        browser
            .wait_until("document.querySelector('dialog#contact [data-outbox-state=waiting] .outbox-state')?.textContent.includes('tries again')")
            .await?;
        browser.click("dialog#contact [data-do=try]").await?;
        is(browser, "Not to a portal", "delivered").await?;
        Ok(())
    })
    .await?;
    assert_eq!(place.stored()?, ["Not to a portal"]);
    Ok(())
}
