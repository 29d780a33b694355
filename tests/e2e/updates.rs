//! New versions of the app: looked for at the right moments, whole or not at all, and the way back from one that does not
//! start. That they are offered and taken without mixing versions is in `publish`.

use anyhow::{Context, Result, ensure};
use lamplight_e2e::{App, Browser, Engine, Fault, Server, Site, browse};
use serde_json::{Value, json};

/// What the device notes of a build, as soon as that is so; a condition is a JavaScript expression of `record`.
pub(crate) async fn noted(browser: &Browser, build: &str, condition: &str) -> Result<Value> {
    let script = format!(
        "let record;
         for (let n = 0; n < 600; n++) {{
           const found = await caches.match('/?build', {{ cacheName: 'lamplight:/:app:' + arguments[0] }});
           record = await found?.json().catch(() => undefined);
           if ({condition}) return record ?? null;
           await new Promise((done) => setTimeout(done, 25));
         }}
         throw new Error('it is ' + JSON.stringify({{ ...record, files: 0 }}));"
    );
    let found = browser.run_async(&script, vec![json!(build)]).await;
    found.with_context(|| format!("build {build} is not noted as {condition}"))
}

/// Another day: the last start of a build is long ago, and the worker has been stopped meanwhile.
pub(crate) async fn later(browser: &Browser, build: &str) -> Result<()> {
    browser
        .run_async(
            "const cache = await caches.open('lamplight:/:app:' + arguments[0]);
             const record = await (await cache.match('/?build')).json();
             await cache.put('/?build', new Response(JSON.stringify({ ...record, started: 1 })));",
            vec![json!(build)],
        )
        .await?;
    browser.cdp("ServiceWorker.enable", json!({})).await?;
    browser
        .cdp("ServiceWorker.stopAllWorkers", json!({}))
        .await?;
    Ok(())
}

/// The build of the present page.
pub(crate) async fn build_of_page(browser: &Browser) -> Result<String> {
    let build = browser
        .eval("document.querySelector('meta[name=lamplight-build]')?.content")
        .await?;
    Ok(build.as_str().unwrap_or_default().to_owned())
}

/// Has the browser look for a new version; returns when that is installed, or could not be.
pub(crate) async fn look(browser: &Browser) -> Result<()> {
    browser
        .run_async(
            "const registration = await navigator.serviceWorker.getRegistration();
             await registration.update().catch(() => {});
             while (registration.installing) await new Promise((done) => setTimeout(done, 25));",
            Vec::new(),
        )
        .await?;
    Ok(())
}

/// Takes the version that is offered.
pub(crate) async fn take(browser: &Browser, build: &str) -> Result<()> {
    look(browser).await?;
    browser.click("[data-update=ready] .button-strong").await?;
    let taken =
        format!("document.querySelector('meta[name=lamplight-build]')?.content === '{build}'");
    if let Err(error) = browser.wait_until(&taken).await {
        let state = "const registration = await navigator.serviceWorker.getRegistration();
            const of = (worker) => worker?.state;
            const { controller } = navigator.serviceWorker;
            return { controller: of(controller), active: of(registration.active), waiting: of(registration.waiting),
              same: controller === registration.active, page: performance.now() | 0,
              caches: await caches.keys() };";
        let state = browser.run_async(state, Vec::new()).await?;
        return Err(error).context(format!("the worker: {state}"));
    }
    Ok(())
}

/// Which caches of builds there are.
async fn held(browser: &Browser) -> Result<Value> {
    let names = "return (await caches.keys()).filter((name) => name.startsWith('lamplight:/:app:')).map((name) => name.slice(16)).sort()";
    browser.run_async(names, Vec::new()).await
}

/// Which build's files the worker says it serves.
pub(crate) async fn served(browser: &Browser) -> Result<Value> {
    let ask = "const { active } = await navigator.serviceWorker.getRegistration();
        const { port1, port2 } = new MessageChannel();
        const said = new Promise((done) => { port1.onmessage = ({ data }) => done(data); });
        active.postMessage({ type: 'files' }, [port2]);
        const { cache, files } = await said;
        const names = (await (await caches.open(cache)).keys()).map(({ url }) => new URL(url).pathname);
        if (!files.every(({ url }) => names.includes('/' + url))) throw new Error('files that are not in ' + cache);
        return cache.slice(16);";
    browser.run_async(ask, Vec::new()).await
}

#[tokio::test]
async fn a_build_that_fails_three_times_gives_way_to_the_last_one_that_ran_until_a_newer_one_comes()
-> Result<()> {
    let mut site = Site::fixture()?;
    let mut server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        let good = site.build_id()?;
        browser.open_app(&server.url("post-02/")).await?;
        browser.kept().await?;
        noted(browser, &good, "record?.ran").await?;

        site.install(App::Beginning("throw new Error('It does not start.');"))?;
        let bad = site.build_id()?;
        browser.allow_in_console("It does not start");
        browser.allow_in_console("does not start.");
        take(browser, &bad).await?;
        noted(browser, &bad, "record?.starts === 1").await?;
        // Pages that are opened in the same moment are one start, and all of them can be read.
        browser
            .before_every_page(
                "window.told = []; const post = ServiceWorker.prototype.postMessage;
             ServiceWorker.prototype.postMessage = function (message, ...rest) {
               window.told.push(message.type); return post.call(this, message, ...rest); };",
            )
            .await?;
        browser.new_tab().await?;
        browser.goto(&server.url("post-04/")).await?;
        browser.shows("Post number 4").await?;
        ensure!(build_of_page(browser).await? == bad);
        for starts in 2..=3 {
            later(browser, &bad).await?;
            browser.goto(&server.url("post-20/")).await?;
            ensure!(
                build_of_page(browser).await? == bad,
                "given up after {starts} starts"
            );
            browser.shows("Post number 20").await?;
            noted(browser, &bad, &format!("record?.starts === {starts}")).await?;
        }

        // The last good one is back, whole, and says so.
        for path in ["post-20/", "", "settings/"] {
            browser.open_app(&server.url(path)).await?;
            ensure!(
                build_of_page(browser).await? == good,
                "/{path} is of another build"
            );
        }
        let told = browser.text(".settings .about").await?;
        ensure!(told.contains(&good[..8]), "the settings say: {told}");
        ensure!(served(browser).await? == json!(good));
        later(browser, &bad).await?;
        look(browser).await?;
        ensure!(
            !browser.has("[data-update=ready]").await?,
            "what failed is offered again"
        );
        browser.allow_in_console("net::ERR_");
        server.down();
        browser.come_back_later().await?;
        browser.open_app(&server.url("post-02/")).await?;
        ensure!(build_of_page(browser).await? == good);
        // No such page is here, so this is the app's own.
        browser.open_app(&server.url("page/2/")).await?;
        ensure!(
            build_of_page(browser).await? == good,
            "the app's own page is of another build"
        );
        browser.open_app(&server.url("library/")).await?;
        browser.click("[data-do=check]").await?;
        browser.wait_for("[data-flight=ready]").await?;
        server.up()?;

        site.install(App::Next)?;
        let next = site.build_id()?;
        browser.open_app(&server.url("post-02/")).await?;
        take(browser, &next).await?;
        browser.ready().await?;
        noted(browser, &next, "record?.ran").await?;
        let mut left = [good, next];
        left.sort();
        ensure!(
            held(browser).await? == json!(left),
            "of builds there is {}",
            held(browser).await?
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn who_closes_pages_before_the_app_has_started_says_nothing_of_it() -> Result<()> {
    let mut site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.allow_in_console("favicon.ico");
        let good = site.build_id()?;
        browser.open_app(&server.url("post-02/")).await?;
        browser.kept().await?;
        noted(browser, &good, "record?.ran").await?;
        // It begins, and nothing comes of it; nothing fails, either.
        site.install(App::Beginning("await new Promise(() => {});"))?;
        let slow = site.build_id()?;
        take(browser, &slow).await?;
        noted(browser, &slow, "record?.starts === 1").await?;
        for path in ["post-02/", "post-04/", "", "post-20/"] {
            // Left while it begins.
            browser.goto(&server.url("robots.txt")).await?;
            noted(browser, &slow, "record?.starts === 0").await?;
            browser.goto(&server.url(path)).await?;
            ensure!(build_of_page(browser).await? == slow);
            noted(browser, &slow, "record?.starts === 1").await?;
        }
        // A page that was open for longer does.
        for starts in 1..=3 {
            noted(browser, &slow, &format!("record?.starts === {starts}")).await?;
            later(browser, &slow).await?;
            browser.goto(&server.url("post-02/")).await?;
        }
        browser.ready().await?;
        ensure!(build_of_page(browser).await? == good);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_tab_of_the_older_build_goes_on_without_the_site_after_another_tab_took_the_new_one()
-> Result<()> {
    let mut site = Site::fixture()?;
    let mut server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("post-02/")).await?;
        browser.kept().await?;
        noted(browser, &site.build_id()?, "record?.ran").await?;
        let first = browser.new_tab().await?;
        browser.open_app(&server.url("post-04/")).await?;
        site.install(App::Next)?;
        take(browser, &site.build_id()?).await?;
        browser.ready().await?;
        noted(browser, &site.build_id()?, "record?.ran").await?;

        browser.allow_in_console("net::ERR_");
        server.down();
        browser.switch_to(first).await?;
        // Its program of search has not been loaded so far.
        browser.click(".masthead-search button").await?;
        browser
            .wait_until("document.querySelector('#search')?.open")
            .await?;
        browser
            .run(
                "const field = document.querySelector('#search input[type=search]'); field.value = 'harbour';
                 field.dispatchEvent(new InputEvent('input', { bubbles: true }))",
                Vec::new(),
            )
            .await?;
        browser
            .wait_until("[...document.querySelectorAll('[data-search-results] a')].some((a) => a.textContent.includes('Harbour report'))")
            .await?;
        Ok(())
    })
    .await
}

/// A browser lets the next worker take over when the one before it has nothing more to do.
#[tokio::test]
async fn an_update_is_taken_at_once_while_articles_are_being_kept_over_a_slow_line() -> Result<()> {
    let mut site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.allow_in_console("net::ERR_");
        // All but the one that is opened, with which the app looks whether the site can be reached.
        for tens in ["articles/post-1", "articles/post-2"] {
            server.fault(tens, Fault::Hang);
        }
        browser.open_app(&server.url("post-02/")).await?;
        browser
            .until(|| server.count(|path| path.starts_with("articles/post-")) > 2)
            .await?;
        site.install(App::Next)?;
        // Those of them that hang would take it a minute.
        take(browser, &site.build_id()?).await?;
        // The next worker keeps them.
        server.heal();
        browser
            .run_async(
                "while (!(await caches.match('/articles/post-20.en.json'))) await new Promise((done) => setTimeout(done, 25));",
                Vec::new(),
            )
            .await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_update_with_one_bad_file_is_none_and_the_next_look_finds_it_whole() -> Result<()> {
    let mut site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        for text in ["net::ERR_", "404", "ServiceWorker"] {
            browser.allow_in_console(text);
        }
        let old = site.build_id()?;
        browser.open_app(&server.url("post-02/")).await?;
        browser.kept().await?;
        let bad = [
            (".wasm", Some(Fault::Status(404))),
            (".wasm", Some(Fault::Cut)),
            (".js", Some(Fault::Short)),
            (".css", Some(Fault::Portal)),
            ("shell/", Some(Fault::Portal)),
            // The file of another build under this one's name.
            (".js", None),
        ];
        for (number, (end, fault)) in (0..).zip(bad) {
            // Each of another version: what came whole stays in the browser's own cache.
            site.install(App::Version(number))?;
            let files = site.app_files()?;
            let file = files
                .iter()
                .rfind(|file| file.ends_with(end))
                .context("no such file")?;
            match fault {
                Some(fault) => server.fault(file, fault),
                None => std::fs::write(site.root().join(file), "\"another\";")?,
            }
            server.forget();
            look(browser).await?;
            ensure!(
                server.count(|path| path == file) > 0,
                "{file} was not asked for"
            );
            ensure!(
                !browser.has("[data-update=ready]").await?,
                "offered in spite of {file} {fault:?}"
            );
            ensure!(
                held(browser).await? == json!([old]),
                "half a build is kept after {file} {fault:?}"
            );
            server.heal();
        }
        site.install(App::Next)?;
        browser.reload().await?;
        browser.ready().await?;
        ensure!(build_of_page(browser).await? == old);

        // What the new build has in common with the old one is on the device.
        server.forget();
        take(browser, &site.build_id()?).await?;
        browser.ready().await?;
        let fetched = server.requests();
        ensure!(
            !fetched
                .iter()
                .any(|path| path.starts_with("icons/") && path.contains("512")),
            "fetched again: {fetched:?}"
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_settings_call_a_version_ready_when_it_is_whole_and_not_before() -> Result<()> {
    const ANSWER: &str = "document.querySelector('.settings > [role=status]').textContent";
    let mut site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        for text in ["404", "ServiceWorker"] {
            browser.allow_in_console(text);
        }
        browser.open_app(&server.url("settings/")).await?;
        browser.kept().await?;
        site.install(App::Next)?;
        let files = site.app_files()?;
        let wasm = files.iter().rfind(|file| file.ends_with(".wasm"));
        let wasm = wasm.context("no such file")?;
        server.fault(wasm, Fault::Status(404));
        let done = format!("!/^$|Checking/.test({ANSWER})");
        browser.click("[data-do=look]").await?;
        browser.wait_until(&done).await?;
        let answer = browser.eval(ANSWER).await?;
        ensure!(
            answer == json!("The newest version could not be fetched."),
            "said of half a version: {answer}"
        );
        server.heal();
        browser.click("[data-do=look]").await?;
        browser
            .wait_until(&format!(
                "{ANSWER} === 'A new version of the app is ready.'"
            ))
            .await?;
        let waits = "return !!(await navigator.serviceWorker.getRegistration()).waiting";
        ensure!(browser.run_async(waits, Vec::new()).await? == json!(true));
        Ok(())
    })
    .await
}

/// What came of the looks, and the page hidden and shown again.
const SHOW_AGAIN: &str = "const key = 'lamplight:/:looks';
    if (arguments[0] !== null) localStorage.setItem(key, arguments[0]);
    // What the browser says of the network is a hint, and here it is wrong.
    Object.defineProperty(navigator, 'onLine', { configurable: true, value: false });
    for (const hidden of [true, false]) {
      Object.defineProperty(document, 'hidden', { configurable: true, value: hidden });
      document.dispatchEvent(new Event('visibilitychange'));
    }
    await new Promise((done) => setTimeout(done));
    return localStorage.getItem(key);";

#[tokio::test]
async fn a_page_that_is_shown_again_looks_for_a_new_version_if_the_last_look_is_long_ago()
-> Result<()> {
    let mut site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("post-02/")).await?;
        browser.kept().await?;
        // One look was made at the start, and answered.
        browser
            .wait_until("localStorage.getItem('lamplight:/:looks')?.endsWith(' 0')")
            .await?;
        let first = browser.run_async(SHOW_AGAIN, vec![json!(null)]).await?;
        let again = browser.run_async(SHOW_AGAIN, vec![json!(null)]).await?;
        ensure!(first == again, "looked at once: {first}, then {again}");
        // Forty minutes later there is a new version.
        site.install(App::Next)?;
        let time = browser.eval("Date.now() - 2_400_000").await?;
        let before = format!("{time} 0");
        let noted = browser.run_async(SHOW_AGAIN, vec![json!(before)]).await?;
        ensure!(noted != json!(before), "not looked: {noted}");
        browser.wait_for("[data-update=ready]").await?;
        browser
            .wait_until("localStorage.getItem('lamplight:/:looks')?.endsWith(' 0')")
            .await?;
        Ok(())
    })
    .await
}
