//! One at a time for each name.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

/// Lets one caller at a time through for each name, in the order in which they came. Names that nobody waits
/// for are forgotten.
#[derive(Default)]
pub(super) struct OneAtATime(Mutex<HashMap<String, Weak<AsyncMutex<()>>>>);

impl OneAtATime {
    /// Waits until nobody else is at it; whoever drops the guard lets the next one through.
    pub(super) async fn enter(&self, name: &str) -> OwnedMutexGuard<()> {
        self.of(name).lock_owned().await
    }

    fn of(&self, name: &str) -> Arc<AsyncMutex<()>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, mutex| mutex.strong_count() > 0);
        if let Some(mutex) = known.get(name).and_then(Weak::upgrade) {
            return mutex;
        }
        let mutex = Arc::default();
        known.insert(name.to_owned(), Arc::downgrade(&mutex));
        mutex
    }
}
