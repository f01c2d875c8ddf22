//! What the store's threads meet at: the standard library's, or loom's where every interleaving of
//! them is tried.

#[cfg(not(all(test, tower_lti_loom)))]
pub(super) use crossbeam_utils::sync::{
    ShardedLock as RwLock, ShardedLockReadGuard as RwLockReadGuard,
    ShardedLockWriteGuard as RwLockWriteGuard,
};
#[cfg(all(test, tower_lti_loom))]
pub(super) use loom::sync::{Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard};
#[cfg(not(all(test, tower_lti_loom)))]
pub(super) use std::sync::{Mutex, MutexGuard};
