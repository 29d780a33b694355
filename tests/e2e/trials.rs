//! Which build pages get, whatever happens: the real worker against a model of it, through a random sequence of updates,
//! starts, runs and days. `LAMPLIGHT_SEED` repeats one.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use lamplight_e2e::{App, Browser, Engine, Server, Site, browse};
use serde_json::json;

use crate::updates::{build_of_page, later, look, noted, served};

/// So many starts without a run are enough.
const STARTS: u32 = 3;

/// What the device knows of a build.
#[derive(Clone, Debug)]
struct Trial {
    build: String,
    /// How often it was started and did not say that it ran.
    starts: u32,
    /// The last start was just now: another one is the same.
    recent: bool,
    /// It has said that it runs.
    ran: bool,
    /// What was there when it was installed.
    older: Vec<String>,
}

/// The model (`docs/decisions/updates.md`): the builds on a device, in the order in which they were taken, then came.
#[derive(Debug)]
struct Trials {
    held: Vec<Trial>,
    active: String,
    waiting: Option<String>,
}

impl Trials {
    fn new(build: &str) -> Self {
        let mut trials = Self {
            held: Vec::new(),
            active: build.to_owned(),
            waiting: None,
        };
        trials.offer(build);
        trials.waiting = None;
        trials
    }

    /// A build is installed, whole.
    fn offer(&mut self, build: &str) {
        let names = self.held.iter().map(|trial| trial.build.clone());
        let older: Vec<String> = names.filter(|name| name != build).collect();
        match self.held.iter_mut().find(|trial| trial.build == build) {
            Some(trial) => trial.older = older,
            None => self.held.push(Trial {
                build: build.to_owned(),
                starts: 0,
                recent: false,
                ran: false,
                older,
            }),
        }
        self.waiting = Some(build.to_owned());
    }

    /// The reader takes it: of those before it, the last one that ran stays.
    fn take(&mut self) {
        let Some(build) = self.waiting.take() else {
            return;
        };
        // A site may go back to a build that came before the one in use.
        if let Some(at) = self.held.iter().position(|trial| trial.build == build) {
            let taken = self.held.remove(at);
            self.held.push(taken);
        }
        self.active = build;
        let good = self.good().map(|trial| trial.build.clone());
        let older = self.current().older.clone();
        self.held
            .retain(|trial| !older.contains(&trial.build) || Some(&trial.build) == good.as_ref());
    }

    fn current(&self) -> &Trial {
        let active = self.held.iter().find(|trial| trial.build == self.active);
        active.expect("what is in use is on the device")
    }

    fn good(&self) -> Option<&Trial> {
        let older = &self.current().older;
        let ran = |trial: &&Trial| trial.ran && older.contains(&trial.build);
        self.held.iter().rfind(ran)
    }

    /// A page of a build says something.
    fn say(&mut self, what: &str, build: &str) {
        if build != self.active {
            return;
        }
        let own = self.held.iter_mut().find(|trial| trial.build == build);
        let Some(trial) = own.filter(|trial| !trial.ran) else {
            return;
        };
        match what {
            "ran" => trial.ran = true,
            "began" if !trial.recent => (trial.starts, trial.recent) = (trial.starts + 1, true),
            "left" if trial.recent => (trial.starts, trial.recent) = (trial.starts - 1, false),
            _ => {}
        }
    }

    /// Another day.
    fn later(&mut self) {
        let active = self.active.clone();
        for trial in &mut self.held {
            trial.recent &= trial.build != active;
        }
    }

    fn served(&self) -> &str {
        let current = self.current();
        let back = self
            .good()
            .filter(|_| !current.ran && current.starts >= STARTS);
        &back.unwrap_or(current).build
    }
}

/// Marsaglia's xorshift: the same sequence for the same seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }
}

/// A version is published. Its worker takes every start for a recent one that is not said to be of another day: this test
/// must not hang on how long its steps take.
fn publish(site: &mut Site, number: usize) -> Result<String> {
    site.install(App::Version(u32::try_from(number)?))?;
    let worker = site.read("sw.js")?;
    // As it is written, and as the release build has it.
    let times = ["ONE_START = 10_000", "ONE_START=1e4"];
    let time = times.iter().find(|time| worker.contains(**time));
    let time = time.with_context(|| format!("sw.js has none of {times:?}"))?;
    let patient = worker.replace(*time, "ONE_START=1e12");
    std::fs::write(site.root().join("sw.js"), patient)?;
    site.build_id()
}

pub(crate) async fn say(browser: &Browser, what: &str, build: &str) -> Result<()> {
    browser
        .run_async(
            "const { active } = await navigator.serviceWorker.getRegistration();
             active.postMessage({ type: arguments[0], build: arguments[1], said: 'by the test' });",
            vec![json!(what), json!(build)],
        )
        .await?;
    Ok(())
}

/// The reader takes the version that waits, if one does.
async fn take(browser: &Browser) -> Result<()> {
    browser
        .run_async(
            "const registration = await navigator.serviceWorker.getRegistration();
             const { waiting } = registration;
             waiting?.postMessage({ type: 'skip-waiting' });
             while (waiting && waiting.state !== 'activated') await new Promise((done) => setTimeout(done, 25));",
            Vec::new(),
        )
        .await?;
    Ok(())
}

/// The device is as the model says.
async fn agrees(browser: &Browser, trials: &Trials) -> Result<()> {
    let own = trials.current();
    let condition = format!(
        "record?.starts === {} && record.ran === {}",
        own.starts, own.ran
    );
    noted(browser, &own.build, &condition).await?;
    let serves = served(browser).await?;
    ensure!(serves == json!(trials.served()), "{serves} is served");
    let names = "return (await caches.keys()).filter((name) => name.startsWith('lamplight:/:app:')).map((name) => name.slice(16)).sort()";
    let held = browser.run_async(names, Vec::new()).await?;
    let mut expected: Vec<&str> = trials.held.iter().map(|trial| &*trial.build).collect();
    expected.sort_unstable();
    ensure!(held == json!(expected), "on the device is {held}");
    Ok(())
}

/// A first build on the device, and a page where nothing else happens than what the test does; its address.
pub(crate) async fn quietly(browser: &mut Browser, server: &Server) -> Result<String> {
    browser.allow_in_console("does not start.");
    // A build that was cleared asks for its files, which a site of another build may not have.
    browser.allow_in_console("status of 404");
    browser.allow_in_console("favicon.ico");
    // What the app itself would say.
    browser
        .before_every_page(
            "const post = ServiceWorker.prototype.postMessage;
             ServiceWorker.prototype.postMessage = function (message, ...rest) {
               if (!message.build || message.said) post.call(this, message, ...rest); };",
        )
        .await?;
    browser.open_app(&server.url("")).await?;
    browser.kept().await?;
    let quiet = server.url("robots.txt");
    browser.goto(&quiet).await?;
    Ok(quiet)
}

#[tokio::test]
async fn the_way_back_leads_to_the_build_in_use_before_and_not_to_one_that_was_withdrawn()
-> Result<()> {
    let mut site = Site::fixture()?;
    let first = publish(&mut site, 0)?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        quietly(browser, &server).await?;
        let mut trials = Trials::new(&first);
        say(browser, "ran", &first).await?;
        trials.say("ran", &first);
        agrees(browser, &trials).await?;
        // The second runs, but is bad: the site goes back to the first, and then there is a third.
        for number in [1, 0, 2] {
            let build = publish(&mut site, number)?;
            look(browser).await?;
            trials.offer(&build);
            take(browser).await?;
            trials.take();
            if number == 1 {
                say(browser, "ran", &build).await?;
                trials.say("ran", &build);
            }
            agrees(browser, &trials).await?;
        }
        let third = trials.active.clone();
        for _ in 0..STARTS {
            later(browser, &third).await?;
            trials.later();
            say(browser, "began", &third).await?;
            trials.say("began", &third);
            agrees(browser, &trials).await?;
        }
        ensure!(served(browser).await? == json!(first), "{trials:#?}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn whatever_happens_pages_get_the_build_that_the_model_says() -> Result<()> {
    let seed = match std::env::var("LAMPLIGHT_SEED") {
        Ok(seed) => seed.parse()?,
        Err(_) => SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis() as u64 | 1,
    };
    eprintln!("LAMPLIGHT_SEED={seed}");
    let mut chance = Chance(seed);
    let mut site = Site::fixture()?;
    let mut builds = vec![publish(&mut site, 0)?];
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        let quiet = quietly(browser, &server).await?;
        let mut trials = Trials::new(&builds[0]);
        let mut taken = Vec::new();
        for step in 0..70 {
            let which = chance.below(16);
            let what = match which {
                0..=4 => {
                    later(browser, &trials.active).await?;
                    trials.later();
                    let build = trials.served().to_owned();
                    say(browser, "began", &build).await?;
                    trials.say("began", &build);
                    format!("another day, {build} began")
                }
                5..=7 => {
                    let said = ["began", "left", "ran"][which - 5];
                    // Of the build that is served, or of a tab that runs another one.
                    let build = match chance.below(3) {
                        0 => builds[chance.below(builds.len())].clone(),
                        _ => trials.served().to_owned(),
                    };
                    say(browser, said, &build).await?;
                    trials.say(said, &build);
                    format!("{build} {said}")
                }
                8 | 9 => {
                    let number = chance.below(builds.len().min(3) + 1);
                    let build = publish(&mut site, number)?;
                    if !builds.contains(&build) {
                        builds.push(build.clone());
                    }
                    look(browser).await?;
                    // The browser compares with the newest it has.
                    if trials.waiting.as_ref().unwrap_or(&trials.active) != &build {
                        trials.offer(&build);
                    }
                    format!("{build} is published")
                }
                10 | 11 => {
                    take(browser).await?;
                    trials.take();
                    format!("{} is taken", trials.active)
                }
                _ => {
                    browser.goto(&server.url("post-02/")).await?;
                    let build = build_of_page(browser).await?;
                    ensure!(
                        build == trials.served(),
                        "a page is of {build}: {trials:#?}"
                    );
                    browser.goto(&quiet).await?;
                    "a page is opened".into()
                }
            };
            taken.push(what);
            let done = agrees(browser, &trials).await;
            done.with_context(|| format!("seed {seed}, step {step} of {taken:#?}, {trials:#?}"))?;
        }
        Ok(())
    })
    .await
}
