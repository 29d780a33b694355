//! What stands between readers and a receiver of messages: it passes everything on, until a test has it fail.
//!
//! It is another origin than the site, as an endpoint of a publisher's is, and can be gone.

use std::collections::VecDeque;
use std::net::TcpListener;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use anyhow::{Context, Result};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Method, Response, StatusCode, header};
use serde_json::Value;
use tokio::sync::{oneshot, watch};

use crate::fault::PORTAL;
use crate::ports;

/// What becomes of a message that is posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It is passed on, and its answer comes back.
    Pass,
    /// It is answered with this status and never seen by the receiver.
    Status(u16),
    /// The same, and to be tried again after so many seconds.
    Later(u16, u32),
    /// It is answered by what stands between, with a page of its own.
    Portal,
    /// It is passed on, and its answer is lost on the way back.
    Lost,
    /// It waits until [`Endpoint::go_on`], and is passed on then.
    Wait,
}

/// An endpoint in front of a receiver.
pub struct Endpoint {
    port: u16,
    shared: Arc<Shared>,
    running: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

struct Shared {
    /// Where it passes things on to.
    receiver: String,
    /// What becomes of the next messages.
    turns: Mutex<VecDeque<Turn>>,
    /// Every body that was posted, in order.
    posted: Mutex<Vec<Value>>,
    gate: watch::Sender<bool>,
}

impl Endpoint {
    /// Starts one for the receiver at an address.
    ///
    /// # Errors
    /// There is no port.
    pub fn before(receiver: &str) -> Result<Self> {
        let mut endpoint = Self {
            port: ports::free()?,
            shared: Arc::new(Shared {
                receiver: receiver.to_owned(),
                turns: Mutex::default(),
                posted: Mutex::default(),
                gate: watch::Sender::new(false),
            }),
            running: None,
        };
        endpoint.up()?;
        Ok(endpoint)
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// What becomes of the next messages; of those after them, [`Turn::Pass`].
    pub fn next(&self, turns: &[Turn]) {
        lock(&self.shared.turns).extend(turns);
    }

    /// Every message that was posted, as its fields (JSON).
    pub fn posted(&self) -> Vec<Value> {
        lock(&self.shared.posted).clone()
    }

    /// Passes on what waits.
    pub fn go_on(&self) {
        self.shared.gate.send_replace(true);
    }

    /// Stops: connections are refused.
    pub fn down(&mut self) {
        if let Some((stop, thread)) = self.running.take() {
            // If the thread is gone, so is the server.
            let _ = stop.send(());
            let _ = thread.join();
        }
    }

    /// Starts again, on the same port.
    ///
    /// # Errors
    /// The port was taken meanwhile.
    pub fn up(&mut self) -> Result<()> {
        let listener = TcpListener::bind(("127.0.0.1", self.port))
            .with_context(|| format!("port {} is taken", self.port))?;
        listener.set_nonblocking(true)?;
        let app = Router::new()
            .fallback(take)
            .with_state(Arc::clone(&self.shared));
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        let listener = {
            let _inside = runtime.enter();
            tokio::net::TcpListener::from_std(listener)?
        };
        let thread = std::thread::spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    _ = axum::serve(listener, app) => {}
                    _ = stopped => {}
                }
            });
            runtime.shutdown_background();
        });
        self.running = Some((stop, thread));
        Ok(())
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.down();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn take(State(shared): State<Arc<Shared>>, request: Request) -> Response<Body> {
    let origin = request.headers().get(header::ORIGIN).cloned();
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let mut turn = Turn::Pass;
    if parts.method == Method::POST {
        let fields = serde_json::from_slice(&body).unwrap_or(Value::Null);
        lock(&shared.posted).push(fields);
        turn = lock(&shared.turns).pop_front().unwrap_or(Turn::Pass);
    }
    if let Turn::Status(status) | Turn::Later(status, _) = turn {
        let mut answer = Response::builder().status(status);
        if let Some(origin) = origin {
            answer = answer
                .header(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin)
                .header(header::ACCESS_CONTROL_EXPOSE_HEADERS, "retry-after");
        }
        if let Turn::Later(_, seconds) = turn {
            answer = answer.header(header::RETRY_AFTER, seconds);
        }
        return answer.body(Body::empty()).unwrap_or_default();
    }
    if turn == Turn::Portal {
        let mut answer = Response::new(Body::from(PORTAL));
        if let Some(origin) = origin {
            let headers = answer.headers_mut();
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        }
        return answer;
    }
    if turn == Turn::Wait {
        // The sender lives as long as the endpoint does.
        let _ = shared.gate.subscribe().wait_for(|open| *open).await;
    }
    let url = [shared.receiver.trim_end_matches('/'), parts.uri.path()].concat();
    let passed = reqwest::Client::new()
        .request(parts.method, url)
        .headers(parts.headers)
        .body(body)
        .send()
        .await;
    let answer = match passed {
        Ok(answer) => {
            let mut passed = Response::builder().status(answer.status());
            if let Some(headers) = passed.headers_mut() {
                headers.clone_from(answer.headers());
                headers.remove(header::TRANSFER_ENCODING);
            }
            let body = answer.bytes().await.unwrap_or_default();
            passed.body(Body::from(body)).unwrap_or_default()
        }
        Err(_) => {
            let mut gone = Response::new(Body::empty());
            *gone.status_mut() = StatusCode::BAD_GATEWAY;
            gone
        }
    };
    if turn == Turn::Lost {
        // Ends the connection's task before a byte of the answer is out; a panic's message would only confuse.
        std::panic::resume_unwind(Box::new(()));
    }
    answer
}
