//! Connections: how many, how slow they may be, and how they end.
//!
//! Entry point: [`serve`]. Axum's own server has no time-outs; hyper, below it, has.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::{Extension, Router};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use crate::http::Peer;
use crate::limit;

/// A request's head has to arrive within this time; a kept connection is dropped after it.
const HEAD_TIME: Duration = Duration::from_secs(5);
/// No connection lasts longer, whatever its client does.
const LIFE: Duration = Duration::from_secs(300);
/// How long open requests may take when the server is to end.
const GRACE: Duration = Duration::from_secs(10);
/// How long to wait when the system has no connection to give (out of file descriptors).
const PAUSE: Duration = Duration::from_millis(100);

/// How many connections there may be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Most {
    /// At a time; others wait.
    pub(crate) in_all: usize,
    /// Of one address; others are closed. `None`: all come from a proxy.
    pub(crate) per_address: Option<usize>,
}

/// Serves until `ended`; then takes no more connections, finishes open requests and returns.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    most: Most,
    ended: impl Future<Output = ()>,
) {
    let places = Arc::new(Semaphore::new(most.in_all));
    let open = Arc::new(Open::default());
    let graceful = GracefulShutdown::new();
    tokio::pin!(ended);
    loop {
        // The next connection waits in the system's queue until one of ours ends.
        let place = tokio::select! {
            place = Arc::clone(&places).acquire_owned() => place,
            () = &mut ended => break,
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut ended => break,
        };
        let Ok((stream, peer)) = accepted else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let Some(one) = Open::one_more(&open, peer.ip(), most.per_address) else {
            // Whoever holds so many must not keep others out, and can come again.
            continue;
        };
        let connection = graceful.watch(connection(stream, Peer(peer), router.clone()));
        tokio::spawn(async move {
            // Whatever went wrong with a connection, nobody is left to hear of it.
            let _ = tokio::time::timeout(LIFE, connection).await;
            drop((place, one));
        });
    }
    drop(listener);
    // Who is slower than that has no answer, and will come again.
    let _ = tokio::time::timeout(GRACE, graceful.shutdown()).await;
}

/// How many connections each address has open.
#[derive(Debug, Default)]
struct Open(Mutex<HashMap<IpAddr, usize>>);

/// One open connection; counted until it is dropped.
#[derive(Debug)]
struct One {
    open: Arc<Open>,
    address: IpAddr,
}

impl Open {
    /// Counts one more, unless there are too many.
    fn one_more(open: &Arc<Self>, address: IpAddr, most: Option<usize>) -> Option<One> {
        let address = limit::household(address);
        let mut counts = open.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(address).or_default();
        if most.is_some_and(|most| *count >= most) {
            return None;
        }
        *count += 1;
        drop(counts);
        Some(One {
            open: Arc::clone(open),
            address,
        })
    }
}

impl Drop for One {
    fn drop(&mut self) {
        let mut counts = self.open.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.address);
            }
        }
    }
}

type Service = TowerToHyperService<Router>;
type Connection = hyper::server::conn::http1::Connection<TokioIo<TcpStream>, Service>;

fn connection(stream: TcpStream, peer: Peer, router: Router) -> Connection {
    // Answers are small and single: waiting for more of them only delays them.
    let _ = stream.set_nodelay(true);
    let service = TowerToHyperService::new(router.layer(Extension(peer)));
    hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(16 * 1024)
        .serve_connection(TokioIo::new(stream), service)
}
