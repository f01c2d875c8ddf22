//! One connection, from connecting until it is dropped.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use crate::store::redis::servers::Transport;

pub(crate) struct Session {
    /// Tells it from the sessions before and after.
    pub(super) generation: u64,
    transport: Transport,
    consecutive_failures: AtomicU32,
    has_met_foreign_epoch: AtomicBool,
}

impl Session {
    pub(super) fn new(generation: u64, transport: Transport) -> Self {
        Self {
            generation,
            transport,
            consecutive_failures: AtomicU32::new(0),
            has_met_foreign_epoch: AtomicBool::new(false),
        }
    }

    pub(super) fn transport(&self) -> Transport {
        self.transport.clone()
    }

    pub(super) fn succeeded(&self) {
        self.consecutive_failures.store(0, Ordering::Relaxed);
    }

    /// Counts a failure, and returns how many there were in a row.
    pub(super) fn failed(&self) -> u32 {
        self.consecutive_failures.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Whether an epoch key counts as another server's: once for each session. Where two names lead to the same
    /// data, as behind a proxy, instances would otherwise overwrite each other's epoch at every launch.
    pub(crate) fn is_foreign(&self, is_own: bool) -> bool {
        !is_own && !self.has_met_foreign_epoch.swap(true, Ordering::Relaxed)
    }
}
