//! How much longer a call may take.

use std::time::Duration;

use tokio::time::Instant;

use crate::{
    limits::Limits,
    service_client::shared_time::{SharedTime, own_time},
};

/// An attempt that would have less than this is not begun.
const LEAST: Duration = Duration::from_millis(500);

/// How much longer a call may take: so long in all, and somewhat less than two attempts beside what it waits for a
/// token or because the platform asks it to.
pub(super) struct TimeLeft {
    began: Instant,
    /// For a token, or because the platform asked to wait.
    waited: Duration,
    attempt: Duration,
    whole: Duration,
    /// Where it is one of several calls.
    shared: Option<SharedTime>,
}

impl TimeLeft {
    pub(super) fn begin(limits: &Limits, shared: Option<SharedTime>) -> Self {
        Self {
            began: Instant::now(),
            waited: Duration::ZERO,
            attempt: limits.service_timeout,
            whole: limits.service_call_timeout,
            shared,
        }
    }

    /// For the whole call.
    pub(super) fn whole(&self) -> Duration {
        let whole = self.whole.saturating_sub(self.began.elapsed());
        let shared = self.shared.as_ref().map(SharedTime::whole);
        whole.min(shared.unwrap_or(Duration::MAX))
    }

    /// For the next attempt, begun after this pause; `None` where that is too little.
    pub(super) fn for_attempt(&self, pause: Duration, is_asked: bool) -> Option<Duration> {
        let elapsed = self.began.elapsed().saturating_add(pause);
        let mut waited = self.waited;
        if is_asked {
            waited = waited.saturating_add(pause);
        }
        let shared = self.shared.as_ref();
        let shared = shared.map(|shared| shared.left_after(pause, is_asked));
        let left = own_time(self.attempt)
            .saturating_sub(elapsed.saturating_sub(waited))
            .min(self.whole.saturating_sub(elapsed))
            .min(self.attempt)
            .min(shared.unwrap_or(Duration::MAX));
        Some(left).filter(|left| *left >= LEAST.min(self.attempt))
    }

    /// Notes that it waited for a token, or because it was asked to.
    pub(super) fn waited(&mut self, pause: Duration) {
        self.waited = self.waited.saturating_add(pause);
        if let Some(shared) = &self.shared {
            shared.waited(pause);
        }
    }
}
