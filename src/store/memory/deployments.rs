//! The deployments that are known.

use std::{
    collections::{BTreeSet, HashMap, hash_map::Entry},
    hash::BuildHasher,
    ops::Bound,
    sync::PoisonError,
    time::SystemTime,
};

use super::{
    capacity::Capacity,
    shards::Shards,
    sync::{Mutex, MutexGuard, Spread},
};
use crate::{
    deployment::{
        Deployment, DeploymentId, DeploymentKey, DeploymentOrigin, DeploymentOutcome,
        DeploymentPage, DeploymentStatus,
    },
    registration::RegistrationId,
    store::StoreError,
};

/// Which deployments each registration has.
type ByRegistration = HashMap<RegistrationId, BTreeSet<DeploymentId>>;

/// Deployments by their keys.
///
/// A launch of a known deployment locks one shard. Whatever makes or removes one locks the list of
/// its registration first, so that counting and keeping are one step.
pub(super) struct Deployments {
    capacity: Capacity,
    hasher: Spread,
    by_registration: Mutex<ByRegistration>,
    shards: Shards<HashMap<DeploymentKey, Record>>,
}

/// What is kept of a deployment beside its key.
#[derive(Clone, Copy)]
struct Record {
    status: DeploymentStatus,
    origin: DeploymentOrigin,
    created_at: SystemTime,
}

impl Record {
    fn of(deployment: &Deployment) -> Self {
        Self {
            status: deployment.status(),
            origin: deployment.origin(),
            created_at: deployment.created_at(),
        }
    }

    /// The deployment, with the key that was asked for: launches at once then share nothing.
    fn deployment(self, key: &DeploymentKey) -> Deployment {
        Deployment::new(key.clone(), self.status, self.origin, self.created_at)
    }
}

impl Deployments {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            capacity: Capacity::new(capacity),
            hasher: Spread::default(),
            by_registration: Mutex::default(),
            shards: Shards::new(),
        }
    }

    pub(super) fn count(&self) -> usize {
        self.capacity.taken()
    }

    pub(super) fn find(&self, key: &DeploymentKey) -> Option<Deployment> {
        let shard = self.shards.lock(self.hasher.hash_one(key));
        let kept = shard.get(key).copied();
        drop(shard);
        kept.map(|kept| kept.deployment(key))
    }

    pub(super) fn create(
        &self,
        deployment: &Deployment,
        quota: Option<usize>,
    ) -> Result<(Deployment, DeploymentOutcome), StoreError> {
        let key = deployment.key();
        let mut by_registration = self.by_registration();
        let siblings = by_registration.get(key.registration());
        let count = siblings.map_or(0, BTreeSet::len);
        let mut shard = self.shards.lock(self.hasher.hash_one(key));
        match shard.entry(key.clone()) {
            Entry::Occupied(there) => {
                Ok((there.get().deployment(key), DeploymentOutcome::Existing))
            }
            Entry::Vacant(_) if quota.is_some_and(|most| count >= most) => {
                Err(StoreError::quota_reached())
            }
            Entry::Vacant(_) if !self.capacity.take() => Err(StoreError::full()),
            Entry::Vacant(place) => {
                let siblings = by_registration.entry(key.registration().clone());
                siblings.or_default().insert(key.id().clone());
                let kept = place.insert(Record::of(deployment));
                Ok((kept.deployment(key), DeploymentOutcome::Created))
            }
        }
    }

    pub(super) fn set_status(
        &self,
        key: &DeploymentKey,
        status: DeploymentStatus,
    ) -> Option<Deployment> {
        let mut shard = self.shards.lock(self.hasher.hash_one(key));
        let kept = shard.get_mut(key)?;
        kept.status = status;
        Some(kept.deployment(key))
    }

    pub(super) fn approve(&self, key: &DeploymentKey) -> Option<Deployment> {
        let mut shard = self.shards.lock(self.hasher.hash_one(key));
        let kept = shard.get_mut(key)?;
        if kept.status == DeploymentStatus::Pending {
            kept.status = DeploymentStatus::Active;
        }
        Some(kept.deployment(key))
    }

    pub(super) fn list(
        &self,
        registration: &RegistrationId,
        after: Option<&DeploymentId>,
        limit: usize,
    ) -> DeploymentPage {
        let by_registration = self.by_registration();
        let Some(ids) = by_registration.get(registration) else {
            return DeploymentPage::new(Vec::new(), None);
        };
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let mut ids = ids.range::<DeploymentId, _>((from, Bound::Unbounded));
        let page: Vec<_> = ids
            .by_ref()
            .take(limit)
            .filter_map(|id| self.find(&DeploymentKey::new(registration.clone(), id.clone())))
            .collect();
        let next = ids.next().and_then(|_| page.last());
        let next = next.map(|last| last.id().clone());
        DeploymentPage::new(page, next)
    }

    pub(super) fn remove(&self, key: &DeploymentKey) -> bool {
        let mut by_registration = self.by_registration();
        let mut shard = self.shards.lock(self.hasher.hash_one(key));
        let was_there = shard.remove(key).is_some();
        if let Some(siblings) = by_registration.get_mut(key.registration()) {
            siblings.remove(key.id());
            if siblings.is_empty() {
                by_registration.remove(key.registration());
            }
        }
        self.capacity.give_back(usize::from(was_there));
        was_there
    }

    fn by_registration(&self) -> MutexGuard<'_, ByRegistration> {
        self.by_registration
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
