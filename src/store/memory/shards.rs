//! One map as many, so that callers seldom wait for each other.

use std::sync::PoisonError;

use super::sync::{Mutex, MutexGuard};

/// Values that are locked one by one.
pub(super) struct Shards<T>(Box<[Apart<Mutex<T>>]>);

/// A value that shares no line of a processor's cache with its neighbours.
#[repr(align(128))]
struct Apart<T>(T);

impl<T> Shards<T> {
    pub(super) fn new(shards: impl IntoIterator<Item = T>) -> Self {
        let shards = shards.into_iter();
        Self(shards.map(|shard| Apart(Mutex::new(shard))).collect())
    }

    /// Which shard `hash` falls to.
    pub(super) fn place(&self, hash: u64) -> usize {
        (hash % self.0.len() as u64) as usize
    }

    pub(super) fn lock(&self, shard: usize) -> MutexGuard<'_, T> {
        open(&self.0[shard])
    }

    /// Locks one shard after the other, the one after `shard` first and `shard` itself last.
    pub(super) fn each_after(&self, shard: usize) -> impl Iterator<Item = MutexGuard<'_, T>> {
        let (before, after) = self.0.split_at(shard + 1);
        after.iter().chain(before).map(open)
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
