//! The deployments that are known.

use std::{
    collections::{HashMap, hash_map::Entry},
    hash::{BuildHasher, RandomState},
};

use super::{capacity::Capacity, shards::Shards};
use crate::{
    deployment::{Deployment, DeploymentKey, DeploymentOutcome, DeploymentStatus},
    store::StoreError,
};

/// Deployments by their keys.
pub(super) struct Deployments {
    capacity: Capacity,
    hasher: RandomState,
    shards: Shards<HashMap<DeploymentKey, Deployment>>,
}

impl Deployments {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            capacity: Capacity::new(capacity),
            hasher: RandomState::new(),
            shards: Shards::new(),
        }
    }

    pub(super) fn count(&self) -> usize {
        self.capacity.taken()
    }

    pub(super) fn find(&self, key: &DeploymentKey) -> Option<Deployment> {
        self.shards
            .lock(self.hasher.hash_one(key))
            .get(key)
            .cloned()
    }

    pub(super) fn create(
        &self,
        deployment: &Deployment,
    ) -> Result<(Deployment, DeploymentOutcome), StoreError> {
        let key = deployment.key();
        let mut shard = self.shards.lock(self.hasher.hash_one(key));
        match shard.entry(key.clone()) {
            Entry::Occupied(there) => Ok((there.get().clone(), DeploymentOutcome::Existing)),
            Entry::Vacant(_) if !self.capacity.take() => Err(StoreError::full()),
            Entry::Vacant(place) => {
                let kept = place.insert(without_extensions(deployment));
                Ok((kept.clone(), DeploymentOutcome::Created))
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
        *kept = kept.clone().with_status(status);
        Some(kept.clone())
    }

    pub(super) fn remove(&self, key: &DeploymentKey) -> bool {
        let mut shard = self.shards.lock(self.hasher.hash_one(key));
        let was_there = shard.remove(key).is_some();
        self.capacity.give_back(usize::from(was_there));
        was_there
    }
}

fn without_extensions(deployment: &Deployment) -> Deployment {
    Deployment::new(
        deployment.key().clone(),
        deployment.status(),
        deployment.origin(),
        deployment.created_at(),
    )
}
