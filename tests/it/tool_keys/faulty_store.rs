//! A key store that counts its calls, can be down, and can be tampered with.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use serde_json::Value;
use tower_lti::{
    MemoryStore,
    keys::{KeyStore, StoredKey},
    store::StoreError,
};

/// Clones are one store.
#[derive(Clone, Default)]
pub(super) struct FaultyStore {
    rows: MemoryStore,
    calls: Arc<AtomicUsize>,
    is_down: Arc<AtomicBool>,
}

impl FaultyStore {
    pub(super) fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    pub(super) fn set_down(&self, is_down: bool) {
        self.is_down.store(is_down, Ordering::SeqCst);
    }

    /// What is kept, by its slot.
    pub(super) async fn rows(&self) -> Vec<(String, Value)> {
        let rows = self.rows.tool_keys().await.unwrap();
        rows.iter()
            .map(|row| {
                let record = serde_json::from_str(row.record()).unwrap();
                (row.slot().to_owned(), record)
            })
            .collect()
    }

    /// Overwrites a record, as somebody who has the store could.
    pub(super) async fn tamper(&self, slot: &str, record: &str) {
        let row = StoredKey::new(slot, record);
        self.rows.replace_tool_key(&row).await.unwrap();
    }

    /// Loses everything.
    pub(super) async fn lose(&self) {
        for row in self.rows.tool_keys().await.unwrap() {
            self.rows.remove_tool_key(row.slot()).await.unwrap();
        }
    }

    fn call(&self) -> Result<(), StoreError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        if self.is_down.load(Ordering::SeqCst) {
            let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
            return Err(StoreError::unavailable(refused));
        }
        Ok(())
    }
}

impl KeyStore for FaultyStore {
    async fn tool_keys(&self) -> Result<Vec<StoredKey>, StoreError> {
        self.call()?;
        self.rows.tool_keys().await
    }

    async fn add_tool_key(&self, key: &StoredKey) -> Result<bool, StoreError> {
        self.call()?;
        // Others who start at once get their turn here.
        tokio::task::yield_now().await;
        self.rows.add_tool_key(key).await
    }

    async fn replace_tool_key(&self, key: &StoredKey) -> Result<(), StoreError> {
        self.call()?;
        self.rows.replace_tool_key(key).await
    }

    async fn remove_tool_key(&self, slot: &str) -> Result<(), StoreError> {
        self.call()?;
        self.rows.remove_tool_key(slot).await
    }
}
