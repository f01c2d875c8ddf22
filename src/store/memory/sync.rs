//! Locks and atomics: the standard library's, or loom's for the model of all interleavings.

#[cfg(not(all(test, tower_lti_loom)))]
pub(super) use crossbeam_utils::sync::{
    ShardedLock as RwLock, ShardedLockReadGuard as RwLockReadGuard,
    ShardedLockWriteGuard as RwLockWriteGuard,
};
#[cfg(all(test, tower_lti_loom))]
pub(super) use loom::sync::{
    Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard,
    atomic::{AtomicUsize, Ordering},
};
#[cfg(not(all(test, tower_lti_loom)))]
pub(super) use std::sync::{
    Mutex, MutexGuard,
    atomic::{AtomicUsize, Ordering},
};
