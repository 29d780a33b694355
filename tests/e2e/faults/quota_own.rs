//! Acts on a device without space that need something to have happened before: an article to have been read, and to have another
//! edition since; a file of everything to have come from another device. [`super::quota`] does each at every kind of write.

use std::fs;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use lamplight_e2e::{Browser, Server};
use lamplight_model::seal;
use serde_json::{Value, json};

use super::quota::NO_SPACE;
use super::scene::{Scene, press, visit};
use crate::library::library;
use crate::{carry, carry_limits};

/// How many articles there are whose other edition is taken: of what is saved, and of what was only read.
const BERTHS: usize = 22;
const SKIFFS: usize = 16;

/// Publishes an edition of those.
pub(super) fn publish(scene: &mut Scene, edition: u8) -> Result<()> {
    let Scene { site, oath, .. } = scene;
    let names = [("berth", BERTHS), ("skiff", SKIFFS)];
    for (name, count) in names {
        for number in 0..count {
            let picture = format!("{name}-{number}-{edition}.png");
            let shade = u8::try_from(number)? + edition * 64 + u8::from(name == "skiff") * 32;
            site.put(&picture, &super::scene::picture(shade)?)?;
            let text = format!(
                "---\ntitle: \"The {name} {number}\"\ndate: 2022-01-{:02}T09:00:00Z\ncategories: [{name}]\n---\n\nEdition {edition} of {name} {number}.\n\n![The lamp]({picture})\n",
                number + 1
            );
            site.put(&format!("{name}-{number}.md"), text.as_bytes())?;
        }
    }
    site.settings(&format!("# edition {edition}"))?;
    site.meddle()?;
    oath.published(site)
}

/// Saves the berths and opens the skiffs in their first edition, before the second is published.
pub(super) async fn read_all(browser: &Browser, scene: &mut Scene) -> Result<()> {
    library(browser, &scene.server).await?;
    press(browser, ".library-wishes [data-do=keep][data-name=berth]").await?;
    crate::library::all_here(browser, "berth").await?;
    for number in 0..SKIFFS {
        let here = format!("localStorage.getItem('lamplight:/:doc/en/skiff-{number}')");
        visit(browser, &format!("skiff-{number}/"), &here).await?;
    }
    scene.oath.hear(browser).await?;
    publish(scene, 2)
}

/// Takes the newer edition of an article. Who lacks space, `place`, says so: the library beside the article, a page in its notice.
pub(super) async fn take(
    browser: &Browser,
    name: &str,
    number: usize,
    place: &str,
) -> Result<Vec<String>> {
    let mut lost = Vec::new();
    let shows = |edition: u8| {
        format!(
            "document.querySelector('main article')?.textContent.includes('Edition {edition} of {name} {number}.')"
        )
    };
    visit(browser, &format!("{name}-{number}/"), &shows(1)).await?;
    browser.evidence(&["updated"]).await?;
    press(browser, "[data-evidence] .button-strong").await?;
    browser.wait_until(&shows(2)).await?;
    let told = if place == "library" {
        "main [role=status]"
    } else {
        "main [role=status], [data-storage=full]"
    };
    let told = vec![json!(name), json!(number), json!(NO_SPACE), json!(told)];
    let found = browser.run_async(TAKEN, told).await?;
    if found["taken"] != true && found["said"] != true {
        lost.push(format!(
            "the newer edition was taken, is not stored, and nothing is said: {found}"
        ));
    }
    if found["whole"] != true {
        lost.push(format!("what is saved does not open: {found}"));
    }
    // What was only read is put aside in local storage; where that is full it goes, as what is kept unasked does.
    let goes = name == "skiff" && place == "page" && found["said"] == true;
    if found["earlier"] != true && !goes {
        lost.push(format!("the edition that was read: {found}"));
    }
    Ok(lost)
}

/// Waits until the newer edition is stored where the earlier one was, or that it is not is said; whether the earlier one is
/// anywhere.
const TAKEN: &str = r#"const [name, number, words, place] = arguments;
    const slug = `${name}-${number}`;
    const text = (edition) => `Edition ${edition} of ${name} ${number}.`;
    const records = async () => {
      const db = await new Promise((done) => {
        const open = indexedDB.open('lamplight:/:library');
        open.onsuccess = () => done(open.result);
      });
      const store = db.transaction('records').objectStore('records');
      const asks = [store.getAllKeys(), store.getAll()];
      await new Promise((done) => { store.transaction.oncomplete = done; });
      db.close();
      return Object.fromEntries(asks[0].result.map((key, at) => [key, asks[1].result[at]]));
    };
    const look = async () => {
      const saved = (await caches.has('lamplight:/:saved')) && await (await caches.open('lamplight:/:saved')).match(`/articles/${slug}.en.json`);
      // Whichever edition page and document are of, each is whole and has its picture.
      const files = saved ? [saved, await (await caches.open('lamplight:/:saved')).match(`/${slug}/`)] : [];
      const whole = await Promise.all(files.map(async (file) => {
        const content = await file?.clone().text() ?? '';
        const pictures = content.match(/media\/[0-9a-f]{32}[-.\w]*/g) ?? [];
        const there = await Promise.all(pictures.map(async (path) => !!(await caches.match(`/${path}`, { cacheName: 'lamplight:/:saved' }))));
        return there.some(Boolean) && [1, 2].some((edition) => content.includes(text(edition)));
      }));
      const own = saved ? await saved.text() : localStorage.getItem(`lamplight:/:doc/en/${slug}`) ?? '';
      const all = await records();
      const receipt = all[`receipt/${slug}/en`];
      const said = [...document.querySelectorAll(place)].some((one) => one.textContent.includes(words));
      const kept = [own, ...Object.entries(all).filter(([key]) => key.startsWith(`revision/${slug}/`)).map(([, text]) => text),
        ...Object.entries({ ...localStorage }).filter(([key]) => key.includes(`/en/${slug}`)).map(([, text]) => text)];
      const digest = /"digest":"([0-9a-f]{32})"/.exec(own)?.[1];
      return {
        taken: own.includes(text(2)) && (!receipt || (receipt.includes(digest) && !all[`renew/en/${slug}`])),
        said, whole: whole.every(Boolean), earlier: kept.some((one) => one.includes(text(1))),
      };
    };
    let found;
    for (let turn = 0; turn < 400; turn++) {
      found = await look();
      if ((found.taken || found.said) && found.earlier && found.whole) return found;
      await new Promise((done) => setTimeout(done, 25));
    }
    return { ...found, here: Object.keys({ ...localStorage }).filter((key) => key.includes(slug)), records: Object.keys(await records()).filter((key) => key.includes(`/${slug}/`)) };"#;

/// What a record of what was read says.
fn reading(slug: &str, so: &str) -> String {
    format!(
        "(({{ block, read }}) => {so})(JSON.parse(localStorage.getItem('lamplight:/:reading/{slug}') ?? '{{}}'))"
    )
}

/// Which article is read in a turn.
fn post(turn: usize) -> String {
    format!("post-{:02}", 20 - turn)
}

/// Marks an article as read, in the library's list.
pub(super) async fn mark(browser: &Browser, turn: usize) -> Result<Vec<String>> {
    let slug = post(turn);
    browser
        .run(
            "document.querySelector('.library-said').textContent = ''",
            Vec::new(),
        )
        .await?;
    let button = format!(".library-lists [data-do=read][data-slug={slug}]");
    browser
        .wait_until(&format!(
            "document.querySelector({button:?}) || {}",
            reading(&slug, "read")
        ))
        .await?;
    browser
        .run(
            "document.querySelector(arguments[0])?.click()",
            vec![json!(button)],
        )
        .await?;
    let so = format!(
        "{} || document.querySelector('.library-said').textContent.includes('{NO_SPACE}')",
        reading(&slug, "read")
    );
    let told = browser.wait_until(&so).await.is_ok();
    Ok(if told {
        Vec::new()
    } else {
        vec![format!("{slug} is not marked, and nothing is said")]
    })
}

/// Reads an article to its middle and leaves it; `kept`: until that is noted, else until it was to be.
pub(super) async fn read_on(
    browser: &Browser,
    server: &Server,
    turn: usize,
    kept: bool,
) -> Result<()> {
    let slug = post(turn + 6);
    let there = format!(
        "document.querySelector('main article')?.dataset.slug === '{slug}' && document.querySelectorAll('.prose > [data-block]').length > 8"
    );
    visit(browser, &format!("{slug}/"), &there).await?;
    let scroll = "const all = document.querySelectorAll('.prose > [data-block]');
        all[5].scrollIntoView(); window.scrollBy({ top: -100, behavior: 'instant' });
        await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
        return true;";
    browser.run_async(scroll, Vec::new()).await?;
    let tried = || {
        server
            .writes()
            .iter()
            .any(|(_, what)| what == "local storage: reading")
    };
    visit(browser, "", "document.querySelector('main .card')").await?;
    if kept {
        browser.wait_until(&reading(&slug, "block")).await
    } else {
        browser.until(tried).await
    }
}

/// Writes a file from another device, which has of everything something that no other turn's has.
pub(super) fn file(scene: &Scene, path: &Path, turn: usize) -> Result<()> {
    let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?;
    let slug = format!("dock-{turn}-post-0");
    let document = fs::read_to_string(scene.site.root().join(format!("articles/{slug}.en.json")))?;
    let message = carry_limits::message(
        &format!("00000000-0000-4000-8000-{turn:012}"),
        "waiting",
        "",
        &format!("Carried, {turn}."),
        now,
    );
    let message: Value = serde_json::from_str(&message)?;
    let size = if turn.is_multiple_of(2) {
        "large"
    } else {
        "huge"
    };
    let items = [
        json!({ "key": format!("saved/article/{slug}/en"), "record":
            { "v": 1, "kind": "article", "name": slug, "lang": "en", "stamp": now, "since": now, "images": true } }),
        json!({ "key": format!("reading/dock-{turn}-post-1"), "record":
            { "v": 1, "slug": format!("dock-{turn}-post-1"), "lang": "en", "block": "1.2", "part": 300, "progress": 420,
              "seen": now, "read": false, "marked": 0, "opened": now, "forgot": 0 } }),
        json!({ "key": "settings", "stamp": now, "record": { "v": 1, "theme": "dark", "text": size } }),
        json!({ "key": "searches", "stamp": now, "record": [format!("lamp {turn}")] }),
        json!({ "key": format!("outbox/00000000-0000-4000-8000-{turn:012}"), "record": message }),
        json!({ "stored": now, "document": document }),
    ];
    let lines: Vec<String> = items.iter().map(Value::to_string).collect();
    let rest = format!(
        ",\"carry\":1,\"site\":\"{}\",\"title\":\"The Test Lantern\",\"made\":{now},\"items\":[\n{}\n],\"count\":{}}}\n",
        scene.server.url(""),
        lines.join(",\n"),
        lines.len()
    );
    fs::write(
        path,
        format!("{{\"digest\":\"{}\"{rest}", seal::digest(rest.as_bytes())),
    )?;
    Ok(())
}

/// Takes a file in that was chosen before; what is said of it then.
pub(super) async fn take_in(browser: &Browser) -> Result<String> {
    carry::press(browser, "[data-do=carry_take]").await?;
    let end = "document.querySelector('.library-carry-said [data-carry=taken], .library-carry-said [data-carry=partly]')";
    browser
        .wait_until(end)
        .await
        .context("nothing is said of the file")?;
    let end = browser.eval(&format!("{end}.dataset.carry")).await?;
    Ok(end.as_str().unwrap_or_default().to_owned())
}

/// Whether all of a file is here, by what is said when it is chosen again.
pub(super) async fn is_here(browser: &Browser, path: &Path) -> Result<bool> {
    let text = path.to_str().context("a path that is no text")?;
    browser
        .run(
            "document.querySelector('.library-carry-said').textContent = ''",
            Vec::new(),
        )
        .await?;
    browser
        .find("[data-carry=file]")
        .await?
        .send_keys(text)
        .await?;
    let said = "document.querySelector('.library-carry-said [data-carry=nothing], .library-carry-said [data-carry=plan]')";
    browser.wait_until(said).await?;
    Ok(browser.eval(&format!("{said}.dataset.carry")).await? == "nothing")
}
