//! What is sent on, to a mail server that has its whims.

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::server::{Server, key};

/// What hangs the mail server up.
const POISON: &str = "POISON";

/// A mail server that hangs up on some texts; what comes.
fn serve_mail(listener: TcpListener) -> UnboundedReceiver<String> {
    let (texts, came) = unbounded_channel();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // That a client goes away is its own affair.
            let _ = talk(stream, &texts).await;
        }
    });
    came
}

async fn talk(stream: TcpStream, texts: &UnboundedSender<String>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 mail.example\r\n").await?;
    let (mut text, mut is_data) = (String::new(), false);
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let answer = match line.trim_end() {
            "." if is_data => {
                is_data = false;
                let text = std::mem::take(&mut text);
                let hang_up = text.contains(POISON);
                let _ = texts.send(text);
                if hang_up {
                    return Ok(());
                }
                "250 taken\r\n"
            }
            _ if is_data => {
                text.push_str(&line);
                continue;
            }
            "DATA" => {
                is_data = true;
                "354 go on\r\n"
            }
            "QUIT" => "221 bye\r\n",
            _ => "250 yes\r\n",
        };
        stream.write_all(answer.as_bytes()).await?;
    }
}

#[tokio::test]
async fn a_mail_that_the_server_hangs_up_on_keeps_no_other_mail() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("is free");
    let port = listener.local_addr().expect("has one").port();
    let server = Server::start(&format!(
        "[forward]\nto = \"desk@wire.example\"\nfrom = \"site@wire.example\"\nsmtp = \"smtp://127.0.0.1:{port}\""
    ))
    .await;
    let good = "The tide table is wrong.";
    for (n, text) in [(1, POISON), (2, good)] {
        let answer = server.post(&[("key", &key(n)), ("message", text)]).await;
        assert_eq!(answer.status, 200);
    }
    // Both wait, and are due whenever somebody looks; the mail server begins to answer.
    server.clock.hurry(7200);
    let mut came = serve_mail(listener);
    for text in [POISON, good] {
        let mail = came.recv().await.expect("comes");
        assert!(mail.contains(text), "{mail}");
    }
}
