//! The nonces that were used, until they expire.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap, hash_map::Entry},
    time::Duration,
};

use super::{shards::Shards, sync::SHARDS};
use crate::{
    nonce::{Attempt, NonceKey, NonceUse},
    store::StoreError,
};

/// How many expired nonces one insert sweeps out: more than it adds, so that they cannot pile up,
/// and few, so that no launch pays for the others.
const SWEPT_AT_ONCE: usize = 4;

/// Used nonces, each with the attempt that used it.
///
/// Every shard has its share of the places, and gets some of another's when it runs out of them: so
/// launches meet at nothing but the shard of their nonce, and all together are never more than the places.
pub(super) struct Nonces {
    capacity: usize,
    shards: Shards<Shard>,
}

struct Shard {
    /// How many nonces it may hold.
    places: usize,
    used: HashMap<[u8; 32], Used>,
    by_expiry: BinaryHeap<Reverse<(Duration, [u8; 32])>>,
}

struct Used {
    attempt: Attempt,
    expires: Duration,
}

impl Nonces {
    pub(super) fn new(capacity: usize) -> Self {
        let share = |shard| capacity / SHARDS + usize::from(shard < capacity % SHARDS);
        Self {
            capacity,
            shards: Shards::new(|shard| Shard::new(share(shard))),
        }
    }

    pub(super) fn capacity(&self) -> usize {
        self.capacity
    }

    pub(super) fn count(&self) -> usize {
        self.shards.each().map(|shard| shard.used.len()).sum()
    }

    pub(super) fn consume(
        &self,
        nonce: &NonceKey,
        attempt: &Attempt,
        now: Duration,
        ttl: Duration,
    ) -> Result<NonceUse, StoreError> {
        let digest = *nonce.digest();
        let expires = now.saturating_add(ttl);
        let consume = |found| {
            let mut shard = self
                .shards
                .lock(u64::from(digest[0]) | u64::from(digest[1]) << 8);
            shard.places += found;
            shard.sweep(now);
            shard.consume(digest, attempt, now, expires)
        };
        consume(0)
            .or_else(|| consume(self.give_up_places(now)))
            .ok_or_else(StoreError::full)
    }

    /// Takes some of the places that one of the shards does not need. It never holds two shards at once, so
    /// that a launch beside it may find the store full a moment before it is.
    fn give_up_places(&self, now: Duration) -> usize {
        let mut given = self.shards.each().map(|mut shard| shard.give_up(now));
        given.find(|places| *places > 0).unwrap_or(0)
    }
}

impl Shard {
    fn new(places: usize) -> Self {
        Self {
            places,
            used: HashMap::new(),
            by_expiry: BinaryHeap::new(),
        }
    }

    /// Answers `None` where the nonce is new and there is no room for it.
    fn consume(
        &mut self,
        digest: [u8; 32],
        attempt: &Attempt,
        now: Duration,
        expires: Duration,
    ) -> Option<NonceUse> {
        let has_room = self.used.len() < self.places;
        let new = |attempt: &Attempt| Used {
            attempt: attempt.clone(),
            expires,
        };
        match self.used.entry(digest) {
            Entry::Occupied(used) if used.get().expires > now => {
                let is_ours = used.get().attempt == *attempt;
                return Some(if is_ours {
                    NonceUse::First
                } else {
                    NonceUse::Repeated
                });
            }
            // Expired, but not yet swept: its place is reused.
            Entry::Occupied(mut used) => _ = used.insert(new(attempt)),
            Entry::Vacant(place) if has_room => _ = place.insert(new(attempt)),
            Entry::Vacant(_) => return None,
        }
        self.by_expiry.push(Reverse((expires, digest)));
        Some(NonceUse::First)
    }

    /// Gives up half of the places that nobody has.
    fn give_up(&mut self, now: Duration) -> usize {
        self.sweep(now);
        let free = self.places.saturating_sub(self.used.len());
        let given = free.div_ceil(2);
        self.places -= given;
        given
    }

    /// Removes a few of the nonces that have expired.
    fn sweep(&mut self, now: Duration) {
        for _ in 0..SWEPT_AT_ONCE {
            let Some(Reverse((expires, digest))) = self.by_expiry.peek() else {
                break;
            };
            if *expires > now {
                break;
            }
            // A nonce that was used anew after it had expired has a later entry of its own.
            if self
                .used
                .get(digest)
                .is_some_and(|used| used.expires <= now)
            {
                self.used.remove(digest);
            }
            self.by_expiry.pop();
        }
    }
}
