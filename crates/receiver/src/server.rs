//! Connections: how many, how slow they may be, and how they end.
//!
//! Entry point: [`serve`]. Axum's own server has no time-outs; hyper, below it, has.

use std::sync::Arc;
use std::time::Duration;

use axum::{Extension, Router};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use crate::http::Peer;

/// A request's head has to arrive within this time; a kept connection is dropped after it.
const HEAD_TIME: Duration = Duration::from_secs(10);
/// No connection lasts longer, whatever its client does.
const LIFE: Duration = Duration::from_secs(300);
/// How long open requests may take when the server is to end.
const GRACE: Duration = Duration::from_secs(10);
/// How long to wait when the system has no connection to give (out of file descriptors).
const PAUSE: Duration = Duration::from_millis(100);

/// Serves until `ended`; then takes no more connections, finishes open requests and returns.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    connections: usize,
    ended: impl Future<Output = ()>,
) {
    let places = Arc::new(Semaphore::new(connections));
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
        let connection = graceful.watch(connection(stream, Peer(peer), router.clone()));
        tokio::spawn(async move {
            // Whatever went wrong with a connection, nobody is left to hear of it.
            let _ = tokio::time::timeout(LIFE, connection).await;
            drop(place);
        });
    }
    drop(listener);
    // Who is slower than that has no answer, and will come again.
    let _ = tokio::time::timeout(GRACE, graceful.shutdown()).await;
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
