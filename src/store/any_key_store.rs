//! A type-erased store of the tool's own keys.

use std::{future::Future, io, pin::Pin, sync::Arc, time::Duration};

use tokio::time::timeout;

use crate::{
    observe::{Operation, store_call},
    store::{KeyStore, StoreError, StoredKey},
};

/// How long a store may take for one call.
const DEADLINE: Duration = Duration::from_secs(10);

type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Any [`KeyStore`], with a deadline.
pub(crate) struct AnyKeyStore(Arc<dyn DynKeyStore>);

impl AnyKeyStore {
    pub(crate) fn new(store: impl KeyStore) -> Self {
        Self(Arc::new(store))
    }

    pub(crate) async fn all(&self) -> Result<Vec<StoredKey>, StoreError> {
        ask(Operation::ToolKeys, self.0.all()).await
    }

    pub(crate) async fn add(&self, key: &StoredKey) -> Result<bool, StoreError> {
        ask(Operation::AddToolKey, self.0.add(key)).await
    }

    pub(crate) async fn replace(&self, key: &StoredKey) -> Result<(), StoreError> {
        ask(Operation::ReplaceToolKey, self.0.replace(key)).await
    }

    pub(crate) async fn remove(&self, slot: &str) -> Result<(), StoreError> {
        ask(Operation::RemoveToolKey, self.0.remove(slot)).await
    }
}

async fn ask<T>(operation: Operation, call: StoreFuture<'_, T>) -> Result<T, StoreError> {
    let late = |_| StoreError::unavailable(io::Error::from(io::ErrorKind::TimedOut));
    let bounded = async { timeout(DEADLINE, call).await.map_err(late)? };
    store_call(operation, bounded).await
}

trait DynKeyStore: Send + Sync {
    fn all(&self) -> StoreFuture<'_, Vec<StoredKey>>;

    fn add<'a>(&'a self, key: &'a StoredKey) -> StoreFuture<'a, bool>;

    fn replace<'a>(&'a self, key: &'a StoredKey) -> StoreFuture<'a, ()>;

    fn remove<'a>(&'a self, slot: &'a str) -> StoreFuture<'a, ()>;
}

impl<S: KeyStore> DynKeyStore for S {
    fn all(&self) -> StoreFuture<'_, Vec<StoredKey>> {
        Box::pin(self.tool_keys())
    }

    fn add<'a>(&'a self, key: &'a StoredKey) -> StoreFuture<'a, bool> {
        Box::pin(self.add_tool_key(key))
    }

    fn replace<'a>(&'a self, key: &'a StoredKey) -> StoreFuture<'a, ()> {
        Box::pin(self.replace_tool_key(key))
    }

    fn remove<'a>(&'a self, slot: &'a str) -> StoreFuture<'a, ()> {
        Box::pin(self.remove_tool_key(slot))
    }
}
