//! The pace of reconnecting: at most twenty connections a second.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::store::redis::call_error::CallError;

/// The pause after two failures in a row, with up to as much jitter on top, so that instances do not all
/// reconnect at once.
const PAUSE: Duration = Duration::from_millis(100);

/// The shortest time between two connections.
const MIN_CONNECTION_AGE: Duration = Duration::from_millis(50);

#[derive(Default)]
pub(super) struct Backoff {
    failures: u32,
    not_before: Option<Instant>,
    connected: Option<Instant>,
}

impl Backoff {
    /// Records a failure. The first one after a success causes no pause.
    pub(super) fn failed(&mut self) {
        self.failures += 1;
        let jitter = crate::random::below(PAUSE);
        let not_before = Instant::now() + PAUSE + jitter;
        self.not_before = (self.failures > 1).then_some(not_before);
    }

    pub(super) fn connected(&mut self) {
        self.failures = 0;
        self.not_before = None;
        self.connected = Some(Instant::now());
    }

    /// Waits until the last connection is old enough; fails during a pause.
    pub(super) async fn wait(&self) -> Result<(), CallError> {
        if self.not_before.is_some_and(|at| Instant::now() < at) {
            return Err(CallError::BackingOff);
        }
        if let Some(at) = self.connected {
            sleep_until(at + MIN_CONNECTION_AGE).await;
        }
        Ok(())
    }
}
