//! `press receive` as a publisher runs it: killed and started again, and with a real mail server behind it.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};
use lamplight_e2e::{Host, MailServer, Receiver, Web};
use reqwest::{Client, Response};
use serde_json::{Value, json};
use tokio::sync::watch;

const ORIGIN: &str = "https://wire.example";
const UNLIMITED: &str =
    "[limits]\nper_address = \"1000000 per second\"\nin_all = \"1000000 per second\"";

/// Numbers from a seed (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, most: usize) -> Result<usize> {
        Ok(usize::try_from(self.next() % u64::try_from(most)?)?)
    }
}

fn key(n: usize) -> String {
    format!("{n:08x}-2c1d-4f6a-9b3e-7d5c4a1f2e90")
}

fn text(n: usize) -> String {
    format!(
        "Message {n}. {}",
        "The tide table is wrong. ".repeat(n % 40)
    )
}

async fn post(client: &Client, url: &str, fields: &Value) -> reqwest::Result<Response> {
    let key = fields["key"].as_str().unwrap_or_default();
    let request = client.post(url).header("content-type", "application/json");
    let request = request.header("idempotency-key", format!("\"{key}\""));
    request.body(fields.to_string()).send().await
}

/// Sends a message as the contract has it: with the same key until it is stored. How often it had no answer.
async fn deliver(
    client: Client,
    url: String,
    n: usize,
    mut up: watch::Receiver<bool>,
    started: watch::Sender<usize>,
) -> Result<usize> {
    let fields = json!({ "key": key(n), "name": "Mira", "email": "mira@example.net", "message": text(n), "elapsed": "9000" });
    let mut lost = 0;
    loop {
        up.wait_for(|up| *up).await?;
        started.send_modify(|started| *started += 1);
        // An answer that breaks off is none.
        let answer = match post(&client, &url, &fields).await {
            Ok(response) => {
                let status = response.status();
                response.bytes().await.map(|_| status)
            }
            Err(error) => Err(error),
        };
        match answer {
            Ok(status) if status.is_success() => return Ok(lost),
            Ok(status) if status.is_client_error() => bail!("message {n}: {status}"),
            Ok(_) | Err(_) => lost += 1,
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_messages_are_each_stored_once_by_a_receiver_that_is_killed_again_and_again()
-> Result<()> {
    const MESSAGES: usize = 1000;
    const SENDERS: usize = 8;
    let mut receiver = Receiver::start(&[ORIGIN], UNLIMITED)?;
    let client = Client::new();
    let (starting, mut started) = watch::channel(0);
    let (is_up, up) = watch::channel(true);
    let senders: Vec<_> = (0..SENDERS)
        .map(|sender| {
            let (client, url) = (client.clone(), receiver.url());
            let (up, starting) = (up.clone(), starting.clone());
            tokio::spawn(async move {
                let mut lost = 0;
                for n in (sender..MESSAGES).step_by(SENDERS) {
                    lost += deliver(client.clone(), url.clone(), n, up.clone(), starting.clone())
                        .await?;
                }
                anyhow::Ok(lost)
            })
        })
        .collect();

    let mut work = std::pin::pin!(async {
        let mut lost = 0;
        for sender in senders {
            lost += sender.await??;
        }
        anyhow::Ok(lost)
    });
    let mut numbers = Numbers(6);
    let mut kills = 0;
    let lost = loop {
        // Some requests later, and then at any moment of one.
        let from = *started.borrow() + numbers.below(30)?;
        let moments = numbers.below(3000)?;
        let moment = async {
            started.wait_for(|started| *started >= from).await?;
            for _ in 0..moments {
                tokio::task::yield_now().await;
            }
            anyhow::Ok(())
        };
        tokio::select! {
            lost = &mut work => break lost?,
            moment = moment => moment?,
        }
        is_up.send(false)?;
        receiver.kill()?;
        kills += 1;
        receiver.up()?;
        is_up.send(true)?;
    };
    println!("{kills} kills, {lost} requests without an answer");
    ensure!(kills >= 30, "it was killed {kills} times");
    ensure!(lost > 0, "no request was hit by a kill");

    receiver.down()?;
    let mut stored = BTreeMap::new();
    for message in receiver.stored()? {
        let key = message["key"].as_str().context("no key")?.to_owned();
        let text = message["message"].as_str().context("no text")?.to_owned();
        ensure!(
            stored.insert(key.clone(), text).is_none(),
            "{key} is stored twice"
        );
    }
    let sent: BTreeMap<_, _> = (0..MESSAGES).map(|n| (key(n), text(n))).collect();
    ensure!(stored == sent, "stored: {} of {MESSAGES}", stored.len());
    Ok(())
}

#[tokio::test]
async fn a_full_disk_loses_nothing_and_once_there_is_room_messages_are_taken_again() -> Result<()> {
    let receiver = Receiver::start(&[ORIGIN], UNLIMITED)?;
    take(&receiver, 0, json!({})).await?;
    receiver.fill_disk(Some(receiver.size()?))?;
    let client = Client::new();
    let send = async |n: usize| {
        let fields =
            json!({ "key": key(n), "email": "mira@example.net", "message": "潮".repeat(20_000) });
        anyhow::Ok(post(&client, &receiver.url(), &fields).await?.status())
    };
    let mut taken = 1;
    let full = loop {
        let status = send(taken).await?;
        if status != 200 {
            break status;
        }
        taken += 1;
    };
    ensure!(full == 503, "{full}");
    ensure!(send(taken).await? == 503);
    ensure!(receiver.stored()?.len() == taken);
    receiver.fill_disk(None)?;
    for n in 1..=taken {
        let status = send(n).await?;
        ensure!(status == 200, "message {n}: {status}");
    }
    ensure!(receiver.stored()?.len() == taken + 1);
    Ok(())
}

fn forwarding(mail: &MailServer) -> String {
    format!(
        "site = \"The Wire\"\n[forward]\nto = \"desk@wire.example\"\nfrom = \"site@wire.example\"\nsmtp = \"{}\"",
        mail.url()
    )
}

/// Waits until so many messages were sent on.
async fn sent(receiver: &Receiver, count: usize) -> Result<()> {
    loop {
        let stored = receiver.stored()?;
        let sent = stored
            .iter()
            .filter(|message| message["forwarding"]["state"] == "sent");
        if sent.count() == count {
            return Ok(());
        }
        tokio::task::yield_now().await;
    }
}

/// Waits until a message could not be sent on; why.
async fn tried(receiver: &Receiver) -> Result<String> {
    loop {
        let stored = receiver.stored()?;
        let mut errors = stored
            .iter()
            .filter_map(|message| message["forwarding"]["error"].as_str());
        if let Some(error) = errors.next() {
            return Ok(error.to_owned());
        }
        tokio::task::yield_now().await;
    }
}

async fn take(receiver: &Receiver, n: usize, more: Value) -> Result<()> {
    let mut fields = json!({ "key": key(n), "name": "Mira Holm", "email": "mira@example.net", "message": text(n), "elapsed": "9000" });
    for (name, value) in more.as_object().context("no fields")? {
        fields[name] = value.clone();
    }
    let answer = post(&Client::new(), &receiver.url(), &fields).await?;
    ensure!(answer.status() == 200, "{}", answer.status());
    Ok(())
}

/// A header's line.
fn header<'a>(mail: &'a str, name: &str) -> Option<&'a str> {
    let head = mail.split("\n\n").next().unwrap_or_default();
    head.lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

#[tokio::test]
async fn messages_are_sent_on_by_mail_and_spam_is_not() -> Result<()> {
    let mail = MailServer::start()?;
    let receiver = Receiver::start(&[ORIGIN], &forwarding(&mail))?;
    take(&receiver, 1, json!({ "elapsed": "100" })).await?;
    take(
        &receiver,
        2,
        json!({ "leave_empty": "https://spam.example" }),
    )
    .await?;
    take(&receiver, 3, json!({ "subject": "Tides, by night" })).await?;
    sent(&receiver, 1).await?;
    let mails = mail.mails()?;
    ensure!(mails.len() == 1, "{mails:#?}");
    let mail = &mails[0];
    for (name, value) in [
        ("From", "site@wire.example"),
        ("To", "desk@wire.example"),
        ("Reply-To", "\"Mira Holm\" <mira@example.net>"),
        ("Subject", "[The Wire] Tides, by night"),
        ("X-MailFrom", "site@wire.example"),
        ("X-RcptTo", "desk@wire.example"),
    ] {
        ensure!(
            header(mail, name) == Some(value),
            "{name} is not {value}:\n{mail}"
        );
    }
    let id = format!("<{}@wire.example>", key(3));
    ensure!(header(mail, "Message-ID") == Some(&id), "{mail}");
    ensure!(
        mail.contains("Message 3. The tide table is wrong."),
        "{mail}"
    );
    let states: Vec<_> = receiver
        .stored()?
        .iter()
        .map(|message| message["forwarding"]["state"].clone())
        .collect();
    ensure!(states == ["off", "off", "sent"], "{states:?}");
    Ok(())
}

#[tokio::test]
async fn mail_waits_for_its_server_also_when_the_receiver_is_killed_meanwhile() -> Result<()> {
    let mut mail = MailServer::start()?;
    mail.down();
    let mut receiver = Receiver::start(&[ORIGIN], &forwarding(&mail))?;
    for n in 0..3 {
        take(&receiver, n, json!({})).await?;
    }
    tried(&receiver).await?;
    receiver.kill()?;
    mail.up()?;
    receiver.up()?;
    sent(&receiver, 3).await?;
    receiver.down()?;
    receiver.up()?;
    take(&receiver, 3, json!({})).await?;
    sent(&receiver, 4).await?;
    let mut ids: Vec<_> = mail
        .mails()?
        .iter()
        .map(|mail| header(mail, "Message-ID").map(str::to_owned))
        .collect();
    ids.sort();
    let expected: Vec<_> = (0..4)
        .map(|n| Some(format!("<{}@wire.example>", key(n))))
        .collect();
    ensure!(ids == expected, "{ids:?}");
    Ok(())
}

#[tokio::test]
async fn mail_goes_over_tls_to_a_server_that_is_trusted_and_to_no_other() -> Result<()> {
    let mail = MailServer::start_tls()?;
    let trusting = Receiver::trusting(&mail.certificate(), &[ORIGIN], &forwarding(&mail))?;
    take(&trusting, 1, json!({})).await?;
    sent(&trusting, 1).await?;
    ensure!(mail.mails()?.len() == 1);
    let stranger = MailServer::start_tls()?;
    let wary = Receiver::trusting(&mail.certificate(), &[ORIGIN], &forwarding(&stranger))?;
    take(&wary, 2, json!({})).await?;
    let error = tried(&wary).await?;
    ensure!(error.contains("certificate"), "{error}");
    ensure!(stranger.mails()?.is_empty());
    Ok(())
}

#[tokio::test]
async fn no_reader_can_write_to_anybody_else_by_it() -> Result<()> {
    let mail = MailServer::start()?;
    let receiver = Receiver::start(&[ORIGIN], &forwarding(&mail))?;
    let injected = "x\r\nBcc: all@victim.example\r\nTo: all@victim.example\r\n\r\nHello";
    let fields = json!({
        "name": injected,
        "subject": injected,
        "message": "Hello\r\n.\r\nRCPT TO:<all@victim.example>\r\n.\r\nBye",
    });
    take(&receiver, 1, fields).await?;
    sent(&receiver, 1).await?;
    let mails = mail.mails()?;
    ensure!(mails.len() == 1, "{mails:#?}");
    let mail = &mails[0];
    ensure!(
        header(mail, "X-RcptTo") == Some("desk@wire.example"),
        "{mail}"
    );
    ensure!(header(mail, "To") == Some("desk@wire.example"), "{mail}");
    ensure!(header(mail, "Bcc").is_none(), "{mail}");
    ensure!(
        mail.contains("\n.\nRCPT TO:<all@victim.example>\n.\nBye"),
        "{mail}"
    );
    let other =
        json!({ "key": key(2), "email": "a@b.example, all@victim.example", "message": "Hello" });
    let answer = post(&Client::new(), &receiver.url(), &other).await?;
    ensure!(answer.status() == 422, "{}", answer.status());
    Ok(())
}

#[tokio::test]
async fn a_message_is_deleted_beside_the_running_receiver() -> Result<()> {
    let receiver = Receiver::start(&[ORIGIN], "")?;
    take(&receiver, 1, json!({})).await?;
    take(&receiver, 2, json!({})).await?;
    ensure!(receiver.delete(&key(1))?);
    ensure!(!receiver.delete(&key(1))?, "it was deleted twice");
    take(&receiver, 1, json!({})).await?;
    let stored = receiver.stored()?;
    ensure!(
        stored.len() == 1 && stored[0]["key"] == key(2),
        "{stored:?}"
    );
    Ok(())
}

/// A web server passes messages on, and says whose they are.
async fn behind(web: Web) -> Result<()> {
    let site = tempfile::tempdir()?;
    let limited =
        "path = \"/contact-endpoint\"\ntrust_forwarded = 1\n[limits]\nper_address = \"2 per hour\"";
    let receiver = Receiver::start(&[ORIGIN], limited)?;
    let host = Host::before(web, site.path(), &receiver)?;
    let client = Client::new();
    let post = async |n: usize, claim: &str| -> Result<Response> {
        let fields = json!({ "key": key(n), "email": "mira@example.net", "message": text(n) });
        let request = client.post(host.url("contact-endpoint"));
        let request = request
            .header("content-type", "application/json")
            .header("origin", ORIGIN);
        Ok(request
            .header("x-forwarded-for", claim)
            .body(fields.to_string())
            .send()
            .await?)
    };
    for n in 0..2 {
        let answer = post(n, "192.0.2.7").await?;
        ensure!(answer.status() == 200, "{}", answer.status());
        let allowed = answer.headers().get("access-control-allow-origin");
        ensure!(
            allowed.is_some_and(|origin| origin == ORIGIN),
            "{:?}",
            answer.headers()
        );
    }
    // Another address is claimed; the web server knows better.
    let answer = post(2, "198.51.100.9").await?;
    ensure!(answer.status() == 429, "{}", answer.status());
    ensure!(
        answer.headers().contains_key("retry-after"),
        "{:?}",
        answer.headers()
    );
    ensure!(answer.text().await?.contains("error"));
    let form = client
        .post(host.url("contact-endpoint"))
        .header("content-type", "application/x-www-form-urlencoded");
    // As much as is taken: the web server must not take less.
    let long = "%F0%9F%8C%8A".repeat(20_000);
    let answer = form
        .body(format!(
            "email=mira%40example.net&message={long}&leave_empty=x"
        ))
        .send()
        .await?;
    ensure!(answer.status() == 429, "{}", answer.status());
    ensure!(receiver.stored()?.len() == 2);
    Ok(())
}

#[tokio::test]
async fn behind_nginx_readers_are_told_apart_by_what_nginx_says() -> Result<()> {
    behind(Web::Nginx).await
}

#[tokio::test]
async fn behind_caddy_readers_are_told_apart_by_what_caddy_says() -> Result<()> {
    behind(Web::Caddy).await
}
