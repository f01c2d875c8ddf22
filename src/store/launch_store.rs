//! The port of a launch: nonces and deployments together.

use std::{
    future::Future,
    time::{Duration, SystemTime},
};

use crate::{
    deployment::{
        Deployment, DeploymentId, DeploymentKey, DeploymentOutcome, DeploymentPage,
        DeploymentStatus,
    },
    identity::RegistrationId,
    nonce::{Attempt, NonceUse, OneTimeKey},
    store::{DeploymentStore, NonceStore, Persistence, StoreError, StoreHealth},
};

/// Keeps both nonces and deployments, and answers a launch about both at once.
///
/// The default body makes two calls, one after the other. A store that can do it in one round trip
/// overrides it.
///
/// # Examples
///
/// Nonces in Redis, deployments in a database of your own: a pair is a `LaunchStore`.
///
/// ```
/// # #[cfg(feature = "redis")] mod example {
/// use tower_lti::{RedisStore, store::DeploymentStore, tool::LtiToolBuilder};
///
/// fn stores(builder: LtiToolBuilder, redis: RedisStore, database: impl DeploymentStore) -> LtiToolBuilder {
///     builder.store((redis.clone(), database)).parked_launches(redis)
/// }
/// # }
/// ```
pub trait LaunchStore: NonceStore + DeploymentStore {
    /// Consumes the nonce, and finds the deployment.
    ///
    /// The deployment is read when the nonce is consumed, or later: one that was disabled before must not be
    /// returned as active. Reading it for a replayed nonce is harmless, because only *creating* a deployment
    /// waits for the nonce.
    ///
    /// # Errors
    ///
    /// Those of [`NonceStore::consume`] and [`DeploymentStore::find`].
    fn consume_and_find(
        &self,
        nonce: &OneTimeKey,
        attempt: &Attempt,
        ttl: Duration,
        deployment: &DeploymentKey,
    ) -> impl Future<Output = Result<(NonceUse, Option<Deployment>), StoreError>> + Send {
        async move {
            let nonce_use = self.consume(nonce, attempt, ttl).await?;
            let found = self.find(deployment).await?;
            Ok((nonce_use, found))
        }
    }
}

impl<N: NonceStore, D: DeploymentStore> NonceStore for (N, D) {
    async fn consume(
        &self,
        nonce: &OneTimeKey,
        attempt: &Attempt,
        ttl: Duration,
    ) -> Result<NonceUse, StoreError> {
        self.0.consume(nonce, attempt, ttl).await
    }

    async fn was_consumed(&self, nonce: &OneTimeKey) -> Result<bool, StoreError> {
        self.0.was_consumed(nonce).await
    }

    fn persistence(&self) -> Persistence {
        self.0.persistence()
    }

    fn no_data_loss_since(&self, nonce: &OneTimeKey) -> Option<SystemTime> {
        self.0.no_data_loss_since(nonce)
    }

    async fn health(&self) -> Result<StoreHealth, StoreError> {
        self.0.health().await
    }
}

impl<N: NonceStore, D: DeploymentStore> DeploymentStore for (N, D) {
    async fn find(&self, key: &DeploymentKey) -> Result<Option<Deployment>, StoreError> {
        self.1.find(key).await
    }

    async fn create(
        &self,
        deployment: &Deployment,
        quota: Option<usize>,
    ) -> Result<(Deployment, DeploymentOutcome), StoreError> {
        self.1.create(deployment, quota).await
    }

    async fn set_status(
        &self,
        key: &DeploymentKey,
        status: DeploymentStatus,
    ) -> Result<Option<Deployment>, StoreError> {
        self.1.set_status(key, status).await
    }

    async fn approve(&self, key: &DeploymentKey) -> Result<Option<Deployment>, StoreError> {
        self.1.approve(key).await
    }

    async fn list(
        &self,
        registration: &RegistrationId,
        after: Option<&DeploymentId>,
        limit: usize,
    ) -> Result<DeploymentPage, StoreError> {
        self.1.list(registration, after, limit).await
    }

    async fn remove(&self, key: &DeploymentKey) -> Result<bool, StoreError> {
        self.1.remove(key).await
    }
}

impl<N: NonceStore, D: DeploymentStore> LaunchStore for (N, D) {}
