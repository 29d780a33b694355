//! A damaged entry of each kind of thing that is stored, in each way that there is: it harms nothing else, and is mended by
//! the site or by what else is stored, if one of them says what it was.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};
use lamplight_e2e::{Browser, Engine, Ledger, Post, browse};
use lamplight_model::seal;
use serde_json::{Value, json};

use super::scene::{Scene, press, scene, standing};
use crate::library::{SAVE, all_here};
use crate::reading::{noted, read_at};
use crate::versions;

const CORRUPT: &str = include_str!("corrupt.js");

/// A page that starts nothing: the app would write over what is damaged.
const QUIET: &str = "robots.txt";

/// An article with pictures that is kept unasked.
const UNSAVED: &str = "quay-1/";

const HOW: [&str; 5] = ["garbage", "empty", "other", "half", "later"];

/// What becomes of a damaged entry.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    /// The site or what else is stored says what it was: it is mended, or gone until it is wanted.
    Mended,
    /// Nobody but the reader could give it again: it is lost, and nothing else is.
    Own,
    /// It is there for a moment only, and nothing is lost by it.
    Passing,
}
use Fate::{Mended, Own, Passing};

/// Kinds that are damaged at once, of the last of some articles if possible, which are opened then, before the library's page;
/// with `>` from within the app, by a link.
type Group = (&'static [(&'static str, Fate)], &'static [&'static str]);

const RECORDS: [Group; 3] = [
    (
        &[
            ("local storage: settings", Own),
            ("local storage: searches", Own),
            ("local storage: history", Own),
            ("local storage: reading", Own),
            ("local storage: looks", Own),
            ("outbox: message", Own),
            ("library: extent", Own),
            ("library: once", Own),
            ("library: noted", Own),
            ("library: paused", Passing),
        ],
        &["quay-0/"],
    ),
    (
        &[
            ("local storage: doc", Mended),
            ("local storage: feed", Mended),
            ("local storage: messages", Mended),
            ("local storage: kept", Mended),
            ("library: holding", Mended),
            ("library: revision", Own),
            ("library: held", Own),
            ("library: renew", Passing),
        ],
        &["ar/post-07/", "post-04/", "> /post-05/"],
    ),
    (
        &[
            ("local storage: meta", Mended),
            ("local storage: was", Passing),
            ("library: saved", Mended),
            ("library: receipt", Mended),
            ("library: forgotten", Passing),
        ],
        &["post-02/"],
    ),
];

const FILES: [Group; 3] = [
    (
        &[
            ("app cache: js", Mended),
            ("app cache: css", Mended),
            ("content cache: page", Mended),
            ("content cache: articles", Mended),
            ("content cache: machine", Passing),
            ("content cache: edition.json", Mended),
            ("content cache: search-index", Mended),
            ("content cache: wish for the index", Passing),
            ("saved cache: media", Mended),
        ],
        &["search/?q=lamp", "post-04/"],
    ),
    (
        &[
            ("app cache: wasm", Mended),
            ("app cache: shell", Mended),
            ("content cache: feed.json", Mended),
            ("content cache: media", Mended),
            ("content cache: assets", Mended),
            ("saved cache: page", Mended),
            ("saved cache: media of an earlier version", Own),
        ],
        &["ar/post-07/", UNSAVED],
    ),
    (
        &[
            ("app cache: what it is", Mended),
            ("app cache: the renderer's files", Mended),
            ("app cache: the finder's files", Mended),
            ("app cache: the contact's files", Mended),
            ("app cache: the library's files", Mended),
            ("app cache: icons", Mended),
            ("app cache: .webmanifest", Mended),
            ("content cache: archive", Mended),
            ("saved cache: articles", Mended),
            ("saved cache: archive", Mended),
        ],
        &["quay-0/"],
    ),
];

/// Tells of a page on which the app or a part of it does not start.
const FAILS: &str = "for (const kind of ['error', 'unhandledrejection'])
      addEventListener(kind, () => { document.documentElement.dataset.failed = 'yes'; });";

async fn ask(browser: &Browser, what: Value) -> Result<Value> {
    browser.run_async(CORRUPT, vec![what]).await
}

/// What is stored, by kind.
async fn kinds(browser: &Browser) -> Result<BTreeMap<String, Vec<String>>> {
    let kinds = ask(browser, json!({})).await?;
    serde_json::from_value(kinds).context("no kinds")
}

/// A reader who has everything that can be stored.
async fn settle(browser: &mut Browser, scene: &mut Scene) -> Result<()> {
    versions::edition(&scene.site, 1)?;
    scene.site.meddle()?;
    scene.oath.published(&scene.site)?;
    scene.settle(browser).await?;
    let server = &scene.server;
    // Whether there is to be a history.
    crate::library::library(browser, server).await?;
    for off in [true, false] {
        let turn = "document.querySelector('[data-history-off]').click()";
        browser.run(turn, Vec::new()).await?;
        let turned =
            format!("JSON.parse(localStorage.getItem('lamplight:/:history'))?.off === {off}");
        browser.wait_until(&turned).await?;
    }
    // Read to the middle; in another language.
    for page in ["ar/post-07/", "post-05/", UNSAVED] {
        browser.open_app(&server.url(page)).await?;
        browser.kept().await?;
    }
    let picture = format!("/media/{}", pictures(scene)?.first().context("no picture")?);
    let kept = "for (let turn = 0; turn < 400; turn++) {
          const names = await (await caches.open('lamplight:/:content')).keys();
          if (names.some(({ url }) => url.includes(arguments[0]))) return true;
          await new Promise((done) => setTimeout(done, 25));
        }
        return false;";
    let kept = browser.run_async(kept, vec![json!(picture)]).await?;
    ensure!(kept == json!(true), "the picture {picture} is not kept");
    browser.open_app(&server.url("post-04/")).await?;
    let middle = "document.querySelectorAll('.prose > [data-block]')[6].dataset.block";
    let middle = browser.eval(middle).await?;
    read_at(browser, "post-04", middle.as_str().unwrap_or_default()).await?;
    noted(browser, "post-04", "block").await?;
    // One is saved and one was read, before the site corrects both.
    browser.open_app(&server.url("quay-0/")).await?;
    browser.click(SAVE).await?;
    standing(browser, "saved").await?;
    versions::open(browser, server).await?;
    browser.kept().await?;
    browser.wait_until_stored("/post-02/").await?;
    scene.site.publish(&Post {
        slug: "quay-0".into(),
        title: "Quay 0".into(),
        date: "2024-01-01T09:00:00Z\nupdated: 2026-02-02T06:00:00Z".into(),
        text: "The lamp, and another.\n\n![The lamp](quay-0-0.png)\n".into(),
    })?;
    versions::edition(&scene.site, 2)?;
    scene.site.meddle()?;
    scene.oath.published(&scene.site)?;
    // The newer edition is taken of both, and of the one that was read the older one gone back to.
    let server = &scene.server;
    browser.open_app(&server.url("quay-0/")).await?;
    browser.evidence(&["updated"]).await?;
    browser.click("[data-evidence] .button-strong").await?;
    versions::others(browser, 1).await?;
    standing(browser, "saved").await?;
    versions::open(browser, server).await?;
    versions::take(browser, 2).await?;
    versions::others(browser, 1).await?;
    versions::panel(browser, versions::EARLIER).await?;
    versions::go(browser, 0).await?;
    versions::shows_edition(browser, 1).await?;
    // Searched for.
    browser.open_app(&server.url("search/?q=lamp")).await?;
    browser
        .wait_until(
            "document.querySelector('main form[role=search] [type=search]')?.value === 'lamp'",
        )
        .await?;
    let search = "document.querySelector('main form[role=search]').requestSubmit()";
    browser.run(search, Vec::new()).await?;
    browser
        .wait_until("localStorage.getItem('lamplight:/:searches')")
        .await?;
    // What is chosen of the library, and a category.
    crate::library::library(browser, server).await?;
    let choose = "const form = document.querySelector('form[data-whole]');
        for (const on of [false, true]) { form.elements.images.checked = on; form.dispatchEvent(new Event('change', { bubbles: true })); }";
    browser.run(choose, Vec::new()).await?;
    press(browser, ".library-wishes [data-do=keep][data-name=town]").await?;
    all_here(browser, "town").await?;
    scene.oath.hear(browser).await?;
    Ok(())
}

/// Damages an entry of each kind in each way, opens and uses the app, and looks at what is left.
async fn each(name: &str, seed: u64, groups: &[Group], wanted: fn(&str) -> bool) -> Result<()> {
    let mut ledger = Ledger::of(name);
    let mut scene = scene(name, seed, 0, 2)?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        settle(browser, &mut scene).await?;
        // What the browser says of damaged files of the app.
        for text in ["Uncaught", "Manifest: "] {
            browser.allow_in_console(text);
        }
        browser.goto(&scene.server.url(QUIET)).await?;
        let mut stored = kinds(browser).await?;
        for (kind, place, _) in plants(&scene)? {
            stored
                .entry(kind.to_owned())
                .or_default()
                .push(place.to_string());
        }
        let listed = groups.iter().flat_map(|(kinds, _)| kinds.iter());
        let listed: BTreeSet<&str> = listed.map(|(kind, _)| *kind).collect();
        let there: BTreeSet<&str> = stored
            .keys()
            .map(String::as_str)
            .filter(|kind| wanted(kind))
            .collect();
        ensure!(
            listed == there,
            "of other kinds: {:?}",
            listed
                .symmetric_difference(&there)
                .map(|kind| (kind, stored.get(*kind)))
                .collect::<Vec<_>>()
        );
        for (turn, how) in HOW.into_iter().enumerate() {
            // A browser has space for the programs of so many pages that are left, and no more.
            browser.come_back_later().await?;
            browser.meddle(&scene.site, 0).await?;
            browser.before_every_page(FAILS).await?;
            for (kinds, pages) in groups {
                let lost = damaged(browser, &scene, kinds, pages, how, turn).await;
                let lost = lost.unwrap_or_else(|error| vec![format!("{error:#}")]);
                for (kind, fate) in *kinds {
                    let lost = lost.iter().map(|what| format!("{how}: {what}"));
                    let fault = if *fate == Own {
                        "damaged, and lost itself"
                    } else {
                        "damaged"
                    };
                    ledger.note(fault, kind, lost.collect());
                }
            }
        }
        // What the reader went back to is still what opens.
        browser.goto(&scene.server.url("post-02/")).await?;
        versions::shows_edition(browser, 1).await?;
        browser.ready().await?;
        versions::shows_edition(browser, 1).await?;
        scene.ends(browser, &mut ledger, 6).await
    })
    .await?;
    ledger.close()
}

/// What is stored for a moment only, as it is then; the place of each.
fn plants(scene: &Scene) -> Result<Vec<(&'static str, Value, String)>> {
    let text = scene.site.read("articles/post-03.en.json")?;
    let digest = seal::claimed(&text).context("no digest")?;
    let renewed = scene.site.read("articles/quay-0.en.json")?;
    let renewed = seal::claimed(&renewed).context("no digest")?;
    let cache = "lamplight:/:content";
    let machine = "/machine/en/post-05/00ff00ff00ff00ff00ff00ff00ff00ff.fr.json";
    let was = json!(["local", format!("lamplight:/:was/en/post-03/{digest}")]);
    Ok(vec![
        (
            "content cache: machine",
            json!(["cache", cache, machine]),
            r#"{"v":1,"from":"en","to":"fr","of":"00ff00ff00ff00ff","units":["La lampe."]}"#
                .to_owned(),
        ),
        (
            "content cache: wish for the index",
            json!(["cache", cache, "/search-index/wish"]),
            r#"{"root":"","files":[]}"#.to_owned(),
        ),
        (
            "library: paused",
            json!(["library", "paused"]),
            "1".to_owned(),
        ),
        (
            "library: renew",
            json!(["library", "renew/en/quay-0"]),
            format!("{renewed} {digest}"),
        ),
        (
            "library: forgotten",
            json!(["library", "forgotten/post-07/en"]),
            "1700000000000".to_owned(),
        ),
        (
            "local storage: was",
            was,
            format!("{{\"saved\":1700000000000}}\n{text}"),
        ),
    ])
}

/// What the names of the pictures of that article begin with.
fn pictures(scene: &Scene) -> Result<Vec<String>> {
    let text = scene.site.read("articles/quay-1.en.json")?;
    let names = text.split("media/").skip(1);
    Ok(names
        .filter_map(|rest| rest.get(..seal::LENGTH).map(str::to_owned))
        .collect())
}

/// What is of the reader's alone beside what an oath knows: all but what is damaged stays as it is.
const ASIDE: &str = "const db = await new Promise((done) => {
      const request = indexedDB.open('lamplight:/:library');
      request.onsuccess = () => done(request.result);
    });
    const store = db.transaction('records').objectStore('records');
    const ask = (request) => new Promise((done) => { request.onsuccess = () => done(request.result); });
    const [keys, texts] = [await ask(store.getAllKeys()), await ask(store.getAll())];
    db.close();
    return Object.fromEntries(keys.map((key, at) => [key, texts[at]]).filter(([key]) => /^(revision|held|once|extent)/.test(key)));";

async fn aside(browser: &Browser) -> Result<BTreeMap<String, String>> {
    let found = browser.run_async(ASIDE, Vec::new()).await?;
    serde_json::from_value(found).context("no records")
}

/// What the browser has in memory it has forgotten: the scripts that it ran, and the worker that knows what its build is.
async fn later(browser: &Browser) -> Result<()> {
    for (method, parameters) in [
        ("ServiceWorker.enable", json!({})),
        ("ServiceWorker.stopAllWorkers", json!({})),
        ("Network.enable", json!({})),
        ("Network.setCacheDisabled", json!({ "cacheDisabled": true })),
        (
            "Network.setCacheDisabled",
            json!({ "cacheDisabled": false }),
        ),
    ] {
        browser.cdp(method, parameters).await?;
    }
    Ok(())
}

/// Waits while something of some kinds is as damaged as it was, but not for ever.
async fn while_damaged(browser: &Browser, entries: &Value, kinds: &[&str]) -> Result<()> {
    let of = |entry: &&Value| {
        let kind = entry["kind"].as_str().unwrap_or_default();
        kinds.iter().any(|own| kind.starts_with(own))
    };
    let own: Vec<&Value> = entries
        .as_array()
        .into_iter()
        .flatten()
        .filter(of)
        .collect();
    for _ in 0..100 {
        let states = ask(browser, json!({ "look": own })).await?;
        if !states
            .as_array()
            .context("no states")?
            .contains(&json!("damaged"))
        {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    Ok(())
}

/// Opens a page as often as it takes: a damaged file of the app may cost one start.
async fn opens(browser: &Browser, url: &str, so: &str, damaged: &Value) -> Result<()> {
    browser.goto(url).await?;
    let either = format!(
        "({so}) || document.documentElement.dataset.failed || document.querySelector('[data-library]')?.lastChild?.nodeType === 3"
    );
    browser.wait_until(&either).await?;
    if browser
        .wait_up_to(std::time::Duration::from_secs(2), so)
        .await
        .is_ok()
    {
        return Ok(());
    }
    // It is mended behind.
    while_damaged(browser, damaged, &["app cache: "]).await?;
    later(browser).await?;
    browser.goto(url).await?;
    browser
        .wait_until(so)
        .await
        .context("the start after the one that failed")
}

const READY: &str = "document.documentElement.dataset.app === 'ready' && document.querySelector('main h1') && document.querySelector('main').innerText.trim().length > 20";
const LISTED: &str = "document.documentElement.dataset.app === 'ready' && document.querySelector('.library-body .library-count')?.textContent";

/// Damages an entry of each of some kinds; what else is lost, and what is not mended.
async fn damaged(
    browser: &Browser,
    scene: &Scene,
    kinds: &[(&str, Fate)],
    pages: &[&str],
    how: &str,
    turn: usize,
) -> Result<Vec<String>> {
    let mut lost = Vec::new();
    browser.goto(&scene.server.url(QUIET)).await?;
    let names: Vec<&str> = kinds.iter().map(|(kind, _)| *kind).collect();
    let mut plants = plants(scene)?;
    plants.retain(|(kind, ..)| names.contains(kind));
    let planted: Vec<Value> = plants
        .iter()
        .map(|(_, place, text)| json!([place, text]))
        .collect();
    ask(browser, json!({ "plant": planted })).await?;
    let before = aside(browser).await?;
    let mut wanted = vec![
        pages[pages.len() - 1]
            .trim_start_matches("> ")
            .trim_matches('/')
            .to_owned(),
    ];
    if pages.contains(&UNSAVED) {
        wanted.extend(pictures(scene)?);
    }
    // The index that a search opens.
    let edition = scene.site.read("edition.json")?;
    wanted.extend(
        edition
            .split('"')
            .filter(|name| name.starts_with("search-index/"))
            .map(str::to_owned),
    );
    let how_so = json!({ "damage": names, "how": how, "turn": turn, "names": wanted });
    let entries = ask(browser, how_so).await?;
    later(browser).await?;
    for page in pages {
        if let Some(link) = page.strip_prefix("> ") {
            browser.follow(link).await?;
            let there = format!("location.pathname === {link:?} && {READY}");
            browser.wait_until(&there).await?;
        } else if let Err(error) = opens(browser, &scene.server.url(page), READY, &entries).await {
            lost.push(format!("/{page}: {error:#}"));
        }
        // Until what it has of the device was asked for at the site.
        if page.contains('?') {
            while_damaged(browser, &entries, &["content cache: search-index"]).await?;
        } else {
            browser.evidence(&["live", "updated"]).await?;
        }
        if page.starts_with("ar/") {
            browser.kept().await?;
            while_damaged(browser, &entries, &["content cache: assets"]).await?;
        }
    }
    while_damaged(
        browser,
        &entries,
        &[
            "content cache: articles",
            "content cache: page",
            "content cache: media",
        ],
    )
    .await?;
    if let Err(error) = opens(browser, &scene.server.url("library/"), LISTED, &entries).await {
        lost.push(format!("/library/: {error:#}"));
        return Ok(lost);
    }
    press(browser, "[data-do=check]").await?;
    browser.wait_for("[data-flight]").await?;
    if !browser.has("[data-flight=ready]").await? {
        let report = browser.text(".library-report").await?;
        lost.push(format!("not ready: {report}"));
    }
    // What is fetched anew takes its time.
    let mut left = Vec::new();
    for _ in 0..100 {
        let states = ask(browser, json!({ "look": entries })).await?;
        let states: Vec<String> = serde_json::from_value(states)?;
        left = entries
            .as_array()
            .into_iter()
            .flatten()
            .zip(kinds)
            .zip(states)
            // What a later version wrote may be left to it.
            .filter(|((_, (_, fate)), state)| {
                *fate == Mended && state == "damaged" && how != "later"
            })
            .map(|((entry, _), _)| format!("not mended: {}", entry["where"]))
            .collect();
        if left.is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    lost.extend(left);
    let mut back: Vec<Value> = entries.as_array().cloned().unwrap_or_default();
    back.retain(|entry| {
        kinds
            .iter()
            .any(|(kind, fate)| *fate == Own && entry["kind"] == *kind)
    });
    back.extend(
        plants
            .iter()
            .map(|(_, place, _)| json!({ "where": place, "planted": true })),
    );
    ask(browser, json!({ "back": back })).await?;
    lost.extend(scene.oath.broken_for_good(browser).await?);
    let stored = scene.oath.stored(browser).await?;
    let said = stored.said.iter().filter(|key| !stored.whole(key));
    lost.extend(said.map(|key| format!("{key} is called saved and is not there")));
    let after = aside(browser).await?;
    let gone = before
        .iter()
        .filter(|(key, text)| after.get(*key) != Some(text));
    lost.extend(gone.map(|(key, _)| format!("the record {key}")));
    Ok(lost)
}

#[tokio::test]
async fn a_damaged_record_of_any_kind_harms_nothing_else() -> Result<()> {
    each("corrupt-records", 95, &RECORDS, |kind| {
        !kind.contains(" cache: ")
    })
    .await
}

#[tokio::test]
async fn a_damaged_file_of_any_kind_is_found_and_mended() -> Result<()> {
    each("corrupt-files", 96, &FILES, |kind| {
        kind.contains(" cache: ")
    })
    .await
}
