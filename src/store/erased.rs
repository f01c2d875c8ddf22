//! A store without its type, so that a tool has no type parameters.

use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use crate::{
    deployment::{Deployment, DeploymentKey, DeploymentOutcome},
    nonce::{Attempt, NonceKey, NonceUse},
    store::{LaunchStore, StoreError},
};

type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Any [`LaunchStore`], behind one pointer.
#[derive(Clone)]
pub(crate) struct AnyStore(Arc<dyn Erased>);

impl AnyStore {
    pub(crate) fn new(store: impl LaunchStore) -> Self {
        Self(Arc::new(store))
    }

    pub(crate) async fn consume_and_find(
        &self,
        nonce: &NonceKey,
        attempt: &Attempt,
        ttl: Duration,
        deployment: &DeploymentKey,
    ) -> Result<(NonceUse, Option<Deployment>), StoreError> {
        self.0
            .consume_and_find(nonce, attempt, ttl, deployment)
            .await
    }

    pub(crate) async fn create(
        &self,
        deployment: &Deployment,
        quota: Option<usize>,
    ) -> Result<(Deployment, DeploymentOutcome), StoreError> {
        self.0.create(deployment, quota).await
    }

    pub(crate) fn is_volatile(&self) -> bool {
        self.0.is_volatile()
    }
}

trait Erased: Send + Sync {
    fn consume_and_find<'a>(
        &'a self,
        nonce: &'a NonceKey,
        attempt: &'a Attempt,
        ttl: Duration,
        deployment: &'a DeploymentKey,
    ) -> Answer<'a, (NonceUse, Option<Deployment>)>;

    fn create<'a>(
        &'a self,
        deployment: &'a Deployment,
        quota: Option<usize>,
    ) -> Answer<'a, (Deployment, DeploymentOutcome)>;

    fn is_volatile(&self) -> bool;
}

impl<S: LaunchStore> Erased for S {
    fn consume_and_find<'a>(
        &'a self,
        nonce: &'a NonceKey,
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
        Box::pin(crate::store::DeploymentStore::create(
            self, deployment, quota,
        ))
    }

    fn is_volatile(&self) -> bool {
        crate::store::NonceStore::is_volatile(self)
    }
}
