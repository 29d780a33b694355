//! Clients that take their time, and the end of the server. Tokio's clock stands in for the system's: it goes
//! on by itself when nothing else happens.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::server::{Server, json, key};

async fn connect(server: &Server) -> TcpStream {
    TcpStream::connect(server.address).await.expect("is taken")
}

/// All that comes until the server closes.
async fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    // A reset closes, too.
    let _ = stream.read_to_end(&mut bytes).await;
    String::from_utf8(bytes).expect("is a text")
}

fn head(length: usize) -> String {
    format!(
        "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    )
}

#[tokio::test(start_paused = true)]
async fn who_never_ends_a_request_or_never_begins_one_is_dropped() {
    let server = Server::start("").await;
    for start in ["", "POST / HTTP/1.1\r\nHost: x\r\nX-Slow: "] {
        let mut stream = connect(&server).await;
        stream.write_all(start.as_bytes()).await.expect("is sent");
        let said = rest(&mut stream).await;
        assert!(
            said.is_empty() || said.starts_with("HTTP/1.1 408"),
            "{said}"
        );
    }
    let mut kept = connect(&server).await;
    kept.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .expect("is sent");
    assert!(rest(&mut kept).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_come_is_answered_with_come_again() {
    let server = Server::start("").await;
    let mut stream = connect(&server).await;
    stream
        .write_all(head(500).as_bytes())
        .await
        .expect("is sent");
    stream.write_all(b"{\"email\": ").await.expect("is sent");
    let said = rest(&mut stream).await;
    assert!(said.starts_with("HTTP/1.1 503"), "{said}");
    assert!(said.contains("retry-after: 60"), "{said}");
    assert!(server.stored().is_empty());
}

#[tokio::test(start_paused = true)]
async fn clients_above_the_number_of_connections_wait_for_their_turn() {
    let server = Server::start("[limits]\nconnections = 2").await;
    let _slow = [connect(&server).await, connect(&server).await];
    assert_eq!(server.post(&[("key", &key(1))]).await.status, 200);
}

#[tokio::test]
async fn one_address_does_not_take_the_places_of_all() {
    // A hundred connections that say nothing, and a message from elsewhere.
    let server = Server::start("[limits]\nconnections = 9\nconnections_per_address = 8").await;
    let mut slow = Vec::new();
    for _ in 0..100 {
        slow.push(connect(&server).await);
    }
    // Those above the eighth are closed at once, and nothing is said to them.
    for stream in &mut slow[8..] {
        assert_eq!(rest(stream).await, "");
    }
    let socket = tokio::net::TcpSocket::new_v4().expect("there is one");
    let elsewhere = "127.0.0.2:0".parse().expect("is an address");
    socket.bind(elsewhere).expect("is this machine");
    let mut stream = socket.connect(server.address).await.expect("is taken");
    let body = json(&[("key", &key(1))]);
    let request = format!("{}{body}", head(body.len()));
    stream.write_all(request.as_bytes()).await.expect("is sent");
    let said = rest(&mut stream).await;
    assert!(said.starts_with("HTTP/1.1 200"), "{said}");
    // Whoever goes makes room.
    drop(slow);
    while server.app(&[("key", &key(2))]).send().await.is_err() {
        tokio::task::yield_now().await;
    }
    assert_eq!(server.stored().len(), 2);
}

#[tokio::test]
async fn a_trusted_proxy_may_have_as_many_connections_as_there_are() {
    let server = Server::start(
        "trust_forwarded = 1\n[limits]\nconnections = 9\nconnections_per_address = 2",
    )
    .await;
    let _slow = [
        connect(&server).await,
        connect(&server).await,
        connect(&server).await,
    ];
    assert_eq!(server.post(&[("key", &key(1))]).await.status, 200);
}

#[tokio::test]
async fn an_open_request_is_finished_before_the_server_ends() {
    let mut server = Server::start("").await;
    let body = json(&[("key", &key(1))]);
    let (first, second) = body.split_at(20);
    let mut stream = connect(&server).await;
    let head = head(body.len()).replace("Host: x\r\n", "Host: x\r\nExpect: 100-continue\r\n");
    stream.write_all(head.as_bytes()).await.expect("is sent");
    let mut said = [0; 12];
    // It reads the body, so the request is open.
    stream.read_exact(&mut said).await.expect("is answered");
    assert_eq!(&said, b"HTTP/1.1 100");
    stream.write_all(first.as_bytes()).await.expect("is sent");
    server.ask_to_end();
    // No connection is taken any more.
    while TcpStream::connect(server.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    stream.write_all(second.as_bytes()).await.expect("is sent");
    let said = rest(&mut stream).await;
    assert!(said.contains("HTTP/1.1 200"), "{said}");
    server.ended().await;
    assert_eq!(server.stored().len(), 1);
}
