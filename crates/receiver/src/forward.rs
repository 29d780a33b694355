//! Sends stored messages on by mail, in the background, until the mail server has taken them.
//!
//! Entry points: [`start`], and [`server`] for what a configuration may name. A message is sent at least
//! once: if the process ends between the server's yes and our note of it, it is sent again, with the same
//! Message-ID.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use jiff::{SignedDuration, Timestamp};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use url::{Host, Url};

use crate::config::Forward;
use crate::store::{Forwarding, Store, StoreError, Stored};
use crate::{Clock, log, mail};

/// The longest wait between two tries.
const LONGEST: Duration = Duration::from_secs(3600);
/// For how long a message is tried that the server refuses: as long as mail servers try.
const GIVE_UP: SignedDuration = SignedDuration::from_hours(5 * 24);
/// How long to wait if the store cannot be used.
const STORE: Duration = Duration::from_secs(60);
/// How long the mail server may take for one command.
const COMMAND: Duration = Duration::from_secs(60);
/// How long it may take for one mail.
const MAIL: Duration = Duration::from_secs(300);
/// The variable that holds the password for the mail server.
pub const PASSWORD: &str = "LAMPLIGHT_SMTP_PASSWORD";

/// The address of a mail server, if it is one that mail may be sent to: over TLS, or on this machine.
pub(crate) fn server(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let tls = url.query_pairs().find(|(key, _)| key == "tls");
    let tls = tls.map(|(_, value)| value.into_owned());
    let here = match url.host()? {
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
        // Of a scheme that URLs know nothing of, addresses are names.
        Host::Domain(name) => {
            name == "localhost"
                || name
                    .parse::<std::net::Ipv4Addr>()
                    .is_ok_and(|v4| v4.is_loopback())
        }
    };
    let safe = match (url.scheme(), tls.as_deref()) {
        ("smtps", None) | ("smtp", Some("required" | "opportunistic")) => true,
        ("smtp", None) => here,
        _ => false,
    };
    safe.then_some(url)
}

type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// Starts sending on.
///
/// # Errors
/// The mail server's address cannot be used.
pub(crate) fn start(
    forward: &Forward,
    site: &str,
    store: Arc<Store>,
    clock: Arc<dyn Clock>,
    bell: Arc<Notify>,
) -> anyhow::Result<JoinHandle<()>> {
    let transport = transport(forward)?;
    let sender = Sender {
        transport,
        forward: forward.clone(),
        site: site.to_owned(),
        store,
        clock,
    };
    Ok(tokio::spawn(async move { sender.run(&bell).await }))
}

fn transport(forward: &Forward) -> anyhow::Result<Transport> {
    let mut url = server(&forward.smtp).context("the mail server's address cannot be used")?;
    if !url.username().is_empty() && url.password().is_none() {
        let Some(password) = &forward.password else {
            bail!("the mail server's address names a user but no password: set {PASSWORD}");
        };
        url.set_password(Some(password))
            .map_err(|()| anyhow::anyhow!("the mail server's address can have no password"))?;
    }
    let mut builder =
        Transport::from_url(url.as_str()).context("the mail server's address cannot be used")?;
    if url.path().len() <= 1 {
        builder = builder.hello_name(ClientId::Domain(forward.from.email.domain().to_owned()));
    }
    Ok(builder.timeout(Some(COMMAND)).build())
}

struct Sender {
    transport: Transport,
    forward: Forward,
    site: String,
    store: Arc<Store>,
    clock: Arc<dyn Clock>,
}

/// Why a mail was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Failure {
    /// The server cannot be reached or does not let us in: no other mail will fare better.
    Server(String),
    /// It does not want this one now.
    Later(String),
    /// It does not want this one.
    Refused(String),
}

impl Sender {
    async fn run(self, bell: &Notify) {
        // Until the server has taken one: how often it could not be used.
        let mut outage = 0;
        // A restart is a reason to try again at once: something may have been mended.
        let mut patient = false;
        let mut owed = None;
        loop {
            let wait = match self.round(&mut outage, &mut owed, patient).await {
                Ok(wait) => wait,
                Err(error) => {
                    log(&*self.clock, &format!("error: {}", crate::in_full(&error)));
                    Some(STORE)
                }
            };
            patient = true;
            if outage > 0 {
                tokio::time::sleep(pause(outage)).await;
                continue;
            }
            let next = tokio::time::sleep(wait.unwrap_or(LONGEST));
            tokio::select! {
                () = bell.notified() => {}
                () = next => {}
            }
        }
    }

    /// Sends all that is due; how long until more is. What could not be noted is `owed` to the store, and noted
    /// before anything else is sent: a full disk must not send a mail twice.
    async fn round(
        &self,
        outage: &mut u32,
        owed: &mut Option<(u64, Forwarding)>,
        patient: bool,
    ) -> Result<Option<Duration>, StoreError> {
        self.note(owed).await?;
        let store = Arc::clone(&self.store);
        let waiting = off_thread(move || store.waiting()).await?;
        let mut wait: Option<Duration> = None;
        for (number, stored) in waiting {
            let now = self.clock.now();
            let left = left(&stored, now);
            if patient && !left.is_zero() {
                wait = Some(wait.map_or(left, |wait| wait.min(left)));
                continue;
            }
            let failure = self.send(&stored).await.err();
            let said = match &failure {
                None => "mail sent",
                Some(Failure::Server(_)) => "mail server unusable",
                Some(Failure::Later(_)) => "mail put off by the server",
                Some(Failure::Refused(_)) => "mail refused by the server",
            };
            log(&*self.clock, said);
            let over = matches!(failure, Some(Failure::Server(_)));
            *outage = if over { *outage + 1 } else { 0 };
            let forwarding = after(&stored, failure, self.clock.now());
            if let Forwarding::Waiting { attempts, .. } = forwarding {
                let left = pause(attempts);
                wait = Some(wait.map_or(left, |wait| wait.min(left)));
            }
            *owed = Some((number, forwarding));
            self.note(owed).await?;
            if over {
                break;
            }
        }
        Ok(wait)
    }

    async fn note(&self, owed: &mut Option<(u64, Forwarding)>) -> Result<(), StoreError> {
        if let Some((number, forwarding)) = owed.clone() {
            let store = Arc::clone(&self.store);
            off_thread(move || store.note(number, forwarding)).await?;
            *owed = None;
        }
        Ok(())
    }

    async fn send(&self, stored: &Stored) -> Result<(), Failure> {
        let mail = mail::compose(stored, &self.forward, &self.site)
            .map_err(|error| Failure::Refused(crate::in_full(&error)))?;
        match tokio::time::timeout(MAIL, self.transport.send(mail)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(failure(&error)),
            Err(_) => Err(Failure::Server("The mail server took too long.".into())),
        }
    }
}

/// What an error of the transport means.
fn failure(error: &lettre::transport::smtp::Error) -> Failure {
    let words = crate::in_full(error);
    let code = error.status().map(|code| code.to_string());
    // Who we are, not what we send (RFC 4954, section 6); and a server that is going away.
    let is_server =
        code.is_none_or(|code| ["421", "454", "530", "534", "535", "538"].contains(&code.as_str()));
    if is_server {
        Failure::Server(words)
    } else if error.is_permanent() {
        Failure::Refused(words)
    } else {
        Failure::Later(words)
    }
}

/// How a message stands after it was tried.
fn after(stored: &Stored, failure: Option<Failure>, now: Timestamp) -> Forwarding {
    let (error, refused) = match failure {
        None => return Forwarding::Sent { at: now },
        Some(Failure::Refused(error)) => (error, true),
        Some(Failure::Server(error) | Failure::Later(error)) => (error, false),
    };
    if refused && now.duration_since(stored.received) > GIVE_UP {
        return Forwarding::GaveUp { error };
    }
    let attempts = match stored.forwarding {
        Forwarding::Waiting { attempts, .. } => attempts.saturating_add(1),
        _ => 1,
    };
    Forwarding::Waiting {
        attempts,
        error: Some(error),
        next: now.checked_add(pause(attempts)).ok(),
    }
}

/// How long until a message may be tried.
fn left(stored: &Stored, now: Timestamp) -> Duration {
    match stored.forwarding {
        Forwarding::Waiting {
            next: Some(next), ..
        } if next > now => next.duration_since(now).unsigned_abs(),
        _ => Duration::ZERO,
    }
}

/// How long to wait after so many failures: a second, then twice as long each time, up to an hour.
fn pause(failures: u32) -> Duration {
    let doublings = failures.saturating_sub(1).min(12);
    Duration::from_secs(1 << doublings).min(LONGEST)
}

async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        // It panicked, which it does not, or the process is ending.
        Err(error) => Err(StoreError::Gone(error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Message;

    fn stored(forwarding: Forwarding) -> Stored {
        Stored {
            key: "k".into(),
            received: Timestamp::UNIX_EPOCH,
            message: Message::default(),
            spam: None,
            forwarding,
        }
    }

    fn after_days(days: i64) -> Timestamp {
        Timestamp::from_second(days * 86_400).expect("is a time")
    }

    #[test]
    fn mail_goes_over_tls_or_stays_on_the_machine() {
        for right in [
            "smtps://user@mail.example.org",
            "smtps://user:secret@mail.example.org:465",
            "smtp://mail.example.org?tls=required",
            "smtp://mail.example.org:587?tls=opportunistic",
            "smtp://127.0.0.1:2525",
            "smtp://localhost",
            "smtp://[::1]:25",
        ] {
            assert!(server(right).is_some(), "{right}");
        }
        for wrong in [
            "mail.example.org",
            "smtp://mail.example.org",
            "smtp://user:secret@192.0.2.1:25",
            "smtp://mail.example.org?tls=none",
            "https://mail.example.org",
            "smtps://",
        ] {
            assert!(server(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn waits_double_up_to_an_hour() {
        let seconds: Vec<u64> = [1, 2, 3, 11, 12, 13, 14, u32::MAX]
            .map(|n| pause(n).as_secs())
            .into();
        assert_eq!(seconds, [1, 2, 4, 1024, 2048, 3600, 3600, 3600]);
    }

    #[test]
    fn an_unusable_server_is_tried_for_ever_and_a_refusal_for_five_days() {
        let tried = stored(Forwarding::Waiting {
            attempts: 7,
            error: None,
            next: None,
        });
        let away = after(
            &tried,
            Some(Failure::Server("down".into())),
            after_days(300),
        );
        assert!(
            matches!(away, Forwarding::Waiting { attempts: 8, .. }),
            "{away:?}"
        );
        let early = after(&tried, Some(Failure::Refused("no".into())), after_days(5));
        assert!(
            matches!(early, Forwarding::Waiting { attempts: 8, .. }),
            "{early:?}"
        );
        let late = after(&tried, Some(Failure::Refused("no".into())), after_days(6));
        assert_eq!(late, Forwarding::GaveUp { error: "no".into() });
        assert_eq!(
            after(&tried, None, after_days(6)),
            Forwarding::Sent { at: after_days(6) }
        );
    }

    #[test]
    fn a_message_that_was_tried_waits_until_its_time() {
        let now = after_days(1);
        let waiting = stored(after(
            &stored(Forwarding::WAITING),
            Some(Failure::Later("busy".into())),
            now,
        ));
        assert_eq!(left(&waiting, now), Duration::from_secs(1));
        assert_eq!(left(&waiting, after_days(2)), Duration::ZERO);
        assert_eq!(left(&stored(Forwarding::WAITING), now), Duration::ZERO);
    }

    #[test]
    fn a_user_without_a_password_is_told_at_the_start() {
        let mut forward = Forward {
            to: "desk@example.org".parse().expect("is an address"),
            from: "site@example.org".parse().expect("is an address"),
            smtp: "smtp://user@127.0.0.1:2525".into(),
            password: None,
        };
        let told = transport(&forward).err().map(|error| error.to_string());
        assert!(told.is_some_and(|told| told.contains(PASSWORD)));
        forward.password = Some("p@ss/w:rd".into());
        assert!(transport(&forward).is_ok());
    }
}
