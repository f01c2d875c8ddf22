//! Consumed nonces, until they expire.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::PoisonError,
    time::Duration,
};

use crossbeam_utils::CachePadded;

use super::sync::{AtomicUsize, Mutex, MutexGuard, Ordering};
use crate::{
    nonce::{Attempt, NonceUse, OneTimeKey},
    store::StoreError,
};

/// How many maps share the nonces, so that launches seldom wait for one another.
const SHARDS: usize = if cfg!(all(test, tower_lti_loom)) {
    2
} else {
    64
};

/// The fewest nonces a shard takes between two sweeps.
const MIN_BETWEEN_SWEEPS: usize = 4;

/// Consumed nonces, each with the attempt that consumed it: never more than the capacity.
pub(super) struct Nonces {
    capacity: usize,
    /// Counted up before a nonce is inserted, and down after it is removed.
    count: CachePadded<AtomicUsize>,
    shards: Box<[CachePadded<Mutex<Shard>>]>,
}

struct Shard {
    consumed: HashMap<[u8; 32], Consumed>,
    /// The size at which expired nonces are removed.
    sweep_at: usize,
    /// A lower bound of all expiries.
    next_expiry: Duration,
}

struct Consumed {
    attempt: [u8; 16],
    expires: Duration,
}

impl Consumed {
    fn is_live(&self, now: Duration) -> bool {
        self.expires > now
    }
}

impl Nonces {
    pub(super) fn new(capacity: usize) -> Self {
        let shards = (0..SHARDS).map(|_| CachePadded::new(Mutex::new(Shard::new())));
        Self {
            capacity,
            count: CachePadded::new(AtomicUsize::new(0)),
            shards: shards.collect(),
        }
    }

    pub(super) fn capacity(&self) -> usize {
        self.capacity
    }

    /// How many there are, expired ones included.
    pub(super) fn count(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    /// How many there are by the shards themselves.
    #[cfg(test)]
    pub(super) fn stored(&self) -> usize {
        let sizes = (0..SHARDS).map(|shard| self.lock(shard).consumed.len());
        sizes.sum()
    }

    pub(super) fn consume(
        &self,
        nonce: &OneTimeKey,
        attempt: &Attempt,
        now: Duration,
        ttl: Duration,
    ) -> Result<NonceUse, StoreError> {
        let digest = nonce.digest();
        let expires = now.saturating_add(ttl);
        let consume = || self.consume_if_room(digest, attempt, now, expires);
        consume()
            .or_else(|| {
                self.make_room(shard_of(digest), now);
                consume()
            })
            .ok_or_else(StoreError::full)
    }

    pub(super) fn was_consumed(&self, nonce: &OneTimeKey, now: Duration) -> bool {
        let digest = nonce.digest();
        let shard = self.lock(shard_of(digest));
        let consumed = shard.consumed.get(digest);
        consumed.is_some_and(|consumed| consumed.is_live(now))
    }

    /// `None` if the nonce is new and the capacity reached.
    fn consume_if_room(
        &self,
        digest: &[u8; 32],
        attempt: &Attempt,
        now: Duration,
        expires: Duration,
    ) -> Option<NonceUse> {
        let mut shard = self.lock(shard_of(digest));
        if shard.consumed.len() >= shard.sweep_at {
            self.sweep(&mut shard, now);
        }
        let new = Consumed {
            attempt: *attempt.random(),
            expires,
        };
        match shard.consumed.entry(*digest) {
            Entry::Occupied(there) if there.get().is_live(now) => {
                return Some(if there.get().attempt == new.attempt {
                    NonceUse::First
                } else {
                    NonceUse::Repeated
                });
            }
            Entry::Occupied(mut expired) => {
                expired.insert(new);
            }
            Entry::Vacant(vacant) => {
                self.reserve()?;
                vacant.insert(new);
            }
        }
        shard.next_expiry = shard.next_expiry.min(expires);
        Some(NonceUse::First)
    }

    /// Counts one more, unless the capacity is reached.
    fn reserve(&self) -> Option<usize> {
        let one_more = |count| (count < self.capacity).then_some(count + 1);
        self.count
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more)
            .ok()
    }

    /// Removes the expired nonces of one shard: of the first after `shard` that has any.
    fn make_room(&self, shard: usize, now: Duration) {
        let others = (1..=self.shards.len()).map(|step| (shard + step) % self.shards.len());
        others
            .map(|other| self.sweep(&mut self.lock(other), now))
            .find(|removed| *removed > 0);
    }

    fn sweep(&self, shard: &mut Shard, now: Duration) -> usize {
        let removed = shard.sweep(now);
        self.count.fetch_sub(removed, Ordering::Relaxed);
        removed
    }

    /// A panic leaves no shard half written, so that a poisoned lock is sound.
    fn lock(&self, shard: usize) -> MutexGuard<'_, Shard> {
        self.shards[shard]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

fn shard_of(digest: &[u8; 32]) -> usize {
    usize::from(digest[0]) % SHARDS
}

impl Shard {
    fn new() -> Self {
        Self {
            consumed: HashMap::new(),
            sweep_at: MIN_BETWEEN_SWEEPS,
            next_expiry: Duration::MAX,
        }
    }

    /// Removes expired nonces, and says how many.
    fn sweep(&mut self, now: Duration) -> usize {
        let before = self.consumed.len();
        if self.next_expiry <= now {
            self.consumed.retain(|_, consumed| consumed.is_live(now));
            let expiries = self.consumed.values().map(|consumed| consumed.expires);
            self.next_expiry = expiries.min().unwrap_or(Duration::MAX);
            self.consumed.shrink_to(self.next_sweep());
        }
        self.sweep_at = self.next_sweep();
        before - self.consumed.len()
    }

    /// Half as large again, so that each nonce pays for a look at three.
    fn next_sweep(&self) -> usize {
        let size = self.consumed.len();
        size + MIN_BETWEEN_SWEEPS.max(size / 2)
    }
}
