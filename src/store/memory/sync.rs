//! What the store's threads meet at: the standard library's, or loom's where every interleaving of
//! them is tried.

#[cfg(all(test, tower_lti_loom))]
pub(super) use loom::sync::{Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard};
#[cfg(not(all(test, tower_lti_loom)))]
pub(super) use std::sync::{Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// How many locks share the load of one map; few where each is one more thing to interleave.
pub(super) const SHARDS: usize = if cfg!(all(test, tower_lti_loom)) {
    2
} else {
    64
};
