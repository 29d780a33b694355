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

const DAY: i64 = 86_400;

fn used(store: &Store) -> u64 {
    upkeep::used(&store.begin().expect("is written")).expect("is read")
}

/// How many entries two of its tables have: when forms came, and keys.
fn remembered(store: &Store) -> (u64, u64) {
    use redb::ReadableTableMetadata as _;
    let read = store.database().expect("is open").begin_read();
    let read = read.expect("is read");
    let contents = read.open_table(CONTENTS).expect("is there").len();
    let keys = read.open_table(KEYS).expect("is there").len();
    (contents.expect("is read"), keys.expect("is read"))
}

fn keep_spam(store: &Store, key: &str, seconds: i64) {
    let mut spam = submission(Some(key), "Buy!");
    spam.spam = Some(Spam::Honeypot);
    let kept = store.keep(spam, Forwarding::Off, at(seconds), || Ok(()));
    assert!(is_new(&kept.expect("is written")));
}

#[test]
fn spam_goes_after_its_time_and_nothing_else_does() {
    let store = Place::new().open();
    let spam: Vec<String> = (0..600)
        .map(|n| KEY.replace("0b8f", &format!("{n:04x}")))
        .collect();
    for key in &spam {
        keep_spam(&store, key, 0);
    }
    keep_spam(&store, &KEY.replace("0b8f", "ffff"), DAY);
    keep(&store, Some(KEY), "One", 0);
    keep(&store, None, "Two", 0);
    assert_eq!(store.tidy(at(30 * DAY), 30).expect("is written"), 0);
    assert_eq!(store.tidy(at(30 * DAY + 1), 30).expect("is written"), 600);
    assert_eq!(store.list().expect("is read").len(), 3);
    assert_eq!(store.tidy(at(1000 * DAY), 30).expect("is written"), 1);
    let texts: Vec<String> = store
        .list()
        .expect("is read")
        .into_iter()
        .map(|stored| stored.message.message)
        .collect();
    assert_eq!(texts, ["One", "Two"]);
    assert!(is_new(&keep(&store, Some(&spam[0]), "Later", 1000 * DAY)));
}

#[test]
fn what_forms_said_is_remembered_for_a_day_and_a_deleted_key_for_a_year() {
    let store = Place::new().open();
    keep(&store, None, "One", 0);
    keep(&store, Some(KEY), "Two", 0);
    assert!(store.delete(KEY).expect("is written"));
    store.tidy(at(DAY - 1), 30).expect("is written");
    assert_eq!(remembered(&store), (1, 2));
    assert!(!is_new(&keep(&store, None, "One", DAY - 1)));
    store.tidy(at(DAY), 30).expect("is written");
    assert_eq!(remembered(&store), (0, 2));
    store.tidy(at(366 * DAY), 30).expect("is written");
    assert!(!is_new(&keep(&store, Some(KEY), "Two", 366 * DAY)));
    store.tidy(at(367 * DAY), 30).expect("is written");
    assert_eq!(remembered(&store), (0, 1));
    assert_eq!(store.list().expect("is read").len(), 1);
}

#[test]
fn a_full_store_takes_nothing_until_something_is_deleted_and_still_knows_what_it_has() {
    let place = Place::new();
    let store = place.open().limited(10_000);
    let letter = "x".repeat(4000);
    keep(&store, Some(KEY), &letter, 0);
    let other = KEY.replace("0b8f", "0b90");
    keep(&store, Some(&other), &letter, 0);
    let third = || submission(None, &letter);
    let asked = || -> Result<(), Refusal> { panic!("is asked") };
    let kept = store.keep(third(), Forwarding::Off, at(1), asked);
    assert_eq!(kept.expect("is read"), Kept::Refused(Refusal::Full));
    assert!(!is_new(&keep(&store, Some(KEY), &letter, 2)));
    assert!(place.open().delete(KEY).expect("is written"));
    let kept = store.keep(third(), Forwarding::Off, at(3), || Ok(()));
    assert!(is_new(&kept.expect("is written")));
}

#[test]
fn the_size_is_that_of_all_messages_whatever_became_of_them() {
    let store = Place::new().open();
    let empty = used(&store);
    keep(&store, Some(KEY), "One", 0);
    let one = used(&store);
    assert!(one > empty + 200, "{one}");
    let number = store.waiting().expect("is read")[0].0;
    let error = "x".repeat(500);
    store
        .note(number, Forwarding::GaveUp { error })
        .expect("is written");
    assert!((one + 400..one + 600).contains(&used(&store)));
    let gone = Forwarding::Sent { at: at(0) };
    store.note(number, gone).expect("is written");
    assert!(used(&store) < one + 100);
    // As a store has it that was begun before sizes were noted.
    let noted = used(&store);
    let write = store.begin().expect("is written");
    write.delete_table(USED).expect("is there");
    write.commit().expect("is written");
    assert_eq!(used(&store), noted);
    assert!(store.delete(KEY).expect("is written"));
    store.tidy(at(400 * DAY), 30).expect("is written");
    assert_eq!(used(&store), 0);
}

#[test]
fn room_that_is_not_used_is_given_back() {
    let place = Place::new();
    let store = place.open();
    let length = || {
        let file = std::fs::metadata(place.0.path().join("messages.redb"));
        file.expect("is there").len()
    };
    let letter = "x".repeat(20_000);
    let keys: Vec<String> = (0..200)
        .map(|n| KEY.replace("0b8f", &format!("{n:04x}")))
        .collect();
    for key in &keys {
        keep(&store, Some(key), &letter, 0);
    }
    let full = length();
    assert!(full > 4_000_000, "{full}");
    assert!(!store.shrink(1 << 20).expect("is read"), "is in use");
    for key in &keys[1..] {
        assert!(store.delete(key).expect("is written"));
    }
    assert!(!store.shrink(full).expect("is read"), "is small enough");
    assert!(store.shrink(1 << 20).expect("is written"));
    assert!(length() < full / 4, "{} of {full}", length());
    // It can be used as before, also from elsewhere.
    assert!(is_new(&keep(&store, Some(KEY), "One", 1)));
    assert_eq!(place.open().list().expect("is read").len(), 2);
}
