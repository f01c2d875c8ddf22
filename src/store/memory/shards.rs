//! One map as many, so that callers seldom wait for each other.

use std::sync::PoisonError;

use super::sync::{Mutex, MutexGuard, SHARDS};

/// Values that are locked one by one.
pub(super) struct Shards<T>(Box<[Apart<Mutex<T>>]>);

/// A value that shares no line of a processor's cache with its neighbours.
#[repr(align(128))]
struct Apart<T>(T);

impl<T> Shards<T> {
    pub(super) fn new(shard: impl Fn(usize) -> T) -> Self {
        let shards = (0..SHARDS).map(shard);
        Self(shards.map(|shard| Apart(Mutex::new(shard))).collect())
    }

    /// Locks the shard that `hash` falls to.
    pub(super) fn lock(&self, hash: u64) -> MutexGuard<'_, T> {
        let shard = (hash % SHARDS as u64) as usize;
        open(&self.0[shard])
    }

    /// Locks one shard after the other.
    pub(super) fn each(&self) -> impl Iterator<Item = MutexGuard<'_, T>> {
        self.0.iter().map(open)
    }
}

/// A panic elsewhere leaves no shard half written, so that its poison means nothing here.
fn open<T>(Apart(shard): &Apart<Mutex<T>>) -> MutexGuard<'_, T> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}
