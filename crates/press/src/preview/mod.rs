//! A publication, shown while it is being written.
//!
//! Entry points: [`Preview`] (builds into a folder of its own, and serves what was built last),
//! [`Preview::router`], and [`watch::follow`], which builds again after every change. An edit that
//! cannot be built leaves the last good site in place; open pages are told what is wrong with it.
//!
//! The site's own files are served as `press build` writes them, but for one script in the pages. It
//! must never be in a page that is published.

mod page;
mod server;
pub mod watch;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use axum::Router;
use serde::Serialize;
use tokio::sync::watch::{Receiver, Sender, channel};

use crate::{
    BuildError, BuildOptions, Diagnostics, Precompress, Progress, Report, build_with, serve,
};

/// A publication that is served while it changes.
pub struct Preview {
    options: BuildOptions,
    /// The generations of another run of the program are others, also when the port is the same.
    run: u128,
    /// The number of builds that changed the site. One build at a time.
    builds: Mutex<u64>,
    state: Sender<State>,
}

/// What is shown.
#[derive(Clone)]
struct State {
    news: News,
    site: Option<Router>,
    building: bool,
}

/// What open pages are told.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
struct News {
    /// Of the site that is shown: another after every build that changed it.
    generation: String,
    /// Another whenever anything here changes.
    revision: u64,
    /// The site's base path.
    base: String,
    /// Whether a site is shown at all.
    shown: bool,
    /// Whether the content as it is now cannot be built.
    broken: bool,
    problems: Vec<page::Problem>,
}

/// How a build ended.
#[derive(Debug)]
pub struct Built {
    /// What it made, or why it made nothing.
    pub result: Result<Report, BuildError>,
    /// How long it took.
    pub time: Duration,
    /// The path below which the site is.
    pub base: String,
}

impl Built {
    /// What is wrong with the content.
    pub fn diagnostics(&self) -> Option<&Diagnostics> {
        match &self.result {
            Ok(report) => Some(&report.diagnostics),
            Err(BuildError::Content(diagnostics)) => Some(diagnostics),
            Err(_) => None,
        }
    }
}

impl Preview {
    /// A preview of the options' content at an origin (`http://127.0.0.1:8000`), built into the folder
    /// `out`. Nothing is built yet.
    pub fn new(options: BuildOptions, origin: &str, out: &Path) -> Self {
        let run = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |time| time.as_nanos());
        let state = State {
            news: News {
                generation: format!("{run}-0"),
                base: "/".into(),
                ..News::default()
            },
            site: None,
            building: true,
        };
        Self {
            options: BuildOptions {
                out: out.to_owned(),
                preview: Some(origin.to_owned()),
                precompress: Precompress::Nothing,
                ..options
            },
            run,
            builds: Mutex::new(0),
            state: channel(state).0,
        }
    }

    /// Builds, and shows the result.
    pub fn build(&self, progress: &dyn Progress) -> Built {
        let mut builds = self.builds.lock().unwrap_or_else(PoisonError::into_inner);
        let start = Instant::now();
        self.state.send_modify(|state| state.building = true);
        let result = build_with(&self.options, progress);
        if let Ok(report) = &result
            && (report.written > 0 || report.deleted > 0 || *builds == 0)
        {
            *builds += 1;
        }
        let base = serve::base_of(&self.options.out);
        self.state.send_modify(|state| {
            state.building = false;
            let news = &mut state.news;
            news.revision += 1;
            news.broken = result.is_err();
            news.problems = page::problems(&result);
            if result.is_ok() {
                news.generation = format!("{}-{builds}", self.run);
                news.base.clone_from(&base);
                news.shown = true;
                state.site = Some(serve::router(&self.options.out, &base));
            }
        });
        Built {
            result,
            time: start.elapsed(),
            base,
        }
    }

    /// Serves what was built last, and what open pages need to follow.
    pub fn router(&self) -> Router {
        server::router(self.state.subscribe())
    }

    /// The folders whose changes matter.
    fn folders(&self) -> Vec<PathBuf> {
        crate::folders(&self.options.content)
    }
}

/// Waits until what is shown is not being replaced.
async fn at_rest(state: &mut Receiver<State>) {
    // An error means that the preview is gone, and with it the reason to wait.
    let _ = state.wait_for(|state| !state.building).await;
}
