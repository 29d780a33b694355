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

/// What is said of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Say {
    Nothing,
    /// The bar appears, and moves on by itself.
    Bar,
    Line,
}

/// What to say so long after the start and after the last line.
fn say(terminal: bool, shown: bool, since_start: Duration, since_last: Duration) -> Say {
    match terminal {
        true if !shown && since_start > QUIET => Say::Bar,
        false if since_last > EVERY => Say::Line,
        _ => Say::Nothing,
    }
}

/// A line for what keeps no bar: a file, a log of a build server.
fn line(phase: &str, done: usize, total: usize) -> String {
    format!("{phase}: {done} of {total}")
}

fn name(phase: Phase) -> &'static str {
    match phase {
        Phase::Reading => "reading",
        Phase::Images => "images",
        Phase::Writing => "writing",
        Phase::Compressing => "compressing",
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
        let since_last = told.at.elapsed();
        match say(
            self.bar.is_some(),
            told.shown,
            self.start.elapsed(),
            since_last,
        ) {
            Say::Bar => {
                told.shown = true;
                if let Some(bar) = &self.bar {
                    bar.set_draw_target(ProgressDrawTarget::stderr());
                }
            }
            Say::Line => {
                told.at = Instant::now();
                eprintln!("{}", line(told.phase, done, told.total));
            }
            Say::Nothing => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_gets_a_bar_and_everything_else_a_line_now_and_then() {
        let ms = Duration::from_millis;
        assert_eq!(say(true, false, ms(300), ms(300)), Say::Nothing);
        assert_eq!(say(true, false, ms(500), ms(500)), Say::Bar);
        assert_eq!(say(true, true, ms(9000), ms(9000)), Say::Nothing);
        assert_eq!(say(false, false, ms(2900), ms(2900)), Say::Nothing);
        assert_eq!(say(false, false, ms(3100), ms(3100)), Say::Line);
        assert_eq!(say(false, false, ms(5000), ms(1900)), Say::Nothing);
        assert_eq!(line(name(Phase::Images), 120, 4000), "images: 120 of 4000");
    }
}
