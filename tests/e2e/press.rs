//! A publisher with one executable and nothing else: from an empty folder to a site that can be read
//! offline, and a preview that follows every edit.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use lamplight_e2e::{Browser, Engine, Press, browse};

#[test]
fn one_executable_makes_checks_and_builds_a_site_without_anything_else() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let made = Press::succeed(folder.path(), &["new", "site", "wire", "--lang", "en,fr"])?;
    ensure!(
        made.contains(" serve wire"),
        "the next step is not said: {made}"
    );
    let site = folder.path().join("wire");
    let again = Press::run(folder.path(), &["new", "site", "wire"])?;
    ensure!(!again.status.success(), "it was begun twice");
    let post = Press::succeed(&site, &["new", "post", "A second post"])?;
    ensure!(post.trim() == "posts/a-second-post.md", "{post}");
    let checked = Press::succeed(&site, &["check"])?;
    ensure!(checked.contains("errors: 0"), "{checked}");

    let refused = Press::run(&site, &["build"])?;
    let said = String::from_utf8_lossy(&refused.stderr);
    ensure!(
        !refused.status.success() && said.contains("base_url = "),
        "without an address: {said}"
    );
    let built = ["build", "--base-url", "https://wire.example/"];
    Press::succeed(&site, &built)?;
    let front = fs::read_to_string(site.join("site/index.html"))?;
    ensure!(front.contains("A second post"), "{front}");
    ensure!(
        !front.contains("__press"),
        "a preview's script was published"
    );
    // The site lies in the publication's own folder, and is no part of it.
    let before = fs::read(site.join("site/edition.json"))?;
    Press::succeed(&site, &built)?;
    ensure!(before == fs::read(site.join("site/edition.json"))?);
    Ok(())
}

/// Changes a file as many editors do: another is written beside it and then put in its place.
fn edit(file: &Path, from: &str, to: &str) -> Result<()> {
    let text = fs::read_to_string(file)?;
    ensure!(text.contains(from), "no `{from}` in {}", file.display());
    let beside = file.with_extension("tmp~");
    fs::write(&beside, text.replace(from, to))?;
    Ok(fs::rename(&beside, file)?)
}

/// Waits until the page has a text.
async fn says(browser: &Browser, text: &str) -> Result<()> {
    let quoted = serde_json::to_string(text)?;
    browser
        .wait_until(&format!("document.body.textContent.includes({quoted})"))
        .await
}

const NO_PROBLEM: &str = "!document.querySelector('[data-press-preview]')";

#[tokio::test]
async fn a_preview_follows_edits_shows_mistakes_and_can_be_read_when_it_is_over() -> Result<()> {
    let folder = tempfile::tempdir()?;
    Press::succeed(folder.path(), &["new", "site", "--title", "The Wire"])?;
    let post = folder.path().join("posts/writing-posts.md");
    edit(&post, "title: What", "title: [What")?;
    let press = Press::serve(folder.path())?;
    let address = press.url("writing-posts/");
    browse(Engine::Chromium, async |browser: &mut Browser| {
        // A first start with a mistake: the page says where it is, and becomes the site.
        browser.goto(&address).await?;
        says(browser, "posts/writing-posts.md:").await?;
        says(browser, "The site cannot be built yet").await?;
        edit(&post, "title: [What", "title: What")?;
        browser.ready().await?;
        says(browser, "Keep this page for reference").await?;
        browser.kept().await?;
        let errors = browser.installability_errors().await?;
        ensure!(errors.is_empty(), "{errors:?}");

        // An edit appears without a hand on the page; where the reader is, and what is the reader's, stays.
        browser
            .run(
                "localStorage.setItem('lamplight:/:settings', JSON.stringify({ v: 1, theme: 'dark', text: 'normal' }));
                 scrollTo(0, 700); window.before = true;",
                Vec::new(),
            )
            .await?;
        browser.wait_until("scrollY === 700").await?;
        edit(&post, "Keep this page", "Edited while it is read: keep this page")?;
        browser.wait_until("!window.before").await?;
        says(browser, "Edited while it is read").await?;
        browser.ready().await?;
        browser
            .wait_until("document.documentElement.dataset.theme === 'dark'")
            .await?;
        browser.wait_until("Math.abs(scrollY - 700) < 40").await?;
        browser.evidence(&["live"]).await?;

        // A mistake: the last good text stays, and file, line and remedy are said.
        edit(&post, "category: notes", "category: [notes")?;
        browser.wait_for("[data-press-preview=errors]").await?;
        let said = problems(browser).await?;
        for part in ["1 error", "posts/writing-posts.md:", "last good version", "front matter"] {
            ensure!(said.contains(part), "no `{part}` in: {said}");
        }
        says(browser, "Edited while it is read").await?;
        edit(&post, "category: [notes", "category: notes")?;
        browser.wait_until(NO_PROBLEM).await?;

        // Settings are part of the app's build: another worker takes over by itself.
        edit(&folder.path().join("site.toml"), "The Wire", "The Other Wire")?;
        browser
            .wait_until("document.querySelector('.masthead-title')?.textContent === 'The Other Wire'")
            .await?;
        browser.ready().await?;
        ensure!(!browser.has("[data-update=ready]").await?, "an update is offered");
        browser.kept().await?;

        // The preview is over; what was read stays.
        browser.allow_in_console("net::ERR_");
        ensure!(press.interrupt()?, "press did not end well");
        browser.come_back_later().await?;
        browser.open_app(&address).await?;
        says(browser, "Edited while it is read").await?;
        browser.evidence(&["unreachable", "reader-offline"]).await?;
        Ok(())
    })
    .await
}

/// What the overlay says.
async fn problems(browser: &Browser) -> Result<String> {
    let text = browser
        .eval("document.querySelector('[data-press-preview]').shadowRoot.textContent")
        .await?;
    text.as_str().map(str::to_owned).context("no text")
}
