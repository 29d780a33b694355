//! Progress for people: a bar on a terminal, a line every few seconds elsewhere, nothing for a run
//! that is over before anyone wonders.

use std::io::IsTerminal as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::{Phase, Progress};

/// How long a run may take without a word on a terminal.
const QUIET: Duration = Duration::from_millis(400);
/// How long elsewhere, and from line to line.
const EVERY: Duration = Duration::from_secs(3);

/// Shows progress on standard error.
pub(super) struct Meter {
    start: Instant,
    /// On a terminal; hidden for a while.
    bar: Option<ProgressBar>,
    done: AtomicUsize,
    told: Mutex<Told>,
}

/// What the last line said, and when.
struct Told {
    phase: &'static str,
    total: usize,
    at: Instant,
    shown: bool,
}

impl Meter {
    /// Begins to measure.
    pub(super) fn new() -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
            if let Ok(style) = ProgressStyle::with_template("{msg:9} {bar:32} {pos}/{len}") {
                bar.set_style(style);
            }
            bar
        });
        let start = Instant::now();
        Self {
            start,
            bar,
            done: AtomicUsize::new(0),
            told: Mutex::new(Told {
                phase: "",
                total: 0,
                at: start,
                shown: false,
            }),
        }
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn name(phase: Phase) -> &'static str {
    match phase {
        Phase::Reading => "reading",
        Phase::Images => "images",
        Phase::Writing => "writing",
        Phase::Compressing => "squeezing",
    }
}

impl Progress for Meter {
    fn begin(&self, phase: Phase, steps: usize) {
        self.done.store(0, Ordering::Relaxed);
        if let Ok(mut told) = self.told.lock() {
            (told.phase, told.total) = (name(phase), steps);
        }
        if let Some(bar) = &self.bar {
            bar.set_length(steps as u64);
            bar.set_position(0);
            bar.set_message(name(phase));
        }
    }

    fn advance(&self, steps: usize) {
        let done = self.done.fetch_add(steps, Ordering::Relaxed) + steps;
        if let Some(bar) = &self.bar {
            bar.inc(steps as u64);
        }
        // Whoever does not get the lock has nothing to tell that the other would not.
        let Ok(mut told) = self.told.try_lock() else {
            return;
        };
        match &self.bar {
            Some(bar) if !told.shown && self.start.elapsed() > QUIET => {
                told.shown = true;
                bar.set_draw_target(ProgressDrawTarget::stderr());
            }
            None if told.at.elapsed() > EVERY => {
                told.at = Instant::now();
                eprintln!("{}: {done} of {}", told.phase, told.total);
            }
            _ => {}
        }
    }
}
