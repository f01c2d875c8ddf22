//! `MemoryStore`: the embedded default, for one instance.

use std::{
    collections::{HashMap, VecDeque},
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::{
    clock::{Clock, SystemClock},
    deployment::{Deployment, DeploymentKey, DeploymentOutcome, DeploymentStatus},
    nonce::{Attempt, NonceKey, NonceUse},
    store::{DeploymentStore, LaunchStore, NonceStore, StoreError},
};

/// How many parts the nonces are spread over, so that threads seldom wait for one another.
const SHARDS: usize = 16;

/// How many expired nonces one insertion clears away.
const SWEEP: usize = 8;

/// Keeps nonces and deployments in this process, for a tool that runs as one instance.
///
/// It is bounded: by default 1,000,000 live nonces and 100,000 deployments. When it is full, launches
/// are refused with 503 `overloaded`; a live nonce is never forgotten to make room. Everything is gone
/// when the process ends, so states from before that are refused. Cheap to clone; clones share.
#[derive(Clone)]
pub struct MemoryStore(Arc<Inner>);

struct Inner {
    clock: Box<dyn Clock>,
    shards: [Mutex<Shard>; SHARDS],
    most_nonces_per_shard: usize,
    deployments: Mutex<HashMap<DeploymentKey, Deployment>>,
    most_deployments: usize,
}

#[derive(Default)]
struct Shard {
    used: HashMap<NonceKey, Used>,
    /// In the order of insertion, which is near to the order of expiry.
    order: VecDeque<NonceKey>,
}

struct Used {
    by: Attempt,
    until: Duration,
}

impl MemoryStore {
    /// Creates a store that expires nonces by this clock.
    #[must_use]
    pub fn with_clock(clock: impl Clock) -> Self {
        Self::new(clock, 1_000_000, 100_000)
    }

    /// Creates a store with bounds of its own on live nonces and on deployments.
    #[must_use]
    pub fn new(clock: impl Clock, most_nonces: usize, most_deployments: usize) -> Self {
        Self(Arc::new(Inner {
            clock: Box::new(clock),
            shards: Default::default(),
            most_nonces_per_shard: most_nonces.div_ceil(SHARDS),
            deployments: Mutex::default(),
            most_deployments,
        }))
    }

    /// How many nonces are held at the moment, expired ones that have not been cleared included.
    #[must_use]
    pub fn nonce_count(&self) -> usize {
        self.0
            .shards
            .iter()
            .map(|shard| lock(shard).used.len())
            .sum()
    }

    /// How many deployments are known.
    #[must_use]
    pub fn deployment_count(&self) -> usize {
        lock(&self.0.deployments).len()
    }

    fn consume_now(
        &self,
        nonce: &NonceKey,
        attempt: &Attempt,
        ttl: Duration,
    ) -> Result<NonceUse, StoreError> {
        let now = self.0.clock.monotonic();
        let shard = usize::from(nonce.digest()[0]) % SHARDS;
        let mut shard = lock(&self.0.shards[shard]);
        match shard.used.get(nonce) {
            Some(used) if used.until > now => {
                return Ok(if used.by == *attempt {
                    NonceUse::First
                } else {
                    NonceUse::Repeated
                });
            }
            _ => {}
        }
        shard.sweep(now);
        if shard.used.len() >= self.0.most_nonces_per_shard {
            return Err(StoreError::full());
        }
        let used = Used {
            by: attempt.clone(),
            until: now.saturating_add(ttl),
        };
        if shard.used.insert(nonce.clone(), used).is_none() {
            shard.order.push_back(nonce.clone());
        }
        Ok(NonceUse::First)
    }
}

impl Shard {
    /// Clears away a few nonces that have expired, oldest first.
    fn sweep(&mut self, now: Duration) {
        for _ in 0..SWEEP {
            let Some(oldest) = self.order.pop_front() else {
                return;
            };
            match self.used.get(&oldest) {
                Some(used) if used.until > now => self.order.push_back(oldest),
                _ => {
                    self.used.remove(&oldest);
                }
            }
        }
    }
}

/// A panic elsewhere leaves nothing half done under these locks.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::with_clock(SystemClock::new())
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").finish_non_exhaustive()
    }
}

impl NonceStore for MemoryStore {
    async fn consume(
        &self,
        nonce: &NonceKey,
        attempt: &Attempt,
        ttl: Duration,
    ) -> Result<NonceUse, StoreError> {
        self.consume_now(nonce, attempt, ttl)
    }

    fn is_volatile(&self) -> bool {
        true
    }
}

impl DeploymentStore for MemoryStore {
    async fn find(&self, key: &DeploymentKey) -> Result<Option<Deployment>, StoreError> {
        Ok(lock(&self.0.deployments).get(key).cloned())
    }

    async fn create(
        &self,
        deployment: &Deployment,
    ) -> Result<(Deployment, DeploymentOutcome), StoreError> {
        let mut deployments = lock(&self.0.deployments);
        if let Some(known) = deployments.get(deployment.key()) {
            return Ok((known.clone(), DeploymentOutcome::Existing));
        }
        if deployments.len() >= self.0.most_deployments {
            return Err(StoreError::full());
        }
        deployments.insert(deployment.key().clone(), deployment.clone());
        Ok((deployment.clone(), DeploymentOutcome::Created))
    }

    async fn set_status(
        &self,
        key: &DeploymentKey,
        status: DeploymentStatus,
    ) -> Result<Option<Deployment>, StoreError> {
        let mut deployments = lock(&self.0.deployments);
        Ok(deployments.get_mut(key).map(|deployment| {
            *deployment = deployment.clone().with_status(status);
            deployment.clone()
        }))
    }

    async fn remove(&self, key: &DeploymentKey) -> Result<bool, StoreError> {
        Ok(lock(&self.0.deployments).remove(key).is_some())
    }
}

impl LaunchStore for MemoryStore {}
