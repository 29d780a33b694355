//! What keeps the store from growing without end: its size is known, what is past is forgotten, and room that is not
//! used is given back to the disk.
//!
//! Entry points: [`Store::tidy`], [`Store::shrink`], and [`used`] for all that changes the size. Never removes a
//! message that is not marked as spam.

use std::fs;
use std::sync::{Arc, PoisonError};

use jiff::{SignedDuration, Timestamp};
use redb::{ReadableTable as _, WriteTransaction};

use super::{CONTENTS, DELETED, KEYS, MESSAGES, RELOAD, Result, SPAM, Store, Stored, USED, remove};

/// What a message takes beside its text: its key, and its places in the other tables, bytes.
pub(super) const KEY_SIZE: u64 = 256;

/// For how long the key of a deleted message is known, milliseconds after the message came: no device repeats one for so
/// long.
const FORGET: i64 = 366 * 24 * 60 * 60 * 1000;

/// How many messages are removed in one transaction: others wait for it.
const BATCH: usize = 256;

/// So many times what is used may the file be large: compacted it is 1.6 times as large, and it grows by doubling.
const SLACK: u64 = 4;

/// How much of the store is used, bytes.
///
/// # Errors
/// It cannot be read.
pub(super) fn used(write: &WriteTransaction) -> Result<u64, redb::Error> {
    if let Some(used) = write.open_table(USED)?.get(())? {
        return Ok(used.value());
    }
    // A store from before sizes were noted, or a new one.
    let (mut used, mut spam) = (0, write.open_table(SPAM)?);
    for entry in write.open_table(MESSAGES)?.iter()? {
        let (number, record) = entry?;
        used += size(record.value());
        let stored = serde_json::from_slice::<Stored>(record.value()).ok();
        if let Some(stored) = stored.filter(|stored| stored.spam.is_some()) {
            spam.insert((stored.received.as_millisecond(), number.value()), ())?;
        }
    }
    let deleted = write.open_table(KEYS)?;
    for entry in deleted.iter()? {
        let (_, digest, _) = entry?.1.value();
        used += if digest == DELETED { KEY_SIZE } else { 0 };
    }
    Ok(used)
}

/// Notes how much is used.
///
/// # Errors
/// It cannot be written.
pub(super) fn set_used(write: &WriteTransaction, used: u64) -> Result<(), redb::Error> {
    write.open_table(USED)?.insert((), used)?;
    Ok(())
}

/// What a record takes, bytes.
pub(super) fn size(record: &[u8]) -> u64 {
    length(record) + KEY_SIZE
}

/// The length of a record, bytes.
pub(super) fn length(record: &[u8]) -> u64 {
    u64::try_from(record.len()).unwrap_or(u64::MAX)
}

impl Store {
    /// Deletes spam that is older than so many days, and forgets when plain forms came that are no reloads any more, and
    /// the keys of what was deleted long ago; how many messages were deleted.
    ///
    /// # Errors
    /// The store cannot be read or written.
    pub(crate) fn tidy(&self, now: Timestamp, keep_spam_days: u32) -> Result<usize> {
        let write = self.begin()?;
        self.run(|| {
            let before = used(&write)?;
            let now = now.as_millisecond();
            write
                .open_table(CONTENTS)?
                .retain(|_, received| now - received < RELOAD)?;
            let mut forgotten = 0;
            write.open_table(KEYS)?.retain(|_, (_, digest, received)| {
                let past = digest == DELETED && now - received > FORGET;
                forgotten += u64::from(past);
                !past
            })?;
            set_used(&write, before.saturating_sub(forgotten * KEY_SIZE))
        })?;
        self.run(|| Ok(write.commit()?))?;
        let age = SignedDuration::from_hours(24 * i64::from(keep_spam_days));
        // Before the first moment there is, there was no spam.
        let until = now.checked_sub(age).unwrap_or(Timestamp::MIN);
        let mut removed = 0;
        loop {
            let batch = self.remove_spam(until.as_millisecond())?;
            removed += batch;
            if batch < BATCH {
                return Ok(removed);
            }
        }
    }

    /// Deletes some of the spam that came before a time (milliseconds since 1970); how many messages.
    fn remove_spam(&self, until: i64) -> Result<usize> {
        let write = self.begin()?;
        let count = self.run(|| {
            let mut past = Vec::new();
            for entry in write.open_table(SPAM)?.range(..(until, 0))?.take(BATCH) {
                past.push(entry?.0.value());
            }
            for &(received, number) in &past {
                let messages = write.open_table(MESSAGES)?;
                let record = messages.get(number)?.map(|record| record.value().to_vec());
                drop(messages);
                let stored =
                    record.and_then(|record| serde_json::from_slice::<Stored>(&record).ok());
                if let Some(stored) = stored {
                    remove(&write, &stored.key)?;
                }
                // Also if there was nothing to remove: it is not looked for again.
                write.open_table(SPAM)?.remove((received, number))?;
            }
            Ok(past.len())
        })?;
        if count > 0 {
            self.run(|| Ok(write.commit()?))?;
        }
        Ok(count)
    }

    /// Gives room that is not used back to the disk, if the file is larger than so many bytes, far larger than what is in
    /// it, and nobody is using it; whether there was some.
    ///
    /// # Errors
    /// The store cannot be read or written.
    pub(crate) fn shrink(&self, least: u64) -> Result<bool> {
        let write = self.begin()?;
        let used = self.run(|| used(&write))?;
        self.run(|| Ok(write.abort()?))?;
        let length = fs::metadata(&self.path).map_or(0, |file| file.len());
        if length <= least.max(used.saturating_mul(SLACK)) {
            return Ok(false);
        }
        // Whoever wants it meanwhile waits.
        let mut database = self.database.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(database) = Arc::get_mut(&mut database) else {
            return Ok(false);
        };
        match database.compact() {
            Err(redb::CompactionError::TransactionInProgress) => Ok(false),
            compacted => self.run(|| Ok(compacted?)),
        }
    }
}
