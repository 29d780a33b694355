//! Messages to the publication where no script runs: a plain form, posted to a receiver on another origin.

use anyhow::{Context, Result};
use lamplight_e2e::{Browser, Endpoint, Engine, Options, Receiver, Server, Site, browse_with};
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue};

/// The site's own address, which its pages send along.
const HOME: &str = "https://lantern.example";

struct Place {
    /// Its folder goes with it.
    _site: Site,
    server: Server,
    receiver: Receiver,
    endpoint: Endpoint,
}

/// The fixture with an endpoint, in front of a receiver.
fn place(asked: &str) -> Result<Place> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    let origin = server.url("");
    let receiver = Receiver::start(&[origin.trim_end_matches('/'), HOME], "consent = true")?;
    let endpoint = Endpoint::before(&receiver.url())?;
    let endpoint_url = endpoint.url();
    site.settings(&format!(
        "[contact]\nendpoint = \"{endpoint_url}\"\nconsent = \"Keep it.\"\n{asked}"
    ))?;
    Ok(Place {
        _site: site,
        server,
        receiver,
        endpoint,
    })
}

fn without_script() -> Options {
    Options {
        javascript: false,
        ..Options::default()
    }
}

async fn type_in(browser: &Browser, field: &str, text: &str) -> Result<()> {
    let field = browser
        .find(&format!(".contact-form [name={field}]"))
        .await?;
    field.clear().await?;
    Ok(field.send_keys(text).await?)
}

async fn value(browser: &Browser, field: &str) -> Result<String> {
    let field = browser
        .find(&format!(".contact-form [name={field}]"))
        .await?;
    Ok(field.value().await?.unwrap_or_default())
}

async fn attribute(browser: &Browser, css: &str, name: &str) -> Result<String> {
    let element = browser.find(css).await?;
    element
        .attr(name)
        .await?
        .with_context(|| format!("{css} has no {name}"))
}

/// Loads the page again by the browser itself, as readers do: what the answer's own scripts could post is blocked.
async fn reload(browser: &Browser) -> Result<()> {
    browser
        .run("window.beforeReload = true", Vec::new())
        .await?;
    browser.session()?.refresh().await?;
    if browser.engine() == Engine::Firefox {
        // It asks whether to post again.
        browser.session()?.accept_alert().await?;
    }
    browser
        .wait_until("!window.beforeReload && document.readyState === 'complete'")
        .await
}

async fn a_plain_post_is_answered_in_the_pages_language_and_stored_once(
    engine: Engine,
) -> Result<()> {
    let place = place("subject = true")?;
    browse_with(engine, without_script(), async |browser: &mut Browser| {
        browser.goto(&place.server.url("ar/contact/")).await?;
        for (field, text) in [
            ("name", "آدا"),
            ("email", "ada@example.org"),
            ("subject", "المصباح"),
            ("message", "المصباح على الرصيف مطفأ & \"بارد\""),
        ] {
            type_in(browser, field, text).await?;
        }
        browser.click("[name=consent]").await?;
        browser.click(".contact-form button").await?;
        // Posted again, as it is where a reader reloads the answer.
        for times in 1..=2 {
            browser.wait_for("html:not(:has(.contact-form)) h1").await?;
            assert_eq!(browser.text("h1").await?, "وصلت رسالتك");
            assert_eq!(attribute(browser, "html", "lang").await?, "ar");
            assert_eq!(attribute(browser, "html", "dir").await?, "rtl");
            let back = attribute(browser, "main a", "href").await?;
            assert_eq!(back, [HOME, "/ar/contact/"].concat());
            assert_eq!(place.endpoint.posted().len(), times);
            if times == 1 {
                reload(browser).await?;
            }
        }
        assert_eq!(place.server.count(|path| path.ends_with(".wasm")), 0);
        Ok(())
    })
    .await?;
    let stored = place.receiver.stored()?;
    let [message] = &stored[..] else {
        panic!("one message, not {stored:?}");
    };
    for (field, text) in [
        ("name", "آدا"),
        ("email", "ada@example.org"),
        ("subject", "المصباح"),
        ("message", "المصباح على الرصيف مطفأ & \"بارد\""),
        ("lang", "ar"),
        ("page", "https://lantern.example/ar/contact/"),
    ] {
        assert_eq!(message[field], text, "{message}");
    }
    assert_eq!(message["consent"], true, "{message}");
    Ok(())
}

#[tokio::test]
async fn a_plain_post_is_answered_in_the_pages_language_and_stored_once_in_chromium() -> Result<()>
{
    a_plain_post_is_answered_in_the_pages_language_and_stored_once(Engine::Chromium).await
}

#[tokio::test]
async fn a_plain_post_is_answered_in_the_pages_language_and_stored_once_in_firefox() -> Result<()> {
    a_plain_post_is_answered_in_the_pages_language_and_stored_once(Engine::Firefox).await
}

#[tokio::test]
async fn a_mistake_is_told_and_what_was_typed_is_still_in_the_form() -> Result<()> {
    let place = place("")?;
    browse_with(
        Engine::Chromium,
        without_script(),
        async |browser: &mut Browser| {
            browser.allow_in_console("status of 422");
            browser.goto(&place.server.url("contact/")).await?;
            type_in(browser, "name", "Ada Quill").await?;
            type_in(browser, "email", "ada@example.org").await?;
            browser.click("[name=consent]").await?;
            // The browser itself takes spaces for a message.
            type_in(browser, "message", "   ").await?;
            browser.click(".contact-form button").await?;
            browser.wait_for("html:not(:has(.contact-form)) h1").await?;
            assert_eq!(browser.text("h1").await?, "Your message was not taken");
            let said = browser.text("main").await?;
            assert!(said.contains("Please write a message."), "{said}");
            assert!(said.contains("Go back: what you wrote"), "{said}");
            assert!(place.receiver.stored()?.is_empty());

            browser.back().await?;
            browser.wait_for(".contact-form").await?;
            assert_eq!(value(browser, "name").await?, "Ada Quill");
            assert_eq!(value(browser, "email").await?, "ada@example.org");
            assert_eq!(value(browser, "message").await?, "   ");
            let agreed = browser.find("[name=consent]").await?;
            assert!(agreed.is_selected().await?);
            type_in(browser, "message", "The lamp is out.").await?;
            browser.click(".contact-form button").await?;
            browser.wait_for("html:not(:has(.contact-form)) h1").await?;
            assert_eq!(browser.text("h1").await?, "Your message has arrived");
            Ok(())
        },
    )
    .await?;
    let stored = place.receiver.stored()?;
    assert_eq!(stored.len(), 1);
    assert_eq!(stored[0]["message"], "The lamp is out.");
    Ok(())
}

#[tokio::test]
async fn each_mistake_a_browser_does_not_see_is_told_in_words_and_nothing_is_stored() -> Result<()>
{
    let place = place("")?;
    let long = "a".repeat(20_001);
    for (name, email, message, consent, said) in [
        ("Ada", "ada", "Hello", "yes", "عنوان بريد إلكتروني"),
        ("Ada", "", "Hello", "yes", "عنوان بريد إلكتروني"),
        ("Ada", "ada%40example.org", "", "yes", "يُرجى كتابة رسالة."),
        ("Ada", "ada%40example.org", &long, "yes", "أقصى طول للرسالة"),
        (
            &long[..201],
            "ada%40example.org",
            "Hello",
            "yes",
            "أقصى طول للاسم",
        ),
        ("Ada", "ada%40example.org", "Hello", "", "يُرجى الموافقة"),
    ] {
        let fields = format!(
            "lang=ar&page=https%3A%2F%2Flantern.example%2Far%2Fcontact%2F&leave_empty=&name={name}&email={email}&message={message}&consent={consent}"
        );
        // As a browser posts a form, without a browser's own checks.
        let answer = reqwest::Client::new()
            .post(place.endpoint.url())
            .header(ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("origin", "null")
            .body(fields)
            .send()
            .await?;
        assert_eq!(answer.status(), 422, "{said}");
        let kind = answer.headers().get(CONTENT_TYPE);
        let html = HeaderValue::from_static("text/html; charset=utf-8");
        assert_eq!(kind, Some(&html), "{said}");
        let page = answer.text().await?;
        for part in [
            "<html lang=\"ar\" dir=\"rtl\">",
            said,
            "ارجع إلى الصفحة السابقة",
        ] {
            assert!(page.contains(part), "{said}: {part} is not in {page}");
        }
        // A link would lead to an empty form; the letter is there to be copied.
        assert!(!page.contains("href="), "{said}: {page}");
        assert!(page.contains(&message[..message.len().min(100)]), "{said}");
    }
    assert!(place.receiver.stored()?.is_empty());
    Ok(())
}

#[tokio::test]
async fn without_an_endpoint_the_page_shows_the_address() -> Result<()> {
    let site = Site::fixture()?;
    site.settings("[contact]\nemail = \"desk@example.org\"")?;
    let server = Server::start(&site.root())?;
    browse_with(
        Engine::Chromium,
        without_script(),
        async |browser: &mut Browser| {
            browser.goto(&server.url("")).await?;
            browser.click("a[data-part=contact]").await?;
            browser.wait_for("main [data-contact]").await?;
            let address = browser.find(".contact-email a").await?;
            assert!(address.is_displayed().await?);
            assert_eq!(browser.text(".contact-email a").await?, "desk@example.org");
            let link = attribute(browser, ".contact-email a", "href").await?;
            assert_eq!(link, "mailto:desk@example.org");
            let form = browser.find(".contact-form").await?;
            assert!(!form.is_displayed().await?, "its letters would be garbled");
            Ok(())
        },
    )
    .await
}
