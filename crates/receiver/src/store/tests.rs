//! What the store promises, on real files.

use super::*;

const KEY: &str = "0b8f5a0e-2c1d-4f6a-9b3e-7d5c4a1f2e90";

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + seconds).expect("is a time")
}

fn submission(key: Option<&str>, text: &str) -> Submission {
    Submission {
        key: key.map(str::to_owned),
        message: Message {
            email: "mira@example.org".into(),
            message: text.into(),
            ..Message::default()
        },
        spam: None,
    }
}

fn is_new(kept: &Kept) -> bool {
    matches!(kept, Kept::Here { new: true, .. })
}

struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("there is room"))
    }

    fn open(&self) -> Store {
        Store::open(&self.0.path().join("messages.redb")).expect("opens")
    }
}

fn keep(store: &Store, key: Option<&str>, text: &str, seconds: i64) -> Kept {
    let mut asked = false;
    let admit = || {
        asked = true;
        Ok(())
    };
    let submission = submission(key, text);
    let kept = store
        .keep(submission, Forwarding::WAITING, at(seconds), admit)
        .expect("is written");
    assert_eq!(asked, is_new(&kept));
    kept
}

#[test]
fn a_key_is_stored_once_also_after_a_restart_and_answered_as_the_first_time() {
    let place = Place::new();
    assert!(is_new(&keep(&place.open(), Some(KEY), "One", 0)));
    let store = place.open();
    let again = keep(&store, Some(KEY), "One", 500);
    let first = Kept::Here {
        key: KEY.into(),
        received: at(0),
        new: false,
    };
    assert_eq!(again, first);
    assert_eq!(store.list().expect("is read").len(), 1);
}

#[test]
fn what_is_not_admitted_is_not_stored() {
    let store = Place::new().open();
    let late = Refusal::TooMany(std::time::Duration::from_secs(1));
    let kept = store.keep(submission(Some(KEY), "One"), Forwarding::Off, at(0), || {
        Err(late.clone())
    });
    assert_eq!(kept.expect("is read"), Kept::Refused(late));
    assert!(store.list().expect("is read").is_empty());
    assert!(is_new(&keep(&store, Some(KEY), "One", 1)));
}

#[test]
fn another_message_with_a_used_key_is_told_and_the_first_stays() {
    let store = Place::new().open();
    keep(&store, Some(KEY), "One", 0);
    assert_eq!(
        keep(&store, Some(KEY), "Two", 1),
        Kept::Refused(Refusal::OtherMessage)
    );
    let list = store.list().expect("is read");
    assert_eq!(list.len(), 1);
    assert_eq!(list[0].message.message, "One");
}

#[test]
fn a_plain_form_sent_again_within_a_day_is_the_same_message() {
    let store = Place::new().open();
    let first = keep(&store, None, "One", 0);
    assert!(is_new(&first));
    let again = keep(&store, None, "One", 86_399);
    let (
        Kept::Here { key, .. },
        Kept::Here {
            key: same,
            new: false,
            ..
        },
    ) = (first, again)
    else {
        panic!("is not the same");
    };
    assert_eq!(key, same);
    assert!(is_new(&keep(&store, None, "One, once more", 1)));
    assert!(is_new(&keep(&store, None, "One", 86_400)));
    assert_eq!(store.list().expect("is read").len(), 3);
}

#[test]
fn what_is_deleted_leaves_nothing_but_its_key_and_does_not_come_back() {
    let place = Place::new();
    let store = place.open();
    keep(&store, Some(KEY), "One", 0);
    let Kept::Here { key: form, .. } = keep(&store, None, "Two", 1) else {
        panic!("is not stored");
    };
    assert!(store.delete(KEY).expect("is written"));
    assert!(store.delete(&form).expect("is written"));
    assert!(!store.delete(KEY).expect("is written"));
    assert!(!store.delete("nothing").expect("is written"));
    assert!(store.list().expect("is read").is_empty());
    assert!(store.waiting().expect("is read").is_empty());
    assert!(!is_new(&keep(&store, Some(KEY), "One", 5)));
    // The number of a deleted message is nobody else's.
    let other = KEY.replace("0b8f", "0b90");
    keep(&store, Some(&other), "Three", 6);
    assert!(!store.delete(KEY).expect("is written"));
    assert_eq!(store.list().expect("is read").len(), 1);
}

#[test]
fn what_was_sent_on_waits_no_more() {
    let place = Place::new();
    let store = place.open();
    keep(&store, Some(KEY), "One", 0);
    keep(&store, None, "Two", 0);
    let waiting = store.waiting().expect("is read");
    assert_eq!(waiting.len(), 2);
    let sent = Forwarding::Sent { at: at(9) };
    store.note(waiting[0].0, sent.clone()).expect("is written");
    let tried = Forwarding::Waiting {
        attempts: 1,
        error: Some("Busy".into()),
        next: Some(at(60)),
    };
    store.note(waiting[1].0, tried.clone()).expect("is written");
    drop(store);
    let store = place.open();
    let left = store.waiting().expect("is read");
    assert_eq!(left, [(waiting[1].0, 1)]);
    let stored = store.get(left[0].0).expect("is read");
    assert_eq!(stored.map(|stored| stored.forwarding), Some(tried));
    assert_eq!(store.list().expect("is read")[0].forwarding, sent);
    assert!(store.delete(KEY).expect("is written"));
    store
        .note(waiting[0].0, Forwarding::WAITING)
        .expect("is no mistake");
    assert_eq!(store.list().expect("is read").len(), 1);
}

#[test]
fn a_store_is_read_and_changed_beside_the_server_that_has_it_open() {
    let place = Place::new();
    let (server, beside) = (place.open(), place.open());
    keep(&server, Some(KEY), "One", 0);
    assert_eq!(beside.list().expect("is read").len(), 1);
    assert!(beside.delete(KEY).expect("is written"));
    assert!(server.list().expect("is read").is_empty());
}

#[test]
fn two_servers_never_share_a_store() {
    let place = Place::new();
    let path = place.0.path().join("messages.redb");
    let first = ServerLock::take(&path).expect("is free");
    assert!(matches!(ServerLock::take(&path), Err(StoreError::InUse(_))));
    drop(first);
    assert!(ServerLock::take(&path).is_ok());
}

#[cfg(unix)]
#[test]
fn only_its_owner_can_read_a_store() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    let _store = place.open();
    let data = std::fs::metadata(place.0.path().join("messages.redb")).expect("is there");
    assert_eq!(data.permissions().mode() & 0o777, 0o600);
}

#[test]
fn what_is_no_store_is_refused_and_left_alone() {
    let place = Place::new();
    let path = place.0.path().join("messages.redb");
    let text = "This is a letter and no database. ".repeat(300);
    std::fs::write(&path, &text).expect("is written");
    assert!(matches!(Store::open(&path), Err(StoreError::Open(..))));
    assert_eq!(std::fs::read_to_string(&path).expect("is there"), text);
}
