//! What was read from the store, and when: whether a look-up may be answered by it.

use std::{error::Error, fmt, sync::Arc, time::Duration};

use tokio::time::Instant;

use super::snapshot::Snapshot;
use crate::{registration::RegistrationRecord, store::StoreError};

/// How old the copy may be for a look-up not to wait.
pub(super) const FRESH: Duration = Duration::from_secs(5);

/// How old the copy may be for a look-up to be answered while the store fails.
pub(super) const USABLE: Duration = Duration::from_secs(60);

/// How long look-ups do not wait for a store that has just failed.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(1);

/// How long look-ups wait for an answer that is under way.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);

/// What was read from the store, and when. Readings are numbered from 1.
#[derive(Default)]
pub(super) struct Progress {
    copy: Option<Arc<Snapshot>>,
    /// When the reading began that found the copy to be what the store holds.
    confirmed: Option<Instant>,
    started: u64,
    started_at: Option<Instant>,
    finished: u64,
    failure: Option<Failure>,
}

/// How the last reading failed.
struct Failure {
    at: Instant,
    error: Arc<StoreError>,
}

impl Progress {
    /// A reading begins.
    pub(super) fn start(&mut self) {
        self.started += 1;
        self.started_at = Some(Instant::now());
    }

    /// The reading is over: with a newer copy, with none because nothing has changed, or with an error. Returns whether
    /// the one before it had failed.
    pub(super) fn finish(&mut self, read: Result<Option<Snapshot>, Arc<StoreError>>) -> bool {
        self.finished = self.started;
        let had_failed = self.failure.is_some();
        match read {
            Ok(newer) => {
                self.confirmed = self.started_at;
                self.failure = None;
                if let Some(newer) = newer {
                    self.copy = Some(Arc::new(newer));
                }
            }
            Err(error) => {
                let at = Instant::now();
                self.failure = Some(Failure { at, error });
            }
        }
        had_failed
    }

    pub(super) fn copy(&self) -> Option<&Arc<Snapshot>> {
        self.copy.as_ref()
    }

    /// The copy, where look-ups need not wait.
    pub(super) fn fresh(&self) -> Option<&Arc<Snapshot>> {
        self.copy_within(FRESH)
    }

    /// The copy, where it may be used although the store fails.
    pub(super) fn usable(&self) -> Result<Arc<Snapshot>, StoreError> {
        let copy = self.copy_within(USABLE);
        copy.cloned().ok_or_else(|| self.error())
    }

    /// The copy of a reading that has not failed.
    pub(super) fn latest(&self) -> Result<Arc<Snapshot>, StoreError> {
        let copy = self.copy.clone().filter(|_| self.failure.is_none());
        copy.ok_or_else(|| self.error())
    }

    /// Whether the last reading that has not failed found this record, to the byte.
    pub(super) fn holds(&self, record: &RegistrationRecord) -> bool {
        self.latest().is_ok_and(|copy| copy.holds(record))
    }

    fn copy_within(&self, age: Duration) -> Option<&Arc<Snapshot>> {
        let is_young = self.confirmed?.elapsed() <= age;
        self.copy.as_ref().filter(|_| is_young)
    }

    /// The number of the first reading that begins from now on.
    pub(super) fn next(&self) -> u64 {
        self.started + 1
    }

    /// The number of the first reading that ends from now on.
    pub(super) fn next_to_finish(&self) -> u64 {
        self.finished + 1
    }

    pub(super) fn has_finished(&self, number: u64) -> bool {
        self.finished >= number
    }

    /// Whether no reading is over yet.
    pub(super) fn is_first(&self) -> bool {
        self.finished == 0
    }

    pub(super) fn is_reading(&self) -> bool {
        self.started > self.finished
    }

    /// Whether look-ups have a reason not to wait: the store has just failed, or is not answering.
    pub(super) fn is_futile(&self) -> bool {
        let is_just_over = |failure: &Failure| failure.at.elapsed() < PAUSE_AFTER_FAILURE;
        let is_slow = |began: Instant| began.elapsed() >= PATIENCE;
        if self.is_reading() {
            return self.started_at.is_some_and(is_slow);
        }
        self.failure.as_ref().is_some_and(is_just_over)
    }

    fn error(&self) -> StoreError {
        match &self.failure {
            Some(failure) => StoreError::unavailable(NotRead(Arc::clone(&failure.error))),
            None => StoreError::unavailable(std::io::Error::from(std::io::ErrorKind::TimedOut)),
        }
    }
}

/// The registrations could not be read.
#[derive(Debug)]
struct NotRead(Arc<StoreError>);

impl fmt::Display for NotRead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the registrations could not be read")
    }
}

impl Error for NotRead {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.0)
    }
}
