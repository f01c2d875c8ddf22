//! The nonces that were used, until they expire.

use std::{collections::HashMap, time::Duration};

use super::shards::Shards;
use crate::{
    nonce::{Attempt, NonceUse, OneTimeKey},
    store::StoreError,
};

/// How many nonces are meant for one shard: so few that no launch waits long while another sweeps it.
const FOR_A_SHARD: usize = 256;

/// So many that two launches at once seldom want the same shard, and that all of them, empty, take half a
/// megabyte.
const MOST_SHARDS: usize = 4096;

/// How many nonces a shard takes at least from one look for expired ones to the next.
const BETWEEN_SWEEPS: usize = 4;

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
    /// How many nonces there are when the expired ones are looked for.
    sweep_at: usize,
    /// Nothing in here expires before.
    next_expiry: Duration,
}

struct Used {
    attempt: [u8; 16],
    expires: Duration,
}

impl Used {
    fn is_live(&self, now: Duration) -> bool {
        self.expires > now
    }
}

impl Nonces {
    pub(super) fn new(capacity: usize) -> Self {
        let shards = (capacity / FOR_A_SHARD).next_power_of_two();
        Self::in_shards(shards.min(MOST_SHARDS), capacity)
    }

    pub(super) fn in_shards(shards: usize, capacity: usize) -> Self {
        let share = |shard| capacity / shards + usize::from(shard < capacity % shards);
        Self {
            capacity,
            shards: Shards::new((0..shards).map(|shard| Shard::new(share(shard)))),
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
        nonce: &OneTimeKey,
        attempt: &Attempt,
        now: Duration,
        ttl: Duration,
    ) -> Result<NonceUse, StoreError> {
        let digest = nonce.digest();
        let place = self
            .shards
            .place(u64::from(digest[0]) | u64::from(digest[1]) << 8);
        let expires = now.saturating_add(ttl);
        let consume = |found| {
            let mut shard = self.shards.lock(place);
            shard.places += found;
            shard.consume(digest, attempt, now, expires)
        };
        consume(0)
            .or_else(|| consume(self.give_up_places(place, now)))
            .ok_or_else(StoreError::full)
    }

    /// Takes some of the places that another shard does not need. It never holds two shards at once, so
    /// that a launch beside it may find the store full a moment before it is.
    fn give_up_places(&self, shard: usize, now: Duration) -> usize {
        let others = self.shards.each_after(shard);
        let mut given = others.map(|mut shard| shard.give_up(now));
        given.find(|places| *places > 0).unwrap_or(0)
    }
}

impl Shard {
    fn new(places: usize) -> Self {
        Self {
            places,
            used: HashMap::new(),
            sweep_at: BETWEEN_SWEEPS,
            next_expiry: Duration::MAX,
        }
    }

    /// Answers `None` where the nonce is new and there is no room for it.
    fn consume(
        &mut self,
        digest: &[u8; 32],
        attempt: &Attempt,
        now: Duration,
        expires: Duration,
    ) -> Option<NonceUse> {
        if let Some(used) = self.used.get(digest)
            && used.is_live(now)
        {
            return Some(if used.attempt == *attempt.random() {
                NonceUse::First
            } else {
                NonceUse::Repeated
            });
        }
        if self.used.len() >= self.sweep_at.min(self.places) {
            self.sweep(now);
        }
        if self.used.len() >= self.places {
            return None;
        }
        let used = Used {
            attempt: *attempt.random(),
            expires,
        };
        self.used.insert(*digest, used);
        self.next_expiry = self.next_expiry.min(expires);
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

    /// Removes those that have expired.
    fn sweep(&mut self, now: Duration) {
        if self.next_expiry <= now {
            self.used.retain(|_, used| used.is_live(now));
            let expiries = self.used.values().map(|used| used.expires);
            self.next_expiry = expiries.min().unwrap_or(Duration::MAX);
            self.used.shrink_to(self.next_look());
        }
        self.sweep_at = self.next_look();
    }

    /// Half as many nonces away as there are, so that each of them pays for a look at three.
    fn next_look(&self) -> usize {
        let used = self.used.len();
        used + BETWEEN_SWEEPS.max(used / 2)
    }
}
