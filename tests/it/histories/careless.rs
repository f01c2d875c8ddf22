//! A store with the faults that stores have.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::task::yield_now;
use tower_lti::{
    MemoryStore,
    deployment::{
        Deployment, DeploymentId, DeploymentKey, DeploymentOrigin, DeploymentOutcome,
        DeploymentPage, DeploymentStatus,
    },
    nonce::{Attempt, NonceUse, OneTimeKey},
    registration::RegistrationId,
    store::{DeploymentStore, LaunchStore, NonceStore, Persistence, StoreError, StoreHealth},
};

/// What it is careless in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Carelessness {
    /// It looks whether a nonce is used, and then uses it up.
    LooksThenConsumes,
    /// It looks whether a deployment is there, and then writes it.
    LooksThenCreates,
    /// It counts the deployments, and then writes one more.
    CountsThenCreates,
    /// It writes a record first and its origin later.
    CreatesInHalves,
    /// It reads a record and writes all of it back with another status.
    WritesBack,
    /// It reads that a deployment is pending, and then makes it active.
    LooksThenApproves,
    /// It says that it has removed what somebody else has.
    LooksThenRemoves,
}

impl Carelessness {
    pub(super) const ALL: [Self; 7] = [
        Self::LooksThenConsumes,
        Self::LooksThenCreates,
        Self::CountsThenCreates,
        Self::CreatesInHalves,
        Self::WritesBack,
        Self::LooksThenApproves,
        Self::LooksThenRemoves,
    ];
}

#[derive(Clone)]
pub(super) struct Careless {
    in_what: Carelessness,
    nonces: Arc<Mutex<HashSet<OneTimeKey>>>,
    store: MemoryStore,
}

impl Careless {
    pub(super) fn new(in_what: Carelessness) -> Self {
        Self {
            in_what,
            nonces: Arc::default(),
            store: MemoryStore::default(),
        }
    }

    async fn overwrite(
        &self,
        deployment: &Deployment,
    ) -> Result<(Deployment, DeploymentOutcome), StoreError> {
        self.store.remove(deployment.key()).await?;
        self.store.create(deployment, None).await
    }
}

impl NonceStore for Careless {
    async fn consume(
        &self,
        nonce: &OneTimeKey,
        attempt: &Attempt,
        ttl: Duration,
    ) -> Result<NonceUse, StoreError> {
        if self.in_what != Carelessness::LooksThenConsumes {
            return self.store.consume(nonce, attempt, ttl).await;
        }
        if self.nonces.lock().unwrap().contains(nonce) {
            return Ok(NonceUse::Repeated);
        }
        yield_now().await;
        self.nonces.lock().unwrap().insert(nonce.clone());
        Ok(NonceUse::First)
    }

    async fn was_consumed(&self, nonce: &OneTimeKey) -> Result<bool, StoreError> {
        if self.in_what != Carelessness::LooksThenConsumes {
            return self.store.was_consumed(nonce).await;
        }
        Ok(self.nonces.lock().unwrap().contains(nonce))
    }

    fn persistence(&self) -> Persistence {
        Persistence::Volatile
    }

    fn no_data_loss_since(&self, _: &OneTimeKey) -> Option<std::time::SystemTime> {
        None
    }

    async fn health(&self) -> Result<StoreHealth, StoreError> {
        Ok(StoreHealth::WHOLE)
    }
}

impl DeploymentStore for Careless {
    async fn find(&self, key: &DeploymentKey) -> Result<Option<Deployment>, StoreError> {
        self.store.find(key).await
    }

    async fn create(
        &self,
        deployment: &Deployment,
        quota: Option<usize>,
    ) -> Result<(Deployment, DeploymentOutcome), StoreError> {
        let key = deployment.key();
        match self.in_what {
            Carelessness::LooksThenCreates if self.find(key).await?.is_none() => {
                yield_now().await;
                self.overwrite(deployment).await
            }
            Carelessness::CountsThenCreates => {
                let there = self.list(key.registration(), None, 100).await?;
                if quota.is_some_and(|most| there.deployments().len() >= most) {
                    return self.store.create(deployment, quota).await;
                }
                yield_now().await;
                self.store.create(deployment, None).await
            }
            Carelessness::CreatesInHalves if self.find(key).await?.is_none() => {
                let half = Deployment::new(
                    key.clone(),
                    deployment.status(),
                    DeploymentOrigin::FirstLaunch,
                    deployment.created_at(),
                );
                let (kept, outcome) = self.store.create(&half, quota).await?;
                if outcome == DeploymentOutcome::Existing {
                    return Ok((kept, outcome));
                }
                yield_now().await;
                self.overwrite(deployment).await
            }
            _ => self.store.create(deployment, quota).await,
        }
    }

    async fn set_status(
        &self,
        key: &DeploymentKey,
        status: DeploymentStatus,
    ) -> Result<Option<Deployment>, StoreError> {
        if self.in_what != Carelessness::WritesBack {
            return self.store.set_status(key, status).await;
        }
        let Some(found) = self.find(key).await? else {
            return Ok(None);
        };
        yield_now().await;
        let (kept, _) = self.overwrite(&found.with_status(status)).await?;
        Ok(Some(kept))
    }

    async fn approve(&self, key: &DeploymentKey) -> Result<Option<Deployment>, StoreError> {
        if self.in_what != Carelessness::LooksThenApproves {
            return self.store.approve(key).await;
        }
        match self.find(key).await? {
            Some(found) if found.status() == DeploymentStatus::Pending => {
                yield_now().await;
                self.set_status(key, DeploymentStatus::Active).await
            }
            found => Ok(found),
        }
    }

    async fn list(
        &self,
        registration: &RegistrationId,
        after: Option<&DeploymentId>,
        limit: usize,
    ) -> Result<DeploymentPage, StoreError> {
        self.store.list(registration, after, limit).await
    }

    async fn remove(&self, key: &DeploymentKey) -> Result<bool, StoreError> {
        if self.in_what != Carelessness::LooksThenRemoves {
            return self.store.remove(key).await;
        }
        let was_there = self.find(key).await?.is_some();
        yield_now().await;
        self.store.remove(key).await?;
        Ok(was_there)
    }
}

impl LaunchStore for Careless {}
