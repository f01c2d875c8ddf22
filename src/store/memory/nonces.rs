//! The nonces that were used, until they expire.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
    time::Duration,
};

use super::{capacity::Capacity, shards::Shards};
use crate::{
    nonce::{Attempt, NonceKey, NonceUse},
    store::StoreError,
};

/// How many expired nonces one insert sweeps out: more than it adds, so that they cannot pile up,
/// and few, so that no launch pays for the others.
const SWEPT_AT_ONCE: usize = 4;

/// Used nonces, each with the attempt that used it.
pub(super) struct Nonces {
    capacity: Capacity,
    shards: Shards<Shard>,
}

#[derive(Default)]
struct Shard {
    used: HashMap<[u8; 32], Used>,
    by_expiry: BinaryHeap<Reverse<(Duration, [u8; 32])>>,
}

struct Used {
    attempt: Attempt,
    expires: Duration,
}

impl Nonces {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            capacity: Capacity::new(capacity),
            shards: Shards::new(),
        }
    }

    pub(super) fn capacity(&self) -> usize {
        self.capacity.places()
    }

    pub(super) fn count(&self) -> usize {
        self.capacity.taken()
    }

    pub(super) fn consume(
        &self,
        nonce: &NonceKey,
        attempt: &Attempt,
        now: Duration,
        ttl: Duration,
    ) -> Result<NonceUse, StoreError> {
        if let Some(answer) = self.consume_if_room(nonce, attempt, now, ttl) {
            return Ok(answer);
        }
        for mut shard in self.shards.each() {
            self.capacity.give_back(shard.sweep(now));
        }
        self.consume_if_room(nonce, attempt, now, ttl)
            .ok_or_else(StoreError::full)
    }

    /// Answers `None` where the nonce is new and there is no room for it.
    fn consume_if_room(
        &self,
        nonce: &NonceKey,
        attempt: &Attempt,
        now: Duration,
        ttl: Duration,
    ) -> Option<NonceUse> {
        let digest = *nonce.digest();
        let mut shard = self.shards.lock(u64::from(digest[0]));
        self.capacity.give_back(shard.sweep(now));
        match shard.used.get(&digest) {
            Some(used) if used.expires > now && used.attempt == *attempt => Some(NonceUse::First),
            Some(used) if used.expires > now => Some(NonceUse::Repeated),
            // Expired, but not yet swept: its place is reused.
            Some(_) => Some(shard.insert(digest, attempt, now.saturating_add(ttl))),
            None if self.capacity.take() => {
                Some(shard.insert(digest, attempt, now.saturating_add(ttl)))
            }
            None => None,
        }
    }
}

impl Shard {
    fn insert(&mut self, digest: [u8; 32], attempt: &Attempt, expires: Duration) -> NonceUse {
        let attempt = attempt.clone();
        self.used.insert(digest, Used { attempt, expires });
        self.by_expiry.push(Reverse((expires, digest)));
        NonceUse::First
    }

    /// Removes a few of the nonces that have expired, and says how many.
    fn sweep(&mut self, now: Duration) -> usize {
        let mut swept = 0;
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
                swept += 1;
            }
            self.by_expiry.pop();
        }
        swept
    }
}
