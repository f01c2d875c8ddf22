//! Parked launches in memory, until they expire.

use std::{collections::HashMap, sync::PoisonError, time::Duration};

use super::sync::{Mutex, MutexGuard};
use crate::{nonce::OneTimeKey, store::StoreError};

/// The capacity in bytes.
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// The time between two removals of what has expired.
const SWEEP_INTERVAL: Duration = Duration::from_secs(10);

/// What an entry takes beside its bytes, about.
const OVERHEAD: usize = 200;

/// Parked launches by their tickets.
#[derive(Default)]
pub(super) struct Parked(Mutex<Entries>);

#[derive(Default)]
struct Entries {
    bytes: usize,
    next_sweep: Duration,
    by_ticket: HashMap<[u8; 32], Entry>,
}

struct Entry {
    sealed: Vec<u8>,
    expires: Duration,
}

impl Parked {
    pub(super) fn park(
        &self,
        ticket: &OneTimeKey,
        sealed: &[u8],
        now: Duration,
        ttl: Duration,
    ) -> Result<(), StoreError> {
        let mut entries = self.entries();
        entries.sweep_if_due(now);
        if entries.by_ticket.contains_key(ticket.digest()) {
            return Ok(());
        }
        let cost = sealed.len() + OVERHEAD;
        if entries.bytes + cost > MAX_BYTES {
            return Err(StoreError::full());
        }
        entries.bytes += cost;
        let entry = Entry {
            sealed: sealed.to_vec(),
            expires: now.saturating_add(ttl),
        };
        entries.by_ticket.insert(*ticket.digest(), entry);
        Ok(())
    }

    pub(super) fn find(&self, ticket: &OneTimeKey, now: Duration) -> Option<Vec<u8>> {
        let entries = self.entries();
        let entry = entries.by_ticket.get(ticket.digest())?;
        (entry.expires > now).then(|| entry.sealed.clone())
    }

    pub(super) fn remove(&self, ticket: &OneTimeKey) {
        self.entries().remove(ticket.digest());
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entries {
    fn remove(&mut self, ticket: &[u8; 32]) {
        if let Some(entry) = self.by_ticket.remove(ticket) {
            self.bytes -= entry.sealed.len() + OVERHEAD;
        }
    }

    /// Removes what has expired, once per interval.
    fn sweep_if_due(&mut self, now: Duration) {
        if now < self.next_sweep {
            return;
        }
        self.next_sweep = now.saturating_add(SWEEP_INTERVAL);
        self.by_ticket.retain(|_, entry| entry.expires > now);
        let sizes = self.by_ticket.values().map(|entry| entry.sealed.len());
        self.bytes = sizes.map(|size| size + OVERHEAD).sum();
    }
}
