//! A web server that can really be gone: stopped, its port refuses connections, as when a host is
//! down. Emulating "offline" in a browser does not reach its service workers.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode, header};
use axum::middleware::{self, Next};
use tokio::sync::oneshot;

use crate::fault::{Fault, Faults, Full, lock, spoil};
use crate::ports;

/// A server of a folder, on a port of its own.
pub struct Server {
    root: PathBuf,
    base: String,
    port: u16,
    faults: Arc<Faults>,
    running: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

impl Server {
    /// Serves a site at `/`.
    pub fn start(root: &Path) -> Result<Self> {
        Self::start_at(root, "/")
    }

    /// Serves a site under a base path (`/sub/`).
    pub fn start_at(root: &Path, base: &str) -> Result<Self> {
        let mut server = Self {
            root: root.to_owned(),
            base: base.to_owned(),
            port: ports::free()?,
            faults: Arc::default(),
            running: None,
        };
        server.up()?;
        Ok(server)
    }

    /// The address of a path below the base (`""` is the front page).
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{}{path}", self.port, self.base)
    }

    /// The port it listens on while it is up.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The base path.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Stops: connections are closed, new ones are refused.
    pub fn down(&mut self) {
        if let Some((stop, thread)) = self.running.take() {
            // If the thread is gone, so is the server.
            let _ = stop.send(());
            let _ = thread.join();
        }
    }

    /// Starts again, on the same port.
    pub fn up(&mut self) -> Result<()> {
        if self.running.is_some() {
            return Ok(());
        }
        let listener = TcpListener::bind(("127.0.0.1", self.port))
            .with_context(|| format!("port {} is taken", self.port))?;
        listener.set_nonblocking(true)?;
        let state = (Arc::clone(&self.faults), self.base.clone());
        let app = lamplight_press::serve::router(&self.root, &self.base)
            .layer(middleware::from_fn_with_state(state, intercept));
        let (stop, stopped) = oneshot::channel();
        let (ready, is_ready) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(1)
                .enable_all()
                .build();
            let runtime = match runtime {
                Ok(runtime) => runtime,
                Err(error) => {
                    let _ = ready.send(Err(error));
                    return;
                }
            };
            runtime.block_on(async {
                match tokio::net::TcpListener::from_std(listener) {
                    Ok(listener) => {
                        let _ = ready.send(Ok(()));
                        tokio::select! {
                            _ = axum::serve(listener, app) => {}
                            _ = stopped => {}
                        }
                    }
                    Err(error) => {
                        let _ = ready.send(Err(error));
                    }
                }
            });
            // Closes every open connection.
            runtime.shutdown_timeout(Duration::from_millis(500));
        });
        is_ready.recv()??;
        self.running = Some((stop, thread));
        Ok(())
    }

    /// Makes every path below a prefix fail; the prefix is below the base (`""`: everything).
    pub fn fault(&self, prefix: &str, fault: Fault) {
        self.faults.set(&format!("{}{prefix}", self.base), fault);
    }

    /// Makes what is below some prefixes fail by chance, of a hundred answers all but `good`.
    pub fn mischief(&self, prefixes: &[&str], faults: &[Fault], seed: u64, good: u64) {
        let below = prefixes
            .iter()
            .map(|prefix| format!("{}{prefix}", self.base));
        self.faults.at_random(below.collect(), faults, seed, good);
    }

    /// What is written in a meddled site ([`crate::Site::meddle`]) is noted from now on; for one write there is no space, nor for any
    /// other after it that would lie beside it, or for it alone (`once`). For what is in local storage see [`crate::Browser::arm`].
    pub fn watch_writes(&self, full: Option<Full>, once: bool) {
        let mut meddling = lock(&self.faults.meddling);
        meddling.writes.clear();
        (meddling.full, meddling.once, meddling.hit) = (full, once, false);
    }

    /// Whether there is a write without space ([`Server::watch_writes`]).
    pub fn is_full(&self) -> bool {
        lock(&self.faults.meddling).full.is_some()
    }

    /// The writes since then: by whom, and of what.
    pub fn writes(&self) -> Vec<(String, String)> {
        lock(&self.faults.meddling).writes.clone()
    }

    /// By how many milliseconds the clock of a meddled site's service worker is wrong.
    pub fn clock(&self, shift: i64) {
        lock(&self.faults.meddling).clock = shift;
    }

    /// Ends all faults; requests that hang are answered.
    pub fn heal(&self) {
        self.faults.heal();
    }

    /// The paths asked for since the start or [`Server::forget`], in order, without the base.
    pub fn requests(&self) -> Vec<String> {
        let strip = |path: String| match path.strip_prefix(&self.base) {
            Some(rest) => rest.to_owned(),
            None => path,
        };
        self.faults.log().into_iter().map(strip).collect()
    }

    /// How many requests were for paths that a test accepts.
    pub fn count(&self, accept: impl Fn(&str) -> bool) -> usize {
        self.requests().iter().filter(|path| accept(path)).count()
    }

    /// Forgets the requests so far.
    pub fn forget(&self) {
        self.faults.forget();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.down();
    }
}

async fn intercept(
    State((faults, base)): State<(Arc<Faults>, String)>,
    mut request: Request,
    next: Next,
) -> Response<Body> {
    let path = request.uri().path().to_owned();
    let query = request.uri().query().unwrap_or_default();
    if let Some(answer) = path
        .strip_prefix(&base)
        .and_then(|own| faults.told(own, query))
    {
        return answer;
    }
    faults.record(&path);
    let mut fault = faults.of(&path);
    if fault == Some(Fault::Swapped) {
        match faults.other(&path).and_then(|other| other.parse().ok()) {
            Some(other) => *request.uri_mut() = other,
            None => fault = None,
        }
    }
    if fault == Some(Fault::Hang) {
        faults.healed().await;
    }
    if fault.is_some() {
        // A "not modified" has no body to spoil, and half of a compressed body is not half a text.
        for name in [
            header::IF_MODIFIED_SINCE,
            header::IF_NONE_MATCH,
            header::ACCEPT_ENCODING,
        ] {
            request.headers_mut().remove(name);
        }
    }
    let good = next.run(request).await;
    if good.status() == StatusCode::INTERNAL_SERVER_ERROR {
        // A file that was being read when the server was stopped: one that is gone says nothing.
        std::future::pending::<()>().await;
    }
    match fault {
        Some(fault) => spoil(fault, good).await,
        None => good,
    }
}
