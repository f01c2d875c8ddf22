//! What is configured before the first connection.

use std::{sync::Arc, time::Duration};

use crate::{
    clock::{Clock, unix_millis},
    store::redis::{key::Keys, servers::RedisServers},
};

/// Connecting takes several round trips, and more with TLS: it may take this many operation timeouts.
const CONNECT_OPERATIONS: u32 = 2;

#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) servers: RedisServers,
    pub(crate) keys: Keys,
    /// How long one attempt may take.
    pub(crate) operation_timeout: Duration,
    pub(crate) allow_eviction: bool,
    /// The time between two checks for eviction.
    pub(crate) monitor_interval: Duration,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Settings {
    pub(super) fn connect_timeout(&self) -> Duration {
        self.operation_timeout * CONNECT_OPERATIONS
    }

    /// Milliseconds since 1970.
    pub(super) fn now_ms(&self) -> u64 {
        unix_millis(self.clock.now())
    }
}
