//! A store without its type, so that a tool has no type parameters.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    time::{Duration, SystemTime},
};

use crate::{
    clock::unix_millis,
    deployment::{Deployment, DeploymentKey, DeploymentOutcome},
    nonce::{Attempt, NonceUse, OneTimeKey},
    observe::{Operation, deployment_created, store_call},
    store::{DeploymentStore, LaunchStore, NonceStore, StoreError, StoreHealth, stall::Stall},
};

type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Any [`LaunchStore`], behind one pointer.
#[derive(Clone)]
pub(crate) struct AnyStore {
    store: Arc<dyn Erased>,
    stall: Arc<Stall>,
}

impl AnyStore {
    pub(crate) fn new(store: impl LaunchStore) -> Self {
        Self {
            store: Arc::new(store),
            stall: Arc::new(Stall::new()),
        }
    }

    pub(crate) async fn consume_and_find(
        &self,
        nonce: &OneTimeKey,
        attempt: &Attempt,
        ttl: Duration,
        deployment: &DeploymentKey,
    ) -> Result<(NonceUse, Option<Deployment>), StoreError> {
        let asking = store_call(Operation::ConsumeAndFind, async {
            let (nonce_use, found) = self
                .store
                .consume_and_find(nonce, attempt, ttl, deployment)
                .await?;
            let found = found.map(|found| of_key(found, deployment)).transpose()?;
            Ok((nonce_use, found))
        });
        self.stall.wait_if_it_answers(asking).await
    }

    pub(crate) async fn create(
        &self,
        deployment: &Deployment,
        quota: Option<usize>,
    ) -> Result<(Deployment, DeploymentOutcome), StoreError> {
        // The nonce has been used up by now.
        let asking = store_call(Operation::Create, async {
            let (kept, outcome) = self.store.create(deployment, quota).await?;
            let kept = of_key(kept, deployment.key())?;
            if outcome == DeploymentOutcome::Created {
                deployment_created();
            }
            Ok((kept, outcome))
        });
        self.stall.wait(asking).await
    }

    pub(crate) async fn find(&self, key: &DeploymentKey) -> Result<Option<Deployment>, StoreError> {
        let asking = store_call(Operation::Find, async {
            let found = self.store.find(key).await?;
            found.map(|found| of_key(found, key)).transpose()
        });
        self.stall.wait_if_it_answers(asking).await
    }

    pub(crate) async fn approve(
        &self,
        key: &DeploymentKey,
    ) -> Result<Option<Deployment>, StoreError> {
        store_call(Operation::Approve, async {
            let approved = self.store.approve(key).await?;
            approved.map(|approved| of_key(approved, key)).transpose()
        })
        .await
    }

    pub(crate) async fn park(
        &self,
        ticket: &OneTimeKey,
        sealed: &[u8],
        ttl: Duration,
    ) -> Result<bool, StoreError> {
        store_call(Operation::Park, self.store.park(ticket, sealed, ttl)).await
    }

    pub(crate) async fn parked(&self, ticket: &OneTimeKey) -> Result<Option<Vec<u8>>, StoreError> {
        store_call(Operation::Parked, self.store.parked(ticket)).await
    }

    pub(crate) async fn unpark(&self, ticket: &OneTimeKey) -> Result<(), StoreError> {
        store_call(Operation::Unpark, self.store.unpark(ticket)).await
    }

    pub(crate) fn is_volatile(&self) -> bool {
        self.store.is_volatile()
    }

    /// Whether a nonce that was issued at that time, in milliseconds since 1970, may have been used and
    /// forgotten.
    pub(crate) fn may_have_forgotten(&self, nonce: &OneTimeKey, issued_at_ms: u64) -> bool {
        let began = self.store.memory_began_for(nonce);
        began.is_some_and(|began| issued_at_ms < unix_millis(began))
    }

    pub(crate) async fn health(&self) -> Result<StoreHealth, StoreError> {
        let asking = store_call(Operation::Check, self.store.health());
        self.stall.wait(asking).await
    }
}

/// Refuses a deployment that was not asked for, as a database answers that folds case: the person
/// would be let in as a user of another tenant.
fn of_key(deployment: Deployment, key: &DeploymentKey) -> Result<Deployment, StoreError> {
    if deployment.key() == key {
        Ok(deployment)
    } else {
        let problem = "the store answered with another deployment than the one asked for";
        Err(StoreError::unavailable(problem))
    }
}

trait Erased: Send + Sync {
    fn consume_and_find<'a>(
        &'a self,
        nonce: &'a OneTimeKey,
        attempt: &'a Attempt,
        ttl: Duration,
        deployment: &'a DeploymentKey,
    ) -> Answer<'a, (NonceUse, Option<Deployment>)>;

    fn create<'a>(
        &'a self,
        deployment: &'a Deployment,
        quota: Option<usize>,
    ) -> Answer<'a, (Deployment, DeploymentOutcome)>;

    fn find<'a>(&'a self, key: &'a DeploymentKey) -> Answer<'a, Option<Deployment>>;

    fn approve<'a>(&'a self, key: &'a DeploymentKey) -> Answer<'a, Option<Deployment>>;

    fn park<'a>(
        &'a self,
        ticket: &'a OneTimeKey,
        sealed: &'a [u8],
        ttl: Duration,
    ) -> Answer<'a, bool>;

    fn parked<'a>(&'a self, ticket: &'a OneTimeKey) -> Answer<'a, Option<Vec<u8>>>;

    fn unpark<'a>(&'a self, ticket: &'a OneTimeKey) -> Answer<'a, ()>;

    fn is_volatile(&self) -> bool;

    fn memory_began_for(&self, nonce: &OneTimeKey) -> Option<SystemTime>;

    fn health(&self) -> Answer<'_, StoreHealth>;
}

impl<S: LaunchStore> Erased for S {
    fn consume_and_find<'a>(
        &'a self,
        nonce: &'a OneTimeKey,
        attempt: &'a Attempt,
        ttl: Duration,
        deployment: &'a DeploymentKey,
    ) -> Answer<'a, (NonceUse, Option<Deployment>)> {
        Box::pin(LaunchStore::consume_and_find(
            self, nonce, attempt, ttl, deployment,
        ))
    }

    fn create<'a>(
        &'a self,
        deployment: &'a Deployment,
        quota: Option<usize>,
    ) -> Answer<'a, (Deployment, DeploymentOutcome)> {
        Box::pin(DeploymentStore::create(self, deployment, quota))
    }

    fn find<'a>(&'a self, key: &'a DeploymentKey) -> Answer<'a, Option<Deployment>> {
        Box::pin(DeploymentStore::find(self, key))
    }

    fn approve<'a>(&'a self, key: &'a DeploymentKey) -> Answer<'a, Option<Deployment>> {
        Box::pin(DeploymentStore::approve(self, key))
    }

    fn park<'a>(
        &'a self,
        ticket: &'a OneTimeKey,
        sealed: &'a [u8],
        ttl: Duration,
    ) -> Answer<'a, bool> {
        Box::pin(NonceStore::park(self, ticket, sealed, ttl))
    }

    fn parked<'a>(&'a self, ticket: &'a OneTimeKey) -> Answer<'a, Option<Vec<u8>>> {
        Box::pin(NonceStore::parked(self, ticket))
    }

    fn unpark<'a>(&'a self, ticket: &'a OneTimeKey) -> Answer<'a, ()> {
        Box::pin(NonceStore::unpark(self, ticket))
    }

    fn is_volatile(&self) -> bool {
        NonceStore::is_volatile(self)
    }

    fn memory_began_for(&self, nonce: &OneTimeKey) -> Option<SystemTime> {
        NonceStore::memory_began_for(self, nonce)
    }

    fn health(&self) -> Answer<'_, StoreHealth> {
        Box::pin(NonceStore::health(self))
    }
}
