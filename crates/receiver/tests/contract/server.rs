//! A receiver on a free port, with a clock that stands until it is set, and a client for it.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use lamplight_receiver::{Clock, Config, Store, Stored};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub(crate) const ORIGIN: &str = "https://example.org";
pub(crate) const JSON: &str = "application/json";
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";
/// What a browser says when it posts a form.
pub(crate) const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/// A clock that stands, unless it is told to hurry; seconds since 2023-11-14.
#[derive(Debug, Default)]
pub(crate) struct SetClock {
    seconds: AtomicI64,
    hurry: AtomicI64,
}

impl SetClock {
    pub(crate) fn pass(&self, seconds: i64) {
        self.seconds.fetch_add(seconds, Ordering::SeqCst);
    }

    /// From now on so many seconds pass whenever somebody looks at it.
    pub(crate) fn hurry(&self, seconds: i64) {
        self.hurry.store(seconds, Ordering::SeqCst);
    }
}

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        let hurry = self.hurry.load(Ordering::SeqCst);
        let seconds = self.seconds.fetch_add(hurry, Ordering::SeqCst);
        Timestamp::from_second(1_700_000_000 + seconds).expect("is a time")
    }
}

/// A receiver and its folder.
pub(crate) struct Server {
    pub(crate) clock: Arc<SetClock>,
    pub(crate) address: SocketAddr,
    folder: TempDir,
    config: String,
    client: Client,
    end: Option<oneshot::Sender<()>>,
    running: Option<JoinHandle<anyhow::Result<()>>>,
}

impl Server {
    /// Starts one; `more` is added to the least configuration.
    pub(crate) async fn start(more: &str) -> Self {
        let mut server = Self {
            clock: Arc::default(),
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            folder: tempfile::tempdir().expect("there is room"),
            config: format!("listen = \"127.0.0.1:0\"\norigins = [\"{ORIGIN}\"]\n{more}"),
            client: Client::new(),
            end: None,
            running: None,
        };
        server.begin().await;
        server
    }

    async fn begin(&mut self) {
        let config = Config::parse(&self.config, self.folder.path()).expect("is a configuration");
        let (end, ended) = oneshot::channel();
        let (ready, is_ready) = oneshot::channel();
        let clock = Arc::clone(&self.clock);
        self.running = Some(tokio::spawn(lamplight_receiver::run(
            config,
            clock,
            |address| ready.send(address).expect("is waited for"),
            async { ended.await.expect("is not dropped") },
        )));
        self.end = Some(end);
        self.address = is_ready.await.expect("it listens");
    }

    /// Asks it to end.
    pub(crate) fn ask_to_end(&mut self) {
        self.end.take().expect("runs").send(()).expect("listens");
    }

    /// Waits until it has ended.
    pub(crate) async fn ended(&mut self) {
        let result = self.running.take().expect("runs").await;
        result.expect("does not panic").expect("ends well");
    }

    /// Ends it and starts it again with the same store.
    pub(crate) async fn restart(&mut self) {
        self.ask_to_end();
        self.ended().await;
        self.begin().await;
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("http://{}{path}", self.address))
    }

    /// A message as the app sends it: these fields, and what is needed beside them.
    pub(crate) fn app(&self, fields: &[(&str, &str)]) -> RequestBuilder {
        self.request(Method::POST, "/")
            .header("origin", ORIGIN)
            .header("content-type", JSON)
            .body(json(fields))
    }

    pub(crate) async fn post(&self, fields: &[(&str, &str)]) -> Answer {
        Answer::of(self.app(fields)).await
    }

    /// A form as a browser posts it.
    pub(crate) fn form(&self, body: &str) -> RequestBuilder {
        self.request(Method::POST, "/")
            .header("content-type", FORM)
            .header("accept", BROWSER)
            .body(body.to_owned())
    }

    /// What is stored; beside the running receiver.
    pub(crate) fn stored(&self) -> Vec<Stored> {
        store(self.folder.path()).list().expect("is read")
    }
}

pub(crate) fn store(folder: &Path) -> Store {
    Store::open(&folder.join("messages.redb")).expect("opens")
}

/// A body as the app sends it.
pub(crate) fn json(fields: &[(&str, &str)]) -> String {
    let mut object = serde_json::Map::new();
    for (name, value) in [
        ("email", "mira@example.net"),
        ("message", "The tide table is wrong."),
    ]
    .iter()
    .chain(fields)
    {
        object.insert((*name).to_owned(), (*value).into());
    }
    Value::Object(object).to_string()
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) async fn of(request: RequestBuilder) -> Self {
        Self::read(request.send().await.expect("is answered")).await
    }

    async fn read(response: Response) -> Self {
        Self {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: response.text().await.expect("is a text"),
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .get(name)
            .map(|value| value.to_str().expect("is a text"))
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("is no JSON: {}", self.text))
    }

    /// The status, and the field that is at fault.
    pub(crate) fn refusal(&self) -> (u16, Option<String>) {
        let value = self.json();
        let error = value["error"].as_str().expect("has a sentence");
        assert!(error.ends_with('.') && error.len() > 10, "{error}");
        (self.status, value["field"].as_str().map(str::to_owned))
    }
}

/// A key made from a number.
pub(crate) fn key(n: u32) -> String {
    format!("{n:08x}-2c1d-4f6a-9b3e-7d5c4a1f2e90")
}
