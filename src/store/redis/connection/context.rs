//! What is known of the servers, whichever connection leads to them.

use std::sync::atomic::AtomicU64;

use super::{capabilities::Capabilities, degradation::Degradation, settings::Settings};
use crate::store::redis::data_loss::DataLossGuard;

pub(crate) struct ServerContext {
    pub(super) settings: Settings,
    pub(crate) guard: DataLossGuard,
    pub(crate) capabilities: Capabilities,
    /// How many keys the server had evicted when we connected.
    pub(super) evicted_at_connect: AtomicU64,
    pub(super) degradation: Degradation,
}

impl ServerContext {
    pub(super) fn new(settings: Settings) -> Self {
        let guard = DataLossGuard::new(settings.keys.epochs().len(), settings.now_ms());
        Self {
            settings,
            guard,
            capabilities: Capabilities::default(),
            evicted_at_connect: AtomicU64::new(0),
            degradation: Degradation::default(),
        }
    }
}
