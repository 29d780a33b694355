//! New versions of the app: when to look for one, what of it to fetch, and the way back from one that does not start.
//!
//! Entry points: [`next_look`], [`plan`] with [`Install`], [`Trials`]. A build is whole or it is not there; it waits
//! until the reader takes it; one that three times in a row was started and never said that it ran gives way to the
//! last one that did, and is not offered again.
//!
//! The files of the last build that ran must not be deleted before another one has run.

use std::collections::BTreeMap;

use lamplight_model::{json, record};
use serde::Serialize;

use super::write;
use crate::Millis;

const MINUTE: Millis = 60_000;
const HOUR: Millis = 60 * MINUTE;

/// Nobody looks more often than this, whatever happens: who goes from page to page starts the app each time.
const LEAST: Millis = 15 * MINUTE;

/// A page that becomes visible again looks if the last look is longer ago.
const VISIBLE: Millis = 30 * MINUTE;

/// A page that stays open looks this often, give or take a quarter, so that readers do not come all at once.
const CALM: Millis = 6 * HOUR;

/// A device that saves data looks this often, whatever happens.
const SAVING: Millis = 24 * HOUR;

/// So many starts without a run are enough.
pub const STARTS: u32 = 3;

/// Starts within this time are one: several tabs that a browser opens again.
const ONE_START: Millis = 10_000;

/// How many builds that failed are remembered.
const FAILED: usize = 8;

/// What makes one think of a new version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// The app starts.
    Start,
    /// Its page becomes visible again.
    Visible,
    /// Time goes by.
    Time,
    /// The reader asks.
    Asked,
}

/// What is known of the looks before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Looks {
    /// When one looked last; 0 for never.
    pub last: Millis,
    /// How many looks in a row got no answer.
    pub failed: u32,
}

record!(Looks { last, failed });

/// When to look: now, if that is not later than `now`. `chance` is any number, other on other devices and each time.
pub fn next_look(
    looks: Looks,
    occasion: Occasion,
    saves_data: bool,
    chance: u32,
    now: Millis,
) -> Millis {
    // A look in the future was before the clock was set back.
    if occasion == Occasion::Asked || looks.last <= 0 || looks.last > now {
        return now;
    }
    let pause = match occasion {
        _ if saves_data => SAVING,
        Occasion::Start | Occasion::Asked => LEAST,
        Occasion::Visible => VISIBLE,
        Occasion::Time => {
            let spread = Millis::from(chance % 1_001) * (CALM / 2) / 1_000;
            CALM - CALM / 4 + spread
        }
    };
    // No answer: again sooner than the calm pause would have it, but each time later.
    let again = LEAST << looks.failed.min(5);
    let pause = match looks.failed {
        0 => pause,
        _ if saves_data => pause,
        _ if occasion == Occasion::Time => pause.min(again),
        _ => pause.max(again),
    };
    looks.last.saturating_add(pause)
}

/// A file of a build.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct File {
    /// Its path.
    pub url: String,
    /// The digest of its bytes.
    pub digest: String,
}

record!(File { url, digest });

/// How a build comes onto the device.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// Files that an older build has with the same digest, each after its path there: to be copied, and checked.
    pub copy: Vec<(String, File)>,
    /// Files to be fetched.
    pub fetch: Vec<File>,
}

/// What of a build's files is on the device in those of other builds.
pub fn plan(wanted: &[File], held: &[File]) -> Plan {
    let held: BTreeMap<&str, &str> = held.iter().map(|f| (&*f.digest, &*f.url)).collect();
    let mut plan = Plan::default();
    for file in wanted {
        match held.get(&*file.digest) {
            Some(url) => plan.copy.push(((*url).to_owned(), file.clone())),
            None => plan.fetch.push(file.clone()),
        }
    }
    plan
}

/// A build on its way: whole, or not at all.
#[derive(Clone, Debug)]
pub struct Install {
    missing: BTreeMap<String, String>,
    broken: bool,
}

/// How far a build has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Files are missing.
    Missing(usize),
    /// It is there.
    Whole,
    /// A file was another one, or could not be had: all that came of it is to be deleted.
    Broken,
}

impl Install {
    /// A build of which nothing has come.
    pub fn begin(wanted: &[File]) -> Self {
        let missing = wanted.iter().map(|f| (f.url.clone(), f.digest.clone()));
        Self {
            missing: missing.collect(),
            // A list of nothing is no build.
            broken: wanted.is_empty(),
        }
    }

    /// A file was stored and read back; this is its digest, empty if it could not be had.
    pub fn came(&mut self, url: &str, digest: &str) -> Progress {
        match self.missing.get(url) {
            Some(wanted) if wanted == digest => _ = self.missing.remove(url),
            Some(_) => self.broken = true,
            None => {}
        }
        self.progress()
    }

    /// How far it has come.
    pub fn progress(&self) -> Progress {
        match self.missing.len() {
            _ if self.broken => Progress::Broken,
            0 => Progress::Whole,
            missing => Progress::Missing(missing),
        }
    }
}

/// What the site says of its app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// There is this build.
    Build(String),
    /// There is to be no app any more: what was kept is to be deleted, the worker removes itself.
    Leave,
    /// Nothing that can be believed.
    Nothing,
}

/// What to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing.
    Stay,
    /// Fetch that build.
    Fetch,
    /// It is there: offer it.
    Offer,
    /// Go. What the reader made stays until the reader's browser deletes it.
    Leave,
}

/// Which builds were started and which of them ran, as it is stored (JSON). The worker writes it: it serves a page, and
/// the page tells it that the app runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Trials {
    /// Version of the record, now 1.
    pub v: u32,
    /// The build that is served.
    pub build: String,
    /// The last one that ran; empty if none has.
    pub good: String,
    /// How often in a row `build` was started and did not say that it ran.
    pub starts: u32,
    /// When it was last started.
    pub started: Millis,
    /// Builds that failed, the last one last.
    pub failed: Vec<String>,
}

record!(Trials {
    v, build;
    good, starts, started, failed
});

impl Trials {
    /// Reads the record. One that cannot be read is that of a device that has just got `build`.
    pub fn read(text: &str, build: &str) -> Self {
        let read = json::read::<Self>(text).filter(|trials| trials.v == 1);
        read.unwrap_or_else(|| Self {
            v: 1,
            build: build.to_owned(),
            ..Self::default()
        })
    }

    /// The record as text.
    pub fn text(&self) -> String {
        write(self)
    }

    /// The reader took another build.
    pub fn take(&mut self, build: &str) {
        if self.build != build {
            build.clone_into(&mut self.build);
            (self.starts, self.started) = (0, 0);
        }
        self.failed.retain(|failed| failed != build);
    }

    /// A page is about to be served; says with the files of which build. `held` are the builds whose files are whole on
    /// this device. Where the build has failed and there is a good one, that takes its place for good; where there is
    /// none, the page starts without the app just as well.
    pub fn start(&mut self, held: &[String], now: Millis) -> String {
        let good = !self.good.is_empty() && self.good != self.build && held.contains(&self.good);
        if good && (self.starts >= STARTS || !held.contains(&self.build)) {
            let failed = std::mem::replace(&mut self.build, self.good.clone());
            self.failed.retain(|known| *known != failed);
            self.failed.push(failed);
            let over = self.failed.len().saturating_sub(FAILED);
            self.failed.drain(..over);
            (self.starts, self.started) = (0, 0);
        }
        // Of a clock that was set back, the distance counts.
        if self.starts == 0 || now.abs_diff(self.started) >= ONE_START.unsigned_abs() {
            self.starts = self.starts.saturating_add(1);
            self.started = now;
        }
        self.build.clone()
    }

    /// A page says that the app of this build runs.
    pub fn ran(&mut self, build: &str) {
        if build == self.build {
            build.clone_into(&mut self.good);
            self.starts = 0;
        }
    }

    /// Of the builds on the device, those whose files may be deleted. `coming` is one that waits or is being fetched.
    pub fn spare(&self, held: &[String], coming: Option<&str>) -> Vec<String> {
        let needed = |build: &String| {
            *build == self.build || *build == self.good || coming == Some(build.as_str())
        };
        held.iter()
            .filter(|build| !needed(build))
            .cloned()
            .collect()
    }

    /// What to do about what the site says. A build that failed here is not fetched again, unless the reader `asked`.
    pub fn step(&self, said: &Said, held: &[String], asked: bool) -> Step {
        match said {
            Said::Leave => Step::Leave,
            Said::Build(build) if *build == self.build => Step::Stay,
            Said::Build(build) if self.failed.contains(build) && !asked => Step::Stay,
            Said::Build(build) if held.contains(build) => Step::Offer,
            Said::Build(build) if !build.is_empty() => Step::Fetch,
            Said::Build(_) | Said::Nothing => Step::Stay,
        }
    }
}

#[cfg(test)]
mod tests;
