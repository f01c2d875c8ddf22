//! The port for the tool's own private keys.

use std::{fmt, future::Future};

use crate::store::StoreError;

/// Keeps the tool's own private keys, sealed, for all its instances.
///
/// A table of two columns: a slot, which is unique, and a record. The private key in a record is encrypted
/// (AES-256-GCM) under a secret that the store does not have. [`MemoryStore`](crate::store::MemoryStore) and
/// `RedisStore` are one; `testing::contract::check_tool_keys` checks another. See [`ToolKeys::stored`](crate::keys::ToolKeys::stored).
///
/// # Examples
///
/// ```
/// use std::{
///     collections::HashMap,
///     sync::{Arc, Mutex, MutexGuard, PoisonError},
/// };
/// use tower_lti::{keys::StoredKey, store::{KeyStore, StoreError}};
///
/// #[derive(Clone, Default)]
/// struct Keys(Arc<Mutex<HashMap<String, StoredKey>>>);
///
/// impl Keys {
///     fn rows(&self) -> MutexGuard<'_, HashMap<String, StoredKey>> {
///         self.0.lock().unwrap_or_else(PoisonError::into_inner)
///     }
/// }
///
/// impl KeyStore for Keys {
///     async fn tool_keys(&self) -> Result<Vec<StoredKey>, StoreError> {
///         Ok(self.rows().values().cloned().collect())
///     }
///
///     async fn add_tool_key(&self, key: &StoredKey) -> Result<bool, StoreError> {
///         let mut rows = self.rows();
///         let is_free = !rows.contains_key(key.slot());
///         if is_free {
///             rows.insert(key.slot().to_owned(), key.clone());
///         }
///         Ok(is_free)
///     }
///
///     async fn replace_tool_key(&self, key: &StoredKey) -> Result<(), StoreError> {
///         self.rows().insert(key.slot().to_owned(), key.clone());
///         Ok(())
///     }
///
///     async fn remove_tool_key(&self, slot: &str) -> Result<(), StoreError> {
///         self.rows().remove(slot);
///         Ok(())
///     }
/// }
///
/// # #[cfg(feature = "testing")]
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// tower_lti::testing::contract::check_tool_keys(&Keys::default()).await;
/// # }
/// # #[cfg(not(feature = "testing"))] fn main() {}
/// ```
pub trait KeyStore: Send + Sync + 'static {
    /// Returns all that is kept.
    ///
    /// # Errors
    ///
    /// Fails when the store is unavailable.
    fn tool_keys(&self) -> impl Future<Output = Result<Vec<StoredKey>, StoreError>> + Send;

    /// Adds a key where its slot is free, atomically, and returns whether it was.
    ///
    /// Of any number of instances that add a key to one slot, one does; the others find its key there.
    ///
    /// # Errors
    ///
    /// Fails when the store is unavailable.
    fn add_tool_key(
        &self,
        key: &StoredKey,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// Puts a key in its slot, whatever is there.
    ///
    /// # Errors
    ///
    /// Fails when the store is unavailable.
    fn replace_tool_key(
        &self,
        key: &StoredKey,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Empties a slot, if anything is in it.
    ///
    /// # Errors
    ///
    /// Fails when the store is unavailable.
    fn remove_tool_key(&self, slot: &str) -> impl Future<Output = Result<(), StoreError>> + Send;
}

/// A row of a [`KeyStore`].
#[derive(Clone, PartialEq, Eq)]
pub struct StoredKey {
    slot: String,
    record: String,
}

impl StoredKey {
    /// Puts a row together from what the store has kept.
    pub fn new(slot: impl Into<String>, record: impl Into<String>) -> Self {
        Self {
            slot: slot.into(),
            record: record.into(),
        }
    }

    /// What the row is found by: at most 300 characters.
    #[must_use]
    pub fn slot(&self) -> &str {
        &self.slot
    }

    /// What is kept: JSON with the sealed key, some 2 KiB.
    #[must_use]
    pub fn record(&self) -> &str {
        &self.record
    }
}

impl fmt::Debug for StoredKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredKey")
            .field("slot", &self.slot)
            .finish_non_exhaustive()
    }
}
