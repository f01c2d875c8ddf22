//! A type-erased store of parked launches.

use std::{any::Any, future::Future, pin::Pin, sync::Arc, time::Duration};

use crate::{
    nonce::OneTimeKey,
    observe::{Operation, store_call},
    store::{MemoryStore, ParkedLaunchStore, StoreError},
};

type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Any [`ParkedLaunchStore`], or none.
#[derive(Clone)]
pub(crate) struct AnyParkedLaunches(Option<Arc<dyn DynParkedLaunches>>);

impl AnyParkedLaunches {
    pub(crate) fn new(store: impl ParkedLaunchStore) -> Self {
        Self(Some(Arc::new(store)))
    }

    /// The store itself, if it is one of this crate's own; other stores are given to the builder.
    pub(super) fn of_own_store(store: &dyn Any) -> Self {
        if let Some(memory) = store.downcast_ref::<MemoryStore>() {
            return Self::new(memory.clone());
        }
        #[cfg(feature = "redis")]
        if let Some(redis) = store.downcast_ref::<super::redis::RedisStore>() {
            return Self::new(redis.clone());
        }
        Self(None)
    }

    pub(crate) fn are_supported(&self) -> bool {
        self.0.is_some()
    }

    pub(crate) async fn park(
        &self,
        ticket: &OneTimeKey,
        sealed: &[u8],
        ttl: Duration,
    ) -> Result<(), StoreError> {
        match &self.0 {
            Some(store) => {
                store_call(Operation::Park, store.park_launch(ticket, sealed, ttl)).await
            }
            None => Err(StoreError::full()),
        }
    }

    pub(crate) async fn find(&self, ticket: &OneTimeKey) -> Result<Option<Vec<u8>>, StoreError> {
        match &self.0 {
            Some(store) => store_call(Operation::Parked, store.parked_launch(ticket)).await,
            None => Ok(None),
        }
    }

    pub(crate) async fn remove(&self, ticket: &OneTimeKey) -> Result<(), StoreError> {
        match &self.0 {
            Some(store) => store_call(Operation::Unpark, store.remove_parked(ticket)).await,
            None => Ok(()),
        }
    }
}

trait DynParkedLaunches: Send + Sync {
    fn park_launch<'a>(
        &'a self,
        ticket: &'a OneTimeKey,
        sealed: &'a [u8],
        ttl: Duration,
    ) -> StoreFuture<'a, ()>;

    fn parked_launch<'a>(&'a self, ticket: &'a OneTimeKey) -> StoreFuture<'a, Option<Vec<u8>>>;

    fn remove_parked<'a>(&'a self, ticket: &'a OneTimeKey) -> StoreFuture<'a, ()>;
}

impl<S: ParkedLaunchStore> DynParkedLaunches for S {
    fn park_launch<'a>(
        &'a self,
        ticket: &'a OneTimeKey,
        sealed: &'a [u8],
        ttl: Duration,
    ) -> StoreFuture<'a, ()> {
        Box::pin(ParkedLaunchStore::park_launch(self, ticket, sealed, ttl))
    }

    fn parked_launch<'a>(&'a self, ticket: &'a OneTimeKey) -> StoreFuture<'a, Option<Vec<u8>>> {
        Box::pin(ParkedLaunchStore::parked_launch(self, ticket))
    }

    fn remove_parked<'a>(&'a self, ticket: &'a OneTimeKey) -> StoreFuture<'a, ()> {
        Box::pin(ParkedLaunchStore::remove_parked(self, ticket))
    }
}
