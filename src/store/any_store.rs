//! Type-erased stores, so that a tool has no type parameters.

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
    store::{
        AnyParkedLaunches, DeploymentStore, LaunchStore, NonceStore, Persistence, StoreError,
        StoreHealth, circuit_breaker::CircuitBreaker,
    },
};

type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Any [`LaunchStore`], and any [`ParkedLaunchStore`] and `SessionStore` beside it.
#[derive(Clone)]
pub(crate) struct AnyStore {
    store: Arc<dyn DynStore>,
    parked: AnyParkedLaunches,
    #[cfg(feature = "sessions")]
    pub(super) sessions: crate::store::AnySessions,
    breaker: Arc<CircuitBreaker>,
}

impl AnyStore {
    /// The store, and where it parks launches if it is one of this crate's own.
    pub(crate) fn new(store: impl LaunchStore) -> Self {
        let parked = AnyParkedLaunches::of_own_store(&store);
        let breaker = Arc::new(CircuitBreaker::new());
        Self {
            parked,
            #[cfg(feature = "sessions")]
            sessions: crate::store::AnySessions::of_own_store(&store, &breaker),
            store: Arc::new(store),
            breaker,
        }
    }

    /// Parks launches elsewhere.
    pub(crate) fn with_parked_launches(self, parked: AnyParkedLaunches) -> Self {
        Self { parked, ..self }
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
        self.breaker.call_if_closed(asking).await
    }

    /// Consumes what belongs to no deployment.
    #[cfg(feature = "registration")]
    pub(crate) async fn consume(
        &self,
        nonce: &OneTimeKey,
        attempt: &Attempt,
        ttl: Duration,
    ) -> Result<NonceUse, StoreError> {
        let asking = store_call(Operation::Consume, self.store.consume(nonce, attempt, ttl));
        self.breaker.call_if_closed(asking).await
    }

    pub(crate) async fn was_consumed(&self, nonce: &OneTimeKey) -> Result<bool, StoreError> {
        let asking = store_call(Operation::WasConsumed, self.store.was_consumed(nonce));
        self.breaker.call_if_closed(asking).await
    }

    pub(crate) async fn create(
        &self,
        deployment: &Deployment,
        quota: Option<usize>,
    ) -> Result<(Deployment, DeploymentOutcome), StoreError> {
        // The nonce is consumed by now.
        let asking = store_call(Operation::Create, async {
            let (kept, outcome) = self.store.create(deployment, quota).await?;
            let kept = of_key(kept, deployment.key())?;
            if outcome == DeploymentOutcome::Created {
                deployment_created();
            }
            Ok((kept, outcome))
        });
        self.breaker.call(asking).await
    }

    pub(crate) async fn find(&self, key: &DeploymentKey) -> Result<Option<Deployment>, StoreError> {
        let asking = store_call(Operation::Find, async {
            let found = self.store.find(key).await?;
            found.map(|found| of_key(found, key)).transpose()
        });
        self.breaker.call_if_closed(asking).await
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

    /// Where launches are parked.
    pub(crate) fn parked_launches(&self) -> &AnyParkedLaunches {
        &self.parked
    }

    pub(crate) fn is_volatile(&self) -> bool {
        self.store.persistence() == Persistence::Volatile
    }

    /// Whether a nonce issued at that time, in milliseconds since 1970, may have been consumed and lost.
    pub(crate) fn may_have_lost(&self, nonce: &OneTimeKey, issued_at_ms: u64) -> bool {
        let since = self.store.no_data_loss_since(nonce);
        since.is_some_and(|since| issued_at_ms < unix_millis(since))
    }

    pub(crate) async fn health(&self) -> Result<StoreHealth, StoreError> {
        let asking = store_call(Operation::Check, self.store.health());
        self.breaker.call(asking).await
    }
}

/// Rejects a deployment with another key, as a case-insensitive database column returns it: the user would
/// be let in as a member of another tenant.
pub(super) fn of_key(
    deployment: Deployment,
    key: &DeploymentKey,
) -> Result<Deployment, StoreError> {
    if deployment.key() == key {
        Ok(deployment)
    } else {
        let problem = "the store answered with another deployment than the one asked for";
        Err(StoreError::unavailable(problem))
    }
}

trait DynStore: Send + Sync {
    fn consume_and_find<'a>(
        &'a self,
        nonce: &'a OneTimeKey,
        attempt: &'a Attempt,
        ttl: Duration,
        deployment: &'a DeploymentKey,
    ) -> StoreFuture<'a, (NonceUse, Option<Deployment>)>;

    #[cfg(feature = "registration")]
    fn consume<'a>(
        &'a self,
        nonce: &'a OneTimeKey,
        attempt: &'a Attempt,
        ttl: Duration,
    ) -> StoreFuture<'a, NonceUse>;

    fn was_consumed<'a>(&'a self, nonce: &'a OneTimeKey) -> StoreFuture<'a, bool>;

    fn create<'a>(
        &'a self,
        deployment: &'a Deployment,
        quota: Option<usize>,
    ) -> StoreFuture<'a, (Deployment, DeploymentOutcome)>;

    fn find<'a>(&'a self, key: &'a DeploymentKey) -> StoreFuture<'a, Option<Deployment>>;

    fn approve<'a>(&'a self, key: &'a DeploymentKey) -> StoreFuture<'a, Option<Deployment>>;

    fn persistence(&self) -> Persistence;

    fn no_data_loss_since(&self, nonce: &OneTimeKey) -> Option<SystemTime>;

    fn health(&self) -> StoreFuture<'_, StoreHealth>;
}

impl<S: LaunchStore> DynStore for S {
    fn consume_and_find<'a>(
        &'a self,
        nonce: &'a OneTimeKey,
        attempt: &'a Attempt,
        ttl: Duration,
        deployment: &'a DeploymentKey,
    ) -> StoreFuture<'a, (NonceUse, Option<Deployment>)> {
        Box::pin(LaunchStore::consume_and_find(
            self, nonce, attempt, ttl, deployment,
        ))
    }

    #[cfg(feature = "registration")]
    fn consume<'a>(
        &'a self,
        nonce: &'a OneTimeKey,
        attempt: &'a Attempt,
        ttl: Duration,
    ) -> StoreFuture<'a, NonceUse> {
        Box::pin(NonceStore::consume(self, nonce, attempt, ttl))
    }

    fn was_consumed<'a>(&'a self, nonce: &'a OneTimeKey) -> StoreFuture<'a, bool> {
        Box::pin(NonceStore::was_consumed(self, nonce))
    }

    fn create<'a>(
        &'a self,
        deployment: &'a Deployment,
        quota: Option<usize>,
    ) -> StoreFuture<'a, (Deployment, DeploymentOutcome)> {
        Box::pin(DeploymentStore::create(self, deployment, quota))
    }

    fn find<'a>(&'a self, key: &'a DeploymentKey) -> StoreFuture<'a, Option<Deployment>> {
        Box::pin(DeploymentStore::find(self, key))
    }

    fn approve<'a>(&'a self, key: &'a DeploymentKey) -> StoreFuture<'a, Option<Deployment>> {
        Box::pin(DeploymentStore::approve(self, key))
    }

    fn persistence(&self) -> Persistence {
        NonceStore::persistence(self)
    }

    fn no_data_loss_since(&self, nonce: &OneTimeKey) -> Option<SystemTime> {
        NonceStore::no_data_loss_since(self, nonce)
    }

    fn health(&self) -> StoreFuture<'_, StoreHealth> {
        Box::pin(NonceStore::health(self))
    }
}
