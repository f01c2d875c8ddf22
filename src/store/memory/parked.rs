//! Launches that wait for their deployment, until they expire.

use std::{collections::HashMap, sync::PoisonError, time::Duration};

use super::sync::{Mutex, MutexGuard};
use crate::{nonce::OneTimeKey, store::StoreError};

/// The most bytes that are parked at once.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// How long after one look for what has expired the next one comes.
const BETWEEN_SWEEPS: Duration = Duration::from_secs(10);

/// What one entry takes beside its bytes, about.
const OVERHEAD: usize = 200;

/// Parked launches by their tickets.
#[derive(Default)]
pub(super) struct Parked(Mutex<Places>);

#[derive(Default)]
struct Places {
    bytes: usize,
    next_sweep: Duration,
    by_ticket: HashMap<[u8; 32], Place>,
}

struct Place {
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
        let mut places = self.places();
        places.sweep_now_and_then(now);
        if places.by_ticket.contains_key(ticket.digest()) {
            return Ok(());
        }
        let cost = sealed.len() + OVERHEAD;
        if places.bytes + cost > MOST_BYTES {
            return Err(StoreError::full());
        }
        places.bytes += cost;
        let place = Place {
            sealed: sealed.to_vec(),
            expires: now.saturating_add(ttl),
        };
        places.by_ticket.insert(*ticket.digest(), place);
        Ok(())
    }

    pub(super) fn find(&self, ticket: &OneTimeKey, now: Duration) -> Option<Vec<u8>> {
        let places = self.places();
        let place = places.by_ticket.get(ticket.digest())?;
        (place.expires > now).then(|| place.sealed.clone())
    }

    pub(super) fn remove(&self, ticket: &OneTimeKey) {
        self.places().remove(ticket.digest());
    }

    fn places(&self) -> MutexGuard<'_, Places> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Places {
    fn remove(&mut self, ticket: &[u8; 32]) {
        if let Some(place) = self.by_ticket.remove(ticket) {
            self.bytes -= place.sealed.len() + OVERHEAD;
        }
    }

    /// Forgets what has expired; looking through all of it is not for every call.
    fn sweep_now_and_then(&mut self, now: Duration) {
        if now < self.next_sweep {
            return;
        }
        self.next_sweep = now.saturating_add(BETWEEN_SWEEPS);
        self.by_ticket.retain(|_, place| place.expires > now);
        let sizes = self.by_ticket.values().map(|place| place.sealed.len());
        self.bytes = sizes.map(|size| size + OVERHEAD).sum();
    }
}
