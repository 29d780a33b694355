//! Sends stored messages on by mail, in the background, until the mail server has taken them.
//!
//! Entry point: [`start`]. A message is sent at least
//! once: if the process ends between the server's yes and our note of it, it is sent again, with the same
//! Message-ID.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::config::Forward;
use crate::smtp::{Failure, Server};
use crate::store::{Forwarding, Store, StoreError, Stored};
use crate::{Clock, log, mail};

/// The longest wait between two tries.
const LONGEST: Duration = Duration::from_secs(3600);
/// For how long a message is tried that the server refuses: as long as mail servers try.
const GIVE_UP: SignedDuration = SignedDuration::from_hours(5 * 24);
/// How long to wait if the store cannot be used.
const STORE: Duration = Duration::from_secs(60);

/// Starts sending on.
///
/// # Errors
/// The mail server cannot be used as it is configured.
pub(crate) fn start(
    forward: &Forward,
    site: &str,
    store: Arc<Store>,
    clock: Arc<dyn Clock>,
    bell: Arc<Notify>,
) -> anyhow::Result<JoinHandle<()>> {
    let server = Server::new(forward)?;
    let sender = Sender {
        server,
        forward: forward.clone(),
        site: site.to_owned(),
        store,
        clock,
    };
    Ok(tokio::spawn(async move { sender.run(&bell).await }))
}

struct Sender {
    server: Server,
    forward: Forward,
    site: String,
    store: Arc<Store>,
    clock: Arc<dyn Clock>,
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
        for number in in_turn(waiting) {
            // One at a time: all of them together may be more than the memory holds.
            let store = Arc::clone(&self.store);
            let Some(stored) = off_thread(move || store.get(number)).await? else {
                continue;
            };
            let now = self.clock.now();
            let left = left(&stored, now);
            if patient && !left.is_zero() {
                wait = Some(wait.map_or(left, |wait| wait.min(left)));
                continue;
            }
            let failure = self.send(&stored).await.err();
            // What a server says of one message may name its reader; what it says of us may not.
            let said = match &failure {
                None => "mail sent".into(),
                Some(Failure::Server(words)) => {
                    let words = words.replace(['\r', '\n'], " ");
                    format!("mail server unusable: {words}")
                }
                Some(Failure::Later(_)) => "mail put off by the server".into(),
                Some(Failure::Refused(_)) => "mail refused by the server".into(),
            };
            log(&*self.clock, &said);
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
        self.server.send(&mail).await
    }
}

/// Those that were tried least often come first, then the older ones: whatever a mail does to the server, it does
/// it behind all others.
fn in_turn(mut waiting: Vec<(u64, u32)>) -> Vec<u64> {
    waiting.sort_by_key(|&(number, attempts)| (attempts, number));
    waiting.into_iter().map(|(number, _)| number).collect()
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
    fn what_was_tried_least_often_comes_first_and_then_what_is_older() {
        let waiting = vec![(1, 7), (2, 0), (3, 1), (4, 0)];
        assert_eq!(in_turn(waiting), [2, 4, 3, 1]);
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
}
