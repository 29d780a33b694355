//! The messages on disk: an embedded database, each message in one transaction that is on the disk
//! before anybody is told that it is stored.
//!
//! Entry point: [`Store`]. Several processes may have it open: `--list` and `--delete` work beside a
//! server. Never stores an address of a network.

mod upkeep;

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use redb::{
    ConcurrencyMode, Database, ReadableDatabase as _, ReadableTable as _, TableDefinition,
    TableError, WriteTransaction,
};
use serde::{Deserialize, Serialize};

use crate::message::{Message, Spam, Submission};
use crate::refusal::Refusal;

/// The messages, in the order in which they came.
const MESSAGES: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("messages");
/// Which message a key belongs to; stays when the message is deleted, so that a late repeat is known.
const KEYS: TableDefinition<'_, &str, Known> = TableDefinition::new("keys");
/// Plain forms have no key: when a message with this content came (milliseconds since 1970).
const CONTENTS: TableDefinition<'_, [u8; 32], i64> = TableDefinition::new("contents");
/// The messages that are still to be sent on.
const WAITING: TableDefinition<'_, u64, ()> = TableDefinition::new("waiting");
/// The messages that are marked as spam, by when they came (milliseconds since 1970).
const SPAM: TableDefinition<'_, (i64, u64), ()> = TableDefinition::new("spam");
/// How much is used, bytes.
const USED: TableDefinition<'_, (), u64> = TableDefinition::new("used");
/// The number of the next message: none is used twice.
const NEXT: TableDefinition<'_, (), u64> = TableDefinition::new("next");

/// Number of the message, digest of its content (zeros: deleted), and when it came (milliseconds since 1970).
type Known = (u64, [u8; 32], i64);

const DELETED: [u8; 32] = [0; 32];

/// For how long the same content in a plain form is a reload and not another message, milliseconds.
const RELOAD: i64 = 24 * 60 * 60 * 1000;

/// Memory for the database's pages, bytes.
const CACHE: usize = 8 << 20;

/// A stored message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    /// The app's key, or one made from the content of a plain form.
    pub key: String,
    /// When it was stored.
    pub received: Timestamp,
    /// What the reader sent.
    #[serde(flatten)]
    pub message: Message,
    /// Why it is taken for spam.
    pub spam: Option<Spam>,
    /// Whether it was sent on.
    pub forwarding: Forwarding,
}

/// Whether a message was sent on by mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Forwarding {
    /// It is not to be: it is spam, or nothing was set up when it came.
    Off,
    /// Not yet.
    Waiting {
        /// How often it was tried.
        attempts: u32,
        /// What went wrong the last time.
        error: Option<String>,
        /// Not before; `None`: at once.
        next: Option<Timestamp>,
    },
    /// The mail server took it.
    Sent {
        /// When.
        at: Timestamp,
    },
    /// The mail server refused it for too long.
    GaveUp {
        /// In its words.
        error: String,
    },
}

impl Forwarding {
    /// Not yet, and not tried.
    pub(crate) const WAITING: Self = Self::Waiting {
        attempts: 0,
        error: None,
        next: None,
    };
}

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    /// Stored, now or before, under this key.
    Here {
        key: String,
        received: Timestamp,
        new: bool,
    },
    /// It is not.
    Refused(Refusal),
}

/// The database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file cannot be opened.
    #[error("the store {} cannot be opened", .0.display())]
    Open(PathBuf, #[source] Box<dyn std::error::Error + Send + Sync>),
    /// Another receiver uses it.
    #[error("another `press receive` is running with the store {}", .0.display())]
    InUse(PathBuf),
    /// It cannot be read or written.
    #[error("the store cannot be used")]
    Database(#[from] Box<redb::Error>),
    /// Work on it ended before it was done.
    #[error("work on the store was broken off: {0}")]
    Gone(String),
    /// A record is none.
    #[error("the store holds a record that cannot be read")]
    Record(#[from] serde_json::Error),
}

type Result<T, E = StoreError> = std::result::Result<T, E>;

/// The messages on disk.
pub struct Store {
    path: PathBuf,
    /// How much may be used, bytes.
    most: u64,
    database: Mutex<Arc<Database>>,
    /// Whether something went wrong with it, as when the disk is full. It refuses everything from then on, and
    /// has to be opened again.
    broken: AtomicBool,
}

/// Keeps other servers off a store; given up with this value, and by the system if the process ends.
#[derive(Debug)]
pub struct ServerLock {
    _file: File,
}

impl ServerLock {
    /// Takes the lock of a store, which is a file beside it.
    ///
    /// # Errors
    /// Another server has it, or the file cannot be written.
    pub fn take(store: &Path) -> Result<Self> {
        let mut name = store.as_os_str().to_owned();
        name.push(".lock");
        let open = |error: std::io::Error| StoreError::Open(store.to_owned(), error.into());
        let file = private()
            .create(true)
            .truncate(false)
            .write(true)
            .open(name)
            .map_err(open)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(std::fs::TryLockError::WouldBlock) => Err(StoreError::InUse(store.to_owned())),
            Err(std::fs::TryLockError::Error(error)) => Err(open(error)),
        }
    }
}

/// Files that only their owner may read: they hold what readers wrote.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

impl Store {
    /// Opens a store, or begins one.
    ///
    /// # Errors
    /// The file cannot be opened or is no store.
    pub fn open(path: &Path) -> Result<Self> {
        let file = private()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(path);
        file.map_err(|error| StoreError::Open(path.to_owned(), error.into()))?;
        Ok(Self {
            path: path.to_owned(),
            most: u64::MAX,
            database: Mutex::new(Arc::new(open(path)?)),
            broken: AtomicBool::new(false),
        })
    }

    /// Lets it take no message that would make it larger than so many bytes.
    pub(crate) fn limited(self, most: u64) -> Self {
        Self { most, ..self }
    }

    /// The database, opened again if something went wrong with it.
    fn database(&self) -> Result<Arc<Database>> {
        let mut database = self.database.lock().unwrap_or_else(PoisonError::into_inner);
        if self.broken.load(Ordering::SeqCst) {
            *database = Arc::new(open(&self.path)?);
            self.broken.store(false, Ordering::SeqCst);
        }
        Ok(Arc::clone(&database))
    }

    /// Gives the database's many kinds of error one name, and remembers that there was one.
    fn run<T>(&self, work: impl FnOnce() -> std::result::Result<T, redb::Error>) -> Result<T> {
        work().map_err(|error| {
            self.broken.store(true, Ordering::SeqCst);
            StoreError::Database(Box::new(error))
        })
    }

    /// Stores a message unless it is here; `admit` is asked only about one that is not, and may refuse it.
    /// When this returns, it is on the disk.
    pub(crate) fn keep(
        &self,
        submission: Submission,
        forwarding: Forwarding,
        now: Timestamp,
        admit: impl FnOnce() -> Result<(), Refusal>,
    ) -> Result<Kept> {
        let digest = submission.message.digest();
        // As precise as it is kept, so that a repeat is answered in the same words.
        let now = Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now);
        let write = self.begin()?;
        let used = self.run(|| upkeep::used(&write))?;
        let kept = {
            let mut keys = self.run(|| Ok(write.open_table(KEYS)?))?;
            let mut contents = self.run(|| Ok(write.open_table(CONTENTS)?))?;
            let mut messages = self.run(|| Ok(write.open_table(MESSAGES)?))?;
            let mut waiting = self.run(|| Ok(write.open_table(WAITING)?))?;
            let key = submission.key.as_deref();
            if let Some(kept) = self.run(|| look_up(&keys, &contents, key, &digest, now))? {
                return Ok(kept);
            }
            let is_form = submission.key.is_none();
            let key = submission
                .key
                .unwrap_or_else(|| form_key(&digest, now.as_millisecond()));
            let stored = Stored {
                key,
                received: now,
                message: submission.message,
                spam: submission.spam,
                forwarding,
            };
            let record = serde_json::to_vec(&stored)?;
            let used = used + upkeep::size(&record);
            if used > self.most {
                return Ok(Kept::Refused(Refusal::Full));
            }
            if let Err(refusal) = admit() {
                return Ok(Kept::Refused(refusal));
            }
            let number = self.run(|| {
                let mut next = write.open_table(NEXT)?;
                let number = next.get(())?.map_or(0, |number| number.value());
                next.insert((), number + 1)?;
                Ok(number)
            })?;
            self.run(|| {
                messages.insert(number, record.as_slice())?;
                keys.insert(stored.key.as_str(), (number, digest, now.as_millisecond()))?;
                if is_form {
                    contents.insert(digest, now.as_millisecond())?;
                }
                if matches!(stored.forwarding, Forwarding::Waiting { .. }) {
                    waiting.insert(number, ())?;
                }
                if stored.spam.is_some() {
                    let spam = (now.as_millisecond(), number);
                    write.open_table(SPAM)?.insert(spam, ())?;
                }
                upkeep::set_used(&write, used)
            })?;
            Kept::Here {
                key: stored.key,
                received: now,
                new: true,
            }
        };
        self.run(|| Ok(write.commit()?))?;
        Ok(kept)
    }

    /// All messages, oldest first.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn list(&self) -> Result<Vec<Stored>> {
        let database = self.database()?;
        let texts = self.run(|| {
            let read = database.begin_read()?;
            let table = match read.open_table(MESSAGES) {
                Err(TableError::TableDoesNotExist(_)) => return Ok(Vec::new()),
                table => table?,
            };
            let mut texts = Vec::new();
            for entry in table.iter()? {
                texts.push(entry?.1.value().to_vec());
            }
            Ok(texts)
        })?;
        let read = |text: &Vec<u8>| Ok(serde_json::from_slice(text)?);
        texts.iter().map(read).collect()
    }

    /// The messages that are to be sent on: their numbers, and how often each was tried.
    pub(crate) fn waiting(&self) -> Result<Vec<(u64, u32)>> {
        let database = self.database()?;
        let numbers = self.run(|| {
            let read = database.begin_read()?;
            let table = match read.open_table(WAITING) {
                Err(TableError::TableDoesNotExist(_)) => return Ok(Vec::new()),
                table => table?,
            };
            let mut numbers = Vec::new();
            for entry in table.iter()? {
                numbers.push(entry?.0.value());
            }
            Ok(numbers)
        })?;
        let mut waiting = Vec::with_capacity(numbers.len());
        for number in numbers {
            let attempts = match self.get(number)?.map(|stored| stored.forwarding) {
                Some(Forwarding::Waiting { attempts, .. }) => attempts,
                _ => continue,
            };
            waiting.push((number, attempts));
        }
        Ok(waiting)
    }

    /// A message; `None` if it was deleted.
    pub(crate) fn get(&self, number: u64) -> Result<Option<Stored>> {
        let database = self.database()?;
        let text = self.run(|| {
            let read = database.begin_read()?;
            let table = match read.open_table(MESSAGES) {
                Err(TableError::TableDoesNotExist(_)) => return Ok(None),
                table => table?,
            };
            Ok(table.get(number)?.map(|record| record.value().to_vec()))
        })?;
        Ok(text.map(|text| serde_json::from_slice(&text)).transpose()?)
    }

    /// Notes how sending a message on went; nothing, if it was deleted meanwhile.
    pub(crate) fn note(&self, number: u64, forwarding: Forwarding) -> Result<()> {
        let write = self.begin()?;
        let used = self.run(|| upkeep::used(&write))?;
        {
            let mut messages = self.run(|| Ok(write.open_table(MESSAGES)?))?;
            let record =
                self.run(|| Ok(messages.get(number)?.map(|record| record.value().to_vec())))?;
            let Some(record) = record else {
                return Ok(());
            };
            let mut stored: Stored = serde_json::from_slice(&record)?;
            let ends = !matches!(forwarding, Forwarding::Waiting { .. });
            stored.forwarding = forwarding;
            let used = used.saturating_sub(upkeep::length(&record));
            let record = serde_json::to_vec(&stored)?;
            self.run(|| {
                messages.insert(number, record.as_slice())?;
                if ends {
                    write.open_table(WAITING)?.remove(number)?;
                }
                upkeep::set_used(&write, used + upkeep::length(&record))
            })?;
        }
        self.run(|| Ok(write.commit()?))
    }

    /// Deletes a message; whether it was there. Its key is remembered, so that a repeat of it that is still
    /// on its way is answered and not stored again.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn delete(&self, key: &str) -> Result<bool> {
        let write = self.begin()?;
        let was_there = self.run(|| remove(&write, key))?;
        self.run(|| Ok(write.commit()?))?;
        Ok(was_there)
    }

    fn begin(&self) -> Result<WriteTransaction> {
        let database = self.database()?;
        self.run(|| {
            let mut write = database.begin_write()?;
            write.set_durability(redb::Durability::Immediate)?;
            // Readers choose what is written, and may choose when: what a crash leaves must not depend on
            // checksums alone, and the next start must not read everything.
            write.set_quick_repair(true);
            Ok(write)
        })
    }
}

fn open(path: &Path) -> Result<Database> {
    Database::builder()
        .set_cache_size(CACHE)
        .set_concurrency_mode(ConcurrencyMode::MultiWriter)
        .create(path)
        .map_err(|error| StoreError::Open(path.to_owned(), error.into()))
}

/// Removes a message; whether it was there. Its key stays.
fn remove(write: &WriteTransaction, key: &str) -> std::result::Result<bool, redb::Error> {
    let used = upkeep::used(write)?;
    let mut keys = write.open_table(KEYS)?;
    let known = keys.get(key)?.map(|known| known.value());
    let Some((number, digest, received)) = known.filter(|(_, digest, _)| *digest != DELETED) else {
        return Ok(false);
    };
    let mut messages = write.open_table(MESSAGES)?;
    let length = messages
        .remove(number)?
        .map(|record| upkeep::length(record.value()));
    write.open_table(WAITING)?.remove(number)?;
    write.open_table(SPAM)?.remove((received, number))?;
    write.open_table(CONTENTS)?.remove(digest)?;
    keys.insert(key, (number, DELETED, received))?;
    upkeep::set_used(write, used.saturating_sub(length.unwrap_or_default()))?;
    Ok(length.is_some())
}

/// What a key, or without one the content, is known to be.
fn look_up(
    keys: &impl redb::ReadableTable<&'static str, Known>,
    contents: &impl redb::ReadableTable<[u8; 32], i64>,
    key: Option<&str>,
    digest: &[u8; 32],
    now: Timestamp,
) -> std::result::Result<Option<Kept>, redb::Error> {
    let here = |key: String, received: i64| Kept::Here {
        key,
        received: Timestamp::from_millisecond(received).unwrap_or(now),
        new: false,
    };
    let Some(key) = key else {
        let received = contents.get(*digest)?.map(|received| received.value());
        let is_reload = |received: &i64| now.as_millisecond() - received < RELOAD;
        return Ok(received
            .filter(is_reload)
            .map(|received| here(form_key(digest, received), received)));
    };
    let known = keys.get(key)?.map(|known| known.value());
    Ok(known.map(|(_, stored, received)| {
        if stored == *digest || stored == DELETED {
            here(key.to_owned(), received)
        } else {
            Kept::Refused(Refusal::OtherMessage)
        }
    }))
}

/// The key of a plain form's message.
fn form_key(digest: &[u8; 32], received: i64) -> String {
    use std::fmt::Write as _;
    let mut key = String::from("form-");
    for byte in &digest[..8] {
        // Writing to a string cannot fail.
        let _ = write!(key, "{byte:02x}");
    }
    let _ = write!(key, "-{received}");
    key
}

#[cfg(test)]
mod tests;
