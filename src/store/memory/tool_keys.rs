//! The tool's own keys in memory: for tests, because a tool whose keys are lost at restart is no longer known.

use std::{collections::BTreeMap, sync::PoisonError};

use super::{
    MemoryStore,
    sync::{Mutex, MutexGuard},
};
use crate::store::{KeyStore, StoreError, StoredKey};

/// Records by their slots.
#[derive(Default)]
pub(super) struct ToolKeyRows(Mutex<BTreeMap<String, StoredKey>>);

impl ToolKeyRows {
    fn rows(&self) -> MutexGuard<'_, BTreeMap<String, StoredKey>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KeyStore for MemoryStore {
    async fn tool_keys(&self) -> Result<Vec<StoredKey>, StoreError> {
        Ok(self.tool_keys.rows().values().cloned().collect())
    }

    async fn add_tool_key(&self, key: &StoredKey) -> Result<bool, StoreError> {
        let mut rows = self.tool_keys.rows();
        let is_free = !rows.contains_key(key.slot());
        if is_free {
            rows.insert(key.slot().to_owned(), key.clone());
        }
        Ok(is_free)
    }

    async fn replace_tool_key(&self, key: &StoredKey) -> Result<(), StoreError> {
        let mut rows = self.tool_keys.rows();
        rows.insert(key.slot().to_owned(), key.clone());
        Ok(())
    }

    async fn remove_tool_key(&self, slot: &str) -> Result<(), StoreError> {
        self.tool_keys.rows().remove(slot);
        Ok(())
    }
}
