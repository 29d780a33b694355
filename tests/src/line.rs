//! A line between a browser and a [`Server`]: slow, as a phone's, or as fast as the machine; counted,
//! and cut when the site is to be gone.
//!
//! The browser's own throttling does not reach what its service workers fetch, so the slowness is
//! outside of the browser: a relay with one queue for each direction, shared by all connections, and
//! a delay. It relays bytes and knows nothing of HTTP.

use std::net::TcpListener;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep_until};

use crate::ports;
use crate::server::Server;

/// How much one step of the relay carries, in bytes: a segment of TCP over Ethernet.
const SEGMENT: usize = 1460;

/// What a line can carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Speed {
    /// There and back.
    pub round_trip: Duration,
    /// Towards the browser, in bits per second.
    pub down: u64,
    /// From the browser, in bits per second.
    pub up: u64,
}

impl Speed {
    /// A slow phone's network, as Lighthouse has it: 150 ms, 1.6 Mbit/s down, 750 kbit/s up.
    pub const PHONE: Self = Self {
        round_trip: Duration::from_millis(150),
        down: 1_600_000,
        up: 750_000,
    };
}

/// A relay to a server.
pub struct Line {
    port: u16,
    server: u16,
    base: String,
    state: Arc<State>,
    running: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

#[derive(Default)]
struct State {
    speed: Mutex<Option<Speed>>,
    down: Direction,
    up: Direction,
}

/// One direction: when it has carried all that was given to it, and how much that was.
#[derive(Default)]
struct Direction {
    free: Mutex<Option<Instant>>,
    bytes: AtomicU64,
}

impl Direction {
    /// Takes up bytes; says when the last of them has left the sender.
    fn carry(&self, bytes: usize, bits_per_second: Option<u64>) -> Instant {
        let bytes = bytes as u64;
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        let now = Instant::now();
        let Some(rate) = bits_per_second else {
            return now;
        };
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let start = free.map_or(now, |free| free.max(now));
        let sent = start + Duration::from_micros(bytes * 8_000_000 / rate.max(1));
        *free = Some(sent);
        sent
    }
}

impl State {
    fn speed(&self) -> Option<Speed> {
        *self.speed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Line {
    /// A line to a server, as fast as the machine until [`Line::slow`].
    ///
    /// # Errors
    /// There is no port for it.
    pub fn to(server: &Server) -> Result<Self> {
        let mut line = Self {
            port: ports::free()?,
            server: server.port(),
            base: server.base().to_owned(),
            state: Arc::default(),
            running: None,
        };
        line.up()?;
        Ok(line)
    }

    /// The address of a path of the server's site, over this line.
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{}{path}", self.port, self.base)
    }

    /// What the line carries from now on; `None` for all it can.
    pub fn slow(&self, speed: Option<Speed>) {
        *self
            .state
            .speed
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = speed;
    }

    /// Bytes towards the browser since the start or the last call, headers included.
    pub fn take_bytes(&self) -> u64 {
        self.state.down.bytes.swap(0, Ordering::Relaxed)
    }

    /// Bytes towards the browser since the start or [`Line::take_bytes`].
    pub fn bytes(&self) -> u64 {
        self.state.down.bytes.load(Ordering::Relaxed)
    }

    /// Cuts the line: connections are closed, new ones are refused.
    pub fn down(&mut self) {
        if let Some((stop, thread)) = self.running.take() {
            // If the thread is gone, so is the relay.
            let _ = stop.send(());
            let _ = thread.join();
        }
    }

    /// Mends it, on the same port.
    ///
    /// # Errors
    /// Somebody else has the port.
    pub fn up(&mut self) -> Result<()> {
        if self.running.is_some() {
            return Ok(());
        }
        let listener = TcpListener::bind(("127.0.0.1", self.port))
            .with_context(|| format!("port {} is taken", self.port))?;
        listener.set_nonblocking(true)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (stop, stopped) = oneshot::channel();
        let (server, state) = (self.server, Arc::clone(&self.state));
        let thread = std::thread::spawn(move || {
            runtime.block_on(async {
                let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
                    return;
                };
                tokio::select! {
                    () = accept(&listener, server, &state) => {}
                    _ = stopped => {}
                }
            });
            // Ends every connection.
            runtime.shutdown_background();
        });
        self.running = Some((stop, thread));
        Ok(())
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.down();
    }
}

async fn accept(listener: &tokio::net::TcpListener, server: u16, state: &Arc<State>) {
    loop {
        if let Ok((browser, _)) = listener.accept().await {
            tokio::spawn(relay(browser, server, Arc::clone(state)));
        }
    }
}

async fn relay(browser: TcpStream, server: u16, state: Arc<State>) {
    // Connecting costs a round trip of TCP and one of TLS, which this machine does not charge.
    if let Some(speed) = state.speed() {
        tokio::time::sleep(speed.round_trip * 2).await;
    }
    let Ok(server) = TcpStream::connect(("127.0.0.1", server)).await else {
        return;
    };
    let _ = (browser.set_nodelay(true), server.set_nodelay(true));
    let (from_browser, to_browser) = browser.into_split();
    let (from_server, to_server) = server.into_split();
    let other = Arc::clone(&state);
    tokio::join!(
        pump(from_browser, to_server, &state, false),
        pump(from_server, to_browser, &other, true),
    );
}

/// Carries one direction of a connection until its sender has ended.
async fn pump(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, state: &State, down: bool) {
    let (sender, mut under_way) = mpsc::unbounded_channel::<(Instant, Vec<u8>)>();
    let reading = async move {
        let mut buffer = [0; SEGMENT];
        while let Ok(count @ 1..) = from.read(&mut buffer).await {
            let speed = state.speed();
            let sent = if down {
                state.down.carry(count, speed.map(|speed| speed.down))
            } else {
                state.up.carry(count, speed.map(|speed| speed.up))
            };
            let arrives = sent + speed.map_or(Duration::ZERO, |speed| speed.round_trip / 2);
            let Some(bytes) = buffer.get(..count) else {
                break;
            };
            if sender.send((arrives, bytes.to_vec())).is_err() {
                break;
            }
            // No faster than the line, so that the connections take turns.
            sleep_until(sent).await;
        }
    };
    let writing = async move {
        while let Some((arrives, bytes)) = under_way.recv().await {
            sleep_until(arrives).await;
            if to.write_all(&bytes).await.is_err() {
                break;
            }
        }
        let _ = to.shutdown().await;
    };
    tokio::join!(reading, writing);
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn fetch(line: &Line) -> (usize, Duration) {
        let start = Instant::now();
        let mut stream = TcpStream::connect(("127.0.0.1", line.port))
            .await
            .expect("connects");
        stream
            .write_all(b"GET /page HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
            .await
            .expect("asks");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.expect("reads");
        (answer.len(), start.elapsed())
    }

    #[tokio::test]
    async fn a_slow_line_takes_the_time_its_figures_say() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("page"), vec![b'x'; 100_000]).expect("writes");
        let server = Server::start(folder.path()).expect("starts");
        let line = Line::to(&server).expect("starts");
        let (length, fast) = fetch(&line).await;
        assert!(length > 100_000, "{length} bytes");
        assert_eq!(line.take_bytes(), length as u64);
        // 100 kB at 8 Mbit/s are 100 ms; connecting and asking cost three round trips.
        line.slow(Some(Speed {
            round_trip: Duration::from_millis(40),
            down: 8_000_000,
            up: 8_000_000,
        }));
        let (again, slow) = fetch(&line).await;
        assert_eq!(again, length);
        assert!(
            slow >= Duration::from_millis(220),
            "{slow:?}, {fast:?} without"
        );
    }

    #[tokio::test]
    async fn a_line_that_is_cut_refuses_connections_until_it_is_mended() {
        let folder = tempfile::tempdir().expect("a folder");
        let server = Server::start(folder.path()).expect("starts");
        let mut line = Line::to(&server).expect("starts");
        line.down();
        assert!(
            TcpStream::connect(("127.0.0.1", line.port)).await.is_err(),
            "the line is still there"
        );
        line.up().expect("is mended");
        assert!(fetch(&line).await.0 > 0);
    }
}
