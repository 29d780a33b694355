//! A new post is not a new app, and a new app is taken whole and when the reader says so.

use anyhow::{Result, ensure};
use lamplight_e2e::{App, Browser, Engine, Fault, Post, Server, Site, browse};

fn news() -> Post {
    Post {
        slug: "post-26".into(),
        title: "The newest post".into(),
        date: "2026-03-26T09:00:00Z".into(),
        text: "It was written after everything else.".into(),
    }
}

/// Whether a file is one that the worker installs; the translator, which it does not, is named by its digest in the page's
/// app block.
fn is_app(path: &str) -> bool {
    let program = path.ends_with(".wasm")
        || (path.starts_with("assets/") && (path.ends_with(".js") || path.ends_with(".css")));
    program && !path.starts_with("assets/translat")
}

#[tokio::test]
async fn a_new_post_comes_without_a_new_app() -> Result<()> {
    let site = Site::fixture()?;
    let mut server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("")).await?;
        browser.evidence(&["live"]).await?;
        browser.kept().await?;
        let build = site.build_id()?;
        server.forget();

        site.publish(&news())?;
        ensure!(site.build_id()? == build, "a post changed the app's build");
        browser.check_now().await?;
        browser.wait_for(".card a[href$=\"/post-26/\"]").await?;
        browser
            .wait_until_stored("/articles/post-26.en.json")
            .await?;
        browser.reload().await?;
        browser.ready().await?;
        browser.wait_for(".card a[href$=\"/post-26/\"]").await?;
        ensure!(
            !browser.has("[data-update=ready]").await?,
            "an update is offered"
        );
        let app = server
            .requests()
            .into_iter()
            .filter(|path| is_app(path))
            .collect::<Vec<_>>();
        ensure!(app.is_empty(), "the app was fetched again: {app:?}");

        browser.allow_in_console("net::ERR_");
        server.down();
        browser.open_app(&server.url("post-26/")).await?;
        browser.shows("The newest post").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_changed_article_is_offered_and_not_forced() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("post-02/")).await?;
        browser.evidence(&["live"]).await?;
        browser.kept().await?;
        site.publish(&Post {
            slug: "post-02".into(),
            title: "Post number 2".into(),
            date: "2026-02-02T09:00:00Z".into(),
            text: "This text was corrected.".into(),
        })?;
        browser.check_now().await?;
        browser.evidence(&["updated"]).await?;
        let text = browser.text("article .prose").await?;
        ensure!(
            text.contains("Paragraph 12"),
            "the old text is gone: {text}"
        );
        browser.click("[data-evidence] .button-strong").await?;
        browser
            .wait_until("document.querySelector('.prose').textContent.includes('was corrected')")
            .await?;
        browser.evidence(&["live"]).await?;
        browser.reload().await?;
        browser.ready().await?;
        browser
            .wait_until("document.querySelector('.prose').textContent.includes('was corrected')")
            .await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_page_in_a_language_that_the_readers_app_does_not_know_is_shown_as_the_site_sends_it()
-> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("")).await?;
        browser.kept().await?;
        site.translate(
            "de",
            &Post {
                slug: "sturm".into(),
                title: "Sturm im Hafen".into(),
                date: "2026-03-26T09:00:00Z".into(),
                text: "Die Boote sind zurück.".into(),
            },
        )?;
        for (path, text) in [("de/sturm/", "Die Boote sind zurück."), ("de/", "Sturm im Hafen")] {
            browser.goto(&server.url(path)).await?;
            browser
                .wait_until(&format!("document.querySelector('main')?.textContent.includes('{text}')"))
                .await?;
            // The app has had its say by then: it looks for the newer one.
            browser
                .wait_until("navigator.serviceWorker.getRegistration().then((worker) => Boolean(worker?.waiting))")
                .await?;
            browser
                .wait_until(&format!("document.querySelector('main')?.textContent.includes('{text}')"))
                .await?;
        }
        Ok(())
    })
    .await
}

/// The build of the present page; fails if it uses, or has asked for, a file of another build.
async fn build_of_page(browser: &Browser, builds: &[(String, Vec<String>)]) -> Result<String> {
    let build = browser
        .eval("document.querySelector('meta[name=lamplight-build]').content")
        .await?;
    let build = build.as_str().unwrap_or_default().to_owned();
    let used = browser
        .eval(
            "[...performance.getEntriesByType('resource').map((entry) => entry.name),
              ...[...document.querySelectorAll('link[rel=stylesheet]')].map((link) => link.href),
              ...[...document.scripts].map((script) => script.src)]
             .filter((url) => url.startsWith(location.origin))
             .map((url) => new URL(url).pathname.slice(1))",
        )
        .await?;
    let Some((_, files)) = builds.iter().find(|(id, _)| *id == build) else {
        anyhow::bail!("the page is of an unknown build {build}");
    };
    let used: Vec<&str> = used
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|path| path.as_str())
        .collect();
    let app: Vec<&str> = used.into_iter().filter(|path| is_app(path)).collect();
    ensure!(app.len() >= 3, "the page uses only {app:?}");
    for path in app {
        ensure!(
            files.iter().any(|file| file == path),
            "a page of build {build} uses {path}, which is not in {files:?}"
        );
    }
    Ok(build)
}

#[tokio::test]
async fn a_new_app_waits_until_the_reader_takes_it_and_no_page_mixes_versions() -> Result<()> {
    let mut site = Site::fixture()?;
    let mut server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        let mut builds = vec![(site.build_id()?, site.app_files()?)];
        let old = builds[0].0.clone();
        browser.open_app(&server.url("post-02/")).await?;
        browser.kept().await?;
        ensure!(build_of_page(browser, &builds).await? == old);

        site.install(App::Next)?;
        builds.push((site.build_id()?, site.app_files()?));
        let new = builds[1].0.clone();
        ensure!(old != new, "the next version has the same build");

        // It is found, stored and announced, and the reader goes on with the old one meanwhile: also
        // on pages that come from the site with the new one's app block.
        browser.reload().await?;
        browser.ready().await?;
        browser.wait_for("[data-update=ready]").await?;
        ensure!(build_of_page(browser, &builds).await? == old);
        for path in ["post-04/", "post-20/", "", "category/town/", "ar/"] {
            browser.open_app(&server.url(path)).await?;
            ensure!(
                build_of_page(browser, &builds).await? == old,
                "/{path} has the new build already"
            );
        }

        // A second tab; then the reader takes the update in it.
        let first = browser.new_tab().await?;
        browser.open_app(&server.url("post-02/")).await?;
        ensure!(build_of_page(browser, &builds).await? == old);
        browser.click("[data-update=ready] .button-strong").await?;
        browser
            .wait_until(&format!(
                "document.querySelector('meta[name=lamplight-build]').content === '{new}'"
            ))
            .await?;
        browser.ready().await?;
        ensure!(build_of_page(browser, &builds).await? == new);
        browser.shows("Post number 2").await?;
        ensure!(
            !browser.has("[data-update=ready]").await?,
            "the update is still offered"
        );

        // The other tab is of one build, whichever, and works.
        browser.switch_to(first).await?;
        browser.ready().await?;
        build_of_page(browser, &builds).await?;
        browser.follow("/post-25/").await?;
        browser.ready().await?;
        browser
            .wait_until("document.querySelector('main h1').textContent === 'المقالة رقم 25'")
            .await?;

        // Without the site: what was kept under the old version opens in the new one.
        browser.allow_in_console("net::ERR_");
        server.down();
        browser.come_back_later().await?;
        for (path, heading) in [
            ("post-02/", "Post number 2"),
            ("post-22/", "Post number 22"),
        ] {
            browser.open_app(&server.url(path)).await?;
            browser.shows(heading).await?;
            ensure!(
                build_of_page(browser, &builds).await? == new,
                "/{path} is of the old build"
            );
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn half_an_update_is_no_update() -> Result<()> {
    let mut site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.allow_in_console("net::ERR_");
        // The worker's failed installation is reported to the page that looked for an update.
        browser.allow_in_console("ServiceWorker");
        let builds = vec![(site.build_id()?, site.app_files()?)];
        browser.open_app(&server.url("post-02/")).await?;
        browser.kept().await?;
        site.install(App::Next)?;
        server.fault("assets/", Fault::Short);
        server.forget();
        browser.reload().await?;
        browser.ready().await?;
        let worker = "window.registration";
        browser
            .run_async(
                "window.registration = await navigator.serviceWorker.getRegistration();",
                Vec::new(),
            )
            .await?;
        browser
            .run(
                "registration.update().catch(() => {}).then(() => { window.looked = true; })",
                Vec::new(),
            )
            .await?;
        browser.wait_until("window.looked").await?;
        browser.wait_until(&format!("!{worker}.installing")).await?;
        ensure!(server.count(is_app) > 0, "the update was not even tried");
        ensure!(
            browser.eval(&format!("{worker}.waiting")).await?.is_null(),
            "half an update waits"
        );
        ensure!(
            !browser.has("[data-update=ready]").await?,
            "half an update is offered"
        );
        browser.open_app(&server.url("post-20/")).await?;
        build_of_page(browser, &builds).await?;

        server.heal();
        browser.reload().await?;
        browser.wait_for("[data-update=ready]").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_list_is_live_only_with_the_sites_own_titles() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("")).await?;
        browser.evidence(&["live"]).await?;
        browser.kept().await?;
        site.publish(&Post {
            slug: "post-25".into(),
            title: "A better headline".into(),
            date: "2026-02-25T09:00:00Z".into(),
            text: "The text of it.".into(),
        })?;
        // The worker answers with the page it has; the check brings the new headline.
        browser.reload().await?;
        browser.ready().await?;
        browser.evidence(&["live"]).await?;
        browser
            .wait_until(
                "document.querySelector('.cards').textContent.includes('A better headline')",
            )
            .await?;
        Ok(())
    })
    .await
}
