//! Deployments in memory.

use std::{
    collections::{BTreeSet, HashMap, hash_map::Entry},
    ops::Bound,
    sync::PoisonError,
    time::SystemTime,
};

use super::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};
use crate::{
    deployment::{
        Deployment, DeploymentId, DeploymentKey, DeploymentOrigin, DeploymentOutcome,
        DeploymentPage, DeploymentStatus,
    },
    identity::RegistrationId,
    store::StoreError,
};

/// Deployments by their keys.
///
/// Launches of known deployments read concurrently. Changes hold the write lock, so that counting and
/// inserting are one atomic step.
pub(super) struct Deployments {
    capacity: usize,
    tables: RwLock<Tables>,
}

#[derive(Default)]
struct Tables {
    records: HashMap<DeploymentKey, Record>,
    /// The deployments of each registration.
    by_registration: HashMap<RegistrationId, BTreeSet<DeploymentId>>,
}

/// A deployment without its key.
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

    /// The deployment, with the caller's key, so that concurrent launches share no counter.
    fn deployment(self, key: &DeploymentKey) -> Deployment {
        Deployment::new(key.clone(), self.status, self.origin, self.created_at)
    }
}

impl Deployments {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            capacity,
            tables: RwLock::new(Tables::default()),
        }
    }

    pub(super) fn capacity(&self) -> usize {
        self.capacity
    }

    pub(super) fn count(&self) -> usize {
        self.read().records.len()
    }

    pub(super) fn find(&self, key: &DeploymentKey) -> Option<Deployment> {
        let record = self.read().records.get(key).copied();
        record.map(|record| record.deployment(key))
    }

    pub(super) fn create(
        &self,
        deployment: &Deployment,
        quota: Option<usize>,
    ) -> Result<(Deployment, DeploymentOutcome), StoreError> {
        let key = deployment.key();
        let mut tables = self.write();
        let Tables {
            records,
            by_registration,
        } = &mut *tables;
        let siblings = by_registration.get(key.registration());
        let count = siblings.map_or(0, BTreeSet::len);
        let is_full = records.len() >= self.capacity;
        match records.entry(key.clone()) {
            Entry::Occupied(there) => {
                Ok((there.get().deployment(key), DeploymentOutcome::Existing))
            }
            Entry::Vacant(_) if quota.is_some_and(|quota| count >= quota) => {
                Err(StoreError::quota_reached())
            }
            Entry::Vacant(_) if is_full => Err(StoreError::full()),
            Entry::Vacant(place) => {
                let siblings = by_registration.entry(key.registration().clone());
                siblings.or_default().insert(key.id().clone());
                let record = place.insert(Record::of(deployment));
                Ok((record.deployment(key), DeploymentOutcome::Created))
            }
        }
    }

    pub(super) fn set_status(
        &self,
        key: &DeploymentKey,
        status: DeploymentStatus,
    ) -> Option<Deployment> {
        let mut tables = self.write();
        let record = tables.records.get_mut(key)?;
        record.status = status;
        Some(record.deployment(key))
    }

    pub(super) fn approve(&self, key: &DeploymentKey) -> Option<Deployment> {
        let mut tables = self.write();
        let record = tables.records.get_mut(key)?;
        if record.status == DeploymentStatus::Pending {
            record.status = DeploymentStatus::Active;
        }
        Some(record.deployment(key))
    }

    pub(super) fn list(
        &self,
        registration: &RegistrationId,
        after: Option<&DeploymentId>,
        limit: usize,
    ) -> DeploymentPage {
        let limit = DeploymentPage::bounded(limit);
        let mut ids = self.ids(registration, after, limit + 1);
        let more = ids.len() > limit;
        ids.truncate(limit);
        let next = ids.last().filter(|_| more).cloned();
        // A deployment removed in between is left out.
        let keys = ids
            .into_iter()
            .map(|id| DeploymentKey::new(registration.clone(), id));
        DeploymentPage::new(keys.filter_map(|key| self.find(&key)).collect(), next)
    }

    /// Only the ids: the records are read one by one, so that no writer waits for a whole page.
    fn ids(
        &self,
        registration: &RegistrationId,
        after: Option<&DeploymentId>,
        max: usize,
    ) -> Vec<DeploymentId> {
        let tables = self.read();
        let Some(ids) = tables.by_registration.get(registration) else {
            return Vec::new();
        };
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let ids = ids.range::<DeploymentId, _>((from, Bound::Unbounded));
        ids.take(max).cloned().collect()
    }

    pub(super) fn remove(&self, key: &DeploymentKey) -> bool {
        let mut tables = self.write();
        if let Some(siblings) = tables.by_registration.get_mut(key.registration()) {
            siblings.remove(key.id());
            if siblings.is_empty() {
                tables.by_registration.remove(key.registration());
            }
        }
        tables.records.remove(key).is_some()
    }

    /// A panic leaves nothing half written, so that a poisoned lock is sound.
    fn read(&self) -> RwLockReadGuard<'_, Tables> {
        self.tables.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Tables> {
        self.tables.write().unwrap_or_else(PoisonError::into_inner)
    }
}
