//! Logging that a part of a cluster rejects writes.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::{observe::event, store::StoreHealth};

/// How many masters of a cluster rejected writes at the last check.
#[derive(Default)]
pub(super) struct Degradation(AtomicUsize);

impl Degradation {
    pub(super) fn log_change(&self, health: StoreHealth) {
        let missing = health.servers() - health.writable();
        let before = self.0.swap(missing, Ordering::Relaxed);
        if missing > 0 && missing != before {
            event::store_degraded(health.writable(), health.servers());
        } else if missing == 0 && before > 0 {
            event::store_recovered(health.servers());
        }
    }
}
