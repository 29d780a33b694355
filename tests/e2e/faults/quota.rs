//! A device without space, at every kind of write there is: the first write of a kind fails and all that follow, or it alone.
//!
//! Each act is done once with space, which tells what it writes; then once for each kind of write. Where what was asked for did
//! not come about, that is said; and once there is space again, it does.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::{Context, Result};
use lamplight_e2e::{Browser, Engine, Full, Ledger, browse, not_blank};
use serde_json::{Value, json};

use super::quota_own as own;
use super::scene::{Scene, press, scene, visit};
use crate::library::{SAVE, library};

/// More kinds of writes than any act makes.
const MOST: usize = 40;

/// What the library says where nothing can be stored.
pub(super) const NO_SPACE: &str = "no space left";

/// What a reader does that writes.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Act {
    Save,
    Wish,
    Read,
    Choose,
    Write,
    Mark,
    ReadOn,
    Take,
    Follow,
    Carry,
}

impl Act {
    fn name(self) -> &'static str {
        match self {
            Self::Save => "an article is saved",
            Self::Wish => "a category is kept",
            Self::Read => "an article is opened",
            Self::Choose => "a setting is changed",
            Self::Write => "a message is written",
            Self::Mark => "an article is marked as read",
            Self::ReadOn => "an article is read to its middle",
            Self::Take => "a newer edition of what is saved is taken",
            Self::Follow => "a newer edition of what was read is taken",
            Self::Carry => "a carry file is taken in",
        }
    }
}

/// One time that an act is done.
struct Turn {
    number: usize,
    /// Who lacks space; nobody where this is empty.
    place: String,
    /// Where a carry file lies.
    path: PathBuf,
    /// What was said of that.
    said: String,
}

/// Does each act once with space, to learn what it writes; then once for each kind of write, without space for it, and what comes up
/// then.
async fn at_every_write(name: &str, seed: u64, quays: u8, acts: &[(Act, bool)]) -> Result<()> {
    let mut ledger = Ledger::of(name);
    let mut scene = scene(name, seed, 0, quays)?;
    let does = |act| acts.iter().any(|(own, _)| *own == act);
    if does(Act::Wish) || does(Act::Carry) {
        docks(&mut scene)?;
    }
    if does(Act::Take) {
        own::publish(&mut scene, 1)?;
    }
    let folder = tempfile::tempdir()?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        scene.settle(browser).await?;
        browser.arm(None, false).await?;
        let mut turns = 0;
        for (act, once) in acts {
            begin(browser, &mut scene, *act).await?;
            let mut kinds = vec![None];
            let (mut number, mut refused) = (0, 0);
            while let Some(kind) = kinds.get(number).cloned() {
                // No turn of an act does what another has done.
                let mut turn = Turn {
                    number: if matches!(act, Act::Save | Act::Choose | Act::Write) {
                        turns
                    } else {
                        number
                    },
                    place: kind
                        .as_ref()
                        .map(|(place, _): &(String, String)| place.clone())
                        .unwrap_or_default(),
                    path: folder.path().join(format!("{number}.lamplight.json")),
                    said: String::new(),
                };
                prepare(browser, &scene, *act, &turn).await?;
                let local = kind
                    .as_ref()
                    .map(|(_, what): &(String, String)| what.as_str());
                browser.arm(local, *once).await?;
                let full = kind.clone().map(|(place, what)| Full::Of(place, what));
                scene.server.watch_writes(full, *once);
                let lost = perform(browser, &mut scene, *act, &mut turn).await;
                let mut lost = lost.with_context(|| format!("{act:?}, {kind:?}"))?;
                // One that is half replaced opens all the same, which is looked at there.
                if *act != Act::Take {
                    lost.extend(scene.oath.broken(browser).await?);
                }
                let writes = scene.server.writes();
                scene.server.watch_writes(None, false);
                browser.arm(None, false).await?;
                let after = completed(browser, &scene, *act, &turn).await;
                lost.extend(after.with_context(|| format!("{act:?}, {kind:?}, with space again"))?);
                scene.oath.hear(browser).await?;
                // What was still under way from before is not done again.
                let hit = kind.as_ref().filter(|kind| writes.contains(kind));
                refused += usize::from(hit.is_some());
                let (fault, at) = match (hit, once) {
                    (None, _) => ("none", String::new()),
                    (Some((place, what)), true) => ("no space, once", format!(": {place}, {what}")),
                    (Some((place, what)), false) => {
                        ("no space from then on", format!(": {place}, {what}"))
                    }
                };
                ledger.note(fault, &format!("{}{at}", act.name()), lost);
                for write in writes {
                    if !kinds.contains(&Some(write.clone())) {
                        kinds.push(Some(write));
                    }
                }
                number += 1;
                turns += 1;
                anyhow::ensure!(number < MOST, "{act:?} never ends: {kinds:?}");
            }
            anyhow::ensure!(refused > 0, "nothing was refused while {}", act.name());
            end(browser, &mut scene, *act).await?;
        }
        scene.ends(browser, &mut ledger, 9).await
    })
    .await?;
    ledger.close()
}

/// So many categories of two posts, older than what is kept unasked, each with a picture of its own.
const DOCKS: usize = 16;

fn docks(scene: &mut Scene) -> Result<()> {
    let Scene { site, oath, .. } = scene;
    let mut list = String::new();
    for dock in 0..DOCKS {
        for post in 0..2 {
            let picture = u8::try_from(100 + 2 * dock + post)?;
            site.put(
                &format!("dock-{dock}-{post}.png"),
                &super::scene::picture(picture)?,
            )?;
            let text = format!(
                "---\ntitle: \"Dock {dock}, post {post}\"\ndate: 2023-01-{:02}T09:00:00Z\ncategories: [dock-{dock}]\n---\n\nThe lamp.\n\n![The lamp](dock-{dock}-{post}.png)\n",
                dock + 1
            );
            site.put(&format!("dock-{dock}-post-{post}.md"), text.as_bytes())?;
        }
        // Writing to a string cannot fail.
        let _ = writeln!(
            list,
            "[[categories]]\nid = \"dock-{dock}\"\nnames = {{ en = \"Dock {dock}\" }}"
        );
    }
    site.settings(&list)?;
    site.meddle()?;
    oath.published(site)
}

/// Opens the page on which the act is done, again and again.
async fn begin(browser: &Browser, scene: &mut Scene, act: Act) -> Result<()> {
    if act == Act::Take {
        own::read_all(browser, scene).await?;
    }
    let server = &scene.server;
    match act {
        Act::Save | Act::Read | Act::ReadOn | Act::Take | Act::Follow => {
            browser.open_app(&server.url("")).await?;
        }
        Act::Wish | Act::Mark | Act::Carry => library(browser, server).await?,
        Act::Choose => browser.open_app(&server.url("settings/")).await?,
        Act::Write => {
            browser.open_app(&server.url("about/")).await?;
            browser.click("a[data-part=contact]").await?;
            browser
                .wait_until("document.querySelector('dialog#contact')?.open && document.querySelector('dialog#contact .outbox')")
                .await?;
        }
    }
    browser.kept().await
}

fn dock(turn: usize) -> String {
    format!(".library-wishes [data-name=dock-{turn}]")
}

/// So that the act has something to write.
async fn prepare(browser: &Browser, scene: &Scene, act: Act, turn: &Turn) -> Result<()> {
    let number = turn.number;
    match act {
        Act::Save => {
            let there = format!(
                "((control) => control?.dataset.save === 'en/quay-{number}' && control.dataset.standing === 'none')(document.querySelector('{SAVE}'))"
            );
            visit(browser, &format!("quay-{number}/"), &there).await?;
            // The browser was never asked to keep it.
            let unasked = "const db = await new Promise((done) => {
                  const open = indexedDB.open('lamplight:/:library');
                  open.onsuccess = () => done(open.result);
                });
                const change = db.transaction('records', 'readwrite');
                change.objectStore('records').delete('once/persist');
                await new Promise((done) => { change.oncomplete = done; });
                db.close(); return true;";
            browser.run_async(unasked, Vec::new()).await?;
            Ok(())
        }
        Act::Wish => {
            browser
                .wait_for(&format!("{}[data-do=keep]", dock(number)))
                .await?;
            Ok(())
        }
        Act::Read => {
            let forget = "for (const key of Object.keys(localStorage)) if (/:(doc|meta|kept|feed|messages)\\b/.test(key)) localStorage.removeItem(key);
                await caches.delete('lamplight:/:content'); return true;";
            browser.run_async(forget, Vec::new()).await?;
            Ok(())
        }
        Act::Carry => {
            own::file(scene, &turn.path, number)?;
            let here = own::is_here(browser, &turn.path).await?;
            anyhow::ensure!(!here, "the file has nothing new");
            Ok(())
        }
        Act::Choose | Act::Write | Act::Mark | Act::ReadOn | Act::Take | Act::Follow => Ok(()),
    }
}

/// What the library's page says of a wish: whether all of it is here, whether it was not stored, and how the keeping stands.
const WISH: &str = "const [dock] = arguments;
    const words = document.querySelector(`${dock}[data-do=stop]`)?.closest('li').querySelector('.library-age').textContent.match(/(\\d+) of (\\d+)/);
    const said = document.querySelector('.library-said').textContent;
    const work = document.querySelector('.library-work');
    return { here: !!words && words[1] === words[2], said, work: work.dataset.work, state: work.querySelector('.library-state').textContent };";

async fn wish(browser: &Browser, turn: usize) -> Result<Value> {
    browser.run(WISH, vec![json!(dock(turn))]).await
}

/// Waits until what is said of a wish is this.
async fn wish_is(browser: &Browser, turn: usize, so: &str) -> Result<()> {
    let look = WISH.replace(
        "const [dock] = arguments;",
        &format!("const dock = {:?};", dock(turn)),
    );
    browser
        .wait_until(&format!(
            "(({{ here, said, work, state }}) => {so})((() => {{ {look} }})())"
        ))
        .await
}

/// What is said of the open article, and whether that is what is so.
const SAID: &str = "const control = document.querySelector('main [data-save]');
    const said = control.nextElementSibling?.textContent ?? '';";

/// Acts while there is no space; what was lost.
async fn perform(
    browser: &Browser,
    scene: &mut Scene,
    act: Act,
    turn: &mut Turn,
) -> Result<Vec<String>> {
    let mut lost = Vec::new();
    let number = turn.number;
    match act {
        Act::Save => {
            press(browser, SAVE).await?;
            let told = format!(
                "(() => {{ {SAID} return control.dataset.standing === 'saved' ? said.startsWith('Saved') : said.includes('{NO_SPACE}'); }})()"
            );
            if browser.wait_until(&told).await.is_err() {
                let said = browser
                    .run(
                        &format!("{SAID} return [control.dataset.standing, said];"),
                        Vec::new(),
                    )
                    .await?;
                lost.push(format!("what is said: {said}"));
            }
            scene.oath.hear(browser).await?;
        }
        Act::Wish => {
            browser
                .run(
                    "document.querySelector('.library-said').textContent = ''",
                    Vec::new(),
                )
                .await?;
            press(browser, &format!("{}[data-do=keep]", dock(number))).await?;
            let so = format!("here || [said, state].some((text) => text.includes('{NO_SPACE}'))");
            if wish_is(browser, number, &so).await.is_err() {
                lost.push(format!("what is said: {}", wish(browser, number).await?));
            }
            scene.oath.hear(browser).await?;
        }
        Act::Read => {
            if let Err(error) = not_blank(browser, &scene.server.url("quay-0/")).await {
                lost.push(format!("/quay-0/: {error:#}"));
            }
            browser.kept().await?;
            let there =
                "document.documentElement.lang === 'ar' && document.querySelector('main .card')";
            if let Err(error) = visit(browser, "ar/", there).await {
                lost.push(format!("/ar/: {error:#}"));
            }
        }
        Act::Choose => {
            // What the reader changes is not what it was.
            scene.oath.edited("settings", "");
            let size = if number.is_multiple_of(2) {
                "large"
            } else {
                "huge"
            };
            let choose =
                "document.querySelector(`input[name=text][value=${arguments[0]}]`).click()";
            browser.run(choose, vec![json!(size)]).await?;
            browser
                .wait_until(&format!(
                    "document.documentElement.dataset.text === '{size}'"
                ))
                .await?;
            let kept = format!(
                "(({{ theme, text }}) => theme === 'dark' && (text === '{size}' || document.querySelector('[data-storage=full]')))(JSON.parse(localStorage.getItem('lamplight:/:settings')))"
            );
            if browser.wait_until(&kept).await.is_err() {
                lost.push("the settings, or that they were not stored".to_owned());
            }
        }
        Act::Write => {
            // The draft is taken up, and written over.
            scene.oath.edited("message", "The other lamp");
            let text = message(number);
            let write = "const field = document.querySelector('dialog#contact form').elements.message;
                field.focus(); field.value = arguments[0]; field.dispatchEvent(new InputEvent('input', { bubbles: true }));";
            browser.run(write, vec![json!(text)]).await?;
            press(browser, "dialog#contact form button:not([type=button])").await?;
            // It is a message of the reader's.
            let listed = format!(
                "document.querySelector('dialog#contact .outbox').textContent.includes({text:?})"
            );
            if let Err(error) = browser.wait_until(&listed).await {
                lost.push(format!("what was written: {error:#}"));
            }
        }
        Act::Mark => lost.extend(own::mark(browser, number).await?),
        Act::ReadOn => {
            let full = scene.server.is_full();
            own::read_on(browser, &scene.server, number, !full).await?;
        }
        Act::Take => lost.extend(own::take(browser, "berth", number, &turn.place).await?),
        Act::Follow => lost.extend(own::take(browser, "skiff", number, &turn.place).await?),
        Act::Carry => {
            scene.oath.edited("settings", "");
            scene.oath.edited("searches", "");
            turn.said = own::take_in(browser).await?;
        }
    }
    Ok(lost)
}

fn message(turn: usize) -> String {
    format!("Written when nothing could be stored, {turn}.")
}

/// What was asked for comes about, now that there is space.
async fn completed(browser: &Browser, scene: &Scene, act: Act, turn: &Turn) -> Result<Vec<String>> {
    let mut lost = Vec::new();
    let number = turn.number;
    match act {
        Act::Wish => {
            let go_on = ".library-work [data-do=go_on]";
            browser
                .run("const button = document.querySelector(arguments[0]); if (!button.hidden) button.click()", vec![json!(go_on)])
                .await?;
            wish_is(browser, number, "work === '' && (here || said)").await?;
        }
        // It was not stored, and is in the list.
        Act::Write => {
            let again = "const [text] = arguments;
                const line = [...document.querySelectorAll('dialog#contact .outbox li')].find((one) => one.textContent.includes(text));
                line?.querySelector('[data-do=try]')?.click();";
            browser.run(again, vec![json!(message(number))]).await?;
            let there = "const [text] = arguments;
                const db = await new Promise((done) => {
                  const open = indexedDB.open('lamplight:/:outbox');
                  open.onsuccess = () => done(open.result);
                });
                for (let turn = 0; turn < 400; turn++) {
                  const ask = db.transaction('messages').objectStore('messages').getAll();
                  await new Promise((done) => { ask.onsuccess = done; });
                  if (ask.result.some((one) => one.includes(text))) return db.close(), true;
                  await new Promise((done) => setTimeout(done, 25));
                }
                return false;";
            let stored = browser
                .run_async(there, vec![json!(message(number))])
                .await?;
            if stored != json!(true) {
                lost.push("the message is not stored".to_owned());
            }
        }
        Act::Mark => {
            let again = own::mark(browser, number).await?;
            lost.extend(again);
        }
        Act::ReadOn => own::read_on(browser, &scene.server, number, true).await?,
        Act::Carry => {
            let here = own::is_here(browser, &turn.path).await?;
            // What is lacking may have come from the site since.
            if turn.said == "taken" && !here {
                lost.push("the file was said to be taken in, and is not".to_owned());
            }
            if !here {
                let said = own::take_in(browser).await?;
                if said != "taken" || !own::is_here(browser, &turn.path).await? {
                    lost.push(format!("the same file completes nothing: {said}"));
                }
            }
        }
        Act::Take => {
            // The reader comes back to the tab.
            let back = "document.dispatchEvent(new Event('visibilitychange'))";
            browser.run(back, Vec::new()).await?;
            lost.extend(scene.oath.broken_for_good(browser).await?);
        }
        Act::Save | Act::Read | Act::Choose | Act::Follow => {}
    }
    Ok(lost)
}

/// What the act left open is done by itself.
async fn end(browser: &Browser, scene: &mut Scene, act: Act) -> Result<()> {
    if matches!(act, Act::Save | Act::Take | Act::Carry) {
        library(browser, &scene.server).await?;
        browser
            .wait_until("document.querySelector('.library-work').dataset.work === '' && !document.querySelector('[data-standing=due]')")
            .await?;
    }
    scene.oath.hear(browser).await?;
    Ok(())
}

#[tokio::test]
async fn a_device_without_space_at_any_write_of_a_save_loses_nothing() -> Result<()> {
    at_every_write(
        "quota-save",
        81,
        40,
        &[(Act::Save, false), (Act::Save, true)],
    )
    .await
}

#[tokio::test]
async fn a_device_without_space_at_any_write_of_what_else_a_reader_does_loses_nothing() -> Result<()>
{
    let acts = [
        (Act::Choose, false),
        (Act::Write, false),
        (Act::Write, true),
        (Act::Wish, false),
        (Act::Read, false),
    ];
    at_every_write("quota-use", 82, 1, &acts).await
}

#[tokio::test]
async fn a_device_without_space_for_places_marks_editions_and_files_loses_nothing() -> Result<()> {
    let acts = [
        (Act::Mark, false),
        (Act::ReadOn, false),
        (Act::Take, false),
        (Act::Follow, false),
        (Act::Carry, false),
    ];
    at_every_write("quota-own", 83, 0, &acts).await
}
